//! What does one process do with one workload?
//!
//! Verify, time, verify again. Every contender is prepared and its answers are judged ([`probe`]);
//! those that are right are timed, in interleaved rounds ([`crate::rounds`]) or, where a call takes
//! longer than 20 ms, one call at a time ([`crate::single_calls`]); and what they answered while they were
//! timed is judged again.

use std::sync::Arc;

use breakeven_problem::{Answer, Data};

use crate::clock::Clock;
use crate::context::{VisitContext, Watch};
use crate::entrant::Entry;
use crate::input_file::InputFileError;
use crate::order::{self, Interleaving};
use crate::probe;
use crate::protocol::{Purpose, Visit, Visited};
use crate::registry::Registry;
use crate::rounds;
use crate::single_calls;

/// Measures one workload once.
///
/// # Errors
/// An input file cannot be read. What goes wrong with a contender is in its entry instead.
pub fn visit(
    registry: &Registry,
    clock: &dyn Clock,
    watch: &mut dyn Watch,
    request: &Visit,
) -> Result<Vec<Visited>, InputFileError> {
    visit_with(registry, clock, watch, request, order::balanced)
}

/// The same with any interleaving of batches: that of a run, or one that only a simulation tries.
pub fn visit_with(
    registry: &Registry,
    clock: &dyn Clock,
    watch: &mut dyn Watch,
    request: &Visit,
    interleaving: Interleaving,
) -> Result<Vec<Visited>, InputFileError> {
    let inputs: Arc<[Data]> = request.inputs.iter().map(|file| file.read()).collect::<Result<_, _>>()?;
    let expected = read_expected(registry, request, &inputs)?;
    let mut context = VisitContext {
        registry,
        clock,
        watch,
        workload: &request.workload,
        inputs,
        expected,
        baseline: &request.baseline,
        seed: request.seed,
        place: request.place,
        interleaving,
        left_process: false,
    };
    let mut entrants: Vec<Entry<'_>> =
        request.contenders.iter().map(|asked| probe::enter(&mut context, asked)).collect();
    if request.purpose == Purpose::Measure {
        rounds::time(&mut context, &mut entrants);
        single_calls::time(&mut context, &mut entrants);
    }
    let visited = entrants.into_iter().map(|entrant| match entrant {
        Ok(entrant) => {
            context.release(&entrant.visited.id, entrant.prepared);
            Visited { pace: Some(entrant.pace), ..entrant.visited }
        }
        Err(visited) => *visited,
    });
    Ok(visited.collect())
}

fn read_expected(
    registry: &Registry,
    request: &Visit,
    inputs: &Arc<[Data]>,
) -> Result<Arc<[Answer]>, InputFileError> {
    if request.expected.is_empty() {
        return Ok(inputs.iter().map(|input| (registry.expected)(&request.workload, input)).collect());
    }
    let answers = request.expected.iter().map(|file| {
        Ok(match (file.read_answer()?, request.workload.task) {
            (Answer::Series(values), task) if task.has_one_number() => {
                Answer::Value(values.first().copied().unwrap_or(f64::NAN))
            }
            (answer, _) => answer,
        })
    });
    answers.collect()
}
