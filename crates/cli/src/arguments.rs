//! What does the command line accept?

mod compare;
mod gate;
mod history;
mod interchange;

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use breakeven_pedometer::Channels;
use breakeven_problem::Task;
use breakeven_recordings::{AccelerationUnit, Column, DecimalSign, RotationUnit, Scale, TimeUnit};
use clap::{Args, Parser, Subcommand, ValueEnum};
pub(crate) use compare::{CompareArguments, ComparisonSettings, Form, FunctionRequest, Given, Input, Place};
pub(crate) use gate::GateArguments;
pub(crate) use history::{
    BlessArguments, FolderArguments, HistoryCommand, ListArguments, TalkArguments, TrendArguments,
};
pub(crate) use interchange::{ExportArguments, ExportFormat, ImportResultsArguments};

/// From which input size on does a faster version of a function pay? Times functions of yours beside each other, checks every answer,
/// and says how certain each figure is.
#[derive(Debug, Parser)]
#[command(
    name = "breakeven",
    version,
    after_help = "Example: breakeven compare mine.py:sorted_copy mine.py:heap --input mine.py:make -n 10,100,1000"
)]
pub(crate) struct CommandLine {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Times your own functions beside ours, on your data, with every answer checked
    #[command(
        after_help = "Example: breakeven compare mine.py:sorted_copy mine.py:heap --input mine.py:make -n 10,100,1000\n\
                      Example: breakeven compare mine.py:std other.py:fast --data x.npy --window 75\n\n\
                      Your functions run in your own Python, with your imports, in one process with our Python contenders, and \
                      in the same rounds. docs/compare.md says what they are handed and what they may return, and how \
                      breakeven.toml keeps a set.\n\n\
                      Exit codes: 0 all of yours were timed, and right; 2 one cannot be loaded; 4 a wrong answer of one of yours; \
                      8 one of yours raised, crashed, or could not be timed (docs/exit-codes.md has the others)."
    )]
    Compare(Box<CompareArguments>),
    /// Lists the workloads of a mode and the contenders on each
    #[command(after_help = "Example: breakeven list -t whole -n 25 -c numpy")]
    List(SelectionArguments),
    /// Checks every contender's answers against the oracle, without timing
    #[command(after_help = "Example: breakeven verify -t sliding")]
    Verify(SelectionArguments),
    /// Verifies and times; writes a record and a report
    #[command(after_help = "Example: breakeven run --quick --recording walk_100hz_3ch.bin\n\
                             Example: breakeven run --quick -t whole --interpreter python2.7 --interpreter ~/old/bin/python")]
    Run(RunArguments),
    /// Counts the steps in recordings: int16, CSV or NumPy files
    #[command(
        after_help = "Example: breakeven steps --acceleration m/s2 --time-unit ns --time 1 --columns 2,3,4 walk.csv\n\n\
                      Error on the 12 Oxford validation recordings: 1.47 % in the mean, 3.8 % at worst. Without the \
                      feedback the count is as good; what movements other than walking give has not been measured. \
                      docs/steps.md says how files are read and mended."
    )]
    Steps(StepsArguments),
    /// Makes the page, tables or JSON of a record, or compares a second one with it
    #[command(
        after_help = "Example: breakeven report bench-results/20261122T203105Z-amd-epyc --format markdown\n\
                      Example: breakeven report bench-results/BEFORE bench-results/AFTER\n\n\
                      With two records A and B: how each contender's ratio to the baseline moved, with an interval. \
                      Exit code 3 where one got slower beyond the noise thresholds of both, 4 where one is wrong in B \
                      that does not declare it, 5 where the two cannot be compared; --fail-on chooses others."
    )]
    Report(ReportArguments),
    /// Builds and measures two revisions beside each other: did a change make anything slower?
    #[command(after_help = "Example: breakeven gate --base main\n\n\
                      In a repository with a breakeven.toml the functions that this names are compared, in breakeven's own its \
                      contenders. \
                      Base and head are measured in turns on one processor. What a first stage suspects, a second one decides \
                      by new processes. Exit code 3 where something regressed, 4 where an answer became wrong; --fail-on \
                      chooses others. docs/gate.md says how it is judged and what becomes of an interrupted gate.")]
    Gate(GateArguments),
    /// Lists the records of a folder, shows how figures moved over them, and says which record is the baseline
    #[command(
        subcommand,
        after_help = "Example: breakeven history trend -t sliding\n\n\
                      docs/history.md says how changes are found and what the baseline is for."
    )]
    History(HistoryCommand),
    /// Writes a record in the format of another tool
    #[command(
        after_help = "Example: breakeven export bench-results/RECORD --format pyperf --output record.pyperf.json\n\n\
                      docs/interchange.md says what each tool reads of it."
    )]
    Export(ExportArguments),
    /// Makes a record of what Criterion, pyperf, pytest-benchmark or hyperfine measured
    #[command(after_help = "Example: breakeven import target/criterion --here\n\n\
                      Nothing is verified or paired: the record has times and no ratios. docs/interchange.md says what else \
                      it lacks.")]
    Import(ImportResultsArguments),
    /// Finds and explains what is missing on this machine
    #[command(after_help = "Example: breakeven doctor")]
    Doctor(DoctorArguments),
    /// Measures for `run`; speaks the protocol of docs/protocol.md
    #[command(hide = true, after_help = "Example: breakeven worker --note FILE --output FILE --pin 1")]
    Worker(WorkerArguments),
    /// Serves functions of a shared library to `compare`
    #[command(hide = true, after_help = "Example: breakeven library")]
    Library,
    /// Counts references for `run`, around calls of which one leaks
    #[command(hide = true, after_help = "Example: breakeven ownership")]
    Ownership,
    /// Becomes a program of `compare`, which ends with the process that started it
    #[command(hide = true, after_help = "Example: breakeven adopt -- python3 worker.py")]
    Adopt(AdoptArguments),
}

