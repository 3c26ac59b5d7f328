//! `breakeven verify`: is every contender right?

use anyhow::anyhow;
use breakeven_measure::crew::Crew;
use breakeven_measure::run;
use breakeven_record::{ContenderRecord, Outcome};
use breakeven_report::numeral::significant;
use comfy_table::TableStyle;
use serde::Serialize;

use crate::arguments::{ProgressForm, SelectionArguments};
use crate::commands::{formatted, print, table};
use crate::progress::Progress;
use crate::selection::Selection;
use crate::session::{Session, interruptible, stop_of};
use crate::stop::{CommandResult, Stop};

/// Has one worker verify every contender of every workload, and prints what it found.
pub(crate) fn verify(arguments: &SelectionArguments) -> CommandResult {
    breakeven_simd::Kernel::from_environment().map_err(Stop::usage)?;
    let session = Session::of_ours(&arguments.interpreter)?;
    let jobs = Selection::new(arguments)?.jobs(&session.registry.contenders)?;
    let mut crew = Crew::start(session.crew_setup(1, interruptible()?)?).map_err(stop_of)?;
    let progress = Progress::new(ProgressForm::Bar, jobs.len(), 1);
    let mut checked = Checked { schema: "breakeven.verify/1", rows: Vec::new() };
    for (number, job) in jobs.iter().enumerate() {
        progress.show(&run::Event::Began { number, stage: 0, workload: &job.workload });
        let mut show = |event: run::Event<'_>| progress.show(&event);
        let workload = run::verify(
            &session.registry,
            &mut crew,
            job,
            arguments.workloads.seed,
            session.scratch(),
            &mut show,
        )
        .map_err(stop_of)?;
        let contenders = workload.contenders.iter().filter(|contender| !contender.id.is_control());
        checked.rows.extend(contenders.map(|contender| Row::new(&workload.id, contender)));
    }
    progress.finish();
    print(&formatted(&checked, arguments.format, Checked::tables)?)?;
    match checked.rows.iter().filter(|row| row.outcome == Outcome::Wrong).count() {
        0 => Ok(()),
        wrong => Err(Stop::wrong(anyhow!("{wrong} wrong answers that no contender declares"))),
    }
}

#[derive(Debug, Serialize)]
struct Checked {
    schema: &'static str,
    rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    workload: String,
    contender: String,
    precision: String,
    outcome: Outcome,
    max_ulp: Option<f64>,
    max_relative: Option<f64>,
    differing_m: Option<u64>,
    reason: Option<String>,
}

impl Row {
    fn new(workload: &str, contender: &ContenderRecord) -> Self {
        Self {
            workload: workload.to_owned(),
            contender: contender.id.to_string(),
            precision: contender.declared.precision.clone(),
            outcome: contender.findings.outcome,
            max_ulp: contender.findings.max_ulp,
            max_relative: contender.findings.max_relative,
            differing_m: contender.findings.answer.as_ref().map(|answer| answer.differing_m),
            reason: contender.findings.reason.clone(),
        }
    }
}

impl Checked {
    fn tables(&self, style: TableStyle) -> String {
        let mut shown = table(
            style,
            &["workload", "contender", "promises", "answer", "max ulp", "max relative", "M off", "why"],
        );
        let number = |value: Option<f64>| value.map_or_else(String::new, |value| significant(value, 3));
        for row in &self.rows {
            let answer = if row.outcome == Outcome::Measured { "right" } else { row.outcome.word() };
            shown.add_row([
                row.workload.clone(),
                row.contender.clone(),
                row.precision.clone(),
                answer.replace('_', " "),
                number(row.max_ulp),
                row.max_relative.map_or_else(String::new, |error| format!("{error:.1e}")),
                row.differing_m.map_or_else(String::new, |count| count.to_string()),
                row.reason.clone().unwrap_or_default(),
            ]);
        }
        shown.to_string()
    }
}
