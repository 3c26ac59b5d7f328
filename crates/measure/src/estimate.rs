//! What do the samples say, and how sure is it?
//!
//! Inside a process: the median over rounds of the log-ratio to the baseline of the same round. Over
//! processes, which are the independent repetitions: the median, with the exact order-statistic
//! interval of the sign test, which assumes no distribution. For `m` comparisons at once each
//! interval is widened to confidence `1 - 0.05 / m` (Bonferroni). docs/method.md has the reasons.

use std::collections::BTreeSet;

use crate::companion::Place;
use crate::controls::is_control;
use crate::record::{Call, ContenderRecord, Outcome, Run, Samples, WorkloadRecord};
use breakeven_problem::{InputForm, bank};

/// Id of the control that measures the baseline a second time.
pub const TWIN: &str = "control/twin";

/// Id of the control that slow calls are compared with.
pub const RULER: &str = "control/ruler";

/// The smallest difference that is ever called one, as a fraction.
pub const LEAST_MARGIN: f64 = 0.02;

/// A workload whose margin is above this fraction is vetoed: its noise drowns its verdicts.
pub const VETO: f64 = 0.10;

/// How far the slow tier's slope may be off on the length that checks it, as a fraction.
pub const EXTRAPOLATION_LIMIT: f64 = 0.03;

/// A number with its interval: what every figure is passed as.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The median over processes.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Estimate {
    /// The same estimate on another scale; `map` must be increasing.
    #[must_use]
    pub fn map(self, map: impl Fn(f64) -> f64) -> Self {
        Self { value: map(self.value), low: map(self.low), high: map(self.high) }
    }

    /// The estimate of the reciprocal; all ends must be positive.
    #[must_use]
    pub fn reciprocal(self) -> Self {
        Self { value: 1.0 / self.value, low: 1.0 / self.high, high: 1.0 / self.low }
    }
}

/// One figure of one process.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProcessValue {
    /// The worker process.
    pub process: usize,
    /// Its figure.
    pub value: f64,
}

/// The median of some numbers: the mean of the middle two for an even count, `None` for none.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

/// The rank k such that the k-th smallest and k-th largest of `processes` values enclose their median
/// with confidence at least `1 - 0.05 / comparisons`; `None` where even the extremes do not.
///
/// The interval misses only if fewer than k of the values fall on one side of the true median, so its
/// confidence is `1 - 2 P(Binomial(processes, 1/2) < k)`.
#[must_use]
pub fn sign_test_rank(processes: usize, comparisons: usize) -> Option<usize> {
    let allowed = 0.05 / comparisons.max(1) as f64;
    let mut term = 0.5f64.powi(i32::try_from(processes).ok()?);
    let (mut below, mut rank) = (0.0, 0);
    while rank < processes / 2 + 1 {
        below += term;
        if 2.0 * below > allowed {
            break;
        }
        term *= (processes - rank) as f64 / (rank + 1) as f64;
        rank += 1;
    }
    (rank > 0).then_some(rank)
}

/// The median over processes with its interval; `None` where there are too few processes for one.
#[must_use]
pub fn over_processes(values: &[ProcessValue], comparisons: usize) -> Option<Estimate> {
    let mut sorted: Vec<f64> = values.iter().map(|value| value.value).collect();
    sorted.sort_by(f64::total_cmp);
    let rank = sign_test_rank(sorted.len(), comparisons)?;
    Some(Estimate { value: median(&sorted)?, low: sorted[rank - 1], high: sorted[sorted.len() - rank] })
}

/// What a ratio to the baseline allows to be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is the baseline.
    Baseline,
    /// The whole interval lies below 1 by more than the margin.
    Faster,
    /// The whole interval lies above 1 by more than the margin.
    Slower,
    /// The whole interval lies within the margin around 1.
    Equivalent,
    /// None of these: the interval holds more than one of them, or the workload is vetoed.
    NotResolved,
}

