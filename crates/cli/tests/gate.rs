//! Does an interrupted gate go on with what it has measured, by workers of this very program?

#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

use std::path::Path;
use std::process::Command;

use breakeven_cli::interpreter::Interpreters;
use breakeven_cli::registry::registry;
use breakeven_cli::workloads::seeded_job;
use breakeven_gate::error::GateError;
use breakeven_gate::gate::gate;
use breakeven_gate::pairing::{Conditions, Pairing, ROUNDS};
use breakeven_gate::roster::Roster;
use breakeven_gate::rows::Rows;
use breakeven_gate::samples::Samples;
use breakeven_gate::workers::Workers;
use breakeven_measure::cores::last_allowed;
use breakeven_measure::process::Halt;
use breakeven_measure::program::ProgramPool;
use breakeven_problem::{Distribution, Handing, Workload};
use breakeven_record::Outcome;

/// Does something with a gate of this program against itself, of `rust/naive` on ten values.
fn gate_of_this<Done>(act: impl FnOnce(&mut Pairing<'_>, &mut Rows, &Halt) -> Done) -> Done {
    let scratch = tempfile::tempdir().expect("a folder");
    let pool = ProgramPool::default();
    let registry = registry(&Interpreters::default(), Handing::default(), &pool, scratch.path());
    let program = assert_cmd::cargo::cargo_bin!("breakeven").to_owned();
    let halt = Halt::default();
    let conditions =
        Conditions { processor: last_allowed(), scratch: scratch.path(), seed: 1, halt: halt.clone() };
    let workers = Workers::of_builds(&program, &program);
    let mut pairing = Pairing::new(&registry, &workers, conditions).expect("workers of this program");
    let job = seeded_job(Workload::whole(Distribution::Uniform, 10, "test"), 1, Vec::new());
    let offered: Roster = [(job.workload.id.clone(), ["rust/naive".to_owned()].into())].into();
    let mut rows = Rows::of(vec![job], &offered, &offered, &|_| true).expect("one in common");
    act(&mut pairing, &mut rows, &halt)
}

/// Runs a gate until so many triples are measured, and returns the numbers of those it has measured.
fn until(triples: usize, file: &Path) -> Vec<usize> {
    gate_of_this(|pairing, rows, halt| {
        let mut seen = Vec::new();
        let stopped = gate(pairing, rows, file, 0.02, &mut |_, done| {
            seen.push(done.triples);
            if done.triples == triples {
                halt.halt();
            }
        });
        assert!(matches!(stopped, Err(GateError::Interrupted)), "{stopped:?}");
        seen
    })
}

#[test]
fn a_program_executes_as_many_instructions_as_itself() {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("skipped: no valgrind on PATH (apt-get install valgrind)");
        return;
    }
    let counted = gate_of_this(|pairing, rows, _| pairing.count(rows)).expect("valgrind starts");
    assert_eq!(counted.missing, [].into());
    let counts: Vec<_> = counted.rows.values().collect();
    let [counts] = counts[..] else { panic!("one row, not {counts:?}") };
    assert!(counts.head.are_as_many_as(counts.base), "{counts:?}");
    // two passes over ten values
    assert!((20..100_000).contains(&counts.base.instructions), "{counts:?}");
    assert!((1..counts.base.instructions).contains(&counts.base.branches), "{counts:?}");
}

#[test]
fn an_interrupted_gate_goes_on_with_the_triples_that_it_has() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("samples.json");
    assert_eq!(until(2, &file), [1, 2]);
    assert_eq!(until(3, &file), [3]);
    let samples = Samples::read(&file);
    assert_eq!((samples.screening.triples, samples.decision.triples), (3, 0));
    let [workload] = &samples.screening.workloads[..] else { panic!("one workload") };
    for side in [&workload.base, &workload.again, &workload.head] {
        let ids: Vec<&str> = side.contenders.iter().map(|known| known.id.as_str()).collect();
        assert_eq!(ids, ["rust/naive", "control/reference"]);
        for contender in &side.contenders {
            assert_eq!(contender.findings.outcome, Outcome::Measured, "{:?}", contender.findings.reason);
            let processes: Vec<usize> = contender.runs.iter().map(|run| run.process).collect();
            assert_eq!(processes, (0..3 * ROUNDS).collect::<Vec<_>>(), "a visit per round of each triple");
        }
    }
}
