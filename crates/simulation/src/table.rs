//! What are the results of all simulations?
//!
//! Six tables in Markdown, and every promise that is broken.

use breakeven_estimate::policy::PROCESSES;
use breakeven_measure::input_file::InputFileError;

use super::alternative::ALTERNATIVES;
use super::disturbance::Disturbance;
use super::proof::{Alone, Crowd, Recorded, Share, Together, judge};
use super::scenario::{Scenario, Work, quiet_scenarios, recorded_scenarios, scenarios};
use crate::interleaving::Interleaving;

/// Everything that is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    /// Six tables, each under its heading.
    pub markdown: String,
    /// Every broken promise, in words.
    pub broken: Vec<String>,
}

/// Simulates so many runs for every row; reports each row before it begins.
///
/// # Errors
/// The input's file cannot be written or read.
pub fn tables(runs: usize, report: &mut dyn FnMut(&str)) -> Result<Tables, InputFileError> {
    let mut alone = |scenarios: Vec<Scenario>, what: &str, judge| {
        rows(scenarios, what, report, |scenario| Alone::of(scenario, runs, judge))
    };
    let noises = alone(one_at_a_time(), "one at a time", judge)?;
    let quiet = alone(quiet_scenarios(), "noise and processes", judge)?;
    let orders = alone(interleavings(), "in this order", judge)?;
    let mut others = Vec::new();
    for other in ALTERNATIVES {
        let scenarios = scenarios(Work::Short).into_iter().filter(|scenario| scenario.between <= 0.01);
        others.push((other.name, alone(scenarios.collect(), other.name, other.judge)?));
    }
    let recorded =
        rows(recorded_scenarios(), "on prefixes", report, |scenario| Recorded::of(scenario, runs, judge))?;
    let mut at_once = rows(scenarios(Work::Short), "few at once, and in stages", report, |scenario| {
        Together::of(scenario, Crowd::Few, runs, judge)
    })?;
    at_once.extend(rows(many(), "many at once, and in stages", report, |scenario| {
        Together::of(scenario, Crowd::Many, runs, judge)
    })?);
    let broken = noises.iter().chain(&quiet).flat_map(Alone::broken);
    let broken = broken.chain(recorded.iter().flat_map(Recorded::broken));
    let broken = broken.chain(at_once.iter().flat_map(Together::broken)).collect();
    let parts = [
        format!("*One contender at a time, {PROCESSES} processes*\n\n{}", of_noises(&noises)),
        format!(
            "*Against a baseline that is called on prefixes of a recording, {PROCESSES} processes*\n\n{}",
            of_recorded(&recorded)
        ),
        format!("*All contenders of a run at once*\n\n{}", of_all_at_once(&at_once)),
        format!("*Quiet rounds with more or less noise and processes*\n\n{}", of_processes(&quiet)),
        format!(
            "*The same batches in another order, {PROCESSES} processes, 1 % between them*\n\n{}",
            of_interleavings(&orders)
        ),
        format!("*Other intervals on the same runs, 1 % between processes*\n\n{}", of_alternatives(&others)),
    ];
    Ok(Tables { markdown: parts.join("\n"), broken })
}

fn rows<Row>(
    scenarios: Vec<Scenario>,
    what: &str,
    report: &mut dyn FnMut(&str),
    mut row: impl FnMut(Scenario) -> Result<Row, InputFileError>,
) -> Result<Vec<Row>, InputFileError> {
    let rows = scenarios.into_iter().map(|scenario| {
        report(&format!("{what}: {}", scenario.name()));
        row(scenario)
    });
    rows.collect()
}

/// The rows of the first table: blocks that are cut short with 1 % between processes only.
#[must_use]
pub fn one_at_a_time() -> Vec<Scenario> {
    let long = scenarios(Work::Long).into_iter().filter(|scenario| scenario.between <= 0.01);
    scenarios(Work::Short).into_iter().chain(long).chain(scenarios(Work::Single)).collect()
}

/// As many contenders as in a default run, with every noise of 1 % and with nothing but more of it.
#[must_use]
pub fn many() -> Vec<Scenario> {
    let all = scenarios(Work::Short).into_iter();
    all.filter(|known| known.between <= 0.01 || known.disturbance == Disturbance::Quiet).collect()
}

