//! `breakeven import`: what another tool measured, as a record with a page.

use std::collections::BTreeMap;

use breakeven_interchange::import::import as read;
use breakeven_measure::environment::machine_facts;
use breakeven_report::summary::Summary;

use crate::arguments::ImportResultsArguments;
use crate::commands::print;
use crate::commands::report::write_page;
use crate::record_folder::RecordFolder;
use crate::stop::{CommandResult, Stop};

/// Reads the results, and writes the record and its page.
pub(crate) fn import(arguments: &ImportResultsArguments) -> CommandResult {
    let here = if arguments.here { machine_facts() } else { BTreeMap::new() };
    let record = read(&arguments.paths, arguments.label.as_deref(), &here).map_err(Stop::usage)?;
    let folder = RecordFolder::new(&arguments.output, &record.label)?;
    let path = folder.record();
    record.write(path).map_err(Stop::ours)?;
    let page = write_page(&Summary::of(&record, &path.display().to_string()), path)?;
    let benchmarks: usize = record.workloads.iter().map(|workload| workload.contenders.len()).sum();
    print(&format!("{benchmarks} benchmarks\nrecord: {}\nreport: {}", path.display(), page.display()))
}
