//! On which series does the cost of a window depend on the data?
//!
//! A sliding kernel that recomputes what it cannot trust is as quick as its trust lasts. Each of these
//! series makes another kind of kernel recompute at every step, or be wrong: they are for counting
//! recomputations and for timing, and every answer on them must be right all the same.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{fnv_1a, generator};

/// A series on which some kernels fall off.
#[derive(Debug, Clone, PartialEq)]
pub struct Cliff {
    /// What it is called in tests and tables.
    pub name: &'static str,
    /// The series.
    pub values: Vec<f64>,
}

/// Every cliff, `length` values each, in the order of the table. Below, u is uniform on [-1, 1).
///
/// | name | value number k | what a weak kernel does |
/// |---|---|---|
/// | `flat` | one u, repeated | divide by a spread of 0, and recompute at every step |
/// | `flat-stretches` | 200 times u, 200 times 3.3, and so on | the same after noise, whose residue stays in running sums |
/// | `alternating` | 1e9 plus 1e-3, 1e9 minus 1e-3, and so on | lose the spread in the squares of the level |
/// | `decaying` | 2^-(k mod 400) | drop a window that has become tiny into what a larger one rounded off |
/// | `spiky` | u, and 1e12 at every 97th | keep what the spike rounded off, or recompute after each |
/// | `nan-laden` | u, and by turns NaN and infinity at every 53rd | stay poisoned, or recompute after each |
/// | `trend` | k + u | move away from the values that the sums are anchored at |
/// | `random-walk` | the sum of the first k + 1 of the u | the same, unforeseeably |
/// | `steps` | u, and 1e6 + u in every other 40 | meet a level that is far from the anchor, over and over |
///
/// Every finite window but the flat ones has a standard deviation within 1e-130 ..= 1e13, so that no square leaves
/// the range of doubles: what kernels do there is a matter of being right, which conformance asks.
///
/// Seeded by the name and by `seed`, the same numbers on every platform.
///
/// # Example
/// ```
/// let cliffs = breakeven_problem::inputs::cliffs(1000, 1);
/// assert!(cliffs.iter().all(|cliff| cliff.values.len() == 1000));
/// assert!(cliffs.iter().any(|cliff| cliff.name == "spiky"));
/// ```
#[must_use]
pub fn cliffs(length: usize, seed: u64) -> Vec<Cliff> {
    let draw = |&(name, value): &(&'static str, Generator)| {
        let mut random = generator(name, fnv_1a(b"cliff"), seed);
        let mut last = 0.0;
        let mut next = |index| {
            last = value(symmetric(&mut random), index, last);
            last
        };
        Cliff { name, values: (0..length).map(&mut next).collect() }
    };
    CLIFFS.iter().map(draw).collect()
}

/// A value, of a fresh u, its index, and the value before it.
type Generator = fn(f64, usize, f64) -> f64;

const CLIFFS: &[(&str, Generator)] = &[
    ("flat", |u, index, last| if index == 0 { u } else { last }),
    ("flat-stretches", |u, index, _| if index / 200 % 2 == 0 { u } else { 3.3 }),
    ("alternating", |_, index, _| if index % 2 == 0 { 1e9 + 1e-3 } else { 1e9 - 1e-3 }),
    ("decaying", |_, index, _| power_of_a_half(index % 400)),
    ("spiky", |u, index, _| if index % 97 == 60 { 1e12 } else { u }),
    ("nan-laden", |u, index, _| match index % 106 {
        30 => f64::NAN,
        83 => f64::INFINITY,
        _ => u,
    }),
    ("trend", |u, index, _| index as f64 + u),
    ("random-walk", |u, _, last| last + u),
    ("steps", |u, index, _| if index / 40 % 2 == 0 { u } else { 1e6 + u }),
];

fn symmetric(random: &mut ChaCha8Rng) -> f64 {
    2.0 * random.random::<f64>() - 1.0
}

/// 2^-`exponent`, for exponents up to 1022.
fn power_of_a_half(exponent: usize) -> f64 {
    f64::from_bits((1023 - exponent as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_series_has_its_length_and_another_seed_changes_the_random_ones() {
        for length in [0, 1, 1000] {
            assert!(cliffs(length, 1).iter().all(|cliff| cliff.values.len() == length));
        }
        let bits = |seed| -> Vec<Vec<u64>> {
            let of_one = |cliff: Cliff| cliff.values.iter().map(|value| value.to_bits()).collect();
            cliffs(1000, seed).into_iter().map(of_one).collect()
        };
        assert_eq!(bits(1), bits(1));
        let changed = bits(1).iter().zip(bits(2)).filter(|(one, other)| *one != other).count();
        assert_eq!(changed, CLIFFS.len() - 2, "all but alternating and decaying");
    }

    #[test]
    fn a_longer_series_begins_with_the_shorter_one() {
        for (short, long) in cliffs(300, 7).iter().zip(cliffs(1000, 7)) {
            let equal = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits();
            assert!(short.values.iter().zip(&long.values).all(equal), "{}", short.name);
        }
    }

    #[test]
    fn each_series_has_what_its_name_says() {
        let of = |name: &str| {
            cliffs(2000, 3).into_iter().find(|cliff| cliff.name == name).expect("a cliff").values
        };
        assert!(of("flat").iter().all(|value| *value == of("flat")[0]));
        assert!(of("flat-stretches")[200..400].iter().all(|value| *value == 3.3));
        assert_eq!(of("decaying")[399], 2f64.powi(-399));
        assert_eq!(of("spiky").iter().filter(|value| **value == 1e12).count(), 20);
        assert_eq!(of("nan-laden").iter().filter(|value| !value.is_finite()).count(), 38);
        assert!(of("trend")[1999] > 1997.0);
        assert!(of("steps")[40..80].iter().all(|value| *value > 9e5));
        let walk = of("random-walk");
        assert!(walk.windows(2).all(|pair| (pair[1] - pair[0]).abs() <= 1.0));
    }
}
