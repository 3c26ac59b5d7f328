//! How are thousands of samples, the gate and the steps drawn into one strip?

use std::ops::Range;

use breakeven_problem::Signal;
use breakeven_problem::signal::{LSB_PER_G, MISSING, RATE_HZ};
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::marks::{self, Mark, MarkedFault};
use super::{Walk, clock};
use crate::chart::{Area, Drawing, INFALLIBLE, Ink, Label, Screen};

/// Units of the drawing per column of samples.
const COLUMN: i32 = 2;

/// Units from the left edge to the signal.
const LEFT: i32 = 74;

/// Units from the right edge to the signal.
const RIGHT: i32 = 14;

/// Lines of a strip on a narrow screen.
const NARROW_LINES: usize = 3;

/// The length of the acceleration in g, and how far its scale goes.
pub(super) struct Trace<'a> {
    /// NaN where a channel is missing, or was not measured.
    g: Vec<f32>,
    marks: &'a [Mark],
    /// Where the first chart ends: above all.
    top: f32,
    /// Where a strip ends: above all but one in 200, so that one knock does not flatten the steps.
    strip_top: f32,
}

impl<'a> Trace<'a> {
    pub(super) fn of(signal: &Signal, marks: &'a [Mark]) -> Self {
        let channels = &signal.channels()[..3];
        let length = |row: usize| {
            if channels.iter().any(|samples| samples[row] == MISSING) {
                return f32::NAN;
            }
            let square = |samples: &Vec<i16>| (f64::from(samples[row]) / LSB_PER_G).powi(2);
            channels.iter().map(square).sum::<f64>().sqrt() as f32
        };
        let mut g: Vec<f32> = (0..signal.rows()).map(length).collect();
        for mark in marks.iter().filter(|mark| mark.fault == MarkedFault::Missing) {
            g[mark.rows.clone()].fill(f32::NAN);
        }
        let mut sorted: Vec<f32> = g.iter().copied().filter(|g| !g.is_nan()).collect();
        sorted.sort_unstable_by(f32::total_cmp);
        let at = |share: f64| {
            sorted.get((share * (sorted.len().max(1) - 1) as f64) as usize).copied().unwrap_or(1.0)
        };
        let above = |g: f32| (1.05 * g).ceil().clamp(2.0, 6.0);
        let (top, strip_top) = (above(at(1.0)), above(at(0.995)));
        Self { g, marks, top, strip_top }
    }

    pub(super) fn top(&self) -> f32 {
        self.top
    }
}

/// The whole recording on one line.
pub(super) struct Overview<'a> {
    pub(super) walk: &'a Walk<'a>,
    pub(super) trace: &'a Trace<'a>,
}

/// One minute, on one line or three.
pub(super) struct Strip<'a> {
    walk: &'a Walk<'a>,
    trace: &'a Trace<'a>,
    rows: Range<usize>,
    description: String,
}

impl<'a> Strip<'a> {
    pub(super) fn new(walk: &'a Walk<'a>, trace: &'a Trace<'a>, rows: Range<usize>) -> Self {
        let steps = walk.steps.iter().filter(|step| rows.contains(step)).count();
        let description = format!("From {} to {}: {steps} steps", clock(rows.start), clock(rows.end));
        Self { walk, trace, rows, description }
    }
}

impl Drawing for Overview<'_> {
    fn description(&self) -> &str {
        "The acceleration of the whole recording, with the open gate and every step"
    }

    fn size(&self, screen: Screen) -> (u32, u32) {
        match screen {
            Screen::Wide => (1680, 360),
            Screen::Narrow => (760, 360),
        }
    }

    fn draw(&self, area: &Area<'_>, screen: Screen) {
        let (width, height) = self.size(screen);
        let rows = 0..self.walk.signal.rows();
        let line = Line::new(rows, (0, height as i32), width as i32, self.trace.top);
        line.draw(area, self.walk, self.trace, screen);
    }
}

impl Drawing for Strip<'_> {
    fn description(&self) -> &str {
        &self.description
    }

    fn size(&self, screen: Screen) -> (u32, u32) {
        match screen {
            Screen::Wide => (1680, 220),
            Screen::Narrow => (760, 220 * NARROW_LINES as u32),
        }
    }

    fn draw(&self, area: &Area<'_>, screen: Screen) {
        let (width, height) = self.size(screen);
        let lines = if screen == Screen::Wide { 1 } else { NARROW_LINES };
        let rows = super::STRIP_ROWS / lines;
        for place in 0..lines {
            let start = self.rows.start + place * rows;
            if start < self.rows.end {
                let top = (height as usize / lines * place) as i32;
                let line = Line::new(
                    start..start + rows,
                    (top, height as i32 / lines as i32),
                    width as i32,
                    self.trace.strip_top,
                );
                line.draw(area, self.walk, self.trace, screen);
            }
        }
    }
}

/// A stretch of rows from left to right.
pub(super) struct Line {
    rows: Range<usize>,
    columns: Range<i32>,
    /// From the triangles of the steps to the axis.
    heights: Range<i32>,
    top_g: f32,
}

