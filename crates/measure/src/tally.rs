//! What is known of a workload while its processes are visited, and which contender is timed where?
//!
//! Each visit adds its samples. A contender that is wrong, absent or has failed is excluded: it is not asked for again.
//!
//! Every contender has a home, the process that it is timed in: the worker; the `threaded` companion for one that uses
//! several threads; the `quarantine` companion for one that has taken a worker of this run down. The baseline, the A/A
//! control and the reference workload also visit the companions, so that a ratio is always taken inside one process and
//! between neighbours in time. A contender that takes the worker down moves to quarantine; one that takes its companion
//! down, or runs past its deadline, has failed.

use std::collections::BTreeSet;

use breakeven_estimate::{EXTRAPOLATION_LIMIT, does_not_extrapolate, median};
use breakeven_problem::Data;
use breakeven_problem::judgement::larger;
use breakeven_record::contender_id::{AA_CONTROL, REFERENCE};
use breakeven_record::place::Place;
use breakeven_record::{ContenderRecord, Crash, InputRecord, Outcome, Run, Samples, Tier, WorkloadRecord};

use crate::crew::{Cause, CrashReport};
use crate::input_file::InputFile;
use crate::job::Job;
use crate::order::derive_seed;
use crate::printable::one_line;
use crate::protocol::{ContenderRequest, Pace, Purpose, Visit, Visited};
use crate::registry::Registry;

/// One workload's record while its processes are visited.
pub struct Tally {
    record: WorkloadRecord,
    /// One per contender of the record, in its order.
    states: Vec<State>,
}

/// Whether and how a contender is timed by the processes to come.
#[derive(Debug, Clone, Default)]
struct State {
    /// How it is timed; none until a process has found that out.
    pace: Option<Pace>,
    /// Whether it was wrong, absent, or has failed: no process is asked for it again.
    excluded: bool,
    /// The companions that it has failed in as a visitor: it does not visit them again.
    barred_from: BTreeSet<Place>,
    /// How it took the worker down on this workload, if it did.
    crash: Option<String>,
}

/// What all visits of one workload have in common.
#[derive(Clone, Copy)]
pub struct VisitPlan<'a> {
    /// What is measured.
    pub job: &'a Job,
    /// One file per input.
    pub inputs: &'a [InputFile],
    /// The right answers, one file per input; none where the worker computes them itself.
    pub expected: &'a [InputFile],
    /// The seed of the run.
    pub seed: u64,
    /// Whether contenders are timed, or only verified.
    pub purpose: Purpose,
}

/// One visit to come.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'a> {
    /// Which process, counted from 0.
    pub process: usize,
    /// The worker, or which of its companions.
    pub place: Place,
    /// Whether it is the first process of this workload.
    pub first: bool,
    /// The contenders that have taken a worker of this run down.
    pub crashed: &'a BTreeSet<String>,
}

/// How a run goes on after a crash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AfterCrash {
    /// The contender of this crash is timed in the quarantine companion from now on.
    Quarantine(Crash),
    /// The visit is repeated without the contender: it has failed, or no longer visits this companion.
    Exclude,
    /// No contender that takes part is to blame: another attempt would end the same way.
    GiveUp,
}

impl Tally {
    /// The tally of a job of which nothing is measured yet.
    #[must_use]
    pub fn new(registry: &Registry, job: &Job, inputs: &[Data], files: &[InputFile]) -> Self {
        let workload = &job.workload;
        let mut contenders: Vec<ContenderRecord> =
            job.contenders.iter().map(|id| unmeasured(registry, job, id)).collect();
        let mut states = vec![State::default(); contenders.len()];
        for (contender, state) in contenders.iter_mut().zip(&mut states) {
            let is_control = contender.id == AA_CONTROL;
            let known = job.known.get(if is_control { job.baseline.as_str() } else { contender.id.as_str() });
            // the control repeats the baseline's calls, but not its first one
            if let Some(known) = known.filter(|known| !is_control || !known.outcome.is_timed()) {
                contender.findings = known.clone();
                state.excluded = !known.outcome.is_timed();
            }
        }
        let record = WorkloadRecord {
            id: workload.id.clone(),
            task: workload.task.word().to_owned(),
            why: workload.why.clone(),
            input: input_record(job, inputs, files),
            length: workload.length,
            window: workload.window,
            ddof: workload.ddof,
            units: workload.units(workload.length),
            baseline: job.baseline.as_str().into(),
            contenders,
        };
        Self { states, record }
    }

