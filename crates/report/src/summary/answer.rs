//! What was found, in a sentence or two that terminal, page and programs share?
//!
//! Of our own workloads: from which size on NumPy pays, and how much compiling the whole loop brings. Of a user's comparison: how
//! the others compare with the baseline, which is their first function where they name no other one.

use breakeven_estimate::Verdict;
use breakeven_problem::Task;
use breakeven_record::Outcome;

use super::{Kind, Row, Summary, WorkloadSummary};
use crate::claims::{NUMPY_ARRAY, NUMPY_LIST, SIZED};
use crate::numeral::{bracket, count, interval, significant, values};
use crate::wording::pays_after;

/// The answer of a summary; of another tool's samples, which are not compared, there is none.
pub(crate) fn answer(summary: &Summary) -> Vec<String> {
    if summary.workloads.is_empty() {
        return vec!["No workload was finished, so there is no answer.".to_owned()];
    }
    match summary.kind {
        Kind::Talk => of_our_workloads(summary),
        Kind::Imported => Vec::new(),
        Kind::Comparison => of_comparison(summary),
    }
}

fn of_our_workloads(summary: &Summary) -> Vec<String> {
    let mut answer: Vec<String> =
        [break_even(summary), corner_case(summary), whole_loop(summary)].into_iter().flatten().collect();
    if answer.is_empty() {
        let told = summary.workloads.iter().filter(|workload| workload.task != Task::Anatomy.word());
        answer.extend(told.filter_map(fastest).next());
    }
    if answer.is_empty() {
        answer.push("No two contenders of this record can be compared: the tables say why.".to_owned());
    }
    answer
}

/// From which size on NumPy pays, given a list and given an array.
fn break_even(summary: &Summary) -> Option<String> {
    let size = |contender: &str| {
        let found = summary.break_even(contender)?;
        found.figure.value?;
        Some(format!("{} values on{}", found.size(), bracket(found.figure.low, found.figure.high)))
    };
    match (size(NUMPY_LIST), size(NUMPY_ARRAY)) {
        (Some(list), Some(array)) => {
            Some(format!("NumPy beats plain Python from {list} given a list, from {array} given an array."))
        }
        (Some(list), None) => Some(format!("NumPy beats plain Python from {list}, given a list.")),
        (None, Some(array)) => Some(format!("NumPy beats plain Python from {array}, given an array.")),
        (None, None) => None,
    }
}

fn corner_case(summary: &Summary) -> Option<String> {
    let claim = summary.claim("small-array-ratio")?;
    let bounds = bracket(claim.figure.low, claim.figure.high);
    Some(format!(
        "On a list of 25 values NumPy takes {} times as long{bounds} as Python.",
        significant(claim.figure.value?, 3)
    ))
}

fn whole_loop(summary: &Summary) -> Option<String> {
    let claim = summary.claim("end-to-end-speedup")?;
    let bounds = bracket(claim.figure.low, claim.figure.high);
    let value = significant(claim.figure.value?, 3);
    Some(format!("A pedometer compiled as a whole runs {value} times as fast{bounds} as in Python."))
}

/// The fastest contender of a workload beside the next one.
fn fastest(workload: &WorkloadSummary) -> Option<String> {
    let leader = workload.leader.as_ref()?;
    let (best, next) = (&leader.contender, &leader.runner_up);
    let compared = match leader.verdict {
        Verdict::Faster => format!(
            "{} times as fast{} as the next one, {next}",
            significant(1.0 / leader.ratio, 3),
            bracket(Some(1.0 / leader.ratio_high), Some(1.0 / leader.ratio_low))
        ),
        verdict => {
            let words = verdict.words();
            return Some(format!(
                "On {} {best} has the shortest time; compared with {next}, the next one: {words}.",
                workload.id
            ));
        }
    };
    Some(format!("On {} {best} is the fastest, {compared}.", workload.id))
}

/// Contenders that the answer names one by one.
pub(crate) const MOST_NAMED: usize = 3;

