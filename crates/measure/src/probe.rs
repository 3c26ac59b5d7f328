//! Is a contender available and right, and how is it to be timed?
//!
//! The first process that measures a contender finds its [`Pace`]; the others take the pace over. A task whose
//! input can be cut is tried on its smallest legal prefix first, then on longer ones, so that a
//! contender that would take ten minutes on the whole input is recognized in a fraction of a second.

use breakeven_problem::{Absence, Contender, Contract, Failure, Refusal, Workload};
use breakeven_record::Outcome;

use crate::context::{Batch, PREPARE_DEADLINE_NS, VisitContext, deadline_ns};
use crate::entrant::{AtLength, Entrant, Entry, WholeCall};
use crate::float_environment;
use crate::memory::peak_growth;
use crate::protocol::{ContenderRequest, Pace, Visited};

/// Nanoseconds that a batch is to take: long against a clock read, short against drift.
pub const BATCH_NS: u64 = 300_000;

/// A call longer than this is timed by single calls, not in rounds.
pub const SLOW_CALL_NS: u64 = 20_000_000;

/// The prefixes of a contender that is too slow for the whole input take about half this, this, and
/// half as much again.
pub const PREFIX_CALL_NS: u64 = 100_000_000;

/// A call longer than this is timed on prefixes instead: it would take more than twice as long as all three of them.
pub const LONGEST_CALL_NS: u64 = 6 * PREFIX_CALL_NS;

/// The second prefix has at least this many times the work of the first.
const LEVER: f64 = 1.8;

/// A contender whose call on the smallest legal input is longer than this is absent.
pub const TOO_SLOW_NS: u64 = 5_000_000_000;

/// Prepares a contender, judges its answers, and finds how it is to be timed.
pub fn enter<'a>(context: &mut VisitContext<'a>, request: &ContenderRequest) -> Entry<'a> {
    let mut visited = Visited::new(&request.id);
    let registry = context.registry;
    let Some(contender) = registry.find(&request.id, context.workload, context.baseline) else {
        let reason = format!("{} does not offer {}", request.id, context.workload.task);
        return Err(Box::new(absent(visited, &Absence { reason, install: None })));
    };
    let began_ns = context.clock.now_ns();
    context.watch.begin(&request.id, "version", PREPARE_DEADLINE_NS);
    // this imports what the contender needs, whose version it names
    let version = contender.version();
    let version_ns = context.clock.now_ns() - began_ns;
    // whether the whole workload fits, even where only prefixes will be timed
    let fits = version.as_ref().map_or(Ok(()), |_| contender.fits(context.workload));
    context.watch.end();
    match version {
        Ok(version) => visited.findings.version = Some(version),
        Err(absence) => return Err(Box::new(absent(visited, &absence))),
    }
    if let Err(absence) = fits {
        return Err(Box::new(absent(visited, &absence)));
    }
    let lengths = match &request.pace {
        None => None,
        Some(Pace::Rounds { .. }) => Some(vec![context.workload.length]),
        Some(Pace::Slow { lengths, .. }) => Some(lengths.clone()),
    };
    let entered = match (lengths, request.pace.clone()) {
        (Some(lengths), Some(pace)) => enter_at(context, contender, visited.clone(), &lengths, pace),
        _ => find_pace(context, contender, visited.clone()),
    };
    let mut entrant = match entered {
        Ok(entrant) => entrant,
        Err(Stopped::Refused(Refusal::Absent(absence))) => return Err(Box::new(absent(visited, &absence))),
        Err(Stopped::Refused(Refusal::Failed(failure))) => {
            visited.fail(&failure);
            return Err(Box::new(visited));
        }
        Err(Stopped::Judged(visited)) => return Err(visited),
    };
    entrant.visited.prepare_ns = entrant.visited.prepare_ns.map(|ns| ns + version_ns);
    if request.whole_call && add_whole_call(context, &mut entrant).is_err() {
        entrant.visited.findings.reason = Some("the call on the whole input failed".to_owned());
    }
    Ok(entrant)
}

/// Why a contender is not timed.
enum Stopped {
    Refused(Refusal),
    Judged(Box<Visited>),
}

impl From<Refusal> for Stopped {
    fn from(refusal: Refusal) -> Self {
        Stopped::Refused(refusal)
    }
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Stopped::Refused(Refusal::Failed(failure))
    }
}

