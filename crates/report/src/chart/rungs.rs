//! One value per row on a logarithmic axis: a ladder, or a ranking.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::{Area, Axis, Drawing, INFALLIBLE, Ink, Label, Screen, Target, dashed, shortened};

const ROW_HEIGHT: i32 = 88;
const SIDE: i32 = 24;

/// Rows with one value each.
pub(crate) struct Rungs {
    pub(crate) description: String,
    /// Logarithmic.
    pub(crate) axis: Axis,
    /// From where a row's bar starts; without it there are only dots.
    pub(crate) origin: Option<f64>,
    pub(crate) rows: Vec<Rung>,
    pub(crate) lines: Vec<ReferenceLine>,
}

/// One row.
pub(crate) struct Rung {
    pub(crate) label: String,
    /// What is different about it; shown on wide screens.
    pub(crate) note: String,
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// The value as it is written on wide screens.
    pub(crate) text: String,
    /// The value as it is written on narrow screens.
    pub(crate) short: String,
    pub(crate) ink: Ink,
}

/// A value to compare the rows with.
pub(crate) struct ReferenceLine {
    pub(crate) at: f64,
    pub(crate) text: String,
    pub(crate) ink: Ink,
}

impl Drawing for Rungs {
    fn description(&self) -> &str {
        &self.description
    }

    fn size(&self, screen: Screen) -> (u32, u32) {
        let width = match screen {
            Screen::Wide => 1680,
            Screen::Narrow => 760,
        };
        let height = self.top(screen) + self.rows.len() as i32 * ROW_HEIGHT + 100;
        (width, u32::try_from(height).unwrap_or(0))
    }

    fn draw(&self, area: &Area<'_>, screen: Screen) {
        self.draw_axis(area, screen);
        self.draw_reference_lines(area, screen);
        for (place, row) in self.rows.iter().enumerate() {
            let y = self.top(screen) + place as i32 * ROW_HEIGHT;
            self.draw_row(area, screen, row, y);
        }
    }

    fn targets(&self, screen: Screen) -> Vec<Target> {
        let target = |(place, row): (usize, &Rung)| {
            let y = self.top(screen) + place as i32 * ROW_HEIGHT + 66;
            let note = if row.note.is_empty() { String::new() } else { format!(" ({})", row.note) };
            Target { x: self.x(screen, row.value), y, text: format!("{}: {}{note}", row.label, row.text) }
        };
        self.rows.iter().enumerate().map(target).collect()
    }
}

impl Rungs {
    fn top(&self, screen: Screen) -> i32 {
        self.lines.len() as i32 * (screen.text_size() * 1.5) as i32 + 16
    }

    fn bottom(&self, screen: Screen) -> i32 {
        self.top(screen) + self.rows.len() as i32 * ROW_HEIGHT
    }

    fn x(&self, screen: Screen, value: f64) -> i32 {
        SIDE + (self.axis.share(value) * f64::from(self.size(screen).0 as i32 - 2 * SIDE)) as i32
    }

    fn draw_axis(&self, area: &Area<'_>, screen: Screen) {
        let (bottom, size) = (self.bottom(screen), screen.text_size());
        let wanted = match screen {
            Screen::Wide => 12,
            Screen::Narrow => 5,
        };
        for tick in self.axis.ticks(wanted) {
            let x = self.x(screen, tick);
            let line = vec![(x, self.top(screen)), (x, bottom)];
            area.draw(&PathElement::new(line, Ink::Grid.colour().stroke_width(2))).expect(INFALLIBLE);
            let text = (self.axis.write)(tick);
            let label =
                Label { text: &text, ink: Ink::Muted, size, weight: FontStyle::Normal, anchor: HPos::Center };
            let half = label.width() / 2;
            label.draw(area, x.clamp(half, (self.size(screen).0 as i32 - half).max(half)), bottom + 26);
        }
        let line = vec![(SIDE, bottom), (self.size(screen).0 as i32 - SIDE, bottom)];
        area.draw(&PathElement::new(line, Ink::Muted.colour().stroke_width(2))).expect(INFALLIBLE);
        let name = Label {
            text: &self.axis.name,
            ink: Ink::Text,
            size,
            weight: FontStyle::Normal,
            anchor: HPos::Right,
        };
        name.draw(area, self.size(screen).0 as i32 - SIDE, bottom + 70);
    }

