//! How does a figure get onto the page?
//!
//! plotters draws it as SVG in reserved colours, one per [`Ink`]; [`embed`] replaces them by the
//! page's CSS variables, so that one drawing serves light, dark and print. Each figure is drawn twice,
//! for wide and for narrow screens, and CSS shows one of the two. Shapes differ as well as colours.
//! Over each drawing lie its [`Target`]s, one per value, which Tab and the pointer reach alike; their
//! tooltips are made by CSS. They lie beside the SVG, since what is inside an image is not read out.

mod changes;
mod curves;
mod frame;
mod markers;
mod rungs;
mod scale;
mod scatter;
mod stack;

pub(crate) use changes::{Change, Changes, Point};
pub(crate) use curves::{Curve, CurvePoint, Curves, Marker, Stroke, VerticalMark, height_at};
use maud::{Markup, PreEscaped, html};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
pub(crate) use rungs::{ReferenceLine, Rung, Rungs};
pub(crate) use scale::{Axis, Scale};
pub(crate) use scatter::{Mark, Scatter, Spot};
pub(crate) use stack::{Piece, Stack};

/// A colour by its role; the page's style sheet says what it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Text.
    Text,
    /// Text of less weight, axes.
    Muted,
    /// Grid lines.
    Grid,
    /// The background, behind a label.
    Paper,
    /// What the talk said.
    Talk,
    /// One of [`Ink::SERIES`] contenders.
    Series(u8),
}

/// The colour that a drawing has where nothing else is said.
const MUTED: &str = "--muted";

impl Ink {
    /// Colours there are for contenders.
    pub(crate) const SERIES: u8 = 8;

    const ROLES: [(Ink, &str); 5] = [
        (Ink::Text, "--text"),
        (Ink::Muted, MUTED),
        (Ink::Grid, "--grid"),
        (Ink::Paper, "--paper"),
        (Ink::Talk, "--talk"),
    ];

    /// The reserved colour that stands for it.
    pub(crate) fn colour(self) -> RGBColor {
        let code = match self {
            Ink::Text => 1,
            Ink::Muted => 2,
            Ink::Grid => 3,
            Ink::Paper => 4,
            Ink::Talk => 5,
            Ink::Series(series) => 16 + series % Self::SERIES,
        };
        RGBColor(1, 1, code)
    }

    /// That colour as plotters writes it.
    fn reserved(self) -> String {
        let RGBColor(red, green, blue) = self.colour();
        format!("\"#{red:02X}{green:02X}{blue:02X}\"")
    }
}

/// For which screens a figure is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Screen {
    /// From about 720 pixels.
    Wide,
    /// Below that.
    Narrow,
}

impl Screen {
    /// Size of text, in units of the drawing.
    pub(crate) fn text_size(self) -> f64 {
        self.choose(25.0, 27.0)
    }

    /// From one line of text to the next.
    fn line_height(self) -> i32 {
        (self.text_size() * 1.5) as i32
    }

    /// The width of a drawing.
    fn width(self) -> u32 {
        self.choose(1680, 760)
    }

    fn choose<T>(self, wide: T, narrow: T) -> T {
        match self {
            Screen::Wide => wide,
            Screen::Narrow => narrow,
        }
    }
}

/// What can be drawn as a figure.
pub(crate) trait Drawing {
    /// What a reader who does not see the figure must know.
    fn description(&self) -> &str;

    /// Width and height in units of the drawing.
    fn size(&self, screen: Screen) -> (u32, u32);

    /// Draws onto an area of that size.
    fn draw(&self, area: &Area<'_>, screen: Screen);

    /// The values that can be asked for one by one, in the order of Tab.
    fn targets(&self, _screen: Screen) -> Vec<Target> {
        Vec::new()
    }
}

/// A place of a drawing that says what is there.
pub(crate) struct Target {
    /// In units of the drawing.
    pub(crate) x: i32,
    /// In units of the drawing.
    pub(crate) y: i32,
    /// Who, where, how much, with units.
    pub(crate) text: String,
}

/// Where a figure is drawn.
pub(crate) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Why a drawing cannot fail.
pub(crate) const INFALLIBLE: &str = "drawing into a string cannot fail";

/// Both drawings of a figure; the style sheet shows the one that suits the screen.
pub(crate) fn embed(drawing: &impl Drawing) -> Markup {
    html! {
        (one(drawing, Screen::Wide, "plot wide"))
        (one(drawing, Screen::Narrow, "plot narrow"))
    }
}

fn one(drawing: &impl Drawing, screen: Screen, class: &str) -> Markup {
    let (width, height) = drawing.size(screen);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (width, height)).into_drawing_area();
        drawing.draw(&area, screen);
        area.present().expect(INFALLIBLE);
    }
    // the opening tag is ours: no fixed size, and a name for those who do not see it
    let inner = svg.split_once('>').map_or("", |(_, inner)| inner);
    let inner = inner.rsplit_once("</svg>").map_or(inner, |(inner, _)| inner);
    html! {
        div class=(class) {
            // what most of its texts have is said once
            svg.chart viewBox=(format!("0 0 {width} {height}")) role="img" aria-label=(drawing.description())
                font-size=(screen.text_size()) fill=(format!("var({MUTED})")) {
                title { (drawing.description()) }
                (PreEscaped(themed(inner, screen)))
            }
            (asked(&drawing.targets(screen), drawing.description(), (width, height), &svg))
        }
    }
}

