//! What may be said of a ratio?
//!
//! The twin, which is the baseline measured twice, shows what noise alone does: that is the margin. Whatever
//! is called faster or slower lies beyond it with its whole interval, whatever is called equivalent within it, where it
//! is the least of all.

use std::collections::BTreeSet;

use breakeven_record::contender_id::{AA_CONTROL, is_control};
use breakeven_record::place::Place;
use breakeven_record::{ContenderRecord, Outcome, WorkloadRecord};
use serde::{Deserialize, Serialize};

use super::samples::{groups_of, paired_in_group, per_process, places_of};
use super::{Estimate, ProcessValue, log_ratios, over_processes, ratio};

/// The smallest difference that is ever called one, as a fraction.
pub const LEAST_MARGIN: f64 = 0.02;

/// A workload whose margin is above this fraction is vetoed: its noise drowns its verdicts.
pub const VETO: f64 = 0.10;

/// What a ratio to the baseline allows to be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is the baseline.
    Baseline,
    /// The whole interval lies below 1 by more than the margin.
    Faster,
    /// The whole interval lies above 1 by more than the margin.
    Slower,
    /// The whole interval lies within [`LEAST_MARGIN`] around 1, and the twin's does too.
    Equivalent,
    /// None of these: the interval holds more than one of them, or the workload is vetoed.
    NotResolved,
}

impl Verdict {
    /// The words used in texts.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Baseline => "baseline",
            Verdict::Faster => "faster",
            Verdict::Slower => "slower",
            Verdict::Equivalent => "equivalent",
            Verdict::NotResolved => "not resolved",
        }
    }
}

/// How well a workload could be measured, from the baseline's comparison with itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Noise {
    /// The twin's ratio to the baseline.
    pub twin: Estimate,
    /// The larger of [`LEAST_MARGIN`] and how many times as long the farthest end of the twin's interval says that
    /// one of the two takes, less 1.
    pub margin: f64,
}

impl Noise {
    /// Whether no verdict may be drawn from this workload.
    #[must_use]
    pub fn vetoed(&self) -> bool {
        self.margin > VETO
    }

    /// The verdict on a ratio to the baseline.
    #[must_use]
    pub fn verdict(&self, ratio: Estimate) -> Verdict {
        let (floor, ceiling) = (1.0 / (1.0 + self.margin), 1.0 + self.margin);
        if self.vetoed() {
            Verdict::NotResolved
        } else if ratio.high < floor {
            Verdict::Faster
        } else if ratio.low > ceiling {
            Verdict::Slower
        } else if self.margin <= LEAST_MARGIN && ratio.low >= floor && ratio.high <= ceiling {
            // where the baseline cannot be told to be as quick as itself, nobody can; and a wide margin would let more pass
            Verdict::Equivalent
        } else {
            Verdict::NotResolved
        }
    }
}

/// The noise of a workload: that of its noisiest group of rounds, since a contender has no rounds but those of its own
/// group. `None` where the twin was not measured in enough processes.
#[must_use]
pub fn noise(workload: &WorkloadRecord) -> Option<Noise> {
    let (_, noise) = noisiest(home_of_twins(workload))?;
    Some(noise)
}

/// The noise that the verdict on a contender must reckon with: that of the noisiest place where it was
/// timed, and at least that of the workload. `None` where the twin was not measured in enough processes of one of them.
#[must_use]
pub fn noise_of_contender(workload: &WorkloadRecord, contender: &str) -> Option<Noise> {
    let mut worst = noise(workload)?;
    let Some(contender) = workload.contender(contender) else { return Some(worst) };
    let homes: BTreeSet<Place> =
        contender.runs.iter().filter_map(|run| places_of(contender, run.process).next()).collect();
    for place in homes.into_iter().filter(|place| place.is_companion()) {
        let twins = twins_at(workload, place);
        // nobody is a guest of one whose single calls are timed: they are compared through the ruler
        if twins.is_empty() && !groups_of(contender, place).is_empty() {
            return None;
        }
        if !twins.is_empty() {
            let (_, there) = noisiest(twins)?;
            worst = if there.margin > worst.margin { there } else { worst };
        }
    }
    Some(worst)
}

/// The smallest difference in per cent that this workload could resolve for so many comparisons at once:
/// an interval as wide as the twin's, around a ratio of so much, just clears the margin. `None` where the
/// twin was not measured in enough processes for that.
#[must_use]
pub fn resolvable_percent(workload: &WorkloadRecord, comparisons: usize) -> Option<f64> {
    let (twins, noise) = noisiest(home_of_twins(workload))?;
    let twin = over_processes(&twins, comparisons)?;
    let half_width = f64::midpoint(twin.high, -twin.low).exp();
    Some(100.0 * ((1.0 + noise.margin) * half_width - 1.0))
}

/// The twin's log-ratios to the baseline, where they are at home: those of each group of rounds; or, where single
/// calls are timed, all.
fn home_of_twins(workload: &WorkloadRecord) -> Vec<Vec<ProcessValue>> {
    let groups =
        Place::ALL.into_iter().map(|place| twins_at(workload, place)).find(|groups| !groups.is_empty());
    groups.unwrap_or_else(|| vec![log_ratios(workload, AA_CONTROL, &workload.baseline)])
}

/// The same of the groups at one place.
fn twins_at(workload: &WorkloadRecord, place: Place) -> Vec<Vec<ProcessValue>> {
    let (Some(twin), Some(base)) = (workload.contender(AA_CONTROL), workload.contender(&workload.baseline))
    else {
        return Vec::new();
    };
    let of_group = |group| per_process(twin, |process| paired_in_group(twin, base, process, place, group));
    groups_of(twin, place).into_iter().map(of_group).filter(|group| !group.is_empty()).collect()
}

/// Of groups, the one with the largest margin, of those that enough processes have.
fn noisiest(groups: Vec<Vec<ProcessValue>>) -> Option<(Vec<ProcessValue>, Noise)> {
    let judged = groups.into_iter().filter_map(|twins| {
        let noise = noise_of(&twins)?;
        Some((twins, noise))
    });
    judged.max_by(|(_, a), (_, b)| a.margin.total_cmp(&b.margin))
}

fn noise_of(twin: &[ProcessValue]) -> Option<Noise> {
    let twin = over_processes(twin, 1)?.map(f64::exp);
    let farthest = twin.high.max(1.0 / twin.low) - 1.0;
    Some(Noise { twin, margin: farthest.max(LEAST_MARGIN) })
}

/// What may be said of a contender's ratio to the baseline, for so many comparisons at once.
#[must_use]
pub fn verdict(workload: &WorkloadRecord, contender: &str, comparisons: usize) -> Verdict {
    if contender == workload.baseline {
        return Verdict::Baseline;
    }
    let judged = || {
        let ratio = ratio(workload, contender, &workload.baseline, comparisons)?;
        Some(noise_of_contender(workload, contender)?.verdict(ratio))
    };
    judged().unwrap_or(Verdict::NotResolved)
}

/// Contenders that were measured and whose verdict more processes might resolve.
#[must_use]
pub fn unresolved(workload: &WorkloadRecord, comparisons: usize) -> Vec<&str> {
    let measured = |known: &&ContenderRecord| known.outcome == Outcome::Measured && !is_control(&known.id);
    if !workload.contender(&workload.baseline).is_some_and(|base| measured(&base)) {
        return Vec::new();
    }
    let ids = workload.contenders.iter().filter(measured).map(|known| known.id.as_str());
    ids.filter(|id| verdict(workload, id, comparisons) == Verdict::NotResolved).collect()
}
