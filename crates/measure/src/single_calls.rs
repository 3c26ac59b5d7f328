//! How are contenders timed that take longer than a round?
//!
//! One call at a time, between two batches of the reference workload ("reference batches" below), a fixed piece of
//! arithmetic: the call's time over theirs cancels the clock frequency of the moment. Where even one call on the whole input is too
//! long, prefixes are called, one after the other, and [`breakeven_estimate`] extrapolates.
//!
//! On a shared machine another program may have half of the core for a second or two. The reference batches show it: a
//! call is not begun before one of a few of them has had the core to itself, and where the one after the call was
//! disturbed, the call is made again. Which call counts is decided by the reference batches alone, never by the call's own time, and all calls
//! are kept.

use breakeven_problem::Failure;
use breakeven_record::contender_id::REFERENCE;
use breakeven_record::{Call, Samples};

use crate::context::{Batch, VisitContext, deadline_ns};
use crate::entrant::{Entrant, Entry, WholeCall};
use crate::order;
use crate::protocol::{Pace, Visited};

/// A reference batch takes about this long, in nanoseconds.
const REFERENCE_NS: u64 = 10_000_000;

/// A reference batch that is slower than the best of this visit by more than this factor shows a shared core.
const SHARED: f64 = 1.10;

/// Calls that are made at most, until the reference batches around one show an unshared core.
const ATTEMPTS: usize = 2;

/// Reference batches before a call at most, until one shows an unshared core.
const PATIENCE: usize = 6;

/// Times every entrant whose pace is slow.
pub fn time(context: &mut VisitContext<'_>, entrants: &mut [Entry<'_>]) {
    let slow = |entry: &Entry<'_>| matches!(entry, Ok(Entrant { pace: Pace::Slow { .. }, .. }));
    let indices: Vec<usize> = (0..entrants.len()).filter(|&index| slow(&entrants[index])).collect();
    if indices.is_empty() {
        return;
    }
    let mut reference = Reference::find(entrants);
    for order in order::shuffled(indices.len(), order::derive_seed(context.seed, "slow", 0)) {
        let index = indices[order];
        let lengths = entrants[index].as_ref().map_or(0, |entrant| entrant.prepared.len());
        let mut calls = Vec::new();
        for at in 0..lengths {
            calls.extend(calls_on(context, entrants, &mut reference, (index, at)));
        }
        if let Ok(entrant) = &mut entrants[index] {
            entrant.visited.samples.push(Samples::Calls { calls });
        }
        let whole = entrants[index].as_mut().ok().and_then(|entrant| entrant.whole.take());
        if let Some(whole) = whole {
            whole_call(context, entrants, &mut reference, index, whole);
        }
    }
}

