//! Which numbers does a seeded workload run on?
//!
//! They depend on the workload's id, the number of the variant and the plan's seed, and on nothing
//! else: not on the platform, since only integer steps and the four correctly rounded operations and
//! square root are used (the logarithm is ours), and not on the order in which workloads are drawn.

mod cliffs;

pub use cliffs::{Cliff, cliffs};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::{Data, Distribution, Source, Workload};

/// Values after which [`Distribution::Decaying`] starts again at scale 1.
pub const DECAY_PERIOD: usize = 60;

/// A workload whose input is a recording: there is nothing to draw.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the input of {workload} is the recording {recording}, not drawn from a distribution")]
pub struct NotSeeded {
    /// The workload's id.
    pub workload: String,
    /// The name of its recording.
    pub recording: String,
}

/// The inputs of a workload: `variants` series of `length` values each.
///
/// The generator is ChaCha8; its 32-byte key is, little-endian, the FNV-1a hash of the id's bytes,
/// the id's length, the number of the variant and `seed`, 8 bytes each.
///
/// | distribution | value number k |
/// |---|---|
/// | uniform | u, uniform on [0, 1) in steps of 2^-53 |
/// | normal | by Marsaglia's polar method: mean 0, standard deviation 1 |
/// | offset | 1e9 + normal |
/// | constant | one u, drawn once |
/// | decaying | a fresh significand, uniform on [1, 2) in steps of 2^-52, times 2^-(k mod 60) |
///
/// Costs about 2 ns a value, 20 for normal ones.
///
/// # Errors
/// The workload's source is a recording.
///
/// # Example
/// ```
/// # use breakeven_problem::{Distribution, Workload, inputs};
/// let workload = Workload::whole(Distribution::Uniform, 25, "the talk's array");
/// let inputs = inputs::draw(&workload, 1)?;
/// assert_eq!(inputs.len(), workload.variants);
/// assert!(inputs.iter().all(|input| input.length() == 25));
/// # Ok::<(), inputs::NotSeeded>(())
/// ```
pub fn draw(workload: &Workload, seed: u64) -> Result<Vec<Data>, NotSeeded> {
    let distribution = match &workload.source {
        Source::Seeded(distribution) => *distribution,
        Source::Recording { name, .. } | Source::File { name } | Source::Made { name } => {
            return Err(NotSeeded { workload: workload.id.clone(), recording: name.clone() });
        }
    };
    let variants = 0..workload.variants as u64;
    let draw = |variant| draw_one(&workload.id, variant, distribution, workload.length, seed);
    Ok(variants.map(draw).map(Data::Series).collect())
}

fn generator(id: &str, variant: u64, seed: u64) -> ChaCha8Rng {
    let mut key = [0; 32];
    let parts = [fnv_1a(id.as_bytes()), id.len() as u64, variant, seed];
    for (bytes, part) in key.chunks_exact_mut(8).zip(parts) {
        bytes.copy_from_slice(&part.to_le_bytes());
    }
    ChaCha8Rng::from_seed(key)
}

/// The 64-bit FNV-1a hash (Fowler, Noll, Vo).
fn fnv_1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// The values of one variant of the input of the workload `id`.
pub(crate) fn draw_one(
    id: &str,
    variant: u64,
    distribution: Distribution,
    length: usize,
    seed: u64,
) -> Vec<f64> {
    let generator = &mut generator(id, variant, seed);
    match distribution {
        Distribution::Uniform => (0..length).map(|_| generator.random()).collect(),
        Distribution::Normal => normal(generator, length),
        Distribution::Offset => normal(generator, length).into_iter().map(|value| 1e9 + value).collect(),
        Distribution::Constant => vec![generator.random(); length],
        Distribution::Decaying => (0..length).map(|index| decaying(generator, index)).collect(),
    }
}

fn decaying(generator: &mut ChaCha8Rng, index: usize) -> f64 {
    const ONE: u64 = 1023 << 52;
    let scale = f64::from_bits(ONE - (((index % DECAY_PERIOD) as u64) << 52));
    f64::from_bits(ONE | (generator.next_u64() >> 12)) * scale
}

/// Marsaglia and Bray's polar method, 1964: both numbers of each accepted pair, in order.
fn normal(generator: &mut ChaCha8Rng, length: usize) -> Vec<f64> {
    let mut values = Vec::with_capacity(length + 1);
    while values.len() < length {
        let u = 2.0 * generator.random::<f64>() - 1.0;
        let v = 2.0 * generator.random::<f64>() - 1.0;
        let square = u * u + v * v;
        if square > 0.0 && square < 1.0 {
            let factor = (-2.0 * natural_logarithm(square) / square).sqrt();
            values.extend([u * factor, v * factor]);
        }
    }
    values.truncate(length);
    values
}