/// The interleaving of every run and two others, with the noises for which interleaving matters.
#[must_use]
pub fn interleavings() -> Vec<Scenario> {
    use Disturbance::{Drift, Leftovers, Oscillation, Quiet};
    let of = |interleaving| {
        [Quiet, Drift, Oscillation, Leftovers].map(|disturbance| Scenario {
            disturbance,
            interleaving,
            ..Scenario::quiet(Work::Short, 0.01, PROCESSES)
        })
    };
    [Interleaving::Balanced, Interleaving::FixedOrder, Interleaving::InARow]
        .into_iter()
        .flat_map(of)
        .collect()
}

/// A row of the first table.
#[must_use]
pub fn noise_row(row: &Alone) -> String {
    line([
        row.scenario.work.words().to_owned(),
        row.scenario.noise_words().to_owned(),
        level(row.scenario.between),
        percent(row.held),
        percent(row.equivalent),
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
pub fn recorded_row(row: &Recorded) -> String {
    let [prefixes, single, rounds] = row.held;
    line([
        row.scenario.work.words().to_owned(),
        row.scenario.noise_words().to_owned(),
        level(row.scenario.between),
        percent(row.refused),
        percent(rounds),
        percent(single),
        percent(prefixes),
        percent(row.held_within),
        format!("{:+.1} %", 100.0 * row.off),
        percent(row.found),
        percent(row.told_apart),
        percent(row.wrong_way),
        percent(row.vetoed),
    ])
}

/// A row of the third table.
#[must_use]
pub fn all_at_once_row(row: &Together) -> String {
    let contenders = match row.crowd {
        Crowd::Few => "4, then 3",
        Crowd::Many => "19",
    };
    line([
        contenders.to_owned(),
        row.scenario.noise_words().to_owned(),
        level(row.scenario.between),
        percent(row.held),
        percent(row.told_apart),
        row.processes_a_stage.to_string(),
        percent(row.held_after_stages),
        percent(row.told_apart_after_stages),
        percent(row.found_after_stages),
        percent(row.wrong_way),
    ])
}

fn of_noises(rows: &[Alone]) -> String {
    let head = [
        "tier",
        "noise",
        "between processes",
        "interval holds",
        "equals called equivalent",
        "equals told apart",
        "5 % slower / faster found",
        "the same among 20",
        "wrong way round",
        "falsely equivalent",
        "vetoed",
    ];
    table(&head, rows.iter().map(noise_row))
}

fn of_recorded(rows: &[Recorded]) -> String {
    let head = [
        "cost",
        "noise",
        "between processes",
        "said not to extrapolate",
        "interval holds: in rounds",
        "one call",
        "on prefixes",
        "give or take 4.5 %",
        "ratio off by",
        "5 % faster found",
        "equals told apart",
        "wrong way round",
        "vetoed",
    ];
    table(&head, rows.iter().map(recorded_row))
}

fn of_all_at_once(rows: &[Together]) -> String {
    let head = [
        "contenders",
        "noise",
        "between processes",
        "all intervals hold, one look",
        "any equals told apart",
        "processes a look",
        "all hold, up to three looks",
        "any equals told apart",
        "both 5 % found",
        "wrong way round",
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

fn of_interleavings(rows: &[Alone]) -> String {
    let head = [
        "order",
        "noise",
        "interval holds",
        "equals told apart",
        "5 % slower / faster found",
        "wrong way round",
        "vetoed",
    ];
    let lines = rows.iter().map(|row| {
        let order = match row.scenario.interleaving {
            Interleaving::Balanced => "Williams squares (the tool's)",
            Interleaving::FixedOrder => "rounds, each in the same order",
            Interleaving::InARow => "all batches of one contender, then of the next",
        };
        line([
            order.to_owned(),
            row.scenario.noise_words().to_owned(),
            percent(row.held),
            percent(row.told_apart),
            both(row.found),
            percent(row.wrong_way),
            percent(row.vetoed),
        ])
    });
    table(&head, lines)
}

fn of_alternatives(rows: &[(&str, Vec<Alone>)]) -> String {
    let noises = rows.first().map(|(_, noises)| noises.as_slice()).unwrap_or_default();
    let noises = noises.iter().map(|row| row.scenario.noise_words());
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