/// Calls on one of an entrant's lengths, until the reference batches around one show an unshared core.
fn calls_on(
    context: &mut VisitContext<'_>,
    entrants: &mut [Entry<'_>],
    reference: &mut Reference,
    at: (usize, usize),
) -> Vec<Call> {
    let mut calls = Vec::new();
    for _ in 0..ATTEMPTS {
        let Some(call) = between_references(context, entrants, reference, at) else { break };
        calls.push(call);
        if !reference.shows_sharing(&call) {
            break;
        }
    }
    calls
}

/// One call on the whole input, kept apart: the extrapolation from prefixes makes no use of it.
fn whole_call(
    context: &mut VisitContext<'_>,
    entrants: &mut [Entry<'_>],
    reference: &mut Reference,
    index: usize,
    whole: WholeCall,
) {
    let Ok(entrant) = &mut entrants[index] else { return };
    let pace = std::mem::replace(&mut entrant.pace, whole.pace);
    entrant.prepared.push(whole.prepared);
    let at = entrant.prepared.len() - 1;
    let call = between_references(context, entrants, reference, (index, at));
    if let Ok(entrant) = &mut entrants[index] {
        entrant.pace = pace;
        entrant.visited.samples.extend(call.map(|call| Samples::WholeCall { call }));
        let prepared = entrant.prepared.split_off(at);
        let id = entrant.visited.id.clone();
        context.release(&id, prepared);
    }
}

/// The reference workload among the entrants, and its best time so far.
struct Reference {
    index: Option<usize>,
    best_ns: f64,
}

impl Reference {
    fn find(entrants: &[Entry<'_>]) -> Self {
        let in_rounds = |entrant: &Entrant<'_>| {
            entrant.visited.id == REFERENCE && matches!(entrant.pace, Pace::Rounds { .. })
        };
        let index = entrants.iter().position(|entry| entry.as_ref().is_ok_and(in_rounds));
        let samples =
            index.and_then(|index| entrants[index].as_ref().ok()).map(|entrant| &entrant.visited.samples);
        let batches = samples.into_iter().flatten().flat_map(|samples| match samples {
            Samples::Rounds { loops, batches_ns, .. } => {
                batches_ns.iter().map(|&ns| ns as f64 / *loops as f64).collect()
            }
            Samples::Calls { .. } | Samples::WholeCall { .. } => Vec::new(),
        });
        Self { index, best_ns: batches.fold(f64::INFINITY, f64::min) }
    }

    /// Whether another program had a part of the core around this call.
    fn shows_sharing(&mut self, call: &Call) -> bool {
        let before = self.is_slow(call.reference_loops, call.reference_before_ns);
        let after = self.is_slow(call.reference_loops, call.reference_after_ns);
        before || after
    }

    /// Whether a batch of the reference workload was slower than the best by more than an unshared core explains.
    fn is_slow(&mut self, loops: u64, ns: u64) -> bool {
        let per_loop = ns as f64 / loops as f64;
        self.best_ns = self.best_ns.min(per_loop);
        per_loop > SHARED * self.best_ns
    }
}

/// One call between two reference batches; `None` where the call or one of them failed, and with it the entrant.
fn between_references(
    context: &mut VisitContext<'_>,
    entrants: &mut [Entry<'_>],
    reference: &mut Reference,
    (index, at): (usize, usize),
) -> Option<Call> {
    let mut before = reference_batch(context, entrants, reference.index);
    for _ in 1..PATIENCE {
        match before {
            Some((loops, ns)) if reference.is_slow(loops, ns) => {
                before = reference_batch(context, entrants, reference.index);
            }
            _ => break,
        }
    }
    let outcome = match &mut entrants[index] {
        Ok(entrant) => one_call(context, entrant, at),
        Err(_) => return None,
    };
    let after = reference_batch(context, entrants, reference.index);
    match (outcome, before, after) {
        (Err(visited), ..) => {
            entrants[index] = Err(visited);
            None
        }
        (Ok((length, ns)), Some((reference_loops, reference_before_ns)), Some((_, reference_after_ns))) => {
            Some(Call { length, ns, reference_loops, reference_before_ns, reference_after_ns })
        }
        (Ok(_), ..) => {
            if let Ok(entrant) = &mut entrants[index] {
                let failure = Failure("the reference workload could not be measured".to_owned());
                entrants[index] = Err(entrant.failed(&failure));
            }
            None
        }
    }
}

/// Times one call, and judges what it answered.
fn one_call(
    context: &mut VisitContext<'_>,
    entrant: &mut Entrant<'_>,
    at: usize,
) -> Result<(usize, u64), Box<Visited>> {
    let Pace::Slow { call_ns, .. } = entrant.pace else { return Err(entrant.settled()) };
    let id = entrant.visited.id.clone();
    let length = entrant.prepared[at].length;
    let batch = Batch { input: 0, loops: 1, deadline_ns: deadline_ns(call_ns) };
    let phase = format!("call on {length}");
    match context.batch(&id, &phase, &mut entrant.prepared[at], batch) {
        Err(failure) => Err(entrant.failed(&failure)),
        Ok(ns) if context.judge_last(entrant, at, 0) => Ok((length, ns)),
        Ok(_) => Err(entrant.settled()),
    }
}

/// One reference batch: its loops and its time.
fn reference_batch(
    context: &mut VisitContext<'_>,
    entrants: &mut [Entry<'_>],
    reference: Option<usize>,
) -> Option<(u64, u64)> {
    let Ok(entrant) = &mut entrants[reference?] else { return None };
    let Pace::Rounds { loops, batch_ns } = entrant.pace else { return None };
    let loops = (loops * REFERENCE_NS).div_ceil(batch_ns.max(1));
    let batch = Batch { input: 0, loops, deadline_ns: deadline_ns(REFERENCE_NS) };
    let ns = context.batch(REFERENCE, "reference", &mut entrant.prepared[0], batch).ok()?;
    Some((loops, ns))
}
