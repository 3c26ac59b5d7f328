//! What makes one process, one batch or one moment slower than another?

/// A kind of noise. All of them come on top of what every simulated run has: each contender's time differs
/// between processes by a log-normal factor of its own, processes differ by a log-normal factor of 5 % that
/// all contenders share, and each batch by one of 1 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disturbance {
    /// Nothing else.
    Quiet,
    /// The machine slows down as the run goes on, by 30 % a second, and in each process at first by 20 %
    /// within some 50 milliseconds, as a processor does that cannot keep its highest frequency. Whoever
    /// is timed at that moment is slower, whichever contender it is.
    Drift,
    /// The machine swings by 10 % up and down, ten times a second, from anywhere when a process is entered.
    Oscillation,
    /// Whoever is timed right after the first contender, which leaves the caches full of its own, needs 30 microseconds
    /// to fill them again: a tenth of a batch.
    Leftovers,
    /// In three processes of ten, each with that chance, the contender's code or data lies badly: it is 10 %
    /// slower there.
    Bimodal,
    /// One batch or call in twenty takes half as long again at least, up to 50 times as long, with a Pareto
    /// tail of exponent 1, whose mean is infinite where nothing cuts it off.
    HeavyTails,
    /// In exactly one of every ten processes the contender takes twice as long.
    SickProcess,
}

/// Chance of a bad layout, and what it costs.
const BIMODAL: (f64, f64) = (0.3, 1.10);

/// Share of the sick processes, and what they cost.
const SICK: (f64, f64) = (0.1, 2.0);

impl Disturbance {
    /// All of them, in the order of the table.
    pub const ALL: [Disturbance; 7] = [
        Disturbance::Quiet,
        Disturbance::Drift,
        Disturbance::Oscillation,
        Disturbance::Leftovers,
        Disturbance::Bimodal,
        Disturbance::HeavyTails,
        Disturbance::SickProcess,
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
            Disturbance::SickProcess => "one sick process",
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
            Disturbance::SickProcess => SICK,
            Disturbance::Quiet
            | Disturbance::Drift
            | Disturbance::Oscillation
            | Disturbance::Leftovers
            | Disturbance::HeavyTails => return 1.0,
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

    /// The factor on a contender's time in a whole process, where `chance` is uniform in 0..1 and `sick` says
    /// whether it is the sick process of ten.
    pub(super) fn of_process(self, chance: f64, health: Health) -> f64 {
        match (self, health) {
            (Disturbance::Bimodal, _) if chance < BIMODAL.0 => BIMODAL.1,
            (Disturbance::SickProcess, Health::Sick) => SICK.1,
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

    /// Nanoseconds more for a batch that comes right after that of the untidy contender.
    pub(super) fn of_leftovers_ns(self) -> f64 {
        if self == Disturbance::Leftovers { 30e3 } else { 0.0 }
    }

    /// The time that work passes which begins at a moment and would take `ns` where nothing slows it down, in the same
    /// unit: what changes meanwhile is followed in steps of 10 ms.
    pub(super) fn passing_ns(self, ns: f64, mut since: Since) -> f64 {
        const STEP_NS: f64 = 1e7;
        if !matches!(self, Disturbance::Drift | Disturbance::Oscillation) {
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
        let Since { run, process, swing } = since;
        match self {
            Disturbance::Drift => (1.0 + 0.3 * run) * (1.2 - 0.2 * (-process / 0.05).exp()),
            Disturbance::Oscillation => {
                1.0 + 0.1 * (2.0 * std::f64::consts::PI * (10.0 * process + swing)).sin()
            }
            _ => 1.0,
        }
    }
}

/// A moment: what has passed until then.
#[derive(Debug, Clone, Copy)]
pub(super) struct Since {
    /// Seconds since the run began.
    pub(super) run: f64,
    /// Seconds since the process was entered.
    pub(super) process: f64,
    /// Where in its swing the machine was then, 0 to 1.
    pub(super) swing: f64,
}

impl Since {
    fn later(self, ns: f64) -> Self {
        Self { run: self.run + ns / 1e9, process: self.process + ns / 1e9, ..self }
    }
}

/// Whether a process is the one that something is wrong with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    Sound,
    Sick,
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
    fn a_long_call_takes_what_the_machine_makes_of_it_on_its_way() {
        let since = Since { run: 0.0, process: 10.0, swing: 0.3 };
        // whole swings cancel, half of one from the middle upwards adds 2 / pi of its height
        let swings = Disturbance::Oscillation.passing_ns(1e9, since);
        assert!((swings / 1e9 - 1.0).abs() < 0.01, "{swings}");
        let half = Disturbance::Oscillation.passing_ns(5e7, Since { swing: 0.0, ..since });
        assert!((half / 5e7 - 1.0 - 0.2 / std::f64::consts::PI).abs() < 0.005, "{half}");
        // t + 0.15 t^2 is the work of 0.1 s at 1.2 times the pace
        let drift = Disturbance::Drift.passing_ns(1e8, since) / 1e9;
        assert!((drift - 0.1 * 1.2 * (1.0 + 0.15 * 0.12)).abs() < 1e-3, "{drift}");
        assert_eq!(Disturbance::HeavyTails.passing_ns(1e8, since), 1e8);
    }

    #[test]
    fn the_median_of_a_mixture_lies_where_half_of_the_processes_are_below() {
        // of the sound processes 5/7 are below the median, where the others are far away
        let spread = 0.01 * std::f64::consts::SQRT_2;
        let expected = (0.565_948_82 * spread).exp();
        assert!((Disturbance::Bimodal.median_factor(0.01) - expected).abs() < 1e-6);
        // of the sound ones 5/9
        let expected = (0.139_710_30 * 3.0 * spread).exp();
        assert!((Disturbance::SickProcess.median_factor(0.03) - expected).abs() < 1e-6);
        assert_eq!(Disturbance::HeavyTails.median_factor(0.03), 1.0);
    }
}
