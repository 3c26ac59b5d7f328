//! Which rungs does the pedometer's ladder have, and where is the talk's 117x passed?
//!
//! The same rungs for the page, the terminal and Markdown: one [`Ladder`] per workload on a recording, out of the
//! summary alone. What each rung changed, and why it is there, stands in [`change`](crate::change).

use breakeven_estimate::figure::Figure;
use breakeven_problem::Task;
use breakeven_record::Outcome;

use crate::claims::{NAIVE, to_one_hour};
use crate::numeral::{count, interval, significant};
use crate::summary::{Row, Summary, WorkloadSummary};

/// What the talk reports for the whole application.
pub const TALK: f64 = 117.0;

/// Every contender that was asked for on one recording.
#[derive(Debug, Clone)]
pub struct Ladder<'a> {
    /// The recording's workload, of the task `pedometer` or `feedback`.
    pub workload: &'a WorkloadSummary,
    /// Those with a time, slowest first; known wrong ones among them.
    pub rungs: Vec<Rung<'a>>,
    /// Those without, each with its reason, in the record's order.
    pub missing: Vec<&'a Row>,
}

/// One contender on a recording.
#[derive(Debug, Clone, Copy)]
pub struct Rung<'a> {
    /// What is known of it.
    pub row: &'a Row,
    /// How many times as fast as the workload's baseline; empty where the baseline has no time.
    pub times: Figure,
    /// Nanoseconds for one hour of recording at 100 Hz.
    pub hour_ns: Figure,
}

/// One ladder per workload on a recording: first those of `pedometer`, then those of `feedback`, in the summary's order.
///
/// ```
/// use breakeven_report::ladder::ladders;
/// # fn show(summary: &breakeven_report::summary::Summary) {
/// for ladder in ladders(summary) {
///     for rung in &ladder.rungs {
///         println!("{} {:?} {}", rung.row.contender, rung.times.value, rung.agreement());
///     }
///     println!("{}", ladder.passing());
/// }
/// # }
/// ```
#[must_use]
pub fn ladders(summary: &Summary) -> Vec<Ladder<'_>> {
    [Task::Pedometer, Task::Feedback]
        .into_iter()
        .flat_map(|task| summary.workloads.iter().filter(move |workload| workload.task == task.word()))
        .map(|workload| Ladder::new(summary, workload))
        .collect()
}

impl<'a> Ladder<'a> {
    fn new(summary: &'a Summary, workload: &'a WorkloadSummary) -> Self {
        let rows = || {
            let of_workload = move |row: &&Row| row.workload == workload.id && !row.contender.is_control();
            summary.rows.iter().filter(of_workload)
        };
        let has_time = |row: &&Row| row.ns_per_unit.is_some_and(|time| time > 0.0);
        let mut rungs: Vec<Rung<'a>> = rows().filter(has_time).map(|row| Rung::new(workload, row)).collect();
        rungs.sort_by(|a, b| {
            let time = |rung: &Rung<'_>| rung.row.ns_per_unit.unwrap_or(f64::INFINITY);
            match (a.times.value, b.times.value) {
                (Some(a), Some(b)) => a.total_cmp(&b),
                _ => time(b).total_cmp(&time(a)),
            }
        });
        Self { workload, rungs, missing: rows().filter(|row| !has_time(row)).collect() }
    }

    /// Whether it may be compared with the talk's 117: the whole application, over the talk's own code.
    #[must_use]
    pub fn is_the_talks(&self) -> bool {
        self.workload.task == Task::Pedometer.word() && self.workload.baseline == NAIVE
    }

    /// The place of the slowest right rung that is, with its whole interval, at 117 or more.
    #[must_use]
    pub fn first_past_the_talk(&self) -> Option<usize> {
        let past = |rung: &Rung<'_>| !rung.is_wrong() && rung.least().is_some_and(|least| least >= TALK);
        if self.is_the_talks() { self.rungs.iter().position(past) } else { None }
    }

    /// Where 117x is passed, in one sentence or two; also where it is not, or cannot be told.
    #[must_use]
    pub fn passing(&self) -> String {
        if self.workload.task == Task::Feedback.word() {
            return "The bank alone: the talk’s 117× is of the whole application.".to_owned();
        }
        if !self.is_the_talks() || self.rungs.iter().all(|rung| rung.times.value.is_none()) {
            return format!("Without a time of {NAIVE} nothing can be compared with the talk’s 117×.");
        }
        let Some(place) = self.first_past_the_talk() else {
            let fastest = self.rungs.iter().rev().find(|rung| !rung.is_wrong());
            let fastest =
                fastest.map_or_else(String::new, |rung| format!("; the fastest is {}", rung.with_times()));
            return format!("No rung of this record passes the talk’s 117×{fastest}.");
        };
        let below = self.rungs[..place].iter().rev().find(|rung| !rung.is_wrong());
        let below =
            below.map_or_else(String::new, |rung| format!(" The one below is {}.", rung.with_times()));
        format!(
            "The talk’s 117× is passed, with the whole interval, by {}.{below}",
            self.rungs[place].with_times()
        )
    }

    /// The rung of this contender.
    #[must_use]
    pub fn rung(&self, contender: &str) -> Option<&Rung<'a>> {
        self.rungs.iter().find(|rung| rung.row.contender == contender)
    }
}

impl<'a> Rung<'a> {
    fn new(workload: &WorkloadSummary, row: &'a Row) -> Self {
        let times = if row.contender == workload.baseline {
            Figure::exactly(1.0)
        } else {
            Figure { value: row.ratio, low: row.ratio_low, high: row.ratio_high }.reciprocal()
        };
        let scale = to_one_hour(workload.n, workload.units, workload.input.channels);
        let hour_ns =
            Figure { value: row.ns_per_unit, low: row.low, high: row.high }.map(|time| scale * time);
        Self { row, times, hour_ns }
    }

    /// Whether its answers are wrong, as it declares.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        self.row.findings.outcome == Outcome::KnownWrong
    }

    /// How far its answer agrees with the reference, on which rows: "every bit of 359,786 rows".
    #[must_use]
    pub fn agreement(&self) -> String {
        let Some(answer) = &self.row.findings.answer else { return "no answer was kept".to_owned() };
        let rows = count(answer.rows as u64);
        let differing = count(answer.differing_m);
        if self.is_wrong() {
            return format!("wrong, as declared; differing values of M: {differing}, on {rows} rows");
        }
        if self.row.declared.precision == "exact" {
            return format!("every bit, on {rows} rows");
        }
        let what = if self.row.task == Task::Feedback.word() { "sum(M) within 1e-6" } else { "every step" };
        format!("{what}, on {rows} rows; differing values of M: {differing}")
    }

    /// `rust/naive (105×, 104 to 106)`.
    #[must_use]
    pub fn with_times(&self) -> String {
        let Some(value) = self.times.value else { return self.row.contender.to_string() };
        let ends = match (self.times.low, self.times.high) {
            (Some(low), Some(high)) if low < high => format!(", {}", interval(low, high)),
            _ => String::new(),
        };
        format!("{} ({}×{ends})", self.row.contender, significant(value, 3))
    }

    /// The lower end of its interval, or its value where it has none.
    fn least(&self) -> Option<f64> {
        self.times.low.or(self.times.value)
    }
}
