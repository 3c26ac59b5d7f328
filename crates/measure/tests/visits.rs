//! Whole visits on a scripted clock: contenders that cost what the script says, answer what it says,
//! and fail when it says so.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use breakeven_measure::clock::Scripted;
use breakeven_measure::context::Watch;
use breakeven_measure::controls::controls;
use breakeven_measure::input_file::InputFile;
use breakeven_measure::protocol::{ContenderRequest, Pace, Purpose, Visit, Visited};
use breakeven_measure::registry::Registry;
use breakeven_measure::visit::visit;
use breakeven_problem::{
    About, Absence, Answer, Contender, Contract, Data, Distribution, Failure, InputForm, KnownFailure,
    Prepared, Refusal, Workload,
};
use breakeven_record::contender_id::{AA_CONTROL, REFERENCE};
use breakeven_record::place::Place;
use breakeven_record::{Outcome, Samples};

const RIGHT: f64 = 2.0;

static KNOWN: [KnownFailure; 1] =
    [KnownFailure { place: "whole/uniform-4", symptom: "half of the answer", source: "this test" }];

/// What a contender does: answers this, at this cost per call and value.
#[derive(Clone)]
struct Script {
    id: &'static str,
    contract: Contract,
    ns_per_call: u64,
    ns_per_value: u64,
    answer: f64,
    /// Raises on its call of this number, counted from 0.
    fails_on: Option<u64>,
    /// Answers wrongly from its call of this number on.
    wrong_from: Option<u64>,
    /// So many first calls take ten times as long.
    cold_calls: u64,
}

impl Script {
    fn right(id: &'static str, ns_per_call: u64) -> Self {
        let contract = Contract::Peer(&[]);
        Self {
            id,
            contract,
            ns_per_call,
            ns_per_value: 0,
            answer: RIGHT,
            fails_on: None,
            wrong_from: None,
            cold_calls: 0,
        }
    }
}

struct Actor {
    about: About,
    script: Script,
    clock: Scripted,
}

impl Contender for Actor {
    fn about(&self) -> &About {
        &self.about
    }

    fn offers(&self, _: &Workload) -> bool {
        true
    }

    fn fits(&self, workload: &Workload) -> Result<(), Absence> {
        match (self.script.id, workload.length) {
            ("python/large", 100_000) => Err(Absence { reason: "too large here".into(), install: None }),
            _ => Ok(()),
        }
    }

    fn version(&self) -> Result<String, Absence> {
        match self.script.id {
            "python/absent" => Err(Absence { reason: "not here".into(), install: Some("get it".into()) }),
            _ => {
                self.clock.advance(5000);
                Ok("1".into())
            }
        }
    }

    fn prepare(&self, _: &Workload, inputs: &Arc<[Data]>) -> Result<Box<dyn Prepared>, Refusal> {
        self.clock.advance(1000);
        let (script, clock) = (self.script.clone(), self.clock.clone());
        Ok(Box::new(Acting { script, clock, inputs: Arc::clone(inputs), calls: 0, length: 0 }))
    }
}

struct Acting {
    script: Script,
    clock: Scripted,
    inputs: Arc<[Data]>,
    calls: u64,
    length: usize,
}

impl Prepared for Acting {
    fn run(&mut self, input: usize, loops: u64) -> Result<(), Failure> {
        self.length = self.inputs[input].length();
        let cost = self.script.ns_per_call + self.script.ns_per_value * self.length as u64;
        let cold = self.script.cold_calls.saturating_sub(self.calls).min(loops);
        self.clock.advance((loops + 9 * cold) * cost);
        let failing =
            self.script.fails_on.is_some_and(|call| (self.calls..self.calls + loops).contains(&call));
        self.calls += loops;
        if failing { Err(Failure("ValueError: as scripted".into())) } else { Ok(()) }
    }

    fn answer(&mut self) -> Result<Answer, Failure> {
        let wrong = self.script.wrong_from.is_some_and(|call| self.calls > call);
        let value = if wrong { self.script.answer / 2.0 } else { self.script.answer };
        Ok(match self.inputs[0].length() {
            4 => Answer::Value(value),
            length => Answer::Series(vec![value; length - 9]),
        })
    }
}

/// Remembers what was begun and what never ended.
#[derive(Default)]
struct Remembering {
    begun: Vec<String>,
    open: usize,
}

impl Watch for Remembering {
    fn begin(&mut self, contender: &str, phase: &str, deadline_ns: u64) {
        assert!(deadline_ns >= 5_000_000_000);
        self.begun.push(format!("{contender} {phase}"));
        self.open += 1;
    }

