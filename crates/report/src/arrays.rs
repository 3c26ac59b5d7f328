//! Which workloads do a record's break-evens rest on?

use breakeven_record::{Record, WorkloadRecord};

use crate::claims::NAIVE;

/// The workloads of the talk's first plot, ascending in size.
pub(crate) fn uniform_arrays(record: &Record) -> Vec<&WorkloadRecord> {
    ascending(record, |workload| workload.input.name == "uniform" && workload.ddof == 0)
}

/// What a record's break-evens rest on.
pub(crate) struct Arrays<'a> {
    /// Arrays of one kind, ascending in size.
    pub(crate) workloads: Vec<&'a WorkloadRecord>,
    /// Who is to be beaten.
    pub(crate) base: &'a str,
}

impl<'a> Arrays<'a> {
    /// Those of the talk's first plot, against plain Python.
    pub(crate) fn of_the_talk(record: &'a Record) -> Self {
        Self { workloads: uniform_arrays(record), base: NAIVE }
    }

    /// Those of a user's comparison, which are all of one kind, against its baseline.
    pub(crate) fn of_users(record: &'a Record) -> Self {
        let workloads = ascending(record, |_| true);
        let base = workloads.first().map_or(NAIVE, |workload| workload.baseline.as_str());
        Self { workloads, base }
    }
}

fn ascending(record: &Record, is_wanted: fn(&WorkloadRecord) -> bool) -> Vec<&WorkloadRecord> {
    let arrays = record.workloads.iter().filter(|workload| workload.task == "whole");
    let mut found: Vec<&WorkloadRecord> = arrays.filter(|workload| is_wanted(workload)).collect();
    found.sort_by_key(|workload| workload.length);
    found.dedup_by_key(|workload| workload.length);
    found
}
