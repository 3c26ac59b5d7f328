//! Further interpreters beside the embedded one, and the comparisons of users, which say nothing of the talk.

use breakeven_record::{ContenderRecord, Mode, Outcome, Record};
use breakeven_report::claims::ClaimVerdict;
use breakeven_report::markdown::report;
use breakeven_report::page::page;
use breakeven_report::summary::{Summary, Verdict};
use breakeven_report::terminal::{Look, text};

use crate::records::{contender, realistic, timed};

const PROCESSES: usize = 6;

/// A record in which an old stack takes twice Python's time and three times NumPy's, and another has no NumPy.
pub(crate) fn with_interpreters() -> Record {
    let mut record = realistic(Mode::Quick, PROCESSES, &[25, 300]);
    for workload in record.workloads.iter_mut().filter(|workload| workload.task == "whole") {
        let n = workload.length as f64;
        let of = |version: &str, mut contender: ContenderRecord| {
            contender.findings.version = Some(version.to_owned());
            contender
        };
        let naive = timed("python/naive@3.7.16", 2.0 * (340.0 + 63.0 * n), PROCESSES);
        let numpy = timed("python/numpy-list@3.7.16", 3.0 * (8800.0 + 22.0 * n), PROCESSES);
        let oldest = timed("python/naive@2.7.18", 1.5 * (340.0 + 63.0 * n), PROCESSES);
        let mut absent = contender("python/numpy-list@2.7.18", Outcome::Absent);
        absent.findings.version = None;
        absent.findings.reason = Some("CPython 2.7.18 has no NumPy".to_owned());
        workload.contenders.extend([
            of("CPython 3.7.16", naive),
            of("CPython 3.7.16, NumPy 1.16.1", numpy),
            of("CPython 2.7.18", oldest),
            absent,
        ]);
        if workload.length == 25 {
            let ordinary = timed("control/ordinary-python", 0.9 * (340.0 + 63.0 * n), PROCESSES);
            workload.contenders.push(of("CPython 3.11.7", ordinary));
        }
    }
    record
}

#[test]
fn each_claim_is_shown_in_every_further_interpreter_beside_todays() {
    let summary = Summary::of(&with_interpreters(), "record.json");
    let claim = |id: &str| summary.claim(id).expect("all six are there").clone();
    let python = claim("small-array-python-seconds");
    let marks: Vec<&str> = python.elsewhere.iter().map(|there| there.mark.as_str()).collect();
    assert_eq!(marks, ["3.7.16", "2.7.18"]);
    let value = |at: usize| python.elsewhere[at].figure.value.expect("it was measured");
    let today = python.figure.value.expect("it was measured");
    assert!((value(0) / today - 2.0).abs() < 0.02 && (value(1) / today - 1.5).abs() < 0.02);
    let ratio = claim("small-array-ratio");
    assert_eq!(ratio.elsewhere[0].stack, "CPython 3.7.16, NumPy 1.16.1");
    assert_eq!(ratio.elsewhere[0].contenders, ["python/numpy-list@3.7.16", "python/naive@3.7.16"]);
    // (8800 + 550) / (340 + 1575), times 3 / 2
    assert!((ratio.elsewhere[0].figure.value.expect("measured") - 7.32).abs() < 0.05);
    assert_eq!(ratio.elsewhere[0].verdict, ClaimVerdict::Reproduced);
    assert_eq!(ratio.elsewhere[1].stack, "CPython 2.7.18, no NumPy");
    assert_eq!(ratio.elsewhere[1].figure.value, None);
    assert!(ratio.elsewhere[1].reason.as_ref().is_some_and(|reason| reason.contains("has no NumPy")));
    // 3 (8800 + 22 n) = 2 (340 + 63 n) has its root at 429, beyond the larger size
    let size = &claim("break-even-size").elsewhere[0];
    assert_eq!((size.figure.value, size.verdict), (None, ClaimVerdict::NotReproduced));
    let reason = size.reason.as_ref().expect("it says why");
    assert!(
        reason.contains("python/naive@3.7.16 is the faster one at every size from 25 to 300"),
        "{reason}"
    );
    assert!(claim("end-to-end-seconds").elsewhere.is_empty(), "it has no Python row");

    let shown = text(&summary, &Look::plain(120));
    assert!(shown.contains("\n in CPython 3.7.16, NumPy 1.16.1 "), "{shown}");
    assert!(report(&summary).contains("| in CPython 3.7.16, NumPy 1.16.1 |  |"));
    assert!(page(&summary).contains("the same in <bdi>CPython 3.7.16, NumPy 1.16.1</bdi>"));
}

