//! Parts of a whole, one after the other on one bar, each with its own line of text below.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::{Area, Drawing, INFALLIBLE, Ink, Label, Screen, Target};

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
        (width(screen), BAR_BOTTOM.unsigned_abs() + 30 + lines)
    }

    fn draw(&self, area: &Area<'_>, screen: Screen) {
        let (size, weight) = (screen.text_size(), FontStyle::Bold);
        let title = Label { text: &self.title, ink: Ink::Text, size, weight, anchor: HPos::Left };
        title.draw(area, SIDE, 26);
        let number = |place: usize| (place + 1).to_string();
        for (place, (part, (left, right))) in self.parts.iter().zip(self.extents(screen)).enumerate() {
            let bar = [(left, BAR_TOP), (right, BAR_BOTTOM)];
            area.draw(&Rectangle::new(bar, part.ink.colour().mix(0.55).filled())).expect(INFALLIBLE);
            let edge = vec![(right, BAR_TOP), (right, BAR_BOTTOM)];
            area.draw(&PathElement::new(edge, Ink::Paper.colour().stroke_width(4))).expect(INFALLIBLE);
            let number = number(place);
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
        self.parts.len().div_ceil(columns(screen)).max(1)
    }

    /// From where to where each part goes along the bar.
    fn extents(&self, screen: Screen) -> Vec<(i32, i32)> {
        let room = f64::from(width(screen)) - 2.0 * f64::from(SIDE);
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
        let column = (width(screen) as i32 - 2 * SIDE) / columns(screen) as i32;
        let left = SIDE + (place / lines) as i32 * column;
        let y = BAR_BOTTOM + 44 + (place % lines) as i32 * LINE;
        let mark = [(left, y - 15), (left + 40, y + 15)];
        area.draw(&Rectangle::new(mark, part.ink.colour().mix(0.55).filled())).expect(INFALLIBLE);
        number.draw(area, left + 20, y);
        let name = Label { text: &part.label, weight: FontStyle::Normal, anchor: HPos::Left, ..*number };
        name.draw(area, left + 52, y);
        let value = Label { text: &part.text, anchor: HPos::Right, ..*number };
        value.draw(area, left + column - 40, y);
    }
}

fn width(screen: Screen) -> u32 {
    match screen {
        Screen::Wide => 1680,
        Screen::Narrow => 760,
    }
}

fn columns(screen: Screen) -> usize {
    match screen {
        Screen::Wide => 3,
        Screen::Narrow => 1,
    }
}
