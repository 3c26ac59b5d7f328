//! How long will a measurement take?
//!
//! What batches, single calls and starting processes take, added up: constants of two processors of an AMD EPYC (Zen 5),
//! within a factor of two of what the committed default run took, and the time of one call of a user's function, where
//! one was made. It is told before a measurement that takes more than a minute, and decides how many processes a
//! comparison has by default. While it runs, the progress bar tells the time left from what was measured.

use std::collections::BTreeMap;
use std::fmt::{Display, Formatter};
use std::time::Duration;

use breakeven_cli::workloads::{LONG_RUNGS, SLOW_WINDOWS};
use breakeven_measure::job::Job;
use breakeven_measure::probe::{LONGEST_CALL_NS, PREFIX_CALL_NS, SLOW_CALL_NS};
use breakeven_problem::{Source, Task, Workload};
use breakeven_record::contender_id::ContenderId;
use breakeven_record::{Plan, Record};

/// Contenders of ours whose single calls may be slow, with the seconds that one value of one window takes: CPython
/// 3.11, orders of magnitude.
const SECONDS_PER_VALUE: [(&str, f64); 2] = [("python/naive", 0.28e-6), ("python/statistics", 1.5e-6)];

/// Seconds of one call on the whole input, by workload and contender, as far as they were measured beforehand.
pub(crate) type CallSeconds = BTreeMap<(String, String), f64>;

/// What a measurement will take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Forecast {
    /// Seconds, with one stage of everything.
    pub(crate) once_s: f64,
    /// Seconds, with every stage that the plan allows.
    most_s: f64,
    /// The time after which nothing begins.
    budget: Option<Duration>,
}

impl Forecast {
    /// Of these jobs, from the first stage or those that come after what `known` holds.
    pub(crate) fn of(
        jobs: &[Job],
        plan: &Plan,
        known: Option<&Record>,
        calls: &CallSeconds,
        budget: Option<Duration>,
    ) -> Self {
        let stages_left =
            |job: &Job| plan.stages - known.map_or(0, |record| record.stages_of(&job.workload.id));
        let stage_s = |job: &Job| plan.processes as f64 * process_s(job, calls);
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

    /// Whether it is worth telling before it begins: it may take more than a minute.
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

/// Seconds that one process spends on a workload, once it has started.
fn process_s(job: &Job, calls: &CallSeconds) -> f64 {
    let call_s = |id: &String| calls.get(&(job.workload.id.clone(), id.clone())).copied();
    job.contenders.iter().map(|id| visit_s(&job.workload, &ContenderId::from(id), call_s(id))).sum()
}

/// Seconds that one process spends on a contender: batches of 0.3 ms in some eighteen rounds, or single calls of up to
/// 0.6 s; `call_s` is what one call takes, where that was measured.
fn visit_s(workload: &Workload, id: &ContenderId, call_s: Option<f64>) -> f64 {
    let seconds = |ns: u64| ns as f64 / 1e9;
    // half of the prefix, it, half as much again, and the shortest once more to verify it
    let prefixes_s = 3.5 * seconds(PREFIX_CALL_NS);
    let is_long = workload.length >= 100_000;
    let rounds_s = match workload.task {
        Task::Made => 0.02,
        Task::Whole | Task::Anatomy => 6e-3 + 0.75e-6 * workload.length.min(12_000) as f64,
        Task::Sliding if !is_long => 0.012,
        Task::Sliding if SLOW_WINDOWS.contains(&id.base()) => return 0.03 + prefixes_s,
        Task::Sliding => 0.03,
        // what costs most is the shortest legal prefix, which no contender is spared
        Task::Feedback | Task::Pedometer => {
            let rung_s = if LONG_RUNGS.contains(&id.base()) { 0.65 } else { 0.35 };
            return rung_s * (0.75 + channels(workload) / 12.0);
        }
    };
    let values = workload.units(workload.length) as f64 * workload.window.unwrap_or(workload.length) as f64;
    let known =
        SECONDS_PER_VALUE.iter().find(|(slow, _)| *slow == id.base()).map(|(_, each_s)| values * each_s);
    match call_s.or(known) {
        Some(call_s) if call_s > seconds(LONGEST_CALL_NS) => prefixes_s,
        Some(call_s) if call_s > seconds(SLOW_CALL_NS) => 2.0 * call_s,
        _ => rounds_s,
    }
}

/// Seconds that the talk's own Python takes on a whole recording, at 11.5 µs a standard deviation.
fn whole_call_s(job: &Job) -> f64 {
    11.5e-6 * job.workload.units(job.workload.length) as f64
}

/// Seconds until a process has started and its contenders are imported or compiled; a user's are in programs that
/// start once.
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

    use breakeven_cli::workloads::seeded_job;
    use breakeven_problem::Distribution;
    use breakeven_record::{Call, Mode, Samples, WorkloadRecord};

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
        seeded_job(
            workload,
            1,
            measured.contenders.iter().map(|contender| contender.id.to_string()).collect(),
        )
    }

