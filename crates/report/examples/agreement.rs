//! Do repeated runs say the same? Used by `scripts/repeat`.
//!
//! `agreement keep RECORD FILE [--loaded]` writes what is compared of a run; `agreement table FOLDER` prints the table over
//! all such files in the folders of a folder, a column each: `cargo run --release -p breakeven-report --example agreement -- table bench-results/repeated`
#![expect(clippy::print_stdout, reason = "an example prints")]

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use breakeven_record::Record;
use breakeven_report::agreement::{RepeatedRun, RunSet, to_markdown};
use breakeven_report::summary::Summary;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["keep", record, file] => keep(record, file, false),
        ["keep", record, file, "--loaded"] => keep(record, file, true),
        ["table", folder] => table(folder),
        _ => Err("agreement keep RECORD FILE [--loaded] | agreement table FOLDER".into()),
    }
}

fn keep(record: &str, file: &str, loaded: bool) -> Result<(), Box<dyn Error>> {
    let record: Record = serde_json::from_str(&fs::read_to_string(record)?)?;
    if !record.complete {
        return Err("the record is not complete: continue the run with --resume".into());
    }
    let run = RepeatedRun::of(&Summary::of(&record, ""), &record.created, loaded);
    Ok(fs::write(file, lines(&run)?)?)
}

/// JSON with a line for each pair, so that a folder of them can be looked through.
fn lines(run: &RepeatedRun) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string(run)?.replace("{\"workload\"", "\n{\"workload\"") + "\n")
}

fn table(folder: &str) -> Result<(), Box<dyn Error>> {
    print!("{}", to_markdown(&RunSet::all(Path::new(folder))?));
    Ok(())
}
