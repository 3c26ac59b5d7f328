//! What stands in each table?

use breakeven_estimate as estimate;
use breakeven_record::Outcome;
use breakeven_record::ownership::OwnershipRecord;
use serde_json::Value;

use crate::anatomy::CallAnatomy;
use crate::claims::ClaimVerdict;
use crate::interpreters::InterpreterRow;
use crate::ladder::{Ladder, Rung};
use crate::numeral::{bracket, count, duration, durations, interval, interval_words, times};
use crate::ownership;
use crate::summary::{Choice, Row, Summary, WorkloadSummary};
use crate::table::Align::{Left, Right};
use crate::table::{Cell, Piece, Table, Tone, Verdict};
use crate::wording::{figure_words, row_interval, row_outcome};

/// Columns of a terminal that has room for bars, for intervals of times, for titles of claims, and for what counted calls return.
const BARS_FROM: u16 = 100;
const TIME_INTERVALS_FROM: u16 = 130;
const CLAIM_TITLES_FROM: u16 = 150;
const RESULTS_FROM: u16 = 120;

/// The talk's claims, and under each what it comes to in further interpreters.
pub(crate) fn claims(summary: &Summary) -> Table {
    let columns = [
        ("claim", Left),
        ("what", Left),
        ("the talk", Right),
        ("here", Right),
        ("interval", Left),
        ("verdict", Left),
    ];
    let mut table = Table::new("The talk’s claims", columns).from_width(1, CLAIM_TITLES_FROM);
    for claim in &summary.claims {
        table.rows.push(vec![
            Cell::code(&claim.id),
            claim.title().into(),
            claim.unit().write_talk(claim.talk).into(),
            Cell::from(figure_words(claim, &claim.figure)).marked(claim.extrapolated),
            claim.interval().into(),
            claim_verdict(claim.verdict),
        ]);
        table.rows.extend(claim.elsewhere.iter().map(|there| {
            vec![
                format!("in {}", there.stack).into(),
                Cell::default(),
                Cell::default(),
                figure_words(claim, &there.figure).into(),
                interval_words(&there.figure).into(),
                claim_verdict(there.verdict),
            ]
        }));
    }
    table
}

/// What a claim comes to.
pub(crate) fn claim_verdict(verdict: ClaimVerdict) -> Cell {
    let tone = match verdict {
        ClaimVerdict::Reproduced | ClaimVerdict::Surpassed => Tone::Good,
        ClaimVerdict::Consistent | ClaimVerdict::DirectionOnly => Tone::Part,
        ClaimVerdict::NotReproduced => Tone::Bad,
        ClaimVerdict::NotResolved => Tone::Open,
        ClaimVerdict::NotJudged => Tone::Plain,
    };
    let words = verdict.words().to_owned();
    Cell(vec![Piece::Badge(Verdict { tone, sign: verdict.sign(), words })])
}

/// The contenders of a workload, fastest first; those without a right answer, which are never ranked, at the end.
pub(crate) fn rows(summary: &Summary, workload: &WorkloadSummary) -> Table {
    let mut rows: Vec<&Row> =
        summary.rows_of(&workload.id).filter(|row| !row.contender.is_control()).collect();
    let time = |row: &Row| {
        row.ns_per_unit.filter(|_| row.findings.outcome == Outcome::Measured).unwrap_or(f64::INFINITY)
    };
    rows.sort_by(|a, b| time(a).total_cmp(&time(b)));
    of_rows(&workload.id, &rows)
}

/// What another tool has measured of one workload: times, and from how many processes they are.
pub(crate) fn imported(summary: &Summary, workload: &WorkloadSummary) -> Table {
    let columns = [("benchmark", Left), ("time", Right), ("interval", Left), ("processes", Right)];
    Table::new(workload.id.as_str(), columns).with_rows(summary.rows_of(&workload.id).map(|row| {
        let interval = match row.low.zip(row.high) {
            Some((low, high)) => durations(low, high),
            None if row.processes == 1 => "none: one process".to_owned(),
            None => format!("none: {} processes are too few", row.processes),
        };
        vec![Cell::code(&*row.contender), time_of(row), interval.into(), row.processes.to_string().into()]
    }))
}

