//! How does a process end together with everything that it has started?
//!
//! By its process group. A worker leads one, its programs and their children are in it, and all of it is killed when
//! the worker ends, however it ends: a child that lives on would keep the processor that is measured on, and the
//! pipe whose end tells that the worker is dead. Where the worker is killed, so are its descendants that have left the
//! group; it adopts those whose parents have ended.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use serde::Serialize;

use crate::printable::one_line;
use crate::system::{Patience, has_ended};

/// Stops a crew from another thread, as Ctrl-C does.
#[derive(Debug, Clone, Default)]
pub struct Halt {
    halted: Arc<AtomicBool>,
    processes: Arc<Mutex<Vec<u32>>>,
}

impl Halt {
    /// Kills every worker with all that it has started; a request that waits for a worker ends as interrupted.
    pub fn halt(&self) {
        self.halted.store(true, Ordering::SeqCst);
        self.lock().iter().copied().for_each(kill_group);
    }

    /// Whether it was halted.
    #[must_use]
    pub fn is_halted(&self) -> bool {
        self.halted.load(Ordering::SeqCst)
    }

    /// From now on the process group of this leader is killed too: at once, if the halt has come already.
    pub(crate) fn add(&self, leader: u32) {
        self.lock().push(leader);
        if self.is_halted() {
            kill_group(leader);
        }
    }

