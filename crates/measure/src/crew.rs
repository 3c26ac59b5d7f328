//! How are workers started, asked, and replaced when one dies?
//!
//! Each worker leads a process group of its own (module `process`), so that Ctrl-C reaches the command line only, and
//! has the environment that measurements want. That a worker has died is seen by the end of its pipe; how it ended, and
//! the step that it noted last, become the crash report of one contender.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use breakeven_record::Crash;
use breakeven_record::place::Place;
use breakeven_record::warning::{Warning, WarningKind};
use nix::sys::signal::Signal;

use crate::cpu_time::{CpuTime, Ledger};
use crate::process::{Group, Halt, Lines, Process, how_it_ended, last_printed};
use crate::protocol::{CurrentStep, PROTOCOL, Reply, Request, WorkerCommand};
use crate::worker::last_step;

/// Variables that are 1 in workers: a contender uses one thread unless it is listed with more.
const ONE_THREAD: [&str; 6] = [
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "VECLIB_MAXIMUM_THREADS",
];

/// Variables that some machine images set and that change how NumPy's linear algebra is dispatched.
const REMOVED: [&str; 2] = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"];

/// How a crew is set up.
#[derive(Debug, Clone)]
pub struct CrewSetup {
    /// How each worker is started.
    pub command: WorkerCommand,
    /// The folder for notes and captured output, which must outlive the crew.
    pub folder: PathBuf,
    /// Number of workers.
    pub processes: usize,
    /// The processor that workers stay on.
    pub pin: Option<usize>,
    /// Bytes of address space that each process may use; none for no limit.
    pub memory_bytes: Option<u64>,
    /// Stops the crew from another thread.
    pub halt: Halt,
}

/// Worker processes, all alike, and the companions that some of them have beside them.
pub struct Crew {
    setup: CrewSetup,
    workers: BTreeMap<(usize, Place), Worker>,
    crashes: Vec<Crash>,
    ledger: Ledger,
    /// Facts that the first worker stated.
    pub facts: BTreeMap<String, String>,
    /// The processor that all workers say they are pinned to, if they all do.
    pub pinned_to: Option<usize>,
}

/// A crew that cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum CrewError {
    /// Stopped from outside.
    #[error("interrupted")]
    Halted,
    /// A worker cannot be started.
    #[error("cannot start a worker ({program}): {source}")]
    Start {
        /// The program.
        program: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A worker replied that it cannot work.
    #[error("{0}")]
    Refused(String),
    /// A worker died while it was started, or several times while no contender was at work.
    #[error("a worker died {how}{output}")]
    Died {
        /// By which signal or exit code.
        how: String,
        /// The end of what it printed.
        output: String,
    },
}

/// How one contender took its worker down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrashReport {
    /// The step that was noted last.
    pub step: CurrentStep,
    /// "SIGSEGV", "exit code 3", "ran past its deadline".
    pub how: String,
    /// "; it printed: " and the last line that it printed, or nothing.
    pub output: String,
    /// Whether the contender might fare better in a process of its own.
    pub cause: Cause,
}

/// Why a worker ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A signal or an exit: perhaps because of what another contender had damaged in the same process.
    Crash,
    /// The alarm: the step would take as long again.
    Deadline,
}

/// What came of a request.
pub enum Response {
    /// The worker replied.
    Reply(Reply),
    /// The worker died in a step of a contender, and has been replaced.
    Crashed(CrashReport),
    /// The worker died while no contender was at work, and has been replaced.
    Killed {
        /// By which signal or exit code, and the last that it printed.
        how: String,
    },
}

struct Worker {
    process: Process,
    lines: Lines,
    note: PathBuf,
    output: PathBuf,
}

impl Crew {
    /// Starts the workers and greets each of them; companions are started when they are first asked.
    ///
    /// # Errors
    /// A worker cannot be started, refuses (no interpreter), or dies at once.
    pub fn start(setup: CrewSetup) -> Result<Self, CrewError> {
        let processes = setup.processes;
        let mut crew = Self {
            workers: BTreeMap::new(),
            crashes: Vec::new(),
            ledger: Ledger::default(),
            facts: BTreeMap::new(),
            pinned_to: setup.pin,
            setup,
        };
        for process in 0..processes {
            crew.spawn_worker(process, Place::Worker)?;
        }
        Ok(crew)
    }

    /// Number of workers, not counting companions.
    #[must_use]
    pub fn processes(&self) -> usize {
        self.setup.processes
    }

    /// A warning about every figure of this crew, if its workers could not stay on their processor.
    #[must_use]
    pub fn not_pinned(&self) -> Option<Warning> {
        let processor = self.setup.pin.filter(|_| self.pinned_to.is_none())?;
        let found =
            format!("the workers could not stay on processor {processor}, and may have moved meanwhile");
        Some(Warning::of_run(WarningKind::NotPinned, found))
    }

    /// Contenders that have taken a worker of this run down and are timed in a companion since then: the first crash of
    /// each.
    #[must_use]
    pub fn crashes(&self) -> &[Crash] {
        &self.crashes
    }

    /// From now on the contender of this crash is timed in a companion only.
    pub fn quarantine(&mut self, crash: Crash) {
        if !self.crashes.iter().any(|known| known.contender == crash.contender) {
            self.crashes.push(crash);
        }
    }

