//! What can be said on a noisy machine, and what could where a noise threshold above 10 % forbade every verdict?

use breakeven_estimate::power::share_interval;
use breakeven_estimate::{self as estimate, Verdict};
use breakeven_measure::input_file::InputFileError;
use breakeven_record::WorkloadRecord;

use super::{Judge, Share, opposite, simulate, truth};
use crate::Stages;
use crate::scenario::{NEAR_AND_FAR, Scenario, Simulated};

/// The rule that was replaced: no verdict on a workload whose noise threshold is above this.
const FORMER_VETO: f64 = 0.10;

/// Of ten thousand equals, at most so many are told apart.
const FALSE_PER_MILLE: f64 = 1.0;

/// The contenders of [`NEAR_AND_FAR`] judged one at a time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Noisy {
    /// What was simulated.
    pub scenario: Scenario,
    /// A contender that differs is called faster where it is slower, or slower where it is faster.
    pub wrong_way: Share,
    /// An equal one is called faster or slower.
    pub told_apart: Share,
    /// Each contender that differs is found.
    pub found: [Share; 5],
    /// The same by the former rule.
    pub found_formerly: [Share; 5],
}

impl Noisy {
    /// Simulates so many runs.
    ///
    /// # Errors
    /// The input's file cannot be written or read.
    pub fn of(scenario: Scenario, runs: usize, judge: Judge) -> Result<Self, InputFileError> {
        let scenario = Scenario { contenders: NEAR_AND_FAR, ..scenario };
        let mut row = Noisy { scenario, ..Noisy::default() };
        simulate(scenario, runs, Stages::ONE, |workload| row.add(workload, judge))?;
        Ok(row)
    }

    fn add(&mut self, workload: &WorkloadRecord, judge: Judge) {
        let verdict = |known: &Simulated| {
            judge(workload, known.id, 1).map_or(Verdict::NotResolved, |judged| judged.verdict)
        };
        let is_vetoed = estimate::noise(workload).is_none_or(|noise| noise.threshold > FORMER_VETO);
        let (equal, different) = NEAR_AND_FAR.split_at(5);
        for known in equal {
            self.told_apart.add(matches!(verdict(known), Verdict::Faster | Verdict::Slower));
        }
        for (place, known) in different.iter().enumerate() {
            let is_found = verdict(known) == truth(known.ratio);
            self.wrong_way.add(verdict(known) == opposite(truth(known.ratio)));
            self.found[place].add(is_found);
            self.found_formerly[place].add(is_found && !is_vetoed);
        }
    }

    /// Every promise that this row breaks, in words.
    #[must_use]
    pub fn broken(&self) -> Vec<String> {
        let mut broken = Vec::new();
        if self.wrong_way.count > 0 {
            broken.push(format!("called the wrong way round: {}", counted(self.wrong_way)));
        }
        if 10.0 * self.told_apart.percent() > FALSE_PER_MILLE {
            broken.push(format!("equals are told apart: {}", counted(self.told_apart)));
        }
        broken.into_iter().map(|what| format!("{}: {what}", self.scenario.name())).collect()
    }
}

/// `3 of 10000, 0.006 to 0.09 %`: a count with the 95 % interval of its share.
#[must_use]
pub fn counted(share: Share) -> String {
    let (low, high) = share_interval(share.count, share.of);
    format!("{} of {}, {:.3} to {:.3} %", share.count, share.of, 100.0 * low, 100.0 * high)
}
