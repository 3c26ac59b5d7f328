//! How does one row become the next, eight widths at a time?
#![expect(unsafe_code, reason = "vector instructions are unsafe to call without proof that they are there")]

use std::arch::x86_64::*;

use super::{
    Constants, DEPTH, EXPONENT, Each, Eight, Entering, FACTOR, Histories, ROUNDING, ROWS, Row, Sixteen, Slot,
    Step, VECTORS, ZERO,
};
use crate::bank::NARROWEST;
use crate::isa::x86_64::Fused;

/// Vectors that hold all widths: the second one of the last pair is not needed.
const USED: usize = VECTORS - 1;

/// [`Brackets::rows`](super::Brackets::rows).
///
/// From one row's V to the next is a chain of root, value and update that is longer than what the processor holds in
/// flight. So the three are taken in turn, with those of other vectors in between. Roots are written to memory: in
/// registers the compiler moves them behind the branch at the row's end, where they wait for each other.
#[target_feature(enable = "avx2,fma")]
pub(super) fn rows(all: &mut Histories, proof: Fused, samples: &[i16], m: &mut [i32]) {
    proof.first_roots(all);
    for (samples, m) in samples.chunks(ROWS).zip(m.chunks_mut(ROWS)) {
        for (row, &sample) in samples.iter().enumerate() {
            let undecided = proof.row(all, row, sample);
            let decided = _mm256_testz_si256(undecided, undecided) == 1;
            if !decided {
                all.mend(sample, undecided_lanes(all, proof, sample));
            }
            all.advance();
            if !decided {
                proof.first_roots(all);
            }
        }
        all.total(m);
    }
}

/// The lanes of each vector whose values the brackets leave open.
#[cold]
#[inline(never)]
#[target_feature(enable = "avx2,fma")]
pub(super) fn undecided_lanes(all: &Histories, proof: Fused, sample: i16) -> [u8; VECTORS] {
    let slot = &all.slots[all.slot];
    let (samples, zero) = (_mm256_set1_epi16(sample), _mm256_setzero_si256());
    let mut lanes = [0; VECTORS];
    for (vector, lanes) in lanes.iter_mut().enumerate().take(USED) {
        let root = proof.root(slot, vector);
        let undecided = proof.response(&all.constants, slot, vector, samples, zero, root).undecided;
        let decided = _mm256_castsi256_ps(_mm256_cmpeq_epi32(undecided, zero));
        *lanes = !(_mm256_movemask_ps(decided) as u8);
    }
    lanes
}

/// What one vector answers to a sample.
struct Response {
    values: __m256i,
    undecided: __m256i,
    increments: __m256i,
    open: u8,
}

impl Fused {
    /// One row; returns where it is undecided: a lane that is not 0.
    #[inline(always)]
    fn row(self, all: &mut Histories, row: usize, sample: i16) -> __m256i {
        let Step { constants, roots, before, after, past, mut entering, open, total: sums } = all.step(row);
        // SAFETY: `self` proves AVX2 and FMA.
        unsafe {
            let samples = _mm256_set1_epi16(sample);
            let biased = _mm256_set1_epi32(i32::from(sample) + ZERO);
            let mut total = _mm256_set1_epi32(ZERO.wrapping_mul(-(USED as i32)));
            let mut undecided = _mm256_setzero_si256();
            macro_rules! decide {
                ($vector:expr) => {{
                    let response =
                        self.response(constants, before, $vector, samples, biased, load(&roots.0[$vector]));
                    total = _mm256_add_epi32(total, response.increments);
                    undecided = _mm256_or_si256(undecided, response.undecided);
                    open[$vector] = response.open;
                    response.values
                }};
            }
            macro_rules! pair {
                ($pair:literal) => {{
                    let values = _mm256_packs_epi32(decide!(2 * $pair), decide!(2 * $pair + 1));
                    self.enter(&mut entering, $pair, values);
                    values
                }};
            }
            macro_rules! update {
                ($pair:literal, $values:expr) => {{
                    let leaving = self.leaving(past, $pair);
                    let low = _mm256_unpacklo_epi16($values, leaving);
                    self.update(constants, before, after, 2 * $pair, low);
                    let high = _mm256_unpackhi_epi16($values, leaving);
                    self.update(constants, before, after, 2 * $pair + 1, high);
                }};
            }
            let first = pair!(0);
            self.keep_root(roots, before, 4);
            self.keep_root(roots, before, 5);
            let second = pair!(1);
            update!(0, first);
            self.keep_root(roots, before, 6);
            let third = pair!(2);
            update!(1, second);
            let fourth = _mm256_packs_epi32(decide!(USED - 1), _mm256_setzero_si256());
            self.enter(&mut entering, 3, fourth);
            self.keep_root(roots, after, 0);
            self.keep_root(roots, after, 1);
            update!(2, third);
            let both = _mm256_unpacklo_epi16(fourth, self.leaving(past, 3));
            self.update(constants, before, after, USED - 1, both);
            self.keep_root(roots, after, 2);
            self.keep_root(roots, after, 3);
            _mm256_store_si256(sums.0.as_mut_ptr().cast(), total);
            undecided
        }
    }