fn absent(mut visited: Visited, absence: &Absence) -> Visited {
    visited.exclude(Outcome::Absent, absence.reason.clone());
    visited.findings.install.clone_from(&absence.install);
    visited
}

/// Prepares a contender at the lengths that an earlier process has chosen, and judges it at the shortest.
fn enter_at<'a>(
    context: &mut VisitContext<'a>,
    contender: &'a dyn Contender,
    visited: Visited,
    lengths: &[usize],
    pace: Pace,
) -> Result<Entrant<'a>, Stopped> {
    let mut entrant = Entrant { visited, contender, pace, prepared: Vec::new(), whole: None };
    for &length in lengths {
        let at = prepare(context, &mut entrant, length)?;
        entrant.prepared.push(at);
    }
    match entrant.pace {
        // the timed call is judged too; a call before it would double the cost of the visit
        Pace::Slow { call_ns, .. } if lengths.len() == 1 && call_ns > PREFIX_CALL_NS => Ok(entrant),
        Pace::Slow { .. } => Ok(verify(context, entrant, 0)?.entrant),
        Pace::Rounds { loops, .. } => {
            let Verified { entrant, .. } = verify(context, entrant, 0)?;
            warm_up(context, entrant, loops)
        }
    }
}

/// Batches until two in a row agree, as they do where the pace is found: the first ones of a process are slower.
fn warm_up<'a>(
    context: &mut VisitContext<'a>,
    mut entrant: Entrant<'a>,
    loops: u64,
) -> Result<Entrant<'a>, Stopped> {
    let id = entrant.visited.id.clone();
    let mut before = f64::NAN;
    for input in 0..BATCHES_TO_AGREE {
        let batch = Batch { input: input % context.inputs.len(), loops, deadline_ns: deadline_ns(BATCH_NS) };
        let batch_ns = context.batch(&id, "warm up", &mut entrant.prepared[0], batch)?.max(1) as f64;
        if agree(batch_ns, before) {
            break;
        }
        before = batch_ns;
    }
    Ok(entrant)
}

/// Batches at most until two in a row agree.
const BATCHES_TO_AGREE: usize = 12;

fn agree(now: f64, before: f64) -> bool {
    (now / before - 1.0).abs() < 0.1
}

/// Tries longer and longer prefixes until a call is long enough to decide on the pace, or the input is whole.
fn find_pace<'a>(
    context: &mut VisitContext<'a>,
    contender: &'a dyn Contender,
    visited: Visited,
) -> Result<Entrant<'a>, Stopped> {
    let (workload, id) = (context.workload, visited.id.clone());
    let whole = workload.length;
    let mut length = workload.least_prefix().map_or(whole, |least| least.min(whole));
    let mut entrant = Entrant {
        visited,
        contender,
        pace: Pace::Slow { lengths: Vec::new(), call_ns: 0 },
        prepared: Vec::new(),
        whole: None,
    };
    let mut shorter: Option<Probe> = None;
    loop {
        context.release(&id, std::mem::take(&mut entrant.prepared));
        let at = prepare(context, &mut entrant, length)?;
        entrant.prepared = vec![at];
        let verified = verify(context, entrant, 0)?;
        entrant = verified.entrant;
        let batch = Batch { input: 0, loops: 1, deadline_ns: deadline_ns(TOO_SLOW_NS) };
        let sees_memory = context.watch.sees_memory();
        let mut call = || context.batch(&id, "probe", &mut entrant.prepared[0], batch);
        let (ns, peak_bytes) = if sees_memory { peak_growth(call) } else { (call(), None) };
        let ns = ns?;
        // another program may have had the processor meanwhile: that makes no call a slow one
        let ns = ns.min(verified.least_ns);
        let probe = Probe { units: workload.units(length), ns };
        if shorter.is_none() && ns > TOO_SLOW_NS {
            let reason = format!("too slow here: about {} s a call", ns.div_ceil(1_000_000_000));
            return Err(Refusal::Absent(Absence { reason, install: None }).into());
        }
        if length == whole {
            // what another process does is not seen here
            entrant.visited.findings.peak_bytes = peak_bytes.filter(|_| !context.left_process);
            return settle(context, entrant, ns);
        }
        let predicted = probe.predict(shorter, workload.units(whole));
        if predicted <= LONGEST_CALL_NS as f64 && (ns > SLOW_CALL_NS || predicted < SLOW_CALL_NS as f64) {
            length = whole;
        } else if ns > SLOW_CALL_NS && (shorter.is_some() || ns > PREFIX_CALL_NS / 8) {
            let lengths = probe.lengths(shorter, workload);
            let pace = Pace::Slow { lengths: lengths.clone(), call_ns: LONGEST_CALL_NS.max(4 * ns) };
            let visited = entrant.visited;
            return enter_at(context, contender, visited, &lengths, pace);
        } else {
            length = probe.longer(shorter, workload, length);
        }
        shorter = Some(probe);
    }
}

