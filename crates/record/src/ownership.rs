//! How many references to our function's argument and result did Python count, before, during and after a call?

use serde::{Deserialize, Serialize};

use crate::words::worded_enum;

/// Reference counts around three calls, and what they left behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnershipRecord {
    /// Items of each list.
    pub length: usize,
    /// Calls after which memory was counted, each on a list of its own.
    pub calls: usize,
    /// A call that succeeds, one that fails midway, and one that leaks on purpose.
    pub scenarios: Vec<Scenario>,
}

/// One kind of call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scenario {
    /// How it ends.
    pub kind: ScenarioKind,
    /// The function that is called.
    pub call: String,
    /// The references before the call.
    pub before: References,
    /// The references while the item in the middle is asked for its number; none where it was not asked.
    pub during: Option<References>,
    /// The references when the call is over, and its result and exception are gone.
    pub after: References,
    /// References to the result; none where there was no result.
    pub result: Option<i64>,
    /// The kind of exception that came out.
    pub raised: Option<String>,
    /// Blocks of memory more than before, after all calls.
    pub blocks_left: i64,
}

worded_enum! {
    /// How a call ends.
    pub enum ScenarioKind {
        /// With a number.
        Succeeds = "succeeds",
        /// With the exception of an item in the middle.
        Fails = "fails",
        /// With a number, and references that are never given back: on purpose.
        Leaks = "leaks",
    }
}

/// How many references there are to the argument of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct References {
    /// To the list.
    pub list: i64,
    /// To its first item, which has been read when the middle one is asked for its number.
    pub read: i64,
    /// To the item in the middle, which counts them.
    pub asked: i64,
    /// To its last item, which has not been read at that time.
    pub unread: i64,
}

impl References {
    /// What is counted, and how many there are, in the order of the call.
    #[must_use]
    pub fn named(&self) -> [(&'static str, i64); 4] {
        [
            ("the list", self.list),
            ("first item, read", self.read),
            ("middle item, asked", self.asked),
            ("last item, not read yet", self.unread),
        ]
    }
}

impl Scenario {
    /// Whether every reference was given back: the counts after the call are those before it.
    ///
    /// # Example
    /// ```
    /// use breakeven_record::ownership::{References, Scenario, ScenarioKind};
    /// let before = References { list: 1, read: 1, asked: 2, unread: 1 };
    /// let scenario = Scenario {
    ///     kind: ScenarioKind::Leaks,
    ///     call: "leak".to_owned(),
    ///     before,
    ///     during: None,
    ///     after: References { read: 2, ..before },
    ///     result: Some(1),
    ///     raised: None,
    ///     blocks_left: 1000,
    /// };
    /// assert!(!scenario.gives_back());
    /// ```
    #[must_use]
    pub fn gives_back(&self) -> bool {
        self.after == self.before
    }
}
