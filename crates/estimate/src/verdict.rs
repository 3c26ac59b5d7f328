//! When is a contender called faster, slower or equivalent?
//!
//! The A/A control, which is the baseline measured a second time, shows what noise alone does: from its interval
//! follows the noise threshold. A contender is called faster or slower where its whole interval lies beyond the
//! threshold, and equivalent where its interval lies within 2 % and the noise threshold is no larger than that.

use std::collections::BTreeSet;

use breakeven_record::contender_id::AA_CONTROL;
use breakeven_record::place::Place;
use breakeven_record::{ContenderRecord, Outcome, WorkloadRecord};
use serde::{Deserialize, Serialize};

use super::power::{distance_beyond, standard_deviation};
use super::samples::{groups_of, paired_in_group, per_process, places_of};
use super::{Estimate, ProcessValue, log_ratios, over_processes, ratio};

/// The smallest difference that is ever called one, as a fraction.
pub const LEAST_NOISE_THRESHOLD: f64 = 0.02;

/// The verdict on a contender, from its ratio to the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The contender is the baseline itself.
    Baseline,
    /// The whole interval lies below 1 by more than the noise threshold.
    Faster,
    /// The whole interval lies above 1 by more than the noise threshold.
    Slower,
    /// The whole interval lies within [`LEAST_NOISE_THRESHOLD`] around 1, and that of the A/A control does too.
    Equivalent,
    /// None of these: the interval holds more than one of them.
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
    /// Ratio of the A/A control to the baseline.
    pub aa_control: Estimate,
    /// The noise threshold as a fraction: how far the farthest end of the A/A control's interval is from 1, and at
    /// least [`LEAST_NOISE_THRESHOLD`].
    pub threshold: f64,
}

impl Noise {
    /// The verdict on a ratio to the baseline. However wide the noise threshold is, what lies wholly beyond it is more
    /// than noise.
    #[must_use]
    pub fn verdict(&self, ratio: Estimate) -> Verdict {
        let (floor, ceiling) = (1.0 / (1.0 + self.threshold), 1.0 + self.threshold);
        if ratio.high < floor {
            Verdict::Faster
        } else if ratio.low > ceiling {
            Verdict::Slower
        } else if self.threshold <= LEAST_NOISE_THRESHOLD && ratio.low >= floor && ratio.high <= ceiling {
            // only within the least threshold: a wider one would call larger differences equivalent
            Verdict::Equivalent
        } else {
            Verdict::NotResolved
        }
    }
}

/// The noise of a workload: that of its noisiest group of rounds, since a contender has no rounds but those of its own
/// group. `None` where the A/A control was not measured in enough processes.
#[must_use]
pub fn noise(workload: &WorkloadRecord) -> Option<Noise> {
    let (_, noise) = noisiest(aa_ratios_at_home(workload))?;
    Some(noise)
}

/// The noise that the verdict on a contender takes into account: that of the noisiest place where it was timed, and at
/// least that of the workload. `None` where the A/A control was not measured in enough processes of one of them.
#[must_use]
pub fn noise_of_contender(workload: &WorkloadRecord, contender: &str) -> Option<Noise> {
    let mut worst = noise(workload)?;
    let Some(contender) = workload.contender(contender) else { return Some(worst) };
    let homes: BTreeSet<Place> =
        contender.runs.iter().filter_map(|run| places_of(contender, run.process).next()).collect();
    for place in homes.into_iter().filter(|place| place.is_companion()) {
        let groups = aa_ratios_in(workload, place);
        // no contender visits one in single-call timing: they are compared through the reference workload
        if groups.is_empty() && !groups_of(contender, place).is_empty() {
            return None;
        }
        if !groups.is_empty() {
            let (_, there) = noisiest(groups)?;
            worst = if there.threshold > worst.threshold { there } else { worst };
        }
    }
    Some(worst)
}

/// The minimum detectable effect of a workload: the smallest ratio above 1 that is called slower with a probability of
/// [`POWER`](super::power::POWER), where so many comparisons are made at once. Processes are taken to spread as those of
/// the A/A control do. `None` where that was not measured in enough processes.
#[must_use]
pub fn minimum_detectable_ratio(workload: &WorkloadRecord, comparisons: usize) -> Option<f64> {
    let (ratios, noise) = noisiest(aa_ratios_at_home(workload))?;
    let beyond = distance_beyond(ratios.len(), comparisons)? * standard_deviation(&ratios);
    Some((1.0 + noise.threshold) * beyond.exp())
}

/// The log-ratios of the A/A control to the baseline in the place where both are at home: those of each group of
/// rounds, or in single-call timing all of them together.
fn aa_ratios_at_home(workload: &WorkloadRecord) -> Vec<Vec<ProcessValue>> {
    let groups =
        Place::ALL.into_iter().map(|place| aa_ratios_in(workload, place)).find(|groups| !groups.is_empty());
    groups.unwrap_or_else(|| vec![log_ratios(workload, AA_CONTROL, &workload.baseline)])
}

/// The same of the groups of rounds in one place.
fn aa_ratios_in(workload: &WorkloadRecord, place: Place) -> Vec<Vec<ProcessValue>> {
    let (Some(control), Some(base)) =
        (workload.contender(AA_CONTROL), workload.contender(&workload.baseline))
    else {
        return Vec::new();
    };
    let of_group =
        |group| per_process(control, |process| paired_in_group(control, base, process, place, group));
    groups_of(control, place).into_iter().map(of_group).filter(|group| !group.is_empty()).collect()
}

/// The group with the largest noise threshold, of those that were measured in enough processes.
fn noisiest(groups: Vec<Vec<ProcessValue>>) -> Option<(Vec<ProcessValue>, Noise)> {
    let known = groups.into_iter().filter_map(|ratios| {
        let noise = noise_of(&ratios)?;
        Some((ratios, noise))
    });
    known.max_by(|(_, a), (_, b)| a.threshold.total_cmp(&b.threshold))
}

fn noise_of(aa_ratios: &[ProcessValue]) -> Option<Noise> {
    let aa_control = over_processes(aa_ratios, 1)?.map(f64::exp);
    let farthest = aa_control.high.max(1.0 / aa_control.low) - 1.0;
    Some(Noise { aa_control, threshold: farthest.max(LEAST_NOISE_THRESHOLD) })
}

/// The verdict on a contender's ratio to the baseline, for so many comparisons at once.
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

/// Contenders that were measured and whose verdict a further stage might resolve.
#[must_use]
pub fn unresolved(workload: &WorkloadRecord, comparisons: usize) -> Vec<&str> {
    if !workload.contender(&workload.baseline).is_some_and(|base| is_compared(&base)) {
        return Vec::new();
    }
    let ids = workload.contenders.iter().filter(is_compared).map(|known| known.id.as_str());
    ids.filter(|id| verdict(workload, id, comparisons) == Verdict::NotResolved).collect()
}

/// Whether a contender has a verdict: it was measured and right, and is no control.
fn is_compared(known: &&ContenderRecord) -> bool {
    known.findings.outcome == Outcome::Measured && !known.id.is_control()
}
