//! How small a difference could a run here tell?

use anyhow::anyhow;
use breakeven_cli::{registry, workloads};
use breakeven_estimate::policy::QUICK_PROCESSES;
use breakeven_estimate::{Noise, minimum_detectable_percent, noise};
use breakeven_measure::clock::Monotonic;
use breakeven_measure::cores::last_allowed;
use breakeven_measure::crew::{Crew, CrewError, CrewSetup};
use breakeven_measure::environment::memory_limit_bytes;
use breakeven_measure::process::Halt;
use breakeven_measure::run::{self, Budget, Files, RunError};
use breakeven_record::contender_id::AA_CONTROL;
use breakeven_record::contender_id::is_control;
use breakeven_record::{Mode, Plan};

use super::Finding;
use crate::commands::run::worker_command;
use crate::plan;
use crate::stop::Stop;

/// What is worth no word: the least margin, and half as much for the width of the interval.
const GOOD_PERCENT: f64 = 3.0;

/// As of a run that is told none.
const SEED: u64 = 1;

/// Measures the talk's corner case with nobody but the baseline, its twin and the controls, as a quick run
/// would: what it says of the twin is what a run here could tell apart.
pub(super) fn finding(halt: Halt) -> Result<Finding, Stop> {
    let what = "resolution";
    let registry = registry::registry();
    let corner =
        workloads::seeded(Mode::Quick).into_iter().find(|workload| workload.length == workloads::CORNER_CASE);
    let Some(workload) = corner else {
        return Err(Stop::ours(anyhow!("the quick table has no corner case")));
    };
    let baseline = registry::baseline(&workload);
    let mut contenders = workloads::offering(&registry.contenders, &workload);
    contenders.retain(|id| id == baseline || is_control(id));
    contenders.push(AA_CONTROL.to_owned());
    let job = workloads::seeded_job(workload, SEED, contenders);
    let scratch = tempfile::tempdir().map_err(Stop::ours)?;
    let crew = Crew::start(CrewSetup {
        command: worker_command()?,
        folder: scratch.path().to_owned(),
        processes: QUICK_PROCESSES,
        pin: Some(last_allowed()),
        memory_bytes: memory_limit_bytes(None),
        halt,
    });
    let measured = crew.map_err(RunError::from).and_then(|mut crew| {
        let plan = Plan {
            mode: Mode::Quick,
            seed: SEED,
            processes: QUICK_PROCESSES,
            pinned_to: None,
            workloads: vec![job.workload.id.clone()],
            comparisons: 1,
            stages: 1,
        };
        let mut record = plan::new_record(plan, &crew, "doctor".to_owned(), "");
        let clock = Monotonic::new();
        let path = scratch.path().join("record.json");
        let files = Files { record: &path, scratch: scratch.path() };
        let budget = Budget { clock: &clock, limit_ns: None };
        run::run(&registry, &mut crew, std::slice::from_ref(&job), &mut record, files, budget, &mut |_| {})?;
        Ok(record)
    });
    let record = match measured {
        Ok(record) => record,
        Err(RunError::Crew(CrewError::Halted)) => return Err(Stop::interrupted(anyhow!("interrupted"))),
        Err(error) => {
            return Ok(Finding::note(what, format!("cannot be measured: {error}"), "run scripts/prepare"));
        }
    };
    let workload = record.workload(&job.workload.id);
    let seen =
        workload.and_then(|workload| Some((noise(workload)?, minimum_detectable_percent(workload, 1)?)));
    Ok(match seen {
        Some((noise, percent)) => judged(&job.baseline, noise, percent),
        None => Finding::note(what, "the baseline was not measured", "see `breakeven verify -t whole -n 25`"),
    })
}

fn judged(baseline: &str, noise: Noise, percent: f64) -> Finding {
    let found = format!(
        "{baseline} against itself on 25 values, {QUICK_PROCESSES} processes: {:.3} to {:.3} times; \
         differences from {percent:.1} % on can be told",
        noise.aa_control.low, noise.aa_control.high
    );
    if noise.vetoed() {
        let advice = "too noisy for verdicts: stop what else runs, or measure at another hour";
        Finding::note("resolution", found, advice)
    } else if percent > GOOD_PERCENT {
        let advice = "a longer run tells smaller ones: `breakeven run --until-resolved`";
        Finding::note("resolution", found, advice)
    } else {
        Finding::good("resolution", found)
    }
}

#[cfg(test)]
mod tests {
    use breakeven_estimate::Estimate;

    use super::super::State;
    use super::*;

    #[test]
    fn what_a_noisy_twin_says_is_noted_and_a_quiet_one_good() {
        let noise = |low: f64, high: f64| Noise {
            aa_control: Estimate { value: 1.0, low, high },
            threshold: (1.0 - low).max(high - 1.0).max(0.02),
        };
        assert_eq!(judged("x", noise(0.999, 1.001), 2.1).state, State::Good);
        assert_eq!(judged("x", noise(0.96, 1.04), 8.0).state, State::Note);
        assert_eq!(judged("x", noise(0.8, 1.3), 60.0).state, State::Note);
    }
}
