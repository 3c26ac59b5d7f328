//! How long does a batch take on the simulated machine?

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use breakeven_estimate::policy::PROCESSES;
use breakeven_measure::clock::{Clock as _, Scripted};
use breakeven_measure::context::Watch;
use breakeven_measure::order::{derive_seed, shuffled};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::disturbance::{Disturbance, Since, Speed};
use super::scenario::{Placement, Scenario};

/// By how much processes differ as a whole: standard deviation of the logarithm.
pub(super) const PROCESS_SPREAD: f64 = 0.05;

/// By how much batches differ: standard deviation of the logarithm.
pub(super) const BATCH_SPREAD: f64 = 0.01;

/// Nanoseconds of a change of process: the least, and by how much it varies.
const COLD_NS: (f64, f64) = (3e3, 27e3);

/// A machine with its noise; its clock stands still between batches.
pub(super) struct Machine {
    disturbance: Disturbance,
    between: f64,
    placement: Placement,
    /// The contender that leaves the caches full of its own data, if one does.
    polluter: Option<&'static str>,
    clock: Scripted,
    // contenders must be Sync, though no other thread uses them here
    state: Mutex<State>,
}

struct State {
    random: ChaCha8Rng,
    seed: u64,
    began_ns: u64,
    entered_ns: u64,
    process: usize,
    process_factor: f64,
    /// The phase of the oscillation when this process is entered, 0 to 1.
    oscillation_phase: f64,
    /// The contender at work.
    current: String,
    /// Whether the last batch was of the polluter.
    polluted: bool,
    /// The process of the last batch.
    at_work: String,
    /// The factors of the contenders that are prepared in this process.
    layouts: BTreeMap<String, f64>,
}

impl Machine {
    pub(super) fn new(scenario: Scenario) -> Self {
        let Scenario { disturbance, between, contenders, placement, .. } = scenario;
        let state = State {
            random: ChaCha8Rng::seed_from_u64(0),
            seed: 0,
            began_ns: 0,
            entered_ns: 0,
            process: 0,
            process_factor: 1.0,
            oscillation_phase: 0.0,
            current: String::new(),
            polluted: false,
            at_work: String::new(),
            layouts: BTreeMap::new(),
        };
        let first = contenders.first().map(|known| known.id);
        let polluter = first.filter(|_| disturbance == Disturbance::Leftovers);
        Self {
            disturbance,
            between,
            placement,
            polluter,
            clock: Scripted::default(),
            state: Mutex::new(state),
        }
    }

    pub(super) fn clock(&self) -> &Scripted {
        &self.clock
    }

    /// A new run begins.
    pub(super) fn restart(&self, seed: u64) {
        let mut state = self.state();
        state.random = ChaCha8Rng::seed_from_u64(derive_seed(seed, "machine", 0));
        state.seed = seed;
        state.began_ns = self.clock.now_ns();
    }

    /// This process is visited.
    pub(super) fn enter(&self, process: usize) {
        let mut state = self.state();
        state.process = process;
        state.entered_ns = self.clock.now_ns();
        state.process_factor = (PROCESS_SPREAD * normal(&mut state.random)).exp();
        state.oscillation_phase = fraction(derive_seed(state.seed, "swing", process as u64));
        state.polluted = false;
        state.at_work.clear();
        state.layouts.clear();
    }

    /// Where in the waves of the data the recording of this run begins, 0 to 1.
    pub(super) fn phase(&self) -> f64 {
        fraction(derive_seed(self.state().seed, "phase", 0))
    }

    /// The factor in this process on the time of the contender that is being prepared, the same as often as it is
    /// prepared; with that of the disturbance, if it affects the contender of this number. The A/A control is placed
    /// elsewhere in memory than the baseline, and has a factor of its own.
    pub(super) fn layout(&self, disturbed: Option<usize>) -> f64 {
        let mut state = self.state();
        if let Some(&known) = state.layouts.get(&state.current) {
            return known;
        }
        let disturbance = disturbed.map_or(1.0, |contender| {
            let ten = (state.process / PROCESSES * 1000 + contender) as u64;
            let slow = shuffled(PROCESSES, derive_seed(state.seed, "slow process", ten))[0];
            let speed = if state.process % PROCESSES == slow { Speed::Slow } else { Speed::Normal };
            self.disturbance.of_process(state.random.random(), speed)
        });
        let layout = state.process_factor * (self.between * normal(&mut state.random)).exp() * disturbance;
        let current = state.current.clone();
        state.layouts.insert(current, layout);
        layout
    }

    /// Advances the clock by the time of a batch that would take `ns` on an undisturbed machine.
    pub(super) fn work(&self, ns: f64) {
        let mut state = self.state();
        let now_ns = self.clock.now_ns();
        let seconds_since = |then_ns: u64| (now_ns - then_ns) as f64 / 1e9;
        let since = Since {
            run: seconds_since(state.began_ns),
            process: seconds_since(state.entered_ns),
            phase: state.oscillation_phase,
            seed: state.seed,
        };
        let batch = (BATCH_SPREAD * normal(&mut state.random)).exp();
        let tail = self.disturbance.of_batch(state.random.random(), state.random.random());
        let is_polluter = self.polluter.is_some_and(|polluter| polluter == state.current);
        let found_ns = if state.polluted && !is_polluter { self.disturbance.of_leftovers_ns() } else { 0.0 };
        state.polluted = is_polluter;
        let home = self.placement.process_of(&state.current).to_owned();
        let comes_back = self.disturbance == Disturbance::AnotherProcess && state.at_work != home;
        let cold_ns = if comes_back { COLD_NS.0 + COLD_NS.1 * state.random.random::<f64>() } else { 0.0 };
        state.at_work = home;
        let ns = self.disturbance.passing_ns(ns * batch * tail + found_ns + cold_ns, since);
        self.clock.advance(ns.round() as u64);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells the machine which contender is at work; no deadline is watched.
pub(super) struct MachineWatch<'a>(pub(super) &'a Machine);

impl Watch for MachineWatch<'_> {
    fn begin(&mut self, contender: &str, _: &str, _: u64) {
        let mut state = self.0.state();
        if state.current != contender {
            contender.clone_into(&mut state.current);
        }
    }

    fn end(&mut self) {}

    fn give_up(&mut self, _: &str) {}
}

/// A number of 0 to 1 from the bits of a seed.
fn fraction(seed: u64) -> f64 {
    ChaCha8Rng::seed_from_u64(seed).random()
}

/// A standard normal number: Marsaglia and Bray's polar method, 1964, of each pair the first.
pub(super) fn normal(random: &mut ChaCha8Rng) -> f64 {
    loop {
        let (u, v) = (2.0 * random.random::<f64>() - 1.0, 2.0 * random.random::<f64>() - 1.0);
        let square = u * u + v * v;
        if square > 0.0 && square < 1.0 {
            return u * (-2.0 * square.ln() / square).sqrt();
        }
    }
}