impl Verdict {
    /// The lower-case word used in summaries.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Baseline => "baseline",
            Verdict::Faster => "faster",
            Verdict::Slower => "slower",
            Verdict::Equivalent => "equivalent",
            Verdict::NotResolved => "not_resolved",
        }
    }
}

/// How well a workload could be measured, from the baseline's comparison with itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Noise {
    /// The twin's ratio to the baseline.
    pub twin: Estimate,
    /// The larger of [`LEAST_MARGIN`] and the farthest end of the twin's interval from 1.
    pub margin: f64,
}

impl Noise {
    /// Whether no verdict may be drawn from this workload.
    #[must_use]
    pub fn vetoed(&self) -> bool {
        self.margin > VETO
    }

    /// The verdict on a ratio to the baseline.
    #[must_use]
    pub fn verdict(&self, ratio: Estimate) -> Verdict {
        let (floor, ceiling) = (1.0 / (1.0 + self.margin), 1.0 + self.margin);
        if self.vetoed() {
            Verdict::NotResolved
        } else if ratio.high < floor {
            Verdict::Faster
        } else if ratio.low > ceiling {
            Verdict::Slower
        } else if ratio.low >= floor && ratio.high <= ceiling {
            Verdict::Equivalent
        } else {
            Verdict::NotResolved
        }
    }
}

/// The noise of a workload; `None` where the twin was not measured in enough processes.
#[must_use]
pub fn noise(workload: &WorkloadRecord) -> Option<Noise> {
    noise_of(&log_ratios(workload, TWIN, &workload.baseline))
}

/// The noise that the verdict on a contender must reckon with: that of the noisiest place where it was
/// timed, of those where the twin was too, and at least that of the workload.
#[must_use]
pub fn noise_of_contender(workload: &WorkloadRecord, contender: &str) -> Option<Noise> {
    let ordinary = noise(workload);
    let (Some(contender), Some(twin), Some(base)) =
        (workload.contender(contender), workload.contender(TWIN), workload.contender(&workload.baseline))
    else {
        return ordinary;
    };
    let homes: BTreeSet<Place> =
        contender.runs.iter().filter_map(|run| places_of(contender, run.process).next()).collect();
    let companions = homes.into_iter().filter(|place| place.is_companion());
    let there = companions.filter_map(|place| {
        noise_of(&per_process(twin, |process| paired_in_place(twin, base, process, place)))
    });
    ordinary.into_iter().chain(there).max_by(|a, b| a.margin.total_cmp(&b.margin))
}

/// The smallest difference in per cent that this workload could resolve for so many comparisons at once:
/// an interval as wide as the twin's, around a ratio of so much, just clears the margin. `None` where the
/// twin was not measured in enough processes for that.
#[must_use]
pub fn resolvable_percent(workload: &WorkloadRecord, comparisons: usize) -> Option<f64> {
    let twin = over_processes(&log_ratios(workload, TWIN, &workload.baseline), comparisons)?;
    let half_width = f64::midpoint(twin.high, -twin.low).exp();
    Some(100.0 * ((1.0 + noise(workload)?.margin) * half_width - 1.0))
}

fn noise_of(twin: &[ProcessValue]) -> Option<Noise> {
    let twin = over_processes(twin, 1)?.map(f64::exp);
    let farthest = (1.0 - twin.low).abs().max((twin.high - 1.0).abs());
    Some(Noise { twin, margin: farthest.max(LEAST_MARGIN) })
}

/// What may be said of a contender's ratio to the baseline, for so many comparisons at once.
#[must_use]
pub fn verdict(workload: &WorkloadRecord, contender: &str, comparisons: usize) -> Verdict {
    if contender == workload.baseline {
        return Verdict::Baseline;
    }
    let judged = || {
        let ratio = ratio(workload, contender, &workload.baseline, comparisons)?;
        Some(noise_of_contender(workload, contender)?.verdict(ratio))
    };
    judged().unwrap_or(Verdict::NotResolved)
}

