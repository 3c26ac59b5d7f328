//! JUnit XML, the subset that all CI servers read: a suite, a case per row, failures and skips with a message.

use breakeven_estimate::median;
use breakeven_estimate::ns_per_unit;
use breakeven_measure::printable::one_line;
use breakeven_record::{ContenderRecord, Outcome, Record, WorkloadRecord};
use maud::{PreEscaped, html};

/// The record as JUnit XML: a wrong answer or a failure is a failure, what is absent is skipped; `time` is seconds per unit.
#[must_use]
pub fn junit(record: &Record) -> String {
    let rows = || {
        record.workloads.iter().flat_map(|workload| {
            let contenders = workload.contenders.iter().filter(|contender| !contender.id.is_control());
            contenders.map(move |contender| (workload, contender))
        })
    };
    let count =
        |is: fn(Outcome) -> bool| rows().filter(|(_, contender)| is(contender.findings.outcome)).count();
    let markup = html! {
        (PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"))
        testsuite name="breakeven" tests=(rows().count()) failures=(count(fails)) errors="0" skipped=(count(is_skipped))
            timestamp=(record.created.trim_end_matches('Z')) {
            @for (workload, contender) in rows() {
                (PreEscaped("\n"))
                testcase classname=(one_line(&workload.id)) name=(one_line(contender.id.as_str())) time=[seconds(workload, contender)] {
                    @if fails(contender.findings.outcome) {
                        failure type=(contender.findings.outcome.word()) message=(message(contender)) {}
                    } @else if is_skipped(contender.findings.outcome) {
                        skipped message=(message(contender)) {}
                    }
                }
            }
            (PreEscaped("\n"))
        }
    };
    format!("{}\n", markup.into_string())
}

fn fails(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Wrong | Outcome::Failed)
}

fn is_skipped(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Absent | Outcome::KnownWrong)
}

fn message(contender: &ContenderRecord) -> String {
    let reason = contender.findings.reason.as_deref().unwrap_or("no reason was recorded");
    one_line(&format!("{}: {reason}", contender.findings.outcome.word().replace('_', " ")))
}

fn seconds(workload: &WorkloadRecord, contender: &ContenderRecord) -> Option<String> {
    let times: Vec<f64> = ns_per_unit(workload, &contender.id).iter().map(|known| known.value).collect();
    median(&times).map(|ns| format!("{:.12}", ns / 1e9))
}
