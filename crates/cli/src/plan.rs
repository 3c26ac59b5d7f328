//! What did a run set out to do, and can another one go on with it?

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::anyhow;
use breakeven_estimate::policy;
use breakeven_measure::clock::utc_now;
use breakeven_measure::crew::Crew;
use breakeven_measure::environment::{context_now, environment, machine_facts};
use breakeven_measure::input_file::InputFile;
use breakeven_measure::job::Job;
use breakeven_problem::Source;
use breakeven_record::contender_id::is_control;
use breakeven_record::warning::{Warning, WarningKind};
use breakeven_record::{Mode, Plan, Record, SCHEMA, Tool};
use clap::Parser as _;

use crate::arguments::{Command, CommandLine, RunArguments};
use crate::commands::report::{RECORD_FILE, read};
use crate::record_folder::RecordFolder;
use crate::recorded_command::recorded;
use crate::selection;
use crate::stop::Stop;

/// What these jobs come to, before anybody is asked.
pub(crate) fn plan(arguments: &RunArguments, jobs: &[Job]) -> Plan {
    let mode = selection::mode(arguments.what.mode);
    let stages = if arguments.until_resolved || arguments.budget.is_some() { policy::STAGES } else { 1 };
    let comparisons = stages * if mode == Mode::Quick { 1 } else { comparisons(jobs) };
    let processes =
        if mode == Mode::Quick { policy::QUICK_PROCESSES } else { policy::processes(comparisons) };
    Plan {
        mode,
        seed: arguments.what.recording.seed,
        processes,
        pinned_to: None,
        workloads: jobs.iter().map(|job| job.workload.id.clone()).collect(),
        comparisons,
        stages,
    }
}

/// A record of this plan in which nothing is measured yet.
pub(crate) fn new_record(plan: Plan, crew: &Crew, label: String, isa: &str) -> Record {
    let mut facts = machine_facts();
    facts.extend(crew.facts.clone());
    facts.insert("rustc".to_owned(), env!("BREAKEVEN_RUSTC").to_owned());
    facts.insert("isa".to_owned(), isa.to_owned());
    if cfg!(debug_assertions) {
        facts.insert("profile".to_owned(), "debug".to_owned());
    }
    let not_empty = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Record {
        schema: SCHEMA.to_owned(),
        created: utc_now(),
        label,
        command: recorded(std::env::args_os().skip(1)),
        complete: false,
        tool: Tool {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: not_empty(env!("BREAKEVEN_COMMIT")),
            dirty: env!("BREAKEVEN_DIRTY").parse().ok(),
        },
        environment: environment(facts, context_now()),
        plan: Plan { pinned_to: crew.pinned_to, ..plan },
        warnings: cfg!(debug_assertions).then(debug_build).into_iter().chain(crew.not_pinned()).collect(),
        crashes: Vec::new(),
        stages: BTreeMap::new(),
        accuracy: None,
        ownership: None,
        workloads: Vec::new(),
    }
}

fn debug_build() -> Warning {
    let kind = WarningKind::DebugBuild;
    Warning {
        kind,
        workload: None,
        contender: None,
        found: "a debug build measured: its Rust figures mean nothing".to_owned(),
        advice: kind.advice().to_owned(),
        percent_of_limit: None,
    }
}

/// Comparisons that are made at once on the largest workload.
fn comparisons(jobs: &[Job]) -> usize {
    let compared =
        |job: &Job| job.contenders.iter().filter(|id| !is_control(id) && **id != job.baseline).count();
    policy::comparisons(jobs.iter().map(compared).max().unwrap_or(0))
}

/// A record whose plan is to be finished.
pub(crate) struct Resumed {
    /// Where it lies, locked.
    pub(crate) folder: RecordFolder,
    /// What it holds so far.
    pub(crate) record: Record,
}

impl Resumed {
    /// Reads a record, or the one in a folder, which nobody else writes to from now on: what is read stays true until
    /// it is gone on with.
    ///
    /// # Errors
    /// Another run is writing to it (exit code 1), it cannot be read (2), or has another schema (5).
    pub(crate) fn read(path: &Path) -> Result<Self, Stop> {
        let path = if path.is_dir() { path.join(RECORD_FILE) } else { path.to_owned() };
        let folder = RecordFolder::of(&path)?;
        Ok(Self { record: read(&path)?, folder })
    }

