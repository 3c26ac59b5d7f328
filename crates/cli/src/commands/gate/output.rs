//! How is a judgement written: on a terminal, in a job summary, for programs and for CI servers?

use std::path::Path;

use anyhow::Context as _;
use breakeven_estimate::median;
use breakeven_gate::judgement::{GateVerdict, Judgement, Row, StageName};
use breakeven_gate::junit::junit;
use breakeven_gate::side::Both;
use breakeven_measure::instructions::Counts;
use breakeven_record::replace_file;
use breakeven_report::document::{self as text, Block, PairedChange, PairedChanges};
use breakeven_report::numeral::{bytes, interval, percent, times};
use breakeven_report::page::document;
use breakeven_report::table::Align::{Left, Right};
use breakeven_report::table::{Cell, Piece, Table, Tone};

use crate::arguments::{Format, GateArguments};
use crate::commands;
use crate::commands::report::look;
use crate::stop::{CommandResult, Stop};

/// Prints a judgement in this format.
pub(super) fn print(judgement: &Judgement, format: Format) -> CommandResult {
    commands::print(&match format {
        Format::Json => json(judgement)?,
        Format::Markdown => markdown(judgement),
        Format::Text => text::terminal(&blocks(judgement), look()),
    })
}

/// Writes all formats into the folder that `--output` names, if it is given, with the samples.
pub(super) fn write(judgement: &Judgement, arguments: &GateArguments, samples: &Path) -> CommandResult {
    let Some(folder) = &arguments.output else { return Ok(()) };
    let named = || format!("--output {}", folder.display());
    let write = || {
        std::fs::create_dir_all(folder)?;
        replace_file(&folder.join("gate.md"), markdown(judgement).as_bytes())?;
        replace_file(&folder.join("gate.html"), page(judgement).as_bytes())?;
        replace_file(&folder.join("junit.xml"), junit(judgement).as_bytes())?;
        std::fs::copy(samples, folder.join("samples.json")).map(drop)
    };
    write().with_context(named).map_err(Stop::ours)?;
    let json = json(judgement)?;
    replace_file(&folder.join("gate.json"), json.as_bytes()).with_context(named).map_err(Stop::ours)
}

fn json(judgement: &Judgement) -> Result<String, Stop> {
    serde_json::to_string_pretty(judgement).map_err(Stop::ours)
}

fn markdown(judgement: &Judgement) -> String {
    text::markdown(&blocks(judgement))
}

/// The same as a page, with the pairs of each row that was decided on, and every row.
fn page(judgement: &Judgement) -> String {
    let mut blocks: Vec<Block> = changed(judgement).map(Block::Table).into_iter().collect();
    let decided: Vec<PairedChange> =
        judgement.rows.iter().chain(&judgement.sentinels).flat_map(pairs).collect();
    if !decided.is_empty() {
        blocks.push(Block::Title("What was decided on, pair by pair".to_owned()));
        blocks.push(Block::Figure(PairedChanges {
            caption: "Each small dot is one triple of processes: the head's time over the base's, and below it that of \
                      the base measured again over the base's. The bar is the interval; in the grey band a change counts \
                      as none."
                .to_owned(),
            sides: ["head", "base"],
            rows: decided,
        }));
    }
    blocks.push(Block::Title("How it was measured".to_owned()));
    blocks.push(Block::List(footer(judgement).into_iter().map(Cell::from).collect()));
    blocks.push(Block::Title("Every row".to_owned()));
    let all: Vec<&Row> = judgement.rows.iter().chain(&judgement.sentinels).collect();
    let memory = |row: &&Row| Cell::or_dash(row.peak_bytes.map(memory));
    let every = table("Every row, and the sentinels", &all);
    blocks.push(Block::Table(every.with_column("memory of a call", Left, all.iter().map(memory))));
    document("breakeven gate", &judgement.judgement, &blocks)
}

/// What a row's pairs show: the head over the base, and the base again.
fn pairs(row: &Row) -> Vec<PairedChange> {
    let Some((ratios, value)) = row.ratios.as_ref().zip(row.change.value) else { return Vec::new() };
    let noise_threshold = row.noise_threshold.unwrap_or_default();
    let of_head = PairedChange {
        label: format!("{} on {}", row.contender, row.workload),
        value,
        low: row.change.low.unwrap_or(value),
        high: row.change.high.unwrap_or(value),
        noise_threshold,
        pairs: ratios.head.clone(),
        text: format!("{} {}", times(value), row.verdict.words()),
        tone: tone(row.verdict).0,
    };
    let again = median(&ratios.again).unwrap_or(1.0);
    let control = PairedChange {
        label: "the base again".to_owned(),
        value: again,
        low: again,
        high: again,
        pairs: ratios.again.clone(),
        text: String::new(),
        tone: Tone::Plain,
        ..of_head.clone()
    };
    vec![of_head, control]
}

