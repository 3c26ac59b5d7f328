//! Can the plan of a record be finished here?

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::anyhow;
use breakeven_measure::input_file::InputFile;
use breakeven_measure::job::Job;
use breakeven_problem::Source;
use breakeven_record::{Plan, Record};
use clap::Parser as _;

use crate::arguments::{Command, CommandLine, RunArguments};
use crate::record_folder::{RecordFolder, read, record_file};
use crate::stop::Stop;

/// A record whose plan is to be finished.
pub(crate) struct Resumed {
    /// Where it lies, locked.
    pub(crate) folder: RecordFolder,
    /// What it holds so far.
    pub(crate) record: Record,
}

impl Resumed {
    /// Reads a record, or the one in a folder, and locks it: no other run writes to it before it is resumed.
    ///
    /// # Errors
    /// Another run is writing to it (exit code 1), it cannot be read (2), or has another schema (5).
    pub(crate) fn read(path: &Path) -> Result<Self, Stop> {
        let path = record_file(path);
        let folder = RecordFolder::of(&path)?;
        Ok(Self { record: read(&path)?, folder })
    }

    /// The arguments that the record was made with. What it cannot have kept (a recording's folder) and what does not
    /// matter to a figure (the format, the required contenders) come from those of now.
    ///
    /// # Errors
    /// The recording is not named again (2), or this version does not know the record's arguments (5).
    pub(crate) fn arguments(&self, now: &RunArguments) -> Result<RunArguments, Stop> {
        let words = std::iter::once("breakeven").chain(self.record.command.iter().map(String::as_str));
        let Ok(CommandLine { command: Command::Run(mut then) }) = CommandLine::try_parse_from(words) else {
            let is_of_compare = self.record.command.first().is_some_and(|word| word == "compare");
            return Err(self.not_comparable(if is_of_compare {
                "is of a comparison, which cannot be resumed"
            } else {
                "was not made by a command that this version knows"
            }));
        };
        match (&then.selection.workloads.recording, &now.selection.workloads.recording) {
            (Some(name), None) => {
                return Err(Stop::usage(anyhow!(
                    "--resume: the run was on the recording {}: name it again with --recording FILE",
                    name.display()
                )));
            }
            (None, Some(name)) => {
                return Err(Stop::usage(anyhow!(
                    "--recording {}: the run to resume was not on a recording of its own",
                    name.display()
                )));
            }
            _ => {}
        }
        if then.selection.interpreter.len() != now.selection.interpreter.len() {
            return Err(Stop::usage(anyhow!(
                "--resume: the run was in {} further interpreters: name the same with --interpreter PATH",
                then.selection.interpreter.len()
            )));
        }
        then.selection.workloads.recording.clone_from(&now.selection.workloads.recording);
        then.selection.interpreter.clone_from(&now.selection.interpreter);
        then.selection.format = now.selection.format;
        then.measuring.require.clone_from(&now.measuring.require);
        then.measuring.dry_run = now.measuring.dry_run;
        // the stages are part of the plan; how much time they may take is not
        if now.measuring.budget.is_some() {
            if !then.measuring.until_resolved && then.measuring.budget.is_none() {
                return Err(Stop::usage(anyhow!(
                    "--budget: the run to resume has one stage, and its intervals are not widened for more"
                )));
            }
            then.measuring.budget = now.measuring.budget;
        }
        Ok(then)
    }

    /// Whether the record's arguments still come to the same plan.
    ///
    /// # Errors
    /// They do not (5).
    pub(crate) fn check_plan(&self, plan: &Plan) -> Result<(), Stop> {
        let then = Plan { pinned_to: None, ..self.record.plan.clone() };
        if then == *plan {
            return Ok(());
        }
        let strange = then.workloads.iter().find(|id| !plan.workloads.contains(id));
        Err(self.not_comparable(&match strange {
            Some(id) => format!("has {id}, which cannot be made here"),
            None => "has another plan than the same arguments make here".to_owned(),
        }))
    }

    /// Whether the recordings of finished workloads still have the same samples, whatever they are called.
    ///
    /// # Errors
    /// One is not (5).
    pub(crate) fn check_recordings(&self, jobs: &[Job]) -> Result<(), Stop> {
        for job in jobs {
            let (Source::Recording { name, .. }, Some(finished)) =
                (&job.workload.source, self.record.workload(&job.workload.id))
            else {
                continue;
            };
            let found: Vec<String> = (job.inputs)().iter().map(InputFile::sha256_of).collect();
            if found != finished.input.sha256 {
                return Err(self.not_comparable(&format!(
                    "was measured on another recording of the name {name} (SHA-256 {}, not {})",
                    finished.input.sha256.join(", "),
                    found.join(", ")
                )));
            }
        }
        Ok(())
    }

    fn not_comparable(&self, why: &str) -> Stop {
        not_comparable(self.folder.record(), why)
    }
}

/// The record that lies at `path`, to be continued, where `fresh` is what a new run would start from.
///
/// # Errors
/// Machine, software or build are not the same (exit code 5).
pub(crate) fn continued(path: &Path, known: Record, fresh: &Record) -> Result<Record, Stop> {
    if known.environment.key != fresh.environment.key {
        let (then, now) = (&known.environment.facts, &fresh.environment.facts);
        let names = then.keys().chain(now.keys().filter(|name| !then.contains_key(*name)));
        let changed: Vec<String> = names
            .filter(|name| then.get(*name) != now.get(*name))
            .map(|name| {
                let shown = |facts: &BTreeMap<String, String>| {
                    facts.get(name).cloned().unwrap_or_else(|| "nothing".to_owned())
                };
                format!("{name} was {}, is {}", shown(then), shown(now))
            })
            .collect();
        return Err(not_comparable(path, &format!("is of another environment: {}", changed.join("; "))));
    }
    if known.tool != fresh.tool {
        return Err(not_comparable(path, "was made by another build of breakeven"));
    }
    if known.plan.pinned_to != fresh.plan.pinned_to {
        return Err(not_comparable(path, "was measured on another processor"));
    }
    Ok(known)
}

fn not_comparable(path: &Path, why: &str) -> Stop {
    Stop::not_comparable(anyhow!("--resume: {} {why}: start a new run", path.display()))
}
