//! What does a terminal show of the talk's claims?

use breakeven_estimate::figure::Figure;

use super::{BARS_FROM, fitted, wrap};
use crate::claims::{Claim, ClaimVerdict};
use crate::look::Ink;
use crate::summary::Summary;

/// What a claim comes to, in colour; one that is broken over two lines stays plain.
pub(super) const VERDICTS: [(&str, Ink); 4] = [
    ("✓ reproduced", Ink::Good),
    ("≈ direction only", Ink::Part),
    ("✗ not reproduced", Ink::Bad),
    ("? not resolved", Ink::Part),
];

/// What stands behind the verdict of a claim whose workload is vetoed.
const VETOED: &str = " !";

/// The claims, and under each what it comes to in further interpreters.
pub(super) fn table(summary: &Summary, width: u16) -> String {
    let mut table = super::table(width);
    table.set_header(["claim", "the talk", "here", "interval", "verdict"]);
    let veto = |claim| if summary.vetoed_under(claim).is_some() { VETOED } else { "" };
    for claim in &summary.claims {
        let here = if width < BARS_FROM { figure_of(claim) } else { value(claim) };
        table.add_row([
            claim.id.clone(),
            claim.unit().write_talk(claim.talk),
            if width < BARS_FROM && claim.extrapolated { format!("{here}*") } else { here },
            claim.interval(),
            format!("{}{}", verdict(claim.verdict), veto(claim)),
        ]);
        for there in &claim.elsewhere {
            table.add_row([
                format!("  @{}", there.mark),
                String::new(),
                figure_words(claim, &there.figure),
                crate::numeral::interval_words(&there.figure),
                format!("{}{}", verdict(there.verdict), veto(claim)),
            ]);
        }
    }
    let table = fitted(table, width);
    let star = width < BARS_FROM && summary.claims.iter().any(|claim| claim.extrapolated);
    let star = if star { " *: extrapolated." } else { "" };
    let vetoed = summary.claims.iter().any(|claim| summary.vetoed_under(claim).is_some());
    let vetoed = if vetoed { format!("{VETOED}: its workload is vetoed for noise.") } else { String::new() };
    let stacks = stacks(summary);
    let legend = format!("Python rows: {}.{stacks}{star}{vetoed}", summary.interpreter());
    format!("{table}\n{}", wrap(&legend, width))
}

/// What each mark of the claims stands for.
fn stacks(summary: &Summary) -> String {
    let mut told: Vec<String> = Vec::new();
    for there in summary.claims.iter().flat_map(|claim| &claim.elsewhere) {
        let line = format!(" @{}: {}.", there.mark, there.stack);
        if !told.contains(&line) {
            told.push(line);
        }
    }
    told.concat()
}

/// A claim's number with its unit, or that there is none.
#[must_use]
pub fn value(claim: &Claim) -> String {
    let value = figure_of(claim);
    if claim.extrapolated { format!("{value} (extrapolated)") } else { value }
}

fn figure_of(claim: &Claim) -> String {
    figure_words(claim, &claim.figure)
}

/// A number in the unit of a claim, or that there is none.
#[must_use]
pub fn figure_words(claim: &Claim, figure: &Figure) -> String {
    figure.value.map_or_else(|| "none".to_owned(), |value| claim.unit().write(value))
}

fn verdict(verdict: ClaimVerdict) -> String {
    format!("{} {}", verdict.sign(), verdict.words())
}
