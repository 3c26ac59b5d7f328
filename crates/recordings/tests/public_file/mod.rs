//! Where is a file of the public recordings?

use std::path::PathBuf;

/// The file in the folder that BREAKEVEN_DATA names, or `None` where there is no folder, or not this file in it. In CI
/// a folder without the file is a mistake, not a reason to skip.
#[expect(clippy::print_stdout, reason = "a test that skips says so")]
pub(crate) fn public_file(file: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("BREAKEVEN_DATA") else {
        println!("skipped: BREAKEVEN_DATA names no folder of recordings ({file})");
        return None;
    };
    let path = PathBuf::from(folder).join(file);
    if !path.exists() && std::env::var_os("CI").is_none_or(|value| value != "true") {
        println!("skipped: BREAKEVEN_DATA has no {file}");
        return None;
    }
    Some(path)
}
