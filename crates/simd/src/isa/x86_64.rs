//! The operations of AVX2 and of AVX-512.
//!
//! A value of [`Avx2`], [`Fused`] or [`Avx512`] is only made by asking the processor, so holding one proves that the
//! instructions below are there.
//!
//! What intrinsics buy, time of [`super::Portable`] compiled for SSE2 over that of AVX2 on uniform values (AMD EPYC of
//! family 25, minima of 300 interleaved batches): 1.3 for n = 10, 1.5 for 25, 2.0 for 100, 2.3 for 1000.
#![expect(unsafe_code, reason = "vector instructions are unsafe to call without proof that they are there")]

use std::arch::x86_64::*;
use std::ptr::from_ref;

use super::{Isa, LANES, Lanes, Vectors};

/// Methods of a proof that take its instructions.
macro_rules! by_instructions {
    ($(fn $operation:ident($($operand:ident: $type:ty),+) $(-> $result:ty)? { $($instructions:tt)+ })+) => {$(
        #[inline(always)]
        fn $operation(self, $($operand: $type),+) $(-> $result)? {
            // SAFETY: `self` proves that the processor has the instructions; a pointer is to as many numbers as they take, or the
            // mask leaves out those that are not in the slice (`load_few`).
            unsafe { $($instructions)+ }
        }
    )+};
}

pub(crate) use by_instructions;

/// Proof that this processor has AVX2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Avx2(());

impl Avx2 {
    pub(crate) fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx2").then_some(Self(()))
    }
}

/// Proof that this processor has AVX2 and FMA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fused(());

impl Fused {
    pub(crate) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Self(()))
    }
}

/// Proof that this processor has the foundation of AVX-512.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Avx512(());

impl Avx512 {
    pub(crate) fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx512f").then_some(Self(()))
    }
}

/// Two registers of four lanes.
#[derive(Clone, Copy)]
pub(crate) struct Pair(__m256d, __m256d);

impl Vectors<LANES> for Avx2 {
    type Vector = Pair;

    by_instructions! {
        fn add(a: Pair, b: Pair) -> Pair { Pair(_mm256_add_pd(a.0, b.0), _mm256_add_pd(a.1, b.1)) }
        fn subtract(a: Pair, b: Pair) -> Pair { Pair(_mm256_sub_pd(a.0, b.0), _mm256_sub_pd(a.1, b.1)) }
        fn multiply(a: Pair, b: Pair) -> Pair { Pair(_mm256_mul_pd(a.0, b.0), _mm256_mul_pd(a.1, b.1)) }
        fn divide(a: Pair, b: Pair) -> Pair { Pair(_mm256_div_pd(a.0, b.0), _mm256_div_pd(a.1, b.1)) }
        fn root(a: Pair) -> Pair { Pair(_mm256_sqrt_pd(a.0), _mm256_sqrt_pd(a.1)) }
        fn splat(value: f64) -> Pair { Pair(_mm256_set1_pd(value), _mm256_set1_pd(value)) }
        fn load(values: &[f64; LANES]) -> Pair {
            Pair(_mm256_loadu_pd(values.as_ptr()), _mm256_loadu_pd(values.as_ptr().add(4)))
        }
        fn store(pair: Pair, out: &mut [f64; LANES]) {
            _mm256_storeu_pd(out.as_mut_ptr(), pair.0);
            _mm256_storeu_pd(out.as_mut_ptr().add(4), pair.1);
        }
        fn not_within(a: Pair, b: Pair) -> u32 {
            let low = _mm256_movemask_pd(_mm256_cmp_pd::<_CMP_NLE_UQ>(a.0, b.0));
            let high = _mm256_movemask_pd(_mm256_cmp_pd::<_CMP_NLE_UQ>(a.1, b.1));
            (low | high << 4) as u32
        }
        fn where_within(a: Pair, b: Pair, then: Pair, other: Pair) -> Pair {
            let (low, high) = (_mm256_cmp_pd::<_CMP_LE_OQ>(a.0, b.0), _mm256_cmp_pd::<_CMP_LE_OQ>(a.1, b.1));
            Pair(_mm256_blendv_pd(other.0, then.0, low), _mm256_blendv_pd(other.1, then.1, high))
        }
    }
}

