//! One grouped view of a record that all sections draw from.

use breakeven_estimate::break_even::{BreakEven, break_even};
use breakeven_problem::Task;
use breakeven_record::{Outcome, Record, WorkloadRecord};
use serde_json::Value;

use crate::claims;
use crate::summary::{Row, Summary, WorkloadSummary};

/// A record, its summary, and the groups in which sections show it.
pub(super) struct View<'a> {
    pub(super) record: &'a Record,
    pub(super) summary: &'a Summary,
    /// `whole` on uniform data, of a user's comparison on what it was given, ascending in size: the talk's plots.
    pub(super) arrays: Vec<&'a WorkloadRecord>,
    /// The talk's hour.
    pub(super) hour: Option<&'a WorkloadRecord>,
}

/// A contender's figures over the sizes of [`View::arrays`].
pub(super) struct Series<'a> {
    pub(super) contender: &'a str,
    /// Rows with a time, ascending in size.
    pub(super) rows: Vec<&'a Row>,
}

impl<'a> View<'a> {
    pub(super) fn new(record: &'a Record, summary: &'a Summary) -> Self {
        let arrays = summary.arrays(record).workloads;
        Self { record, summary, arrays, hour: claims::main_recording(record) }
    }

    /// Where `contender` begins to beat `base` on [`View::arrays`].
    pub(super) fn break_even(&self, contender: &str, base: &str) -> BreakEven {
        break_even(&self.arrays, contender, base)
    }

    /// A fact of the environment.
    pub(super) fn fact(&self, name: &str) -> Option<String> {
        self.summary.environment.facts.get(name).map(text_of)
    }

    /// The workloads of one task, in the order of the record.
    pub(super) fn task(&self, task: Task) -> Vec<&'a WorkloadSummary> {
        self.summary.workloads.iter().filter(|workload| workload.task == task.word()).collect()
    }

    /// What is known of a workload's purpose and contenders.
    pub(super) fn workload(&self, id: &str) -> Option<&'a WorkloadRecord> {
        self.record.workload(id)
    }

    /// The rows of one workload without the controls.
    pub(super) fn rows(&self, workload: &str) -> Vec<&'a Row> {
        self.all_rows(workload).into_iter().filter(|row| !row.contender.is_control()).collect()
    }

    /// The rows of one workload.
    pub(super) fn all_rows(&self, workload: &str) -> Vec<&'a Row> {
        self.summary.rows.iter().filter(|row| row.workload == workload).collect()
    }

    /// The contenders and controls with a right answer and a time on any of `workloads`, in their order.
    pub(super) fn series_of(&self, workloads: &[&WorkloadSummary]) -> Vec<Series<'a>> {
        let mut series: Vec<Series<'a>> = Vec::new();
        for row in workloads.iter().flat_map(|workload| self.all_rows(&workload.id)) {
            if row.outcome != Outcome::Measured || row.ns_per_unit.is_none() {
                continue;
            }
            match series.iter_mut().find(|known| known.contender == row.contender) {
                Some(known) => known.rows.push(row),
                None => series.push(Series { contender: &row.contender, rows: vec![row] }),
            }
        }
        series
    }

    /// Every contender with a time on arrays of at most `largest` values; right ones only.
    pub(super) fn series(&self, largest: usize) -> Vec<Series<'a>> {
        let mut series: Vec<Series<'a>> = Vec::new();
        for workload in self.arrays.iter().filter(|workload| workload.length <= largest) {
            for row in self.rows(&workload.id) {
                if row.outcome != Outcome::Measured || row.ns_per_unit.is_none() {
                    continue;
                }
                match series.iter_mut().find(|known| known.contender == row.contender) {
                    Some(known) => known.rows.push(row),
                    None => series.push(Series { contender: &row.contender, rows: vec![row] }),
                }
            }
        }
        series
    }

    /// The command that made this record, as a shell takes it; of paths it knows the last part.
    pub(super) fn made_by(&self) -> String {
        let words = self.record.command.iter().map(String::as_str);
        let quoter = shlex::Quoter::new().allow_nul(true);
        quoter.join(["target/release/breakeven"].into_iter().chain(words)).expect("NUL is allowed")
    }

    /// The command that measures `arguments` again as this record did; a comparison is measured whole.
    pub(super) fn command(&self, arguments: &str) -> String {
        if self.summary.is_users_comparison() {
            return self.made_by();
        }
        let mode = match self.summary.mode {
            breakeven_record::Mode::Default => String::new(),
            mode => format!(" --{}", mode.word()),
        };
        let interpreters = super::interpreters::options(&self.summary.interpreters);
        let space = if arguments.is_empty() { "" } else { " " };
        format!("scripts/bench{mode} --seed {}{interpreters}{space}{arguments}", self.summary.seed)
    }
}

/// A JSON value as a reader wants it: text without quotes.
pub(super) fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
