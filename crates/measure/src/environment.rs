//! On which machine was this measured, and what was it doing?
//!
//! Facts stay the same from run to run and are hashed into the environment's key; context moves and
//! never is. No host name and no path is read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::thread::available_parallelism;

use breakeven_estimate::warnings::Conditions;
use breakeven_record::Environment;

use crate::input_file::sha256;

/// Facts of this machine that any program can read: CPU model, processors, operating system.
#[must_use]
pub fn machine_facts() -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    facts.insert("cpu".to_owned(), cpu_model());
    let processors = available_parallelism().map_or(1, usize::from);
    facts.insert("processors".to_owned(), processors.to_string());
    facts.insert("os".to_owned(), std::env::consts::OS.to_owned());
    facts.insert("arch".to_owned(), std::env::consts::ARCH.to_owned());
    facts
}

/// The processor's name, or "unknown".
#[must_use]
pub fn cpu_model() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let model = field("model name").unwrap_or_else(|| "unknown".to_owned());
    // some hypervisors hide the model's number in its name, but not in family and model
    match (field("cpu family"), field("model\t")) {
        (Some(family), Some(number)) => format!("{model} (family {family}, model {number})"),
        _ => model,
    }
}

/// Bytes of address space for each worker: so many GiB, none for 0; where nothing is said, three
/// quarters of the machine's memory, and 4 GiB at least.
///
/// A contender that asks for more gets none and fails by itself; without a limit the system would choose
/// whom to kill.
#[must_use]
pub fn memory_limit_bytes(gib: Option<u64>) -> Option<u64> {
    const GIB: u64 = 1 << 30;
    match gib {
        Some(0) => None,
        Some(gib) => Some(gib.saturating_mul(GIB)),
        None => {
            let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
            let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
            Some((kib.saturating_mul(1024) / 4 * 3).max(4 * GIB))
        }
    }
}

/// Processor ticks that processes have used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Used {
    user: u64,
    system: u64,
}

impl Used {
    /// Those of one process with all its threads, without its children; zero where the system does not tell.
    #[must_use]
    pub fn by(process: u32) -> Self {
        Running::read(process).map_or(Self::default(), |running| running.used)
    }

    fn total(self) -> u64 {
        self.user + self.system
    }

    fn since(self, then: Used) -> Used {
        Used { user: self.user.saturating_sub(then.user), system: self.system.saturating_sub(then.system) }
    }
}

impl std::iter::Sum for Used {
    fn sum<I: Iterator<Item = Used>>(all: I) -> Used {
        all.fold(Used::default(), |sum, one| Used {
            user: sum.user + one.user,
            system: sum.system + one.system,
        })
    }
}

/// What some processes and all that descend from them have used, as interpreters do that a worker drives: of those
/// that have ended too, so that it never becomes less.
///
/// Who is waited for by a parent that lives on is counted with the parent, where the system adds it; of anybody else
/// that has ended, what was seen of it last is kept.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    seen: BTreeMap<Life, Running>,
}

/// Which process: a number alone may be given to another one later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Life {
    process: u32,
    began: u64,
}

impl Ledger {
    /// Looks at the processes that descend from these, which has to be done before one of these is waited for.
    pub fn look(&mut self, ancestors: &[u32]) {
        let names = fs::read_dir("/proc").into_iter().flatten().flatten().map(|entry| entry.file_name());
        let ids = names.filter_map(|name| name.to_str()?.parse::<u32>().ok());
        self.add(ancestors, &ids.filter_map(Running::read).collect::<Vec<_>>());
    }

    /// Everything so far.
    #[must_use]
    pub fn used(&self) -> Used {
        self.seen.values().flat_map(|running| [running.used, running.waited_for]).sum()
    }

    fn add(&mut self, ancestors: &[u32], running: &[Running]) {
        let mut family: Vec<&Running> =
            running.iter().filter(|one| ancestors.contains(&one.life.process)).collect();
        let mut counted = 0;
        while counted < family.len() {
            let parent = family[counted].life.process;
            family.extend(running.iter().filter(|one| one.parent == parent));
            counted += 1;
        }
        let parents: BTreeSet<u32> =
            family.iter().filter(|one| one.state != ENDED).map(|one| one.life.process).collect();
        let there: BTreeSet<Life> = family.iter().map(|one| one.life).collect();
        self.seen.retain(|life, one| there.contains(life) || !parents.contains(&one.parent));
        self.seen.extend(family.into_iter().map(|one| (one.life, *one)));
    }
}

