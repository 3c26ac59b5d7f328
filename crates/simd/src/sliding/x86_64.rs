//! Tiles on AVX2 and on AVX-512.
//!
//! As in [`crate::isa::x86_64`], holding a value proves that the processor has the instructions.
#![expect(
    unsafe_code,
    reason = "vector instructions, and functions compiled for them, are unsafe to call without proof"
)]

use std::arch::x86_64::*;

use super::LaneJob;
use super::lanes::Lanes;
use crate::isa::x86_64::{Avx2, Avx512, lanewise};

pub(super) fn run_on_avx2(proof: Avx2, job: impl LaneJob) {
    // SAFETY: the processor has AVX2: `Avx2::detect` is the only constructor of `proof` and has asked it.
    unsafe { avx2(proof, job) }
}

#[target_feature(enable = "avx2")]
fn avx2(isa: Avx2, job: impl LaneJob) {
    job.run::<4, _>(isa);
}

pub(super) fn run_on_avx512(proof: Avx512, job: impl LaneJob) {
    // SAFETY: the processor has AVX-512F: `Avx512::detect` is the only constructor of `proof` and has asked it.
    unsafe { avx512(proof, job) }
}

#[target_feature(enable = "avx512f")]
fn avx512(isa: Avx512, job: impl LaneJob) {
    job.run::<8, _>(isa);
}

/// Two rows, of two consecutive numbers of each of four lanes.
///
/// # Safety
/// The processor has AVX2.
#[inline(always)]
unsafe fn rows(lanes: [&[f64; 2]; 4]) -> [__m256d; 2] {
    let [a, b, c, d] = lanes.map(|lane| lane.as_ptr());
    // The halves of two lanes come together as they are loaded, so that a vector costs one shuffle and not two.
    // SAFETY: the caller has AVX2; each pointer is to two numbers.
    unsafe {
        let ac = _mm256_insertf128_pd::<1>(_mm256_castpd128_pd256(_mm_loadu_pd(a)), _mm_loadu_pd(c));
        let bd = _mm256_insertf128_pd::<1>(_mm256_castpd128_pd256(_mm_loadu_pd(b)), _mm_loadu_pd(d));
        [_mm256_unpacklo_pd(ac, bd), _mm256_unpackhi_pd(ac, bd)]
    }
}

/// Four consecutive numbers of each of four lanes, of four rows.
///
/// # Safety
/// The processor has AVX2.
#[inline(always)]
unsafe fn quads([a, b, c, d]: [__m256d; 4]) -> [__m256d; 4] {
    // SAFETY: the caller has AVX2.
    unsafe {
        let (even, odd) = (_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b));
        let (later_even, later_odd) = (_mm256_unpacklo_pd(c, d), _mm256_unpackhi_pd(c, d));
        [
            _mm256_permute2f128_pd::<0x20>(even, later_even),
            _mm256_permute2f128_pd::<0x20>(odd, later_odd),
            _mm256_permute2f128_pd::<0x31>(even, later_even),
            _mm256_permute2f128_pd::<0x31>(odd, later_odd),
        ]
    }
}

impl Lanes<4> for Avx2 {
    type Vector = __m256d;
    type Quads = [__m256d; 4];

    lanewise! { __m256d:
        add(a, b) = _mm256_add_pd;
        subtract(a, b) = _mm256_sub_pd;
        multiply(a, b) = _mm256_mul_pd;
        divide(a, b) = _mm256_div_pd;
        root(a) = _mm256_sqrt_pd;
        larger(a, b) = _mm256_max_pd;
        smaller(a, b) = _mm256_min_pd;
    }

    #[inline(always)]
    fn splat(self, value: f64) -> __m256d {
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { _mm256_set1_pd(value) }
    }

    #[inline(always)]
    fn load(self, values: &[f64; 4]) -> __m256d {
        // SAFETY: `self` proves AVX2, and the pointer is to four numbers.
        unsafe { _mm256_loadu_pd(values.as_ptr()) }
    }

    #[inline(always)]
    fn store(self, vector: __m256d, out: &mut [f64; 4]) {
        // SAFETY: `self` proves AVX2, and the pointer is to four numbers.
        unsafe { _mm256_storeu_pd(out.as_mut_ptr(), vector) }
    }

    #[inline(always)]
    fn where_number(self, a: __m256d, b: __m256d) -> __m256d {
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { _mm256_and_pd(b, _mm256_cmp_pd::<_CMP_ORD_Q>(a, a)) }
    }

    #[inline(always)]
    fn where_within(self, a: __m256d, b: __m256d, then: __m256d, other: __m256d) -> __m256d {
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { _mm256_blendv_pd(other, then, _mm256_cmp_pd::<_CMP_LE_OQ>(a, b)) }
    }

    #[inline(always)]
    fn not_within(self, a: __m256d, b: __m256d) -> u32 {
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { _mm256_movemask_pd(_mm256_cmp_pd::<_CMP_NLE_UQ>(a, b)) as u32 }
    }

    #[inline(always)]
    fn rows(self, lanes: [&[f64; 2]; 4]) -> [__m256d; 2] {
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { rows(lanes) }
    }

