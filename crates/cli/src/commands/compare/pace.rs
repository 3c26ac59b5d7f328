//! How long will a comparison take?
//!
//! Within a factor of two, from one call of each of the user's functions and the known order of magnitude of our slow
//! ones: that chooses between 10 processes and 6, and is said where it is more than a minute.

use std::collections::BTreeMap;

use breakeven_cli::interpreter::base;
use breakeven_measure::probe::{LONGEST_CALL_NS, PREFIX_CALL_NS, SLOW_CALL_NS};
use breakeven_problem::Workload;

/// More seconds than this are too many for a default.
pub(super) const PATIENCE_SECONDS: f64 = 30.0;

/// Ours whose calls may be slow, with the seconds that one value of one window takes: CPython 3.11, orders of
/// magnitude.
const OURS: [(&str, f64); 2] = [("python/naive", 0.28e-6), ("python/statistics", 1.5e-6)];

/// Starting a process, with NumPy and pandas: once, whatever it measures.
pub(super) const START_SECONDS: f64 = 0.5;

/// A contender in rounds: verified, calibrated and timed.
const ROUNDS_SECONDS: f64 = 0.02;

/// Seconds that one process, once it has started, takes for a workload. `users` are the seconds of one call on the whole input, by id.
pub(super) fn process_seconds(
    workload: &Workload,
    contenders: &[String],
    users: &BTreeMap<String, f64>,
) -> f64 {
    let values = workload.units(workload.length) as f64 * workload.window.unwrap_or(workload.length) as f64;
    let ours: BTreeMap<&str, f64> = OURS.into_iter().collect();
    let call = |id: &String| users.get(base(id)).copied().or_else(|| Some(values * ours.get(base(id))?));
    contenders.iter().map(|id| visit_seconds(call(id).unwrap_or(0.0))).sum::<f64>()
}

/// What a visit takes where a call takes so long.
fn visit_seconds(call: f64) -> f64 {
    let seconds = |ns: u64| ns as f64 / 1e9;
    let (slow, prefix, longest) = (seconds(SLOW_CALL_NS), seconds(PREFIX_CALL_NS), seconds(LONGEST_CALL_NS));
    if call > longest {
        // half of it, it, half as much again, and the shortest once more to verify it
        3.5 * prefix
    } else if call > slow {
        2.0 * call
    } else {
        ROUNDS_SECONDS
    }
}

#[cfg(test)]
mod tests {
    use breakeven_problem::Distribution;

    use super::*;

    #[test]
    fn many_slow_functions_on_a_long_series_take_more_than_half_a_minute_in_ten_processes_and_less_in_six() {
        let workload = Workload::sliding(Distribution::Uniform, 100_000, 75, "test");
        let users: BTreeMap<String, f64> =
            ["f", "g", "h", "i", "j", "k", "l"].map(|name| (format!("user/{name}"), 2.0)).into();
        let ours = ["python/naive", "rust/simd"].map(str::to_owned);
        let contenders: Vec<String> = ours.into_iter().chain(users.keys().cloned()).collect();
        let seconds = START_SECONDS + process_seconds(&workload, &contenders, &users);
        assert!(10.0 * seconds > PATIENCE_SECONDS && 6.0 * seconds < PATIENCE_SECONDS, "{seconds}");
    }

    #[test]
    fn quick_functions_take_little_whatever_else_takes_part() {
        let workload = Workload::whole(Distribution::Uniform, 60, "test");
        let contenders: Vec<String> = (0..15).map(|number| format!("user/{number}")).collect();
        let seconds = 5.0 * process_seconds(&workload, &contenders, &BTreeMap::new());
        assert!(10.0 * (START_SECONDS + seconds) < PATIENCE_SECONDS, "at five sizes: {seconds}");
    }
}
