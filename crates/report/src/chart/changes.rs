//! How much did each row move? Intervals around 1 on a logarithmic axis, with the band that noise explains.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::frame::{Frame, Ticks};
use super::{Area, Axis, Drawing, INFALLIBLE, Ink, Label, Scale, Screen, dashed, line, rectangle};
use crate::numeral;

/// The least and the greatest distance from 1 that an axis shows, as factors.
const REACH: [f64; 2] = [1.08, 1e6];

/// Rows that moved, or did not.
pub(crate) struct Changes {
    pub(crate) description: String,
    /// What is compared, and with what: "B" with "A".
    pub(crate) sides: [&'static str; 2],
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
    pub(crate) threshold: f64,
    /// As it is written on wide screens.
    pub(crate) text: String,
    /// As it is written on narrow screens.
    pub(crate) short: String,
    pub(crate) ink: Ink,
    pub(crate) point: Point,
    /// The values that the interval is made of, where they are shown.
    pub(crate) pairs: Vec<f64>,
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
        self.frame(screen).size()
    }

    fn draw(&self, area: &Area<'_>, screen: Screen) {
        let frame = self.frame(screen);
        frame.draw(area, Ticks::Grid);
        // on a narrow screen the other end of the axis says than what
        let faster = screen.choose(format!("← faster than {}", self.sides[1]), "← faster".to_owned());
        Label::plain(&faster, Ink::Text, screen, HPos::Left).draw(
            area,
            frame.columns.start,
            frame.rows.end + 70,
        );
        let one = frame.x(1.0);
        dashed(area, (one, frame.rows.start - 8), (one, frame.rows.end), Ink::Muted);
        for (place, row) in self.rows.iter().enumerate() {
            frame.draw_texts(area, place, &row.label, "", screen.choose(&row.text, &row.short));
            let (y, colour) = (frame.row(place), row.ink.colour());
            let at = |value: f64, below: i32| (frame.x(value), y + below);
            let no_change = [at(1.0 / (1.0 + row.threshold), -13), at(1.0 + row.threshold, 13)];
            rectangle(area, no_change, Ink::Muted.colour().mix(0.22));
            line(area, &[at(row.low, 0), at(row.high, 0)], colour.stroke_width(5));
            let circle = |place, radius, style: ShapeStyle| {
                area.draw(&Circle::new(place, radius, style)).expect(INFALLIBLE);
            };
            for (number, &pair) in row.pairs.iter().enumerate() {
                // beside each other where they are alike
                let below = [0, -9, 9, -18, 18][number % 5];
                circle(at(pair, below), 5, Ink::Muted.colour().filled());
            }
            let dot = |style| circle(at(row.value, 0), 11, style);
            match row.point {
                Point::Filled => dot(colour.filled()),
                Point::Hollow => {
                    dot(Ink::Paper.colour().filled());
                    dot(colour.stroke_width(4));
                }
            }
        }
    }
}

impl Changes {
    /// Around an axis that has 1 in its middle and holds every end.
    fn frame(&self, screen: Screen) -> Frame {
        let ends = self.rows.iter().flat_map(|row| {
            let pairs = row.pairs.iter().copied();
            pairs.chain([row.low, row.high, row.value, 1.0 + row.threshold])
        });
        let shown = ends.filter(|end| end.is_finite() && *end > 0.0);
        let farthest = shown.map(|end| end.ln().abs()).fold(REACH[0].ln(), f64::max);
        let reach = (1.06 * farthest).exp().min(REACH[1]);
        let [of, over] = self.sides;
        let slower = format!("slower than {over} →");
        let name = format!("{of} over {over}, logarithmic; {slower}");
        let axis = Axis {
            name: screen.choose(name, slower),
            scale: Scale::Logarithmic,
            from: 1.0 / reach,
            to: reach,
            write: |ratio| format!("{}×", numeral::round(ratio, 3)),
        };
        Frame::of_rows(screen, 16, self.rows.len(), &axis)
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
            threshold: 0.04,
            text: String::new(),
            short: String::new(),
            ink: Ink::Text,
            point: Point::Filled,
            pairs: vec![low, high],
        };
        Changes { description: String::new(), sides: ["B", "A"], rows: vec![row] }
    }

    #[test]
    fn an_axis_of_changes_holds_every_end_and_has_one_in_its_middle() {
        for (low, high) in [(0.99, 1.01), (1.0, 1.3), (0.02, 0.03), (3.0, 4000.0)] {
            for screen in [Screen::Wide, Screen::Narrow] {
                let frame = changes(low, high).frame(screen);
                assert!((frame.x(1.0) - screen.width() as i32 / 2).abs() <= 1);
                assert!(frame.x(low) > frame.columns.start && frame.x(high) < frame.columns.end);
                let ticks = frame.values();
                assert!(
                    ticks.contains(&1.0) && (3..=12).contains(&ticks.len()),
                    "{low} to {high}: {ticks:?}"
                );
            }
        }
    }
}
