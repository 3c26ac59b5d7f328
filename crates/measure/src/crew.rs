//! Who are the workers, and what when one dies?
//!
//! The crew starts each worker in a process group of its own, so that Ctrl-C reaches the command line
//! only, with the environment that measurements want. A worker that dies is found out by the end of
//! its pipe; how it died and its last note become the failure of one contender.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::protocol::{Note, PROTOCOL, Reply, Request, WorkerCommand};
use crate::worker::last_note;

/// Variables that are 1 in workers: a contender uses one thread unless it says otherwise.
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

/// Worker processes, all alike.
pub struct Crew {
    command: WorkerCommand,
    folder: PathBuf,
    pin: Option<usize>,
    halt: Halt,
    workers: Vec<Worker>,
    /// Facts the first worker told.
    pub facts: BTreeMap<String, String>,
    /// The processor that the workers say they are pinned to.
    pub pinned_to: Option<usize>,
}

/// The way to stop a crew from another thread, as Ctrl-C does.
#[derive(Debug, Clone, Default)]
pub struct Halt {
    halted: Arc<AtomicBool>,
    processes: Arc<Mutex<Vec<i32>>>,
}

impl Halt {
    /// Kills every worker; whoever waits for one is told [`CrewError::Halted`].
    pub fn halt(&self) {
        self.halted.store(true, Ordering::SeqCst);
        for &process in self.processes.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            // one that is already gone needs no killing
            let _ = kill(Pid::from_raw(process), Signal::SIGKILL);
        }
    }

    /// Whether it was halted.
    #[must_use]
    pub fn is_halted(&self) -> bool {
        self.halted.load(Ordering::SeqCst)
    }

    fn add(&self, process: u32) {
        let mut processes = self.processes.lock().unwrap_or_else(PoisonError::into_inner);
        processes.extend(i32::try_from(process));
    }
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
    /// A worker says that it cannot work.
    #[error("{0}")]
    Refused(String),
    /// A worker died while it was doing nothing in particular.
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
pub struct Culprit {
    /// Its last note.
    pub note: Note,
    /// "SIGSEGV", "exit code 3", "ran past its deadline".
    pub how: String,
}

/// What a request came to.
pub enum Answered {
    /// A reply.
    Reply(Reply),
    /// The worker died of a contender, and has been replaced.
    Died(Culprit),
}

struct Worker {
    child: Child,
    requests: ChildStdin,
    replies: BufReader<ChildStdout>,
    note: PathBuf,
    output: PathBuf,
}

impl Crew {
    /// Starts `processes` workers and greets each of them.
    ///
    /// `folder` is for notes and captured output; it must outlive the crew.
    ///
    /// # Errors
    /// A worker cannot be started, refuses (no interpreter), or dies at once.
    pub fn start(
        command: WorkerCommand,
        folder: &Path,
        processes: usize,
        pin: Option<usize>,
        halt: Halt,
    ) -> Result<Self, CrewError> {
        let mut crew = Self {
            command,
            folder: folder.to_owned(),
            pin,
            halt,
            workers: Vec::new(),
            facts: BTreeMap::new(),
            pinned_to: None,
        };
        for process in 0..processes {
            let worker = crew.spawn(process)?;
            crew.workers.push(worker);
            crew.greet(process)?;
        }
        Ok(crew)
    }

    /// Number of workers.
    #[must_use]
    pub fn processes(&self) -> usize {
        self.workers.len()
    }

    /// Asks one worker, sleeping until it answers.
    ///
    /// # Errors
    /// Halted, or the worker died without a contender to blame.
    pub fn ask(&mut self, process: usize, request: &Request) -> Result<Answered, CrewError> {
        match self.workers[process].ask(request) {
            Some(reply) => Ok(Answered::Reply(reply)),
            None => self.bury(process),
        }
    }

