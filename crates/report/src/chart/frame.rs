//! Where does a value lie in a drawing, and what is written beside its axes?

use std::ops::Range;

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::{Area, Axis, Ink, Label, Screen, line, shortened};

/// From the edge of a drawing to what it shows.
pub(super) const SIDE: i32 = 24;

const ROW_HEIGHT: i32 = 88;

/// The part of a drawing that its axes enclose, in units of the drawing.
pub(super) struct Frame {
    pub(super) screen: Screen,
    pub(super) columns: Range<i32>,
    pub(super) rows: Range<i32>,
    x: Axis,
    /// With the values that are written beside it; a drawing of rows has none.
    y: Option<(Axis, Vec<f64>)>,
}

/// How the values of the x axis are marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ticks {
    /// By lines through the whole frame.
    Grid,
    /// By strokes below it.
    Short,
}

impl Frame {
    /// Between two axes, with `right` units for what stands at the right.
    pub(super) fn plane(screen: Screen, height: u32, right: i32, x: &Axis, y: (&Axis, Vec<f64>)) -> Self {
        let longest = y.1.iter().map(|&tick| (y.0.write)(tick).chars().count()).max().unwrap_or(0);
        let left = (longest as f64 * screen.text_size() * 0.56) as i32 + SIDE;
        let (columns, rows) = (left..screen.width() as i32 - right, 64..height as i32 - 92);
        Self { screen, columns, rows, x: x.clone(), y: Some((y.0.clone(), y.1)) }
    }

    /// So many rows over one axis.
    pub(super) fn of_rows(screen: Screen, top: i32, count: usize, x: &Axis) -> Self {
        let columns = SIDE..screen.width() as i32 - SIDE;
        Self { screen, columns, rows: top..top + count as i32 * ROW_HEIGHT, x: x.clone(), y: None }
    }

    /// Width and height of a drawing of rows.
    pub(super) fn size(&self) -> (u32, u32) {
        (self.screen.width(), self.rows.end.unsigned_abs() + 100)
    }

    pub(super) fn x(&self, value: f64) -> i32 {
        self.x.place(value, (self.columns.start, self.columns.end))
    }

    pub(super) fn place(&self, x: f64, y: f64) -> (i32, i32) {
        let ends = (self.rows.end, self.rows.start);
        (self.x(x), self.y.as_ref().map_or(ends.0, |(axis, _)| axis.place(y, ends)))
    }

    /// The height at which the value of a row is drawn.
    pub(super) fn row(&self, place: usize) -> i32 {
        self.rows.start + place as i32 * ROW_HEIGHT + 66
    }

    /// Axes with their values and names.
    pub(super) fn draw(&self, area: &Area<'_>, ticks: Ticks) {
        let (Range { start: left, end: right }, bottom) = (self.columns.clone(), self.rows.end);
        let screen = self.screen;
        let grid = Ink::Grid.colour().stroke_width(2);
        let axis = Ink::Muted.colour().stroke_width(2);
        if let Some((y_axis, values)) = &self.y {
            for &value in values {
                let (_, y) = self.place(self.x.from, value);
                line(area, &[(left, y), (right, y)], grid);
                let text = (y_axis.write)(value);
                Label::plain(&text, Ink::Muted, screen, HPos::Right).draw(area, left - 14, y);
            }
            Label::plain(&y_axis.name, Ink::Text, screen, HPos::Left).draw(area, 8, 24);
        }
        for value in self.values() {
            let x = self.x(value);
            match ticks {
                Ticks::Grid => line(area, &[(x, self.rows.start), (x, bottom)], grid),
                Ticks::Short => line(area, &[(x, bottom), (x, bottom + 8)], axis),
            }
            let text = (self.x.write)(value);
            let text = Label::plain(&text, Ink::Muted, screen, HPos::Center);
            let half = text.width() / 2;
            text.draw(area, x.clamp(half, (screen.width() as i32 - half).max(half)), bottom + 28);
        }
        line(area, &[(left, bottom), (right, bottom)], axis);
        let name = Label::plain(&self.x.name, Ink::Text, screen, HPos::Right);
        // what is too long for the axis ends below what stands at its right
        let at_the_right = name.width() <= right - left;
        let (anchor, x) = if at_the_right { (HPos::Right, right) } else { (HPos::Left, left) };
        Label { anchor, ..name }.draw(area, x, bottom + 70);
    }

    /// The values to write below the x axis: as many as have room.
    pub(super) fn values(&self) -> Vec<f64> {
        let width = |tick| Label::plain(&(self.x.write)(tick), Ink::Muted, self.screen, HPos::Center).width();
        let apart = |pair: &[f64]| {
            self.x(pair[1]) - self.x(pair[0]) > i32::midpoint(width(pair[0]), width(pair[1])) + 12
        };
        let wanted = match self.screen {
            Screen::Wide => 12,
            Screen::Narrow => 5,
        };
        let mut fewer = (2..=wanted).rev().map(|wanted| self.x.ticks(wanted));
        fewer.find(|ticks| ticks.windows(2).all(apart)).unwrap_or_else(|| self.x.ticks(2))
    }

    /// The texts of a row: its name, on wide screens a note behind it, as long as there is room, and its value at the right.
    pub(super) fn draw_texts(&self, area: &Area<'_>, place: usize, name: &str, note: &str, value: &str) {
        let (Range { start: left, end: right }, y) = (self.columns.clone(), self.row(place) - 38);
        let name = shortened(name, 30);
        let name = Label::strong(&name, Ink::Text, self.screen, HPos::Left);
        let value = Label { text: value, anchor: HPos::Right, ..name };
        name.draw_on_paper(area, left, y);
        if self.screen == Screen::Wide && !note.is_empty() {
            let start = left + name.width() + 20;
            let note = Label { text: note, ink: Ink::Muted, weight: FontStyle::Normal, ..name };
            let text = note.fitting(right - value.width() - 20 - start);
            Label { text: &text, ..note }.draw_on_paper(area, start, y);
        }
        value.draw_on_paper(area, right, y);
    }
}

/// What contenders are called in a drawing: on narrow screens without the family, where that is unambiguous.
pub(super) fn names(labels: &[&str], screen: Screen) -> Vec<String> {
    let bare = |label: &str| label.rsplit_once('/').map_or(label, |(_, name)| name).to_owned();
    let is_unique = |name: &str| labels.iter().filter(|other| bare(other) == name).count() == 1;
    let name = |label: &&str| match bare(label) {
        name if screen == Screen::Narrow && is_unique(&name) => shortened(&name, 26),
        _ => shortened(label, 26),
    };
    labels.iter().map(name).collect()
}
