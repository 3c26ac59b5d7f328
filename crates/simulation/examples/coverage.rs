//! How often are intervals and verdicts right, on simulated runs whose truth is known?
//!
//! Prints the tables of docs/validation.md, from seeds that never change: the same figures on every machine. Takes five
//! minutes or so for 2000 runs a row. Exit code 1 where a promise is broken.
//!
//! ```text
//! cargo run --release -p breakeven-simulation --example coverage -- [RUNS]
//! ```
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example says what it found")]

use std::env;
use std::error::Error;
use std::process::ExitCode;

use breakeven_simulation::table::tables;

/// Runs per row.
const RUNS: usize = 2000;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let runs = match env::args().nth(1).map(|text| text.parse()) {
        None => RUNS,
        Some(Ok(runs)) if runs > 0 => runs,
        Some(_) => {
            return Err("RUNS is a whole number above 0: simulated runs per row, 2000 by default".into());
        }
    };
    let tables = tables(runs, &mut |next| eprintln!("{runs} runs, {next}"))?;
    print!("{}", tables.markdown);
    for promise in &tables.broken {
        eprintln!("broken: {promise}");
    }
    Ok(if tables.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
