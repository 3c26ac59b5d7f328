//! Why does a gate end without a judgement?

use std::path::PathBuf;

use breakeven_measure::crew::CrewError;
use breakeven_measure::run::RunError;

use crate::side::Name;

/// A gate that has no judgement.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// There is no git, or the folder is in no repository.
    #[error("{folder} is in no git repository: {reason}")]
    NoRepository {
        /// The folder.
        folder: PathBuf,
        /// What git says.
        reason: String,
    },
    /// A repository without history.
    #[error("{folder} has no commit yet, so that there is nothing to compare with")]
    NoCommit {
        /// Its top.
        folder: PathBuf,
    },
    /// A revision that git does not know.
    #[error("--base {revision}: no such revision{hint}")]
    UnknownRevision {
        /// As it was asked for.
        revision: String,
        /// What to do in a shallow clone.
        hint: &'static str,
    },
    /// Nothing to compare with follows from the history.
    #[error("no merge base with the default branch was found: name one with --base REV{hint}")]
    NoMergeBase {
        /// What to do in a shallow clone.
        hint: &'static str,
    },
    /// A command of git failed.
    #[error("git {command}: {reason}")]
    Git {
        /// Its arguments.
        command: String,
        /// What it says.
        reason: String,
    },
    /// A revision does not build.
    #[error("the {side} ({commit}) does not build: {reason} (all of it is in {log})")]
    DoesNotBuild {
        /// Base or head.
        side: Name,
        /// Its commit.
        commit: String,
        /// The first error.
        reason: String,
        /// What the build printed.
        log: PathBuf,
    },
    /// A build from before workers, or whose workers speak another version of the protocol.
    #[error("the {side} cannot be measured beside the other: {reason}")]
    OtherProtocol {
        /// Base or head.
        side: Name,
        /// What its program said.
        reason: String,
    },
    /// The two have nothing in common that could be compared.
    #[error("base and head have no contender in common among those asked for")]
    NothingInCommon,
    /// Stopped from outside.
    #[error("interrupted; what was measured is kept, and the same gate goes on with it")]
    Interrupted,
    /// A file or folder.
    #[error("{path}: {source}")]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The measurement failed.
    #[error(transparent)]
    Run(RunError),
}

impl GateError {
    /// A file or folder that cannot be used.
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}

impl From<RunError> for GateError {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Crew(CrewError::Halted) => Self::Interrupted,
            other => Self::Run(other),
        }
    }
}
