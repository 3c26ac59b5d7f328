//! What is the standard deviation, correctly rounded?
//!
//! Every result is the double nearest to the exact value, ties to even: what Python's `statistics.pstdev` and `stdev`
//! return, bit for bit, on every instruction set. Running sums in pairs of doubles with a proven bound (`pairs`) decide nearly every
//! window, at about the speed of a library that runs plain sums; those near values that are far larger, and those of which values are missing, are decided by
//! sums from which nothing is subtracted (`two_stacks`), in three to four times as long; what these leave open, ties, is decided in integers
//! (`integer_sums`), without any error.
//!
//! ```
//! use breakeven_simd::exact;
//!
//! assert_eq!(exact::standard_deviation(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0], 0), 2.0);
//! let mut deviations = [0.0; 3];
//! exact::sliding(&[1e12, 1.0, 2.0, 3.0, 4.0, 5.0], 4, 1, &mut deviations);
//! assert_eq!(deviations[1..], [1.2909944487358056, 1.2909944487358056]);
//! ```

mod arithmetic;
mod integer_sums;
mod nearest_root;
mod pairs;
mod sliding;
mod spans;
mod tiles;
mod two_stacks;
mod whole;
#[cfg(target_arch = "x86_64")]
mod x86_64;

use std::sync::OnceLock;

pub(crate) use arithmetic::residual;
pub(crate) use nearest_root::nearest_root;
pub(crate) use sliding::Runs;
pub use spans::spans;
pub(crate) use tiles::Tile;

use crate::isa::Portable;
#[cfg(target_arch = "x86_64")]
use crate::isa::x86_64::Fused;
use crate::reader::Reader;

/// The correctly rounded standard deviation of `values` with divisor n - `ddof`.
///
/// NaN where any value is NaN or infinite, and for n <= `ddof`, so for no values at all; exactly 0 for equal values;
/// infinite only where the exact result rounds to it. Subnormal results are rounded correctly too. No error, no panic.
///
/// Two reads of the data, three where their mean is large against their deviation. Some arrays are decided in
/// integers, some twenty times as long: ties, one in many millions by chance, those of more than 2^24 values, and those whose
/// deviation lies below 1e-60 or above 1e60, or below about 1e-13 of the largest distance from the mean.
///
/// # Example
/// ```
/// use breakeven_simd::exact::standard_deviation;
/// assert_eq!(standard_deviation(&[1e200, 3e200], 0), 1e200);
/// assert_eq!(standard_deviation(&[0.1; 25], 0), 0.0);
/// assert!(standard_deviation(&[1.0], 1).is_nan());
/// ```
#[must_use]
pub fn standard_deviation(values: &[f64], ddof: usize) -> f64 {
    chosen().standard_deviation(values, ddof)
}

/// The same of numbers that are read block by block, up to 2^24 of them at once.
///
/// # Errors
/// What the reader stops for.
///
/// # Example
/// [`crate::standard_deviation_by_blocks`] has one.
pub fn standard_deviation_by_blocks<R: Reader>(reader: &mut R, ddof: usize) -> Result<f64, R::Stop> {
    let count = reader.count();
    if count <= ddof {
        return Ok(f64::NAN);
    }
    if count <= pairs::LONGEST
        && let Some(decided) = chosen().decide(reader.read(0..count)?, ddof, Rounded::Deviation)
    {
        return Ok(decided);
    }
    whole::read_by_integers(reader, ddof, Rounded::Deviation)
}

/// Writes the correctly rounded standard deviation of every full window of `window` values to `out`, oldest first.
///
/// `out` holds `values.len() - window + 1` numbers, none where the window is longer than the series. The divisor is
/// `window - ddof`; where that is not positive all are NaN. A window that holds NaN or an infinity gives NaN, and leaves
/// nothing behind; one of equal values gives exactly 0.
///
/// O(1) a window, whatever its length: one pass, and a pass over one window more for every 16 of them. Windows within some hundred
/// window lengths of values that are not finite, or outside about 1e-60 .. 1e60, or far larger than theirs, take three to four times as long. Some hundred times as long take ties, where
/// every window is one, and those of values less than 1e-250 of others within five windows' length, or whose results are subnormal: only integers decide these.
///
/// # Panics
/// Where `window` is 0, or `out` is of another length.
///
/// # Example
/// ```
/// use breakeven_simd::exact;
///
/// let mut deviations = [0.0; 4];
/// exact::sliding(&[5.0, 5.0, f64::NAN, 1.0, 3.0], 2, 0, &mut deviations);
/// assert_eq!(deviations[0], 0.0);
/// assert!(deviations[1].is_nan() && deviations[2].is_nan());
/// assert_eq!(deviations[3], 1.0);
/// ```
pub fn sliding(values: &[f64], window: usize, ddof: usize, out: &mut [f64]) {
    chosen().sliding(values, window, ddof, out);
}

