//! How long will a run take?
//!
//! What batches, single calls and starting processes take, added up: constants of two processors of an AMD EPYC (Zen 5),
//! within a factor of two of what the committed default run took. Said before a run that takes more than a minute.

use std::fmt::{Display, Formatter};
use std::time::Duration;

use breakeven_cli::interpreter::base;
use breakeven_cli::workloads::{ANEW, LONG_RUNGS};
use breakeven_measure::job::Job;
use breakeven_problem::{Source, Task, Workload};
use breakeven_record::{Plan, Record};

/// What a run will take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Forecast {
    /// Seconds, with one look at everything.
    once_s: f64,
    /// Seconds, with every look that the plan allows.
    most_s: f64,
    /// After which nothing begins.
    budget: Option<Duration>,
}

impl Forecast {
    /// Of these jobs, the first looks or those that come after what `known` holds.
    pub(crate) fn of(jobs: &[Job], plan: &Plan, known: Option<&Record>, budget: Option<Duration>) -> Self {
        let stages_left =
            |job: &Job| plan.stages - known.map_or(0, |record| record.completed_stages(&job.workload.id));
        let stage_s = |job: &Job| plan.processes as f64 * process_s(&job.workload, &job.contenders);
        let whole_calls_s: f64 = jobs.iter().filter(|job| job.whole_call.is_some()).map(whole_call_s).sum();
        let start_s = plan.processes as f64 * jobs.iter().map(start_s).fold(0.0, f64::max);
        let stages = jobs.iter().map(stages_left).max().unwrap_or(0);
        Self {
            once_s: start_s + whole_calls_s + jobs.iter().map(stage_s).sum::<f64>(),
            most_s: stages as f64 * start_s
                + whole_calls_s
                + jobs.iter().map(|job| stages_left(job) as f64 * stage_s(job)).sum::<f64>(),
            budget,
        }
    }

    /// Of this plan, where one process takes so many seconds for one look at everything.
    pub(crate) fn of_processes(process_s: f64, plan: &Plan, budget: Option<Duration>) -> Self {
        let once_s = plan.processes as f64 * process_s;
        Self { once_s, most_s: plan.stages as f64 * once_s, budget }
    }

    /// Whether anybody wants to know before it begins: it may take more than a minute.
    pub(crate) fn is_worth_saying(&self) -> bool {
        self.budget.map_or(self.most_s, |budget| self.most_s.min(budget.as_secs_f64())) > 60.0
    }
}

impl Display for Forecast {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        let minutes = |seconds: f64| (seconds / 60.0).ceil();
        match self.once_s {
            ..=30.0 => write!(formatter, "less than half a minute")?,
            ..=60.0 => write!(formatter, "about a minute")?,
            once_s => write!(formatter, "about {:.0} minutes", minutes(once_s))?,
        }
        if minutes(self.most_s) > minutes(self.once_s).max(1.0) {
            write!(formatter, ", up to {:.0} minutes while verdicts are open", minutes(self.most_s))?;
        }
        match self.budget {
            Some(budget) => write!(formatter, "; nothing begins after {} s (--budget)", budget.as_secs()),
            None => Ok(()),
        }
    }
}

/// Seconds that one process spends on a workload: batches of 0.3 ms in some eighteen rounds, and single calls of up to
/// 0.6 s.
fn process_s(workload: &Workload, contenders: &[String]) -> f64 {
    let all = contenders.len() as f64;
    let count = |slow: &[&str]| contenders.iter().filter(|id| slow.contains(&base(id))).count() as f64;
    match workload.task {
        Task::Whole | Task::Anatomy => all * (6e-3 + 0.75e-6 * workload.length.min(12_000) as f64),
        Task::Sliding if workload.length < 100_000 => 0.012 * all,
        Task::Sliding => 0.03 * all + 0.35 * count(&ANEW),
        // what costs most is the shortest legal prefix, which no contender is spared
        Task::Feedback | Task::Pedometer => {
            (0.35 * all + 0.3 * count(&LONG_RUNGS)) * (0.75 + channels(workload) / 12.0)
        }
    }
}

/// Seconds that the talk's own Python takes on a whole recording, at 11.5 µs a standard deviation.
fn whole_call_s(job: &Job) -> f64 {
    11.5e-6 * job.workload.units(job.workload.length) as f64
}

/// Seconds until a process has started and whoever is compiled or imported is ready.
fn start_s(job: &Job) -> f64 {
    0.5 + 0.06 * job.contenders.len() as f64
}

