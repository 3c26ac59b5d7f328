//! What is known of a workload while its processes come in?
//!
//! Each visit adds its samples; a contender that is wrong, absent or has failed is not asked again. One
//! that takes a worker down is given a companion, and has failed when it takes that down too.

use std::collections::{BTreeMap, BTreeSet};

use breakeven_estimate::{EXTRAPOLATION_LIMIT, does_not_extrapolate, median};
use breakeven_problem::Data;
use breakeven_record::contender_id::{AA_CONTROL, ContenderId, REFERENCE};
use breakeven_record::place::Place;
use breakeven_record::{ContenderRecord, Crash, InputRecord, Outcome, Run, Samples, Tier, WorkloadRecord};

use crate::companion::{History, place_of};
use crate::crew::{CrashReport, Death};
use crate::input_file::InputFile;
use crate::job::Job;
use crate::protocol::{Asked, Pace, Visited};
use crate::visit::Registry;

/// One workload's record while its processes come in.
pub struct Tally {
    record: WorkloadRecord,
    paces: Vec<Option<Pace>>,
    out: BTreeSet<ContenderId>,
    unwelcome: BTreeSet<(Place, ContenderId)>,
    crashes: BTreeMap<String, String>,
}

/// One visit to come.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'a> {
    /// Which process, counted from 0.
    pub process: usize,
    /// Where.
    pub place: Place,
    /// Whether it is the first process of this workload.
    pub first: bool,
    /// Who has taken a worker of this run down.
    pub crashed: &'a BTreeSet<String>,
}

/// What becomes of whoever took a process down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aftermath {
    /// The contender of this crash goes on in a companion.
    Moves(Crash),
    /// It has failed, or is no guest of that companion any more.
    Stays,
    /// It is nobody of this workload: asking again would end the same way.
    Unknown,
}

impl Tally {
    /// The tally of a job of which nothing is measured yet.
    #[must_use]
    pub fn new(registry: &Registry, job: &Job, inputs: &[Data], files: &[InputFile]) -> Self {
        let workload = &job.workload;
        let contenders: Vec<ContenderRecord> =
            job.contenders.iter().map(|id| unmeasured(registry, job, id)).collect();
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
        Self {
            paces: vec![None; record.contenders.len()],
            record,
            out: BTreeSet::new(),
            unwelcome: BTreeSet::new(),
            crashes: BTreeMap::new(),
        }
    }

    /// What is known of a workload after earlier looks, so that another one can go on with it.
    pub fn again(known: &WorkloadRecord, crashes: &[Crash]) -> Self {
        let mut record = known.clone();
        for contender in &mut record.contenders {
            // drawn from the samples so far: more of them may tell otherwise
            if contender.reason.is_some() && contender.reason == not_extrapolated(known, &contender.id) {
                (contender.outcome, contender.reason) = (Outcome::Measured, None);
            }
        }
        let is_out = |known: &&ContenderRecord| {
            matches!(known.outcome, Outcome::Wrong | Outcome::Absent | Outcome::Failed)
        };
        let here = crashes.iter().filter(|crash| crash.workload == record.id);
        Self {
            paces: record.contenders.iter().map(pace).collect(),
            out: record.contenders.iter().filter(is_out).map(|known| known.id.clone()).collect(),
            unwelcome: BTreeSet::new(),
            crashes: here.map(|crash| (crash.contender.clone(), crash.how.clone())).collect(),
            record,
        }
    }

    /// Whom to ask for on this turn, and at what pace; nobody where no contender lives there.
    pub fn ask(&self, job: &Job, turn: Turn<'_>) -> Vec<Asked> {
        let lives_here = |contender: &ContenderRecord| self.home(contender, turn.crashed) == turn.place;
        let in_play = |contender: &&ContenderRecord| !self.out.contains(&contender.id);
        if !self.record.contenders.iter().filter(in_play).any(lives_here) {
            return Vec::new();
        }
        let members = self.record.contenders.iter().zip(&self.paces).filter(|(contender, pace)| {
            in_play(contender) && (lives_here(contender) || self.is_guest(contender, pace.as_ref(), turn))
        });
        members
            .map(|(contender, pace)| Asked {
                id: contender.id.to_string(),
                pace: pace.clone(),
                whole_call: turn.first && job.whole_call.as_deref() == Some(contender.id.as_str()),
            })
            .collect()
    }