    /// The processor time that all processes of this crew have used, those that have ended among them.
    pub fn used(&mut self) -> CpuTime {
        let workers: Vec<u32> = self.workers.values().map(|worker| worker.process.id()).collect();
        self.ledger.update(&workers);
        self.ledger.used()
    }

    /// Ends every process; one that is asked afterwards is started again.
    pub fn dismiss(&mut self) {
        for (_, worker) in std::mem::take(&mut self.workers) {
            reap(worker);
        }
    }

    /// Asks one worker or companion, sleeping until it answers.
    ///
    /// # Errors
    /// Halted, or a process cannot be started.
    pub fn ask(&mut self, process: usize, place: Place, request: &Request) -> Result<Response, CrewError> {
        if !self.workers.contains_key(&(process, place)) {
            self.spawn_worker(process, place)?;
        }
        let reply = self.workers.get_mut(&(process, place)).and_then(|worker| worker.ask(request));
        match reply {
            Some(reply) => Ok(Response::Reply(reply)),
            None => self.replace(process, place),
        }
    }

    /// Finds out how a dead worker ended, and starts another in its place.
    fn replace(&mut self, process: usize, place: Place) -> Result<Response, CrewError> {
        if self.setup.halt.is_halted() {
            return Err(CrewError::Halted);
        }
        // once the worker is waited for, the system no longer tells how much it has used
        self.used();
        let exit = self.workers.remove(&(process, place)).map(reap);
        self.spawn_worker(process, place)?;
        Ok(match exit {
            Some(Exit { how, output, step: Some(step), cause }) => {
                Response::Crashed(CrashReport { step, how, output, cause })
            }
            Some(Exit { how, output, .. }) => Response::Killed { how: format!("{how}{output}") },
            None => Response::Killed { how: "before it was asked".to_owned() },
        })
    }

    /// Starts a worker or companion, and greets it.
    fn spawn_worker(&mut self, process: usize, place: Place) -> Result<(), CrewError> {
        let mut worker = self.start_process(process, place)?;
        match worker.ask(&Request::Hello { protocol: PROTOCOL }) {
            Some(Reply::Hello { facts, pinned_to, .. }) => {
                if place == Place::Worker {
                    self.facts = facts;
                    self.pinned_to = self.pinned_to.filter(|_| pinned_to == self.setup.pin);
                }
                self.workers.insert((process, place), worker);
                Ok(())
            }
            Some(Reply::Error { message }) => Err(CrewError::Refused(message)),
            Some(Reply::Visited { .. }) => Err(CrewError::Refused("a worker did not say hello".to_owned())),
            None if self.setup.halt.is_halted() => Err(CrewError::Halted),
            None => {
                let Exit { how, output, .. } = reap(worker);
                Err(CrewError::Died { how, output })
            }
        }
    }

    fn start_process(&self, process: usize, place: Place) -> Result<Worker, CrewError> {
        let file = |what: &str| self.setup.folder.join(format!("{what}-{}-{process}", place.word()));
        let (note, output) = (file("note"), file("output"));
        let failed = |source| CrewError::Start { program: self.setup.command.program.clone(), source };
        for path in [&note, &output] {
            std::fs::write(path, "").map_err(failed)?;
        }
        let mut command = Command::new(&self.setup.command.program);
        command.args(&self.setup.command.arguments).arg("--note").arg(&note).arg("--output").arg(&output);
        if let Some(bytes) = self.setup.memory_bytes {
            command.arg("--memory").arg(bytes.to_string());
        }
        set_environment(&mut command, place);
        if let Some(processor) = self.setup.pin.filter(|_| place != Place::Threaded) {
            command.arg("--pin").arg(processor.to_string());
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let group = Group::Own(self.setup.halt.clone());
        let mut process = Process::spawn(&mut command, &group).map_err(failed)?;
        let lines = process.take_lines().map_err(failed)?;
        Ok(Worker { process, lines, note, output })
    }
}

/// How a worker has ended.
struct Exit {
    how: String,
    output: String,
    step: Option<CurrentStep>,
    cause: Cause,
}

/// Ends a worker process and collects how it ended.
fn reap(mut worker: Worker) -> Exit {
    let status = worker.process.end();
    let alarm = status.as_ref().is_ok_and(|status| status.signal() == Some(Signal::SIGALRM as i32));
    Exit {
        how: how_it_ended(&status),
        output: last_printed(&worker.output),
        step: last_step(&worker.note),
        cause: if alarm { Cause::Deadline } else { Cause::Crash },
    }
}

fn set_environment(command: &mut Command, place: Place) {
    for name in ONE_THREAD {
        match place {
            Place::Worker | Place::Quarantine => command.env(name, "1"),
            // the library decides, as it does for its users
            Place::Threaded => command.env_remove(name),
        };
    }
    for name in REMOVED {
        command.env_remove(name);
    }
    // without a backtrace the last printed line says what went wrong
    command.env("RUST_BACKTRACE", "0");
}

impl Worker {
    /// The reply; `None` where the worker is dead, or has sent what is no reply.
    fn ask(&mut self, request: &Request) -> Option<Reply> {
        serde_json::from_str(&self.lines.exchange(request, u64::MAX)?).ok()
    }
}
