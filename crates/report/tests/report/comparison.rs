//! Two records side by side: every verdict, both orders, what is refused, and what names can break.

use breakeven_estimate::{ProcessValue, over_processes};
use breakeven_record::{Mode, Outcome, Record, WorkloadRecord};
use breakeven_report::comparison::{
    self, ChangeVerdict, ComparedRow, Comparison, Incomparable, Named, Scope,
};
use breakeven_report::page;
use breakeven_report::terminal::Look;
use serde_json::Value;

use crate::golden::golden;
use crate::page::without_script;
use crate::records::{contender, empty, realistic, timed, timed_by, whole, with, with_twin};

const PROCESSES: usize = 6;
const BASE_NS: f64 = 1000.0;

fn compared(a: &Record, b: &Record) -> Comparison {
    try_compared(a, b).expect("they are comparable")
}

fn try_compared(a: &Record, b: &Record) -> Result<Comparison, Incomparable> {
    of_scope(a, b, Scope::All)
}

fn of_scope(a: &Record, b: &Record, scope: Scope) -> Result<Comparison, Incomparable> {
    let (a, b) = (Named { record: a, path: "a/record.json" }, Named { record: b, path: "b/record.json" });
    Comparison::of(a, b, 0.02, scope)
}

/// `whole` of 25 with a quiet A/A control, a reference workload, a baseline that takes `base_ns`, and these contenders.
fn workload(base_ns: f64, times: &[(&str, f64)]) -> WorkloadRecord {
    let mut workload = whole(25);
    workload.contenders.push(timed("python/naive", base_ns, PROCESSES));
    workload.contenders.push(timed("control/reference", 500.0, PROCESSES));
    for &(id, ns) in times {
        workload.contenders.push(timed(id, ns, PROCESSES));
    }
    with_twin(workload, base_ns, &[1.0; PROCESSES])
}

fn record(times: &[(&str, f64)]) -> Record {
    with(empty(Mode::Quick, PROCESSES), workload(BASE_NS, times))
}

fn row(comparison: &Comparison, id: &str) -> ComparedRow {
    comparison.rows.iter().find(|row| row.contender == id).expect("every contender has a row").clone()
}

fn verdict(a: &Record, b: &Record, id: &str) -> ChangeVerdict {
    row(&compared(a, b), id).verdict
}