    /// Where a contender is at home: the twin wherever its original is.
    fn home(&self, contender: &ContenderRecord, crashed: &BTreeSet<String>) -> Place {
        let original = if contender.id == AA_CONTROL { &self.record.baseline } else { &contender.id };
        let history = if crashed.contains(original.as_str()) { History::Crashed } else { History::Clean };
        place_of(contender.threads, history)
    }

    /// Whether it comes along to a companion that is not its home, so that ratios can be taken there. A
    /// slow baseline stays at home: what is slow is compared through the ruler.
    fn is_guest(&self, contender: &ContenderRecord, pace: Option<&Pace>, turn: Turn<'_>) -> bool {
        let id = &contender.id;
        turn.place.is_companion()
            && (id == REFERENCE || id == AA_CONTROL || *id == self.record.baseline)
            && matches!(pace, Some(Pace::Rounds { .. }))
            && !self.unwelcome.contains(&(turn.place, id.clone()))
    }

    /// Adds what a visit has found. Of a guest only the samples count: the rest is known from its home.
    pub fn add(&mut self, turn: Turn<'_>, visited: Vec<Visited>) {
        for found in visited {
            let Some(index) = self.record.contenders.iter().position(|known| known.id == found.id) else {
                continue;
            };
            let lives_here = self.home(&self.record.contenders[index], turn.crashed) == turn.place;
            match (lives_here, found.outcome) {
                (true, _) => self.add_resident(turn.process, index, &found),
                (false, Outcome::Measured | Outcome::KnownWrong) => {}
                (false, Outcome::Wrong | Outcome::Absent | Outcome::Failed) => {
                    self.unwelcome.insert((turn.place, found.id.as_str().into()));
                }
            }
            let runs = &mut self.record.contenders[index].runs;
            let (process, place) = (turn.process, turn.place);
            runs.extend(found.samples.into_iter().map(|samples| Run { process, place, samples }));
        }
    }

    fn add_resident(&mut self, process: usize, index: usize, found: &Visited) {
        let contender = &mut self.record.contenders[index];
        if self.paces[index].is_none() {
            self.paces[index].clone_from(&found.pace);
        }
        match found.outcome {
            Outcome::Measured => {}
            Outcome::KnownWrong => {
                contender.outcome = Outcome::KnownWrong;
                contender.reason.clone_from(&found.reason);
            }
            Outcome::Wrong | Outcome::Absent | Outcome::Failed => {
                self.out.insert(found.id.as_str().into());
                contender.outcome = found.outcome;
                let process =
                    if found.outcome == Outcome::Failed { in_process(process) } else { String::new() };
                contender.reason = found.reason.as_ref().map(|reason| format!("{reason}{process}"));
                contender.install.clone_from(&found.install);
            }
        }
        contender.version = found.version.clone().or(contender.version.take());
        contender.tier = found.pace.as_ref().map(tier).or(contender.tier);
        contender.prepare_ns.extend(found.prepare_ns);
        contender.max_ulp = larger(contender.max_ulp, found.max_ulp);
        contender.max_relative = larger(contender.max_relative, found.max_relative);
        contender.answer = found.answer.clone().or(contender.answer.take());
    }