/// Rows of one workload, in this order.
pub(crate) fn of_rows(name: &str, rows: &[&Row]) -> Table {
    let times: Vec<f64> = rows.iter().filter_map(|row| row.ns_per_unit).collect();
    let columns = [
        ("contender", Left),
        ("input", Left),
        ("time", Right),
        ("log scale", Left),
        ("interval", Left),
        ("ratio", Right),
        ("interval", Left),
        ("verdict", Left),
    ];
    Table::new(name, columns).from_width(3, BARS_FROM).from_width(4, TIME_INTERVALS_FROM).with_rows(
        rows.iter().map(|row| {
            vec![
                Cell::code(&*row.contender),
                row.declared.input.as_str().into(),
                time_of(row),
                row.ns_per_unit.map_or_else(Cell::default, |time| Cell::bar(on_log_scale(time, &times))),
                row.low.zip(row.high).map_or_else(String::new, |(low, high)| durations(low, high)).into(),
                Cell::or_dash(row.ratio.map(self::times)),
                row_interval(row).into(),
                row_verdict(row),
            ]
        }),
    )
}

/// A row's time per unit, or a dash.
pub(crate) fn time_of(row: &Row) -> Cell {
    Cell::or_dash(row.ns_per_unit.map(duration)).marked(row.ns_per_unit.is_some() && row.is_extrapolated())
}

/// What a row comes to: its verdict, or its outcome with the reason.
pub(crate) fn row_verdict(row: &Row) -> Cell {
    let (tone, sign) = verdict_sign(row);
    let reason = row.findings.reason.clone().filter(|_| row.findings.outcome != Outcome::Measured);
    let verdict = Cell::verdict(tone, sign, row_outcome(row));
    reason.map(Piece::Reason).into_iter().fold(verdict, Cell::then)
}

/// The colour of what a row comes to, and its sign.
pub(crate) fn verdict_sign(row: &Row) -> (Tone, &'static str) {
    match (row.findings.outcome, row.verdict) {
        (Outcome::Measured, Some(estimate::Verdict::Faster)) => (Tone::Good, "▲"),
        (Outcome::Measured, Some(estimate::Verdict::Slower)) => (Tone::Part, "▼"),
        (Outcome::Measured, Some(estimate::Verdict::Equivalent)) => (Tone::Plain, "="),
        (Outcome::Measured, Some(estimate::Verdict::NotResolved)) => (Tone::Plain, "?"),
        (Outcome::Measured, _) => (Tone::Plain, "•"),
        (Outcome::Unverified, _) => (Tone::Plain, "•"),
        (Outcome::Absent, _) => (Tone::Absent, "–"),
        _ => (Tone::Bad, "✗"),
    }
}

/// Where `time` is among `times`, logarithmically: the longest at 1, the shortest just above 0.
fn on_log_scale(time: f64, times: &[f64]) -> f64 {
    let positive = || times.iter().copied().filter(|time| *time > 0.0);
    let (least, most) = (positive().fold(f64::INFINITY, f64::min), positive().fold(0.0, f64::max));
    let share = if most > least { (time / least).ln() / (most / least).ln() } else { 1.0 };
    share.max(1.0 / 80.0)
}

/// The fastest right contender by size and by what the caller holds, and how the next one compares with it.
pub(crate) fn choice(summary: &Summary) -> Table {
    let columns = [
        ("numbers", Right),
        ("you hold a list", Left),
        ("you hold an ndarray", Left),
        ("you are in Rust", Left),
    ];
    Table::new("Fastest by size and input", columns).with_rows(summary.arrays.sizes.iter().map(|size| {
        let held = ["list", "ndarray", "slice"].map(|input| fastest(summary, &size.workload, input));
        std::iter::once(count(size.n as u64).into()).chain(held).collect()
    }))
}

