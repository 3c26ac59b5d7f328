//! How does a command end when it does not end well?
//!
//! One line on stderr, and an exit code that tells the causes apart. docs/exit-codes.md lists them.

use breakeven_record::RecordError;

use crate::arguments::FailOn;

/// Why a command ends without success.
#[derive(Debug)]
pub(crate) struct Stop {
    code: u8,
    error: anyhow::Error,
}

/// What a command returns.
pub(crate) type CommandResult = Result<(), Stop>;

impl Stop {
    /// A fault of this program or this machine: no libpython, an output that cannot be written.
    pub(crate) fn ours(error: impl Into<anyhow::Error>) -> Self {
        Self { code: 1, error: error.into() }
    }

    /// Arguments or input that cannot be used.
    pub(crate) fn usage(error: impl Into<anyhow::Error>) -> Self {
        Self { code: 2, error: error.into() }
    }

    /// A contender got slower.
    pub(crate) fn regression(error: impl Into<anyhow::Error>) -> Self {
        Self { code: 3, error: error.into() }
    }

    /// A verdict is open that was asked for.
    pub(crate) fn unresolved(error: impl Into<anyhow::Error>) -> Self {
        Self { code: 7, error: error.into() }
    }

    /// A contender that was asked for failed, or is no longer there.
    pub(crate) fn failed(error: impl Into<anyhow::Error>) -> Self {
        Self { code: 8, error: error.into() }
    }

    /// A wrong answer that no contender declares.
    pub(crate) fn wrong(error: impl Into<anyhow::Error>) -> Self {
        Self { code: 4, error: error.into() }
    }

    /// The end of a command that has found this of two revisions, each kind with its words and its rows, the gravest first:
    /// the code of the first that has rows and that `fail_on` names, and a message that names them all.
    pub(crate) fn for_findings(found: &[(FailOn, &str, String)], fail_on: &[FailOn]) -> CommandResult {
        let failing = || found.iter().filter(|(kind, _, rows)| kind.is_in(fail_on) && !rows.is_empty());
        let Some((first, _, _)) = failing().next() else { return Ok(()) };
        let all: Vec<String> = failing().map(|(_, what, rows)| format!("{what}: {rows}")).collect();
        let all = anyhow::anyhow!(all.join("; "));
        Err(match first {
            FailOn::Wrong => Self::wrong(all),
            FailOn::Failed => Self::failed(all),
            FailOn::Slower => Self::regression(all),
            FailOn::Unresolved | FailOn::None => Self::unresolved(all),
        })
    }

    /// A record that this version does not read.
    pub(crate) fn other_schema(error: impl Into<anyhow::Error>) -> Self {
        Self { code: 5, error: error.into() }
    }

    /// A record that cannot be read, or written.
    pub(crate) fn of_record(error: RecordError) -> Self {
        match error {
            RecordError::Schema { .. } => Self::other_schema(error),
            RecordError::Unwritable { .. } => Self::ours(error),
            RecordError::Unreadable { .. } | RecordError::Malformed { .. } => Self::usage(error),
        }
    }

    /// A record that cannot be compared with what is here.
    pub(crate) fn not_comparable(error: impl Into<anyhow::Error>) -> Self {
        Self { code: 5, error: error.into() }
    }

    /// A valid filter that matches nothing.
    pub(crate) fn nothing_matches(error: impl Into<anyhow::Error>) -> Self {
        Self { code: 6, error: error.into() }
    }

    /// Interrupted; what was finished is kept.
    pub(crate) fn interrupted(error: impl Into<anyhow::Error>) -> Self {
        Self { code: 130, error: error.into() }
    }

    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        self.code
    }
}

impl std::fmt::Display for Stop {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // the text of many errors contains that of their cause
        let mut text = String::new();
        for cause in self.error.chain().map(ToString::to_string) {
            if !text.contains(&cause) {
                text = if text.is_empty() { cause } else { format!("{text}: {cause}") };
            }
        }
        formatter.write_str(&text)
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn a_cause_that_the_text_contains_is_not_repeated() {
        let twice = anyhow!("no such file").context("cannot read x: no such file").context("--data x");
        assert_eq!(Stop::usage(twice).to_string(), "--data x: cannot read x: no such file");
        assert_eq!(Stop::usage(anyhow!("b").context("a")).to_string(), "a: b");
    }
}
