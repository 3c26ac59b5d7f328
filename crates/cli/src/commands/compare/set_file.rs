//! What is in a `breakeven.toml`?
//!
//! A set of contenders that is kept, and on what they are compared: what would otherwise be on the command line.
//! Files are named as seen from the folder it lies in. Every complaint names its line.

use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use serde::Deserialize;
use toml::Spanned;

use super::place::{Place, Placed};
use super::specification::Wanted;
use crate::arguments::Form;
use crate::stop::Stop;

/// What a set says, its files as seen from the current folder.
#[derive(Debug)]
pub(super) struct SetFile {
    pub(super) data: Option<Placed<PathBuf>>,
    pub(super) column: Option<Placed<String>>,
    pub(super) lengths: Vec<Placed<usize>>,
    pub(super) windows: Vec<Placed<usize>>,
    pub(super) ddof: Option<Placed<usize>>,
    pub(super) input: Option<Form>,
    pub(super) python: Option<Placed<PathBuf>>,
    pub(super) baseline: Option<Placed<String>>,
    pub(super) reference: Option<Placed<Wanted>>,
    pub(super) tolerance: Option<f64>,
    /// Which of ours, as `-c`.
    pub(super) contenders: Option<String>,
    /// The contenders.
    pub(super) wanted: Vec<Wanted>,
}

impl SetFile {
    /// Reads a set.
    ///
    /// # Errors
    /// It cannot be read, or says what cannot be meant (exit code 2).
    pub(super) fn read(path: &Path) -> Result<Self, Stop> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).with_context(|| shown.clone()).map_err(Stop::usage)?;
        let source = Source { path, text: &text };
        let written: Written = toml::from_str(&text).map_err(|error| {
            let what = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
            Stop::usage(anyhow!("{}: {what}", source.line(&error.span().unwrap_or_default())))
        })?;
        let set = source.set(written)?;
        set.check()?;
        Ok(set)
    }

    /// What the command line would refuse too, which knows no lines.
    fn check(&self) -> Result<(), Stop> {
        let beside_reference = [
            self.baseline.as_ref().map(|baseline| &baseline.place),
            self.ddof.as_ref().map(|ddof| &ddof.place),
        ];
        if self.reference.is_some()
            && let Some(place) = beside_reference.into_iter().flatten().next()
        {
            return Err(refused(place, "not beside a reference, which is the baseline, and right"));
        }
        match &self.column {
            Some(column) if self.data.is_none() => Err(refused(&column.place, "there is no data beside it")),
            _ => Ok(()),
        }
    }
}

fn refused(place: &Place, what: &str) -> Stop {
    Stop::usage(anyhow!("{place}: {what}"))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    data: Option<Spanned<PathBuf>>,
    column: Option<Spanned<String>>,
    #[serde(default)]
    lengths: Vec<Spanned<usize>>,
    #[serde(default)]
    windows: Vec<Spanned<usize>>,
    ddof: Option<Spanned<usize>>,
    input: Option<Form>,
    python: Option<Spanned<PathBuf>>,
    baseline: Option<Spanned<String>>,
    reference: Option<Spanned<String>>,
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
    input: Option<Spanned<Form>>,
    python: Option<Spanned<PathBuf>>,
    arguments: Option<Spanned<Vec<String>>>,
}

/// The file that is read.
struct Source<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Source<'_> {
    fn set(&self, written: Written) -> Result<SetFile, Stop> {
        let from_here = |path: PathBuf| self.folder().join(path);
        let tolerance = written.tolerance.map(|tolerance| self.placed("tolerance", tolerance));
        if let Some(Placed { value, place }) = &tolerance
            && !(value.is_finite() && *value >= 0.0)
        {
            return Err(refused(place, "write a number that is not negative, as in 1e-9"));
        }
        let contenders = written.contenders.map(|pattern| self.placed("contenders", pattern));
        if let Some(Placed { value, place }) = &contenders
            && regex::Regex::new(value).is_err()
        {
            return Err(refused(place, "no regular expression"));
        }
        let wanted = written.contender.into_iter().map(|entry| self.wanted(entry));
        Ok(SetFile {
            data: written.data.map(|data| self.placed("data", data).map(from_here)),
            column: written.column.map(|column| self.placed("column", column)),
            lengths: self.all_placed("lengths", written.lengths),
            windows: self.all_placed("windows", written.windows),
            ddof: written.ddof.map(|ddof| self.placed("ddof", ddof)),
            input: written.input,
            python: written.python.map(|path| self.python(path)),
            baseline: written.baseline.map(|baseline| self.placed("baseline", baseline)),
            reference: written.reference.map(|spec| self.reference(spec)),
            tolerance: tolerance.map(|tolerance| tolerance.value),
            contenders: contenders.map(|contenders| contenders.value),
            wanted: wanted.collect::<Result<_, _>>()?,
        })
    }

    fn wanted(&self, entry: Entry) -> Result<Wanted, Stop> {
        let name = entry.name.map(|name| self.placed("name", name));
        if let Some(Placed { place, .. }) = name.as_ref().filter(|name| name.value.trim().is_empty()) {
            return Err(refused(place, "it is empty"));
        }
        Ok(Wanted {
            place: format!("{}: {}", self.line(&entry.spec.span()), entry.spec.get_ref()),
            folder: self.folder().to_owned(),
            name: name.map(|name| name.value),
            input: entry.input.map(|input| self.placed("input", input)),
            python: entry.python.map(|path| self.python(path)),
            arguments: entry.arguments.map(|arguments| self.placed("arguments", arguments)),
            spec: entry.spec.into_inner(),
        })
    }

    fn reference(&self, spec: Spanned<String>) -> Placed<Wanted> {
        let Placed { value: spec, place } = self.placed("reference", spec);
        let folder = self.folder().to_owned();
        Placed { value: Wanted { folder, ..Wanted::reference(&spec, &place) }, place }
    }

    /// A bare name is looked for on `PATH`.
    fn python(&self, path: Spanned<PathBuf>) -> Placed<PathBuf> {
        let from_here = |path: PathBuf| {
            if path.components().count() > 1 { self.folder().join(path) } else { path }
        };
        self.placed("python", path).map(from_here)
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    fn all_placed<T>(&self, key: &'static str, values: Vec<Spanned<T>>) -> Vec<Placed<T>> {
        values.into_iter().map(|value| self.placed(key, value)).collect()
    }

    fn placed<T>(&self, key: &'static str, value: Spanned<T>) -> Placed<T> {
        let place = Place::key(self.line(&value.span()), key);
        Placed { value: value.into_inner(), place }
    }

    /// The line, from 1, in which these bytes begin: `breakeven.toml, line 3`.
    fn line(&self, bytes: &Range<usize>) -> String {
        let line = 1 + self.text.bytes().take(bytes.start).filter(|&byte| byte == b'\n').count();
        format!("{}, line {line}", self.path.display())
    }
}
