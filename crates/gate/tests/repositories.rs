//! Does a gate end as docs/gate.md says, whatever state the repository, its cache and the two programs are in?

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use breakeven_gate::build::{Cache, LinkOrder, build};
use breakeven_gate::environment::environment;
use breakeven_gate::error::GateError;
use breakeven_gate::lock::Lock;
use breakeven_gate::pairing::{Conditions, Pairing};
use breakeven_gate::project::{self, Recipe};
use breakeven_gate::revision::Repository;
use breakeven_gate::roster::roster;
use breakeven_gate::side::Name;
use breakeven_gate::workers::Workers;
use breakeven_measure::process::Halt;
use breakeven_measure::registry::Registry;
use breakeven_problem::Answer;
use tempfile::TempDir;

fn git(folder: &Path, words: &[&str]) -> String {
    let author = ["-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "init.defaultBranch=main"];
    let output = Command::new("git").current_dir(folder).args(author).args(words).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// A repository with two commits on `main`, of which the second changes `a` and adds `b`.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet"]);
    fs::write(folder.path().join(".gitignore"), "/target\n").unwrap();
    commit(folder.path(), "a", "1");
    fs::write(folder.path().join("b"), "1").unwrap();
    commit(folder.path(), "a", "2");
    folder
}

fn commit(folder: &Path, name: &str, content: &str) {
    fs::write(folder.join(name), content).unwrap();
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "-m", "a change"]);
}

#[test]
fn the_base_is_the_merge_base_or_the_commit_before() {
    let folder = repository();
    let found = Repository::find(folder.path()).unwrap();
    let first = git(folder.path(), &["rev-parse", "HEAD^"]);
    let second = git(folder.path(), &["rev-parse", "HEAD"]);
    let base = |asked| found.base(asked, &found.head().unwrap()).unwrap().commit;
    assert_eq!(base(None), first, "on the default branch itself");
    assert_eq!(base(Some("HEAD")), second);
    git(folder.path(), &["checkout", "--quiet", "-b", "feature"]);
    commit(folder.path(), "a", "3");
    assert_eq!(base(None), second, "where the branch began");
    let unknown = found.base(Some("nonesuch"), &found.head().unwrap()).unwrap_err();
    assert!(unknown.to_string().contains("--base nonesuch: no such revision"), "{unknown}");
    assert!(found.base(Some("--all"), &found.head().unwrap()).is_err(), "no option of git");
}

#[test]
fn uncommitted_changes_and_new_files_belong_to_the_head_and_ignored_ones_do_not() {
    let folder = repository();
    let found = Repository::find(folder.path()).unwrap();
    let clean = found.head().unwrap();
    assert!(!clean.dirty && clean.snapshot == clean.commit, "{clean:?}");
    fs::create_dir(folder.path().join("target")).unwrap();
    fs::write(folder.path().join("target/ignored"), "").unwrap();
    assert_eq!(found.head().unwrap(), clean);
    fs::write(folder.path().join("a"), "changed").unwrap();
    fs::write(folder.path().join("new"), "new").unwrap();
    let dirty = found.head().unwrap();
    assert!(dirty.dirty && dirty.tree != clean.tree && dirty.words().ends_with("with uncommitted changes"));
    assert_eq!(dirty.commit, clean.commit);
    assert_eq!(
        git(folder.path(), &["status", "--porcelain"]),
        " M a\n?? new",
        "the user's index is untouched"
    );
    let source = folder.path().join("target/source");
    found.check_out(&dirty, &source).unwrap();
    assert_eq!(fs::read_to_string(source.join("a")).unwrap(), "changed");
    assert!(source.join("new").exists());
}

