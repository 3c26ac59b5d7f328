//! What does `gate` accept?

use std::path::PathBuf;

use clap::Args;

use super::{FailOn, Format, SelectionArguments, WorkloadArguments, percent};

/// Those of our contenders that are judged where `-c` names none.
const OURS: &str = "^(extension|rust)/";

/// Arguments of `gate`.
#[derive(Debug, Clone, Args)]
pub(crate) struct GateArguments {
    /// The revision to compare with [default: the merge base with the default branch]
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,
    /// The set file of your project [default: breakeven.toml here or at the top; none in breakeven's own repository]
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) set: Option<PathBuf>,
    /// The Python that runs your project's functions [default: that of the set file, of $VIRTUAL_ENV, or python3 on PATH]
    #[arg(long, value_name = "PATH")]
    pub(crate) python: Option<PathBuf>,
    /// Every workload, rather than those of `run --quick`
    #[arg(long)]
    pub(crate) full: bool,
    /// Which of the workloads, and what they are made of.
    #[command(flatten)]
    pub(crate) workloads: WorkloadArguments,
    /// Contenders whose id matches; those that use several threads take no part [default: all of your set; of ours
    /// ^(extension|rust)/]
    #[arg(short = 'c', long = "contender", value_name = "REGEX")]
    pub(crate) contender: Option<String>,
    /// The largest change that counts as none, in per cent
    #[arg(long, value_name = "PERCENT", default_value_t = 2.0, value_parser = percent)]
    pub(crate) threshold: f64,
    /// What ends with an exit code of its own: slower (3), wrong (4), unresolved (7), failed (8: failed in the head or removed), none
    #[arg(long, value_enum, value_name = "WHAT,..", value_delimiter = ',', default_values_t = [FailOn::Slower, FailOn::Wrong])]
    pub(crate) fail_on: Vec<FailOn>,
    /// Write gate.json, gate.md, gate.html, junit.xml and samples.json into this folder too
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
            workloads: self.workloads.clone(),
            contender: None,
            interpreter: Vec::new(),
            format: Format::Json,
        }
    }

    /// The pattern of the contenders that are judged: where `-c` names none, all of a set file, and some of ours.
    pub(crate) fn judged(&self, has_set: bool) -> Option<&str> {
        self.contender.as_deref().or((!has_set).then_some(OURS))
    }

    /// The arguments with which `list` names the same workloads, and of each all contenders.
    pub(crate) fn of_list(&self) -> Vec<String> {
        fn joined<Part: ToString>(name: &str, parts: &[Part]) -> Option<String> {
            let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
            (!parts.is_empty()).then(|| format!("{name}={}", parts.join(",")))
        }
        let table = if self.full { "--full" } else { "--quick" };
        let recording =
            self.workloads.recording.as_ref().map(|path| format!("--recording={}", path.display()));
        let channels = self.workloads.channels.map(|channels| format!("--channels={}", channels.number()));
        [
            Some(table.to_owned()),
            joined("--task", &self.workloads.tasks),
            joined("--length", &self.workloads.lengths),
            joined("--window", &self.workloads.windows),
            recording,
            channels,
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        gate: GateArguments,
    }

    #[test]
    fn python_contenders_of_ours_are_judged_only_where_they_are_named() {
        let judged = |words: &[&str], has_set| {
            let command = Command::try_parse_from([&["gate"], words].concat()).expect("valid arguments");
            command.gate.judged(has_set).map(str::to_owned)
        };
        assert_eq!(judged(&[], false).as_deref(), Some(OURS));
        assert_eq!(judged(&[], true), None);
        for has_set in [false, true] {
            assert_eq!(judged(&["-c", "^python/"], has_set).as_deref(), Some("^python/"));
        }
    }
}