/// The fastest of a workload against the next one.
#[derive(Debug, Clone, PartialEq)]
pub struct Leader {
    /// The fastest, by the median of its ratio to the baseline.
    pub best: String,
    /// The next one.
    pub runner_up: String,
    /// Time of the best over that of its runner-up.
    pub ratio: Estimate,
    /// `Faster`, `Equivalent` or `NotResolved`: with the margin of the noisier of the two.
    pub verdict: Verdict,
}

/// Who leads a workload, and whether that is more than noise. Controls and whoever is wrong do not take
/// part; `None` where there are not two, or too few processes for so many comparisons at once.
#[must_use]
pub fn leader(workload: &WorkloadRecord, comparisons: usize) -> Option<Leader> {
    let measured = workload
        .contenders
        .iter()
        .filter(|known| known.outcome == Outcome::Measured && !is_control(&known.id));
    let mut ranked: Vec<(f64, &str)> = measured
        .filter_map(|known| {
            let ratios: Vec<f64> =
                log_ratios(workload, &known.id, &workload.baseline).iter().map(|ratio| ratio.value).collect();
            Some((median(&ratios)?, known.id.as_str()))
        })
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (&(_, best), &(_, runner_up)) = (ranked.first()?, ranked.get(1)?);
    let ratio = ratio(workload, best, runner_up, comparisons)?;
    let noises = [best, runner_up].into_iter().filter_map(|id| noise_of_contender(workload, id));
    let noise = noises.max_by(|a, b| a.margin.total_cmp(&b.margin))?;
    // its ratio to the baseline is the smaller, but the two may still be paired otherwise with each other
    let verdict = match noise.verdict(ratio) {
        Verdict::Slower => Verdict::NotResolved,
        other => other,
    };
    Some(Leader { best: best.to_owned(), runner_up: runner_up.to_owned(), ratio, verdict })
}

/// Contenders that were measured and whose verdict more processes might resolve.
#[must_use]
pub fn unresolved(workload: &WorkloadRecord, comparisons: usize) -> Vec<&str> {
    let measured = |known: &&ContenderRecord| known.outcome == Outcome::Measured && !is_control(&known.id);
    if !workload.contender(&workload.baseline).is_some_and(|base| measured(&base)) {
        return Vec::new();
    }
    let ids = workload.contenders.iter().filter(measured).map(|known| known.id.as_str());
    ids.filter(|id| verdict(workload, id, comparisons) == Verdict::NotResolved).collect()
}

/// Time of `contender` over time of `base`, with its interval.
#[must_use]
pub fn ratio(workload: &WorkloadRecord, contender: &str, base: &str, comparisons: usize) -> Option<Estimate> {
    Some(over_processes(&log_ratios(workload, contender, base), comparisons)?.map(f64::exp))
}

/// Natural logarithm of the time of `contender` over that of `base`, per process that measured both.
///
/// In rounds the two are paired batch by batch. Where either is in the slow tier it is the difference
/// of their log-ratios to the ruler.
#[must_use]
pub fn log_ratios(workload: &WorkloadRecord, contender: &str, base: &str) -> Vec<ProcessValue> {
    let (Some(contender), Some(base)) = (workload.contender(contender), workload.contender(base)) else {
        return Vec::new();
    };
    let pairs = |process| match paired_in_rounds(contender, base, process) {
        Some(value) => Some(value),
        None => Some(to_ruler(workload, contender, process)? - to_ruler(workload, base, process)?),
    };
    per_process(contender, pairs)
}

/// Nanoseconds per unit (call, window or recording), per process; extrapolated by the slope where only
/// prefixes were timed.
#[must_use]
pub fn ns_per_unit(workload: &WorkloadRecord, contender: &str) -> Vec<ProcessValue> {
    let Some(contender) = workload.contender(contender) else { return Vec::new() };
    // a control that takes no input does one piece of work per call, whatever the task
    let windows = workload.task == "sliding" && contender.input != InputForm::Nothing.word();
    let units_per_call = if windows { workload.units as f64 } else { 1.0 };
    per_process(contender, |process| {
        let calls = calls_of(contender, process);
        let whole = if calls.is_empty() {
            let place = places_of(contender, process).next()?;
            let per_call: Vec<f64> = rounds_of(contender, process, place)
                .flat_map(|rounds| rounds.batches_ns.iter().map(move |&ns| ns as f64 / rounds.loops as f64))
                .collect();
            median(&per_call)?
        } else {
            Line::through(workload, calls, |call| call.ns as f64)?.at(workload.units)
        };
        Some(whole / units_per_call)
    })
}

