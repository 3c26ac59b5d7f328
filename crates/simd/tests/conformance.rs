//! What this crate enters into the comparison keeps its contract.

use std::thread::available_parallelism;

use breakeven_problem::Contender as _;
use breakeven_problem::conformance::check;

#[test]
#[expect(clippy::print_stdout, reason = "a skipped check says so")]
fn every_contender_conforms() {
    let alone = available_parallelism().is_ok_and(|processors| processors.get() == 1);
    for contender in breakeven_simd::contenders() {
        let conformance = check(&contender);
        match &conformance.absent {
            // the only reason to be absent: it would be the contender without threads
            Some(absence) if alone && contender.about().id.ends_with("-threads") => {
                println!("skipped: {}: {absence}", contender.about().id);
            }
            _ => conformance.assert_holds(),
        }
    }
}
