//! What stands in a list of records and in a trend, on a terminal, in Markdown and on the page?

use breakeven_estimate::change_points::{ERROR, LEAST_SERIES};

use super::trend::{LevelChange, Quantity, Series, Trend};
use super::{History, KnownRecord};
use crate::document::{self, Block};
use crate::look::Look;
use crate::numeral::{bracket, duration, percent, significant, times};
use crate::table::Align::{Left, Right};
use crate::table::{Cell, Piece, Table, Tone};

/// Columns of a terminal that has room for processors and for schemas.
const PROCESSORS_FROM: u16 = 130;
const SCHEMAS_FROM: u16 = 150;

/// Columns of a terminal that has room for probabilities.
const P_FROM: u16 = 130;

/// Characters of an environment's key that tell it from the others.
const KEY: usize = 8;

/// The list for a terminal or a file. Ends with a newline.
#[must_use]
pub fn list_text(history: &History, look: &Look) -> String {
    document::terminal(&list(history), *look)
}

/// The list as Markdown. Ends with a newline; text from the records cannot break it.
#[must_use]
pub fn list_markdown(history: &History) -> String {
    document::markdown(&list(history))
}

/// The trend for a terminal or a file; empty where the history has none. Ends with a newline.
#[must_use]
pub fn trend_text(history: &History, look: &Look) -> String {
    document::terminal(&trend(history), *look)
}

/// The trend as Markdown; empty where the history has none. Ends with a newline; text from the records cannot break it.
#[must_use]
pub fn trend_markdown(history: &History) -> String {
    document::markdown(&trend(history))
}

fn list(history: &History) -> Vec<Block> {
    let said: Vec<Cell> = about_folder(history).into_iter().map(Cell::from).collect();
    vec![Block::Table(records_table(history)), Block::List(said)]
}

fn trend(history: &History) -> Vec<Block> {
    let Some(trend) = &history.trend else { return Vec::new() };
    let mut blocks = vec![
        Block::Title("What changed".to_owned()),
        Block::Paragraph(sentences(history, trend).join(" ").into()),
    ];
    if !trend.changes.is_empty() {
        blocks.push(Block::Table(changes_table(history, trend)));
    }
    blocks.extend(std::iter::once(Block::Title("Every series".to_owned())).chain(
        trend.by_workload().flat_map(|series| {
            [Block::Heading(heading(&series[0])), Block::Table(series_table(history, series))]
        }),
    ));
    blocks.extend([
        Block::Title("The records".to_owned()),
        Block::List(about_folder(history).into_iter().map(Cell::from).collect()),
    ]);
    blocks
}

/// The records, oldest first.
pub(crate) fn records_table(history: &History) -> Table {
    let columns = [
        ("number", Right),
        ("record", Left),
        ("begun", Left),
        ("label", Left),
        ("environment", Left),
        ("processor", Left),
        ("mode", Left),
        ("workloads", Right),
        ("noise", Right),
        ("schema", Left),
    ];
    Table::new("Records", columns).from_width(5, PROCESSORS_FROM).from_width(9, SCHEMAS_FROM).with_rows(
        history.records.iter().enumerate().map(|(place, known)| {
            let ended = (!known.complete).then(|| "ended early".to_owned());
            vec![
                (place + 1).to_string().into(),
                Cell::from(name(known)).aside(known.is_baseline.then(|| "baseline".to_owned())),
                known.created.as_str().into(),
                known.label.as_str().into(),
                short(&known.environment).into(),
                Cell::or_dash(known.cpu.clone()),
                known.imported.as_deref().unwrap_or(known.mode.word()).into(),
                Cell::from(known.workloads.to_string()).aside(ended),
                Cell::or_dash(known.noise_threshold.map(percent)),
                known.schema.as_str().into(),
            ]
        }),
    )
}

/// What there is in the folder but the records, and of the baseline; a sentence each.
fn about_folder(history: &History) -> Vec<String> {
    let mut lines = vec![match &history.baseline {
        Some(baseline) => format!(
            "Baseline: {}, blessed {}{}: {}",
            folder_of(&baseline.record),
            baseline.blessed,
            baseline.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default(),
            baseline.reason
        ),
        None => {
            "No record is blessed: `breakeven history bless RECORD --reason TEXT` makes one the baseline."
                .to_owned()
        }
    }];
    lines.extend(history.notices.iter().map(|notice| format!("Notice: {notice}")));
    lines.extend(
        history.foreign.iter().map(|foreign| format!("Not read: {}: {}", foreign.file, foreign.reason)),
    );
    lines.push(
        "Noise is the median noise threshold of a record's workloads. Times may be compared between records of the same environment \
         only; ratios of different environments compare the machines too."
            .to_owned(),
    );
    lines
}

