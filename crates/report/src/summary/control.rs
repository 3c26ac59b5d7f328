//! What does a call cost that does nothing?

use std::collections::BTreeMap;

use breakeven_estimate::median;
use breakeven_record::contender_id::{AA_CONTROL, ContenderId};
use serde::{Deserialize, Serialize};

use super::Row;

/// A control's times over all workloads whose unit is a call; where there are none, as for roots of every window of a
/// series, per unit of those that it has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ControlSummary {
    /// The control.
    pub control: ContenderId,
    /// call, window or recording.
    pub unit: String,
    /// How many workloads have a time of it.
    pub workloads: usize,
    /// The median over those workloads, in nanoseconds per unit; null where there are none.
    pub median_ns: Option<f64>,
    /// The least of the times.
    pub least_ns: Option<f64>,
    /// The greatest of the times.
    pub greatest_ns: Option<f64>,
}

impl ControlSummary {
    /// Of every control but the A/A control, by name.
    pub(super) fn all(rows: &[Row]) -> Vec<Self> {
        let mut controls: BTreeMap<&ContenderId, Vec<&Row>> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.contender.is_control() && row.contender != AA_CONTROL) {
            controls.entry(&row.contender).or_default().push(row);
        }
        controls.into_iter().map(|(control, rows)| Self::of(control, &rows)).collect()
    }

    fn of(control: &ContenderId, rows: &[&Row]) -> Self {
        let first_unit = rows.first().map_or("call", |row| row.unit.as_str());
        let unit = if rows.iter().any(|row| row.unit == "call") { "call" } else { first_unit };
        let times: Vec<f64> =
            rows.iter().filter(|row| row.unit == unit).filter_map(|row| row.ns_per_unit).collect();
        Self {
            control: control.clone(),
            unit: unit.to_owned(),
            workloads: times.len(),
            median_ns: median(&times),
            least_ns: times.iter().copied().reduce(f64::min),
            greatest_ns: times.iter().copied().reduce(f64::max),
        }
    }
}
