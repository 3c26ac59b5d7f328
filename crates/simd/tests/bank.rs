//! Does the bank give the specification's bits on every instruction set?

use breakeven_problem::conformance::assert_bank_conforms;
use breakeven_problem::{Bank, Contract};
use breakeven_simd::{Kernel, SimdBank};

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
