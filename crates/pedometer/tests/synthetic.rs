//! Is the synthetic walk the same everywhere, and does the pipeline find its steps?

use breakeven_pedometer::{SyntheticWalk, count, synthetic_walk};
use breakeven_problem::oracle::ExactBank;
use breakeven_problem::signal::MISSING;

const HOUR_ROWS: usize = 360_000;
const SEED: u64 = 1;

#[test]
fn the_seeded_hour_is_the_same_on_every_machine() {
    assert_eq!(fingerprint(&synthetic_walk(HOUR_ROWS, SEED)), 0xdef6_b5df_b02e_5496);
}

#[test]
fn the_pipeline_counts_the_seeded_hour_within_5_percent() {
    let walk = synthetic_walk(HOUR_ROWS, SEED);
    let counted = count::<ExactBank>(&walk.signal).steps;
    let error = 100.0 * (counted.len() as f64 / walk.steps.len() as f64 - 1.0);
    assert!(error.abs() <= 5.0, "{} counted, {} taken: {error:+.2} %", counted.len(), walk.steps.len());
    // the figures of docs/accuracy.md
    assert_eq!((walk.steps.len(), counted.len()), (4829, 4861), "{error:+.2} %");
    assert_eq!(with_one_near(&walk.steps, &counted), 4827, "steps taken that are counted within 0.12 s");
    assert_eq!(with_one_near(&counted, &walk.steps), 4827, "steps counted that are taken within 0.12 s");
}

#[test]
fn every_seed_is_walked_most_of_the_time_and_counted_within_5_percent() {
    for seed in [0, 2, 3, u64::MAX] {
        let walk = synthetic_walk(36_000, seed);
        let counted = count::<ExactBank>(&walk.signal).steps.len();
        let taken = walk.steps.len();
        assert!((300..700).contains(&taken), "seed {seed}: {taken} steps in six minutes");
        assert!(counted.abs_diff(taken) * 20 <= taken, "seed {seed}: {counted} counted, {taken} taken");
    }
}

#[test]
fn a_longer_walk_of_a_seed_starts_with_the_shorter_one() {
    let long = synthetic_walk(30_000, 7);
    for rows in [0, 1, 5_000, 29_999] {
        let short = synthetic_walk(rows, 7);
        let steps: Vec<usize> = long.steps.iter().copied().filter(|&step| step < rows).collect();
        assert_eq!(short.signal, long.signal.prefix(rows));
        assert_eq!(short.steps, steps);
    }
    assert_ne!(synthetic_walk(1_000, 8).signal, long.signal.prefix(1_000));
}

#[test]
fn some_samples_are_missing_in_one_channel_and_some_in_all() {
    let walk = synthetic_walk(100_000, 1);
    let missing =
        |row: usize| walk.signal.channels().iter().filter(|samples| samples[row] == MISSING).count();
    let rows: Vec<usize> = (0..100_000).map(missing).collect();
    assert!(rows.contains(&1) && rows.contains(&6), "one channel, and all six");
    assert!(rows.iter().filter(|&&missing| missing > 0).count() < 1_000);
}

/// How many of these rows have one of the `others` within 12 rows.
fn with_one_near(rows: &[usize], others: &[usize]) -> usize {
    let near = |row: &&usize| {
        let first = others.partition_point(|&other| other + 12 < **row);
        others.get(first).is_some_and(|&other| other <= **row + 12)
    };
    rows.iter().filter(near).count()
}

/// FNV-1a over all samples, channel after channel, and all steps.
fn fingerprint(walk: &SyntheticWalk) -> u64 {
    let samples = walk.signal.channels().iter().flatten().flat_map(|sample| sample.to_le_bytes());
    let steps = walk.steps.iter().flat_map(|&step| (step as u64).to_le_bytes());
    let hash = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    samples.chain(steps).fold(0xcbf2_9ce4_8422_2325, hash)
}
