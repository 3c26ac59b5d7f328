//! Did the talk's claims hold, on which machine, with which stack?
//!
//! One line per record and stack (today's, and the talk's where it was measured beside it), and one per set of repeated
//! runs. Of a set only the intervals of ratios are kept, so only the claims that are one time over another are judged.

use std::collections::BTreeMap;

use breakeven_estimate::figure::Figure;
use breakeven_record::Record;
use serde::{Deserialize, Serialize};

use super::contents::folder_of;
use crate::agreement::{Pair, RunSet};
use crate::claims::{Claim, ClaimUnit, ClaimVerdict, claims};
use crate::contents::tables::claim_verdict;
use crate::document::{self, Block};
use crate::look::Look;
use crate::numeral::interval_words;
use crate::table::Align::Left;
use crate::table::{Cell, Table};

/// The claims that are judged; seconds of another machine are not.
const JUDGED: [&str; 4] = ["small-array-ratio", "break-even-size", "end-to-end-speedup", "end-to-end-best"];

/// The claims that one ratio of a set of runs decides, with the workload that it is of: all of it, or its beginning.
const OF_RUNS: [(&str, &str); 2] =
    [("small-array-ratio", "whole/uniform-25"), ("end-to-end-speedup", "pedometer/oxford-hour")];

/// What one record, or one set of repeated runs, says of the talk's claims.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TalkRow {
    /// The record's path within the folder, or that of the set.
    pub record: String,
    /// Processor and instruction set; null where only the set's name tells.
    pub machine: Option<String>,
    /// What the Python rows ran on; null where that was not kept.
    pub stack: Option<String>,
    /// Runs: 1 of a record.
    pub runs: usize,
    /// The claims that are judged, in the talk's order.
    pub claims: Vec<TalkClaim>,
}

/// One claim in one record, or in one set of repeated runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TalkClaim {
    /// The claim's id.
    pub id: String,
    /// The number with its interval; of a set no number, and the least and the greatest end of all intervals.
    #[serde(flatten)]
    pub figure: Figure,
    /// What is said of it; of a set what most runs say; null where it was not measured.
    pub verdict: Option<ClaimVerdict>,
    /// Runs that say so.
    pub runs: usize,
}

impl TalkRow {
    /// The lines of a record at `path` within the folder: none where it measured no claim.
    #[must_use]
    pub fn of_record(record: &Record, path: &str) -> Vec<Self> {
        let claims = claims(record);
        let judged = || claims.iter().filter(|claim| JUDGED.contains(&claim.id.as_str()));
        let row = |stack: String, claims: Vec<TalkClaim>| Self {
            record: path.to_owned(),
            machine: machine(record),
            stack: Some(stack),
            runs: 1,
            claims,
        };
        let mut rows = vec![row(
            stack(record),
            judged().map(|claim| TalkClaim::of(claim, claim.figure, claim.verdict)).collect(),
        )];
        let mut marks: Vec<(&str, &str)> = Vec::new();
        for there in judged().flat_map(|claim| &claim.elsewhere) {
            if !marks.iter().any(|(mark, _)| *mark == there.mark) {
                marks.push((&there.mark, &there.stack));
            }
        }
        for (mark, stack) in marks {
            let there = |claim: &Claim| match claim.elsewhere.iter().find(|there| there.mark == mark) {
                Some(there) => TalkClaim::of(claim, there.figure, there.verdict),
                None => TalkClaim::of(claim, Figure::default(), ClaimVerdict::NotResolved),
            };
            rows.push(row(stack.to_owned(), judged().map(there).collect()));
        }
        rows.retain(|row| row.claims.iter().any(|claim| claim.verdict.is_some()));
        rows
    }

    /// The line of a set of repeated runs without load; `None` where it has none, or none of the claims. The talk's own
    /// figures are those of `claims`.
    #[must_use]
    pub fn of_runs(set: &RunSet, path: &str, claims: &[Claim]) -> Option<Self> {
        let quiet: Vec<_> = set.runs.iter().filter(|run| !run.loaded).collect();
        let found = claims.iter().filter(|claim| JUDGED.contains(&claim.id.as_str())).map(|claim| {
            let workload = OF_RUNS.iter().find(|(id, _)| *id == claim.id).map(|&(_, workload)| workload);
            let intervals: Vec<(f64, f64)> =
                quiet.iter().filter_map(|run| interval(&run.pairs, claim, workload?)).collect();
            TalkClaim::of_intervals(claim, &intervals)
        });
        let claims: Vec<TalkClaim> = found.collect();
        let has_any = claims.iter().any(|claim| claim.verdict.is_some());
        has_any.then(|| Self {
            record: path.to_owned(),
            machine: None,
            stack: None,
            runs: quiet.len(),
            claims,
        })
    }
}

