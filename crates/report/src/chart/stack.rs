//! Parts of a whole, one after the other on one bar, each with its own line of text below.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::{Area, Drawing, INFALLIBLE, Ink, Label, Screen};

const SIDE: i32 = 24;
const BAR_TOP: i32 = 56;
const BAR_BOTTOM: i32 = 136;
const LINE: i32 = 46;

/// A bar of several parts.
pub(crate) struct Stack {
    pub(crate) description: String,
    /// What stands above the bar.
    pub(crate) title: String,
    pub(crate) parts: Vec<Piece>,
}

/// A part of the bar.
pub(crate) struct Piece {
    pub(crate) label: String,
    /// Its length; what is not above zero has none.
    pub(crate) value: f64,
    /// Its value, as it is written.
    pub(crate) text: String,
    pub(crate) ink: Ink,
}

impl Drawing for Stack {
    fn description(&self) -> &str {
        &self.description
    }

    fn size(&self, screen: Screen) -> (u32, u32) {
        let width = match screen {
            Screen::Wide => 1680,
            Screen::Narrow => 760,
        };
        let lines = self.parts.len().div_ceil(columns(screen)) as i32;
        (width, u32::try_from(BAR_BOTTOM + 30 + lines * LINE).unwrap_or(0))
    }

    fn draw(&self, area: &Area<'_>, screen: Screen) {
        let (size, width) = (screen.text_size(), self.size(screen).0 as i32 - 2 * SIDE);
        let plain = FontStyle::Normal;
        let title =
            Label { text: &self.title, ink: Ink::Text, size, weight: FontStyle::Bold, anchor: HPos::Left };
        title.draw(area, SIDE, 26);
        let total: f64 = self.parts.iter().map(|part| part.value.max(0.0)).sum();
        let mut from = 0.0;
        for (place, part) in self.parts.iter().enumerate() {
            let to = from + part.value.max(0.0);
            let x = |at: f64| SIDE + (at / total.max(f64::MIN_POSITIVE) * f64::from(width)) as i32;
            let (left, right) = (x(from), x(to));
            let bar =
                Rectangle::new([(left, BAR_TOP), (right, BAR_BOTTOM)], part.ink.colour().mix(0.55).filled());
            area.draw(&bar).expect(INFALLIBLE);
            let edge = vec![(right, BAR_TOP), (right, BAR_BOTTOM)];
            area.draw(&PathElement::new(edge, Ink::Paper.colour().stroke_width(4))).expect(INFALLIBLE);
            let number = (place + 1).to_string();
            let label =
                Label { text: &number, ink: Ink::Text, size, weight: FontStyle::Bold, anchor: HPos::Center };
            if right - left > label.width() + 6 {
                label.draw(area, i32::midpoint(left, right), i32::midpoint(BAR_TOP, BAR_BOTTOM));
            }
            from = to;
            let column = width / columns(screen) as i32;
            let lines = self.parts.len().div_ceil(columns(screen));
            let (left, y) =
                (SIDE + (place / lines) as i32 * column, BAR_BOTTOM + 44 + (place % lines) as i32 * LINE);
            let mark =
                Rectangle::new([(left, y - 15), (left + 30, y + 15)], part.ink.colour().mix(0.55).filled());
            area.draw(&mark).expect(INFALLIBLE);
            label.draw(area, left + 15, y);
            let text = Label { text: &part.label, weight: plain, anchor: HPos::Left, ..label };
            text.draw(area, left + 42, y);
            let value = Label { text: &part.text, weight: FontStyle::Bold, anchor: HPos::Right, ..label };
            value.draw(area, left + column - 40, y);
        }
    }
}

fn columns(screen: Screen) -> usize {
    match screen {
        Screen::Wide => 3,
        Screen::Narrow => 1,
    }
}
