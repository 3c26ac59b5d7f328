//! How are windows computed whose squares are too small or too large?
//!
//! Values are multiplied by the power of two that brings the largest of a group's first window near 1, and results
//! are divided by it. Where a value underflows or overflows by that its windows fail the check, and are settled by themselves.
//!
//! A group is as many lanes as make its windows no fewer than a window has values, so that scaling costs little, and starts at a fixed window. So whether and how it is scaled
//! follows from values of its first window, and a window's result from values up to its last one.

use std::ops::Range;

use super::settle::note;
use super::two_stack::{Wide, length};
use super::{Series, Shape};
use crate::Kernel;
use crate::exponents::{exponent, power_of_two};
use crate::isa::LANES;

/// Windows of a group.
pub(super) fn group(window: usize) -> usize {
    window.next_multiple_of(LANES * length(window))
}

/// Does again those of the `doubts` of a series that scaling helps, and returns the others.
pub(super) fn again(
    kernel: Kernel,
    shape: &Shape,
    values: &[f64],
    doubts: Vec<Range<usize>>,
    out: &mut [f64],
) -> Vec<Range<usize>> {
    if doubts.is_empty() {
        return doubts;
    }
    let group = group(shape.window);
    let mut left = Vec::new();
    for doubts in by_group(&doubts, group).chunk_by(|a, b| a.start / group == b.start / group) {
        let first = doubts[0].start / group * group;
        let factor = scale_of(&values[first..first + shape.window]);
        if factor == 1.0 {
            left.extend_from_slice(doubts);
            continue;
        }
        let windows = group.min(out.len() - first);
        let scaled: Vec<_> =
            values[first..first + windows + shape.window - 1].iter().map(|value| value * factor).collect();
        let (mut results, mut still) = (vec![0.0; windows], Vec::new());
        kernel.run(Wide(Series { shape, values: &scaled, out: &mut results, doubts: &mut still }));
        for doubt in still {
            results[doubt].fill(f64::NAN);
        }
        for window in doubts.iter().cloned().flatten() {
            let result = results[window - first] * (1.0 / factor);
            if (power_of_two(-1000)..=power_of_two(1000)).contains(&result) {
                out[window] = result;
            } else {
                note(window, &mut left);
            }
        }
    }
    left
}

/// The same windows, cut where groups end.
fn by_group(runs: &[Range<usize>], group: usize) -> Vec<Range<usize>> {
    let mut cut = Vec::new();
    for run in runs {
        let mut start = run.start;
        while start < run.end {
            let end = run.end.min((start + 1).next_multiple_of(group));
            cut.push(start..end);
            start = end;
        }
    }
    cut
}

/// The power of two that brings the largest finite value near 1, so that sums of squares are normal; 1 where they are anyway.
fn scale_of(values: &[f64]) -> f64 {
    const ORDINARY: std::ops::RangeInclusive<i64> = -400..=400;
    let finite = values.iter().filter(|value| value.is_finite());
    let largest = finite.fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let exponent = if largest > 0.0 { exponent(largest) } else { 0 };
    let exponent = if ORDINARY.contains(&exponent) { 0 } else { exponent.clamp(-1022, 1022) };
    power_of_two(-exponent)
}
