//! What do a worker and a program say to each other?
//!
//! One JSON object per line: requests on the program's standard input, replies on its standard output. What
//! it writes to its standard error is kept in a file, whose last line goes behind how it died.
//! docs/protocol.md describes it for other implementations.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use breakeven_problem::{Absence, InputForm, Task};
use serde::{Deserialize, Serialize};

use crate::crew::{how_it_ended, tail};
use crate::input_file::InputFile;
use crate::process::{Group, Process};
use crate::protocol::WorkerCommand;

/// A longer line is no reply: whoever writes without end is not listened to without end.
const LONGEST_REPLY: u64 = 1 << 20;

/// The end of a process may come so much later than that of its pipe.
const END_AFTER_PIPE: Duration = Duration::from_millis(200);

/// The version both sides must name.
pub const PROGRAM_PROTOCOL: u32 = 1;

/// What a program is asked.
#[derive(Debug, Serialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub(super) enum Order<'a> {
    /// Who are you, and which of these packages do you have?
    Hello {
        protocol: u32,
        #[serde(skip_serializing_if = "<[String]>::is_empty")]
        packages: &'a [String],
    },
    /// Load something, and these inputs for it.
    Prepare {
        slot: u64,
        load: &'a serde_json::Value,
        task: Task,
        window: Option<usize>,
        ddof: usize,
        form: InputForm,
        inputs: &'a [InputFile],
    },
    /// Call it so often on one of its inputs.
    Run { slot: u64, input: usize, loops: u64 },
    /// Write what the last call returned to this file.
    Answer { slot: u64, path: &'a Path },
    /// Forget it.
    Drop { slot: u64 },
}

/// What a program answers.
#[derive(Debug, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub(super) enum Word {
    /// Who it is.
    Hello {
        protocol: u32,
        name: String,
        #[serde(default)]
        facts: BTreeMap<String, String>,
    },
    /// Done.
    Done,
    /// Done, in so many nanoseconds.
    Ran { ns: u64 },
    /// What was asked for raised, or cannot be used.
    Failed { reason: String },
    /// Something is missing.
    Absent {
        reason: String,
        #[serde(default)]
        install: Option<String>,
    },
}

/// A program that does not do what it is asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProgramError {
    /// Something is missing, perhaps the program.
    #[error(transparent)]
    Absent(#[from] Absence),
    /// What it was to load or run raised, or is no use.
    #[error("{0}")]
    Failed(String),
    /// It is dead, or does not speak the protocol.
    #[error("{0}")]
    Died(String),
}

/// A program that runs.
#[derive(Debug)]
pub(super) struct Conversation {
    process: Process,
    requests: ChildStdin,
    replies: BufReader<ChildStdout>,
    output: PathBuf,
    /// What it says it is.
    pub(super) name: String,
    /// What it says besides: versions of packages that it was asked for.
    pub(super) facts: BTreeMap<String, String>,
}

impl Conversation {
    /// Starts a program, to be greeted.
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
        let (requests, replies) = process.take_pipes().map_err(failed)?;
        let replies = BufReader::new(replies);
        Ok(Self { process, requests, replies, output, name: String::new(), facts: BTreeMap::new() })
    }

    /// Asks it who it is, and for the versions of these packages.
    pub(super) fn greet(&mut self, packages: &[String]) -> Result<(), ProgramError> {
        match self.ask(&Order::Hello { protocol: PROGRAM_PROTOCOL, packages })? {
            Word::Hello { protocol: PROGRAM_PROTOCOL, name, facts } => {
                self.name = one_line(&name);
                self.facts = facts;
                Ok(())
            }
            Word::Hello { protocol, .. } => Err(ProgramError::Died(format!(
                "the program speaks protocol {protocol}, and this version of breakeven speaks {PROGRAM_PROTOCOL}"
            ))),
            _ => Err(ProgramError::Died("the program did not say hello (docs/protocol.md)".to_owned())),
        }
    }

    /// The number of its process.
    pub(super) fn process(&self) -> u32 {
        self.process.id()
    }

    /// Asks, and sleeps until it answers.
    pub(super) fn ask(&mut self, order: &Order<'_>) -> Result<Word, ProgramError> {
        let Some(line) = self.exchange(order) else { return Err(ProgramError::Died(self.bury())) };
        match serde_json::from_str(&line) {
            Ok(Word::Failed { reason }) => Err(ProgramError::Failed(one_line(&reason))),
            Ok(Word::Absent { reason, install }) => {
                let install = install.as_deref().map(one_line);
                Err(Absence { reason: one_line(&reason), install }.into())
            }
            Ok(word) => Ok(word),
            Err(error) => {
                let start: String = line.trim_end().chars().take(80).collect();
                Err(ProgramError::Died(format!(
                    "the program answered {start:?}, which is no reply of docs/protocol.md: {error}"
                )))
            }
        }
    }

    /// The line that comes back, or `None` where nobody is there any more.
    fn exchange(&mut self, order: &Order<'_>) -> Option<String> {
        let mut text = serde_json::to_vec(order).ok()?;
        text.push(b'\n');
        self.requests.write_all(&text).ok()?;
        let mut line = String::new();
        let read = self.replies.by_ref().take(LONGEST_REPLY).read_line(&mut line);
        read.ok().filter(|&bytes| bytes > 0)?;
        Some(line)
    }

    /// How it died, and the last line it printed. One that has closed its pipe and lives on is killed.
    fn bury(&mut self) -> String {
        self.process.wait_at_most(END_AFTER_PIPE);
        let how = match self.process.end() {
            Ok(status) => how_it_ended(status),
            Err(error) => error.to_string(),
        };
        format!("{how}{}", tail(&self.output))
    }
}

/// A program's words as they are shown: in a table, or behind a name.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Drop for Conversation {
    fn drop(&mut self) {
        // a file left behind goes with its folder
        let _ = std::fs::remove_file(&self.output);
    }
}
