//! Which sentences do terminal, Markdown and page share?

use breakeven_estimate::Verdict;
use breakeven_estimate::figure::Figure;
use breakeven_problem::Task;
use breakeven_record::Mode;
use breakeven_record::warning::{Warning, WarningKind};

use crate::claims::Claim;
use crate::numeral::{self, bracket};
use crate::summary::{Row, Summary, WorkloadSummary};

/// How the columns of a table go together.
const TIMES: &str = "Times are medians by the clock, on this machine as loaded as it was; ratios are paired in the same rounds, so that \
                     the times of two rows need not divide to their ratio.";

/// What must be said beside any table of this record, one sentence or two each; its warnings are not among them.
#[must_use]
pub(crate) fn notes(summary: &Summary) -> Vec<String> {
    let mut notes = vec![confidence(summary), TIMES.to_owned()];
    if !summary.complete {
        notes.push("The run ended early: the workloads that were finished are here.".to_owned());
    }
    notes.extend(resolution(summary));
    if summary.is_users_comparison() {
        // the answer first
        notes.splice(0..0, summary.answer.iter().cloned());
        return notes;
    }
    notes.extend(ordinary_note(summary));
    notes.extend(summary.claims.iter().filter_map(|claim| {
        let reason = claim.reason.as_ref()?;
        Some(format!("{}: {reason}.", claim.id))
    }));
    notes.extend(break_even_note(summary));
    notes.push(ladder_note(summary));
    notes.extend(whole_call_notes(summary));
    notes
}

/// Whose samples a record has that was imported, and what follows from that.
pub(crate) fn imported(summary: &Summary) -> String {
    let (tool, files) = match &summary.imported {
        Some(imported) => (imported.tool.as_str(), imported.files.join(", ")),
        None => ("another tool", String::new()),
    };
    format!(
        "Measured by {tool} ({files}), not by breakeven: no answer was verified, no two benchmarks were timed in turns, and \
         nothing was measured against itself. So there is no ratio, no noise threshold and no verdict; a time is the median \
         over processes of the median in each, and an interval is over processes."
    )
}

/// Which differences this run could tell: the smallest that is found with a power of 80 %.
#[must_use]
pub(crate) fn resolution(summary: &Summary) -> Option<String> {
    // an anatomy has one contender, so no verdict
    let judged = || summary.workloads.iter().filter(|workload| workload.task != Task::Anatomy.word());
    let largest = |ratios: &mut dyn Iterator<Item = f64>| ratios.max_by(f64::total_cmp);
    let largest_of_all = largest(&mut judged().filter_map(|workload| workload.minimum_detectable_ratio))?;
    let coarse: Vec<f64> = judged().filter_map(WorkloadSummary::coarse).collect();
    let written = |ratio| numeral::significant(ratio, 3);
    let Some(least) = coarse.iter().copied().min_by(f64::total_cmp) else {
        return Some(format!(
            "Differences from {}× on are found on every workload, in at least four runs of five.",
            written(largest_of_all)
        ));
    };
    let range = if coarse.len() > 1 { format!(" to {}×", written(largest_of_all)) } else { String::new() };
    let of = match judged().count() {
        1 => String::new(),
        all => format!(" on {} of {all} workloads", coarse.len()),
    };
    Some(format!(
        "Too noisy for differences under {}×{range}{of}: they are found in fewer than four runs of five.",
        written(least)
    ))
}

/// `text` with each `n = 100` kept in one line.
pub(crate) fn unbroken(text: &str) -> String {
    text.replace(" = ", "\u{a0}=\u{a0}")
}

/// What the intervals of the answer hold for.
pub(crate) fn intervals(summary: &Summary) -> String {
    let together = match summary.mode {
        Mode::Quick => "each",
        Mode::Default | Mode::Full => "jointly",
    };
    format!("95 % intervals, {together}, over {} processes", processes(summary))
}

