//! Which of the two revisions is meant?

use std::fmt;

use serde::{Deserialize, Serialize};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// What is compared with.
    Base,
    /// What is judged.
    Head,
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Name::Base => "base",
            Name::Head => "head",
        })
    }
}

/// Something of each of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Both<Of> {
    /// The base's.
    pub base: Of,
    /// The head's.
    pub head: Of,
}
