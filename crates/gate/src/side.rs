//! Which of the two revisions is meant?

use std::fmt;

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
