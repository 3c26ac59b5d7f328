//! Do repeated runs say the same?
//!
//! A verdict is worth what its repetition is worth. Of each run every contender's verdict and interval against its
//! baseline are kept ([`RepeatedRun`]), and over all of them it is counted how often they contradict each other, how
//! often what one run resolved is resolved the same way by the others, and how often intervals overlap
//! ([`Agreement`]).

mod run_set;

use std::collections::BTreeMap;

use breakeven_record::warning::WarningKind;
pub use run_set::{RunSet, RunSetError};
use serde::{Deserialize, Serialize};

use crate::summary::{Summary, Verdict};
use crate::table::{Align, Cell, Table};

/// Of a hundred runs, how many must resolve a pair the same way for it to count as repeated: eight of ten.
const REPEATED_PERCENT: usize = 80;

/// Of one run, what is compared with other runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RepeatedRun {
    /// When it began.
    pub created: String,
    /// The build that measured.
    pub commit: Option<String>,
    /// Hash of the environment's facts.
    pub environment: String,
    /// Whether another process was kept busy on purpose meanwhile.
    pub loaded: bool,
    /// What the run itself said about its disturbance: kinds of warnings, and how many workloads were noisy.
    pub noticed: Vec<String>,
    /// Every contender that was measured and right, but for controls and baselines.
    pub pairs: Vec<Pair>,
}

/// One contender compared with the baseline of a workload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// The workload's id.
    pub workload: String,
    /// The contender's id.
    pub contender: String,
    /// What was said.
    pub verdict: Verdict,
    /// Its time over the baseline's: both ends of the interval; null where there is none.
    pub interval: Option<(f64, f64)>,
}

impl RepeatedRun {
    /// What is kept of a run.
    #[must_use]
    pub fn of(summary: &Summary, created: &str, loaded: bool) -> Self {
        let mut noticed: Vec<String> = Vec::new();
        for warning in &summary.warnings {
            let word = match warning.kind {
                WarningKind::Load => "load",
                WarningKind::Steal => "steal",
                _ => continue,
            };
            if !noticed.iter().any(|known| known == word) {
                noticed.push(word.to_owned());
            }
        }
        let coarse = summary.workloads.iter().filter(|workload| workload.coarse().is_some()).count();
        if coarse > 0 {
            noticed.push(format!("{coarse} noisy"));
        }
        let pairs = summary.rows.iter().filter(|row| !row.contender.is_control()).filter_map(|row| {
            let verdict = row.verdict.filter(|verdict| *verdict != Verdict::Baseline)?;
            Some(Pair {
                workload: row.workload.clone(),
                contender: row.contender.to_string(),
                verdict,
                interval: row.ratio_low.zip(row.ratio_high),
            })
        });
        Self {
            created: created.to_owned(),
            commit: summary.tool.commit.clone(),
            environment: summary.environment.key.clone(),
            loaded,
            noticed,
            pairs: pairs.collect(),
        }
    }
}

/// How well runs agree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Agreement {
    /// Runs without load.
    pub quiet: usize,
    /// Runs beside a busy process.
    pub loaded: usize,
    /// Loaded runs that said so themselves.
    pub noticed: usize,
    /// Pairs that at least two quiet runs measured.
    pub pairs: usize,
    /// Those that are faster in one quiet run and slower in another: `workload contender`.
    pub contradicted: Vec<String>,
    /// Those whose verdict some quiet run resolved.
    pub resolved: usize,
    /// Those of them that at least eight in ten of the quiet runs resolved the same way.
    pub repeated: usize,
    /// Cases of two quiet runs that both have an interval for a pair.
    pub cases: usize,
    /// Those of them whose intervals overlap.
    pub overlapping: usize,
    /// Verdicts of a loaded run that contradict one of a quiet run: `workload contender`.
    pub contradicted_under_load: Vec<String>,
}

impl Agreement {
    /// Counts over all runs; their order does not matter.
    #[must_use]
    pub fn of(runs: &[RepeatedRun]) -> Self {
        let (loaded, quiet): (Vec<&RepeatedRun>, Vec<&RepeatedRun>) = runs.iter().partition(|run| run.loaded);
        let (calm, disturbed) = (pairs(&quiet), pairs(&loaded));
        let mut agreement = Self {
            quiet: quiet.len(),
            loaded: loaded.len(),
            noticed: loaded.iter().filter(|run| !run.noticed.is_empty()).count(),
            ..Self::default()
        };
        for (id, found) in &calm {
            if found.len() >= 2 {
                agreement.count(id, found);
            }
            let under_load = disturbed.get(id).map_or(&[][..], Vec::as_slice);
            if under_load.iter().any(|one| found.iter().any(|other| contradict(one.verdict, other.verdict))) {
                agreement.contradicted_under_load.push(id.clone());
            }
        }
        agreement
    }

