//! Which instruction set runs the kernel?

#[cfg(target_arch = "x86_64")]
mod x86_64;

use std::env;
use std::fmt;
use std::sync::OnceLock;

use crate::Strided;
use crate::corrected_two_pass::{self, BLOCK, Moments, PairwiseSums, SHORT, SecondPass};
#[cfg(target_arch = "x86_64")]
use crate::isa::x86_64::{Avx2, Avx512};
use crate::isa::{Job, Portable};
use crate::reader::{self, Reader};

/// The environment variable that forces an instruction set: `portable`, `avx2` or `avx512`.
pub const ISA_VARIABLE: &str = "BREAKEVEN_ISA";

/// The standard deviation of `values` with divisor n - `ddof`.
///
/// Never negative. NaN where any value is NaN or infinite, and for n <= `ddof`, so for no values at all;
/// exactly 0 for equal values; infinite only where the exact result rounds to it. At most 1e-14
/// relative from the exact value (or rounded to the nearest where that is subnormal) for n up to 2^30: see
/// [`corrected_two_pass`]. Largest error seen on the arrays of up to 5000 values in
/// tests/accuracy.rs: 3 ulp. No error, no panic; the first call allocates, to choose a kernel.
///
/// One read of the data, or two where the first shows that it was not taken close enough to the mean; one division and one
/// root in a row. The cold path for equal values, values that are not finite, and deviations below 1e-144 or above 1e150
/// reads it up to four times more.
///
/// The first call chooses a kernel, as [`Kernel::from_environment`] does. Where that fails it is the portable
/// one, which every value of the variable permits; a program that wants the error asks for it.
///
/// # Example
/// ```
/// use breakeven_simd::standard_deviation;
/// assert_eq!(standard_deviation(&[1.0, 2.0, 3.0], 1), 1.0);
/// assert_eq!(standard_deviation(&[1e200, 3e200], 0), 1e200);
/// assert_eq!(standard_deviation(&[0.1; 25], 0), 0.0);
/// assert!(standard_deviation(&[1.0], 1).is_nan());
/// ```
#[inline]
#[must_use]
pub fn standard_deviation(values: &[f64], ddof: usize) -> f64 {
    Kernel::chosen().standard_deviation(values, ddof)
}

/// The kernel on one instruction set. Holding a value proves that this processor has that set.
///
/// All give the same bits. Kernels are compared by their instruction set.
///
/// # Example
/// ```
/// use breakeven_simd::Kernel;
/// for kernel in Kernel::available() {
///     assert_eq!(kernel.standard_deviation(&[0.5, 1.5], 0), 0.5, "{}", kernel.isa());
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kernel(Proof);

/// One variant for each [`crate::isa::Isa`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
}

/// A method of the instruction set that a kernel has, or what is done without one.
macro_rules! compiled {
    ($kernel:ident.$method:ident($($argument:ident),*), portable: $portable:expr) => {
        match $kernel.0 {
            Proof::Portable => $portable,
            #[cfg(target_arch = "x86_64")]
            Proof::Avx2(proof) => proof.$method($($argument),*),
            #[cfg(target_arch = "x86_64")]
            Proof::Avx512(proof) => proof.$method($($argument),*),
        }
    };
}

impl Kernel {
    /// What the compilation target itself offers; on x86-64 that is SSE2.
    #[must_use]
    pub fn portable() -> Self {
        Self(Proof::Portable)
    }

    /// The one with the widest vectors that this processor has.
    #[must_use]
    pub fn best() -> Self {
        Self::available().pop().unwrap_or(Self::portable())
    }

    /// Every one that this processor has, narrowest vectors first.
    #[must_use]
    pub fn available() -> Vec<Self> {
        #[cfg(target_arch = "x86_64")]
        let wider = [Avx2::detect().map(Proof::Avx2), Avx512::detect().map(Proof::Avx512)];
        #[cfg(not(target_arch = "x86_64"))]
        let wider: [Option<Proof>; 0] = [];
        [Self::portable()].into_iter().chain(wider.into_iter().flatten().map(Self)).collect()
    }

    /// The one that [`ISA_VARIABLE`] names, or the best one where it is unset or empty.
    ///
    /// # Errors
    /// The variable names no instruction set, or one that this processor does not have.
    pub fn from_environment() -> Result<Self, IsaError> {
        match env::var_os(ISA_VARIABLE) {
            None => Ok(Self::best()),
            Some(word) if word.is_empty() => Ok(Self::best()),
            Some(word) => Self::named(&word.to_string_lossy()),
        }
    }

    /// As [`Kernel::from_environment`]; where that fails the portable one, which every value of the variable permits.
    pub(crate) fn or_portable() -> Self {
        Self::from_environment().unwrap_or_else(|_| Self::portable())
    }

    /// The one called `word`: `portable`, `avx2` or `avx512`.
    ///
    /// # Errors
    /// The word names no instruction set, or one that this processor does not have.
    pub fn named(word: &str) -> Result<Self, IsaError> {
        if let Some(kernel) = Self::available().into_iter().find(|kernel| kernel.isa() == word) {
            return Ok(kernel);
        }
        match word {
            "avx2" | "avx512" => {
                Err(IsaError::Unavailable { word: word.to_owned(), best: Self::best().isa() })
            }
            _ => Err(IsaError::Unknown { word: word.to_owned() }),
        }
    }

    /// `portable`, `avx2` or `avx512`.
    #[must_use]
    pub fn isa(self) -> &'static str {
        match self.0 {
            Proof::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Proof::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Proof::Avx512(_) => "avx512",
        }
    }

    /// As the free function [`standard_deviation`], on this instruction set.
    #[inline]
    #[must_use]
    pub fn standard_deviation(self, values: &[f64], ddof: usize) -> f64 {
        compiled!(self.standard_deviation(values, ddof), portable: portable(values, ddof))
    }
}

