//! Lines over a size: one per contender, each named at its end.

use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::{Area, Axis, Drawing, INFALLIBLE, Ink, Label, Scale, Screen, Target, dashed, shortened, spread};

const TOP: i32 = 64;
const BOTTOM: i32 = 92;

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

/// A size that is marked, with its interval: a break-even.
pub(crate) struct VerticalMark {
    pub(crate) at: CurvePoint,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// With the interval, for wide screens.
    pub(crate) text: String,
    /// Without it.
    pub(crate) short: String,
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

type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

impl Drawing for Curves {
    fn description(&self) -> &str {
        &self.description
    }

    fn size(&self, screen: Screen) -> (u32, u32) {
        match screen {
            Screen::Wide => (1680, 860),
            Screen::Narrow => (760, 860),
        }
    }

    fn draw(&self, area: &Area<'_>, screen: Screen) {
        let mut chart = ChartBuilder::on(area)
            .margin_top(TOP)
            .margin_bottom(BOTTOM)
            .margin_left(self.left(screen))
            .margin_right(self.right(screen))
            .build_cartesian_2d(
                self.x.position(self.x.from)..self.x.position(self.x.to),
                self.y.position(self.y.from)..self.y.position(self.y.to),
            )
            .expect(INFALLIBLE);
        self.draw_axes(area, &chart, screen);
        for mark in &self.marks {
            self.draw_mark_band(area, &chart, mark);
        }
        for curve in &self.curves {
            self.draw_curve(area, &mut chart, curve);
        }
        self.draw_labels(area, &chart, screen);
        for (place, mark) in self.marks.iter().enumerate() {
            self.draw_mark_text(area, &chart, mark, place, screen);
        }
    }

    fn targets(&self, screen: Screen) -> Vec<Target> {
        let at = |point: CurvePoint, text: String| {
            let (x, y) = self.place(screen, point);
            Target { x, y, text }
        };
        let of_curve = |curve: &Curve, point: CurvePoint| {
            let size = (self.x.write)(point.x);
            at(point, format!("{}: {} at {size}", curve.label, (self.value)(point.y)))
        };
        let marks = self.marks.iter().map(|mark| at(mark.at, format!("equal: {}", mark.text)));
        let curves =
            self.curves.iter().flat_map(|curve| curve.points.iter().map(move |point| (curve, *point)));
        marks.chain(curves.map(|(curve, point)| of_curve(curve, point))).collect()
    }
}

impl Curves {
    /// Lengthens the logarithmic axis downwards, so that the texts of the marks stand below the curves.
    pub(crate) fn with_room_below(mut self) -> Self {
        if self.y.scale == Scale::Logarithmic && !self.marks.is_empty() {
            let height = f64::from(self.size(Screen::Wide).1 as i32 - TOP - BOTTOM);
            let share = f64::from(self.marks.len() as i32 * MARK_HEIGHT + 12) / height;
            self.y.from /= (self.y.to / self.y.from).powf(share / (1.0 - share));
        }
        self
    }

    /// Where a point lies, in units of the drawing.
    fn place(&self, screen: Screen, point: CurvePoint) -> (i32, i32) {
        let (width, height) = self.size(screen);
        let (left, right) = (self.left(screen), width as i32 - self.right(screen));
        let (top, bottom) = (TOP, height as i32 - BOTTOM);
        let (across, up) = (self.x.share(point.x), self.y.share(point.y));
        (
            left + (across * f64::from(right - left)).round() as i32,
            bottom - (up * f64::from(bottom - top)).round() as i32,
        )
    }

    fn left(&self, screen: Screen) -> i32 {
        self.tick_width(screen) + 24
    }

    fn right(&self, screen: Screen) -> i32 {
        self.label_width(screen) + 44
    }

    fn pixel(&self, chart: &Chart<'_, '_>, point: CurvePoint) -> (i32, i32) {
        chart.backend_coord(&(self.x.position(point.x), self.y.position(point.y)))
    }

