//! Does the bank give the specification's bits on every instruction set?

use breakeven_problem::conformance::assert_bank_conforms;
use breakeven_problem::oracle::ExactBank;
use breakeven_problem::{Bank, Contract, bank};
use breakeven_simd::{Kernel, SimdBank};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

#[test]
fn the_bank_is_exact_on_the_instruction_set_it_chooses() {
    assert_bank_conforms::<SimdBank>(Contract::Exact);
}

#[test]
fn the_bank_is_exact_on_every_instruction_set() {
    for kernel in Kernel::available() {
        match kernel.isa() {
            "portable" => assert_bank_conforms::<OnPortable>(Contract::Exact),
            "avx2" => assert_bank_conforms::<OnAvx2>(Contract::Exact),
            "avx512" => assert_bank_conforms::<OnAvx512>(Contract::Exact),
            isa => panic!("no test for {isa}"),
        }
    }
}

/// Samples that make the feedback's roundings ties, or its numbers as large as they can be.
fn extreme(kind: usize, random: &mut ChaCha8Rng, row: usize) -> i16 {
    let near =
        |level: i16, random: &mut ChaCha8Rng| level.saturating_add(random.random_range(-3..=3)).max(-32767);
    match kind % 8 {
        0 => random.random_range(-32767..=32767),
        1 => near(if (row / 60).is_multiple_of(2) { 32767 } else { -32767 }, random),
        2 if row.is_multiple_of(97) => near(32767, random),
        2 => 0,
        3 => near(if random.random_bool(0.5) { 32767 } else { -32767 }, random),
        4 => random.random_range(-2..=2) + if random.random_bool(0.05) { 101 } else { 0 },
        5 => 7 + if row % 131 < 2 { 40 } else { 0 },
        6 => (row as i32 % 50 * 1310 - 32767) as i16,
        _ => random.random_range(-900..=900) + if random.random_bool(0.1) { 4000 } else { 0 },
    }
}

#[test]
fn one_to_eight_channels_of_extreme_samples_agree_with_the_oracle_in_blocks_of_any_length() {
    for channels in 1..=8usize {
        let mut random = ChaCha8Rng::seed_from_u64(channels as u64);
        let rows = 2500;
        let cleaned: Vec<Vec<i16>> = (0..channels)
            .map(|channel| (0..rows).map(|row| extreme(channel + channels, &mut random, row)).collect())
            .collect();
        let exact = bank::run::<ExactBank>(&cleaned);
        for kernel in Kernel::available() {
            let mut bank = SimdBank::on(kernel, channels);
            let mut m = vec![vec![0; rows]; channels];
            let mut start = 0;
            while start < rows {
                let end = (start + random.random_range(1..400)).min(rows);
                let block: Vec<&[i16]> = cleaned.iter().map(|samples| &samples[start..end]).collect();
                let mut out: Vec<&mut [i32]> = m.iter_mut().map(|m| &mut m[start..end]).collect();
                bank.push(&block, &mut out);
                start = end;
            }
            assert!(m == exact, "{} with {channels} channels", kernel.isa());
        }
    }
}

/// The bank on one instruction set, whatever the environment names.
macro_rules! on_one_instruction_set {
    ($name:ident, $isa:literal) => {
        struct $name(SimdBank);

        impl Bank for $name {
            fn new(channels: usize) -> Self {
                let kernel = Kernel::named($isa).expect("it is among the available ones");
                Self(SimdBank::on(kernel, channels))
            }

            fn push(&mut self, cleaned: &[&[i16]], m: &mut [&mut [i32]]) {
                self.0.push(cleaned, m);
            }
        }
    };
}

on_one_instruction_set!(OnPortable, "portable");
on_one_instruction_set!(OnAvx2, "avx2");
on_one_instruction_set!(OnAvx512, "avx512");
