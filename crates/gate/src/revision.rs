//! Which two states of the project are compared, and where does their source lie?
//!
//! Both are checked out one after the other into one folder of the cache, so that paths, and with them the machine code
//! of what did not change, are the same in both builds, and the second build compiles only what differs. The folder is a
//! repository of its own that borrows the objects of the project's: no worktree is entered there that could be left
//! behind, and the history may be shallow.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::error::GateError;

/// What to do where the history ends early.
const SHALLOW: &str = " (this clone is shallow: git fetch --unshallow)";

/// Names of the default branch, in the order in which they are tried.
const DEFAULT_BRANCHES: [&str; 5] = ["origin/HEAD", "origin/main", "origin/master", "main", "master"];

/// A state of the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// The commit; of a dirty tree the one that it departs from.
    pub commit: String,
    /// The tree: the same where the files are the same. Builds are kept by it.
    pub tree: String,
    /// Whether uncommitted changes, new files among them, belong to it.
    pub dirty: bool,
    /// What is checked out: the commit, or one that holds the uncommitted changes and is on no branch.
    #[serde(skip)]
    pub snapshot: String,
}

impl Revision {
    /// The commit as it is shown, `0123456789ab`, with a word on uncommitted changes.
    #[must_use]
    pub fn words(&self) -> String {
        let commit = self.commit.get(..12).unwrap_or(&self.commit);
        if self.dirty { format!("{commit} with uncommitted changes") } else { commit.to_owned() }
    }
}

/// The repository of the project.
#[derive(Debug, Clone)]
pub struct Repository {
    top: PathBuf,
    objects: PathBuf,
}

impl Repository {
    /// The repository that a folder is in.
    ///
    /// # Errors
    /// It is in none, or there is no git.
    pub fn find(folder: &Path) -> Result<Self, GateError> {
        let none = |reason: String| GateError::NoRepository { folder: folder.to_owned(), reason };
        let top = git(folder, ["rev-parse", "--show-toplevel"]).map_err(|error| none(said(error)))?;
        let top = PathBuf::from(top);
        let objects = git(&top, ["rev-parse", "--git-path", "objects"])?;
        let objects = top.join(objects);
        let objects = fs::canonicalize(&objects).map_err(GateError::io(objects))?;
        Ok(Self { top, objects })
    }

    /// The folder of the checkout.
    #[must_use]
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// The revision to compare with: the one asked for, or the merge base with the default branch. Where that is the head
    /// itself and nothing is uncommitted, the commit before.
    ///
    /// # Errors
    /// Git does not know the revision, or finds no merge base.
    pub fn base(&self, asked: Option<&str>, head: &Revision) -> Result<Revision, GateError> {
        let hint = || if self.is_shallow() { SHALLOW } else { "" };
        let commit = match asked {
            Some(asked) => self
                .commit(asked)
                .ok_or_else(|| GateError::UnknownRevision { revision: asked.to_owned(), hint: hint() })?,
            None => self.merge_base(head).ok_or_else(|| GateError::NoMergeBase { hint: hint() })?,
        };
        let tree = git(&self.top, ["rev-parse", &format!("{commit}^{{tree}}")])?;
        Ok(Revision { snapshot: commit.clone(), commit, tree, dirty: false })
    }

    /// What lies in the checkout, uncommitted changes and new files (but ignored ones) included.
    ///
    /// # Errors
    /// The repository has no commit, or its objects cannot be written.
    pub fn head(&self) -> Result<Revision, GateError> {
        let none = || GateError::NoCommit { folder: self.top.clone() };
        let commit = self.commit("HEAD").ok_or_else(none)?;
        let committed = git(&self.top, ["rev-parse", "HEAD^{tree}"])?;
        let tree = self.tree_of_files()?;
        if tree == committed {
            return Ok(Revision { snapshot: commit.clone(), commit, tree, dirty: false });
        }
        let author = ["-c", "user.name=breakeven gate", "-c", "user.email=gate@localhost"];
        let words = ["commit-tree", &tree, "-p", &commit, "-m", "what the gate measures as its head"];
        let snapshot = git(&self.top, author.iter().chain(&words))?;
        Ok(Revision { commit, tree, dirty: true, snapshot })
    }

