//! The import rule a second time, as plainly as it can be written: whole files in memory, no blocks, no files.

use breakeven_problem::signal::MISSING;

/// A table of text: its columns (from 0), units and times as the options of a test give them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table<'a> {
    /// Columns of ax ay az [gx gy gz].
    pub(crate) columns: &'a [usize],
    /// LSB of one unit: multiplier, then divisor, per channel.
    pub(crate) scales: &'a [[f64; 2]],
    /// Column of times and nanoseconds per unit.
    pub(crate) time: Option<(usize, f64)>,
    /// The longest gap in seconds.
    pub(crate) longest_gap_s: f64,
}

/// The samples of a text, channel by channel, or `None` where it must be refused.
pub(crate) fn text(bytes: &[u8], table: Table<'_>) -> Option<Vec<Vec<i16>>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: Vec<&str> = text
        .split('\n')
        .map(|line| line.trim_end_matches('\r'))
        .filter(|line| !line.trim().is_empty() || line.contains('\t'))
        .collect();
    let first = lines.first()?;
    let delimiter = if first.contains('\t') {
        '\t'
    } else if first.contains(';') {
        ';'
    } else {
        ','
    };
    let rows: Vec<Vec<&str>> =
        lines.iter().map(|line| line.split(delimiter).map(unquoted).collect()).collect();
    let is_number = |cell: &&str| cell.parse::<f64>().is_ok() && !cell.eq_ignore_ascii_case("nan");
    let is_word = |cell: &&str| cell.chars().any(char::is_alphabetic) && cell.to_lowercase() != "nan";
    let is_header = rows[0].iter().any(is_word) && !rows[0].iter().any(is_number);
    let mut cells = Vec::new();
    let mut times = Vec::new();
    for row in &rows[usize::from(is_header)..] {
        if row.len() != rows[0].len() {
            return None;
        }
        let mut values = Vec::new();
        for (&column, &[multiplier, divisor]) in table.columns.iter().zip(table.scales) {
            values.push(value(row.get(column)?)? / divisor * multiplier);
        }
        cells.push(values);
        if let Some((column, unit_ns)) = table.time {
            times.push(time_ns(row.get(column)?, unit_ns)?);
        }
    }
    let widest = table.columns.iter().chain(table.time.as_ref().map(|(column, _)| column)).max()?;
    if cells.is_empty() || *widest >= rows[0].len() {
        return None;
    }
    match table.time {
        None => Some(transpose(&cells, table.columns.len())),
        Some(_) => resample(times.into_iter().zip(cells).collect(), table.columns.len(), table.longest_gap_s),
    }
}

/// The import rule for rows with times.
pub(crate) fn resample(
    mut rows: Vec<(i64, Vec<f64>)>,
    channels: usize,
    longest_gap_s: f64,
) -> Option<Vec<Vec<i16>>> {
    rows.sort_by_key(|&(time, _)| time);
    rows.dedup_by_key(|&mut (time, _)| time);
    let seconds = |to: i64, from: i64| (i128::from(to) - i128::from(from)) as f64 / 1e9;
    if rows.windows(2).any(|two| seconds(two[1].0, two[0].0) > longest_gap_s) {
        return None;
    }
    let first = rows[0].0;
    let last_s = seconds(rows[rows.len() - 1].0, first);
    let end = (100.0 * last_s).floor() as usize;
    let channel = |channel: usize| {
        let knots: Vec<(f64, f64)> = rows
            .iter()
            .map(|(time, cells)| (seconds(*time, first), cells[channel]))
            .filter(|(_, value)| !value.is_nan())
            .collect();
        (0..=end).map(|row| sample(at(&knots, row as f64 / 100.0, last_s))).collect()
    };
    Some((0..channels).map(channel).collect())
}

/// The value at a time: on the line between two knots, NaN outside of them.
fn at(knots: &[(f64, f64)], time: f64, last_s: f64) -> f64 {
    let after = knots.partition_point(|knot| knot.0 <= time);
    match (after.checked_sub(1).map(|before| knots[before]), knots.get(after)) {
        (Some(from), Some(to)) => from.1 + (to.1 - from.1) * ((time - from.0) / (to.0 - from.0)),
        (Some(from), None) if from.0 == time || from.0 == last_s => from.1,
        (Some(_), None) | (None, _) => f64::NAN,
    }
}

