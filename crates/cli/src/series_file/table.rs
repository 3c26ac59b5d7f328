//! Which numbers are in a column of text?
//!
//! `.csv` is split at commas (at semicolons where its first line has no comma), `.tsv` at tabs, anything else
//! at white space. A first line whose cell is no number is a heading. Empty lines and lines that begin
//! with # say nothing. Text of one line is one series.

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
    let heading = first.iter().any(|cell| parsed(cell).is_none());
    let index = index(first, heading, column)?;
    let rows = if heading { &rows[1..] } else { &rows[..] };
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
fn index(first: &[String], heading: bool, column: Option<&str>) -> Result<usize, Flaw> {
    let names = if heading { format!(" ({})", first.join(", ")) } else { String::new() };
    let columns = first.len();
    let Some(column) = column else {
        if columns == 1 {
            return Ok(0);
        }
        return Err(Flaw::Shape(format!("{columns} columns{names}: choose one with --column")));
    };
    let named = first.iter().position(|name| heading && name == column);
    let counted = column.parse::<usize>().ok().filter(|number| (1..=columns).contains(number));
    named
        .or(counted.map(|number| number - 1))
        .ok_or_else(|| Flaw::Shape(format!("no --column {column} among {columns} columns{names}")))
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
