//! How are quick contenders timed against each other?
//!
//! A round is one batch of every contender, close together in time, so that whatever disturbs the
//! machine disturbs neighbours alike; their ratio is taken within the round. The orders of a block of
//! rounds are a Williams square ([`crate::order`]). More contenders than one square holds are cut into
//! groups, and the baseline, the A/A control and the reference workload are in each of them.

use breakeven_problem::Failure;
use breakeven_record::Samples;
use breakeven_record::contender_id::{AA_CONTROL, REFERENCE};

use crate::context::{Batch, VisitContext, deadline_ns};
use crate::entrant::{Entrant, Entry};
use crate::order::{self, Step};
use crate::protocol::{Pace, Visited};

/// A block that would take longer than this, in nanoseconds, has fewer rounds: batches of one long call are steadier.
const BLOCK_NS: u64 = 250_000_000;

/// Rounds of the shortest block.
const FEWEST_ROUNDS: usize = 4;

/// Where another process has had the processor, a batch is preceded by untimed calls, one for so many of the batch.
const SETTLING: u64 = 3;

/// Times every entrant whose pace is rounds.
pub fn time(context: &mut VisitContext<'_>, entrants: &mut [Entry<'_>]) {
    for (group, members) in groups(entrants, context.baseline).into_iter().enumerate() {
        block(context, entrants, &members, group);
    }
}

/// Indices of the entrants of each group.
fn groups(entrants: &[Entry<'_>], baseline: &str) -> Vec<Vec<usize>> {
    let in_rounds =
        |index: &usize| matches!(&entrants[*index], Ok(Entrant { pace: Pace::Rounds { .. }, .. }));
    let id = |index: &usize| entrants[*index].as_ref().map_or("", |entrant| entrant.visited.id.as_str());
    let in_every_group = |index: &usize| [baseline, AA_CONTROL, REFERENCE].contains(&id(index));
    let (fixed, others): (Vec<usize>, Vec<usize>) =
        (0..entrants.len()).filter(in_rounds).partition(in_every_group);
    if others.is_empty() {
        return if fixed.is_empty() { Vec::new() } else { vec![fixed] };
    }
    // the largest squares that there may be: one of an even number of contenders has half the rounds of one of an odd
    // number
    others
        .chunks(order::LARGEST_SQUARE - fixed.len())
        .map(|part| fixed.iter().chain(part).copied().collect())
        .collect()
}

fn block(context: &mut VisitContext<'_>, entrants: &mut [Entry<'_>], members: &[usize], group: usize) {
    let mut orders = order::block(members.len(), order::derive_seed(context.seed, "rounds", group as u64));
    orders.truncate(rounds_in(BLOCK_NS, round_ns(entrants, members)));
    if context.place.is_companion() {
        warm_up(context, entrants, members);
    }
    let mut batches_ns = vec![Vec::with_capacity(orders.len()); members.len()];
    for Step { round, member } in (context.interleaving)(&orders) {
        let Ok(entrant) = &mut entrants[members[member]] else { continue };
        match one_batch(context, entrant, &format!("round {round}"), round % context.inputs.len()) {
            Ok(ns) => batches_ns[member].push(ns),
            Err(stopped) => entrants[members[member]] = Err(stopped),
        }
    }
    for (&index, batches_ns) in members.iter().zip(batches_ns) {
        let Ok(entrant) = &mut entrants[index] else { continue };
        let Pace::Rounds { loops, .. } = entrant.pace else { continue };
        entrant.visited.samples.push(Samples::Rounds { group, loops, batches_ns });
        let last_input = (orders.len() - 1) % context.inputs.len();
        if !context.judge_last(entrant, 0, last_input) {
            entrants[index] = Err(entrant.settled());
        }
    }
}

/// Nanoseconds that one batch of each takes.
fn round_ns(entrants: &[Entry<'_>], members: &[usize]) -> u64 {
    let batch_ns = |&member: &usize| match &entrants[member] {
        Ok(Entrant { pace: Pace::Rounds { batch_ns, .. }, .. }) => *batch_ns,
        _ => 0,
    };
    members.iter().map(batch_ns).sum()
}

/// How many rounds fit into a block. Of a square that is cut short, the rows are in random order already.
fn rounds_in(block_ns: u64, round_ns: u64) -> usize {
    usize::try_from(block_ns / round_ns.max(1)).unwrap_or(usize::MAX).max(FEWEST_ROUNDS)
}

/// One untimed batch of each as a warm-up: the processor has done something else since their last one.
fn warm_up(context: &mut VisitContext<'_>, entrants: &mut [Entry<'_>], members: &[usize]) {
    for &member in members {
        let Ok(entrant) = &mut entrants[member] else { continue };
        if let Err(stopped) = one_batch(context, entrant, "settling", 0) {
            entrants[member] = Err(stopped);
        }
    }
}

/// One batch; for a single number the answer is judged every time, for series after the last batch.
fn one_batch(
    context: &mut VisitContext<'_>,
    entrant: &mut Entrant<'_>,
    phase: &str,
    input: usize,
) -> Result<u64, Box<Visited>> {
    let Pace::Rounds { loops, batch_ns } = entrant.pace else {
        return Err(entrant.settled());
    };
    let id = entrant.visited.id.clone();
    let batch = Batch { input, loops, deadline_ns: deadline_ns(batch_ns) };
    let mut ns = 0;
    // as a program does by itself
    let settles = context.left_process && entrant.prepared[0].prepared.own_ns().is_none();
    let settling = settles.then_some(Batch { loops: loops.div_ceil(SETTLING), ..batch });
    for batch in settling.into_iter().chain([batch]) {
        ns = context
            .batch(&id, phase, &mut entrant.prepared[0], batch)
            .map_err(|Failure(reason)| entrant.failed(&Failure(format!("{reason} (in {phase})"))))?;
    }
    if context.workload.task.has_one_number() && !context.judge_last(entrant, 0, input) {
        return Err(entrant.settled());
    }
    Ok(ns)
}
