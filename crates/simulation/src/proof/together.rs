//! All contenders of a run at once, with intervals widened for that.

use breakeven_estimate::{Verdict, leader, policy};
use breakeven_measure::input_file::InputFileError;
use breakeven_record::WorkloadRecord;

use super::{
    FALSE_PERCENT, FOUND_PERCENT, HELD_PERCENT, Judge, Judged, Share, at_least, at_most, holds, simulate,
    truth,
};
use crate::Looks;
use crate::disturbance::Disturbance;
use crate::scenario::{DIFFERENT, EQUAL, MANY, Scenario, Simulated};

/// Who is judged at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crowd {
    /// Four equals in one look, and in three looks one as quick as the baseline and two that are not.
    Few,
    /// Nineteen in three Williams squares, two of which differ from the baseline.
    Many,
}

impl Crowd {
    fn of_one_look(self) -> &'static [Simulated] {
        if self == Crowd::Few { EQUAL } else { MANY }
    }

    fn of_several_looks(self) -> &'static [Simulated] {
        if self == Crowd::Few { DIFFERENT } else { MANY }
    }
}

/// All contenders of a run judged at once, with intervals widened for that.
#[derive(Debug, Clone, PartialEq)]
pub struct Together {
    /// What was simulated, with the contenders of one look.
    pub scenario: Scenario,
    /// Who.
    pub crowd: Crowd,
    /// Processes of each of several looks: enough for the intervals of the first.
    pub processes_a_look: usize,
    /// Every interval of a run holds the true ratio, that of the fastest to its runner-up among them.
    pub held: Share,
    /// Any of the equals is called faster or slower, or the fastest faster than a runner-up that is as quick.
    pub told_apart: Share,
    /// With up to three looks: every interval holds.
    pub held_after_looks: Share,
    /// With up to three looks: any of the equals is called faster or slower.
    pub told_apart_after_looks: Share,
    /// With up to three looks: the 5 % are found in both. Promised with 1 % between processes, a sick one
    /// among them or not, but not where they are bimodal.
    pub found_after_looks: Share,
    /// With any number of looks: anybody is called the wrong way round.
    pub wrong_way: Share,
}

impl Together {
    /// Simulates so many runs with one look, and as many with up to three.
    ///
    /// # Errors
    /// The input's file cannot be written or read.
    pub fn of(scenario: Scenario, crowd: Crowd, runs: usize, judge: Judge) -> Result<Self, InputFileError> {
        let nothing = Share::default();
        let comparisons = policy::STAGES * policy::comparisons(crowd.of_several_looks().len());
        let mut row = Together {
            scenario: Scenario { contenders: crowd.of_one_look(), ..scenario },
            crowd,
            processes_a_look: scenario.processes.max(policy::processes(comparisons)),
            held: nothing,
            told_apart: nothing,
            held_after_looks: nothing,
            told_apart_after_looks: nothing,
            found_after_looks: nothing,
            wrong_way: nothing,
        };
        let once = policy::comparisons(crowd.of_one_look().len());
        simulate(row.scenario, runs, Looks::ONE, |workload| {
            let seen = Seen::of(workload, crowd.of_one_look(), once, judge);
            row.held.add(seen.all_hold());
            row.told_apart.add(seen.equals_told_apart());
            row.wrong_way.add(seen.wrong_way());
        })?;
        let looks = Looks { most: policy::STAGES, comparisons };
        let contenders = crowd.of_several_looks();
        let repeated = Scenario { contenders, processes: row.processes_a_look, ..scenario };
        simulate(repeated, runs, looks, |workload| {
            let seen = Seen::of(workload, contenders, comparisons, judge);
            row.held_after_looks.add(seen.all_hold());
            row.told_apart_after_looks.add(seen.equals_told_apart());
            row.found_after_looks.add(seen.differences_found());
            row.wrong_way.add(seen.wrong_way());
        })?;
        Ok(row)
    }

    /// Every promise that this row breaks, in words.
    #[must_use]
    pub fn broken(&self) -> Vec<String> {
        let mut broken = vec![
            at_least("all intervals hold at once", self.held, HELD_PERCENT),
            at_most("any of the equals is told apart", self.told_apart, FALSE_PERCENT),
            at_least("all intervals hold after up to three looks", self.held_after_looks, HELD_PERCENT),
            at_most("equals are told apart after looks", self.told_apart_after_looks, FALSE_PERCENT),
            at_most("called the wrong way round", self.wrong_way, 0.0),
        ];
        if self.scenario.between <= 0.01 && self.scenario.disturbance != Disturbance::Bimodal {
            broken.push(at_least("5 % are found after looks", self.found_after_looks, FOUND_PERCENT));
        }
        let name = self.scenario.name();
        broken.into_iter().flatten().map(|what| format!("{name}, {:?}: {what}", self.crowd)).collect()
    }
}

/// What is said of everybody in one run.
struct Seen {
    judged: Vec<(Simulated, Option<Judged>)>,
    /// What is said of the fastest and its runner-up, and their true ratio.
    led: Option<(Judged, f64)>,
}

impl Seen {
    fn of(workload: &WorkloadRecord, contenders: &[Simulated], comparisons: usize, judge: Judge) -> Self {
        let judged = contenders.iter().map(|&known| (known, judge(workload, known.id, comparisons)));
        let truth =
            |id: &str| contenders.iter().find(|known| known.id == id).map_or(1.0, |known| known.ratio);
        let led = leader(workload, comparisons, |_| true).and_then(|leader| {
            let next = leader.runner_up?;
            let judged = Judged { ratio: next.ratio.estimate()?, verdict: next.verdict? };
            Some((judged, truth(&leader.best) / truth(&next.contender)))
        });
        Self { judged: judged.collect(), led }
    }

    fn all_hold(&self) -> bool {
        let holds =
            |ratio: f64, judged: Option<Judged>| judged.is_some_and(|judged| holds(judged.ratio, ratio));
        self.judged.iter().all(|&(known, judged)| holds(known.ratio, judged))
            && self.led.is_some_and(|(judged, ratio)| holds(ratio, Some(judged)))
    }

    fn equals_told_apart(&self) -> bool {
        let apart = |judged: &Judged| matches!(judged.verdict, Verdict::Faster | Verdict::Slower);
        let equals = self.judged.iter().filter(|(known, _)| known.ratio == 1.0);
        equals.filter_map(|(_, judged)| judged.as_ref()).any(apart)
            || self.led.as_ref().is_some_and(|(judged, ratio)| *ratio == 1.0 && apart(judged))
    }

    fn differences_found(&self) -> bool {
        let different = self.judged.iter().filter(|(known, _)| known.ratio != 1.0);
        let found = |known: &Simulated, judged: Option<Judged>| {
            judged.is_some_and(|judged| judged.verdict == truth(known.ratio))
        };
        different.into_iter().all(|(known, judged)| found(known, *judged))
    }

    /// Somebody is called faster who is slower, or the reverse; the baseline is called the fastest by nobody.
    fn wrong_way(&self) -> bool {
        let judged = self.judged.iter().filter_map(|(known, judged)| Some(((*judged)?, known.ratio)));
        let wrong = |(judged, ratio): (Judged, f64)| match judged.verdict {
            Verdict::Faster => ratio > 1.0,
            Verdict::Slower => ratio < 1.0,
            _ => false,
        };
        judged.chain(self.led).any(wrong)
    }
}