    /// Forgets a leader that has ended: the system may give its number to another process.
    pub(crate) fn remove(&self, leader: u32) {
        self.lock().retain(|&known| known != leader);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u32>> {
        self.processes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The process group that a process is in.
#[derive(Debug, Clone)]
pub(crate) enum Group {
    /// A group of its own, which ends with the process, or by this halt: Ctrl-C does not reach it.
    Own(Halt),
    /// The group of the worker that starts the process, which ends with the worker.
    OfWorker,
}

/// A process that was started here. When it is dropped, it is killed and waited for.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    group: Group,
    /// A thread that sleeps until the process ends, then kills what is left of its group.
    cleanup: Option<JoinHandle<()>>,
}

impl Process {
    pub(crate) fn spawn(command: &mut Command, group: &Group) -> io::Result<Self> {
        if matches!(group, Group::Own(_)) {
            command.process_group(0);
        }
        let child = command.spawn()?;
        let mut process = Self { child, group: group.clone(), cleanup: None };
        if let Group::Own(halt) = group {
            let id = process.id();
            halt.add(id);
            let cleanup = move || {
                if has_ended(id, Patience::Endless).is_ok() {
                    kill_group(id);
                }
            };
            process.cleanup = Some(std::thread::Builder::new().spawn(cleanup)?);
        }
        Ok(process)
    }

    /// The number of the process, and of its group where it leads one.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its standard input and output, where they are pipes that have not been taken yet, for requests and replies.
    pub(crate) fn take_lines(&mut self) -> io::Result<Lines> {
        let (requests, replies) = self.take_pipes()?;
        Ok(Lines { requests, replies: BufReader::new(replies) })
    }

    fn take_pipes(&mut self) -> io::Result<(ChildStdin, ChildStdout)> {
        let pipes = self.child.stdin.take().zip(self.child.stdout.take());
        pipes.ok_or_else(|| io::ErrorKind::BrokenPipe.into())
    }

    /// Waits for the process to end by itself, for at most this long.
    pub(crate) fn wait_at_most(&self, time: Duration) {
        const STEP: Duration = Duration::from_millis(5);
        for _ in 0..time.as_millis() / STEP.as_millis() {
            match has_ended(self.id(), Patience::None) {
                Ok(false) => std::thread::sleep(STEP),
                _ => return,
            }
        }
    }

    /// Kills the process, if it still runs, with all of its group, and says how it has ended.
    pub(crate) fn end(&mut self) -> io::Result<ExitStatus> {
        self.kill();
        // once the process is waited for, its number may be given to another one
        if let Some(cleanup) = self.cleanup.take() {
            drop(cleanup.join());
        }
        if let Group::Own(halt) = &self.group {
            halt.remove(self.id());
        }
        self.child.wait()
    }

    fn kill(&mut self) {
        match self.group {
            Group::Own(_) => kill_group(self.id()),
            // the process may have ended by itself
            Group::OfWorker => drop(self.child.kill()),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // a process that is already dead is waited for too
        drop(self.end());
    }
}

/// Runs a command to its end, in a process group of its own: what it leaves running ends with it, and the halt ends all
/// of it.
///
/// # Errors
/// It cannot be started or waited for.
pub fn run_to_end(command: &mut Command, halt: &Halt) -> io::Result<ExitStatus> {
    let mut process = Process::spawn(command, &Group::Own(halt.clone()))?;
    has_ended(process.id(), Patience::Endless)?;
    process.end()
}

/// Requests to a process and its replies, one JSON object per line.
#[derive(Debug)]
pub(crate) struct Lines {
    requests: ChildStdin,
    replies: BufReader<ChildStdout>,
}

impl Lines {
    /// Sends a request and sleeps until a line comes back, of which at most so many bytes are read; `None` where the
    /// process has ended.
    pub(crate) fn exchange(&mut self, request: &impl Serialize, longest: u64) -> Option<String> {
        let mut text = serde_json::to_vec(request).ok()?;
        text.push(b'\n');
        self.requests.write_all(&text).ok()?;
        let mut line = String::new();
        let read = self.replies.by_ref().take(longest).read_line(&mut line);
        read.ok().filter(|&bytes| bytes > 0)?;
        Some(line)
    }
}

/// How a process has ended, in words.
pub(crate) fn how_it_ended(status: &io::Result<ExitStatus>) -> String {
    let status = match status {
        Ok(status) => status,
        Err(error) => return error.to_string(),
    };
    match (status.signal().and_then(|signal| Signal::try_from(signal).ok()), status.code()) {
        (Some(Signal::SIGALRM), _) => "ran past its deadline".to_owned(),
        (Some(Signal::SIGKILL), _) => "SIGKILL (out of memory, or killed by another program)".to_owned(),
        (Some(signal), _) => signal.as_str().to_owned(),
        (None, Some(code)) => format!("exit code {code}"),
        (None, None) => status.to_string(),
    }
}

/// The last line that a process has printed into this file, to stand after how it ended.
pub(crate) fn last_printed(output: &Path) -> String {
    // a program may print bytes that are not UTF-8, and a crash may cut a character in two
    let printed = std::fs::read(output).unwrap_or_default();
    let text = String::from_utf8_lossy(&printed);
    match text.lines().rev().find(|line| !line.trim().is_empty() && !line.starts_with("note: ")) {
        Some(line) => format!("; it printed: {}", one_line(line).chars().take(200).collect::<String>()),
        None => String::new(),
    }
}

/// Kills every process of the group that this process leads, and its descendants that have left the group.
pub(crate) fn kill_group(leader: u32) {
    if let Ok(leader) = i32::try_from(leader)
        && leader > 0
    {
        let descendants = descendants(leader);
        // first the group, or its leader would go on when a child that it waits for has ended; one that is already gone
        // needs no killing
        let _ = killpg(Pid::from_raw(leader), Signal::SIGKILL);
        for descendant in descendants {
            let _ = kill(Pid::from_raw(descendant), Signal::SIGKILL);
        }
    }
}

/// The children of a process, their children, and so on.
fn descendants(ancestor: i32) -> Vec<i32> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let numbers = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok());
    let parents: Vec<(i32, i32)> = numbers.filter_map(|process| Some((process, parent(process)?))).collect();
    let mut found = vec![ancestor];
    let mut next = 0;
    while let Some(&known) = found.get(next) {
        found.extend(parents.iter().filter(|(_, parent)| *parent == known).map(|(process, _)| *process));
        next += 1;
    }
    found.split_off(1)
}

/// The parent of a process that still runs: the second field after its name, which may contain anything.
fn parent(process: i32) -> Option<i32> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    fields.split(' ').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;

    use super::*;

