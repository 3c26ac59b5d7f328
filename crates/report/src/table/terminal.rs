//! A table on a terminal: in columns where they fit, and a block per row where they do not.

use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, ContentLineStyle, LineStyle, TableStyle, Width,
};

use super::{Align, Cell, Column, Piece, Table, Tone, Verdict, short_reason};
use crate::look::{Ink, Look};

/// From so many columns on there is room for two spaces between columns.
const ROOMY: u16 = 100;

/// Characters of the longest bar.
const BAR: usize = 10;

/// Below this width of the terminal a row becomes a block where it does not fit.
const BLOCKS_BELOW: u16 = 60;

/// Characters that are left for the last column, where the others are kept whole.
const LEAST_VERDICT: usize = 9;

/// A space at which no line is broken.
const TOGETHER: &str = "\u{a0}";

/// A rule above and below the header, and one at the end.
const LINES: TableStyle = TableStyle::new()
    .top_border(LineStyle::none().fill('─').junction('─'))
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .bottom_border(LineStyle::none().fill('─').junction('─'));

/// Columns apart by a space, and no rule.
const NO_LINES: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none().junction(' '))
    .content_lines(ContentLineStyle::none().junction(' '));

impl Table {
    /// The table and its notes in lines of at most the width of `look` (long words may be broken). Ends with a newline.
    #[must_use]
    pub fn terminal(&self, look: Look) -> String {
        self.styled(look, LINES)
    }

    /// The same without rules, where lines are few.
    pub(crate) fn compact(&self, look: Look) -> String {
        self.styled(look, NO_LINES)
    }

    fn styled(&self, look: Look, style: TableStyle) -> String {
        let shown = |column: &Column| column.from_width <= look.columns();
        let shown: Vec<usize> =
            (0..self.columns.len()).filter(|&place| shown(&self.columns[place])).collect();
        let titles = shown.iter().map(|&place| line(&self.columns[place].title)).collect();
        let rows = self.rows.iter().map(|row| shown.iter().map(|&place| together(&row[place])).collect());
        let lines: Vec<Vec<String>> = std::iter::once(titles).chain(rows).collect();
        let text = if look.columns() < BLOCKS_BELOW && width_of(&lines) > usize::from(look.columns()) {
            blocks(&lines, look)
        } else {
            self.in_columns(&shown, lines, look, style)
        };
        let text = look.painted(look.written(&text.replace(TOGETHER, " ")), &self.coloured());
        let star = self.has_extrapolated().then(|| "*: extrapolated.".to_owned());
        star.iter().chain(&self.notes).fold(text, |text, note| text + &look.paragraph(note))
    }

    fn in_columns(&self, shown: &[usize], lines: Vec<Vec<String>>, look: Look, style: TableStyle) -> String {
        let (padding, width) = (if look.columns() < ROOMY { 0 } else { 1 }, look.columns());
        let kept = self.kept_whole(shown, &lines, usize::from(width), usize::from(2 * padding + 1));
        let mut lines = lines.into_iter();
        let mut table = comfy_table::Table::new();
        table.load_style(style).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(width).set_header(lines.next().unwrap_or_default()).add_rows(lines);
        for (place, column) in table.column_iter_mut().enumerate() {
            column.set_padding((padding, padding));
            if self.columns[shown[place]].align == Align::Right {
                column.set_cell_alignment(CellAlignment::Right);
            }
            if let Some(kept) = kept.get(place).and_then(|&kept| u16::try_from(kept).ok()) {
                let least = Width::Fixed(kept + 2 * padding);
                column.set_constraint(ColumnConstraint::LowerBoundary(least));
            }
        }
        format!("{table}\n")
    }