fn channels(workload: &Workload) -> f64 {
    match workload.source {
        Source::Recording { channels, .. } => channels as f64,
        _ => 3.0,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use breakeven_problem::Distribution;
    use breakeven_record::{Call, Samples, WorkloadRecord};

    use super::*;

    /// A job as it was asked for; of its input only the size matters here.
    fn job(measured: &WorkloadRecord) -> Job {
        let (length, channels) = (measured.length, measured.input.channels);
        let mut workload = match (measured.task.as_str(), measured.window) {
            ("sliding", Some(window)) => Workload::sliding(Distribution::Uniform, length, window, ""),
            ("feedback", _) => Workload::recording(Task::Feedback, "hour", length, channels, ""),
            ("pedometer", _) => Workload::recording(Task::Pedometer, "hour", length, channels, ""),
            _ => Workload::whole(Distribution::Uniform, length, ""),
        };
        workload.id.clone_from(&measured.id);
        Job {
            workload,
            inputs: Box::new(Vec::new),
            note: None,
            baseline: measured.baseline.to_string(),
            contenders: measured.contenders.iter().map(|contender| contender.id.to_string()).collect(),
            whole_call: None,
            expected: None,
        }
    }

    /// Seconds of all samples and preparations: what is left out, mostly verification, is a tenth.
    fn measured_s(record: &Record) -> f64 {
        let contenders = record.workloads.iter().flat_map(|workload| &workload.contenders);
        let ns = contenders.map(|contender| {
            let with_rulers = |call: &Call| call.ns + call.ruler_before_ns + call.ruler_after_ns;
            let samples = contender.runs.iter().map(|run| match &run.samples {
                Samples::Rounds { batches_ns, .. } => batches_ns.iter().sum::<u64>(),
                Samples::Calls { calls } => calls.iter().map(with_rulers).sum(),
                Samples::WholeCall { call } => with_rulers(call),
            });
            samples.sum::<u64>() + contender.prepare_ns.iter().sum::<u64>()
        });
        ns.sum::<u64>() as f64 / 1e9
    }

    #[test]
    fn the_committed_default_run_took_what_is_forecast_within_a_factor_of_two() {
        // older records were made with longer batches and calls
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bench-results/20261124T055443Z-default");
        let record = Record::read(&path.join("record.json")).expect("it is committed");
        let jobs: Vec<Job> = record.workloads.iter().map(job).collect();
        let (forecast, took_s) = (Forecast::of(&jobs, &record.plan, None, None), measured_s(&record));
        let times = forecast.once_s / took_s;
        assert!((0.5..2.0).contains(&times), "{forecast}, took {took_s:.0} s");
    }

    #[test]
    fn what_is_said_tells_looks_and_budget_apart() {
        let budget = |seconds| Some(Duration::from_secs(seconds));
        let table = [
            (20.0, 20.0, None, "less than half a minute", false),
            (60.0, 60.0, None, "about a minute", false),
            (61.0, 61.0, None, "about 2 minutes", true),
            (520.0, 520.0, None, "about 9 minutes", true),
            (520.0, 1560.0, None, "about 9 minutes, up to 26 minutes while verdicts are open", true),
            (10.0, 30.0, None, "less than half a minute", false),
            (50.0, 150.0, None, "about a minute, up to 3 minutes while verdicts are open", true),
            (
                50.0,
                150.0,
                budget(60),
                "about a minute, up to 3 minutes while verdicts are open; nothing begins after 60 s (--budget)",
                false,
            ),
            (520.0, 520.0, budget(90), "about 9 minutes; nothing begins after 90 s (--budget)", true),
        ];
        for (once_s, most_s, budget, said, worth) in table {
            let forecast = Forecast { once_s, most_s, budget };
            assert_eq!((forecast.to_string().as_str(), forecast.is_worth_saying()), (said, worth));
        }
    }

    #[test]
    fn looks_and_the_whole_call_are_counted() {
        let plan = |stages| Plan {
            mode: breakeven_record::Mode::Full,
            seed: 1,
            processes: 10,
            pinned_to: None,
            workloads: Vec::new(),
            comparisons: stages,
            stages,
        };
        let hour = |whole_call| {
            let contenders = vec!["python/naive".to_owned(), "rust/naive".to_owned()];
            let workload = Workload::recording(Task::Pedometer, "hour", 359_786, 3, "");
            let baseline = "python/naive".to_owned();
            [Job {
                workload,
                inputs: Box::new(Vec::new),
                note: None,
                baseline,
                contenders,
                whole_call,
                expected: None,
            }]
        };
        let short = Forecast::of(&hour(None), &plan(1), None, None);
        assert!((short.most_s - short.once_s).abs() < 1e-9);
        let thrice = Forecast::of(&hour(None), &plan(3), None, None);
        assert!((thrice.once_s - short.once_s).abs() < 1e-9);
        assert!((thrice.most_s - 3.0 * short.once_s).abs() < 1e-9);
        // the talk's loop takes ten minutes for this hour, and once is enough
        let full = Forecast::of(&hour(Some("python/naive".to_owned())), &plan(3), None, None);
        for (with, without) in [(full.once_s, short.once_s), (full.most_s, thrice.most_s)] {
            assert!((550.0..750.0).contains(&(with - without)), "{with} {without}");
        }
    }
}
