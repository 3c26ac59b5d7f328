//! One grouped view of a summary that all sections draw from.

use breakeven_problem::Task;
use breakeven_record::Outcome;
use breakeven_record::contender_id::ContenderId;
use serde_json::Value;

use super::parts::shell_words;
use crate::interpreters::InterpreterRow;
use crate::summary::{Kind, Row, Summary, WorkloadSummary};

/// A summary, and the groups in which sections show it.
pub(super) struct View<'a> {
    pub(super) summary: &'a Summary,
}

/// A contender's figures over several workloads.
pub(super) struct Series<'a> {
    pub(super) contender: &'a ContenderId,
    /// Rows with a time, in the order of the workloads.
    pub(super) rows: Vec<&'a Row>,
}

impl<'a> View<'a> {
    /// A fact of the environment.
    pub(super) fn fact(&self, name: &str) -> Option<String> {
        self.summary.environment.facts.get(name).map(text_of)
    }

    /// The workloads of one task, in the order of the record.
    pub(super) fn task(&self, task: Task) -> Vec<&'a WorkloadSummary> {
        self.summary.workloads.iter().filter(|workload| workload.task == task.word()).collect()
    }

    /// The workload that a claim rests on, of those in the record.
    pub(super) fn under(&self, claim: &str) -> Option<&'a WorkloadSummary> {
        self.summary.workload(self.summary.claim(claim)?.workload.as_deref()?)
    }

    /// The rows of one workload without the controls.
    pub(super) fn rows(&self, workload: &str) -> Vec<&'a Row> {
        let rows = self.summary.rows.iter();
        rows.filter(|row| row.workload == workload && !row.contender.is_control()).collect()
    }

    /// The contenders and controls with a right answer and a time on any of these workloads, in their order.
    pub(super) fn series_of<'b>(&self, workloads: impl Iterator<Item = &'b str>) -> Vec<Series<'a>> {
        let mut series: Vec<Series<'a>> = Vec::new();
        let rows = workloads
            .flat_map(|workload| self.summary.rows.iter().filter(move |row| row.workload == workload));
        for row in rows.filter(|row| row.findings.outcome == Outcome::Measured && row.ns_per_unit.is_some()) {
            match series.iter_mut().find(|known| *known.contender == row.contender) {
                Some(known) => known.rows.push(row),
                None => series.push(Series { contender: &row.contender, rows: vec![row] }),
            }
        }
        series
    }

    /// Every contender with a time on arrays of at most `largest` values; right ones only.
    pub(super) fn series(&self, largest: usize) -> Vec<Series<'a>> {
        let sizes = self.summary.arrays.sizes.iter().filter(|size| size.n <= largest);
        let mut series = self.series_of(sizes.map(|size| size.workload.as_str()));
        series.retain(|series| !series.contender.is_control());
        series
    }

    /// The command that made this record, as a shell takes it; of paths it knows the last part.
    pub(super) fn made_by(&self) -> String {
        let words = self.summary.command.iter().map(String::as_str);
        shell_words(&[self.program()].into_iter().chain(words).collect::<Vec<_>>())
    }

    /// What the command line is called: that of a comparison may have been installed, our own runs take a checkout.
    pub(super) fn program(&self) -> &'static str {
        if self.summary.kind == Kind::Comparison { "breakeven" } else { "target/release/breakeven" }
    }

    /// The command that measures `arguments` again as this record did; a comparison is measured whole.
    pub(super) fn command(&self, arguments: &str) -> String {
        if self.summary.kind != Kind::Talk {
            return self.made_by();
        }
        let mode = match self.summary.mode {
            breakeven_record::Mode::Default => String::new(),
            mode => format!(" --{}", mode.word()),
        };
        let interpreters = interpreter_options(&self.summary.interpreters);
        let space = if arguments.is_empty() { "" } else { " " };
        format!("scripts/bench{mode} --seed {}{interpreters}{space}{arguments}", self.summary.seed)
    }
}

/// What adds the interpreters of these rows to a run, as far as their versions tell what their programs are called.
fn interpreter_options(rows: &[InterpreterRow]) -> String {
    let mut programs: Vec<String> = Vec::new();
    for version in rows.iter().filter_map(|row| row.elsewhere.interpreter()) {
        let program = program(version);
        if !programs.contains(&program) {
            programs.push(program);
        }
    }
    programs.iter().map(|program| format!(" --interpreter {program}")).collect()
}

/// `python3.7` for `3.7.16`, `pypy3` for `pypy3.9.16`.
fn program(interpreter: &str) -> String {
    let parts = |version: &str, number: usize| version.split('.').take(number).collect::<Vec<_>>().join(".");
    match interpreter.strip_prefix("pypy") {
        Some(version) => format!("pypy{}", parts(version, 1)),
        None => format!("python{}", parts(interpreter, 2)),
    }
}

/// A JSON value as a reader wants it: text without quotes.
pub(super) fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
