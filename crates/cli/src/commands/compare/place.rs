//! Where was something asked for?

use std::fmt;

/// An option of the command line, or a line of a set file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// `breakeven.toml, line 3`; `None` for the command line.
    line: Option<String>,
    /// `--data`, or `data` in a set file.
    name: &'static str,
}

impl Place {
    /// An option of the command line, as it is written there.
    pub(super) fn option(name: &'static str) -> Self {
        Self { line: None, name }
    }

    /// A key of a set file, in this line of it.
    pub(super) fn key(line: String, name: &'static str) -> Self {
        Self { line: Some(line), name }
    }

    /// How another value of the same place is asked for: `--column` beside `--data`, `column` beside `data`.
    pub(super) fn beside(&self, key: &str) -> String {
        if self.line.is_some() { key.to_owned() } else { format!("--{key}") }
    }
}

/// As complaints begin: `--data`, or `breakeven.toml, line 3: data`.
impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.line {
            Some(line) => write!(out, "{line}: {}", self.name),
            None => out.write_str(self.name),
        }
    }
}

/// A value, with where it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed<T> {
    pub(super) value: T,
    pub(super) place: Place,
}

impl<T> Placed<T> {
    /// As an option of the command line.
    pub(super) fn option(name: &'static str, value: T) -> Self {
        Self { value, place: Place::option(name) }
    }

    /// Another value of the same place.
    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> Placed<U> {
        Placed { value: change(self.value), place: self.place }
    }
}
