//! How does a contender take part that lives in a program of its own?
//!
//! A user's function in the user's own interpreter, a shared library, anything that can read a line: each
//! is a program beside the worker that answers the requests of docs/protocol.md. The worker drives it batch
//! by batch, so it is timed in the same rounds as everybody else, against the baseline, its twin and the ruler,
//! and judged by the same oracle. The program reads its own clock: reaching it is not part of the work.
//!
//! A program that dies costs its own row. It is started when it is first asked, and ends with the worker.

mod conversation;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use breakeven_problem::{
    About, Absence, Answer, Contender, Contract, Data, Failure, InputForm, Prepared, Refusal, Task, Workload,
};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

use crate::clock::{Clock as _, Monotonic};
use crate::crew::Halt;
use crate::input_file::{InputFile, Layout, sha256};
use crate::process::{Group, kill_group};
use crate::protocol::WorkerCommand;
use conversation::{Conversation, Order, Word};
pub use conversation::{PROGRAM_PROTOCOL, ProgramError};

/// Of the calls of a batch, one in so many is made before it, untimed: another process had the core.
const SETTLING: u64 = 8;

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

/// To forget something takes at most so long.
const DROP_LIMIT: Duration = Duration::from_secs(2);

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

/// One contender of a program.
#[derive(Debug, Clone)]
pub struct ProgramContender {
    about: About,
    load: serde_json::Value,
    version: Option<String>,
    program: Arc<Program>,
}

impl ProgramContender {
    /// A user's contender, in a program to itself: what crashes in it is its own.
    #[must_use]
    pub fn new(spec: &ProgramSpec, folder: PathBuf) -> Self {
        Self::alone(spec, Program::new(spec.command.clone(), folder))
    }

    /// The same, to be tried by the command line itself.
    #[must_use]
    pub fn tried(spec: &ProgramSpec, folder: PathBuf, halt: &Halt) -> Self {
        Self::alone(spec, Program::new(spec.command.clone(), folder).by_itself(halt))
    }

    fn alone(spec: &ProgramSpec, program: Program) -> Self {
        let about = About {
            id: spec.id.clone(),
            summary: "yours, in a program of its own",
            input: spec.form,
            contract: Contract::Peer(&[]),
            threads: 1,
        };
        Self { version: spec.version.clone(), ..Self::of(about, Arc::new(program), spec.load.clone()) }
    }

    /// One of several contenders of a program, which is asked to load `load` for it.
    #[must_use]
    pub fn of(about: About, program: Arc<Program>, load: serde_json::Value) -> Self {
        Self { about, load, version: None, program }
    }

    /// The program it lives in.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Loads it on these inputs, as [`Contender::prepare`] does, and says more exactly what went wrong.
    ///
    /// # Errors
    /// Not here, unusable, or dead.
    pub fn try_prepare(
        &self,
        workload: &Workload,
        inputs: &Arc<[Data]>,
    ) -> Result<Box<dyn Prepared>, ProgramError> {
        Ok(Box::new(PreparedProgram {
            slot: self.load(workload, inputs)?,
            contender: self.clone(),
            workload: workload.clone(),
            inputs: Arc::clone(inputs),
            input: 0,
            own_ns: None,
            trust: Trust::default(),
        }))
    }

    fn load(&self, workload: &Workload, inputs: &Arc<[Data]>) -> Result<Slot, ProgramError> {
        let number = self.program.slots.fetch_add(1, Ordering::Relaxed);
        let files =
            self.hand_over(number, inputs).map_err(|error| ProgramError::Failed(error.to_string()))?;
        let asked = self.program.ask(&Order::Prepare {
            slot: number,
            load: &self.load,
            task: workload.task,
            window: workload.window,
            ddof: workload.ddof,
            form: self.about.input,
            inputs: &files,
        });
        for file in &files {
            // a file left behind goes with its folder
            let _ = std::fs::remove_file(&file.path);
        }
        asked?;
        Ok(Slot { number, process: self.program.processes.load(Ordering::SeqCst) })
    }

    fn hand_over(
        &self,
        slot: u64,
        inputs: &Arc<[Data]>,
    ) -> Result<Vec<InputFile>, crate::input_file::InputFileError> {
        let process = std::process::id();
        let name = |number: usize| format!("program-{process}-{}-{slot}-{number}", address(&self.program));
        inputs
            .iter()
            .enumerate()
            .map(|(number, input)| InputFile::write(&self.program.folder, &name(number), input))
            .collect()
    }
}

/// Tells the files of two programs of one process apart.
fn address(program: &Arc<Program>) -> usize {
    Arc::as_ptr(program) as usize
}

impl Contender for ProgramContender {
    fn about(&self) -> &About {
        &self.about
    }

    fn offers(&self, workload: &Workload) -> bool {
        matches!(workload.task, Task::Whole | Task::Sliding)
    }

    fn version(&self) -> Result<String, Absence> {
        let name =
            self.program.name().map_err(|error| Absence { reason: error.to_string(), install: None })?;
        Ok(match &self.version {
            Some(version) => format!("{name}, {version}"),
            None => name,
        })
    }

    fn prepare(&self, workload: &Workload, inputs: &Arc<[Data]>) -> Result<Box<dyn Prepared>, Refusal> {
        self.try_prepare(workload, inputs).map_err(|error| match error {
            ProgramError::Absent(absence) => Refusal::Absent(absence),
            other => Refusal::Failed(Failure(other.to_string())),
        })
    }
}

/// Where a program keeps what it was told to load, and in which of its processes.
#[derive(Debug, Clone, Copy)]
struct Slot {
    number: u64,
    process: u64,
}

