//! What does `breakeven compare` accept?

mod given;

use std::path::PathBuf;
use std::str::FromStr;

use breakeven_problem::InputForm;
use clap::{Args, ValueHint};
pub(crate) use given::{Given, Place};
use serde::{Deserialize, Deserializer, de};

use super::{Format, MeasuringArguments, whole_number};

/// Arguments of `compare`.
#[derive(Debug, Clone, Args)]
pub(crate) struct CompareArguments {
    /// What to compare: FILE.py:FUNCTION or MODULE:FUNCTION, a function of the values (and of the window, with --window) or
    /// of what --input makes, LIBRARY.so:SYMBOL, or ./PROGRAM that speaks the program protocol [default: those of breakeven.toml]
    #[arg(value_name = "SPEC", value_hint = ValueHint::FilePath)]
    pub(crate) specs: Vec<String>,
    /// A file that names contenders and what they are compared on [default: breakeven.toml, where no SPEC is given]
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) set: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) settings: ComparisonSettings,
    /// Seeds inputs and orders
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Run your functions in the interpreter that runs ours, in the same process
    #[arg(long)]
    pub(crate) embedded: bool,
    /// Runs your Python functions and ours in this Python too, CPython from 2.7 or PyPy (may be repeated)
    #[arg(long, value_name = "PATH")]
    pub(crate) interpreter: Vec<PathBuf>,
    /// 6 processes
    #[arg(long, conflicts_with = "full")]
    pub(crate) quick: bool,
    /// 10 processes or more, however long they take [default: the same, or 6 where that would take more than half a minute]
    #[arg(long)]
    pub(crate) full: bool,
    #[command(flatten)]
    pub(crate) measuring: MeasuringArguments,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// What may stand on the command line or in a set file: the one is read by clap, the other by serde.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ComparisonSettings {
    /// Your numbers: .npy (one dimension), .csv, .tsv or text [default: uniform on [0, 1), seeded]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) data: Option<Given<PathBuf>>,
    /// Column of the file, by name or number from 1 [default: the only one]
    #[arg(long, value_name = "COLUMN", requires = "data")]
    pub(crate) column: Option<Given<String>>,
    /// Lengths: the first so many values of the file, or what --input makes so many of [default: all of it; 60 without
    /// one; 1000 of what is made]
    #[arg(short = 'n', long = "length", value_name = "LENGTH", value_delimiter = ',', allow_hyphen_values = true, value_parser = |text: &str| whole_number(text).map(Given::option))]
    pub(crate) lengths: Vec<Given<usize>>,
    /// Values per window: functions are called as f(values, window), and give one number per window
    #[arg(short = 'w', long = "window", value_name = "WINDOW", value_delimiter = ',', allow_hyphen_values = true, value_parser = |text: &str| whole_number(text).map(Given::option))]
    pub(crate) windows: Vec<Given<usize>>,
    /// Divisor n - DDOF [default: 0]
    #[arg(long, value_name = "DDOF", allow_hyphen_values = true, value_parser = |text: &str| whole_number(text).map(Given::option))]
    pub(crate) ddof: Option<Given<usize>>,
    /// Another computation than the standard deviation: this contender's answers are the right ones, and it is the baseline
    /// [with --input FILE.py:FUNCTION by default: the first SPEC]
    #[arg(long, value_name = "SPEC", value_hint = ValueHint::FilePath, conflicts_with_all = ["baseline", "ddof"])]
    pub(crate) reference: Option<Given<String>>,
    /// How far an answer may be from the right one, relative [default: 1e-9; 1e-10 without --data; 0 of what is made]
    #[arg(long, value_name = "RELATIVE", allow_hyphen_values = true, value_parser = relative)]
    pub(crate) tolerance: Option<Given<f64>>,
    /// What your Python functions are handed: list, ndarray, or FILE.py:FUNCTION, which is called as make(n, rng) and returns
    /// what they take, several arguments as a tuple [default: list]
    #[arg(long, value_name = "INPUT", value_hint = ValueHint::FilePath)]
    pub(crate) input: Option<Given<Input>>,
    /// Compares two answers to what --input makes: called as same(answer, right), it returns whether they are equal
    /// [default: ==, with NaN equal to NaN, element by element]
    #[arg(long, value_name = "FILE.py:FUNCTION", value_hint = ValueHint::FilePath)]
    pub(crate) equal: Option<Given<String>>,
    /// Hands every call a fresh copy of its input, which is made outside the clock; of several arguments their tuple is taken apart
    /// inside it [default: where a function changes it]
    #[arg(long)]
    pub(crate) fresh: bool,
    /// The Python that runs your functions [default: of $VIRTUAL_ENV, else python3 on PATH]
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath, conflicts_with = "embedded")]
    pub(crate) python: Option<Given<PathBuf>>,
    /// Contender that ratios are taken to [default: the first SPEC]
    #[arg(long, value_name = "ID", value_hint = ValueHint::FilePath)]
    pub(crate) baseline: Option<Given<String>>,
    /// Those of our contenders whose id matches, `.` for all [default: a few; the baseline and the controls always]
    #[arg(short = 'c', long = "contender", value_name = "REGEX")]
    #[serde(rename = "contenders")]
    pub(crate) contender: Option<Given<String>>,
    /// The command that builds what a set names, for `gate`.
    #[arg(skip)]
    pub(crate) build: Option<Given<String>>,
    /// The tables `[[contender]]` of a set file; on the command line each SPEC is one.
    #[arg(skip)]
    #[serde(rename = "contender")]
    pub(crate) functions: Vec<FunctionRequest>,
}

/// A contender that is asked for: a SPEC, with what a set file says beside it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FunctionRequest {
    /// `FILE.py:FUNCTION`, `MODULE:FUNCTION`, `LIBRARY.so:SYMBOL` or `PROGRAM`.
    pub(crate) spec: Given<String>,
    /// Another name than the file's.
    pub(crate) name: Option<Given<String>>,
    /// What it is handed, where not what all are.
    pub(crate) input: Option<Given<Form>>,
    /// The Python that runs it, where not that of all.
    pub(crate) python: Option<Given<PathBuf>>,
    /// Arguments of a program.
    pub(crate) arguments: Option<Given<Vec<String>>>,
}

impl From<Given<String>> for FunctionRequest {
    fn from(spec: Given<String>) -> Self {
        Self { spec, name: None, input: None, python: None, arguments: None }
    }
}

/// What functions are handed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    /// Numbers.
    Numbers(Form),
    /// What this function makes: `FILE.py:FUNCTION`.
    Made(String),
}

impl FromStr for Input {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "list" => Ok(Self::Numbers(Form::List)),
            "ndarray" => Ok(Self::Numbers(Form::Ndarray)),
            spec if spec.contains(':') => Ok(Self::Made(spec.to_owned())),
            _ => Err(format!(
                "{word:?}: write list, ndarray, or FILE.py:FUNCTION for what that function makes"
            )),
        }
    }
}

impl<'de> Deserialize<'de> for Input {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// In which form a function is handed numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Form {
    /// A list of floats.
    List,
    /// A NumPy array of float64.
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

fn relative(text: &str) -> Result<Given<f64>, String> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() && value >= 0.0 => Ok(Given::option(value)),
        _ => Err("write a number that is not negative, as in 1e-9".to_owned()),
    }
}