    /// Says what becomes of the report. A crash in the worker costs its place there; a crash in a
    /// companion, or a deadline, is its failure.
    pub fn crashed(&mut self, turn: Turn<'_>, report: &CrashReport) -> Aftermath {
        let id = &report.step.contender;
        let Some(index) = self.record.contenders.iter().position(|known| known.id == *id) else {
            return Aftermath::Unknown;
        };
        let lives_here = self.home(&self.record.contenders[index], turn.crashed) == turn.place;
        let what =
            format!("{} in {}{}{}", report.how, report.step.phase, in_process(turn.process), report.output);
        if !lives_here {
            let new = self.unwelcome.insert((turn.place, id.clone().into()));
            return if new { Aftermath::Stays } else { Aftermath::Unknown };
        }
        if turn.place == Place::Worker && report.death == Death::Crash {
            self.crashes.insert(id.clone(), what.clone());
            let contender = if id == AA_CONTROL { self.record.baseline.to_string() } else { id.clone() };
            return Aftermath::Moves(Crash { contender, workload: self.record.id.clone(), how: what });
        }
        let before = match (turn.place, self.crashes.get(id)) {
            (Place::Quarantine, Some(before)) => format!("; before that in the worker: {before}"),
            (Place::Quarantine, None) => "; it had taken down a worker on another workload".to_owned(),
            _ => String::new(),
        };
        let contender = &mut self.record.contenders[index];
        contender.outcome = Outcome::Failed;
        contender.reason = Some(format!("{what}{before}"));
        if self.out.insert(id.clone().into()) { Aftermath::Stays } else { Aftermath::Unknown }
    }

    /// The finished record: who does not extrapolate has failed.
    pub fn finish(&self) -> WorkloadRecord {
        let mut record = self.record.clone();
        for contender in &mut record.contenders {
            if let Outcome::Measured | Outcome::KnownWrong = contender.outcome
                && let Some(reason) = not_extrapolated(&self.record, &contender.id)
            {
                contender.outcome = Outcome::Failed;
                contender.reason = Some(reason);
            }
        }
        record
    }
}

/// Why the samples so far show that a contender does not extrapolate, where they do.
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

/// The pace that earlier processes were given: of their samples, the loops, or the lengths that they called.
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
        Pace::Slow { .. } => Tier::Slow,
    }
}

fn larger(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (a, b) => a.or(b),
    }
}

/// What is known of a contender before it is visited.
fn unmeasured(registry: &Registry, job: &Job, id: &str) -> ContenderRecord {
    let contender = registry.find(id, &job.workload, &job.baseline);
    let about = contender.map(breakeven_problem::Contender::about);
    let input = about.map_or("nothing", |about| about.input.word());
    let precision = about.map_or("control", |about| about.contract.word());
    ContenderRecord {
        threads: about.map_or(1, |about| about.threads),
        isa: contender.and_then(breakeven_problem::Contender::isa).map(str::to_owned),
        ..ContenderRecord::unvisited(id, input, precision)
    }
}

fn input_record(job: &Job, inputs: &[Data], files: &[InputFile]) -> InputRecord {
    use breakeven_problem::Source;
    let (kind, name) = match &job.workload.source {
        Source::Seeded(distribution) => ("seeded", distribution.word().to_owned()),
        Source::Recording { name, .. } => ("recording", name.clone()),
        Source::File { name } => ("file", name.clone()),
    };
    let channels = inputs.first().and_then(Data::recording).map_or(1, |signal| signal.channels().len());
    let dtype = if inputs.first().is_some_and(|input| input.series().is_some()) { "f64" } else { "i16" };
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
        Call { length, ns: length as u64, ruler_loops: 1, ruler_before_ns: 1, ruler_after_ns: 1 }
    }

    fn calls(lengths: &[usize]) -> Samples {
        Samples::Calls { calls: lengths.iter().copied().map(call).collect() }
    }

    fn whole_call(length: usize) -> Samples {
        Samples::WholeCall { call: call(length) }
    }

    #[test]
    fn another_look_goes_on_at_the_pace_of_the_earlier_ones() {
        let slow = |lengths: &[usize], call_ns| Some(Pace::Slow { lengths: lengths.to_vec(), call_ns });
        let table = [
            (vec![], None),
            (
                vec![rounds(7, &[90, 100, 300]), rounds(7, &[80; 3])],
                Some(Pace::Rounds { loops: 7, batch_ns: 100 }),
            ),
            (vec![calls(&[201, 302, 302, 403]); 2], slow(&[201, 302, 403], 403)),
            // what is not timed so has no pace
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