    /// The tally of a workload after earlier stages, for a further stage to add to.
    pub fn resume(known: &WorkloadRecord, crashes: &[Crash]) -> Self {
        let mut record = known.clone();
        for contender in &mut record.contenders {
            // this follows from the samples so far: more of them may show otherwise
            if contender.findings.reason.is_some()
                && contender.findings.reason == not_extrapolated(known, &contender.id)
            {
                (contender.findings.outcome, contender.findings.reason) = (Outcome::Measured, None);
            }
        }
        let crash_of = |contender: &ContenderRecord| {
            let mut here = crashes.iter().filter(|crash| crash.workload == known.id);
            here.find(|crash| contender.id == crash.contender).map(|crash| crash.how.clone())
        };
        let state = |contender: &ContenderRecord| State {
            pace: pace(contender),
            excluded: !contender.findings.outcome.is_timed(),
            barred_from: BTreeSet::new(),
            crash: crash_of(contender),
        };
        Self { states: record.contenders.iter().map(state).collect(), record }
    }

    /// What the process is asked on this turn; `None` where no contender is at home there.
    pub fn visit(&self, plan: &VisitPlan<'_>, turn: Turn<'_>) -> Option<Visit> {
        let job = plan.job;
        let at_home = |contender: &ContenderRecord| self.home(contender, turn.crashed) == turn.place;
        let everyone = self.record.contenders.iter().zip(&self.states);
        let taking_part = everyone.filter(|(_, state)| !state.excluded);
        if !taking_part.clone().any(|(contender, _)| at_home(contender)) {
            return None;
        }
        let contenders = taking_part
            .filter(|(contender, state)| at_home(contender) || self.is_visitor(contender, state, turn.place))
            .map(|(contender, state)| ContenderRequest {
                id: contender.id.to_string(),
                pace: state.pace.clone(),
                whole_call: turn.first && job.whole_call.as_deref() == Some(contender.id.as_str()),
            });
        Some(Visit {
            workload: job.workload.clone(),
            inputs: plan.inputs.to_vec(),
            expected: plan.expected.to_vec(),
            baseline: job.baseline.clone(),
            contenders: contenders.collect(),
            seed: derive_seed(plan.seed, &job.workload.id, 1 + turn.process as u64),
            purpose: plan.purpose,
            place: turn.place,
        })
    }

    /// Where a contender is timed; the A/A control is timed where the baseline is.
    fn home(&self, contender: &ContenderRecord, crashed: &BTreeSet<String>) -> Place {
        let original = if contender.id == AA_CONTROL { &self.record.baseline } else { &contender.id };
        match (contender.declared.threads, crashed.contains(original.as_str())) {
            (1, false) => Place::Worker,
            (1, true) => Place::Quarantine,
            _ => Place::Threaded,
        }
    }

    /// Whether a contender also visits a companion that is not its home, so that ratios can be taken there. A baseline
    /// in single-call timing does not: such contenders are compared through the reference workload.
    fn is_visitor(&self, contender: &ContenderRecord, state: &State, place: Place) -> bool {
        let id = &contender.id;
        place.is_companion()
            && (id == REFERENCE || id == AA_CONTROL || *id == self.record.baseline)
            && matches!(state.pace, Some(Pace::Rounds { .. }))
            && !state.barred_from.contains(&place)
    }

    /// Adds what a visit has found. Of a visitor only the samples are added: the rest is known from its home.
    pub fn add(&mut self, turn: Turn<'_>, visited: Vec<Visited>) {
        for found in visited {
            let Some(index) = self.position(&found.id) else { continue };
            if self.home(&self.record.contenders[index], turn.crashed) == turn.place {
                self.add_findings(turn.process, index, &found);
            } else if !found.findings.outcome.is_timed() {
                self.states[index].barred_from.insert(turn.place);
            }
            let runs = &mut self.record.contenders[index].runs;
            let (process, place) = (turn.process, turn.place);
            runs.extend(found.samples.into_iter().map(|samples| Run { process, place, samples }));
        }
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.record.contenders.iter().position(|known| known.id == id)
    }

