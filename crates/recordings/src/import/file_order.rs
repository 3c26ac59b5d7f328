//! In which order do files follow one another?
//!
//! In that of their times, where these do not overlap; else, and where they have none, as they were given.

use std::ops::ControlFlow;
use std::path::PathBuf;

use super::options::ImportOptions;
use super::source::Source;
use crate::error::ImportError;

/// Rows between two calls that ask whether to stop.
const ROWS_BETWEEN_CALLS: u64 = 8192;

/// The files in their order, and whether that is another one than given.
pub(super) fn in_order_of_time(
    paths: &[PathBuf],
    options: &ImportOptions,
    go_on: &dyn Fn(u64) -> ControlFlow<()>,
) -> Result<(Vec<PathBuf>, bool), ImportError> {
    let as_given = || Ok((paths.to_vec(), false));
    if paths.len() < 2 {
        return as_given();
    }
    let mut starts = Vec::new();
    for path in paths {
        let mut source = Source::open(path, options)?;
        let first = if source.times().is_some() { source.next()? } else { None };
        let Some(first) = first else { return as_given() };
        starts.push(first.time_ns);
    }
    if starts.is_sorted() {
        return as_given();
    }
    let mut spans = Vec::new();
    for path in paths {
        let mut source = Source::open(path, options)?;
        let (mut first, mut last, mut rows) = (i64::MAX, i64::MIN, 0u64);
        while let Some(row) = source.next()? {
            (first, last, rows) = (first.min(row.time_ns), last.max(row.time_ns), rows + 1);
            if rows.is_multiple_of(ROWS_BETWEEN_CALLS) && go_on(rows).is_break() {
                return Err(ImportError::Stopped);
            }
        }
        spans.push((first, last, path));
    }
    spans.sort();
    if spans.windows(2).any(|two| two[1].0 < two[0].1) {
        return as_given();
    }
    Ok((spans.into_iter().map(|(.., path)| path.clone()).collect(), true))
}
