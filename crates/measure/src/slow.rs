//! How are contenders timed that take longer than a round?
//!
//! One call at a time, between two batches of the ruler, a fixed piece of arithmetic: the call's time
//! over the ruler's cancels the clock frequency of the moment. Where even one call on the whole input
//! is too long, prefixes are called and [`crate::estimate`] takes the slope.

use breakeven_problem::Failure;

use crate::estimate::RULER;
use crate::order;
use crate::protocol::{Pace, Visited};
use crate::record::{Call, Samples};
use crate::visit::{Batch, Entrant, Entry, Stage, deadline_ns, fail};

/// One ruler batch takes about this long, in nanoseconds.
const RULER_NS: u64 = 10_000_000;

/// Times every entrant whose pace is slow.
pub fn time(stage: &mut Stage<'_>, entrants: &mut [Entry<'_>]) {
    let calls: Vec<(usize, usize)> = entrants
        .iter()
        .enumerate()
        .filter_map(|(index, entrant)| Some((index, entrant.as_ref().ok()?)))
        .filter(|(_, entrant)| matches!(entrant.pace, Pace::Slow { .. }))
        .flat_map(|(index, entrant)| (0..entrant.prepared.len()).map(move |at| (index, at)))
        .collect();
    if calls.is_empty() {
        return;
    }
    let ruler = entrants.iter().position(|entrant| {
        entrant
            .as_ref()
            .is_ok_and(|entrant| entrant.visited.id == RULER && matches!(entrant.pace, Pace::Rounds { .. }))
    });
    let mut timed: Vec<Vec<Call>> = vec![Vec::new(); entrants.len()];
    for index in order::shuffled(calls.len(), order::derive_seed(stage.seed, "slow", 0)) {
        let (index, at) = calls[index];
        let before = ruler_batch(stage, entrants, ruler);
        let Ok(entrant) = &mut entrants[index] else { continue };
        let outcome = one_call(stage, entrant, at);
        let after = ruler_batch(stage, entrants, ruler);
        match (outcome, before, after) {
            (Err(visited), ..) => entrants[index] = Err(visited),
            (Ok((length, ns)), Some((ruler_loops, ruler_before_ns)), Some((_, ruler_after_ns))) => {
                timed[index].push(Call { length, ns, ruler_loops, ruler_before_ns, ruler_after_ns });
            }
            (Ok(_), ..) => {
                if let Ok(entrant) = &mut entrants[index] {
                    fail(&mut entrant.visited, &Failure("the ruler could not be measured".to_owned()));
                    entrants[index] = Err(Box::new(entrant.visited.clone()));
                }
            }
        }
    }
    for (entrant, mut calls) in entrants.iter_mut().zip(timed) {
        if let Ok(entrant) = entrant
            && !calls.is_empty()
        {
            calls.sort_by_key(|call| call.length);
            entrant.visited.samples.push(Samples::Calls { calls });
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
        Ok(ns) if entrant.judge_last(stage.workload, at, 0) => Ok((length, ns)),
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
    let ns = stage.batch(RULER, "ruler", &mut entrant.prepared[0], batch).ok()?;
    Some((loops, ns))
}
