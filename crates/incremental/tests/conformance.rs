//! What this crate enters into the comparison keeps its contract.
