//! How often does a gate say what is not so, and how often does it find what is?
//!
//! The samples of a gate are drawn: of each visit a batch per contender and round, with a factor of the process, one of
//! the contender in that process, the noise of the batch, and what the machine does at that moment. Screening, decision
//! and verdicts are those of every gate.

use std::collections::BTreeSet;

use breakeven_estimate::power::share_interval;
use breakeven_gate::gate::{Found, judge, suspects};
use breakeven_gate::judge::{SCREENING_TRIPLES, decision_triples};
use breakeven_gate::judgement::GateVerdict;
use breakeven_gate::pairing::ROUNDS;
use breakeven_gate::rows::{RowId, Rows};
use breakeven_gate::samples::{Samples, Sides, Stage};
use breakeven_measure::order::{self, derive_seed};
use breakeven_record::contender_id::REFERENCE;
use breakeven_record::place::Place;
use breakeven_record::{ContenderRecord, InputRecord, Run, WorkloadRecord};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::disturbance::{Disturbance, Since, Speed};
use crate::machine::{BATCH_SPREAD, PROCESS_SPREAD, normal};
use crate::proof::Share;

/// The one workload.
const WORKLOAD: &str = "whole/simulated";

/// Batches of a visit.
const BATCHES: usize = 12;

/// Nanoseconds of a batch.
const BATCH_NS: f64 = 3e5;

/// The largest change that counts as none.
const THRESHOLD: f64 = 0.02;

/// Contenders that both revisions have, beside those that changed.
const EQUALS: usize = 10;

/// By how much the changed contenders are slower in the head; as many others are as much quicker.
pub const CHANGES: [f64; 3] = [0.05, 0.10, 0.30];

/// What is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct GateScenario {
    /// The kind of noise.
    pub disturbance: Disturbance,
    /// Standard deviation between processes of the logarithm of each contender's time, each on its own.
    pub between: f64,
}

impl GateScenario {
    /// Its name, which also seeds its gates.
    #[must_use]
    pub fn name(self) -> String {
        format!("gate, {}, {:.1} %", self.disturbance.words(), 100.0 * self.between)
    }

    /// Its name in the table.
    #[must_use]
    pub fn words(self) -> String {
        format!("{}, {:.1} % between processes", self.disturbance.words(), 100.0 * self.between)
    }

    /// Every row of the table.
    #[must_use]
    pub fn all() -> Vec<Self> {
        use Disturbance::{Bimodal, Drift, HeavyTails, Neighbour, Quiet, SlowProcess};
        let quiet = [0.005, 0.01, 0.02, 0.03, 0.05].map(|between| Self { disturbance: Quiet, between });
        let noisy = [Drift, HeavyTails, Bimodal, SlowProcess, Neighbour];
        let noisy = noisy.map(|disturbance| Self { disturbance, between: 0.01 });
        quiet.into_iter().chain(noisy).collect()
    }
}

/// What so many gates have said.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Gates {
    /// What was simulated.
    pub scenario: GateScenario,
    /// A revision against itself: a row is called regressed or improved.
    pub false_alarm: Share,
    /// A head with changed contenders: one that did not change is called regressed or improved.
    pub untouched: Share,
    /// A change is called the other way round.
    pub wrong_way: Share,
    /// The slower ones of [`CHANGES`] are called regressed.
    pub regressed: [Share; 3],
    /// The quicker ones are called improved.
    pub improved: [Share; 3],
}

impl Gates {
    /// Simulates so many gates of a revision against itself, and as many of a head with changes.
    #[must_use]
    pub fn of(scenario: GateScenario, gates: usize) -> Self {
        let mut row = Self { scenario, ..Self::default() };
        for number in 0..gates {
            let seed = derive_seed(1, &scenario.name(), number as u64);
            let same = Simulated::new(scenario, &[1.0; EQUALS + 2 * CHANGES.len()], seed).gate();
            row.false_alarm.add(same.rows.iter().any(|known| is_called(known.verdict)));
            let changed = Simulated::new(scenario, &ratios(), derive_seed(seed, "changed", 0)).gate();
            let verdicts: Vec<GateVerdict> = changed.rows.iter().map(|known| known.verdict).collect();
            let (touched, equal) = verdicts.split_at(2 * CHANGES.len());
            let (slower, quicker) = touched.split_at(CHANGES.len());
            row.untouched.add(equal.iter().copied().any(is_called));
            row.wrong_way
                .add(slower.contains(&GateVerdict::Improved) || quicker.contains(&GateVerdict::Regressed));
            for (share, verdict) in row.regressed.iter_mut().zip(slower) {
                share.add(*verdict == GateVerdict::Regressed);
            }
            for (share, verdict) in row.improved.iter_mut().zip(quicker) {
                share.add(*verdict == GateVerdict::Improved);
            }
        }
        row
    }
}

