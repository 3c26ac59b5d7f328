//! What would other intervals have done with the same runs?
//!
//! Each of these is narrower than the sign test's, and assumes something that does not hold for timings:
//! symmetry, a normal distribution, smoothness, or that the batches of a process are independent. None is
//! used for a figure. They are judged as the tool's own interval is, which shows what that one costs and gains.

use breakeven_estimate::{Estimate, ProcessValue, log_ratios, median, noise_of_contender, sign_test_rank};
use breakeven_record::{Samples, WorkloadRecord};

use super::proof::{Judge, Judged, judge};

/// A way to make intervals.
#[derive(Debug, Clone, Copy)]
pub struct Alternative {
    /// What the table calls it.
    pub name: &'static str,
    /// Judges by it, with the tool's noise threshold; all but the tool's own for one comparison only.
    pub judge: Judge,
}

/// Every alternative, the tool's own first.
pub const ALTERNATIVES: &[Alternative] = &[
    Alternative { name: "sign test (the tool's)", judge },
    Alternative { name: "sign test, interpolated to 95 %", judge: interpolated },
    Alternative { name: "signed ranks", judge: signed_ranks },
    Alternative { name: "Student's t", judge: student },
    Alternative { name: "sign test over all batches of all processes", judge: over_batches },
];

/// Hettmansperger and Sheather, "Confidence intervals based on interpolated order statistics", Statistics &
/// Probability Letters 4 (1986): between the rank that holds more than 95 % and the next one.
fn interpolated(workload: &WorkloadRecord, contender: &str, comparisons: usize) -> Option<Judged> {
    judged_by(workload, contender, comparisons, |sorted| {
        let (count, rank) = (sorted.len(), sign_test_rank(sorted.len(), 1)?);
        let (wide, narrow) = (confidence(count, rank), confidence(count, rank + 1));
        let part = (wide - 0.95) / (wide - narrow);
        let weight = (count - rank) as f64 * part / (rank as f64 + (count - 2 * rank) as f64 * part);
        let between = |outer: f64, inner: f64| outer + weight * (inner - outer);
        Some(Estimate {
            value: median(sorted)?,
            low: between(sorted[rank - 1], sorted[rank]),
            high: between(sorted[count - rank], sorted[count - rank - 1]),
        })
    })
}

/// Wilcoxon's test, turned into an interval by the means of all pairs (Walsh averages).
fn signed_ranks(workload: &WorkloadRecord, contender: &str, comparisons: usize) -> Option<Judged> {
    judged_by(workload, contender, comparisons, |sorted| {
        let pairs = sorted.iter().enumerate();
        let mut means: Vec<f64> = pairs
            .flat_map(|(index, &one)| sorted[index..].iter().map(move |&other| f64::midpoint(one, other)))
            .collect();
        means.sort_by(f64::total_cmp);
        let cut = signed_rank_cut(sorted.len())?;
        Some(Estimate { value: median(&means)?, low: means[cut], high: means[means.len() - 1 - cut] })
    })
}

/// The critical value, which is how many of the smallest means lie outside of the interval: the largest sum of
/// ranks whose two tails of the exact distribution together hold at most 5 %.
fn signed_rank_cut(count: usize) -> Option<usize> {
    let mut ways = vec![0.0; count * (count + 1) / 2 + 1];
    ways[0] = 1.0;
    for rank in 1..=count {
        for sum in (rank..ways.len()).rev() {
            ways[sum] += ways[sum - rank];
        }
    }
    let all = 2f64.powi(i32::try_from(count).unwrap_or(i32::MAX));
    let mut below = 0.0;
    let within = |ways: &&f64| {
        below += **ways;
        2.0 * below / all <= 0.05
    };
    ways.iter().take_while(within).count().checked_sub(1)
}

/// The mean and 2.262 standard errors, for ten processes.
fn student(workload: &WorkloadRecord, contender: &str, comparisons: usize) -> Option<Judged> {
    judged_by(workload, contender, comparisons, |sorted| {
        let count = sorted.len() as f64;
        let mean = sorted.iter().sum::<f64>() / count;
        let variance = sorted.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
        let half = 2.262_157 * (variance / count).sqrt();
        (sorted.len() == 10).then_some(Estimate { value: mean, low: mean - half, high: mean + half })
    })
}

/// The sign test over all batches, as if those of one process were independent.
fn over_batches(workload: &WorkloadRecord, contender: &str, comparisons: usize) -> Option<Judged> {
    let (own, base) = (batches(workload, contender)?, batches(workload, &workload.baseline)?);
    let mut ratios: Vec<f64> = own.iter().zip(&base).map(|(own, base)| (own / base).ln()).collect();
    ratios.sort_by(f64::total_cmp);
    judged_by(workload, contender, comparisons, |_| {
        let rank = sign_test_rank(ratios.len(), 1)?;
        Some(Estimate { value: median(&ratios)?, low: ratios[rank - 1], high: ratios[ratios.len() - rank] })
    })
}

/// Nanoseconds per call of every batch, in the order of the record.
fn batches(workload: &WorkloadRecord, contender: &str) -> Option<Vec<f64>> {
    let runs = workload.contender(contender)?.runs.iter();
    let batches = runs.flat_map(|run| match &run.samples {
        Samples::Rounds { loops, batches_ns, .. } => {
            batches_ns.iter().map(|&ns| ns as f64 / *loops as f64).collect()
        }
        Samples::Calls { .. } | Samples::WholeCall { .. } => Vec::new(),
    });
    Some(batches.collect())
}

/// Judges by an interval of the logarithms, made of the sorted values of the processes.
fn judged_by(
    workload: &WorkloadRecord,
    contender: &str,
    comparisons: usize,
    interval: impl Fn(&[f64]) -> Option<Estimate>,
) -> Option<Judged> {
    if comparisons != 1 {
        return None;
    }
    let values = log_ratios(workload, contender, &workload.baseline);
    let mut sorted: Vec<f64> = values.iter().map(|&ProcessValue { value, .. }| value).collect();
    sorted.sort_by(f64::total_cmp);
    let noise = noise_of_contender(workload, contender)?;
    let ratio = interval(&sorted)?.map(f64::exp);
    Some(Judged { ratio, verdict: noise.verdict(ratio) })
}

/// The probability that the values of these ranks from both ends enclose the median.
fn confidence(count: usize, rank: usize) -> f64 {
    let mut term = 0.5f64.powi(i32::try_from(count).unwrap_or(i32::MAX));
    let mut below = 0.0;
    for smaller in 0..rank {
        below += term;
        term *= (count - smaller) as f64 / (smaller + 1) as f64;
    }
    1.0 - 2.0 * below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_intervals_are_those_of_the_tables() {
        // of ten values: 97.9 % at the second, 89.1 % at the third; the critical value of signed ranks is 8
        assert!((confidence(10, 2) - 0.978_515_625).abs() < 1e-12);
        assert!((confidence(10, 3) - 0.890_625).abs() < 1e-12);
        for (count, cut) in
            [(5, None), (6, Some(0)), (8, Some(3)), (10, Some(8)), (12, Some(13)), (20, Some(52))]
        {
            assert_eq!(signed_rank_cut(count), cut, "{count} values");
        }
    }
}
