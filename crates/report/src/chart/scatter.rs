//! One point per contender in two directions, each with its name beside it; what is wrong has a shape of its own.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::{Area, Axis, Drawing, INFALLIBLE, Ink, Label, Marker, Screen, Target, shortened};

const TOP: i32 = 64;
const BOTTOM: i32 = 92;
const RIGHT: i32 = 40;

/// Points with names.
pub(crate) struct Scatter {
    pub(crate) description: String,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    /// The heights that are written beside the axis.
    pub(crate) heights: Vec<f64>,
    pub(crate) spots: Vec<Spot>,
}

/// A named point.
pub(crate) struct Spot {
    pub(crate) label: String,
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) ink: Ink,
    pub(crate) mark: Mark,
    /// Everything that is known of it.
    pub(crate) text: String,
}

/// How a point is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Right: the contender's own shape.
    Right(Marker),
    /// Wrong: a cross, and the word beside the name.
    Wrong,
}

/// What a name must not cover, and a name itself.
#[derive(Debug, Clone, Copy)]
struct Block {
    left: i32,
    right: i32,
    top: i32,
    bottom: i32,
}

impl Block {
    fn meets(&self, other: &Block) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    fn around((x, y): (i32, i32), reach: i32) -> Self {
        Self { left: x - reach, right: x + reach, top: y - reach, bottom: y + reach }
    }
}

impl Drawing for Scatter {
    fn description(&self) -> &str {
        &self.description
    }

    fn size(&self, screen: Screen) -> (u32, u32) {
        match screen {
            Screen::Wide => (1680, 760),
            Screen::Narrow => (760, 900),
        }
    }

    fn draw(&self, area: &Area<'_>, screen: Screen) {
        self.draw_axes(area, screen);
        let mut taken: Vec<Block> =
            self.spots.iter().map(|spot| Block::around(self.place(screen, spot.x, spot.y), 12)).collect();
        for spot in &self.spots {
            self.draw_name(area, screen, spot, &mut taken);
        }
        for spot in &self.spots {
            self.draw_spot(area, screen, spot);
        }
    }

    fn targets(&self, screen: Screen) -> Vec<Target> {
        let target = |spot: &Spot| {
            let (x, y) = self.place(screen, spot.x, spot.y);
            Target { x, y, text: spot.text.clone() }
        };
        self.spots.iter().map(target).collect()
    }
}

impl Scatter {
    fn left(&self, screen: Screen) -> i32 {
        let longest = self.heights.iter().map(|&height| (self.y.write)(height).chars().count()).max();
        (longest.unwrap_or(0) as f64 * screen.text_size() * 0.56) as i32 + 24
    }

    fn place(&self, screen: Screen, x: f64, y: f64) -> (i32, i32) {
        let (width, height) = self.size(screen);
        let (left, right) = (self.left(screen), width as i32 - RIGHT);
        let (top, bottom) = (TOP, height as i32 - BOTTOM);
        (
            left + (self.x.share(x) * f64::from(right - left)) as i32,
            bottom - (self.y.share(y) * f64::from(bottom - top)) as i32,
        )
    }

    fn draw_axes(&self, area: &Area<'_>, screen: Screen) {
        let size = screen.text_size();
        let text = |text: &str, ink, anchor, x, y| {
            Label { text, ink, size, weight: FontStyle::Normal, anchor }.draw(area, x, y);
        };
        let line = |from, to, ink: Ink| {
            area.draw(&PathElement::new(vec![from, to], ink.colour().stroke_width(2))).expect(INFALLIBLE);
        };
        let (left, bottom) = self.place(screen, self.x.from, self.y.from);
        let (right, top) = self.place(screen, self.x.to, self.y.to);
        for &height in &self.heights {
            let (_, y) = self.place(screen, self.x.from, height);
            line((left, y), (right, y), Ink::Grid);
            text(&(self.y.write)(height), Ink::Muted, HPos::Right, left - 14, y);
        }
        let wanted = match screen {
            Screen::Wide => 10,
            Screen::Narrow => 4,
        };
        for tick in self.x.ticks(wanted) {
            let (x, _) = self.place(screen, tick, self.y.from);
            line((x, top), (x, bottom), Ink::Grid);
            text(&(self.x.write)(tick), Ink::Muted, HPos::Center, x, bottom + 28);
        }
        line((left, bottom), (right, bottom), Ink::Muted);
        text(&self.y.name, Ink::Text, HPos::Left, 8, 24);
        text(&self.x.name, Ink::Text, HPos::Right, right, bottom + 70);
    }

