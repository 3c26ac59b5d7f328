//! Do all banks give the published counts and checksums of the real recordings?
//!
//! The recordings are not part of the project: the folder named by BREAKEVEN_DATA has them, and without
//! it these tests say that they were skipped. Run them optimised: `cargo test --release`.

use std::path::PathBuf;

use breakeven_pedometer::{Part, channels_from_name, count, read_i16, read_index};
use breakeven_problem::oracle::ExactBank;
use breakeven_problem::{Bank, Signal};

const HOUR: &str = "oxford-step-counter/hour_100hz_i16le_3ch.bin";
const VALIDATION: &str = "oxford-step-counter/validation_100hz_i16le_3ch.bin";
const LAB: &str = "mobgap-lab/lower_back_100hz_i16le_6ch.bin";

const HOUR_SUM_M: [i64; 3] = [128_346_259_386, 165_216_145_765, 141_904_280_164];
const LAB_SUM_M: [i64; 6] =
    [5_307_331_788, 5_133_113_209, 4_722_611_584, 7_851_892_453, 6_159_615_700, 3_966_112_350];

#[test]
fn the_exact_bank_gives_the_oxford_hour() {
    gives::<ExactBank>(HOUR, 6369, &HOUR_SUM_M);
}

#[test]
fn the_exact_bank_gives_the_lab_recordings() {
    gives::<ExactBank>(LAB, 330, &LAB_SUM_M);
}

#[test]
fn every_recording_alone_has_the_steps_that_its_index_says() {
    for (file, number) in [(HOUR, 20), (VALIDATION, 12), (LAB, 9)] {
        let Some((signal, parts)) = read(file) else { return };
        assert_eq!(parts.len(), number, "{file}");
        for part in parts {
            let steps = count::<ExactBank>(&part.of(&signal)).steps.len();
            assert_eq!(steps, part.spec_steps, "{} of {file}", part.recording);
        }
    }
}

#[test]
fn on_the_validation_recordings_the_count_is_off_by_1_47_percent_in_the_mean_and_3_8_at_worst() {
    let Some((_, parts)) = read(VALIDATION) else { return };
    let sum = |steps: fn(&Part) -> usize| -> usize { parts.iter().map(steps).sum() };
    assert_eq!(sum(|part| part.spec_steps), 4164);
    assert_eq!(sum(|part| part.reference_steps), 4107);
    let errors: Vec<f64> = parts
        .iter()
        .map(|part| {
            100.0 * part.spec_steps.abs_diff(part.reference_steps) as f64 / part.reference_steps as f64
        })
        .collect();
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    let worst = errors.iter().fold(0.0f64, |worst, &error| worst.max(error));
    assert_eq!(format!("{mean:.2} {worst:.1}"), "1.47 3.8");
}

fn gives<B: Bank>(file: &str, steps: usize, sum_m: &[i64]) {
    let Some((signal, _)) = read(file) else { return };
    let count = count::<B>(&signal);
    assert_eq!(count.steps.len(), steps, "steps of {file}");
    assert_eq!(count.sum_m(), sum_m, "sum(M) of {file}");
}

/// A recording and its parts, or `None` where there is no data folder. A folder without the file is
/// a mistake, not a reason to skip.
fn read(file: &str) -> Option<(Signal, Vec<Part>)> {
    let Some(folder) = std::env::var_os("BREAKEVEN_DATA") else {
        println!("skipped: BREAKEVEN_DATA names no folder of recordings ({file})");
        return None;
    };
    let path = PathBuf::from(folder).join(file);
    let signal = read_i16(&path, channels_from_name(&path).unwrap()).unwrap();
    let parts = read_index(&path, &signal).unwrap();
    Some((signal, parts))
}