    fn end(&mut self) {
        self.open -= 1;
    }

    fn give_up(&mut self, why: &str) {
        panic!("{why}");
    }
}

fn expected(workload: &Workload, input: &Data) -> Answer {
    match workload.window {
        None => Answer::Value(RIGHT),
        Some(window) => Answer::Series(vec![RIGHT; input.length() + 1 - window]),
    }
}

fn facts() -> Result<BTreeMap<String, String>, Absence> {
    Ok(BTreeMap::new())
}

fn play(scripts: &[Script], workload: &Workload, whole_call: Option<&str>) -> Vec<Visited> {
    play_at(scripts, workload, whole_call, &BTreeMap::new()).0
}

fn play_at(
    scripts: &[Script],
    workload: &Workload,
    whole_call: Option<&str>,
    paces: &BTreeMap<&str, Pace>,
) -> (Vec<Visited>, Remembering) {
    let clock = Scripted::default();
    let folder = tempfile::tempdir().unwrap();
    let mut contenders: Vec<Box<dyn Contender>> = Vec::new();
    let reference = Script { contract: Contract::Control, ..Script::right(REFERENCE, 2000) };
    for script in scripts.iter().cloned().chain([reference]) {
        let about = About {
            id: script.id.into(),
            summary: "",
            input: InputForm::Slice,
            contract: script.contract,
            threads: 1,
        };
        contenders.push(Box::new(Actor { about, script, clock: clock.clone() }));
    }
    assert!(
        controls().iter().any(|control| control.about().id == REFERENCE),
        "the real reference has the same id"
    );
    let registry = Registry { contenders, expected, facts };
    let ids = scripts.iter().map(|script| script.id).chain([REFERENCE, AA_CONTROL]);
    let asked = Visit {
        workload: workload.clone(),
        inputs: inputs(folder.path(), workload),
        expected: Vec::new(),
        baseline: scripts[0].id.into(),
        contenders: ids
            .map(|id| ContenderRequest {
                id: id.into(),
                pace: paces.get(id).cloned(),
                whole_call: whole_call == Some(id),
            })
            .collect(),
        seed: 1,
        purpose: Purpose::Measure,
        place: Place::Worker,
    };
    let mut watch = Remembering::default();
    let visited = visit(&registry, &clock, &mut watch, &asked).unwrap();
    assert_eq!(watch.open, 0, "every step that is begun is ended");
    (visited, watch)
}

fn inputs(folder: &Path, workload: &Workload) -> Vec<InputFile> {
    (0..workload.variants)
        .map(|number| {
            let data = Data::Series(vec![number as f64; workload.length]);
            InputFile::write(folder, &format!("input-{number}"), &data).unwrap()
        })
        .collect()
}

fn find<'a>(visited: &'a [Visited], id: &str) -> &'a Visited {
    visited.iter().find(|visited| visited.id == id).unwrap()
}

fn small() -> Workload {
    Workload::whole(Distribution::Uniform, 4, "test")
}

fn long() -> Workload {
    Workload::sliding(Distribution::Uniform, 100_000, 10, "test")
}

#[test]
fn batches_take_three_to_seven_tenths_of_a_millisecond_and_cost_what_the_script_says() {
    let visited = play(&[Script::right("python/a", 100), Script::right("rust/b", 25)], &small(), None);
    for (id, ns) in [("python/a", 100), ("rust/b", 25), (AA_CONTROL, 100), (REFERENCE, 2000)] {
        let [Samples::Rounds { group: 0, loops, batches_ns }] = &find(&visited, id).samples[..] else {
            panic!("{id}: {:?}", find(&visited, id).samples)
        };
        assert_eq!(batches_ns.len(), 12);
        assert!(batches_ns.iter().all(|&batch| batch == loops * ns), "{id}");
        assert!((300_000..=700_000).contains(&(loops * ns)), "{id}: {}", loops * ns);
    }
    assert_eq!(find(&visited, "python/a").findings.max_ulp, Some(0.0));
    assert_eq!(find(&visited, "python/a").findings.version.as_deref(), Some("1"));
}

#[test]
fn a_block_of_long_calls_is_cut_short_to_four_rounds_at_the_fewest() {
    // the baseline and the A/A control are in every round
    for (ns_per_value, others, rounds) in [(20, 1, 12), (100, 1, 8), (150, 6, 4)] {
        let ids = ["rust/b", "rust/c", "rust/d", "rust/e", "rust/f", "rust/g"];
        let script = |id| Script { ns_per_value, ..Script::right(id, 0) };
        let scripts: Vec<Script> = ["python/a"].iter().chain(&ids[..others]).map(|id| script(*id)).collect();
        for visited in play(&scripts, &long(), None) {
            let [Samples::Rounds { batches_ns, .. }] = &visited.samples[..] else { panic!("{visited:?}") };
            assert_eq!(batches_ns.len(), rounds, "{} of {others} others, {ns_per_value} ns", visited.id);
        }
    }
}

