//! In which words is it told who owned what?

use breakeven_record::ownership::{OwnershipRecord, References, Scenario, ScenarioKind};

/// What stands where a record holds no counts.
pub(crate) const NONE_COUNTED: &str = "This record holds no reference counts: Python did not run, it is of `compare`, or it was made before \
     they were kept.";

/// How the call ends.
pub(crate) fn title(kind: ScenarioKind) -> &'static str {
    match kind {
        ScenarioKind::Leaks => "leaks, on purpose",
        other => other.word(),
    }
}

/// The references each time that they were counted, in order.
pub(crate) fn moments(scenario: &Scenario) -> [(&'static str, Option<References>); 3] {
    [("before", Some(scenario.before)), ("during", scenario.during), ("after", Some(scenario.after))]
}

/// What the caller gets.
pub(crate) fn came_out(scenario: &Scenario) -> String {
    match (&scenario.raised, scenario.result) {
        (Some(raised), _) => raised.clone(),
        (None, Some(1)) => "a number with 1 owner".to_owned(),
        (None, Some(owners)) => format!("a number with {owners} owners"),
        (None, None) => "nothing".to_owned(),
    }
}

/// Whether every reference is back.
pub(crate) fn given_back(scenario: &Scenario) -> String {
    let kept: i64 =
        scenario.after.named().iter().zip(scenario.before.named()).map(|(to, from)| to.1 - from.1).sum();
    match kept {
        0 if scenario.gives_back() => "✓ all".to_owned(),
        kept if kept > 0 => format!("✗ {kept} of these kept"),
        kept => format!("✗ not as before ({kept})"),
    }
}

/// A line per call and moment: names, then counts, then what came of it.
pub(crate) fn lines(owners: &OwnershipRecord) -> Vec<Vec<String>> {
    let mut lines = Vec::new();
    for scenario in &owners.scenarios {
        for (moment, references) in moments(scenario) {
            let name = if moment == "before" { title(scenario.kind) } else { "" };
            let mut line = vec![name.to_owned(), moment.to_owned()];
            match references {
                Some(references) => line.extend(references.named().map(|(_, count)| count.to_string())),
                None => line.extend(["?"; 4].map(str::to_owned)),
            }
            line.push(if moment == "after" { given_back(scenario) } else { String::new() });
            line.push(if moment == "after" { scenario.blocks_left.to_string() } else { String::new() });
            lines.push(line);
        }
    }
    lines
}

/// What the columns of [`lines`] are.
pub(crate) const HEADER: [&str; 8] =
    ["call", "when", "list", "first item", "middle item", "last item", "given back", "blocks left"];

/// How it was counted.
pub(crate) fn note(owners: &OwnershipRecord) -> String {
    format!(
        "References by sys.getrefcount around one call on a list of {}, in whose middle an item looks while it is asked: the first \
         is read by then, the last is not. Blocks of memory left after {} calls. The call that leaks does so on purpose, in a process of its own.",
        owners.length, owners.calls
    )
}
