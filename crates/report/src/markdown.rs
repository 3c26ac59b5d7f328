//! What goes into a README or a job summary?

use breakeven_problem::Task;
use serde_json::Value;

use crate::contents::{self, missing, tables};
use crate::document::{Block, markdown};
use crate::summary::{Summary, WorkloadSummary};
use crate::table::{Cell, Piece};
use crate::wording::{confidence, notes, warning};

/// A part of the report, as a README's markers name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The talk's claims, with what they rest on.
    Claims,
    /// Which contender to use at which size.
    Choice,
    /// What one call spends, step by step.
    Anatomy,
    /// The rungs of the pedometer.
    Ladder,
    /// Sliding windows.
    Sliding,
    /// Reference counts around calls.
    Ownership,
    /// The same contenders in other interpreters.
    Interpreters,
    /// What to know before a figure is believed.
    Warnings,
    /// The machine and the software.
    Environment,
}

impl Part {
    /// All of them, in the order of the page.
    pub const ALL: [Part; 9] = [
        Part::Claims,
        Part::Choice,
        Part::Anatomy,
        Part::Ladder,
        Part::Sliding,
        Part::Ownership,
        Part::Interpreters,
        Part::Warnings,
        Part::Environment,
    ];

    /// Its name in a README's markers, and its heading, which is that of the page.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Part::Claims => ("claims", "The answer"),
            Part::Choice => ("choice", "Which way, at which size"),
            Part::Anatomy => ("anatomy", "Why NumPy is slow on small arrays"),
            Part::Ladder => ("ladder", "The ladder to 117×"),
            Part::Sliding => ("sliding", "Sliding windows"),
            Part::Ownership => ("ownership", "Who owns what"),
            Part::Interpreters => ("interpreters", "Interpreters side by side"),
            Part::Warnings => ("warnings", "Warnings"),
            Part::Environment => ("environment", "Environment"),
        }
    }

    /// The line that opens the block which [`splice`] replaces.
    #[must_use]
    pub fn begin(self) -> String {
        begin(self.names().0)
    }

    /// The line that closes it.
    #[must_use]
    pub fn end(self) -> String {
        end(self.names().0)
    }

    /// Its heading, as on the page.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.names().1
    }

    /// Whether a user's own comparison has it too, which says nothing of the talk.
    fn is_of_any_record(self) -> bool {
        !matches!(self, Part::Choice | Part::Ladder | Part::Sliding | Part::Interpreters)
    }
}

/// The main parts of the report with their headings, for a job summary. Ends with a newline; text from the record
/// cannot break it.
#[must_use]
pub fn report(summary: &Summary) -> String {
    if summary.imported.is_some() {
        return markdown(&contents::imported(summary));
    }
    let is_users = summary.is_users_comparison();
    let sections = Part::ALL.into_iter().filter(|part| !is_users || part.is_of_any_record());
    let blocks = sections.flat_map(|part| {
        let title = if is_users && part == Part::Claims { "The comparison" } else { part.title() };
        std::iter::once(Block::Title(title.to_owned())).chain(blocks(summary, part))
    });
    markdown(&blocks.collect::<Vec<_>>())
}

/// One part without its heading. Ends with a newline; text from the record cannot break it.
#[must_use]
pub fn part(summary: &Summary, part: Part) -> String {
    markdown(&blocks(summary, part))
}

fn blocks(summary: &Summary, part: Part) -> Vec<Block> {
    match part {
        Part::Claims => claims(summary),
        Part::Choice => contents::choice(summary),
        Part::Anatomy => contents::anatomy(summary),
        Part::Ladder => contents::ladder(summary),
        Part::Sliding => sliding(summary),
        Part::Ownership => contents::ownership(summary),
        Part::Interpreters => contents::interpreters(summary),
        Part::Warnings => warnings(summary),
        Part::Environment => environment(summary),
    }
}

/// The claims (of a user's comparison: every workload), what they rest on, and whose the numbers are.
fn claims(summary: &Summary) -> Vec<Block> {
    let mut blocks = if summary.is_users_comparison() {
        contents::workloads(summary, &summary.workloads)
    } else {
        vec![Block::Table(tables::claims(summary))]
    };
    blocks.push(Block::Paragraph(provenance(summary)));
    let said = notes(summary).into_iter().filter(|note| *note != confidence(summary));
    let mut lines: Vec<Cell> = said.map(Cell::from).collect();
    match summary.warnings.len() {
        0 => {}
        number => lines.push(format!("Warnings of this run: {number}; the report lists them.").into()),
    }
    let mut seen = Vec::new();
    for input in summary.workloads.iter().map(|workload| &workload.input) {
        if let Some(note) = input.note.as_ref().filter(|note| !seen.contains(note)) {
            let kind = match input.kind.as_str() {
                "file" => "File",
                "made" => "Inputs of",
                _ => "Recording",
            };
            lines.push(format!("{kind} {}: {note}", input.name).into());
            seen.push(note);
        }
    }
    blocks.push(Block::List(lines));
    blocks
}

