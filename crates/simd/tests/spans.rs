//! Are windows of different lengths as right as those of one?

#![expect(clippy::print_stdout, reason = "tests say their seed")]

use std::ops::Range;

use breakeven_problem::oracle;
use breakeven_simd::exact;
use breakeven_simd::spans::{Missing, means, standard_deviations};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

#[test]
fn windows_that_move_forward_have_the_oracles_deviations() {
    let seed = 20_261_129;
    println!("seed {seed}");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    for round in 0..400 {
        let values = series(&mut random, round);
        let spans = spans(&mut random, values.len());
        let (ddof, least) = (round % 3, 1 + round % 4);
        let missing = if round % 2 == 0 { Missing::Skip } else { Missing::Propagate };
        let (mut out, mut exact) = (vec![0.0; spans.len()], vec![0.0; spans.len()]);
        standard_deviations(&values, spans.iter().cloned(), missing, ddof, least, &mut out);
        exact::spans(&values, spans.iter().cloned(), missing, ddof, least, &mut exact);
        for ((span, got), exact) in spans.iter().zip(&out).zip(&exact) {
            let window = &values[span.clone()];
            let present: Vec<f64> = window.iter().copied().filter(|value| !value.is_nan()).collect();
            let is_whole = missing == Missing::Skip || present.len() == window.len();
            let expected = if is_whole && present.len() >= least && !present.is_empty() {
                oracle::standard_deviation(&present, ddof)
            } else {
                f64::NAN
            };
            // half the smallest subnormal: what rounding alone may cost there
            let allowed = (1e-14_f64 * expected).max(2.5e-324);
            let is_right = if expected.is_nan() { got.is_nan() } else { (got - expected).abs() <= allowed };
            assert!(is_right || *got == expected, "round {round}, {span:?}: {got:?}, not {expected:?}");
            let is_nearest = exact.to_bits() == expected.to_bits() || exact.is_nan() && expected.is_nan();
            assert!(is_nearest, "round {round}, {span:?}, exact: {exact:?}, not {expected:?}");
        }
    }
}

#[test]
fn long_windows_that_grow_and_shrink_are_rounded_correctly() {
    let (mut random, length) = (ChaCha8Rng::seed_from_u64(20_261_131), 6000);
    for (series, exponents) in [(0, 1), (1, 1), (2, 400)] {
        let values: Vec<f64> = (0..length)
            .map(|index| match random.random_range(0..40) {
                0 if series == 1 => f64::NAN,
                1 if series == 1 && index % 3 == 0 => f64::INFINITY,
                _ => random.random::<f64>() * 2_f64.powi(random.random_range(-exponents..exponents)),
            })
            .collect();
        // the windows of 2,000 values, those at both ends with what they have
        let spans = (1..length + 2000).map(|end: usize| end.saturating_sub(2000)..end.min(length));
        for missing in [Missing::Skip, Missing::Propagate] {
            let mut out = vec![0.0; length + 1999];
            exact::spans(&values, spans.clone(), missing, 1, 2, &mut out);
            for (span, got) in spans.clone().zip(&out).step_by(37) {
                let window = &values[span.clone()];
                let present: Vec<f64> = window.iter().copied().filter(|value| !value.is_nan()).collect();
                let is_whole = missing == Missing::Skip || present.len() == window.len();
                let expected = if is_whole { oracle::standard_deviation(&present, 1) } else { f64::NAN };
                let is_nearest = got.to_bits() == expected.to_bits() || got.is_nan() && expected.is_nan();
                assert!(is_nearest, "{series}, {span:?}: {got:?}, not {expected:?}");
            }
        }
    }
}

#[test]
fn spans_that_end_early_leave_the_rest_as_it_is() {
    let values = [1.0, 3.0, 7.0];
    let spans = || [0..1, 0..2].into_iter();
    let mut out = [9.0; 3];
    standard_deviations(&values, spans(), Missing::Skip, 0, 1, &mut out);
    assert_eq!(out, [0.0, 1.0, 9.0]);
    exact::spans(&values, spans(), Missing::Skip, 0, 1, &mut out);
    assert_eq!(out, [0.0, 1.0, 9.0]);
}