/// The exact functions on one instruction set. Holding a value proves that this processor has that set.
///
/// All give the same bits, since there is but one correctly rounded result.
///
/// # Example
/// ```
/// use breakeven_simd::exact::ExactKernel;
/// for kernel in ExactKernel::available() {
///     assert_eq!(kernel.standard_deviation(&[0.5, 1.5], 0), 0.5, "{}", kernel.isa());
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExactKernel(Proof);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Fused(Fused),
}

/// What is rounded correctly. Either is one function of a window's values, so its bits are the same on every instruction set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rounded {
    Deviation,
    /// The root of which is rounded once more: within 1.5 u of the exact deviation in all.
    Variance,
}

impl ExactKernel {
    /// What the compilation target itself offers; on x86-64 that is SSE2.
    #[must_use]
    pub fn portable() -> Self {
        Self(Proof::Portable)
    }

    /// The one with the widest vectors that this processor has, AVX2 with FMA at most.
    #[must_use]
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(proof) = Fused::detect() {
            return Self(Proof::Fused(proof));
        }
        Self::portable()
    }

    /// Every one that this processor has, slowest first.
    #[must_use]
    pub fn available() -> Vec<Self> {
        let mut kernels = vec![Self::portable(), Self::best()];
        kernels.dedup();
        kernels
    }

    /// `portable` or `avx2+fma`.
    #[must_use]
    pub fn isa(self) -> &'static str {
        match self.0 {
            Proof::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Proof::Fused(_) => "avx2+fma",
        }
    }

    /// As the free function [`standard_deviation`], on this instruction set.
    #[must_use]
    pub fn standard_deviation(self, values: &[f64], ddof: usize) -> f64 {
        self.rounded(values, ddof, Rounded::Deviation)
    }

    fn rounded(self, values: &[f64], ddof: usize, rounded: Rounded) -> f64 {
        if values.len() <= ddof {
            return f64::NAN;
        }
        self.decide(values, ddof, rounded).unwrap_or_else(|| whole::by_integers(values, ddof, rounded))
    }

    /// As [`whole::standard_deviation`].
    fn decide(self, values: &[f64], ddof: usize, rounded: Rounded) -> Option<f64> {
        match self.0 {
            Proof::Portable => whole::standard_deviation(Portable, values, ddof, rounded),
            #[cfg(target_arch = "x86_64")]
            Proof::Fused(proof) => proof.standard_deviation(values, ddof, rounded),
        }
    }

    /// As the free function [`sliding()`], on this instruction set.
    ///
    /// # Panics
    /// As there.
    pub fn sliding(self, values: &[f64], window: usize, ddof: usize, out: &mut [f64]) {
        self.windows(&Tile { values, window, ddof, least: window, rounded: Rounded::Deviation }, out);
    }

    /// Deviations of all windows of a series; the roots of correctly rounded variances, where these are asked for, take less time
    /// and differ in the last digit.
    pub(crate) fn windows(self, series: &Tile<'_>, out: &mut [f64]) {
        let Tile { values, window, .. } = *series;
        assert!(window > 0, "a window holds at least one value");
        assert_eq!(out.len(), (values.len() + 1).saturating_sub(window), "one result per full window");
        if window < series.fewest() {
            out.fill(f64::NAN);
        } else if !out.is_empty() {
            sliding::sliding(self, series, out);
        }
    }

    /// As [`tiles::run`].
    fn tile(self, tile: &Tile<'_>, out: &mut [f64]) -> bool {
        match self.0 {
            Proof::Portable => portable_tile(tile, out),
            #[cfg(target_arch = "x86_64")]
            Proof::Fused(proof) => proof.tile(tile, out),
        }
    }

    /// As [`two_stacks::run`].
    fn two_stacks(self, tile: &Tile<'_>, out: &mut [f64]) -> bool {
        match self.0 {
            Proof::Portable => portable_two_stacks(tile, out),
            #[cfg(target_arch = "x86_64")]
            Proof::Fused(proof) => proof.two_stacks(tile, out),
        }
    }
}