impl Isa for Avx2 {
    by_instructions! {
        fn load_few(values: &[f64], mask: &[u64; LANES]) -> Pair {
            // lane by lane the place that a whole vector ending with the last value would have, of which the mask keeps
            // those in the slice
            let first = values.as_ptr().wrapping_add(values.len()).wrapping_sub(LANES);
            let mask = mask.as_ptr().cast();
            let (low, high) = (_mm256_loadu_si256(mask), _mm256_loadu_si256(mask.add(1)));
            Pair(_mm256_maskload_pd(first, low), _mm256_maskload_pd(first.wrapping_add(4), high))
        }
        fn keep(lanes: Pair, mask: &[u64; LANES]) -> Pair {
            let bits = mask.as_ptr().cast();
            let (low, high) = (_mm256_loadu_pd(bits), _mm256_loadu_pd(bits.add(4)));
            Pair(_mm256_and_pd(lanes.0, low), _mm256_and_pd(lanes.1, high))
        }
        fn fold(a: Pair, b: Pair) -> [f64; 2] {
            fold_four(_mm256_add_pd(a.0, a.1), _mm256_add_pd(b.0, b.1))
        }
    }
}

/// Folds four lanes of each.
///
/// # Safety
/// The processor has AVX.
#[inline(always)]
unsafe fn fold_four(a: __m256d, b: __m256d) -> [f64; 2] {
    // SAFETY: the caller has AVX.
    unsafe {
        // the halves of a in the low one of the sum, those of b in the high one
        let (ab, ba) = (_mm256_blend_pd::<0b1100>(a, b), _mm256_permute2f128_pd::<0x21>(a, b));
        let two = _mm256_add_pd(ab, ba);
        let one = _mm256_add_pd(two, _mm256_permute_pd::<0b0101>(two));
        [_mm256_cvtsd_f64(one), _mm_cvtsd_f64(_mm256_extractf128_pd::<1>(one))]
    }
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

/// Vectors of one register of 256 bits.
macro_rules! four_lanes {
    ($($Proof:ty),+) => {$(
        impl Vectors<4> for $Proof {
            type Vector = __m256d;

            by_instructions! {
                fn add(a: __m256d, b: __m256d) -> __m256d { _mm256_add_pd(a, b) }
                fn subtract(a: __m256d, b: __m256d) -> __m256d { _mm256_sub_pd(a, b) }
                fn multiply(a: __m256d, b: __m256d) -> __m256d { _mm256_mul_pd(a, b) }
                fn divide(a: __m256d, b: __m256d) -> __m256d { _mm256_div_pd(a, b) }
                fn root(a: __m256d) -> __m256d { _mm256_sqrt_pd(a) }
                fn splat(value: f64) -> __m256d { _mm256_set1_pd(value) }
                fn load(values: &[f64; 4]) -> __m256d { _mm256_loadu_pd(values.as_ptr()) }
                fn store(vector: __m256d, out: &mut [f64; 4]) { _mm256_storeu_pd(out.as_mut_ptr(), vector) }
                fn not_within(a: __m256d, b: __m256d) -> u32 {
                    _mm256_movemask_pd(_mm256_cmp_pd::<_CMP_NLE_UQ>(a, b)) as u32
                }
                fn where_within(a: __m256d, b: __m256d, then: __m256d, other: __m256d) -> __m256d {
                    _mm256_blendv_pd(other, then, _mm256_cmp_pd::<_CMP_LE_OQ>(a, b))
                }
            }
        }

        impl Lanes<4> for $Proof {
            type Quads = [__m256d; 4];

            by_instructions! {
                fn where_number(a: __m256d, b: __m256d) -> __m256d {
                    _mm256_and_pd(b, _mm256_cmp_pd::<_CMP_ORD_Q>(a, a))
                }
                fn larger(a: __m256d, b: __m256d) -> __m256d { _mm256_max_pd(a, b) }
                fn smaller(a: __m256d, b: __m256d) -> __m256d { _mm256_min_pd(a, b) }
                fn rows(lanes: [&[f64; 2]; 4]) -> [__m256d; 2] { rows(lanes) }
                fn quads(four: [__m256d; 4]) -> [__m256d; 4] { quads(four) }
                fn write(quads: &[__m256d; 4], lane: usize, out: &mut [f64; 4]) {
                    _mm256_storeu_pd(out.as_mut_ptr(), quads[lane])
                }
                fn write_roots(quads: &[__m256d; 4], lane: usize, out: &mut [f64; 4]) {
                    _mm256_storeu_pd(out.as_mut_ptr(), _mm256_sqrt_pd(quads[lane]))
                }
                fn prefetch(read: &f64, written: &f64) {
                    _mm_prefetch::<_MM_HINT_T0>(from_ref(read).cast());
                    _mm_prefetch::<_MM_HINT_ET0>(from_ref(written).cast());
                }
            }
        }
    )+};
}

four_lanes!(Avx2, Fused);

impl Vectors<LANES> for Avx512 {
    type Vector = __m512d;

    by_instructions! {
        fn add(a: __m512d, b: __m512d) -> __m512d { _mm512_add_pd(a, b) }
        fn subtract(a: __m512d, b: __m512d) -> __m512d { _mm512_sub_pd(a, b) }
        fn multiply(a: __m512d, b: __m512d) -> __m512d { _mm512_mul_pd(a, b) }
        fn divide(a: __m512d, b: __m512d) -> __m512d { _mm512_div_pd(a, b) }
        fn root(a: __m512d) -> __m512d { _mm512_sqrt_pd(a) }
        fn splat(value: f64) -> __m512d { _mm512_set1_pd(value) }
        fn load(values: &[f64; LANES]) -> __m512d { _mm512_loadu_pd(values.as_ptr()) }
        fn store(vector: __m512d, out: &mut [f64; LANES]) { _mm512_storeu_pd(out.as_mut_ptr(), vector) }
        fn not_within(a: __m512d, b: __m512d) -> u32 { u32::from(_mm512_cmp_pd_mask::<_CMP_NLE_UQ>(a, b)) }
        fn where_within(a: __m512d, b: __m512d, then: __m512d, other: __m512d) -> __m512d {
            _mm512_mask_blend_pd(_mm512_cmp_pd_mask::<_CMP_LE_OQ>(a, b), other, then)
        }
    }
}

impl Isa for Avx512 {
    by_instructions! {
        fn load_few(values: &[f64], mask: &[u64; LANES]) -> __m512d {
            let first = values.as_ptr().wrapping_add(values.len()).wrapping_sub(LANES);
            let mask = _mm512_loadu_si512(mask.as_ptr().cast());
            _mm512_maskz_loadu_pd(_mm512_test_epi64_mask(mask, mask), first)
        }
        fn keep(lanes: __m512d, mask: &[u64; LANES]) -> __m512d {
            let mask = _mm512_loadu_si512(mask.as_ptr().cast());
            _mm512_castsi512_pd(_mm512_and_si512(_mm512_castpd_si512(lanes), mask))
        }
        fn fold(a: __m512d, b: __m512d) -> [f64; 2] {
            let halves =
                |lanes| _mm256_add_pd(_mm512_castpd512_pd256(lanes), _mm512_extractf64x4_pd::<1>(lanes));
            fold_four(halves(a), halves(b))
        }
    }
}

impl Lanes<LANES> for Avx512 {
    type Quads = [__m256d; LANES];

    by_instructions! {
        fn where_number(a: __m512d, b: __m512d) -> __m512d {
            _mm512_maskz_mov_pd(_mm512_cmp_pd_mask::<_CMP_ORD_Q>(a, a), b)
        }
        fn larger(a: __m512d, b: __m512d) -> __m512d { _mm512_max_pd(a, b) }
        fn smaller(a: __m512d, b: __m512d) -> __m512d { _mm512_min_pd(a, b) }
        fn rows(lanes: [&[f64; 2]; LANES]) -> [__m512d; 2] {
            let [a, b, c, d, e, f, g, h] = lanes;
            let (low, high) = (rows([a, b, c, d]), rows([e, f, g, h]));
            std::array::from_fn(|row| _mm512_insertf64x4::<1>(_mm512_castpd256_pd512(low[row]), high[row]))
        }
        fn quads(rows: [__m512d; 4]) -> [__m256d; LANES] {
            let [a, b, c, d] = quads(rows.map(|row| _mm512_castpd512_pd256(row)));
            let [e, f, g, h] = quads(rows.map(|row| _mm512_extractf64x4_pd::<1>(row)));
            [a, b, c, d, e, f, g, h]
        }
        fn write(quads: &[__m256d; LANES], lane: usize, out: &mut [f64; 4]) {
            _mm256_storeu_pd(out.as_mut_ptr(), quads[lane])
        }
        fn write_roots(quads: &[__m256d; LANES], lane: usize, out: &mut [f64; 4]) {
            _mm256_storeu_pd(out.as_mut_ptr(), _mm256_sqrt_pd(quads[lane]))
        }
        fn prefetch(read: &f64, written: &f64) {
            _mm_prefetch::<_MM_HINT_T0>(from_ref(read).cast());
            _mm_prefetch::<_MM_HINT_ET0>(from_ref(written).cast());
        }
    }
}