/// How far the slow tier's slope was off on the length that checks it, predicted over measured minus 1,
/// per process; empty where nothing was extrapolated.
#[must_use]
pub fn extrapolation_errors(workload: &WorkloadRecord, contender: &str) -> Vec<ProcessValue> {
    let Some(contender) = workload.contender(contender) else { return Vec::new() };
    per_process(contender, |process| {
        let calls = calls_of(contender, process);
        let line = Line::through(workload, calls, in_rulers)?;
        let others = calls.iter().map(|call| call.length).filter(|length| !line.fitted.contains(length));
        let check = quietest(calls, others.min()?)?;
        Some(line.at(workload.units_of(check.length)) / in_rulers(check) - 1.0)
    })
}

/// The median of [`extrapolation_errors`]; `None` where nothing was extrapolated.
#[must_use]
pub fn extrapolation_error(workload: &WorkloadRecord, contender: &str) -> Option<f64> {
    let errors: Vec<f64> =
        extrapolation_errors(workload, contender).iter().map(|error| error.value).collect();
    median(&errors)
}

/// The error of the extrapolation where the samples show that it exceeds [`EXTRAPOLATION_LIMIT`]: the
/// whole interval over processes lies beyond it, on one side. Noise alone does not condemn a contender;
/// it widens the interval of its figure.
#[must_use]
pub fn does_not_extrapolate(workload: &WorkloadRecord, contender: &str) -> Option<Estimate> {
    let error = over_processes(&extrapolation_errors(workload, contender), 1)?;
    (error.low > EXTRAPOLATION_LIMIT || error.high < -EXTRAPOLATION_LIMIT).then_some(error)
}

/// Standard deviations in the longest input that was timed.
#[must_use]
pub fn measured_units(workload: &WorkloadRecord, contender: &ContenderRecord) -> u64 {
    let longest = contender.runs.iter().flat_map(|run| match &run.samples {
        Samples::Rounds { .. } => vec![workload.length],
        Samples::Calls { calls } => calls.iter().map(|call| call.length).collect(),
    });
    longest.max().map_or(0, |length| workload.units_of(length))
}

impl WorkloadRecord {
    /// Standard deviations that the first `length` values or rows take.
    #[must_use]
    pub fn units_of(&self, length: usize) -> u64 {
        match (self.task.as_str(), self.window) {
            ("whole", _) => 1,
            ("sliding", Some(window)) => (length + 1).saturating_sub(window) as u64,
            _ => bank::units(length, self.input.channels),
        }
    }
}

struct RoundsOf<'a> {
    group: usize,
    loops: u64,
    batches_ns: &'a [u64],
}

/// The places where a contender was timed in this process; the first is its home, or the worker where
/// it was a guest elsewhere.
fn places_of(contender: &ContenderRecord, process: usize) -> impl Iterator<Item = Place> {
    let timed_there =
        move |place: &Place| contender.runs.iter().any(|run| run.process == process && run.place == *place);
    Place::ALL.into_iter().filter(timed_there)
}

fn rounds_of(
    contender: &ContenderRecord,
    process: usize,
    place: Place,
) -> impl Iterator<Item = RoundsOf<'_>> {
    let there = move |run: &&Run| run.process == process && run.place == place;
    contender.runs.iter().filter(there).filter_map(|run| match &run.samples {
        Samples::Rounds { group, loops, batches_ns } => {
            Some(RoundsOf { group: *group, loops: *loops, batches_ns })
        }
        Samples::Calls { .. } => None,
    })
}

fn calls_of(contender: &ContenderRecord, process: usize) -> &[Call] {
    contender
        .runs
        .iter()
        .find_map(|run| match &run.samples {
            Samples::Calls { calls } if run.process == process => Some(calls.as_slice()),
            _ => None,
        })
        .unwrap_or_default()
}

