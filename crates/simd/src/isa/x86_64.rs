//! The kernel on AVX2 and on AVX-512.
//!
//! A value of [`Avx2`] or [`Avx512`] is only made by asking the processor, so holding one proves that the
//! instructions below are there. AVX-512 has been compiled and its machine code read, but the machine it was
//! written on has none: the test that all kernels give the same bits runs it wherever there is one.
#![expect(
    unsafe_code,
    reason = "vector instructions, and functions compiled for them, are unsafe to call without proof"
)]

use std::arch::x86_64::*;

use super::{Isa, LANES};
use crate::corrected_two_pass::{self, BLOCK};

/// Proof that this processor has AVX2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Avx2(());

impl Avx2 {
    pub(crate) fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx2").then_some(Self(()))
    }

    #[inline]
    pub(crate) fn standard_deviation(self, values: &[f64], ddof: usize) -> f64 {
        // SAFETY: the processor has AVX2: `detect` is the only constructor of `self` and has asked it.
        unsafe {
            if values.len() < BLOCK { avx2(self, values, ddof) } else { avx2_blocks(self, values, ddof) }
        }
    }
}

#[cfg(feature = "contender")]
impl Avx2 {
    pub(crate) fn square_roots(self, values: &[f64], out: &mut [f64]) {
        // SAFETY: the processor has AVX2: `detect` is the only constructor of `self` and has asked it.
        unsafe { avx2_square_roots(values, out) }
    }
}

#[cfg(feature = "contender")]
#[target_feature(enable = "avx2")]
fn avx2_square_roots(values: &[f64], out: &mut [f64]) {
    super::square_roots(values, out);
}

#[target_feature(enable = "avx2")]
fn avx2(isa: Avx2, values: &[f64], ddof: usize) -> f64 {
    corrected_two_pass::standard_deviation::<false>(isa, values, ddof)
}

#[target_feature(enable = "avx2")]
fn avx2_blocks(isa: Avx2, values: &[f64], ddof: usize) -> f64 {
    corrected_two_pass::standard_deviation::<true>(isa, values, ddof)
}

/// Two registers of four lanes.
#[derive(Clone, Copy)]
pub(crate) struct Pair(__m256d, __m256d);

impl Isa for Avx2 {
    type Lanes = Pair;

    #[inline(always)]
    fn splat(self, value: f64) -> Pair {
        // SAFETY: `self` proves that the processor has AVX2.
        let four = unsafe { _mm256_set1_pd(value) };
        Pair(four, four)
    }

    #[inline(always)]
    fn load(self, values: &[f64; LANES]) -> Pair {
        // SAFETY: `self` proves AVX2, and the pointers are to the first and the last four of eight values.
        unsafe { Pair(_mm256_loadu_pd(values.as_ptr()), _mm256_loadu_pd(values.as_ptr().add(4))) }
    }

    #[inline(always)]
    fn add(self, a: Pair, b: Pair) -> Pair {
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { Pair(_mm256_add_pd(a.0, b.0), _mm256_add_pd(a.1, b.1)) }
    }

    #[inline(always)]
    fn subtract(self, a: Pair, b: Pair) -> Pair {
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { Pair(_mm256_sub_pd(a.0, b.0), _mm256_sub_pd(a.1, b.1)) }
    }

    #[inline(always)]
    fn multiply(self, a: Pair, b: Pair) -> Pair {
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { Pair(_mm256_mul_pd(a.0, b.0), _mm256_mul_pd(a.1, b.1)) }
    }

    #[inline(always)]
    fn keep(self, lanes: Pair, mask: &[u64; LANES]) -> Pair {
        let bits = mask.as_ptr().cast();
        // SAFETY: `self` proves AVX2, and the pointers are to the first and the last four of eight words.
        unsafe {
            let (low, high) = (_mm256_loadu_pd(bits), _mm256_loadu_pd(bits.add(4)));
            Pair(_mm256_and_pd(lanes.0, low), _mm256_and_pd(lanes.1, high))
        }
    }

