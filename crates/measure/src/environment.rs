//! On which machine was this measured, and what was it doing?
//!
//! Facts stay the same from run to run and are hashed into the environment's key; context moves and
//! never is. No host name and no path is read.

use std::collections::BTreeMap;
use std::fs;
use std::thread::available_parallelism;

use crate::input_file::sha256;
use crate::record::Environment;
use crate::warning::Conditions;

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
    /// Those of one process with all its threads; zero where the system does not tell.
    #[must_use]
    pub fn by(process: u32) -> Self {
        Running::read(process).used
    }

    /// Those of some processes and of all that descend from them, as interpreters do that a worker drives.
    #[must_use]
    pub fn by_families(ancestors: &[u32]) -> Self {
        let names = fs::read_dir("/proc").into_iter().flatten().flatten().map(|entry| entry.file_name());
        let ids = names.filter_map(|name| name.to_str()?.parse::<u32>().ok());
        let running: Vec<(u32, Running)> = ids.map(|id| (id, Running::read(id))).collect();
        let mut family = ancestors.to_vec();
        let mut counted = 0;
        while counted < family.len() {
            let parent = family[counted];
            family.extend(running.iter().filter(|(_, one)| one.parent == parent).map(|(id, _)| *id));
            counted += 1;
        }
        family.into_iter().map(Self::by).sum()
    }

    fn total(self) -> u64 {
        self.user + self.system
    }

    fn since(self, then: Used) -> Used {
        Used { user: self.user.saturating_sub(then.user), system: self.system.saturating_sub(then.system) }
    }
}

/// What the system tells of a process.
struct Running {
    parent: u32,
    used: Used,
}

impl Running {
    /// All zero where the system does not tell.
    fn read(process: u32) -> Self {
        let text = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        // the name, in parentheses, may hold anything
        let fields: Vec<&str> = text.rsplit_once(") ").map_or("", |(_, rest)| rest).split(' ').collect();
        let number = |field: usize| fields.get(field).and_then(|text| text.parse().ok()).unwrap_or(0);
        let parent = u32::try_from(number(1)).unwrap_or(0);
        Self { parent, used: Used { user: number(11), system: number(12) } }
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

/// A moment, to tell afterwards what the machine was doing since.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// All processors.
    pub ticks: Ticks,
    /// The workers.
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
        let processors = available_parallelism().map_or(1, usize::from) as f64;
        Conditions {
            tick_ns,
            others_percent: Some(100.0 * others as f64 * processors / all as f64),
            steal_percent: Some(100.0 * stolen as f64 / all as f64),
            system_percent: (workers.total() >= LEAST_USED)
                .then(|| 100.0 * workers.system as f64 / workers.total() as f64),
        }
    }
}

/// Processor ticks since the machine was started, for the share that the hypervisor took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ticks {
    total: u64,
    idle: u64,
    steal: u64,
}

impl Ticks {
    /// The ticks so far; zero where the system does not tell.
    #[must_use]
    pub fn now() -> Self {
        let text = fs::read_to_string("/proc/stat").unwrap_or_default();
        let line = text.lines().next().unwrap_or_default();
        let ticks: Vec<u64> =
            line.split_whitespace().skip(1).take(8).filter_map(|field| field.parse().ok()).collect();
        let field = |number: usize| ticks.get(number).copied().unwrap_or(0);
        Self { total: ticks.iter().sum(), idle: field(3) + field(4), steal: field(7) }
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

    #[test]
    fn what_is_neither_idle_nor_stolen_nor_ours_was_used_by_others() {
        let moment = |total, idle, steal, workers: (u64, u64)| Moment {
            ticks: Ticks { total, idle, steal },
            workers: Used { user: workers.0, system: workers.1 },
            own: Used::default(),
        };
        let then = moment(10_000, 5_000, 100, (50, 50));
        let now = moment(11_000, 5_400, 120, (350, 150));
        let conditions = now.conditions_since(then, 7);
        let processors = available_parallelism().map_or(1, usize::from) as f64;
        // 600 busy: 20 stolen, 400 by the workers, so 180 of 1000 by others
        assert_eq!(conditions.others_percent, Some(18.0 * processors));
        assert_eq!(conditions.steal_percent, Some(2.0));
        assert_eq!(conditions.system_percent, Some(25.0));
        assert_eq!(conditions.tick_ns, 7);
        let soon = moment(10_050, 5_000, 100, (50, 50));
        assert_eq!(soon.conditions_since(then, 7), Conditions { tick_ns: 7, ..Conditions::default() });
    }

    #[test]
    fn the_ticks_of_this_process_are_told_or_zero() {
        assert_eq!(Used::by(u32::MAX), Used::default());
    }

    #[test]
    fn what_descends_from_a_process_is_counted_with_it() {
        let mut shell = std::process::Command::new("sh")
            .args(["-c", "sh -c 'while :; do :; done' & child=$!; trap 'kill $child; exit' TERM; wait"])
            .spawn()
            .unwrap();
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
        let counted = loop {
            let (alone, family) = (Used::by(shell.id()).total(), Used::by_families(&[shell.id()]).total());
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
