//! Who owns an object, one dot per reference: before, during and after a call, for several calls side by side.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::{Area, Drawing, INFALLIBLE, Ink, Label, Screen, Target};

const MOMENTS: [&str; 3] = ["before", "during", "after"];

/// The most dots of a cell; more references than that are written as a number.
const MOST: i64 = 6;
const DOT: i32 = 7;
const GAP: i32 = 20;

const TITLE: i32 = 28;
const HEAD: i32 = 72;
const FIRST: i32 = 116;
const LINE: i32 = 46;

/// Calls with the references to the objects they were handed.
pub(crate) struct Owners {
    pub(crate) description: String,
    /// What is counted.
    pub(crate) objects: Vec<&'static str>,
    pub(crate) calls: Vec<OwnedCall>,
}

/// References around one call.
pub(crate) struct OwnedCall {
    pub(crate) title: String,
    /// Per object: before, during and after; `None` where they could not be counted.
    pub(crate) counts: Vec<[Option<i64>; 3]>,
}

impl Drawing for Owners {
    fn description(&self) -> &str {
        &self.description
    }

    fn size(&self, screen: Screen) -> (u32, u32) {
        let panels = match screen {
            Screen::Wide => 1,
            Screen::Narrow => self.calls.len().max(1) as i32,
        };
        (width(screen).unsigned_abs(), (panels * self.panel_height()).unsigned_abs())
    }

    fn draw(&self, area: &Area<'_>, screen: Screen) {
        let size = screen.text_size();
        for (place, call) in self.calls.iter().enumerate() {
            let (left, top) = self.origin(screen, place);
            let text = |text: &str, ink, weight, x, y| {
                Label { text, ink, size, weight, anchor: HPos::Left }.draw(area, x, y);
            };
            let title = match screen {
                Screen::Wide => left,
                Screen::Narrow => 8,
            };
            text(&call.title, Ink::Text, FontStyle::Bold, title, top + TITLE);
            for (moment, name) in MOMENTS.into_iter().enumerate() {
                text(name, Ink::Muted, FontStyle::Normal, left + self.column(screen, moment), top + HEAD);
            }
            for (line, (object, counts)) in self.objects.iter().zip(&call.counts).enumerate() {
                let y = top + FIRST + line as i32 * LINE;
                if place == 0 || screen == Screen::Narrow {
                    text(object, Ink::Text, FontStyle::Normal, 8, y);
                }
                let rule = vec![(left, y + LINE / 2), (left + self.column(screen, 3) - GAP, y + LINE / 2)];
                area.draw(&PathElement::new(rule, Ink::Grid.colour().stroke_width(2))).expect(INFALLIBLE);
                for (moment, count) in counts.iter().enumerate() {
                    let x = left + self.column(screen, moment) + DOT;
                    let kept = if moment == 2 { counts[0].unwrap_or(0) } else { i64::MAX };
                    draw_count(area, (x, y), *count, kept, size);
                }
            }
        }
    }

    fn targets(&self, screen: Screen) -> Vec<Target> {
        let mut targets = Vec::new();
        for (place, call) in self.calls.iter().enumerate() {
            let (left, top) = self.origin(screen, place);
            for (line, (object, counts)) in self.objects.iter().zip(&call.counts).enumerate() {
                for (moment, count) in counts.iter().enumerate() {
                    let Some(count) = count else { continue };
                    let owners =
                        if *count == 1 { "1 reference".to_owned() } else { format!("{count} references") };
                    targets.push(Target {
                        x: left + self.column(screen, moment) + DOT,
                        y: top + FIRST + line as i32 * LINE,
                        text: format!("{}, {}: {object}, {owners}", call.title, MOMENTS[moment]),
                    });
                }
            }
        }
        targets
    }
}

impl Owners {
    fn panel_height(&self) -> i32 {
        FIRST + self.objects.len() as i32 * LINE
    }

    /// The left end of a call's columns, and its top.
    fn origin(&self, screen: Screen, place: usize) -> (i32, i32) {
        let (names, place) = (names(screen), place as i32);
        match screen {
            Screen::Wide => (names + place * (width(screen) - names) / self.calls.len().max(1) as i32, 0),
            Screen::Narrow => (names, place * self.panel_height()),
        }
    }

    /// How far right of the origin the cells of a moment begin.
    fn column(&self, screen: Screen, moment: usize) -> i32 {
        let panels = match screen {
            Screen::Wide => self.calls.len().max(1) as i32,
            Screen::Narrow => 1,
        };
        (width(screen) - names(screen)) / panels / MOMENTS.len() as i32 * moment as i32
    }
}

/// A dot per reference, and a cross for each beyond those that were there before.
fn draw_count(area: &Area<'_>, (x, y): (i32, i32), count: Option<i64>, kept: i64, size: f64) {
    let write = |text: &str, ink| {
        Label { text, ink, size, weight: FontStyle::Bold, anchor: HPos::Left }.draw(area, x - DOT, y);
    };
    let Some(count) = count else { return write("?", Ink::Muted) };
    if count > MOST {
        return write(&count.to_string(), if count > kept { Ink::Talk } else { Ink::Series(0) });
    }
    for owner in 0..count {
        let x = x + owner as i32 * GAP;
        if owner < kept {
            let style = Ink::Series(0).colour().filled();
            area.draw(&Circle::new((x, y), DOT, style)).expect(INFALLIBLE);
            continue;
        }
        for (from, to) in [((-DOT, -DOT), (DOT, DOT)), ((-DOT, DOT), (DOT, -DOT))] {
            let stroke = vec![(x + from.0, y + from.1), (x + to.0, y + to.1)];
            area.draw(&PathElement::new(stroke, Ink::Talk.colour().stroke_width(5))).expect(INFALLIBLE);
        }
    }
}

fn width(screen: Screen) -> i32 {
    match screen {
        Screen::Wide => 1680,
        Screen::Narrow => 760,
    }
}

/// Room for the names of the objects.
fn names(screen: Screen) -> i32 {
    match screen {
        Screen::Wide => 340,
        Screen::Narrow => 366,
    }
}