/// A false alarm is said in at most so many gates of a hundred.
const FALSE_PERCENT: f64 = 1.0;

impl Gates {
    /// Every promise that this row breaks, in words.
    #[must_use]
    pub fn broken(&self) -> Vec<String> {
        let promised = [
            ("a row of a revision against itself is called", self.false_alarm),
            ("a row that did not change is called", self.untouched),
            ("a change is called the other way round", self.wrong_way),
        ];
        let broken = promised.into_iter().filter(|(_, share)| share.percent() > FALSE_PERCENT);
        broken
            .map(|(what, share)| format!("{}: {what} in {:.2} %", self.scenario.name(), share.percent()))
            .collect()
    }

    /// The row of the table: shares in per cent with their 95 % bounds.
    #[must_use]
    pub fn line(&self) -> String {
        let share = |share: Share| {
            let (low, high) = share_interval(share.count, share.of);
            format!("{:.2} ({:.2} to {:.2})", share.percent(), 100.0 * low, 100.0 * high)
        };
        let found = |number: usize| {
            let (slower, quicker) = (self.regressed[number], self.improved[number]);
            format!("{:.0} and {:.0}", slower.percent(), quicker.percent())
        };
        format!(
            "| {} | {} | {} | {} | {} | {} | {} |",
            self.scenario.words(),
            self.false_alarm.of,
            share(self.false_alarm),
            share(self.untouched),
            found(0),
            found(1),
            found(2)
        )
    }
}

/// The first two lines of the table.
#[must_use]
pub fn heading() -> String {
    let titles = "| noise | gates | a revision against itself is called | a row that did not change is called | 5 % found | 10 % found | 30 % found |";
    format!("{titles}\n|---|---:|---:|---:|---:|---:|---:|")
}

fn is_called(verdict: GateVerdict) -> bool {
    matches!(verdict, GateVerdict::Regressed | GateVerdict::Improved)
}

/// The head's times over the base's: the slower ones, the quicker ones, and those that did not change.
fn ratios() -> Vec<f64> {
    let slower = CHANGES.iter().map(|change| 1.0 + change);
    let quicker = CHANGES.iter().map(|change| 1.0 / (1.0 + change));
    slower.chain(quicker).chain([1.0; EQUALS]).collect()
}

/// One gate.
struct Simulated<'a> {
    scenario: GateScenario,
    ratios: &'a [f64],
    random: ChaCha8Rng,
    seed: u64,
    now_ns: f64,
}

impl<'a> Simulated<'a> {
    fn new(scenario: GateScenario, ratios: &'a [f64], seed: u64) -> Self {
        Self { scenario, ratios, random: ChaCha8Rng::seed_from_u64(seed), seed, now_ns: 0.0 }
    }

    fn gate(mut self) -> Found {
        let row = |name: String| RowId { workload: WORKLOAD.to_owned(), contender: name };
        let rows: Vec<RowId> =
            (0..self.ratios.len()).map(|number| row(format!("rust/{number:02}"))).collect();
        let sentinels: BTreeSet<RowId> = (0..2).map(|number| row(format!("python/{number}"))).collect();
        let measured: Vec<RowId> = rows.iter().cloned().chain(sentinels.clone()).collect();
        let mut samples =
            Samples { screening: self.stage(&measured, SCREENING_TRIPLES), ..Samples::default() };
        let suspected = suspects(&measured, &sentinels, &samples.screening, THRESHOLD);
        if !suspected.is_empty() {
            let again: Vec<RowId> = suspected.iter().chain(&sentinels).cloned().collect();
            samples.decision = self.stage(&again, decision_triples(suspected.len()));
        }
        let asked = Rows { jobs: Vec::new(), sentinels, added: Vec::new(), removed: Vec::new() };
        judge(&measured, &asked, &suspected, &samples, THRESHOLD)
    }

