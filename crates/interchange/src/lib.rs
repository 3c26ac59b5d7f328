//! How do results go to other benchmark tools, and how do theirs come here?
//!
//! [`export`] writes a record in the formats of other tools, [`import`] makes a record of their results. Neither invents
//! what the other side does not have: an export holds the times of right answers and their intervals over processes; an import is
//! neither verified nor paired, so it has times and no ratio.

pub mod export;
pub mod import;
