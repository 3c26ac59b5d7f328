//! How does a revision become a program?
//!
//! Cargo builds it in release mode from the one source folder and into the one target folder of the cache; the program is
//! kept under a name that is made of its tree, the compiler and the interpreter, and built once.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use breakeven_measure::process::Halt;
use sha2::{Digest as _, Sha256};

use crate::error::GateError;
use crate::revision::{Repository, Revision};
use crate::side::Name;

/// How often a build is asked whether it has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Where gates of one repository keep what they build and measure.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The cache in this folder, which is made where it is missing.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn at(folder: &Path) -> Result<Self, GateError> {
        for part in ["programs", "samples"] {
            let part = folder.join(part);
            fs::create_dir_all(&part).map_err(GateError::io(part))?;
        }
        Ok(Self { folder: folder.to_owned() })
    }

    /// The file that a gate locks.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.folder.join("lock")
    }

    /// The file with the samples of the gate with this key.
    #[must_use]
    pub fn samples(&self, key: &str) -> PathBuf {
        self.folder.join("samples").join(format!("{key}.json"))
    }
}

/// In which order the linker puts functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkOrder {
    /// As it likes.
    Ordinary,
    /// Shuffled: what depends on where code lies is different then.
    Shuffled,
}

impl LinkOrder {
    /// The arguments of Cargo that build the program so.
    fn arguments(self) -> Vec<&'static str> {
        let mut arguments = match self {
            LinkOrder::Ordinary => vec!["build"],
            LinkOrder::Shuffled => vec!["rustc"],
        };
        arguments.extend(["--release", "--locked", "--package", "breakeven-cli", "--bin", "breakeven"]);
        if self == LinkOrder::Shuffled {
            // an option of LLD, which rustc links with on this platform
            arguments.extend(["--", "-C", "link-arg=-Wl,--shuffle-sections=.text*=1"]);
        }
        arguments
    }
}

/// Builds the program of a revision, or finds it built; `tell` is told when a build begins.
///
/// # Errors
/// It does not build, or is halted.
pub fn build(
    cache: &Cache,
    repository: &Repository,
    (side, revision, order): (Name, &Revision, LinkOrder),
    python: &Path,
    halt: &Halt,
    tell: &mut dyn FnMut(&str),
) -> Result<PathBuf, GateError> {
    let mut parts = vec![revision.tree.clone(), compiler(), python.display().to_string()];
    if order == LinkOrder::Shuffled {
        parts.push("shuffled".to_owned());
    }
    let name = key(&parts.iter().map(String::as_str).collect::<Vec<_>>());
    let program = cache.folder.join("programs").join(name);
    if program.exists() {
        return Ok(program);
    }
    tell(&match order {
        LinkOrder::Ordinary => format!("building the {side} ({})", revision.words()),
        LinkOrder::Shuffled => format!("building the {side} again, with another link order"),
    });
    let source = cache.folder.join("source");
    repository.check_out(revision, &source)?;
    let target = cache.folder.join("build");
    let log = cache.folder.join(format!("build-{side}.log"));
    let output = File::create(&log).map_err(GateError::io(&log))?;
    let errors = output.try_clone().map_err(GateError::io(&log))?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(order.arguments())
        .current_dir(&source)
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_TERM_COLOR", "never")
        .env("PYO3_PYTHON", python)
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors);
    let does_not_build =
        |reason: String| GateError::DoesNotBuild { side, commit: revision.words(), reason, log: log.clone() };
    let mut child = cargo.spawn().map_err(|error| does_not_build(format!("cargo: {error}")))?;
    let status = loop {
        match child.try_wait().map_err(GateError::io(&log))? {
            Some(status) => break status,
            None if halt.is_halted() => {
                // what it has built so far stays; a process that has ended meanwhile needs no signal
                let _ = child.kill();
                let _ = child.wait();
                return Err(GateError::Interrupted);
            }
            None => std::thread::sleep(LOOK_AGAIN),
        }
    };
    if halt.is_halted() {
        return Err(GateError::Interrupted);
    }
    if !status.success() {
        return Err(does_not_build(first_error(&fs::read_to_string(&log).unwrap_or_default())));
    }
    // under its own name at once or not at all
    let built = target.join("release").join("breakeven");
    let copy = program.with_extension("new");
    fs::copy(&built, &copy).map_err(GateError::io(&copy))?;
    fs::rename(&copy, &program).map_err(GateError::io(&program))?;
    Ok(program)
}

/// A name made of these texts.
#[must_use]
pub fn key(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// What the compiler says that it is; empty where there is none, as the build will say.
fn compiler() -> String {
    let program = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(program).arg("-vV").output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

/// The first line of what Cargo printed that is an error, or the last line.
fn first_error(log: &str) -> String {
    let is_error = |line: &&str| line.starts_with("error");
    log.lines().find(is_error).or_else(|| log.lines().last()).unwrap_or("cargo said nothing").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_of_a_failed_build_is_its_first_error() {
        let log = "   Compiling a\nerror[E0425]: cannot find value\n --> src\nerror: could not compile `a`\n";
        assert_eq!(first_error(log), "error[E0425]: cannot find value");
        assert_eq!(first_error("   Compiling a\nNo space left on device\n"), "No space left on device");
    }

    #[test]
    fn texts_that_are_joined_otherwise_have_another_key() {
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_eq!(key(&["ab", "c"]).len(), 16);
    }
}
