//! Which workloads does each mode have?
//!
//! A new workload is one line in one of these tables, with the reason it is worth the time.

use std::collections::BTreeMap;
use std::sync::Arc;

use breakeven_measure::job::Job;
use breakeven_problem::{Contender, Data, Distribution, Signal, Source, Task, Workload, anatomy, inputs};
use breakeven_record::Mode;
use breakeven_recordings::NamedRecording;

/// The talk's own functions in a Python loop.
pub const TALK: &str = "python/naive";

/// The size of the talk's corner case: 10,000 calls on lists of 25.
pub const CORNER_CASE: usize = 25;

/// Values of the series on which distributions are compared.
const HUNDRED_THOUSAND: usize = 100_000;

/// Values of the longest series: too many for branch prediction to learn, so one input is enough.
const MILLION: usize = 1_000_000;

/// Rungs of the pedometer that no claim names and that take seconds in every process: by default only the first
/// recording that is counted end to end has them, with `--full` every one, and with `--quick` those that `-c` asks for.
pub const LONG_RUNGS: [&str; 6] = [
    "python/numpy-window",
    "python/statistics",
    "python/numpy-lanes",
    "python/numba-two-pass",
    "cpp/talk",
    "rust/ndarray",
];

/// The rung that takes longest, three times as long as the talk's own, to be correctly rounded: `--full`, or by name.
pub const LONGEST_RUNG: &str = "python/statistics";

/// Contenders that sum every window from its first value and take long. What a window costs them depends neither on the
/// data nor on how many windows there are: by default they are timed on uniform series of at most 1e5 values, and
/// `rust/naive` and `python/numba-two-pass` show for their kind what wider windows cost; with `--full` they all do.
pub const SLOW_WINDOWS: [&str; 6] = [
    "python/naive",
    "python/numpy-window",
    "python/numpy-view",
    "python/numba-fastmath",
    "rust/ndarray",
    "rust/ndarray-stats",
];

/// How many rungs of the pedometer's ladder a workload has by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ladder {
    /// All but the longest.
    Whole,
    /// Those that do not take long.
    Short,
}

/// Whether the mode has this contender on this workload, where `-c` names none.
#[must_use]
pub fn has(mode: Mode, workload: &Workload, ladder: Ladder, id: &str) -> bool {
    let uniform = matches!(workload.source, Source::Seeded(Distribution::Uniform));
    match (mode, workload.task) {
        (Mode::Full, _) => true,
        (_, Task::Sliding) if !uniform || workload.length > HUNDRED_THOUSAND => !SLOW_WINDOWS.contains(&id),
        (_, Task::Feedback | Task::Pedometer) => match ladder {
            Ladder::Whole => id != LONGEST_RUNG,
            Ladder::Short => !LONG_RUNGS.contains(&id),
        },
        _ => true,
    }
}

/// Id of the contender that ratios are taken to.
#[must_use]
pub fn baseline(workload: &Workload) -> &'static str {
    match workload.task {
        Task::Anatomy => anatomy::of(&workload.id).map_or("", |anatomy| anatomy.whole),
        Task::Sliding => "rust/incremental",
        _ if cfg!(feature = "python") => TALK,
        _ => "rust/naive",
    }
}

/// `whole` and `sliding` of a mode.
#[must_use]
pub fn seeded(mode: Mode) -> Vec<Workload> {
    match mode {
        Mode::Quick => quick(),
        Mode::Default | Mode::Full => full_table(),
    }
}

fn quick() -> Vec<Workload> {
    let sizes = [10, CORNER_CASE, 50, 100, 150, 200, 300, 1000];
    let mut table: Vec<Workload> = sizes.into_iter().map(small_array).collect();
    table.push(Workload::sliding(
        Distribution::Uniform,
        HUNDRED_THOUSAND,
        75,
        "a rolling window over a long series",
    ));
    table.extend(anatomies());
    table
}