/// The interval of a claim's ratio in one run, whose baseline is the talk's Python.
fn interval(pairs: &[Pair], claim: &Claim, workload: &str) -> Option<(f64, f64)> {
    let [numerator, denominator] = claim.contenders.as_slice() else { return None };
    let of = |contender: &str| {
        let pair = pairs.iter().find(|pair| pair.workload == workload && pair.contender == contender);
        pair.and_then(|pair| pair.interval)
    };
    of(numerator).or_else(|| of(denominator).map(|(low, high)| (1.0 / high, 1.0 / low)))
}

impl TalkClaim {
    fn of(claim: &Claim, figure: Figure, verdict: ClaimVerdict) -> Self {
        let is_said = figure.value.is_some() || verdict != ClaimVerdict::NotResolved;
        Self { id: claim.id.clone(), figure, verdict: is_said.then_some(verdict), runs: usize::from(is_said) }
    }

    fn of_intervals(claim: &Claim, intervals: &[(f64, f64)]) -> Self {
        let mut verdicts: BTreeMap<&str, (ClaimVerdict, usize)> = BTreeMap::new();
        for &(low, high) in intervals {
            let verdict = claim.verdict_on(low, high);
            verdicts.entry(verdict.words()).or_insert((verdict, 0)).1 += 1;
        }
        let most = verdicts.into_values().max_by_key(|(_, runs)| *runs);
        let figure = Figure {
            value: None,
            low: intervals.iter().map(|(low, _)| *low).reduce(f64::min),
            high: intervals.iter().map(|(_, high)| *high).reduce(f64::max),
        };
        Self {
            id: claim.id.clone(),
            figure,
            verdict: most.map(|(verdict, _)| verdict),
            runs: most.map_or(0, |(_, runs)| runs),
        }
    }
}

fn machine(record: &Record) -> Option<String> {
    let facts = &record.environment.facts;
    let cpu = facts.get("cpu")?;
    Some(facts.get("isa").map_or_else(|| cpu.clone(), |isa| format!("{cpu}, {isa}")))
}

/// What the Python rows of the embedded interpreter ran on.
fn stack(record: &Record) -> String {
    let fact = |name: &str| record.environment.facts.get(name);
    let numpy = fact("numpy").map(|numpy| format!(", NumPy {numpy}")).unwrap_or_default();
    fact("python").map_or_else(|| "no Python".to_owned(), |python| format!("CPython {python}{numpy}"))
}

/// The table for a terminal or a file. Ends with a newline.
#[must_use]
pub fn text(rows: &[TalkRow], look: &Look) -> String {
    document::terminal(&[Block::Table(table(rows))], *look)
}

/// The table as Markdown. Ends with a newline; text from the records cannot break it.
#[must_use]
pub fn markdown(rows: &[TalkRow]) -> String {
    document::markdown(&[Block::Table(table(rows))])
}

/// A line per record and stack, a column per claim.
fn table(rows: &[TalkRow]) -> Table {
    let columns = [
        ("machine", Left),
        ("stack", Left),
        ("NumPy over Python, list of 25 (the talk: 6.5×)", Left),
        ("NumPy wins from (150)", Left),
        ("compiled pedometer over Python (117×)", Left),
        ("fastest pedometer over Python (117×)", Left),
    ];
    Table::new("The talk’s claims across machines", columns).with_rows(rows.iter().map(|row| {
        let record = folder_of(&row.record).to_owned();
        let head = match &row.machine {
            Some(machine) => Cell::from(machine.as_str()).aside(Some(record)),
            None => Cell::from(record).aside(Some(format!("{} runs", row.runs))),
        };
        let head = [head, Cell::or_dash(row.stack.clone())];
        head.into_iter().chain(row.claims.iter().map(|claim| cell(row, claim))).collect()
    }))
}

fn cell(row: &TalkRow, claim: &TalkClaim) -> Cell {
    let Some(verdict) = claim.verdict else { return Cell::or_dash(None) };
    let unit = ClaimUnit::of(&claim.id);
    let mut cell = Cell::default();
    match claim.figure.value {
        Some(value) => cell.0.extend(Cell::from(format!("{} ", unit.write(value))).0),
        None if row.runs > 1 => {
            cell.0.extend(Cell::from(format!("in {} of {} runs ", claim.runs, row.runs)).0)
        }
        None => {}
    }
    cell.0.extend(claim_verdict(verdict).0);
    let bounds = claim.figure.low.is_some().then(|| interval_words(&claim.figure));
    cell.aside(bounds)
}