/// The logarithm of a normal number in (0, 1), the same on every platform; libm's is not.
///
/// With x = m 2^e, m in [0.75, 1.5): e ln 2 + 2 artanh((m - 1) / (m + 1)), where |argument| <= 1/5 so
/// that 12 terms of the series leave less than 1e-17.
fn natural_logarithm(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut exponent = (bits >> 52) as i32 - 1023;
    let mut m = f64::from_bits((bits & ((1 << 52) - 1)) | (1023 << 52));
    if m >= 1.5 {
        m *= 0.5;
        exponent += 1;
    }
    let t = (m - 1.0) / (m + 1.0);
    let square = t * t;
    let series = (0..12).rev().fold(0.0, |sum, k| sum * square + 1.0 / f64::from(2 * k + 1));
    f64::from(exponent) * std::f64::consts::LN_2 + 2.0 * t * series
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(workload: &Workload, seed: u64) -> Vec<Vec<f64>> {
        let drawn = draw(workload, seed).unwrap();
        drawn.iter().map(|data| data.series().unwrap().to_vec()).collect()
    }

    #[test]
    fn the_logarithm_agrees_with_the_platforms() {
        let mut x = 0.999_999_9;
        while x > 1e-40 {
            assert!((natural_logarithm(x) - x.ln()).abs() <= 4e-16 * x.ln().abs(), "{x}");
            x *= 0.93;
        }
    }

    #[test]
    fn another_id_variant_or_seed_draws_other_numbers() {
        let workload = Workload::whole(Distribution::Uniform, 5, "test");
        let renamed = Workload { id: "whole/uniform-5b".to_owned(), ..workload.clone() };
        let base = series(&workload, 1);
        assert_eq!(base, series(&workload, 1));
        assert_ne!(base[0], base[1]);
        assert_ne!(base, series(&workload, 2));
        assert_ne!(base, series(&renamed, 1));
    }

    #[test]
    fn each_distribution_has_its_shape() {
        let draw = |distribution| series(&Workload::whole(distribution, 10_000, "test"), 7).remove(0);
        let uniform = draw(Distribution::Uniform);
        assert!(uniform.iter().all(|value| (0.0..1.0).contains(value)));
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        assert!((mean(&uniform) - 0.5).abs() < 0.02);
        let normal = draw(Distribution::Normal);
        assert!(mean(&normal).abs() < 0.04);
        let squares: Vec<f64> = normal.iter().map(|value| value * value).collect();
        assert!((mean(&squares) - 1.0).abs() < 0.05);
        let within = normal.iter().filter(|value| value.abs() < 1.0).count();
        assert!((6600..7050).contains(&within), "{within} of 10000 within one standard deviation");
        assert!(draw(Distribution::Offset).iter().all(|value| (value - 1e9).abs() < 10.0));
        let constant = draw(Distribution::Constant);
        assert!(constant.iter().all(|value| *value == constant[0]));
        for (index, value) in draw(Distribution::Decaying).iter().enumerate() {
            let significand = value * 2f64.powi((index % DECAY_PERIOD) as i32);
            assert!((1.0..2.0).contains(&significand));
        }
    }

    /// Published records name their inputs by hash: these values may never change.
    #[test]
    fn the_first_values_are_these_on_every_platform() {
        // The uniform row was also computed by another implementation of ChaCha8 and of the key.
        #[rustfmt::skip]
        let table = [
            (Distribution::Uniform, [0.22502930687785816, 0.1676372547397016, 0.9733100160014659], 0.544571488056537),
            (Distribution::Normal, [-2.0032959622234965, 0.3339374849493376, 3.328112388476657], -1.7067546813609005),
            (Distribution::Offset, [999999998.1603075, 999999998.7748704, 1000000000.838669], 1000000000.3974963),
            (Distribution::Constant, [0.03728677427069682, 0.03728677427069682, 0.03728677427069682], 0.5221952605254278),
            (Distribution::Decaying, [1.1118119321722024, 0.9979248144395575, 9.546654829025333e-8], 7.916949393625142e-8),
        ];
        for (distribution, [first, second, last], last_of_variant_3) in table {
            let drawn = series(&Workload::whole(distribution, 25, "test"), 1);
            assert_eq!([drawn[0][0], drawn[0][1], drawn[0][24]], [first, second, last], "{distribution:?}");
            assert_eq!(drawn[3][24], last_of_variant_3, "{distribution:?}");
        }
    }

    #[test]
    fn a_recording_is_not_drawn() {
        let workload = Workload::recording(crate::Task::Pedometer, "oxford-hour", 1000, 3, "test");
        assert!(draw(&workload, 1).unwrap_err().to_string().contains("oxford-hour"));
    }
}
