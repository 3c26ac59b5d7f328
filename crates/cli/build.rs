//! Bakes in what is only known while building: the commit, the compiler, and where libpython is.

use std::path::Path;
use std::process::Command;

fn main() {
    #[cfg(feature = "python")]
    pyo3_build_config::add_libpython_rpath_link_args();

    tell("BREAKEVEN_COMMIT", run("git", &["rev-parse", "--short=12", "HEAD"]));
    let changes = run("git", &["status", "--porcelain", "--untracked-files=no"]);
    tell("BREAKEVEN_DIRTY", changes.map(|changes| (!changes.is_empty()).to_string()));
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let version = run(&rustc, &["--version"]).and_then(|text| text.split(' ').nth(1).map(str::to_owned));
    tell("BREAKEVEN_RUSTC", version);

    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src");
    for name in ["HEAD", "index", "logs/HEAD"] {
        if let Some(path) = run("git", &["rev-parse", "--git-path", name])
            && Path::new(&path).exists()
        {
            println!("cargo:rerun-if-changed={path}");
        }
    }
}

/// What a program prints, or `None` where it is missing or fails: an archive has no git.
fn run(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn tell(name: &str, value: Option<String>) {
    println!("cargo:rustc-env={name}={}", value.unwrap_or_default());
}
