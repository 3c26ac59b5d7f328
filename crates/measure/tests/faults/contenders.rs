//! Contenders that misbehave as their names say, once they are timed.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use breakeven_measure::controls::controls;
use breakeven_measure::job::Job;
use breakeven_measure::registry::Registry;
use breakeven_problem::{
    About, Absence, Answer, Contender, Contract, Data, Failure, InputForm, Prepared, Refusal, Workload,
};
use breakeven_record::{Environment, Mode, Plan, Record, SCHEMA, Tool};
use nix::sys::signal::{Signal, raise};

/// The file that tells workers how many processors there are.
pub(crate) const PROCESSORS: &str = "processors";

const RIGHT: f64 = 2.0;

/// The batch that goes wrong: one to verify, one to probe and 2 to 12 to calibrate come before the
/// rounds, which are 12.
const FATAL_BATCH: u64 = 15;

/// The id of one that crashes, longer than a note is at least.
pub(crate) const LONG_NAME: &str = concat!(
    "rust/segfault-of-a-long-name-0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890",
    "-0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678",
    "-0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678"
);

const NAMES: [&str; 19] = [
    "base",
    "good",
    "segfault",
    "segfault-in-prepare",
    "segfault-in-answer",
    "segfault-in-release",
    "segfault-once",
    "segfault-on-four-values",
    "abort",
    "exit",
    "hang",
    "hang-in-answer",
    "memory",
    "raise",
    "nan",
    "right-once",
    "print",
    "flush-to-zero",
    "one-thread",
];

/// All of them, and the controls.
pub(crate) fn registry(folder: &Path) -> Registry {
    let named = |name: &'static str, threads: usize| Faulty {
        about: About {
            id: format!("rust/{name}"),
            summary: "",
            input: InputForm::Slice,
            contract: Contract::Peer(&[]),
            threads,
        },
        name,
        folder: folder.to_owned(),
    };
    let mut contenders: Vec<Box<dyn Contender>> = Vec::new();
    for name in NAMES {
        contenders.push(Box::new(named(name, 1)));
    }
    contenders.push(Box::new(named(LONG_NAME.trim_start_matches("rust/"), 1)));
    contenders.push(Box::new(named("threads", 2)));
    for control in controls() {
        contenders.push(Box::new(control));
    }
    Registry { contenders, expected: |_, _| Answer::Value(RIGHT), facts: || Ok(BTreeMap::new()) }
}

/// The record of a run that has not begun.
pub(crate) fn empty_record(jobs: &[Job], processes: usize) -> Record {
    Record {
        schema: SCHEMA.to_owned(),
        created: String::new(),
        label: "test".to_owned(),
        command: Vec::new(),
        complete: false,
        tool: Tool { version: String::new(), commit: None, dirty: None },
        environment: Environment { key: String::new(), facts: BTreeMap::new(), context: BTreeMap::new() },
        plan: Plan {
            mode: Mode::Quick,
            seed: 1,
            processes,
            pinned_to: None,
            workloads: jobs.iter().map(|job| job.workload.id.clone()).collect(),
            comparisons: 1,
            stages: 1,
        },
        warnings: Vec::new(),
        crashes: Vec::new(),
        completed_stages: BTreeMap::new(),
        accuracy: None,
        ownership: None,
        imported: None,
        workloads: Vec::new(),
    }
}

struct Faulty {
    about: About,
    name: &'static str,
    folder: PathBuf,
}

impl Faulty {
    /// Whether this process is set up for one thread, or for several.
    fn check_environment(&self) -> Result<(), Failure> {
        let processors: usize = std::fs::read_to_string(self.folder.join(PROCESSORS))
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or(1);
        let (variable, own) = (
            std::env::var("OMP_NUM_THREADS").ok(),
            std::thread::available_parallelism().map_or(1, usize::from),
        );
        let right = match self.name {
            "threads" => variable.is_none() && own == processors,
            "one-thread" => variable.as_deref() == Some("1") && own == 1,
            _ => true,
        };
        if right { Ok(()) } else { Err(Failure(format!("{variable:?} threads on {own} processors"))) }
    }
}