fn full_table() -> Vec<Workload> {
    use Distribution::{Constant, Decaying, Normal, Offset, Uniform};
    let mut sizes: Vec<usize> = (1..=29).map(|tens| 10 * tens).chain([CORNER_CASE]).collect();
    sizes.sort_unstable();
    let mut table: Vec<Workload> = sizes.into_iter().map(small_array).collect();
    let larger = (1..=20).map(|thousands| 1000 * thousands);
    table.extend(
        larger.map(|n| Workload::whole(Uniform, n, "the talk's second plot: 1,000 to 20,000 values")),
    );
    table.push(Workload::whole(Normal, 75, "both signs: sums cancel"));
    table.push(Workload::whole(Offset, 75, "nine digits of every value cancel"));
    table.push(Workload::whole(Constant, 75, "the answer is exactly 0"));
    table.push(Workload::whole(Decaying, 75, "the scale falls without end"));
    let longer = "a window of the pedometer's mean width over a longer and longer series";
    table.extend([1_000, HUNDRED_THOUSAND].map(|n| Workload::sliding(Uniform, n, 75, longer)));
    table.push(Workload::sliding(Uniform, MILLION, 75, longer).with_one_input());
    for window in [10, 50, 100, 1_000, 100_000] {
        let wide = Workload::sliding(Uniform, MILLION, window, "cost per window as the window grows");
        table.push(wide.with_one_input());
    }
    for distribution in [Normal, Offset, Constant, Decaying] {
        table.push(Workload::sliding(
            distribution,
            HUNDRED_THOUSAND,
            75,
            "data on which running sums lose digits",
        ));
    }
    table.extend(anatomies());
    table
}

/// The talk's corner case taken apart, for NumPy and for our module; a build without Python has none.
fn anatomies() -> Vec<Workload> {
    let ours = anatomy::ALL.iter().filter(|_| cfg!(feature = "python"));
    ours.map(|anatomy| {
        let why = format!("what one {} of {CORNER_CASE} spends, step by step", anatomy.call);
        Workload::anatomy(anatomy, CORNER_CASE, &why).with_one_input()
    })
    .collect()
}

/// One size of the talk's first plot. The corner case itself calls on one list, as the talk does.
fn small_array(n: usize) -> Workload {
    let why = match n {
        CORNER_CASE => "the talk's corner case: pure Python 0.06 s, NumPy 0.39 s for 10,000 calls",
        _ => "the talk's first plot: where does NumPy overtake pure Python?",
    };
    let workload = Workload::whole(Distribution::Uniform, n, why);
    if n == CORNER_CASE { workload.with_one_input() } else { workload }
}

/// The pedometer on a recording.
#[must_use]
pub fn pedometer(recording: &NamedRecording) -> Workload {
    on_recording(Task::Pedometer, recording, "end to end: the talk's 30 minutes to under 30 seconds")
}

/// The bank alone on a cleaned recording.
#[must_use]
pub fn feedback(recording: &NamedRecording) -> Workload {
    on_recording(
        Task::Feedback,
        recording,
        "the standard deviations that feed the next ones, without the rest",
    )
}

fn on_recording(task: Task, recording: &NamedRecording, why: &str) -> Workload {
    let (rows, channels) = (recording.signal.rows(), recording.signal.channels().len());
    Workload::recording(task, &recording.name, rows, channels, why)
}

/// A job on drawn numbers, with these contenders.
#[must_use]
pub fn seeded_job(workload: Workload, seed: u64, contenders: Vec<String>) -> Job {
    let drawn = workload.clone();
    let inputs = move || inputs::draw(&drawn, seed).expect("workloads of these tables are seeded");
    Job {
        baseline: baseline(&workload).to_owned(),
        inputs: Box::new(inputs),
        note: None,
        whole_call: None,
        expected: None,
        known: BTreeMap::new(),
        contenders,
        workload,
    }
}

/// A job on a recording: raw for `pedometer`, cleaned for `feedback`.
#[must_use]
pub fn recording_job(workload: Workload, recording: &NamedRecording, contenders: Vec<String>) -> Job {
    let (signal, task) = (Arc::clone(&recording.signal), workload.task);
    let inputs = move || {
        vec![Data::Recording(match task {
            Task::Feedback => breakeven_pedometer::clean(&signal),
            _ => Signal::clone(&signal),
        })]
    };
    let note = Some(recording.note.clone());
    Job { inputs: Box::new(inputs), note, ..seeded_job(workload, 0, contenders) }
}

/// Ids of the contenders and controls that offer a workload, each once, in the registry's order.
#[must_use]
pub fn offering(all: &[Box<dyn Contender>], workload: &Workload) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for contender in all.iter().filter(|contender| contender.offers(workload)) {
        let id = &contender.about().id;
        if !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    ids
}
