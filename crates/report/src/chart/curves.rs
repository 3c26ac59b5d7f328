//! Lines over a size: one per contender, each named at its end.

use std::ops::Range;

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::frame::{Frame, Ticks, names};
use super::{Area, Axis, Drawing, INFALLIBLE, Ink, Label, Scale, Screen, Target};
use super::{dashed, line, rectangle, spread};

const HEIGHT: u32 = 860;

/// From the text of one mark to that of the next.
const MARK_HEIGHT: i32 = 48;

/// Lines over a size.
pub(crate) struct Curves {
    pub(crate) description: String,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    pub(crate) curves: Vec<Curve>,
    pub(crate) marks: Vec<VerticalMark>,
    /// How a height is written beside its size where it is asked for.
    pub(crate) value: fn(f64) -> String,
}

/// One contender's line.
pub(crate) struct Curve {
    pub(crate) label: String,
    pub(crate) ink: Ink,
    pub(crate) marker: Marker,
    pub(crate) stroke: Stroke,
    /// Ascending in x.
    pub(crate) points: Vec<CurvePoint>,
}

/// What kind of line it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stroke {
    /// A contender's.
    Solid,
    /// A control's: a bound that contenders are compared with.
    Dashed,
}

/// A measured point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CurvePoint {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

/// A place that is marked, with its interval: a break-even, a change of a level.
pub(crate) struct VerticalMark {
    pub(crate) at: CurvePoint,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// With the interval, for wide screens.
    pub(crate) text: String,
    /// Without it.
    pub(crate) short: String,
    /// What is said where the mark is asked for.
    pub(crate) told: String,
    pub(crate) ink: Ink,
}

/// The shape at each point of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marker {
    Circle,
    Square,
    Triangle,
    Diamond,
}

impl Marker {
    pub(crate) const ALL: [Marker; 4] = [Marker::Circle, Marker::Square, Marker::Triangle, Marker::Diamond];

    pub(super) fn draw(self, area: &Area<'_>, (x, y): (i32, i32), ink: Ink) {
        let style = ink.colour().filled();
        let polygon = |points: &[(i32, i32)]| {
            let points: Vec<(i32, i32)> = points.iter().map(|&(dx, dy)| (x + dx, y + dy)).collect();
            area.draw(&Polygon::new(points, style)).expect(INFALLIBLE);
        };
        match self {
            Marker::Circle => area.draw(&Circle::new((x, y), 7, style)).expect(INFALLIBLE),
            Marker::Square => polygon(&[(-6, -6), (6, -6), (6, 6), (-6, 6)]),
            Marker::Triangle => polygon(&[(0, -9), (8, 6), (-8, 6)]),
            Marker::Diamond => polygon(&[(0, -9), (9, 0), (0, 9), (-9, 0)]),
        }
    }
}

/// How high a line through these points is at `x`, where both axes are of this scale; `None` beyond its ends.
pub(crate) fn height_at(points: &[CurvePoint], scale: Scale, x: f64) -> Option<f64> {
    let first = points.first().filter(|first| first.x <= x)?;
    let (left, right) =
        points.iter().zip(points.iter().skip(1)).find(|(_, right)| right.x >= x).unwrap_or((first, first));
    match scale {
        _ if left.x == x => Some(left.y),
        _ if left.x == right.x => None,
        Scale::Linear => {
            let share = (x - left.x) / (right.x - left.x);
            Some(left.y + share * (right.y - left.y))
        }
        Scale::Logarithmic => {
            let share = (x / left.x).ln() / (right.x / left.x).ln();
            Some(left.y * (right.y / left.y).powf(share))
        }
    }
}

impl Drawing for Curves {
    fn description(&self) -> &str {
        &self.description
    }

    fn size(&self, screen: Screen) -> (u32, u32) {
        (screen.width(), HEIGHT)
    }

    fn draw(&self, area: &Area<'_>, screen: Screen) {
        let frame = self.frame(screen);
        frame.draw(area, Ticks::Short);
        for mark in &self.marks {
            mark.draw(area, &frame);
        }
        for curve in &self.curves {
            curve.draw(area, &frame);
        }
        self.draw_names(area, &frame);
        // on a linear axis the fast ones lie along the floor; a logarithmic one has room below (see `with_room_below`)
        let above = match self.y.scale {
            Scale::Linear => (frame.rows.end - frame.rows.start) / 8,
            Scale::Logarithmic => 28,
        };
        for (place, mark) in self.marks.iter().enumerate() {
            mark.draw_text(area, &frame, frame.rows.end - above - place as i32 * MARK_HEIGHT);
        }
    }

