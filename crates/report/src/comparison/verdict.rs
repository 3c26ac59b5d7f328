//! What may be said of a contender in two records, and in which words?

use breakeven_estimate::Verdict;
use serde::{Deserialize, Serialize};

/// What may be said of a contender in two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeVerdict {
    /// Right in A and wrong in B; or wrong in B without declaring it, whatever came of it in A but the same.
    BecameWrong,
    /// The whole interval of the change lies above 1 by more than the noise thresholds of both: a regression.
    Slower,
    /// The whole interval lies below 1 by more than the noise thresholds of both.
    Faster,
    /// Wrong in A and right in B.
    BecameRight,
    /// Measured in A and not in B.
    Disappeared,
    /// Measured in B and not in A.
    Appeared,
    /// None of these: the interval holds more than one of them.
    NotResolved,
    /// The whole interval lies within the tolerance.
    Equivalent,
    /// The contender is the baseline, and the reference workload cannot tell whether it moved.
    Baseline,
    /// Measured in neither, or not the same thing in both.
    NotCompared,
}

impl From<Verdict> for ChangeVerdict {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Baseline => ChangeVerdict::Baseline,
            Verdict::Faster => ChangeVerdict::Faster,
            Verdict::Slower => ChangeVerdict::Slower,
            Verdict::Equivalent => ChangeVerdict::Equivalent,
            Verdict::NotResolved => ChangeVerdict::NotResolved,
        }
    }
}

impl ChangeVerdict {
    /// Every verdict, the most urgent first.
    pub const ALL: [ChangeVerdict; 10] = [
        ChangeVerdict::BecameWrong,
        ChangeVerdict::Slower,
        ChangeVerdict::Faster,
        ChangeVerdict::BecameRight,
        ChangeVerdict::Disappeared,
        ChangeVerdict::Appeared,
        ChangeVerdict::NotResolved,
        ChangeVerdict::Equivalent,
        ChangeVerdict::Baseline,
        ChangeVerdict::NotCompared,
    ];

    /// The words used in texts.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            ChangeVerdict::BecameWrong => "became wrong",
            ChangeVerdict::Slower => "slower",
            ChangeVerdict::Faster => "faster",
            ChangeVerdict::BecameRight => "became right",
            ChangeVerdict::Disappeared => "disappeared",
            ChangeVerdict::Appeared => "appeared",
            ChangeVerdict::NotResolved => "not resolved",
            ChangeVerdict::Equivalent => "equivalent",
            ChangeVerdict::Baseline => "baseline",
            ChangeVerdict::NotCompared => "not compared",
        }
    }

    /// A sign that tells verdicts apart without colour.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            ChangeVerdict::BecameWrong => "✗",
            ChangeVerdict::Slower => "▼",
            ChangeVerdict::Faster => "▲",
            ChangeVerdict::BecameRight => "✓",
            ChangeVerdict::Disappeared => "−",
            ChangeVerdict::Appeared => "+",
            ChangeVerdict::NotResolved => "?",
            ChangeVerdict::Equivalent => "=",
            ChangeVerdict::Baseline => "•",
            ChangeVerdict::NotCompared => "–",
        }
    }
}
