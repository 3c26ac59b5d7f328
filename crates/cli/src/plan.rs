//! What does a run set out to do?

use std::collections::BTreeMap;

use breakeven_estimate::policy;
use breakeven_measure::clock::utc_now;
use breakeven_measure::crew::Crew;
use breakeven_measure::environment::{context_now, environment, machine_facts};
use breakeven_measure::job::Job;
use breakeven_record::contender_id::is_control;
use breakeven_record::warning::{Warning, WarningKind};
use breakeven_record::{Mode, Plan, Record, SCHEMA, Tool};

use crate::arguments::MeasuringArguments;
use crate::recorded_command::recorded;

/// How often each workload may be measured: several times where verdicts are to be resolved.
pub(crate) fn stages(arguments: &MeasuringArguments) -> usize {
    if arguments.until_resolved || arguments.budget.is_some() { policy::STAGES } else { 1 }
}

/// What these jobs come to, before a worker has started.
pub(crate) fn plan(mode: Mode, seed: u64, stages: usize, jobs: &[Job]) -> Plan {
    let compared =
        |job: &Job| job.contenders.iter().filter(|id| !is_control(id) && **id != job.baseline).count();
    let (at_once, processes) = match mode {
        Mode::Quick => (1, policy::QUICK_PROCESSES),
        Mode::Default | Mode::Full => {
            let at_once = policy::comparisons(jobs.iter().map(compared).max().unwrap_or(0));
            (at_once, policy::processes(stages * at_once))
        }
    };
    Plan {
        mode,
        seed,
        processes,
        pinned_to: None,
        workloads: jobs.iter().map(|job| job.workload.id.clone()).collect(),
        comparisons: stages * at_once,
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
        completed_stages: BTreeMap::new(),
        accuracy: None,
        ownership: None,
        imported: None,
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

#[cfg(test)]
mod tests {
    use breakeven_cli::workloads::seeded_job;
    use breakeven_estimate::sign_test_rank;
    use breakeven_problem::{Distribution, Workload};
    use clap::Parser as _;

    use super::*;
    use crate::arguments::{Command, CommandLine};
    use crate::selection::mode;

    fn job(contenders: usize) -> Job {
        let workload = Workload::whole(Distribution::Uniform, 25, "test");
        let ids = (0..=contenders).map(|number| format!("rust/{number}")).collect();
        Job { baseline: "rust/0".to_owned(), ..seeded_job(workload, 1, ids) }
    }

    #[test]
    fn a_run_has_an_interval_at_its_first_stage_unless_it_is_a_quick_one_of_several() {
        #[rustfmt::skip]
        let table: [(&str, usize, usize, usize, bool); 7] = [
            // arguments, contenders beside the baseline, processes, comparisons, interval at the first stage
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
            let plan = plan(mode(&run.selection), 1, stages(&run.measuring), &[job(contenders)]);
            assert_eq!((plan.processes, plan.comparisons), (processes, comparisons), "{arguments}");
            assert_eq!(sign_test_rank(processes, comparisons).is_some(), interval, "{arguments}");
        }
    }
}