    /// The samples of a stage of so many triples.
    fn stage(&mut self, rows: &[RowId], triples: usize) -> Stage {
        let reference = RowId { workload: WORKLOAD.to_owned(), contender: REFERENCE.to_owned() };
        let rows: Vec<RowId> = rows.iter().cloned().chain([reference]).collect();
        let mut sides: Sides<Vec<ContenderRecord>> = Sides::default();
        for side in sides.each_mut() {
            *side =
                rows.iter().map(|row| ContenderRecord::unvisited(&row.contender, "slice", "peer")).collect();
        }
        let orders = order::block(3, self.seed);
        for triple in 0..triples {
            let factors: Vec<Vec<f64>> = (0..3).map(|side| self.process(&rows, side)).collect();
            for round in 0..ROUNDS {
                let process = triple * ROUNDS + round;
                for &side in &orders[process % orders.len()] {
                    let batches = self.visit(&factors[side]);
                    for (contender, batches_ns) in sides.each_mut()[side].iter_mut().zip(batches) {
                        let samples = breakeven_record::Samples::Rounds { group: 0, loops: 1, batches_ns };
                        contender.runs.push(Run { process, place: Place::Worker, samples });
                    }
                }
            }
        }
        let Sides { base, again, head } = sides;
        let workloads = vec![Sides::from([base, again, head].map(workload))];
        Stage { triples, workloads }
    }

    /// The nanoseconds of a batch of each row in a new process of this side, undisturbed otherwise.
    fn process(&mut self, rows: &[RowId], side: usize) -> Vec<f64> {
        let process = (PROCESS_SPREAD * normal(&mut self.random)).exp();
        let mut of = |row: &RowId| {
            let number = row.contender.strip_prefix("rust/").and_then(|number| number.parse::<usize>().ok());
            let ratio = number.filter(|_| side == 2).map_or(1.0, |number| self.ratios[number]);
            let speed = if self.random.random::<f64>() < 0.1 { Speed::Slow } else { Speed::Normal };
            let disturbance = self.scenario.disturbance.of_process(self.random.random(), speed);
            let layout = (self.scenario.between * normal(&mut self.random)).exp();
            BATCH_NS * ratio * process * layout * disturbance
        };
        rows.iter().map(&mut of).collect()
    }

    /// The batches of each row, round by round.
    fn visit(&mut self, batch_ns: &[f64]) -> Vec<Vec<u64>> {
        let entered_ns = self.now_ns;
        let phase = self.random.random();
        let mut batches = vec![Vec::with_capacity(BATCHES); batch_ns.len()];
        for _ in 0..BATCHES {
            for (row, &ns) in batches.iter_mut().zip(batch_ns) {
                let disturbance = self.scenario.disturbance;
                let noise = (BATCH_SPREAD * normal(&mut self.random)).exp();
                let tail = disturbance.of_batch(self.random.random(), self.random.random());
                let since = Since {
                    run: self.now_ns / 1e9,
                    process: (self.now_ns - entered_ns) / 1e9,
                    phase,
                    seed: self.seed,
                };
                let ns = disturbance.passing_ns(ns * noise * tail, since);
                self.now_ns += ns;
                row.push(ns.round() as u64);
            }
        }
        batches
    }
}

fn workload(contenders: Vec<ContenderRecord>) -> WorkloadRecord {
    WorkloadRecord {
        id: WORKLOAD.to_owned(),
        task: "whole".to_owned(),
        why: "simulated".to_owned(),
        input: InputRecord {
            kind: "seeded".to_owned(),
            name: "simulated".to_owned(),
            note: None,
            sha256: Vec::new(),
            rows: 4,
            channels: 1,
            dtype: "f64".to_owned(),
        },
        length: 4,
        window: None,
        ddof: 0,
        units: 1,
        baseline: "python/0".into(),
        contenders,
    }
}
