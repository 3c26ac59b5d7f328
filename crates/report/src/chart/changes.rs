//! How much did each row move? Intervals around 1 on a logarithmic axis, with the band that noise explains.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::{Area, Drawing, INFALLIBLE, Ink, Label, Screen, dashed, shortened};
use crate::numeral;

const ROW_HEIGHT: i32 = 84;
const SIDE: i32 = 24;

/// The least distance from 1 that an axis shows, as a factor.
const LEAST_REACH: f64 = 1.08;

/// Values to write beside an axis: the first row that reaches far enough.
const TICKS: [&[f64]; 6] = [
    &[0.95, 1.0, 1.05],
    &[0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15],
    &[0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.4],
    &[0.5, 0.7, 1.0, 1.4, 2.0],
    &[0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0],
    &[0.0001, 0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0, 10_000.0],
];

/// Rows that moved, or did not.
pub(crate) struct Changes {
    pub(crate) description: String,
    pub(crate) rows: Vec<Change>,
}

/// One row: the ratio after over the ratio before.
pub(crate) struct Change {
    pub(crate) label: String,
    /// Positive.
    pub(crate) value: f64,
    /// Positive.
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// The fraction around 1 that is no change.
    pub(crate) margin: f64,
    /// As it is written on wide screens.
    pub(crate) text: String,
    /// As it is written on narrow screens.
    pub(crate) short: String,
    pub(crate) ink: Ink,
    pub(crate) point: Point,
}

/// How a row's value is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    /// It may be believed.
    Filled,
    /// It is not resolved.
    Hollow,
}

impl Drawing for Changes {
    fn description(&self) -> &str {
        &self.description
    }

    fn size(&self, screen: Screen) -> (u32, u32) {
        let width = match screen {
            Screen::Wide => 1680,
            Screen::Narrow => 760,
        };
        (width, u32::try_from(self.bottom() + 100).unwrap_or(0))
    }

    fn draw(&self, area: &Area<'_>, screen: Screen) {
        self.draw_axis(area, screen);
        for (place, row) in self.rows.iter().enumerate() {
            self.draw_row(area, screen, row, 16 + place as i32 * ROW_HEIGHT);
        }
    }
}

impl Changes {
    fn bottom(&self) -> i32 {
        16 + self.rows.len() as i32 * ROW_HEIGHT
    }

    /// The factor away from 1 that the axis shows to either side.
    fn reach(&self) -> f64 {
        let ends = self.rows.iter().flat_map(|row| [row.low, row.high, row.value, 1.0 + row.margin]);
        let farthest = ends
            .filter(|end| end.is_finite() && *end > 0.0)
            .map(|end| end.ln().abs())
            .fold(LEAST_REACH.ln(), f64::max);
        (1.06 * farthest).exp()
    }

    fn x(&self, screen: Screen, value: f64) -> i32 {
        let reach = self.reach().ln();
        let share = (value.max(f64::MIN_POSITIVE).ln() + reach) / (2.0 * reach);
        SIDE + (share.clamp(0.0, 1.0) * f64::from(self.size(screen).0 as i32 - 2 * SIDE)) as i32
    }

    fn ticks(&self) -> impl Iterator<Item = f64> {
        let reach = self.reach();
        let far_enough = |ticks: &&&[f64]| ticks.last().is_some_and(|last| last * last >= reach);
        let ticks = TICKS.iter().find(far_enough).copied().unwrap_or(TICKS[TICKS.len() - 1]);
        ticks.iter().copied().filter(move |tick| tick.ln().abs() <= reach.ln())
    }

