//! The page: whole, self-contained, and safe whatever the record says.

use crate::records::{empty, every_rung, hostile, nothing_right, realistic, warnings};
use breakeven_measure::record::{Mode, Record};
use breakeven_report::page::page;
use breakeven_report::summary::Summary;

const SECTIONS: [&str; 14] = [
    "answer",
    "choice",
    "corner-case",
    "small-arrays",
    "ladder",
    "accuracy",
    "sliding",
    "workloads",
    "controls",
    "warnings",
    "method",
    "environment",
    "data",
    "commands",
];

fn html(record: &Record) -> String {
    page(record, &Summary::of(record, "bench-results/test/record.json"))
}

fn every_kind() -> Vec<(&'static str, Record)> {
    let mut warned = realistic(Mode::Quick, 6, &[25]);
    warned.warnings = warnings();
    vec![
        ("warned", warned),
        ("empty", empty(Mode::Quick, 6)),
        ("one size", realistic(Mode::Quick, 6, &[25])),
        ("quick", realistic(Mode::Quick, 6, &[10, 25, 50, 100, 150, 200, 300, 1000])),
        ("one process", realistic(Mode::Quick, 1, &[10, 25, 300])),
        ("nothing right", nothing_right()),
        ("every rung", every_rung(10)),
        ("default", realistic(Mode::Default, 10, &[10, 25, 150, 290, 1000, 20_000])),
    ]
}

#[test]
fn every_record_makes_a_page_with_every_section() {
    for (name, record) in every_kind() {
        let html = html(&record);
        for section in SECTIONS {
            assert!(html.contains(&format!("<section id=\"{section}\"")), "{name}: {section}");
            assert!(html.contains(&format!("href=\"#{section}\"")), "{name}: {section} in the contents");
        }
        assert_eq!(html.matches("<section").count(), SECTIONS.len(), "{name}");
        assert!(!html.contains("NaN") && !html.contains(">inf"), "{name} shows what is not a number");
        assert!(html.len() < 2_000_000, "{name} has {} bytes", html.len());
    }
}

#[test]
fn a_page_loads_nothing_and_runs_nothing() {
    for (name, record) in every_kind() {
        let html = html(&record);
        for forbidden in
            ["http:", "https:", "src=", "url(", "@import", "<script", "<link", "<iframe", "onload="]
        {
            assert!(!html.contains(forbidden), "{name} contains {forbidden}");
        }
    }
}

#[test]
fn no_reserved_colour_is_left_in_a_figure() {
    let html = html(&realistic(Mode::Quick, 6, &[10, 25, 300]));
    assert!(html.contains("<svg") && html.contains("var(--series-0)"));
    assert!(!html.contains("#0101"));
}

#[test]
fn every_figure_has_a_name_both_widths_and_its_data() {
    let html = html(&realistic(Mode::Quick, 6, &[10, 25, 50, 300]));
    let figures = html.matches("<figure").count();
    assert_eq!(figures, 5, "corner case, two of small arrays, ladder, sliding");
    assert_eq!(html.matches("<svg").count(), 2 * figures);
    assert_eq!(html.matches("role=\"img\" aria-label=\"").count(), 2 * figures);
    for part in html.split("<figure").skip(1) {
        let figure = part.split("</figure>").next().unwrap_or_default();
        assert!(figure.contains("<details") && figure.contains("<table") && figure.contains("scripts/bench"));
    }
}

#[test]
fn names_and_values_cannot_break_the_page() {
    let (record, shown) = hostile();
    let html = html(&record);
    for forbidden in [
        "<script",
        "<img",
        "<b>",
        "<i>",
        "<em>",
        "<u>",
        "<h1>why",
        "<svg onload",
        "\u{1b}",
        "\u{0}",
        "\u{9b}",
        "\u{202e}",
    ] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    for text in shown {
        let escaped =
            text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        assert!(html.contains(&escaped), "{escaped}");
    }
    assert_eq!(html.matches("<section").count(), SECTIONS.len());
    assert_eq!(html.matches("</section>").count(), SECTIONS.len());
    assert_eq!(html.matches("<bdi>").count(), html.matches("</bdi>").count());
}

#[test]
fn a_page_says_what_is_missing() {
    let nothing = html(&empty(Mode::Quick, 6));
    assert!(nothing.contains("No workload was finished"));
    let one = html(&realistic(Mode::Quick, 6, &[25]));
    assert!(one.contains("A curve needs two sizes"));
    assert!(one.contains("Only size 25 was measured"));
    let mut interrupted = realistic(Mode::Quick, 6, &[25]);
    interrupted.complete = false;
    assert!(html(&interrupted).contains("Interrupted."));
    let quick = html(&realistic(Mode::Quick, 6, &[10, 25, 300]));
    assert!(quick.contains("the package is not in .venv; to add it: scripts/bench"));
}

#[test]
fn a_page_says_what_must_be_said() {
    let html = html(&realistic(Mode::Quick, 6, &[10, 25, 100, 150, 200, 300]));
    for said in [
        "95 % each, not jointly",
        "117× needs the whole loop compiled",
        "about 7.5×",
        "python/std-extension",
        "CPython 3.11.7",
        "without the feedback the count is as good",
        "about 9 % of the samples",
        "Not measured: steps counted where nobody walks",
        "Salvi et al., CC BY 4.0",
        "scripts/bench --quick --seed 1 -t pedometer",
        "extrapolated",
    ] {
        assert!(html.contains(said), "{said}");
    }
}
