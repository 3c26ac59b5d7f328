//! What makes one process, one batch or one moment slower than another?

use breakeven_measure::order::derive_seed;

/// A kind of noise. Each comes on top of the noise that every simulated run has: each contender's time differs
/// between processes by a log-normal factor of its own, processes differ by a log-normal factor of 5 % that
/// all contenders share, and each batch by one of 1 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Disturbance {
    /// No other noise.
    #[default]
    Quiet,
    /// The machine slows down as the run goes on, by 30 % a second, and in each process at first by 20 % within some 50
    /// milliseconds, as a processor does that cannot keep its highest frequency. The contender that is timed at that
    /// moment is slower, whichever it is.
    Drift,
    /// The machine oscillates by 10 % up and down, ten times a second, beginning at any phase in each process.
    Oscillation,
    /// The contender that is timed right after the first one, which leaves the caches full of its own data, needs 30
    /// microseconds to fill them again: a tenth of a batch.
    Leftovers,
    /// Each process has a chance of three in ten that the contender's code or data is badly placed in memory: it is 10
    /// % slower there.
    Bimodal,
    /// One batch or call in twenty takes half as long again at least, up to 50 times as long, with a Pareto
    /// tail of exponent 1, whose mean is infinite where nothing cuts it off.
    HeavyTails,
    /// In exactly one of every ten processes the contender takes twice as long.
    SlowProcess,
    /// Another program shares the core now and then, for 50 milliseconds at a time at least, half of the time in all:
    /// meanwhile everything takes twice as long.
    Neighbour,
    /// The first batch after one of another process takes 3 to 30 microseconds longer, which the processor needs to
    /// fetch that process's code and data again.
    AnotherProcess,
}

/// Chance of a bad layout, and the factor on the time.
const BIMODAL: (f64, f64) = (0.3, 1.10);

/// Share of the slow processes, and the factor on the time there.
const SLOW_PROCESS: (f64, f64) = (0.1, 2.0);

impl Disturbance {
    /// Those of every table, in its order.
    pub const ALL: [Disturbance; 7] = [
        Disturbance::Quiet,
        Disturbance::Drift,
        Disturbance::Oscillation,
        Disturbance::Leftovers,
        Disturbance::Bimodal,
        Disturbance::HeavyTails,
        Disturbance::SlowProcess,
    ];

    /// What the table calls it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Disturbance::Quiet => "quiet",
            Disturbance::Drift => "drift",
            Disturbance::Oscillation => "oscillation",
            Disturbance::Leftovers => "leftovers",
            Disturbance::Bimodal => "bimodal processes",
            Disturbance::HeavyTails => "heavy tails",
            Disturbance::SlowProcess => "one slow process",
            Disturbance::Neighbour => "a neighbour that comes and goes",
            Disturbance::AnotherProcess => "first batch after another process",
        }
    }

    /// The median over the population of processes of a disturbed contender's time over the baseline's, where
    /// both cost the same otherwise and differ between processes by `between`.
    ///
    /// The logarithm is normal with standard deviation 1.4 `between`, in some processes moved: a mixture,
    /// whose median is found by bisection.
    #[must_use]
    pub fn median_factor(self, between: f64) -> f64 {
        let (chance, factor) = match self {
            Disturbance::Bimodal => BIMODAL,
            Disturbance::SlowProcess => SLOW_PROCESS,
            Disturbance::Quiet
            | Disturbance::Drift
            | Disturbance::Oscillation
            | Disturbance::Leftovers
            | Disturbance::HeavyTails
            | Disturbance::Neighbour
            | Disturbance::AnotherProcess => return 1.0,
        };
        let spread = between * std::f64::consts::SQRT_2;
        let below = |log: f64| {
            (1.0 - chance) * normal_below(log / spread) + chance * normal_below((log - factor.ln()) / spread)
        };
        let (mut low, mut high) = (0.0, factor.ln());
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if below(middle) < 0.5 { low = middle } else { high = middle }
        }
        low.exp()
    }

    /// The factor on a contender's time in a whole process, where `chance` is uniform in 0..1.
    pub(super) fn of_process(self, chance: f64, speed: Speed) -> f64 {
        match (self, speed) {
            (Disturbance::Bimodal, _) if chance < BIMODAL.0 => BIMODAL.1,
            (Disturbance::SlowProcess, Speed::Slow) => SLOW_PROCESS.1,
            _ => 1.0,
        }
    }

    /// The factor on one batch, where both chances are uniform in 0..1.
    pub(super) fn of_batch(self, whether: f64, how_much: f64) -> f64 {
        match self {
            Disturbance::HeavyTails if whether < 0.05 => (1.0 + 0.5 / (1.0 - how_much)).min(50.0),
            _ => 1.0,
        }
    }

    /// Additional nanoseconds of a batch that comes right after one of the contender that fills the caches.
    pub(super) fn of_leftovers_ns(self) -> f64 {
        if self == Disturbance::Leftovers { 30e3 } else { 0.0 }
    }

    /// The nanoseconds of work that begins at a moment and would take `ns` on an undisturbed machine; changes during
    /// the work are followed in steps of 10 ms.
    pub(super) fn passing_ns(self, ns: f64, mut since: Since) -> f64 {
        const STEP_NS: f64 = 1e7;
        if !matches!(self, Disturbance::Drift | Disturbance::Oscillation | Disturbance::Neighbour) {
            return ns;
        }
        let steps = (ns / STEP_NS).ceil().max(1.0);
        let step_ns = ns / steps;
        let mut passed = 0.0;
        for _ in 0..steps as usize {
            let step = step_ns * self.of_moment(since.later(step_ns / 2.0));
            passed += step;
            since = since.later(step);
        }
        passed
    }

    /// The factor on everything at a moment.
    fn of_moment(self, since: Since) -> f64 {
        let Since { run, process, phase, seed } = since;
        match self {
            Disturbance::Drift => (1.0 + 0.3 * run) * (1.2 - 0.2 * (-process / 0.05).exp()),
            Disturbance::Oscillation => {
                1.0 + 0.1 * (2.0 * std::f64::consts::PI * (10.0 * process + phase)).sin()
            }
            Disturbance::Neighbour
                if derive_seed(seed, "neighbour", (run / 0.05) as u64).is_multiple_of(2) =>
            {
                2.0
            }
            _ => 1.0,
        }
    }
}

