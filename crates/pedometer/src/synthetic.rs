//! What does walking look like where there is no recording of it?
//!
//! A phone on the lower back: ax points down, ay to the left, az backwards. The generator lays out
//! bouts of 12 to 240 steps with pauses between them, then draws each as waves of the step and of the
//! stride (two steps). It uses + - * / floor and integers only, with a parabola for the sine and ChaCha8
//! for chance, so it gives the same samples on every machine. The longer walk of a seed starts with the
//! shorter one.

use breakeven_problem::Signal;
use breakeven_problem::signal::{LSB_PER_DEGREE_PER_SECOND, LSB_PER_G, MISSING, RATE_HZ};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A synthetic recording and its truth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntheticWalk {
    /// Six channels, raw: with noise and missing samples.
    pub signal: Signal,
    /// The row of every step taken, ascending.
    pub steps: Vec<usize>,
}

/// `rows` rows of walking with known steps, at 100 Hz.
///
/// About three quarters of the time is walking, at a cadence that drifts between 1.5 and 2.2 steps per second,
/// with uneven left and right steps, turns on the way, and turns and jolts (one movement of the whole body,
/// no step) in the pauses. A sample in about 500 is missing, in one channel or in all, up to 30 in a row.
///
/// It is a model, easier than life: it says that a pipeline works, not how well it counts people's steps.
///
/// ```
/// let minute = breakeven_pedometer::synthetic_walk(6_000, 1);
/// assert_eq!(minute.signal.rows(), 6_000);
/// assert_eq!(minute.signal.channels().len(), 6);
/// assert!(minute.steps.iter().all(|&row| row < 6_000));
/// ```
#[must_use]
pub fn synthetic_walk(rows: usize, seed: u64) -> SyntheticWalk {
    let mut motion = Motion { rows: vec![[0.0; 6]; rows], steps: Vec::new() };
    let mut plan = Chance::new(seed, 0);
    let mut row = 0.0;
    while row < rows as f64 {
        row = pause(&mut motion, &mut plan, row);
        row = bout(&mut motion, &mut plan, row);
    }
    let mut channels = samples(&motion, &mut Chance::new(seed, 1));
    lose_samples(&mut channels, &mut Chance::new(seed, 2));
    let signal = Signal::new(channels).expect("six channels of one length");
    let steps = motion.steps.into_iter().filter(|&step| step < rows).collect();
    SyntheticWalk { signal, steps }
}

/// Movement without gravity and noise: three accelerations in g, three rotations in degrees per second.
struct Motion {
    rows: Vec<[f64; 6]>,
    steps: Vec<usize>,
}

impl Motion {
    /// Adds to every row from `from` up to `to` what `at` gives for the way covered, 0 to 1.
    fn add(&mut self, from: f64, to: f64, at: impl Fn(f64) -> [f64; 6]) {
        let end = to.ceil().min(self.rows.len() as f64) as usize;
        for row in from.ceil() as usize..end {
            let moved = at((row as f64 - from) / (to - from));
            self.rows[row].iter_mut().zip(moved).for_each(|(sum, value)| *sum += value);
        }
    }

    /// A turn of the body: yaw up to `degrees_per_second`, and a slight lean.
    fn turn(&mut self, from: f64, to: f64, degrees_per_second: f64) {
        self.add(from, to, |way| {
            let bump = 4.0 * way * (1.0 - way);
            [0.0, 0.03 * bump, 0.01 * bump, degrees_per_second * bump, 0.0, 2.0 * bump]
        });
    }
}

/// Draws a pause from `row`: sway, in half of them a turn on the spot, in a third a jolt. Returns its end.
fn pause(motion: &mut Motion, plan: &mut Chance, row: f64) -> f64 {
    let end = row + plan.between(3.0, 40.0) * RATE_HZ as f64;
    let sways = ((end - row) / plan.between(300.0, 600.0)).ceil();
    motion.add(row, end, |way| {
        [0.0, 0.008 * sine(sways * way), 0.005 * sine(2.0 * sways * way), 0.0, 0.0, 0.0]
    });
    let (turns, jolts) = (plan.between(0.0, 1.0) < 0.5, plan.between(0.0, 1.0) < 0.33);
    let (turn, jolt) = (row + plan.between(20.0, 60.0), row + plan.between(90.0, 150.0));
    if turns {
        motion.turn(turn, turn + 150.0, plan.between(-110.0, 110.0));
    }
    if jolts {
        let strength = plan.between(0.25, 0.5);
        motion.add(jolt, jolt + 60.0, |way| {
            let wave = strength * sine(way);
            [wave, 0.2 * wave, 0.5 * wave, 10.0 * wave, 120.0 * wave, 20.0 * wave]
        });
    }
    end
}