    #[inline(always)]
    fn fold(self, Pair(low, high): Pair) -> f64 {
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe {
            let four = _mm256_add_pd(low, high);
            let two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd::<1>(four));
            _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)))
        }
    }
}

/// Proof that this processor has the foundation of AVX-512.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Avx512(());

impl Avx512 {
    pub(crate) fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx512f").then_some(Self(()))
    }

    #[inline]
    pub(crate) fn standard_deviation(self, values: &[f64], ddof: usize) -> f64 {
        // SAFETY: the processor has AVX-512F: `detect` is the only constructor of `self` and has asked it.
        unsafe {
            if values.len() < BLOCK { avx512(self, values, ddof) } else { avx512_blocks(self, values, ddof) }
        }
    }
}

#[cfg(feature = "contender")]
impl Avx512 {
    pub(crate) fn square_roots(self, values: &[f64], out: &mut [f64]) {
        // SAFETY: the processor has AVX-512F: `detect` is the only constructor of `self` and has asked it.
        unsafe { avx512_square_roots(values, out) }
    }
}

#[cfg(feature = "contender")]
#[target_feature(enable = "avx512f")]
fn avx512_square_roots(values: &[f64], out: &mut [f64]) {
    super::square_roots(values, out);
}

#[target_feature(enable = "avx512f")]
fn avx512(isa: Avx512, values: &[f64], ddof: usize) -> f64 {
    corrected_two_pass::standard_deviation::<false>(isa, values, ddof)
}

#[target_feature(enable = "avx512f")]
fn avx512_blocks(isa: Avx512, values: &[f64], ddof: usize) -> f64 {
    corrected_two_pass::standard_deviation::<true>(isa, values, ddof)
}

impl Isa for Avx512 {
    type Lanes = __m512d;

    #[inline(always)]
    fn splat(self, value: f64) -> __m512d {
        // SAFETY: `self` proves that the processor has AVX-512F.
        unsafe { _mm512_set1_pd(value) }
    }

    #[inline(always)]
    fn load(self, values: &[f64; LANES]) -> __m512d {
        // SAFETY: `self` proves AVX-512F, and the pointer is to eight values.
        unsafe { _mm512_loadu_pd(values.as_ptr()) }
    }

    #[inline(always)]
    fn add(self, a: __m512d, b: __m512d) -> __m512d {
        // SAFETY: `self` proves that the processor has AVX-512F.
        unsafe { _mm512_add_pd(a, b) }
    }

    #[inline(always)]
    fn subtract(self, a: __m512d, b: __m512d) -> __m512d {
        // SAFETY: `self` proves that the processor has AVX-512F.
        unsafe { _mm512_sub_pd(a, b) }
    }

    #[inline(always)]
    fn multiply(self, a: __m512d, b: __m512d) -> __m512d {
        // SAFETY: `self` proves that the processor has AVX-512F.
        unsafe { _mm512_mul_pd(a, b) }
    }

    #[inline(always)]
    fn keep(self, lanes: __m512d, mask: &[u64; LANES]) -> __m512d {
        // SAFETY: `self` proves AVX-512F, and the pointer is to eight masks of 64 bits.
        unsafe {
            let mask = _mm512_loadu_si512(mask.as_ptr().cast());
            _mm512_castsi512_pd(_mm512_and_si512(_mm512_castpd_si512(lanes), mask))
        }
    }

    #[inline(always)]
    fn fold(self, lanes: __m512d) -> f64 {
        // SAFETY: `self` proves that the processor has AVX-512F, and with it AVX.
        unsafe {
            let four = _mm256_add_pd(_mm512_castpd512_pd256(lanes), _mm512_extractf64x4_pd::<1>(lanes));
            let two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd::<1>(four));
            _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)))
        }
    }
}
