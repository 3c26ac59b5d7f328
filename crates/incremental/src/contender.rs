//! What does this crate enter into the comparison?

use breakeven_problem::{Contract, RustContender};

use crate::{HalfBlocks, TwoStacks, sliding};

/// `rust/incremental`: [`sliding()`] on a slice; `rust/two-stack` and `rust/half-blocks`: [`TwoStacks`] and
/// [`HalfBlocks`], one push per value; one thread each.
#[must_use]
pub fn contenders() -> Vec<RustContender> {
    let contender =
        |name, summary| RustContender::new(name, env!("CARGO_PKG_VERSION"), Contract::Fast, summary);
    vec![
        contender(
            "incremental",
            "running sums, anchored, kept to their last bit, rebuilt where a bound demands it",
        )
        .sliding(sliding),
        contender("two-stack", "one push a value: sums of two blocks, joined; nothing is subtracted")
            .sliding(|values, window, ddof, out| match TwoStacks::new(window, ddof) {
                Ok(mut rolling) => write_all(values, out, |value| rolling.push(value)),
                Err(_) => out.fill(f64::NAN),
            }),
        contender("half-blocks", "the same with blocks of half a window: no push is slower than another")
            .sliding(|values, window, ddof, out| match HalfBlocks::new(window, ddof) {
                Ok(mut rolling) => write_all(values, out, |value| rolling.push(value)),
                Err(_) => out.fill(f64::NAN),
            }),
    ]
}

/// Writes what the pushes of full windows give.
fn write_all(values: &[f64], out: &mut [f64], mut push: impl FnMut(f64) -> Option<f64>) {
    let (head, rest) = values.split_at(values.len() - out.len());
    for value in head {
        push(*value);
    }
    for (result, value) in out.iter_mut().zip(rest) {
        *result = push(*value).unwrap_or(f64::NAN);
    }
}
