//! What is simulated?

use breakeven_estimate::policy::PROCESSES;
use breakeven_record::contender_id::{AA_CONTROL, REFERENCE};

use super::BASELINE;
use super::disturbance::Disturbance;
use crate::interleaving::Interleaving;

/// One contender of a simulated run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Simulated {
    /// Its id.
    pub id: &'static str,
    /// Its time over the baseline's: the median over the population of processes.
    pub ratio: f64,
}

/// What is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scenario {
    /// The kind of noise.
    pub disturbance: Disturbance,
    /// The contenders that bimodal or slow processes affect.
    pub affected: Affected,
    /// Standard deviation between processes of the logarithm of each contender's time, each on its own: that
    /// of a ratio is 1.4 times as large.
    pub between: f64,
    /// How long a call takes, and so how it is timed.
    pub work: Work,
    /// How batches follow each other.
    pub interleaving: Interleaving,
    /// Which contenders share a process.
    pub placement: Placement,
    /// Processes of one stage.
    pub processes: usize,
    /// The contenders beside the baseline, the A/A control and the reference workload.
    pub contenders: &'static [Simulated],
}

/// Which contenders share a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Placement {
    /// All of them, with the A/A control; only the reference workload has another.
    #[default]
    Together,
    /// The baseline and its A/A control share one, and each contender has one of its own.
    Apart,
}

impl Placement {
    /// Its name in the table.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Placement::Together => "all in one process (the tool's)",
            Placement::Apart => "a process for each, the A/A control in the baseline's",
        }
    }

    /// The process of a contender.
    pub(super) fn process_of(self, contender: &str) -> &str {
        match (self, contender) {
            (_, REFERENCE) => contender,
            (Placement::Apart, other) if other != AA_CONTROL => other,
            _ => BASELINE,
        }
    }
}

/// The contenders that bimodal or slow processes affect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Affected {
    /// Each contender on its own, but not the baseline and the A/A control.
    #[default]
    Contenders,
    /// The baseline and the A/A control: each has a layout of its own, and both are slow in the same process.
    Baseline,
}

/// What the baseline computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Work {
    /// A call takes a microsecond: rounds in whole Williams squares.
    #[default]
    Short,
    /// A call takes 15 ms: rounds, of which only four fit into a block.
    Long,
    /// A call takes 40 ms: single-call timing.
    Single,
    /// The whole of a recording, of which only prefixes are called.
    Recorded(Cost),
}

/// How the cost of a recording depends on how much of it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// In proportion to the standard deviations, 5 s the whole.
    Proportional,
    /// The same, 60 s the whole: the smallest legal prefix takes longer than the first prefix otherwise does.
    Smallest,
    /// 5 s, and by up to 1 % more or less along the recording, in three waves of any phase.
    OfData,
    /// 5 s, and 2.5 ms at the start of every call: so small a part of a prefix that it is not noticed.
    SmallStart,
    /// 5 s, and 20 ms at the start of every call.
    LargeStart,
    /// It grows faster than the recording: the third prefix takes 4 % more than the line through two prefixes predicts.
    Curved,
}

impl Work {
    /// Nanoseconds of the baseline for the whole input.
    pub(super) fn baseline_ns(self) -> f64 {
        match self {
            Work::Short => 1e3,
            Work::Long => 15e6,
            Work::Single => 40e6,
            Work::Recorded(Cost::Proportional | Cost::OfData) => 5e9,
            Work::Recorded(Cost::SmallStart) => 5e9 + 2.5e6,
            Work::Recorded(Cost::LargeStart) => 5e9 + 20e6,
            Work::Recorded(Cost::Curved) => 38.7e9,
            Work::Recorded(Cost::Smallest) => 60e9,
        }
    }

    /// Its name in the tables and in the name of its scenario, which seeds the runs: no word of it may change.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Work::Short => "rounds",
            Work::Long => "four long rounds",
            Work::Single => "single calls",
            Work::Recorded(cost) => cost.words(),
        }
    }
}

impl Cost {
    /// All of them, in the order of the table.
    pub const ALL: [Cost; 6] =
        [Cost::Proportional, Cost::Smallest, Cost::LargeStart, Cost::SmallStart, Cost::OfData, Cost::Curved];