/// How sure the answer is, in one line.
pub(crate) fn surety(summary: &Summary) -> String {
    // an anatomy has one contender, so no verdict
    let judged = || summary.workloads.iter().filter(|workload| workload.task != Task::Anatomy.word());
    let ratios = || judged().filter_map(|workload| workload.minimum_detectable_ratio);
    let least = ratios().max_by(f64::total_cmp).map(|ratio| numeral::significant(ratio, 3));
    let coarse = judged().filter(|workload| workload.coarse().is_some()).count();
    let found = match (least, coarse) {
        (None, _) => String::new(),
        (Some(least), 0) => format!("; differences from {least}× on are found"),
        (Some(least), _) if coarse == judged().count() => {
            format!("; too noisy for differences under {least}×")
        }
        (Some(least), _) => format!(
            "; on {coarse} of {} workloads too noisy for differences under {least}×",
            judged().count()
        ),
    };
    format!("{}{found}.", intervals(summary))
}

fn processes(summary: &Summary) -> String {
    match summary.stages {
        0 | 1 => summary.processes.to_string(),
        stages => format!("{} to {}", summary.processes, stages * summary.processes),
    }
}

/// What is said beside a workload whose minimum detectable effect is so coarse.
#[must_use]
pub(crate) fn untold(ratio: f64) -> String {
    format!("; too noisy for differences under {}×", numeral::significant(ratio, 3))
}

/// How far extrapolations were off, where a call on the whole input was made to compare them with.
fn whole_call_notes(summary: &Summary) -> impl Iterator<Item = String> {
    summary.rows.iter().filter_map(|row| {
        let error = row.whole_error?;
        Some(format!(
            "Called once on all of {}, {} took {} % {} than extrapolated.",
            row.workload,
            row.contender,
            numeral::significant(100.0 * (1.0 / (1.0 + error) - 1.0).abs(), 2),
            if error < 0.0 { "longer" } else { "less" }
        ))
    })
}

/// What embedding makes of Python's time, from the same snippet in the ordinary interpreter.
#[must_use]
pub(crate) fn ordinary_note(summary: &Summary) -> Option<String> {
    let row = summary.ordinary_interpreter()?;
    let Some(ratio) = row.ratio else {
        return Some(format!(
            "The embedded interpreter was not checked against the ordinary one: {}.",
            row_verdict(row)
        ));
    };
    let version = row.findings.version.as_deref().unwrap_or("of unknown version");
    let bounds = bracket(row.ratio_low, row.ratio_high);
    Some(format!(
        "Embedded or not: in the ordinary interpreter ({version}) python/naive on {} takes {}×{bounds} the time that \
         it takes in the embedded one ({}).",
        row.workload,
        numeral::significant(ratio, 3),
        summary.interpreter(),
    ))
}

/// The warnings in a line each; of one kind the first three, and how many there are more.
pub(crate) fn warnings(summary: &Summary) -> Vec<String> {
    let mut lines = Vec::new();
    for kind in WarningKind::ALL {
        let alike: Vec<&Warning> = summary.warnings.iter().filter(|warning| warning.kind == kind).collect();
        lines.extend(alike.iter().take(SHOWN_ALIKE).map(|found| warning(found)));
        if alike.len() > SHOWN_ALIKE {
            lines.push(format!(
                "Warning: {} more of the kind {} are in the record.",
                alike.len() - SHOWN_ALIKE,
                kind.word()
            ));
        }
    }
    lines
}

/// Warnings of one kind that are shown one by one.
const SHOWN_ALIKE: usize = 3;

/// A warning in one line: about what, what was found, what to do.
#[must_use]
pub(crate) fn warning(warning: &Warning) -> String {
    let about: Vec<&str> =
        [&warning.contender, &warning.workload].into_iter().flatten().map(String::as_str).collect();
    let about = if about.is_empty() { "the whole run".to_owned() } else { about.join(" on ") };
    format!("Warning, {about}: {}. Advice: {}.", warning.found, warning.advice)
}