fn portable_tile(tile: &Tile<'_>, out: &mut [f64]) -> bool {
    tiles::run(Portable, tile, out)
}

fn portable_two_stacks(tile: &Tile<'_>, out: &mut [f64]) -> bool {
    two_stacks::run(Portable, tile, out)
}

/// The kernel of the free functions: the best one, or the portable one where [`crate::ISA_VARIABLE`] asks for it.
#[must_use]
pub fn chosen() -> ExactKernel {
    static KERNEL: OnceLock<ExactKernel> = OnceLock::new();
    *KERNEL.get_or_init(|| beside(crate::Kernel::chosen()))
}

/// The exact kernel that goes with `kernel`: the portable one with the portable one, else the best.
pub(crate) fn beside(kernel: crate::Kernel) -> ExactKernel {
    if kernel == crate::Kernel::portable() { ExactKernel::portable() } else { ExactKernel::best() }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    /// Series whose variances are hard to round, each for another reason.
    fn series(random: &mut ChaCha8Rng) -> Vec<(&'static str, Vec<f64>)> {
        let mut draw = |value: &dyn Fn(f64, i32) -> f64| -> Vec<f64> {
            (0..700).map(|place| value(random.random(), place)).collect()
        };
        let walk = draw(&|u, _| u - 0.5).into_iter().scan(0.0, |at, step| {
            *at += step;
            Some(*at)
        });
        vec![
            ("walk", walk.collect()),
            ("few integers", draw(&|u, _| (u * 8.0).floor())),
            ("ties", draw(&|_, place| [3.0f64.next_up(), -0.625f64.next_up()][place as usize % 2])),
            ("offset", draw(&|u, _| 1e9 + u)),
            ("spikes", draw(&|u, place| if place % 97 == 60 { 1e12 } else { u })),
            ("halved", draw(&|u, place| (1.0 + u) * 2f64.powi(-(place % 400)))),
            ("flat and gaps", draw(&|u, place| [u, f64::NAN, 3.3, 3.3][place as usize / 50 % 4])),
            ("tiny", draw(&|u, _| 1e-200 * u)),
            ("huge", draw(&|u, _| 1e300 * u)),
            ("subnormal", draw(&|u, _| f64::from_bits((u * 1e6) as u64))),
        ]
    }

    #[test]
    fn the_root_of_a_rounded_variance_is_one_function_of_a_window_however_it_is_computed() {
        let (mut random, mut decided) = (ChaCha8Rng::seed_from_u64(1), 0);
        for (name, values) in series(&mut random) {
            for (window, ddof) in [(3, 0), (20, 1), (75, 0), (300, 1)] {
                let mut out = vec![-1.0; values.len() + 1 - window];
                for kernel in ExactKernel::available() {
                    kernel.windows(
                        &Tile { values: &values, window, ddof, least: window, rounded: Rounded::Variance },
                        &mut out,
                    );
                    for (start, result) in out.iter().enumerate() {
                        let values = &values[start..start + window];
                        let of = format!("{name}, w={window}, {}, window {start}", kernel.isa());
                        let expected = whole::by_integers(values, ddof, Rounded::Variance);
                        let same = |got: f64| got.to_bits() == expected.to_bits() || got.is_nan();
                        assert!(
                            same(*result) && result.is_nan() == expected.is_nan(),
                            "{of}: {result:e} for {expected:e}"
                        );
                        let by_pairs = kernel.decide(values, ddof, Rounded::Variance);
                        decided += usize::from(by_pairs.is_some());
                        assert!(by_pairs.is_none_or(same), "{of}: {by_pairs:?} for {expected:e}");
                        let exact = kernel.standard_deviation(values, ddof);
                        assert!(
                            exact.is_nan() || (expected - exact).abs() <= f64::EPSILON * exact,
                            "{of}: {exact:e}"
                        );
                    }
                }
            }
        }
        assert!(decided > 10_000, "{decided} windows by pairs");
    }
}
