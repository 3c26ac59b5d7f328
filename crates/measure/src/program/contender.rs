//! How is a contender of a program prepared, run and asked for its answer?
//!
//! It is loaded into a slot of the program, with its inputs as files. If another contender has brought the program down
//! meanwhile, it is loaded again: a crash costs the row that was being timed, and no other.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use breakeven_problem::{
    About, Absence, Answer, Contender, Contract, Data, Failure, Handing, Prepared, Refusal, Task, Workload,
};

use super::conversation::{ProgramError, ProgramReply, ProgramRequest};
use super::reported_time::{Beside, ReportedTime};
use super::{Program, ProgramSpec};
use crate::clock::{Clock as _, Monotonic};
use crate::input_file::{InputFile, InputFileError, Layout, sha256};
use crate::printable::one_line;
use crate::probe::SLOW_CALL_NS;
use crate::process::Halt;

/// The program calls a contender untimed for this long, and at least once, directly before the calls that are timed:
/// another process had the processor, or another contender, and its caches hold what those needed.
const SETTLING_NS: u64 = 100_000;

/// Making the copies for a batch, where each call has one, takes about so long at most.
const COPIES_NS: u64 = 10_000_000;

/// Freeing a slot takes at most so long.
const DROP_LIMIT: Duration = Duration::from_secs(2);

/// One contender of a program.
#[derive(Debug, Clone)]
pub struct ProgramContender {
    about: About,
    load: serde_json::Value,
    version: Option<String>,
    program: Arc<Program>,
}

impl ProgramContender {
    /// A user's contender, in a program of its own or in one that it shares.
    #[must_use]
    pub fn users(spec: &ProgramSpec, program: Arc<Program>) -> Self {
        let about = About {
            id: spec.id.clone(),
            summary: "yours, in an external program",
            input: spec.form,
            contract: Contract::Peer(&[]),
            threads: 1,
        };
        Self { version: spec.version.clone(), ..Self::of(about, program, spec.load.clone()) }
    }

    /// The same in a program of its own, for a trial by the command line itself.
    #[must_use]
    pub fn tried(spec: &ProgramSpec, folder: PathBuf, handing: Handing, halt: &Halt) -> Self {
        let program = Program::new(spec.command.clone(), folder).handing(handing).by_itself(halt);
        Self::users(spec, Arc::new(program))
    }

    /// One of several contenders of a program, which is asked to load `load` for it.
    #[must_use]
    pub fn of(about: About, program: Arc<Program>, load: serde_json::Value) -> Self {
        Self { about, load, version: None, program }
    }

    /// The program that it runs in.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Loads it on these inputs, as [`Contender::prepare`] does, with an error that says more exactly what went wrong.
    ///
    /// # Errors
    /// Not here, unusable, or dead.
    pub fn try_prepare(
        &self,
        workload: &Workload,
        inputs: &Arc<[Data]>,
    ) -> Result<PreparedProgram, ProgramError> {
        let (slot, load_ns) = self.load(workload, inputs)?;
        Ok(PreparedProgram {
            slot,
            load_ns,
            contender: self.clone(),
            workload: workload.clone(),
            inputs: Arc::clone(inputs),
            input: 0,
            own_ns: None,
            call_ns: None,
            most_loops: None,
            reported: ReportedTime::default(),
        })
    }

    /// Its slot, and how long it took the program to load it, where it says that.
    fn load(&self, workload: &Workload, inputs: &Arc<[Data]>) -> Result<(Slot, Option<u64>), ProgramError> {
        let number = self.program.slots.fetch_add(1, Ordering::Relaxed);
        let files =
            self.hand_over(number, inputs).map_err(|error| ProgramError::Failed(error.to_string()))?;
        let loaded = self.program.ask(&ProgramRequest::Prepare {
            slot: number,
            load: &self.load,
            task: workload.task,
            window: workload.window,
            ddof: workload.ddof,
            form: self.about.input,
            inputs: &files,
            copies: self.program.handing == Handing::FreshCopies,
        });
        for file in &files {
            // a file that cannot be removed goes with its folder
            let _ = std::fs::remove_file(&file.path);
        }
        let load_ns = match loaded? {
            ProgramReply::Done { load_ns } => load_ns,
            _ => None,
        };
        Ok((Slot { number, process: self.program.processes.load(Ordering::SeqCst) }, load_ns))
    }

    fn hand_over(&self, slot: u64, inputs: &Arc<[Data]>) -> Result<Vec<InputFile>, InputFileError> {
        let process = std::process::id();
        let name = |number: usize| format!("program-{process}-{}-{slot}-{number}", address(&self.program));
        inputs
            .iter()
            .enumerate()
            .map(|(number, input)| InputFile::write(&self.program.folder, &name(number), input))
            .collect()
    }
}

/// A number that tells the files of two programs of one process apart.
fn address(program: &Arc<Program>) -> usize {
    Arc::as_ptr(program) as usize
}

impl Contender for ProgramContender {
    fn about(&self) -> &About {
        &self.about
    }

    fn offers(&self, workload: &Workload) -> bool {
        matches!(workload.task, Task::Whole | Task::Sliding | Task::Made)
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
        match self.try_prepare(workload, inputs) {
            Ok(prepared) => Ok(Box::new(prepared)),
            Err(ProgramError::Absent(absence)) => Err(Refusal::Absent(absence)),
            Err(other) => Err(Refusal::Failed(Failure(other.to_string()))),
        }
    }
}