/// How sure the intervals of this record are.
#[must_use]
pub(crate) fn confidence(summary: &Summary) -> String {
    let processes = processes(summary);
    match summary.mode {
        Mode::Quick => format!("Intervals over {processes} processes: 95 % each, not jointly."),
        Mode::Default | Mode::Full => {
            format!("Intervals over {processes} processes, 95 % jointly for the comparisons of a workload.")
        }
    }
}

/// Where NumPy wins if it need not convert a list.
fn break_even_note(summary: &Summary) -> Option<String> {
    let beside = summary.claim("break-even-size")?.beside.first()?;
    let value = beside.figure.value?;
    Some(format!(
        "Given an array made beforehand, NumPy wins from {} elements{}.",
        numeral::significant(value, 3),
        bracket(beside.figure.low, beside.figure.high)
    ))
}

/// Why the talk's remedy alone is not its 117x, with both rungs.
#[must_use]
pub(crate) fn ladder_note(summary: &Summary) -> String {
    let mut note = String::from(
        "117× needs the whole loop compiled. Compiling only standard_dev, called from the Python loop, cannot give more \
         than 7.5×: slicing, the mean and the feedback stay in Python.",
    );
    let Some(claim) = summary.claim("end-to-end-speedup") else { return note };
    let mut rungs = Vec::new();
    for beside in &claim.beside {
        if let (Some(value), Some(contender)) = (beside.figure.value, beside.contenders.get(1)) {
            rungs.push(format!("{contender} ({}) {}×", beside.label, numeral::significant(value, 3)));
        }
    }
    if let Some(value) = claim.figure.value {
        rungs.push(format!("rust/naive (the whole loop compiled) {}×", numeral::significant(value, 3)));
    }
    if let Some(best) = summary.claim("end-to-end-best")
        && let (Some(value), Some(contender)) = (best.figure.value, best.contenders.get(1))
    {
        rungs.push(format!("{contender} (the best rung) {}×", numeral::significant(value, 3)));
    }
    if !rungs.is_empty() {
        note.push_str(&format!(" Here: {}.", rungs.join(", ")));
    }
    note
}

/// A number in the unit of a claim, or that there is none.
#[must_use]
pub(crate) fn figure_words(claim: &Claim, figure: &Figure) -> String {
    figure.value.map_or_else(|| "none".to_owned(), |value| claim.unit().write(value))
}

/// The interval of a row's ratio: `4.68 to 4.75`, or nothing.
#[must_use]
pub(crate) fn row_interval(row: &Row) -> String {
    let bounds = row.ratio_low.zip(row.ratio_high).filter(|_| row.verdict != Some(Verdict::Baseline));
    bounds.map_or_else(String::new, |(low, high)| numeral::interval(low, high))
}

/// What a row comes to, in words: its verdict, or its outcome with the reason.
#[must_use]
pub(crate) fn row_verdict(row: &Row) -> String {
    row.words()
}

/// The same without the reason.
pub(crate) fn row_outcome(row: &Row) -> String {
    row.outcome_words()
}

/// After how many calls those pay that are dearer to begin with, at the largest size of each.
pub(crate) fn pays_after(summary: &Summary) -> impl Iterator<Item = String> {
    let of_users = summary.rows.iter().filter(|row| row.contender.is_users());
    of_users.filter_map(|row| {
        let Row { contender, workload, n, .. } = row;
        let figure = row.pays_after?;
        let later = summary.rows.iter().any(|other| {
            other.contender == *contender && other.n > *n && other.pays_after.is_some()
        });
        let base = summary.workload(workload).map_or("the baseline", |workload| &workload.baseline);
        let calls = |calls: f64| match calls.ceil() {
            few if few < 1000.0 => numeral::count(few as u64),
            many => numeral::significant(many, 3),
        };
        let bounds = figure.low.zip(figure.high).map_or_else(String::new, |(low, high)| {
            format!(" ({} to {})", calls(low), calls(high))
        });
        (!later).then(|| {
            format!(
                "Import and first call of {contender} cost more than those of {base}; at n = {} it pays after {} calls{bounds}.",
                numeral::count(*n as u64),
                calls(figure.value.unwrap_or_default())
            )
        })
    })
}
