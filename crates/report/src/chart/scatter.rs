//! One point per contender in two directions, each with its name beside it; what is wrong has a shape of its own.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::frame::{Frame, Ticks, names};
use super::{Area, Axis, Drawing, Ink, Label, Marker, Screen, Target, line, rectangle};

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
    fn around((x, y): (i32, i32), reach: i32) -> Self {
        Self { left: x - reach, right: x + reach, top: y - reach, bottom: y + reach }
    }

    fn meets(&self, other: &Block) -> bool {
        let beside = self.right <= other.left || other.right <= self.left;
        !beside && self.top < other.bottom && other.top < self.bottom
    }

    fn is_inside(&self, other: &Block) -> bool {
        let between = other.left <= self.left && self.right <= other.right;
        between && other.top <= self.top && self.bottom <= other.bottom
    }
}

impl Drawing for Scatter {
    fn description(&self) -> &str {
        &self.description
    }

    fn size(&self, screen: Screen) -> (u32, u32) {
        (screen.width(), screen.choose(760, 900))
    }

    fn draw(&self, area: &Area<'_>, screen: Screen) {
        let frame = self.frame(screen);
        frame.draw(area, Ticks::Grid);
        let places: Vec<_> = self.spots.iter().map(|spot| frame.place(spot.x, spot.y)).collect();
        let mut taken: Vec<Block> = places.iter().map(|&at| Block::around(at, 12)).collect();
        let names = names(&self.spots.iter().map(|spot| spot.label.as_str()).collect::<Vec<_>>(), screen);
        for ((spot, name), &at) in self.spots.iter().zip(&names).zip(&places) {
            spot.draw_name(area, &frame, name, at, &mut taken);
        }
        for (spot, (x, y)) in self.spots.iter().zip(places) {
            match spot.mark {
                Mark::Right(marker) => marker.draw(area, (x, y), spot.ink),
                Mark::Wrong => {
                    let style = Ink::Talk.colour().stroke_width(6);
                    line(area, &[(x - 10, y - 10), (x + 10, y + 10)], style);
                    line(area, &[(x - 10, y + 10), (x + 10, y - 10)], style);
                }
            }
        }
    }

    fn targets(&self, screen: Screen) -> Vec<Target> {
        let frame = self.frame(screen);
        let target = |spot: &Spot| {
            let (x, y) = frame.place(spot.x, spot.y);
            Target { x, y, text: spot.text.clone() }
        };
        self.spots.iter().map(target).collect()
    }
}

impl Scatter {
    fn frame(&self, screen: Screen) -> Frame {
        Frame::plane(screen, self.size(screen).1, 40, &self.x, (&self.y, self.heights.clone()))
    }
}

impl Spot {
    /// Writes the name at the nearest free place, with a line to its point where that is not beside it.
    fn draw_name(&self, area: &Area<'_>, frame: &Frame, name: &str, at: (i32, i32), taken: &mut Vec<Block>) {
        let (ink, wrong) = match self.mark {
            Mark::Right(_) => (self.ink, ""),
            Mark::Wrong => (Ink::Talk, ", wrong"),
        };
        let name = format!("{name}{wrong}");
        let label = Label::strong(&name, ink, frame.screen, HPos::Left);
        let bounds = Block {
            left: frame.columns.start + 4,
            right: frame.screen.width() as i32 - 4,
            top: frame.rows.start - 10,
            bottom: frame.rows.end - 2,
        };
        let height = (label.size * 1.15) as i32;
        let Some(block) = free_place(at, (label.width(), height), &bounds, taken) else { return };
        let middle = i32::midpoint(block.top, block.bottom);
        if (middle - at.1).abs() > height / 2 {
            let end = at.0.clamp(block.left, block.right);
            line(area, &[at, (end, middle)], ink.colour().mix(0.5).stroke_width(2));
        }
        rectangle(area, [(block.left, block.top), (block.right, block.bottom)], Ink::Paper.colour().mix(0.8));
        label.draw(area, block.left, middle);
        taken.push(block);
    }
}

/// The free block of that size nearest to `at`; none where all that were tried are taken.
fn free_place(at: (i32, i32), (width, height): (i32, i32), bounds: &Block, taken: &[Block]) -> Option<Block> {
    let heights = (0..24).flat_map(|step| [-step, step]).map(|step| at.1 + step * height / 2);
    let mut blocks = heights.flat_map(|middle| {
        let (top, bottom) = (middle - height / 2, middle + height / 2);
        [at.0 + 18, at.0 - 18 - width, at.0 - width / 2].map(|left| Block {
            left,
            right: left + width,
            top,
            bottom,
        })
    });
    blocks.find(|block| block.is_inside(bounds) && !taken.iter().any(|other| other.meets(block)))
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