/// The state of a process that has ended and is not waited for yet.
const ENDED: char = 'Z';

/// What the system tells of a process.
#[derive(Debug, Clone, Copy)]
struct Running {
    life: Life,
    state: char,
    parent: u32,
    used: Used,
    /// What its children had used that it has waited for, with theirs.
    waited_for: Used,
}

impl Running {
    fn read(process: u32) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{process}/stat")).ok()?)
    }

    /// The fields of proc(5), `/proc/PID/stat`.
    fn parse(text: &str) -> Option<Self> {
        // the name, in parentheses, may hold anything
        let (process, _) = text.split_once(' ')?;
        let fields: Vec<&str> = text.rsplit_once(") ")?.1.split(' ').collect();
        let number = |field: usize| fields.get(field)?.trim().parse::<u64>().ok();
        let used = |user: usize| Some(Used { user: number(user)?, system: number(user + 1)? });
        Some(Self {
            life: Life { process: process.parse().ok()?, began: number(19)? },
            state: fields.first()?.chars().next()?,
            parent: u32::try_from(number(1)?).ok()?,
            used: used(11)?,
            waited_for: used(13)?,
        })
    }
}

/// A moment, to tell afterwards what the machine was doing since.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// All processors.
    pub ticks: Ticks,
    /// The workers, those that have ended among them.
    pub workers: Used,
    /// This process.
    pub own: Used,
}

/// Ticks of the workers below which nothing is said of them: a second, on most systems.
const LEAST_USED: u64 = 100;

impl Moment {
    /// Now.
    #[must_use]
    pub fn now(workers: Used) -> Self {
        Self { ticks: Ticks::now(), workers, own: Used::by(std::process::id()) }
    }

    /// What the machine was doing since then.
    #[must_use]
    pub fn conditions_since(self, then: Moment, tick_ns: u64) -> Conditions {
        let all = self.ticks.total.saturating_sub(then.ticks.total);
        let busy = all.saturating_sub(self.ticks.idle.saturating_sub(then.ticks.idle));
        let (workers, own) = (self.workers.since(then.workers), self.own.since(then.own));
        if all < LEAST_USED {
            return Conditions { tick_ns, ..Conditions::default() };
        }
        let stolen = self.ticks.steal.saturating_sub(then.ticks.steal);
        let others = busy.saturating_sub(stolen + workers.total() + own.total());
        Conditions {
            tick_ns,
            others_percent: Some(100.0 * others as f64 * self.ticks.processors as f64 / all as f64),
            steal_percent: Some(100.0 * stolen as f64 / all as f64),
            system_percent: (workers.total() >= LEAST_USED)
                .then(|| 100.0 * workers.system as f64 / workers.total() as f64),
        }
    }
}

/// Processor ticks since the machine was started, for what the hypervisor and other programs took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ticks {
    total: u64,
    idle: u64,
    steal: u64,
    /// Processors that these are the ticks of, which may be more than this process may run on.
    processors: u64,
}

impl Ticks {
    /// The ticks so far; zero where the system does not tell.
    #[must_use]
    pub fn now() -> Self {
        Self::parse(&fs::read_to_string("/proc/stat").unwrap_or_default())
    }

    /// The lines `cpu` and `cpuN` of proc(5), `/proc/stat`.
    fn parse(text: &str) -> Self {
        let line = text.lines().find(|line| line.starts_with("cpu ")).unwrap_or_default();
        let ticks: Vec<u64> =
            line.split_whitespace().skip(1).take(8).filter_map(|field| field.parse().ok()).collect();
        let field = |number: usize| ticks.get(number).copied().unwrap_or(0);
        let of_one = |line: &&str| {
            line.strip_prefix("cpu").is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()))
        };
        Self {
            total: ticks.iter().sum(),
            idle: field(3) + field(4),
            steal: field(7),
            processors: text.lines().filter(of_one).count() as u64,
        }
    }

    /// The share of all ticks since then that the hypervisor took, in per cent.
    #[must_use]
    pub fn steal_percent_since(self, then: Ticks) -> f64 {
        let total = self.total.saturating_sub(then.total).max(1);
        100.0 * self.steal.saturating_sub(then.steal) as f64 / total as f64
    }
}

