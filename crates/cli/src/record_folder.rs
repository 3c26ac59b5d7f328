//! Where does a record lie, and may this run write to it?

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use breakeven_measure::clock::utc_now;
use breakeven_record::Record;

use crate::stop::Stop;

/// Name of a record within its folder.
pub(crate) const RECORD_FILE: &str = "record.json";

/// The record that a file or its folder stands for.
pub(crate) fn record_file(named: &Path) -> PathBuf {
    if named.is_dir() { named.join(RECORD_FILE) } else { named.to_owned() }
}

/// Reads a record file.
///
/// # Errors
/// It cannot be read (exit code 2), or has another schema (5).
pub(crate) fn read(path: &Path) -> Result<Record, Stop> {
    Record::read(path).map_err(Stop::of_record)
}

/// A label in small letters and digits with `-` between them, as names of folders have it.
pub(crate) fn slug(label: &str) -> String {
    let plain = |char: char| if char.is_ascii_alphanumeric() { char } else { '-' };
    let slug: String = label.to_lowercase().chars().map(plain).collect();
    slug.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// The folder of one run, locked against every other run as long as this lives.
pub(crate) struct RecordFolder {
    path: PathBuf,
    record: PathBuf,
    origin: Origin,
    _lock: File,
}

/// Where the folder of a run comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// It was made for this run, and is removed where the run measures nothing.
    Made,
    /// It was there, with a record to resume.
    Found,
}

impl RecordFolder {
    /// A new folder `DIR/<UTC stamp>-<label>`, with a number behind where that is taken.
    ///
    /// # Errors
    /// `output` cannot be written (exit code 1), or the label is too long for a name (2).
    pub(crate) fn new(output: &Path, label: &str) -> Result<Self, Stop> {
        let stamp = utc_now().replace(['-', ':'], "");
        let slug = slug(label);
        // nothing may be left of a label in another script
        let stem = if slug.is_empty() { stamp } else { format!("{stamp}-{slug}") };
        let unwritable =
            || format!("cannot write to {}: choose another folder with --output", output.display());
        for number in 1.. {
            fs::create_dir_all(output).with_context(unwritable).map_err(Stop::ours)?;
            let name = if number == 1 { stem.clone() } else { format!("{stem}-{number}") };
            let path = output.join(name);
            match fs::create_dir(&path) {
                Ok(()) => return Self::locked(&path, path.join(RECORD_FILE), Origin::Made),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                // another run that came to nothing has just taken away the folder of all runs
                Err(error) if error.kind() == std::io::ErrorKind::NotFound && number < 100 => {}
                Err(error) if error.kind() == std::io::ErrorKind::InvalidFilename && output.is_dir() => {
                    let length = label.chars().count();
                    return Err(Stop::usage(anyhow!(
                        "--label: {length} characters are too many for the name of a folder: shorten it"
                    )));
                }
                Err(error) => return Err(Stop::ours(anyhow::Error::new(error).context(unwritable()))),
            }
        }
        unreachable!("some number is free")
    }

    /// The folder of a record that is there already.
    ///
    /// # Errors
    /// Another run is writing to it (1), or it cannot be opened (2).
    pub(crate) fn of(record: &Path) -> Result<Self, Stop> {
        let folder = record.parent().filter(|folder| !folder.as_os_str().is_empty());
        Self::locked(folder.unwrap_or_else(|| Path::new(".")), record.to_owned(), Origin::Found)
    }

    /// The record in it.
    pub(crate) fn record(&self) -> &Path {
        &self.record
    }

    /// Removes the folder of a run that has not begun, and the folder of all runs if that is empty then. One that is
    /// not empty stays, and so does one that cannot be removed.
    pub(crate) fn remove_if_empty(&self) {
        if self.origin == Origin::Made {
            let _ = fs::remove_dir(&self.path);
            let _ = self.path.parent().map(fs::remove_dir);
        }
    }

    /// The same, with the record of a run in which nothing was finished.
    pub(crate) fn remove(&self) {
        if self.origin == Origin::Made {
            let _ = fs::remove_file(&self.record);
            self.remove_if_empty();
        }
    }

    fn locked(path: &Path, record: PathBuf, origin: Origin) -> Result<Self, Stop> {
        let path = path.to_owned();
        let stop = if origin == Origin::Made { Stop::ours } else { Stop::usage };
        let lock = File::open(&path).with_context(|| format!("cannot open {}", path.display()));
        let lock = lock.map_err(stop)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, record, origin, _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                Err(Stop::ours(anyhow!("another run is writing to {}: wait for its end", path.display())))
            }
            // a file system without locks: two runs at once in one record are then the user's to avoid
            Err(TryLockError::Error(_)) => Ok(Self { path, record, origin, _lock: lock }),
        }
    }
}