/// Which of a table's workloads, and what they are made of.
#[derive(Debug, Clone, Args)]
pub(crate) struct WorkloadArguments {
    /// Only these tasks: whole, sliding, feedback, pedometer, anatomy
    #[arg(short = 't', long = "task", value_name = "TASK", value_delimiter = ',')]
    pub(crate) tasks: Vec<Task>,
    /// Only these lengths (values, or rows of a recording)
    #[arg(short = 'n', long = "length", value_name = "LENGTH", value_delimiter = ',', allow_hyphen_values = true, value_parser = whole_number)]
    pub(crate) lengths: Vec<usize>,
    /// Only these windows (values per window)
    #[arg(short = 'w', long = "window", value_name = "WINDOW", value_delimiter = ',', allow_hyphen_values = true, value_parser = whole_number)]
    pub(crate) windows: Vec<usize>,
    /// Raw little-endian int16 at 100 Hz [default: the Oxford hour under $BREAKEVEN_DATA, else a synthetic hour]
    #[arg(long, value_name = "FILE")]
    pub(crate) recording: Option<PathBuf>,
    /// Channels of the recording, 3 or 6 [default: told by _3ch or _6ch in its name]
    #[arg(long, value_name = "3|6", requires = "recording")]
    pub(crate) channels: Option<Channels>,
    /// Seeds inputs and orders
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// Which workloads, with whom: all arguments of `list` and `verify`, and those that `run` shares with them.
#[derive(Debug, Clone, Args)]
pub(crate) struct SelectionArguments {
    /// A few minutes: eight sizes of small arrays, one sliding window, calls taken apart, the pedometer; 6 processes
    #[arg(long, conflicts_with = "full")]
    pub(crate) quick: bool,
    /// Every contender on every workload of the default table, and one call of the baseline on the whole recording; at least 10 processes
    #[arg(long)]
    pub(crate) full: bool,
    /// Which of the workloads, and what they are made of.
    #[command(flatten)]
    pub(crate) workloads: WorkloadArguments,
    /// Only contenders whose id matches; the baseline and the controls always take part
    #[arg(short = 'c', long = "contender", value_name = "REGEX")]
    pub(crate) contender: Option<String>,
    /// Runs the Python and NumPy contenders in this Python too: CPython from 2.7, or PyPy (may be repeated)
    #[arg(long, value_name = "PATH")]
    pub(crate) interpreter: Vec<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// How a result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a terminal
    Text,
    /// For a README or a job summary
    Markdown,
    /// For programs
    Json,
}

/// Arguments of `run`.
#[derive(Debug, Clone, Args)]
pub(crate) struct RunArguments {
    #[command(flatten)]
    pub(crate) selection: SelectionArguments,
    #[command(flatten)]
    pub(crate) measuring: MeasuringArguments,
    /// Resume this record: measure the workloads and stages that it lacks, with the same plan, seed and environment
    #[arg(
        long,
        value_name = "RECORD",
        conflicts_with_all = ["quick", "full", "tasks", "lengths", "windows", "contender", "seed", "label", "output", "no_pin", "memory", "until_resolved"]
    )]
    pub(crate) resume: Option<PathBuf>,
}

