//! Bakes in which interpreter this is built for, and where its shared library is.

use std::process::Command;

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    pyo3_build_config::add_libpython_rpath_link_args();
    let executable = pyo3_build_config::get().executable().unwrap_or_default();
    println!("cargo:rustc-env=BREAKEVEN_BUILT_FOR={executable}");
    let version = Command::new(executable).args(["-c", "import sys; print(sys.version)"]).output();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    println!("cargo:rustc-env=BREAKEVEN_BUILT_FOR_VERSION={}", version.unwrap_or_default());
    println!("cargo:rerun-if-changed=build.rs");
}
