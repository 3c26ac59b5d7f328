//! How does the page tell contenders apart, and what does it say of each?

use breakeven_record::contender_id::{ContenderId, Family};

use crate::chart::{Ink, Marker};
use crate::claims::{STANDARD_DEV, STD_EXTENSION};

/// Colour and shape of a contender, the same in every figure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) ink: Ink,
    pub(super) marker: Marker,
}

/// The contenders that have a colour of their own; all others share the last one, and a user's own stand in black.
const COLOURED: [&str; 7] = [
    "python/naive",
    "python/numpy-list",
    "python/numpy-array",
    STANDARD_DEV,
    "rust/naive",
    "rust/simd",
    "rust/incremental",
];

/// How a contender is drawn.
pub(super) fn look(contender: &str) -> Look {
    // the same function in a loop
    let coloured = if contender == STD_EXTENSION { STANDARD_DEV } else { contender };
    let place = COLOURED.iter().position(|&id| id == coloured);
    // a shape by name, so that it does not change with what else is shown
    let shape = place.unwrap_or_else(|| contender.bytes().map(usize::from).sum());
    let series = place.and_then(|place| u8::try_from(place).ok()).unwrap_or(Ink::SERIES - 1);
    let ink = if Family::of(contender) == Family::User { Ink::Text } else { Ink::Series(series) };
    Look { ink, marker: Marker::ALL[shape % Marker::ALL.len()] }
}

/// What a contender does, in a few words; empty for one this version does not know.
pub(super) fn what(contender: &ContenderId) -> &'static str {
    // in another interpreter it does the same
    match contender.base() {
        "python/naive" => "the talk’s own mean and standard_deviation",
        "python/statistics" => "statistics.pstdev: exact arithmetic",
        "python/numpy-list" => "np.std(list): every call converts the list",
        "python/numpy-array" => "np.std(array): the array was made before the clock started",
        "python/std-extension" => "only standard_dev compiled, called from Python",
        "extension/standard-dev" => "one call of the compiled standard_dev from Python",
        "rust/naive" => "the talk’s arithmetic, compiled",
        "rust/simd" => "eight lanes side by side, proved good enough",
        "rust/simd-exact" => "correctly rounded: pairs of doubles, integers where in doubt",
        "rust/simd-threads" => "the same on every processor",
        "rust/two-stack" => "two stacks: nothing is subtracted",
        "rust/half-blocks" => "half blocks: no push is slower than another",
        "extension/rolling" => "rolling_std of our module, from Python",
        "extension/rolling-exact" => "rolling_std, correctly rounded",
        "extension/bank" => "the whole recording in one call from Python",
        "cpp/talk" => "the talk’s C++, as on the slides",
        "cpp/talk-as-published" => "the talk’s C++, as published: sums start at 1",
        "python/bottleneck" => "Bottleneck",
        "python/pandas" => "pandas",
        "python/polars" => "Polars, all processors",
        "python/polars-one-thread" => "Polars, one thread",
        "python/scipy" => "scipy.ndimage, as users write it",
        "python/numpy-window" => "np.std once per window",
        "python/numpy-cumsum" => "differences of cumulative sums",
        "python/numpy-view" => "np.std over sliding_window_view",
        "python/numpy-lanes" => "NumPy across all channels and widths",
        "python/numba-two-pass" => "the talk’s two passes under Numba",
        "python/numba-fastmath" => "the same with fastmath",
        "python/numba-incremental" => "running sums under Numba",
        "rust/incremental" => "running sums instead of a pass per window",
        "rust/ndarray" => "ndarray’s own std",
        "rust/ndarray-stats" => "ndarray-stats’ central moment",
        _ => "",
    }
}
