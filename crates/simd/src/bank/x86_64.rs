//! The proof of AVX2 with fused multiplication, and the lanes of the bank on AVX-512.
//!
//! As in [`crate::isa::x86_64`], holding a value proves that the processor has the instructions.
#![expect(
    unsafe_code,
    reason = "vector instructions, and functions compiled for them, are unsafe to call without proof"
)]

use std::arch::x86_64::*;

use super::lanes::Lanes;
use super::{Channel, Divisor, Divisors, LANES, Numbers, Row};
use crate::isa::x86_64::Avx512;

/// Proof that this processor has AVX2 and FMA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FusedAvx2(());

impl FusedAvx2 {
    pub(super) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Self(()))
    }
}

/// [`Channel::respond`] on AVX-512.
pub(super) fn respond(
    proof: Avx512,
    channel: &mut Channel,
    divisors: &Divisors,
    samples: &[i16],
    m: &mut [i32],
) {
    // SAFETY: the processor has AVX-512F: `Avx512::detect` is the only constructor of `proof` and has asked it.
    unsafe { avx512(proof, channel, divisors, samples, m) }
}

#[target_feature(enable = "avx512f")]
fn avx512(lanes: Avx512, channel: &mut Channel, divisors: &Divisors, samples: &[i16], m: &mut [i32]) {
    channel.respond(lanes, divisors, samples, m);
}

impl Lanes for Avx512 {
    type Vector = __m512d;
    const WIDTH: usize = 8;

    #[inline(always)]
    fn splat(self, value: f64) -> __m512d {
        // SAFETY: `self` proves that the processor has AVX-512F.
        unsafe { _mm512_set1_pd(value) }
    }

    #[inline(always)]
    fn load(self, numbers: &Numbers, vector: usize) -> __m512d {
        let numbers: &[f64; 8] = numbers.0[vector * 8..].first_chunk().expect("a vector within the lanes");
        // SAFETY: `self` proves AVX-512F, and the pointer is to eight numbers.
        unsafe { _mm512_loadu_pd(numbers.as_ptr()) }
    }

    #[inline(always)]
    fn store(self, numbers: &mut Numbers, vector: usize, value: __m512d) {
        let numbers: &mut [f64; 8] =
            numbers.0[vector * 8..].first_chunk_mut().expect("a vector within the lanes");
        // SAFETY: `self` proves AVX-512F, and the pointer is to eight numbers.
        unsafe { _mm512_storeu_pd(numbers.as_mut_ptr(), value) }
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
    fn square_root(self, a: __m512d) -> __m512d {
        // SAFETY: `self` proves that the processor has AVX-512F.
        unsafe { _mm512_sqrt_pd(a) }
    }

    #[inline(always)]
    fn larger(self, a: __m512d, b: __m512d) -> __m512d {
        // SAFETY: `self` proves that the processor has AVX-512F.
        unsafe { _mm512_max_pd(a, b) }
    }

    #[inline(always)]
    fn floor(self, a: __m512d) -> __m512d {
        const DOWN_TO_INTEGERS: i32 = _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC;
        // SAFETY: `self` proves that the processor has AVX-512F.
        unsafe { _mm512_roundscale_pd::<DOWN_TO_INTEGERS>(a) }
    }

    #[inline(always)]
    fn add_product(self, a: __m512d, b: __m512d, c: __m512d) -> __m512d {
        // SAFETY: `self` proves that the processor has AVX-512F.
        unsafe { _mm512_fmadd_pd(b, c, a) }
    }

    #[inline(always)]
    fn subtract_product(self, a: __m512d, b: __m512d, c: __m512d) -> __m512d {
        // SAFETY: `self` proves that the processor has AVX-512F.
        unsafe { _mm512_fnmadd_pd(b, c, a) }
    }

    #[inline(always)]
    fn divide(self, a: __m512d, divisor: &Divisor, vector: usize) -> __m512d {
        let low = self.multiply(a, self.load(&divisor.low, vector));
        let high = self.load(&divisor.high, vector);
        // SAFETY: `self` proves that the processor has AVX-512F.
        unsafe { _mm512_fmadd_pd(a, high, low) }
    }

    #[inline(always)]
    fn with_sign(self, magnitude: __m512d, sign: __m512d) -> __m512d {
        // SAFETY: `self` proves that the processor has AVX-512F.
        unsafe {
            let bit = _mm512_and_si512(_mm512_castpd_si512(sign), _mm512_set1_epi64(i64::MIN));
            _mm512_castsi512_pd(_mm512_or_si512(_mm512_castpd_si512(magnitude), bit))
        }
    }

    #[inline(always)]
    fn beyond(self, a: __m512d, limit: __m512d, then: __m512d, otherwise: __m512d) -> __m512d {
        // SAFETY: `self` proves that the processor has AVX-512F.
        unsafe {
            let beyond = _mm512_cmp_pd_mask::<_CMP_GT_OQ>(_mm512_abs_pd(a), limit);
            _mm512_mask_blend_pd(beyond, otherwise, then)
        }
    }

    #[inline(always)]
    fn leaving(self, past: &[Row; LANES], vector: usize) -> __m512d {
        let lane = vector * 8;
        let row = |offset: usize| {
            let eight: &[i16; 8] =
                past[LANES - 1 - lane - offset].0[lane..].first_chunk().expect("a vector within the lanes");
            // SAFETY: SSE2 is part of x86-64, and the pointer is to eight values.
            unsafe { _mm_loadu_si128(eight.as_ptr().cast()) }
        };
        // SAFETY: `self` proves AVX-512F, and with it AVX2 and SSE4.1.
        unsafe {
            let pair = |low, high| _mm_blend_epi16::<0b1010_1010>(low, high);
            let (first, second) = (pair(row(0), row(1)), pair(row(2), row(3)));
            let (third, fourth) = (pair(row(4), row(5)), pair(row(6), row(7)));
            let low = _mm_blend_epi16::<0b1100>(first, second);
            let high = _mm_blend_epi16::<0b1100_0000>(third, fourth);
            _mm512_cvtepi32_pd(_mm256_cvtepi16_epi32(_mm_blend_epi16::<0b1111_0000>(low, high)))
        }
    }

    #[inline(always)]
    fn enter(self, row: &mut Row, vector: usize, value: __m512d) {
        let eight: &mut [i16; 8] = row.0[vector * 8..].first_chunk_mut().expect("a vector within the lanes");
        // SAFETY: `self` proves AVX-512F, and with it AVX2, and the pointer is to eight values of 16 bits.
        unsafe {
            let integers = _mm512_cvttpd_epi32(value);
            let (low, high) = (_mm256_castsi256_si128(integers), _mm256_extracti128_si256::<1>(integers));
            _mm_storeu_si128(eight.as_mut_ptr().cast(), _mm_packs_epi32(low, high));
        }
    }

    #[inline(always)]
    fn total(self, a: __m512d) -> i32 {
        // SAFETY: `self` proves that the processor has AVX-512F, and with it AVX.
        unsafe {
            let four = _mm256_add_pd(_mm512_castpd512_pd256(a), _mm512_extractf64x4_pd::<1>(a));
            let two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd::<1>(four));
            _mm_cvttsd_si32(_mm_add_sd(two, _mm_unpackhi_pd(two, two)))
        }
    }
}
