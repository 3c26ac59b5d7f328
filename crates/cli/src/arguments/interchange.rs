//! What do `export` and `import` accept?

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// A format that other tools read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// JSON for benchmark-action/github-action-benchmark, tool customSmallerIsBetter
    GithubActionBenchmark,
    /// Bencher Metric Format, for bencher run --adapter json
    Bencher,
    /// A folder as target/criterion, for critcmp
    Criterion,
    /// JSON for pyperf compare_to, stats, hist
    Pyperf,
    /// The results folder of airspeed velocity, for asv show and asv publish
    Asv,
    /// Every row with its raw numbers, for a spreadsheet or a data frame
    Csv,
    /// XML for CI servers: what is wrong or failed is a failure
    Junit,
}

/// Arguments of `export`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ExportArguments {
    /// A record, the folder that holds it, or `baseline` for the one that is blessed in bench-results
    #[arg(value_name = "RECORD")]
    pub(crate) record: PathBuf,
    /// For which tool
    #[arg(long, value_enum)]
    pub(crate) format: ExportFormat,
    /// The file to write, or with criterion and asv the folder [default: standard output; a folder must be named]
    #[arg(long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,
    /// With criterion: the name of the baseline in it [default: the record's label]
    #[arg(long, value_name = "NAME")]
    pub(crate) baseline: Option<String>,
    /// With asv: the commit that was measured [default: that of the record, as Git knows it here]
    #[arg(long, value_name = "HASH")]
    pub(crate) commit: Option<String>,
}

/// Arguments of `import`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ImportResultsArguments {
    /// The folder target/criterion, or JSON files of pyperf, pytest-benchmark or hyperfine; all of one tool
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Folder for records and reports
    #[arg(long, value_name = "DIR", default_value = "bench-results")]
    pub(crate) output: PathBuf,
    /// Name of the record, in it and in its folder [default: the tool's name]
    #[arg(long, value_name = "TEXT")]
    pub(crate) label: Option<String>,
    /// The samples are of this machine: record its facts where the files do not say theirs
    #[arg(long)]
    pub(crate) here: bool,
}
