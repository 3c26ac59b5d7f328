//! What did one contender do on one workload, as a program reads it?

use std::collections::BTreeSet;

use breakeven_estimate::figure::Figure;
use breakeven_estimate::first_calls::calls_to_pay;
use breakeven_estimate::paired_ratio;
use breakeven_estimate::{self as estimate, Verdict, measured_units, noise_of_contender};
use breakeven_problem::Task;
use breakeven_record::contender_id::ContenderId;
use breakeven_record::{ContenderRecord, Declared, Findings, Outcome, Record, Tier, WorkloadRecord};
use serde::{Deserialize, Serialize};

/// What one contender did on one workload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The workload's id.
    pub workload: String,
    /// The task's word.
    pub task: String,
    /// Values or rows.
    pub n: usize,
    /// Values per window, for `sliding`.
    pub window: Option<usize>,
    /// `family/name`.
    pub contender: ContenderId,
    /// What it is.
    #[serde(flatten)]
    pub declared: Declared,
    /// What was found of it; the reason names the line that would install what is missing.
    #[serde(flatten)]
    pub findings: Findings,
    /// How it was timed.
    pub tier: Option<Tier>,
    /// call, window or recording.
    pub unit: String,
    /// Standard deviations in the longest input that was timed.
    pub measured_units: Option<u64>,
    /// How far the extrapolation was off the one call that was made on the whole input (`run --full`): predicted over
    /// measured, less 1.
    #[serde(default)]
    pub whole_error: Option<f64>,
    /// How far the two shorter prefixes were off the longest one, by the median over processes: predicted over measured,
    /// less 1; null where nothing was extrapolated.
    pub extrapolation_error: Option<f64>,
    /// Standard deviations in the whole input.
    pub units: u64,
    /// Nanoseconds per unit by the clock: the median over processes.
    pub ns_per_unit: Option<f64>,
    /// Lower end of its interval.
    pub low: Option<f64>,
    /// Upper end of its interval.
    pub high: Option<f64>,
    /// Its time over the baseline's.
    pub ratio: Option<f64>,
    /// Lower end of the ratio's interval.
    pub ratio_low: Option<f64>,
    /// Upper end of the ratio's interval.
    pub ratio_high: Option<f64>,
    /// What the ratio allows to be said; null for what is not measured and right.
    pub verdict: Option<Verdict>,
    /// Processes that measured it.
    pub processes: usize,
    /// From which call on it has cost less than the baseline, in a fresh process; absent where it pays from the
    /// first call on, or never, or nothing is known of first calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pays_after: Option<Figure>,
}

impl Row {
    /// Whether its time stands for a larger input than was timed.
    #[must_use]
    pub fn is_extrapolated(&self) -> bool {
        self.measured_units.is_some_and(|measured| measured < self.units)
    }

    /// What it comes to, in words: its verdict, or its outcome with the reason.
    #[must_use]
    pub fn words(&self) -> String {
        let reason = self.findings.reason.as_ref().filter(|_| self.findings.outcome != Outcome::Measured);
        format!("{}{}", self.outcome_words(), reason.map(|reason| format!(": {reason}")).unwrap_or_default())
    }

    /// The same without the reason.
    #[must_use]
    pub fn outcome_words(&self) -> String {
        match (self.findings.outcome, self.verdict) {
            (Outcome::Measured, Some(verdict)) => verdict.words().to_owned(),
            (Outcome::Measured, None) => "measured".to_owned(),
            (outcome, _) => outcome.word().replace('_', " "),
        }
    }

    pub(super) fn of(record: &Record, workload: &WorkloadRecord, contender: &ContenderRecord) -> Self {
        let timed = contender.findings.outcome.is_timed();
        let time = if timed {
            Figure::over(&estimate::ns_per_unit(workload, &contender.id), record.plan.comparisons)
        } else {
            Figure::default()
        };
        let ratio = if timed { ratio_of(record, workload, contender) } else { Figure::default() };
        let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
        let processes: BTreeSet<usize> = contender.runs.iter().map(|run| run.process).collect();
        Self {
            workload: workload.id.clone(),
            task: workload.task.clone(),
            n: workload.length,
            window: workload.window,
            contender: contender.id.clone(),
            declared: contender.declared.clone(),
            findings: Findings {
                reason: reason_of(contender),
                max_ulp: finite(contender.findings.max_ulp),
                max_relative: finite(contender.findings.max_relative),
                ..contender.findings.clone()
            },
            tier: contender.tier,
            unit: workload.task.parse::<Task>().map_or("call", Task::unit).to_owned(),
            measured_units: Some(measured_units(workload, contender)).filter(|&units| units > 0),
            whole_error: finite(estimate::whole_call_error(workload, &contender.id)),
            extrapolation_error: finite(estimate::extrapolation_error(workload, &contender.id)),
            units: workload.units,
            ns_per_unit: time.value,
            low: time.low,
            high: time.high,
            ratio: ratio.value,
            ratio_low: ratio.low,
            ratio_high: ratio.high,
            verdict: verdict_of(workload, contender, ratio),
            processes: processes.len(),
            pays_after: calls_to_pay(workload, &contender.id, ratio),
        }
    }
}

fn ratio_of(record: &Record, workload: &WorkloadRecord, contender: &ContenderRecord) -> Figure {
    let baseline_stands =
        workload.contender(&workload.baseline).is_some_and(|base| base.findings.outcome == Outcome::Measured);
    if !baseline_stands {
        Figure::default()
    } else if contender.id == workload.baseline {
        Figure::exactly(1.0)
    } else {
        paired_ratio(workload, &contender.id, &workload.baseline, record.plan.comparisons)
    }
}

fn verdict_of(workload: &WorkloadRecord, contender: &ContenderRecord, ratio: Figure) -> Option<Verdict> {
    if contender.findings.outcome != Outcome::Measured {
        return None;
    }
    if contender.id == workload.baseline {
        return Some(Verdict::Baseline);
    }
    let judged = || Some(noise_of_contender(workload, &contender.id)?.verdict(ratio.estimate()?));
    Some(judged().unwrap_or(Verdict::NotResolved))
}

/// Why it was not measured, and what would change that.
fn reason_of(contender: &ContenderRecord) -> Option<String> {
    match (&contender.findings.reason, &contender.findings.install) {
        (Some(reason), Some(install)) if !reason.contains(install.as_str()) => {
            Some(format!("{reason}; to add it: {install}"))
        }
        (None, Some(install)) => Some(format!("to add it: {install}")),
        (reason, _) => reason.clone(),
    }
}