/// The values as one group of radio buttons: one stop of Tab for the whole figure, arrow keys from value to value, and no
/// script. A group is known by its name, so that is made of the drawing.
fn asked(targets: &[Target], description: &str, (width, height): (u32, u32), svg: &str) -> Markup {
    let name = format!("v{:x}", fingerprint(&[description, svg]) >> 40);
    let share = |at: i32, whole: u32| 100.0 * f64::from(at) / f64::from(whole);
    // a tooltip opens towards the middle, so that it stays on the screen
    let class = |left: f64| match left {
        ..34.0 => None,
        ..66.0 => Some("middle"),
        _ => Some("end"),
    };
    html! {
        @if !targets.is_empty() {
            div.targets role="radiogroup" aria-label=(format!("Values, by arrow keys: {description}")) {
                @for Target { x, y, text } in targets {
                    input type="radio" class=[class(share(*x, width))] name=(name) aria-label=(text)
                        style=(format!("left:{:.1}%;top:{:.1}%", share(*x, width), share(*y, height)));
                }
            }
        }
    }
}

/// FNV-1a: the same name for the same drawing wherever the page is made.
fn fingerprint(texts: &[&str]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Replaces the reserved colours by CSS variables, and the font by the page's.
fn themed(svg: &str, screen: Screen) -> String {
    let mut themed = svg.replace(" font-family=\"sans-serif\"", "").replace(" opacity=\"1\"", "");
    for (ink, name) in Ink::ROLES {
        themed = themed.replace(&ink.reserved(), &format!("\"var({name})\""));
    }
    for series in 0..Ink::SERIES {
        themed = themed.replace(&Ink::Series(series).reserved(), &format!("\"var(--series-{series})\""));
    }
    // what plotters writes and no reader needs: half of a page is drawings
    for (long, short) in [
        (" stroke=\"none\" stroke-width=\"1\"", ""),
        (" stroke=\"none\"", ""),
        (" dy=\"0.5ex\"", ""),
        (" text-anchor=\"start\"", ""),
        // the page's style sheet says it
        ("<polyline fill=\"none\"", "<polyline"),
        (" fill=\"var(--text)\" font-weight=\"bold\"", " class=\"strong\""),
        (" stroke-width=\"2\"", ""),
        (" \"/>", "\"/>"),
        ("\">\n", "\">"),
        ("\n</text>", "</text>"),
    ] {
        themed = themed.replace(long, short);
    }
    themed = themed.replace(&format!(" font-size=\"{}\"", screen.text_size()), "");
    themed = themed.replace(&format!(" fill=\"var({MUTED})\""), "");
    let dashes = format!(" stroke-width=\"{DASHED_WIDTH}\"");
    markers::joined(&themed).replace(&dashes, " stroke-width=\"3\" stroke-dasharray=\"10 8\"")
}

/// A piece of text in a figure.
#[derive(Clone, Copy)]
pub(crate) struct Label<'a> {
    pub(crate) text: &'a str,
    pub(crate) ink: Ink,
    pub(crate) size: f64,
    pub(crate) weight: FontStyle,
    pub(crate) anchor: HPos,
}

impl<'a> Label<'a> {
    fn plain(text: &'a str, ink: Ink, screen: Screen, anchor: HPos) -> Self {
        Self { text, ink, size: screen.text_size(), weight: FontStyle::Normal, anchor }
    }

    fn strong(text: &'a str, ink: Ink, screen: Screen, anchor: HPos) -> Self {
        Self { weight: FontStyle::Bold, ..Self::plain(text, ink, screen, anchor) }
    }

    /// Draws it with its vertical middle at `y`.
    pub(crate) fn draw(&self, area: &Area<'_>, x: i32, y: i32) {
        // the backend divides every size by 1.24
        let style = FontDesc::new(FontFamily::SansSerif, self.size * 1.24, self.weight)
            .color(&self.ink.colour())
            .pos(Pos::new(self.anchor, VPos::Center));
        area.draw_text(self.text, &style, (x, y)).expect(INFALLIBLE);
    }

    /// Draws it so that grid and lines stop at it.
    fn draw_on_paper(&self, area: &Area<'_>, x: i32, y: i32) {
        let start = match self.anchor {
            HPos::Left => x,
            HPos::Center => x - self.width() / 2,
            HPos::Right => x - self.width(),
        };
        rectangle(area, [(start - 6, y - 18), (start + self.width() + 6, y + 18)], Ink::Paper.colour());
        self.draw(area, x, y);
    }