/// How the others compare with the baseline, on the arrays first and then on each other workload.
fn of_comparison(summary: &Summary) -> Vec<String> {
    let mut answer: Vec<String> = wrong_baselines(summary).collect();
    for task in Task::ALL {
        let base = summary.workloads.iter().find(|workload| workload.task == task.word());
        let Some(base) = base.map(|workload| &workload.baseline) else { continue };
        let rivals = rivals(summary, task, base);
        for rival in rivals.iter().take(MOST_NAMED) {
            answer.extend(against(summary, base, rival, &rows(summary, task, rival)));
        }
        if rivals.len() > MOST_NAMED {
            let more = rivals.len() - MOST_NAMED;
            answer.push(format!("{more} more {} compared below.", if more == 1 { "is" } else { "are" }));
        }
    }
    answer.extend(pays_after(summary).take(MOST_NAMED));
    let mut all = summary.rows.iter().filter(|row| !row.contender.is_control()).map(|row| &row.contender);
    if let (true, Some(only)) = (answer.is_empty(), all.next())
        && all.all(|other| other == only)
    {
        answer.push(format!("Only {only} was timed: name a second function to compare with it."));
    }
    if answer.is_empty() {
        answer.push("No two contenders of this comparison can be compared: the tables say why.".to_owned());
    }
    answer
}

/// What is said where a baseline has no right answer: nothing can be compared with it.
fn wrong_baselines(summary: &Summary) -> impl Iterator<Item = String> {
    let of = |workload: &WorkloadSummary| {
        let base = summary.row(&workload.id, &workload.baseline)?;
        let stands = base.findings.outcome == Outcome::Measured;
        let why = || {
            format!("Nothing can be compared with {} on {}: {}.", base.contender, workload.id, base.words())
        };
        (!stands).then(why)
    };
    // the first says it: what is wrong of one size is wrong of most
    summary.workloads.iter().filter_map(of).take(1)
}

/// Whom a reader wants compared with the baseline: the other functions of the user, and where there is only the baseline, the
/// usual ways to compute the same, given what the baseline is given.
pub(crate) fn rivals<'a>(summary: &'a Summary, task: Task, base: &str) -> Vec<&'a str> {
    let of_task = || summary.rows.iter().filter(move |row| row.task == task.word());
    let mut users: Vec<&str> = Vec::new();
    for row in of_task().filter(|row| row.contender.is_users() && row.contender != base) {
        if !users.contains(&row.contender.as_str()) {
            users.push(&row.contender);
        }
    }
    if !users.is_empty() {
        return users;
    }
    let form = of_task().find(|row| row.contender == base).map(|row| row.declared.input.as_str());
    let alike = |row: &&Row| {
        let right = row.findings.outcome == Outcome::Measured && row.ratio.is_some();
        right
            && !row.contender.is_control()
            && row.contender != base
            && Some(row.declared.input.as_str()) == form
    };
    let largest = of_task().map(|row| (row.n, row.window)).max();
    let at_largest = of_task().filter(|row| Some((row.n, row.window)) == largest).filter(alike);
    let fastest = at_largest
        .min_by(|a, b| a.ratio.unwrap_or(f64::INFINITY).total_cmp(&b.ratio.unwrap_or(f64::INFINITY)));
    let numpy =
        of_task().filter(alike).find(|row| [NUMPY_LIST, NUMPY_ARRAY].contains(&row.contender.as_str()));
    let mut rivals: Vec<&str> =
        [numpy, fastest].into_iter().flatten().map(|row| row.contender.as_str()).collect();
    rivals.dedup();
    rivals
}

/// The rows of a contender on the workloads of a task, ascending in size.
fn rows<'a>(summary: &'a Summary, task: Task, contender: &str) -> Vec<&'a Row> {
    let of = |row: &&Row| row.task == task.word() && row.contender == contender;
    let mut rows: Vec<&Row> = summary.rows.iter().filter(of).collect();
    rows.sort_by_key(|row| (row.n, row.window));
    rows
}

