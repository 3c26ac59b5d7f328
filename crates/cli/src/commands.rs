//! One file per command, each with one public function of the same name.

pub(crate) mod adopt;
pub(crate) mod compare;
pub(crate) mod doctor;
pub(crate) mod library;
pub(crate) mod list;
pub(crate) mod ownership;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod steps;
pub(crate) mod verify;
pub(crate) mod worker;

use std::io::Write as _;

use crate::stop::Stop;

/// Prints a result on stdout. A reader that has gone away (`| head`) is no error.
pub(crate) fn print(text: &str) -> Result<(), Stop> {
    let mut out = std::io::stdout().lock();
    let written = out
        .write_all(text.as_bytes())
        .and_then(|()| if text.ends_with('\n') { Ok(()) } else { out.write_all(b"\n") });
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Stop::ours(anyhow::Error::new(error).context("cannot write to standard output")))
        }
        _ => Ok(()),
    }
}

/// Says something on stderr that is no result. That nobody listens any more (`2>&1 | head`) stops nothing.
pub(crate) fn tell(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