/// Two records with every kind of change between them: each contender with its verdict, forth and back.
fn every_kind() -> (Record, Record, Vec<(&'static str, ChangeVerdict, ChangeVerdict)>) {
    use ChangeVerdict::*;
    let mut a = record(&[
        ("rust/slower", 100.0),
        ("rust/same", 100.0),
        ("rust/within", 100.0),
        ("rust/gone", 100.0),
        ("rust/fails", 100.0),
        ("rust/breaks", 100.0),
    ]);
    let mut b = record(&[
        ("rust/slower", 110.0),
        ("rust/same", 100.0),
        ("rust/within", 102.0),
        ("rust/new", 100.0),
        ("rust/unsure", 100.0),
    ]);
    // in some processes twice as slow: an interval on both sides of 1
    let unsure = timed_by("rust/unsure", PROCESSES, |process| if process < 3 { 70.0 } else { 140.0 });
    a.workloads[0].contenders.push(unsure);
    for (id, outcome, reason) in [
        ("rust/fails", Outcome::Failed, "SIGSEGV in round 3"),
        ("rust/breaks", Outcome::Wrong, "0.5 where the exact value is 0.25"),
        ("rust/absent", Outcome::Absent, "no such package"),
    ] {
        let mut entry = contender(id, outcome);
        entry.findings.reason = Some(reason.to_owned());
        b.workloads[0].contenders.push(entry);
    }
    a.workloads[0].contenders.push(contender("rust/absent", Outcome::Absent));
    let expected = vec![
        ("python/naive", Equivalent, Equivalent),
        ("rust/slower", Slower, Faster),
        ("rust/same", Equivalent, Equivalent),
        ("rust/within", Equivalent, Equivalent),
        ("rust/unsure", NotResolved, NotResolved),
        ("rust/gone", Disappeared, Appeared),
        ("rust/new", Appeared, Disappeared),
        ("rust/fails", Disappeared, Appeared),
        ("rust/breaks", BecameWrong, BecameRight),
        ("rust/absent", NotCompared, NotCompared),
    ];
    (a, b, expected)
}

#[test]
fn every_kind_of_change_has_its_verdict_and_its_opposite_in_the_other_order() {
    let (a, b, expected) = every_kind();
    let (forth, back) = (compared(&a, &b), compared(&b, &a));
    assert_eq!(forth.rows.len(), expected.len(), "one row per contender, no control");
    for (id, there, again) in expected {
        assert_eq!((row(&forth, id).verdict, row(&back, id).verdict), (there, again), "{id}");
    }
    let (one, other) = (row(&forth, "rust/slower").change, row(&back, "rust/slower").change);
    for (end, opposite) in [(one.value, other.value), (one.low, other.high), (one.high, other.low)] {
        let product = end.expect("known") * opposite.expect("known");
        assert!((product - 1.0).abs() < 1e-12, "the other order gives the reciprocal: {product}");
    }
    assert_eq!(row(&forth, "rust/fails").reason.as_deref(), Some("failed in B: SIGSEGV in round 3"));
    assert_eq!(row(&forth, "rust/new").reason.as_deref(), Some("not asked for in A"));
    assert_eq!(forth.undeclared_wrong().count(), 1);
}

#[test]
fn a_wrong_answer_in_b_that_no_contender_declares_is_found_and_shown_whatever_came_of_it_in_a() {
    use ChangeVerdict::*;
    let entry = |outcome, reason: &str| {
        let mut entry = contender("rust/odd", outcome);
        entry.findings.reason = Some(reason.to_owned());
        entry
    };
    let with_odd = |entry: Option<_>| {
        let mut record = record(&[("rust/simd", 100.0)]);
        record.workloads[0].contenders.extend(entry);
        record
    };
    let wrong = with_odd(Some(entry(Outcome::Wrong, "1 where 2 is right")));
    #[rustfmt::skip]
    let table = [
        (Some(timed("rust/odd", 100.0, PROCESSES)), BecameWrong, "wrong in B: 1 where 2 is right"),
        (Some(entry(Outcome::Failed, "SIGSEGV")), BecameWrong, "failed in A: SIGSEGV; wrong in B: 1 where 2 is right"),
        (Some(entry(Outcome::KnownWrong, "a bug")), BecameWrong, "known wrong in A: a bug; wrong in B: 1 where 2 is right"),
        (Some(entry(Outcome::Absent, "no package")), BecameWrong, "absent in A: no package; wrong in B: 1 where 2 is right"),
        (None, BecameWrong, "not asked for in A; wrong in B: 1 where 2 is right"),
        (Some(entry(Outcome::Wrong, "the same")), NotCompared, "wrong in A: the same; wrong in B: 1 where 2 is right"),
    ];
    for (in_a, verdict, reason) in table {
        let found = compared(&with_odd(in_a), &wrong);
        let odd = row(&found, "rust/odd");
        assert_eq!((odd.verdict, odd.reason.as_deref()), (verdict, Some(reason)));
        assert_eq!(found.undeclared_wrong().count(), 1, "{reason}");
        assert!(comparison::text(&found, &Look::plain(200)).contains("rust/odd"), "{reason}");
    }
    let known = with_odd(Some(entry(Outcome::KnownWrong, "a bug")));
    assert_eq!(compared(&with_odd(None), &known).undeclared_wrong().count(), 0, "it declares it");
}

#[test]
fn a_contender_that_was_timed_in_a_and_failed_in_b_is_named() {
    let (a, b, _) = every_kind();
    let found = compared(&a, &b);
    let failed: Vec<&str> = found.newly_failed().map(|row| row.contender.as_str()).collect();
    assert_eq!(failed, ["rust/fails"], "rust/gone was not asked for");
    assert_eq!(compared(&b, &a).newly_failed().count(), 0);
    for text in [comparison::text(&found, &Look::plain(200)), comparison::markdown(&found)] {
        assert!(text.contains("Measured in A but failed in B: rust/fails on whole/uniform-25."), "{text}");
    }
}

#[test]
fn the_interval_of_a_change_runs_from_low_over_high_to_high_over_low() {
    let a = record(&[("rust/simd", 100.0)]);
    let mut b = record(&[]);
    let spread = timed_by("rust/simd", PROCESSES, |process| 100.0 + 2.0 * process as f64);
    b.workloads[0].contenders.push(spread);
    let row = row(&compared(&a, &b), "rust/simd");
    let known = |value: Option<f64>| value.expect("there is an interval");
    assert_eq!(known(row.change.low), known(row.b.low) / known(row.a.high));
    assert_eq!(known(row.change.high), known(row.b.high) / known(row.a.low));
}

#[test]
fn a_change_must_clear_the_noise_thresholds_of_both_records_together_and_is_none_within_the_tolerance() {
    let noisy = |noise: f64, ns: f64| {
        let mut workload = whole(25);
        workload.contenders.push(timed("python/naive", BASE_NS, PROCESSES));
        workload.contenders.push(timed("rust/simd", ns, PROCESSES));
        let twins: Vec<f64> =
            (0..PROCESSES).map(|place| if place == 0 { 1.0 + noise } else { 1.0 }).collect();
        with(empty(Mode::Quick, PROCESSES), with_twin(workload, BASE_NS, &twins))
    };
    for (noise_a, noise_b, change, expected) in [
        (0.0, 0.0, 1.045, ChangeVerdict::Slower),
        (0.0, 0.0, 1.035, ChangeVerdict::NotResolved),
        (0.0, 0.0, 1.015, ChangeVerdict::Equivalent),
        (0.05, 0.05, 1.11, ChangeVerdict::Slower),
        (0.05, 0.05, 1.09, ChangeVerdict::NotResolved),
        (0.05, 0.05, 1.01, ChangeVerdict::Equivalent),
        (0.0, 0.05, 1.06, ChangeVerdict::NotResolved),
        (0.05, 0.05, 0.89, ChangeVerdict::Faster),
        (0.0, 0.12, 2.0, ChangeVerdict::Slower),
        (0.5, 0.0, 1.4, ChangeVerdict::NotResolved),
    ] {
        let found = verdict(&noisy(noise_a, 100.0), &noisy(noise_b, 100.0 * change), "rust/simd");
        assert_eq!(found, expected, "{noise_a} and {noise_b}, {change}");
    }
}

#[test]
fn without_an_interval_or_an_a_a_row_nothing_is_decided_and_the_row_says_why() {
    let few = realistic(Mode::Quick, 3, &[25]);
    let many = realistic(Mode::Quick, 6, &[25]);
    let found = row(&compared(&many, &few), "rust/simd");
    assert_eq!(found.verdict, ChangeVerdict::NotResolved);
    assert_eq!(found.reason.as_deref(), Some("B has too few processes for an interval"));
    let mut untwinned = record(&[("rust/simd", 200.0)]);
    untwinned.workloads[0].contenders.retain(|contender| contender.id != "control/aa");
    let found = row(&compared(&untwinned, &record(&[("rust/simd", 100.0)])), "rust/simd");
    assert_eq!(found.verdict, ChangeVerdict::NotResolved);
    assert_eq!(found.reason.as_deref(), Some("A has no A/A interval here"));
}

#[test]
fn where_only_the_baseline_moved_it_alone_is_judged() {
    let at =
        |base_ns: f64, ns: f64| with(empty(Mode::Quick, PROCESSES), workload(base_ns, &[("rust/simd", ns)]));
    let (before, quicker, both) = (at(1000.0, 100.0), at(800.0, 100.0), at(800.0, 150.0));
    let forth = compared(&before, &quicker);
    assert_eq!(row(&forth, "python/naive").verdict, ChangeVerdict::Faster);
    assert_eq!(row(&forth, "python/naive").over, "control/reference");
    let unmoved = row(&forth, "rust/simd");
    assert_eq!(unmoved.verdict, ChangeVerdict::NotResolved);
    let reason = unmoved.reason.expect("a reason");
    assert!(
        reason.starts_with(
            "the baseline became faster; compared with the reference workload this contender is equivalent"
        ),
        "{reason}"
    );
    assert_eq!(verdict(&quicker, &before, "python/naive"), ChangeVerdict::Slower);
    assert_eq!(verdict(&quicker, &before, "rust/simd"), ChangeVerdict::NotResolved);
    assert_eq!(verdict(&before, &both, "rust/simd"), ChangeVerdict::Slower, "it got slower itself as well");
}

#[test]
fn another_environment_is_comparable_by_ratios_alone_and_the_table_says_what_differs() {
    let before = record(&[("rust/simd", 100.0)]);
    let mut other = record(&[("rust/simd", 130.0)]);
    other.environment.key = "ffff".to_owned();
    other.environment.facts.insert("cpu".to_owned(), "Another CPU".to_owned());
    other.environment.facts.remove("numpy");
    let found = compared(&before, &other);
    assert_eq!(
        row(&found, "python/naive").verdict,
        ChangeVerdict::Baseline,
        "reference workloads of two machines differ"
    );
    assert_eq!(row(&found, "rust/simd").verdict, ChangeVerdict::Slower);
    let said = "Comparable as ratios only, since A and B differ in cpu (Some CPU → Another CPU), numpy \
                (2.4.6 → not recorded).";
    for text in
        [comparison::text(&found, &Look::plain(400)), comparison::markdown(&found), page::comparison(&found)]
    {
        assert!(text.contains(said), "{text}");
    }
}

#[test]
fn another_input_form_is_not_compared_and_another_version_is_said() {
    let before = record(&[("rust/simd", 100.0), ("python/pandas", 100.0)]);
    let mut after = before.clone();
    for contender in &mut after.workloads[0].contenders {
        match contender.id.as_str() {
            "rust/simd" => contender.declared.input = "list".to_owned(),
            "python/pandas" => contender.findings.version = Some("2.0".to_owned()),
            _ => {}
        }
    }
    let found = compared(&before, &after);
    assert_eq!(row(&found, "rust/simd").verdict, ChangeVerdict::NotCompared);
    assert_eq!(row(&found, "rust/simd").reason.as_deref(), Some("given a slice in A and a list in B"));
    assert_eq!(row(&found, "python/pandas").verdict, ChangeVerdict::Equivalent);
    assert_eq!(row(&found, "python/pandas").differs, ["version 1.0 → 2.0"]);
}

#[test]
fn the_first_line_says_what_a_reader_must_know_before_any_row() {
    let first = |a: &Record, b: &Record| {
        let text = comparison::text(&compared(a, b), &Look::plain(400));
        text.lines().find(|line| line.contains("Found: ")).expect("it says what was found").to_owned()
    };
    let before = record(&[("rust/simd", 100.0)]);
    let mut unsure = record(&[]);
    let noisy = timed_by("rust/simd", PROCESSES, |process| if process < 3 { 70.0 } else { 140.0 });
    unsure.workloads[0].contenders.push(noisy);
    let mut known = timed("rust/known", 100.0, PROCESSES);
    known.findings.outcome = Outcome::KnownWrong;
    let mut before = before;
    for record in [&mut before, &mut unsure] {
        record.workloads[0].contenders.push(known.clone());
    }
    let mut later = record(&[("rust/simd", 150.0)]);
    later.created = "2999-01-01T00:00:00Z".to_owned();
    for (a, b, words) in [
        (&before, &record(&[("rust/simd", 150.0)]), "Found: 1 slower, 1 equivalent, 1 not compared."),
        (
            &before,
            &unsure,
            "Found: Nothing could be resolved (1 not resolved, 1 equivalent, 1 not compared).",
        ),
        (
            &before,
            &record(&[]),
            "Found: Every contender of A has disappeared in B (1 disappeared, 1 equivalent, 1 not compared).",
        ),
        (&later, &before, "B was measured before A"),
    ] {
        assert!(first(a, b).contains(words), "{words}: {}", first(a, b));
    }
}

#[test]
fn without_peers_only_compiled_contenders_and_the_baseline_are_compared_and_counted() {
    let times = [("rust/simd", 100.0), ("python/pandas", 100.0), ("python/scipy", 100.0)];
    let (mut a, mut b) = (record(&times), record(&times));
    (a.plan.comparisons, b.plan.comparisons) = (4, 4);
    let found = of_scope(&a, &b, Scope::Compiled).expect("comparable");
    let ids: Vec<&str> = found.rows.iter().map(|row| row.contender.as_str()).collect();
    assert_eq!(ids, ["python/naive", "rust/simd"]);
    assert_eq!(row(&found, "rust/simd").a.low, None, "6 processes have no interval for two at once");
    (a.plan.comparisons, b.plan.comparisons) = (1, 1);
    let found = of_scope(&a, &b, Scope::Compiled).expect("comparable");
    assert_eq!(row(&found, "rust/simd").verdict, ChangeVerdict::Equivalent);
}

#[test]
fn what_is_not_the_same_workload_is_refused_in_one_line_that_says_why() {
    let before = record(&[("rust/simd", 100.0)]);
    let changed = |change: fn(&mut Record)| {
        let mut record = before.clone();
        change(&mut record);
        record
    };
    for (other, words) in [
        (empty(Mode::Quick, 6), "have no workload in common"),
        (with(empty(Mode::Quick, 6), whole(26)), "have no workload in common"),
        (changed(|record| record.workloads[0].ddof = 1), "ddof 0 and 1"),
        (changed(|record| record.workloads[0].length = 26), "length 25 and 26"),
        (
            changed(|record| record.workloads[0].baseline = "rust/naive".to_owned().into()),
            "baseline python/naive and rust/naive",
        ),
        (
            changed(|record| record.workloads[0].input.sha256[1] = "dd".to_owned()),
            "other checksums (SHA-256)",
        ),
        (
            changed(|record| {
                record.workloads[0].input.sha256[1] = "dd".to_owned();
                record.plan.seed = 2;
            }),
            "drawn with seeds 1 and 2",
        ),
    ] {
        let refused = try_compared(&before, &other).expect_err(words).to_string();
        assert!(refused.contains(words) && refused.contains("a/record.json"), "{refused}");
        assert!(!refused.contains('\n'), "{refused}");
    }
    assert!(try_compared(&empty(Mode::Quick, 6), &before).is_err());
    let reseeded = changed(|record| record.plan.seed = 2);
    assert!(try_compared(&before, &reseeded).is_ok(), "the same inputs, in another order");
}

#[test]
fn the_table_is_as_it_was_reviewed() {
    let (a, b, _) = every_kind();
    let found = compared(&a, &b);
    golden("comparison.txt", &comparison::text(&found, &Look::plain(110)));
    golden("comparison.md", &comparison::markdown(&found));
}

#[test]
fn the_text_keeps_to_the_width() {
    let (a, b, _) = every_kind();
    for width in [80, 110, 160] {
        for line in comparison::text(&compared(&a, &b), &Look::plain(width)).lines() {
            assert!(line.chars().count() <= usize::from(width), "{width}: {line}");
        }
    }
}

#[test]
fn every_comparison_follows_its_schema_and_reads_back_the_same() {
    let schema: Value = serde_json::from_str(include_str!("../../../../docs/comparison.schema.json"))
        .expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let complaints = |json: &Value| -> Vec<String> {
        validator.iter_errors(json).map(|error| format!("{}: {error}", error.instance_path())).collect()
    };
    let (a, b, _) = every_kind();
    let (long, short) = (realistic(Mode::Default, 10, &[10, 25, 300]), realistic(Mode::Quick, 3, &[25]));
    for (a, b) in [(&a, &b), (&b, &a), (&long, &short), (&short, &long)] {
        let found = compared(a, b);
        let json = serde_json::to_value(&found).expect("a comparison is JSON");
        assert_eq!(complaints(&json), Vec::<String>::new());
        let back: Comparison = serde_json::from_value(json.clone()).expect("what was written can be read");
        assert_eq!(back, found);
        let mut unknown = json.clone();
        unknown["rows"][0]["verdict"] = Value::from("quick");
        assert!(!complaints(&unknown).is_empty());
        let mut missing = json;
        missing["rows"][0].as_object_mut().expect("a row").remove("change");
        assert!(!complaints(&missing).is_empty());
    }
}

#[test]
fn the_page_says_what_moved_draws_every_timed_row_and_loads_nothing() {
    let (a, b, _) = every_kind();
    let html = page::comparison(&compared(&a, &b));
    assert!(html.contains("<h1>1 became wrong, 1 got slower</h1>"));
    for section in ["moved", "workloads", "claims", "records", "reading"] {
        assert!(
            html.contains(&format!("<section id=\"{section}\""))
                && html.contains(&format!("href=\"#{section}\""))
        );
    }
    let drawn = html.split("<svg").nth(1).expect("a chart");
    for id in ["rust/slower", "rust/same", "rust/within", "rust/unsure", "python/naive"] {
        assert!(drawn.contains(id), "{id}");
    }
    assert_eq!((html.matches("<svg").count(), html.matches("<figure").count()), (2, 1), "wide and narrow");
    let html = without_script(&html);
    for forbidden in ["http:", "https:", "src=", "url(", "<script", "<link", "#0101", "NaN", ">inf"] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    let quiet = page::comparison(&compared(&a, &a));
    assert!(quiet.contains("<h1>Nothing moved beyond the noise</h1>"));
}

#[test]
fn the_page_of_many_workloads_draws_what_moved_and_stays_below_two_megabytes() {
    let sizes: Vec<usize> = (1..=60).map(|step| 10 * step).collect();
    let a = realistic(Mode::Default, 10, &sizes);
    let mut b = a.clone();
    b.workloads[7].contenders[8] = timed("rust/simd", 300.0, 10);
    let found = compared(&a, &b);
    let html = page::comparison(&found);
    assert!(found.rows.len() > 300 && html.contains("Only rows that got faster or slower are drawn"));
    assert_eq!(html.matches("<figure").count(), 1);
    assert!(html.len() < 2_000_000, "{} bytes", html.len());
}

#[test]
fn the_claims_of_both_records_stand_side_by_side() {
    let (both, one) = (realistic(Mode::Quick, 6, &[10, 25, 300]), realistic(Mode::Quick, 6, &[25]));
    let found = compared(&both, &one);
    assert_eq!(found.claims.len(), 7);
    let size = found.claims.iter().find(|claim| claim.id == "break-even-size").expect("every claim");
    assert!(size.a.figure.value.is_some() && size.b.figure.value.is_none());
    let html = page::comparison(&found);
    assert!(html.contains("Size from which NumPy wins") && html.contains("<td>–</td>"));
    let other = with(empty(Mode::Quick, PROCESSES), whole(26));
    let none = compared(&other, &other);
    assert!(page::comparison(&none).contains("Neither record measured what the talk"));
}

#[test]
fn names_and_values_cannot_break_text_markdown_or_page() {
    let hostile = "python/<script>alert(\"x\")</script>|&'\u{202e}\u{5d0}\u{5d1}";
    let (mut a, mut b) = (record(&[(hostile, 100.0)]), record(&[(hostile, 120.0)]));
    a.label = "</title><script>".to_owned();
    b.label = "\u{202e}\n# heading\u{7}".to_owned();
    b.environment.key = "other".to_owned();
    b.environment.facts.insert("<i>".to_owned(), "</td><script>".to_owned());
    let mut failed = contender("python/fails", Outcome::Failed);
    failed.findings.reason = Some("<img src=x onerror=alert(1)>\n| a |".to_owned());
    a.workloads[0].contenders.push(timed("python/fails", 5.0, PROCESSES));
    b.workloads[0].contenders.push(failed);
    let found = compared(&a, &b);
    let html = page::comparison(&found);
    let html = without_script(&html);
    for forbidden in ["<script", "<img", "<i>", "</title><script"] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    assert_eq!(html.matches("<section").count(), html.matches("</section>").count());
    assert_eq!(html.matches("<bdi>").count(), html.matches("</bdi>").count());
    let markdown = comparison::markdown(&found);
    assert!(
        !markdown.contains("<script") && !markdown.contains('\u{202e}') && !markdown.contains("\n# heading")
    );
    let rows: Vec<&str> = markdown.lines().filter(|line| line.starts_with('|')).collect();
    for row in &rows {
        assert_eq!(row.replace("\\|", "").matches('|').count(), 7, "{row}");
    }
    assert_eq!(rows.len(), 2 + 3);
    let text = comparison::text(&found, &Look::plain(200));
    assert!(!text.contains(['\u{202e}', '\u{7}']) && text.contains('\u{5d0}'));
}

/// Uniform in 0..1 from a seed: SplitMix64.
fn next(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

/// What docs/validation.md says of the interval of a change, simulated: log-ratios of processes drawn about a known
/// median, in A and in B; the interval must hold the true change.
#[test]
fn the_interval_of_a_change_holds_it_in_at_least_99_per_cent_of_simulated_pairs() {
    const PAIRS: usize = 4000;
    let mut state = 6;
    for (name, heavy) in [("normal", false), ("heavy-tailed", true)] {
        for processes in [6, 10] {
            let mut held = 0;
            for _ in 0..PAIRS {
                let mut ends = || {
                    let values: Vec<ProcessValue> = (0..processes)
                        .map(|process| {
                            let (u, v) = (next(&mut state), next(&mut state));
                            let value = if heavy {
                                (std::f64::consts::PI * (u - 0.5)).tan()
                            } else {
                                (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
                            };
                            ProcessValue { process, value: 0.01 * value }
                        })
                        .collect();
                    let interval = over_processes(&values, 1).expect("enough processes");
                    (interval.low, interval.high)
                };
                let (a, b) = (ends(), ends());
                held += usize::from(b.0 - a.1 <= 0.0 && 0.0 <= b.1 - a.0);
            }
            assert!(held * 100 >= 99 * PAIRS, "{name}, {processes} processes: {held} of {PAIRS}");
        }
    }
}