fn fastest(summary: &Summary, workload: &str, input: &str) -> Cell {
    let Some(Choice { leader, .. }) = summary.choice(workload, input) else {
        return "nothing measured".into();
    };
    let told = |contender: &str| {
        let row = summary.row(workload, contender);
        let time = row.and_then(|row| row.ns_per_unit).map_or_else(String::new, duration);
        let bounds = row.and_then(|row| row.low.zip(row.high));
        let bounds = bounds.map_or_else(String::new, |(low, high)| format!(" ({})", durations(low, high)));
        [Piece::Code(contender.to_owned()), Piece::Text(format!(" {time}{bounds}"))]
    };
    let Some(next) = &leader.runner_up else {
        return Cell(told(&leader.best).into()).then(Piece::Text(", the only one".to_owned()));
    };
    let longer = next.ratio.reciprocal();
    let factor = longer.value.map_or_else(|| "not compared".to_owned(), times);
    let doubt = next.doubt().map_or_else(String::new, |verdict| format!(": {}", verdict.words()));
    let factor = format!(", {factor}{}{doubt}", bracket(longer.low, longer.high));
    let best = [Piece::Strong(told(&leader.best).into()), Piece::Text(", then ".to_owned())];
    Cell(best.into_iter().chain(told(&next.contender)).collect()).then(Piece::Text(factor))
}

/// What a call spends, part by part.
pub(crate) fn anatomy(call: &CallAnatomy) -> Table {
    let columns = [("part", Left), ("time", Right), ("interval", Left), ("share", Right), ("", Left)];
    let mut table =
        Table::new(&*call.call, columns).from_width(4, 60).with_rows(call.parts.iter().map(|part| {
            vec![
                part.title.as_str().into(),
                part.time().into(),
                part.bounds().into(),
                part.percentage().into(),
                Cell::bar(2.0 * part.share.value.unwrap_or(0.0)),
            ]
        }));
    table.notes.push(format!("All parts together are {} of the call{}", call.sum(), call.judgement()));
    table
}

/// The references to a list and its items around calls.
pub(crate) fn ownership(owners: &OwnershipRecord) -> Table {
    Table::new("References before, during and after a call", ownership::HEADER.map(|title| (title, Left)))
        .from_width(ownership::RESULT, RESULTS_FROM)
        .with_rows(ownership::lines(owners).map(Vec::from))
}

/// Contenders in further interpreters beside themselves in the embedded one.
pub(crate) fn interpreters(rows: &[InterpreterRow]) -> Table {
    let columns = [
        ("contender", Left),
        ("workload", Left),
        ("here", Right),
        ("elsewhere", Right),
        ("over here", Right),
        ("verdict", Left),
    ];
    Table::new("Interpreters side by side", columns).with_rows(rows.iter().map(|row| {
        let over = row.times.value.map(times).unwrap_or_default();
        let bounds = row.times.value.map(|_| interval_words(&row.times));
        vec![
            Cell::code(row.elsewhere.as_str()),
            Cell::code(&row.workload),
            Cell::or_dash(row.embedded_ns_per_unit.map(duration)),
            Cell::or_dash(row.ns_per_unit.map(duration)),
            Cell::from(over).aside(bounds),
            Cell::or_dash(row.reason.clone().or(row.verdict.map(|verdict| verdict.words().to_owned()))),
        ]
    }))
}

/// The rungs of a ladder, slowest first.
pub(crate) fn rungs(ladder: &Ladder<'_>) -> Table {
    let over = Cell::from("times as fast as ").then(Piece::Code(ladder.workload.baseline.to_string()));
    let columns =
        [("rung".into(), Left), (over, Right), ("interval".into(), Left), ("an hour takes".into(), Right)];
    Table::new(&*ladder.workload.id, columns).with_rows(ladder.rungs.iter().map(|rung: &Rung<'_>| {
        let wrong = rung.is_wrong().then(|| "wrong".to_owned());
        let bounds = rung.times.low.zip(rung.times.high).filter(|(low, high)| low < high);
        vec![
            Cell::code(&*rung.row.contender)
                .aside(wrong)
                .marked(!rung.is_wrong() && rung.row.is_extrapolated()),
            Cell::or_dash(rung.times.value.map(times)),
            bounds.map_or_else(String::new, |(low, high)| interval(low, high)).into(),
            Cell::or_dash(rung.hour_ns.value.map(duration)),
        ]
    }))
}

/// The machine and the software.
pub(crate) fn environment(summary: &Summary) -> Table {
    let facts = summary.environment.facts.iter().chain(&summary.environment.context);
    Table::new("Environment", [("", Left), ("", Left)]).with_rows(facts.map(|(name, value)| {
        let value = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        vec![name.replace('_', " ").into(), value.into()]
    }))
}
