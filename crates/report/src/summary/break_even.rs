//! From which size on does it pay, as a program reads it?

use breakeven_estimate::break_even::break_even;
use breakeven_estimate::figure::Figure;
use breakeven_record::contender_id::ContenderId;
use breakeven_record::{Outcome, Record};
use serde::{Deserialize, Serialize};

use super::arrays::Arrays;
use crate::numeral::{bracket, significant};

/// A contender that is slower than another one on the smallest array, and from which size on it beats that one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BreakEvenSummary {
    /// The contender.
    pub contender: ContenderId,
    /// Plain Python, or what a user's comparison has for a baseline.
    pub base: ContenderId,
    /// The size, in values; null where not every process has one.
    #[serde(flatten)]
    pub figure: Figure,
    /// Processes that have one.
    pub crossed: usize,
    /// Processes that measured both at two sizes or more.
    pub processes: usize,
    /// The sizes at which both were measured, ascending.
    pub sizes: Vec<usize>,
}

impl BreakEvenSummary {
    /// Of every contender but the controls, in the order of the record.
    pub(super) fn all(record: &Record, arrays: &Arrays<'_>) -> Vec<Self> {
        let mut ids: Vec<&str> = Vec::new();
        for contender in arrays.workloads.iter().flat_map(|workload| &workload.contenders) {
            let stands = contender.findings.outcome == Outcome::Measured && !contender.id.is_control();
            if stands && contender.id != arrays.base && !ids.contains(&contender.id.as_str()) {
                ids.push(&contender.id);
            }
        }
        let of = |id: &str| {
            let found = break_even(&arrays.workloads, id, arrays.base);
            let figure = found.figure(record.plan.comparisons);
            found.slower_at_first.then(|| Self {
                contender: id.to_owned().into(),
                base: arrays.base.to_owned().into(),
                figure: if found.is_everywhere() { figure } else { Figure::default() },
                crossed: found.crossings.len(),
                processes: found.processes,
                sizes: found.sizes,
            })
        };
        ids.into_iter().filter_map(of).collect()
    }

    /// Whether a user's own function is one of the two.
    #[must_use]
    pub fn is_of_users(&self) -> bool {
        [&self.contender, &self.base].iter().any(|id| id.is_users())
    }

    /// The size in words: `227`, `none`, or that it is not resolved.
    #[must_use]
    pub fn size(&self) -> String {
        match self.figure.value {
            Some(size) => significant(size, 3),
            None if self.crossed > 0 => "not resolved".to_owned(),
            None => "none".to_owned(),
        }
    }

    /// It in a sentence, where there is a size.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        self.figure.value?;
        let bounds = bracket(self.figure.low, self.figure.high);
        Some(format!("{} beats {} from n = {} on{bounds}.", self.contender, self.base, self.size()))
    }
}
