//! How many instructions and branches does one call execute?
//!
//! A worker is started under Valgrind's callgrind, which counts what the function that is timed executes and writes one
//! file for each batch. Counts do not depend on what else the machine does. Callgrind knows no AVX-512: a kernel that
//! chooses its instruction set by the processor is counted in its AVX2 form.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use breakeven_record::place::Place;
use serde::{Deserialize, Serialize};

use crate::job::Job;
use crate::process::{Group, Halt, Lines, Process, last_printed};
use crate::protocol::{ContenderRequest, Pace, Purpose, Reply, Request, Visit, Visited};
use crate::tally::VisitPlan;

/// Calls of the batch whose counts are divided by them: what happens once a batch then hardly counts.
const CALLS: u64 = 10;

/// The function whose instructions are counted, as Valgrind names it.
const COUNTED: &str = "breakeven_measure::context::timed_batch";

/// What one call executes, on the first input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Instructions.
    pub instructions: u64,
    /// Branches, conditional and indirect.
    pub branches: u64,
}

impl Counts {
    /// Whether another version executes as many, but for one in two hundred.
    #[must_use]
    pub fn are_as_many_as(self, other: Self) -> bool {
        let close = |one: u64, two: u64| one.abs_diff(two) * 200 <= one.max(two);
        close(self.instructions, other.instructions) && close(self.branches, other.branches)
    }
}

/// Why nothing can be counted.
#[derive(Debug, thiserror::Error)]
pub enum CountError {
    /// There is no Valgrind, or it cannot be started.
    #[error("valgrind does not start ({0}); install it with: apt install valgrind")]
    NoValgrind(std::io::Error),
    /// Its files cannot be written.
    #[error("its files cannot be written: {0}")]
    Io(std::io::Error),
    /// The worker ended, or replied what is no reply.
    #[error("the worker ended under valgrind{0}")]
    Ended(String),
    /// A contender cannot be counted.
    #[error("{0}")]
    Contender(String),
    /// The program has no function whose instructions are counted.
    #[error("its program is from before instructions were counted")]
    TooOld,
}

/// A worker under callgrind.
#[derive(Debug)]
pub struct Counter {
    process: Process,
    lines: Lines,
    folder: PathBuf,
    /// Files that callgrind has written so far: each process numbers its own from 1.
    files: usize,
}

impl Counter {
    /// Starts the worker of a program. `folder` is for the files of this counter and of no other, and the caller's to
    /// remove.
    ///
    /// # Errors
    /// There is no Valgrind.
    pub fn start(program: &Path, folder: &Path, halt: &Halt) -> Result<Self, CountError> {
        let (note, output) = (folder.join("note"), folder.join("output"));
        for file in [&note, &output] {
            std::fs::write(file, "").map_err(CountError::Io)?;
        }
        let mut command = Command::new("valgrind");
        command
            .args(["--tool=callgrind", "--quiet", "--branch-sim=yes", "--combine-dumps=no"])
            .args([format!("--zero-before={COUNTED}"), format!("--dump-after={COUNTED}")])
            .arg(format!("--callgrind-out-file={}", folder.join("counts").display()))
            .arg(program)
            .arg("worker")
            .arg("--note")
            .arg(&note)
            .arg("--output")
            .arg(&output)
            // otherwise the first call of a function would count the search for it
            .env("LD_BIND_NOW", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut process =
            Process::spawn(&mut command, &Group::Own(halt.clone())).map_err(CountError::NoValgrind)?;
        let lines = process.take_lines().map_err(CountError::Io)?;
        Ok(Self { process, lines, folder: folder.to_owned(), files: 0 })
    }

    /// Counts one call of a contender of the plan's job.
    ///
    /// # Errors
    /// The worker has ended, the program is too old, or the contender cannot be called.
    pub fn count(&mut self, plan: &VisitPlan<'_>, contender: &str) -> Result<Counts, CountError> {
        let Job { workload, baseline, .. } = plan.job;
        let pace = Pace::Rounds { loops: CALLS, batch_ns: 1 };
        let visit = Visit {
            workload: workload.clone(),
            inputs: plan.inputs.to_vec(),
            expected: plan.expected.to_vec(),
            baseline: baseline.clone(),
            contenders: vec![ContenderRequest {
                id: contender.to_owned(),
                pace: Some(pace),
                whole_call: false,
            }],
            seed: plan.seed,
            purpose: Purpose::Verify,
            place: Place::Worker,
        };
        let reply = self.lines.exchange(&Request::Visit(Box::new(visit)), u64::MAX);
        match reply.and_then(|line| serde_json::from_str(&line).ok()) {
            Some(Reply::Visited { contenders }) => self.after(plan.inputs.len(), &contenders),
            Some(Reply::Error { message }) => Err(CountError::Contender(message)),
            Some(Reply::Hello { .. }) | None => {
                let output = last_printed(&self.folder.join("output"));
                // the process is of no more use, however it ends
                drop(self.process.end());
                Err(CountError::Ended(output))
            }
        }
    }

    /// Reads the count of the first batch after the calls that verify, one an input.
    fn after(&mut self, inputs: usize, visited: &[Visited]) -> Result<Counts, CountError> {
        let before = self.files;
        while self.file(self.files + 1).exists() {
            self.files += 1;
        }
        if let Some(reason) = visited.iter().find_map(|contender| contender.findings.reason.clone()) {
            return Err(CountError::Contender(reason));
        }
        let text = std::fs::read_to_string(self.file(before + inputs + 1)).map_err(|_| CountError::TooOld)?;
        counts(&text).ok_or(CountError::TooOld)
    }

    fn file(&self, number: usize) -> PathBuf {
        self.folder.join(format!("counts.{number}"))
    }
}

/// Instructions and branches per call, in a file of callgrind: `events: Ir Bc Bcm Bi Bim` and `totals: ...`.
fn counts(text: &str) -> Option<Counts> {
    let words = |name: &str| Some(text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace());
    let (events, totals) = (words("events:")?, words("totals:").or_else(|| words("summary:"))?);
    let of = |event: &str| -> Option<u64> {
        events.clone().zip(totals.clone()).find(|(name, _)| *name == event)?.1.parse().ok()
    };
    Some(Counts { instructions: of("Ir")? / CALLS, branches: (of("Bc")? + of("Bi")?) / CALLS })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_totals_of_a_file_are_divided_by_the_calls() {
        let text = "version: 1\nevents: Ir Bc Bcm Bi Bim\nfn=(1)\n1 2\ntotals: 12345 1000 3 250 7\n";
        assert_eq!(counts(text), Some(Counts { instructions: 1234, branches: 125 }));
        assert_eq!(counts("events: Ir\ntotals: 1\n"), None, "branches were not counted");
    }

    #[test]
    fn a_difference_of_one_in_two_hundred_is_none() {
        let of = |instructions, branches| Counts { instructions, branches };
        assert!(of(1000, 200).are_as_many_as(of(1005, 199)));
        assert!(!of(1000, 200).are_as_many_as(of(1006, 200)));
        assert!(!of(1000, 200).are_as_many_as(of(1000, 202)));
    }
}
