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

/// A line that is not blank, without the # of a comment, cut at its own separator.
struct Content<'a> {
    line: usize,
    text: &'a str,
    is_comment: bool,
    separator: Option<char>,
    cells: Vec<String>,
}

/// The samples of a text, channel by channel, or `None` where it must be refused. Columns are given by number.
pub(crate) fn text(bytes: &[u8], table: Table<'_>) -> Option<Vec<Vec<i16>>> {
    let text = decoded(bytes)?;
    let before_last = &text.as_bytes()[..text.len().saturating_sub(1)];
    let returns_alone = !text.contains('\n') && before_last.contains(&b'\r');
    let lines: Vec<&str> = text
        .split(if returns_alone { '\r' } else { '\n' })
        .map(|line| line.trim_end_matches(['\r', '\n']))
        .collect();
    let (first, separator, width) = start(&lines, table)?;
    let (mut cells, mut times) = (Vec::new(), Vec::new());
    for line in &lines[first..] {
        if is_blank(line) || line.trim_start().starts_with('#') {
            continue;
        }
        let row = split(line, separator)?;
        if row.len() != width {
            return None;
        }
        cells.push(table.columns.iter().map(|&column| unquoted(&row[column]).to_owned()).collect::<Vec<_>>());
        times.extend(table.time.map(|(column, _)| unquoted(&row[column]).to_owned()));
    }
    let commas_are_decimal = decimal_commas(cells.iter().flatten().chain(&times), separator)?;
    let plain = |cell: &String| if commas_are_decimal { cell.replace(',', ".") } else { cell.clone() };
    let mut rows = Vec::new();
    for row in &cells {
        let values = row
            .iter()
            .zip(table.scales)
            .map(|(cell, [multiplier, divisor])| Some(value(&plain(cell))? / divisor * multiplier));
        rows.push(values.collect::<Option<Vec<f64>>>()?);
    }
    if rows.is_empty() {
        return None;
    }
    match table.time {
        None => Some(transpose(&rows, table.columns.len())),
        Some((_, unit_ns)) => {
            let times =
                times.iter().map(|cell| time_ns(&plain(cell), unit_ns)).collect::<Option<Vec<i64>>>()?;
            resample(times.into_iter().zip(rows).collect(), table.columns.len(), table.longest_gap_s)
        }
    }
}

fn decoded(bytes: &[u8]) -> Option<String> {
    let units = |from: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|two| from([two[0], two[1]])).collect();
        if bytes.len() % 2 == 1 { None } else { String::from_utf16(&units).ok() }
    };
    let text = match bytes {
        [0xff, 0xfe, ..] => units(u16::from_le_bytes)?,
        [0xfe, 0xff, ..] => units(u16::from_be_bytes)?,
        _ => {
            let text = std::str::from_utf8(bytes).ok()?;
            text.strip_prefix('\u{feff}').unwrap_or(text).to_owned()
        }
    };
    Some(text).filter(|text| !text.contains('\u{fffd}'))
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty() && !line.contains('\t')
}

/// The line of the first row, the separator, and the number of cells.
fn start(lines: &[&str], table: Table<'_>) -> Option<(usize, Option<char>, usize)> {
    let mut contents = Vec::new();
    for (line, text) in lines.iter().enumerate().filter(|(_, text)| !is_blank(text)) {
        let is_comment = text.trim_start().starts_with('#');
        let text = if is_comment { text.trim_start().trim_start_matches('#').trim() } else { text };
        let outside: String = text.split('"').step_by(2).collect();
        let separator = ['\t', ';', ','].into_iter().find(|&separator| outside.contains(separator));
        if let Some(cells) = split(text, separator).filter(|_| !is_blank(text)) {
            let cells = cells.iter().map(|cell| unquoted(cell).to_owned()).collect();
            contents.push(Content { line, text, is_comment, separator, cells });
        }
    }
    let reads = |width: usize| {
        table
            .columns
            .iter()
            .chain(table.time.as_ref().map(|(column, _)| column))
            .all(|&column| column < width)
    };
    let mut kept: Option<Option<(usize, Option<char>, usize)>> = None;
    for (place, content) in contents.iter().enumerate() {
        let cells = &content.cells;
        if cells.iter().any(|cell| is_word(cell)) && !cells.iter().any(|cell| is_number(cell)) {
            let row = contents[place + 1..].iter().find(|content| !content.is_comment);
            let named = cells.len() - cells.iter().rev().take_while(|cell| cell.is_empty()).count();
            let found =
                row.map_or(named, |row| split(row.text, content.separator).map_or(0, |cells| cells.len()));
            let fits = found == named || found == cells.len();
            let width = if fits { found } else { cells.len() };
            let begins = reads(width).then_some((content.line + 1, content.separator, width));
            let is_above_row = row.is_none_or(is_row);
            let is_header = match begins {
                _ if !fits => false,
                None => is_above_row && !content.is_comment,
                Some(_) => is_above_row || content.separator.is_some(),
            };
            if is_header {
                return begins;
            }
            if !content.is_comment {
                kept.get_or_insert(begins);
            }
        } else if is_row(content) {
            return if contents[..place].iter().all(|content| content.is_comment) {
                reads(cells.len()).then_some((content.line, content.separator, cells.len()))
            } else {
                kept.flatten()
            };
        }
    }
    let first = contents.first()?;
    kept.unwrap_or(reads(first.cells.len()).then_some((first.line, first.separator, first.cells.len())))
}