impl Kernel {
    /// The kernel of the free functions, chosen once.
    #[inline]
    pub(crate) fn chosen() -> Self {
        static KERNEL: OnceLock<Kernel> = OnceLock::new();
        *KERNEL.get_or_init(Self::or_portable)
    }

    /// Runs `job`, compiled for this instruction set.
    pub(crate) fn run(self, job: impl Job) {
        compiled!(self.run(job), portable: job.run::<4, _>(Portable));
    }

    /// As [`Kernel::standard_deviation`], of values that have to be packed.
    pub(crate) fn packed<T: Copy + Into<f64>>(self, values: Strided<'_, T>, ddof: usize) -> f64 {
        compiled!(self.packed(values, ddof), portable: corrected_two_pass::of_packed(Portable, values, ddof))
    }

    /// [`corrected_two_pass::add_blocks`], compiled for this instruction set.
    pub(crate) fn add_blocks(self, values: &[f64], centre: f64, sums: &mut PairwiseSums) -> Moments {
        compiled!(self.add_blocks(values, centre, sums), portable: corrected_two_pass::add_blocks(Portable, values, centre, sums))
    }

    /// Runs a loop that compilers turn into the widest vectors they may use, compiled for this instruction set.
    pub(crate) fn vectorised<O>(self, work: impl FnOnce() -> O) -> O {
        compiled!(self.vectorised(work), portable: work())
    }
}

/// The bits of [`standard_deviation()`] on the same numbers, which are read block by block.
///
/// # Errors
/// What the reader stops for.
///
/// # Example
/// ```
/// use std::convert::Infallible;
/// use std::ops::Range;
///
/// use breakeven_simd::reader::Reader;
///
/// /// 0, 1, 2, and so on.
/// struct Numbers(usize, Vec<f64>);
///
/// impl Reader for Numbers {
///     type Stop = Infallible;
///     fn count(&self) -> usize {
///         self.0
///     }
///     fn read(&mut self, range: Range<usize>) -> Result<&[f64], Infallible> {
///         self.1.clear();
///         self.1.extend(range.map(|number| number as f64));
///         Ok(&self.1)
///     }
/// }
///
/// let numbers: Vec<f64> = (0..100_000).map(f64::from).collect();
/// let Ok(deviation) = breakeven_simd::standard_deviation_by_blocks(&mut Numbers(100_000, Vec::new()), 0);
/// assert_eq!(deviation, breakeven_simd::standard_deviation(&numbers, 0));
/// ```
pub fn standard_deviation_by_blocks<R: Reader>(reader: &mut R, ddof: usize) -> Result<f64, R::Stop> {
    let (kernel, count) = (Kernel::chosen(), reader.count());
    if count <= reader::BLOCK {
        return reader.read(0..count).map(|values| kernel.standard_deviation(values, ddof));
    }
    let add_blocks = |values: &[f64], centre, sums: &mut _| kernel.add_blocks(values, centre, sums);
    corrected_two_pass::of_reader(reader, ddof, add_blocks)
}

#[cfg(feature = "contender")]
impl Kernel {
    /// The roots of the magnitudes of the first `out.len()` values: the control that the sliding kernels are compared with.
    ///
    /// # Panics
    /// Where there are fewer values than results.
    pub fn square_roots(self, values: &[f64], out: &mut [f64]) {
        self.vectorised(|| {
            for (root, value) in out.iter_mut().zip(values) {
                *root = value.abs().sqrt();
            }
        });
    }
}

/// One copy of the portable code, however often [`Kernel::standard_deviation`] is inlined.
///
/// For x86-64 without any flag, rustc 1.95 makes packed SSE2 instructions of it, two lanes each (16 `mulpd` to 5 `mulsd`, those
/// after the fold, in the machine code for short arrays); of the loop over whole blocks it makes scalar ones.
fn portable(values: &[f64], ddof: usize) -> f64 {
    match values.len() {
        0..SHORT => corrected_two_pass::of_short(Portable, values, ddof),
        SHORT..BLOCK => portable_long(values, ddof),
        _ => portable_blocks(values, ddof),
    }
}

#[inline(never)]
fn portable_long(values: &[f64], ddof: usize) -> f64 {
    corrected_two_pass::of_long::<false>(Portable, values, ddof)
}

#[inline(never)]
fn portable_blocks(values: &[f64], ddof: usize) -> f64 {
    corrected_two_pass::of_long::<true>(Portable, values, ddof)
}

impl SecondPass for Portable {
    #[cold]
    #[inline(never)]
    fn second_pass(self, values: &[f64], ddof: usize, mean: f64) -> f64 {
        corrected_two_pass::second_pass(self, values, ddof, mean)
    }
}

/// A word that names no kernel that could run here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IsaError {
    /// No instruction set is called this.
    Unknown {
        /// The word.
        word: String,
    },
    /// This processor, or the target this was compiled for, does not have it.
    Unavailable {
        /// The word.
        word: String,
        /// The widest that there is.
        best: &'static str,
    },
}

impl fmt::Display for IsaError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { word } => {
                let use_another = "no instruction set is called that; use portable, avx2 or avx512";
                write!(out, "{ISA_VARIABLE}={word:?}: {use_another}")
            }
            Self::Unavailable { word, best } => {
                write!(
                    out,
                    "{ISA_VARIABLE}={word}: this processor does not have it; the widest here is {best}"
                )
            }
        }
    }
}

impl std::error::Error for IsaError {}
