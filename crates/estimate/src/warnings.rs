//! Which warnings follow from the samples of a workload and from the state of the machine while it was measured?

use breakeven_record::place::Place;
use breakeven_record::warning::{Warning, WarningKind};
use breakeven_record::{ContenderRecord, Crash, Outcome, Samples, WorkloadRecord};

use crate::median;

/// A batch should take at least so many steps of the clock.
pub const LEAST_TICKS: u64 = 1000;

/// A first batch may take at most so many times the median of the others.
const SLOW_FIRST_BATCH: f64 = 1.5;

/// The mean of the batches over their median may be so many times what it is for the contenders beside it.
const UNEVEN_BATCHES: f64 = 1.2;

/// The share of one processor that other programs may use, in per cent.
const LOAD_PERCENT: f64 = 10.0;

/// The share of the processors that a hypervisor may take, in per cent.
const STEAL_PERCENT: f64 = 1.0;

/// The share of the workers' time that may pass in the operating system, in per cent.
const SYSTEM_PERCENT: f64 = 20.0;

/// What the machine was doing while a workload was measured; none where the system does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Conditions {
    /// Nanoseconds of one step of the clock.
    pub tick_ns: u64,
    /// What other programs used, in per cent of one processor.
    pub others_percent: Option<f64>,
    /// What the hypervisor took, in per cent of all processors.
    pub steal_percent: Option<f64>,
    /// What of the workers' own time passed in the operating system, in per cent.
    pub system_percent: Option<f64>,
}

/// The warnings about the figures of a workload.
#[must_use]
pub fn warnings(workload: &WorkloadRecord, conditions: &Conditions) -> Vec<Warning> {
    let about = |kind: WarningKind, contender: Option<&str>, times_limit: f64, found: String| Warning {
        workload: Some(workload.id.clone()),
        contender: contender.map(str::to_owned),
        percent_of_limit: Some((100.0 * times_limit).round() as u64),
        ..Warning::of_run(kind, found)
    };
    let share = |kind: WarningKind, percent: Option<f64>, limit: f64, [who, of]: [&str; 2]| {
        let percent = percent.filter(|&percent| percent > limit)?;
        Some(about(kind, None, percent / limit, format!("{who} {percent:.0} % of {of}")))
    };
    let machine = [
        share(
            WarningKind::Load,
            conditions.others_percent,
            LOAD_PERCENT,
            ["other programs used", "one processor"],
        ),
        share(
            WarningKind::Steal,
            conditions.steal_percent,
            STEAL_PERCENT,
            ["the hypervisor took", "the processors' time"],
        ),
        share(
            WarningKind::SystemTime,
            conditions.system_percent,
            SYSTEM_PERCENT,
            ["the operating system took", "the workers' time"],
        ),
    ];
    let mut found: Vec<Warning> = machine.into_iter().flatten().collect();
    let usual_unevenness = usual_unevenness(workload);
    for contender in workload.contenders.iter().filter(|known| known.findings.outcome == Outcome::Measured) {
        let shortest = batches(contender).flatten().min();
        let least = LEAST_TICKS.saturating_mul(conditions.tick_ns);
        if let Some(ns) = shortest.filter(|&&ns| ns < least) {
            let text = format!(
                "a batch took {ns} ns, less than {LEAST_TICKS} steps of the clock ({} ns each)",
                conditions.tick_ns
            );
            let times = least as f64 / (*ns).max(1) as f64;
            found.push(about(WarningKind::ShortBatch, Some(&contender.id), times, text));
        }
        let first = slowness_of_the_first(contender).filter(|&times| times > SLOW_FIRST_BATCH);
        if let Some(times) = first.filter(|_| !contender.id.is_control()) {
            let text = format!(
                "the first batch took {times:.1} times as long as the others (median over processes)"
            );
            let times = times / SLOW_FIRST_BATCH;
            found.push(about(WarningKind::SlowFirstBatch, Some(&contender.id), times, text));
        }
        let times_usual = |unevenness| unevenness / usual_unevenness;
        let uneven = unevenness(contender).filter(|&times| times_usual(times) > UNEVEN_BATCHES);
        if let Some(times) = uneven.filter(|_| !contender.id.is_control()) {
            let text = format!("the mean batch took {times:.2} times the median that is shown");
            let times = times_usual(times) / UNEVEN_BATCHES;
            found.push(about(WarningKind::UnevenBatches, Some(&contender.id), times, text));
        }
    }
    found
}

