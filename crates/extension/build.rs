//! Tells the code for which Python it is compiled, and its tests and examples where libpython is.

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    pyo3_build_config::add_libpython_rpath_link_args();
    // the interpreter whose standard library and packages tests and examples run on
    let executable = pyo3_build_config::get().executable().unwrap_or_default();
    println!("cargo:rustc-env=BREAKEVEN_BUILT_FOR={executable}");
    println!("cargo:rerun-if-changed=build.rs");
}