#[test]
fn a_checkout_leaves_nothing_of_what_was_there_before() {
    let folder = repository();
    let found = Repository::find(folder.path()).unwrap();
    let head = found.head().unwrap();
    let base = found.base(None, &head).unwrap();
    let source = folder.path().join("target/source");
    // a folder that is no repository, as an interrupted copy leaves it
    fs::create_dir_all(&source).unwrap();
    fs::write(source.join("left over"), "").unwrap();
    found.check_out(&head, &source).unwrap();
    assert!(source.join("b").exists() && !source.join("left over").exists());
    // a file and a lock that an interrupted gate has left
    fs::write(source.join("left over"), "").unwrap();
    fs::write(source.join(".git/index.lock"), "").unwrap();
    found.check_out(&base, &source).unwrap();
    assert_eq!(fs::read_to_string(source.join("a")).unwrap(), "1");
    assert!(!source.join("b").exists() && !source.join("left over").exists());
    assert_eq!(git(folder.path(), &["worktree", "list"]).lines().count(), 1, "no worktree is entered");
}

#[test]
fn a_shallow_clone_has_a_head_and_says_what_it_lacks() {
    let folder = repository();
    let clone = tempfile::tempdir().unwrap();
    let from = format!("file://{}", folder.path().display());
    git(clone.path(), &["clone", "--quiet", "--depth", "1", &from, "clone"]);
    let found = Repository::find(&clone.path().join("clone")).unwrap();
    let head = found.head().unwrap();
    let source = clone.path().join("source");
    found.check_out(&head, &source).unwrap();
    assert_eq!(fs::read_to_string(source.join("a")).unwrap(), "2");
    for asked in [None, Some("HEAD^")] {
        let error = found.base(asked, &head).unwrap_err().to_string();
        assert!(error.contains("git fetch --unshallow"), "{error}");
    }
}

#[test]
fn a_folder_outside_of_any_repository_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = Repository::find(folder.path()).unwrap_err();
    assert!(matches!(&error, GateError::NoRepository { .. }), "{error}");
}

#[test]
fn a_base_that_does_not_build_is_said_to_be_that_with_its_first_error() {
    let folder = repository();
    let found = Repository::find(folder.path()).unwrap();
    let head = found.head().unwrap();
    let base = found.base(None, &head).unwrap();
    let cache = Cache::at(&folder.path().join("target/gate")).unwrap();
    let python = Path::new("/nonexistent/python");
    let mut told = Vec::new();
    let mut tell = |text: &str| told.push(text.to_owned());
    let error =
        build(&cache, &found, (Name::Base, &base, LinkOrder::Ordinary), python, &Halt::default(), &mut tell)
            .unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with(&format!("the base ({}) does not build: error: ", base.words())), "{text}");
    assert_eq!(told, [format!("building the base ({})", base.words())]);
    // a gate that is interrupted while it builds ends as such
    let halt = Halt::default();
    halt.halt();
    let error = build(&cache, &found, (Name::Base, &base, LinkOrder::Ordinary), python, &halt, &mut |_| {})
        .unwrap_err();
    assert!(matches!(error, GateError::Interrupted), "{error}");
}

