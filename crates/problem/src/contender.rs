//! What must an implementation offer to be compared?

use std::sync::Arc;

use crate::{Answer, Data, Workload};

/// One implementation of one or more tasks.
///
/// Listing contenders costs nothing: no interpreter starts and nothing is imported before
/// [`Contender::version`] or [`Contender::prepare`] is called, both in a worker process.
pub trait Contender: Send + Sync {
    /// Its id, input form and contract.
    fn about(&self) -> &About;

    /// The instruction set it has chosen, where it chooses one.
    fn isa(&self) -> Option<&'static str> {
        None
    }

    /// Whether it implements this workload at all (its task, its sizes). A `false` makes no row.
    fn offers(&self, workload: &Workload) -> bool;

    /// Whether this machine is large enough for it on the whole of this workload, which it offers.
    ///
    /// # Errors
    /// What is too large here.
    fn fits(&self, _workload: &Workload) -> Result<(), Absence> {
        Ok(())
    }

    /// The version of what is measured, which also proves that the contender is available.
    ///
    /// # Errors
    /// What is missing, and the line that would install it.
    fn version(&self) -> Result<String, Absence>;

    /// Everything that is not timed: makes its input form of each of `inputs`, compiles, allocates.
    ///
    /// # Errors
    /// It is absent here, or fails on these inputs.
    fn prepare(&self, workload: &Workload, inputs: &Arc<[Data]>) -> Result<Box<dyn Prepared>, Refusal>;
}

/// A contender ready to be timed on a workload's inputs.
pub trait Prepared {
    /// Makes ready what the next batch is handed, before the clock starts.
    ///
    /// # Errors
    /// It cannot be made.
    fn ready(&mut self, _input: usize, _loops: u64) -> Result<(), Failure> {
        Ok(())
    }

    /// Does the work `loops` times on input number `input`: this, and nothing else, is timed.
    ///
    /// # Errors
    /// The implementation raised; the rest of the batch is not run.
    fn run(&mut self, input: usize, loops: u64) -> Result<(), Failure>;

    /// Nanoseconds that the last run took by the clock of another process, where that process did the work:
    /// communication with it is not part of the work.
    fn own_ns(&self) -> Option<u64> {
        None
    }

    /// How many calls a batch may have; none where that does not matter. Where each call is handed a copy of its own, to make
    /// them may take longer than the calls.
    fn most_loops(&self) -> Option<u64> {
        None
    }

    /// Whether the last batch has left its input as it was, after the clock has stopped.
    ///
    /// # Errors
    /// [`CHANGES_ITS_INPUT`](crate::CHANGES_ITS_INPUT).
    fn check_input(&mut self) -> Result<(), Failure> {
        Ok(())
    }

    /// The answer of the last run's last loop, converted after the clock has stopped.
    ///
    /// # Errors
    /// Nothing was run, or what came back is not an answer (a string, a wrong shape).
    fn answer(&mut self) -> Result<Answer, Failure>;
}

/// What is known of a contender without starting anything.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    /// `family/name`, as in `rust/naive`.
    pub id: String,
    /// What it does, in one line.
    pub summary: &'static str,
    /// The form of its input.
    pub input: InputForm,
    /// What it promises of its answers.
    pub contract: Contract,
    /// Threads it uses.
    pub threads: usize,
}

impl About {
    /// The family: how the contender is reached.
    #[must_use]
    pub fn family(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }
}

/// The form in which a contender takes its input: a conversion to another form is part of its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum InputForm {
    /// A Python list (of floats; of lists of ints for a recording).
    List,
    /// A NumPy array, made before the clock starts.
    Ndarray,
    /// An `array.array`.
    Array,
    /// A Rust slice.
    Slice,
    /// Whatever a user's function makes.
    Made,
    /// None: a control that takes no input.
    Nothing,
}

impl InputForm {
    /// The lower-case word used in records.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            InputForm::List => "list",
            InputForm::Ndarray => "ndarray",
            InputForm::Array => "array",
            InputForm::Slice => "slice",
            InputForm::Made => "made",
            InputForm::Nothing => "nothing",
        }
    }
}

/// What a contender promises of its answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Contract {
    /// Correctly rounded: bit-identical to the oracle.
    Exact,
    /// Within 1e-14 relative of the exact value on every finite window.
    Fast,
    /// Right within the workload's tolerance but for these declared failures.
    Peer(&'static [KnownFailure]),
    /// A control: it computes nothing that could be wrong.
    Control,
}

impl Contract {
    /// The lower-case word used in records.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Contract::Exact => "exact",
            Contract::Fast => "fast",
            Contract::Peer(_) => "peer",
            Contract::Control => "control",
        }
    }

    /// The declared failure that covers `place`, a workload id or the name of a conformance case.
    #[must_use]
    pub fn known_failure(self, place: &str) -> Option<&'static KnownFailure> {
        match self {
            Contract::Peer(known) => known.iter().find(|failure| failure.covers(place)),
            _ => None,
        }
    }
}

/// A failure that is declared: timed and shown as wrong, never ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownFailure {
    /// Workload ids and conformance cases, separated by spaces; a `*` stands for any text, or none.
    pub place: &'static str,
    /// What comes out.
    pub symptom: &'static str,
    /// Where it is publicly described.
    pub source: &'static str,
}

impl KnownFailure {
    /// Whether this failure covers `place`.
    ///
    /// # Example
    /// ```
    /// use breakeven_problem::KnownFailure;
    /// let known = KnownFailure { place: "case/spike-* sliding/offset-*-w75", symptom: "", source: "" };
    /// assert!(known.covers("case/spike-1e8-n25-ddof0") && known.covers("sliding/offset-1000-w75"));
    /// assert!(!known.covers("sliding/offset-1000-w750") && !known.covers("sliding/normal-1000-w75"));
    /// ```
    #[must_use]
    pub fn covers(&self, place: &str) -> bool {
        self.patterns().any(|pattern| stands_for(pattern, place))
    }

    /// Its places one by one, each with its `*`.
    pub fn patterns(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.place.split_whitespace()
    }
}

/// Whether a pattern, in which `*` is any text or none, stands for this place.
pub(crate) fn stands_for(pattern: &str, place: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == place,
        Some((start, rest)) => place.strip_prefix(start).is_some_and(|end| {
            let mut ends = end.char_indices().map(|(index, _)| &end[index..]).chain([""]);
            ends.any(|end| stands_for(rest, end))
        }),
    }
}

/// Why a contender cannot take part here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Absence {
    /// What is missing.
    pub reason: String,
    /// The line that would install it, where there is one.
    pub install: Option<String>,
}

impl Absence {
    /// Why a contender that exists to use several threads is absent where there is one processor; none where there are
    /// more.
    #[must_use]
    pub fn without_processors(threads: usize) -> Option<Self> {
        let reason = "only one processor is available: it would be the contender without threads".to_owned();
        (threads < 2).then_some(Self { reason, install: None })
    }
}

/// A contender that raised, or whose answer has no meaning.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub String);

/// Why nothing could be prepared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not available here.
    #[error(transparent)]
    Absent(#[from] Absence),
    /// Available, and it failed.
    #[error(transparent)]
    Failed(#[from] Failure),
}
