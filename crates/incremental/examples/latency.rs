//! How long does one push take, at worst?
//!
//! `cargo run --release -p breakeven-incremental --example latency`
//!
//! One push at a time is timed, by the processor's time stamp counter on x86-64 and by `Instant` elsewhere. Nothing is
//! subtracted: the row `no-op` is what reading the clock twice, and waiting for it, costs. The same stream is pushed [`REPLAYS`] times.
//! `max` of the first replay holds whatever else the machine did; the columns `quiet` are of the least time of each
//! push over all replays, which is what its own work takes.
#![expect(clippy::print_stdout, reason = "an example is a program, and its table is what it has to say")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use breakeven_incremental::{ExactIntegerWindow, HalfBlocks, Moments, RollingSums, TwoStacks};
use breakeven_problem::inputs::{cliffs, draw};
use breakeven_problem::{Distribution, Workload};

const PUSHES: usize = 200_000;
const REPLAYS: usize = 15;
const WINDOWS: [usize; 2] = [75, 10_000];

fn main() {
    let clock = Clock::new();
    println!(
        "{PUSHES} pushes of a full window, {REPLAYS} replays, one push at a time; nanoseconds, nothing subtracted"
    );
    println!("{}\n", clock.about());
    for window in WINDOWS {
        for (data, values) in streams(window) {
            println!("w = {window}, {data}");
            println!(
                "{:<20} {:>8} {:>8} {:>8} {:>10} | {:>8} {:>8} {:>8} {:>10} {:>8}",
                "", "p50", "p99", "p99.9", "max", "q. p50", "q. p99", "q. p99.9", "q. max", "q. mean"
            );
            table(&clock, window, &values);
            println!();
        }
    }
}

