//! What does a contender cost that misbehaves? Its own row, and nothing else.
//!
//! Every fault happens in a real process: this program is its own worker (and therefore has a `main` of
//! its own), whose contenders segfault, hang or eat memory when they are timed.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
#![expect(clippy::print_stdout, reason = "this is a test harness")]

mod contenders;
mod scripted;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use breakeven_estimate::{log_ratios, noise_of_contender, policy, unresolved};
use breakeven_measure::clock::Scripted;
use breakeven_measure::cores::last_allowed;
use breakeven_measure::crew::{Crew, CrewSetup};
use breakeven_measure::job::Job;
use breakeven_measure::process::Halt;
use breakeven_measure::protocol::WorkerCommand;
use breakeven_measure::run::{Budget, Event, Files, RunError, run};
use breakeven_measure::worker::{WorkerSetup, serve};
use breakeven_problem::{Data, Distribution, Workload};
use breakeven_record::contender_id::{AA_CONTROL, REFERENCE};
use breakeven_record::place::Place;
use breakeven_record::warning::{Warning, WarningKind};
use breakeven_record::{ContenderRecord, Crash, Outcome, Record, Run, WorkloadRecord};
use contenders::registry;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// Every test, by the rule that fails if it breaks.
const TESTS: [(&str, fn()); 17] = [
    ("a_contender_that_takes_a_worker_down_costs_only_its_own_row", crashes),
    ("a_contender_that_never_returns_runs_past_its_deadline", hangs),
    ("a_contender_that_asks_for_more_memory_than_there_is_fails_alone", memory),
    ("a_contender_that_raises_or_is_wrong_costs_only_its_own_row", wrong),
    ("a_contender_that_changes_how_floating_point_works_costs_only_its_own_row", flushes),
    ("a_contender_that_prints_does_not_disturb_the_protocol", prints),
    ("a_contender_that_crashes_once_is_timed_in_a_companion_with_a_warning", crashes_once),
    (
        "a_contender_that_crashed_on_one_workload_is_quarantined_on_the_others_with_a_warning",
        crashes_elsewhere,
    ),
    ("a_contender_that_crashed_before_an_interruption_is_quarantined_afterwards", crashed_before),
    ("a_contender_with_threads_has_a_companion_that_is_not_pinned_and_ratios_are_taken_in_it", threads),
    ("a_worker_killed_while_it_is_idle_is_replaced", killed_idle),
    ("an_unresolved_workload_has_three_stages_and_a_resolved_one_no_further", stages),
    ("a_budget_begins_nothing_that_it_does_not_allow", budgets),
    ("a_run_that_ended_after_a_stage_is_resumed_with_the_next_one", stages_resumed),
    ("a_warning_of_one_stage_outlives_the_next_one", warned_once),
    ("workers_that_cannot_stay_on_their_processor_say_so", pins),
    ("workers_killed_at_any_moment_lose_no_finished_workload", killed_at_random),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "worker") {
        return work(&arguments);
    }
    if arguments.iter().any(|argument| argument == "--list") {
        TESTS.iter().for_each(|(name, _)| println!("{name}: test"));
        return ExitCode::SUCCESS;
    }
    let filter = arguments.iter().find(|argument| !argument.starts_with('-'));
    let chosen = TESTS.iter().filter(|(name, _)| filter.is_none_or(|filter| name.contains(filter.as_str())));
    let failed = chosen.filter(|(name, test)| {
        let outcome = std::panic::catch_unwind(test);
        println!("test {name} ... {}", if outcome.is_ok() { "ok" } else { "FAILED" });
        outcome.is_err()
    });
    match failed.count() {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// `worker FOLDER --note FILE --output FILE [--memory BYTES] [--pin N]`
fn work(arguments: &[String]) -> ExitCode {
    let after = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)
    };
    let setup = WorkerSetup {
        note: after("--note").unwrap().into(),
        output: after("--output").unwrap().into(),
        pin: after("--pin").map(|text| text.parse().unwrap()),
        memory_bytes: after("--memory").map(|text| text.parse().unwrap()),
    };
    let folder = Path::new(&arguments[1]).to_owned();
    if folder.join(SCRIPTED).exists() {
        return scripted::work(after("--note").unwrap());
    }
    match serve(&setup, || registry(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// What came of a run.
struct Played {
    outcome: Result<(), RunError>,
    record: Record,
    on_disk: Record,
    finished: usize,
}

impl Played {
    fn workload(&self) -> &WorkloadRecord {
        self.outcome.as_ref().unwrap();
        &self.record.workloads[0]
    }

    fn contender(&self, id: &str) -> &ContenderRecord {
        self.workload().contender(id).unwrap()
    }

    /// Asserts that all contenders but the faulty ones are measured in every process.
    fn assert_others_are_measured(&self, faulty: &[&str]) {
        let workload = self.workload();
        for contender in workload.contenders.iter().filter(|known| !faulty.contains(&known.id.as_str())) {
            assert_eq!(
                contender.findings.outcome,
                Outcome::Measured,
                "{}: {:?}",
                contender.id,
                contender.findings.reason
            );
            let processes: BTreeSet<usize> = contender.runs.iter().map(|run| run.process).collect();
            assert_eq!(processes.len(), PROCESSES, "{}", contender.id);
            let ratios = log_ratios(workload, &contender.id, &workload.baseline);
            assert_eq!(ratios.len(), PROCESSES, "{}", contender.id);
        }
    }

    fn assert_failed(&self, id: &str, words: &[&str]) {
        let contender = self.contender(id);
        let reason = contender.findings.reason.clone().unwrap_or_default();
        assert_eq!(contender.findings.outcome, Outcome::Failed, "{id}: {reason}");
        for word in words {
            assert!(reason.contains(word), "{id}: {word:?} is not in {reason:?}");
        }
    }
}

const PROCESSES: usize = 2;

/// A run of small workloads with the right contenders and these beside them.
fn play(faulty: &[&str]) -> Played {
    play_with(faulty, 1, &mut |_| {})
}

fn play_with(faulty: &[&str], workloads: usize, show: &mut dyn FnMut(&Event<'_>)) -> Played {
    play_after(&[], faulty, workloads, show)
}

/// The same, after these crashes.
fn play_after(
    crashes: &[Crash],
    faulty: &[&str],
    workloads: usize,
    show: &mut dyn FnMut(&Event<'_>),
) -> Played {
    let folder = tempfile::tempdir().unwrap();
    let processors = std::thread::available_parallelism().unwrap().get();
    std::fs::write(folder.path().join(contenders::PROCESSORS), processors.to_string()).unwrap();
    let jobs: Vec<Job> = (0..workloads).map(|number| job(4 + number, faulty)).collect();
    let mut record = contenders::empty_record(&jobs, PROCESSES);
    let path = folder.path().join("record.json");
    let mut finished = 0;
    let outcome = Crew::start(setup(folder.path())).map_err(RunError::from).and_then(|mut crew| {
        let files = Files { record: &path, scratch: folder.path() };
        let budget = Budget { clock: &Scripted::default(), limit_ns: None };
        crashes.iter().cloned().for_each(|crash| crew.quarantine(crash));
        run(&registry(folder.path()), &mut crew, &jobs, &mut record, files, budget, &mut |event| {
            finished += usize::from(matches!(event, Event::Finished { .. }));
            show(&event);
        })
    });
    let on_disk = if path.exists() { Record::read(&path).unwrap() } else { record.clone() };
    Played { outcome, record, on_disk, finished }
}

fn setup(folder: &Path) -> CrewSetup {
    CrewSetup {
        command: WorkerCommand {
            program: std::env::current_exe().unwrap(),
            arguments: vec!["worker".to_owned(), folder.display().to_string()],
        },
        folder: folder.to_owned(),
        processes: PROCESSES,
        pin: Some(last_allowed()),
        memory_bytes: Some(MEMORY_BYTES),
        halt: Halt::default(),
    }
}

/// The file that makes a worker a scripted one.
const SCRIPTED: &str = "scripted";

/// What each process may use: enough for all contenders but one.
const MEMORY_BYTES: u64 = 1 << 30;

fn job(length: usize, faulty: &[&str]) -> Job {
    let ids = ["rust/base", "rust/good"].iter().chain(faulty).chain(&[REFERENCE, AA_CONTROL]);
    Job {
        workload: Workload::whole(Distribution::Uniform, length, "test").with_one_input(),
        inputs: Box::new(move || vec![Data::Series(vec![1.0; length])]),
        note: None,
        baseline: "rust/base".to_owned(),
        contenders: ids.map(|&id| id.to_owned()).collect(),
        whole_call: None,
        expected: None,
        known: BTreeMap::new(),
    }
}

fn crashes() {
    let faulty = [
        "rust/segfault",
        "rust/abort",
        "rust/exit",
        "rust/segfault-in-prepare",
        "rust/segfault-in-answer",
        "rust/segfault-in-release",
        contenders::LONG_NAME,
    ];
    let played = play(&faulty);
    played.assert_others_are_measured(&faulty);
    for (id, how) in [
        ("rust/segfault", "SIGSEGV in round "),
        ("rust/abort", "SIGABRT in round "),
        ("rust/exit", "exit code 3"),
        ("rust/segfault-in-prepare", "SIGSEGV in prepare (process "),
        ("rust/segfault-in-answer", "SIGSEGV in answer (process "),
        ("rust/segfault-in-release", "SIGSEGV in release (process "),
        (contenders::LONG_NAME, "SIGSEGV in round "),
    ] {
        played.assert_failed(id, &[how, "before that in the worker"]);
    }
    assert!(
        crash_warnings(&played.record).is_empty(),
        "a contender that has failed needs no warning beside it"
    );
}

fn hangs() {
    let faulty = ["rust/hang", "rust/hang-in-answer"];
    let played = play(&faulty);
    played.assert_others_are_measured(&faulty);
    played.assert_failed("rust/hang", &["ran past its deadline in round "]);
    played.assert_failed("rust/hang-in-answer", &["ran past its deadline in answer "]);
}

fn memory() {
    let played = play(&["rust/memory"]);
    played.assert_others_are_measured(&["rust/memory"]);
    played.assert_failed("rust/memory", &["SIGABRT", "memory allocation of"]);
}

fn wrong() {
    let faulty = ["rust/raise", "rust/nan", "rust/right-once"];
    let played = play(&faulty);
    played.assert_others_are_measured(&faulty);
    played.assert_failed("rust/raise", &["ValueError: as it likes (in round "]);
    for id in ["rust/nan", "rust/right-once"] {
        assert_eq!(
            played.contender(id).findings.outcome,
            Outcome::Wrong,
            "{:?}",
            played.contender(id).findings.reason
        );
    }
}

fn flushes() {
    if cfg!(not(target_arch = "x86_64")) {
        println!("skipped: no such register here");
        return;
    }
    let played = play(&["rust/flush-to-zero"]);
    played.assert_others_are_measured(&["rust/flush-to-zero"]);
    played
        .assert_failed("rust/flush-to-zero", &["in prepare", "left the floating-point environment changed"]);
}

fn prints() {
    play(&["rust/print"]).assert_others_are_measured(&[]);
}

fn crashes_once() {
    let played = play(&["rust/segfault-once"]);
    played.assert_others_are_measured(&[]);
    let contender = played.contender("rust/segfault-once");
    assert!(contender.runs.iter().all(|run| run.place == Place::Quarantine));
    let [warning] = &crash_warnings(&played.record)[..] else { panic!("{:?}", played.record.warnings) };
    assert_eq!(warning.contender.as_deref(), Some("rust/segfault-once"));
    assert!(warning.found.contains("SIGSEGV in round "), "{}", warning.found);
    assert_eq!(played.on_disk.warnings, played.record.warnings);
}

fn crashes_elsewhere() {
    let id = "rust/segfault-on-four-values";
    let played = play_with(&[id], 2, &mut |_| {});
    played.assert_failed(id, &["SIGSEGV in round ", "before that in the worker"]);
    let other = played.record.workloads[1].contender(id).unwrap();
    assert_eq!(other.findings.outcome, Outcome::Measured, "{:?}", other.findings.reason);
    assert!(other.runs.iter().all(|run| run.place == Place::Quarantine));
    let [warning] = &crash_warnings(&played.record)[..] else { panic!("{:?}", played.record.warnings) };
    assert_eq!(warning.contender.as_deref(), Some(id));
    assert_eq!(warning.workload.as_deref(), Some("whole/uniform-5"));
    assert!(warning.found.contains("on whole/uniform-4: SIGSEGV in round "), "{}", warning.found);
    let [crash] = &played.on_disk.crashes[..] else { panic!("{:?}", played.on_disk.crashes) };
    assert_eq!((crash.contender.as_str(), crash.workload.as_str()), (id, "whole/uniform-4"));
}

fn crashed_before() {
    let crash = Crash {
        contender: "rust/good".to_owned(),
        workload: "whole/uniform-9".to_owned(),
        how: "SIGSEGV in round 3 (process 1)".to_owned(),
    };
    let played = play_after(std::slice::from_ref(&crash), &[], 1, &mut |_| {});
    played.assert_others_are_measured(&[]);
    assert!(played.contender("rust/good").runs.iter().all(|run| run.place == Place::Quarantine));
    let [warning] = &crash_warnings(&played.record)[..] else { panic!("{:?}", played.record.warnings) };
    assert!(warning.found.contains("on whole/uniform-9: SIGSEGV in round 3"), "{}", warning.found);
    assert_eq!(played.on_disk.crashes, [crash]);
}

/// The warnings about crashes; others may stand beside them on a busy machine.
fn crash_warnings(record: &Record) -> Vec<&Warning> {
    record.warnings.iter().filter(|warning| warning.kind == WarningKind::CrashedOnce).collect()
}

fn threads() {
    // each of the two refuses to be prepared in the other's environment
    let played = play(&["rust/threads", "rust/one-thread"]);
    played.assert_others_are_measured(&[]);
    let places =
        |id: &str| -> BTreeSet<Place> { played.contender(id).runs.iter().map(|run| run.place).collect() };
    assert_eq!(places("rust/threads"), BTreeSet::from([Place::Threaded]));
    assert_eq!(places("rust/one-thread"), BTreeSet::from([Place::Worker]));
    for visitor in ["rust/base", AA_CONTROL, REFERENCE] {
        assert_eq!(places(visitor), BTreeSet::from([Place::Worker, Place::Threaded]), "{visitor}");
    }
    assert!(noise_of_contender(played.workload(), "rust/threads").is_none(), "two processes are too few");
}

fn killed_idle() {
    let played = play_with(&[], 2, &mut |event| {
        if matches!(event, Event::Visited { .. }) {
            workers().into_iter().for_each(kill_process);
        }
    });
    played.assert_others_are_measured(&[]);
    assert_eq!(played.on_disk.workloads.len(), 2);
}

fn killed_at_random() {
    let (begin, stop) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (may_begin, stopped) = (Arc::clone(&begin), Arc::clone(&stop));
    let killer = std::thread::spawn(move || {
        let mut killed = 0;
        for number in 0_u64.. {
            // 40 to 290 ms: now while one measures, now while it is started
            std::thread::sleep(Duration::from_millis(40 + 10 * (number * 7 % 26)));
            if stopped.load(Ordering::SeqCst) {
                break;
            }
            let workers = if may_begin.load(Ordering::SeqCst) { workers() } else { Vec::new() };
            if let Some(&worker) = workers.get(number as usize % workers.len().max(1)) {
                kill_process(worker);
                killed += 1;
            }
        }
        killed
    });
    let mut seen = Vec::new();
    let played = play_with(&[], 6, &mut |event| {
        if let Event::Finished { workload } = event {
            seen.push(workload.id.clone());
            // from now on there is something to lose
            begin.store(true, Ordering::SeqCst);
        }
    });
    stop.store(true, Ordering::SeqCst);
    let killed = killer.join().unwrap();
    let kept: Vec<String> = played.on_disk.workloads.iter().map(|workload| workload.id.clone()).collect();
    assert_eq!(kept, seen, "{:?}", played.outcome);
    assert_eq!(played.finished, kept.len());
    assert_eq!(played.outcome.is_ok(), kept.len() == 6);
    assert!(killed > 0 && !kept.is_empty(), "{killed} killed, {} workloads", kept.len());
}

/// A run on scripted samples: one workload that two stages resolve, and one that none does.
fn stages_within(limit_ns: Option<u64>) -> (Record, Vec<String>) {
    let mut record = contenders::empty_record(&scripted_jobs(), 6);
    (record.plan.stages, record.plan.comparisons) = (3, 3);
    let began = resume(&mut record, limit_ns);
    (record, began)
}

fn scripted_jobs() -> [Job; 2] {
    [(4, "rust/good"), (5, "rust/nan")].map(|(length, id)| {
        let mut job = job(length, &[]);
        job.contenders = ["rust/base", id, REFERENCE, AA_CONTROL].map(str::to_owned).to_vec();
        job
    })
}

/// Resumes a record, and returns the stages that begin.
fn resume(record: &mut Record, limit_ns: Option<u64>) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(SCRIPTED), "").unwrap();
    let setup = CrewSetup { processes: 6, ..setup(folder.path()) };
    let files = Files { record: &folder.path().join("record.json"), scratch: folder.path() };
    let clock = Scripted::default();
    let mut began = Vec::new();
    let mut show = |event: Event<'_>| match event {
        Event::Began { stage, workload, .. } => began.push(format!("{} {stage}", workload.length)),
        Event::Visited { .. } => clock.advance(1_000_000_000),
        _ => {}
    };
    let mut crew = Crew::start(setup).unwrap();
    let budget = Budget { clock: &clock, limit_ns };
    let jobs = scripted_jobs();
    run(&registry(folder.path()), &mut crew, &jobs, record, files, budget, &mut show).unwrap();
    if files.record.exists() {
        assert_eq!(Record::read(files.record).unwrap(), *record);
    }
    began
}

fn pins() {
    let folder = tempfile::tempdir().unwrap();
    let crew = |pin| Crew::start(CrewSetup { pin, ..setup(folder.path()) }).unwrap();
    let there = last_allowed();
    let pinned = crew(Some(there));
    assert_eq!((pinned.pinned_to, pinned.not_pinned()), (Some(there), None));
    let absent = crew(Some(1023));
    assert_eq!(absent.pinned_to, None);
    let warning = absent.not_pinned().unwrap();
    assert_eq!((warning.kind, warning.workload), (WarningKind::NotPinned, None));
    assert!(warning.found.contains("processor 1023"), "{}", warning.found);
    let free = crew(None);
    assert_eq!((free.pinned_to, free.not_pinned()), (None, None), "no processor was asked for");
}

fn processes(record: &Record, workload: usize, id: &str) -> usize {
    let contender = record.workloads[workload].contender(id).unwrap();
    contender.runs.iter().map(|run| run.process).collect::<BTreeSet<_>>().len()
}

fn stages() {
    let (record, began) = stages_within(None);
    assert_eq!(began, ["4 0", "5 0", "4 1", "5 1", "5 2"]);
    assert_eq!((processes(&record, 0, "rust/good"), processes(&record, 1, "rust/nan")), (12, 18));
    assert!(unresolved(&record.workloads[0], 3).is_empty());
    assert_eq!(unresolved(&record.workloads[1], 3), ["rust/nan"]);
    assert!(record.complete);
}

fn budgets() {
    // a stage of a workload takes six seconds by the scripted clock
    let (record, began) = stages_within(Some(5_000_000_000));
    assert_eq!((began, record.complete), (vec!["4 0".to_owned()], false));
    let (record, began) = stages_within(Some(15_000_000_000));
    assert_eq!((began, record.complete), (vec!["4 0".to_owned(), "5 0".to_owned()], true));
    let (_, began) = stages_within(Some(18_000_000_000));
    assert_eq!(began, ["4 0", "5 0", "4 1"]);
}

fn stages_resumed() {
    let (whole, began) = stages_within(None);
    // six seconds a stage: ended after the first of both, after the second of one, and after the second of both
    for (limit_s, first) in [(15, 2), (18, 3), (27, 4)] {
        let (mut record, before) = stages_within(Some(limit_s * 1_000_000_000));
        assert_eq!(before, began[..first]);
        assert!(["whole/uniform-4", "whole/uniform-5"].iter().any(|id| policy::is_open(&record, id)));
        // a stage does not begin where less time is left than the last one took
        assert_eq!(resume(&mut record, Some(5_000_000_000)), Vec::<String>::new());
        assert_eq!(resume(&mut record, None), began[first..]);
        assert_eq!(runs(&record), runs(&whole), "the same as if nothing had happened");
        assert!(["whole/uniform-4", "whole/uniform-5"].iter().all(|id| !policy::is_open(&record, id)));
    }
}

/// Which process took which samples.
fn runs(record: &Record) -> Vec<&[Run]> {
    let contenders = record.workloads.iter().flat_map(|workload| &workload.contenders);
    contenders.map(|contender| contender.runs.as_slice()).collect()
}

fn warned_once() {
    // the first batch is slow in the six processes of the first stage, and in none of the twelve after them
    let (record, _) = stages_within(None);
    let slow = |warning: &&Warning| warning.kind == WarningKind::SlowFirstBatch;
    let [warning] = &record.warnings.iter().filter(slow).collect::<Vec<_>>()[..] else {
        panic!("{:?}", record.warnings)
    };
    assert_eq!((warning.contender.as_deref(), warning.percent_of_limit), (Some("rust/nan"), Some(133)));
}

fn kill_process(process: i32) {
    // it may have ended by itself meanwhile
    let _ = kill(Pid::from_raw(process), Signal::SIGKILL);
}

/// Child processes of this one.
fn workers() -> Vec<i32> {
    let own = std::process::id();
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let mut children: Vec<i32> = numbers
        .filter(|number| {
            let text = std::fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
            let after_name = text.rsplit_once(") ").map_or("", |(_, rest)| rest);
            after_name.split(' ').nth(1).and_then(|parent| parent.parse::<u32>().ok()) == Some(own)
        })
        .collect();
    children.sort_unstable();
    children
}
