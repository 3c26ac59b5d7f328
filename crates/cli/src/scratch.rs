//! Where do the files lie that workers and programs are handed?
//!
//! In a folder of the system's for temporary files, which is removed when the command ends. One that was killed cannot
//! remove its own: the next `run`, `compare` or `gate` of a project does, a minute later at the earliest. A folder that is in use is locked, by a lock that ends with its process.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use tempfile::TempDir;

use crate::stop::Stop;

/// How the names of these folders begin, and no others: what begins so may be removed.
const PREFIX: &str = ".breakeven-scratch-";

/// A folder that is younger may not be locked yet.
const AGE: Duration = Duration::from_secs(60);

/// A folder that is removed when it is dropped.
#[derive(Debug)]
pub(crate) struct Scratch {
    folder: TempDir,
    _lock: File,
}

impl Scratch {
    /// A new folder. Folders that no running process uses are removed.
    ///
    /// # Errors
    /// The system has no room for one (exit code 1).
    pub(crate) fn new() -> Result<Self, Stop> {
        remove_stale(&std::env::temp_dir(), AGE);
        let made = || {
            let folder = tempfile::Builder::new().prefix(PREFIX).tempdir()?;
            let lock = File::open(folder.path())?;
            // a file system without locks: the folder of a command that is killed then stays
            let _ = lock.try_lock();
            std::io::Result::Ok(Self { folder, _lock: lock })
        };
        made().context("cannot make a folder for inputs").map_err(Stop::ours)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes the folders that have no user left. Whatever cannot be read or removed belongs to another user, and stays.
fn remove_stale(within: &Path, age: Duration) {
    let entries = std::fs::read_dir(within).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)) {
        let is_old = |about: std::fs::Metadata| {
            about.is_dir()
                && about.modified().is_ok_and(|time| time.elapsed().is_ok_and(|since| since >= age))
        };
        if entry.metadata().is_ok_and(is_old)
            && let Ok(folder) = File::open(entry.path())
            && folder.try_lock().is_ok()
        {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_nobody_uses_is_removed_and_no_other() {
        let within = tempfile::tempdir().unwrap();
        let folder = |name: &str| {
            let path = within.path().join(name);
            std::fs::create_dir(&path).unwrap();
            std::fs::write(path.join("input"), "7").unwrap();
            path
        };
        let of_ours = |name: &str| folder(&format!("{PREFIX}{name}"));
        let (stale, used, others) = (of_ours("stale"), of_ours("used"), folder("breakeven-of-somebody"));
        let lock = File::open(&used).unwrap();
        lock.try_lock().unwrap();
        remove_stale(within.path(), AGE);
        assert!(stale.exists(), "it may be about to be locked");
        remove_stale(within.path(), Duration::ZERO);
        assert_eq!((stale.exists(), used.exists(), others.exists()), (false, true, true));
    }
}
