//! The exact kernels on AVX2 with FMA.
//!
//! A value of [`Fused`] is only made by asking the processor, so holding one proves that the instructions below are
//! there. A fused multiply-add gives the residual of a product in one instruction, where Dekker's algorithm takes 17.
#![expect(
    unsafe_code,
    reason = "vector instructions, and functions compiled for them, are unsafe to call without proof"
)]

use std::arch::x86_64::*;

use super::arithmetic::{Arithmetic, LANES};
use super::{tiles, whole};

/// Proof that this processor has AVX2 and FMA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fused(());

impl Fused {
    pub(super) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Self(()))
    }

    pub(super) fn standard_deviation(self, values: &[f64], ddof: usize) -> Option<f64> {
        // SAFETY: the processor has AVX2 and FMA: `detect` is the only constructor of `self` and has asked it.
        unsafe { standard_deviation(self, values, ddof) }
    }

    pub(super) fn tile(self, tile: &tiles::Tile<'_>, out: &mut [f64]) -> bool {
        // SAFETY: the processor has AVX2 and FMA: `detect` is the only constructor of `self` and has asked it.
        unsafe { run_tile(self, tile, out) }
    }
}

#[target_feature(enable = "avx2,fma")]
fn standard_deviation(isa: Fused, values: &[f64], ddof: usize) -> Option<f64> {
    whole::standard_deviation(isa, values, ddof)
}

#[target_feature(enable = "avx2,fma")]
fn run_tile(isa: Fused, tile: &tiles::Tile<'_>, out: &mut [f64]) -> bool {
    tiles::run(isa, tile, out)
}

impl Arithmetic for Fused {
    type Lanes = __m256d;

    #[inline(always)]
    fn splat(self, value: f64) -> __m256d {
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { _mm256_set1_pd(value) }
    }

    #[inline(always)]
    fn load(self, values: &[f64; LANES]) -> __m256d {
        // SAFETY: `self` proves AVX2, and the pointer is to four values.
        unsafe { _mm256_loadu_pd(values.as_ptr()) }
    }

    #[inline(always)]
    fn to_array(self, lanes: __m256d) -> [f64; LANES] {
        let mut values = [0.0; LANES];
        // SAFETY: `self` proves AVX2, and the pointer is to four values.
        unsafe { _mm256_storeu_pd(values.as_mut_ptr(), lanes) };
        values
    }

    /// Halves are put together while loading, which leaves one shuffle per vector.
    #[inline(always)]
    fn columns(self, [a, b, c, d]: [&[f64; LANES]; LANES]) -> [__m256d; LANES] {
        // SAFETY: `self` proves AVX2, and every pointer is to the first or the last two of four values.
        unsafe {
            let halves = |low: *const f64, high: *const f64| {
                _mm256_insertf128_pd::<1>(_mm256_castpd128_pd256(_mm_loadu_pd(low)), _mm_loadu_pd(high))
            };
            let early = (halves(a.as_ptr(), c.as_ptr()), halves(b.as_ptr(), d.as_ptr()));
            let late =
                (halves(a.as_ptr().add(2), c.as_ptr().add(2)), halves(b.as_ptr().add(2), d.as_ptr().add(2)));
            [
                _mm256_unpacklo_pd(early.0, early.1),
                _mm256_unpackhi_pd(early.0, early.1),
                _mm256_unpacklo_pd(late.0, late.1),
                _mm256_unpackhi_pd(late.0, late.1),
            ]
        }
    }

    #[inline(always)]
    fn store_rows(self, [e, f, g, h]: [__m256d; LANES], [a, b, c, d]: [&mut [f64; LANES]; LANES]) {
        // SAFETY: `self` proves AVX2, and every pointer is to the first or the last two of four values.
        unsafe {
            let (even, odd) = (_mm256_unpacklo_pd(e, f), _mm256_unpackhi_pd(e, f));
            _mm_storeu_pd(a.as_mut_ptr(), _mm256_castpd256_pd128(even));
            _mm_storeu_pd(c.as_mut_ptr(), _mm256_extractf128_pd::<1>(even));
            _mm_storeu_pd(b.as_mut_ptr(), _mm256_castpd256_pd128(odd));
            _mm_storeu_pd(d.as_mut_ptr(), _mm256_extractf128_pd::<1>(odd));
            let (even, odd) = (_mm256_unpacklo_pd(g, h), _mm256_unpackhi_pd(g, h));
            _mm_storeu_pd(a.as_mut_ptr().add(2), _mm256_castpd256_pd128(even));
            _mm_storeu_pd(c.as_mut_ptr().add(2), _mm256_extractf128_pd::<1>(even));
            _mm_storeu_pd(b.as_mut_ptr().add(2), _mm256_castpd256_pd128(odd));
            _mm_storeu_pd(d.as_mut_ptr().add(2), _mm256_extractf128_pd::<1>(odd));
        }
    }

    #[inline(always)]
    fn add(self, a: __m256d, b: __m256d) -> __m256d {
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { _mm256_add_pd(a, b) }
    }

    #[inline(always)]
    fn subtract(self, a: __m256d, b: __m256d) -> __m256d {
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { _mm256_sub_pd(a, b) }
    }

    #[inline(always)]
    fn multiply(self, a: __m256d, b: __m256d) -> __m256d {
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { _mm256_mul_pd(a, b) }
    }

    #[inline(always)]
    fn divide(self, a: __m256d, b: __m256d) -> __m256d {
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { _mm256_div_pd(a, b) }
    }

    #[inline(always)]
    fn square_root(self, a: __m256d) -> __m256d {
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { _mm256_sqrt_pd(a) }
    }

    #[inline(always)]
    fn multiply_add(self, a: __m256d, b: __m256d, c: __m256d) -> __m256d {
        // SAFETY: `self` proves that the processor has FMA.
        unsafe { _mm256_fmadd_pd(a, b, c) }
    }

    #[inline(always)]
    fn multiply_subtract(self, a: __m256d, b: __m256d, c: __m256d) -> __m256d {
        // SAFETY: `self` proves that the processor has FMA.
        unsafe { _mm256_fnmadd_pd(a, b, c) }
    }

    #[inline(always)]
    fn plus_square(self, c: __m256d, a: __m256d) -> __m256d {
        // SAFETY: `self` proves that the processor has FMA.
        unsafe { _mm256_fmadd_pd(a, a, c) }
    }

    #[inline(always)]
    fn less_square(self, c: __m256d, a: __m256d) -> __m256d {
        // SAFETY: `self` proves that the processor has FMA.
        unsafe { _mm256_fnmadd_pd(a, a, c) }
    }

    #[inline(always)]
    fn residual(self, a: __m256d, b: __m256d, p: __m256d) -> __m256d {
        // SAFETY: `self` proves that the processor has FMA.
        unsafe { _mm256_fmsub_pd(a, b, p) }
    }

    #[inline(always)]
    fn differ(self, a: __m256d, b: __m256d) -> __m256d {
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { _mm256_cmp_pd::<_CMP_NEQ_UQ>(a, b) }
    }

    #[inline(always)]
    fn or(self, a: __m256d, b: __m256d) -> __m256d {
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { _mm256_or_pd(a, b) }
    }

    #[inline(always)]
    fn any_negative(self, a: __m256d) -> bool {
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { _mm256_movemask_pd(a) != 0 }
    }
}
