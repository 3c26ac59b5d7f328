//! What this crate enters into the comparison keeps its contract.

use breakeven_problem::conformance::assert_conforms;

#[test]
fn every_contender_conforms() {
    for contender in breakeven_simd::contenders() {
        assert_conforms(&contender);
    }
}