#[test]
fn each_contender_stands_beside_itself_in_the_embedded_interpreter() {
    let record = with_interpreters();
    let summary = Summary::of(&record, "record.json");
    let row = |id: &str| summary.interpreters.iter().find(|row| row.elsewhere == id).expect("it ran there");
    assert_eq!(summary.interpreters.len(), 4, "those of the corner case");
    for (id, times) in
        [("python/naive@3.7.16", 2.0), ("python/numpy-list@3.7.16", 3.0), ("python/naive@2.7.18", 1.5)]
    {
        let row = row(id);
        let value = row.times.value.expect("both were measured");
        assert!((value / times - 1.0).abs() < 0.02, "{row:?}");
        assert!(row.times.low.is_some_and(|low| low > 1.2), "{row:?}");
        assert_eq!(row.verdict, Some(Verdict::Slower));
        assert_eq!(row.contender, id.split('@').next().expect("a split has a first part"));
    }
    let absent = row("python/numpy-list@2.7.18");
    assert_eq!((absent.times.value, absent.verdict, absent.ns_per_unit), (None, None, None));
    assert!(absent.reason.as_ref().is_some_and(|reason| reason.contains("has no NumPy")), "{absent:?}");
    assert!(absent.embedded_ns_per_unit.is_some());

    let html = page(&summary);
    let again = "--interpreter python3.7 --interpreter python2.7";
    assert!(html.contains(&format!("{again} -n 25")), "the section's command");
    assert!(html.contains(&format!("{again}</code>")), "that of the whole page");
    assert!(text(&summary, &Look::plain(200)).contains("Interpreters side by side"));
    let markdown = report(&summary);
    let (_, part) = markdown.split_once("## Interpreters side by side").expect("it has this part");
    assert!(part.contains("| `python/numpy-list@3.7.16` |") && part.contains("3.00× ("), "{part}");
}

#[test]
fn a_record_of_one_interpreter_says_how_to_add_another() {
    let record = realistic(Mode::Quick, PROCESSES, &[25]);
    let summary = Summary::of(&record, "record.json");
    assert!(summary.interpreters.is_empty());
    assert!(page(&summary).contains("--interpreter PATH"));
    assert!(report(&summary).contains("adds any CPython from 2.7, or PyPy"));
    assert!(!text(&summary, &Look::plain(200)).contains("Interpreters side by side"));
}

#[test]
fn what_embedding_changes_is_said_beside_the_claims() {
    let record = with_interpreters();
    let summary = Summary::of(&record, "record.json");
    let words = "in the ordinary interpreter (CPython 3.11.7) python/naive on whole/uniform-25 takes 0.";
    let ratio = summary.ordinary_interpreter().and_then(|row| row.ratio).expect("it was measured");
    assert!((ratio - 0.9).abs() < 0.03, "{ratio}");
    assert!(text(&summary, &Look::plain(300)).contains(words));
    assert!(report(&summary).contains(words));
    assert!(page(&summary).contains(words));
}

#[test]
fn an_ordinary_interpreter_that_is_not_there_is_said_to_be_missing() {
    let mut record = with_interpreters();
    for contender in record.workloads.iter_mut().flat_map(|workload| &mut workload.contenders) {
        if contender.id == "control/ordinary-python" {
            contender.findings.outcome = Outcome::Failed;
            contender.findings.reason = Some("exit code 1".to_owned());
            contender.runs.clear();
        }
    }
    let shown = text(&Summary::of(&record, "record.json"), &Look::plain(300));
    assert!(shown.contains("was not checked against the ordinary one: failed: exit code 1."), "{shown}");
}

#[test]
fn no_one_is_advised_to_use_another_interpreter_nor_is_it_the_best_rung() {
    let mut record = with_interpreters();
    let quick = timed("python/naive@3.7.16", 0.1, PROCESSES);
    for workload in &mut record.workloads {
        workload.contenders.retain(|contender| contender.id != quick.id);
        workload.contenders.push(quick.clone());
    }
    let summary = Summary::of(&record, "record.json");
    let beside = &summary.claim("end-to-end-speedup").expect("it is there").beside;
    assert!(beside.iter().all(|beside| !beside.contenders[1].contains('@')), "{beside:?}");
    let markdown = report(&summary);
    let choice = markdown.split("## Which way, at which size").nth(1).expect("it has this part");
    let choice = choice.split("## ").next().expect("a split has a first part");
    assert!(!choice.contains("python/naive@"), "{choice}");
}

