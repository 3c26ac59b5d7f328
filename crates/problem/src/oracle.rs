//! What is the exact answer?
//!
//! Every finite f64 is an integer times a power of two. Over one common power of two the sums
//! S = sum x and Q = sum x x are integers, and so is V = n Q - S S; the variance is V / (n (n - ddof)).
//! All of that is exact, at any size and scale; the only rounding is that of the square root, to the
//! nearest double, ties to even. So nothing here can be wrong by accuracy, only by a slip, and the
//! tests compare with Python's `statistics`, which is exact by another construction.

mod bank;
mod root;

pub use bank::ExactBank;
use num_bigint::{BigInt, BigUint};

use crate::{Answer, Count, Data, Task, Workload};

/// The correctly rounded standard deviation of `values` with divisor n - `ddof`.
///
/// NaN where any value is not finite or n <= `ddof` (so for no values at all); exactly 0 for equal
/// values; infinite only where the exact result rounds to it. Costs about 0.1 us a value, more where the
/// exponents lie far apart.
///
/// # Example
/// ```
/// use breakeven_problem::oracle::standard_deviation;
/// assert_eq!(standard_deviation(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0], 0), 2.0);
/// assert_eq!(standard_deviation(&[0.1; 25], 0), 0.0);
/// assert!(standard_deviation(&[1.0], 1).is_nan());
/// ```
#[must_use]
pub fn standard_deviation(values: &[f64], ddof: usize) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    sliding(values, values.len(), ddof)[0]
}

/// The correctly rounded standard deviation of every full window of `window` values:
/// `values.len() - window + 1` of them, none where the window is longer than the series.
///
/// A window that holds NaN or an infinity gives NaN, the next one without is exact again. The sums
/// run, and stay exact since they are integers; about 1 us a window.
///
/// # Panics
/// Where `window` is 0.
#[must_use]
pub fn sliding(values: &[f64], window: usize, ddof: usize) -> Vec<f64> {
    assert!(window > 0, "a window holds at least one value");
    if values.len() < window {
        return Vec::new();
    }
    let lowest =
        values.iter().copied().filter(|value| value.is_finite() && *value != 0.0).map(exponent).min();
    let lowest = lowest.unwrap_or(0);
    let mut sums = Sums::default();
    let mut deviations = Vec::with_capacity(values.len() - window + 1);
    for (index, &value) in values.iter().enumerate() {
        sums.add(value, lowest);
        if index >= window {
            sums.remove(values[index - window], lowest);
        }
        if index + 1 >= window {
            deviations.push(sums.standard_deviation(window as u64, ddof as u64, lowest));
        }
    }
    deviations
}

/// The exact answer of a workload's task on `input`.
///
/// # Panics
/// Where the input is not of the task's kind, where a `sliding` workload has no window, and for
/// `pedometer`, whose steps are known one floor up: the pedometer on [`ExactBank`].
#[must_use]
pub fn expected(workload: &Workload, input: &Data) -> Answer {
    let series = || input.series().unwrap_or_else(|| panic!("{} needs a series", workload.id));
    match workload.task {
        Task::Whole | Task::Anatomy => Answer::Value(standard_deviation(series(), workload.ddof)),
        Task::Sliding => {
            let window = workload.window.unwrap_or_else(|| panic!("{} has no window", workload.id));
            Answer::Series(sliding(series(), window, workload.ddof))
        }
        Task::Feedback => {
            let signal = input.recording().unwrap_or_else(|| panic!("{} needs a recording", workload.id));
            Answer::Count(Count { m: crate::bank::run::<ExactBank>(signal.channels()), steps: Vec::new() })
        }
        // what is right is decided where it is computed
        Task::Made => Answer::Nothing,
        Task::Pedometer => panic!("the steps of {} are the pedometer's on ExactBank", workload.id),
    }
}

/// The exact sums of the finite values of one window, in units of 2^lowest, and the number of others.
#[derive(Default)]
struct Sums {
    sum: BigInt,
    squares: BigUint,
    not_finite: usize,
}

impl Sums {
    fn add(&mut self, value: f64, lowest: i32) {
        if !value.is_finite() {
            self.not_finite += 1;
            return;
        }
        let integer = integer(value, lowest);
        self.squares += integer.magnitude() * integer.magnitude();
        self.sum += integer;
    }

    fn remove(&mut self, value: f64, lowest: i32) {
        if !value.is_finite() {
            self.not_finite -= 1;
            return;
        }
        let integer = integer(value, lowest);
        self.squares -= integer.magnitude() * integer.magnitude();
        self.sum -= integer;
    }

    fn standard_deviation(&self, n: u64, ddof: u64, lowest: i32) -> f64 {
        if self.not_finite > 0 || n <= ddof {
            return f64::NAN;
        }
        let v = &self.squares * n - self.sum.magnitude() * self.sum.magnitude();
        root::square_root(&v, u128::from(n) * u128::from(n - ddof), lowest)
    }
}

/// `value` in units of 2^lowest, where `lowest` is at most its [`exponent`].
fn integer(value: f64, lowest: i32) -> BigInt {
    if value == 0.0 {
        return BigInt::ZERO;
    }
    let magnitude = BigInt::from(significand(value)) << (exponent(value) - lowest) as u32;
    if value < 0.0 { -magnitude } else { magnitude }
}

/// The significand of a finite number as an integer below 2^53.
fn significand(value: f64) -> u64 {
    let fraction = value.to_bits() & ((1 << 52) - 1);
    if biased_exponent(value) == 0 { fraction } else { fraction | (1 << 52) }
}

/// The power of two that a finite number's [`significand`] counts.
fn exponent(value: f64) -> i32 {
    biased_exponent(value).max(1) - 1075
}

fn biased_exponent(value: f64) -> i32 {
    ((value.to_bits() >> 52) & 0x7ff) as i32
}
