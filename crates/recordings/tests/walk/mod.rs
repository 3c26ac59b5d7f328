//! A walk whose steps are known, as tables in the ways that files have them.
#![allow(dead_code, reason = "each test file uses its part of these")]

use std::f64::consts::TAU;
use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;

use breakeven_recordings::{Import, ImportError, ImportOptions, WarningKind, import};
use breakeven_simd::SimdBank;

/// Steps of the walk of 64 seconds, and of 20 minutes.
pub(crate) const STEPS: usize = 121;
pub(crate) const LONG_STEPS: usize = 2297;

pub(crate) const ROWS: usize = 6400;
pub(crate) const LONG_ROWS: usize = 120_000;

pub(crate) const THREE: &str = "time_s,ax_g,ay_g,az_g";
pub(crate) const SIX: &str = "time_s,ax_g,ay_g,az_g,gx_dps,gy_dps,gz_dps";

/// g and degrees per second of a walk at 100 Hz.
pub(crate) fn walk(row: usize) -> [f64; 6] {
    let phase = TAU * 1.915 * row as f64 / 100.0;
    [
        1.0 + 0.3 * phase.sin() + 0.09 * (2.0 * phase).sin(),
        0.1 * (phase / 2.0).sin(),
        0.15 * (phase - 1.0).sin(),
        20.0 * (phase / 2.0).sin(),
        15.0 * phase.sin(),
        10.0 * (phase / 2.0 + 1.0).sin(),
    ]
}

/// Accelerations of a row, as cells.
pub(crate) fn cells(row: usize) -> String {
    walk(row)[..3].iter().map(|g| format!("{g:.5}")).collect::<Vec<_>>().join(",")
}

pub(crate) fn table(header: &str, rows: usize, line: impl Fn(usize) -> String) -> String {
    (0..rows).fold(format!("{header}\n"), |text, row| text + &line(row) + "\n")
}

/// A table of times and accelerations.
pub(crate) fn timed(header: &str, rows: usize, time: impl Fn(usize) -> String) -> String {
    table(header, rows, |row| format!("{},{}", time(row), cells(row)))
}

pub(crate) fn seconds(row: usize) -> f64 {
    row as f64 / 100.0
}

pub(crate) fn go_on(_: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Imports texts as the files a.csv, b.csv and so on, joined.
pub(crate) fn imported(texts: &[&[u8]], options: &ImportOptions) -> Result<Import, ImportError> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let paths: Vec<PathBuf> =
        (0..texts.len()).map(|file| folder.path().join(format!("{}.csv", ["a", "b"][file]))).collect();
    paths.iter().zip(texts).for_each(|(path, text)| fs::write(path, text).expect("a writable folder"));
    import(&paths, options, &go_on)
}

/// The steps, and the kinds and texts of the warnings.
pub(crate) fn counted(text: &str, options: &ImportOptions) -> (usize, Vec<WarningKind>, String) {
    let mut import = imported(&[text.as_bytes()], options).unwrap_or_else(|error| panic!("{error}"));
    let kinds = import.notes().warnings.iter().map(|warning| warning.kind).collect();
    let notes = import.notes().to_string();
    (import.count::<SimdBank>(&go_on).expect("a count").steps.len(), kinds, notes)
}

pub(crate) fn refused(text: &str, options: &ImportOptions, words: &[&str]) {
    let message = imported(&[text.as_bytes()], options).expect_err("it must be refused").to_string();
    assert!(message.contains("a.csv: ") && !message.contains('\n'), "{message}");
    for word in words {
        assert!(message.contains(word), "{word:?} in {message}");
    }
}

pub(crate) fn default() -> ImportOptions {
    ImportOptions::default()
}
