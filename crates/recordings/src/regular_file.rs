//! Has this path an end, so that it can be read more than once, and does it fit into memory?

use std::fs::{self, File};
use std::path::Path;

use crate::error::Problem;

/// The most bytes of samples that are held in memory at once: five days of six channels.
pub(crate) const MOST_BYTES_IN_MEMORY: u64 = 1 << 29;

/// Opens a regular file. A device has no end, a pipe can be read once, and opening one may wait for ever.
pub(crate) fn open(path: &Path) -> Result<File, Problem> {
    if fs::metadata(path)?.is_file() { Ok(File::open(path)?) } else { Err(Problem::NotRegular) }
}

/// All bytes of a regular file that fits into memory.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    let bytes = open(path)?.metadata()?.len();
    if bytes > MOST_BYTES_IN_MEMORY {
        return Err(Problem::TooLarge { bytes, most: MOST_BYTES_IN_MEMORY });
    }
    Ok(fs::read(path)?)
}
