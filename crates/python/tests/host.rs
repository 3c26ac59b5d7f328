//! Is a Python that is not the one we mean refused, with what to do about it?
//!
//! A process starts Python once, so each case runs this binary again, with only the test below, which prints how
//! the start went.

#![expect(clippy::print_stdout, reason = "a child reports to its parent")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use breakeven_problem::Contender;
use breakeven_python::Host;

const CHILD: &str = "prints_how_the_start_went";

#[test]
#[ignore = "the other tests run it in a process of its own"]
fn prints_how_the_start_went() {
    match Host::start() {
        Ok(host) => println!("STARTED {:?}", host.facts()),
        Err(error) => println!("REFUSED {error}"),
    }
    // the same answer on every call
    assert_eq!(Host::start().err(), Host::start().err());
    for contender in breakeven_python::contenders() {
        println!("VERSION {} {:?}", contender.about().id, contender.version());
    }
}

#[test]
fn an_interpreter_that_is_not_there_is_named_with_the_variable_that_helps() {
    let output = start(&[("BREAKEVEN_PYTHON", "/nowhere/bin/python")]);
    assert!(
        output.contains("REFUSED no Python at /nowhere/bin/python, which BREAKEVEN_PYTHON names"),
        "{output}"
    );
    assert!(output.contains("scripts/prepare"), "{output}");
    assert!(output.contains("VERSION python/naive Err(Absence"), "{output}");
}

#[test]
fn an_interpreter_outside_an_environment_is_refused() {
    let folder = Scratch::new("outside");
    let python = folder.interpreter(None);
    let output = start(&[("BREAKEVEN_PYTHON", python.to_str().unwrap())]);
    assert!(output.contains("REFUSED") && output.contains("belongs to no virtual environment"), "{output}");
}

#[test]
fn an_environment_that_python_does_not_take_is_refused() {
    let folder = Scratch::new("prefix");
    let python = folder.interpreter(None);
    fs::create_dir(folder.0.join("pyvenv.cfg")).unwrap(); // there, and no file
    let output = start(&[("BREAKEVEN_PYTHON", python.to_str().unwrap())]);
    assert!(output.contains("REFUSED Python runs on "), "{output}");
    assert!(output.contains(&format!("where {} was meant", folder.0.display())), "{output}");
}

#[test]
fn an_environment_of_another_version_is_refused() {
    let folder = Scratch::new("version");
    let settings = settings();
    let settings = settings.lines().map(|line| match line.split_once('=') {
        Some((key, _)) if key.trim() == "version" => "version = 3.8.18\n".to_owned(),
        _ => format!("{line}\n"),
    });
    let python = folder.interpreter(Some(&settings.collect::<String>()));
    let output = start(&[("BREAKEVEN_PYTHON", python.to_str().unwrap())]);
    assert!(
        output.contains("REFUSED built for Python ") && output.contains("but 3.8.18 was loaded"),
        "{output}"
    );
}

#[test]
fn an_environment_without_numpy_starts_and_says_what_installs_it() {
    let folder = Scratch::new("bare");
    let python = folder.interpreter(Some(&settings()));
    let output = start(&[("BREAKEVEN_PYTHON", python.to_str().unwrap())]);
    assert!(output.contains("STARTED") && !output.contains("\"numpy\""), "{output}");
    assert!(output.contains("VERSION python/naive Ok("), "{output}");
    let absent = "VERSION python/numpy-list Err(Absence { reason: \"numpy cannot be imported: ModuleNotFoundError: \
                  No module named 'numpy'\", install: Some(\"scripts/prepare\") })";
    assert!(output.contains(absent), "{output}");
}

#[test]
fn stray_variables_change_nothing() {
    let stray = [("PYTHONHOME", "/usr"), ("PYTHONPATH", "/usr"), ("PYTHONMALLOC", "debug"), ("LC_ALL", "C")];
    let output = start(&stray);
    assert!(output.contains("STARTED"), "{output}");
    assert!(output.contains("VERSION control/noop-extension Ok("), "{output}");
}

#[test]
fn facts_name_python_and_hold_no_path() {
    let facts = Host::start().unwrap().facts();
    assert!(facts["python"].starts_with("3."), "{facts:?}");
    assert!(facts["python_flags"].contains("shared"), "{facts:?}");
    assert!(facts.values().all(|value| !value.contains('/') && !value.contains('\\')), "{facts:?}");
    assert_eq!(facts.contains_key("numpy"), facts.contains_key("numpy_simd"), "{facts:?}");
}

/// What the child says in an environment of these variables and no others.
fn start(variables: &[(&str, &str)]) -> String {
    let mut child = Command::new(std::env::current_exe().expect("this binary"));
    child.args(["--ignored", "--exact", CHILD, "--nocapture"]).env_clear();
    let output = child.envs(variables.iter().copied()).output().expect("this binary runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// The settings of the environment that this was built for.
fn settings() -> String {
    let environment = Path::new(env!("BREAKEVEN_BUILT_FOR")).parent().and_then(Path::parent);
    fs::read_to_string(environment.expect("a folder of bin").join("pyvenv.cfg")).expect("its settings")
}

/// A folder that looks like an environment, and goes when the test ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let folder =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("host-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("bin")).expect("a scratch folder");
        Self(folder)
    }

    /// Its interpreter, with these settings or none.
    fn interpreter(&self, settings: Option<&str>) -> PathBuf {
        if let Some(settings) = settings {
            fs::write(self.0.join("pyvenv.cfg"), settings).expect("settings");
        }
        let real = fs::canonicalize(env!("BREAKEVEN_BUILT_FOR")).expect("the interpreter");
        let python = self.0.join("bin").join("python");
        std::os::unix::fs::symlink(real, &python).expect("a link");
        python
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