/// One bout of steps from `row`. Returns its end.
fn bout(motion: &mut Motion, plan: &mut Chance, row: f64) -> f64 {
    let number = plan.between(12.0, 240.0) as usize;
    let strength = plan.between(0.24, 0.42);
    let mut cadence = plan.between(1.6, 2.1);
    let mut from = row;
    let mut before = 0.0;
    // the last interval only fades out: the bout has `number` steps, one at the end of each but the last
    for step in 0..=number {
        cadence = (cadence * plan.between(0.98, 1.02)).clamp(1.5, 2.2);
        let to = from + RATE_HZ as f64 / cadence;
        let side = if step % 2 == 0 { 1.0 } else { -1.0 };
        let after =
            if step == number { 0.0 } else { strength * plan.between(0.9, 1.1) * (1.0 + 0.03 * side) };
        motion.add(from, to, |way| stride(way, side, before + (after - before) * way));
        if step < number {
            motion.steps.push((to + 0.5).floor() as usize);
        }
        // about one turn in 25 steps, over the next two seconds
        if plan.between(0.0, 1.0) < 0.04 {
            motion.turn(from, from + 200.0, plan.between(-100.0, 100.0));
        }
        (from, before) = (to, after);
    }
    from
}

/// The movement `way` (0 to 1) from one step to the next, with acceleration `strength` in g.
///
/// Down and back follow the step, left and roll the stride, whose half is one step: `side` is its sign.
fn stride(way: f64, side: f64, strength: f64) -> [f64; 6] {
    let step = sine(way + 0.25);
    let heel = sine(2.0 * way + 0.25);
    let lag = sine(way + 0.05);
    let half_stride = side * sine(0.5 * way);
    [
        strength * (step + 0.3 * heel),
        strength * 0.4 * half_stride,
        strength * 0.5 * lag,
        strength * 70.0 * half_stride,
        strength * 60.0 * step,
        strength * 40.0 * side * sine(0.5 * way + 0.25),
    ]
}

/// Adds gravity and noise, and rounds half up to least significant bits.
fn samples(motion: &Motion, chance: &mut Chance) -> Vec<Vec<i16>> {
    const GRAVITY: [f64; 6] = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    const NOISE: [f64; 6] = [0.012, 0.012, 0.012, 0.8, 0.8, 0.8];
    let mut channels = vec![Vec::new(); 6];
    for row in &motion.rows {
        for (channel, samples) in channels.iter_mut().enumerate() {
            let scale = if channel < 3 { LSB_PER_G } else { LSB_PER_DEGREE_PER_SECOND };
            let value = row[channel] + GRAVITY[channel] + NOISE[channel] * chance.noise();
            samples.push((scale * value + 0.5).floor().clamp(-32767.0, 32767.0) as i16);
        }
    }
    channels
}

/// Marks runs of 1 to 30 samples as missing, about every 60 seconds, in one channel or in all six.
fn lose_samples(channels: &mut [Vec<i16>], chance: &mut Chance) {
    let rows = channels[0].len();
    let mut row = 0;
    loop {
        row += chance.between(3000.0, 9000.0) as usize;
        let length = chance.between(1.0, 31.0) as usize;
        let only = chance.between(0.0, 12.0) as usize; // 6 and above: all channels
        if row >= rows {
            return;
        }
        for (channel, samples) in channels.iter_mut().enumerate() {
            if only >= 6 || only == channel {
                samples[row..(row + length).min(rows)].fill(MISSING);
            }
        }
    }
}

/// A sine of period 1 made of parabolas: 0 at 0, 1 at a quarter, never off by more than 0.06.
fn sine(turns: f64) -> f64 {
    let phase = turns - turns.floor();
    if phase < 0.5 { 16.0 * phase * (0.5 - phase) } else { -16.0 * (phase - 0.5) * (1.0 - phase) }
}

/// Seeded chance that is the same on every machine and in every version of the crates behind it.
struct Chance(ChaCha8Rng);

impl Chance {
    fn new(seed: u64, stream: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(stream);
        Self(generator)
    }

    /// Uniform on [low, high).
    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (f64::from(self.0.next_u32()) / 4_294_967_296.0)
    }

    /// Nearly normal with standard deviation 1: the sum of four uniform bytes, centred and scaled.
    fn noise(&mut self) -> f64 {
        let bytes: i32 = self.0.next_u32().to_le_bytes().iter().map(|&byte| i32::from(byte)).sum();
        f64::from(bytes - 510) / 147.8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parabolas_are_within_6_percent_of_the_sine() {
        for thousandth in -3000..3000 {
            let turns = f64::from(thousandth) / 1000.0;
            let exact = (turns * std::f64::consts::TAU).sin();
            assert!((sine(turns) - exact).abs() < 0.06, "at {turns}");
        }
    }
}
