//! Which contender is the fastest, and is that more than noise?
//!
//! The one rule for it: the best is compared with another contender by their paired ratio, process by process, and with
//! the noise threshold of the noisier of the two.

use breakeven_record::contender_id::ContenderId;
use breakeven_record::{ContenderRecord, Outcome, WorkloadRecord};
use serde::{Deserialize, Serialize};

use super::figure::Figure;
use super::verdict::{Verdict, noise_of_contender};
use super::{ProcessValue, log_ratios, median, ns_per_unit, paired_ratio};

/// The fastest of some contenders of a workload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Leader {
    /// The fastest.
    pub best: ContenderId,
    /// How it compares with the next one; `None` where there is no other.
    pub runner_up: Option<Compared>,
}

/// The fastest, compared with another contender.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// The other contender.
    pub contender: ContenderId,
    /// Time of the fastest over the time of the other one.
    pub ratio: Figure,
    /// `Faster`, `Equivalent` or `NotResolved`; `None` where the A/A control was not measured in enough processes.
    pub verdict: Option<Verdict>,
}

impl Compared {
    /// What may be said of the two where the fastest cannot be called faster; `None` where it can, and where nothing may be said.
    #[must_use]
    pub fn doubt(&self) -> Option<Verdict> {
        self.verdict.filter(|verdict| *verdict != Verdict::Faster)
    }
}

/// The fastest of those contenders that `takes_part` names: the first of [`ranking`]; `None` where that is empty.
#[must_use]
pub fn leader(
    workload: &WorkloadRecord,
    comparisons: usize,
    takes_part: impl Fn(&ContenderRecord) -> bool,
) -> Option<Leader> {
    let ranked = ranking(workload, takes_part);
    let best = ranked.first()?.id.clone();
    let runner_up = ranked.get(1).map(|next| compared(workload, &best, &next.id, comparisons));
    Some(Leader { best, runner_up })
}

/// Those contenders that `takes_part` names, fastest first: by the median of their ratios to the baseline, or by their
/// times where the baseline has no right answer. Controls and contenders without a right answer are left out.
pub fn ranking(
    workload: &WorkloadRecord,
    takes_part: impl Fn(&ContenderRecord) -> bool,
) -> Vec<&ContenderRecord> {
    let is_right = |known: &&ContenderRecord| known.findings.outcome == Outcome::Measured;
    let has_baseline = workload.contender(&workload.baseline).as_ref().is_some_and(is_right);
    let rank = |known: &ContenderRecord| {
        let values: Vec<ProcessValue> = if has_baseline {
            log_ratios(workload, &known.id, &workload.baseline)
        } else {
            ns_per_unit(workload, &known.id)
        };
        median(&values.iter().map(|process| process.value).collect::<Vec<f64>>())
    };
    let wanted = workload.contenders.iter().filter(is_right);
    let wanted = wanted.filter(|known| !known.id.is_control() && takes_part(known));
    let mut ranked: Vec<(f64, &ContenderRecord)> =
        wanted.filter_map(|known| Some((rank(known)?, known))).collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    ranked.into_iter().map(|(_, known)| known).collect()
}

/// `best`, which ranks before `other`, compared with it.
#[must_use]
pub fn compared(workload: &WorkloadRecord, best: &str, other: &str, comparisons: usize) -> Compared {
    let ratio = paired_ratio(workload, best, other, comparisons);
    let noises = [best, other].into_iter().filter_map(|id| noise_of_contender(workload, id));
    let noise = noises.max_by(|a, b| a.threshold.total_cmp(&b.threshold));
    let verdict = noise.map(|noise| match ratio.estimate().map(|interval| noise.verdict(interval)) {
        // its ratio to the baseline is the smaller one, but the two may still be paired otherwise with each other
        None | Some(Verdict::Slower) => Verdict::NotResolved,
        Some(verdict) => verdict,
    });
    Compared { contender: other.into(), ratio, verdict }
}
