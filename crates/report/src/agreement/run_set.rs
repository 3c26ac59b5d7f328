//! Which runs may be compared with each other, and where do they lie?

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::RepeatedRun;

/// Runs of one environment. Nothing is said across sets: another machine may well have other verdicts.
#[derive(Debug, Clone, PartialEq)]
pub struct RunSet {
    /// The name of its folder.
    pub name: String,
    /// The runs, in the order of their files.
    pub runs: Vec<RepeatedRun>,
}

/// A folder that is no set of runs.
#[derive(Debug, thiserror::Error)]
pub enum RunSetError {
    /// The folder, or a file in it, cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not what `agreement keep` writes.
    #[error("{path} is not what is kept of a run: {source}")]
    Malformed {
        /// Which.
        path: PathBuf,
        /// Where.
        source: serde_json::Error,
    },
    /// The runs of the folder are not of one environment.
    #[error("{path} holds runs of {environments} environments: keep those of one")]
    SeveralEnvironments {
        /// The folder.
        path: PathBuf,
        /// How many.
        environments: usize,
    },
}

impl RunSet {
    /// The sets in `folder`, a folder each, in the order of their first run; files beside them are not looked at.
    ///
    /// # Errors
    /// A folder or file cannot be read, a file is not of this shape, or a set is of several environments.
    pub fn all(folder: &Path) -> Result<Vec<Self>, RunSetError> {
        let folders = entries(folder)?.into_iter().filter(|path| path.is_dir());
        let mut sets = folders.map(|path| Self::read(&path)).collect::<Result<Vec<Self>, _>>()?;
        sets.retain(|set| !set.runs.is_empty());
        sets.sort_by(|one, other| one.began().cmp(&other.began()));
        Ok(sets)
    }

    fn read(folder: &Path) -> Result<Self, RunSetError> {
        let files = entries(folder)?.into_iter();
        let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
        let runs = files.map(|path| read_run(&path)).collect::<Result<Vec<RepeatedRun>, _>>()?;
        let environments: BTreeSet<&str> = runs.iter().map(|run| run.environment.as_str()).collect();
        if environments.len() > 1 {
            let environments = environments.len();
            return Err(RunSetError::SeveralEnvironments { path: folder.to_owned(), environments });
        }
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, runs })
    }

    fn began(&self) -> Option<&str> {
        self.runs.iter().map(|run| run.created.as_str()).min()
    }
}

fn read_run(path: &Path) -> Result<RepeatedRun, RunSetError> {
    let text = fs::read_to_string(path).map_err(unreadable(path))?;
    serde_json::from_str(&text).map_err(|source| RunSetError::Malformed { path: path.to_owned(), source })
}

/// What lies in a folder, sorted.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, RunSetError> {
    let entries = fs::read_dir(folder).map_err(unreadable(folder))?;
    let mut paths = entries
        .map(|entry| Ok(entry.map_err(unreadable(folder))?.path()))
        .collect::<Result<Vec<PathBuf>, RunSetError>>()?;
    paths.sort();
    Ok(paths)
}

fn unreadable(path: &Path) -> impl Fn(std::io::Error) -> RunSetError {
    let path = path.to_owned();
    move |source| RunSetError::Unreadable { path: path.clone(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_told_apart_by_folder_and_only_runs_of_one_environment_are_a_set() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let keep = |path: &str, created: &str, environment: &str| {
            let run = RepeatedRun {
                created: created.to_owned(),
                commit: None,
                environment: environment.to_owned(),
                loaded: false,
                noticed: Vec::new(),
                pairs: Vec::new(),
            };
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("it has one")).expect("it can be made");
            fs::write(path, serde_json::to_string(&run).expect("it is JSON")).expect("it can be written");
        };
        keep("a/quiet-01.json", "2026-11-28", "x");
        keep("a/quiet-02.json", "2026-11-29", "x");
        keep("b/quiet-01.json", "2026-11-24", "y");
        let sets = RunSet::all(folder.path()).expect("both are sets");
        let found: Vec<(&str, usize)> = sets.iter().map(|set| (set.name.as_str(), set.runs.len())).collect();
        assert_eq!(found, [("b", 1), ("a", 2)], "by the first run");
        keep("b/quiet-02.json", "2026-11-24", "z");
        let error = RunSet::all(folder.path()).expect_err("b is no set");
        assert!(error.to_string().ends_with("b holds runs of 2 environments: keep those of one"), "{error}");
        fs::write(folder.path().join("b/quiet-02.json"), "{").expect("it can be written");
        let error = RunSet::all(folder.path()).expect_err("b is no set");
        assert!(error.to_string().contains("quiet-02.json is not what is kept of a run"), "{error}");
    }
}
