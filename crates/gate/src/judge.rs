//! What may be said of a row, from the samples of its two stages?
//!
//! The figure of a triple is the median over its rounds of the head's time over the base's, each by the clock or over
//! that of the reference workload beside it ([`Scale`]); that of a stage is the median
//! over triples, which are the independent repetitions, with the interval of the sign test. The screening suspects each
//! row whose 90 % interval lies on one side of 1. A decision rests on the second stage alone, whose intervals miss with a
//! probability of 1 % at most for all suspected rows together (Bonferroni): what the first stage suspected by chance is
//! then as likely to be cleared as any other row. Like every verdict of this project it also has to clear what the A/A
//! control shows, here the base measured again.

use std::collections::BTreeMap;

use breakeven_estimate::change::verdict_on_change;
use breakeven_estimate::confidence;
use breakeven_estimate::figure::Figure;
use breakeven_estimate::power::{distance_beyond, standard_deviation};
use breakeven_estimate::{
    Estimate, ProcessValue, Verdict, does_not_extrapolate, log_ratios, median, ns_per_unit, over_processes,
};
use breakeven_record::contender_id::REFERENCE;
use breakeven_record::{Outcome, WorkloadRecord};

use crate::judgement::Ratios;
use crate::pairing::ROUNDS;
use crate::samples::Sides;

/// Triples of the screening: the fewest whose second smallest and second largest enclose the median in 90 %, so that one
/// disturbed triple widens no interval.
pub const SCREENING_TRIPLES: usize = 8;

/// The probability that the interval of the screening misses, for one row.
pub const SCREENING_ERROR: f64 = 0.10;

/// The probability that an interval of the decision misses, for all suspected rows together.
pub const DECISION_ERROR: f64 = 0.01;

/// So many comparisons have the same error at once as intervals of 95 % that are widened for them.
const COMPARISONS: usize = 5;

/// Triples of the decision at least: few rows are suspected, so many triples cost little.
const LEAST_DECISION_TRIPLES: usize = 24;

/// What times are taken to before they are compared.
///
/// A program on the other thread of the core slows down what needs all of the core's units, the reference workload among
/// it, and hardly what waits for its own last addition; so neither scale is the steadier one for all contenders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Nothing: nanoseconds.
    Clock,
    /// The reference workload's batch of the same round.
    Reference,
}

impl Scale {
    /// The scale on which the base and the base again differ less from triple to triple. It is chosen in the screening,
    /// where neither the head nor any sample of the decision has a say.
    #[must_use]
    pub fn steadier(sides: &Sides<WorkloadRecord>, contender: &str) -> Self {
        let spread = |scale| {
            Measured::of(sides, contender, scale).map(|measured| standard_deviation(&measured.control))
        };
        match (spread(Self::Clock), spread(Self::Reference)) {
            (Some(clock), Some(reference)) if reference < clock => Self::Reference,
            _ => Self::Clock,
        }
    }
}

/// What a stage has measured of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Logarithm of the head's time over the base's, per triple.
    changes: Vec<ProcessValue>,
    /// The same of the base again, over the base.
    control: Vec<ProcessValue>,
}

impl Measured {
    /// What the three sides say of a contender; `None` where it was not timed on all of them.
    #[must_use]
    pub fn of(sides: &Sides<WorkloadRecord>, contender: &str, scale: Scale) -> Option<Self> {
        let times = sides.map(|side| -> BTreeMap<usize, f64> {
            let logarithms = |value: ProcessValue| (value.process, value.value.ln());
            match scale {
                Scale::Clock => ns_per_unit(side, contender).into_iter().map(logarithms).collect(),
                Scale::Reference => {
                    let ratios = log_ratios(side, contender, REFERENCE).into_iter();
                    ratios.map(|value| (value.process, value.value)).collect()
                }
            }
        });
        let changes = per_triple(&times.head, &times.base);
        let control = per_triple(&times.again, &times.base);
        (!changes.is_empty() && !control.is_empty()).then_some(Self { changes, control })
    }

