//! What does a worker process do?
//!
//! It moves the protocol to descriptors of its own, so that a contender may print or read as it likes;
//! pins itself; and serves requests until its standard input ends. Before each step it writes into its note
//! file which contender begins which step, and sets an alarm: if the step never ends, the process dies
//! of the alarm, and the note names the contender.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::unistd::{alarm, dup2_stderr, dup2_stdin, dup2_stdout};

use crate::clock::Monotonic;
use crate::context::{PREPARE_DEADLINE_NS, Watch};
use crate::cores::pin;
use crate::protocol::{CurrentStep, PROTOCOL, Reply, Request};
use crate::registry::Registry;
use crate::system::adopt_descendants;
pub use crate::system::end_with_parent;
use crate::visit::visit;

/// Least length of a note in its file; shorter ones are filled up with spaces.
const NOTE_LENGTH: usize = 256;

/// How a worker is set up; what its hidden command-line options say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerSetup {
    /// The file for notes.
    pub note: PathBuf,
    /// The file that descriptors 1 and 2 are captured in.
    pub output: PathBuf,
    /// The processor that the worker stays on.
    pub pin: Option<usize>,
    /// Bytes of address space that it may use.
    pub memory_bytes: Option<u64>,
}

/// A worker that cannot work.
#[derive(Debug, thiserror::Error)]
#[error("worker: {doing}: {source}")]
pub struct WorkerError {
    /// What the worker was doing when a descriptor, file or pipe failed.
    pub doing: &'static str,
    /// Why that failed.
    pub source: io::Error,
}

/// Serves requests until standard input ends.
///
/// # Errors
/// The descriptors cannot be moved, or the command line has gone away.
pub fn serve(setup: &WorkerSetup, registry: impl FnOnce() -> Registry) -> Result<(), WorkerError> {
    let failed = |doing| move |source: io::Error| WorkerError { doing, source };
    end_with_parent().map_err(failed("asking to end with the parent"))?;
    // whoever kills this process finds a contender's children here, whatever group they are in
    adopt_descendants().map_err(failed("adopting its descendants"))?;
    let (requests, mut replies) = take_descriptors(setup).map_err(failed("moving the protocol aside"))?;
    if let Some(bytes) = setup.memory_bytes {
        limit_memory(bytes).map_err(failed("limiting its memory"))?;
    }
    let pinned_to = setup.pin.filter(|&processor| pin(processor));
    let file = OpenOptions::new().write(true).open(&setup.note).map_err(failed("opening the note"))?;
    let mut watch = NoteFile { file, length: NOTE_LENGTH };
    let (registry, clock) = (registry(), Monotonic::new());
    for line in BufReader::new(requests).lines() {
        let line = line.map_err(failed("reading a request"))?;
        let reply = match serde_json::from_str(&line) {
            Ok(Request::Hello { protocol: PROTOCOL }) => hello(&registry, &mut watch, pinned_to),
            Ok(Request::Hello { protocol }) => {
                Reply::Error { message: format!("this worker speaks protocol {PROTOCOL}, not {protocol}") }
            }
            Ok(Request::Visit(request)) => match visit(&registry, &clock, &mut watch, &request) {
                Ok(contenders) => Reply::Visited { contenders },
                Err(error) => Reply::Error { message: error.to_string() },
            },
            Err(error) => Reply::Error { message: format!("not a request: {error}") },
        };
        let mut text = serde_json::to_vec(&reply).map_err(|error| failed("writing a reply")(error.into()))?;
        text.push(b'\n');
        replies.write_all(&text).map_err(failed("writing a reply"))?;
    }
    Ok(())
}

/// Limits the address space of this process, and of the program it becomes.
///
/// # Errors
/// The limit in force is lower; the message names it, and the option that changes what is asked for.
pub fn limit_memory(bytes: u64) -> io::Result<()> {
    setrlimit(Resource::RLIMIT_AS, bytes, bytes).map_err(|error| {
        let (_, hard) = getrlimit(Resource::RLIMIT_AS).unwrap_or_default();
        let gib = hard >> 30;
        io::Error::other(format!(
            "{error}: the address space is limited to {hard} bytes already, which is less than {bytes}: pass --memory {gib}, \
             or --memory 0 to leave the limit as it is"
        ))
    })
}

fn hello(registry: &Registry, watch: &mut NoteFile, pinned_to: Option<usize>) -> Reply {
    watch.begin("interpreter", "start", PREPARE_DEADLINE_NS);
    let facts = (registry.facts)();
    watch.end();
    match facts {
        Ok(facts) => Reply::Hello { protocol: PROTOCOL, facts, pinned_to },
        Err(absence) => Reply::Error { message: absence.reason },
    }
}

/// The ends of a protocol that came on descriptors 0 and 1. From now on 0 leads to nothing and 1 to where 2 leads, so
/// that what is printed does not disturb the protocol.
///
/// # Errors
/// A descriptor cannot be made.
pub fn take_protocol() -> io::Result<(File, File)> {
    let requests = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let replies = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    dup2_stdin(File::open("/dev/null")?)?;
    dup2_stdout(io::stderr())?;
    Ok((requests, replies))
}

/// The protocol's ends; from now on descriptor 0 leads to nothing, and 1 and 2 to the capture file.
fn take_descriptors(setup: &WorkerSetup) -> io::Result<(File, File)> {
    let capture = OpenOptions::new().create(true).append(true).open(&setup.output)?;
    dup2_stderr(&capture)?;
    take_protocol()
}

/// The file that steps are noted in; their deadlines go to the alarm of the process.
struct NoteFile {
    file: File,
    /// Length of the longest note so far: every note is written at that length, to cover it.
    length: usize,
}

impl Watch for NoteFile {
    fn begin(&mut self, contender: &str, phase: &str, deadline_ns: u64) {
        let note = CurrentStep { contender: contender.to_owned(), phase: phase.to_owned() };
        let mut text = serde_json::to_vec(&note).unwrap_or_default();
        self.length = self.length.max(text.len());
        text.resize(self.length, b' ');
        // where a note cannot be written, a crash report lacks the contender's name, and the run goes on
        let _ = self.file.write_all_at(&text, 0);
        let seconds = u32::try_from(deadline_ns.div_ceil(1_000_000_000)).unwrap_or(u32::MAX);
        alarm::set(seconds.max(1));
    }

    fn end(&mut self) {
        alarm::cancel();
        let _ = self.file.write_all_at(&vec![b' '; self.length], 0);
    }

    fn sees_memory(&self) -> bool {
        true
    }

    /// Dies with the note still in its file, and with `why` as the last printed line.
    fn give_up(&mut self, why: &str) {
        let _ = writeln!(io::stderr(), "{why}");
        std::process::abort();
    }
}

/// The step that a dead worker noted last; `None` where it died between two steps.
#[must_use]
pub fn last_step(path: &Path) -> Option<CurrentStep> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}
