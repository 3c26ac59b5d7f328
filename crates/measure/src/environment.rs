//! On which machine was this measured, and what was it doing?
//!
//! Facts stay the same from run to run and are hashed into the environment's key; context moves and
//! is never hashed. No host name and no path is read.

use std::collections::BTreeMap;
use std::fs;
use std::thread::available_parallelism;

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

/// Bytes of address space for each worker: so many GiB, no limit for 0; by default three quarters of the machine's
/// memory, and 4 GiB at least.
///
/// A contender that asks for more gets none and fails by itself; without a limit the system would choose which process
/// to kill.
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
    // kilohertz and thousandths of a degree, where the system gives them
    let thousandth = |path: &str| {
        let value: f64 = fs::read_to_string(path).ok()?.trim().parse().ok()?;
        Some(format!("{:.0}", value / 1000.0))
    };
    let files = [
        ("frequency_mhz", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq"),
        ("temperature_c", "/sys/class/thermal/thermal_zone0/temp"),
    ];
    for (name, path) in files {
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
