//! How often are the verdicts right?
//!
//! Each run is simulated, judged as the tool judges, and held against the ratios that it was made with.

use super::disturbance::Disturbance;
use super::{Looks, PROCESSES, Scenario, Simulated, Simulator};
use crate::estimate::{self, Estimate, Verdict, leader};
use crate::input_file::InputFileError;
use crate::order::derive_seed;
use crate::record::{Tier, WorkloadRecord};

/// One as quick as the baseline, one 5 % slower, one of which the baseline is 5 % slower.
pub const DIFFERENT: &[Simulated] = &[
    Simulated { id: "rust/equal", ratio: 1.0 },
    Simulated { id: "rust/slower", ratio: 1.05 },
    Simulated { id: "rust/faster", ratio: 1.0 / 1.05 },
];

/// Four that are all as quick as the baseline.
pub const EQUAL: &[Simulated] = &[
    Simulated { id: "rust/one", ratio: 1.0 },
    Simulated { id: "rust/two", ratio: 1.0 },
    Simulated { id: "rust/three", ratio: 1.0 },
    Simulated { id: "rust/four", ratio: 1.0 },
];

/// Comparisons of a default run with all peers: as many as its intervals are widened for.
pub const DEFAULT_COMPARISONS: usize = 20;

/// Comparisons of everybody with the baseline, and of the best with its runner-up.
fn all_of(contenders: &[Simulated]) -> usize {
    contenders.len() + 1
}

/// Looks at most with `--until-resolved`.
const LOOKS: usize = 3;

/// What is said of one contender of one run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// Its ratio to the baseline.
    pub ratio: Estimate,
    /// The margin that it had to clear.
    pub margin: f64,
    /// The verdict.
    pub verdict: Verdict,
}

/// Judges the contender of this id for so many comparisons at once; `None` where there is no interval.
pub type Judge = fn(&WorkloadRecord, &str, usize) -> Option<Judged>;

/// Judges as every run is judged.
#[must_use]
pub fn judge(workload: &WorkloadRecord, contender: &str, comparisons: usize) -> Option<Judged> {
    Some(Judged {
        ratio: estimate::ratio(workload, contender, &workload.baseline, comparisons)?,
        margin: estimate::noise_of_contender(workload, contender)?.margin,
        verdict: estimate::verdict(workload, contender, comparisons),
    })
}

/// A number of runs of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// Runs in which it was so.
    pub count: usize,
    /// All runs.
    pub of: usize,
}

impl Share {
    /// In per cent; 0 of no runs.
    #[must_use]
    pub fn percent(self) -> f64 {
        if self.of == 0 { 0.0 } else { 100.0 * self.count as f64 / self.of as f64 }
    }

    fn add(&mut self, so: bool) {
        self.count += usize::from(so);
        self.of += 1;
    }
}

/// Contenders judged one at a time, and as one of [`DEFAULT_COMPARISONS`].
#[derive(Debug, Clone, PartialEq)]
pub struct Alone {
    /// What was simulated, with the contenders of [`DIFFERENT`].
    pub scenario: Scenario,
    /// The 95 % interval of one comparison holds the true ratio: the contender with the fewest such runs.
    pub held: Share,
    /// The equal one is called faster or slower.
    pub told_apart: Share,
    /// The 5 % are found: of the slower one, and of the faster one.
    pub found: [Share; 2],
    /// The same with intervals widened for [`DEFAULT_COMPARISONS`].
    pub found_among: [Share; 2],
    /// Either of the two is called faster where it is slower, or slower where it is faster, widened or not.
    pub wrong_way: Share,
    /// Somebody is called equivalent who differs by more than the margin.
    pub not_equivalent: Share,
    /// The workload is vetoed.
    pub vetoed: Share,
}