#[test]
fn a_checkout_of_a_project_is_built_by_its_command_and_kept_until_something_differs() {
    let folder = repository();
    let found = Repository::find(folder.path()).unwrap();
    let head = found.head().unwrap();
    let base = found.base(None, &head).unwrap();
    let cache = Cache::at(&folder.path().join("elsewhere/gate")).unwrap();
    assert_eq!(found.head().unwrap().tree, head.tree, "the cache is no new file of the project");
    let halt = Halt::default();
    let built = |side, revision, command, python: Option<&str>| {
        let python = python.map(Path::new);
        let recipe = Recipe { command, folder: Path::new(""), python };
        let mut told = Vec::new();
        let mut tell = |text: &str| told.push(text.to_owned());
        let source = project::build(&cache, &found, (side, revision), recipe, &halt, &mut tell);
        source.map(|source| (source, told))
    };
    let command = Some("echo $PYTHON >>built; cat a >>built");
    let (source, told) = built(Name::Base, &base, command, Some("/a/python")).unwrap();
    assert_eq!(source, cache.checkout(Name::Base));
    assert_eq!(told, [format!("building the base ({}): echo $PYTHON >>built; cat a >>built", base.words())]);
    let content = || fs::read_to_string(source.join("built")).unwrap();
    assert_eq!(content(), "/a/python\n1");
    let (head_source, _) = built(Name::Head, &head, command, Some("/a/python")).unwrap();
    assert_eq!(head_source.as_os_str().len(), source.as_os_str().len());
    assert_eq!((content(), head_source.join("b").exists()), ("/a/python\n1".to_owned(), true), "beside it");
    fs::write(source.join("kept"), "").unwrap();
    assert!(built(Name::Base, &base, command, Some("/a/python")).unwrap().1.is_empty());
    assert!(source.join("kept").exists());
    built(Name::Base, &base, command, Some("/other/python")).unwrap();
    assert_eq!((content(), source.join("kept").exists()), ("/other/python\n1".to_owned(), false));
    // a build that failed is not taken for a finished one
    let failing = Some("echo it cannot be >&2; exit 3");
    for _ in 0..2 {
        let error = built(Name::Base, &base, failing, None).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("the base ({}) does not build: it cannot be (", base.words())),
            "{error}"
        );
    }
    assert!(built(Name::Base, &base, None, None).unwrap().1.is_empty(), "nothing is to be built");
    halt.halt();
    let interrupted = built(Name::Base, &base, Some("sleep 1000"), None);
    assert!(matches!(interrupted, Err(GateError::Interrupted)));
}

#[test]
fn a_file_of_a_revision_is_read_as_it_was_there() {
    let folder = repository();
    let found = Repository::find(folder.path()).unwrap();
    fs::write(folder.path().join("a"), "3").unwrap();
    let head = found.head().unwrap();
    let base = found.base(Some("HEAD^"), &head).unwrap();
    let read = |revision, path: &str| found.file(revision, Path::new(path));
    assert_eq!((read(&base, "a"), read(&head, "a")), (Some("1".to_owned()), Some("3".to_owned())));
    assert_eq!((read(&base, "b"), read(&head, ".")), (None, None));
}

#[test]
fn a_repository_without_a_commit_is_said_to_be_that() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet"]);
    let error = Repository::find(folder.path()).unwrap().head().unwrap_err();
    assert!(
        error.to_string().ends_with("has no commit yet, so that there is nothing to compare with"),
        "{error}"
    );
}

#[test]
fn a_cache_that_cannot_be_written_is_named() {
    let error = Cache::at(Path::new("/dev/null/gate")).unwrap_err();
    assert!(error.to_string().starts_with("/dev/null/gate/programs: "), "{error}");
}

#[test]
fn a_second_gate_waits_for_the_first_and_can_be_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lock");
    let first = Lock::take(&path, &Halt::default(), &mut |_| panic!("no other gate has it")).unwrap();
    let halt = Halt::default();
    let mut owners = Vec::new();
    let waited = Lock::take(&path, &halt.clone(), &mut |owner| {
        owners.push(owner.to_owned());
        halt.halt();
    });
    assert!(matches!(waited, Err(GateError::Interrupted)));
    assert_eq!(owners, [format!("process {}", std::process::id())]);
    drop(first);
    // a process that another test starts at this moment may hold it a little longer
    Lock::take(&path, &Halt::default(), &mut |_| {}).unwrap();
}

