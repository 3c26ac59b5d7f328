//! What do times over a size look like in characters?
//!
//! Both axes are logarithmic. A letter stands where a contender was measured, dots lie in between, and where two contenders
//! take equally long there is a circle, with its size below the axis.

use crate::chart::{CurvePoint, Scale, height_at};
use crate::numeral::{count, round_duration, significant};

/// Times of contenders over the size of their input.
pub(super) struct Plot {
    /// The first is the one that the others are compared with; it is drawn over them.
    pub(super) curves: Vec<PlotCurve>,
    /// The sizes at which one of them takes as long as the first.
    pub(super) crossovers: Vec<f64>,
    /// What the sizes count.
    pub(super) unit: &'static str,
}

/// The times of one contender.
pub(super) struct PlotCurve {
    pub(super) contender: String,
    /// Ascending in size; sizes and nanoseconds above 0.
    pub(super) points: Vec<CurvePoint>,
}

/// The letters of the curves.
const KEYS: [char; 4] = ['a', 'b', 'c', 'd'];

/// Lines below the rows of a plot: the axis and its values.
pub(super) const BELOW: usize = 2;

impl Plot {
    /// Whether there is anything to see: two sizes at least.
    pub(super) fn is_drawn(&self) -> bool {
        let sizes = self.points().map(|point| point.x);
        let (least, greatest) = (sizes.clone().reduce(f64::min), sizes.reduce(f64::max));
        least.zip(greatest).is_some_and(|(least, greatest)| least < greatest)
    }

    /// The plot in so many rows, the lines below it not counted.
    pub(super) fn lines(&self, width: usize, rows: usize) -> Vec<String> {
        let sizes = Span::of(self.points().map(|point| point.x));
        let times = Span::of(self.points().map(|point| point.y));
        let labels = [times.most, times.least].map(round_duration);
        let left = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
        let columns = width.saturating_sub(left + 2).max(10);
        let mut cells = vec![vec![' '; columns]; rows];
        let row = |time: f64| rows - 1 - times.place(time, rows);
        if let Some(base) = self.curves.first() {
            for &size in &self.crossovers {
                let Some(time) = height_at(&base.points, Scale::Logarithmic, size) else { continue };
                let column = sizes.place(size, columns);
                (row(time)..rows).for_each(|place| cells[place][column] = '╎');
            }
        }
        for (curve, key) in self.curves.iter().zip(KEYS).rev() {
            let line = (0..columns).filter_map(|column| {
                let time = height_at(&curve.points, Scale::Logarithmic, sizes.at(column, columns))?;
                Some((row(time), column))
            });
            for (place, column) in line {
                let cell = &mut cells[place][column];
                *cell = if *cell == ' ' || *cell == '╎' { '·' } else { *cell };
            }
            for point in &curve.points {
                cells[row(point.y)][sizes.place(point.x, columns)] = key;
            }
        }
        if let Some(base) = self.curves.first() {
            for &size in &self.crossovers {
                if let Some(time) = height_at(&base.points, Scale::Logarithmic, size) {
                    cells[row(time)][sizes.place(size, columns)] = '○';
                }
            }
        }
        let [most, least] = labels;
        let mut lines: Vec<String> = cells
            .into_iter()
            .enumerate()
            .map(|(place, cells)| {
                let label = if place == 0 {
                    &most
                } else if place + 1 == rows {
                    &least
                } else {
                    ""
                };
                let cells: String = cells.into_iter().collect();
                format!("{label:>left$} │{}", cells.trim_end())
            })
            .collect();
        let axis = "─".repeat(columns - self.unit.len() - 1);
        lines.push(format!("{:left$} └{axis} {}", "", self.unit));
        lines.push(format!("{:left$}  {}", "", self.sizes(&sizes, columns)));
        lines
    }

    /// Which letter is whose.
    pub(super) fn legend(&self) -> String {
        let keys = self.curves.iter().zip(KEYS).map(|(curve, key)| format!("{key} {}", curve.contender));
        let circle = if self.crossovers.is_empty() { "" } else { ", ○ equal" };
        format!("{}{circle}", keys.collect::<Vec<_>>().join(", "))
    }

    fn points(&self) -> impl Iterator<Item = &CurvePoint> + Clone {
        self.curves.iter().flat_map(|curve| &curve.points)
    }

    /// The line below the axis: crossovers, the ends, and of the other sizes those that have room.
    fn sizes(&self, sizes: &Span, columns: usize) -> String {
        let crossovers = self.crossovers.iter().map(|&size| (size, significant(size, 3)));
        let ends = [sizes.most, sizes.least].map(|size| (size, written(size)));
        let measured = self.curves.first().into_iter().flat_map(|curve| &curve.points);
        let measured = measured.map(|point| (point.x, written(point.x)));
        let mut line = vec![' '; columns];
        for (size, text) in crossovers.chain(ends).chain(measured) {
            let length = text.chars().count();
            let start =
                sizes.place(size, columns).saturating_sub(length / 2).min(columns.saturating_sub(length));
            let room = start.saturating_sub(2)..(start + length + 2).min(columns);
            if line[room].iter().all(|&cell| cell == ' ') {
                line[start..start + length]
                    .iter_mut()
                    .zip(text.chars())
                    .for_each(|(cell, letter)| *cell = letter);
            }
        }
        line.into_iter().collect::<String>().trim_end().to_owned()
    }
}

fn written(size: f64) -> String {
    count(size as u64)
}

/// The ends of a logarithmic axis.
struct Span {
    least: f64,
    most: f64,
}

impl Span {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let (least, most) =
            values.fold((f64::INFINITY, 0.0_f64), |(least, most), value| (least.min(value), most.max(value)));
        Self { least, most }
    }

    /// In which of so many places a value lies, from the least.
    fn place(&self, value: f64, places: usize) -> usize {
        let share = (value / self.least).ln() / (self.most / self.least).ln();
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        (share * (places - 1) as f64).round() as usize
    }

    /// The value in the middle of a place.
    fn at(&self, place: usize, places: usize) -> f64 {
        self.least * (self.most / self.least).powf(place as f64 / (places - 1).max(1) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(contender: &str, time: impl Fn(f64) -> f64) -> PlotCurve {
        let points = [10.0, 100.0, 1000.0].map(|x| CurvePoint { x, y: time(x) });
        PlotCurve { contender: contender.to_owned(), points: points.to_vec() }
    }

    #[test]
    fn letters_stand_where_was_measured_and_a_circle_where_two_are_equal() {
        let curves = vec![curve("base", |size| 10.0 * size), curve("flat", |_| 1000.0)];
        let plot = Plot { curves, crossovers: vec![100.0], unit: "values" };
        assert_eq!(
            plot.lines(30, 5),
            [
                " 10 µs │                   ··a",
                "       │              ·····",
                "       │b··········○·········b",
                "       │   ·····   ╎",
                "100 ns │a··        ╎",
                "       └─────────────── values",
                "        10        100    1,000",
            ]
        );
    }
}