#[test]
fn means_are_those_of_exact_sums() {
    let seed = 20_261_130;
    println!("seed {seed}");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    for round in 0..200 {
        // multiples of 2^-20 below 2^21: their sums in integers are exact
        let values: Vec<f64> =
            (0..300).map(|_| f64::from(random.random_range(-1_i32 << 30..1 << 30))).collect();
        let spans = spans(&mut random, values.len());
        let mut out = vec![0.0; spans.len()];
        means(&values, spans.iter().cloned(), Missing::Propagate, 1, &mut out);
        for (span, got) in spans.iter().zip(&out) {
            let sum: i64 = values[span.clone()].iter().map(|&value| value as i64).sum();
            let expected = sum as f64 / span.len() as f64;
            assert!(
                got.to_bits() == expected.to_bits() || got.is_nan() && span.is_empty(),
                "round {round}, {span:?}"
            );
        }
    }
}

#[test]
fn a_mean_leaves_nothing_behind_and_does_not_overflow() {
    let values = [1e300, -1e300, 1.0, 2.0, f64::NAN, 3.0, f64::INFINITY, 5.0, 1.5e308, 1.5e308];
    let spans = (0..values.len() - 1).map(|start| start..start + 2);
    let mut out = [0.0; 9];
    means(&values, spans, Missing::Propagate, 1, &mut out);
    let nan = f64::NAN;
    let expected = [0.0, -5e299, 1.5, nan, nan, nan, nan, 7.5e307, 1.5e308];
    for (got, expected) in out.iter().zip(expected) {
        assert!(got.to_bits() == expected.to_bits() || got.is_nan() && expected.is_nan(), "{out:?}");
    }
}

#[test]
#[should_panic(expected = "windows move forward")]
fn windows_that_move_back_are_refused() {
    standard_deviations(&[1.0; 3], [1..2, 0..2].into_iter(), Missing::Skip, 0, 1, &mut [0.0; 2]);
}

/// Ordinary, offset, tiny and huge values, trends, outliers, constant runs, and what is not finite.
fn series(random: &mut impl Rng, round: usize) -> Vec<f64> {
    let length = random.random_range(1..150);
    let scale = [1.0, 1e-3, 1e200, 1e-200, 1e-310][round % 5];
    let offset = [0.0, 1e9, 0.0, 3.0, 0.0][round / 5 % 5];
    let mut values: Vec<f64> =
        (0..length).map(|_| (random.random_range(-1.0..1.0) + offset) * scale).collect();
    match round % 6 {
        0 => values.iter_mut().enumerate().for_each(|(index, value)| *value += scale * index as f64),
        1 => {
            values.iter_mut().enumerate().for_each(|(index, value)| *value *= 0.5_f64.powi(index as i32 % 60))
        }
        2 => values[length / 2] = 1e12 * scale.clamp(1e-200, 1e200),
        3 => values[length / 3..].iter_mut().for_each(|value| *value = scale * 0.1),
        4 => values[length / 2] = [f64::NAN, f64::INFINITY][round / 6 % 2],
        _ => values.iter_mut().step_by(3).for_each(|value| *value = f64::NAN),
    }
    values
}

/// Growing, sliding, jumping and empty windows, to the end of the series.
fn spans(random: &mut impl Rng, length: usize) -> Vec<Range<usize>> {
    let (mut start, mut end) = (0, 0);
    let (slow, fast) = (random.random_range(1..4), random.random_range(2..6));
    let mut spans = Vec::new();
    spans.push(0..0);
    while start < length {
        end = length.min(end + random.random_range(0..fast));
        if random.random_range(0..3) > 0 || end == length {
            start = end.min(start + random.random_range(0..slow) + usize::from(end == length));
        }
        spans.push(start..end);
    }
    spans
}

#[test]
fn values_whose_differences_overflow_are_no_constant_window() {
    let values = [0.0, 0.0, 0.0, f64::MAX, -f64::MAX];
    for end in 1..=values.len() {
        let mut out = [0.0];
        standard_deviations(&values, std::iter::once(0..end), Missing::Propagate, 0, 1, &mut out);
        let expected = oracle::standard_deviation(&values[..end], 0);
        assert!((out[0] - expected).abs() <= 1e-14 * expected, "{end}: {} for {expected}", out[0]);
    }
}
