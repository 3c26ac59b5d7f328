//! Is a gate right as often as docs/regressions.md says, and would it be noticed if it were not?
//!
//! Fewer gates than the published table, from the same seeds.

use std::path::Path;

use breakeven_simulation::disturbance::Disturbance;
use breakeven_simulation::gate::{GateScenario, Gates, heading};

/// Of the published table.
const PUBLISHED: usize = 2000;

#[test]
fn a_gate_keeps_its_promises_and_finds_what_is_there() {
    let quiet = GateScenario { disturbance: Disturbance::Quiet, between: 0.005 };
    let row = Gates::of(quiet, 20);
    assert_eq!(row.broken(), [""; 0], "{row:?}");
    let found = row.regressed.iter().chain(&row.improved);
    assert!(found.clone().all(|share| share.of == 20 && share.percent() > 90.0), "{row:?}");
    assert_eq!((row.false_alarm.of, row.untouched.of), (20, 20));
}

#[test]
fn a_false_alarm_in_more_than_one_gate_of_a_hundred_breaks_a_promise() {
    let mut row = Gates::default();
    row.false_alarm.of = 2000;
    row.false_alarm.count = 20;
    assert_eq!(row.broken(), [""; 0]);
    row.false_alarm.count = 21;
    assert_eq!(row.broken().len(), 1);
}

#[test]
fn the_published_table_has_a_row_for_each_scenario_and_keeps_every_promise() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/regressions.md");
    let page = std::fs::read_to_string(path).expect("the page is there");
    assert!(page.contains(&heading()), "another heading than that of this version");
    for scenario in GateScenario::all() {
        let row = page.lines().find(|line| line.starts_with(&format!("| {} |", scenario.words())));
        let row = row.unwrap_or_else(|| panic!("no row of {}", scenario.words()));
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert_eq!(cells[2], PUBLISHED.to_string(), "{row}");
        for promised in [cells[3], cells[4]] {
            let percent: f64 =
                promised.split(' ').next().and_then(|text| text.parse().ok()).expect("a number");
            assert!(percent <= 1.0, "{row}");
        }
    }
}