    /// The arguments of then, with what cannot have been kept (a recording's folder) and what does not
    /// matter to a figure (the format, who is required) from those of now.
    ///
    /// # Errors
    /// The recording is not named again (2), or the arguments of then are none of this version (5).
    pub(crate) fn arguments(&self, now: &RunArguments) -> Result<RunArguments, Stop> {
        let words = std::iter::once("breakeven").chain(self.record.command.iter().map(String::as_str));
        let Ok(CommandLine { command: Command::Run(mut then) }) = CommandLine::try_parse_from(words) else {
            let is_of_compare = self.record.command.first().is_some_and(|word| word == "compare");
            return Err(self.not_comparable(match is_of_compare {
                true => "is of a comparison, which cannot be gone on with",
                false => "was not made by a command that this version knows",
            }));
        };
        match (&then.what.recording.recording, &now.what.recording.recording) {
            (Some(name), None) => {
                return Err(Stop::usage(anyhow!(
                    "--resume: the run was on the recording {}: name it again with --recording FILE",
                    name.display()
                )));
            }
            (None, Some(name)) => {
                return Err(Stop::usage(anyhow!(
                    "--recording {}: the run to go on with was not on a recording of its own",
                    name.display()
                )));
            }
            _ => {}
        }
        if then.what.interpreter.len() != now.what.interpreter.len() {
            return Err(Stop::usage(anyhow!(
                "--resume: the run was in {} further interpreters: name the same with --interpreter PATH",
                then.what.interpreter.len()
            )));
        }
        then.what.recording.recording.clone_from(&now.what.recording.recording);
        then.what.interpreter.clone_from(&now.what.interpreter);
        then.what.format = now.what.format;
        then.require.clone_from(&now.require);
        then.dry_run = now.dry_run;
        // the looks are part of the plan; how long one waits for them is not
        if now.budget.is_some() {
            if !then.until_resolved && then.budget.is_none() {
                return Err(Stop::usage(anyhow!(
                    "--budget: the run to go on with was to have one look, and its intervals are not widened for more"
                )));
            }
            then.budget = now.budget;
        }
        Ok(then)
    }

    /// Whether the arguments of then still come to the same plan.
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

    /// Whether the recordings of finished workloads are those of then, whatever they are called.
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

/// The record that lies at `path`, to go on with, where `fresh` is what a new run would start from.
///
/// # Errors
/// Machine, software or build are not the same (exit code 5).
pub(crate) fn go_on(path: &Path, known: Record, fresh: &Record) -> Result<Record, Stop> {
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

#[cfg(test)]
mod tests {
    use breakeven_estimate::sign_test_rank;
    use breakeven_problem::{Distribution, Workload};

    use super::*;

    fn job(contenders: usize) -> Job {
        Job {
            workload: Workload::whole(Distribution::Uniform, 25, "test"),
            inputs: Box::new(Vec::new),
            note: None,
            baseline: "rust/0".to_owned(),
            contenders: (0..=contenders).map(|number| format!("rust/{number}")).collect(),
            whole_call: None,
            expected: None,
        }
    }

    #[test]
    fn a_run_has_an_interval_at_its_first_look_unless_it_is_a_quick_one_of_several() {
        #[rustfmt::skip]
        let table: [(&str, usize, usize, usize, bool); 7] = [
            // arguments, contenders beside the baseline, processes, comparisons, interval at the first look
            ("", 19, 10, 20, true),
            ("", 70, 12, 71, true),
            ("--until-resolved", 4, 10, 15, true),
            ("--until-resolved", 19, 12, 60, true),
            ("--budget 5m", 19, 12, 60, true),
            ("--quick", 19, 6, 1, true),
            ("--quick --until-resolved", 19, 6, 3, false),
        ];
        for (arguments, contenders, processes, comparisons, interval) in table {
            let words = "breakeven run".split(' ').chain(arguments.split_whitespace());
            let Ok(CommandLine { command: Command::Run(run) }) = CommandLine::try_parse_from(words) else {
                panic!("{arguments}");
            };
            let plan = plan(&run, &[job(contenders)]);
            assert_eq!((plan.processes, plan.comparisons), (processes, comparisons), "{arguments}");
            assert_eq!(sign_test_rank(processes, comparisons).is_some(), interval, "{arguments}");
        }
    }
}
