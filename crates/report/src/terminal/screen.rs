//! What does a terminal show first? The answer: a sentence, one chart, one table, in a screen of 25 lines.

use breakeven_estimate::Verdict;
use breakeven_problem::Task;
use breakeven_record::Outcome;

use super::plot::{BELOW, Plot, PlotCurve};
use crate::chart::CurvePoint;
use crate::claims::{Claim, ClaimVerdict, NAIVE, NUMPY_ARRAY, NUMPY_LIST, SIZED};
use crate::contents::tables;
use crate::look::Look;
use crate::numeral::{count, interval_words, significant, times, values};
use crate::summary::{Available, Kind, MOST_NAMED, Row, Summary, WorkloadSummary, rivals};
use crate::table::Align::{Left, Right};
use crate::table::{Cell, Piece, Table};
use crate::wording::{figure_words, row_verdict, surety};

/// Lines of a screen at 80 columns, and how many of them the caller needs for where record and report are.
const LINES: usize = 25;
const CLOSING: usize = 2;

/// The rows of a chart, at least and at most.
const ROWS: (usize, usize) = (5, 9);

/// Of our own run, sizes up to which the chart goes where there are enough of them: the crossovers lie below.
const LARGEST: usize = 1000;

/// Characters of a time beside the baseline's in a column.
const COLUMN: usize = 17;

/// The answer of `summary` in at most 25 lines at 80 columns, the two that say where record and report are counted in. Ends with a
/// newline.
pub(super) fn screen(summary: &Summary, look: Look) -> String {
    let text = |lines: &[String]| lines.iter().map(|line| look.paragraph(line)).collect::<String>();
    let head = text(&[summary.answer.join(" ")]);
    let tail = text(&said(summary));
    let plot = plot(summary);
    let taken = lines(&head) + lines(&tail) + CLOSING;
    let legend = if plot.is_drawn() { look.paragraph(&plot.legend()) } else { String::new() };
    let below = BELOW + lines(&legend);
    let least = if plot.is_drawn() { ROWS.0 + below } else { 0 };
    let table = table(summary, look, LINES.saturating_sub(taken + least));
    let rows = LINES.saturating_sub(taken + lines(&table) + below).clamp(ROWS.0, ROWS.1);
    let drawn = if plot.is_drawn() { plot.lines(usize::from(look.columns()), rows) } else { Vec::new() };
    let drawn = look.written(&drawn.iter().map(|line| format!("{line}\n")).collect::<String>()) + &legend;
    [head, drawn, table, tail].concat()
}

fn lines(text: &str) -> usize {
    text.lines().count()
}

/// Times over the size: of our own run the talk's three, of a comparison the baseline and whom the answer names.
fn plot(summary: &Summary) -> Plot {
    let base = summary.arrays.base.as_str();
    let contenders = match summary.kind {
        Kind::Comparison => std::iter::once(base)
            .chain(SIZED.into_iter().flat_map(|task| rivals(summary, task, base)).take(MOST_NAMED))
            .collect(),
        Kind::Talk | Kind::Imported => vec![NAIVE, NUMPY_LIST, NUMPY_ARRAY],
    };
    let sizes = &summary.arrays.sizes;
    let few = sizes.iter().filter(|size| size.n <= LARGEST).count() > 2;
    let limit = if summary.kind == Kind::Talk && few { LARGEST } else { usize::MAX };
    let shown: Vec<&str> =
        sizes.iter().filter(|size| size.n <= limit).map(|size| size.workload.as_str()).collect();
    let curve = |contender: &&str| {
        let point = |workload: &&str| {
            let row = summary.row(workload, contender)?;
            let time =
                row.ns_per_unit.filter(|&time| time > 0.0 && row.findings.outcome == Outcome::Measured)?;
            (row.n > 0).then_some(CurvePoint { x: row.n as f64, y: time })
        };
        let points: Vec<CurvePoint> = shown.iter().filter_map(point).collect();
        (!points.is_empty()).then(|| PlotCurve { contender: (*contender).to_owned(), points })
    };
    let curves: Vec<PlotCurve> = contenders.iter().filter_map(curve).collect();
    let crossover = |curve: &PlotCurve| summary.break_even(&curve.contender)?.figure.value;
    let largest = curves.iter().flat_map(|curve| &curve.points).map(|point| point.x).fold(0.0, f64::max);
    let crossovers = curves.iter().filter_map(crossover).filter(|&size| size <= largest).collect();
    Plot { curves, crossovers, unit: if summary.has_made_inputs() { "n" } else { "values" } }
}

