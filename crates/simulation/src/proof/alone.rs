//! How often is one contender judged rightly: for one comparison, and as one of as many as a default run makes?

use breakeven_estimate::policy::PROCESSES;
use breakeven_estimate::{LEAST_NOISE_THRESHOLD, Verdict};
use breakeven_measure::input_file::InputFileError;

use super::{
    FALSE_PERCENT, FOUND_PERCENT, HELD_PERCENT, Judge, Share, at_least, at_most, fewest, holds, opposite,
    simulate, truth,
};
use crate::Stages;
use crate::disturbance::Disturbance;
use crate::scenario::{DEFAULT_COMPARISONS, DIFFERENT, Scenario, Simulated, Work};

/// Contenders judged one at a time, and as one of [`DEFAULT_COMPARISONS`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Alone {
    /// What was simulated, with the contenders of [`DIFFERENT`].
    pub scenario: Scenario,
    /// The 95 % interval of one comparison holds the true ratio: the contender with the fewest such runs.
    pub held: Share,
    /// The equal one is called equivalent.
    pub equivalent: Share,
    /// The equal one is called faster or slower.
    pub told_apart: Share,
    /// The 5 % are found: of the slower one, and of the faster one.
    pub found: [Share; 2],
    /// The same with intervals widened for [`DEFAULT_COMPARISONS`].
    pub found_among: [Share; 2],
    /// One of the two is called faster where it is slower, or slower where it is faster, widened or not.
    pub wrong_way: Share,
    /// A contender is called equivalent that differs by more than [`LEAST_NOISE_THRESHOLD`], widened or not.
    pub not_equivalent: Share,
}

impl Alone {
    /// Simulates so many runs.
    ///
    /// # Errors
    /// The input's file cannot be written or read.
    pub fn of(scenario: Scenario, runs: usize, judge: Judge) -> Result<Self, InputFileError> {
        let scenario = Scenario { contenders: DIFFERENT, ..scenario };
        let mut row = Alone { scenario, ..Alone::default() };
        let mut held = [Share::default(); 3];
        simulate(scenario, runs, Stages::ONE, |workload| {
            let seen = |known: &Simulated, comparisons| judge(workload, known.id, comparisons);
            let verdict = |known: &Simulated, comparisons| {
                seen(known, comparisons).map_or(Verdict::NotResolved, |judged| judged.verdict)
            };
            for (known, share) in DIFFERENT.iter().zip(&mut held) {
                share.add(seen(known, 1).is_some_and(|judged| holds(judged.ratio, known.ratio)));
            }
            for (known, share) in DIFFERENT[1..].iter().zip(&mut row.found) {
                share.add(verdict(known, 1) == truth(known.ratio));
            }
            for (known, share) in DIFFERENT[1..].iter().zip(&mut row.found_among) {
                share.add(verdict(known, DEFAULT_COMPARISONS) == truth(known.ratio));
            }
            row.equivalent.add(verdict(&DIFFERENT[0], 1) == Verdict::Equivalent);
            row.told_apart.add(matches!(verdict(&DIFFERENT[0], 1), Verdict::Faster | Verdict::Slower));
            let different = &DIFFERENT[1..];
            let verdict_on_any = |wrong: &dyn Fn(&Simulated, Verdict) -> bool| {
                let is_wrong = |known, comparisons| wrong(known, verdict(known, comparisons));
                different.iter().any(|known| is_wrong(known, 1) || is_wrong(known, DEFAULT_COMPARISONS))
            };
            row.wrong_way.add(verdict_on_any(&|known, verdict| verdict == opposite(truth(known.ratio))));
            row.not_equivalent.add(verdict_on_any(&|known, verdict| {
                verdict == Verdict::Equivalent && known.ratio.ln().abs() > LEAST_NOISE_THRESHOLD.ln_1p()
            }));
        })?;
        row.held = fewest(&held);
        Ok(row)
    }

    /// Every promise that this row breaks, in words.
    #[must_use]
    pub fn broken(&self) -> Vec<String> {
        let mut broken = vec![
            at_least("the interval holds", self.held, HELD_PERCENT),
            at_most("equals are told apart", self.told_apart, FALSE_PERCENT),
            at_most("called equivalent beyond 2 %", self.not_equivalent, 0.0),
            at_most("called the wrong way round", self.wrong_way, 0.0),
        ];
        if self.promises_to_find() {
            broken.push(at_least("5 % are found", fewest(&self.found), FOUND_PERCENT));
        }
        broken.into_iter().flatten().map(|what| format!("{}: {what}", self.scenario.name())).collect()
    }

    /// Whether a difference of 5 % is promised to be found here: with 1 % between processes, at least the default
    /// number of them, and none slow or bimodal. The ratio of single calls varies by much more than that.
    #[must_use]
    pub fn promises_to_find(&self) -> bool {
        use Disturbance::{Bimodal, SlowProcess};
        let Scenario { disturbance, between, work, processes, .. } = self.scenario;
        !matches!(disturbance, Bimodal | SlowProcess)
            && between <= 0.01
            && work == Work::Short
            && processes >= PROCESSES
    }
}