impl Alone {
    /// Simulates so many runs.
    ///
    /// # Errors
    /// The input's file cannot be written or read.
    pub fn of(scenario: Scenario, runs: usize, judge: Judge) -> Result<Self, InputFileError> {
        let scenario = Scenario { contenders: DIFFERENT, ..scenario };
        let nothing = Share::default();
        let mut row = Alone {
            scenario,
            held: nothing,
            told_apart: nothing,
            found: [nothing; 2],
            found_among: [nothing; 2],
            wrong_way: nothing,
            not_equivalent: nothing,
            vetoed: nothing,
        };
        let mut held = [nothing; 3];
        simulate(scenario, runs, Looks::ONE, |workload| {
            let seen = |known: &Simulated, comparisons| judge(workload, known.id, comparisons);
            let verdict = |known: &Simulated, comparisons| {
                seen(known, comparisons).map_or(Verdict::NotResolved, |judged| judged.verdict)
            };
            for (known, share) in DIFFERENT.iter().zip(&mut held) {
                share.add(seen(known, 1).is_some_and(|judged| holds(judged.ratio, known.ratio)));
            }
            for (known, share) in DIFFERENT[1..].iter().zip(&mut row.found) {
                share.add(verdict(known, 1) == truth(known));
            }
            for (known, share) in DIFFERENT[1..].iter().zip(&mut row.found_among) {
                share.add(verdict(known, DEFAULT_COMPARISONS) == truth(known));
            }
            row.told_apart.add(matches!(verdict(&DIFFERENT[0], 1), Verdict::Faster | Verdict::Slower));
            let both = DIFFERENT[1..].iter().flat_map(|known| [(known, 1), (known, DEFAULT_COMPARISONS)]);
            row.wrong_way
                .add(both.into_iter().any(|(known, times)| verdict(known, times) == opposite(truth(known))));
            row.not_equivalent.add(DIFFERENT.iter().any(|known| {
                seen(known, 1).is_some_and(|judged| {
                    judged.verdict == Verdict::Equivalent && known.ratio.ln().abs() > judged.margin.ln_1p()
                })
            }));
            row.vetoed.add(estimate::noise(workload).is_none_or(|noise| noise.vetoed()));
        })?;
        row.held = fewest(&held);
        Ok(row)
    }

    /// Every promise that this row breaks, in words.
    #[must_use]
    pub fn broken(&self) -> Vec<String> {
        let mut broken = vec![
            at_least("the interval holds", self.held, HELD_PERCENT),
            at_most("equals are told apart", self.told_apart, FALSE_PERCENT),
            at_most("called equivalent beyond the margin", self.not_equivalent, FALSE_PERCENT),
            at_most("called the wrong way round", self.wrong_way, 0.0),
        ];
        if self.promises_to_find() {
            broken.push(at_least("5 % are found", fewest(&self.found), FOUND_PERCENT));
        }
        broken.into_iter().flatten().map(|what| format!("{}: {what}", name(self.scenario))).collect()
    }

    /// Whether a difference of 5 % is to be found here: with 1 % between processes, at least the default number
    /// of them, and where none is sick or bimodal. Of single calls the ratio differs by much more than that.
    #[must_use]
    pub fn promises_to_find(&self) -> bool {
        use Disturbance::{Drift, HeavyTails, Quiet};
        let Scenario { disturbance, between, tier, processes, .. } = self.scenario;
        matches!(disturbance, Quiet | Drift | HeavyTails)
            && between <= 0.01
            && tier == Tier::Rounds
            && processes >= PROCESSES
    }
}

/// All contenders of a run judged at once, with intervals widened for that.
#[derive(Debug, Clone, PartialEq)]
pub struct Together {
    /// What was simulated.
    pub scenario: Scenario,
    /// Every interval of a run holds the true ratio, that of the fastest to its runner-up among them; with
    /// the contenders of [`EQUAL`].
    pub held: Share,
    /// Any of the equals is called faster or slower, or the fastest of them faster than its runner-up.
    pub told_apart: Share,
    /// With up to three looks and the contenders of [`DIFFERENT`]: every interval holds.
    pub held_after_looks: Share,
    /// With up to three looks: the equal one is called faster or slower.
    pub told_apart_after_looks: Share,
    /// With up to three looks: the 5 % are found in both. Promised with 1 % between processes, a sick one
    /// among them or not, but not where they are bimodal.
    pub found_after_looks: Share,
}

impl Together {
    /// Simulates so many runs of the equals, and as many with up to three looks.
    ///
    /// # Errors
    /// The input's file cannot be written or read.
    pub fn of(scenario: Scenario, runs: usize, judge: Judge) -> Result<Self, InputFileError> {
        let nothing = Share::default();
        let mut row = Together {
            scenario: Scenario { contenders: EQUAL, ..scenario },
            held: nothing,
            told_apart: nothing,
            held_after_looks: nothing,
            told_apart_after_looks: nothing,
            found_after_looks: nothing,
        };
        let apart = |verdict| matches!(verdict, Verdict::Faster | Verdict::Slower);
        let comparisons = all_of(EQUAL);
        simulate(row.scenario, runs, Looks::ONE, |workload| {
            let judged = EQUAL.iter().map(|known| judge(workload, known.id, comparisons));
            let judged: Vec<Option<Judged>> = judged.collect();
            let leader = leader(workload, comparisons);
            let ratios = judged.iter().map(|judged| judged.map(|judged| judged.ratio));
            let led = leader.as_ref().map(|leader| leader.ratio);
            row.held.add(ratios.chain([led]).all(|ratio| ratio.is_some_and(|ratio| holds(ratio, 1.0))));
            let verdicts = judged.iter().flatten().map(|judged| judged.verdict);
            row.told_apart.add(verdicts.chain(leader.map(|leader| leader.verdict)).any(apart));
        })?;
        let looks = Looks { most: LOOKS, comparisons: LOOKS * all_of(DIFFERENT) };
        let different = Scenario { contenders: DIFFERENT, ..scenario };
        simulate(different, runs, looks, |workload| {
            let seen = |known: &Simulated| judge(workload, known.id, looks.comparisons);
            let right =
                |known: &Simulated| seen(known).is_some_and(|judged| holds(judged.ratio, known.ratio));
            row.held_after_looks.add(DIFFERENT.iter().all(right));
            row.told_apart_after_looks.add(seen(&DIFFERENT[0]).is_some_and(|judged| apart(judged.verdict)));
            row.found_after_looks.add(
                DIFFERENT[1..]
                    .iter()
                    .all(|known| seen(known).is_some_and(|judged| judged.verdict == truth(known))),
            );
        })?;
        Ok(row)
    }