fn is_row(content: &Content<'_>) -> bool {
    let is_value = |cell: &&String| is_missing(cell) || cell.replacen(',', ".", 1).parse::<f64>().is_ok();
    let values = content.cells.iter().filter(is_value).count();
    !content.is_comment && values > 2 && values * 2 >= content.cells.len()
}

/// The cells of a line; `None` where quotes do not pair.
fn split(line: &str, separator: Option<char>) -> Option<Vec<String>> {
    let Some(separator) = separator else {
        return Some(line.split_whitespace().map(str::to_owned).collect());
    };
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        let (cell, after) = match rest.strip_prefix('"') {
            None => {
                let end = rest.find(separator).unwrap_or(rest.len());
                (rest[..end].to_owned(), &rest[end..])
            }
            Some(inside) => {
                let (mut cell, mut from) = (String::new(), inside);
                loop {
                    let (before, after) = from.split_once('"')?;
                    cell.push_str(before);
                    match after.strip_prefix('"') {
                        None => {
                            break (
                                cell,
                                after.trim_start_matches(|char: char| {
                                    char.is_whitespace() && char != separator
                                }),
                            );
                        }
                        Some(after) => {
                            cell.push('"');
                            from = after;
                        }
                    }
                }
            }
        };
        cells.push(cell);
        match after.strip_prefix(separator) {
            Some(after) => rest = after,
            None if after.is_empty() => return Some(cells),
            None => return None,
        }
    }
}

/// Whether commas stand before decimals; `None` where the cells do not agree.
fn decimal_commas<'a>(cells: impl Iterator<Item = &'a String>, separator: Option<char>) -> Option<bool> {
    let cells: Vec<&String> = cells.filter(|cell| !is_missing(cell)).collect();
    let with = |sign: char| -> Vec<&&String> { cells.iter().filter(|cell| cell.contains(sign)).collect() };
    let commas = with(',');
    if commas.is_empty() {
        return Some(false);
    }
    let only_grouped = commas.iter().all(|cell| {
        let digits: Vec<&str> = cell.trim_start_matches(['+', '-']).split(',').collect();
        digits.len() == 2
            && (1..4).contains(&digits[0].len())
            && !digits[0].starts_with('0')
            && digits[1].len() == 3
            && digits[1].bytes().all(|byte| byte.is_ascii_digit())
    });
    let is_single = commas.iter().all(|cell| cell.matches(',').count() == 1);
    (separator != Some(',') && is_single && !only_grouped && with('.').is_empty()).then_some(true)
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
    let gaps: f64 = rows.windows(2).map(|two| seconds(two[1].0, two[0].0)).filter(|&gap| gap > 1.0).sum();
    if gaps > 7.0 * longest_gap_s {
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
    believable((0..channels).map(channel).collect())
}

/// Long recordings have accelerations that a body can have, and no gyroscope that was off.
fn believable(mut channels: Vec<Vec<i16>>) -> Option<Vec<Vec<i16>>> {
    if channels[0].len() < 201 {
        return Some(channels);
    }
    let valid = |samples: &Vec<i16>| {
        samples.iter().copied().filter(|&sample| sample != MISSING).collect::<Vec<i16>>()
    };
    let mean_square = |samples: &Vec<i16>| {
        let valid = valid(samples);
        valid.iter().map(|&sample| f64::from(sample).powi(2)).sum::<f64>() / valid.len().max(1) as f64
    };
    if channels[..3].iter().map(mean_square).sum::<f64>().sqrt() > 4.0 * 2048.0 {
        return None;
    }
    if channels[3..].iter().all(|samples| valid(samples).windows(2).all(|two| two[0] == two[1])) {
        channels.truncate(3);
    }
    Some(channels)
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

fn is_missing(cell: &str) -> bool {
    ["", "nan", "na", "n/a", "null"].contains(&cell.to_lowercase().as_str())
}

fn is_number(cell: &str) -> bool {
    cell.parse::<f64>().is_ok() && !is_missing(cell)
}

fn is_word(cell: &str) -> bool {
    cell.chars().any(char::is_alphabetic) && !is_missing(cell) && !is_number(cell)
}

fn value(cell: &str) -> Option<f64> {
    if is_missing(cell) {
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
