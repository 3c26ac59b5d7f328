//! The page: whole, self-contained, and safe whatever the record says.

use breakeven_record::{Mode, Outcome, Record};
use breakeven_report::page::page;
use breakeven_report::summary::Summary;

use crate::hostile::hostile;
use crate::records::{empty, every_rung, nothing_right, realistic, sliding, timed, warnings, with};

const SECTIONS: [&str; 19] = [
    "answer",
    "choice",
    "corner-case",
    "small-arrays",
    "anatomy",
    "ladder",
    "accuracy",
    "sliding",
    "precision",
    "ownership",
    "interpreters",
    "advice",
    "workloads",
    "controls",
    "warnings",
    "method",
    "environment",
    "data",
    "commands",
];

fn html(record: &Record) -> String {
    page(&Summary::of(record, "bench-results/test/record.json"))
}

/// The page without the script that every page has: nothing else on it may run.
pub(crate) fn without_script(html: &str) -> String {
    let script = format!("<script>{}</script>", include_str!("../../src/page/script.js"));
    assert_eq!(html.matches(&script).count(), 1, "the page's own script");
    html.replace(&script, "")
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
fn a_page_loads_nothing_and_runs_its_own_script_alone() {
    for (name, record) in every_kind() {
        let html = html(&record);
        assert!(html.contains("script-src 'sha256-") && html.contains("default-src 'none'"), "{name}");
        let html = without_script(&html);
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
    assert_eq!(figures, 7, "corner case, three of small arrays, ladder, sliding, precision");
    assert_eq!(html.matches("<svg").count(), 2 * figures);
    assert_eq!(html.matches("<svg class=\"chart\"").count(), 2 * figures);
    for part in html.split("<figure").skip(1) {
        let figure = part.split("</figure>").next().unwrap_or_default();
        assert!(figure.contains("<details") && figure.contains("<table") && figure.contains("scripts/bench"));
    }
}

#[test]
fn names_and_values_cannot_break_the_page() {
    let (record, shown) = hostile();
    let html = html(&record);
    let html = without_script(&html);
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
        "cannot give more than 7.5×",
        "python/std-extension",
        "CPython 3.11.7",
        "without the feedback the count is as good",
        "about 9 % of the samples",
        "Not measured: steps that are counted where no one walks",
        "Salvi et al., CC BY 4.0",
        "scripts/bench --quick --seed 1 -t pedometer",
        "extrapolated",
    ] {
        assert!(html.contains(said), "{said}");
    }
}

#[test]
fn the_page_of_a_full_record_is_under_two_megabytes_and_has_every_section() {
    let html = html(&crate::full::full(10));
    assert!(html.len() < 2_000_000, "{} bytes", html.len());
    for said in [
        "The ladder to 117×",
        "What the pedometer sees",
        "The talk’s first plot",
        "The talk’s second plot",
        "List against ndarray",
        "Over the window",
        "Over the length of the series",
        "Offset data",
    ] {
        assert!(html.contains(said), "{said}");
    }
}

#[test]
fn every_value_of_a_figure_can_be_reached_and_says_who_and_how_much() {
    let html = html(&realistic(Mode::Quick, 6, &[10, 25, 50, 300]));
    for part in html.split("<figure").skip(1) {
        let figure = part.split("</figure>").next().unwrap_or_default();
        assert!(figure.contains("class=\"targets"), "a figure without values to ask for");
    }
    assert!(html.contains("aria-label=\"rust/simd: "));
    assert!(html.contains("per window, largest error 1.5 ulp"));
}

#[test]
fn what_is_wrong_is_drawn_as_wrong_and_is_no_advice() {
    let mut windows = sliding(100_000, 75);
    let units = windows.units as f64;
    windows.contenders.push(timed("rust/incremental", 4.0 * units, 6));
    let mut wrong = timed("python/bottleneck", 2.0 * units, 6);
    wrong.findings.outcome = Outcome::KnownWrong;
    wrong.findings.max_ulp = Some(6.5e10);
    windows.contenders.push(wrong);
    let html = html(&with(empty(Mode::Quick, 6), windows));
    assert!(html.contains("largest error 65,000,000,000 ulp, wrong"));
    assert!(html.contains("python/bottleneck, wrong"));
    assert!(!html.contains("from <bdi><code>python/bottleneck</code></bdi> to"));
}

#[test]
fn bounds_are_drawn_only_where_they_were_measured() {
    let over = |bounds: &[&str]| {
        let mut record = empty(Mode::Quick, 6);
        for window in [10, 75, 1000] {
            let mut windows = sliding(100_000, window);
            let units = windows.units as f64;
            for id in bounds.iter().chain(&["rust/incremental"]) {
                windows.contenders.push(timed(id, 4.0 * units, 6));
            }
            record = with(record, windows);
        }
        html(&record)
    };
    let both = over(&["control/square-root", "control/copy"]);
    assert!(
        both.contains("aria-label=\"control/copy: ") && !both.contains("was not measured in this record")
    );
    let one = over(&["control/square-root"]);
    assert!(
        one.contains("aria-label=\"control/square-root: ") && !one.contains("aria-label=\"control/copy: ")
    );
    assert!(one.contains("was not measured in this record"));
}

#[test]
fn the_answer_says_what_to_use_from_where_to_where_and_how_sure_it_is() {
    let html = html(&realistic(Mode::Quick, 6, &[10, 25, 50, 300]));
    let answer = html.split("</section>").next().unwrap_or_default();
    for said in
        ["You hold a list: ", "from 10 up", "A/A: ", "against itself on", "scripts/bench --quick --seed 1"]
    {
        assert!(answer.contains(said), "{said}");
    }
}

#[test]
fn advice_has_the_measured_factor_or_says_that_there_is_none() {
    let html = html(&realistic(Mode::Quick, 6, &[10, 25, 300]));
    let advice = html
        .split("id=\"advice\"")
        .nth(1)
        .and_then(|rest| rest.split("</section>").next())
        .unwrap_or_default();
    // 340 + 63 n over 45 + 1.2 n, at n = 10 and 300
    assert!(
        advice.contains("<code>python/naive</code></bdi> to <bdi><code>extension/standard-dev"),
        "{advice}"
    );
    assert!(advice.contains("Not measured in this record: "));
}
