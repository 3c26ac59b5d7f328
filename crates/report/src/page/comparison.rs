//! What does a reader see of two records side by side?

use maud::{Markup, html};

use super::parts::{figure, id, shell_words};
use super::shell;
use crate::chart::{Change, Changes, Ink, Point};
use crate::comparison::contents::{
    Workloads, claims_table, environments, footer, records_table, rows_table, thresholds,
};
use crate::comparison::{ChangeVerdict, ComparedRow, ComparedWorkload, Comparison};
use crate::numeral::significant;

/// Rows that are drawn at most; where there are more, only those that moved are.
const MOST_DRAWN: usize = 300;

/// The comparison as one self-contained HTML document: what moved, every workload, the two records.
///
/// No script, nothing loaded; light, dark and print by CSS. Everything that the records say is escaped, and
/// isolated where it may be written right to left. Any comparison makes a page. About 3 kB per row.
#[must_use]
pub fn comparison(comparison: &Comparison) -> String {
    let body = html! {
        a.skip href="#moved" { "Skip to what moved" }
        header {
            p.kicker { "breakeven report A B" }
            h1 { (headline(comparison)) }
            p.lede { "Of each contender’s time over the baseline’s, B compared with A: " (comparison.judgement()) "." }
            p.provenance { bdi { (environments(comparison)) } }
            nav aria-label="Sections" {
                a href="#moved" { "What moved" }
                a href="#workloads" { "Every workload" }
                a href="#claims" { "The talk’s claims" }
                a href="#records" { "The two records" }
                a href="#reading" { "How to read it" }
            }
        }
        main {
            section id="moved" aria-labelledby="moved-title" {
                h2 id="moved-title" { "What moved" } (moved(comparison))
            }
            section id="workloads" aria-labelledby="workloads-title" {
                h2 id="workloads-title" { "Every workload" } (workloads(comparison))
            }
            section id="claims" aria-labelledby="claims-title" {
                h2 id="claims-title" { "The talk’s claims" } (claims(comparison))
            }
            section id="records" aria-labelledby="records-title" {
                h2 id="records-title" { "The two records" } (records(comparison))
            }
            section id="reading" aria-labelledby="reading-title" {
                h2 id="reading-title" { "How to read it" }
                ul { @for line in footer(comparison) { li { bdi { (line) } } } }
            }
        }
        footer {
            p { "Ratios only: absolute times of two records are never compared. docs/method.md says how the intervals are made." }
        }
    };
    let title = format!("breakeven: {} compared with {}", comparison.b.label, comparison.a.label);
    shell(&title, &body)
}

fn headline(comparison: &Comparison) -> String {
    let told = [
        (ChangeVerdict::BecameWrong, "became wrong"),
        (ChangeVerdict::Slower, "got slower"),
        (ChangeVerdict::Faster, "got faster"),
    ];
    let parts: Vec<String> = told
        .into_iter()
        .map(|(verdict, words)| (comparison.with_verdict(verdict).count(), words))
        .filter(|(rows, _)| *rows > 0)
        .map(|(rows, words)| format!("{rows} {words}"))
        .collect();
    match comparison.caution() {
        Some(caution) if parts.is_empty() => caution.to_owned(),
        _ if parts.is_empty() => "Nothing moved beyond the noise".to_owned(),
        _ => parts.join(", "),
    }
}

/// The rows that a reader must see first, the most urgent first.
fn moved(comparison: &Comparison) -> Markup {
    let urgent = [
        ChangeVerdict::BecameWrong,
        ChangeVerdict::Slower,
        ChangeVerdict::Faster,
        ChangeVerdict::BecameRight,
        ChangeVerdict::Disappeared,
        ChangeVerdict::Appeared,
    ];
    let rows: Vec<&ComparedRow> =
        urgent.into_iter().flat_map(|verdict| comparison.with_verdict(verdict)).collect();
    html! {
        @if rows.is_empty() {
            p { "No contender got faster or slower beyond the noise thresholds of both records; none appeared or disappeared." }
        } @else {
            (rows_table("What moved", &rows, Workloads::Many).page())
        }
    }
}

fn workloads(comparison: &Comparison) -> Markup {
    let all = comparison.rows.iter().filter(|row| is_timed(row)).count() <= MOST_DRAWN;
    html! {
        p {
            "Each bar is the interval of a change. In the grey band it is as good as none: there both A/A controls, the "
            "baseline compared with itself, would hide it. "
            @if !all { "Only rows that got faster or slower are drawn; the tables have all." }
        }
        @for workload in &comparison.workloads { (one(comparison, workload, all)) }
    }
}

fn one(comparison: &Comparison, workload: &ComparedWorkload, all: bool) -> Markup {
    let rows: Vec<&ComparedRow> = comparison.rows_of(&workload.id).collect();
    let drawn = rows.iter().filter(|row| all || is_moved(row)).filter_map(|row| change(row)).collect();
    let drawing = Changes {
        description: format!(
            "Change of each contender’s ratio from A to B on {}, one row per contender",
            workload.id
        ),
        sides: ["ratio in B", "ratio in A"],
        rows: drawn,
    };
    let table = rows_table(&workload.id, &rows, Workloads::One).page();
    let command = shell_words(&["breakeven", "report", &comparison.a.record, &comparison.b.record]);
    html! {
        h3 { (id(&workload.id)) }
        p.note { (thresholds(workload)) "." }
        @if drawing.rows.is_empty() {
            details.data { summary { "Data of this workload" } (table) }
        } @else {
            (figure(&drawing, &html! { "Change from A to B on " (id(&workload.id)) ", against " (id(&workload.baseline)) "." }, &table, &command))
        }
    }
}

fn is_timed(row: &ComparedRow) -> bool {
    row.change.low.is_some() && row.change.high.is_some()
}

fn is_moved(row: &ComparedRow) -> bool {
    matches!(row.verdict, ChangeVerdict::Faster | ChangeVerdict::Slower)
}

fn change(row: &ComparedRow) -> Option<Change> {
    let (value, low, high) = (row.change.value?, row.change.low?, row.change.high?);
    let written = format!("{}× {}", significant(value, 3), row.verdict.words());
    let ink = match row.verdict {
        ChangeVerdict::Slower => Ink::Series(1),
        ChangeVerdict::Faster => Ink::Series(3),
        ChangeVerdict::Equivalent => Ink::Series(0),
        _ => Ink::Muted,
    };
    let resolved = is_moved(row) || row.verdict == ChangeVerdict::Equivalent;
    Some(Change {
        label: row.contender.clone(),
        value,
        low,
        high,
        threshold: row.noise_threshold.unwrap_or(0.0),
        text: format!("{} {written}", row.verdict.sign()),
        short: written,
        ink,
        point: if resolved { Point::Filled } else { Point::Hollow },
        pairs: Vec::new(),
    })
}

/// The talk's figures, as far as either record has them.
fn claims(comparison: &Comparison) -> Markup {
    let table = claims_table(comparison);
    if table.rows.is_empty() {
        return html! { p { "Neither record measured what the talk’s claims rest on." } };
    }
    html! {
        p { "Each record by itself. Seconds are those of its machine: they are not to be compared." }
        (table.page())
    }
}

/// What the two records are, fact by fact.
fn records(comparison: &Comparison) -> Markup {
    html! {
        (records_table(comparison).page())
        @if comparison.same_environment { p { "All facts of machine and software are the same." } }
    }
}
