//! How are contenders timed that take longer than a round?
//!
//! One call at a time, between two batches of the ruler, a fixed piece of arithmetic: the call's time
//! over the ruler's cancels the clock frequency of the moment. Where even one call on the whole input
//! is too long, prefixes are called, one after the other, and [`breakeven_estimate`] takes the slope.
//!
//! On a shared machine somebody else may have half of the core for a second or two. The rulers show
//! it: a call is not begun before one of a few rulers shows a core of our own, and where the ruler
//! after it shows that it was not, the call is made once more. Which call counts is decided by the
//! rulers alone, never by how long it took itself, and all of them are kept.

use breakeven_problem::Failure;
use breakeven_record::contender_id::REFERENCE;
use breakeven_record::{Call, Samples};

use crate::order;
use crate::protocol::{Pace, Visited};
use crate::visit::{Batch, Entrant, Entry, Stage, WholeCall, deadline_ns, fail};

/// One ruler batch takes about this long, in nanoseconds.
const RULER_NS: u64 = 10_000_000;

/// Rulers that are slower than the best of this visit by more than this show a shared core.
const SHARED: f64 = 1.10;

/// Calls that are made at most, until the rulers show a core of our own.
const ATTEMPTS: usize = 2;

/// Rulers before a call at most, until one shows a core of our own.
const PATIENCE: usize = 6;

/// Times every entrant whose pace is slow.
pub fn time(stage: &mut Stage<'_>, entrants: &mut [Entry<'_>]) {
    let slow = |entry: &Entry<'_>| matches!(entry, Ok(Entrant { pace: Pace::Slow { .. }, .. }));
    let indices: Vec<usize> = (0..entrants.len()).filter(|&index| slow(&entrants[index])).collect();
    if indices.is_empty() {
        return;
    }
    let mut ruler = Ruler::find(entrants);
    for order in order::shuffled(indices.len(), order::derive_seed(stage.seed, "slow", 0)) {
        let index = indices[order];
        let lengths = entrants[index].as_ref().map_or(0, |entrant| entrant.prepared.len());
        let mut calls = Vec::new();
        for at in 0..lengths {
            calls.extend(calls_on(stage, entrants, &mut ruler, (index, at)));
        }
        if let Ok(entrant) = &mut entrants[index] {
            entrant.visited.samples.push(Samples::Calls { calls });
        }
        let whole = entrants[index].as_mut().ok().and_then(|entrant| entrant.whole.take());
        if let Some(whole) = whole {
            whole_call(stage, entrants, &mut ruler, index, whole);
        }
    }
}

