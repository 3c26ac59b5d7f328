//! Has a library changed how floating point works in this process?
//!
//! Some libraries switch on flush-to-zero when they are loaded, for the whole process. Every answer
//! after that is suspect, so each preparation is followed by a test: arithmetic that would come out
//! differently, not the reading of a register.

use std::hint::black_box;

/// Whether subnormal numbers are kept and rounding is to nearest, ties to even.
#[must_use]
pub fn is_default() -> bool {
    let subnormal = black_box(f64::MIN_POSITIVE) * black_box(0.5);
    let subnormals_are_kept = subnormal != 0.0 && black_box(subnormal) * black_box(2.0) == f64::MIN_POSITIVE;
    let quarter_ulp = f64::EPSILON / 4.0;
    let up = black_box(1.0) + black_box(quarter_ulp);
    let down = black_box(-1.0) - black_box(quarter_ulp);
    let truncating = black_box(1.0) - black_box(quarter_ulp / 4.0);
    subnormals_are_kept && up == 1.0 && down == -1.0 && truncating == 1.0
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_untouched_process_has_the_default_environment() {
        assert!(super::is_default());
    }
}