struct PreparedProgram {
    contender: ProgramContender,
    workload: Workload,
    slot: Slot,
    inputs: Arc<[Data]>,
    input: usize,
    own_ns: Option<u64>,
    trust: Trust,
}

impl PreparedProgram {
    /// Its slot: loaded anew where another contender of the same program has brought that down meanwhile.
    fn slot(&mut self) -> Result<u64, Failure> {
        if self.is_lost() {
            let loaded = self.contender.load(&self.workload, &self.inputs);
            self.slot = loaded.map_err(|error| Failure(error.to_string()))?;
        }
        Ok(self.slot.number)
    }

    fn is_lost(&self) -> bool {
        let program = &self.contender.program;
        !program.runs() || program.processes.load(Ordering::SeqCst) != self.slot.process
    }

    fn run_once(&mut self, input: usize, loops: u64) -> Result<(), Failure> {
        let slot = self.slot()?;
        let clock = Monotonic::new();
        let ran = self.contender.program.ask(&Order::Run { slot, input, loops });
        match ran.map_err(|error| Failure(error.to_string()))? {
            Word::Ran { ns } => {
                self.trust.check(ns, clock.now_ns())?;
                self.input = input;
                self.own_ns = Some(ns);
                Ok(())
            }
            other => Err(Failure(format!("the program answered {other:?} when it was to run"))),
        }
    }
}

impl Prepared for PreparedProgram {
    fn run(&mut self, input: usize, loops: u64) -> Result<(), Failure> {
        if loops >= SETTLING {
            self.run_once(input, loops / SETTLING)?;
        }
        self.run_once(input, loops)
    }

    fn own_ns(&self) -> Option<u64> {
        self.own_ns
    }

    fn answer(&mut self) -> Result<Answer, Failure> {
        if self.is_lost() {
            self.run_once(self.input, 1)?;
        }
        let (process, program) = (std::process::id(), &self.contender.program);
        let file = format!("program-{process}-{}-{}-answer", address(program), self.slot.number);
        let path = program.folder.join(file);
        let asked = program.ask(&Order::Answer { slot: self.slot.number, path: &path });
        asked.map_err(|error| Failure(error.to_string()))?;
        let unread = |reason: String| Failure(format!("its answer cannot be read: {reason}"));
        let bytes = std::fs::read(&path).map_err(|error| unread(error.to_string()))?;
        let layout = match self.inputs.first().and_then(Data::recording) {
            Some(signal) => Layout::Count { channels: signal.channels().len(), rows: signal.rows() },
            None => Layout::Series,
        };
        let file = InputFile { path, sha256: sha256(&bytes), layout };
        let answer = file.read_answer().map_err(|error| unread(error.to_string()));
        // a file left behind goes with its folder
        let _ = std::fs::remove_file(&file.path);
        match (answer?, self.workload.task) {
            (Answer::Series(values), Task::Whole) => match values[..] {
                [value] => Ok(Answer::Value(value)),
                _ => Err(Failure(format!("{} numbers came back instead of one", values.len()))),
            },
            (answer, _) => Ok(answer),
        }
    }
}

impl Drop for PreparedProgram {
    fn drop(&mut self) {
        // a dead program holds nothing: it must not be started for this
        if !self.is_lost() {
            let program = &self.contender.program;
            // one that does not answer to this either is no use to anybody
            let _ = program.within(DROP_LIMIT, || program.ask(&Order::Drop { slot: self.slot.number }));
        }
    }
}

/// Whether what a program says of its time can be: nobody else has looked at its clock.
#[derive(Debug, Default)]
struct Trust {
    /// Long runs, with no other long one between them, of which it says that they took next to no time.
    doubts: u32,
}

impl Trust {
    /// A run that took so long as seen from here, in nanoseconds, is not delayed by the machine alone to so many times
    /// what the program says.
    const LONG_NS: u64 = 50_000_000;
    const TIMES: u64 = 20;
    const PATIENCE: u32 = 3;

    fn check(&mut self, own_ns: u64, seen_ns: u64) -> Result<(), Failure> {
        if own_ns > seen_ns.saturating_add(seen_ns / 100 + 10_000) {
            return Err(Failure(format!(
                "says that {own_ns} ns passed where {seen_ns} did: are these nanoseconds?"
            )));
        }
        // of a short one most is reaching it: that says nothing
        if seen_ns > Self::LONG_NS {
            self.doubts = if own_ns < seen_ns / Self::TIMES { self.doubts + 1 } else { 0 };
        }
        if self.doubts == Self::PATIENCE {
            return Err(Failure(format!(
                "says that {own_ns} ns passed where {seen_ns} did, {} times in a row: are these nanoseconds?",
                Self::PATIENCE
            )));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_says_of_its_time_is_believed_only_where_it_can_be() {
        const MS: u64 = 1_000_000;
        let all = |runs: &[(u64, u64)]| {
            let mut trust = Trust::default();
            runs.iter().all(|&(own, seen)| trust.check(own, seen).is_ok())
        };
        let delayed = (MS, 80 * MS);
        assert!(all(&[(MS, MS), (MS, 2 * MS), (50, 30_000)]), "reaching it takes time");
        assert!(all(&[delayed, delayed, (60 * MS, 80 * MS), delayed, delayed]), "a machine may be busy");
        let (settling, batch) = ((37, 37 * MS), (300, 300 * MS));
        assert!(!all(&[settling, batch, settling, batch, settling, batch]), "microseconds");
        assert!(!all(&[(2 * MS, MS)]), "more than there was");
        assert!(!all(&[(u64::MAX, MS)]));
    }
}