    /// Every promise that this row breaks, in words.
    #[must_use]
    pub fn broken(&self) -> Vec<String> {
        let mut broken = vec![
            at_least("all intervals hold at once", self.held, HELD_PERCENT),
            at_most("any of five equals is told apart", self.told_apart, FALSE_PERCENT),
            at_least("all intervals hold after up to three looks", self.held_after_looks, HELD_PERCENT),
            at_most("equals are told apart after looks", self.told_apart_after_looks, FALSE_PERCENT),
        ];
        if self.scenario.between <= 0.01 && self.scenario.disturbance != Disturbance::Bimodal {
            broken.push(at_least("5 % are found after looks", self.found_after_looks, FOUND_PERCENT));
        }
        broken.into_iter().flatten().map(|what| format!("{}: {what}", name(self.scenario))).collect()
    }
}

/// Intervals of 95 % hold the truth in at least so many of a hundred runs.
pub const HELD_PERCENT: f64 = 94.0;

/// Equals are told apart in at most so many.
pub const FALSE_PERCENT: f64 = 5.0;

/// A difference of 5 % is found in at least so many, where processes differ by 1 %.
pub const FOUND_PERCENT: f64 = 80.0;

/// Every kind of noise, of 1 % and of 3 % between processes, without contenders.
#[must_use]
pub fn scenarios(tier: Tier) -> Vec<Scenario> {
    let of = |between| {
        Disturbance::ALL.map(|disturbance| Scenario {
            disturbance,
            between,
            tier,
            ..quiet(between, PROCESSES)
        })
    };
    [0.01, 0.03].into_iter().flat_map(of).collect()
}

/// From little noise to much, with few processes and many, without contenders.
#[must_use]
pub fn quiet_scenarios() -> Vec<Scenario> {
    let of = |between| [6, 10, 14, 20].map(|processes| quiet(between, processes));
    [0.005, 0.007, 0.01, 0.02, 0.03].into_iter().flat_map(of).collect()
}

fn quiet(between: f64, processes: usize) -> Scenario {
    Scenario { disturbance: Disturbance::Quiet, between, tier: Tier::Rounds, processes, contenders: &[] }
}

/// What a scenario is called, which also seeds it.
#[must_use]
pub fn name(scenario: Scenario) -> String {
    let Scenario { disturbance, between, tier, processes, .. } = scenario;
    let tier = tier_words(tier);
    format!("{tier}, {}, {:.1} %, {processes} processes", disturbance.words(), 100.0 * between)
}

/// What a tier is called.
#[must_use]
pub fn tier_words(tier: Tier) -> &'static str {
    match tier {
        Tier::Rounds => "rounds",
        Tier::Slow => "slow tier",
    }
}

fn simulate(
    scenario: Scenario,
    runs: usize,
    looks: Looks,
    mut each: impl FnMut(&WorkloadRecord),
) -> Result<(), InputFileError> {
    let simulator = Simulator::new(scenario)?;
    for number in 0..runs {
        each(&simulator.run(derive_seed(looks.most as u64, &name(scenario), number as u64), looks)?);
    }
    Ok(())
}

fn fewest(shares: &[Share]) -> Share {
    shares.iter().copied().min_by_key(|share| share.count).unwrap_or_default()
}

fn holds(ratio: Estimate, truth: f64) -> bool {
    (ratio.low..=ratio.high).contains(&truth)
}

fn truth(known: &Simulated) -> Verdict {
    match known.ratio {
        faster if faster < 1.0 => Verdict::Faster,
        slower if slower > 1.0 => Verdict::Slower,
        _ => Verdict::Equivalent,
    }
}

fn opposite(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Faster => Verdict::Slower,
        Verdict::Slower => Verdict::Faster,
        other => other,
    }
}

fn at_least(what: &str, share: Share, percent: f64) -> Option<String> {
    (share.percent() < percent)
        .then(|| format!("{what} in {:.1} % of the runs, not in {percent} %", share.percent()))
}

fn at_most(what: &str, share: Share, percent: f64) -> Option<String> {
    (share.percent() > percent)
        .then(|| format!("{what} in {:.2} % of the runs, not in at most {percent} %", share.percent()))
}
