//! How does a contender take part that lives in a program of its own?
//!
//! A user's function in the user's own interpreter, a shared library, anything that can read a line: each
//! is a program beside the worker that answers the requests of docs/protocol.md. The worker drives it batch
//! by batch, so it is timed in the same rounds as everybody else, against the baseline, its twin and the ruler,
//! and judged by the same oracle. The program reads its own clock: reaching it is not part of the work.
//!
//! A program that dies costs its own row. It is started when it is first asked, and ends with the worker.

mod contender;
mod conversation;
mod trust;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use breakeven_problem::InputForm;
pub use contender::ProgramContender;
use conversation::{Conversation, Order, Word};
pub use conversation::{PROGRAM_PROTOCOL, ProgramError};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

use crate::process::Halt;
use crate::process::{Group, kill_group};
use crate::protocol::WorkerCommand;

/// A contender in a program, as it is handed from the command line to its workers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProgramSpec {
    /// `user/FILE.py:FUNCTION`.
    pub id: String,
    /// What the function is handed.
    pub form: InputForm,
    /// How the program is started.
    pub command: WorkerCommand,
    /// What it is asked to load: its own affair.
    pub load: serde_json::Value,
    /// What is added to the version that the program names: the hash of a file.
    pub version: Option<String>,
}

/// A program that serves one contender, or several.
#[derive(Debug)]
pub struct Program {
    command: WorkerCommand,
    folder: PathBuf,
    /// Packages whose versions it is asked for.
    packages: Vec<String>,
    group: Group,
    talk: Mutex<Option<Conversation>>,
    /// The number of its process, 0 while there is none; apart, since somebody may be waiting in `talk`.
    process: AtomicU32,
    /// Processes so far: another one knows nothing of what its forerunner was told.
    processes: AtomicU64,
    slots: AtomicU64,
    /// Seconds that it was given and has overrun, or 0.
    overdue: AtomicU64,
}

impl Program {
    /// A program that a worker starts when it is first asked, with a folder for what passes between it and us.
    /// The folder must outlive it.
    #[must_use]
    pub fn new(command: WorkerCommand, folder: PathBuf) -> Self {
        Self {
            command,
            folder,
            packages: Vec::new(),
            group: Group::OfWorker,
            talk: Mutex::new(None),
            process: AtomicU32::new(0),
            processes: AtomicU64::new(0),
            slots: AtomicU64::new(0),
            overdue: AtomicU64::new(0),
        }
    }

    /// The same, driven by the command line itself: what it starts ends with it, and the halt ends both.
    #[must_use]
    pub fn by_itself(self, halt: &Halt) -> Self {
        Self { group: Group::Own(halt.clone()), ..self }
    }

    /// The same, asked for the versions of these packages too, which are then among its [`facts`](Self::facts).
    #[must_use]
    pub fn with_packages(self, packages: &[&str]) -> Self {
        Self { packages: packages.iter().map(|&package| package.to_owned()).collect(), ..self }
    }

    /// What it says of itself: a name with a version.
    ///
    /// # Errors
    /// It cannot be started, or does not speak the protocol.
    pub fn name(&self) -> Result<String, ProgramError> {
        Ok(self.converse()?.as_ref().map(|talk| talk.name.clone()).unwrap_or_default())
    }

    /// What else it says of itself: `python`, `implementation`, and the version of each package that it was asked
    /// for and has.
    ///
    /// # Errors
    /// It cannot be started, or does not speak the protocol.
    pub fn facts(&self) -> Result<BTreeMap<String, String>, ProgramError> {
        Ok(self.converse()?.as_ref().map(|talk| talk.facts.clone()).unwrap_or_default())
    }

    /// Whether a process is there.
    #[must_use]
    pub fn runs(&self) -> bool {
        self.process.load(Ordering::SeqCst) != 0
    }

    /// Does some work with it, and kills it where that takes longer than this.
    pub fn within<T>(&self, limit: Duration, work: impl FnOnce() -> T) -> T {
        let (done, told) = mpsc::channel::<()>();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                if told.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout) {
                    self.overdue.store(limit.as_secs(), Ordering::SeqCst);
                    self.kill();
                }
            });
            let result = work();
            drop(done);
            result
        })
    }

    fn kill(&self) {
        let process = self.process.load(Ordering::SeqCst);
        match (&self.group, i32::try_from(process)) {
            (Group::Own(_), _) => kill_group(process),
            // one that is already gone needs no killing
            (Group::OfWorker, Ok(process)) if process > 0 => {
                let _ = kill(Pid::from_raw(process), Signal::SIGKILL);
            }
            (Group::OfWorker, _) => {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Conversation>> {
        self.talk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The conversation, begun where there is none.
    fn converse(&self) -> Result<MutexGuard<'_, Option<Conversation>>, ProgramError> {
        let mut talk = self.lock();
        if talk.is_none() {
            let begun = Conversation::start(&self.command, &self.folder, &self.group)?;
            self.process.store(begun.process(), Ordering::SeqCst);
            self.processes.fetch_add(1, Ordering::SeqCst);
            *talk = Some(begun);
            let greeted = talk.as_mut().map_or(Ok(()), |talk| talk.greet(&self.packages));
            greeted.map_err(|error| self.lose(&mut talk, error))?;
        }
        Ok(talk)
    }

    fn ask(&self, order: &Order<'_>) -> Result<Word, ProgramError> {
        let mut talk = self.converse()?;
        let answer = match talk.as_mut() {
            Some(conversation) => conversation.ask(order),
            None => Err(ProgramError::Died("before it was asked".to_owned())),
        };
        answer.map_err(|error| match error {
            ProgramError::Died(_) => self.lose(&mut talk, error),
            alive => alive,
        })
    }

    /// Ends a conversation that has come to nothing, and says why.
    fn lose(&self, talk: &mut Option<Conversation>, error: ProgramError) -> ProgramError {
        self.process.store(0, Ordering::SeqCst);
        *talk = None;
        match (error, self.overdue.swap(0, Ordering::SeqCst)) {
            (ProgramError::Died(_), seconds @ 1..) => {
                ProgramError::Died(format!("took longer than {seconds} s"))
            }
            (other, _) => other,
        }
    }
}
