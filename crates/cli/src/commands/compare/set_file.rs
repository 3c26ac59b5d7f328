//! What is in a `breakeven.toml`?
//!
//! A set of contenders that is kept, and on what they are compared: what would otherwise be on the command line.
//! Files are named as seen from the folder it lies in. Every complaint names its line.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use serde::Deserialize;
use toml::Spanned;

use super::specification::Wanted;
use crate::arguments::{CompareArguments, Form};
use crate::stop::Stop;

/// The file that is taken where no SPEC is given.
const NAME: &str = "breakeven.toml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SetFile {
    data: Option<PathBuf>,
    column: Option<String>,
    lengths: Option<Vec<usize>>,
    windows: Option<Vec<usize>>,
    ddof: Option<usize>,
    input: Option<Form>,
    python: Option<PathBuf>,
    baseline: Option<String>,
    reference: Option<String>,
    tolerance: Option<Spanned<f64>>,
    contenders: Option<Spanned<String>>,
    #[serde(default)]
    contender: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    spec: Spanned<String>,
    name: Option<Spanned<String>>,
    input: Option<Form>,
    python: Option<PathBuf>,
    #[serde(default)]
    arguments: Vec<String>,
}

/// A value of the right type that cannot be meant.
struct Flaw {
    byte: usize,
    what: String,
}

impl SetFile {
    /// What the command line would refuse too, which knows no lines.
    fn check(&self) -> Result<(), Flaw> {
        let refuse = |byte, what: &str| Err(Flaw { byte, what: what.to_owned() });
        if let Some(tolerance) = &self.tolerance
            && !(tolerance.get_ref().is_finite() && *tolerance.get_ref() >= 0.0)
        {
            return refuse(
                tolerance.span().start,
                "tolerance: write a number that is not negative, as in 1e-9",
            );
        }
        if let Some(contenders) = &self.contenders
            && regex::Regex::new(contenders.get_ref()).is_err()
        {
            return refuse(contenders.span().start, "contenders: no regular expression");
        }
        for name in self.contender.iter().filter_map(|entry| entry.name.as_ref()) {
            if name.get_ref().trim().is_empty() {
                return refuse(name.span().start, "name: it is empty");
            }
        }
        Ok(())
    }
}

/// The arguments with what a set adds to them, and the contenders that both name. What is on the command line
/// holds where both say something.
///
/// # Errors
/// No contender is named anywhere, or the file is no such set (exit code 2).
pub(super) fn read(arguments: &CompareArguments) -> Result<(CompareArguments, Vec<Wanted>), Stop> {
    let mut all = arguments.clone();
    let mut wanted: Vec<Wanted> = arguments.specs.iter().map(|spec| Wanted::given(spec)).collect();
    let default = Path::new(NAME);
    let path = match &arguments.set {
        Some(path) => path.as_path(),
        None if wanted.is_empty() && default.exists() => default,
        None if wanted.is_empty() => {
            return Err(Stop::usage(anyhow!(
                "nothing to compare: name FILE.py:FUNCTION, or keep a set in {NAME} (see `breakeven compare --help`)"
            )));
        }
        None => return Ok((all, wanted)),
    };
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).with_context(|| shown.clone()).map_err(Stop::usage)?;
    let set: SetFile = toml::from_str(&text).map_err(|error| {
        let line = line_of(&text, error.span().map_or(0, |span| span.start));
        let what = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
        Stop::usage(anyhow!("{shown}, line {line}: {what}"))
    })?;
    set.check()
        .map_err(|flaw| Stop::usage(anyhow!("{shown}, line {}: {}", line_of(&text, flaw.byte), flaw.what)))?;
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    let from = |path: PathBuf| folder.join(path);
    for entry in set.contender {
        wanted.push(Wanted {
            place: format!(
                "{shown}, line {}: {}",
                line_of(&text, entry.spec.span().start),
                entry.spec.get_ref()
            ),
            folder: folder.clone(),
            name: entry.name.map(Spanned::into_inner),
            input: entry.input,
            python: entry.python.map(|path| if path.components().count() > 1 { from(path) } else { path }),
            arguments: entry.arguments,
            spec: entry.spec.into_inner(),
        });
    }
    if wanted.is_empty() {
        return Err(Stop::usage(anyhow!("{shown}: it has no [[contender]] with a spec")));
    }
    let numbers = &mut all.numbers;
    if numbers.data.is_none() {
        numbers.data = set.data.map(from);
        numbers.column = numbers.column.take().or(set.column);
    }
    if numbers.lengths.is_empty() {
        numbers.lengths = set.lengths.unwrap_or_default();
    }
    if numbers.windows.is_empty() {
        numbers.windows = set.windows.unwrap_or_default();
    }
    numbers.ddof = numbers.ddof.or(set.ddof);
    all.input = all.input.or(set.input);
    all.python = all.python.or(set.python);
    all.contender = all.contender.or(set.contenders.map(Spanned::into_inner));
    if all.right.reference.is_none() && all.baseline.is_none() {
        all.baseline = set.baseline;
        all.right.reference = set.reference;
    }
    all.right.tolerance = all.right.tolerance.or(set.tolerance.map(Spanned::into_inner));
    Ok((all, wanted))
}

/// The line of a byte, from 1.
fn line_of(text: &str, byte: usize) -> usize {
    1 + text.bytes().take(byte).filter(|&byte| byte == b'\n').count()
}