    fn draw_spot(&self, area: &Area<'_>, screen: Screen, spot: &Spot) {
        let (x, y) = self.place(screen, spot.x, spot.y);
        match spot.mark {
            Mark::Right(marker) => marker.draw(area, (x, y), spot.ink),
            Mark::Wrong => {
                for (dx, dy) in [(10, 10), (10, -10)] {
                    let stroke = vec![(x - dx, y - dy), (x + dx, y + dy)];
                    area.draw(&PathElement::new(stroke, Ink::Talk.colour().stroke_width(6)))
                        .expect(INFALLIBLE);
                }
            }
        }
    }

    /// Writes the name at the nearest free place, with a line to its point where that is not beside it.
    fn draw_name(&self, area: &Area<'_>, screen: Screen, spot: &Spot, taken: &mut Vec<Block>) {
        let name = self.name_of(spot, screen);
        let ink = if spot.mark == Mark::Wrong { Ink::Talk } else { spot.ink };
        let label =
            Label { text: &name, ink, size: screen.text_size(), weight: FontStyle::Bold, anchor: HPos::Left };
        let at = self.place(screen, spot.x, spot.y);
        let (_, bottom) = self.place(screen, self.x.from, self.y.from);
        let bounds = Block {
            left: self.left(screen) + 4,
            right: self.size(screen).0 as i32 - 4,
            top: TOP - 10,
            bottom: bottom - 2,
        };
        let height = (screen.text_size() * 1.15) as i32;
        let Some(block) = free_place(at, (label.width(), height), &bounds, taken) else { return };
        let middle = i32::midpoint(block.top, block.bottom);
        if (middle - at.1).abs() > height / 2 {
            let end = if block.left > at.0 { block.left } else { block.right };
            let end = if block.left <= at.0 && at.0 <= block.right { at.0 } else { end };
            let leader = vec![at, (end, middle)];
            area.draw(&PathElement::new(leader, ink.colour().mix(0.5).stroke_width(2))).expect(INFALLIBLE);
        }
        let behind = [(block.left, block.top), (block.right, block.bottom)];
        area.draw(&Rectangle::new(behind, Ink::Paper.colour().mix(0.8).filled())).expect(INFALLIBLE);
        label.draw(area, block.left, middle);
        taken.push(block);
    }

    fn name_of(&self, spot: &Spot, screen: Screen) -> String {
        let bare = |label: &str| label.rsplit_once('/').map_or(label, |(_, name)| name).to_owned();
        let unique = self.spots.iter().filter(|other| bare(&other.label) == bare(&spot.label)).count() == 1;
        let name = if screen == Screen::Narrow && unique { bare(&spot.label) } else { spot.label.clone() };
        let wrong = if spot.mark == Mark::Wrong { ", wrong" } else { "" };
        format!("{}{wrong}", shortened(&name, 26))
    }
}

/// The free block of that size nearest to `at`; none where all that were tried are taken.
fn free_place(at: (i32, i32), (width, height): (i32, i32), bounds: &Block, taken: &[Block]) -> Option<Block> {
    let steps = (0..24).flat_map(|step| [-step, step]);
    let candidates = steps.flat_map(|step| {
        let middle = at.1 + step * height / 2;
        [at.0 + 18, at.0 - 18 - width, at.0 - width / 2].map(|left| Block {
            left,
            right: left + width,
            top: middle - height / 2,
            bottom: middle + height / 2,
        })
    });
    candidates.into_iter().find(|block| {
        block.left >= bounds.left
            && block.right <= bounds.right
            && block.top >= bounds.top
            && block.bottom <= bounds.bottom
            && !taken.iter().any(|other| other.meets(block))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_points_in_one_place_do_not_cover_each_other_or_leave_the_drawing() {
        let bounds = Block { left: 0, right: 700, top: 0, bottom: 600 };
        let mut taken = vec![Block::around((350, 300), 12)];
        for _ in 0..8 {
            let block = free_place((350, 300), (200, 30), &bounds, &taken).expect("there is room for eight");
            assert!(!taken.iter().any(|other| other.meets(&block)));
            assert!(block.left >= 0 && block.right <= 700 && block.top >= 0 && block.bottom <= 600);
            taken.push(block);
        }
    }
}
