//! Do all banks give the published vectors, bit for bit?

use breakeven_incremental::IncrementalBank;
use breakeven_naive::NaiveBank;
use breakeven_pedometer::{clean, count, vector};
use breakeven_problem::oracle::ExactBank;
use breakeven_problem::{Bank, Count, bank};
use breakeven_simd::SimdBank;

const SUM_M: [i64; 6] = [250_782_506, 137_258_748, 482_309_723, 945_711_031, 251_099_363, 483_302_555];

#[test]
fn the_exact_bank_gives_the_synthetic_vector() {
    gives_the_synthetic_vector::<ExactBank>();
}

#[test]
fn the_incremental_bank_gives_the_synthetic_vector() {
    gives_the_synthetic_vector::<IncrementalBank>();
}

#[test]
fn the_naive_bank_gives_the_synthetic_vector() {
    gives_the_synthetic_vector::<NaiveBank>();
}

#[test]
fn the_simd_bank_gives_the_synthetic_vector() {
    gives_the_synthetic_vector::<SimdBank>();
}

#[test]
fn integer_banks_agree_on_samples_of_the_largest_magnitude_and_on_still_ones() {
    let slow = |row: usize| if (row / 300).is_multiple_of(2) { 32767 } else { -32767 };
    let quick = |row: usize| if row.is_multiple_of(2) { 32767 } else { -32767 };
    let rare = |row: usize| if row % 401 == 400 { -32767 } else { 32767 };
    let shapes: [&dyn Fn(usize) -> i16; 6] = [&slow, &quick, &rare, &|_| 32767, &|_| -32767, &|_| 0];
    let channels: Vec<Vec<i16>> = shapes.iter().map(|shape| (0..2000).map(shape).collect()).collect();
    let exact = bank::run::<ExactBank>(&channels);
    assert_eq!(bank::run::<IncrementalBank>(&channels), exact);
    assert_eq!(bank::run::<SimdBank>(&channels), exact);
    let largest = *exact[1].iter().max().expect("some rows");
    // a window of odd width is not quite balanced
    assert!((26_730_000..=51 * 16 * 32767).contains(&largest), "{largest}");
    assert!(exact[3..].iter().flatten().all(|&value| value == 0), "a constant has no deviation");
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
