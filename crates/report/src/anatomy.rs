//! What does each step of one call cost, and do the steps add up to the call?
//!
//! Each step's control does everything up to the end of that step (`breakeven_problem::anatomy`). Within a process,
//! its time is taken as a fraction of the whole call's in the same rounds; a step is the difference between its
//! control's fraction and the one before it. So every step has an interval over processes, and so has the sum of all steps.

use breakeven_estimate::figure::Figure;
use breakeven_estimate::{ProcessValue, log_ratios, ns_per_unit};
use breakeven_problem::anatomy;
use breakeven_record::{Outcome, Record, WorkloadRecord};
use serde::{Deserialize, Serialize};

use crate::numeral::{duration, durations, interval, significant};

/// How far the steps may be from the call, as a fraction of it.
pub const ADDS_UP_WITHIN: f64 = 0.15;

/// One call, taken apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallAnatomy {
    /// The workload's id.
    pub workload: String,
    /// The call, as a reader would write it.
    pub call: String,
    /// Id of the contender that makes it.
    pub contender: String,
    /// How many numbers it is handed.
    pub n: usize,
    /// Nanoseconds of the whole call, loop included.
    pub whole_ns: Figure,
    /// All parts together over the whole call: 1 where they add up exactly.
    pub sum_over_whole: Figure,
    /// Whether they are certain to add up within 15 %: the whole interval lies that near to 1.
    pub adds_up: bool,
    /// The floor (a call that does nothing), then the steps in order; none where one was not measured.
    pub parts: Vec<Part>,
}

/// A part of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Id of the control that goes as far as its end.
    pub control: String,
    /// What it is called.
    pub title: String,
    /// Its share of the whole call; below 0 where noise exceeds it.
    pub share: Figure,
    /// The same in nanoseconds.
    pub ns: Figure,
}

impl CallAnatomy {
    /// All parts together as a percentage of the call, with its interval.
    #[must_use]
    pub fn sum(&self) -> String {
        let hundred = self.sum_over_whole.map(|share| 100.0 * share);
        match (hundred.value, hundred.low, hundred.high) {
            (Some(value), Some(low), Some(high)) => {
                format!("{} % ({})", significant(value, 3), interval(low, high))
            }
            (Some(value), _, _) => format!("{} % (no interval)", significant(value, 3)),
            _ => "not known".to_owned(),
        }
    }

    /// What the sum is worth, to follow it in a sentence.
    #[must_use]
    pub fn judgement(&self) -> &'static str {
        if self.adds_up {
            ", within 15 % as they must be."
        } else {
            ": not certain to be within 15 %, so do not rely on the shares."
        }
    }
}

impl Part {
    /// Its time, or a dash.
    #[must_use]
    pub fn time(&self) -> String {
        self.ns.value.map_or_else(|| "–".to_owned(), duration)
    }

    /// The interval of its time.
    #[must_use]
    pub fn bounds(&self) -> String {
        match (self.ns.low, self.ns.high) {
            (Some(low), Some(high)) => durations(low, high),
            _ => "no interval".to_owned(),
        }
    }

    /// Its share as a percentage, or a dash.
    #[must_use]
    pub fn percentage(&self) -> String {
        self.share
            .value
            .map_or_else(|| "–".to_owned(), |share| format!("{} %", significant(100.0 * share, 2)))
    }
}

/// Every call of the record that was taken apart, in its order. Intervals hold 95 % each.
#[must_use]
pub fn anatomies(record: &Record) -> Vec<CallAnatomy> {
    record.workloads.iter().filter_map(of).collect()
}

fn of(workload: &WorkloadRecord) -> Option<CallAnatomy> {
    let known = anatomy::of(&workload.id)?;
    let whole_ns = if measured(workload, known.whole) {
        Figure::over(&ns_per_unit(workload, known.whole), 1)
    } else {
        Figure::default()
    };
    let controls: Vec<(&str, &str)> = std::iter::once((known.floor, "call"))
        .chain(known.steps.iter().map(|step| (step.control, step.title)))
        .collect();
    let fractions: Option<Vec<Vec<ProcessValue>>> =
        controls.iter().map(|(control, _)| fractions(workload, control, known.whole)).collect();
    let reached = fractions.unwrap_or_default();
    let nothing = Vec::new();
    let before = std::iter::once(&nothing).chain(&reached);
    let parts: Vec<Part> = reached
        .iter()
        .zip(before)
        .zip(&controls)
        .map(|((to, from), (control, title))| {
            let share = Figure::over(&difference(to, from), 1);
            Part {
                control: (*control).to_owned(),
                title: (*title).to_owned(),
                share,
                ns: whole_ns.value.map_or_else(Figure::default, |ns| share.map(|share| share * ns)),
            }
        })
        .collect();
    let sum = reached.last().map_or_else(Figure::default, |all| Figure::over(all, 1));
    let near = |end: Option<f64>| end.is_some_and(|end| (end - 1.0).abs() <= ADDS_UP_WITHIN);
    Some(CallAnatomy {
        workload: workload.id.clone(),
        call: known.call.to_owned(),
        contender: known.whole.to_owned(),
        n: workload.length,
        whole_ns,
        sum_over_whole: sum,
        adds_up: near(sum.low) && near(sum.high),
        parts,
    })
}

fn measured(workload: &WorkloadRecord, id: &str) -> bool {
    workload.contender(id).is_some_and(|known| known.findings.outcome == Outcome::Measured)
}

/// The control's time over the whole call's, per process; `None` where either was not measured.
fn fractions(workload: &WorkloadRecord, control: &str, whole: &str) -> Option<Vec<ProcessValue>> {
    if !measured(workload, control) || !measured(workload, whole) {
        return None;
    }
    let ratios = log_ratios(workload, control, whole);
    let fraction = |ratio: ProcessValue| ProcessValue { value: ratio.value.exp(), ..ratio };
    (!ratios.is_empty()).then(|| ratios.into_iter().map(fraction).collect())
}

fn difference(to: &[ProcessValue], from: &[ProcessValue]) -> Vec<ProcessValue> {
    let less = |process: usize| -> Option<f64> {
        let there = from.iter().find(|value| value.process == process).map(|value| value.value);
        if from.is_empty() { Some(0.0) } else { there }
    };
    let one = |value: &ProcessValue| {
        Some(ProcessValue { value: value.value - less(value.process)?, process: value.process })
    };
    to.iter().filter_map(one).collect()
}
