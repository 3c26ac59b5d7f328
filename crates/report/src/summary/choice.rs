//! Which contender is the fastest at which size, by what the caller holds?

use breakeven_estimate::{Leader, Verdict, compared, leader, ranking};
use breakeven_record::contender_id::ContenderId;
use breakeven_record::{ContenderRecord, WorkloadRecord};
use serde::{Deserialize, Serialize};

use super::Row;
use super::arrays::Arrays;

/// What a caller may hold, as words of input forms: a Python list, a NumPy array, a Rust slice.
pub(super) const HELD: [&str; 3] = ["list", "ndarray", "slice"];

/// The fastest contender on arrays of one size that takes what the caller holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// The workload's id.
    pub workload: String,
    /// Values in the array.
    pub n: usize,
    /// What the caller holds: `list`, `ndarray` or `slice`.
    pub input: String,
    /// The fastest right contender in the embedded interpreter, and how it compares with the next one.
    #[serde(flatten)]
    pub leader: Leader,
}

/// A contender that stays the fastest from one measured size to another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BestRange {
    /// What the caller holds: `list`, `ndarray` or `slice`.
    pub input: String,
    /// The contender. Once the fastest, it stays so until another one is faster beyond the noise.
    pub contender: ContenderId,
    /// The smallest of the sizes, in values.
    pub from: usize,
    /// The largest of them.
    pub to: usize,
    /// How many times as fast as the baseline it is, at the size where that is least; null where no ratio is known.
    pub least_gain: Option<f64>,
    /// The same where it is greatest.
    pub greatest_gain: Option<f64>,
    /// Whether it is slower than the baseline at all of these sizes, beyond the noise: who has what the baseline takes should
    /// keep to the baseline.
    #[serde(default)]
    pub slower: bool,
}

impl Choice {
    /// One per size and input form of which there is a contender, ascending in size.
    pub(super) fn all(arrays: &Arrays<'_>, comparisons: usize) -> Vec<Self> {
        let of = |workload: &&WorkloadRecord, input: &str| {
            let leader = leader(workload, comparisons, |known| takes(known, input))?;
            let (workload, n) = (workload.id.clone(), workload.length);
            Some(Self { workload, n, input: input.to_owned(), leader })
        };
        let workloads = arrays.workloads.iter();
        workloads.flat_map(|workload| HELD.into_iter().filter_map(move |input| of(workload, input))).collect()
    }
}

impl BestRange {
    /// Of each input form its ranges, ascending in size.
    pub(super) fn all(arrays: &Arrays<'_>, rows: &[Row], comparisons: usize) -> Vec<Self> {
        HELD.into_iter().flat_map(|input| Self::of(arrays, rows, comparisons, input)).collect()
    }

    fn of(arrays: &Arrays<'_>, rows: &[Row], comparisons: usize, input: &str) -> Vec<Self> {
        let mut ranges: Vec<Self> = Vec::new();
        for workload in &arrays.workloads {
            let ranked = ranking(workload, |known| takes(known, input));
            let Some(best) = ranked.first() else { continue };
            let row_of = |contender: &str| {
                rows.iter().find(|row| row.workload == workload.id && row.contender == contender)
            };
            let is_slower =
                |contender: &str| row_of(contender).is_some_and(|row| row.verdict == Some(Verdict::Slower));
            let before = ranges.last_mut().filter(|last| {
                let beaten = || compared(workload, &best.id, &last.contender, comparisons).verdict;
                ranked.iter().any(|known| known.id == last.contender)
                    && is_slower(&last.contender) == last.slower
                    && (best.id == last.contender || beaten() != Some(Verdict::Faster))
            });
            let contender = before.as_ref().map_or(&best.id, |last| &last.contender).clone();
            let (gain, slower) = (row_of(&contender), is_slower(&contender));
            let gain = gain.and_then(|row| row.ratio).filter(|&ratio| ratio > 0.0).map(f64::recip);
            let to = workload.length;
            match before {
                Some(last) => {
                    last.to = to;
                    last.least_gain = last.least_gain.into_iter().chain(gain).reduce(f64::min);
                    last.greatest_gain = last.greatest_gain.into_iter().chain(gain).reduce(f64::max);
                }
                None => ranges.push(Self {
                    input: input.to_owned(),
                    contender,
                    from: to,
                    to,
                    least_gain: gain,
                    greatest_gain: gain,
                    slower,
                }),
            }
        }
        ranges
    }
}

fn takes(contender: &ContenderRecord, input: &str) -> bool {
    contender.declared.input == input && contender.id.interpreter().is_none()
}
