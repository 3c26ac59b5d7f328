//! What goes into a README or a job summary?

mod parts;

use crate::claims::Claim;
use crate::escape::markdown as escaped;
use crate::summary::Summary;
use crate::wording::{confidence, figure_words, notes, value};

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

    /// The line that opens the block which [`splice`] replaces.
    #[must_use]
    pub fn begin(self) -> &'static str {
        match self {
            Part::Claims => "<!-- claims:begin -->",
            Part::Choice => "<!-- choice:begin -->",
            Part::Anatomy => "<!-- anatomy:begin -->",
            Part::Ladder => "<!-- ladder:begin -->",
            Part::Sliding => "<!-- sliding:begin -->",
            Part::Ownership => "<!-- ownership:begin -->",
            Part::Interpreters => "<!-- interpreters:begin -->",
            Part::Warnings => "<!-- warnings:begin -->",
            Part::Environment => "<!-- environment:begin -->",
        }
    }

    /// The line that closes it.
    #[must_use]
    pub fn end(self) -> &'static str {
        match self {
            Part::Claims => "<!-- claims:end -->",
            Part::Choice => "<!-- choice:end -->",
            Part::Anatomy => "<!-- anatomy:end -->",
            Part::Ladder => "<!-- ladder:end -->",
            Part::Sliding => "<!-- sliding:end -->",
            Part::Ownership => "<!-- ownership:end -->",
            Part::Interpreters => "<!-- interpreters:end -->",
            Part::Warnings => "<!-- warnings:end -->",
            Part::Environment => "<!-- environment:end -->",
        }
    }

    /// Whether a user's own comparison has it too, which says nothing of the talk.
    fn is_of_any_record(self) -> bool {
        !matches!(self, Part::Choice | Part::Ladder | Part::Sliding | Part::Interpreters)
    }

    /// Its heading, as on the page.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Part::Claims => "The answer",
            Part::Choice => "Which way, at which size",
            Part::Anatomy => "Why NumPy is slow on small arrays",
            Part::Ladder => "The ladder to 117×",
            Part::Sliding => "Sliding windows",
            Part::Ownership => "Who owns what",
            Part::Interpreters => "Interpreters side by side",
            Part::Warnings => "Warnings",
            Part::Environment => "Environment",
        }
    }
}

/// The main parts of the report with their headings, for a job summary. Ends with a newline; text from the record
/// cannot break it.
#[must_use]
pub fn report(summary: &Summary) -> String {
    let wanted = |part: &Part| !summary.is_users_comparison() || part.is_of_any_record();
    let sections = Part::ALL.into_iter().filter(wanted);
    let sections =
        sections.map(|wanted| format!("## {}\n\n{}", title(summary, wanted), part(summary, wanted)));
    sections.collect::<Vec<_>>().join("\n")
}

fn title(summary: &Summary, part: Part) -> &'static str {
    match part {
        Part::Claims if summary.is_users_comparison() => "The comparison",
        part => part.title(),
    }
}

/// One part without its heading. Ends with a newline; text from the record cannot break it.
#[must_use]
pub fn part(summary: &Summary, part: Part) -> String {
    match part {
        Part::Claims => claims(summary),
        Part::Choice => parts::choice(summary),
        Part::Anatomy => parts::anatomy(summary),
        Part::Ladder => parts::ladder(summary),
        Part::Sliding => parts::sliding(summary),
        Part::Ownership => parts::ownership(summary),
        Part::Interpreters => parts::interpreters(summary),
        Part::Warnings => parts::warnings(summary),
        Part::Environment => parts::environment(summary),
    }
}

/// The claims as a Markdown table (of a user's comparison: the rows), what they rest on, and whose the numbers are.
fn claims(summary: &Summary) -> String {
    let mut text =
        if summary.is_users_comparison() { parts::every_row(summary) } else { claims_table(summary) };
    text.push_str(&format!("\n{}\n\n", provenance(summary)));
    for note in notes(summary).iter().filter(|note| **note != confidence(summary)) {
        text.push_str(&format!("- {}\n", escaped(note)));
    }
    match summary.warnings.len() {
        0 => {}
        number => text.push_str(&format!("- Warnings of this run: {number}; the report lists them.\n")),
    }
    let mut seen = Vec::new();
    for workload in &summary.workloads {
        if let Some(note) = workload.input.note.as_ref().filter(|note| !seen.contains(note)) {
            let kind = if workload.input.kind == "file" { "File" } else { "Recording" };
            text.push_str(&format!("- {kind} {}: {}\n", escaped(&workload.input.name), escaped(note)));
            seen.push(note);
        }
    }
    text
}

fn claims_table(summary: &Summary) -> String {
    let mut text =
        String::from("| claim | the talk | here | interval | verdict |\n|---|---:|---:|---|---|\n");
    for claim in &summary.claims {
        text.push_str(&claim_row(summary, claim));
        for there in &claim.elsewhere {
            text.push_str(&format!(
                "| in {} | | {} | {} | {} |\n",
                escaped(&there.stack),
                figure_words(claim, &there.figure),
                crate::numeral::interval_words(&there.figure),
                there.verdict.words()
            ));
        }
    }
    text
}

/// A README that lacks the place for what shall stand there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpliceError {
    /// A marker is missing.
    #[error("the text has no line {0}: add both markers where the block shall stand")]
    Missing(&'static str),
    /// The closing marker stands first.
    #[error("{1} stands before {0}: put them in order")]
    Order(&'static str, &'static str),
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
        Part::ALL.into_iter().filter(|part| readme.contains(part.begin()) || readme.contains(part.end()));
    let wanted: Vec<Part> = wanted.collect();
    if wanted.is_empty() {
        return Err(SpliceError::Missing(Part::Claims.begin()));
    }
    let mut spliced = readme.to_owned();
    for part in wanted {
        let begin = spliced.find(part.begin()).ok_or(SpliceError::Missing(part.begin()))?;
        let end = spliced.find(part.end()).ok_or(SpliceError::Missing(part.end()))?;
        if end < begin {
            return Err(SpliceError::Order(part.begin(), part.end()));
        }
        let head = &spliced[..begin + part.begin().len()];
        spliced = format!("{head}\n{}\n{}", block(part).trim_end(), &spliced[end..]);
    }
    Ok(spliced)
}

fn claim_row(summary: &Summary, claim: &Claim) -> String {
    let vetoed = if summary.vetoed_under(claim).is_some() { ", vetoed for noise" } else { "" };
    format!(
        "| {} (`{}`) | {} | {} | {} | {}{vetoed} |\n",
        claim.title(),
        claim.id,
        claim.unit().write_talk(claim.talk),
        value(claim),
        claim.interval(),
        claim.verdict.words()
    )
}

fn provenance(summary: &Summary) -> String {
    let fact = |name: &str, prefix: &str, suffix: &str| match summary.environment.facts.get(name) {
        Some(serde_json::Value::String(text)) => format!(", {prefix}{text}{suffix}"),
        Some(other) => format!(", {prefix}{other}{suffix}"),
        None => String::new(),
    };
    let workload = summary.claim("end-to-end-speedup").and_then(|claim| claim.workload.clone());
    let recording = workload.map_or_else(String::new, |id| format!(" The recording is `{}`.", escaped(&id)));
    escaped(&format!(
        "{}{}{}{}; mode {}, seed {}. {}",
        summary.interpreter(),
        fact("numpy", "NumPy ", ""),
        fact("cpu", "", ""),
        fact("processors", "", " processors"),
        summary.mode.word(),
        summary.seed,
        confidence(summary),
    )) + &recording
}
