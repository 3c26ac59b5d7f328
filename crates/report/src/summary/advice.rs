//! What is worth trying first? Steps from correct use of NumPy to an extension, each with what it brought here.

use breakeven_estimate::figure::Figure;
use breakeven_estimate::paired_ratio;
use breakeven_record::contender_id::ContenderId;
use breakeven_record::{Outcome, Record, WorkloadRecord};
use serde::{Deserialize, Serialize};

/// A step from what people have to what they may try.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Advice {
    /// What to do.
    pub title: String,
    /// Why, and when not.
    pub why: String,
    /// Id of what people have.
    pub before: ContenderId,
    /// Id of what they may try.
    pub after: ContenderId,
    /// What it brought at the smallest and at the largest input it was measured on; empty where it was not measured.
    pub places: Vec<Gain>,
    /// Ids of the workloads on which the answers of `after` are wrong.
    pub wrong: Vec<String>,
}

/// What a step brought on one workload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gain {
    /// The workload's id.
    pub workload: String,
    /// Time before over time after.
    #[serde(flatten)]
    pub figure: Figure,
}

struct Step {
    title: &'static str,
    why: &'static str,
    /// What is compared, the first that was measured.
    pairs: &'static [Pair],
}

struct Pair {
    task: &'static str,
    before: &'static str,
    after: &'static str,
}

const fn pair(task: &'static str, before: &'static str, after: &'static str) -> Pair {
    Pair { task, before, after }
}

/// Least effort first.
const STEPS: [Step; 8] = [
    Step {
        title: "Make the array once",
        why: "np.std of a list converts the list in every call. Keep the numbers in an ndarray.",
        pairs: &[pair("whole", "python/numpy-list", "python/numpy-array")],
    },
    Step {
        title: "For few numbers, leave NumPy out",
        why: "Below the break-even a plain loop over a list is faster than np.std of that list.",
        pairs: &[pair("whole", "python/numpy-list", "python/naive")],
    },
    Step {
        title: "One call with axis=, not one call each",
        why: "Many small arrays at once pay NumPy’s fixed cost once: put them in one two-dimensional array.",
        pairs: &[
            pair("pedometer", "python/naive", "python/numpy-lanes"),
            pair("feedback", "python/naive", "python/numpy-lanes"),
        ],
    },
    Step {
        title: "sliding_window_view, not a loop over slices",
        why: "All windows of a series in one call; it reads every value as often as windows hold it.",
        pairs: &[pair("sliding", "python/numpy-window", "python/numpy-view")],
    },
    Step {
        title: "A rolling function that exists: Bottleneck, pandas, Polars",
        why: "Installed, not written. Running sums: fast at any window, wrong on data far from zero (see Speed against error).",
        pairs: &[
            pair("sliding", "python/numpy-view", "python/bottleneck"),
            pair("sliding", "python/numpy-window", "python/bottleneck"),
        ],
    },
    Step {
        title: "Numba on the loop you have",
        why: "One line above the function, no build step; compiling costs time once per process.",
        pairs: &[
            pair("whole", "python/naive", "python/numba-two-pass"),
            pair("sliding", "python/numpy-view", "python/numba-two-pass"),
            pair("sliding", "python/bottleneck", "python/numba-incremental"),
        ],
    },
    Step {
        title: "One function as an extension",
        why: "The talk’s remedy. It pays where the call itself is most of the time, and no more than that share.",
        pairs: &[
            pair("whole", "python/naive", "extension/standard-dev"),
            pair("sliding", "python/bottleneck", "extension/rolling"),
        ],
    },
    Step {
        title: "The whole loop as an extension",
        why: "Where each result decides what comes next no library call fits, and the loop has to move too.",
        pairs: &[
            pair("pedometer", "python/naive", "extension/bank"),
            pair("pedometer", "python/naive", "rust/naive"),
        ],
    },
];

impl Advice {
    /// Every step, least effort first.
    pub(super) fn all(record: &Record) -> Vec<Self> {
        STEPS.iter().map(|step| Self::of(record, step)).collect()
    }

    fn of(record: &Record, step: &Step) -> Self {
        let found = step.pairs.iter().map(|pair| (pair, places(record, pair)));
        let measured = found.into_iter().find(|(_, places)| !places.is_empty());
        let (pair, places) = measured.unwrap_or((&step.pairs[0], Vec::new()));
        let is_wrong = |workload: &&WorkloadRecord| {
            let after = workload.contender(pair.after);
            after.is_some_and(|found| matches!(found.findings.outcome, Outcome::Wrong | Outcome::KnownWrong))
        };
        let wrong = of_task(record, pair).filter(is_wrong).map(|workload| workload.id.clone());
        let wrong = if places.is_empty() { Vec::new() } else { wrong.collect() };
        let [before, after] = [pair.before, pair.after].map(ContenderId::from);
        Self { title: step.title.to_owned(), why: step.why.to_owned(), before, after, places, wrong }
    }
}

fn of_task<'a>(record: &'a Record, pair: &Pair) -> impl Iterator<Item = &'a WorkloadRecord> {
    record.workloads.iter().filter(|workload| workload.task == pair.task)
}

/// Of uniform data, or of all where none is uniform, the smallest and the largest input on which both were right.
fn places(record: &Record, pair: &Pair) -> Vec<Gain> {
    let is_right = |workload: &WorkloadRecord, contender: &str| {
        workload.contender(contender).is_some_and(|found| found.findings.outcome == Outcome::Measured)
    };
    let mut places: Vec<(&WorkloadRecord, Figure)> = of_task(record, pair)
        .filter(|workload| is_right(workload, pair.before) && is_right(workload, pair.after))
        .map(|workload| (workload, paired_ratio(workload, pair.before, pair.after, record.plan.comparisons)))
        .filter(|(_, figure)| figure.value.is_some())
        .collect();
    places.sort_by_key(|(workload, _)| (workload.input.name != "uniform", workload.length, workload.window));
    if places.first().is_some_and(|(workload, _)| workload.input.name == "uniform") {
        places.retain(|(workload, _)| workload.input.name == "uniform");
    }
    if places.len() > 2 {
        places.drain(1..places.len() - 1);
    }
    places.into_iter().map(|(workload, figure)| Gain { workload: workload.id.clone(), figure }).collect()
}
