//! What does `history` accept?

use std::path::PathBuf;

use breakeven_problem::Task;
use clap::{Args, Subcommand};

use super::{Format, percent, whole_number};

/// What to do with the records of a folder.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum HistoryCommand {
    /// Lists the records, oldest first, and names what cannot be read
    #[command(after_help = "Example: breakeven history list --format markdown")]
    List(ListArguments),
    /// Shows how each contender's figures moved, and where their level changed; writes a page
    #[command(after_help = "Example: breakeven history trend -t whole -c '^rust/'\n\n\
                            Ratios are compared across machines, which is advisory, times only within one environment. A \
                            change is found in 12 records of a contender or more.")]
    Trend(TrendArguments),
    /// Makes a record the baseline that `breakeven report baseline OTHER` compares with
    #[command(
        after_help = "Example: breakeven history bless bench-results/20261124T055443Z-default --reason 'first full run'"
    )]
    Bless(BlessArguments),
    /// Says of every record which of the talk's claims it reproduces
    #[command(after_help = "Example: breakeven history talk --committed --splice docs/talk.md")]
    Talk(TalkArguments),
}

/// Which records.
#[derive(Debug, Clone, Args)]
pub(crate) struct FolderArguments {
    /// Folder with a folder per record
    #[arg(value_name = "FOLDER", default_value = "bench-results")]
    pub(crate) folder: PathBuf,
    /// Only records that Git knows (git ls-files)
    #[arg(long)]
    pub(crate) committed: bool,
}

/// Arguments of `history list`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ListArguments {
    #[command(flatten)]
    pub(crate) folder: FolderArguments,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// Arguments of `history trend`.
#[derive(Debug, Clone, Args)]
pub(crate) struct TrendArguments {
    #[command(flatten)]
    pub(crate) folder: FolderArguments,
    /// Only these tasks: whole, sliding, feedback, pedometer, anatomy
    #[arg(short = 't', long = "task", value_name = "TASK", value_delimiter = ',')]
    pub(crate) tasks: Vec<Task>,
    /// Only these lengths (values, or rows of a recording)
    #[arg(short = 'n', long = "length", value_name = "LENGTH", value_delimiter = ',', value_parser = whole_number)]
    pub(crate) lengths: Vec<usize>,
    /// Only these windows (values per window)
    #[arg(short = 'w', long = "window", value_name = "WINDOW", value_delimiter = ',', value_parser = whole_number)]
    pub(crate) windows: Vec<usize>,
    /// Only contenders whose id matches
    #[arg(short = 'c', long = "contender", value_name = "REGEX")]
    pub(crate) contender: Option<String>,
    /// The largest change of a level that counts as none, in per cent
    #[arg(long, value_name = "PERCENT", default_value_t = 2.0, value_parser = percent)]
    pub(crate) threshold: f64,
    /// Where the page goes [default: history.html in the folder]
    #[arg(long, value_name = "FILE.html")]
    pub(crate) output: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// Arguments of `history bless`.
#[derive(Debug, Clone, Args)]
pub(crate) struct BlessArguments {
    /// The record, or the folder that holds it
    #[arg(value_name = "RECORD")]
    pub(crate) record: PathBuf,
    /// Why this one, for whoever reads it later
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

/// Arguments of `history talk`.
#[derive(Debug, Clone, Args)]
pub(crate) struct TalkArguments {
    #[command(flatten)]
    pub(crate) folder: FolderArguments,
    /// Replace what stands in this Markdown file between `<!-- machines:begin -->` and `<!-- machines:end -->`
    #[arg(long, value_name = "FILE")]
    pub(crate) splice: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}
