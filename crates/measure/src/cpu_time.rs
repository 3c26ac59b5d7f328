//! How much processor time did our processes, other programs and the hypervisor take meanwhile?

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use breakeven_estimate::warnings::Conditions;

/// Processor time that processes have used, in ticks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CpuTime {
    user: u64,
    system: u64,
}

impl CpuTime {
    /// The time of one process with all its threads, without its children; zero where the system does not tell.
    #[must_use]
    pub fn by(process: u32) -> Self {
        ProcessStat::read(process).map_or(Self::default(), |stat| stat.used)
    }

    fn total(self) -> u64 {
        self.user + self.system
    }

    fn since(self, then: CpuTime) -> CpuTime {
        CpuTime { user: self.user.saturating_sub(then.user), system: self.system.saturating_sub(then.system) }
    }
}

impl std::iter::Sum for CpuTime {
    fn sum<I: Iterator<Item = CpuTime>>(all: I) -> CpuTime {
        all.fold(CpuTime::default(), |sum, one| CpuTime {
            user: sum.user + one.user,
            system: sum.system + one.system,
        })
    }
}

/// The processor time of some processes and all their descendants, such as the interpreters that a worker drives, those
/// that have ended among them, so that the sum never decreases.
///
/// A process whose parent has waited for it and still runs is counted with the parent, to whose time the system adds
/// it; of any other process that has ended, the time that was seen last is kept.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    seen: BTreeMap<ProcessIdentity, ProcessStat>,
}

/// One process: its number alone may be given to another process later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct ProcessIdentity {
    process: u32,
    start: u64,
}

impl Ledger {
    /// Reads the times of these processes and their descendants. To be called before one of these is waited for.
    pub fn update(&mut self, ancestors: &[u32]) {
        let names = fs::read_dir("/proc").into_iter().flatten().flatten().map(|entry| entry.file_name());
        let ids = names.filter_map(|name| name.to_str()?.parse::<u32>().ok());
        self.add(ancestors, &ids.filter_map(ProcessStat::read).collect::<Vec<_>>());
    }

    /// The sum so far.
    #[must_use]
    pub fn used(&self) -> CpuTime {
        self.seen.values().flat_map(|stat| [stat.used, stat.waited_for]).sum()
    }

    fn add(&mut self, ancestors: &[u32], all: &[ProcessStat]) {
        let mut descendants: Vec<&ProcessStat> =
            all.iter().filter(|one| ancestors.contains(&one.identity.process)).collect();
        let mut counted = 0;
        while counted < descendants.len() {
            let parent = descendants[counted].identity.process;
            descendants.extend(all.iter().filter(|one| one.parent == parent));
            counted += 1;
        }
        let parents: BTreeSet<u32> =
            descendants.iter().filter(|one| one.state != ZOMBIE).map(|one| one.identity.process).collect();
        let present: BTreeSet<ProcessIdentity> = descendants.iter().map(|one| one.identity).collect();
        self.seen.retain(|identity, one| present.contains(identity) || !parents.contains(&one.parent));
        self.seen.extend(descendants.into_iter().map(|one| (one.identity, *one)));
    }
}

/// The state of a process that has ended and has not been waited for.
const ZOMBIE: char = 'Z';

/// What `/proc/PID/stat` tells of a process.
#[derive(Debug, Clone, Copy)]
struct ProcessStat {
    identity: ProcessIdentity,
    state: char,
    parent: u32,
    used: CpuTime,
    /// The time of those children that it has waited for, and of their children.
    waited_for: CpuTime,
}

impl ProcessStat {
    fn read(process: u32) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{process}/stat")).ok()?)
    }

    /// The fields of proc(5), `/proc/PID/stat`.
    fn parse(text: &str) -> Option<Self> {
        // the name, in parentheses, may hold anything
        let (process, _) = text.split_once(' ')?;
        let fields: Vec<&str> = text.rsplit_once(") ")?.1.split(' ').collect();
        let number = |field: usize| fields.get(field)?.trim().parse::<u64>().ok();
        let used = |user: usize| Some(CpuTime { user: number(user)?, system: number(user + 1)? });
        Some(Self {
            identity: ProcessIdentity { process: process.parse().ok()?, start: number(19)? },
            state: fields.first()?.chars().next()?,
            parent: u32::try_from(number(1)?).ok()?,
            used: used(11)?,
            waited_for: used(13)?,
        })
    }
}

/// The times at one moment, from which the conditions since then are computed later.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// All processors.
    pub ticks: Ticks,
    /// The workers, those that have ended among them.
    pub workers: CpuTime,
    /// This process.
    pub own: CpuTime,
}

/// Ticks below which no share of the time is given: a second, on most systems.
const LEAST_USED: u64 = 100;

impl Moment {
    /// The times so far.
    #[must_use]
    pub fn now(workers: CpuTime) -> Self {
        Self { ticks: Ticks::now(), workers, own: CpuTime::by(std::process::id()) }
    }