/// Warnings about the contenders that are timed in a companion because of a crash, on this workload or another one.
#[must_use]
pub fn crashed_once(workload: &WorkloadRecord, crashes: &[Crash]) -> Vec<Warning> {
    let is_timed = |crash: &&Crash| {
        workload.contender(&crash.contender).is_some_and(|known| {
            known.findings.outcome.is_timed() && known.runs.iter().any(|run| run.place == Place::Quarantine)
        })
    };
    let warning = |crash: &Crash| {
        let there =
            if crash.workload == workload.id { String::new() } else { format!(" on {}", crash.workload) };
        let found = format!("took a worker down{there}: {}; timed in a companion since", crash.how);
        Warning {
            workload: Some(workload.id.clone()),
            contender: Some(crash.contender.clone()),
            ..Warning::of_run(WarningKind::CrashedOnce, found)
        }
    };
    crashes.iter().filter(is_timed).map(warning).collect()
}

fn batches(contender: &ContenderRecord) -> impl Iterator<Item = &Vec<u64>> {
    contender.runs.iter().filter_map(|run| match &run.samples {
        Samples::Rounds { batches_ns, .. } => Some(batches_ns),
        Samples::Calls { .. } | Samples::WholeCall { .. } => None,
    })
}

/// The first batch of a process over the median of its others; the median over processes.
fn slowness_of_the_first(contender: &ContenderRecord) -> Option<f64> {
    let per_process: Vec<f64> = batches(contender)
        .filter_map(|batches_ns| {
            let (first, others) = batches_ns.split_first()?;
            let others: Vec<f64> = others.iter().map(|&ns| ns as f64).collect();
            Some(*first as f64 / median(&others)?)
        })
        .collect();
    median(&per_process)
}

/// The mean over the median of a process's batches but the first; the median over processes.
fn unevenness(contender: &ContenderRecord) -> Option<f64> {
    let per_process: Vec<f64> = batches(contender)
        .filter_map(|batches_ns| {
            let others: Vec<f64> = batches_ns.iter().skip(1).map(|&ns| ns as f64).collect();
            Some(others.iter().sum::<f64>() / others.len() as f64 / median(&others)?)
        })
        .collect();
    median(&per_process)
}

/// The unevenness that the batches of most contenders have, as on a machine that is disturbed now and then; at least 1.
fn usual_unevenness(workload: &WorkloadRecord) -> f64 {
    let measured = workload.contenders.iter().filter(|known| known.findings.outcome == Outcome::Measured);
    median(&measured.filter_map(unevenness).collect::<Vec<f64>>()).unwrap_or(1.0).max(1.0)
}

#[cfg(test)]
mod tests {
    use breakeven_record::{InputRecord, Run};

    use super::*;

    fn contender(id: &str, batches_ns: &[u64]) -> ContenderRecord {
        let run = |process| Run {
            process,
            place: Place::Worker,
            samples: Samples::Rounds { group: 0, loops: 10, batches_ns: batches_ns.to_vec() },
        };
        ContenderRecord { runs: (0..3).map(run).collect(), ..ContenderRecord::unvisited(id, "slice", "fast") }
    }

    fn workload(batches_ns: &[u64]) -> WorkloadRecord {
        WorkloadRecord {
            id: "whole/uniform-4".into(),
            task: "whole".into(),
            why: "test".into(),
            input: InputRecord {
                kind: "seeded".into(),
                name: "uniform".into(),
                note: None,
                sha256: Vec::new(),
                rows: 4,
                channels: 1,
                dtype: "f64".into(),
            },
            length: 4,
            window: None,
            ddof: 0,
            units: 1,
            baseline: "rust/a".into(),
            contenders: vec![contender("rust/a", batches_ns)],
        }
    }

