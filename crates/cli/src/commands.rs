//! One file per command, each with one public function of the same name.

pub(crate) mod adopt;
pub(crate) mod compare;
pub(crate) mod doctor;
pub(crate) mod export;
pub(crate) mod gate;
pub(crate) mod history;
pub(crate) mod import;
pub(crate) mod library;
pub(crate) mod list;
pub(crate) mod ownership;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod steps;
pub(crate) mod verify;
pub(crate) mod worker;

use std::io::Write as _;

use comfy_table::{ContentArrangement, Table, TableStyle, presets};
use serde::Serialize;

use crate::arguments::Format;
use crate::stop::Stop;

/// Prints a result on stdout. A reader that has gone away (`| head`) is no error.
pub(crate) fn print(text: &str) -> Result<(), Stop> {
    let mut out = std::io::stdout().lock();
    let written = out
        .write_all(text.as_bytes())
        .and_then(|()| if text.ends_with('\n') { Ok(()) } else { out.write_all(b"\n") });
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Stop::ours(anyhow::Error::new(error).context("cannot write to standard output")))
        }
        _ => Ok(()),
    }
}

/// Prints on stderr what is no result. A reader that has gone away (`2>&1 | head`) is no error.
pub(crate) fn tell(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A result in one of the printed formats: as JSON, or in the tables that `tables` makes in a style.
pub(crate) fn formatted<R: Serialize>(
    result: &R,
    format: Format,
    tables: fn(&R, TableStyle) -> String,
) -> Result<String, Stop> {
    match format {
        Format::Json => serde_json::to_string_pretty(result).map_err(Stop::ours),
        Format::Markdown => Ok(tables(result, presets::ASCII_MARKDOWN)),
        Format::Text => Ok(tables(result, presets::NOTHING)),
    }
}

/// An empty table in one of the printed styles.
pub(crate) fn table(style: TableStyle, header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(style).set_content_arrangement(ContentArrangement::Disabled).set_header(header.to_vec());
    table
}
