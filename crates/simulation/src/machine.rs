//! How long does a batch take on a machine that is made up?

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use breakeven_estimate::policy::PROCESSES;
use breakeven_measure::clock::{Clock as _, Scripted};
use breakeven_measure::context::Watch;
use breakeven_measure::order::{derive_seed, shuffled};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::disturbance::{Disturbance, Health, Since};
use super::scenario::Scenario;

/// By how much processes differ as a whole: standard deviation of the logarithm.
const PROCESS_SPREAD: f64 = 0.05;

/// By how much batches differ: standard deviation of the logarithm.
const BATCH_SPREAD: f64 = 0.01;

/// A machine with its noise; its clock stands still between batches.
pub(super) struct Machine {
    disturbance: Disturbance,
    between: f64,
    /// Who leaves something behind for whoever is next, if anybody does.
    untidy: Option<&'static str>,
    clock: Scripted,
    // a contender must be Sync, though nobody shares it here
    state: Mutex<State>,
}

struct State {
    random: ChaCha8Rng,
    seed: u64,
    began_ns: u64,
    entered_ns: u64,
    process: usize,
    process_factor: f64,
    /// Where this process is in the machine's swing when it is entered, 0 to 1.
    swing: f64,
    /// Whose turn it is.
    turn: String,
    /// Whether it was the untidy one that worked last.
    untidied: bool,
    /// The factors of those who are prepared in this process.
    layouts: BTreeMap<String, f64>,
}

impl Machine {
    pub(super) fn new(scenario: Scenario) -> Self {
        let Scenario { disturbance, between, contenders, .. } = scenario;
        let state = State {
            random: ChaCha8Rng::seed_from_u64(0),
            seed: 0,
            began_ns: 0,
            entered_ns: 0,
            process: 0,
            process_factor: 1.0,
            swing: 0.0,
            turn: String::new(),
            untidied: false,
            layouts: BTreeMap::new(),
        };
        let first = contenders.first().map(|known| known.id);
        let untidy = first.filter(|_| disturbance == Disturbance::Leftovers);
        Self { disturbance, between, untidy, clock: Scripted::default(), state: Mutex::new(state) }
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
        state.swing = fraction(derive_seed(state.seed, "swing", process as u64));
        state.untidied = false;
        state.layouts.clear();
    }

    /// Where in the waves of the data the recording of this run begins, 0 to 1.
    pub(super) fn phase(&self) -> f64 {
        fraction(derive_seed(self.state().seed, "phase", 0))
    }

    /// The factor in this process on the time of whoever is prepared just now, as often as it is prepared; with that of
    /// the disturbance, if it is about the one of this number. The twin, beside its original, lies elsewhere in memory,
    /// and has a layout of its own.
    pub(super) fn layout(&self, disturbed: Option<usize>) -> f64 {
        let mut state = self.state();
        if let Some(&known) = state.layouts.get(&state.turn) {
            return known;
        }
        let disturbance = disturbed.map_or(1.0, |contender| {
            let ten = (state.process / PROCESSES * 1000 + contender) as u64;
            let sick = shuffled(PROCESSES, derive_seed(state.seed, "sick", ten))[0];
            let health = if state.process % PROCESSES == sick { Health::Sick } else { Health::Sound };
            self.disturbance.of_process(state.random.random(), health)
        });
        let layout = state.process_factor * (self.between * normal(&mut state.random)).exp() * disturbance;
        let turn = state.turn.clone();
        state.layouts.insert(turn, layout);
        layout
    }

    /// Lets the time of a batch pass that would take `ns` where nothing disturbs it.
    pub(super) fn work(&self, ns: f64) {
        let mut state = self.state();
        let now_ns = self.clock.now_ns();
        let seconds_since = |then_ns: u64| (now_ns - then_ns) as f64 / 1e9;
        let since = Since {
            run: seconds_since(state.began_ns),
            process: seconds_since(state.entered_ns),
            swing: state.swing,
        };
        let batch = (BATCH_SPREAD * normal(&mut state.random)).exp();
        let tail = self.disturbance.of_batch(state.random.random(), state.random.random());
        let is_untidy = self.untidy.is_some_and(|untidy| untidy == state.turn);
        let found_ns = if state.untidied && !is_untidy { self.disturbance.of_leftovers_ns() } else { 0.0 };
        state.untidied = is_untidy;
        let ns = self.disturbance.passing_ns(ns * batch * tail + found_ns, since);
        self.clock.advance(ns.round() as u64);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells the machine whose turn it is; nobody waits for what takes no time.
pub(super) struct Usher<'a>(pub(super) &'a Machine);

impl Watch for Usher<'_> {
    fn begin(&mut self, contender: &str, _: &str, _: u64) {
        let mut state = self.0.state();
        if state.turn != contender {
            contender.clone_into(&mut state.turn);
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
fn normal(random: &mut ChaCha8Rng) -> f64 {
    loop {
        let (u, v) = (2.0 * random.random::<f64>() - 1.0, 2.0 * random.random::<f64>() - 1.0);
        let square = u * u + v * v;
        if square > 0.0 && square < 1.0 {
            return u * (-2.0 * square.ln() / square).sqrt();
        }
    }
}