    /// Lets the values of a pair enter its histories.
    #[inline(always)]
    pub(super) fn enter(self, entering: &mut Entering, pair: usize, values: __m256i) {
        let Entering { values: recent, by_one, by_three, by_seven } = entering;
        // SAFETY: `self` proves AVX2.
        unsafe {
            let one = _mm256_blend_epi16::<0b1010_1010>(values, load16(&recent.0[pair]));
            store16(&mut recent.0[pair], values);
            let three = _mm256_blend_epi16::<0b1100_1100>(one, load16(&by_one.0[pair]));
            store16(&mut by_one.0[pair], one);
            let seven = _mm256_blend_epi16::<0b1111_0000>(three, load16(&by_three.0[pair]));
            store16(&mut by_three.0[pair], three);
            store16(&mut by_seven.0[pair], seven);
        }
    }

    /// The values that leave the histories of a pair.
    #[inline(always)]
    pub(super) fn leaving(self, past: &[Row; DEPTH], pair: usize) -> __m256i {
        let first = DEPTH - NARROWEST - 16 * pair;
        // SAFETY: `self` proves AVX2.
        unsafe {
            let (low, high) = (load16(&past[first].0[pair]), load16(&past[first - 8].0[pair]));
            _mm256_blend_epi32::<0b1111_0000>(low, high)
        }
    }

    /// Writes the roots that the next row finds done.
    #[inline(always)]
    fn first_roots(self, all: &mut Histories) {
        for vector in 0..4 {
            self.keep_root(&mut all.roots, &all.slots[all.slot], vector);
        }
    }

    /// Writes the roots of a vector.
    #[inline(always)]
    fn keep_root(self, roots: &mut Each<Eight<f32>>, slot: &Slot, vector: usize) {
        let root = self.root(slot, vector);
        // SAFETY: `self` proves AVX, and the pointer is to eight aligned numbers.
        unsafe { _mm256_store_ps(roots.0[vector].0.as_mut_ptr(), root) }
    }

    /// r.
    #[inline(always)]
    fn root(self, slot: &Slot, vector: usize) -> __m256 {
        let scale = f64::from_bits(EXPONENT as u64) * FACTOR;
        // SAFETY: `self` proves AVX2 and FMA.
        unsafe {
            let (factor, scale) = (_mm256_set1_pd(FACTOR), _mm256_set1_pd(scale));
            let even = _mm256_load_pd(slot.even.0[vector].0.as_ptr().cast());
            let even = _mm256_castpd_si256(_mm256_fmsub_pd(even, factor, scale));
            let odd = _mm256_load_pd(slot.odd.0[vector].0.as_ptr().cast());
            let odd = _mm256_castpd_si256(_mm256_fmsub_pd(odd, factor, scale));
            let even = _mm256_srli_epi64::<29>(even);
            let odd = _mm256_slli_epi64::<3>(odd);
            _mm256_sqrt_ps(_mm256_castsi256_ps(_mm256_blend_epi32::<0b1010_1010>(even, odd)))
        }
    }