/// What the machine is doing at the moment.
#[must_use]
pub fn context_now() -> BTreeMap<String, String> {
    let mut context = BTreeMap::new();
    if let Some(load) =
        fs::read_to_string("/proc/loadavg").ok().and_then(|text| text.split(' ').next().map(str::to_owned))
    {
        context.insert("load".to_owned(), load);
    }
    let governor = fs::read_to_string("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    if let Ok(governor) = governor {
        context.insert("governor".to_owned(), governor.trim().to_owned());
    }
    // kilohertz and thousandths of a degree, where the system tells them
    let thousandth = |path: &str| {
        let told: f64 = fs::read_to_string(path).ok()?.trim().parse().ok()?;
        Some(format!("{:.0}", told / 1000.0))
    };
    let told = [
        ("frequency_mhz", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq"),
        ("temperature_c", "/sys/class/thermal/thermal_zone0/temp"),
    ];
    for (name, path) in told {
        if let Some(value) = thousandth(path) {
            context.insert(name.to_owned(), value);
        }
    }
    context
}

/// Facts and context with the key of the facts.
#[must_use]
pub fn environment(facts: BTreeMap<String, String>, context: BTreeMap<String, String>) -> Environment {
    let text: String = facts.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    Environment { key: sha256(text.as_bytes())[..16].to_owned(), facts, context }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A process as `/proc/PID/stat` tells it; all began when their number says.
    fn running(process: u32, state: char, parent: u32, used: [u64; 2], waited_for: [u64; 2]) -> Running {
        let text = format!(
            "{process} (a name) with ) parentheses) {state} {parent} {process} {process} 0 -1 4194304 900 0 0 0 \
             {} {} {} {} 20 0 3 0 {} 123456 789 18446744073709551615 1 1\n",
            used[0],
            used[1],
            waited_for[0],
            waited_for[1],
            1000 + process
        );
        Running::parse(&text).unwrap()
    }

    /// `/proc/stat` of so many processors, of which only the sum is read.
    fn ticks(processors: usize, [user, system, idle, steal]: [u64; 4]) -> Ticks {
        let mut text = format!("cpu  {user} 0 {system} {idle} 0 0 0 {steal} 0 0\n");
        for processor in 0..processors {
            text += &format!("cpu{processor} 7 0 7 7 0 0 0 7 0 0\n");
        }
        Ticks::parse(&(text + "intr 12345 0 0\nctxt 99\nbtime 1700000000\nprocesses 4242\n"))
    }

    fn moment(ticks: Ticks, ledger: &Ledger) -> Moment {
        Moment { ticks, workers: ledger.used(), own: Used::default() }
    }

    #[test]
    fn what_is_neither_idle_nor_stolen_nor_ours_was_used_by_others() {
        let mut ledger = Ledger::default();
        ledger.add(&[7], &[running(7, 'S', 1, [50, 50], [0, 0])]);
        let then = moment(ticks(2, [3_000, 1_900, 5_000, 100]), &ledger);
        ledger.add(&[7], &[running(7, 'S', 1, [350, 150], [0, 0])]);
        let now = moment(ticks(2, [3_400, 2_080, 5_400, 120]), &ledger);
        let conditions = now.conditions_since(then, 7);
        // 1000 passed: 400 idle, 20 stolen, 400 by the worker, so 180 by others, of 500 that one processor has
        assert_eq!(conditions.others_percent, Some(36.0));
        assert_eq!(conditions.steal_percent, Some(2.0));
        assert_eq!(conditions.system_percent, Some(25.0));
        assert_eq!(conditions.tick_ns, 7);
        let soon = moment(ticks(2, [3_450, 2_080, 5_400, 120]), &ledger);
        assert_eq!(soon.conditions_since(now, 7), Conditions { tick_ns: 7, ..Conditions::default() });
    }

    #[test]
    fn a_foreign_core_is_a_whole_one_however_few_processors_this_process_may_use() {
        // 64 processors for 10 s, three of them busy: on which of them this process may run is not asked
        let then = moment(ticks(64, [0, 0, 1_000_000, 0]), &Ledger::default());
        let now = moment(ticks(64, [3_000, 0, 1_061_000, 0]), &Ledger::default());
        assert_eq!(now.conditions_since(then, 1).others_percent, Some(300.0));
    }

    #[test]
    fn the_work_of_a_worker_that_dies_stays_ours() {
        let mut ledger = Ledger::default();
        let (one, two) = (running(7, 'S', 1, [1_000, 0], [0, 0]), running(8, 'S', 1, [0, 0], [0, 0]));
        ledger.add(&[7, 8], &[one, two]);
        let then = moment(ticks(1, [1_000, 0, 0, 0]), &ledger);
        // 22 s: the first works 6 s more and dies, seen once more before it is waited for; its successor works 10 s
        ledger.add(&[7, 8], &[running(7, 'Z', 1, [1_600, 0], [0, 0]), two]);
        ledger.add(&[8, 9], &[two, running(9, 'S', 1, [1_000, 0], [0, 0])]);
        let now = moment(ticks(1, [2_600, 0, 600, 0]), &ledger);
        assert_eq!(now.conditions_since(then, 1).others_percent, Some(0.0));
        // a number that is used again is somebody else
        let reused =
            Running { life: Life { process: 7, began: 5_000 }, ..running(7, 'R', 1, [30, 0], [0, 0]) };
        ledger.add(&[7, 8, 9], &[two, running(9, 'S', 1, [1_000, 0], [0, 0]), reused]);
        assert_eq!(ledger.used().total(), 1_600 + 1_000 + 30);
    }

    #[test]
    fn an_interpreter_is_counted_once_whoever_waits_for_it() {
        let mut ledger = Ledger::default();
        let nobody = running(99, 'R', 1, [5_000, 5_000], [0, 0]);
        ledger.add(
            &[7],
            &[nobody, running(7, 'S', 1, [100, 0], [0, 0]), running(20, 'R', 7, [40, 10], [0, 0])],
        );
        assert_eq!(ledger.used().total(), 150);
        // it ends, and the worker has waited for it: the system adds what it used to the worker's
        ledger.add(&[7], &[nobody, running(7, 'S', 1, [100, 0], [60, 10])]);
        assert_eq!(ledger.used().total(), 170);
        // the next one ends together with the worker: what was seen last is kept
        let (worker, next) = (running(7, 'S', 1, [110, 0], [60, 10]), running(21, 'R', 7, [30, 0], [0, 0]));
        ledger.add(&[7], &[nobody, worker, next]);
        ledger.add(&[7], &[nobody, running(7, 'Z', 1, [115, 0], [60, 10])]);
        ledger.add(&[], &[nobody]);
        assert_eq!(ledger.used(), Used { user: 205, system: 10 });
    }

    #[test]
    fn the_ticks_of_this_system_and_this_process_are_told() {
        let now = Ticks::now();
        assert!(now.processors > 0 && now.total > 0, "{now:?}");
        assert_eq!(Used::by(u32::MAX), Used::default());
    }

    #[test]
    fn what_descends_from_a_process_is_counted_with_it() {
        let mut shell = std::process::Command::new("sh")
            .args(["-c", "sh -c 'while :; do :; done' & child=$!; trap 'kill $child; exit' TERM; wait"])
            .spawn()
            .unwrap();
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
        let mut ledger = Ledger::default();
        let counted = loop {
            ledger.look(&[shell.id()]);
            let (alone, family) = (Used::by(shell.id()).total(), ledger.used().total());
            if family > alone + 5 || std::time::Instant::now() > deadline {
                break family > alone + 5;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        };
        let told = std::process::Command::new("kill").arg(shell.id().to_string()).status();
        shell.wait().unwrap();
        assert!(told.unwrap().success() && counted);
    }
}
