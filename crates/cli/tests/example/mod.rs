//! A git repository that is made of docs/examples/gate.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A repository with the example project in its first commit.
pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    pub(crate) fn new() -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap() };
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/gate");
        fs::create_dir(project.path()).unwrap();
        for name in [".gitignore", "breakeven.toml", "deviation.c", "deviation.py"] {
            fs::copy(example.join(name), project.path().join(name)).unwrap();
        }
        project.git(&["init", "--quiet"]);
        project.commit();
        project
    }

    /// Its top. The folder that this lies in has room for other things.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    pub(crate) fn git(&self, words: &[&str]) -> String {
        let author =
            ["-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "init.defaultBranch=main"];
        let output = Command::new("git").current_dir(self.path()).args(author).args(words).output().unwrap();
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", "a change"]);
    }

    /// Replaces a text that is in a file, everywhere.
    pub(crate) fn replace(&self, name: &str, from: &str, to: &str) {
        let path = self.path().join(name);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from} is not in {name}");
        fs::write(path, text.replace(from, to)).unwrap();
    }
}

/// Whether the example can be built and run here.
#[expect(clippy::print_stdout, reason = "a skip must be seen")]
pub(crate) fn is_usable(programs: &[&str]) -> bool {
    let works = |program: &&&str| {
        Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
    };
    match programs.iter().find(|program| !works(program)) {
        Some(missing) => println!("skipped: no {missing} on PATH"),
        None if cfg!(not(feature = "python")) && programs.contains(&"python3") => {
            println!("skipped: built without Python");
        }
        None => return true,
    }
    false
}