    /// k and y of one vector.
    #[inline(always)]
    fn response(
        self,
        constants: &Constants,
        slot: &Slot,
        vector: usize,
        samples: __m256i,
        biased: __m256i,
        root: __m256,
    ) -> Response {
        // SAFETY: `self` proves AVX2 and FMA.
        unsafe {
            let rounding = _mm256_set1_ps(ROUNDING);
            let low = _mm256_fmadd_ps(root, load(&constants.share_low.0[vector]), rounding);
            let high = _mm256_fmadd_ps(root, load(&constants.share_high.0[vector]), rounding);
            let increments = _mm256_castps_si256(low);
            let open = _mm256_sub_epi32(increments, _mm256_castps_si256(high));
            let open = _mm256_movemask_ps(_mm256_castsi256_ps(open)) as u8;

            let twice_excess = _mm256_cvtepi32_ps(_mm256_sub_epi32(
                _mm256_madd_epi16(samples, load16(&constants.widths.0[vector])),
                load32(&slot.twice_sums.0[vector]),
            ));
            let limit = _mm256_max_ps(root, load(&constants.least.0[vector]));
            let minus_limit = _mm256_xor_ps(limit, _mm256_set1_ps(-0.0));
            let within = _mm256_max_ps(_mm256_min_ps(twice_excess, limit), minus_limit);
            let beyond = _mm256_sub_ps(twice_excess, within);
            let farther = _mm256_fmadd_ps(twice_excess, _mm256_set1_ps(1.0 / (1 << 22) as f32), beyond);
            let low = _mm256_fmadd_ps(beyond, load(&constants.passed_low.0[vector]), rounding);
            let high = _mm256_fmadd_ps(farther, load(&constants.passed_high.0[vector]), rounding);
            let undecided = _mm256_castps_si256(_mm256_xor_ps(low, high));
            let values = _mm256_sub_epi32(biased, _mm256_castps_si256(low));
            Response { values, undecided, increments, open }
        }
    }

    /// Lets values enter the sums of a vector; `both` has a value and the one that leaves in each lane.
    #[inline(always)]
    fn update(self, constants: &Constants, before: &Slot, after: &mut Slot, vector: usize, both: __m256i) {
        // SAFETY: `self` proves AVX2.
        unsafe {
            let twice_sums = load32(&before.twice_sums.0[vector]);
            let twice_change = _mm256_madd_epi16(both, _mm256_set1_epi32(0xfffe_0002_u32 as i32));
            let new = _mm256_add_epi32(twice_sums, twice_change);
            _mm256_store_si256(after.twice_sums.0[vector].0.as_mut_ptr().cast(), new);
            let bracket = _mm256_sub_epi32(
                _mm256_madd_epi16(both, load16(&constants.neighbours.0[vector])),
                twice_sums,
            );
            let even = _mm256_mul_epi32(twice_change, bracket);
            let odd =
                _mm256_mul_epi32(_mm256_srli_epi64::<32>(twice_change), _mm256_srli_epi64::<32>(bracket));
            let even = _mm256_add_epi64(_mm256_load_si256(before.even.0[vector].0.as_ptr().cast()), even);
            let odd = _mm256_add_epi64(_mm256_load_si256(before.odd.0[vector].0.as_ptr().cast()), odd);
            _mm256_store_si256(after.even.0[vector].0.as_mut_ptr().cast(), even);
            _mm256_store_si256(after.odd.0[vector].0.as_mut_ptr().cast(), odd);
        }
    }
}

#[inline(always)]
unsafe fn load(numbers: &Eight<f32>) -> __m256 {
    // SAFETY: the caller has AVX, and the pointer is to eight aligned numbers.
    unsafe { _mm256_load_ps(numbers.0.as_ptr()) }
}

#[inline(always)]
unsafe fn load32(numbers: &Eight<i32>) -> __m256i {
    // SAFETY: the caller has AVX, and the pointer is to eight aligned numbers.
    unsafe { _mm256_load_si256(numbers.0.as_ptr().cast()) }
}

#[inline(always)]
unsafe fn load16(numbers: &Sixteen) -> __m256i {
    // SAFETY: the caller has AVX, and the pointer is to sixteen aligned numbers.
    unsafe { _mm256_load_si256(numbers.0.as_ptr().cast()) }
}

#[inline(always)]
unsafe fn store16(numbers: &mut Sixteen, values: __m256i) {
    // SAFETY: the caller has AVX, and the pointer is to sixteen aligned numbers.
    unsafe { _mm256_store_si256(numbers.0.as_mut_ptr().cast(), values) }
}
