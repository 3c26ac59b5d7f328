//! What tests need that want a package of the environment.

use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Imports NumPy as `np`, or says that the test is skipped.
pub(crate) fn has_numpy(py: Python<'_>, names: &Bound<'_, PyDict>) -> bool {
    if let Err(error) = py.run(c"import numpy as np", Some(names), None) {
        assert!(std::env::var_os("CI").is_none(), "CI must have NumPy: {error}");
        println!("skipped: no NumPy in the environment this was built for (scripts/prepare installs it)");
        return false;
    }
    true
}

/// Imports a peer, or says that the test is skipped.
#[allow(dead_code, reason = "not every binary asks for one")]
pub(crate) fn has(py: Python<'_>, names: &Bound<'_, PyDict>, package: &str) -> bool {
    let import = std::ffi::CString::new(format!("import {package}")).expect("no name has a zero byte");
    let is_there = py.run(&import, Some(names), None).is_ok();
    if !is_there {
        println!(
            "skipped: no {package} in the environment this was built for (scripts/prepare --peers installs it)"
        );
    }
    is_there
}
