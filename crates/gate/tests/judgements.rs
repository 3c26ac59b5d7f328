//! Does a judgement say in its first line, its JSON and its XML what its rows say?

use breakeven_estimate::figure::Figure;
use breakeven_gate::judgement::{Conditions, GateVerdict, Judgement, Ratios, Row, SCHEMA, StageName};
use breakeven_gate::junit::junit;
use breakeven_gate::revision::Revision;
use breakeven_gate::side::Both;
use breakeven_measure::instructions::Counts;
use serde_json::Value;

fn revision(digit: char) -> Revision {
    let hash: String = [digit; 40].iter().collect();
    Revision { commit: hash.clone(), tree: hash.clone(), dirty: digit == 'b', snapshot: hash }
}

fn row(verdict: GateVerdict) -> Row {
    let is_timed = !matches!(verdict, GateVerdict::Added | GateVerdict::Removed | GateVerdict::Wrong);
    let figure = Figure { value: Some(1.3), low: Some(1.28), high: Some(1.32) };
    Row {
        workload: "whole/uniform-25".to_owned(),
        contender: format!("rust/<{}>", verdict.words()),
        verdict,
        stage: is_timed.then_some(StageName::Decision),
        change: if is_timed { figure } else { Figure::default() },
        noise_threshold: is_timed.then_some(0.02),
        minimum_detectable_ratio: is_timed.then_some(1.04),
        ratios: is_timed.then(|| Ratios { head: vec![1.28, 1.3, 1.32], again: vec![0.99, 1.0, 1.01] }),
        counts: is_timed.then_some(Both { base: counts(1000), head: counts(1100) }),
        peak_bytes: is_timed.then_some(Both { base: 1 << 20, head: 2 << 20 }),
        reason: (!is_timed).then(|| "a \"reason\" & more".to_owned()),
    }
}

fn counts(instructions: u64) -> Counts {
    Counts { instructions, branches: 100 }
}

fn judgement(verdicts: &[GateVerdict]) -> Judgement {
    let measured = Conditions {
        created: "2026-11-29T08:00:00Z".to_owned(),
        cpu: "a processor".to_owned(),
        pinned_to: Some(1),
        seed: 1,
        screening_triples: 8,
        decision_triples: 12,
        confirmation_triples: 0,
    };
    Judgement {
        schema: SCHEMA.to_owned(),
        judgement: String::new(),
        base: revision('a'),
        head: revision('b'),
        measured,
        threshold: 0.02,
        machine_moved: false,
        notes: vec!["a note".to_owned()],
        sentinels: vec![row(GateVerdict::Unchanged)],
        rows: verdicts.iter().map(|&verdict| row(verdict)).collect(),
    }
    .in_words()
}

#[test]
fn the_first_line_names_the_most_urgent_rows_and_counts_the_rest() {
    use GateVerdict::{Added, Failed, Improved, NotResolved, Regressed, Unchanged, Wrong};
    #[rustfmt::skip]
    let table: [(&[GateVerdict], &str); 5] = [
        (&[Unchanged, Unchanged, NotResolved], "No regression (1 not resolved, 2 unchanged)"),
        (&[Unchanged, Regressed], "Regressed: rust/<regressed> on whole/uniform-25 1.300× (1.280 to 1.320) (1 regressed, 1 unchanged)"),
        (&[Improved], "No regression; improved: rust/<improved> on whole/uniform-25 1.300× (1.280 to 1.320) (1 improved)"),
        (&[Regressed, Wrong], "Wrong answers: rust/<wrong> on whole/uniform-25 (1 wrong, 1 regressed)"),
        (&[Failed, Added], "Failed: rust/<failed> on whole/uniform-25 1.300× (1.280 to 1.320) (1 failed, 1 added)"),
    ];
    for (verdicts, line) in &table {
        assert_eq!(judgement(verdicts).judgement, *line);
    }
    let five = judgement(&[Regressed; 5]).judgement;
    assert!(five.contains(", and 2 more (5 regressed)"), "{five}");
    let moved =
        Judgement { machine_moved: true, sentinels: vec![row(Regressed)], ..judgement(&[NotResolved]) };
    let moved = moved.in_words().judgement;
    assert!(
        moved.starts_with("Not resolved: the machine moved, not only the code: rust/<regressed>"),
        "{moved}"
    );
}

#[test]
fn every_judgement_is_of_its_schema() {
    let schema: Value = serde_json::from_str(include_str!("../../../docs/gate.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for judgement in [judgement(&GateVerdict::ALL), judgement(&[])] {
        let value = serde_json::to_value(&judgement).unwrap();
        let complaints: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(complaints, [""; 0]);
        let read: Judgement = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), value);
        let mut other = value;
        other["rows"] = serde_json::json!([{ "verdict": "slower" }]);
        assert!(!validator.is_valid(&other), "the schema would accept anything");
    }
}

#[test]
fn junit_has_a_case_per_row_and_escapes_what_it_is_given() {
    let xml = junit(&judgement(&GateVerdict::ALL));
    assert!(xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite "), "{xml}");
    assert!(xml.contains("tests=\"8\" failures=\"3\" errors=\"0\" skipped=\"3\""), "{xml}");
    assert_eq!(xml.matches("<testcase ").count(), 8);
    assert_eq!((xml.matches("<failure ").count(), xml.matches("<skipped ").count()), (3, 3));
    assert!(
        xml.contains("name=\"rust/&lt;wrong&gt;\"") && xml.contains("a &quot;reason&quot; &amp; more"),
        "{xml}"
    );
}