/// How `run` and `compare` measure, and where to.
#[derive(Debug, Clone, Args)]
pub(crate) struct MeasuringArguments {
    /// Folder for records and reports
    #[arg(long, value_name = "DIR", default_value = "bench-results")]
    pub(crate) output: PathBuf,
    /// Name of this run, in the record and its folder [default: the CPU model for `run`, the word compare for `compare`]
    #[arg(long, value_name = "TEXT")]
    pub(crate) label: Option<String>,
    /// Show workloads, contenders and the estimated time, and stop; `compare` calls each function once before
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Fail unless this contender is measured (may be repeated)
    #[arg(long, value_name = "ID")]
    pub(crate) require: Vec<String>,
    /// Add processes, up to three times as many, where a verdict is not resolved; intervals are widened for it
    #[arg(long)]
    pub(crate) until_resolved: bool,
    /// As --until-resolved, while this much time is left; begins nothing afterwards (90s, 5m, 1h)
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) budget: Option<Duration>,
    /// Print every table, not only the answer in one screen
    #[arg(long)]
    pub(crate) details: bool,
    /// Do not keep workers on one processor
    #[arg(long)]
    pub(crate) no_pin: bool,
    /// How to show on stderr how far it is
    #[arg(long, value_enum, value_name = "FORM", default_value_t = ProgressForm::Bar)]
    pub(crate) progress: ProgressForm,
    /// Address space of each worker and of each of your programs; 0 for no limit [default: three quarters of the memory, 4 at least]
    #[arg(long, value_name = "GIB")]
    pub(crate) memory: Option<u64>,
}

/// How a measurement shows how far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProgressForm {
    /// A bar, where stderr is a terminal
    Bar,
    /// For programs: a line `progress: ...` after each process
    Lines,
    /// Not at all
    None,
}

/// How `steps` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StepsFormat {
    /// For a terminal
    Text,
    /// For programs: breakeven.steps/1, or breakeven.accuracy/1 with a reference
    Json,
    /// One line per recording
    Csv,
}

