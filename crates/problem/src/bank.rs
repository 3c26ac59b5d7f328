//! How do standard deviations feed the next ones?
//!
//! For every channel and every width n in 50..=100 the bank keeps its own history y, which starts
//! with the first n cleaned samples. For each later row it takes the standard deviation sd and mean
//! mu of the last n values of y, adds `floor(16 sd + 0.5)` to M, and lets the sample enter y: as it
//! is where it lies within `2 max(sd, 8)` of mu, else with half of its excess. What decides the next
//! window is thus this window's result, so the bank cannot be vectorised along time.
//!
//! Source: the project's pedometer specification, section 2 (docs/pedometer-spec.md).

/// Narrowest window of the bank, in samples.
pub const NARROWEST: usize = 50;

/// Widest window of the bank, in samples.
pub const WIDEST: usize = 100;

/// Number of widths of the bank, both ends included.
pub const WIDTHS: usize = WIDEST - NARROWEST + 1;

/// A recording shorter than this has no steps, and is too short to time a rung on.
pub const LEAST_ROWS: usize = 201;

/// An implementation of the bank of one or more channels, fed in blocks of rows.
///
/// The result does not depend on how the rows are cut into blocks.
pub trait Bank {
    /// The number of rows per block that suits this bank: a whole recording is pushed so many rows at a time. By
    /// default few enough that all intermediate values stay in the cache.
    const BLOCK_ROWS: usize = 4096;

    /// An empty bank of `channels` channels.
    fn new(channels: usize) -> Self
    where
        Self: Sized;

    /// Consumes one block of cleaned samples and writes M of each of its rows.
    ///
    /// `cleaned` has one slice per channel, all of the same length, and `m` the slices to fill, of
    /// the same shape. M is the one before the back-fill of the first [`WIDEST`] rows: 0 for the
    /// first [`NARROWEST`] rows of a recording, and the sum over those widths that are no wider than
    /// the row's number up to [`WIDEST`]. `51 * 16 * 32767` is the largest M.
    ///
    /// # Panics
    /// Where the number of channels differs from that of `new`, or the shapes differ.
    fn push(&mut self, cleaned: &[&[i16]], m: &mut [&mut [i32]]);
}

/// What one standard deviation of the bank does: its share of M, and the value that enters the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Response {
    /// `floor(16 sd + 0.5)`.
    pub increment: i32,
    /// The history's next value, an integer within `i16`'s range.
    pub value: i32,
}

/// The response to the sample `c` of a window with mean `mu` and standard deviation `sd`.
///
/// Double precision, each operation correctly rounded, no contraction: two banks that pass the same
/// `mu` and `sd` agree on every bit.
#[inline]
#[must_use]
pub fn respond(c: i32, mu: f64, sd: f64) -> Response {
    let increment = floor(16.0 * sd + 0.5);
    let limit = 2.0 * sd.max(8.0);
    let excess = f64::from(c) - mu;
    let value = if excess > limit {
        floor(mu + (limit + 0.5 * (excess - limit)) + 0.5)
    } else if excess < -limit {
        floor(mu + (-limit + 0.5 * (excess + limit)) + 0.5)
    } else {
        c
    };
    Response { increment, value }
}

/// The largest integer not above `value`, which must lie within `i32`. `f64::floor` is a call into the
/// mathematics library on x86-64 without SSE4.1; this is three instructions everywhere.
#[inline]
fn floor(value: f64) -> i32 {
    let truncated = value as i32;
    truncated - i32::from(f64::from(truncated) > value)
}

/// Standard deviations in a recording of `rows` rows and `channels` channels.
#[must_use]
pub fn units(rows: usize, channels: usize) -> u64 {
    (NARROWEST..=WIDEST).map(|width| rows.saturating_sub(width) as u64).sum::<u64>() * channels as u64
}

/// Runs a new bank of type `B` over whole channels: one M per row and channel, before the back-fill.
#[must_use]
pub fn run<B: Bank>(cleaned: &[Vec<i16>]) -> Vec<Vec<i32>> {
    run_in_blocks::<B>(cleaned, B::BLOCK_ROWS)
}

/// The same, so many rows at a time.
pub(crate) fn run_in_blocks<B: Bank>(cleaned: &[Vec<i16>], block_rows: usize) -> Vec<Vec<i32>> {
    let rows = cleaned.first().map_or(0, Vec::len);
    let mut m = vec![vec![0; rows]; cleaned.len()];
    let mut bank = B::new(cleaned.len());
    for start in (0..rows).step_by(block_rows) {
        let end = (start + block_rows).min(rows);
        let block: Vec<&[i16]> = cleaned.iter().map(|samples| &samples[start..end]).collect();
        let mut out: Vec<&mut [i32]> = m.iter_mut().map(|values| &mut values[start..end]).collect();
        bank.push(&block, &mut out);
    }
    m
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_an_hour_match_the_specification() {
        assert_eq!(units(360_000, 6), 110_137_050);
        assert_eq!(units(359_786, 3), 55_035_783);
        assert_eq!(units(201, 1), 51 * 201 - 3825);
        assert_eq!(units(50, 1), 0);
    }

    #[test]
    fn floor_is_the_largest_integer_not_above() {
        for value in [-3.0, -2.5, -2.0, -0.5, -0.0, 0.0, 0.5, 1.0, 1.5, 524_272.5, -65_534.25] {
            assert_eq!(f64::from(floor(value)), value.floor(), "{value}");
        }
    }

    #[test]
    fn a_sample_beyond_two_standard_deviations_passes_half_of_its_excess() {
        assert_eq!(respond(100, 0.0, 10.0), Response { increment: 160, value: 60 });
        assert_eq!(respond(-100, 0.0, 10.0), Response { increment: 160, value: -60 });
        assert_eq!(respond(20, 0.0, 10.0), Response { increment: 160, value: 20 });
        // below sd = 8 the limit stays at 16
        assert_eq!(respond(17, 0.0, 0.0), Response { increment: 0, value: 17 });
        assert_eq!(respond(18, 0.0, 0.0), Response { increment: 0, value: 17 });
    }
}
