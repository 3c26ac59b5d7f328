//! On which numbers do standard deviations go wrong?
//!
//! Three parts: the five distributions at many sizes, [`super::shapes`] by their generators (spikes,
//! steps, decays ...), and the short series of public bug reports in [`super::reported`]. Adding a
//! case is adding a row.

use super::reported::{REPORTED, Reported};
use super::shapes::{HARD, ORDINARY, SHAPES, Shape};
use crate::inputs::draw_one;
use crate::{Distribution, Workload};

/// Numbers on which a contender must be right.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// `case/NAME-nLENGTH-ddofD` for whole, `case/NAME-LENGTH-wWINDOW-ddofD` for sliding.
    pub name: String,
    /// Values per window for sliding, `None` for whole.
    pub window: Option<usize>,
    /// Delta degrees of freedom.
    pub ddof: usize,
    /// Largest relative error of a peer.
    pub relative: f64,
    /// The distribution it is most like: what its synthetic workload is labelled with.
    pub like: Distribution,
    /// One or more series of the same length, at least one value each.
    pub inputs: Vec<Vec<f64>>,
}

/// Every case, in a fixed order: about 1400, with some 400,000 answers. Costs a few milliseconds.
#[must_use]
pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for distribution in Distribution::ALL {
        push_distribution(&mut cases, distribution);
    }
    for shape in SHAPES {
        push_shape(&mut cases, shape);
    }
    for &Reported { name, window, values } in REPORTED {
        for ddof in DDOFS {
            let reported = |window| one_series(name, HARD, window, ddof, values.to_vec());
            cases.extend([None, Some(window)].map(reported));
        }
    }
    cases
}

/// Lengths of `whole`: around every multiple of a vector width up to 128, the talk's 25, and longer.
const WHOLE_LENGTHS: [usize; 21] =
    [1, 2, 3, 7, 8, 9, 15, 16, 17, 25, 63, 64, 65, 75, 100, 127, 128, 129, 300, 1000, 4097];

/// Windows of `sliding` on [`SLIDING_LENGTH`] values; the last two are all of them, and one too many.
const WINDOWS: [usize; 18] = [1, 2, 3, 7, 8, 9, 25, 50, 63, 64, 65, 75, 100, 127, 128, 129, 300, 301];

const SLIDING_LENGTH: usize = 300;

/// Lengths and windows of `sliding` that take several blocks, or a window too long to be summed again at each step.
const LONG_SLIDING: [(usize, usize); 2] = [(1500, 1000), (4097, 75)];

/// Seeds of the distributions' series, one input each.
const SEEDS: [u64; 3] = [1, 2, 3];

/// Delta degrees of freedom of every case.
const DDOFS: [usize; 2] = [0, 1];

/// Values and ddof where n <= ddof: every answer is NaN.
const TOO_MUCH_DDOF: [(usize, usize); 4] = [(1, 2), (2, 2), (3, 5), (100, 100)];

fn push_distribution(cases: &mut Vec<Case>, distribution: Distribution) {
    let whole = |n, ddof| drawn(Workload { ddof, ..Workload::whole(distribution, n, "") }, distribution);
    let sliding = |length, window, ddof| {
        drawn(Workload { ddof, ..Workload::sliding(distribution, length, window, "") }, distribution)
    };
    for ddof in DDOFS {
        cases.extend(WHOLE_LENGTHS.map(|n| whole(n, ddof)));
        cases.extend(WINDOWS.map(|window| sliding(SLIDING_LENGTH, window, ddof)));
        cases.extend(LONG_SLIDING.map(|(length, window)| sliding(length, window, ddof)));
    }
    for (n, ddof) in TOO_MUCH_DDOF {
        cases.push(whole(n, ddof));
        cases.push(sliding(n + 20, n, ddof));
    }
}

fn drawn(workload: Workload, like: Distribution) -> Case {
    let Workload { length, window, ddof, .. } = workload;
    let name = case_name(like.word(), length, window, ddof);
    let inputs = SEEDS.map(|seed| draw_one(&name, 0, like, length, seed)).to_vec();
    let relative = match like {
        Distribution::Uniform | Distribution::Normal | Distribution::Constant => ORDINARY,
        Distribution::Offset | Distribution::Decaying => HARD,
    };
    Case { name, window, ddof, relative, like, inputs }
}

fn push_shape(cases: &mut Vec<Case>, shape: &Shape) {
    for ddof in DDOFS {
        let case =
            |length, window| one_series(shape.name, shape.relative, window, ddof, (shape.values)(length));
        cases.extend(shape.whole.iter().map(|&length| case(length, None)));
        cases.extend(shape.sliding.iter().map(|&(length, window)| case(length, Some(window))));
    }
}

/// A case of one series that was chosen for what it breaks.
fn one_series(name: &str, relative: f64, window: Option<usize>, ddof: usize, values: Vec<f64>) -> Case {
    Case {
        name: case_name(name, values.len(), window, ddof),
        window,
        ddof,
        relative,
        like: Distribution::Normal,
        inputs: vec![values],
    }
}

fn case_name(name: &str, length: usize, window: Option<usize>, ddof: usize) -> String {
    match window {
        Some(window) => format!("case/{name}-{length}-w{window}-ddof{ddof}"),
        None => format!("case/{name}-n{length}-ddof{ddof}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_every_input_has_the_length_of_its_case() {
        let cases = cases();
        let mut names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), cases.len());
        for case in &cases {
            let length = case.inputs[0].len();
            assert!(case.inputs.iter().all(|values| values.len() == length), "{}", case.name);
            assert_eq!(case.name.contains(&format!("-n{length}-")), case.window.is_none(), "{}", case.name);
        }
    }
}