/// A user's comparison: his function, one of ours, on numbers of his own.
pub(crate) fn comparison() -> Record {
    let mut record = realistic(Mode::Quick, PROCESSES, &[25]);
    record.workloads.truncate(1);
    record.command = ["compare", "mine.py:std", "--data", "my walk.csv"].map(str::to_owned).into();
    let workload = &mut record.workloads[0];
    workload.id = "whole/walk.csv-25".to_owned();
    workload.input.kind = "file".to_owned();
    workload.input.name = "walk.csv".to_owned();
    workload.input.note = Some("file walk.csv".to_owned());
    workload.contenders.push(timed("user/mine.py:std", 5000.0, PROCESSES));
    record
}

#[test]
fn a_users_comparison_shows_every_row_and_leaves_the_talk_out() {
    let record = comparison();
    let summary = Summary::of(&record, "record.json");
    let shown = text(&summary, &Look::plain(120));
    assert!(
        shown.contains("user/mine.py:std") && !shown.contains("small-array") && !shown.contains("117×"),
        "{shown}"
    );
    let markdown = report(&summary);
    assert!(markdown.starts_with("## The comparison\n"), "{markdown}");
    assert!(markdown.contains("| `user/mine.py:std` | slice | 5.00 µs |"), "{markdown}");
    assert!(markdown.contains("| `rust/naive` |") && !markdown.contains("small-array"), "{markdown}");
    assert!(markdown.contains("- File walk.csv: file walk.csv"), "{markdown}");
    let html = page(&summary);
    let lacking =
        ["corner-case", "small-arrays", "ladder", "accuracy", "sliding", "ownership", "interpreters"];
    for section in lacking {
        assert!(
            !html.contains(&format!("id=\"{section}\"")) && !html.contains(&format!("#{section}")),
            "{section}"
        );
    }
    assert!(html.contains("user/mine.py:std takes 2.6") && html.contains(" as python/naive on 25 values."));
    assert!(html.contains(">breakeven compare mine.py:std --data 'my walk.csv'"));
    assert!(!html.contains("scripts/bench"), "a run of ours would not measure it");
    assert!(
        html.contains("Make the array once") && !html.contains("Not measured in this record"),
        "of steps those measured"
    );
}

#[test]
fn a_comparison_at_several_sizes_says_from_which_size_on_the_users_function_pays() {
    let mut record = realistic(Mode::Quick, PROCESSES, &[25, 100]);
    record.workloads.truncate(2);
    for (workload, ns) in record.workloads.iter_mut().zip([90_000.0, 1.0]) {
        workload.id = format!("whole/walk.csv-{}", workload.length);
        workload.input.kind = "file".to_owned();
        workload.input.name = "walk.csv".to_owned();
        workload.contenders.push(timed("user/mine.py:std", ns, PROCESSES));
        workload.contenders.push(timed("user/mine.py:quick", 1.0, PROCESSES));
    }
    let summary = Summary::of(&record, "record.json");
    let found =
        &summary.break_evens.iter().find(|found| found.contender == "user/mine.py:std").expect("it pays");
    assert_eq!(
        (found.base.as_str(), found.crossed, &found.sizes[..]),
        ("python/naive", PROCESSES, &[25, 100][..])
    );
    let sentence = found.sentence().expect("every process crosses");
    assert!(sentence.starts_with("user/mine.py:std beats python/naive from "), "{sentence}");
    let one_line = text(&summary, &Look::plain(1000));
    assert!(
        one_line.contains(&sentence) && report(&summary).contains(&format!("- {sentence}")),
        "{one_line}"
    );
    let html = page(&summary);
    let first_screen =
        html.split("<section").next().expect("a split has a first part").replace('\u{a0}', " ");
    let everywhere =
        "user/mine.py:quick is 1,910 to 6,630 times as fast as python/naive from 25 to 100 values.";
    for sentence in [sentence.as_str(), everywhere] {
        assert!(first_screen.contains(sentence), "{sentence} is not in {first_screen}");
        assert!(one_line.lines().take(2).any(|line| line == sentence), "before anything else: {one_line}");
    }
    let section = html.split("<section id=\"small-arrays\"").nth(1).expect("two sizes are a curve");
    let section = section.split("</section>").next().expect("a split has a first part");
    let table = section.split("From which size on it beats").nth(1).expect("it crosses");
    let table = table.split("</table>").next().expect("a split has a first part");
    assert!(
        table.contains("user/mine.py:std") && table.contains(&format!("{PROCESSES} of {PROCESSES}")),
        "{table}"
    );
    let answer = html.split("<section id=\"answer\"").nth(1).expect("it has one");
    let answer = answer.split("</section>").next().expect("a split has a first part");
    assert!(answer.contains("for every contender"), "and it is drawn beside the others");
}