    fn targets(&self, screen: Screen) -> Vec<Target> {
        let frame = self.frame(screen);
        let at = |point: &CurvePoint, text: String| {
            let (x, y) = frame.place(point.x, point.y);
            Target { x, y, text }
        };
        let mut targets: Vec<Target> =
            self.marks.iter().map(|mark| at(&mark.at, mark.told.clone())).collect();
        for curve in &self.curves {
            targets.extend(curve.points.iter().map(|point| {
                let (size, value) = ((self.x.write)(point.x), (self.value)(point.y));
                at(point, format!("{}: {value} at {size}", curve.label))
            }));
        }
        targets
    }
}

impl Curves {
    /// Lengthens the logarithmic axis downwards, so that the texts of the marks stand below the curves.
    pub(crate) fn with_room_below(mut self) -> Self {
        if self.y.scale == Scale::Logarithmic && !self.marks.is_empty() {
            let Range { start, end } = self.frame(Screen::Wide).rows;
            let share = f64::from(self.marks.len() as i32 * MARK_HEIGHT + 12) / f64::from(end - start);
            self.y.from /= (self.y.to / self.y.from).powf(share / (1.0 - share));
        }
        self
    }

    fn names(&self, screen: Screen) -> Vec<String> {
        names(&self.curves.iter().map(|curve| curve.label.as_str()).collect::<Vec<_>>(), screen)
    }

    fn frame(&self, screen: Screen) -> Frame {
        let width = |name: &String| Label::strong(name, Ink::Text, screen, HPos::Left).width();
        let widest = self.names(screen).iter().map(width).max().unwrap_or(0);
        Frame::plane(screen, HEIGHT, widest + 44, &self.x, (&self.y, self.y.ticks(8)))
    }

    /// Writes each name to the right of the end of its curve, apart from the others.
    fn draw_names(&self, area: &Area<'_>, frame: &Frame) {
        let end = |curve: &Curve| curve.points.last().map(|point| frame.place(point.x, point.y));
        let names = self.names(frame.screen);
        let named: Vec<_> =
            self.curves.iter().zip(&names).filter_map(|pair| Some((pair, end(pair.0)?))).collect();
        let mut heights: Vec<i32> = named.iter().map(|(_, end)| end.1).collect();
        spread(&mut heights, (frame.screen.text_size() * 1.3) as i32, frame.rows.start, frame.rows.end);
        let start = frame.columns.end + 28;
        for (((curve, name), (x, y)), height) in named.into_iter().zip(heights) {
            let leader = [(x + 10, y), (start - 6, height)];
            line(area, &leader, curve.ink.colour().mix(0.5).stroke_width(2));
            Label::strong(name, curve.ink, frame.screen, HPos::Left).draw(area, start, height);
        }
    }
}

impl Curve {
    fn draw(&self, area: &Area<'_>, frame: &Frame) {
        let points: Vec<_> = self.points.iter().map(|point| frame.place(point.x, point.y)).collect();
        match self.stroke {
            Stroke::Dashed => {
                for pair in points.windows(2) {
                    dashed(area, pair[0], pair[1], self.ink);
                }
            }
            Stroke::Solid => {
                line(area, &points, self.ink.colour().stroke_width(4));
                for point in points {
                    self.marker.draw(area, point, self.ink);
                }
            }
        }
    }
}

impl VerticalMark {
    /// The interval as a band, and the point in a circle.
    fn draw(&self, area: &Area<'_>, frame: &Frame) {
        let ((x, y), bottom) = (frame.place(self.at.x, self.at.y), frame.rows.end);
        let (low, high) = (frame.x(self.low).min(x - 2), frame.x(self.high).max(x + 2));
        rectangle(area, [(low, y), (high, bottom)], self.ink.colour().mix(0.25));
        dashed(area, (x, y), (x, bottom), self.ink);
        area.draw(&Circle::new((x, y), 16, Ink::Text.colour().stroke_width(3))).expect(INFALLIBLE);
    }

    fn draw_text(&self, area: &Area<'_>, frame: &Frame, y: i32) {
        let text = frame.screen.choose(&self.text, &self.short);
        let label = Label::strong(text, Ink::Text, frame.screen, HPos::Left);
        // left of a mark at the right end, where the curves' names are
        let x = frame.x(self.at.x);
        let fits = x + 16 + label.width() <= frame.columns.end;
        let start = if fits { x + 16 } else { x - 16 - label.width() };
        label.draw_on_paper(area, start.max(frame.columns.start), y);
    }
}
