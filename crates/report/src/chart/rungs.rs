//! One value per row on a logarithmic axis: a ladder, or a ranking.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::frame::{Frame, Ticks};
use super::{Area, Axis, Drawing, INFALLIBLE, Ink, Label, Screen, Target, dashed, line};

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
        self.frame(screen).size()
    }

    fn draw(&self, area: &Area<'_>, screen: Screen) {
        let frame = self.frame(screen);
        frame.draw(area, Ticks::Grid);
        self.draw_reference_lines(area, &frame);
        for (place, row) in self.rows.iter().enumerate() {
            frame.draw_texts(area, place, &row.label, &row.note, screen.choose(&row.text, &row.short));
            let (x, y) = (frame.x(row.value), frame.row(place));
            if let Some(origin) = self.origin {
                line(area, &[(frame.x(origin), y), (x, y)], row.ink.colour().mix(0.55).stroke_width(10));
            }
            let interval = [(frame.x(row.low), y), (frame.x(row.high), y)];
            line(area, &interval, Ink::Text.colour().stroke_width(4));
            area.draw(&Circle::new((x, y), 11, row.ink.colour().filled())).expect(INFALLIBLE);
        }
    }

    fn targets(&self, screen: Screen) -> Vec<Target> {
        let frame = self.frame(screen);
        let target = |(place, row): (usize, &Rung)| {
            let note = if row.note.is_empty() { String::new() } else { format!(" ({})", row.note) };
            let text = format!("{}: {}{note}", row.label, row.text);
            Target { x: frame.x(row.value), y: frame.row(place), text }
        };
        self.rows.iter().enumerate().map(target).collect()
    }
}

impl Rungs {
    fn frame(&self, screen: Screen) -> Frame {
        let top = self.lines.len() as i32 * screen.line_height() + 16;
        Frame::of_rows(screen, top, self.rows.len(), &self.axis)
    }

    /// The lines, then their texts, one below the other.
    fn draw_reference_lines(&self, area: &Area<'_>, frame: &Frame) {
        let height = |place: usize| 20 + place as i32 * frame.screen.line_height();
        for (place, line) in self.lines.iter().enumerate() {
            let x = frame.x(line.at);
            dashed(area, (x, height(place) + 16), (x, frame.rows.end), line.ink);
        }
        for (place, line) in self.lines.iter().enumerate() {
            let x = frame.x(line.at);
            let right_half = x > frame.screen.width() as i32 / 2;
            let (anchor, x) = if right_half { (HPos::Right, x + 8) } else { (HPos::Left, x - 8) };
            let text = Label::strong(&line.text, line.ink, frame.screen, anchor);
            text.draw_on_paper(area, x, height(place));
        }
    }
}
