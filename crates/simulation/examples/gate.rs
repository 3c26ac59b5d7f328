//! How often does a gate say what is not so, and how often does it find what is?
//!
//! Prints the table of docs/regressions.md, from seeds that never change: the same figures on every machine. Takes some
//! minutes for 2000 gates a row. Exit code 1 where a promise is broken.
//!
//! ```text
//! cargo run --release -p breakeven-simulation --example gate -- [GATES]
//! ```
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example says what it found")]

use std::error::Error;
use std::process::ExitCode;

use breakeven_simulation::gate::{GateScenario, Gates, heading};

/// Gates per row: of a revision against itself, and as many of a head with changes.
const GATES: usize = 2000;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let gates = match std::env::args().nth(1).map(|text| text.parse()) {
        None => GATES,
        Some(Ok(gates)) if gates > 0 => gates,
        Some(_) => {
            return Err("GATES is a whole number above 0: simulated gates per row, 2000 by default".into());
        }
    };
    println!("{}", heading());
    let mut code = ExitCode::SUCCESS;
    for scenario in GateScenario::all() {
        let row = Gates::of(scenario, gates);
        println!("{}", row.line());
        for promise in row.broken() {
            eprintln!("broken: {promise}");
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}