    /// Its text, cut short where it would be wider than `width`.
    pub(crate) fn fitting(&self, width: i32) -> String {
        let share = f64::from(width.max(0)) / f64::from(self.width().max(1));
        shortened(self.text, (self.text.chars().count() as f64 * share.min(1.0)) as usize)
    }

    /// How wide it is in the widest of the usual fonts (DejaVu Sans); no font is asked.
    pub(crate) fn width(&self) -> i32 {
        let bold = matches!(self.weight, FontStyle::Bold);
        (self.text.chars().map(|character| width_of(character, bold)).sum::<f64>() * self.size).ceil() as i32
    }
}

/// The width of a character as a share of the size of its text, rounded up within a few kinds of characters.
fn width_of(character: char, bold: bool) -> f64 {
    let (normal, heavy) = match character {
        'i' | 'j' | 'l' | '|' | '\'' | '’' => (0.32, 0.38),
        'f' | 't' | 'r' | 'I' | ' ' | '.' | ',' | ':' | ';' | '/' | '-' | '(' | ')' | '[' | ']' | '!' => {
            (0.40, 0.47)
        }
        'c' | 's' | 'z' => (0.55, 0.60),
        'a'..='h' | 'k'..='q' | 'u'..='v' | 'x'..='y' if character != 'm' => (0.62, 0.70),
        '0'..='9' | '–' => (0.64, 0.70),
        'A'..='L' | 'N'..='V' | 'X'..='Z' => (0.72, 0.80),
        '×' | '+' | '=' | '<' | '>' | '≈' => (0.84, 0.84),
        _ => (1.0, 1.08),
    };
    if bold { heavy } else { normal }
}

/// A line from point to point.
fn line(area: &Area<'_>, points: &[(i32, i32)], style: ShapeStyle) {
    area.draw(&PathElement::new(points, style)).expect(INFALLIBLE);
}

/// A filled rectangle.
fn rectangle(area: &Area<'_>, corners: [(i32, i32); 2], colour: impl Color) {
    area.draw(&Rectangle::new(corners, colour.filled())).expect(INFALLIBLE);
}

/// A line of dashes. plotters would write one element per dash; [`themed`] makes one line of it.
pub(crate) fn dashed(area: &Area<'_>, from: (i32, i32), to: (i32, i32), ink: Ink) {
    line(area, &[from, to], ink.colour().stroke_width(DASHED_WIDTH));
}

/// Stands for dashes, as the reserved colours stand for inks; nothing else has this width.
const DASHED_WIDTH: u32 = 7;

/// At most `length` characters of `text`.
pub(crate) fn shortened(text: &str, length: usize) -> String {
    if text.chars().count() <= length {
        return text.to_owned();
    }
    let head: String = text.chars().take(length.saturating_sub(1)).collect();
    format!("{head}…")
}

/// Moves positions apart until neighbours are `gap` apart, or as far as `top..=bottom` has room.
pub(crate) fn spread(positions: &mut [i32], gap: i32, top: i32, bottom: i32) {
    let gaps = i32::try_from(positions.len()).unwrap_or(i32::MAX).saturating_sub(1).max(1);
    let gap = gap.min((bottom - top) / gaps);
    let mut order: Vec<usize> = (0..positions.len()).collect();
    order.sort_by_key(|&index| positions[index]);
    let mut least = top;
    for &index in &order {
        positions[index] = positions[index].max(least);
        least = positions[index] + gap;
    }
    let mut most = bottom;
    for &index in order.iter().rev() {
        positions[index] = positions[index].min(most);
        most = positions[index] - gap;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reserved_colour_becomes_a_variable_and_none_is_left() {
        let inks = (0..Ink::SERIES).map(Ink::Series).chain(Ink::ROLES.map(|(ink, _)| ink));
        let svg: String = inks.map(|ink| format!("<path stroke={}/>", ink.reserved())).collect();
        let themed = themed(&svg, Screen::Wide);
        assert!(!themed.contains("#0101"), "{themed}");
        assert_eq!(themed.matches("var(--").count(), usize::from(Ink::SERIES) + Ink::ROLES.len());
    }

    #[test]
    fn more_labels_than_there_is_room_for_stay_inside() {
        let mut positions = [40; 11];
        spread(&mut positions, 20, 0, 100);
        assert!(positions.iter().all(|position| (0..=100).contains(position)), "{positions:?}");
    }

    #[test]
    fn labels_that_would_overlap_move_apart_and_stay_inside() {
        let mut positions = [50, 10, 52, 51];
        spread(&mut positions, 20, 0, 80);
        let mut sorted = positions;
        sorted.sort_unstable();
        assert!(sorted.windows(2).all(|pair| pair[1] - pair[0] >= 20), "{positions:?}");
        assert!(sorted[0] >= 0 && sorted[3] <= 80, "{positions:?}");
        assert_eq!(positions[1], sorted[0]);
    }
}
