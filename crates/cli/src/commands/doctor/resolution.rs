//! How small a difference could a run here tell?

use anyhow::anyhow;
use breakeven_cli::workloads;
use breakeven_estimate::policy::QUICK_PROCESSES;
use breakeven_estimate::{Noise, minimum_detectable_ratio, noise};
use breakeven_measure::clock::Monotonic;
use breakeven_measure::cores::last_allowed;
use breakeven_measure::crew::{Crew, CrewError, CrewSetup};
use breakeven_measure::process::Halt;
use breakeven_measure::run::{self, Budget, Files, RunError};
use breakeven_record::Mode;
use breakeven_record::contender_id::{AA_CONTROL, is_control};

use super::Finding;
use crate::plan;
use crate::session::Session;
use crate::stop::Stop;

/// Up to here a difference needs no advice: the least noise threshold, and half as much for the width of the interval.
const GOOD_PERCENT: f64 = 3.0;

/// The seed of a run by default.
const SEED: u64 = 1;

/// Measures the talk's corner case with the baseline, the A/A control and the other controls only, as a quick run
/// would: how far the A/A control is from the baseline is what a run here could tell apart.
pub(super) fn finding(halt: Halt) -> Result<Finding, Stop> {
    let what = "resolution";
    let session = Session::of_ours(&[])?;
    let corner =
        workloads::seeded(Mode::Quick).into_iter().find(|workload| workload.length == workloads::CORNER_CASE);
    let Some(workload) = corner else {
        return Err(Stop::ours(anyhow!("the quick table has no corner case")));
    };
    let baseline = workloads::baseline(&workload);
    let mut contenders = workloads::offering(&session.registry.contenders, &workload);
    contenders.retain(|id| id == baseline || is_control(id));
    contenders.push(AA_CONTROL.to_owned());
    let job = workloads::seeded_job(workload, SEED, contenders);
    let plan = plan::plan(Mode::Quick, SEED, 1, std::slice::from_ref(&job));
    let setup = session.crew_setup(plan.processes, halt)?;
    let crew = Crew::start(CrewSetup { pin: Some(last_allowed()), ..setup });
    let measured = crew.map_err(RunError::from).and_then(|mut crew| {
        let mut record = plan::new_record(plan, &crew, "doctor".to_owned(), "");
        let clock = Monotonic::new();
        let path = session.scratch().join("record.json");
        let files = Files { record: &path, scratch: session.scratch() };
        let budget = Budget { clock: &clock, limit_ns: None };
        let (registry, jobs) = (&session.registry, std::slice::from_ref(&job));
        run::run(registry, &mut crew, jobs, &mut record, files, budget, &mut |_| {})?;
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
    let seen = workload.and_then(|workload| Some((noise(workload)?, minimum_detectable_ratio(workload, 1)?)));
    Ok(match seen {
        Some((noise, ratio)) => judged(&job.baseline, noise, 100.0 * (ratio - 1.0)),
        None => Finding::note(what, "the baseline was not measured", "see `breakeven verify -t whole -n 25`"),
    })
}

fn judged(baseline: &str, noise: Noise, percent: f64) -> Finding {
    let found = format!(
        "{baseline} against itself on 25 values, {QUICK_PROCESSES} processes: {:.3} to {:.3} times; \
         differences from {percent:.1} % on can be told",
        noise.aa_control.low, noise.aa_control.high
    );
    if percent > GOOD_PERCENT {
        let advice = "stop what else runs, or measure longer: `breakeven run --until-resolved`";
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
    fn a_noisy_aa_control_is_noted_and_a_quiet_one_is_good() {
        let noise = |low: f64, high: f64| Noise {
            aa_control: Estimate { value: 1.0, low, high },
            threshold: (1.0 - low).max(high - 1.0).max(0.02),
        };
        assert_eq!(judged("x", noise(0.999, 1.001), 2.1).state, State::Good);
        assert_eq!(judged("x", noise(0.96, 1.04), 8.0).state, State::Note);
        assert_eq!(judged("x", noise(0.8, 1.3), 60.0).state, State::Note);
    }
}