/// The judgement first, then what changed; the rest is a count.
fn blocks(judgement: &Judgement) -> Vec<Block> {
    let mut blocks = vec![Block::Paragraph(format!("{}.", judgement.judgement).into())];
    blocks.extend(changed(judgement).map(Block::Table));
    blocks.push(Block::List(footer(judgement).into_iter().map(Cell::from).collect()));
    blocks
}

fn changed(judgement: &Judgement) -> Option<Table> {
    let changed: Vec<&Row> = judgement.rows.iter().filter(|row| row.verdict.is_change()).collect();
    (!changed.is_empty()).then(|| table("What changed", &changed))
}

fn table(name: &str, rows: &[&Row]) -> Table {
    let columns = [
        ("contender", Left),
        ("workload", Left),
        ("head / base", Left),
        ("instructions", Right),
        ("noise threshold", Right),
        ("verdict", Left),
    ];
    Table::new(name, columns).with_rows(rows.iter().map(|row| {
        let bounds = row.change.low.zip(row.change.high).map(|(low, high)| interval(low, high));
        vec![
            Cell::code(&row.contender),
            Cell::code(&row.workload),
            Cell::or_dash(row.change.value.map(times)).aside(bounds),
            Cell::or_dash(row.counts.map(instructions)),
            Cell::or_dash(row.noise_threshold.map(percent)),
            verdict(row),
        ]
    }))
}

/// By how much the instructions of one call changed; branches are in the JSON.
fn instructions(Both { base, head }: Both<Counts>) -> String {
    match head.instructions as f64 / base.instructions.max(1) as f64 - 1.0 {
        0.0 => "the same".to_owned(),
        change => format!("{change:+.1}", change = 100.0 * change).replace('-', "−") + " %",
    }
}

/// What a call took at its peak, in base and head.
fn memory(Both { base, head }: Both<u64>) -> String {
    if base == head { bytes(base) } else { format!("{} → {}", bytes(base), bytes(head)) }
}

fn verdict(row: &Row) -> Cell {
    let (tone, sign) = tone(row.verdict);
    let mut cell = Cell::verdict(tone, sign, row.verdict.words());
    cell.0.extend(row.reason.clone().map(Piece::Reason));
    cell
}

/// How a verdict is marked.
fn tone(verdict: GateVerdict) -> (Tone, &'static str) {
    match verdict {
        GateVerdict::Wrong | GateVerdict::Failed => (Tone::Bad, "✗"),
        GateVerdict::Regressed => (Tone::Bad, "▼"),
        GateVerdict::Improved => (Tone::Good, "▲"),
        GateVerdict::Removed => (Tone::Absent, "−"),
        GateVerdict::Added => (Tone::Plain, "+"),
        GateVerdict::NotResolved => (Tone::Open, "?"),
        GateVerdict::Unchanged => (Tone::Plain, "="),
    }
}

fn footer(judgement: &Judgement) -> Vec<String> {
    let measured = &judgement.measured;
    let mut lines = vec![
        format!("Base {}, head {}.", judgement.base.words(), judgement.head.words()),
        format!(
            "Head over base; above 1 the head is slower. {} triples of processes screened all rows, {}{}.",
            measured.screening_triples,
            match measured.decision_triples {
                0 => "and none was suspected".to_owned(),
                triples => format!("{triples} others decided on those that were suspected (99 % jointly)"),
            },
            match measured.confirmation_triples {
                0 => String::new(),
                triples => format!(
                    ", and {triples} with another link order on what moved with the same instructions"
                ),
            }
        ),
    ];
    if let Some((half, all)) = judgement.minimum_detectable() {
        lines.push(format!(
            "With a probability of 80 % a difference of {} is found on half of the rows, and of {} on all (minimum \
             detectable effect; up to {} counts as none).",
            percent(half - 1.0),
            percent(all - 1.0),
            percent(judgement.threshold)
        ));
    }
    let sentinels: Vec<String> = judgement.sentinels.iter().map(Row::words).collect();
    if judgement.machine_moved {
        lines.push(format!(
            "Sentinels, which the change of the code cannot have touched: {}.",
            sentinels.join(", ")
        ));
    }
    let screened = judgement.rows.iter().filter(|row| row.stage == Some(StageName::Screening)).count();
    lines.push(format!(
        "Cleared by the screening: {screened} of {} rows. Processor: {}.",
        judgement.rows.len(),
        measured.cpu
    ));
    lines.extend(judgement.notes.iter().map(|note| format!("Note: {note}.")));
    lines
}