    #[inline(always)]
    fn quads(self, rows: [__m256d; 4]) -> [__m256d; 4] {
        // SAFETY: `self` proves that the processor has AVX2.
        unsafe { quads(rows) }
    }

    #[inline(always)]
    fn write_roots(self, quads: &[__m256d; 4], lane: usize, out: &mut [f64; 4]) {
        // SAFETY: `self` proves AVX2, and the pointer is to four numbers.
        unsafe { _mm256_storeu_pd(out.as_mut_ptr(), _mm256_sqrt_pd(quads[lane])) }
    }

    #[inline(always)]
    fn prefetch(self, number: &f64) {
        // SAFETY: a prefetch reads nothing, and the address is of a number.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(number).cast()) }
    }

    #[inline(always)]
    fn prefetch_to_write(self, number: &f64) {
        // SAFETY: a prefetch writes nothing, and the address is of a number.
        unsafe { _mm_prefetch::<_MM_HINT_ET0>(std::ptr::from_ref(number).cast()) }
    }
}

impl Lanes<8> for Avx512 {
    type Vector = __m512d;
    type Quads = [__m256d; 8];

    lanewise! { __m512d:
        add(a, b) = _mm512_add_pd;
        subtract(a, b) = _mm512_sub_pd;
        multiply(a, b) = _mm512_mul_pd;
        divide(a, b) = _mm512_div_pd;
        root(a) = _mm512_sqrt_pd;
        larger(a, b) = _mm512_max_pd;
        smaller(a, b) = _mm512_min_pd;
    }

    #[inline(always)]
    fn splat(self, value: f64) -> __m512d {
        // SAFETY: `self` proves that the processor has AVX-512F.
        unsafe { _mm512_set1_pd(value) }
    }

    #[inline(always)]
    fn load(self, values: &[f64; 8]) -> __m512d {
        // SAFETY: `self` proves AVX-512F, and the pointer is to eight numbers.
        unsafe { _mm512_loadu_pd(values.as_ptr()) }
    }

    #[inline(always)]
    fn store(self, vector: __m512d, out: &mut [f64; 8]) {
        // SAFETY: `self` proves AVX-512F, and the pointer is to eight numbers.
        unsafe { _mm512_storeu_pd(out.as_mut_ptr(), vector) }
    }

    #[inline(always)]
    fn where_number(self, a: __m512d, b: __m512d) -> __m512d {
        // SAFETY: `self` proves that the processor has AVX-512F.
        unsafe { _mm512_maskz_mov_pd(_mm512_cmp_pd_mask::<_CMP_ORD_Q>(a, a), b) }
    }

    #[inline(always)]
    fn where_within(self, a: __m512d, b: __m512d, then: __m512d, other: __m512d) -> __m512d {
        // SAFETY: `self` proves that the processor has AVX-512F.
        unsafe { _mm512_mask_blend_pd(_mm512_cmp_pd_mask::<_CMP_LE_OQ>(a, b), other, then) }
    }

    #[inline(always)]
    fn not_within(self, a: __m512d, b: __m512d) -> u32 {
        // SAFETY: `self` proves that the processor has AVX-512F.
        unsafe { u32::from(_mm512_cmp_pd_mask::<_CMP_NLE_UQ>(a, b)) }
    }

    #[inline(always)]
    fn rows(self, lanes: [&[f64; 2]; 8]) -> [__m512d; 2] {
        let [a, b, c, d, e, f, g, h] = lanes;
        // SAFETY: `self` proves that the processor has AVX-512F, and with it AVX2.
        unsafe {
            let (low, high) = (rows([a, b, c, d]), rows([e, f, g, h]));
            std::array::from_fn(|row| _mm512_insertf64x4::<1>(_mm512_castpd256_pd512(low[row]), high[row]))
        }
    }

    #[inline(always)]
    fn quads(self, rows: [__m512d; 4]) -> [__m256d; 8] {
        // SAFETY: `self` proves that the processor has AVX-512F, and with it AVX2.
        unsafe {
            let [a, b, c, d] = quads(rows.map(|row| _mm512_castpd512_pd256(row)));
            let [e, f, g, h] = quads(rows.map(|row| _mm512_extractf64x4_pd::<1>(row)));
            [a, b, c, d, e, f, g, h]
        }
    }

    #[inline(always)]
    fn write_roots(self, quads: &[__m256d; 8], lane: usize, out: &mut [f64; 4]) {
        // SAFETY: `self` proves AVX-512F, and with it AVX; the pointer is to four numbers.
        unsafe { _mm256_storeu_pd(out.as_mut_ptr(), _mm256_sqrt_pd(quads[lane])) }
    }

    #[inline(always)]
    fn prefetch(self, number: &f64) {
        // SAFETY: a prefetch reads nothing, and the address is of a number.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(number).cast()) }
    }

    #[inline(always)]
    fn prefetch_to_write(self, number: &f64) {
        // SAFETY: a prefetch writes nothing, and the address is of a number.
        unsafe { _mm_prefetch::<_MM_HINT_ET0>(std::ptr::from_ref(number).cast()) }
    }
}
