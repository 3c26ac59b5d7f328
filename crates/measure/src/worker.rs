//! What does a worker process do?
//!
//! It moves the protocol to descriptors of its own, so that a contender may print or read as it likes;
//! pins itself; and serves requests until its standard input ends. Before each step it notes, in a
//! file that nobody waits on, which contender does what, and sets an alarm: if the step never ends the
//! process dies of it, and the note names the culprit.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;

use nix::sys::prctl::set_pdeathsig;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::Signal;
use nix::unistd::{alarm, dup2_stderr, dup2_stdin, dup2_stdout};

use crate::clock::Monotonic;
use crate::cores::pin;
use crate::protocol::{CurrentStep, PROTOCOL, Reply, Request};
use crate::visit::{Registry, Watch, visit};

/// Length of a note in its file at least; shorter ones are filled up with spaces.
const NOTE_LENGTH: usize = 256;

/// How a worker is set up; what its hidden command-line options say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerSetup {
    /// The file for notes.
    pub note: PathBuf,
    /// The file that descriptors 1 and 2 are captured in.
    pub output: PathBuf,
    /// The processor to stay on.
    pub pin: Option<usize>,
    /// Bytes of address space it may use.
    pub memory_bytes: Option<u64>,
}

/// A worker that cannot work.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// A descriptor, file or pipe failed.
    #[error("worker: {doing}: {source}")]
    Io {
        /// What it was doing.
        doing: &'static str,
        /// Why it failed.
        source: io::Error,
    },
}

/// Serves requests until standard input ends.
///
/// # Errors
/// The descriptors cannot be moved, or the command line has gone away.
pub fn serve(setup: &WorkerSetup, registry: impl FnOnce() -> Registry) -> Result<(), WorkerError> {
    let failed = |doing| move |source: io::Error| WorkerError::Io { doing, source };
    die_with_parent().map_err(failed("asking to die with the parent"))?;
    let (requests, mut replies) = take_descriptors(setup).map_err(failed("moving the protocol aside"))?;
    if let Some(bytes) = setup.memory_bytes {
        limit_memory(bytes).map_err(failed("limiting its memory"))?;
    }
    let pinned_to = setup.pin.filter(|&processor| pin(processor));
    let file = OpenOptions::new().write(true).open(&setup.note).map_err(failed("opening the note"))?;
    let mut watch = Noted { file, length: NOTE_LENGTH };
    let (registry, clock) = (registry(), Monotonic::new());
    for line in BufReader::new(requests).lines() {
        let line = line.map_err(failed("reading a request"))?;
        let reply = match serde_json::from_str(&line) {
            Ok(Request::Hello { protocol: PROTOCOL }) => hello(&registry, &mut watch, pinned_to),
            Ok(Request::Hello { protocol }) => {
                Reply::Error { message: format!("this worker speaks protocol {PROTOCOL}, not {protocol}") }
            }
            Ok(Request::Visit(asked)) => match visit(&registry, &clock, &mut watch, &asked) {
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

/// Asks that this process, and the program it becomes, be killed when its parent ends, whatever ends that.
///
/// # Errors
/// The system does not offer it.
pub fn die_with_parent() -> io::Result<()> {
    set_pdeathsig(Signal::SIGKILL).map_err(io::Error::from)
}

/// Limits the address space of this process, and of the program it becomes.
///
/// # Errors
/// The limit in force is lower.
pub fn limit_memory(bytes: u64) -> io::Result<()> {
    setrlimit(Resource::RLIMIT_AS, bytes, bytes).map_err(io::Error::from)
}

fn hello(registry: &Registry, watch: &mut Noted, pinned_to: Option<usize>) -> Reply {
    watch.begin("interpreter", "start", crate::visit::PREPARE_DEADLINE_NS);
    let facts = (registry.facts)();
    watch.end();
    match facts {
        Ok(facts) => Reply::Hello { protocol: PROTOCOL, facts, pinned_to },
        Err(absence) => Reply::Error { message: absence.reason },
    }
}

/// The ends of a protocol that came on descriptors 0 and 1, which lead to nothing and to where 2 leads from now on: what
/// is printed here disturbs nobody.
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

/// The protocol's ends; descriptors 0, 1 and 2 lead to nothing and to the capture file from now on.
fn take_descriptors(setup: &WorkerSetup) -> io::Result<(File, File)> {
    let requests = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let replies = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    let capture = OpenOptions::new().create(true).append(true).open(&setup.output)?;
    dup2_stdin(File::open("/dev/null")?)?;
    dup2_stdout(&capture)?;
    dup2_stderr(&capture)?;
    Ok((requests, replies))
}

/// Notes go to a file, deadlines to the process's alarm.
struct Noted {
    file: File,
    /// Of the longest note so far: a shorter one covers all of it.
    length: usize,
}

impl Watch for Noted {
    fn begin(&mut self, contender: &str, phase: &str, deadline_ns: u64) {
        let note = CurrentStep { contender: contender.to_owned(), phase: phase.to_owned() };
        let mut text = serde_json::to_vec(&note).unwrap_or_default();
        self.length = self.length.max(text.len());
        text.resize(self.length, b' ');
        // a note that cannot be written costs the culprit's name, not the run
        let _ = self.file.write_all_at(&text, 0);
        let seconds = u32::try_from(deadline_ns.div_ceil(1_000_000_000)).unwrap_or(u32::MAX);
        alarm::set(seconds.max(1));
    }

    fn end(&mut self) {
        alarm::cancel();
        let _ = self.file.write_all_at(&vec![b' '; self.length], 0);
    }

    /// Dies with the note still in its file, and `why` as the last that was printed.
    fn give_up(&mut self, why: &str) {
        let _ = writeln!(io::stderr(), "{why}");
        std::process::abort();
    }
}

/// The note a dead worker has left; `None` where it was doing nothing in particular.
#[must_use]
pub fn last_step(path: &std::path::Path) -> Option<CurrentStep> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}