fn per_process(contender: &ContenderRecord, value: impl Fn(usize) -> Option<f64>) -> Vec<ProcessValue> {
    let mut processes: Vec<usize> = contender.runs.iter().map(|run| run.process).collect();
    processes.sort_unstable();
    processes.dedup();
    processes
        .into_iter()
        .filter_map(|process| Some(ProcessValue { process, value: value(process)? }))
        .filter(|value| value.value.is_finite())
        .collect()
}

/// The log-ratio in the first place where both were timed in the same rounds.
fn paired_in_rounds(contender: &ContenderRecord, base: &ContenderRecord, process: usize) -> Option<f64> {
    places_of(contender, process).find_map(|place| paired_in_place(contender, base, process, place))
}

/// The median over rounds of the log-ratio, over every group that holds both.
fn paired_in_place(
    contender: &ContenderRecord,
    base: &ContenderRecord,
    process: usize,
    place: Place,
) -> Option<f64> {
    let mut ratios = Vec::new();
    for own in rounds_of(contender, process, place) {
        for other in rounds_of(base, process, place).filter(|other| other.group == own.group) {
            let per_loop = |ns: u64, loops: u64| (ns.max(1) as f64 / loops as f64).ln();
            ratios.extend(
                own.batches_ns
                    .iter()
                    .zip(other.batches_ns)
                    .map(|(&ns, &base_ns)| per_loop(ns, own.loops) - per_loop(base_ns, other.loops)),
            );
        }
    }
    median(&ratios)
}

/// Log of the time for the whole input in loops of the ruler.
fn to_ruler(workload: &WorkloadRecord, contender: &ContenderRecord, process: usize) -> Option<f64> {
    let calls = calls_of(contender, process);
    if calls.is_empty() {
        return paired_in_rounds(contender, workload.contender(RULER)?, process);
    }
    Some(Line::through(workload, calls, in_rulers)?.at(workload.units).ln())
}

/// Time of a call in loops of the ruler around it.
fn in_rulers(call: &Call) -> f64 {
    let ruler = (call.ruler_before_ns + call.ruler_after_ns).max(1) as f64 / (2 * call.ruler_loops) as f64;
    call.ns as f64 / ruler
}

/// Of the calls on this length, the one whose rulers were quickest: chosen by how much of the core there
/// was, never by the call's own time.
fn quietest(calls: &[Call], length: usize) -> Option<&Call> {
    let of_length = calls.iter().filter(|call| call.length == length);
    of_length.min_by_key(|call| call.ruler_before_ns.saturating_add(call.ruler_after_ns))
}

/// The cost of a call as an affine function of its standard deviations.
struct Line {
    /// The lengths it goes through: the two shortest, or the only one.
    fitted: Vec<usize>,
    units: f64,
    cost: f64,
    slope: f64,
}

impl Line {
    /// Through the two shortest lengths that were called, or constant through the only one, which
    /// then must be the whole input.
    fn through(workload: &WorkloadRecord, calls: &[Call], cost: impl Fn(&Call) -> f64) -> Option<Self> {
        let mut lengths: Vec<usize> = calls.iter().map(|call| call.length).collect();
        lengths.sort_unstable();
        lengths.dedup();
        let cost_at = |length: usize| quietest(calls, length).map(&cost);
        let first = *lengths.first()?;
        let (units, first_cost) = (workload.units_of(first) as f64, cost_at(first)?);
        let Some(&second) = lengths.get(1) else {
            let whole = first == workload.length;
            return whole.then_some(Self { fitted: vec![first], units, cost: first_cost, slope: 0.0 });
        };
        let slope = (cost_at(second)? - first_cost) / (workload.units_of(second) as f64 - units);
        Some(Self { fitted: vec![first, second], units, cost: first_cost, slope })
    }

    fn at(&self, units: u64) -> f64 {
        self.cost + self.slope * (units as f64 - self.units)
    }
}

#[cfg(test)]
mod tests;