    /// A plan of so many processes and stages.
    fn plan(processes: usize, stages: usize) -> Plan {
        Plan { processes, ..crate::plan::plan(Mode::Default, 1, stages, &[]) }
    }

    /// Seconds of all samples and preparations: what is left out, mostly verification, is a tenth.
    fn measured_s(record: &Record) -> f64 {
        let contenders = record.workloads.iter().flat_map(|workload| &workload.contenders);
        let ns = contenders.map(|contender| {
            let with_reference = |call: &Call| call.ns + call.reference_before_ns + call.reference_after_ns;
            let samples = contender.runs.iter().map(|run| match &run.samples {
                Samples::Rounds { batches_ns, .. } => batches_ns.iter().sum::<u64>(),
                Samples::Calls { calls } => calls.iter().map(with_reference).sum(),
                Samples::WholeCall { call } => with_reference(call),
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
        let (forecast, took_s) =
            (Forecast::of(&jobs, &record.plan, None, &CallSeconds::new(), None), measured_s(&record));
        let times = forecast.once_s / took_s;
        assert!((0.5..2.0).contains(&times), "{forecast}, took {took_s:.0} s");
    }

    #[test]
    fn the_text_tells_stages_and_budget_apart() {
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
        for (once_s, most_s, budget, text, worth) in table {
            let forecast = Forecast { once_s, most_s, budget };
            assert_eq!((forecast.to_string().as_str(), forecast.is_worth_saying()), (text, worth));
        }
    }

    /// Seconds of one stage of the same comparison on so many workloads, by the number of processes.
    fn comparison_s(
        workload: &Workload,
        ids: &[String],
        calls: &CallSeconds,
        sizes: usize,
        processes: usize,
    ) -> f64 {
        let jobs: Vec<Job> = (0..sizes).map(|_| seeded_job(workload.clone(), 1, ids.to_vec())).collect();
        Forecast::of(&jobs, &plan(processes, 1), None, calls, None).once_s
    }

    #[test]
    fn many_slow_functions_on_a_long_series_take_more_than_half_a_minute_in_ten_processes_and_less_in_six() {
        let workload = Workload::sliding(Distribution::Uniform, 100_000, 75, "test");
        let users = ["f", "g", "h", "i", "j", "k", "l"].map(|name| format!("user/{name}"));
        let calls = users.iter().map(|id| ((workload.id.clone(), id.clone()), 2.0)).collect();
        let ours = ["python/naive", "rust/simd"].map(str::to_owned);
        let contenders: Vec<String> = ours.into_iter().chain(users).collect();
        let seconds = |processes| comparison_s(&workload, &contenders, &calls, 1, processes);
        assert!(seconds(10) > 30.0 && seconds(6) < 30.0, "{} and {}", seconds(10), seconds(6));
    }

    #[test]
    fn quick_functions_take_little_whatever_else_takes_part() {
        let workload = Workload::whole(Distribution::Uniform, 60, "test");
        let contenders: Vec<String> = (0..15).map(|number| format!("user/{number}")).collect();
        let seconds = comparison_s(&workload, &contenders, &CallSeconds::new(), 5, 10);
        assert!(seconds < 30.0, "at five sizes: {seconds}");
    }

    #[test]
    fn stages_and_the_whole_call_are_counted() {
        let forecast = |whole_call, stages| {
            let contenders = vec!["python/naive".to_owned(), "rust/naive".to_owned()];
            let workload = Workload::recording(Task::Pedometer, "hour", 359_786, 3, "");
            let job = Job { whole_call, ..seeded_job(workload, 1, contenders) };
            Forecast::of(&[job], &plan(10, stages), None, &CallSeconds::new(), None)
        };
        let short = forecast(None, 1);
        assert!((short.most_s - short.once_s).abs() < 1e-9);
        let thrice = forecast(None, 3);
        assert!((thrice.once_s - short.once_s).abs() < 1e-9);
        assert!((thrice.most_s - 3.0 * short.once_s).abs() < 1e-9);
        // the talk's loop takes ten minutes for this hour, and once is enough
        let full = forecast(Some("python/naive".to_owned()), 3);
        for (with, without) in [(full.once_s, short.once_s), (full.most_s, thrice.most_s)] {
            assert!((550.0..750.0).contains(&(with - without)), "{with} {without}");
        }
    }
}
