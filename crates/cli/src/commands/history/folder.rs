//! What lies in a folder of records?

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, anyhow};
use breakeven_measure::clock::days_since;
use breakeven_record::Record;
use breakeven_report::history::{Foreign, History, KnownRecord};

use crate::arguments::FolderArguments;
use crate::baseline;
use crate::record_folder::RECORD_FILE;
use crate::stop::{CommandResult, Stop};

/// The folder of repeated runs, whose files are no records.
pub(super) const REPEATED: &str = "repeated";

/// A folder with a folder per record.
pub(super) struct Folder {
    path: PathBuf,
    /// Paths within the folder that Git knows; nothing where that was not asked for.
    committed: Option<BTreeSet<String>>,
}

impl Folder {
    /// # Errors
    /// It is no folder that can be read, or Git does not know it (exit code 2).
    pub(super) fn open(arguments: &FolderArguments) -> Result<Self, Stop> {
        let path = arguments.folder.clone();
        if path.join(RECORD_FILE).is_file() {
            let advice = "name the folder around it, with a folder per record";
            return Err(Stop::usage(anyhow!("{} is the folder of one record: {advice}", path.display())));
        }
        fs::read_dir(&path)
            .with_context(|| format!("cannot read the folder {}", path.display()))
            .map_err(Stop::usage)?;
        let committed = if arguments.committed { Some(tracked(&path)?) } else { None };
        Ok(Self { path, committed })
    }

    /// The place of what lies at `path` within the folder.
    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.path.join(path)
    }

    /// The list of its records.
    ///
    /// # Errors
    /// There is no record (exit code 6), or the file with the baseline cannot be read (2).
    pub(super) fn history(&self) -> Result<History, Stop> {
        let (mut records, mut foreign) = (Vec::new(), Vec::new());
        self.look(&mut records, &mut foreign)?;
        if records.is_empty() {
            let unread = match foreign.len() {
                0 => String::new(),
                files => format!(
                    " that can be read, and {files} that cannot ({}: {})",
                    foreign[0].file, foreign[0].reason
                ),
            };
            return Err(Stop::nothing_matches(anyhow!(
                "{} has no record (FOLDER/*/{RECORD_FILE}){unread}: `breakeven run` makes one",
                self.path.display()
            )));
        }
        Ok(History::of(self.path.display().to_string(), baseline::read(&self.path)?, records, foreign))
    }

    fn look(&self, records: &mut Vec<KnownRecord>, foreign: &mut Vec<Foreign>) -> CommandResult {
        let unreadable = || format!("cannot read the folder {}", self.path.display());
        let entries = fs::read_dir(&self.path).and_then(Iterator::collect::<Result<Vec<fs::DirEntry>, _>>);
        let mut names: Vec<String> = entries
            .with_context(unreadable)
            .map_err(Stop::usage)?
            .into_iter()
            .filter(|entry| entry.path().is_dir())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| name != REPEATED)
            .collect();
        names.sort();
        for name in names {
            let path = format!("{name}/{RECORD_FILE}");
            let file = self.path(&path);
            if self.committed.as_ref().is_some_and(|known| !known.contains(&path)) {
                continue;
            }
            if !file.is_file() {
                let reason = format!("the folder has no {RECORD_FILE}");
                foreign.push(Foreign { file: name, reason });
                continue;
            }
            match Record::read_with_schema(&file) {
                Ok((record, schema)) => {
                    records.push(KnownRecord::of(&record, &path, &schema, days_since(&record.created)));
                }
                Err(error) => foreign.push(Foreign { file: path, reason: error.to_string() }),
            }
        }
        Ok(())
    }
}

/// The files of a folder that Git knows, by their paths within it.
fn tracked(folder: &Path) -> Result<BTreeSet<String>, Stop> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["ls-files", "-z"]).stdin(Stdio::null());
    let output = command.output().context("--committed needs git").map_err(Stop::usage)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().replace('\n', "; ");
        return Err(Stop::usage(anyhow!("--committed: git cannot list {}: {said}", folder.display())));
    }
    let names = String::from_utf8_lossy(&output.stdout);
    Ok(names.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect())
}