/// Calls on one of an entrant's lengths, until the rulers show a core of our own.
fn calls_on(
    stage: &mut Stage<'_>,
    entrants: &mut [Entry<'_>],
    ruler: &mut Ruler,
    at: (usize, usize),
) -> Vec<Call> {
    let mut calls = Vec::new();
    for _ in 0..ATTEMPTS {
        let Some(call) = between_rulers(stage, entrants, ruler, at) else { break };
        calls.push(call);
        if !ruler.shows_sharing(&call) {
            break;
        }
    }
    calls
}

/// One call on the whole input, kept apart: prefixes are not to know of it.
fn whole_call(
    stage: &mut Stage<'_>,
    entrants: &mut [Entry<'_>],
    ruler: &mut Ruler,
    index: usize,
    whole: WholeCall,
) {
    let Ok(entrant) = &mut entrants[index] else { return };
    let pace = std::mem::replace(&mut entrant.pace, whole.pace);
    entrant.prepared.push(whole.prepared);
    let at = entrant.prepared.len() - 1;
    let call = between_rulers(stage, entrants, ruler, (index, at));
    if let Ok(entrant) = &mut entrants[index] {
        entrant.pace = pace;
        entrant.visited.samples.extend(call.map(|call| Samples::WholeCall { call }));
        let prepared = entrant.prepared.split_off(at);
        let id = entrant.visited.id.clone();
        stage.release(&id, prepared);
    }
}

/// The ruler among the entrants, and its best time so far.
struct Ruler {
    index: Option<usize>,
    best_ns: f64,
}

impl Ruler {
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

    /// Whether somebody else had a part of the core around this call.
    fn shows_sharing(&mut self, call: &Call) -> bool {
        let before = self.is_slow(call.ruler_loops, call.ruler_before_ns);
        let after = self.is_slow(call.ruler_loops, call.ruler_after_ns);
        before || after
    }

    /// Whether a batch of the ruler was slower than the best by more than a core of our own explains.
    fn is_slow(&mut self, loops: u64, ns: u64) -> bool {
        let per_loop = ns as f64 / loops as f64;
        self.best_ns = self.best_ns.min(per_loop);
        per_loop > SHARED * self.best_ns
    }
}

/// One call between two rulers; `None` where either failed, and the entrant then has too.
fn between_rulers(
    stage: &mut Stage<'_>,
    entrants: &mut [Entry<'_>],
    ruler: &mut Ruler,
    (index, at): (usize, usize),
) -> Option<Call> {
    let mut before = ruler_batch(stage, entrants, ruler.index);
    for _ in 1..PATIENCE {
        match before {
            Some((loops, ns)) if ruler.is_slow(loops, ns) => {
                before = ruler_batch(stage, entrants, ruler.index);
            }
            _ => break,
        }
    }
    let outcome = match &mut entrants[index] {
        Ok(entrant) => one_call(stage, entrant, at),
        Err(_) => return None,
    };
    let after = ruler_batch(stage, entrants, ruler.index);
    match (outcome, before, after) {
        (Err(visited), ..) => {
            entrants[index] = Err(visited);
            None
        }
        (Ok((length, ns)), Some((ruler_loops, ruler_before_ns)), Some((_, ruler_after_ns))) => {
            Some(Call { length, ns, ruler_loops, ruler_before_ns, ruler_after_ns })
        }
        (Ok(_), ..) => {
            if let Ok(entrant) = &mut entrants[index] {
                fail(&mut entrant.visited, &Failure("the ruler could not be measured".to_owned()));
                entrants[index] = Err(Box::new(entrant.visited.clone()));
            }
            None
        }
    }
}

/// Times one call, and judges what it answered.
fn one_call(
    stage: &mut Stage<'_>,
    entrant: &mut Entrant<'_>,
    at: usize,
) -> Result<(usize, u64), Box<Visited>> {
    let Pace::Slow { call_ns, .. } = entrant.pace else { return Err(Box::new(entrant.visited.clone())) };
    let id = entrant.visited.id.clone();
    let length = entrant.prepared[at].length;
    let batch = Batch { input: 0, loops: 1, deadline_ns: deadline_ns(call_ns) };
    let phase = format!("call on {length}");
    match stage.batch(&id, &phase, &mut entrant.prepared[at], batch) {
        Err(failure) => {
            fail(&mut entrant.visited, &failure);
            Err(Box::new(entrant.visited.clone()))
        }
        Ok(ns) if stage.judge_last(entrant, at, 0) => Ok((length, ns)),
        Ok(_) => Err(Box::new(entrant.visited.clone())),
    }
}

/// One batch of the ruler: its loops and its time.
fn ruler_batch(
    stage: &mut Stage<'_>,
    entrants: &mut [Entry<'_>],
    ruler: Option<usize>,
) -> Option<(u64, u64)> {
    let Ok(entrant) = &mut entrants[ruler?] else { return None };
    let Pace::Rounds { loops, batch_ns } = entrant.pace else { return None };
    let loops = (loops * RULER_NS).div_ceil(batch_ns.max(1));
    let batch = Batch { input: 0, loops, deadline_ns: deadline_ns(RULER_NS) };
    let ns = stage.batch(REFERENCE, "ruler", &mut entrant.prepared[0], batch).ok()?;
    Some((loops, ns))
}