    /// Finds out what a dead worker died of, and starts another in its place.
    fn bury(&mut self, process: usize) -> Result<Answered, CrewError> {
        if self.halt.is_halted() {
            return Err(CrewError::Halted);
        }
        let worker = &mut self.workers[process];
        let how = worker.child.wait().map_or_else(|error| error.to_string(), how_it_ended);
        let note = last_note(&worker.note);
        let output = tail(&worker.output);
        let Some(note) = note else { return Err(CrewError::Died { how, output }) };
        let how = format!("{how}{output}");
        self.workers[process] = self.spawn(process)?;
        self.greet(process)?;
        Ok(Answered::Died(Culprit { note, how }))
    }

    fn spawn(&self, process: usize) -> Result<Worker, CrewError> {
        let note = self.folder.join(format!("note-{process}"));
        let output = self.folder.join(format!("output-{process}"));
        let failed = |source| CrewError::Start { program: self.command.program.clone(), source };
        for path in [&note, &output] {
            std::fs::write(path, "").map_err(failed)?;
        }
        let mut command = Command::new(&self.command.program);
        command.args(&self.command.arguments).arg("--note").arg(&note).arg("--output").arg(&output);
        if let Some(processor) = self.pin {
            command.arg("--pin").arg(processor.to_string());
        }
        command.envs(ONE_THREAD.map(|name| (name, "1")));
        for name in REMOVED {
            command.env_remove(name);
        }
        let mut child = command
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .map_err(failed)?;
        self.halt.add(child.id());
        let requests = child.stdin.take().ok_or_else(|| failed(std::io::ErrorKind::BrokenPipe.into()))?;
        let replies = child.stdout.take().ok_or_else(|| failed(std::io::ErrorKind::BrokenPipe.into()))?;
        Ok(Worker { child, requests, replies: BufReader::new(replies), note, output })
    }

    fn greet(&mut self, process: usize) -> Result<(), CrewError> {
        match self.workers[process].ask(&Request::Hello { protocol: PROTOCOL }) {
            Some(Reply::Hello { facts, pinned_to, .. }) => {
                self.facts = facts;
                self.pinned_to = pinned_to;
                Ok(())
            }
            Some(Reply::Error { message }) => Err(CrewError::Refused(message)),
            Some(Reply::Visited { .. }) => Err(CrewError::Refused("a worker did not say hello".to_owned())),
            None if self.halt.is_halted() => Err(CrewError::Halted),
            None => {
                let worker = &mut self.workers[process];
                let how = worker.child.wait().map_or_else(|error| error.to_string(), how_it_ended);
                Err(CrewError::Died { how, output: tail(&worker.output) })
            }
        }
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        for worker in &mut self.workers {
            // whether it could be killed or was already dead, it is waited for
            let _ = worker.child.kill();
            let _ = worker.child.wait();
        }
    }
}

impl Worker {
    /// The reply, or `None` where the worker is dead (or does not speak the protocol any more).
    fn ask(&mut self, request: &Request) -> Option<Reply> {
        let mut text = serde_json::to_vec(request).ok()?;
        text.push(b'\n');
        self.requests.write_all(&text).ok()?;
        let mut line = String::new();
        match self.replies.read_line(&mut line) {
            Ok(bytes) if bytes > 0 => serde_json::from_str(&line).ok(),
            _ => None,
        }
    }
}

fn how_it_ended(status: ExitStatus) -> String {
    match (status.signal().and_then(|signal| Signal::try_from(signal).ok()), status.code()) {
        (Some(Signal::SIGALRM), _) => "ran past its deadline".to_owned(),
        (Some(Signal::SIGKILL), _) => "SIGKILL (out of memory, or killed by somebody)".to_owned(),
        (Some(signal), _) => signal.as_str().to_owned(),
        (None, Some(code)) => format!("exit code {code}"),
        (None, None) => status.to_string(),
    }
}

/// The last line that a worker has printed, to go behind how it died.
fn tail(output: &Path) -> String {
    let text = std::fs::read_to_string(output).unwrap_or_default();
    match text.lines().rev().find(|line| !line.trim().is_empty()) {
        Some(line) => format!("; it printed: {}", line.chars().take(200).collect::<String>()),
        None => String::new(),
    }
}