/// One timed call while probing.
#[derive(Clone, Copy)]
struct Probe {
    units: u64,
    ns: u64,
}

impl Probe {
    /// Nanoseconds per unit beyond this probe.
    fn slope(self, shorter: Option<Probe>) -> f64 {
        let proportional = self.ns as f64 / self.units.max(1) as f64;
        match shorter {
            Some(shorter) if self.units > shorter.units && self.ns > shorter.ns => {
                (self.ns - shorter.ns) as f64 / (self.units - shorter.units) as f64
            }
            _ => proportional,
        }
    }

    fn predict(self, shorter: Option<Probe>, units: u64) -> f64 {
        self.ns as f64 + self.slope(shorter) * (units - self.units) as f64
    }

    /// The next length to try: four times this one, but not so long that a call takes longer than the first prefix
    /// will.
    ///
    /// The shortest prefix for a wide window holds one window, and one of four times its length hundreds of thousands.
    fn longer(self, shorter: Option<Probe>, workload: &Workload, length: usize) -> usize {
        let units = self.units_at(shorter, PREFIX_CALL_NS as f64 / 2.0);
        let most = length_with(workload, units.max(2.0 * self.units as f64));
        most.min(length * 4).max(length + 1).min(workload.length)
    }

    /// The units whose call takes `ns`.
    fn units_at(self, shorter: Option<Probe>, ns: f64) -> f64 {
        self.units as f64 + (ns - self.ns as f64) / self.slope(shorter)
    }

    /// Two lengths to fit a line through, whose calls take about half of [`PREFIX_CALL_NS`] and all of it, and a longer
    /// one to check the line.
    fn lengths(self, shorter: Option<Probe>, workload: &Workload) -> Vec<usize> {
        let least = workload.least_prefix().unwrap_or(1);
        let first = length_with(workload, self.units_at(shorter, PREFIX_CALL_NS as f64 / 2.0)).max(least);
        // far enough from the first for a slope, where the smallest legal prefix takes long already
        let lever = LEVER * workload.units(first) as f64;
        let second = length_with(workload, self.units_at(shorter, PREFIX_CALL_NS as f64).max(lever));
        let third = second + (second - first).max(1);
        let mut lengths: Vec<usize> =
            [first, second, third].iter().map(|&length| length.min(workload.length)).collect();
        lengths.dedup();
        lengths
    }
}

/// The shortest legal prefix with so many units.
fn length_with(workload: &Workload, units: f64) -> usize {
    let mut span = (workload.least_prefix().unwrap_or(1), workload.length);
    while span.0 < span.1 {
        let middle = usize::midpoint(span.0, span.1);
        if (workload.units(middle) as f64) < units { span.0 = middle + 1 } else { span.1 = middle }
    }
    span.0
}

/// Decides how a contender is timed that is right on the whole input, with a call of `ns`: in rounds or by single
/// calls.
fn settle<'a>(
    context: &mut VisitContext<'a>,
    mut entrant: Entrant<'a>,
    ns: u64,
) -> Result<Entrant<'a>, Stopped> {
    if ns > SLOW_CALL_NS {
        entrant.pace = Pace::Slow { lengths: vec![context.workload.length], call_ns: ns };
        return Ok(entrant);
    }
    let id = entrant.visited.id.clone();
    let most = |entrant: &Entrant<'_>| entrant.prepared[0].prepared.most_loops().unwrap_or(u64::MAX);
    let (mut loops, mut before) = ((BATCH_NS / ns.max(1)).min(most(&entrant)).max(1), f64::NAN);
    for input in 0..BATCHES_TO_AGREE {
        let batch = Batch { input: input % context.inputs.len(), loops, deadline_ns: deadline_ns(BATCH_NS) };
        let batch_ns = context.batch(&id, "calibrate", &mut entrant.prepared[0], batch)?.max(1);
        entrant.pace = Pace::Rounds { loops, batch_ns };
        let per_call = batch_ns as f64 / loops as f64;
        let most = most(&entrant);
        let long_enough = batch_ns >= 2 * BATCH_NS / 3 || loops == 1 || loops >= most / 2;
        if long_enough && agree(per_call, before) && batch_ns <= 2 * BATCH_NS {
            break;
        }
        before = per_call;
        loops = ((BATCH_NS as f64 / per_call) as u64).min(most).max(1);
    }
    Ok(entrant)
}

