//! How often are contenders judged rightly where the recording is so long that the baseline is called on prefixes of
//! it?

use breakeven_estimate::{self as estimate, Verdict};
use breakeven_measure::input_file::InputFileError;
use breakeven_record::Outcome;

use super::{
    FALSE_PERCENT, HELD_PERCENT, Judge, Share, at_least, at_most, fewest, holds, opposite, simulate, truth,
};
use crate::scenario::{Cost, ON_RECORDINGS, Scenario, Work};
use crate::{BASELINE, Stages};

/// How far off the whole may be where shorter prefixes predict the longest one within the limit, of lengths 1, 2 and 3:
/// a start that makes them miss it by 3 % makes 4.5 % of the sum of all three.
const EXTRAPOLATED_WITHIN: f64 = 1.5 * estimate::EXTRAPOLATION_LIMIT;

/// Contenders against a baseline whose whole cost is extrapolated.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Recorded {
    /// What was simulated, with the contenders of [`ON_RECORDINGS`].
    pub scenario: Scenario,
    /// The baseline is reported as not extrapolating: such a run has no verdicts, and the other shares are of the
    /// remaining runs.
    pub refused: Share,
    /// The 95 % interval of one comparison holds the true ratio: of the contenders on prefixes (the one with fewest
    /// such runs), of the one called on the whole, and of the one in rounds.
    pub held: [Share; 3],
    /// The same of all of them, with intervals widened at both ends by `EXTRAPOLATED_WITHIN`.
    pub held_within: Share,
    /// Median over the runs of how far the ratio of the one in rounds is off, as a fraction.
    pub off: f64,
    /// The equal one is called faster or slower.
    pub told_apart: Share,
    /// The 5 % of the faster one are found.
    pub found: Share,
    /// One of those that are quicker is called slower.
    pub wrong_way: Share,
}

impl Recorded {
    /// Simulates so many runs.
    ///
    /// # Errors
    /// The input's file cannot be written or read.
    pub fn of(scenario: Scenario, runs: usize, judge: Judge) -> Result<Self, InputFileError> {
        let scenario = Scenario { contenders: ON_RECORDINGS, ..scenario };
        let mut row = Recorded { scenario, ..Recorded::default() };
        let mut held = [Share::default(); ON_RECORDINGS.len()];
        let mut held_within = held;
        let mut off = Vec::new();
        simulate(scenario, runs, Stages::ONE, |workload| {
            let measured = |id: &str| {
                workload.contender(id).is_some_and(|known| known.findings.outcome == Outcome::Measured)
            };
            row.refused.add(!measured(BASELINE));
            if !measured(BASELINE) {
                return;
            }
            let judged =
                ON_RECORDINGS.iter().map(|known| judge(workload, known.id, 1).filter(|_| measured(known.id)));
            let judged: Vec<_> = judged.collect();
            for (number, (known, judged)) in ON_RECORDINGS.iter().zip(&judged).enumerate() {
                let Some(judged) = judged else { continue };
                held[number].add(holds(judged.ratio, known.ratio));
                let mut wide = judged.ratio;
                wide.low /= 1.0 + EXTRAPOLATED_WITHIN;
                wide.high *= 1.0 + EXTRAPOLATED_WITHIN;
                held_within[number].add(holds(wide, known.ratio));
            }
            let verdict =
                |number: usize| judged[number].map_or(Verdict::NotResolved, |judged| judged.verdict);
            row.told_apart.add(matches!(verdict(0), Verdict::Faster | Verdict::Slower));
            row.found.add(verdict(1) == Verdict::Faster);
            let others = ON_RECORDINGS.iter().enumerate().skip(1);
            row.wrong_way
                .add(others.into_iter().any(|(at, known)| verdict(at) == opposite(truth(known.ratio))));
            off.extend(judged[3].map(|judged| judged.ratio.value / ON_RECORDINGS[3].ratio - 1.0));
        })?;
        let [equal, faster, single, rounds] = held;
        row.held = [fewest(&[equal, faster]), single, rounds];
        row.held_within = fewest(&held_within);
        row.off = estimate::median(&off).unwrap_or(0.0);
        Ok(row)
    }

    /// Every promise that this row breaks, in words.
    #[must_use]
    pub fn broken(&self) -> Vec<String> {
        let extrapolates = self.scenario.work != Work::Recorded(Cost::Curved);
        let mut broken = vec![at_most("called the wrong way round", self.wrong_way, 0.0)];
        if extrapolates {
            broken.push(at_most("said not to extrapolate", self.refused, FALSE_PERCENT));
            broken.push(at_most("equals are told apart", self.told_apart, FALSE_PERCENT));
            broken.push(at_least("the interval holds within 4.5 %", self.held_within, HELD_PERCENT));
        } else {
            broken.push(at_least("said not to extrapolate", self.refused, REFUSED_PERCENT));
        }
        if self.promises_to_hold() {
            broken.push(at_least("the interval holds", fewest(&self.held), HELD_PERCENT));
        }
        broken.into_iter().flatten().map(|what| format!("{}: {what}", self.scenario.name())).collect()
    }

    /// Whether an interval over processes, which covers noise alone, is promised to hold the extrapolated ratio: where
    /// the cost of the whole follows from that of prefixes.
    #[must_use]
    pub fn promises_to_hold(&self) -> bool {
        !matches!(self.scenario.work, Work::Recorded(Cost::OfData | Cost::SmallStart | Cost::Curved))
    }
}

/// A cost that does not extrapolate is reported so in at least so many of a hundred runs.
const REFUSED_PERCENT: f64 = 50.0;