    /// The head's time over the base's, with an interval that misses with this probability.
    #[must_use]
    pub fn change(&self, error: f64) -> Figure {
        let plain: Vec<f64> = self.changes.iter().map(|triple| triple.value).collect();
        let interval = confidence::interval(&self.changes, error);
        let figure = Figure {
            value: median(&plain),
            low: interval.map(|known| known.low),
            high: interval.map(|known| known.high),
        };
        figure.map(f64::exp)
    }

    /// The ratio of every triple.
    #[must_use]
    pub fn ratios(&self) -> Ratios {
        let ratios =
            |triples: &[ProcessValue]| triples.iter().map(|triple| triple.value.exp()).collect::<Vec<_>>();
        Ratios { head: ratios(&self.changes), again: ratios(&self.control) }
    }

    /// How far from 1 the farther end of the A/A control's 95 % interval is; `None` of too few triples.
    #[must_use]
    pub fn noise(&self) -> Option<f64> {
        let Estimate { low, high, .. } = over_processes(&self.control, 1)?.map(f64::exp);
        Some(high.max(1.0 / low) - 1.0)
    }

    /// Whether the screening suspects the row, where changes of up to `threshold` count as none.
    #[must_use]
    pub fn is_suspected(&self, threshold: f64) -> bool {
        let change = self.change(SCREENING_ERROR);
        let lies_beside_1 =
            change.low.is_some_and(|low| low > 1.0) || change.high.is_some_and(|high| high < 1.0);
        lies_beside_1 && !is_within(change, threshold)
    }

    /// What the screening says of a row that it does not suspect.
    #[must_use]
    pub fn cleared(&self, threshold: f64) -> Verdict {
        if is_within(self.change(SCREENING_ERROR), threshold) {
            Verdict::Equivalent
        } else {
            Verdict::NotResolved
        }
    }

    /// What the second stage says, of one of so many rows.
    #[must_use]
    pub fn decided(&self, rows: usize, threshold: f64) -> Verdict {
        self.noise().map_or(Verdict::NotResolved, |noise| {
            verdict_on_change(self.change(error_of_one(rows)), noise, threshold)
        })
    }

    /// The smallest ratio above 1 that the decision on one row finds with a probability of 80 %, where triples differ as
    /// those of the A/A control do here.
    #[must_use]
    pub fn minimum_detectable_ratio(&self, threshold: f64) -> Option<f64> {
        let beyond = self.noise()?.max(threshold);
        let distance = distance_beyond(decision_triples(1), COMPARISONS)?;
        Some((1.0 + beyond) * (distance * standard_deviation(&self.control)).exp())
    }
}

/// Triples of a decision on so many rows: the fewest, 24 at least, whose second smallest and
/// second largest enclose the median often enough.
#[must_use]
pub fn decision_triples(rows: usize) -> usize {
    let is_enough =
        |triples: &usize| confidence::rank(*triples, error_of_one(rows)).is_some_and(|rank| rank >= 2);
    (LEAST_DECISION_TRIPLES..).find(is_enough).unwrap_or(LEAST_DECISION_TRIPLES)
}

/// The probability with which the interval of one of so many rows may miss.
#[must_use]
pub fn error_of_one(rows: usize) -> f64 {
    DECISION_ERROR / rows.max(1) as f64
}

/// Why a row cannot be judged by its times, with what is to be said instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Untimed {
    /// The head's answer is wrong, and it does not declare that.
    Wrong(String),
    /// Measured in the base, not in the head.
    Failed(String),
    /// Not measured in the base, or extrapolated from what does not extrapolate.
    Unknown(String),
}

/// Whether a row has times to judge it by, and if not, why.
#[must_use]
pub fn untimed(sides: &Sides<WorkloadRecord>, contender: &str) -> Option<Untimed> {
    let outcome = |side: &WorkloadRecord| -> (Outcome, String) {
        let Some(known) = side.contender(contender) else { return (Outcome::Absent, "not asked".to_owned()) };
        let reason =
            known.findings.reason.clone().unwrap_or_else(|| known.findings.outcome.word().to_owned());
        (known.findings.outcome, reason)
    };
    if sides.map(|side| does_not_extrapolate(side, contender).is_some()) != Sides::default() {
        return Some(Untimed::Unknown("its time on the whole input cannot be extrapolated".to_owned()));
    }
    let Sides { base, again, head } = sides.map(outcome);
    if head.0 == Outcome::Wrong {
        return Some(Untimed::Wrong(head.1));
    }
    for side in [base, again] {
        if !side.0.is_timed() {
            return Some(Untimed::Unknown(format!("in the base: {}", side.1)));
        }
    }
    (!head.0.is_timed()).then_some(Untimed::Failed(head.1))
}

