//! Where does a value come from: an option of the command line, or a line of a set file?

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};
use toml::Spanned;

/// A value, with where it was given, which a complaint about it begins with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Given<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
}

/// Where a value was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// An option of the command line, or its default.
    CommandLine,
    /// The byte of the set file at which it begins.
    SetFile(usize),
}

impl<T> Given<T> {
    /// As an option of the command line.
    pub(crate) fn option(value: T) -> Self {
        Self { value, place: Place::CommandLine }
    }
}

impl<T: FromStr> FromStr for Given<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, T::Err> {
        text.parse().map(Self::option)
    }
}

/// A path on the command line need not be UTF-8.
impl From<OsString> for Given<PathBuf> {
    fn from(path: OsString) -> Self {
        Self::option(path.into())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<T>::deserialize(deserializer)?;
        let place = Place::SetFile(spanned.span().start);
        Ok(Self { value: spanned.into_inner(), place })
    }
}
