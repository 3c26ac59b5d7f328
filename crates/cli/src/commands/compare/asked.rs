//! What is asked for, by the command line and a set file together?
//!
//! What is on the command line holds where both say something.

use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::place::{Place, Placed};
use super::set_file::SetFile;
use super::specification::Wanted;
use crate::arguments::{CompareArguments, NumbersArguments};
use crate::stop::Stop;

/// The set that is taken where no SPEC is given.
const NAME: &str = "breakeven.toml";

/// A comparison that is asked for.
#[derive(Debug)]
pub(super) struct Asked {
    /// The command line, with the set's `input`, `contenders` and `tolerance`. Of what has a field of its own below it
    /// has only what the command line says.
    pub(super) arguments: CompareArguments,
    pub(super) wanted: Vec<Wanted>,
    pub(super) numbers: AskedNumbers,
    /// The Python of those that name none of their own.
    pub(super) python: Option<Placed<PathBuf>>,
    pub(super) baseline: Option<Placed<String>>,
    /// Whose answers are the right ones.
    pub(super) reference: Option<Wanted>,
}

/// The numbers that are asked for.
#[derive(Debug)]
pub(super) struct AskedNumbers {
    pub(super) data: Option<Placed<PathBuf>>,
    pub(super) column: Option<Placed<String>>,
    pub(super) lengths: Vec<Placed<usize>>,
    pub(super) windows: Vec<Placed<usize>>,
    pub(super) ddof: Option<Placed<usize>>,
    pub(super) seed: u64,
}

impl Asked {
    /// Reads the set, where there is one.
    ///
    /// # Errors
    /// No contender is named anywhere, the file is no such set, or it contradicts the command line (exit code 2).
    pub(super) fn of(arguments: &CompareArguments) -> Result<Self, Stop> {
        let asked = Self::on_command_line(arguments.clone());
        let default = Path::new(NAME);
        let path = match &arguments.set {
            Some(path) => path.as_path(),
            None if !asked.wanted.is_empty() => return Ok(asked),
            None if default.exists() => default,
            None => {
                return Err(Stop::usage(anyhow!(
                    "nothing to compare: name FILE.py:FUNCTION, or keep a set in {NAME} (see `breakeven compare --help`)"
                )));
            }
        };
        let all = asked.with(SetFile::read(path)?)?;
        if all.wanted.is_empty() {
            return Err(Stop::usage(anyhow!("{}: it has no [[contender]] with a spec", path.display())));
        }
        Ok(all)
    }

    fn on_command_line(arguments: CompareArguments) -> Self {
        let NumbersArguments { data, column, lengths, windows, ddof, seed } = arguments.numbers.clone();
        let all =
            |name, values: Vec<usize>| values.into_iter().map(|value| Placed::option(name, value)).collect();
        let reference = arguments.right.reference.as_ref();
        Self {
            wanted: arguments.specs.iter().map(|spec| Wanted::given(spec)).collect(),
            numbers: AskedNumbers {
                data: data.map(|path| Placed::option("--data", path)),
                column: column.map(|column| Placed::option("--column", column)),
                lengths: all("-n", lengths),
                windows: all("--window", windows),
                ddof: ddof.map(|ddof| Placed::option("--ddof", ddof)),
                seed,
            },
            python: arguments.python.clone().map(|path| Placed::option("--python", path)),
            baseline: arguments.baseline.clone().map(|id| Placed::option("--baseline", id)),
            reference: reference.map(|spec| Wanted::reference(spec, &Place::option("--reference"))),
            arguments,
        }
    }

    /// With a set behind it.
    fn with(self, set: SetFile) -> Result<Self, Stop> {
        let Self { mut arguments, mut wanted, numbers, python, baseline, reference } = self;
        let exclusive = baseline.as_ref().map(|baseline| &baseline.place);
        let exclusive = exclusive.or(numbers.ddof.as_ref().map(|ddof| &ddof.place));
        if let (Some(option), Some(reference)) = (exclusive, &set.reference) {
            return Err(Stop::usage(anyhow!(
                "{option}: not beside a reference, which is the baseline, and right, and which {} names",
                reference.place
            )));
        }
        // another computation has neither a divisor nor another baseline
        let is_another = reference.is_some();
        wanted.extend(set.wanted);
        arguments.input = arguments.input.or(set.input);
        arguments.contender = arguments.contender.or(set.contenders);
        arguments.right.tolerance = arguments.right.tolerance.or(set.tolerance);
        let either = |given: Vec<Placed<usize>>, kept| if given.is_empty() { kept } else { given };
        let (data, column) = match numbers.data {
            None => (set.data, numbers.column.or(set.column)),
            Some(_) => (numbers.data, numbers.column),
        };
        Ok(Self {
            arguments,
            wanted,
            numbers: AskedNumbers {
                data,
                column,
                lengths: either(numbers.lengths, set.lengths),
                windows: either(numbers.windows, set.windows),
                ddof: numbers.ddof.or(set.ddof.filter(|_| !is_another)),
                seed: numbers.seed,
            },
            python: python.or(set.python),
            baseline: baseline.or(set.baseline.filter(|_| !is_another)),
            reference: reference.or(set.reference.map(|reference| reference.value)),
        })
    }
}