    /// Its name in the tables and in the name of its scenario, which seeds the runs: no word of it may change.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Cost::Proportional => "in proportion",
            Cost::Smallest => "in proportion, 60 s",
            Cost::OfData => "up to 1 % by the data",
            Cost::SmallStart => "2.5 ms and in proportion",
            Cost::LargeStart => "20 ms and in proportion",
            Cost::Curved => "bent by 4 %",
        }
    }

    /// The share of the whole cost that this share of the standard deviations takes, where `phase`, in 0..1, says
    /// where in the data's waves the recording begins.
    pub(super) fn share(self, units: f64, phase: f64) -> f64 {
        // of the quadratic part, against the linear one on the whole
        const BEND: f64 = 7.3;
        let start = |ns: f64| {
            let start = ns / (5e9 + ns);
            start + (1.0 - start) * units
        };
        match self {
            Cost::Proportional | Cost::Smallest => units,
            Cost::OfData => {
                let (turn, waves) = (2.0 * std::f64::consts::PI, 3.0);
                let sine = |of: f64| (turn * (waves * of + phase)).sin();
                units + 0.01 * (sine(units) - sine(0.0)) / (turn * waves)
            }
            Cost::SmallStart => start(2.5e6),
            Cost::LargeStart => start(20e6),
            Cost::Curved => (units + BEND * units * units) / (1.0 + BEND),
        }
    }
}

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

/// As many as a default run has with all peers, in three Williams squares: [`DIFFERENT`] and sixteen more equals.
pub const MANY: &[Simulated] = &[
    Simulated { id: "rust/equal", ratio: 1.0 },
    Simulated { id: "rust/slower", ratio: 1.05 },
    Simulated { id: "rust/faster", ratio: 1.0 / 1.05 },
    Simulated { id: "rust/04", ratio: 1.0 },
    Simulated { id: "rust/05", ratio: 1.0 },
    Simulated { id: "rust/06", ratio: 1.0 },
    Simulated { id: "rust/07", ratio: 1.0 },
    Simulated { id: "rust/08", ratio: 1.0 },
    Simulated { id: "rust/09", ratio: 1.0 },
    Simulated { id: "rust/10", ratio: 1.0 },
    Simulated { id: "rust/11", ratio: 1.0 },
    Simulated { id: "rust/12", ratio: 1.0 },
    Simulated { id: "rust/13", ratio: 1.0 },
    Simulated { id: "rust/14", ratio: 1.0 },
    Simulated { id: "rust/15", ratio: 1.0 },
    Simulated { id: "rust/16", ratio: 1.0 },
    Simulated { id: "rust/17", ratio: 1.0 },
    Simulated { id: "rust/18", ratio: 1.0 },
    Simulated { id: "rust/19", ratio: 1.0 },
];

/// Five that are as quick as the baseline, and five that are not: by little and by much, in both directions.
pub const NEAR_AND_FAR: &[Simulated] = &[
    Simulated { id: "rust/one", ratio: 1.0 },
    Simulated { id: "rust/two", ratio: 1.0 },
    Simulated { id: "rust/three", ratio: 1.0 },
    Simulated { id: "rust/four", ratio: 1.0 },
    Simulated { id: "rust/five", ratio: 1.0 },
    Simulated { id: "rust/slower", ratio: 1.05 },
    Simulated { id: "rust/faster", ratio: 1.0 / 1.05 },
    Simulated { id: "rust/third", ratio: 1.3 },
    Simulated { id: "rust/half", ratio: 0.5 },
    Simulated { id: "rust/tiny", ratio: 0.0002 },
];

/// Contenders on a recording: two that are timed on prefixes as the baseline is, one in single calls on the whole, and
/// one that is quick enough for rounds.
pub const ON_RECORDINGS: &[Simulated] = &[
    Simulated { id: "python/equal", ratio: 1.0 },
    Simulated { id: "python/faster", ratio: 1.0 / 1.05 },
    Simulated { id: "rust/single", ratio: 1.0 / 117.0 },
    Simulated { id: "rust/rounds", ratio: 1.0 / 3500.0 },
];

/// Comparisons of a default run with all peers: as many as its intervals are widened for.
pub const DEFAULT_COMPARISONS: usize = MANY.len() + 1;

impl Scenario {
    /// Nothing but the noise between processes and batches, without contenders.
    #[must_use]
    pub fn quiet(work: Work, between: f64, processes: usize) -> Self {
        Self { between, work, processes, ..Self::default() }
    }

    /// The name of its noise in the tables, which is part of its own name.
    #[must_use]
    pub fn noise_words(self) -> &'static str {
        match (self.disturbance, self.affected) {
            (Disturbance::Bimodal, Affected::Baseline) => "bimodal baseline",
            (Disturbance::SlowProcess, Affected::Baseline) => "baseline slow in one process",
            (other, _) => other.words(),
        }
    }

    /// Its name, which also seeds its runs: other interleavings are tried on the same runs.
    #[must_use]
    pub fn name(self) -> String {
        let Scenario { between, work, processes, .. } = self;
        format!("{}, {}, {:.1} %, {processes} processes", work.words(), self.noise_words(), 100.0 * between)
    }
}