/// Where a program keeps what it has loaded, and in which of its processes.
#[derive(Debug, Clone, Copy)]
struct Slot {
    number: u64,
    process: u64,
}

/// A contender that a program has loaded.
#[derive(Debug)]
pub struct PreparedProgram {
    contender: ProgramContender,
    workload: Workload,
    slot: Slot,
    load_ns: Option<u64>,
    inputs: Arc<[Data]>,
    input: usize,
    own_ns: Option<u64>,
    /// What a call of the last run took.
    call_ns: Option<u64>,
    /// As many as copies can be made for in [`COPIES_NS`], where each call has one.
    most_loops: Option<u64>,
    reported: ReportedTime,
}

impl PreparedProgram {
    /// Nanoseconds that the program took to load it, its imports among them, where it says that.
    #[must_use]
    pub fn load_ns(&self) -> Option<u64> {
        self.load_ns
    }

    /// By how many bytes one call on an input raises the memory of the program's process; none where it does not tell.
    ///
    /// # Errors
    /// The program does not know the request, or the call failed.
    pub fn peak_bytes(&mut self, input: usize) -> Result<Option<u64>, Failure> {
        let slot = self.slot()?;
        match self.contender.program.ask(&ProgramRequest::Memory { slot, input }) {
            Ok(ProgramReply::Memory { peak_bytes }) => Ok(peak_bytes),
            Ok(other) => Err(Failure(format!("the program answered {other:?} when it was asked for memory"))),
            Err(error) => Err(Failure(error.to_string())),
        }
    }

    /// Its slot, loaded again if another contender of the same program has brought the program down meanwhile.
    fn slot(&mut self) -> Result<u64, Failure> {
        if self.is_lost() {
            let loaded = self.contender.load(&self.workload, &self.inputs);
            (self.slot, _) = loaded.map_err(|error| Failure(error.to_string()))?;
        }
        Ok(self.slot.number)
    }

    fn is_lost(&self) -> bool {
        let program = &self.contender.program;
        !program.runs() || program.processes.load(Ordering::SeqCst) != self.slot.process
    }

    /// Nanoseconds of untimed calls before those that are timed: none where nothing is known of the contender yet, and
    /// none for a single call of single-call timing, to which it would add a whole one.
    fn settling_ns(&self) -> u64 {
        self.call_ns.filter(|&ns| ns <= SLOW_CALL_NS).map_or(0, |_| SETTLING_NS)
    }
}

impl Prepared for PreparedProgram {
    fn run(&mut self, input: usize, loops: u64) -> Result<(), Failure> {
        let slot = self.slot()?;
        let clock = Monotonic::new();
        let settle_ns = self.settling_ns();
        let ran = self.contender.program.ask(&ProgramRequest::Run { slot, input, loops, settle_ns });
        match ran.map_err(|error| Failure(error.to_string()))? {
            ProgramReply::Ran { ns } => {
                let on_copies = self.contender.program.handing == Handing::FreshCopies;
                let beside =
                    if on_copies || self.workload.task == Task::Made { Beside::Much } else { Beside::Little };
                self.reported.check(ns, clock.now_ns(), beside)?;
                self.input = input;
                self.own_ns = Some(ns);
                self.call_ns = Some(ns / loops.max(1));
                if on_copies {
                    let copy_ns = clock.now_ns().saturating_sub(ns) / loops.max(1);
                    self.most_loops = Some((COPIES_NS / copy_ns.max(1)).max(1));
                }
                Ok(())
            }
            other => Err(Failure(format!("the program answered {other:?} when it was to run"))),
        }
    }

    fn own_ns(&self) -> Option<u64> {
        self.own_ns
    }

    fn most_loops(&self) -> Option<u64> {
        self.most_loops
    }

    fn answer(&mut self) -> Result<Answer, Failure> {
        if self.is_lost() {
            self.run(self.input, 1)?;
        }
        let (process, program) = (std::process::id(), &self.contender.program);
        let file = format!("program-{process}-{}-{}-answer", address(program), self.slot.number);
        let path = program.folder.join(file);
        let written = program.ask(&ProgramRequest::Answer { slot: self.slot.number, path: &path });
        let written = written.map_err(|error| Failure(error.to_string()))?;
        if matches!(written, ProgramReply::Compared { .. }) != (self.workload.task == Task::Made) {
            return Err(Failure(
                "the program did not answer as docs/protocol.md says for this task".to_owned(),
            ));
        }
        if let ProgramReply::Compared { difference } = written {
            return Ok(Answer::Compared(difference.as_deref().map(one_line)));
        }
        let unread = |reason: String| Failure(format!("its answer cannot be read: {reason}"));
        let bytes = std::fs::read(&path).map_err(|error| unread(error.to_string()))?;
        let layout = match self.inputs.first().and_then(Data::recording) {
            Some(signal) => Layout::Count { channels: signal.channels().len(), rows: signal.rows() },
            None => Layout::Series,
        };
        let file = InputFile { path, sha256: sha256(&bytes), layout };
        let answer = file.read_answer().map_err(|error| unread(error.to_string()));
        // a file that cannot be removed goes with its folder
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
        // a program that has ended holds nothing: it must not be started for this
        if !self.is_lost() {
            let program = &self.contender.program;
            // a program that does not answer is killed
            let _ =
                program.within(DROP_LIMIT, || program.ask(&ProgramRequest::Drop { slot: self.slot.number }));
        }
    }
}