/// Whether all of an interval lies within the threshold.
fn is_within(change: Figure, threshold: f64) -> bool {
    let beyond = 1.0 + threshold;
    change.low.is_some_and(|low| low >= 1.0 / beyond) && change.high.is_some_and(|high| high <= beyond)
}

/// The median over the rounds of each triple of the logarithm of one side's time over the other's, from the logarithms.
fn per_triple(side: &BTreeMap<usize, f64>, base: &BTreeMap<usize, f64>) -> Vec<ProcessValue> {
    let mut triples: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for (process, time) in side {
        let ratio = base.get(process).map(|base| time - base);
        triples.entry(process / ROUNDS).or_default().extend(ratio.filter(|ratio| ratio.is_finite()));
    }
    let values = triples.into_iter().filter_map(|(process, ratios)| Some((process, median(&ratios)?)));
    values.map(|(process, value)| ProcessValue { process, value }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(changes: &[f64], control: &[f64]) -> Measured {
        let values = |all: &[f64]| {
            all.iter()
                .enumerate()
                .map(|(process, value)| ProcessValue { process, value: value.ln() })
                .collect()
        };
        Measured { changes: values(changes), control: values(control) }
    }

    const STILL: [f64; 12] = [1.0; 12];

    #[test]
    fn the_screening_suspects_what_lies_on_one_side_of_1_and_is_not_negligible() {
        #[rustfmt::skip]
        let table: [([f64; 8], bool, Verdict); 5] = [
            // one triple of eight on the other side is allowed
            ([0.9, 1.05, 1.05, 1.05, 1.05, 1.05, 1.05, 1.05], true, Verdict::NotResolved),
            ([0.9, 0.99, 1.05, 1.05, 1.05, 1.05, 1.05, 1.05], false, Verdict::NotResolved),
            ([1.3, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95], true, Verdict::NotResolved),
            // a difference, but within 2 %
            ([1.01; 8], false, Verdict::Equivalent),
            ([0.99, 1.01, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0], false, Verdict::Equivalent),
        ];
        for (changes, suspected, cleared) in table {
            let row = measured(&changes, &STILL);
            assert_eq!((row.is_suspected(0.02), row.cleared(0.02)), (suspected, cleared), "{changes:?}");
        }
    }

    #[test]
    fn a_decision_has_to_clear_the_threshold_and_the_control() {
        let slower = [1.05; 12];
        assert_eq!(measured(&slower, &STILL).decided(1, 0.02), Verdict::Slower);
        assert_eq!(measured(&slower, &STILL).decided(1, 0.06), Verdict::Equivalent);
        assert_eq!(measured(&[0.95; 12], &STILL).decided(1, 0.02), Verdict::Faster);
        // the base measured again moved as far
        assert_eq!(measured(&slower, &[1.06; 12]).decided(1, 0.02), Verdict::NotResolved);
        // twelve triples are too few for a decision on a thousand rows
        assert_eq!(measured(&slower, &STILL).decided(1000, 0.02), Verdict::NotResolved);
        assert!(decision_triples(1000) > 12);
    }

    #[test]
    fn a_decision_on_more_rows_has_more_triples() {
        assert_eq!([1, 100, 10_000].map(decision_triples), [24, 24, 26]);
    }

    #[test]
    fn the_rounds_of_a_triple_are_paired() {
        let base: BTreeMap<usize, f64> = [(0, 1.0), (1, 2.0), (2, 3.0), (3, 1.0)].into();
        let head: BTreeMap<usize, f64> = [(0, 1.5), (1, 2.5), (2, 60.0), (4, 1.0)].into();
        let found = per_triple(&head, &base);
        assert_eq!(found, [ProcessValue { process: 0, value: 0.5 }], "triple 1 has no round in common");
    }
}