impl Line {
    pub(super) fn new(rows: Range<usize>, (top, height): (i32, i32), width: i32, top_g: f32) -> Self {
        Self { rows, columns: LEFT..width - RIGHT, heights: top + 34..top + height - 46, top_g }
    }

    pub(super) fn left(&self) -> i32 {
        self.columns.start
    }

    pub(super) fn right(&self) -> i32 {
        self.columns.end
    }

    pub(super) fn x(&self, row: usize) -> i32 {
        let share = (row - self.rows.start) as f64 / self.rows.len().max(1) as f64;
        self.columns.start + (share * f64::from(self.columns.end - self.columns.start)).round() as i32
    }

    fn y(&self, g: f32) -> i32 {
        let share = (g / self.top_g).clamp(0.0, 1.0);
        self.heights.end - (share * (self.heights.end - self.heights.start) as f32).round() as i32
    }

    pub(super) fn draw(&self, area: &Area<'_>, walk: &Walk<'_>, trace: &Trace<'_>, screen: Screen) {
        for open in walk.open {
            let (start, end) = (open.start.max(self.rows.start), open.end.min(self.rows.end));
            if start < end {
                let (left, right) = (self.x(start), self.x(end).max(self.x(start) + 1));
                let band = [(left, self.heights.start), (right, self.heights.end)];
                area.draw(&Rectangle::new(band, Ink::Series(3).colour().mix(0.2).filled()))
                    .expect(INFALLIBLE);
            }
        }
        self.draw_axes(area, screen);
        self.draw_signal(area, trace);
        marks::draw(area, trace.marks, &self.rows, &self.heights, |row| self.x(row));
        for &step in walk.steps.iter().filter(|step| self.rows.contains(step)) {
            let (x, y) = (self.x(step), self.heights.start - 6);
            let triangle = vec![(x, y), (x + 6, y - 13), (x - 6, y - 13)];
            area.draw(&Polygon::new(triangle, Ink::Series(1).colour().filled())).expect(INFALLIBLE);
        }
    }

    fn draw_axes(&self, area: &Area<'_>, screen: Screen) {
        let size = screen.text_size() * 0.86;
        let text = |text: &str, anchor, x, y| {
            Label { text, ink: Ink::Muted, size, weight: FontStyle::Normal, anchor }.draw(area, x, y);
        };
        let rule = |from, to, ink: Ink| {
            area.draw(&PathElement::new(vec![from, to], ink.colour().stroke_width(2))).expect(INFALLIBLE);
        };
        for g in [0.0, 1.0, self.top_g] {
            let y = self.y(g);
            rule(
                (self.columns.start, y),
                (self.columns.end, y),
                if g == 0.0 { Ink::Muted } else { Ink::Grid },
            );
            text(&format!("{g} g"), HPos::Right, self.columns.start - 10, y);
        }
        let wanted = if screen == Screen::Wide { 12 } else { 4 };
        for row in ticks(&self.rows, wanted) {
            let x = self.x(row);
            rule((x, self.heights.end), (x, self.heights.end + 7), Ink::Muted);
            text(&clock(row), HPos::Center, x, self.heights.end + 26);
        }
    }

    /// From least to greatest in each column, so that no spike is lost.
    fn draw_signal(&self, area: &Area<'_>, trace: &Trace<'_>) {
        let columns = ((self.columns.end - self.columns.start) / COLUMN) as usize;
        let mut path: Vec<(i32, i32)> = Vec::new();
        let flush = |path: &mut Vec<(i32, i32)>| {
            if !path.is_empty() {
                let stroke = Ink::Series(0).colour().stroke_width(2);
                area.draw(&PathElement::new(std::mem::take(path), stroke)).expect(INFALLIBLE);
            }
        };
        for column in 0..columns {
            let row =
                |column: usize| (self.rows.start + column * self.rows.len() / columns).min(trace.g.len());
            let samples = &trace.g[row(column)..row(column + 1).max(row(column) + 1).min(trace.g.len())];
            let Some(&first) = samples.first() else { break };
            let x = self.columns.start + column as i32 * COLUMN;
            if samples.iter().any(|g| g.is_nan()) {
                flush(&mut path);
                let foot = [(x, self.heights.end - 5), (x + COLUMN, self.heights.end)];
                area.draw(&Rectangle::new(foot, Ink::Talk.colour().filled())).expect(INFALLIBLE);
                continue;
            }
            let (low, high) =
                samples.iter().fold((first, first), |(low, high), &g| (low.min(g), high.max(g)));
            let last = samples[samples.len() - 1];
            // drawn in the order in which the samples come
            let ends = if last >= first { [low, high] } else { [high, low] };
            path.push((x, self.y(ends[0])));
            if low < high {
                path.push((x, self.y(ends[1])));
            }
        }
        flush(&mut path);
    }
}

/// Rows at round times, about `wanted` of them.
fn ticks(rows: &Range<usize>, wanted: usize) -> Vec<usize> {
    let seconds = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 43_200, 86_400, 604_800];
    let step = seconds.into_iter().map(|step| step * RATE_HZ).find(|step| rows.len() / step <= wanted);
    let step = step.unwrap_or(rows.len().max(1));
    (rows.start.div_ceil(step) * step..rows.end).step_by(step).collect()
}
