//! May a ratio that moved between two records be called faster or slower, and if not, why?
//!
//! The arithmetic and its thresholds are those of [`breakeven_estimate::change`].

use std::collections::BTreeSet;

use breakeven_estimate::change::{change, joint_threshold, ratio_to_compare, verdict_on_change};
use breakeven_estimate::figure::Figure;
use breakeven_estimate::{Noise, noise_of_contender};
use breakeven_record::contender_id::{Family, REFERENCE};
use breakeven_record::{ContenderRecord, Outcome, Record, WorkloadRecord};

use super::{ChangeVerdict, ComparedRow, Scope};
use crate::numeral::bracket;

/// A workload of one of the records.
#[derive(Clone, Copy)]
struct Place<'a> {
    workload: &'a WorkloadRecord,
    /// Comparisons that its intervals hold for.
    comparisons: usize,
}

/// What holds for all rows of two records.
pub(super) struct Judge {
    /// Whether the reference workload is the same piece of work on the same machine.
    pub(super) same_environment: bool,
    /// The largest change that counts as none, as a fraction.
    pub(super) tolerance: f64,
    /// Which contenders are asked for.
    pub(super) scope: Scope,
}

/// A change with what may be said of it.
struct Judged {
    a: Figure,
    b: Figure,
    change: Figure,
    noise_threshold: Option<f64>,
    verdict: ChangeVerdict,
    reason: Option<String>,
}

impl Judge {
    /// A row for every contender asked for that either record has, in the order of B. Intervals hold jointly for these
    /// rows, where those of the record do for all.
    pub(super) fn workload(
        &self,
        a: (&Record, &WorkloadRecord),
        b: (&Record, &WorkloadRecord),
    ) -> Vec<ComparedRow> {
        let mut seen = BTreeSet::new();
        let known = b.1.contenders.iter().chain(&a.1.contenders);
        let asked = known.filter(|known| !known.id.is_control() && self.is_asked(known, b.1));
        let ids: Vec<&str> = asked.map(|known| known.id.as_str()).filter(|id| seen.insert(*id)).collect();
        let place = |(record, workload): (&Record, _)| Place {
            workload,
            comparisons: record.plan.comparisons.min(ids.len()),
        };
        let (a, b) = (place(a), place(b));
        ids.iter().map(|id| self.row(a, b, id)).collect()
    }

    /// The baseline is always shown: every ratio is taken to it.
    fn is_asked(&self, known: &ContenderRecord, workload: &WorkloadRecord) -> bool {
        self.scope == Scope::All || known.id.family() != Family::Python || known.id == workload.baseline
    }

    fn row(&self, a: Place<'_>, b: Place<'_>, id: &str) -> ComparedRow {
        let (in_a, in_b) = (a.workload.contender(id), b.workload.contender(id));
        let is_baseline = id == b.workload.baseline;
        let over = if is_baseline { REFERENCE } else { &b.workload.baseline };
        let judged = match apart(in_a, in_b) {
            Some((verdict, reason)) => Judged { verdict, reason, ..shown(a, b, id, over) },
            None if is_baseline => self.baseline(a, b),
            None => self.contender(a, b, id),
        };
        ComparedRow {
            workload: b.workload.id.clone(),
            contender: id.to_owned(),
            over: over.to_owned(),
            outcome_a: in_a.map(|known| known.findings.outcome),
            outcome_b: in_b.map(|known| known.findings.outcome),
            a: judged.a,
            b: judged.b,
            change: judged.change,
            noise_threshold: judged.noise_threshold,
            verdict: judged.verdict,
            reason: judged.reason,
            differs: in_a.zip(in_b).map(|(in_a, in_b)| differs(in_a, in_b)).unwrap_or_default(),
        }
    }

    /// The baseline's ratio to the reference workload: whether the baseline moved. Only where the reference is the same.
    fn baseline(&self, a: Place<'_>, b: Place<'_>) -> Judged {
        let id = &b.workload.baseline;
        if self.same_environment
            && a.workload.contender(REFERENCE).is_some()
            && b.workload.contender(REFERENCE).is_some()
        {
            return self.judged(a, b, id, REFERENCE);
        }
        let nothing = Figure::default();
        let reason = (!self.same_environment).then(|| {
            "the environments differ, so the reference workload cannot tell whether the baseline moved"
                .to_owned()
        });
        let verdict = ChangeVerdict::Baseline;
        Judged { a: nothing, b: nothing, change: nothing, noise_threshold: None, verdict, reason }
    }

    /// A contender's ratio to the baseline. Where that moved and the contender did not, it is no change of
    /// the contender.
    fn contender(&self, a: Place<'_>, b: Place<'_>, id: &str) -> Judged {
        let judged = self.judged(a, b, id, &b.workload.baseline);
        let opposite = match judged.verdict {
            ChangeVerdict::Slower => ChangeVerdict::Faster,
            ChangeVerdict::Faster => ChangeVerdict::Slower,
            _ => return judged,
        };
        if self.baseline(a, b).verdict != opposite {
            return judged;
        }
        let to_reference = self.judged(a, b, id, REFERENCE);
        if to_reference.verdict == judged.verdict {
            return judged;
        }
        let reason = format!(
            "the baseline became {}; compared with the reference workload this contender is {}{}",
            opposite.words(),
            to_reference.verdict.words(),
            bracket(to_reference.change.low, to_reference.change.high),
        );
        Judged { verdict: ChangeVerdict::NotResolved, reason: Some(reason), ..judged }
    }