    fn count(&mut self, id: &str, found: &[&Pair]) {
        let said = |verdict: Verdict| found.iter().filter(|pair| pair.verdict == verdict).count();
        self.pairs += 1;
        if said(Verdict::Faster) > 0 && said(Verdict::Slower) > 0 {
            self.contradicted.push(id.to_owned());
        }
        let most = [Verdict::Faster, Verdict::Slower, Verdict::Equivalent].map(said).into_iter().max();
        let most = most.expect("three verdicts");
        self.resolved += usize::from(most > 0);
        self.repeated += usize::from(most > 0 && 100 * most >= REPEATED_PERCENT * self.quiet);
        let intervals: Vec<(f64, f64)> = found.iter().filter_map(|pair| pair.interval).collect();
        for (index, one) in intervals.iter().enumerate() {
            for other in &intervals[..index] {
                self.cases += 1;
                self.overlapping += usize::from(one.0 <= other.1 && other.0 <= one.1);
            }
        }
    }

    /// Every figure in words, in the order of [`FIGURES`].
    fn seen(&self) -> [String; 7] {
        let share = |part: usize, whole: usize| match whole {
            0 => "no case yet".to_owned(),
            _ => format!("{part} of {whole} ({:.1} %)", 100.0 * part as f64 / whole as f64),
        };
        let named = |ids: &[String]| match ids {
            [] => "0".to_owned(),
            ids => format!("{}: {}", ids.len(), ids.join(", ")),
        };
        [
            self.quiet.to_string(),
            named(&self.contradicted),
            share(self.repeated, self.resolved),
            share(self.overlapping, self.cases),
            self.loaded.to_string(),
            share(self.noticed, self.loaded),
            if self.loaded == 0 { share(0, 0) } else { named(&self.contradicted_under_load) },
        ]
    }
}

/// What is counted, and what it should be.
const FIGURES: [(&str, &str); 7] = [
    ("runs without load", "10"),
    ("pairs faster in one run and slower in another", "0"),
    ("pairs resolved in one run that eight in ten resolve the same way", "90 %"),
    ("ratio intervals of two runs that overlap", "90 %"),
    ("runs beside a busy process", "5"),
    ("of these, say so themselves", "all"),
    ("pairs that they contradict", "0"),
];

/// Every figure beside what it should be, as a Markdown table with a column for each set of runs.
#[must_use]
pub fn to_markdown(sets: &[RunSet]) -> String {
    let columns: Vec<[String; 7]> = sets.iter().map(|set| Agreement::of(&set.runs).seen()).collect();
    let names = sets.iter().map(|set| set.name.as_str());
    let titles = ["figure", "target"].into_iter().chain(names).map(|title| (title, Align::Left));
    let rows = FIGURES.into_iter().enumerate().map(|(place, (figure, target))| {
        let seen = columns.iter().map(|column| column[place].as_str());
        [figure, target].into_iter().chain(seen).map(Cell::from).collect()
    });
    Table::new("Do repeated runs say the same?", titles).with_rows(rows).markdown()
}

/// What the runs found of each pair.
fn pairs<'a>(runs: &[&'a RepeatedRun]) -> BTreeMap<String, Vec<&'a Pair>> {
    let mut found: BTreeMap<String, Vec<&Pair>> = BTreeMap::new();
    for pair in runs.iter().flat_map(|run| &run.pairs) {
        found.entry(format!("{} {}", pair.workload, pair.contender)).or_default().push(pair);
    }
    found
}

