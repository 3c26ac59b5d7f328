//! As [`super::avx2`], sixteen widths at a time: a pair of vectors is one of 512 bits.
#![expect(unsafe_code, reason = "vector instructions are unsafe to call without proof that they are there")]

use std::arch::x86_64::*;

use super::avx2::undecided_lanes;
use super::{Constants, EXPONENT, Each, Eight, FACTOR, Histories, PAIRS, ROUNDING, ROWS, Slot, Step, ZERO};
use crate::isa::x86_64::Fused;

/// Proof that this processor has AVX2, FMA and AVX-512F, BW, DQ and VL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::bank) struct ByteAvx512(pub(super) Fused);

impl ByteAvx512 {
    pub(in crate::bank) fn detect() -> Option<Self> {
        let wide = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl");
        Fused::detect().filter(|_| wide).map(Self)
    }
}

/// [`Brackets::rows`](super::Brackets::rows).
///
/// There are registers enough to carry the pairs from row to row: through memory the chain of root, value and update is a
/// quarter longer. What is written is read again for increments left open, for mending, and by the next call.
#[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")]
pub(super) fn rows(all: &mut Histories, proof: ByteAvx512, samples: &[i16], m: &mut [i32]) {
    let mut pairs = proof.pairs(all);
    for (samples, m) in samples.chunks(ROWS).zip(m.chunks_mut(ROWS)) {
        for (row, &sample) in samples.iter().enumerate() {
            let undecided = proof.row(all, &mut pairs, row, sample);
            let decided = _mm512_test_epi32_mask(undecided, undecided) == 0;
            if !decided {
                all.mend(sample, undecided_lanes(all, proof.0, sample));
            }
            all.advance();
            if !decided {
                pairs = proof.pairs(all);
            }
        }
        all.total(m);
    }
}

/// What is carried to a row of one pair, as in [`Slot`], and its root.
#[derive(Clone, Copy)]
struct Pair {
    twice_sums: __m512i,
    even: __m512i,
    odd: __m512i,
    root: __m512,
}

impl ByteAvx512 {
    /// What is carried to the next row.
    #[inline(always)]
    fn pairs(self, all: &Histories) -> [Pair; PAIRS] {
        let slot = &all.slots[all.slot];
        [self.pair(slot, 0), self.pair(slot, 1), self.pair(slot, 2), self.pair(slot, 3)]
    }

    #[inline(always)]
    fn pair(self, slot: &Slot, pair: usize) -> Pair {
        // SAFETY: `self` proves AVX-512F, and `of_pair` gives as many aligned numbers as are read.
        unsafe {
            let twice_sums = _mm512_load_si512(of_pair(&slot.twice_sums, pair).cast());
            let even = _mm512_load_si512(of_pair(&slot.even, pair).cast());
            let odd = _mm512_load_si512(of_pair(&slot.odd, pair).cast());
            Pair { twice_sums, even, odd, root: self.root(even, odd) }
        }
    }

    /// One row; returns where it is undecided: a lane that is not 0.
    #[inline(always)]
    fn row(self, all: &mut Histories, pairs: &mut [Pair; PAIRS], row: usize, sample: i16) -> __m512i {
        let Self(half) = self;
        let Step { constants, after, past, mut entering, open, total: sums, .. } = all.step(row);
        // SAFETY: `self` proves AVX2, FMA and AVX-512F, BW, DQ and VL.
        unsafe {
            let samples = _mm512_set1_epi16(sample);
            let biased = _mm512_set1_epi32(i32::from(sample) + ZERO);
            let mut total = _mm512_set1_epi32(ZERO.wrapping_mul(-(PAIRS as i32)));
            let mut undecided = _mm512_setzero_si512();
            macro_rules! decide {
                ($pair:literal) => {{
                    let response = self.response(constants, &pairs[$pair], $pair, samples, biased);
                    total = _mm512_add_epi32(total, response.increments);
                    undecided = _mm512_or_si512(undecided, response.undecided);
                    open[2 * $pair..][..2].copy_from_slice(&response.open.to_le_bytes());
                    half.enter(&mut entering, $pair, _mm512_cvtepi32_epi16(response.values));
                    response.values
                }};
            }
            macro_rules! update {
                ($pair:literal, $values:expr) => {{
                    let leaving = _mm512_cvtepu16_epi32(half.leaving(past, $pair));
                    let leaving = _mm512_slli_epi32::<16>(leaving);
                    let both = _mm512_mask_mov_epi16(leaving, 0x5555_5555, $values);
                    self.update(constants, &mut pairs[$pair], after, $pair, both);
                }};
            }
            let first = decide!(0);
            let second = decide!(1);
            update!(0, first);
            let third = decide!(2);
            update!(1, second);
            let fourth = decide!(3);
            update!(2, third);
            update!(3, fourth);
            _mm512_store_si512(sums.0.as_mut_ptr().cast(), total);
            undecided
        }
    }