    fn kinds(batches_ns: &[u64], conditions: Conditions) -> Vec<WarningKind> {
        warnings(&workload(batches_ns), &conditions).iter().map(|warning| warning.kind).collect()
    }

    #[test]
    fn each_rail_warns_beyond_its_limit_and_is_silent_before_it() {
        let quiet = Conditions {
            tick_ns: 1,
            others_percent: Some(10.0),
            steal_percent: Some(1.0),
            system_percent: Some(20.0),
        };
        let steady = [1_500_000; 12];
        assert_eq!(kinds(&steady, quiet), []);
        assert_eq!(kinds(&steady, Conditions { tick_ns: 1500, ..quiet }), []);
        assert_eq!(kinds(&steady, Conditions { tick_ns: 1501, ..quiet }), [WarningKind::ShortBatch]);
        let loaded = Conditions { others_percent: Some(11.0), ..quiet };
        assert_eq!(kinds(&steady, loaded), [WarningKind::Load]);
        let stolen = Conditions { steal_percent: Some(1.1), ..quiet };
        assert_eq!(kinds(&steady, stolen), [WarningKind::Steal]);
        let in_kernel = Conditions { system_percent: Some(21.0), ..quiet };
        assert_eq!(kinds(&steady, in_kernel), [WarningKind::SystemTime]);
        let mut first = steady;
        first[0] = 2_250_000;
        assert_eq!(kinds(&first, quiet), []);
        first[0] = 2_400_000;
        assert_eq!(kinds(&first, quiet), [WarningKind::SlowFirstBatch]);
        let silent = Conditions { tick_ns: 1, ..Conditions::default() };
        assert_eq!(kinds(&steady, silent), [], "a system that does not tell gives no warning");
    }

    #[test]
    fn a_median_that_hides_much_of_the_cost_is_warned_of_where_others_are_even() {
        let steady = [300_000; 12];
        let mut one_input_in_four = steady;
        for index in [3, 7, 11] {
            one_input_in_four[index] = 720_000;
        }
        let mut once = steady;
        once[5] = 800_000;
        let mut first = steady;
        first[0] = 3_000_000;
        type Batches<'a> = &'a [u64];
        let table: [(Batches<'_>, [Batches<'_>; 2], bool); 5] = [
            (&one_input_in_four, [&steady, &steady], true),
            // a disturbance of all contenders is the machine's
            (&one_input_in_four, [&one_input_in_four, &one_input_in_four], false),
            (&once, [&steady, &steady], false),
            (&first, [&steady, &steady], false),
            (&steady, [&one_input_in_four, &one_input_in_four], false),
        ];
        for (batches_ns, [aa_control, noop], warned) in table {
            let mut workload = workload(batches_ns);
            workload
                .contenders
                .extend([contender("control/aa", aa_control), contender("control/noop-rust", noop)]);
            let found = warnings(&workload, &Conditions { tick_ns: 1, ..Conditions::default() });
            let uneven: Vec<&Warning> =
                found.iter().filter(|warning| warning.kind == WarningKind::UnevenBatches).collect();
            assert_eq!(uneven.len(), usize::from(warned), "{batches_ns:?}: {uneven:?}");
            if let [warning] = uneven[..] {
                assert_eq!(warning.contender.as_deref(), Some("rust/a"));
                assert!(warning.found.contains("1.38 times"), "{}", warning.found);
            }
        }
    }

    #[test]
    fn a_contender_that_was_not_measured_is_not_warned_about() {
        let mut failed = workload(&[1; 12]);
        failed.contenders[0].findings.outcome = Outcome::Failed;
        assert_eq!(warnings(&failed, &Conditions { tick_ns: 100, ..Conditions::default() }), []);
    }
}
