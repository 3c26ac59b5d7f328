//! How is a contender timed that runs in an external program?
//!
//! A user's function in the user's own interpreter, a shared library, anything that can read a line: each
//! is a program beside the worker that answers the requests of docs/protocol.md. The worker drives it batch
//! by batch, so its contenders are timed in the same rounds as all others, and judged by the same oracle. The
//! program reads its own clock: communication with it is not part of the work.
//!
//! A program that dies, or whose process a contender has spoilt for the others, costs only the row that was being timed:
//! it is started again, and the others are loaded again. It is started by the first request, and ends with the worker.

mod contender;
mod conversation;
mod pool;
mod reported_time;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use breakeven_problem::{Handing, InputForm};
pub use contender::ProgramContender;
use conversation::{Conversation, ProgramReply, ProgramRequest};
pub use conversation::{PROGRAM_PROTOCOL, ProgramError};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
pub use pool::ProgramPool;
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
    /// What it is asked to load, in the terms of the program.
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
    /// What its functions are handed.
    handing: Handing,
    group: Group,
    conversation: Mutex<Option<Conversation>>,
    /// The number of its process, 0 while there is none; apart from `conversation`, which is locked while a reply is
    /// awaited.
    process: AtomicU32,
    /// Processes so far: a new one has none of the slots that its predecessor had.
    processes: AtomicU64,
    slots: AtomicU64,
    /// The time limit in seconds that it has exceeded, or 0.
    exceeded_s: AtomicU64,
}

impl Program {
    /// A program that is started by the first request to it, with a folder for the files that are exchanged with it.
    /// The folder must outlive the program.
    #[must_use]
    pub fn new(command: WorkerCommand, folder: PathBuf) -> Self {
        Self {
            command,
            folder,
            packages: Vec::new(),
            handing: Handing::SameInput,
            group: Group::OfWorker,
            conversation: Mutex::new(None),
            process: AtomicU32::new(0),
            processes: AtomicU64::new(0),
            slots: AtomicU64::new(0),
            exceeded_s: AtomicU64::new(0),
        }
    }

    /// The same in a process group of its own, for the command line itself: what the program starts ends with it, and
    /// the halt ends both.
    #[must_use]
    pub fn by_itself(self, halt: &Halt) -> Self {
        Self { group: Group::Own(halt.clone()), ..self }
    }

    /// The same, whose functions are handed this in each call.
    #[must_use]
    pub fn handing(self, handing: Handing) -> Self {
        Self { handing, ..self }
    }

    /// The same, also asked for the versions of these packages, which are then among its [`facts`](Self::facts).
    #[must_use]
    pub fn with_packages(self, packages: &[&str]) -> Self {
        Self { packages: packages.iter().map(|&package| package.to_owned()).collect(), ..self }
    }

    /// Its name with its version, as the program states them.
    ///
    /// # Errors
    /// It cannot be started, or does not speak the protocol.
    pub fn name(&self) -> Result<String, ProgramError> {
        Ok(self.converse()?.as_ref().map(|known| known.name.clone()).unwrap_or_default())
    }

    /// What else the program states: `python`, `implementation`, and the version of each package that it was asked
    /// for and has.
    ///
    /// # Errors
    /// It cannot be started, or does not speak the protocol.
    pub fn facts(&self) -> Result<BTreeMap<String, String>, ProgramError> {
        Ok(self.converse()?.as_ref().map(|known| known.facts.clone()).unwrap_or_default())
    }

    /// Whether a process of it is running.
    #[must_use]
    pub fn runs(&self) -> bool {
        self.process.load(Ordering::SeqCst) != 0
    }

    /// Does some work with it, and kills it if that takes longer than the limit.
    pub fn within<T>(&self, limit: Duration, work: impl FnOnce() -> T) -> T {
        let (done, ended) = mpsc::channel::<()>();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                if ended.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout) {
                    self.exceeded_s.store(limit.as_secs(), Ordering::SeqCst);
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
            // a process that is already gone needs no killing
            (Group::OfWorker, Ok(process)) if process > 0 => {
                let _ = kill(Pid::from_raw(process), Signal::SIGKILL);
            }
            (Group::OfWorker, _) => {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Conversation>> {
        self.conversation.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The conversation, which is begun where there is none.
    fn converse(&self) -> Result<MutexGuard<'_, Option<Conversation>>, ProgramError> {
        let mut conversation = self.lock();
        if conversation.is_none() {
            let begun = Conversation::start(&self.command, &self.folder, &self.group)?;
            self.process.store(begun.process(), Ordering::SeqCst);
            self.processes.fetch_add(1, Ordering::SeqCst);
            *conversation = Some(begun);
            let greeted = conversation.as_mut().map_or(Ok(()), |begun| begun.greet(&self.packages));
            greeted.map_err(|error| self.disconnect(&mut conversation, error))?;
        }
        Ok(conversation)
    }

    fn ask(&self, request: &ProgramRequest<'_>) -> Result<ProgramReply, ProgramError> {
        let mut conversation = self.converse()?;
        let reply = match conversation.as_mut() {
            Some(conversation) => conversation.ask(request),
            None => Err(ProgramError::Died("before it was asked".to_owned())),
        };
        reply.map_err(|error| match error {
            ProgramError::Died(_) | ProgramError::Spoilt(_) => self.disconnect(&mut conversation, error),
            alive => alive,
        })
    }

    /// Ends a conversation that has failed, and says why.
    fn disconnect(&self, conversation: &mut Option<Conversation>, error: ProgramError) -> ProgramError {
        self.process.store(0, Ordering::SeqCst);
        *conversation = None;
        match (error, self.exceeded_s.swap(0, Ordering::SeqCst)) {
            (ProgramError::Died(_), seconds @ 1..) => {
                ProgramError::Died(format!("took longer than {seconds} s"))
            }
            (other, _) => other,
        }
    }
}
