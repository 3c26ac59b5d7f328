//! What did a rung change against the one it started from, and why is it there?
//!
//! One entry per rung of the pedometer that this version knows. A record may hold others: they are shown without.

/// In what a rung differs from the one it started from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The same work, written in or compiled from another language.
    Language,
    /// Less, more or other work for the same answer.
    Algorithm,
    /// The same work on wider registers or more processors.
    Hardware,
}

impl Change {
    /// All, in the order in which a page explains them.
    pub const ALL: [Change; 3] = [Change::Language, Change::Algorithm, Change::Hardware];

    /// The lower-case word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Change::Language => "language",
            Change::Algorithm => "algorithm",
            Change::Hardware => "hardware",
        }
    }
}

/// A step of the ladder: from which rung, and what it changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Id of the rung it leads to.
    pub to: &'static str,
    /// Id of the rung it starts from; empty for the first.
    pub from: &'static str,
    /// In what they differ; nothing for the first.
    pub changes: &'static [Change],
    /// What was done, in a few words.
    pub what: &'static str,
    /// The reason that the rung exists.
    pub why: &'static str,
}

impl Step {
    /// `language and algorithm`; empty for the first rung.
    #[must_use]
    pub fn words(&self) -> String {
        let words: Vec<&str> = self.changes.iter().map(|change| change.word()).collect();
        match words.as_slice() {
            [] => String::new(),
            [only] => (*only).to_owned(),
            [head @ .., last] => format!("{} and {last}", head.join(", ")),
        }
    }
}

/// The step that leads to a contender; `None` for one that this version does not know.
///
/// ```
/// use breakeven_report::change::{Change, step};
/// assert_eq!(step("rust/incremental").map(|step| step.changes), Some(&[Change::Algorithm][..]));
/// assert_eq!(step("user/mine.py:std"), None);
/// ```
#[must_use]
pub fn step(contender: &str) -> Option<&'static Step> {
    STEPS.iter().find(|step| step.to == contender)
}

/// From the talk's own loop upwards.
pub const STEPS: [Step; 14] = {
    use Change::{Algorithm, Hardware, Language};
    [
        Step {
            to: "python/naive",
            from: "",
            changes: &[],
            what: "the talk’s loop and its two functions, all in Python",
            why: "where the talk starts: all others are measured against it",
        },
        Step {
            to: "python/statistics",
            from: "python/naive",
            changes: &[Algorithm],
            what: "statistics.pstdev in the same loop: exact fractions, correctly rounded",
            why: "what the standard library offers, and what its exactness costs",
        },
        Step {
            to: "python/numpy-window",
            from: "python/naive",
            changes: &[Language],
            what: "np.std in the same loop, one call per window",
            why: "the talk’s first remedy, which failed: a call costs more than the 75 values in it",
        },
        Step {
            to: "cpp/talk",
            from: "python/naive",
            changes: &[Language, Algorithm],
            what: "the slides’ C++ in the same loop: a copy to a vector, then E[x²] − mean²",
            why: "the talk’s own remedy, with its own code",
        },
        Step {
            to: "python/std-extension",
            from: "python/naive",
            changes: &[Language],
            what: "standard_dev compiled, called from the same Python loop",
            why: "the talk’s remedy at its best: however fast the function is, the loop stays Python",
        },
        Step {
            to: "python/numpy-lanes",
            from: "python/numpy-window",
            changes: &[Algorithm],
            what: "running sums of all channels and widths in one NumPy array; only time is a Python loop",
            why: "the most that NumPy can do: the feedback forbids to vectorise along time",
        },
        Step {
            to: "python/numba-two-pass",
            from: "python/naive",
            changes: &[Language],
            what: "the same two passes, the whole loop compiled by Numba",
            why: "the remedy that needs no second language",
        },
        Step {
            to: "rust/naive",
            from: "python/naive",
            changes: &[Language],
            what: "the same two passes, the whole loop compiled",
            why: "the talk’s real remedy: 117× needs all of the loop compiled",
        },
        Step {
            to: "rust/ndarray",
            from: "rust/naive",
            changes: &[Algorithm],
            what: "the ndarray crate’s mean and std: Welford’s recurrence, a division a value",
            why: "what the usual array library gives in Rust",
        },
        Step {
            to: "python/numba-incremental",
            from: "python/numba-two-pass",
            changes: &[Algorithm],
            what: "exact integer sums carried from window to window, compiled by Numba",
            why: "how far Python goes with a better algorithm and a compiler",
        },
        Step {
            to: "rust/incremental",
            from: "rust/naive",
            changes: &[Algorithm],
            what: "exact integer sums carried from window to window",
            why: "the better algorithm: the width of a window costs nothing any more",
        },
        Step {
            to: "extension/bank",
            from: "python/std-extension",
            changes: &[Language, Algorithm, Hardware],
            what: "the whole recording in one call from Python: what rust/simd does",
            why: "what a Python program gets when the loop, not the function, is compiled",
        },
        Step {
            to: "rust/simd",
            from: "rust/incremental",
            changes: &[Hardware],
            what: "the same sums, one lane per width: many roots at once, no division",
            why: "what is left is a root for each standard deviation: as many at once as registers hold",
        },
        Step {
            to: "rust/simd-threads",
            from: "rust/simd",
            changes: &[Hardware],
            what: "the same bank, its channels side by side on every processor",
            why: "all of the machine",
        },
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_starts_from_a_rung_that_is_there_and_says_what_it_changed() {
        for (place, step) in STEPS.iter().enumerate() {
            assert_eq!(step.from.is_empty(), place == 0, "{}", step.to);
            assert_eq!(step.changes.is_empty(), place == 0, "{}", step.to);
            assert!(place == 0 || STEPS.iter().any(|other| other.to == step.from), "{}", step.to);
            assert_eq!(STEPS.iter().filter(|other| other.to == step.to).count(), 1, "{}", step.to);
        }
    }
}