/// The samples of a NumPy array in g and degrees per second, or of int16 in LSB; `None` where it must be refused.
///
/// An array of one dimension has three channels.
pub(crate) fn array(bytes: &[u8]) -> Option<Vec<Vec<i16>>> {
    if bytes.len() < 10 || &bytes[..6] != b"\x93NUMPY" || !(1..=3).contains(&bytes[6]) {
        return None;
    }
    let start = if bytes[6] == 1 { 10 } else { 12 };
    let length =
        bytes.get(8..start)?.iter().rev().fold(0usize, |length, &byte| length << 8 | usize::from(byte));
    let header = std::str::from_utf8(bytes.get(start..start.checked_add(length)?)?).ok()?;
    let data = &bytes[start + length..];
    let (descr, fortran, shape) = dictionary(header)?;
    let size = match descr.get(1..)? {
        "i2" => 2,
        "f4" => 4,
        "f8" => 8,
        _ => return None,
    };
    let big = match &descr[..1] {
        "<" => false,
        ">" => true,
        _ => return None,
    };
    let (rows, columns, fortran) = match shape[..] {
        [values] if values % 3 == 0 => (values / 3, 3, false),
        [rows, columns] => (rows, columns, fortran),
        _ => return None,
    };
    let values = rows.checked_mul(columns)?;
    if values.checked_mul(size)? != data.len() || rows == 0 || (columns != 3 && columns != 6) {
        return None;
    }
    let mut elements = Vec::new();
    for place in 0..values {
        let mut element = data[place * size..(place + 1) * size].to_vec();
        if big {
            element.reverse();
        }
        elements.push(match size {
            2 => f64::from(i16::from_le_bytes([element[0], element[1]])),
            4 => f64::from(f32::from_le_bytes(element.try_into().ok()?)),
            _ => f64::from_le_bytes(element.try_into().ok()?),
        });
    }
    let mut channels = vec![Vec::new(); columns];
    for row in 0..rows {
        for (channel, samples) in channels.iter_mut().enumerate() {
            let value = elements[if fortran { channel * rows + row } else { row * columns + channel }];
            samples.push(match size {
                2 => value as i16,
                _ if value.abs() > 1e9 => return None,
                _ => sample(value * if channel < 3 { 2048.0 } else { 16.384 }),
            });
        }
    }
    Some(channels)
}

/// A header's type, order and shape: every token of a Python dictionary with these three keys and no others.
fn dictionary(header: &str) -> Option<(String, bool, Vec<usize>)> {
    let inner = header.trim().strip_prefix('{')?.strip_suffix('}')?.trim();
    let (mut descr, mut fortran, mut shape) = (Vec::new(), Vec::new(), Vec::new());
    let mut entries: Vec<String> = vec![String::new()];
    let (mut quote, mut depth) = (None, 0);
    for char in inner.chars() {
        match quote {
            Some(open) if open == char => quote = None,
            Some(_) => {}
            None if char == '\'' || char == '"' => quote = Some(char),
            None if char == '(' && depth == 0 => depth = 1,
            None if char == ')' && depth == 1 => depth = 0,
            None => {}
        }
        if char == ',' && quote.is_none() && depth == 0 {
            entries.push(String::new());
        } else {
            entries.last_mut()?.push(char);
        }
    }
    if entries.last()?.trim().is_empty() {
        entries.pop();
    }
    let text = |word: &str| -> Option<String> {
        let quote = word.chars().next().filter(|char| *char == '\'' || *char == '"')?;
        let inside = word[1..].strip_suffix(quote)?;
        (!inside.contains(quote)).then(|| inside.to_owned())
    };
    for entry in entries {
        let (key, value) = entry.split_once(':')?;
        let value = value.trim();
        match text(key.trim())?.as_str() {
            "descr" => descr.push(text(value)?),
            "fortran_order" => fortran.push(match value {
                "True" => true,
                "False" => false,
                _ => return None,
            }),
            "shape" => {
                let inside = value.strip_prefix('(')?.strip_suffix(')')?.trim();
                let sizes = inside
                    .strip_suffix(',')
                    .unwrap_or(inside)
                    .split(',')
                    .map(|size| size.trim().parse().ok());
                shape.push(if inside.is_empty() {
                    Vec::new()
                } else {
                    sizes.collect::<Option<Vec<usize>>>()?
                });
            }
            _ => return None,
        }
    }
    match (&descr[..], &fortran[..], &shape[..]) {
        ([descr], [fortran], [shape]) => Some((descr.clone(), *fortran, shape.clone())),
        _ => None,
    }
}

/// Rounded half to even and clipped; missing where NaN.
pub(crate) fn sample(value: f64) -> i16 {
    if value.is_nan() { MISSING } else { value.round_ties_even().clamp(-32767.0, 32767.0) as i16 }
}

fn transpose(rows: &[Vec<f64>], channels: usize) -> Vec<Vec<i16>> {
    (0..channels).map(|channel| rows.iter().map(|row| sample(row[channel])).collect()).collect()
}

fn unquoted(cell: &str) -> &str {
    let cell = cell.trim();
    if cell.len() >= 2 && cell.starts_with('"') && cell.ends_with('"') {
        cell[1..cell.len() - 1].trim()
    } else {
        cell
    }
}

fn value(cell: &str) -> Option<f64> {
    if ["", "nan", "na", "n/a", "null"].contains(&cell.to_lowercase().as_str()) {
        return Some(f64::NAN);
    }
    cell.parse::<f64>().ok().filter(|value| value.is_nan() || value.abs() <= 1e9)
}

fn time_ns(cell: &str, unit_ns: f64) -> Option<i64> {
    let plain = !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let ns = match cell.parse::<i64>() {
        Ok(whole) if plain => i128::from(whole) * unit_ns as i128,
        _ => (cell.parse::<f64>().ok().filter(|time| time.is_finite())? * unit_ns).round_ties_even() as i128,
    };
    i64::try_from(ns).ok().filter(|ns| ns.unsigned_abs() < 9_000_000_000_000_000_000)
}