/// What was looked for and found, in sentences.
pub(crate) fn sentences(history: &History, trend: &Trend) -> Vec<String> {
    let records = history.records.len();
    let environments = history.records.iter().map(|known| known.environment.as_str());
    let environments = environments.collect::<std::collections::BTreeSet<_>>().len();
    let mut said = vec![format!(
        "{records} {} of {environments} {}.",
        plural(records, "record", "records"),
        plural(environments, "environment", "environments")
    )];
    if trend.tested == 0 {
        said.push(format!(
            "A change of a level is found in {LEAST_SERIES} records of a contender or more; here the longest series of one \
             environment has {}.",
            trend.longest(history)
        ));
        return said;
    }
    let changes = trend.changes.len();
    said.push(match changes {
        0 => format!("No level changed in {} series of {LEAST_SERIES} records or more.", trend.tested),
        _ => format!(
            "{changes} {} of a level in {} series of {LEAST_SERIES} records or more.",
            plural(changes, "change", "changes"),
            trend.tested
        ),
    });
    said.push(format!(
        "By chance alone about {} of so many series would show one (E-divisive on ranks, {} per series); a change of up to {} counts \
         as none. `breakeven gate --base COMMIT` measures whether it was the code.",
        significant(ERROR * trend.tested as f64, 2),
        percent(ERROR),
        percent(trend.tolerance)
    ));
    said
}

/// Where levels changed.
pub(crate) fn changes_table(history: &History, trend: &Trend) -> Table {
    let columns = [
        ("contender", Left),
        ("from record on", Left),
        ("what", Left),
        ("before", Right),
        ("after", Right),
        ("change", Left),
        ("environment", Left),
        ("p", Right),
    ];
    let mut table = Table::new("Changes of levels", columns).from_width(7, P_FROM);
    for change in &trend.changes {
        let (record, before) = (&history.records[change.record], &history.records[change.last_before]);
        let environment = change.environment.as_deref().map_or("several: advisory", short);
        table.rows.push(vec![
            Cell::code(&*change.contender).aside(Some(format!("on {}", change.workload))),
            Cell::from(name(record)).aside(commits(before, record)),
            change.quantity.word().into(),
            level(change, change.before).into(),
            level(change, change.after).into(),
            verdict(change),
            environment.into(),
            significant(change.p, 2).into(),
        ]);
    }
    table
}

fn commits(before: &KnownRecord, record: &KnownRecord) -> Option<String> {
    let (old, new) = (before.commit.as_ref()?, record.commit.as_ref()?);
    (old != new).then(|| format!("commits {old} to {new}"))
}

fn level(change: &LevelChange, value: f64) -> String {
    match change.quantity {
        Quantity::Ratio => times(value),
        Quantity::Time => duration(value),
    }
}

fn verdict(change: &LevelChange) -> Cell {
    let written = format!("{}×", significant(change.change, 3));
    let (tone, sign) = match (change.environment.is_some(), change.change > 1.0) {
        (false, _) => (Tone::Plain, "~"),
        (true, true) => (Tone::Bad, "▼"),
        (true, false) => (Tone::Good, "▲"),
    };
    let words = if change.change > 1.0 { "slower" } else { "faster" };
    Cell::verdict(tone, sign, format!("{written} {words}"))
}

/// Of what workload and baseline these series are.
pub(crate) fn heading(series: &Series) -> Cell {
    if series.is_imported() {
        return Cell::code(&series.workload);
    }
    let heading = Cell::code(&series.workload)
        .then(Piece::Text(", over ".to_owned()))
        .then(Piece::Code(series.baseline.to_string()));
    match &series.difference {
        Some(difference) => heading
            .then(Piece::Text(format!("; another workload than the older one of this id: {difference}"))),
        None => heading,
    }
}

/// The first and the last point of each of these series.
pub(crate) fn series_table(history: &History, series: &[Series]) -> Table {
    let columns = [
        ("contender", Left),
        ("records", Right),
        ("oldest ratio", Right),
        ("latest ratio", Right),
        ("oldest time", Right),
        ("latest time", Right),
    ];
    let mut table = Table::new("Every series", columns);
    for one in series {
        let (Some(first), Some(last)) = (one.points.first(), one.points.last()) else { continue };
        let key = |record: usize| history.records[record].environment.as_str();
        let ratio = |point: &super::Point| {
            Cell::or_dash(point.ratio.value.map(times)).aside(
                Some(bracket(point.ratio.low, point.ratio.high).trim_matches([' ', '(', ')']).to_owned())
                    .filter(|text| !text.is_empty()),
            )
        };
        // the oldest of the latest environment: other times are not comparable with it
        let comparable =
            one.points.iter().find(|point| key(point.record) == key(last.record)).unwrap_or(last);
        let time = |point: &super::Point| Cell::or_dash(point.ns_per_unit.value.map(duration));
        let only = comparable.record == last.record;
        table.rows.push(vec![
            Cell::code(&*one.contender),
            one.points.len().to_string().into(),
            if first.record == last.record { Cell::or_dash(None) } else { ratio(first) },
            ratio(last),
            if only { Cell::or_dash(None) } else { time(comparable) },
            time(last),
        ]);
    }
    table
}

/// A record's folder, which names it.
fn name(known: &KnownRecord) -> &str {
    folder_of(&known.record)
}

/// The folder of the record with this path.
pub(super) fn folder_of(record: &str) -> &str {
    record.strip_suffix("/record.json").unwrap_or(record)
}

fn short(key: &str) -> &str {
    key.char_indices().nth(KEY).map_or(key, |(end, _)| &key[..end])
}

fn plural(count: usize, one: &'static str, many: &'static str) -> &'static str {
    if count == 1 { one } else { many }
}
