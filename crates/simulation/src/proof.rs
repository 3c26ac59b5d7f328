//! How often are the verdicts right?
//!
//! Each run is simulated, judged as the tool judges, and compared with the true ratios of its scenario.

mod alone;
mod noisy;
mod recorded;
mod together;

use breakeven_estimate::{self as estimate, Estimate, Verdict};
use breakeven_measure::input_file::InputFileError;
use breakeven_measure::order::derive_seed;
use breakeven_record::WorkloadRecord;

pub use self::alone::Alone;
pub use self::noisy::{Noisy, counted};
pub use self::recorded::Recorded;
pub use self::together::{Crowd, Together};
use super::scenario::Scenario;
use super::{Simulator, Stages};

/// The ratio and verdict of one contender in one run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// Its ratio to the baseline.
    pub ratio: Estimate,
    /// The verdict.
    pub verdict: Verdict,
}

/// Judges the contender of this id for so many comparisons at once; `None` where there is no interval.
pub type Judge = fn(&WorkloadRecord, &str, usize) -> Option<Judged>;

/// Judges as the tool does.
#[must_use]
pub fn judge(workload: &WorkloadRecord, contender: &str, comparisons: usize) -> Option<Judged> {
    Some(Judged {
        ratio: estimate::ratio(workload, contender, &workload.baseline, comparisons)?,
        verdict: estimate::verdict(workload, contender, comparisons),
    })
}

/// A number of runs out of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// Runs in which the statement held.
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

    pub(crate) fn add(&mut self, held: bool) {
        self.count += usize::from(held);
        self.of += 1;
    }
}

/// Intervals of 95 % hold the true ratio in at least so many of a hundred runs.
pub const HELD_PERCENT: f64 = 94.0;

/// Equally quick contenders are called faster or slower in at most so many.
pub const FALSE_PERCENT: f64 = 5.0;

/// A difference of 5 % is found in at least so many, where processes differ by 1 %.
pub const FOUND_PERCENT: f64 = 80.0;

fn simulate(
    scenario: Scenario,
    runs: usize,
    stages: Stages,
    mut each: impl FnMut(&WorkloadRecord),
) -> Result<(), InputFileError> {
    let simulator = Simulator::new(scenario)?;
    for number in 0..runs {
        each(&simulator.run(derive_seed(stages.most as u64, &scenario.name(), number as u64), stages)?);
    }
    Ok(())
}

fn fewest(shares: &[Share]) -> Share {
    shares.iter().copied().min_by(|a, b| a.percent().total_cmp(&b.percent())).unwrap_or_default()
}

fn holds(ratio: Estimate, truth: f64) -> bool {
    (ratio.low..=ratio.high).contains(&truth)
}

/// The right verdict on this true ratio.
fn truth(ratio: f64) -> Verdict {
    match ratio {
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
