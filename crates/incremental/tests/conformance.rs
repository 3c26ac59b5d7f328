//! What this crate enters into the comparison keeps its contract.

use breakeven_incremental::IncrementalBank;
use breakeven_problem::Contract;
use breakeven_problem::conformance::{assert_bank_conforms, assert_conforms};

#[test]
fn every_contender_conforms() {
    for contender in breakeven_incremental::contenders() {
        assert_conforms(&contender);
    }
}

#[test]
fn the_bank_conforms() {
    assert_bank_conforms::<IncrementalBank>(Contract::Exact);
}
