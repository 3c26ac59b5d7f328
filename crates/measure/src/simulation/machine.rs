//! How long does a batch take on a machine that is made up?

use std::sync::{Mutex, MutexGuard, PoisonError};

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::PROCESSES;
use super::disturbance::{Disturbance, Health};
use crate::clock::{Clock as _, Scripted};
use crate::order::{derive_seed, shuffled};

/// By how much processes differ as a whole: standard deviation of the logarithm.
const PROCESS_SPREAD: f64 = 0.05;

/// By how much batches differ: standard deviation of the logarithm.
const BATCH_SPREAD: f64 = 0.01;

/// A machine with its noise; its clock stands still between batches.
pub(super) struct Machine {
    disturbance: Disturbance,
    between: f64,
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
}

impl Machine {
    pub(super) fn new(disturbance: Disturbance, between: f64) -> Self {
        let state = State {
            random: ChaCha8Rng::seed_from_u64(0),
            seed: 0,
            began_ns: 0,
            entered_ns: 0,
            process: 0,
            process_factor: 1.0,
        };
        Self { disturbance, between, clock: Scripted::default(), state: Mutex::new(state) }
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
    }

    /// The factor on somebody's time in this process, who is prepared just now.
    pub(super) fn layout(&self) -> f64 {
        let mut state = self.state();
        state.process_factor * (self.between * normal(&mut state.random)).exp()
    }

    /// The further factor on the contender of this number, which the disturbance is about.
    pub(super) fn disturbance(&self, contender: usize) -> f64 {
        let mut state = self.state();
        let ten = (state.process / PROCESSES * 1000 + contender) as u64;
        let sick = shuffled(PROCESSES, derive_seed(state.seed, "sick", ten))[0];
        let health = if state.process % PROCESSES == sick { Health::Sick } else { Health::Sound };
        self.disturbance.of_process(state.random.random(), health)
    }

    /// Lets the time of a batch pass that would take `ns` where nothing disturbs it.
    pub(super) fn work(&self, ns: f64) {
        let mut state = self.state();
        let now_ns = self.clock.now_ns();
        let seconds_since = |then_ns: u64| (now_ns - then_ns) as f64 / 1e9;
        let moment =
            self.disturbance.of_moment(seconds_since(state.began_ns), seconds_since(state.entered_ns));
        let batch = (BATCH_SPREAD * normal(&mut state.random)).exp();
        let tail = self.disturbance.of_batch(state.random.random(), state.random.random());
        self.clock.advance((ns * moment * batch * tail).round() as u64);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