    fn draw_axes(&self, area: &Area<'_>, chart: &Chart<'_, '_>, screen: Screen) {
        let (columns, rows) = chart.plotting_area().get_pixel_range();
        let size = screen.text_size();
        let text = |text: &str, ink, anchor, x, y| {
            Label { text, ink, size, weight: FontStyle::Normal, anchor }.draw(area, x, y);
        };
        let line = |from, to, ink: Ink| {
            area.draw(&PathElement::new(vec![from, to], ink.colour().stroke_width(2))).expect(INFALLIBLE);
        };
        let (wanted_x, wanted_y) = match screen {
            Screen::Wide => (10, 8),
            Screen::Narrow => (4, 8),
        };
        for tick in self.y.ticks(wanted_y) {
            let (_, y) = self.pixel(chart, CurvePoint { x: self.x.from, y: tick });
            line((columns.start, y), (columns.end, y), Ink::Grid);
            text(&(self.y.write)(tick), Ink::Muted, HPos::Right, columns.start - 14, y);
        }
        for tick in self.sizes(screen, wanted_x) {
            let (x, _) = self.pixel(chart, CurvePoint { x: tick, y: self.y.from });
            line((x, rows.end), (x, rows.end + 8), Ink::Muted);
            text(&(self.x.write)(tick), Ink::Muted, HPos::Center, x, rows.end + 28);
        }
        line((columns.start, rows.end), (columns.end, rows.end), Ink::Muted);
        text(&self.y.name, Ink::Text, HPos::Left, 8, 24);
        match screen {
            Screen::Wide => text(&self.x.name, Ink::Text, HPos::Right, columns.end, rows.end + 70),
            Screen::Narrow => text(&self.x.name, Ink::Text, HPos::Left, columns.start, rows.end + 70),
        }
    }

    /// The sizes to write below the axis: as many as have room.
    fn sizes(&self, screen: Screen, wanted: usize) -> Vec<f64> {
        let width = |tick: f64| {
            let text = (self.x.write)(tick);
            let (size, weight) = (screen.text_size(), FontStyle::Normal);
            Label { text: &text, ink: Ink::Muted, size, weight, anchor: HPos::Center }.width()
        };
        let x = |tick: f64| self.place(screen, CurvePoint { x: tick, y: self.y.from }).0;
        let apart =
            |pair: &[f64]| x(pair[1]) - x(pair[0]) > i32::midpoint(width(pair[0]), width(pair[1])) + 12;
        let fits = |ticks: &Vec<f64>| ticks.windows(2).all(apart);
        let fewer = (2..=wanted).rev().map(|wanted| self.x.ticks(wanted));
        fewer.into_iter().find(fits).unwrap_or_else(|| self.x.ticks(2))
    }

    fn draw_curve<'b>(&self, area: &Area<'b>, chart: &mut Chart<'_, 'b>, curve: &Curve) {
        if curve.stroke == Stroke::Dashed {
            for (from, to) in curve.points.iter().zip(curve.points.iter().skip(1)) {
                dashed(area, self.pixel(chart, *from), self.pixel(chart, *to), curve.ink);
            }
            return;
        }
        let line = curve.points.iter().map(|point| (self.x.position(point.x), self.y.position(point.y)));
        chart.draw_series(LineSeries::new(line, curve.ink.colour().stroke_width(4))).expect(INFALLIBLE);
        for &point in &curve.points {
            curve.marker.draw(area, self.pixel(chart, point), curve.ink);
        }
    }

    fn draw_labels(&self, area: &Area<'_>, chart: &Chart<'_, '_>, screen: Screen) {
        let (columns, rows) = chart.plotting_area().get_pixel_range();
        let named: Vec<(&Curve, (i32, i32))> = self
            .curves
            .iter()
            .filter_map(|curve| Some((curve, self.pixel(chart, *curve.points.last()?))))
            .collect();
        let mut heights: Vec<i32> = named.iter().map(|(_, end)| end.1).collect();
        spread(&mut heights, (screen.text_size() * 1.3) as i32, rows.start, rows.end);
        for ((curve, end), height) in named.into_iter().zip(heights) {
            let start = columns.end + 28;
            let leader = vec![(end.0 + 10, end.1), (start - 6, height)];
            area.draw(&PathElement::new(leader, curve.ink.colour().mix(0.5).stroke_width(2)))
                .expect(INFALLIBLE);
            let label = self.name_of(curve, screen);
            let (size, weight) = (screen.text_size(), FontStyle::Bold);
            Label { text: &label, ink: curve.ink, size, weight, anchor: HPos::Left }
                .draw(area, start, height);
        }
    }