/// A program that is these lines of shell.
fn program(folder: &Path, name: &str, lines: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{lines}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn a_revision_with_other_pins_gets_an_environment_of_its_own_that_is_made_once() {
    let folder = repository();
    fs::create_dir(folder.path().join("scripts")).unwrap();
    let prepare = "cd \"$(dirname \"$0\")/..\"\necho \"made with $PYTHON\" && cp -r pins .venv && touch .venv/breakeven-made-from";
    program(folder.path(), "scripts/prepare", prepare);
    fs::create_dir(folder.path().join("pins")).unwrap();
    commit(folder.path(), "pins/bin", "numpy 1");
    let repository = Repository::find(folder.path()).unwrap();
    let revision = repository.head().unwrap();
    let cache = Cache::at(&folder.path().join("target/gate")).unwrap();
    let mut told = Vec::new();
    let mut made = |revision: &_| {
        let pins = ("pins/bin", Path::new("/usr/bin/python3"));
        let tell = &mut |text: &str| told.push(text.to_owned());
        environment(&cache, &repository, (Name::Base, revision), pins, &Halt::default(), tell)
    };
    let python = made(&revision).unwrap();
    assert_eq!(made(&revision).unwrap(), python);
    assert_eq!(fs::read_to_string(python.parent().unwrap()).unwrap(), "numpy 1");
    commit(folder.path(), "pins/bin", "numpy 2");
    let other = made(&repository.head().unwrap()).unwrap();
    assert_eq!(fs::read_to_string(other.parent().unwrap()).unwrap(), "numpy 2");
    program(folder.path(), "scripts/prepare", "echo 'error: no wheel for numpy 3' >&2; exit 1");
    commit(folder.path(), "pins/bin", "numpy 3");
    let failed = made(&repository.head().unwrap()).unwrap_err().to_string();
    assert!(failed.contains("does not build: error: no wheel for numpy 3"), "{failed}");
    assert_eq!(told.len(), 3, "each was made once: {told:?}");
    let log = fs::read_to_string(folder.path().join("target/gate/build-base.log")).unwrap();
    assert!(log.contains("no wheel"), "{log}");
}

#[test]
fn a_list_of_contenders_is_read_or_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let list = r#"{"schema": "breakeven.list/1", "workloads": [{"id": "whole/uniform-25", "contenders": ["rust/a", "rust/threads", "control/aa"]}],
        "contenders": [{"id": "rust/a", "threads": 1}, {"id": "rust/threads", "threads": 2}]}"#;
    fs::write(folder.path().join("list.json"), list).unwrap();
    let lists = program(folder.path(), "lists", &format!("cat {}/list.json", folder.path().display()));
    let found = roster(Name::Base, &lists, &[]).unwrap();
    assert_eq!(
        found["whole/uniform-25"].iter().collect::<Vec<_>>(),
        ["control/aa", "rust/a"],
        "one thread each"
    );
    assert_eq!(roster(Name::Base, &program(folder.path(), "none", "exit 6"), &[]).unwrap(), BTreeMap::new());
    for (lines, expected) in [
        ("echo 'unrecognized subcommand' >&2; exit 2", "cannot list contenders: unrecognized subcommand"),
        ("echo '[]'", "its list of contenders is of another form"),
    ] {
        let error = roster(Name::Base, &program(folder.path(), "other", lines), &[]).unwrap_err().to_string();
        assert!(error.starts_with("the base cannot be measured beside the other: "), "{error}");
        assert!(error.contains(expected) && !error.contains('\n'), "{error}");
    }
}

#[test]
fn a_base_whose_workers_speak_another_protocol_is_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let registry =
        Registry { contenders: Vec::new(), expected: |_, _| Answer::Nothing, facts: || Ok(BTreeMap::new()) };
    let refused = |lines: &str| {
        let worker = program(folder.path(), "worker", lines);
        let workers = Workers::of_builds(&worker, &worker);
        let conditions = Conditions { processor: 0, scratch: folder.path(), seed: 1, halt: Halt::default() };
        Pairing::new(&registry, &workers, conditions).err().unwrap().to_string()
    };
    let reply = r#"{"reply": "error", "message": "this worker speaks protocol 1, not 2"}"#;
    let error = refused(&format!("read line; echo '{reply}'"));
    assert_eq!(error, "the base cannot be measured beside the other: this worker speaks protocol 1, not 2");
    let error = refused("echo 'unrecognized subcommand worker' >&2; exit 2");
    assert!(error.starts_with("the base cannot be measured beside the other: a worker died"), "{error}");
}
