//! How are a few seconds of walking drawn, so that each step can be told from the samples?

use breakeven_problem::signal::{LSB_PER_DEGREE_PER_SECOND, LSB_PER_G, MISSING};
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::Walk;
use super::strip::{Line, Trace};
use crate::chart::{Area, Drawing, INFALLIBLE, Ink, Label, Screen};

/// Height of the length of the acceleration, with the gate and the steps.
const LENGTH_HEIGHT: i32 = 300;

/// Height of the channels of one sensor.
const SENSOR_HEIGHT: i32 = 250;

/// Colours of three axes, told apart by their names beside them as well.
const AXES: [Ink; 3] = [Ink::Series(0), Ink::Series(1), Ink::Series(4)];

/// The length of the acceleration with gate and steps; below it the channels of each sensor.
pub(crate) struct ExcerptDrawing<'a> {
    walk: &'a Walk<'a>,
    trace: Trace<'a>,
    sensors: Vec<Sensor<'a>>,
    description: String,
}

/// Three channels with one scale.
struct Sensor<'a> {
    names: [&'static str; 3],
    unit: &'static str,
    channels: &'a [Vec<i16>],
    /// Least significant bits per unit.
    scale: f64,
}

impl<'a> ExcerptDrawing<'a> {
    /// The whole of `walk`, which should be a few seconds.
    pub(crate) fn new(walk: &'a Walk<'a>) -> Self {
        let (acceleration, rotation) = walk.signal.channels().split_at(3);
        let sensor = |names, unit, channels, scale| Sensor { names, unit, channels, scale };
        let mut sensors = vec![sensor(["ax", "ay", "az"], "g", acceleration, LSB_PER_G)];
        if !rotation.is_empty() {
            sensors.push(sensor(["gx", "gy", "gz"], "°/s", rotation, LSB_PER_DEGREE_PER_SECOND));
        }
        let description = format!(
            "{:.1} seconds of walking: the length of the acceleration, where the gate is open, {} steps, and the channels",
            walk.signal.rows() as f64 / breakeven_problem::signal::RATE_HZ as f64,
            walk.steps.len()
        );
        Self { walk, trace: Trace::of(walk.signal, &[]), sensors, description }
    }
}

impl Drawing for ExcerptDrawing<'_> {
    fn description(&self) -> &str {
        &self.description
    }

    fn size(&self, screen: Screen) -> (u32, u32) {
        let height = LENGTH_HEIGHT + SENSOR_HEIGHT * self.sensors.len() as i32;
        let width = if screen == Screen::Wide { 1680 } else { 760 };
        (width, u32::try_from(height).unwrap_or(0))
    }

    fn draw(&self, area: &Area<'_>, screen: Screen) {
        let (width, rows) = (self.size(screen).0 as i32, 0..self.walk.signal.rows());
        let line = Line::new(rows, (0, LENGTH_HEIGHT), width, self.trace.top());
        line.draw(area, self.walk, &self.trace, screen);
        for (place, sensor) in self.sensors.iter().enumerate() {
            let top = LENGTH_HEIGHT + place as i32 * SENSOR_HEIGHT;
            sensor.draw(area, &line, self.walk, top, screen);
        }
    }
}

impl Sensor<'_> {
    /// `line` says where a row is from left to right.
    fn draw(&self, area: &Area<'_>, line: &Line, walk: &Walk<'_>, top: i32, screen: Screen) {
        let (low, high) = self.ends();
        let (first, last) = (top + 44, top + SENSOR_HEIGHT - 16);
        let y = |value: f64| last - ((value - low) / (high - low) * f64::from(last - first)).round() as i32;
        let rule = |from, to, ink: Ink| {
            area.draw(&PathElement::new(vec![from, to], ink.colour().stroke_width(2))).expect(INFALLIBLE);
        };
        for &step in walk.steps {
            rule((line.x(step), first), (line.x(step), last), Ink::Grid);
        }
        let size = screen.text_size() * 0.86;
        let zero = (low < 0.0 && high > 0.0).then_some(0.0);
        for value in [low, high].into_iter().chain(zero) {
            rule(
                (line.left(), y(value)),
                (line.right(), y(value)),
                if value == 0.0 { Ink::Muted } else { Ink::Grid },
            );
            let text = format!("{value} {}", self.unit);
            let label =
                Label { text: &text, ink: Ink::Muted, size, weight: FontStyle::Normal, anchor: HPos::Right };
            label.draw(area, line.left() - 8, y(value));
        }
        for (axis, samples) in self.channels.iter().enumerate() {
            for run in samples_between_gaps(samples) {
                let points: Vec<(i32, i32)> =
                    run.map(|row| (line.x(row), y(f64::from(samples[row]) / self.scale))).collect();
                area.draw(&PathElement::new(points, AXES[axis % 3].colour().stroke_width(2)))
                    .expect(INFALLIBLE);
            }
            let name = Label {
                text: self.names[axis % 3],
                ink: AXES[axis % 3],
                size: screen.text_size(),
                weight: FontStyle::Bold,
                anchor: HPos::Left,
            };
            name.draw(area, line.left() + axis as i32 * 60, top + 22);
        }
    }

    /// The scale: whole units that hold all samples and 0.
    fn ends(&self) -> (f64, f64) {
        let valid = self.channels.iter().flatten().filter(|&&sample| sample != MISSING);
        let (low, high) =
            valid.fold((0i16, 0i16), |(low, high), &sample| (low.min(sample), high.max(sample)));
        let (low, high) = (f64::from(low) / self.scale, f64::from(high) / self.scale);
        let step = if high - low > 20.0 { 50.0 } else { 1.0 };
        ((low / step).floor() * step, ((high / step).ceil() * step).max((low / step).floor() * step + step))
    }
}

/// Rows of samples that are there, in stretches.
fn samples_between_gaps(samples: &[i16]) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for row in (0..samples.len()).filter(|&row| samples[row] != MISSING) {
        match runs.last_mut() {
            Some(run) if run.end == row => run.end += 1,
            _ => runs.push(row..row + 1),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_sample_breaks_the_line() {
        assert_eq!(samples_between_gaps(&[1, 2, MISSING, 3]), [0..2, 3..4]);
        assert!(samples_between_gaps(&[MISSING; 3]).is_empty());
    }

    #[test]
    fn a_scale_holds_all_samples_and_zero_in_whole_units() {
        let ends = |values: [i16; 2], scale| {
            let channels = [values.to_vec()];
            Sensor { names: [""; 3], unit: "", channels: &channels, scale }.ends()
        };
        assert_eq!(ends([-1000, 3000], 2048.0), (-1.0, 2.0));
        assert_eq!(ends([0, 0], 2048.0), (0.0, 1.0));
        assert_eq!(ends([-2000, 3000], 16.384), (-150.0, 200.0));
    }
}
