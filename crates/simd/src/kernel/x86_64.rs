//! The kernel's functions, compiled for AVX2 and for AVX-512.
#![expect(
    unsafe_code,
    reason = "functions compiled for an instruction set are unsafe to call without proof that it is there"
)]

use crate::Strided;
use crate::corrected_two_pass::{self, BLOCK, Moments, PairwiseSums, SHORT, SecondPass};
use crate::isa::Job;
use crate::isa::x86_64::{Avx2, Avx512};

macro_rules! compiled_for {
    ($feature:literal, $Proof:ident, $lanes:literal) => {
        impl $Proof {
            #[inline]
            pub(super) fn standard_deviation(self, values: &[f64], ddof: usize) -> f64 {
                #[target_feature(enable = $feature)]
                fn short(isa: $Proof, values: &[f64], ddof: usize) -> f64 {
                    corrected_two_pass::of_short(isa, values, ddof)
                }
                #[target_feature(enable = $feature)]
                fn long(isa: $Proof, values: &[f64], ddof: usize) -> f64 {
                    corrected_two_pass::of_long::<false>(isa, values, ddof)
                }
                #[target_feature(enable = $feature)]
                fn blocks(isa: $Proof, values: &[f64], ddof: usize) -> f64 {
                    corrected_two_pass::of_long::<true>(isa, values, ddof)
                }
                // SAFETY: `self` proves that the processor has the feature.
                unsafe {
                    match values.len() {
                        0..SHORT => short(self, values, ddof),
                        SHORT..BLOCK => long(self, values, ddof),
                        _ => blocks(self, values, ddof),
                    }
                }
            }

            pub(super) fn run(self, job: impl Job) {
                #[target_feature(enable = $feature)]
                fn run(isa: $Proof, job: impl Job) {
                    job.run::<$lanes, _>(isa);
                }
                // SAFETY: `self` proves that the processor has the feature.
                unsafe { run(self, job) }
            }

            pub(super) fn packed<T: Copy + Into<f64>>(self, values: Strided<'_, T>, ddof: usize) -> f64 {
                #[target_feature(enable = $feature)]
                fn packed<T: Copy + Into<f64>>(isa: $Proof, values: Strided<'_, T>, ddof: usize) -> f64 {
                    corrected_two_pass::of_packed(isa, values, ddof)
                }
                // SAFETY: `self` proves that the processor has the feature.
                unsafe { packed(self, values, ddof) }
            }

            pub(super) fn add_blocks(self, values: &[f64], centre: f64, sums: &mut PairwiseSums) -> Moments {
                #[target_feature(enable = $feature)]
                fn add_blocks(isa: $Proof, values: &[f64], centre: f64, sums: &mut PairwiseSums) -> Moments {
                    corrected_two_pass::add_blocks(isa, values, centre, sums)
                }
                // SAFETY: `self` proves that the processor has the feature.
                unsafe { add_blocks(self, values, centre, sums) }
            }

            pub(super) fn vectorised<O>(self, work: impl FnOnce() -> O) -> O {
                #[target_feature(enable = $feature)]
                fn vectorised<O>(work: impl FnOnce() -> O) -> O {
                    work()
                }
                // SAFETY: `self` proves that the processor has the feature.
                unsafe { vectorised(work) }
            }
        }

        impl SecondPass for $Proof {
            #[inline(always)]
            fn second_pass(self, values: &[f64], ddof: usize, mean: f64) -> f64 {
                #[cold]
                #[inline(never)]
                #[target_feature(enable = $feature)]
                fn second_pass(isa: $Proof, values: &[f64], ddof: usize, mean: f64) -> f64 {
                    corrected_two_pass::second_pass(isa, values, ddof, mean)
                }
                // SAFETY: `self` proves that the processor has the feature.
                unsafe { second_pass(self, values, ddof, mean) }
            }
        }
    };
}

compiled_for!("avx2", Avx2, 4);
compiled_for!("avx512f", Avx512, 8);
