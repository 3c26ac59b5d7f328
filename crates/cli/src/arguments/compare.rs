//! What can be said to `breakeven compare`?

use std::path::PathBuf;
use std::time::Duration;

use breakeven_problem::InputForm;
use clap::{Args, ValueEnum, ValueHint};
use serde::Deserialize;

use super::{Format, duration};

/// Arguments of `compare`.
#[derive(Debug, Clone, Args)]
pub(crate) struct CompareArguments {
    /// What to compare: FILE.py:FUNCTION, a function of the values (and of the window, with --window),
    /// LIBRARY.so:SYMBOL, or ./PROGRAM that speaks the program protocol [default: those of breakeven.toml]
    #[arg(value_name = "SPEC", value_hint = ValueHint::FilePath)]
    pub(crate) specs: Vec<String>,
    /// A set that is kept: contenders and on what [default: breakeven.toml, where no SPEC is given]
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) set: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) numbers: NumbersArguments,
    #[command(flatten)]
    pub(crate) right: RightArguments,
    /// What your Python functions are handed [default: list]
    #[arg(long, value_enum)]
    pub(crate) input: Option<Form>,
    /// The Python that runs your functions [default: of $VIRTUAL_ENV, else python3 on PATH]
    #[arg(long, value_name = "PATH", conflicts_with = "embedded")]
    pub(crate) python: Option<PathBuf>,
    /// Run your functions in the interpreter that runs ours, in the same process
    #[arg(long)]
    pub(crate) embedded: bool,
    /// Runs your Python functions and ours in this Python too, CPython from 2.7 or PyPy (may be repeated)
    #[arg(long, value_name = "PATH")]
    pub(crate) interpreter: Vec<PathBuf>,
    /// Contender that ratios are taken to [default: python/naive, for windows rust/incremental]
    #[arg(long, value_name = "ID", value_hint = ValueHint::FilePath)]
    pub(crate) baseline: Option<String>,
    /// Those of our contenders whose id matches, `.` for all [default: a few; the baseline and the controls always]
    #[arg(short = 'c', long = "contender", value_name = "REGEX")]
    pub(crate) contender: Option<String>,
    /// 6 processes
    #[arg(long, conflicts_with = "full")]
    pub(crate) quick: bool,
    /// 10 processes, however long they take [default: 10, or 6 where they would take more than half a minute]
    #[arg(long)]
    pub(crate) full: bool,
    #[command(flatten)]
    pub(crate) run: RunningArguments,
}

/// Which numbers.
#[derive(Debug, Clone, Args)]
pub(crate) struct NumbersArguments {
    /// Your numbers: .npy (one dimension), .csv, .tsv or text [default: uniform on [0, 1), seeded]
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,
    /// Column of the file, by name or number from 1 [default: the only one]
    #[arg(long, value_name = "COLUMN", requires = "data")]
    pub(crate) column: Option<String>,
    /// Lengths: the first so many values of the file [default: all of it; 60 without one]
    #[arg(short = 'n', long = "length", value_name = "LENGTH", value_delimiter = ',')]
    pub(crate) lengths: Vec<usize>,
    /// Values per window: functions are called as f(values, window), and give one number per window
    #[arg(short = 'w', long = "window", value_name = "WINDOW", value_delimiter = ',')]
    pub(crate) windows: Vec<usize>,
    /// Divisor n - DDOF [default: 0]
    #[arg(long, value_name = "DDOF")]
    pub(crate) ddof: Option<usize>,
    /// Seeds inputs and orders
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// What a right answer is.
#[derive(Debug, Clone, Args)]
pub(crate) struct RightArguments {
    /// Another computation than the standard deviation: this contender's answers are the right ones, and it is the baseline
    #[arg(long, value_name = "SPEC", value_hint = ValueHint::FilePath, conflicts_with_all = ["baseline", "ddof"])]
    pub(crate) reference: Option<String>,
    /// How far an answer may be from the right one, relative [default: 1e-9; 1e-10 without --data]
    #[arg(long, value_name = "RELATIVE", value_parser = relative)]
    pub(crate) tolerance: Option<f64>,
}

/// How it is measured and shown: as for `run`.
#[derive(Debug, Clone, Args)]
pub(crate) struct RunningArguments {
    /// Folder for records and reports
    #[arg(long, value_name = "DIR", default_value = "bench-results")]
    pub(crate) output: PathBuf,
    /// Name of this run [default: compare]
    #[arg(long, value_name = "TEXT")]
    pub(crate) label: Option<String>,
    /// Check the functions, show who takes part on what, and stop
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Fail unless this contender is measured (may be repeated)
    #[arg(long, value_name = "ID")]
    pub(crate) require: Vec<String>,
    /// Add processes, up to three times as many, where a verdict is not resolved; intervals are widened for it
    #[arg(long)]
    pub(crate) until_resolved: bool,
    /// As --until-resolved, while this much time is left (90s, 5m, 1h)
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) budget: Option<Duration>,
    /// Do not keep workers on one processor
    #[arg(long)]
    pub(crate) no_pin: bool,
    /// Address space of each worker and of each program; 0 for no limit [default: three quarters of the memory, 4 at least]
    #[arg(long, value_name = "GIB")]
    pub(crate) memory: Option<u64>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// What a function is handed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Form {
    /// A list of floats
    List,
    /// A NumPy array of float64
    Ndarray,
}

impl From<Form> for InputForm {
    fn from(form: Form) -> Self {
        match form {
            Form::List => InputForm::List,
            Form::Ndarray => InputForm::Ndarray,
        }
    }
}

fn relative(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() && value >= 0.0 => Ok(value),
        _ => Err("write a number that is not negative, as in 1e-9".to_owned()),
    }
}