    fn draw_mark_band(&self, area: &Area<'_>, chart: &Chart<'_, '_>, mark: &VerticalMark) {
        let (_, rows) = chart.plotting_area().get_pixel_range();
        let (low, _) = self.pixel(chart, CurvePoint { x: mark.low, ..mark.at });
        let (high, _) = self.pixel(chart, CurvePoint { x: mark.high, ..mark.at });
        let (x, y) = self.pixel(chart, mark.at);
        let band = [(low.min(x - 2), y), (high.max(x + 2), rows.end)];
        area.draw(&Rectangle::new(band, mark.ink.colour().mix(0.25).filled())).expect(INFALLIBLE);
        dashed(area, (x, y), (x, rows.end), mark.ink);
        area.draw(&Circle::new((x, y), 16, Ink::Text.colour().stroke_width(3))).expect(INFALLIBLE);
    }

    fn draw_mark_text(
        &self,
        area: &Area<'_>,
        chart: &Chart<'_, '_>,
        mark: &VerticalMark,
        place: usize,
        screen: Screen,
    ) {
        let (columns, rows) = chart.plotting_area().get_pixel_range();
        let size = screen.text_size();
        let (x, _) = self.pixel(chart, mark.at);
        // on a linear axis the fast ones lie along the floor; a logarithmic one has room below (see `with_room_below`)
        let height = match self.y.scale {
            Scale::Linear => (rows.end - rows.start) / 8,
            Scale::Logarithmic => 28,
        };
        let y = rows.end - height - place as i32 * MARK_HEIGHT;
        let text = match screen {
            Screen::Wide => &mark.text,
            Screen::Narrow => &mark.short,
        };
        let label = Label { text, ink: Ink::Text, size, weight: FontStyle::Bold, anchor: HPos::Left };
        // left of a mark at the right end, where the curves' names are
        let right = x + 16;
        let start = if right + label.width() <= columns.end { right } else { x - 16 - label.width() };
        let start = start.max(columns.start);
        let half = (size * 0.75) as i32;
        let behind = [(start - 8, y - half), (start + label.width() + 8, y + half)];
        area.draw(&Rectangle::new(behind, Ink::Paper.colour().filled())).expect(INFALLIBLE);
        label.draw(area, start, y);
    }

    /// The name at a curve's end: on narrow screens without the family, where that is unambiguous.
    fn name_of(&self, curve: &Curve, screen: Screen) -> String {
        let bare = |label: &str| label.rsplit_once('/').map_or(label, |(_, name)| name).to_owned();
        let name = bare(&curve.label);
        let unique = self.curves.iter().filter(|other| bare(&other.label) == name).count() == 1;
        shortened(if screen == Screen::Narrow && unique { &name } else { &curve.label }, 24)
    }

    fn label_width(&self, screen: Screen) -> i32 {
        let width = |curve: &Curve| {
            let text = self.name_of(curve, screen);
            let weight = FontStyle::Bold;
            Label { text: &text, ink: curve.ink, size: screen.text_size(), weight, anchor: HPos::Left }
                .width()
        };
        self.curves.iter().map(width).max().unwrap_or(0)
    }

    fn tick_width(&self, screen: Screen) -> i32 {
        let ticks = self.y.ticks(8).into_iter().map(self.y.write);
        let longest = ticks.map(|tick| tick.chars().count()).max().unwrap_or(0);
        (longest as f64 * screen.text_size() * 0.56) as i32
    }
}