    /// A shell that leaves behind a child which holds its output, and ends with `code`.
    fn shell(halt: &Halt, code: &str) -> Process {
        let script = format!("sleep 1000 & echo $!; {code}");
        let mut command = Command::new("sh");
        command.args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::piped());
        Process::spawn(&mut command, &Group::Own(halt.clone())).unwrap()
    }

    #[test]
    fn what_a_leader_leaves_behind_ends_with_it_and_lets_go_of_its_pipe() {
        let mut leader = shell(&Halt::default(), "kill -SEGV $$");
        let (_input, mut output) = leader.take_pipes().unwrap();
        let mut printed = String::new();
        // without the cleanup thread this would take as long as the child sleeps
        output.read_to_string(&mut printed).unwrap();
        let child: i32 = printed.trim().parse().unwrap();
        let status = leader.end().unwrap();
        assert_eq!(status.signal(), Some(11));
        assert!(!is_running(child));
    }

    #[test]
    fn dropping_or_halting_a_leader_ends_its_children_too() {
        let halt = Halt::default();
        let child = |leader: &mut Process| -> i32 {
            let (_, output) = leader.take_pipes().unwrap();
            let mut printed = String::new();
            BufReader::new(output).read_line(&mut printed).unwrap();
            printed.trim().parse().unwrap()
        };
        let mut leader = shell(&halt, "wait");
        let of_dropped = child(&mut leader);
        drop(leader);
        assert!(!is_running(of_dropped));
        let mut leader = shell(&halt, "wait");
        let of_halted = child(&mut leader);
        halt.halt();
        assert!(!is_running(of_halted));
        let mut too_late = shell(&halt, "wait");
        too_late.wait_at_most(Duration::from_secs(600));
        assert_eq!(too_late.end().unwrap().signal(), Some(9));
    }

    #[test]
    fn a_child_that_has_left_the_group_is_killed_too() {
        let mut leader = Command::new("sh");
        leader.args(["-c", "setsid sh -c 'echo $$; exec sleep 1000' & wait"]);
        leader.stdin(Stdio::piped()).stdout(Stdio::piped());
        let halt = Halt::default();
        let mut leader = Process::spawn(&mut leader, &Group::Own(halt.clone())).unwrap();
        let (_, output) = leader.take_pipes().unwrap();
        let mut printed = String::new();
        BufReader::new(output).read_line(&mut printed).unwrap();
        halt.halt();
        assert!(!is_running(printed.trim().parse().unwrap()));
    }

    #[test]
    fn a_command_that_is_run_to_its_end_is_killed_with_its_children_by_the_halt() {
        let halt = Halt::default();
        assert_eq!(run_to_end(Command::new("sh").args(["-c", "exit 3"]), &halt).unwrap().code(), Some(3));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("child");
        let (stopped, known) = (halt.clone(), file.clone());
        let stop = std::thread::spawn(move || {
            let child = || std::fs::read_to_string(&known).ok()?.trim().parse::<i32>().ok();
            let child = std::iter::from_fn(|| Some(child())).find_map(|child| {
                std::thread::sleep(Duration::from_millis(5));
                child
            });
            stopped.halt();
            child.unwrap()
        });
        let script = format!("sleep 1000 & echo $! >{}; wait", file.display());
        let status = run_to_end(Command::new("sh").args(["-c", &script]), &halt).unwrap();
        assert_eq!(status.signal(), Some(9));
        assert!(!is_running(stop.join().unwrap()));
    }

    #[test]
    fn one_that_ends_by_itself_is_not_waited_for_longer() {
        let mut command = Command::new("true");
        let mut ended = Process::spawn(&mut command, &Group::OfWorker).unwrap();
        ended.wait_at_most(Duration::from_secs(600));
        assert!(ended.end().unwrap().success());
    }

    /// Whether a process still runs after it had some time to be killed; a zombie does not.
    fn is_running(process: i32) -> bool {
        for _ in 0..400 {
            let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
            let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
            if state.is_none_or(|state| state == 'Z') {
                return false;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        true
    }
}