impl Contender for Faulty {
    fn about(&self) -> &About {
        &self.about
    }

    fn offers(&self, _: &Workload) -> bool {
        true
    }

    fn version(&self) -> Result<String, Absence> {
        Ok("1".to_owned())
    }

    fn prepare(&self, workload: &Workload, _: &Arc<[Data]>) -> Result<Box<dyn Prepared>, Refusal> {
        self.check_environment()?;
        match self.name {
            "segfault-in-prepare" => segfault(),
            "flush-to-zero" => flush_to_zero(),
            _ => {}
        }
        let marker = self.folder.join("crashed-once");
        let name = match (self.name, workload.length) {
            ("segfault-on-four-values", 4) => "segfault",
            (name, _) => name,
        };
        Ok(Box::new(Batches { name, marker, batches: 0, eaten: Vec::new() }))
    }
}

struct Batches {
    name: &'static str,
    marker: PathBuf,
    batches: u64,
    eaten: Vec<Vec<u8>>,
}

impl Prepared for Batches {
    fn run(&mut self, _: usize, loops: u64) -> Result<(), Failure> {
        self.batches += 1;
        for number in 0..loops {
            let work: u64 = (0..200).fold(number, |sum, step| black_box(sum ^ step));
            black_box(work);
        }
        if self.name == "print" {
            say("{\"reply\": \"error\", \"message\": \"from a contender\"}");
        }
        if self.batches == FATAL_BATCH { self.misbehave() } else { Ok(()) }
    }

    fn answer(&mut self) -> Result<Answer, Failure> {
        Ok(Answer::Value(match self.name {
            "segfault-in-answer" if self.batches >= FATAL_BATCH => segfault(),
            "hang-in-answer" if self.batches >= FATAL_BATCH => hang(),
            "nan" => f64::NAN,
            "right-once" if self.batches > 1 => 1.0,
            _ => RIGHT,
        }))
    }
}

impl Batches {
    fn misbehave(&mut self) -> Result<(), Failure> {
        match self.name {
            "segfault" => segfault(),
            name if LONG_NAME.ends_with(name) => segfault(),
            "segfault-once" if !self.marker.exists() => {
                std::fs::write(&self.marker, "").map_err(|error| Failure(error.to_string()))?;
                segfault();
            }
            "abort" => std::process::abort(),
            "exit" => std::process::exit(3),
            "hang" => hang(),
            // address space is what is limited, so nothing has to be written
            "memory" => loop {
                self.eaten.push(Vec::with_capacity(64 << 20));
            },
            "raise" => Err(Failure("ValueError: as it likes".to_owned())),
            _ => Ok(()),
        }
    }
}

impl Drop for Batches {
    fn drop(&mut self) {
        if self.name == "segfault-in-release" {
            segfault();
        }
    }
}

/// What some libraries do when they are loaded, for the whole process.
#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "the register has no safe access")]
#[expect(deprecated, reason = "the optimizer may not know of it, which is no matter here")]
fn flush_to_zero() {
    const FLUSH_TO_ZERO: u32 = 1 << 15;
    // SAFETY: every x86-64 processor has the register, and this bit of it.
    unsafe { std::arch::x86_64::_mm_setcsr(std::arch::x86_64::_mm_getcsr() | FLUSH_TO_ZERO) }
}

#[cfg(not(target_arch = "x86_64"))]
fn flush_to_zero() {}

fn hang() -> ! {
    loop {
        std::thread::park();
    }
}

fn segfault() -> ! {
    loop {
        // the first only takes away the handler by which Rust tells stack overflows apart
        let _ = raise(Signal::SIGSEGV);
    }
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "printing is the fault")]
fn say(text: &str) {
    println!("{text}");
    eprintln!("{text}");
}
