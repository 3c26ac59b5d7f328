//! Is a window of integers what it is by itself, whatever has been in it before?

use breakeven_simd::integer_windows::{self, IntegerWindow};
use breakeven_simd::spans::Missing;
use breakeven_simd::{exact, standard_deviation_of};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

#[test]
fn a_window_keeps_nothing_of_what_has_left_it() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let ends = [i64::MIN, i64::MIN + 1, i64::MAX, i64::MAX - 2, 0, 7];
    for case in 0..400 {
        let bits = rng.random_range(0..64);
        let ends = if case % 4 < 2 { &ends[..] } else { &ends[4..] };
        let mut draw = || {
            if rng.random_range(0..4) == 0 {
                ends[rng.random_range(0..ends.len())]
            } else {
                rng.random::<i64>() >> bits
            }
        };
        let values: Vec<i64> = (0..300).map(|_| draw()).collect();
        let missing: Vec<bool> = (0..300).map(|_| case % 2 == 1 && rng.random_range(0..9) == 0).collect();
        let (width, step, ddof) = (rng.random_range(1..200), rng.random_range(1..9), rng.random_range(0..3));
        let starts = (0..=300 - width).step_by(step);
        let spans: Vec<_> = starts.map(|start| start..start + width).collect();
        for rule in [Missing::Skip, Missing::Propagate] {
            let of = |result: fn(&IntegerWindow, usize) -> f64| {
                let mut out = vec![0.0; spans.len()];
                let known = if case % 2 == 1 { &missing[..] } else { &[] };
                let result = |window: &IntegerWindow| result(window, ddof);
                integer_windows::fill(&values, known, spans.iter().cloned(), rule, 2, result, &mut out);
                out
            };
            let fast = of(IntegerWindow::standard_deviation);
            let nearest = of(IntegerWindow::nearest_standard_deviation);
            let means = of(|window, _| window.mean(1 << 63));
            for (place, span) in spans.iter().enumerate() {
                let present: Vec<i64> =
                    span.clone().filter(|&at| !missing[at]).map(|at| values[at]).collect();
                let has_result = present.len() >= 2 && (rule == Missing::Skip || present.len() == width);
                let right = if has_result { standard_deviation_of(&present, ddof) } else { f64::NAN };
                assert_eq!(fast[place].to_bits(), right.to_bits(), "case {case}, {span:?}, {rule:?}");
                // the exact function itself, where differences are doubles
                if present.iter().all(|value| value.unsigned_abs() <= 1 << 53) && has_result {
                    let doubles: Vec<f64> = present.iter().map(|&value| value as f64).collect();
                    let right = exact::standard_deviation(&doubles, ddof);
                    assert_eq!(nearest[place].to_bits(), right.to_bits(), "case {case}, {span:?}");
                }
                let distance = (nearest[place] - right).abs();
                assert!(
                    nearest[place].is_nan() && right.is_nan() || distance <= right * 3e-16,
                    "case {case}, {span:?}"
                );
                if has_result {
                    let sum: i128 = present.iter().map(|&value| i128::from(value) + (1 << 63)).sum();
                    assert_eq!(means[place], sum as f64 / present.len() as f64, "case {case}, {span:?}");
                }
            }
        }
    }
}
