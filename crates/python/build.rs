//! Which Python is this built for? Bakes in its path and its version, so that a program which finds another
//! one when it starts can say so instead of measuring it.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    #[cfg(feature = "embedded")]
    tell_interpreter();
}

#[cfg(feature = "embedded")]
const ASK: &str = "
import sys, sysconfig
print(' '.join(sys.version.split()))
print(sysconfig.get_config_var('LIBDIR') or '')
try:
    maps = open('/proc/self/maps').read()
    print('shared' if 'libpython' in maps else 'static')
except OSError:
    print('unknown')
";

#[cfg(feature = "embedded")]
fn tell_interpreter() {
    use std::path::Path;
    use std::process::Command;

    pyo3_build_config::use_pyo3_cfgs();
    pyo3_build_config::add_libpython_rpath_link_args();

    let config = pyo3_build_config::get();
    let Some(executable) = config.executable() else {
        panic!("PyO3's configuration names no interpreter: unset PYO3_CONFIG_FILE and run scripts/prepare");
    };
    let output = Command::new(executable).args(["-I", "-c", ASK]).output();
    let output = output.unwrap_or_else(|error| panic!("{executable}: {error}: run scripts/prepare"));
    assert!(output.status.success(), "{executable} does not run: run scripts/prepare");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut lines = text.lines();
    let mut line = || lines.next().unwrap_or_default();
    let (version, libraries, linking) = (line(), line(), line());

    // PyO3 asks once and does not look again when the environment at the same path is remade.
    let known = config.lib_dir().unwrap_or(libraries);
    assert!(
        version.starts_with(&format!("{}.", config.version())) && known == libraries,
        "{executable} is another Python than the last build's: run cargo clean -p pyo3-build-config -p pyo3-ffi",
    );

    println!("cargo:rustc-env=BREAKEVEN_BUILT_FOR={executable}");
    println!("cargo:rustc-env=BREAKEVEN_PYTHON_VERSION={version}");
    println!("cargo:rustc-env=BREAKEVEN_PYTHON_LINKING={linking}");
    println!("cargo:rerun-if-changed={executable}");
    let environment = Path::new(executable).parent().and_then(Path::parent);
    if let Some(file) = environment.map(|folder| folder.join("pyvenv.cfg")).filter(|file| file.exists()) {
        println!("cargo:rerun-if-changed={}", file.display());
    }
}
