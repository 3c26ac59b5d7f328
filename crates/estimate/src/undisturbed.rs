//! How long does a unit take, whatever the machine was doing meanwhile?
//!
//! A neighbour on the core doubles every time, contenders' and ruler's alike. So a time is told as the ratio to the
//! ruler, taken in the same rounds or calls, times what the ruler takes while nobody disturbs it.

use breakeven_record::WorkloadRecord;
use breakeven_record::contender_id::REFERENCE;

use super::extrapolation::to_ruler;
use super::{ProcessValue, ns_per_unit, units_per_call};

/// The share of processes, the quickest first, whose slowest counts as undisturbed.
const QUICKEST: f64 = 0.25;

/// The machine while nobody disturbs it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Undisturbed {
    /// Nanoseconds of one loop of the ruler; `None` where nothing has one.
    ruler_ns: Option<f64>,
}

impl Undisturbed {
    /// The lower quartile of the ruler over every process of every workload.
    #[must_use]
    pub fn of(workloads: &[WorkloadRecord]) -> Self {
        let rulers = workloads.iter().flat_map(|workload| ns_per_unit(workload, REFERENCE));
        let mut rulers: Vec<f64> = rulers.map(|ruler| ruler.value).filter(|&ns| ns > 0.0).collect();
        rulers.sort_by(f64::total_cmp);
        let place = (QUICKEST * rulers.len() as f64) as usize;
        Self { ruler_ns: rulers.get(place).copied() }
    }

    /// Nanoseconds per unit (call, window or recording) on the undisturbed machine, per process; extrapolated where
    /// only prefixes were timed. Where a process has no ruler beside the contender, its time is as the clock told it.
    #[must_use]
    pub fn ns_per_unit(&self, workload: &WorkloadRecord, contender: &str) -> Vec<ProcessValue> {
        let mut values = ns_per_unit(workload, contender);
        let (Some(ruler_ns), Some(record)) = (self.ruler_ns, workload.contender(contender)) else {
            return values;
        };
        let units = units_per_call(workload, record);
        for told in &mut values {
            if let Some(to_ruler) = to_ruler(workload, record, told.process) {
                told.value = to_ruler.exp() * ruler_ns / units;
            }
        }
        values
    }
}
