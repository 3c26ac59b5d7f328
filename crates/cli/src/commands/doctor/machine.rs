//! Is the core that is measured on ours alone, and does its clock tell short times?

use std::fs;

use breakeven_estimate::warnings::LEAST_TICKS;
use breakeven_measure::clock::{Monotonic, tick_ns};
use breakeven_measure::cores::{Disturbance, UNDISTURBED, allowed, disturbance, last_allowed, slowdown};
use breakeven_measure::environment::context_now;
use breakeven_measure::probe::BATCH_NS;

use super::Finding;

/// From this factor on two processors are taken for the two hardware threads of one core.
const ONE_CORE: f64 = 1.25;

/// Other processors that are tried: on a larger machine those that the system names as sharers.
const TRIED_AT_MOST: usize = 4;

/// Batches of two milliseconds: three seconds in all.
const WATCHED_BATCHES: usize = 1500;

/// From this share of undisturbed batches on no advice is needed.
const MOSTLY: f64 = 0.95;

/// What is found on the processor that workers are pinned to.
pub(super) fn findings() -> Vec<Finding> {
    let clock = Monotonic::new();
    let (measured, allowed) = (last_allowed(), allowed());
    let mut findings = vec![clock_step(tick_ns(&clock)), frequency()];
    if allowed.len() > 1 {
        let factors = others(measured, &allowed).into_iter();
        let factors = factors.filter_map(|other| Some((other, slowdown(&clock, measured, other)?))).collect();
        findings.push(sharing(measured, factors));
    }
    findings.push(quiet(disturbance(&clock, measured, WATCHED_BATCHES)));
    findings
}

/// A batch is to be at least a thousand steps of the clock.
fn clock_step(tick_ns: u64) -> Finding {
    let found = format!("steps of {tick_ns} ns");
    let longest = BATCH_NS / LEAST_TICKS;
    if tick_ns <= longest {
        Finding::good("clock", found)
    } else {
        let advice = format!(
            "a batch of {} ms is fewer than {LEAST_TICKS} steps: choose another clock source of the system",
            BATCH_NS as f64 / 1e6
        );
        Finding::note("clock", found, advice)
    }
}

fn frequency() -> Finding {
    let context = context_now();
    let told = |name: &str, unit: &str| context.get(name).map(|value| format!("{value}{unit}"));
    let governor = context.get("governor").map(String::as_str);
    let parts = [told("governor", ""), told("frequency_mhz", " MHz"), told("temperature_c", " °C")];
    let found: Vec<String> = parts.into_iter().flatten().collect();
    match (governor, found.is_empty()) {
        (Some(governor), _) if governor != "performance" => Finding::note(
            "frequency",
            found.join(", "),
            "the clock rate follows the load: `cpupower frequency-set -g performance` keeps it",
        ),
        (_, true) => Finding::good("frequency", "this system does not tell; ratios do not depend on it"),
        _ => Finding::good("frequency", found.join(", ")),
    }
}

/// The processors that may share the core of `measured`.
fn others(measured: usize, allowed: &[usize]) -> Vec<usize> {
    let path = format!("/sys/devices/system/cpu/cpu{measured}/topology/thread_siblings_list");
    let named = listed(&fs::read_to_string(path).unwrap_or_default());
    let mut others: Vec<usize> =
        named.into_iter().chain(allowed.iter().copied()).filter(|&cpu| cpu != measured).collect();
    let mut seen = std::collections::BTreeSet::new();
    others.retain(|cpu| allowed.contains(cpu) && seen.insert(*cpu));
    others.truncate(TRIED_AT_MOST);
    others
}

/// The numbers of a list like `0,4-6`.
fn listed(text: &str) -> Vec<usize> {
    let range = |part: &str| -> Option<std::ops::RangeInclusive<usize>> {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some(first.parse().ok()?..=last.parse().ok()?)
    };
    text.trim().split(',').filter_map(range).flatten().collect()
}

fn sharing(measured: usize, factors: Vec<(usize, f64)>) -> Finding {
    let Some(&(other, factor)) = factors.iter().max_by(|a, b| a.1.total_cmp(&b.1)) else {
        return Finding::note("cores", "unknown", "this process may not choose its processor");
    };
    let tried: Vec<String> = factors.iter().map(|(cpu, _)| cpu.to_string()).collect();
    if factor < ONE_CORE {
        let found = format!(
            "processor {measured} has a core of its own: {factor:.2}x the time beside work on {}",
            tried.join(", ")
        );
        return Finding::good("cores", found);
    }
    let found = format!(
        "processors {other} and {measured} are one core: {factor:.2}x the time on {measured} beside work on {other}"
    );
    let advice =
        format!("leave processor {other} idle while measuring; contenders with threads gain nothing from it");
    Finding::note("cores", found, advice)
}

fn quiet(seen: Option<Disturbance>) -> Finding {
    let Some(Disturbance { undisturbed, median, high }) = seen else {
        return Finding::note("quiet", "unknown", "this process may not choose its processor");
    };
    let found = format!(
        "{:.0} % of 2 ms pieces within {:.0} % of the best; median {median:.2}x, one in twenty over {high:.2}x",
        100.0 * undisturbed,
        100.0 * (UNDISTURBED - 1.0),
    );
    if undisturbed >= MOSTLY {
        Finding::good("quiet", found)
    } else {
        let advice = "something shares the core, perhaps another guest of this host: expect wide intervals; \
                      stop it, or measure at another hour with --until-resolved";
        Finding::note("quiet", found, advice)
    }
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    #[test]
    fn lists_of_processors_are_read_as_the_system_writes_them() {
        assert_eq!(listed("0-1\n"), [0, 1]);
        assert_eq!(listed("3,11"), [3, 11]);
        assert_eq!(listed("0,4-6"), [0, 4, 5, 6]);
        assert_eq!(listed(""), [] as [usize; 0]);
    }

    #[test]
    fn the_measured_processor_is_not_tried_against_itself_and_none_twice() {
        let tried = others(1, &[0, 1]);
        assert_eq!(tried, [0]);
        assert!(others(63, &(0..64).collect::<Vec<_>>()).len() <= TRIED_AT_MOST);
        assert_eq!(others(7, &[4, 5, 7]), [4, 5], "only those that may be used");
    }

    #[test]
    fn a_core_counts_as_shared_by_its_worst_neighbour() {
        assert_eq!(sharing(3, vec![(0, 1.01), (1, 1.02)]).state, State::Good);
        let shared = sharing(3, vec![(0, 1.01), (2, 1.88)]);
        assert_eq!(shared.state, State::Note);
        assert!(shared.found.contains("processors 2 and 3 are one core"), "{}", shared.found);
        assert_eq!(sharing(1, Vec::new()).state, State::Note);
    }

    #[test]
    fn a_coarse_clock_and_a_disturbed_core_are_noted() {
        assert_eq!(clock_step(30).state, State::Good);
        assert_eq!(clock_step(1_000_000).state, State::Note);
        let disturbed = |undisturbed| Some(Disturbance { undisturbed, median: 1.4, high: 1.8 });
        assert_eq!(quiet(disturbed(0.3)).state, State::Note);
        assert_eq!(quiet(disturbed(0.99)).state, State::Good);
        assert_eq!(quiet(None).state, State::Note);
    }
}
