//! Which kernels compute?
//!
//! Those of `breakeven_simd`, each with the instruction set that `BREAKEVEN_ISA` names, or else the best.

pub(crate) use breakeven_simd::{exact, sliding, standard_deviation};

/// A kernel for windows: values, window, ddof, and a place for each full window.
pub(crate) type Sliding = fn(&[f64], usize, usize, &mut [f64]);
