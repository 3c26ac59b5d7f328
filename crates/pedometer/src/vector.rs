//! On which signal do all implementations of the specification agree to the last bit?

use breakeven_problem::Signal;

/// Rows of the synthetic vector.
const ROWS: i32 = 3000;

/// The synthetic test vector of docs/pedometer-spec.md: 3,000 rows of 6 channels, 40 steps.
///
/// A triangle wave of 2 Hz with noise from a linear congruential generator; integers only, so that any
/// language can make it in ten lines. It is a check of arithmetic, not a model of walking.
///
/// ```
/// let vector = breakeven_pedometer::vector();
/// let row = |row: usize| vector.channels().iter().map(|samples| samples[row]).collect::<Vec<_>>();
/// assert_eq!(row(0), [6, 40, 2097, 14, 10, 37]);
/// assert_eq!(row(600), [-209, -127, 1588, -1041, -206, -511]);
/// ```
#[must_use]
pub fn vector() -> Signal {
    let mut channels = vec![Vec::new(); 6];
    let mut state: u64 = 12345;
    for i in 0..ROWS {
        let triangle = 40 * (25 - (i % 50 - 25).abs()) - 500;
        let wave = if (500..2500).contains(&i) { triangle } else { 0 };
        let values = [wave >> 1, wave >> 2, 2048 + wave, wave << 1, wave >> 1, wave];
        for (samples, value) in channels.iter_mut().zip(values) {
            state = (1_103_515_245 * state + 12345) % (1 << 31);
            let noise = ((state >> 16) % 101) as i32 - 50;
            samples.push((value + noise) as i16);
        }
    }
    Signal::new(channels).expect("six channels of one length")
}
