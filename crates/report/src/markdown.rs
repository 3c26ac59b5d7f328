//! What goes into a README or a job summary?

use crate::claims::Claim;
use crate::escape::markdown as escaped;
use crate::summary::Summary;
use crate::terminal::{confidence, notes, value};

/// Opens the block that [`splice`] replaces.
pub const BEGIN: &str = "<!-- claims:begin -->";

/// Closes the block that [`splice`] replaces.
pub const END: &str = "<!-- claims:end -->";

/// The claims as a Markdown table, what they rest on, and the attribution of recordings. Ends with a
/// newline; text from the record cannot break the table.
#[must_use]
pub fn markdown(summary: &Summary) -> String {
    let mut text =
        String::from("| claim | the talk | here | interval | verdict |\n|---|---:|---:|---|---|\n");
    for claim in &summary.claims {
        text.push_str(&claim_row(claim));
    }
    text.push_str(&format!("\n{}\n\n", provenance(summary)));
    for note in notes(summary).iter().filter(|note| **note != confidence(summary)) {
        text.push_str(&format!("- {}\n", escaped(note)));
    }
    let mut seen = Vec::new();
    for workload in &summary.workloads {
        if let Some(note) = workload.input.note.as_ref().filter(|note| !seen.contains(note)) {
            text.push_str(&format!("- Recording {}: {}\n", escaped(&workload.input.name), escaped(note)));
            seen.push(note);
        }
    }
    text
}

/// A README that lacks the place for the claims.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpliceError {
    /// A marker is missing.
    #[error("the text has no line {0}: add both markers where the claims shall stand")]
    Missing(&'static str),
    /// The closing marker stands first.
    #[error("{END} stands before {BEGIN}: put them in order")]
    Order,
}

/// `readme` with what stands between its markers replaced by `block`; the markers stay.
///
/// # Errors
/// A marker is missing, or they are in the wrong order.
///
/// ```
/// use breakeven_report::markdown::splice;
/// let readme = "# Title\n<!-- claims:begin -->\nold\n<!-- claims:end -->\n";
/// let new = splice(readme, "new\n")?;
/// assert_eq!(new, "# Title\n<!-- claims:begin -->\nnew\n<!-- claims:end -->\n");
/// # Ok::<(), breakeven_report::markdown::SpliceError>(())
/// ```
pub fn splice(readme: &str, block: &str) -> Result<String, SpliceError> {
    let begin = readme.find(BEGIN).ok_or(SpliceError::Missing(BEGIN))?;
    let end = readme.find(END).ok_or(SpliceError::Missing(END))?;
    if end < begin {
        return Err(SpliceError::Order);
    }
    let head = &readme[..begin + BEGIN.len()];
    Ok(format!("{head}\n{}\n{}", block.trim_end(), &readme[end..]))
}

fn claim_row(claim: &Claim) -> String {
    format!(
        "| {} (`{}`) | {} | {} | {} | {} |\n",
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
