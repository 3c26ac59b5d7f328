//! How does a revision become a program?
//!
//! Cargo builds it in release mode from the one source folder and into the one target folder of the cache; the program is
//! kept under a name that is made of its tree, the compiler and the interpreter, and built once.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use breakeven_measure::printable::one_line;
use breakeven_measure::process::{Halt, run_to_end};
use sha2::{Digest as _, Sha256};

use crate::error::GateError;
use crate::revision::{Repository, Revision};
use crate::side::Name;

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
        // no file of it is ever a new file of the project
        let ignored = folder.join(".gitignore");
        fs::write(&ignored, "*\n").map_err(GateError::io(&ignored))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file that a gate locks.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.folder.join("lock")
    }

    /// Where a side of a project is checked out that is not `breakeven` itself.
    #[must_use]
    pub fn checkout(&self, side: Name) -> PathBuf {
        self.folder.join(side.to_string())
    }

    /// The file that says what the checkout of a side was made of.
    pub(crate) fn mark(&self, side: Name) -> PathBuf {
        self.folder.join(format!("{side}.built"))
    }

    /// The file with the samples of the gate with this key.
    #[must_use]
    pub fn samples(&self, key: &str) -> PathBuf {
        self.folder.join("samples").join(format!("{key}.json"))
    }
}

/// Functions begin at multiples of 64 bytes. A change elsewhere that moves them leaves their loops in the same place within cache
/// lines, which can be worth several per cent. What is exported as `RUSTFLAGS`, or configured for the target, takes its place.
const ALIGNED: &str = r#"build.rustflags = ["-Cllvm-args=-align-all-functions=6"]"#;

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
    let mut parts = vec![revision.tree.clone(), compiler(), python.display().to_string(), ALIGNED.to_owned()];
    parts
        .extend(["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS"].map(|name| std::env::var(name).unwrap_or_default()));
    parts.push(made_from(python));
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
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(order.arguments())
        .args(["--config", ALIGNED])
        .current_dir(&source)
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_TERM_COLOR", "never")
        .env("PYO3_PYTHON", python);
    run_logged(cache, (side, revision), &mut cargo, halt)?;
    // under its own name at once or not at all
    let built = target.join("release").join("breakeven");
    let copy = program.with_extension("new");
    fs::copy(&built, &copy).map_err(GateError::io(&copy))?;
    fs::rename(&copy, &program).map_err(GateError::io(&program))?;
    Ok(program)
}

/// Runs the command that builds a side to its end; what it prints is kept in a log.
///
/// # Errors
/// It fails, or is halted: then it ends with all that it has started.
pub(crate) fn run_logged(
    cache: &Cache,
    (side, revision): (Name, &Revision),
    command: &mut Command,
    halt: &Halt,
) -> Result<(), GateError> {
    let log = cache.folder.join(format!("build-{side}.log"));
    let output = File::create(&log).map_err(GateError::io(&log))?;
    let errors = output.try_clone().map_err(GateError::io(&log))?;
    command.stdin(Stdio::null()).stdout(output).stderr(errors);
    let status = run_to_end(command, halt);
    if halt.is_halted() {
        return Err(GateError::Interrupted);
    }
    let reason = match status {
        Ok(status) if status.success() => return Ok(()),
        Ok(_) => first_error(&String::from_utf8_lossy(&fs::read(&log).unwrap_or_default())),
        Err(error) => format!("{}: {error}", command.get_program().display()),
    };
    Err(GateError::DoesNotBuild { side, commit: revision.words(), reason, log })
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

/// Which interpreter the environment of `python` was made from: its path says nothing of that, where `scripts/prepare` made it.
pub(crate) fn made_from(python: &Path) -> String {
    let file =
        python.parent().and_then(Path::parent).map(|environment| environment.join("breakeven-made-from"));
    let text = file.and_then(|file| fs::read_to_string(file).ok()).unwrap_or_default();
    text.lines().next().unwrap_or_default().to_owned()
}

/// What the compiler says that it is; empty where there is none, as the build will say.
fn compiler() -> String {
    let program = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(program).arg("-vV").output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

/// The first line of what a build printed that a compiler marks as an error, or the last line.
fn first_error(log: &str) -> String {
    let is_error = |line: &&str| line.starts_with("error") || line.contains(" error: ");
    let last = || log.lines().rfind(|line| !line.trim().is_empty());
    one_line(log.lines().find(is_error).or_else(last).unwrap_or("it printed nothing"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_of_a_failed_build_is_its_first_error() {
        let log = "   Compiling a\nerror[E0425]: cannot find value\n --> src\nerror: could not compile `a`\n";
        assert_eq!(first_error(log), "error[E0425]: cannot find value");
        assert_eq!(first_error("   Compiling a\nNo space left on device\n\n"), "No space left on device");
        let log = "cc -o a a.c\na.c:1:5: error: unknown type\nmake: *** [Makefile:2: a] Error 1\n";
        assert_eq!(first_error(log), "a.c:1:5: error: unknown type");
        assert_eq!(first_error(""), "it printed nothing");
    }

    #[test]
    fn texts_that_are_joined_otherwise_have_another_key() {
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_eq!(key(&["ab", "c"]).len(), 16);
    }
}
