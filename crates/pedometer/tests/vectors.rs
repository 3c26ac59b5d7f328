//! Do all banks give the published vectors, bit for bit?

use breakeven_pedometer::{clean, count, vector};
use breakeven_problem::oracle::ExactBank;
use breakeven_problem::{Bank, Count};

const SUM_M: [i64; 6] = [250_782_506, 137_258_748, 482_309_723, 945_711_031, 251_099_363, 483_302_555];

#[test]
fn the_exact_bank_gives_the_synthetic_vector() {
    gives_the_synthetic_vector::<ExactBank>();
}

fn gives_the_synthetic_vector<B: Bank>() {
    let raw = vector();
    let cleaned = clean(&raw);
    let row = |row: usize| cleaned.channels().iter().map(|samples| samples[row]).collect::<Vec<_>>();
    assert_eq!(row(600), [-220, -160, 1585, -941, -206, -508]);
    let Count { m, steps } = count::<B>(&raw);
    assert_eq!(m[0][99..=101], [16233, 16486, 16469]);
    assert_eq!(steps, (525..=2475).step_by(50).collect::<Vec<_>>());
    assert_eq!(steps.len(), 40);
    assert_eq!(Count { m, steps }.sum_m(), SUM_M);
}
