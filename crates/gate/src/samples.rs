//! What has been measured of a gate, so far?
//!
//! One file per gate, schema `breakeven.gate-samples/1`, replaced as a whole after each triple of processes: an interrupted
//! gate goes on with it, and every figure can be derived from it again.

use std::path::Path;

use breakeven_record::{WorkloadRecord, replace_file};
use serde::{Deserialize, Serialize};

use crate::error::GateError;

/// The schema of the file.
pub const SCHEMA: &str = "breakeven.gate-samples/1";

/// All samples of a gate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Samples {
    /// [`SCHEMA`].
    pub schema: String,
    /// The stage that screens all rows.
    pub screening: Stage,
    /// The stage that decides on the suspected rows; empty until the screening is complete.
    pub decision: Stage,
    /// The stage with second builds of base and head, for rows that moved with the same instructions.
    #[serde(default)]
    pub confirmation: Stage,
}

/// The samples of one stage.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Stage {
    /// Triples of processes that have been measured.
    pub triples: usize,
    /// One entry per workload.
    pub workloads: Vec<Sides<WorkloadRecord>>,
}

/// Something of each of the three workers of a triple.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Sides<Of> {
    /// The base.
    pub base: Of,
    /// The base again: the A/A control.
    pub again: Of,
    /// The head.
    pub head: Of,
}

impl<Of> Sides<Of> {
    /// The three of them, in the order of [`Sides::from`].
    pub fn each_mut(&mut self) -> [&mut Of; 3] {
        [&mut self.base, &mut self.again, &mut self.head]
    }

    /// Makes something of each.
    pub fn map<To>(&self, make: impl Fn(&Of) -> To) -> Sides<To> {
        Sides { base: make(&self.base), again: make(&self.again), head: make(&self.head) }
    }
}

impl<Of> From<[Of; 3]> for Sides<Of> {
    fn from([base, again, head]: [Of; 3]) -> Self {
        Self { base, again, head }
    }
}

impl Default for Samples {
    fn default() -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            screening: Stage::default(),
            decision: Stage::default(),
            confirmation: Stage::default(),
        }
    }
}

impl Samples {
    /// What an interrupted gate has left in this file; nothing where there is no such file, or one of another form.
    #[must_use]
    pub fn read(path: &Path) -> Self {
        let known = std::fs::read(path).ok().and_then(|text| serde_json::from_slice::<Self>(&text).ok());
        known.filter(|known| known.schema == SCHEMA).unwrap_or_default()
    }

    /// Writes the file in one step.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), GateError> {
        let text = serde_json::to_vec(self).map_err(|error| GateError::io(path)(error.into()))?;
        replace_file(path, &text).map_err(GateError::io(path))
    }
}