/// How files are read, where they do not say so themselves.
#[derive(Debug, Clone, Args)]
pub(crate) struct ImportArguments {
    /// The FILEs are parts of one recording, joined by their times, or row after row
    #[arg(long)]
    pub(crate) join: bool,
    /// Channels to read, 3 or 6 [default: all the file has; for raw int16 told by _3ch or _6ch in its name]
    #[arg(long, value_name = "3|6")]
    pub(crate) channels: Option<Channels>,
    /// Columns of ax,ay,az[,gx,gy,gz], by name or by number from 1 [default: by their names]
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub(crate) columns: Vec<Column>,
    /// Column of times, by name or number, or `none` [default: by its name]
    #[arg(long, value_name = "COLUMN")]
    pub(crate) time: Option<Column>,
    /// Unit of the times: s, ms, us or ns [default: in the column's name]
    #[arg(long, value_name = "UNIT")]
    pub(crate) time_unit: Option<TimeUnit>,
    /// Unit of accelerations: g, mg, m/s2 or counts [default: in the columns' names]
    #[arg(long, value_name = "UNIT")]
    pub(crate) acceleration: Option<AccelerationUnit>,
    /// Unit of rotations: deg/s, rad/s or counts [default: in the columns' names]
    #[arg(long, value_name = "UNIT")]
    pub(crate) rotation: Option<RotationUnit>,
    /// Counts per g of a sensor, as in 16384, or per g and per deg/s, as in 16384,131; accelerations are counts then
    #[arg(long, value_name = "COUNTS")]
    pub(crate) scale: Option<Scale>,
    /// Rows per second where there are no times, 5 to 10000 [default: by the lines before the header, else 100]
    #[arg(long, value_name = "HZ", conflicts_with = "time")]
    pub(crate) rate: Option<f64>,
    /// Lines at the start of each text that are neither header nor rows
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(crate) skip_lines: u64,
    /// Sign before the decimals of a text: . or , [default: a comma where cells have one and it does not separate them]
    #[arg(long, value_name = ".|,")]
    pub(crate) decimal: Option<DecimalSign>,
    /// Count recordings too of which 1 % or more is beyond 16 g, or 2000 degrees per second
    #[arg(long)]
    pub(crate) accept_clipped: bool,
}

/// Arguments of `steps`.
#[derive(Debug, Clone, Args)]
pub(crate) struct StepsArguments {
    /// Recordings: .csv, .tsv or .txt tables, .npy arrays, else raw little-endian int16 at 100 Hz
    #[arg(value_name = "FILE", required_unless_present = "synthetic", conflicts_with = "synthetic")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) import: ImportArguments,
    /// Compare with an index of parts and their reference steps, with the feedback on and off
    #[arg(long, value_name = "INDEX")]
    pub(crate) reference: Option<PathBuf>,
    /// Compare with the known steps of a synthetic walk of so many rows instead, a day's at most
    #[arg(long, value_name = "ROWS", conflicts_with = "reference")]
    pub(crate) synthetic: Option<usize>,
    /// Seeds the synthetic walk
    #[arg(long, value_name = "NUMBER", default_value_t = 1, requires = "synthetic")]
    pub(crate) seed: u64,
    /// Write a page with the signal, the gate and every step of one recording, which is read into memory for it
    #[arg(long, value_name = "FILE.html", conflicts_with_all = ["reference", "synthetic"])]
    pub(crate) page: Option<PathBuf>,
    /// Recordings counted at the same time [default: one per processor]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// How to print
    #[arg(long, value_enum, default_value_t = StepsFormat::Text)]
    pub(crate) format: StepsFormat,
}

/// What a comparison of two revisions can find that ends it with an exit code of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum FailOn {
    /// A wrong answer that no contender declares.
    Wrong,
    /// A contender failed, or is no longer there.
    Failed,
    /// A contender got slower.
    Slower,
    /// A verdict is open.
    Unresolved,
    /// Nothing: whatever is found, the exit code is 0.
    None,
}

impl FailOn {
    /// Whether this, where it is found, ends a command that was given `fail_on`.
    pub(crate) fn is_in(self, fail_on: &[Self]) -> bool {
        fail_on.contains(&self) && !fail_on.contains(&Self::None)
    }
}

/// A percentage from 0 to 100.
fn percent(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(percent),
        _ => Err(format!("{text} is no percentage from 0 to 100, such as 2 or 0.5")),
    }
}

