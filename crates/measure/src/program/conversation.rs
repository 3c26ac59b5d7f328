//! How does a worker exchange requests and replies with a program?
//!
//! One JSON object per line: requests on the program's standard input, replies on its standard output. What
//! it writes to its standard error is kept in a file, whose last line is shown if the program dies.
//! docs/protocol.md describes it for other implementations.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use breakeven_problem::{Absence, InputForm, Task};
use serde::{Deserialize, Serialize};

use crate::input_file::InputFile;
use crate::printable::one_line;
use crate::process::{Group, Lines, Process, how_it_ended, last_printed};
use crate::protocol::WorkerCommand;

/// The longest line that is read as a reply, in bytes: a program may write without end.
const LONGEST_REPLY: u64 = 1 << 20;

/// A process may end this much later than its pipe.
const END_AFTER_PIPE: Duration = Duration::from_millis(200);

/// The version both sides must name.
pub const PROGRAM_PROTOCOL: u32 = 1;

/// What a program is asked.
#[derive(Debug, Serialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub(super) enum ProgramRequest<'a> {
    /// The greeting, which asks for the name, and for the versions of these packages.
    Hello {
        protocol: u32,
        #[serde(skip_serializing_if = "<[String]>::is_empty")]
        packages: &'a [String],
    },
    /// Load something, and these inputs for it, into a slot.
    Prepare {
        slot: u64,
        load: &'a serde_json::Value,
        task: Task,
        window: Option<usize>,
        ddof: usize,
        form: InputForm,
        inputs: &'a [InputFile],
        /// Whether each call is to have a fresh copy of its input.
        copies: bool,
    },
    /// Call what is loaded so many times on one of its inputs, after so many nanoseconds of calls that are not timed.
    Run { slot: u64, input: usize, loops: u64, settle_ns: u64 },
    /// Call what is loaded once on one of its inputs, and tell by how much that raises the memory of the process.
    Memory { slot: u64, input: usize },
    /// Write what the last call returned to this file.
    Answer { slot: u64, path: &'a Path },
    /// Free the slot.
    Drop { slot: u64 },
}

/// What a program answers.
#[derive(Debug, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub(super) enum ProgramReply {
    /// The answer to the greeting.
    Hello {
        protocol: u32,
        name: String,
        #[serde(default)]
        facts: BTreeMap<String, String>,
    },
    /// Done; of what was loaded, how long that took.
    Done {
        #[serde(default)]
        load_ns: Option<u64>,
    },
    /// By how many bytes a call has raised the memory of the process, where the system tells it.
    Memory { peak_bytes: Option<u64> },
    /// The answer compared with that of the reference: where the two differ, in one line.
    Compared { difference: Option<String> },
    /// Done, in so many nanoseconds.
    Ran { ns: u64 },
    /// What was asked for raised, or is not usable; perhaps it has spoilt the process for all others.
    Failed {
        reason: String,
        #[serde(default)]
        spoilt: bool,
    },
    /// Something is missing.
    Absent {
        reason: String,
        #[serde(default)]
        install: Option<String>,
    },
}

/// A request that a program has not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProgramError {
    /// Something is missing, perhaps the program itself.
    #[error(transparent)]
    Absent(#[from] Absence),
    /// What the program was to load or run raised, or is not usable.
    #[error("{0}")]
    Failed(String),
    /// What the program was to load or run has spoilt its process, which is ended.
    #[error("{0}")]
    Spoilt(String),
    /// The program is dead, or does not speak the protocol.
    #[error("{0}")]
    Died(String),
}

/// The conversation with a program that runs.
#[derive(Debug)]
pub(super) struct Conversation {
    process: Process,
    lines: Lines,
    output: PathBuf,
    /// Its name and version, as it states them.
    pub(super) name: String,
    /// What else it states: versions of packages that it was asked for.
    pub(super) facts: BTreeMap<String, String>,
}

impl Conversation {
    /// Starts a program, which is to be greeted next.
    pub(super) fn start(command: &WorkerCommand, folder: &Path, group: &Group) -> Result<Self, ProgramError> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let output = folder.join(format!("program-output-{}-{number}", std::process::id()));
        let failed = |source: std::io::Error| {
            let reason = format!("cannot start {}: {source}", command.program.display());
            ProgramError::Absent(Absence { reason, install: None })
        };
        let mut started = Command::new(&command.program);
        started.args(&command.arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        started.stderr(File::create(&output).map_err(failed)?);
        let mut process = Process::spawn(&mut started, group).map_err(failed)?;
        let lines = process.take_lines().map_err(failed)?;
        Ok(Self { process, lines, output, name: String::new(), facts: BTreeMap::new() })
    }

    /// Asks for its name, and for the versions of these packages.
    pub(super) fn greet(&mut self, packages: &[String]) -> Result<(), ProgramError> {
        match self.ask(&ProgramRequest::Hello { protocol: PROGRAM_PROTOCOL, packages })? {
            ProgramReply::Hello { protocol: PROGRAM_PROTOCOL, name, facts } => {
                self.name = one_line(&name);
                self.facts = facts;
                Ok(())
            }
            ProgramReply::Hello { protocol, .. } => Err(ProgramError::Died(format!(
                "the program speaks protocol {protocol}, and this version of breakeven speaks {PROGRAM_PROTOCOL}"
            ))),
            _ => Err(ProgramError::Died("the program did not say hello (docs/protocol.md)".to_owned())),
        }
    }

    /// The number of its process.
    pub(super) fn process(&self) -> u32 {
        self.process.id()
    }

    /// Sends a request, and sleeps until the reply comes.
    pub(super) fn ask(&mut self, request: &ProgramRequest<'_>) -> Result<ProgramReply, ProgramError> {
        let Some(line) = self.lines.exchange(request, LONGEST_REPLY) else {
            return Err(ProgramError::Died(self.reap()));
        };
        match serde_json::from_str(&line) {
            Ok(ProgramReply::Failed { reason, spoilt: false }) => {
                Err(ProgramError::Failed(one_line(&reason)))
            }
            Ok(ProgramReply::Failed { reason, spoilt: true }) => Err(ProgramError::Spoilt(one_line(&reason))),
            Ok(ProgramReply::Absent { reason, install }) => {
                let install = install.as_deref().map(one_line);
                Err(Absence { reason: one_line(&reason), install }.into())
            }
            Ok(reply) => Ok(reply),
            Err(error) => {
                let start: String = line.trim_end().chars().take(80).collect();
                Err(ProgramError::Died(format!(
                    "the program answered {start:?}, which is no reply of docs/protocol.md: {error}"
                )))
            }
        }
    }

    /// How the program ended, and the last line that it printed. One that has closed its pipe and still runs is killed.
    fn reap(&mut self) -> String {
        self.process.wait_at_most(END_AFTER_PIPE);
        format!("{}{}", how_it_ended(&self.process.end()), last_printed(&self.output))
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        // a file that cannot be removed goes with its folder
        let _ = std::fs::remove_file(&self.output);
    }
}
