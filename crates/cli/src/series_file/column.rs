//! Which numbers are in one column of an array or of a text?
//!
//! Of a text, `.csv` is split at semicolons (at commas where its first line has no semicolon), `.tsv` at tabs, anything else
//! at white space. A first line of a table whose cell in the chosen column is a name is a heading, whatever stands beside
//! it: rows may begin with dates. Empty lines and comments are passed over. Text of one line is one series.

use std::io::Cursor;

use breakeven_recordings::DecimalSign;
use breakeven_recordings::npy::NpyArray;
use breakeven_recordings::text_table::{Dialect, TextRow, TextTable, is_name};

use super::Problem;

/// The minus of typeset text, U+2212.
const MINUS_SIGN: char = '\u{2212}';

/// Rows of an array read at once.
const BLOCK_ROWS: usize = 4096;

/// The numbers of an array of one dimension, or of a column of one of two.
pub(super) fn of_array(bytes: &[u8], column: Option<&str>) -> Result<Vec<f64>, Problem> {
    let mut array = NpyArray::open(Cursor::new(bytes)).map_err(|error| Problem::Shape(error.to_string()))?;
    let (rows, columns) = match *array.shape() {
        [rows] => (rows, 1),
        [rows, columns] => (rows, columns),
        ref shape => {
            return Err(Problem::Shape(format!("an array of {} dimensions, not of one", shape.len())));
        }
    };
    let available = || format!("{rows} rows and columns 1 to {columns}");
    let index = match column {
        None if columns == 1 => 0,
        None => return Err(Problem::Several(available())),
        Some(column) => index_of(column, columns).ok_or_else(|| Problem::NoColumn(available()))?,
    };
    let mut numbers = Vec::with_capacity(rows);
    for start in (0..rows).step_by(BLOCK_ROWS) {
        let block = start..rows.min(start + BLOCK_ROWS);
        numbers
            .extend(array.column(index, columns, block).map_err(|error| Problem::Shape(error.to_string()))?);
    }
    Ok(numbers)
}

/// The numbers of the only column of a text, or of the one that `column` names or counts from 1.
pub(super) fn of_text(bytes: &[u8], extension: &str, column: Option<&str>) -> Result<Vec<f64>, Problem> {
    let dialect = match extension {
        "csv" => Dialect::Separated(&[';', ',']),
        "tsv" => Dialect::Separated(&['\t']),
        _ => Dialect::WhiteSpace,
    };
    let mut table = TextTable::new(bytes, dialect, u64::MAX);
    let Some(first) = next_row(&mut table)? else { return Ok(Vec::new()) };
    let mut sign = match dialect {
        Dialect::WhiteSpace => DecimalSign::Point,
        Dialect::Separated(_) => DecimalSign::beside(table.separator()),
    };
    let mut next = next_row(&mut table)?;
    if next.is_none() && column.is_none() && first.cells.len() > 1 {
        let numbers: Result<Vec<f64>, Problem> =
            (0..first.cells.len()).map(|index| number(&first, index, &mut sign)).collect();
        return settled(sign, numbers?);
    }
    let (index, has_heading) = find(&first, column, dialect)?;
    let mut numbers = Vec::new();
    if !has_heading {
        numbers.push(number(&first, index, &mut sign)?);
    } else if next.is_none() {
        return Err(Problem::Line(first.line, format!("{:?} is no number", first.cells[index].trim())));
    }
    while let Some(row) = next {
        numbers.push(number(&row, index, &mut sign)?);
        next = next_row(&mut table)?;
    }
    settled(sign, numbers)
}

/// The numbers, if it is known where their decimals begin.
fn settled(sign: DecimalSign, numbers: Vec<f64>) -> Result<Vec<f64>, Problem> {
    sign.settled()
        .map(|()| numbers)
        .map_err(|_| Problem::Shape("do commas stand before decimals or thousands? write points".to_owned()))
}

/// The next row with a cell that is not empty.
fn next_row(table: &mut TextTable<&[u8]>) -> Result<Option<TextRow<'static>>, Problem> {
    loop {
        let row = table.next_row().map_err(|error| match error {
            breakeven_recordings::Problem::NotText(line) => {
                Problem::Line(line, "it is neither a NumPy array nor text in UTF-8".to_owned())
            }
            error => Problem::Shape(error.to_string()),
        })?;
        match row {
            Some(row) if row.cells.iter().all(|cell| cell.trim().is_empty()) => {}
            row => return Ok(row.map(TextRow::into_owned)),
        }
    }
}

/// Which column is meant, from 0, and whether the first row is a heading.
fn find(first: &TextRow<'_>, column: Option<&str>, dialect: Dialect) -> Result<(usize, bool), Problem> {
    let cells: Vec<&str> = first.cells.iter().map(|cell| cell.trim()).collect();
    let has_names = cells.iter().any(|cell| cell.parse::<f64>().is_err());
    let names = if has_names { format!(" ({})", cells.join(", ")) } else { String::new() };
    let available = format!("{} columns{names}", cells.len());
    let index = match column {
        None if cells.len() == 1 => 0,
        None => return Err(Problem::Several(available)),
        Some(column) => match index_of(column, cells.len()) {
            Some(index) => index,
            None => {
                let named = cells.iter().position(|&name| has_names && name == column);
                return named.map(|index| (index, true)).ok_or(Problem::NoColumn(available));
            }
        },
    };
    // the name of an index is often left empty; an empty cell beside numbers is a value that is missing
    let is_unnamed = cells[index].is_empty() && cells.iter().all(|cell| cell.parse::<f64>().is_err());
    Ok((index, dialect != Dialect::WhiteSpace && (is_unnamed || is_heading(cells[index]))))
}

/// Whether a cell that was not asked for by its name is one: what begins as a number does is a number with a fault in it.
fn is_heading(cell: &str) -> bool {
    let begins_as_number =
        |char: char| char.is_numeric() || matches!(char, '+' | '-' | '.' | ',' | MINUS_SIGN);
    is_name(cell) && !cell.starts_with(begins_as_number)
}

/// The index of the column that `column` counts from 1.
fn index_of(column: &str, columns: usize) -> Option<usize> {
    column.parse().ok().filter(|number| (1..=columns).contains(number)).map(|number: usize| number - 1)
}

fn number(row: &TextRow<'_>, index: usize, sign: &mut DecimalSign) -> Result<f64, Problem> {
    let refuse = |problem: String| Problem::Line(row.line, problem);
    let columns = row.cells.len();
    let cell = row.cells.get(index).map(|cell| cell.trim());
    let cell = cell.ok_or_else(|| refuse(format!("{columns} columns, none of them number {}", index + 1)))?;
    sign.with_point(cell).and_then(|cell| cell.parse().ok()).ok_or_else(|| {
        refuse(match cell {
            "" => "an empty cell: write nan where a value is missing".to_owned(),
            _ => {
                format!("{:?} is no number{}", cell.chars().take(40).collect::<String>(), what_to_write(cell))
            }
        })
    })
}

/// What would make a number of a cell, where that is known.
fn what_to_write(cell: &str) -> &'static str {
    let is_number = |cell: &str| cell.parse::<f64>().is_ok();
    if cell.contains(MINUS_SIGN) {
        ": its minus is the sign U+2212, write the hyphen of a keyboard"
    } else if cell.matches(',').count() == 1 && is_number(&cell.replace(',', ".")) {
        ": its decimals stand after a comma, write a point"
    } else {
        ""
    }
}
