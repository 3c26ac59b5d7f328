//! The command line: a table of contents. Each command is one file under `commands/`.

mod arguments;
mod baseline;
mod commands;
mod forecast;
mod measurement;
mod plan;
mod progress;
mod record_folder;
mod recorded_command;
mod resume;
mod scratch;
mod selection;
mod series_file;
mod session;
mod shared_library;
mod stop;

use std::process::ExitCode;

use arguments::{Command, CommandLine};
use clap::Parser as _;

fn main() -> ExitCode {
    let result = match CommandLine::parse().command {
        Command::List(arguments) => commands::list::list(&arguments),
        Command::Verify(arguments) => commands::verify::verify(&arguments),
        Command::Run(arguments) => commands::run::run(&arguments),
        Command::Compare(arguments) => commands::compare::compare(&arguments),
        Command::Steps(arguments) => commands::steps::steps(&arguments),
        Command::Report(arguments) => commands::report::report(&arguments),
        Command::Gate(arguments) => commands::gate::gate(&arguments),
        Command::History(command) => commands::history::history(&command),
        Command::Export(arguments) => commands::export::export(&arguments),
        Command::Import(arguments) => commands::import::import(&arguments),
        Command::Doctor(arguments) => commands::doctor::doctor(&arguments),
        Command::Worker(arguments) => commands::worker::worker(arguments),
        Command::Library => commands::library::library(),
        Command::Ownership => commands::ownership::ownership(),
        Command::Adopt(arguments) => commands::adopt::adopt(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            commands::tell(&format!("breakeven: {stop}"));
            ExitCode::from(stop.code())
        }
    }
}