/// How a contender compares with the baseline, over its rows.
fn against(summary: &Summary, base: &str, contender: &str, rows: &[&Row]) -> Option<String> {
    let [first, ..] = rows else { return None };
    if let Some(unfit) = rows.iter().find(|row| row.findings.outcome != Outcome::Measured) {
        return Some(format!("{contender} on {}: {}.", unfit.workload, unfit.words()));
    }
    if rows.iter().all(|row| row.ratio.is_none()) {
        return None;
    }
    let has_sizes = SIZED.iter().any(|task| task.word() == first.task);
    let is_faster = rows.last().is_some_and(|row| row.verdict == Some(Verdict::Faster));
    let crossed = summary.break_even(contender).filter(|found| has_sizes && is_faster && found.base == base);
    if let Some(sentence) = crossed.and_then(|found| found.sentence()) {
        return Some(sentence);
    }
    if let [row] = rows {
        return Some(format!("{contender} {} {}.", one(row, base), place(row)));
    }
    let verdicts: Vec<Option<Verdict>> = rows.iter().map(|row| row.verdict).collect();
    let alike = verdicts.iter().all(|verdict| *verdict == verdicts[0]);
    if alike && let Some(everywhere) = everywhere(rows, base) {
        return Some(format!("{contender} {everywhere}."));
    }
    let mut runs: Vec<(Option<Verdict>, &Row, &Row)> = Vec::new();
    for row in rows {
        match runs.last_mut() {
            Some((verdict, _, last)) if *verdict == row.verdict => *last = row,
            _ => runs.push((row.verdict, row, row)),
        }
    }
    let told = runs.into_iter().map(|(verdict, from, to)| {
        let words = verdict.map_or("not compared", Verdict::words);
        let to_where = if from.workload == to.workload { place(from) } else { span(from, to) };
        format!("{words} {to_where}")
    });
    Some(format!("{contender}, compared with {base}: {}.", told.collect::<Vec<_>>().join(", ")))
}

/// One row beside the baseline.
fn one(row: &Row, base: &str) -> String {
    let (low, high) = (row.ratio_low, row.ratio_high);
    let inverse = |bound: Option<f64>| bound.filter(|&ratio| ratio > 0.0).map(f64::recip);
    let ratio = row.ratio.unwrap_or(1.0);
    match row.verdict {
        Some(Verdict::Faster) => {
            format!(
                "is {} times as fast{} as {base}",
                significant(1.0 / ratio, 3),
                bracket(inverse(high), inverse(low))
            )
        }
        Some(Verdict::Equivalent) => format!("takes as long as {base}{}", bracket(low, high)),
        Some(Verdict::Slower) => {
            format!("takes {} times as long{} as {base}", significant(ratio, 3), bracket(low, high))
        }
        _ => format!(
            "is not told apart from {base}: {} times as long{},",
            significant(ratio, 3),
            bracket(low, high)
        ),
    }
}

/// What holds on all rows, which have one verdict: by how much at least, and at most.
fn everywhere(rows: &[&Row], base: &str) -> Option<String> {
    let [first, .., last] = rows else { return None };
    let ratios = || rows.iter().filter_map(|row| row.ratio).filter(|&ratio| ratio > 0.0);
    let (least, most) = (ratios().reduce(f64::min)?, ratios().reduce(f64::max)?);
    let at = span(first, last);
    match first.verdict? {
        Verdict::Faster => {
            Some(format!("is {} times as fast as {base} {at}", interval(1.0 / most, 1.0 / least)))
        }
        Verdict::Slower => Some(format!("takes {} times as long as {base} {at}", interval(least, most))),
        Verdict::Equivalent => Some(format!("takes as long as {base} {at}")),
        Verdict::NotResolved => Some(format!("is not told apart from {base} {at}")),
        Verdict::Baseline => None,
    }
}

/// On what a row was measured.
fn place(row: &Row) -> String {
    match row.window {
        Some(window) => format!("on {}, windows of {}", values(row.n), count(window as u64)),
        None if row.task == Task::Made.word() => format!("at n = {}", count(row.n as u64)),
        None => format!("on {}", values(row.n)),
    }
}

/// From where to where.
fn span(from: &Row, to: &Row) -> String {
    match (from.window, to.window) {
        (Some(least), Some(greatest)) if from.n == to.n => {
            format!("with windows of {} to {}", count(least as u64), count(greatest as u64))
        }
        (Some(_), _) => format!("from {} to {}", from.workload, to.workload),
        _ if from.task == Task::Made.word() => {
            format!("from n = {} to {}", count(from.n as u64), count(to.n as u64))
        }
        _ => format!("from {} to {}", count(from.n as u64), values(to.n)),
    }
}