    fn judged(&self, a: Place<'_>, b: Place<'_>, id: &str, over: &str) -> Judged {
        let shown = shown(a, b, id, over);
        let noises = (noise_of_contender(a.workload, id), noise_of_contender(b.workload, id));
        let open = no_interval("A", a, shown.a)
            .or_else(|| no_interval("B", b, shown.b))
            .or_else(|| no_noise("A", noises.0))
            .or_else(|| no_noise("B", noises.1));
        let threshold = noises.0.zip(noises.1).map(|(a, b)| joint_threshold(a.threshold, b.threshold));
        let verdict = match (&open, threshold) {
            (None, Some(threshold)) => verdict_on_change(shown.change, threshold, self.tolerance).into(),
            _ => ChangeVerdict::NotResolved,
        };
        Judged { noise_threshold: threshold, verdict, reason: open, ..shown }
    }
}

/// A contender's ratio in both records and how it moved, without a verdict.
fn shown(a: Place<'_>, b: Place<'_>, id: &str, over: &str) -> Judged {
    let ratio = |place: Place<'_>| ratio_to_compare(place.workload, id, over, place.comparisons);
    let (a, b) = (ratio(a), ratio(b));
    let (change, verdict) = (change(a, b), ChangeVerdict::NotCompared);
    Judged { a, b, change, noise_threshold: None, verdict, reason: None }
}

/// What may be said where there are not two right answers of the same thing.
fn apart(
    a: Option<&ContenderRecord>,
    b: Option<&ContenderRecord>,
) -> Option<(ChangeVerdict, Option<String>)> {
    let outcome = |known: Option<&ContenderRecord>| known.map(|known| known.findings.outcome);
    let (in_a, in_b) = (outcome(a), outcome(b));
    let wrong = |outcome| matches!(outcome, Some(Outcome::Wrong | Outcome::KnownWrong));
    let right = |outcome| outcome == Some(Outcome::Measured);
    let both = || Some([what(a, "A"), what(b, "B")].into_iter().flatten().collect::<Vec<_>>().join("; "));
    match (a, b) {
        (Some(a), Some(b)) if right(in_a) && right(in_b) => {
            (a.declared.input != b.declared.input).then(|| {
                let reason = format!("given a {} in A and a {} in B", a.declared.input, b.declared.input);
                (ChangeVerdict::NotCompared, Some(reason))
            })
        }
        _ if right(in_a) && wrong(in_b) => Some((ChangeVerdict::BecameWrong, what(b, "B"))),
        // a contender that failed, was absent or declared it in A is no less wrong in B
        _ if in_b == Some(Outcome::Wrong) && in_a != in_b => Some((ChangeVerdict::BecameWrong, both())),
        _ if wrong(in_a) && right(in_b) => Some((ChangeVerdict::BecameRight, what(a, "A"))),
        _ if right(in_a) => Some((ChangeVerdict::Disappeared, what(b, "B"))),
        _ if right(in_b) => Some((ChangeVerdict::Appeared, what(a, "A"))),
        _ => Some((ChangeVerdict::NotCompared, both())),
    }
}

/// What came of a contender that was not measured in a record.
fn what(known: Option<&ContenderRecord>, name: &str) -> Option<String> {
    let Some(known) = known else { return Some(format!("not asked for in {name}")) };
    let reason = known.findings.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    Some(format!("{} in {name}{reason}", known.findings.outcome.word().replace('_', " ")))
}

fn no_interval(name: &str, Place { workload, .. }: Place<'_>, ratio: Figure) -> Option<String> {
    match ratio {
        Figure { value: None, .. } => {
            let baseline = &workload.baseline;
            Some(format!("no ratio in {name}: {baseline} was not measured beside it, or is wrong"))
        }
        Figure { low: Some(low), high: Some(_), .. } if low > 0.0 => None,
        _ => Some(format!("{name} has too few processes for an interval")),
    }
}

fn no_noise(name: &str, noise: Option<Noise>) -> Option<String> {
    noise.is_none().then(|| format!("{name} has no A/A interval here"))
}

/// What else differs between two rows of the same contender.
fn differs(a: &ContenderRecord, b: &ContenderRecord) -> Vec<String> {
    let none = || "none".to_owned();
    let pairs = [
        (
            "version",
            a.findings.version.clone().unwrap_or_else(none),
            b.findings.version.clone().unwrap_or_else(none),
        ),
        ("threads", a.declared.threads.to_string(), b.declared.threads.to_string()),
        ("ISA", a.declared.isa.clone().unwrap_or_else(none), b.declared.isa.clone().unwrap_or_else(none)),
    ];
    let differing = pairs.into_iter().filter(|(_, a, b)| a != b);
    differing.map(|(name, a, b)| format!("{name} {a} → {b}")).collect()
}