/// Every kind of noise, of 1 % and of 3 % between processes, without contenders.
#[must_use]
pub fn scenarios(work: Work) -> Vec<Scenario> {
    let of = |between| {
        let quiet = Scenario::quiet(work, between, PROCESSES);
        let on_contenders = Disturbance::ALL.map(|disturbance| Scenario { disturbance, ..quiet });
        let on_baseline = [Disturbance::Bimodal, Disturbance::SlowProcess].map(|disturbance| Scenario {
            disturbance,
            affected: Affected::Baseline,
            ..quiet
        });
        on_contenders.into_iter().chain(on_baseline)
    };
    [0.01, 0.03].into_iter().flat_map(of).collect()
}

/// From little noise to much, with few processes and many, without contenders.
#[must_use]
pub fn quiet_scenarios() -> Vec<Scenario> {
    let of = |between| [6, 10, 14, 20].map(|processes| Scenario::quiet(Work::Short, between, processes));
    [0.005, 0.007, 0.01, 0.02, 0.03].into_iter().flat_map(of).collect()
}

/// Machines that are far from quiet.
#[must_use]
pub fn noisy_scenarios() -> Vec<Scenario> {
    let between = [0.05, 0.1, 0.2, 0.5].map(|between| Scenario::quiet(Work::Short, between, PROCESSES));
    let neighbour = [0.01, 0.1].map(|between| Scenario {
        disturbance: Disturbance::Neighbour,
        ..Scenario::quiet(Work::Short, between, PROCESSES)
    });
    between.into_iter().chain(neighbour).collect()
}

/// Recordings whose cost depends on their length in every way, and with more noise where it is in proportion.
#[must_use]
pub fn recorded_scenarios() -> Vec<Scenario> {
    let quiet = |cost| Scenario::quiet(Work::Recorded(cost), 0.01, PROCESSES);
    let noisy = [
        Scenario { disturbance: Disturbance::Drift, ..quiet(Cost::Proportional) },
        Scenario { disturbance: Disturbance::HeavyTails, ..quiet(Cost::Proportional) },
        Scenario { between: 0.03, ..quiet(Cost::Proportional) },
    ];
    let costs = Cost::ALL.map(quiet);
    costs[..1].iter().copied().chain(noisy).chain(costs[1..].iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use breakeven_estimate::policy;

    use super::*;

    #[test]
    fn the_whole_of_a_recording_costs_the_whole_and_nothing_costs_the_start() {
        for cost in Cost::ALL {
            for phase in [0.0, 0.3, 0.9] {
                assert!((cost.share(1.0, phase) - 1.0).abs() < 1e-12, "{cost:?}");
            }
        }
        assert!(
            (Cost::SmallStart.share(0.0, 0.0) * Work::Recorded(Cost::SmallStart).baseline_ns() - 2.5e6).abs()
                < 1.0
        );
        assert!(
            (Cost::LargeStart.share(0.0, 0.0) * Work::Recorded(Cost::LargeStart).baseline_ns() - 20e6).abs()
                < 1.0
        );
    }

    #[test]
    fn data_changes_the_cost_of_a_stretch_by_a_hundredth_at_most() {
        let slopes = (0..1000).map(|at| {
            let at = f64::from(at) / 1000.0;
            (Cost::OfData.share(at + 1e-3, 0.2) - Cost::OfData.share(at, 0.2)) / 1e-3
        });
        let (low, high) =
            slopes.fold((2.0f64, 0.0f64), |(low, high), slope| (low.min(slope), high.max(slope)));
        assert!((0.99..0.9901).contains(&low) && (1.0099..1.01).contains(&high), "{low} {high}");
    }

    #[test]
    fn a_bent_cost_is_four_per_cent_beside_the_line_through_two_prefixes() {
        // the prefixes of about 0.05, 0.1 and 0.15 s
        let cost = |units: f64| 38.7e9 * Cost::Curved.share(units, 0.0);
        let [first, second, third] = [0.0101, 0.0202, 0.0303].map(cost);
        assert!((48e6..52e6).contains(&first), "{first}");
        let off = (2.0 * second - first) / third - 1.0;
        assert!((-0.042..-0.038).contains(&off), "{off}");
    }

    #[test]
    fn a_default_run_makes_as_many_comparisons_as_the_policy_says() {
        assert_eq!(DEFAULT_COMPARISONS, policy::comparisons(MANY.len()));
    }
}
