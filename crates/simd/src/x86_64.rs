//! The same kernel, compiled for wider registers.
//!
//! A value of [`Avx2`] or [`Avx512`] is only made by asking the processor, so holding one proves that the
//! functions below may run. AVX-512 code has been compiled and read, but the machine it was written on has no
//! AVX-512: the bit-equality test runs it wherever the processor does.
#![expect(
    unsafe_code,
    reason = "calling a function compiled for an instruction set is unsafe where the caller is not"
)]

use crate::corrected_two_pass;

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
        unsafe { avx2(values, ddof) }
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
        unsafe { avx512(values, ddof) }
    }
}

#[target_feature(enable = "avx2")]
fn avx2(values: &[f64], ddof: usize) -> f64 {
    corrected_two_pass::standard_deviation(values, ddof)
}

#[target_feature(enable = "avx512f")]
fn avx512(values: &[f64], ddof: usize) -> f64 {
    corrected_two_pass::standard_deviation(values, ddof)
}