    /// What a file of a revision holds, by its path from the top; `None` where the revision has no such file.
    #[must_use]
    pub fn file(&self, revision: &Revision, path: &Path) -> Option<String> {
        let named = format!("{}:{}", revision.snapshot, path.display());
        git(&self.top, ["cat-file", "blob", &named]).ok()
    }

    /// Whether a path differs between two revisions.
    #[must_use]
    pub fn differs(&self, base: &Revision, head: &Revision, path: &str) -> bool {
        let words = ["diff", "--quiet", &base.snapshot, &head.snapshot, "--", path];
        git(&self.top, words).is_err()
    }

    fn commit(&self, revision: &str) -> Option<String> {
        let named = format!("{revision}^{{commit}}");
        git(&self.top, ["rev-parse", "--verify", "--quiet", "--end-of-options", &named]).ok()
    }

    fn merge_base(&self, head: &Revision) -> Option<String> {
        let branch = DEFAULT_BRANCHES.into_iter().find_map(|branch| self.commit(branch))?;
        let base = git(&self.top, ["merge-base", &branch, &head.commit]).ok()?;
        if base == head.commit && !head.dirty { self.commit("HEAD^") } else { Some(base) }
    }

    fn is_shallow(&self) -> bool {
        git(&self.top, ["rev-parse", "--is-shallow-repository"]).is_ok_and(|answer| answer == "true")
    }

    /// The tree of all files that are not ignored, made with an index of its own: that of the user stays as it is.
    fn tree_of_files(&self) -> Result<String, GateError> {
        let folder = tempfile::tempdir().map_err(GateError::io(std::env::temp_dir()))?;
        let index = folder.path().join("index");
        let known = self.top.join(git(&self.top, ["rev-parse", "--git-path", "index"])?);
        // what git knows of the files' times saves it from reading all of them
        let _ = copy_with_its_time(&known, &index);
        let with_index = |words: &[&str]| run(command(&self.top, words).env("GIT_INDEX_FILE", &index), words);
        with_index(&["add", "--all"])?;
        with_index(&["write-tree"])
    }

    /// Checks a revision out into `folder`, whatever is there: nothing else lies in it afterwards, and files that were
    /// the same before keep their times.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn check_out(&self, revision: &Revision, folder: &Path) -> Result<(), GateError> {
        let is_ours = folder.join(".git/objects/info").is_dir();
        if !is_ours && folder.exists() {
            fs::remove_dir_all(folder).map_err(GateError::io(folder))?;
        }
        fs::create_dir_all(folder).map_err(GateError::io(folder))?;
        git(folder, ["init", "--quiet"])?;
        let alternates = folder.join(".git/objects/info/alternates");
        let objects = format!("{}\n", self.objects.display());
        fs::write(&alternates, objects).map_err(GateError::io(&alternates))?;
        // a lock that an interrupted checkout has left
        let _ = fs::remove_file(folder.join(".git/index.lock"));
        git(folder, ["checkout", "--quiet", "--force", "--detach", &revision.snapshot])?;
        git(folder, ["clean", "-ffdxq"])?;
        Ok(())
    }
}

/// Git takes a file for changed that is as old as the index that knows it: a copy of the index has to be as old too.
fn copy_with_its_time(known: &Path, copy: &Path) -> std::io::Result<()> {
    fs::copy(known, copy)?;
    fs::File::options().write(true).open(copy)?.set_modified(fs::metadata(known)?.modified()?)
}

/// What git prints, without the last line's end.
fn git<Words>(folder: &Path, words: Words) -> Result<String, GateError>
where
    Words: IntoIterator<Item: AsRef<str>>,
{
    let words: Vec<String> = words.into_iter().map(|word| word.as_ref().to_owned()).collect();
    run(&mut command(folder, &words), &words)
}

fn command<Word: AsRef<OsStr>>(folder: &Path, words: &[Word]) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).args(words);
    // what a hook of git sets would lead to another repository
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    command
}

fn run<Word: AsRef<str>>(command: &mut Command, words: &[Word]) -> Result<String, GateError> {
    let failed = |reason: String| {
        let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        GateError::Git { command: words.join(" "), reason }
    };
    let output = command.output().map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(failed(said.lines().next().unwrap_or("it failed without a word").to_owned()))
}

fn said(error: GateError) -> String {
    match error {
        GateError::Git { reason, .. } => reason,
        other => other.to_string(),
    }
}
