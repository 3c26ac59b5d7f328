//! Parts of a whole, one after the other on one bar, each with its own line of text below.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::frame::SIDE;
use super::{Area, Drawing, Ink, Label, Screen, Target, line, rectangle};

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
    /// Everything that is known of it.
    pub(crate) told: String,
    pub(crate) ink: Ink,
}

impl Drawing for Stack {
    fn description(&self) -> &str {
        &self.description
    }

    fn size(&self, screen: Screen) -> (u32, u32) {
        let lines = u32::try_from(self.lines(screen) as i32 * LINE).unwrap_or(0);
        (screen.width(), BAR_BOTTOM.unsigned_abs() + 30 + lines)
    }

    fn draw(&self, area: &Area<'_>, screen: Screen) {
        let title = Label::strong(&self.title, Ink::Text, screen, HPos::Left);
        title.draw(area, SIDE, 26);
        for (place, (part, (left, right))) in self.parts.iter().zip(self.extents(screen)).enumerate() {
            rectangle(area, [(left, BAR_TOP), (right, BAR_BOTTOM)], part.ink.colour().mix(0.55));
            line(area, &[(right, BAR_TOP), (right, BAR_BOTTOM)], Ink::Paper.colour().stroke_width(4));
            let number = (place + 1).to_string();
            let label = Label { text: &number, anchor: HPos::Center, ..title };
            if right - left > label.width() + 6 {
                label.draw(area, i32::midpoint(left, right), i32::midpoint(BAR_TOP, BAR_BOTTOM));
            }
            self.draw_line(area, screen, place, &label);
        }
    }

    fn targets(&self, screen: Screen) -> Vec<Target> {
        let target = |(part, (left, right)): (&Piece, (i32, i32))| Target {
            x: i32::midpoint(left, right),
            y: i32::midpoint(BAR_TOP, BAR_BOTTOM),
            text: part.told.clone(),
        };
        self.parts.iter().zip(self.extents(screen)).map(target).collect()
    }
}

impl Stack {
    fn lines(&self, screen: Screen) -> usize {
        self.parts.len().div_ceil(screen.choose(3, 1)).max(1)
    }

    /// From where to where each part goes along the bar.
    fn extents(&self, screen: Screen) -> Vec<(i32, i32)> {
        let room = f64::from(screen.width()) - 2.0 * f64::from(SIDE);
        let total: f64 = self.parts.iter().map(|part| part.value.max(0.0)).sum();
        let x = |at: f64| SIDE + (at / total.max(f64::MIN_POSITIVE) * room).round() as i32;
        let mut from = 0.0;
        let mut extent = |part: &Piece| {
            let to = from + part.value.max(0.0);
            let ends = (x(from), x(to));
            from = to;
            ends
        };
        self.parts.iter().map(&mut extent).collect()
    }

    /// Number, name and value of a part, below the bar.
    fn draw_line(&self, area: &Area<'_>, screen: Screen, place: usize, number: &Label<'_>) {
        let (part, lines) = (&self.parts[place], self.lines(screen));
        let column = (screen.width() as i32 - 2 * SIDE) / screen.choose(3, 1);
        let left = SIDE + (place / lines) as i32 * column;
        let y = BAR_BOTTOM + 44 + (place % lines) as i32 * LINE;
        rectangle(area, [(left, y - 15), (left + 40, y + 15)], part.ink.colour().mix(0.55));
        number.draw(area, left + 20, y);
        let name = Label { text: &part.label, weight: FontStyle::Normal, anchor: HPos::Left, ..*number };
        name.draw(area, left + 52, y);
        let value = Label { text: &part.text, anchor: HPos::Right, ..*number };
        value.draw(area, left + column - 40, y);
    }
}
