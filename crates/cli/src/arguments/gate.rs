//! What does `gate` accept?

use std::path::PathBuf;

use breakeven_pedometer::Channels;
use breakeven_problem::Task;
use clap::Args;

use super::{FailOn, Format, SelectionArguments, percent};

/// Arguments of `gate`.
#[derive(Debug, Clone, Args)]
pub(crate) struct GateArguments {
    /// The revision to compare with [default: the merge base with the default branch]
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,
    /// Every workload, rather than those of `run --quick`
    #[arg(long)]
    pub(crate) full: bool,
    /// Only these tasks: whole, sliding, feedback, pedometer, anatomy
    #[arg(short = 't', long = "task", value_name = "TASK", value_delimiter = ',')]
    pub(crate) tasks: Vec<Task>,
    /// Only these lengths (values, or rows of a recording)
    #[arg(short = 'n', long = "length", value_name = "LENGTH", value_delimiter = ',')]
    pub(crate) lengths: Vec<usize>,
    /// Only these windows (values per window)
    #[arg(short = 'w', long = "window", value_name = "WINDOW", value_delimiter = ',')]
    pub(crate) windows: Vec<usize>,
    /// Contenders whose id matches; those that use several threads take no part
    #[arg(short = 'c', long = "contender", value_name = "REGEX", default_value = "^(extension|rust)/")]
    pub(crate) contender: String,
    /// Raw little-endian int16 at 100 Hz [default: the Oxford hour under $BREAKEVEN_DATA, else a synthetic hour]
    #[arg(long, value_name = "FILE")]
    pub(crate) recording: Option<PathBuf>,
    /// Channels of the recording, 3 or 6 [default: told by _3ch or _6ch in its name]
    #[arg(long, value_name = "3|6", requires = "recording")]
    pub(crate) channels: Option<Channels>,
    /// Seeds inputs and orders
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(crate) seed: u64,
    /// The largest change that counts as none, in per cent
    #[arg(long, value_name = "PERCENT", default_value_t = 2.0, value_parser = percent)]
    pub(crate) threshold: f64,
    /// What ends with an exit code of its own: slower (3), wrong (4), unresolved (7), failed (8: failed in the head or removed), none
    #[arg(long, value_enum, value_name = "WHAT,..", value_delimiter = ',', default_values_t = [FailOn::Slower, FailOn::Wrong])]
    pub(crate) fail_on: Vec<FailOn>,
    /// Write gate.json, gate.md, junit.xml and samples.json into this folder too
    #[arg(long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

impl GateArguments {
    /// The selection of workloads, with all contenders.
    pub(crate) fn selection(&self) -> SelectionArguments {
        SelectionArguments {
            quick: !self.full,
            full: self.full,
            tasks: self.tasks.clone(),
            lengths: self.lengths.clone(),
            windows: self.windows.clone(),
            contender: None,
            recording: self.recording.clone(),
            channels: self.channels,
            seed: self.seed,
            interpreter: Vec::new(),
            format: Format::Json,
        }
    }

    /// The arguments with which `list` names the same workloads, and of each all contenders.
    pub(crate) fn of_list(&self) -> Vec<String> {
        fn joined<Part: ToString>(name: &str, parts: &[Part]) -> Option<String> {
            let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
            (!parts.is_empty()).then(|| format!("{name}={}", parts.join(",")))
        }
        let table = if self.full { "--full" } else { "--quick" };
        let recording = self.recording.as_ref().map(|path| format!("--recording={}", path.display()));
        let channels = self.channels.map(|channels| format!("--channels={}", channels.number()));
        [
            Some(table.to_owned()),
            joined("--task", &self.tasks),
            joined("--length", &self.lengths),
            joined("--window", &self.windows),
            recording,
            channels,
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