/// The table of the answer in at most so many lines, and at least two contenders.
fn table(summary: &Summary, look: Look, room: usize) -> String {
    if summary.kind == Kind::Comparison {
        return contenders(summary, look, room);
    }
    if summary.claims.iter().any(is_told) {
        return claims(summary).compact(look);
    }
    fastest(summary, room.saturating_sub(2)).compact(look)
}

/// Whether a claim has a value and a verdict: times of another machine are not judged.
fn is_told(claim: &Claim) -> bool {
    claim.figure.value.is_some() && claim.verdict != ClaimVerdict::NotJudged
}

/// The claims that are told.
fn claims(summary: &Summary) -> Table {
    let columns = [
        ("claim of the talk", Left),
        ("talk", Right),
        ("here", Right),
        ("interval", Left),
        ("verdict", Left),
    ];
    let judged = summary.claims.iter().filter(|claim| is_told(claim));
    Table::new("Claims", columns).with_rows(judged.map(|claim| {
        vec![
            claim.short_title().into(),
            claim.unit().write_talk(claim.talk).into(),
            Cell::from(figure_words(claim, &claim.figure)).marked(claim.extrapolated),
            interval_words(&claim.figure).into(),
            tables::claim_verdict(claim.verdict),
        ]
    }))
}

/// The fastest contender of each workload, of as many as there is room for.
fn fastest(summary: &Summary, room: usize) -> Table {
    let columns =
        [("workload", Left), ("fastest", Left), ("time", Right), ("times as fast as the next one", Left)];
    let judged = summary.workloads.iter().filter(|workload| workload.task != Task::Anatomy.word());
    let led: Vec<_> = judged.filter_map(|workload| Some((workload, workload.leader.as_ref()?))).collect();
    let mut table =
        Table::new("Fastest", columns).with_rows(led.iter().take(room.max(2)).map(|(workload, leader)| {
            let time = summary.row(&workload.id, &leader.contender).map(tables::time_of);
            let next = match leader.verdict {
                Verdict::Faster => format!("{} {}", significant(1.0 / leader.ratio, 3), leader.runner_up),
                verdict => format!("{} {}", verdict.words(), leader.runner_up),
            };
            vec![
                Cell::code(&*workload.id),
                Cell::code(&*leader.contender),
                time.unwrap_or_default(),
                next.into(),
            ]
        }));
    if led.len() > room.max(2) {
        table.notes.push(format!("And {} more workloads.", led.len() - room.max(2)));
    }
    table
}

/// The contenders of a comparison at the sizes that were asked for, fastest at the largest first.
fn contenders(summary: &Summary, look: Look, room: usize) -> String {
    let Some(last) = summary.workloads.iter().max_by_key(|workload| order(workload)) else {
        return String::new();
    };
    let time = |row: &&Row| row.ns_per_unit.filter(|_| row.findings.outcome == Outcome::Measured);
    let mut kept: Vec<&Row> =
        summary.rows_of(&last.id).filter(|row| !row.contender.is_control() && time(row).is_some()).collect();
    kept.sort_by(|a, b| time(a).unwrap_or(0.0).total_cmp(&time(b).unwrap_or(0.0)));
    let heading = look
        .paragraph(&format!("Time, × as fast as {} (▲ faster, ▼ slower, ? not resolved):", last.baseline));
    let room = room.saturating_sub(lines(&heading) + 1).max(3);
    let named: Vec<&str> =
        Task::ALL.into_iter().flat_map(|task| rivals(summary, task, &last.baseline)).collect();
    let is_named = |row: &Row| row.contender.is_users() || named.contains(&row.contender.as_str());
    let too_many = kept.iter().filter(|row| is_named(row)).count() >= room;
    let is_own = |row: &Row| row.contender == last.baseline || (is_named(row) && !too_many);
    let all = kept.len();
    if all > room {
        // the user's own and whom the answer names stay, and of the others the fastest for which there is room beside the line that says how many more
        let mut others = room.saturating_sub(1 + kept.iter().filter(|row| is_own(row)).count());
        kept.retain(|row| {
            let is_kept = is_own(row) || others > 0;
            others -= usize::from(is_kept && !is_own(row));
            is_kept
        });
    }
    let kept: Vec<&str> = kept.into_iter().map(|row| row.contender.as_str()).collect();
    let names = kept.iter().map(|id| id.chars().count()).max().unwrap_or(0);
    let columns = (usize::from(look.columns()).saturating_sub(names) / (COLUMN + 1)).clamp(1, 4);
    let workloads = shown(summary, columns);
    let titles = std::iter::once(("contender".to_owned(), Left))
        .chain(workloads.iter().map(|workload| (size(workload), Right)));
    let table = Table::new("Contenders", titles).with_rows(kept.iter().map(|id| {
        let cells = workloads
            .iter()
            .map(|workload| summary.row(&workload.id, id).map_or_else(Cell::default, beside_baseline));
        std::iter::once(Cell::code(*id)).chain(cells).collect()
    }));
    let more = match all - kept.len() {
        0 => String::new(),
        more => look.paragraph(&format!("And {more} more.")),
    };
    heading + &table.compact(look) + &more
}