    fn draw_reference_lines(&self, area: &Area<'_>, screen: Screen) {
        let size = screen.text_size();
        let middle = self.size(screen).0 as i32 / 2;
        let height = |place: usize| 20 + place as i32 * (size * 1.5) as i32;
        for (place, line) in self.lines.iter().enumerate() {
            let x = self.x(screen, line.at);
            dashed(area, (x, height(place) + 16), (x, self.bottom(screen)), line.ink);
        }
        for (place, line) in self.lines.iter().enumerate() {
            let (x, y) = (self.x(screen, line.at), height(place));
            let anchor = if x > middle { HPos::Right } else { HPos::Left };
            let text = Label { text: &line.text, ink: line.ink, size, weight: FontStyle::Bold, anchor };
            let (start, end) =
                if x > middle { (x + 8 - text.width(), x + 8) } else { (x - 8, x - 8 + text.width()) };
            let behind = [(start, y - 16), (end, y + 16)];
            area.draw(&Rectangle::new(behind, Ink::Paper.colour().filled())).expect(INFALLIBLE);
            text.draw(area, if x > middle { end } else { start }, y);
        }
    }

    fn draw_row(&self, area: &Area<'_>, screen: Screen, row: &Rung, y: i32) {
        let size = screen.text_size();
        let right = self.size(screen).0 as i32 - SIDE;
        let name = shortened(&row.label, 30);
        let label = Label { text: &name, ink: Ink::Text, size, weight: FontStyle::Bold, anchor: HPos::Left };
        let value = match screen {
            Screen::Wide => &row.text,
            Screen::Narrow => &row.short,
        };
        let value = Label { text: value, ink: Ink::Text, size, weight: FontStyle::Bold, anchor: HPos::Right };
        // text stands on paper: grid and reference lines stop at it
        let on_paper = |from: i32, to: i32| {
            let behind = [(from - 6, y + 10), (to + 6, y + 46)];
            area.draw(&Rectangle::new(behind, Ink::Paper.colour().filled())).expect(INFALLIBLE);
        };
        on_paper(SIDE, SIDE + label.width());
        label.draw(area, SIDE, y + 28);
        if screen == Screen::Wide {
            let start = SIDE + label.width() + 20;
            let note = Label { text: &row.note, ink: Ink::Muted, weight: FontStyle::Normal, ..label };
            let text = note.fitting(right - value.width() - 20 - start);
            let note = Label { text: &text, ..note };
            on_paper(start, start + note.width());
            note.draw(area, start, y + 28);
        }
        on_paper(right - value.width(), right);
        value.draw(area, right, y + 28);
        self.draw_value(area, screen, row, y + 66);
    }

    fn draw_value(&self, area: &Area<'_>, screen: Screen, row: &Rung, y: i32) {
        let colour = row.ink.colour();
        let x = self.x(screen, row.value);
        if let Some(origin) = self.origin {
            let bar = vec![(self.x(screen, origin), y), (x, y)];
            area.draw(&PathElement::new(bar, colour.mix(0.55).stroke_width(10))).expect(INFALLIBLE);
        }
        let whisker = vec![(self.x(screen, row.low), y), (self.x(screen, row.high), y)];
        area.draw(&PathElement::new(whisker, Ink::Text.colour().stroke_width(4))).expect(INFALLIBLE);
        area.draw(&Circle::new((x, y), 11, colour.filled())).expect(INFALLIBLE);
    }
}
