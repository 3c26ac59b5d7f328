//! Does the talk's arithmetic keep its contract, with the failures that it declares and no others?

use breakeven_naive::{NaiveBank, contenders};
use breakeven_problem::{Contract, conformance};

#[test]
fn every_contender_keeps_its_contract() {
    for contender in contenders() {
        conformance::assert_conforms(&contender);
    }
}

#[test]
fn the_bank_agrees_with_exact_integers_within_a_float_rungs_tolerance() {
    conformance::assert_bank_conforms::<NaiveBank>(Contract::Peer(&[]));
}
