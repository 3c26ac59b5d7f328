//! The exact kernels on AVX2 with FMA.
//!
//! A fused multiply-add gives the residual of a product in one instruction, where Dekker's algorithm takes 17.
#![expect(
    unsafe_code,
    reason = "vector instructions, and functions compiled for them, are unsafe to call without proof"
)]

use std::arch::x86_64::*;

use super::arithmetic::Arithmetic;
use super::{Rounded, tiles, two_stacks, whole};
use crate::isa::x86_64::{Fused, by_instructions};

impl Fused {
    pub(super) fn standard_deviation(self, values: &[f64], ddof: usize, rounded: Rounded) -> Option<f64> {
        // SAFETY: the processor has AVX2 and FMA: `Fused::detect` is the only constructor of `self` and has asked it.
        unsafe { standard_deviation(self, values, ddof, rounded) }
    }

    pub(super) fn tile(self, tile: &tiles::Tile<'_>, out: &mut [f64]) -> bool {
        // SAFETY: the processor has AVX2 and FMA: `Fused::detect` is the only constructor of `self` and has asked it.
        unsafe { run_tile(self, tile, out) }
    }

    pub(super) fn two_stacks(self, tile: &tiles::Tile<'_>, out: &mut [f64]) -> bool {
        // SAFETY: the processor has AVX2 and FMA: `Fused::detect` is the only constructor of `self` and has asked it.
        unsafe { run_two_stacks(self, tile, out) }
    }
}

#[target_feature(enable = "avx2,fma")]
fn standard_deviation(isa: Fused, values: &[f64], ddof: usize, rounded: Rounded) -> Option<f64> {
    whole::standard_deviation(isa, values, ddof, rounded)
}

#[target_feature(enable = "avx2,fma")]
fn run_tile(isa: Fused, tile: &tiles::Tile<'_>, out: &mut [f64]) -> bool {
    tiles::run(isa, tile, out)
}

#[target_feature(enable = "avx2,fma")]
fn run_two_stacks(isa: Fused, tile: &tiles::Tile<'_>, out: &mut [f64]) -> bool {
    two_stacks::run(isa, tile, out)
}

impl Arithmetic for Fused {
    by_instructions! {
        fn multiply_add(a: __m256d, b: __m256d, c: __m256d) -> __m256d { _mm256_fmadd_pd(a, b, c) }
        fn multiply_subtract(a: __m256d, b: __m256d, c: __m256d) -> __m256d { _mm256_fnmadd_pd(a, b, c) }
        fn plus_square(c: __m256d, a: __m256d) -> __m256d { _mm256_fmadd_pd(a, a, c) }
        fn less_square(c: __m256d, a: __m256d) -> __m256d { _mm256_fnmadd_pd(a, a, c) }
        fn residual(a: __m256d, b: __m256d, p: __m256d) -> __m256d { _mm256_fmsub_pd(a, b, p) }
        fn differ(a: __m256d, b: __m256d) -> __m256d { _mm256_cmp_pd::<_CMP_NEQ_UQ>(a, b) }
        fn or(a: __m256d, b: __m256d) -> __m256d { _mm256_or_pd(a, b) }
        fn any_negative(a: __m256d) -> bool { _mm256_movemask_pd(a) != 0 }
    }
}