    fn add_findings(&mut self, process: usize, index: usize, found: &Visited) {
        let (contender, state) = (&mut self.record.contenders[index], &mut self.states[index]);
        let findings = &found.findings;
        if state.pace.is_none() {
            state.pace.clone_from(&found.pace);
        }
        if findings.outcome != Outcome::Measured {
            let failed = findings.outcome == Outcome::Failed;
            let process = if failed { in_process(process) } else { String::new() };
            contender.findings.outcome = findings.outcome;
            contender.findings.reason =
                findings.reason.as_ref().map(|reason| format!("{}{process}", one_line(reason)));
        }
        if !findings.outcome.is_timed() {
            state.excluded = true;
            contender.findings.install.clone_from(&findings.install);
        }
        contender.findings.version = findings.version.clone().or(contender.findings.version.take());
        contender.tier = found.pace.as_ref().map(tier).or(contender.tier);
        contender.prepare_ns.extend(found.prepare_ns);
        contender.findings.peak_bytes = findings.peak_bytes.or(contender.findings.peak_bytes);
        contender.findings.max_ulp = larger(contender.findings.max_ulp, findings.max_ulp);
        contender.findings.max_relative = larger(contender.findings.max_relative, findings.max_relative);
        contender.findings.answer = findings.answer.clone().or(contender.findings.answer.take());
    }

    /// Notes a crash, and decides how the run goes on.
    pub fn after_crash(&mut self, turn: Turn<'_>, report: &CrashReport) -> AfterCrash {
        let id = &report.step.contender;
        let Some(index) = self.position(id) else { return AfterCrash::GiveUp };
        let at_home = self.home(&self.record.contenders[index], turn.crashed) == turn.place;
        let process = in_process(turn.process);
        let how = format!("{} in {}{process}{}", report.how, report.step.phase, report.output);
        let state = &mut self.states[index];
        if !at_home {
            let new = state.barred_from.insert(turn.place);
            return if new { AfterCrash::Exclude } else { AfterCrash::GiveUp };
        }
        if turn.place == Place::Worker && report.cause == Cause::Crash {
            state.crash = Some(how.clone());
            let contender = if id == AA_CONTROL { self.record.baseline.to_string() } else { id.clone() };
            return AfterCrash::Quarantine(Crash { contender, workload: self.record.id.clone(), how });
        }
        let before = match (turn.place, &state.crash) {
            (Place::Quarantine, Some(before)) => format!("; before that in the worker: {before}"),
            (Place::Quarantine, None) => "; it had taken down a worker on another workload".to_owned(),
            _ => String::new(),
        };
        let excluded_before = std::mem::replace(&mut state.excluded, true);
        let contender = &mut self.record.contenders[index];
        contender.findings.outcome = Outcome::Failed;
        contender.findings.reason = Some(format!("{how}{before}"));
        if excluded_before { AfterCrash::GiveUp } else { AfterCrash::Exclude }
    }

    /// The record with the samples so far: a contender that does not extrapolate has failed.
    pub fn finish(&self) -> WorkloadRecord {
        let mut record = self.record.clone();
        for contender in record.contenders.iter_mut().filter(|known| known.findings.outcome.is_timed()) {
            if let Some(reason) = not_extrapolated(&self.record, &contender.id) {
                contender.findings.outcome = Outcome::Failed;
                contender.findings.reason = Some(reason);
            }
        }
        record
    }
}

/// Why a contender does not extrapolate, if the samples so far show that it does not.
fn not_extrapolated(workload: &WorkloadRecord, contender: &str) -> Option<String> {
    let off = does_not_extrapolate(workload, contender)?;
    Some(format!(
        "does not extrapolate: a third prefix was predicted {:.1} % off ({:.1} to {:.1} over the processes), more than {:.0} %",
        100.0 * off.value,
        100.0 * off.low,
        100.0 * off.high,
        100.0 * EXTRAPOLATION_LIMIT
    ))
}