fn contradict(one: Verdict, other: Verdict) -> bool {
    matches!((one, other), (Verdict::Faster, Verdict::Slower) | (Verdict::Slower, Verdict::Faster))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(loaded: bool, pairs: &[(&str, Verdict, (f64, f64))]) -> RepeatedRun {
        let pairs = pairs.iter().map(|&(contender, verdict, interval)| Pair {
            workload: "whole/uniform-25".to_owned(),
            contender: contender.to_owned(),
            verdict,
            interval: Some(interval),
        });
        RepeatedRun {
            created: String::new(),
            commit: None,
            environment: String::new(),
            loaded,
            noticed: if loaded { vec!["load".to_owned()] } else { Vec::new() },
            pairs: pairs.collect(),
        }
    }

    #[test]
    fn runs_that_say_the_same_agree() {
        let one = run(false, &[("a/a", Verdict::Faster, (0.4, 0.5)), ("b/b", Verdict::Slower, (2.0, 3.0))]);
        let agreement = Agreement::of(&vec![one; 10]);
        assert_eq!((agreement.pairs, agreement.resolved, agreement.repeated), (2, 2, 2));
        assert_eq!((agreement.cases, agreement.overlapping), (90, 90));
        assert!(agreement.contradicted.is_empty());
    }

    #[test]
    fn faster_and_slower_contradict_each_other_and_not_resolved_contradicts_nothing() {
        let faster = run(false, &[("a/a", Verdict::Faster, (0.4, 0.5))]);
        let open = run(false, &[("a/a", Verdict::NotResolved, (0.4, 1.5))]);
        let slower = run(false, &[("a/a", Verdict::Slower, (1.4, 1.5))]);
        assert!(Agreement::of(&[faster.clone(), open.clone()]).contradicted.is_empty());
        let all = Agreement::of(&[faster, open, slower]);
        assert_eq!(all.contradicted, ["whole/uniform-25 a/a"]);
        assert_eq!((all.cases, all.overlapping), (3, 2));
    }

    #[test]
    fn a_verdict_counts_as_repeated_from_eight_runs_of_ten() {
        let faster = run(false, &[("a/a", Verdict::Faster, (0.4, 0.5))]);
        let open = run(false, &[("a/a", Verdict::NotResolved, (0.4, 1.5))]);
        let mixed = |known: usize| {
            let mut runs = vec![faster.clone(); known];
            runs.resize(10, open.clone());
            Agreement::of(&runs)
        };
        assert_eq!((mixed(8).resolved, mixed(8).repeated), (1, 1));
        assert_eq!((mixed(7).resolved, mixed(7).repeated), (1, 0));
        assert_eq!((mixed(0).resolved, mixed(0).repeated), (0, 0));
    }

    #[test]
    fn every_set_has_its_column() {
        let faster = run(false, &[("a/a", Verdict::Faster, (0.4, 0.5))]);
        let slower = run(true, &[("a/a", Verdict::Slower, (1.4, 1.5))]);
        let set = |name: &str, runs| RunSet { name: name.to_owned(), runs };
        let table = to_markdown(&[set("old", vec![faster.clone(); 10]), set("new", vec![faster, slower])]);
        let expected = "\
| figure | target | old | new |
|---|---|---|---|
| runs without load | 10 | 10 | 1 |
| pairs faster in one run and slower in another | 0 | 0 | 0 |
| pairs resolved in one run that eight in ten resolve the same way | 90 % | 1 of 1 (100.0 %) | no case yet |
| ratio intervals of two runs that overlap | 90 % | 45 of 45 (100.0 %) | no case yet |
| runs beside a busy process | 5 | 0 | 1 |
| of these, say so themselves | all | no case yet | 1 of 1 (100.0 %) |
| pairs that they contradict | 0 | no case yet | 1: whole/uniform-25 a/a |
";
        assert_eq!(table, expected);
    }

    #[test]
    fn loaded_runs_are_compared_with_quiet_ones() {
        let quiet = run(false, &[("a/a", Verdict::Faster, (0.4, 0.5))]);
        let mut loaded = run(true, &[("a/a", Verdict::Slower, (1.4, 1.5))]);
        let agreement = Agreement::of(&[quiet.clone(), loaded.clone()]);
        assert_eq!((agreement.loaded, agreement.noticed), (1, 1));
        assert_eq!(agreement.contradicted_under_load, ["whole/uniform-25 a/a"]);
        assert_eq!(agreement.seen()[6], "1: whole/uniform-25 a/a");
        loaded.noticed.clear();
        loaded.pairs[0].verdict = Verdict::NotResolved;
        let agreement = Agreement::of(&[quiet, loaded]);
        assert_eq!((agreement.noticed, agreement.contradicted_under_load.len()), (0, 0));
    }
}