    fn draw_axis(&self, area: &Area<'_>, screen: Screen) {
        let (bottom, size) = (self.bottom(), screen.text_size());
        let width = self.size(screen).0 as i32;
        for tick in self.ticks() {
            let x = self.x(screen, tick);
            let line = vec![(x, 16), (x, bottom)];
            area.draw(&PathElement::new(line, Ink::Grid.colour().stroke_width(2))).expect(INFALLIBLE);
            let text = format!("{}×", numeral::round(tick, 3));
            let label =
                Label { text: &text, ink: Ink::Muted, size, weight: FontStyle::Normal, anchor: HPos::Center };
            let half = label.width() / 2;
            label.draw(area, x.clamp(half, (width - half).max(half)), bottom + 26);
        }
        dashed(area, (self.x(screen, 1.0), 8), (self.x(screen, 1.0), bottom), Ink::Muted);
        let line = vec![(SIDE, bottom), (width - SIDE, bottom)];
        area.draw(&PathElement::new(line, Ink::Muted.colour().stroke_width(2))).expect(INFALLIBLE);
        let text = |text, anchor| Label { text, ink: Ink::Text, size, weight: FontStyle::Normal, anchor };
        let (left, right) = match screen {
            Screen::Wide => {
                ("← faster than in A", "ratio in B over ratio in A, logarithmic; slower than in A →")
            }
            Screen::Narrow => ("← faster than in A", "slower than in A →"),
        };
        text(left, HPos::Left).draw(area, SIDE, bottom + 70);
        text(right, HPos::Right).draw(area, width - SIDE, bottom + 70);
    }

    fn draw_row(&self, area: &Area<'_>, screen: Screen, row: &Change, y: i32) {
        let size = screen.text_size();
        let right = self.size(screen).0 as i32 - SIDE;
        let name = shortened(&row.label, 30);
        let label = Label { text: &name, ink: Ink::Text, size, weight: FontStyle::Bold, anchor: HPos::Left };
        let value = match screen {
            Screen::Wide => &row.text,
            Screen::Narrow => &row.short,
        };
        let value = Label { text: value, anchor: HPos::Right, ..label };
        // text stands on paper: the grid stops at it
        for (from, to) in [(SIDE, SIDE + label.width()), (right - value.width(), right)] {
            let behind = [(from - 6, y + 8), (to + 6, y + 44)];
            area.draw(&Rectangle::new(behind, Ink::Paper.colour().filled())).expect(INFALLIBLE);
        }
        label.draw(area, SIDE, y + 26);
        value.draw(area, right, y + 26);
        self.draw_value(area, screen, row, y + 62);
    }

    fn draw_value(&self, area: &Area<'_>, screen: Screen, row: &Change, y: i32) {
        let colour = row.ink.colour();
        let (floor, ceiling) = (1.0 / (1.0 + row.margin), 1.0 + row.margin);
        let band = [(self.x(screen, floor), y - 13), (self.x(screen, ceiling), y + 13)];
        area.draw(&Rectangle::new(band, Ink::Muted.colour().mix(0.22).filled())).expect(INFALLIBLE);
        let whisker = vec![(self.x(screen, row.low), y), (self.x(screen, row.high), y)];
        area.draw(&PathElement::new(whisker, colour.stroke_width(5))).expect(INFALLIBLE);
        let at = (self.x(screen, row.value), y);
        match row.point {
            Point::Filled => area.draw(&Circle::new(at, 11, colour.filled())).expect(INFALLIBLE),
            Point::Hollow => {
                area.draw(&Circle::new(at, 11, Ink::Paper.colour().filled())).expect(INFALLIBLE);
                area.draw(&Circle::new(at, 11, colour.stroke_width(4))).expect(INFALLIBLE);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(low: f64, high: f64) -> Changes {
        let row = Change {
            label: "rust/simd".to_owned(),
            value: f64::midpoint(low, high),
            low,
            high,
            margin: 0.04,
            text: String::new(),
            short: String::new(),
            ink: Ink::Text,
            point: Point::Filled,
        };
        Changes { description: String::new(), rows: vec![row] }
    }

    #[test]
    fn an_axis_of_changes_holds_every_end_and_has_one_in_its_middle() {
        for (low, high) in [(0.99, 1.01), (1.0, 1.3), (0.02, 0.03), (3.0, 4000.0)] {
            let changes = changes(low, high);
            for screen in [Screen::Wide, Screen::Narrow] {
                let width = changes.size(screen).0 as i32;
                assert!((changes.x(screen, 1.0) - width / 2).abs() <= 1);
                assert!(changes.x(screen, low) > SIDE && changes.x(screen, high) < width - SIDE);
            }
            let ticks: Vec<f64> = changes.ticks().collect();
            assert!(ticks.contains(&1.0) && (3..=9).contains(&ticks.len()), "{low} to {high}: {ticks:?}");
        }
    }
}