fn streams(window: usize) -> [(&'static str, Vec<f64>); 2] {
    let length = window + PUSHES;
    let workload = Workload::sliding(Distribution::Uniform, length, window, "latency").with_one_input();
    let uniform = draw(&workload, 1).expect("uniform numbers are drawn").remove(0);
    let spiky = cliffs(length, 1).into_iter().find(|cliff| cliff.name == "spiky").expect("a cliff");
    [("uniform", uniform.series().expect("a series").to_vec()), ("spiky: 1e12 at every 97th", spiky.values)]
}

fn table(clock: &Clock, window: usize, values: &[f64]) {
    let head = window - 1;
    row(clock, "no-op", head, values, || |value| Some(value));
    row(clock, "RollingSums", head, values, || {
        let mut rolling = RollingSums::new(window, 0).expect("a window of values");
        move |value| rolling.push(value)
    });
    row(clock, "TwoStacks", head, values, || {
        let mut rolling = TwoStacks::new(window, 0).expect("a window of values");
        move |value| rolling.push(value)
    });
    row(clock, "HalfBlocks", head, values, || {
        let mut rolling = HalfBlocks::new(window, 0).expect("a window of values");
        move |value| rolling.push(value)
    });
    let integers: Vec<f64> = values.iter().map(|value| (value * 1e3).round()).collect();
    row(clock, "ExactIntegerWindow", head, &integers, || {
        let mut rolling = ExactIntegerWindow::new(window, 0).expect("a window of values");
        move |value| rolling.push(value as i64)
    });
    row(clock, "Moments (no window)", head, values, || {
        let mut moments = Moments::new();
        move |value| {
            moments.push(value);
            Some(moments.standard_deviation(0))
        }
    });
}

fn row<P: FnMut(f64) -> Option<f64>>(
    clock: &Clock,
    name: &str,
    head: usize,
    values: &[f64],
    make: impl Fn() -> P,
) {
    let (head, timed) = values.split_at(head);
    let mut least = vec![u64::MAX; timed.len()];
    let mut first = Vec::new();
    for replay in 0..REPLAYS {
        let mut push = make();
        for value in head {
            black_box(push(*value));
        }
        for (least, value) in least.iter_mut().zip(timed) {
            let value = black_box(*value);
            let start = clock.start();
            black_box(push(value));
            *least = clock.ticks_since(start).min(*least);
            if replay == 0 {
                first.push(*least);
            }
        }
    }
    let mean = least.iter().sum::<u64>() as f64 / least.len() as f64;
    let [p50, p99, p999, max] = percentiles(&mut first).map(|ticks| clock.nanoseconds(ticks));
    let [q50, q99, q999, q_max] = percentiles(&mut least).map(|ticks| clock.nanoseconds(ticks));
    let mean = mean * clock.nanoseconds_per_tick;
    println!(
        "{name:<20} {p50:>8.1} {p99:>8.1} {p999:>8.1} {max:>10.1} | {q50:>8.1} {q99:>8.1} {q999:>8.1} {q_max:>10.1} {mean:>8.1}"
    );
}

/// The median, 99 %, 99.9 % and the largest.
fn percentiles(ticks: &mut [u64]) -> [u64; 4] {
    ticks.sort_unstable();
    let last = ticks.len() - 1;
    [last / 2, last - last / 100, last - last / 1000, last].map(|rank| ticks[rank])
}

/// The finest counter of time that this target has.
struct Clock {
    nanoseconds_per_tick: f64,
    #[cfg(not(target_arch = "x86_64"))]
    origin: Instant,
}

impl Clock {
    fn nanoseconds(&self, ticks: u64) -> f64 {
        ticks as f64 * self.nanoseconds_per_tick
    }

    fn about(&self) -> String {
        let commonest: Vec<String> =
            self.commonest().map(|ticks| format!("{:.1}", self.nanoseconds(ticks))).to_vec();
        format!(
            "clock: {}, {:.3} ns a tick; of nothing it reads mostly {} ns: their distance is its resolution",
            if cfg!(target_arch = "x86_64") { "time stamp counter" } else { "Instant" },
            self.nanoseconds_per_tick,
            commonest.join(" and ")
        )
    }

    /// The two commonest lengths of nothing, the shorter one first.
    fn commonest(&self) -> [u64; 2] {
        let mut times = BTreeMap::new();
        for _ in 0..1_000_000 {
            *times.entry(self.ticks_since(self.start())).or_insert(0_u32) += 1;
        }
        let mut commonest = [0, 0].map(|_| {
            let ticks = times.iter().max_by_key(|(_, times)| **times).map_or(0, |(ticks, _)| *ticks);
            times.remove(&ticks);
            ticks
        });
        commonest.sort_unstable();
        commonest
    }
}

#[cfg(target_arch = "x86_64")]
#[expect(
    unsafe_code,
    reason = "Instant's resolution is coarser than a push on some systems, and it costs more to read"
)]
impl Clock {
    /// Counts ticks over a fifth of a second.
    fn new() -> Self {
        let (start, ticks) = (Instant::now(), Self { nanoseconds_per_tick: 1.0 }.start());
        while start.elapsed().as_millis() < 200 {}
        let ticks = Self { nanoseconds_per_tick: 1.0 }.ticks_since(ticks);
        Self { nanoseconds_per_tick: start.elapsed().as_nanos() as f64 / ticks as f64 }
    }

    #[inline(always)]
    fn start(&self) -> u64 {
        // SAFETY: every x86-64 processor has these instructions, which read a counter and wait.
        unsafe {
            std::arch::x86_64::_mm_lfence();
            let ticks = std::arch::x86_64::_rdtsc();
            std::arch::x86_64::_mm_lfence();
            ticks
        }
    }

    #[inline(always)]
    fn ticks_since(&self, start: u64) -> u64 {
        // SAFETY: every x86-64 processor has these instructions, which read a counter and wait.
        unsafe {
            std::arch::x86_64::_mm_lfence();
            std::arch::x86_64::_rdtsc().saturating_sub(start)
        }
    }
}

#[cfg(not(target_arch = "x86_64"))]
impl Clock {
    fn new() -> Self {
        Self { nanoseconds_per_tick: 1.0, origin: Instant::now() }
    }

    #[inline(always)]
    fn start(&self) -> u64 {
        self.origin.elapsed().as_nanos() as u64
    }

    #[inline(always)]
    fn ticks_since(&self, start: u64) -> u64 {
        self.start() - start
    }
}