/// The pace of earlier processes, from their samples: the loops, or the lengths that were called.
fn pace(contender: &ContenderRecord) -> Option<Pace> {
    contender.runs.iter().find_map(|run| match &run.samples {
        Samples::Rounds { loops, batches_ns, .. } => {
            let batches: Vec<f64> = batches_ns.iter().map(|&ns| ns as f64).collect();
            Some(Pace::Rounds { loops: *loops, batch_ns: median(&batches)? as u64 })
        }
        Samples::Calls { calls } => {
            let lengths: BTreeSet<usize> = calls.iter().map(|call| call.length).collect();
            Some(Pace::Slow {
                lengths: lengths.into_iter().collect(),
                call_ns: calls.iter().map(|call| call.ns).max()?,
            })
        }
        Samples::WholeCall { .. } => None,
    })
}

fn in_process(process: usize) -> String {
    format!(" (process {process})")
}

fn tier(pace: &Pace) -> Tier {
    match pace {
        Pace::Rounds { .. } => Tier::Rounds,
        Pace::Slow { .. } => Tier::SingleCalls,
    }
}

/// What is known of a contender before it is visited.
fn unmeasured(registry: &Registry, job: &Job, id: &str) -> ContenderRecord {
    let contender = registry.find(id, &job.workload, &job.baseline);
    let about = contender.map(breakeven_problem::Contender::about);
    let input = about.map_or("nothing", |about| about.input.word());
    let precision = about.map_or("control", |about| about.contract.word());
    let mut known = ContenderRecord::unvisited(id, input, precision);
    known.declared.threads = about.map_or(1, |about| about.threads);
    known.declared.isa = contender.and_then(breakeven_problem::Contender::isa).map(str::to_owned);
    known
}

fn input_record(job: &Job, inputs: &[Data], files: &[InputFile]) -> InputRecord {
    use breakeven_problem::Source;
    let (kind, name) = match &job.workload.source {
        Source::Seeded(distribution) => ("seeded", distribution.word().to_owned()),
        Source::Recording { name, .. } => ("recording", name.clone()),
        Source::File { name } => ("file", name.clone()),
        Source::Made { name } => ("made", name.clone()),
    };
    let channels = inputs.first().and_then(Data::recording).map_or(1, |signal| signal.channels().len());
    let dtype = match inputs.first() {
        Some(Data::Series(_)) => "f64",
        Some(Data::Made(_)) => "object",
        Some(Data::Recording(_)) | None => "i16",
    };
    InputRecord {
        kind: kind.to_owned(),
        name,
        note: job.note.clone(),
        sha256: files.iter().map(|file| file.sha256.clone()).collect(),
        rows: job.workload.length,
        channels,
        dtype: dtype.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use breakeven_record::Call;

    use super::*;

    fn rounds(loops: u64, batches_ns: &[u64]) -> Samples {
        Samples::Rounds { group: 0, loops, batches_ns: batches_ns.to_vec() }
    }

    fn call(length: usize) -> Call {
        Call { length, ns: length as u64, reference_loops: 1, reference_before_ns: 1, reference_after_ns: 1 }
    }

    fn calls(lengths: &[usize]) -> Samples {
        Samples::Calls { calls: lengths.iter().copied().map(call).collect() }
    }

    fn whole_call(length: usize) -> Samples {
        Samples::WholeCall { call: call(length) }
    }

    #[test]
    fn a_further_stage_is_timed_at_the_pace_of_the_earlier_ones() {
        let slow = |lengths: &[usize], call_ns| Some(Pace::Slow { lengths: lengths.to_vec(), call_ns });
        let table = [
            (vec![], None),
            (
                vec![rounds(7, &[90, 100, 300]), rounds(7, &[80; 3])],
                Some(Pace::Rounds { loops: 7, batch_ns: 100 }),
            ),
            (vec![calls(&[201, 302, 302, 403]); 2], slow(&[201, 302, 403], 403)),
            // a call on the whole input is no pace
            (vec![whole_call(360_000), calls(&[201, 302, 403])], slow(&[201, 302, 403], 403)),
        ];
        for (samples, expected) in table {
            let place = Place::Worker;
            let runs = samples.into_iter().enumerate();
            let contender = ContenderRecord {
                runs: runs.map(|(process, samples)| Run { process, place, samples }).collect(),
                ..ContenderRecord::unvisited("rust/a", "slice", "fast")
            };
            assert_eq!(pace(&contender), expected, "{:?}", contender.runs);
        }
    }
}