/// Every sliding workload, fastest first.
fn sliding(summary: &Summary) -> Vec<Block> {
    let sliding = |workload: &&WorkloadSummary| workload.task == Task::Sliding.word();
    let workloads = contents::workloads(summary, summary.workloads.iter().filter(sliding));
    if workloads.is_empty() {
        return missing("This record has no sliding windows.");
    }
    let reading = "Time per window, as one call over the series. A Python row returns a new array, a Rust row writes \
                   into a slice.";
    std::iter::once(Block::Paragraph(reading.into())).chain(workloads).collect()
}

/// Every warning, with its advice.
fn warnings(summary: &Summary) -> Vec<Block> {
    if summary.warnings.is_empty() {
        return missing("Nothing stood out while this was measured.");
    }
    vec![Block::List(summary.warnings.iter().map(|found| warning(found).into()).collect())]
}

/// The machine and the software.
fn environment(summary: &Summary) -> Vec<Block> {
    let key = Cell::from("Absolute times may be compared between records with the same key: ")
        .then(Piece::Code(summary.environment.key.clone()))
        .then(Piece::Text(".".to_owned()));
    vec![Block::Paragraph(key), Block::Table(tables::environment(summary))]
}

/// A README that lacks the place for what shall stand there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpliceError {
    /// A marker is missing.
    #[error("the text has no line {0}: add both markers where the block shall stand")]
    Missing(String),
    /// The closing marker stands first.
    #[error("{1} stands before {0}: put them in order")]
    Order(String, String),
}

/// `readme` with what stands between its markers replaced, for every [`Part`] whose markers it has, by
/// `block` of that part; the markers stay.
///
/// # Errors
/// There is no marker at all, one lacks its fellow, or they are in the wrong order.
///
/// ```
/// use breakeven_report::markdown::{Part, splice};
/// let readme = "# Title\n<!-- claims:begin -->\nold\n<!-- claims:end -->\n";
/// let new = splice(readme, |part| format!("{}\n", part.title()))?;
/// assert_eq!(new, "# Title\n<!-- claims:begin -->\nThe answer\n<!-- claims:end -->\n");
/// # Ok::<(), breakeven_report::markdown::SpliceError>(())
/// ```
pub fn splice(readme: &str, block: impl Fn(Part) -> String) -> Result<String, SpliceError> {
    let wanted =
        Part::ALL.into_iter().filter(|part| readme.contains(&part.begin()) || readme.contains(&part.end()));
    let wanted: Vec<Part> = wanted.collect();
    if wanted.is_empty() {
        return Err(SpliceError::Missing(Part::Claims.begin()));
    }
    let mut spliced = readme.to_owned();
    for part in wanted {
        spliced = splice_block(&spliced, part.names().0, &block(part))?;
    }
    Ok(spliced)
}

/// `text` with what stands between `<!-- NAME:begin -->` and `<!-- NAME:end -->` replaced by `block`.
///
/// # Errors
/// A marker is missing, or they are in the wrong order.
pub fn splice_block(text: &str, name: &str, block: &str) -> Result<String, SpliceError> {
    let (begin, end) = (begin(name), end(name));
    let place = |marker: &str| text.find(marker).ok_or_else(|| SpliceError::Missing(marker.to_owned()));
    let (from, to) = (place(&begin)?, place(&end)?);
    if to < from {
        return Err(SpliceError::Order(begin, end));
    }
    let head = &text[..from + begin.len()];
    Ok(format!("{head}\n{}\n{}", block.trim_end(), &text[to..]))
}

fn begin(name: &str) -> String {
    format!("<!-- {name}:begin -->")
}

fn end(name: &str) -> String {
    format!("<!-- {name}:end -->")
}

fn provenance(summary: &Summary) -> Cell {
    let fact = |name: &str, prefix: &str, suffix: &str| match summary.environment.facts.get(name) {
        Some(Value::String(text)) => format!(", {prefix}{text}{suffix}"),
        Some(other) => format!(", {prefix}{other}{suffix}"),
        None => String::new(),
    };
    let measured = Cell::from(format!(
        "{}{}{}{}; mode {}, seed {}. {}",
        summary.interpreter(),
        summary.numpy().map_or_else(String::new, |numpy| format!(", NumPy {numpy}")),
        fact("cpu", "", ""),
        fact("processors", "", " processors"),
        summary.mode.word(),
        summary.seed,
        confidence(summary),
    ));
    match summary.claim("end-to-end-speedup").and_then(|claim| claim.workload.clone()) {
        Some(workload) => measured
            .then(Piece::Text(" The recording is ".to_owned()))
            .then(Piece::Code(workload))
            .then(Piece::Text(".".to_owned())),
        None => measured,
    }
}
