//! Which kernels compute?
//!
//! Those of `breakeven_simd`, each with the instruction set that `BREAKEVEN_ISA` names, or else the best.

pub(crate) use breakeven_simd::{exact, skipping, sliding, standard_deviation};
