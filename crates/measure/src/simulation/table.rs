//! What do all simulations together say?
//!
//! Four tables in Markdown, and every promise that is broken.

use super::alternative::ALTERNATIVES;
use super::proof::{Alone, Share, Together, judge, name, quiet_scenarios, scenarios, tier_words};
use super::{PROCESSES, Scenario};
use crate::input_file::InputFileError;
use crate::record::Tier;

/// Everything that is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    /// Four tables, each under its heading.
    pub markdown: String,
    /// Every broken promise, in words.
    pub broken: Vec<String>,
}

/// Simulates so many runs for every row; says what is next before each.
///
/// # Errors
/// The input's file cannot be written or read.
pub fn tables(runs: usize, says: &mut dyn FnMut(&str)) -> Result<Tables, InputFileError> {
    let mut alone = |scenarios: Vec<Scenario>, what: &str, judge| {
        let rows = scenarios.into_iter().map(|scenario| {
            says(&format!("{what}: {}", name(scenario)));
            Alone::of(scenario, runs, judge)
        });
        rows.collect::<Result<Vec<_>, _>>()
    };
    let everybody = [Tier::Rounds, Tier::Slow].into_iter().flat_map(scenarios).collect();
    let noises = alone(everybody, "one at a time", judge)?;
    let quiet = alone(quiet_scenarios(), "noise and processes", judge)?;
    let mut others = Vec::new();
    for other in ALTERNATIVES {
        let rows = scenarios(Tier::Rounds).into_iter().filter(|scenario| scenario.between <= 0.01).collect();
        others.push((other.name, alone(rows, other.name, other.judge)?));
    }
    let at_once = scenarios(Tier::Rounds).into_iter().map(|scenario| {
        says(&format!("all at once, and with three looks: {}", name(scenario)));
        Together::of(scenario, runs, judge)
    });
    let at_once = at_once.collect::<Result<Vec<_>, _>>()?;
    let broken = noises.iter().chain(&quiet).flat_map(Alone::broken);
    let broken = broken.chain(at_once.iter().flat_map(Together::broken)).collect();
    let parts = [
        format!("*One contender at a time, {PROCESSES} processes*\n\n{}", of_noises(&noises)),
        format!(
            "*All contenders of a run at once, {PROCESSES} processes a look*\n\n{}",
            of_all_at_once(&at_once)
        ),
        format!("*Quiet rounds with more or less noise and processes*\n\n{}", of_processes(&quiet)),
        format!("*Other intervals on the same runs, 1 % between processes*\n\n{}", of_alternatives(&others)),
    ];
    Ok(Tables { markdown: parts.join("\n"), broken })
}

/// A row of the first table.
#[must_use]
pub fn noise_row(row: &Alone) -> String {
    let Scenario { tier, disturbance, between, .. } = row.scenario;
    line([
        tier_words(tier).to_owned(),
        disturbance.words().to_owned(),
        level(between),
        percent(row.held),
        percent(row.told_apart),
        both(row.found),
        both(row.found_among),
        percent(row.wrong_way),
        percent(row.not_equivalent),
        percent(row.vetoed),
    ])
}

/// A row of the second table.
#[must_use]
pub fn all_at_once_row(row: &Together) -> String {
    line([
        row.scenario.disturbance.words().to_owned(),
        level(row.scenario.between),
        percent(row.held),
        percent(row.told_apart),
        percent(row.held_after_looks),
        percent(row.told_apart_after_looks),
        percent(row.found_after_looks),
    ])
}

fn of_noises(rows: &[Alone]) -> String {
    let head = [
        "tier",
        "noise",
        "between processes",
        "interval holds",
        "equals told apart",
        "5 % slower / faster found",
        "the same among 20",
        "wrong way round",
        "falsely equivalent",
        "vetoed",
    ];
    table(&head, rows.iter().map(noise_row))
}

fn of_all_at_once(rows: &[Together]) -> String {
    let head = [
        "noise",
        "between processes",
        "all intervals hold",
        "any of five equals told apart",
        "all hold, up to three looks",
        "equals told apart, up to three looks",
        "both 5 % found, up to three looks",
    ];
    table(&head, rows.iter().map(all_at_once_row))
}

fn of_processes(rows: &[Alone]) -> String {
    let head = [
        "between processes",
        "processes",
        "interval holds",
        "5 % slower / faster found",
        "the same among 20",
    ];
    let lines = rows.iter().map(|row| {
        line([
            level(row.scenario.between),
            row.scenario.processes.to_string(),
            percent(row.held),
            both(row.found),
            both(row.found_among),
        ])
    });
    table(&head, lines)
}

fn of_alternatives(rows: &[(&str, Vec<Alone>)]) -> String {
    let noises = rows.first().map(|(_, noises)| noises.as_slice()).unwrap_or_default();
    let noises = noises.iter().map(|row| row.scenario.disturbance.words());
    let head: Vec<&str> =
        ["interval"].into_iter().chain(noises).chain(["5 % slower / faster found, quiet"]).collect();
    let lines = rows.iter().map(|(name, noises)| {
        let held = noises.iter().map(|row| percent(row.held));
        let found = noises.first().map(|row| both(row.found));
        line([(*name).to_owned()].into_iter().chain(held).chain(found))
    });
    table(&head, lines)
}

fn level(between: f64) -> String {
    format!("{} %", 1000.0 * between / 10.0)
}

fn percent(share: Share) -> String {
    match share.count {
        0 => "0".to_owned(),
        _ => format!("{:.1} %", share.percent()),
    }
}

fn both([slower, faster]: [Share; 2]) -> String {
    format!("{} / {}", percent(slower), percent(faster))
}

fn line(cells: impl IntoIterator<Item = String>) -> String {
    let cells: Vec<String> = cells.into_iter().collect();
    format!("| {} |\n", cells.join(" | "))
}

fn table(head: &[&str], lines: impl Iterator<Item = String>) -> String {
    let rule = format!("|{}\n", "---|".repeat(head.len()));
    lines.fold(line(head.iter().map(|&word| word.to_owned())) + &rule, |table, line| table + &line)
}
