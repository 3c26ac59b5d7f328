//! Is the core that is measured on shared?
//!
//! Two processors can be the two hardware threads of one core, and a virtual machine need not say so. So sharing is
//! measured: how much longer a piece of work takes on one processor while another is kept busy, and how much longer it
//! takes than at its best while this program keeps no other processor busy.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::clock::Clock;
use crate::controls::reference_work;
use crate::system::affinity;
pub(crate) use crate::system::pin;

/// Nanoseconds of one batch of the work: long against a clock read, short against a time slice.
const BATCH_NS: u64 = 2_000_000;

/// Pairs of batches, with the other processor busy and idle.
const PAIRS: usize = 40;

/// The share of batches, the quickest first, whose slowest is compared: other programs slow the rest.
const QUICKEST: f64 = 0.1;

/// A batch within this of the best had the core to itself.
pub const UNDISTURBED: f64 = 1.10;

/// The processors that this process may run on, in ascending order: those of a container or of `taskset` need not begin
/// with 0. Where the system does not say which ones, as many as may be used, counted from 0.
#[must_use]
pub fn allowed() -> Vec<usize> {
    match affinity() {
        listed if listed.is_empty() => (0..thread::available_parallelism().map_or(1, usize::from)).collect(),
        listed => listed,
    }
}

/// The processor that workers stay on: the last, since a system does much of its own work on the first.
#[must_use]
pub fn last_allowed() -> usize {
    allowed().last().copied().unwrap_or(0)
}

/// How much longer work on `processor` takes while `other` is busy: 1.0 for two cores, up to 2.0 for the
/// two hardware threads of one. `None` where this process may not run on both.
///
/// The work issues as many integer instructions as a core can, so that sharing slows it down as much as an interpreter.
/// The quickest of 40 batches each are compared, so that other programs matter little; takes about a fifth of a second.
#[must_use]
pub fn slowdown(clock: &(dyn Clock + Sync), processor: usize, other: usize) -> Option<f64> {
    let (busy, end, pinned) = (AtomicBool::new(false), AtomicBool::new(false), Barrier::new(2));
    thread::scope(|scope| {
        let neighbour = scope.spawn(|| {
            let allowed = pin(other);
            pinned.wait();
            while allowed && !end.load(Ordering::Relaxed) {
                if busy.load(Ordering::Relaxed) {
                    work(64);
                } else {
                    thread::park();
                }
            }
            allowed
        });
        let waking = neighbour.thread().clone();
        let (busy, end, pinned) = (&busy, &end, &pinned);
        let measured = scope.spawn(move || {
            let allowed = pin(processor);
            pinned.wait();
            let loops = loops_of_a_batch(clock);
            let (mut shared, mut alone) = (Vec::new(), Vec::new());
            for _ in 0..PAIRS {
                busy.store(true, Ordering::Relaxed);
                waking.unpark();
                shared.push(batch(clock, loops));
                busy.store(false, Ordering::Relaxed);
                // gives the neighbour time to end its own piece of work
                work(64);
                alone.push(batch(clock, loops));
            }
            end.store(true, Ordering::Relaxed);
            waking.unpark();
            allowed.then(|| quick(shared) / quick(alone))
        });
        let ratio = measured.join().ok().flatten();
        let allowed = neighbour.join().unwrap_or(false);
        ratio.filter(|_| allowed)
    })
}

/// The time that the quickest tenth of the batches stays within.
fn quick(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[(QUICKEST * times.len() as f64) as usize]
}

/// How evenly a core worked while this program kept no other processor busy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Disturbance {
    /// Share of the batches that took at most [`UNDISTURBED`] times the best, 0 to 1.
    pub undisturbed: f64,
    /// The median batch over the best.
    pub median: f64,
    /// The slowest but one in twenty over the best.
    pub high: f64,
}

/// Watches `processor` for `batches` batches of two milliseconds. `None` where this process may not run
/// there, or for no batches.
///
/// The best is the first percentile, so that one lucky clock read does not make every other batch look slow.
#[must_use]
pub fn disturbance(clock: &(dyn Clock + Sync), processor: usize, batches: usize) -> Option<Disturbance> {
    let watched = thread::scope(|scope| {
        let watching = scope.spawn(|| {
            let loops = loops_of_a_batch(clock);
            pin(processor).then(|| (0..batches).map(|_| batch(clock, loops)).collect::<Vec<f64>>())
        });
        watching.join().ok().flatten()
    })?;
    let mut times = watched;
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get((share * times.len() as f64) as usize).copied();
    let best = at(0.01)?;
    let quiet = times.iter().filter(|&&time| time <= UNDISTURBED * best).count();
    Some(Disturbance {
        undisturbed: quiet as f64 / times.len() as f64,
        median: at(0.5)? / best,
        high: at(0.95)? / best,
    })
}

fn loops_of_a_batch(clock: &dyn Clock) -> u64 {
    let mut loops = 16;
    while batch(clock, loops) < BATCH_NS as f64 && loops < 1 << 30 {
        loops *= 2;
    }
    loops
}

fn batch(clock: &dyn Clock, loops: u64) -> f64 {
    let start = clock.now_ns();
    work(loops);
    (clock.now_ns() - start) as f64
}

fn work(loops: u64) {
    let reference = std::hint::black_box(reference_work as fn(f64) -> f64);
    for _ in 0..loops {
        std::hint::black_box(reference(std::hint::black_box(1.0)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Monotonic;

    #[test]
    fn a_processor_that_is_not_there_has_no_answer() {
        let clock = Monotonic::new();
        assert_eq!(slowdown(&clock, 0, 1023), None);
        assert_eq!(slowdown(&clock, 1023, 0), None);
        assert_eq!(disturbance(&clock, 1023, 3), None);
        assert_eq!(disturbance(&clock, last_allowed(), 0), None);
    }

    #[test]
    fn a_thread_may_stay_on_each_processor_that_it_is_allowed_and_is_then_allowed_no_other() {
        let all = allowed();
        assert!(!all.is_empty() && all.is_sorted());
        for processor in all {
            let (pinned, then) =
                thread::spawn(move || (pin(processor), (allowed(), last_allowed()))).join().unwrap();
            assert!(pinned, "processor {processor}");
            assert_eq!(then, (vec![processor], processor));
        }
        assert!(!thread::spawn(|| pin(1023)).join().unwrap());
    }

    #[test]
    fn a_processor_can_be_compared_with_itself() {
        let found = slowdown(&Monotonic::new(), last_allowed(), last_allowed());
        assert!(found.is_some_and(|ratio| ratio.is_finite() && ratio > 0.0), "{found:?}");
    }

    #[test]
    fn the_quickest_tenth_is_bounded_by_its_slowest() {
        assert_eq!(quick((1..=40).rev().map(f64::from).collect()), 5.0);
    }

    #[test]
    fn shares_and_quantiles_are_of_the_batches_watched() {
        let seen = disturbance(&Monotonic::new(), last_allowed(), 40).unwrap();
        assert!(seen.undisturbed > 0.0 && seen.undisturbed <= 1.0, "{seen:?}");
        assert!(seen.median <= seen.high, "{seen:?}");
    }
}