    /// What the machine was doing between then and this moment.
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

/// Processor ticks since the machine was started: from them follows what the hypervisor and other programs took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ticks {
    total: u64,
    idle: u64,
    steal: u64,
    /// The number of processors counted here, which may be more than this process may run on.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A process by its line of `/proc/PID/stat`; its start follows from its number.
    fn stat(process: u32, state: char, parent: u32, used: [u64; 2], waited_for: [u64; 2]) -> ProcessStat {
        let text = format!(
            "{process} (a name) with ) parentheses) {state} {parent} {process} {process} 0 -1 4194304 900 0 0 0 \
             {} {} {} {} 20 0 3 0 {} 123456 789 18446744073709551615 1 1\n",
            used[0],
            used[1],
            waited_for[0],
            waited_for[1],
            1000 + process
        );
        ProcessStat::parse(&text).unwrap()
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
        Moment { ticks, workers: ledger.used(), own: CpuTime::default() }
    }

    #[test]
    fn what_is_neither_idle_nor_stolen_nor_ours_was_used_by_others() {
        let mut ledger = Ledger::default();
        ledger.add(&[7], &[stat(7, 'S', 1, [50, 50], [0, 0])]);
        let then = moment(ticks(2, [3_000, 1_900, 5_000, 100]), &ledger);
        ledger.add(&[7], &[stat(7, 'S', 1, [350, 150], [0, 0])]);
        let now = moment(ticks(2, [3_400, 2_080, 5_400, 120]), &ledger);
        let conditions = now.conditions_since(then, 7);
        // 1000 ticks: 400 idle, 20 stolen, 400 of the worker, so 180 of others, and one processor has 500
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
        let (one, two) = (stat(7, 'S', 1, [1_000, 0], [0, 0]), stat(8, 'S', 1, [0, 0], [0, 0]));
        ledger.add(&[7, 8], &[one, two]);
        let then = moment(ticks(1, [1_000, 0, 0, 0]), &ledger);
        // 22 s: the first works 6 s more and dies, seen once more before it is waited for; its successor works 10 s
        ledger.add(&[7, 8], &[stat(7, 'Z', 1, [1_600, 0], [0, 0]), two]);
        ledger.add(&[8, 9], &[two, stat(9, 'S', 1, [1_000, 0], [0, 0])]);
        let now = moment(ticks(1, [2_600, 0, 600, 0]), &ledger);
        assert_eq!(now.conditions_since(then, 1).others_percent, Some(0.0));
        // a number that is used again is another process
        let reused = ProcessStat {
            identity: ProcessIdentity { process: 7, start: 5_000 },
            ..stat(7, 'R', 1, [30, 0], [0, 0])
        };
        ledger.add(&[7, 8, 9], &[two, stat(9, 'S', 1, [1_000, 0], [0, 0]), reused]);
        assert_eq!(ledger.used().total(), 1_600 + 1_000 + 30);
    }

    #[test]
    fn an_interpreter_is_counted_once_no_matter_which_process_waits_for_it() {
        let mut ledger = Ledger::default();
        let unrelated = stat(99, 'R', 1, [5_000, 5_000], [0, 0]);
        ledger.add(&[7], &[unrelated, stat(7, 'S', 1, [100, 0], [0, 0]), stat(20, 'R', 7, [40, 10], [0, 0])]);
        assert_eq!(ledger.used().total(), 150);
        // it ends, and the worker has waited for it: the system adds what it used to the worker's
        ledger.add(&[7], &[unrelated, stat(7, 'S', 1, [100, 0], [60, 10])]);
        assert_eq!(ledger.used().total(), 170);
        // the next one ends together with the worker: what was seen last is kept
        let (worker, next) = (stat(7, 'S', 1, [110, 0], [60, 10]), stat(21, 'R', 7, [30, 0], [0, 0]));
        ledger.add(&[7], &[unrelated, worker, next]);
        ledger.add(&[7], &[unrelated, stat(7, 'Z', 1, [115, 0], [60, 10])]);
        ledger.add(&[], &[unrelated]);
        assert_eq!(ledger.used(), CpuTime { user: 205, system: 10 });
    }

    #[test]
    fn the_ticks_of_this_system_and_this_process_can_be_read() {
        let now = Ticks::now();
        assert!(now.processors > 0 && now.total > 0, "{now:?}");
        assert_eq!(CpuTime::by(u32::MAX), CpuTime::default());
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
            ledger.update(&[shell.id()]);
            let (alone, all) = (CpuTime::by(shell.id()).total(), ledger.used().total());
            if all > alone + 5 || std::time::Instant::now() > deadline {
                break all > alone + 5;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        };
        let killed = std::process::Command::new("kill").arg(shell.id().to_string()).status();
        shell.wait().unwrap();
        assert!(killed.unwrap().success() && counted);
    }
}