#[test]
fn a_pace_that_another_process_has_found_is_kept() {
    let frozen = Pace::Rounds { loops: 77, batch_ns: 7700 };
    let paces = BTreeMap::from([("python/a", frozen.clone())]);
    let (visited, watch) = play_at(&[Script::right("python/a", 100)], &small(), None, &paces);
    let found = find(&visited, "python/a");
    assert_eq!(found.pace, Some(frozen));
    assert!(matches!(&found.samples[..], [Samples::Rounds { loops: 77, .. }]));
    assert!(!watch.begun.contains(&"python/a calibrate".to_owned()));
}

#[test]
fn more_contenders_than_a_square_holds_are_cut_into_groups_with_the_controls_in_each() {
    let ids = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n"];
    let scripts: Vec<Script> =
        ids.iter().map(|id| Script::right(Box::leak(format!("rust/{id}").into_boxed_str()), 100)).collect();
    let visited = play(&scripts, &small(), None);
    let groups = |id: &str| {
        let samples = find(&visited, id).samples.iter();
        samples
            .map(|samples| match samples {
                Samples::Rounds { group, .. } => *group,
                Samples::Calls { .. } | Samples::WholeCall { .. } => panic!("no contender is slow here"),
            })
            .collect::<Vec<_>>()
    };
    for id in ["rust/a", AA_CONTROL, REFERENCE] {
        assert_eq!(groups(id), [0, 1], "{id}");
    }
    for id in &ids[1..] {
        assert_eq!(groups(&format!("rust/{id}")).len(), 1, "{id}");
    }
}

#[test]
fn a_wrong_answer_is_never_timed() {
    let wrong = Script { answer: 2.1, ..Script::right("rust/wrong", 10) };
    let (visited, watch) =
        play_at(&[Script::right("python/a", 100), wrong], &small(), None, &BTreeMap::new());
    let found = find(&visited, "rust/wrong");
    assert_eq!((found.findings.outcome, found.samples.len()), (Outcome::Wrong, 0));
    assert!(found.findings.reason.as_ref().unwrap().contains("5.0e-2"), "{:?}", found.findings.reason);
    assert!(!watch.begun.iter().any(|step| step.starts_with("rust/wrong round")));
}

#[test]
fn an_answer_that_is_right_only_at_first_is_found_out_in_the_rounds() {
    let turning = Script { wrong_from: Some(20_000), ..Script::right("rust/turning", 100) };
    let visited = play(&[Script::right("python/a", 100), turning], &small(), None);
    let found = find(&visited, "rust/turning");
    assert_eq!((found.findings.outcome, found.samples.len()), (Outcome::Wrong, 0));
}

#[test]
fn a_declared_wrong_answer_is_timed_and_says_so() {
    let known = Script { contract: Contract::Peer(&KNOWN), answer: 1.0, ..Script::right("cpp/known", 10) };
    let visited = play(&[Script::right("python/a", 100), known], &small(), None);
    let found = find(&visited, "cpp/known");
    assert_eq!((found.findings.outcome, found.samples.len()), (Outcome::KnownWrong, 1));
    assert!(found.findings.reason.as_ref().unwrap().contains("half of the answer"));
}

#[test]
fn what_is_absent_or_raises_costs_only_its_own_row() {
    let raising = Script { fails_on: Some(20_000), ..Script::right("rust/raising", 100) };
    let scripts = [Script::right("python/a", 100), Script::right("python/absent", 1), raising];
    let visited = play(&scripts, &small(), None);
    let absent = find(&visited, "python/absent");
    assert_eq!(
        (absent.findings.outcome, absent.findings.install.as_deref()),
        (Outcome::Absent, Some("get it"))
    );
    let failed = find(&visited, "rust/raising");
    assert_eq!((failed.findings.outcome, failed.samples.len()), (Outcome::Failed, 0));
    assert!(failed.findings.reason.as_ref().unwrap().starts_with("ValueError: as scripted (in round"));
    assert_eq!(find(&visited, "python/a").findings.outcome, Outcome::Measured);
}

fn lengths_of(visited: &Visited) -> Vec<usize> {
    match &visited.samples[..] {
        [Samples::Calls { calls }] => calls.iter().map(|call| call.length).collect(),
        other => panic!("{}: {other:?}", visited.id),
    }
}

