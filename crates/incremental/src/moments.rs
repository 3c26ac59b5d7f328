//! What must be kept of numbers that are seen once, in parts, and in any order?
//!
//! ```text
//! push:   d = x - mean    mean += d / n    M2 += d (x - mean)
//! merge:  d = mean_b - mean_a    mean = mean_a + d n_b / n    M2 = M2_a + M2_b + d d n_a n_b / n
//! ```
//!
//! The first line is Welford's (Technometrics 4, 1962), the second that of Chan, Golub and LeVeque (STAN-CS-79-773,
//! 1979). No departure from either.

/// Count, mean and spread of the numbers so far; two of them can be merged.
///
/// *Guarantee.* Of n values, M2 errs relatively by about n u kappa (Chan, Golub and LeVeque, American Statistician
/// 37:242, 1983), where u = 2^-53 and kappa^2 = 1 + (mean / deviation)^2: 1e-13 for a thousand numbers around 0, and only
/// four digits for a thousand of deviation 1 around 1e9. So this is not `fast` in the sense of the other
/// structures; it has no window, and cannot look back. Equal values give exactly 0, also merged, and the deviation
/// does not change where every number is shifted by as much as costs no bit and kappa stays small. Deviations
/// outside about 1e-150 ..= 1e150 may come out as 0, inexact or infinite.
///
/// NaN or an infinity makes the deviation NaN for good: all numbers are in it.
///
/// *Cost.* A push is O(1) with one division, a merge too with two; three numbers of memory. Merging parts of equal
/// size pairwise replaces the n of the bound by log2 n.
///
/// # Example
/// ```
/// use breakeven_incremental::Moments;
///
/// let of = |values: &[f64]| values.iter().copied().collect::<Moments>();
/// let merged = of(&[2.0, 4.0, 4.0, 4.0]).merge(of(&[5.0, 5.0, 7.0, 9.0]));
/// assert_eq!((merged.count(), merged.mean()), (8, 5.0));
/// assert_eq!(merged.standard_deviation(0), 2.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moments {
    count: u64,
    mean: f64,
    m2: f64,
}

impl Moments {
    /// Of no numbers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one more number.
    #[inline]
    pub fn push(&mut self, value: f64) {
        self.count += 1;
        let deviation = value - self.mean;
        self.mean += deviation / self.count as f64;
        self.m2 += deviation * (value - self.mean);
    }

    /// Of the numbers of both, within the bound what pushing them all would give.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        if self.count == 0 || other.count == 0 {
            return if self.count == 0 { other } else { self };
        }
        let count = self.count + other.count;
        let (own, others) = (self.count as f64, other.count as f64);
        let apart = other.mean - self.mean;
        let share = others / count as f64;
        Self {
            count,
            mean: self.mean + apart * share,
            m2: self.m2 + other.m2 + apart * apart * (own * share),
        }
    }

    /// How many numbers there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their mean; NaN of no numbers, and NaN or infinite where one of them was.
    #[must_use]
    pub fn mean(&self) -> f64 {
        if self.count == 0 { f64::NAN } else { self.mean }
    }

    /// Their standard deviation with the divisor count - `ddof`; NaN where that is not positive.
    #[must_use]
    pub fn standard_deviation(&self, ddof: u64) -> f64 {
        if self.count <= ddof {
            return f64::NAN;
        }
        (self.m2 / (self.count - ddof) as f64).sqrt()
    }
}

impl Extend<f64> for Moments {
    fn extend<I: IntoIterator<Item = f64>>(&mut self, values: I) {
        values.into_iter().for_each(|value| self.push(value));
    }
}

impl FromIterator<f64> for Moments {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut moments = Self::new();
        moments.extend(values);
        moments
    }
}
