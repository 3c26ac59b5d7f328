//! On which arrays do break-evens and choices rest, and what does a list cost NumPy on each?

use breakeven_estimate::figure::Figure;
use breakeven_estimate::paired_ratio;
use breakeven_record::contender_id::ContenderId;
use breakeven_record::{Record, WorkloadRecord};
use serde::{Deserialize, Serialize};

use super::Kind;
use crate::claims::{NAIVE, NUMPY_ARRAY, NUMPY_LIST, arrays, uniform_arrays};

/// What a record's break-evens and choices rest on.
pub(super) struct Arrays<'a> {
    /// Arrays of one kind of data, ascending in size.
    pub(super) workloads: Vec<&'a WorkloadRecord>,
    /// The contender that a break-even is against.
    pub(super) base: &'a str,
}

impl<'a> Arrays<'a> {
    /// Those of the talk's first plot, against plain Python; of a user's comparison, which are all of one kind, against
    /// its baseline.
    pub(super) fn of(record: &'a Record, kind: Kind) -> Self {
        let workloads = match kind {
            Kind::Talk | Kind::Imported => uniform_arrays(record),
            Kind::Comparison => arrays(record, |_| true),
        };
        let baseline = workloads.first().filter(|_| kind == Kind::Comparison);
        Self { base: baseline.map_or(NAIVE, |workload| workload.baseline.as_str()), workloads }
    }
}

/// Arrays of one kind of data: uniform, or what a user's comparison was given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArraysSummary {
    /// The contender that a break-even is against.
    pub base: ContenderId,
    /// The sizes, ascending.
    pub sizes: Vec<ArraySize>,
}

/// One of the sizes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArraySize {
    /// The workload's id.
    pub workload: String,
    /// Values in the array.
    pub n: usize,
    /// Time of `np.std` given a list over its time given an array.
    pub list_over_array: Figure,
}

impl ArraysSummary {
    pub(super) fn of(arrays: &Arrays<'_>, comparisons: usize) -> Self {
        let sizes = arrays.workloads.iter().map(|workload| ArraySize {
            workload: workload.id.clone(),
            n: workload.length,
            list_over_array: paired_ratio(workload, NUMPY_LIST, NUMPY_ARRAY, comparisons),
        });
        Self { base: arrays.base.into(), sizes: sizes.collect() }
    }
}
