//! How do CI servers read a judgement?
//!
//! As JUnit XML, the subset that all of them read: a suite, a case per row, failures and skips with a message.

use breakeven_measure::printable::one_line;
use maud::{PreEscaped, html};

use crate::judgement::{GateVerdict, Judgement, Row};

/// The judgement as JUnit XML: what is wrong, failed or regressed is a failure, what cannot be judged is skipped.
#[must_use]
pub fn junit(judgement: &Judgement) -> String {
    let count = |is: fn(GateVerdict) -> bool| judgement.rows.iter().filter(|row| is(row.verdict)).count();
    let markup = html! {
        (PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"))
        testsuite name="breakeven gate" tests=(judgement.rows.len()) failures=(count(fails)) errors="0"
            skipped=(count(is_skipped)) timestamp=(judgement.measured.created.trim_end_matches('Z')) {
            @for row in &judgement.rows {
                (PreEscaped("\n"))
                testcase classname=(one_line(&row.workload)) name=(one_line(&row.contender)) {
                    @if fails(row.verdict) {
                        failure type=(row.verdict.words()) message=(message(row)) {}
                    } @else if is_skipped(row.verdict) {
                        skipped message=(message(row)) {}
                    }
                }
            }
            (PreEscaped("\n"))
            system-out { (one_line(&judgement.judgement)) }
        }
    };
    format!("{}\n", markup.into_string())
}

fn fails(verdict: GateVerdict) -> bool {
    matches!(verdict, GateVerdict::Wrong | GateVerdict::Failed | GateVerdict::Regressed)
}

fn is_skipped(verdict: GateVerdict) -> bool {
    matches!(verdict, GateVerdict::Removed | GateVerdict::Added | GateVerdict::NotResolved)
}

fn message(row: &Row) -> String {
    let reason = row.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    one_line(&format!("{}: {}{reason}", row.verdict.words(), row.words()))
}