/// Arguments of `report`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ReportArguments {
    /// A record, the folder that holds it, or `baseline` for the one that is blessed in bench-results
    #[arg(value_name = "RECORD")]
    pub(crate) record: PathBuf,
    /// A second record, or its folder, to compare with the first
    #[arg(value_name = "OTHER", conflicts_with = "splice")]
    pub(crate) other: Option<PathBuf>,
    /// Where the page of two records goes [default: comparison.html beside the second]
    #[arg(long, value_name = "FILE.html", requires = "other")]
    pub(crate) output: Option<PathBuf>,
    /// What ends with an exit code of its own: slower (3), wrong (4), unresolved (7), failed (8: failed in B or not in it), none
    #[arg(long, value_enum, value_name = "WHAT,..", value_delimiter = ',', default_values_t = [FailOn::Slower, FailOn::Wrong], requires = "other")]
    pub(crate) fail_on: Vec<FailOn>,
    /// The largest change that counts as none, in per cent
    #[arg(long, value_name = "PERCENT", default_value_t = 2.0, value_parser = percent, requires = "other")]
    pub(crate) threshold: f64,
    /// Compare the Python contenders too, among them the installed packages
    #[arg(long, requires = "other")]
    pub(crate) peers: bool,
    /// Replace the blocks of this Markdown file between `<!-- NAME:begin -->` and `<!-- NAME:end -->`, where NAME is claims, choice, anatomy, ladder, sliding, ownership, interpreters, warnings or environment
    #[arg(long, value_name = "FILE")]
    pub(crate) splice: Option<PathBuf>,
    /// Write the answer alone (sentence, figure, table) to this file, as HTML to put into another page, such as a notebook
    #[arg(long, value_name = "FILE.html", conflicts_with = "other")]
    pub(crate) fragment: Option<PathBuf>,
    /// Write every row of the comparison with its raw numbers to this file too; one record: breakeven export --format csv
    #[arg(long, value_name = "FILE.csv", requires = "other")]
    pub(crate) csv: Option<PathBuf>,
    /// Print every table, not only the answer in one screen
    #[arg(long, conflicts_with = "other")]
    pub(crate) details: bool,
    /// How to print what the page says
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// Arguments of `doctor`.
#[derive(Debug, Clone, Args)]
pub(crate) struct DoctorArguments {
    /// Only what is there and what is missing: the processors' noise, which takes seconds, is not measured
    #[arg(long)]
    pub(crate) fast: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// Arguments of `worker`.
#[derive(Debug, Clone, Args)]
pub(crate) struct WorkerArguments {
    /// File for notes
    #[arg(long)]
    pub(crate) note: PathBuf,
    /// File for what contenders print
    #[arg(long)]
    pub(crate) output: PathBuf,
    /// Processor to stay on
    #[arg(long)]
    pub(crate) pin: Option<usize>,
    /// Bytes of address space it may use
    #[arg(long)]
    pub(crate) memory: Option<u64>,
    /// File with a user's contenders and interpreters; they exchange files with the worker in its folder
    #[arg(long)]
    pub(crate) user: Option<PathBuf>,
}

/// Arguments of `adopt`.
#[derive(Debug, Clone, Args)]
pub(crate) struct AdoptArguments {
    /// Bytes of address space that it may use
    #[arg(long)]
    pub(crate) memory: Option<u64>,
    /// The program and its arguments
    #[arg(last = true, required = true)]
    pub(crate) command: Vec<OsString>,
}

/// `90s`, `5m`, `1h`, or a number of seconds.
fn duration(text: &str) -> Result<Duration, String> {
    let (number, seconds) = match text.char_indices().last() {
        Some((end, 's')) => (&text[..end], 1),
        Some((end, 'm')) => (&text[..end], 60),
        Some((end, 'h')) => (&text[..end], 3600),
        _ => (text, 1),
    };
    let number: u64 = number.parse().map_err(|_| "write 90s, 5m or 1h".to_owned())?;
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(|| "that is too long".to_owned())
}

/// What a length, a window, or a ddof must be.
pub(crate) fn whole_number(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "write a whole number that is not negative, as in 100".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_a_whole_number_with_a_unit() {
        for (text, seconds) in [("60s", 60), ("5m", 300), ("1h", 3600), ("7", 7)] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "s", "-1s", "1.5h", "1d", "99999999999999999999s", "9999999999999999999h"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