    /// Characters of the columns in which no line is broken: all but the last where that leaves room for it, else the
    /// first, unless it takes half the width. Where the first column has ids,
    /// those alone count of it.
    fn kept_whole(&self, shown: &[usize], lines: &[Vec<String>], width: usize, gap: usize) -> Vec<usize> {
        let named = |row: &usize| matches!(self.rows[*row][shown[0]].0[..], [Piece::Code(_), ..]);
        let any_named = (0..self.rows.len()).any(|row| named(&row));
        let longest = |place: usize| {
            let counts = |row: &usize| place > 0 || !any_named || named(row);
            let rows = (0..self.rows.len()).filter(counts).map(|row| &lines[row + 1][place]);
            rows.chain([&lines[0][place]]).map(|text| text.chars().count()).max().unwrap_or(0)
        };
        let mut kept: Vec<usize> = (0..shown.len().saturating_sub(1)).map(longest).collect();
        if kept.iter().map(|column| column + gap).sum::<usize>() + LEAST_VERDICT > width {
            kept.truncate(1);
            kept.retain(|&names| names <= width / 2);
        }
        kept
    }

    /// What is coloured in this table, and how.
    fn coloured(&self) -> Vec<(String, Ink)> {
        let verdicts = self.rows.iter().flatten().flat_map(|cell| &cell.0).filter_map(|piece| match piece {
            Piece::Verdict(verdict) | Piece::Badge(verdict) => Some((verdict.line(), ink(verdict)?)),
            _ => None,
        });
        let mut coloured: Vec<(String, Ink)> = Vec::new();
        for verdict in verdicts {
            if !coloured.contains(&verdict) {
                coloured.push(verdict);
            }
        }
        coloured
    }
}

/// A block per row: its first cell, and below it what else is known, each with the title of its column.
fn blocks(lines: &[Vec<String>], look: Look) -> String {
    let Some((titles, rows)) = lines.split_first() else { return String::new() };
    let mut text = String::new();
    for row in rows {
        let named = |(title, cell): (&String, &String)| {
            let named = if title.is_empty() { cell.clone() } else { format!("{title} {cell}") };
            let fits = named.chars().count() + 3 < usize::from(look.columns());
            (!cell.is_empty()).then(|| if fits { named.replace(' ', TOGETHER) } else { named })
        };
        let rest: Vec<String> = titles.iter().zip(row).skip(1).filter_map(named).collect();
        text.push_str(&look.wrapped(row.first().map_or("", String::as_str), ""));
        text.push_str(&look.wrapped(&rest.join(", "), "  "));
    }
    text
}

/// Columns that the widest lines of the table take.
fn width_of(lines: &[Vec<String>]) -> usize {
    let columns = lines.first().map_or(0, Vec::len);
    let widest = |place: usize| lines.iter().map(|line| line[place].chars().count()).max().unwrap_or(0);
    (0..columns).map(widest).sum::<usize>() + columns.saturating_sub(1)
}

/// The cell without any markup, on one line.
pub(super) fn line(cell: &Cell) -> String {
    together(cell).replace(TOGETHER, " ")
}

/// The same with asides that a column keeps on one line.
fn together(cell: &Cell) -> String {
    cell.line(&piece).replace(['\n', '\t'], " ")
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) | Piece::Code(text) => text.clone(),
        Piece::Aside(text) => text.replace(' ', TOGETHER),
        Piece::Reason(reason) => short_reason(reason),
        Piece::Strong(pieces) => pieces.iter().map(self::piece).collect(),
        Piece::Verdict(verdict) | Piece::Badge(verdict) => verdict.line(),
        Piece::Extrapolated => "*".to_owned(),
        Piece::Bar(share) => bar(*share),
    }
}

/// So much of the longest bar, in eighths of a character.
fn bar(share: f64) -> String {
    let eighths = (share.clamp(0.0, 1.0) * (8 * BAR) as f64).round() as usize;
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
    format!("{}{rest}", "█".repeat(eighths / 8))
}

fn ink(verdict: &Verdict) -> Option<Ink> {
    match verdict.tone {
        Tone::Good => Some(Ink::Good),
        Tone::Part | Tone::Open => Some(Ink::Part),
        Tone::Bad => Some(Ink::Bad),
        Tone::Plain | Tone::Absent => None,
    }
}