    /// r.
    #[inline(always)]
    fn root(self, even: __m512i, odd: __m512i) -> __m512 {
        let scale = f64::from_bits(EXPONENT as u64) * FACTOR;
        // SAFETY: `self` proves AVX-512F.
        unsafe {
            let (factor, scale) = (_mm512_set1_pd(FACTOR), _mm512_set1_pd(scale));
            let even = _mm512_castpd_si512(_mm512_fmsub_pd(_mm512_castsi512_pd(even), factor, scale));
            let odd = _mm512_castpd_si512(_mm512_fmsub_pd(_mm512_castsi512_pd(odd), factor, scale));
            let even = _mm512_srli_epi64::<29>(even);
            let odd = _mm512_slli_epi64::<3>(odd);
            let both = _mm512_castsi512_ps(_mm512_mask_mov_epi32(even, 0b1010_1010_1010_1010, odd));
            _mm512_sqrt_ps(both)
        }
    }

    /// k and y of a pair.
    #[inline(always)]
    fn response(
        self,
        constants: &Constants,
        carried: &Pair,
        pair: usize,
        samples: __m512i,
        biased: __m512i,
    ) -> Response {
        // the smaller magnitude, with the first number's sign
        const WITHIN: i32 = 0b0010;
        // SAFETY: `self` proves AVX-512F, BW and DQ, and `of_pair` gives as many aligned numbers as are read.
        unsafe {
            let load = |each: &Each<Eight<f32>>| _mm512_load_ps(of_pair(each, pair).cast());
            let (root, rounding) = (carried.root, _mm512_set1_ps(ROUNDING));
            let low = _mm512_fmadd_ps(root, load(&constants.share_low), rounding);
            let high = _mm512_fmadd_ps(root, load(&constants.share_high), rounding);
            let increments = _mm512_castps_si512(low);
            let open = _mm512_cmpneq_epi32_mask(increments, _mm512_castps_si512(high));

            let products =
                _mm512_madd_epi16(samples, _mm512_load_si512(of_pair(&constants.widths, pair).cast()));
            let twice_excess = _mm512_cvtepi32_ps(_mm512_sub_epi32(products, carried.twice_sums));
            let limit = _mm512_max_ps(root, load(&constants.least));
            let within = _mm512_range_ps::<WITHIN>(twice_excess, limit);
            let beyond = _mm512_sub_ps(twice_excess, within);
            let farther = _mm512_fmadd_ps(twice_excess, _mm512_set1_ps(1.0 / (1 << 22) as f32), beyond);
            let low = _mm512_fmadd_ps(beyond, load(&constants.passed_low), rounding);
            let high = _mm512_fmadd_ps(farther, load(&constants.passed_high), rounding);
            let low = _mm512_castps_si512(low);
            let undecided = _mm512_xor_si512(low, _mm512_castps_si512(high));
            Response { values: _mm512_sub_epi32(biased, low), undecided, increments, open }
        }
    }

    /// Lets values enter the sums of a pair; `both` has a value and the one that leaves in each lane.
    #[inline(always)]
    fn update(self, constants: &Constants, carried: &mut Pair, after: &mut Slot, pair: usize, both: __m512i) {
        // SAFETY: `self` proves AVX-512F and BW, and `of_pair` gives as many aligned numbers as are read and written.
        unsafe {
            let twice_sums = carried.twice_sums;
            let twice_change = _mm512_madd_epi16(both, _mm512_set1_epi32(0xfffe_0002_u32 as i32));
            let new = _mm512_add_epi32(twice_sums, twice_change);
            _mm512_store_si512(of_pair_mut(&mut after.twice_sums, pair).cast(), new);
            let neighbours = _mm512_load_si512(of_pair(&constants.neighbours, pair).cast());
            let bracket = _mm512_sub_epi32(_mm512_madd_epi16(both, neighbours), twice_sums);
            let even = _mm512_mul_epi32(twice_change, bracket);
            let odd =
                _mm512_mul_epi32(_mm512_srli_epi64::<32>(twice_change), _mm512_srli_epi64::<32>(bracket));
            let even = _mm512_add_epi64(carried.even, even);
            let odd = _mm512_add_epi64(carried.odd, odd);
            _mm512_store_si512(of_pair_mut(&mut after.even, pair).cast(), even);
            _mm512_store_si512(of_pair_mut(&mut after.odd, pair).cast(), odd);
            *carried = Pair { twice_sums: new, even, odd, root: self.root(even, odd) };
        }
    }
}

/// What a pair answers to a sample.
struct Response {
    values: __m512i,
    undecided: __m512i,
    increments: __m512i,
    open: u16,
}

/// A pair's two vectors of 32 bytes, aligned as one of 64.
#[inline(always)]
fn of_pair<T>(each: &Each<T>, pair: usize) -> *const T {
    const { assert!(size_of::<T>() == 32) };
    each.0[2 * pair..][..2].as_ptr()
}

#[inline(always)]
fn of_pair_mut<T>(each: &mut Each<T>, pair: usize) -> *mut T {
    const { assert!(size_of::<T>() == 32) };
    each.0[2 * pair..][..2].as_mut_ptr()
}
