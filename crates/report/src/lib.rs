//! What does a record say to a reader?
//!
//! Everything here is a pure function of a [`Record`](breakeven_record::Record): nothing is
//! measured, read or written. [`summary`] is the machine's view, as JSON; [`claims`] judges the six
//! figures of the talk; [`page`](page::page) is the self-contained HTML report; [`terminal`] and
//! [`markdown`] say the same in text, [`csv`] in raw numbers. [`comparison`] shows two records side by side,
//! [`history`] all of a folder.
//!
//! ```
//! use breakeven_report::summary::Summary;
//! # fn show(record: &breakeven_record::Record) -> Result<(), serde_json::Error> {
//! let summary = Summary::of(record, "bench-results/today/record.json");
//! let json = serde_json::to_string_pretty(&summary)?;
//! let html = breakeven_report::page::page(&summary);
//! # Ok(()) }
//! ```

pub mod agreement;
pub mod anatomy;
pub mod change;
mod chart;
pub mod claims;
pub mod comparison;
mod contents;
pub mod csv;
pub mod document;
mod escape;
pub mod history;
pub mod interpreters;
pub mod ladder;
mod look;
pub mod markdown;
pub mod numeral;
mod ownership;
pub mod page;
pub mod summary;
pub mod table;
pub mod terminal;
pub mod walk;
mod wording;
