//! What does this record say of the talk's application?

use breakeven_estimate as estimate;
use breakeven_estimate::figure::Figure;
use breakeven_estimate::paired_ratio;
use breakeven_problem::bank;
use breakeven_problem::signal::RATE_HZ;
use breakeven_record::{Record, WorkloadRecord};

use super::names::Names;
use super::{Beside, COMPILED, Claim, ClaimVerdict, NAIVE, measured, speedup};

/// The workload that the page and the claims take for the talk's hour: the first of the pedometer.
#[must_use]
pub fn main_recording(record: &Record) -> Option<&WorkloadRecord> {
    record.workloads.iter().find(|workload| workload.task == "pedometer")
}

/// The talk's application: one hour of recording.
pub(super) struct Hour<'a> {
    record: &'a Record,
    workload: Option<&'a WorkloadRecord>,
}

impl<'a> Hour<'a> {
    pub(super) fn new(record: &'a Record) -> Self {
        Self { record, workload: main_recording(record) }
    }

    pub(super) fn speedup(&self, names: &Names) -> Claim {
        let naive = names.naive.as_str();
        let claim = Claim::of("end-to-end-speedup", 117.0, self.workload, &[naive, COMPILED]);
        let claim = speedup(self.record, claim, self.workload, "the pedometer");
        let Some(workload) = self.workload else { return claim };
        let extrapolated = is_extrapolated(workload, naive) || is_extrapolated(workload, COMPILED);
        let label = "a compiled standard_dev in the Python loop";
        let beside = self.beside(workload, label, &names.std_extension).into_iter().collect();
        Claim { extrapolated: extrapolated && claim.figure.value.is_some(), beside, ..claim }
    }

    /// The fastest rung of the ladder, whatever it is.
    pub(super) fn best(&self, names: &Names) -> Claim {
        let naive = names.naive.as_str();
        let best = self.workload.and_then(best_rung).unwrap_or_else(|| COMPILED.to_owned());
        let claim = Claim::of("end-to-end-best", 117.0, self.workload, &[naive, &best]);
        let claim = speedup(self.record, claim, self.workload, "the pedometer");
        let extrapolated = self
            .workload
            .is_some_and(|workload| is_extrapolated(workload, naive) || is_extrapolated(workload, &best));
        Claim { extrapolated: extrapolated && claim.figure.value.is_some(), ..claim }
    }

    fn beside(&self, workload: &WorkloadRecord, label: &str, rung: &str) -> Option<Beside> {
        measured(Some(workload), rung, "").and_then(|workload| measured(Some(workload), NAIVE, "")).ok()?;
        let figure = paired_ratio(workload, NAIVE, rung, self.record.plan.comparisons);
        let contenders = vec![NAIVE.to_owned(), rung.to_owned()];
        figure.value.is_some().then(|| Beside { label: label.to_owned(), contenders, figure })
    }

    pub(super) fn seconds(&self) -> Claim {
        let claim = Claim::of("end-to-end-seconds", 30.0, self.workload, &[COMPILED]);
        let workload = match measured(self.workload, COMPILED, "the pedometer") {
            Err(reason) => return Claim { reason: Some(reason), ..claim },
            Ok(workload) => workload,
        };
        let scale = to_one_hour(workload.length, workload.units, workload.input.channels);
        let values = estimate::ns_per_unit(workload, COMPILED);
        let figure =
            Figure::over(&values, self.record.plan.comparisons).map(|nanoseconds| scale * nanoseconds / 1e9);
        let side = match (figure.low, figure.high) {
            (_, Some(high)) if high < 30.0 => Some("all of the interval lies below the talk’s 30 s"),
            (Some(low), _) if low > 30.0 => Some("all of the interval lies above the talk’s 30 s"),
            _ => None,
        };
        let extrapolated = scale != 1.0 || is_extrapolated(workload, COMPILED);
        let claim = claim.with(figure, self.record);
        let reason = claim.reason.clone().or(side.map(str::to_owned));
        Claim { verdict: ClaimVerdict::NotJudged, extrapolated, reason, ..claim }
    }
}

/// What the time of a recording, of so many rows, standard deviations and channels, is multiplied with to stand for one
/// hour: 1 within one per cent of an hour, else the quotient of the standard deviations.
pub(crate) fn to_one_hour(rows: usize, units: u64, channels: usize) -> f64 {
    let hour = 3600 * RATE_HZ;
    if rows.abs_diff(hour) * 100 <= hour {
        return 1.0;
    }
    bank::units(hour, channels) as f64 / units.max(1) as f64
}

/// Whether only prefixes of the workload's input were timed.
fn is_extrapolated(workload: &WorkloadRecord, contender: &str) -> bool {
    workload.contender(contender).is_some_and(|contender| {
        let units = estimate::measured_units(workload, contender);
        units > 0 && units < workload.units
    })
}

/// The fastest right contender of the workload in the embedded interpreter, controls aside.
fn best_rung(workload: &WorkloadRecord) -> Option<String> {
    let ranked = estimate::ranking(workload, |contender| contender.id.interpreter().is_none());
    ranked.first().map(|contender| contender.id.to_string())
}