/// A moment, by the time that has passed until then.
#[derive(Debug, Clone, Copy)]
pub(super) struct Since {
    /// Seconds since the run began.
    pub(super) run: f64,
    /// Seconds since the process was entered.
    pub(super) process: f64,
    /// The phase of the oscillation at that time, 0 to 1.
    pub(super) phase: f64,
    /// Seeds when a neighbour comes and goes.
    pub(super) seed: u64,
}

impl Since {
    fn later(self, ns: f64) -> Self {
        Self { run: self.run + ns / 1e9, process: self.process + ns / 1e9, ..self }
    }
}

/// Whether a process is the slow one of ten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speed {
    Normal,
    Slow,
}

/// The share of standard normal values below `x`, to about 1e-10: Simpson's rule over the density.
fn normal_below(x: f64) -> f64 {
    const STEPS: usize = 2000;
    if x.abs() > 9.0 {
        return if x > 0.0 { 1.0 } else { 0.0 };
    }
    let density = |at: f64| (-0.5 * at * at).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let step = x / STEPS as f64;
    let weighted = (0..=STEPS).map(|number| {
        let weight = match number {
            0 | STEPS => 1.0,
            odd if odd % 2 == 1 => 4.0,
            _ => 2.0,
        };
        weight * density(step * number as f64)
    });
    0.5 + weighted.sum::<f64>() * step / 3.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_distribution_is_that_of_the_tables() {
        for (x, share) in [(0.0, 0.5), (1.0, 0.841_344_746), (-1.959_963_985, 0.025), (3.0, 0.998_650_102)] {
            assert!((normal_below(x) - share).abs() < 1e-8, "{x}: {}", normal_below(x));
        }
    }

    #[test]
    fn a_long_call_feels_what_changes_while_it_runs() {
        let since = Since { run: 0.0, process: 10.0, phase: 0.3, seed: 1 };
        // whole periods cancel, half of one from the middle upwards adds 2 / pi of its height
        let phases = Disturbance::Oscillation.passing_ns(1e9, since);
        assert!((phases / 1e9 - 1.0).abs() < 0.01, "{phases}");
        let half = Disturbance::Oscillation.passing_ns(5e7, Since { phase: 0.0, ..since });
        assert!((half / 5e7 - 1.0 - 0.2 / std::f64::consts::PI).abs() < 0.005, "{half}");
        // t + 0.15 t^2 is the work of 0.1 s at 1.2 times the pace
        let drift = Disturbance::Drift.passing_ns(1e8, since) / 1e9;
        assert!((drift - 0.1 * 1.2 * (1.0 + 0.15 * 0.12)).abs() < 1e-3, "{drift}");
        assert_eq!(Disturbance::HeavyTails.passing_ns(1e8, since), 1e8);
    }

    #[test]
    fn the_median_of_a_mixture_lies_where_half_of_the_processes_are_below() {
        // of the normal processes 5/7 are below the median, if the others are far away
        let spread = 0.01 * std::f64::consts::SQRT_2;
        let expected = (0.565_948_82 * spread).exp();
        assert!((Disturbance::Bimodal.median_factor(0.01) - expected).abs() < 1e-6);
        // of the normal ones 5/9
        let expected = (0.139_710_30 * 3.0 * spread).exp();
        assert!((Disturbance::SlowProcess.median_factor(0.03) - expected).abs() < 1e-6);
        assert_eq!(Disturbance::HeavyTails.median_factor(0.03), 1.0);
    }
}