/// A time, and how many times as fast that is as the baseline.
fn beside_baseline(row: &Row) -> Cell {
    let time = tables::time_of(row);
    let Some(ratio) = row.ratio.filter(|&ratio| ratio > 0.0 && row.findings.outcome == Outcome::Measured)
    else {
        return time.then(Piece::Text(format!(" {:>9}", "")));
    };
    let (factor, (_, sign)) = (times(1.0 / ratio), tables::verdict_sign(row));
    time.then(Piece::Text(format!(" {factor:>7} {sign}")))
}

/// The workloads of the columns, ascending: the first, the last, and evenly between them.
fn shown(summary: &Summary, columns: usize) -> Vec<&WorkloadSummary> {
    let mut all: Vec<&WorkloadSummary> = summary.workloads.iter().collect();
    all.sort_by_key(|workload| order(workload));
    match (all.len(), columns) {
        (0, _) => all,
        (length, 1) => vec![all[length - 1]],
        (length, columns) if length <= columns => all,
        (length, columns) => (0..columns).map(|place| all[place * (length - 1) / (columns - 1)]).collect(),
    }
}

fn order(workload: &WorkloadSummary) -> (bool, usize, Option<usize>) {
    (workload.task == Task::Sliding.word(), workload.n, workload.window)
}

fn size(workload: &WorkloadSummary) -> String {
    match workload.window {
        Some(window) => format!("{}, windows of {}", count(workload.n as u64), count(window as u64)),
        None if workload.task == Task::Made.word() => format!("n = {}", count(workload.n as u64)),
        None => values(workload.n),
    }
}

/// What stands below the table: what is available, what was not timed, how sure it is, where the rest is.
fn said(summary: &Summary) -> Vec<String> {
    let mut said = Vec::new();
    let mut absent: Vec<&str> = Vec::new();
    let mut unfit: Vec<&str> = Vec::new();
    for row in summary.rows.iter().filter(|row| !row.contender.is_control()) {
        match row.findings.outcome {
            Outcome::Absent if !absent.contains(&row.contender.as_str()) => absent.push(&row.contender),
            Outcome::Wrong | Outcome::Failed if !unfit.contains(&row.contender.as_str()) => {
                unfit.push(&row.contender);
                let sentence = format!("{} on {}: {}.", row.contender, row.workload, row_verdict(row));
                // the answer may have said it already
                if !summary.answer.contains(&sentence) {
                    said.push(sentence);
                }
            }
            _ => {}
        }
    }
    if said.len() > MOST_UNFIT {
        let more = said.len() - MOST_UNFIT;
        said.truncate(MOST_UNFIT);
        said.push(format!("And {more} more without a right answer."));
    }
    if !absent.is_empty() {
        said.push(named("Absent: ", &absent));
    }
    if !summary.complete {
        said.push("The run ended early: the workloads that were finished are here.".to_owned());
    }
    if !summary.workloads.is_empty() {
        said.push(surety(summary));
    }
    let warnings = match summary.warnings.len() {
        0 => String::new(),
        1 => " and 1 warning".to_owned(),
        more => format!(" and {more} warnings"),
    };
    said.push(format!("Every table{warnings}: breakeven report RECORD --details"));
    said.extend(summary.available.as_ref().and_then(Available::sentence));
    said
}

/// Contenders without a right answer that are named one by one.
const MOST_UNFIT: usize = 2;

/// Characters of a line of names.
const NAMES: usize = 78;

/// As many names as one line has room for, and how many more there are.
fn named(head: &str, names: &[&str]) -> String {
    let mut line = format!("{head}{}", names[0]);
    for (place, name) in names.iter().enumerate().skip(1) {
        let rest = names.len() - place;
        if line.chars().count() + name.chars().count() + 16 > NAMES {
            return format!("{line}, and {rest} more.");
        }
        line = format!("{line}, {name}");
    }
    format!("{line}.")
}
