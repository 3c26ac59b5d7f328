//! How are missing values left out of sliding windows?
//!
//! What is left of a series without its NaNs is a shorter series, and what is left of a window is a window of that:
//! of fewer values where some are missing. From a window to the next it moves by one value, unless a NaN
//! enters or leaves: only then its size changes, or it stands still. So each stretch between two such
//! places is one call of the ordinary kernel, on contiguous values and with a window of one size.
//!
//! The cost is that of the kernel for each window, and that of one window anew for each NaN that enters or leaves.

use crate::kernel::Sliding;

/// As the kernel, with NaN left out: NaN where fewer than `least` values, or no more than `ddof`, are left.
pub(crate) fn sliding(
    values: &[f64],
    window: usize,
    ddof: usize,
    least: usize,
    kernel: Sliding,
    out: &mut [f64],
) {
    let Some(first) = values.iter().position(|value| value.is_nan()) else {
        return kernel(values, window, ddof, out);
    };
    let mut present = values[..first].to_vec();
    present.extend(values[first..].iter().filter(|value| !value.is_nan()));
    let steps = |index: usize| usize::from(!values[index].is_nan());

    // what is left of the window is `present[low..high]`
    let (mut low, mut high) = (0, values[..window].iter().filter(|value| !value.is_nan()).count());
    let mut start = 0;
    while start < out.len() {
        let leaving = values[start..out.len() - 1].iter();
        let moves = leaving
            .zip(&values[start + window..])
            .take_while(|(leaving, entering)| !leaving.is_nan() && !entering.is_nan());
        let moves = moves.count();
        let stretch = &mut out[start..=start + moves];
        let size = high - low;
        if size < least.max(1) || size <= ddof {
            stretch.fill(f64::NAN);
        } else {
            kernel(&present[low..high + moves], size, ddof, stretch);
        }
        (low, high, start) = (low + moves, high + moves, start + moves);
        if start + 1 < out.len() {
            (low, high) = (low + steps(start), high + steps(start + window));
        }
        start += 1;
    }
}