fn prepare(
    context: &mut VisitContext<'_>,
    entrant: &mut Entrant<'_>,
    length: usize,
) -> Result<AtLength, Stopped> {
    let start = context.clock.now_ns();
    let at = context.prepare(entrant.contender, &entrant.visited.id, length)?;
    // the first preparation includes compilation: with the imports before it, it is the cost that is recorded
    entrant.visited.prepare_ns.get_or_insert(context.clock.now_ns() - start);
    if !float_environment::is_default() {
        const WHY: &str = "left the floating-point environment changed (flush-to-zero or rounding)";
        // the contenders after this one would be measured in the changed environment
        context.watch.begin(&entrant.visited.id, "prepare", PREPARE_DEADLINE_NS);
        context.watch.give_up(WHY);
        context.watch.end();
        return Err(Failure(WHY.to_owned()).into());
    }
    Ok(at)
}

/// An entrant that is right on every input.
struct Verified<'a> {
    entrant: Entrant<'a>,
    /// What the quickest of its calls took.
    least_ns: u64,
}

/// Runs the prepared number `at` once on every input and judges each answer.
fn verify<'a>(
    context: &mut VisitContext<'a>,
    mut entrant: Entrant<'a>,
    at: usize,
) -> Result<Verified<'a>, Stopped> {
    let id = entrant.visited.id.clone();
    let inputs =
        if entrant.contender.about().contract == Contract::Control { 1 } else { context.inputs.len() };
    let mut least_ns = u64::MAX;
    for input in 0..inputs {
        let batch = Batch { input, loops: 1, deadline_ns: deadline_ns(TOO_SLOW_NS) };
        least_ns = least_ns.min(context.batch(&id, "verify", &mut entrant.prepared[at], batch)?);
        if !context.judge_last(&mut entrant, at, input) {
            return Err(Stopped::Judged(entrant.settled()));
        }
    }
    Ok(Verified { entrant, least_ns })
}

/// Prepares a contender that is timed on prefixes on the whole input too.
fn add_whole_call(context: &mut VisitContext<'_>, entrant: &mut Entrant<'_>) -> Result<(), Stopped> {
    let whole = context.workload.length;
    if let Pace::Slow { lengths, call_ns } = entrant.pace.clone()
        && !lengths.contains(&whole)
    {
        let longest = *lengths.last().unwrap_or(&whole);
        let prepared = prepare(context, entrant, whole)?;
        let times = context.workload.units(whole) / context.workload.units(longest).max(1) + 1;
        let pace = Pace::Slow { lengths: vec![whole], call_ns: call_ns.saturating_mul(times) };
        entrant.whole = Some(WholeCall { prepared, pace });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use breakeven_problem::Distribution;

    use super::*;

    #[test]
    fn the_next_prefix_is_four_times_as_long_or_takes_as_long_as_the_first_prefix() {
        let sliding = |window| Workload::sliding(Distribution::Uniform, 1_000_000, window, "test");
        let probe = |units, ns| Probe { units, ns };
        #[rustfmt::skip]
        let table = [
            // window, length tried, its probe, the probe before, next length
            (10, 10, probe(1, 1_000), None, 40),
            (10, 40, probe(31, 1_300), Some(probe(1, 1_000)), 160),
            // one window of 1e5 values takes 0.1 ms, and four times its length holds 300,000
            (100_000, 100_000, probe(1, 100_000), None, 100_499),
            // a call that costs much and a window that costs little: the second step is longer
            (100_000, 100_000, probe(1, 5_000_000), None, 100_009),
            (100_000, 100_009, probe(10, 5_002_000), Some(probe(1, 5_000_000)), 302_500),
            // never shorter, never beyond the input
            (100_000, 100_000, probe(1, 400_000_000), None, 100_001),
            (1_000, 900_000, probe(899_001, 2_000), None, 1_000_000),
        ];
        for (window, length, probe, shorter, expected) in table {
            assert_eq!(probe.longer(shorter, &sliding(window), length), expected, "{window} {length}");
        }
    }
}
