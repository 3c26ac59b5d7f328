//! What does a report say of the references to what a call is handed?

use std::array::from_fn;

use breakeven_record::ownership::{OwnershipRecord, References, Scenario, ScenarioKind};

use crate::numeral::count;
use crate::table::{Cell, Tone};

/// What stands where a record holds no counts.
pub(crate) const NONE_COUNTED: &str = "This record holds no reference counts: Python did not run, it is a comparison, or it was made before \
     they were kept.";

/// What the columns of [`lines`] are.
pub(crate) const HEADER: [&str; 8] =
    ["call", "list", "first item", "middle item", "last item", "comes out", "given back", "blocks left"];

/// The column of [`HEADER`] that a narrow terminal does without.
pub(crate) const RESULT: usize = 5;

/// A line per call: counts before, during and after it, then what it leaves behind.
pub(crate) fn lines(owners: &OwnershipRecord) -> impl Iterator<Item = [Cell; 8]> {
    owners.scenarios.iter().map(|scenario| {
        let [list, first, middle, last] = from_fn(|object| {
            let of = |references: References| references.named()[object].1.to_string();
            let during = scenario.during.map_or_else(|| "?".to_owned(), of);
            format!("{}/{during}/{}", of(scenario.before), of(scenario.after))
        });
        let blocks = scenario.blocks_left.to_string();
        let [title, came_out] = [title(scenario), result(scenario)].map(Cell::from);
        let [list, first, middle, last, blocks] = [list, first, middle, last, blocks].map(Cell::from);
        [title, list, first, middle, last, came_out, given_back(scenario), blocks]
    })
}

/// How it was counted.
pub(crate) fn note(owners: &OwnershipRecord) -> String {
    format!(
        "An extension must give back every reference that it takes: one too many, and what it was handed is never freed; one \
         too few, and Python frees what is still in use. Each cell holds the references before, during and after one call on a \
         list of {}, counted by sys.getrefcount, less its own. During the call they are counted while Python converts the middle \
         item to a number, and holds it for that: the first item has been read by then, the last has not. The call that \
         fails does so because the middle item raises. A list of plain floats is read without running any Python code and without \
         taking a reference. Blocks of memory left are counted by sys.getallocatedblocks after {} calls, each on a list of \
         its own. The call that leaks does so on purpose, in a process of its own, which has ended.",
        owners.length,
        count(owners.calls as u64)
    )
}

fn title(scenario: &Scenario) -> String {
    let purpose = if scenario.kind == ScenarioKind::Leaks { ", on purpose" } else { "" };
    format!("{} {}{purpose}", scenario.call, scenario.kind.word())
}

fn result(scenario: &Scenario) -> String {
    match (&scenario.raised, scenario.result) {
        (Some(raised), _) => raised.clone(),
        (None, Some(1)) => "a number with 1 owner".to_owned(),
        (None, Some(owners)) => format!("a number with {owners} owners"),
        (None, None) => "nothing".to_owned(),
    }
}

/// Whether every reference is back.
fn given_back(scenario: &Scenario) -> Cell {
    let total = |references: References| references.named().map(|(_, count)| count).iter().sum::<i64>();
    match total(scenario.after) - total(scenario.before) {
        0 if scenario.gives_back() => Cell::verdict(Tone::Good, "✓", "all"),
        kept if kept > 0 => Cell::verdict(Tone::Bad, "✗", format!("{kept} of these kept")),
        kept => Cell::verdict(Tone::Bad, "✗", format!("not as before ({kept})")),
    }
}
