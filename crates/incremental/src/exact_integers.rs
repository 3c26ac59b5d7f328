//! How is a window of integers kept without any error?
//!
//! ```text
//! S = sum x    Q = sum x x    V = n Q - S S    sqrt(V / (n (n - ddof)))
//! ```
//!
//! All of it in integers, wide enough never to overflow, so adding and subtracting costs nothing
//! (Chmielowiec, Computational Statistics 36:2813, 2021, counts the bits). The root is taken in doubles and then
//! compared, in integers again, with the middles between it and its neighbours: the one rounding is the nearest, ties to even.

use std::cmp::Ordering;

use crate::WindowError;
use crate::wide::Wide;

/// The standard deviation of the last `window` integers, correctly rounded.
///
/// For `i16`, `i32`, `i64`, and whatever else converts to `i64` without loss, of any size within its range.
///
/// *Guarantee.* 0 ulp: the double nearest to the exact value, the same bits as the oracle (and Python's `statistics`).
/// Nothing of a value remains when it has left.
///
/// *Cost.* Worst-case O(1): a few 128-bit multiplications with every value, whatever the data.
/// Memory: one integer per value of the window. Windows of up to 2^48 values.
///
/// # Example
/// ```
/// use breakeven_incremental::ExactIntegerWindow;
///
/// let mut rolling = ExactIntegerWindow::<i64>::new(4, 0)?;
/// let deviations = [i64::MAX, 0, 3, 3, 6, i64::MIN].map(|value| rolling.push(value));
/// assert_eq!(deviations[2], None);
/// assert_eq!(deviations[4], Some(4.5f64.sqrt()));
/// # Ok::<(), breakeven_incremental::WindowError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ExactIntegerWindow<T> {
    ring: Vec<T>,
    window: usize,
    /// Where the next value goes, once the ring is full.
    oldest: usize,
    sum: i128,
    squares: Wide,
    /// n (n - ddof).
    divisor: u128,
}

impl<T: Copy + Into<i64>> ExactIntegerWindow<T> {
    /// An empty window of `window` integers; the divisor is `window - ddof`.
    ///
    /// # Errors
    /// The window is 0, or no longer than `ddof`.
    pub fn new(window: usize, ddof: usize) -> Result<Self, WindowError> {
        WindowError::check(window, ddof)?;
        Ok(Self {
            ring: Vec::with_capacity(window),
            window,
            oldest: 0,
            sum: 0,
            squares: Wide::ZERO,
            divisor: window as u128 * (window - ddof) as u128,
        })
    }

    /// Takes the next integer, and gives the standard deviation of the last `window` ones: `None` until there
    /// are so many.
    pub fn push(&mut self, value: T) -> Option<f64> {
        let entering: i64 = value.into();
        self.sum += i128::from(entering);
        self.squares = self.squares.plus(square(entering));
        if self.ring.len() < self.window {
            self.ring.push(value);
        } else {
            let leaving: i64 = self.ring[self.oldest].into();
            self.ring[self.oldest] = value;
            self.oldest = if self.oldest + 1 == self.window { 0 } else { self.oldest + 1 };
            self.sum -= i128::from(leaving);
            self.squares = self.squares.minus(square(leaving));
        }
        (self.ring.len() == self.window).then(|| self.standard_deviation())
    }

    fn standard_deviation(&self) -> f64 {
        let sum = self.sum.unsigned_abs();
        let scaled = self.squares.times(self.window as u128).minus(Wide::product(sum, sum));
        square_root(scaled, self.divisor)
    }
}

fn square(value: i64) -> Wide {
    let magnitude = u128::from(value.unsigned_abs());
    Wide::from(magnitude * magnitude)
}

/// The double nearest to the root of `numerator` / `divisor`, ties to even.
fn square_root(numerator: Wide, divisor: u128) -> f64 {
    if numerator == Wide::ZERO {
        return 0.0;
    }
    let even = |root: f64| root.to_bits() & 1 == 0;
    let mut root = (numerator.to_f64() / divisor as f64).sqrt();
    // off by few units in the last place: each turn takes one away
    loop {
        let below = root.next_down();
        match (middle_above(below, numerator, divisor), middle_above(root, numerator, divisor)) {
            (Ordering::Less, _) => root = below,
            (_, Ordering::Greater) => root = root.next_up(),
            (Ordering::Equal, _) if !even(root) => return below,
            (_, Ordering::Equal) if !even(root) => return root.next_up(),
            _ => return root,
        }
    }
}

/// How the root of `numerator` / `divisor` compares with the middle between `root`, a normal number, and the
/// next double: m 2^e with m odd, so numerator with m m divisor 2^(2 e).
///
/// Where the two are near each other, neither side has more bits than the numerator, or than m m divisor, at most 204.
fn middle_above(root: f64, numerator: Wide, divisor: u128) -> Ordering {
    let significand = root.to_bits() & ((1 << 52) - 1) | (1 << 52);
    let exponent = (root.to_bits() >> 52) as i32 - 1076;
    let middle = u128::from(2 * significand + 1);
    let other = Wide::product(middle * middle, divisor);
    let shift = 2 * exponent.unsigned_abs();
    if exponent < 0 {
        numerator.shifted_left(shift).cmp(&other)
    } else {
        numerator.cmp(&other.shifted_left(shift))
    }
}
