//! What are the results of all simulations?
//!
//! Eight tables in Markdown, and every promise that is broken.

use breakeven_estimate::policy::PROCESSES;
use breakeven_measure::input_file::InputFileError;

use super::alternative::ALTERNATIVES;
use super::disturbance::Disturbance;
use super::proof::{Alone, Crowd, Noisy, Recorded, Share, Together, counted, judge};
use super::scenario::{
    Placement, Scenario, Work, noisy_scenarios, quiet_scenarios, recorded_scenarios, scenarios,
};
use crate::interleaving::Interleaving;

/// Everything that is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    /// Eight tables, each under its heading.
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
    let placements = alone(placements(), "in these processes", judge)?;
    let noisy = rows(noisy_scenarios(), "noisy", report, |scenario| Noisy::of(scenario, runs, judge))?;
    let recorded =
        rows(recorded_scenarios(), "on prefixes", report, |scenario| Recorded::of(scenario, runs, judge))?;
    let mut at_once = rows(scenarios(Work::Short), "few at once, and in stages", report, |scenario| {
        Together::of(scenario, Crowd::Few, runs, judge)
    })?;
    at_once.extend(rows(many(), "many at once, and in stages", report, |scenario| {
        Together::of(scenario, Crowd::Many, runs, judge)
    })?);
    let broken = noises.iter().chain(&quiet).chain(&placements[..1]).flat_map(Alone::broken);
    let broken = broken.chain(noisy.iter().flat_map(Noisy::broken));
    let broken = broken.chain(recorded.iter().flat_map(Recorded::broken));
    let broken = broken.chain(at_once.iter().flat_map(Together::broken)).collect();
    let parts = [
        format!("*One contender at a time, {PROCESSES} processes*\n\n{}", table_of(&NOISE, &noises)),
        format!(
            "*Noisy machines, {PROCESSES} processes, one comparison at a time; in brackets, found where a noise threshold above 10 % forbids all verdicts*\n\n{}",
            table_of(&NOISY, &noisy)
        ),
        format!(
            "*Against a baseline that is called on prefixes of a recording, {PROCESSES} processes*\n\n{}",
            table_of(&RECORDED, &recorded)
        ),
        format!("*All contenders of a run at once*\n\n{}", table_of(&ALL_AT_ONCE, &at_once)),
        format!(
            "*Quiet rounds with more or less noise and processes*\n\n{}",
            table_of(&PROCESS_COUNTS, &quiet)
        ),
        format!(
            "*The same batches in another order, {PROCESSES} processes, 1 % between them*\n\n{}",
            table_of(&INTERLEAVINGS, &orders)
        ),
        format!(
            "*Contenders in one process or in several, {PROCESSES} of each, 1 % between them*\n\n{}",
            table_of(&PLACEMENTS, &placements)
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

/// The placement of every run of `compare` and the one that it had before, with the noise that shows what it is for.
#[must_use]
pub fn placements() -> Vec<Scenario> {
    let of = |placement| Scenario {
        disturbance: Disturbance::AnotherProcess,
        placement,
        ..Scenario::quiet(Work::Short, 0.01, PROCESSES)
    };
    [Placement::Together, Placement::Apart].map(of).to_vec()
}

/// A column of a table: its heading, and its cell of a row.
type Column<Row> = (&'static str, fn(&Row) -> String);

const NOISE: [Column<Alone>; 10] = [
    ("tier", |row| row.scenario.work.words().to_owned()),
    ("noise", |row| row.scenario.noise_words().to_owned()),
    ("between processes", |row| level(row.scenario.between)),
    ("interval holds", |row| percent(row.held)),
    ("equals called equivalent", |row| percent(row.equivalent)),
    ("equals told apart", |row| percent(row.told_apart)),
    ("5 % slower / faster found", |row| both(row.found)),
    ("the same among 20", |row| both(row.found_among)),
    ("wrong way round", |row| percent(row.wrong_way)),
    ("falsely equivalent", |row| percent(row.not_equivalent)),
];

const RECORDED: [Column<Recorded>; 12] = [
    ("cost", |row| row.scenario.work.words().to_owned()),
    ("noise", |row| row.scenario.noise_words().to_owned()),
    ("between processes", |row| level(row.scenario.between)),
    ("said not to extrapolate", |row| percent(row.refused)),
    ("interval holds: in rounds", |row| percent(row.held[2])),
    ("one call", |row| percent(row.held[1])),
    ("on prefixes", |row| percent(row.held[0])),
    ("give or take 4.5 %", |row| percent(row.held_within)),
    ("ratio off by", |row| format!("{:+.1} %", 100.0 * row.off)),
    ("5 % faster found", |row| percent(row.found)),
    ("equals told apart", |row| percent(row.told_apart)),
    ("wrong way round", |row| percent(row.wrong_way)),
];

const ALL_AT_ONCE: [Column<Together>; 10] = [
    ("contenders", |row| if row.crowd == Crowd::Few { "4, then 3" } else { "19" }.to_owned()),
    ("noise", |row| row.scenario.noise_words().to_owned()),
    ("between processes", |row| level(row.scenario.between)),
    ("all intervals hold, one stage", |row| percent(row.held)),
    ("any equals told apart", |row| percent(row.told_apart)),
    ("processes a stage", |row| row.processes_a_stage.to_string()),
    ("all hold, up to three stages", |row| percent(row.held_after_stages)),
    ("any equals told apart", |row| percent(row.told_apart_after_stages)),
    ("both 5 % found", |row| percent(row.found_after_stages)),
    ("wrong way round", |row| percent(row.wrong_way)),
];

const PROCESS_COUNTS: [Column<Alone>; 5] = [
    ("between processes", |row| level(row.scenario.between)),
    ("processes", |row| row.scenario.processes.to_string()),
    ("interval holds", |row| percent(row.held)),
    ("5 % slower / faster found", |row| both(row.found)),
    ("the same among 20", |row| both(row.found_among)),
];

const INTERLEAVINGS: [Column<Alone>; 6] = [
    ("order", |row| row.scenario.interleaving.words().to_owned()),
    ("noise", |row| row.scenario.noise_words().to_owned()),
    ("interval holds", |row| percent(row.held)),
    ("equals told apart", |row| percent(row.told_apart)),
    ("5 % slower / faster found", |row| both(row.found)),
    ("wrong way round", |row| percent(row.wrong_way)),
];

const PLACEMENTS: [Column<Alone>; 6] = [
    ("processes", |row| row.scenario.placement.words().to_owned()),
    ("noise", |row| row.scenario.noise_words().to_owned()),
    ("interval holds", |row| percent(row.held)),
    ("equals told apart", |row| percent(row.told_apart)),
    ("5 % slower / faster found", |row| both(row.found)),
    ("wrong way round", |row| percent(row.wrong_way)),
];

const NOISY: [Column<Noisy>; 9] = [
    ("noise", |row| row.scenario.noise_words().to_owned()),
    ("between processes", |row| level(row.scenario.between)),
    ("wrong way round", |row| counted(row.wrong_way)),
    ("equals told apart", |row| counted(row.told_apart)),
    ("5 % slower found", |row| found(row, 0)),
    ("5 % faster found", |row| found(row, 1)),
    ("30 % slower found", |row| found(row, 2)),
    ("half the time found", |row| found(row, 3)),
    ("a 5000th of it found", |row| found(row, 4)),
];

/// The share that is found, and in brackets by the former rule.
fn found(row: &Noisy, contender: usize) -> String {
    format!("{} ({})", percent(row.found[contender]), percent(row.found_formerly[contender]))
}

/// A row of the first table.
#[must_use]
pub fn noise_row(row: &Alone) -> String {
    line(NOISE.map(|(_, cell)| cell(row)))
}

/// A row of the second table.
#[must_use]
pub fn recorded_row(row: &Recorded) -> String {
    line(RECORDED.map(|(_, cell)| cell(row)))
}

/// A row of the third table.
#[must_use]
pub fn all_at_once_row(row: &Together) -> String {
    line(ALL_AT_ONCE.map(|(_, cell)| cell(row)))
}

fn table_of<Row>(columns: &[Column<Row>], rows: &[Row]) -> String {
    let head: Vec<&str> = columns.iter().map(|&(heading, _)| heading).collect();
    table(&head, rows.iter().map(|row| line(columns.iter().map(|(_, cell)| cell(row)))))
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