#[test]
fn a_call_above_twenty_milliseconds_is_timed_between_reference_batches_on_the_whole_input() {
    let slow = Script { ns_per_value: 1000, ..Script::right("rust/slow", 0) };
    let visited = play(&[Script::right("rust/a", 1000), slow], &long(), None);
    let found = find(&visited, "rust/slow");
    assert_eq!(lengths_of(found), [100_000]);
    let [Samples::Calls { calls }] = &found.samples[..] else { panic!() };
    assert_eq!(calls[0].ns, 100_000_000);
    assert_eq!(calls[0].reference_before_ns, calls[0].reference_loops * 2000);
    assert!(matches!(find(&visited, "rust/a").samples[..], [Samples::Rounds { .. }]));
}

#[test]
fn a_call_above_six_tenths_of_a_second_is_timed_on_three_prefixes() {
    let slow = Script { ns_per_value: 50_000, ..Script::right("python/slow", 1_000_000) };
    let visited = play(&[slow, Script::right("rust/b", 1000)], &long(), None);
    let found = find(&visited, "python/slow");
    let lengths = lengths_of(found);
    assert_eq!(lengths.len(), 3);
    // about 0.05, 0.1 and 0.15 seconds
    for (length, ns) in lengths.iter().zip([50e6, 100e6, 150e6]) {
        let cost = *length as f64 * 50_000.0 + 1e6;
        assert!((cost / ns - 1.0).abs() < 0.05, "{length} values cost {cost}");
    }
    assert_eq!(lengths_of(find(&visited, AA_CONTROL)), lengths, "the A/A control is timed as the baseline");
}

#[test]
fn the_whole_input_is_called_once_where_that_is_asked_for() {
    let slow = Script { ns_per_value: 50_000, ..Script::right("python/slow", 0) };
    let visited = play(&[slow], &long(), Some("python/slow"));
    let found = find(&visited, "python/slow");
    let [Samples::Calls { calls }, Samples::WholeCall { call }] = &found.samples[..] else {
        panic!("{found:?}")
    };
    assert_eq!((calls.len(), call.length, call.ns), (3, 100_000, 5_000_000_000));
    let Some(Pace::Slow { lengths, call_ns }) = &found.pace else { panic!("{:?}", found.pace) };
    assert!(
        lengths.len() == 3 && *call_ns < 1_000_000_000,
        "others make no such call: {lengths:?} {call_ns}"
    );
    assert_eq!(lengths_of(find(&visited, AA_CONTROL)).len(), 3);
}

#[test]
fn every_process_warms_up_before_it_times() {
    let frozen = Pace::Rounds { loops: 100, batch_ns: 300_000 };
    let paces = BTreeMap::from([("python/cold", frozen.clone()), ("rust/warm", frozen)]);
    // its first calls take ten times as long: one to verify each of four inputs, and a batch and a half
    let cold = Script { cold_calls: 154, ..Script::right("python/cold", 3000) };
    let (visited, _) = play_at(&[cold, Script::right("rust/warm", 3000)], &small(), None, &paces);
    for id in ["python/cold", "rust/warm"] {
        let [Samples::Rounds { batches_ns, .. }] = &find(&visited, id).samples[..] else { panic!("{id}") };
        assert!(batches_ns.iter().all(|&ns| ns == 300_000), "{id}: {batches_ns:?}");
    }
}

#[test]
fn what_preparing_costs_holds_the_imports_that_tell_the_version() {
    let visited = play(&[Script::right("python/a", 100)], &small(), None);
    assert_eq!(find(&visited, "python/a").prepare_ns, Some(5000 + 1000));
}

#[test]
fn a_contender_that_needs_more_than_five_seconds_for_the_smallest_input_is_absent() {
    let hopeless = Script::right("python/hopeless", 38_000_000_000);
    let visited = play(&[Script::right("rust/a", 1000), hopeless], &long(), None);
    let found = find(&visited, "python/hopeless");
    assert_eq!(found.findings.outcome, Outcome::Absent);
    assert_eq!(found.findings.reason.as_deref(), Some("too slow here: about 38 s a call"));
}

#[test]
fn a_contender_that_is_too_large_for_the_whole_input_is_absent_though_a_prefix_would_fit() {
    let visited = play(&[Script::right("rust/a", 1000), Script::right("python/large", 1)], &long(), None);
    let found = find(&visited, "python/large");
    assert_eq!(
        (found.findings.outcome, found.findings.reason.as_deref()),
        (Outcome::Absent, Some("too large here"))
    );
    assert_eq!(found.findings.version.as_deref(), Some("1"));
}
