//! Which numbers are in a column of text?
//!
//! `.csv` is split at commas (at semicolons where its first line has no comma), `.tsv` at tabs, anything else
//! at white space. A first line whose cell in the chosen column is no number is a heading, whatever stands beside
//! it: rows may begin with dates. Empty lines and lines that begin with # say nothing. Text of one line is one series.

use super::Flaw;

/// The numbers of the only column, or of the one that is named.
pub(super) fn read(text: &str, extension: &str, column: Option<&str>) -> Result<Vec<f64>, Flaw> {
    let rows = rows(text, extension)?;
    let Some((_, first)) = rows.first() else { return Ok(Vec::new()) };
    if let ([(line, cells)], None) = (&rows[..], column)
        && cells.len() > 1
    {
        return cells.iter().map(|cell| number(*line, cell)).collect();
    }
    let chosen = chosen(first, column)?;
    let index = chosen.index();
    let rows = if chosen.is_under_a_heading(first) { &rows[1..] } else { &rows[..] };
    if rows.is_empty() {
        return Err(Flaw::Line(1, format!("{:?} is no number", first[index])));
    }
    rows.iter()
        .map(|(line, cells)| match cells.get(index) {
            Some(cell) => number(*line, cell),
            None => {
                Err(Flaw::Line(*line, format!("{} columns, none of them number {}", cells.len(), index + 1)))
            }
        })
        .collect()
}

/// Lines with their numbers, cut into cells.
fn rows(text: &str, extension: &str) -> Result<Vec<(u64, Vec<String>)>, Flaw> {
    let said = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let first = text.lines().find(|line| said(line)).unwrap_or_default();
    let separator = match extension {
        "csv" if !first.contains(',') && first.contains(';') => b';',
        "csv" => b',',
        "tsv" => b'\t',
        _ => {
            let lines = text.lines().zip(1..).filter(|(line, _)| said(line));
            let cells = |line: &str| line.split_whitespace().map(str::to_owned).collect();
            return Ok(lines.map(|(line, number)| (number, cells(line))).collect());
        }
    };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| Flaw::Shape(error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        if record.iter().any(|cell| !cell.is_empty()) {
            rows.push((line, record.iter().map(str::to_owned).collect()));
        }
    }
    Ok(rows)
}

/// Which cell of each row is meant.
enum Chosen {
    /// By its place, or since it is the only one.
    Counted(usize),
    /// By what the first row calls it.
    Named(usize),
}

impl Chosen {
    fn index(&self) -> usize {
        match *self {
            Chosen::Counted(index) | Chosen::Named(index) => index,
        }
    }

    /// Whether the first row holds no number of this column. A cell that is empty beside numbers is a value that is
    /// missing, and no name.
    fn is_under_a_heading(&self, first: &[String]) -> bool {
        match *self {
            Chosen::Named(_) => true,
            Chosen::Counted(index) => {
                let missing = first[index].is_empty() && first.iter().any(|cell| parsed(cell).is_some());
                parsed(&first[index]).is_none() && !missing
            }
        }
    }
}

fn chosen(first: &[String], column: Option<&str>) -> Result<Chosen, Flaw> {
    let words = first.iter().any(|cell| parsed(cell).is_none());
    let names = if words { format!(" ({})", first.join(", ")) } else { String::new() };
    let columns = format!("{} columns{names}", first.len());
    let Some(column) = column else {
        return if first.len() == 1 { Ok(Chosen::Counted(0)) } else { Err(Flaw::Several(columns)) };
    };
    if let Some(number) = column.parse::<usize>().ok().filter(|number| (1..=first.len()).contains(number)) {
        return Ok(Chosen::Counted(number - 1));
    }
    let named = first.iter().position(|name| words && name == column);
    named.map(Chosen::Named).ok_or(Flaw::NoColumn(columns))
}

fn number(line: u64, cell: &str) -> Result<f64, Flaw> {
    parsed(cell).ok_or_else(|| {
        Flaw::Line(
            line,
            match cell {
                "" => "an empty cell: write nan where a value is missing".to_owned(),
                _ => format!("{:?} is no number", cell.chars().take(40).collect::<String>()),
            },
        )
    })
}

fn parsed(cell: &str) -> Option<f64> {
    cell.parse().ok()
}
