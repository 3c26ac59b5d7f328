//! Which contender does `family/name` or `family/name@interpreter` name?

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

/// Id of the A/A control: the baseline measured a second time.
pub const AA_CONTROL: &str = "control/aa";

/// Id of the reference workload, with which slow calls are compared.
pub const REFERENCE: &str = "control/reference";

/// Stands between a contender's name and the interpreter it ran in, where that is not the embedded one.
pub const INTERPRETER_MARK: char = '@';

/// The id of a contender, taken apart once. It reads, compares and is stored as its text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct ContenderId {
    text: String,
    family: Family,
    /// Where the interpreter's mark stands, if the id has one.
    mark: Option<usize>,
}

/// How a contender is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Python code of ours, or an installed package.
    Python,
    /// The talk's extension in C++.
    Cpp,
    /// Our module, from Python.
    Extension,
    /// Rust, from Rust.
    Rust,
    /// Measured beside the contenders, not one of them.
    Control,
    /// The user's own.
    User,
    /// A family that this version does not know.
    Other,
}

impl ContenderId {
    /// The id as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How the contender is reached.
    #[must_use]
    pub fn family(&self) -> Family {
        self.family
    }

    /// What stands behind the family, without the interpreter.
    #[must_use]
    pub fn name(&self) -> &str {
        let base = self.base();
        base.split_once('/').map_or(base, |(_, name)| name)
    }

    /// The id without the interpreter.
    #[must_use]
    pub fn base(&self) -> &str {
        self.mark.map_or(&self.text, |mark| &self.text[..mark])
    }

    /// The further interpreter that it ran in; none where that is the embedded one or the user's own.
    #[must_use]
    pub fn interpreter(&self) -> Option<&str> {
        self.mark.map(|mark| &self.text[mark + INTERPRETER_MARK.len_utf8()..])
    }

    /// Whether it is measured beside the contenders and is not one of them.
    #[must_use]
    pub fn is_control(&self) -> bool {
        self.family == Family::Control
    }

    /// Whether it is the user's own.
    #[must_use]
    pub fn is_users(&self) -> bool {
        self.family == Family::User
    }
}

/// The same of an id that is still text, as it is in requests and lists.
#[must_use]
pub fn is_control(id: &str) -> bool {
    Family::of(id) == Family::Control
}

impl Family {
    /// The family that an id names.
    #[must_use]
    pub fn of(id: &str) -> Self {
        match id.split_once('/').map(|(family, _)| family) {
            Some("python") => Family::Python,
            Some("cpp") => Family::Cpp,
            Some("extension") => Family::Extension,
            Some("rust") => Family::Rust,
            Some("control") => Family::Control,
            Some("user") => Family::User,
            _ => Family::Other,
        }
    }
}

impl From<String> for ContenderId {
    fn from(text: String) -> Self {
        let family = Family::of(&text);
        // a user's file may have any name, and runs in one interpreter only
        let mark = if family == Family::User { None } else { text.find(INTERPRETER_MARK) };
        Self { text, family, mark }
    }
}

impl From<&str> for ContenderId {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<&String> for ContenderId {
    fn from(text: &String) -> Self {
        Self::from(text.clone())
    }
}

impl From<ContenderId> for String {
    fn from(id: ContenderId) -> Self {
        id.text
    }
}

impl Deref for ContenderId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for ContenderId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.text, formatter)
    }
}

impl PartialEq<str> for ContenderId {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl PartialEq<&str> for ContenderId {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl PartialEq<String> for ContenderId {
    fn eq(&self, other: &String) -> bool {
        self.text == *other
    }
}

impl PartialEq<ContenderId> for &str {
    fn eq(&self, other: &ContenderId) -> bool {
        *self == other.text
    }
}

impl PartialEq<ContenderId> for String {
    fn eq(&self, other: &ContenderId) -> bool {
        *self == other.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_a_family_a_name_and_perhaps_an_interpreter() {
        #[rustfmt::skip]
        let table = [
            ("rust/naive", Family::Rust, "naive", None),
            ("python/naive@2.7.18", Family::Python, "naive", Some("2.7.18")),
            ("control/aa", Family::Control, "aa", None),
            ("user/a@b.py:f", Family::User, "a@b.py:f", None),
            ("user/control/x.py:f", Family::User, "control/x.py:f", None),
            ("unknown", Family::Other, "unknown", None),
        ];
        for (text, family, name, interpreter) in table {
            let id = ContenderId::from(text);
            assert_eq!((id.family(), id.name(), id.interpreter()), (family, name, interpreter), "{text}");
            assert_eq!(serde_json::to_string(&id).ok(), Some(format!("{text:?}")));
        }
    }
}
