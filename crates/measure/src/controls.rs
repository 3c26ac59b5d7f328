//! What is timed beside the contenders, to know what the harness itself costs and sees?

use std::hint::black_box;
use std::sync::Arc;

use breakeven_problem::{
    About, Absence, Answer, Contender, Contract, Data, Failure, InputForm, Prepared, Refusal, Workload,
};
use breakeven_record::contender_id::REFERENCE;

/// The controls that need nothing but Rust. The A/A control is not among them: it is the baseline, measured again.
#[must_use]
pub fn controls() -> Vec<Control> {
    vec![
        Control::new(
            REFERENCE,
            "the reference workload: a fixed piece of integer work, the same everywhere",
            reference_work,
        ),
        Control::new("control/noop-rust", "a call through a pointer that does nothing", noop),
    ]
}

/// A fixed piece of work that takes no input.
pub struct Control {
    about: About,
    work: fn(f64) -> f64,
}

impl Control {
    fn new(id: &str, summary: &'static str, work: fn(f64) -> f64) -> Self {
        let about = About {
            id: id.to_owned(),
            summary,
            input: InputForm::Nothing,
            contract: Contract::Control,
            threads: 1,
        };
        Self { about, work }
    }
}

impl Contender for Control {
    fn about(&self) -> &About {
        &self.about
    }

    fn offers(&self, _: &Workload) -> bool {
        true
    }

    fn version(&self) -> Result<String, Absence> {
        Ok(env!("CARGO_PKG_VERSION").to_owned())
    }

    fn prepare(&self, _: &Workload, _: &Arc<[Data]>) -> Result<Box<dyn Prepared>, Refusal> {
        Ok(Box::new(PreparedControl { work: self.work }))
    }
}

struct PreparedControl {
    work: fn(f64) -> f64,
}

impl Prepared for PreparedControl {
    fn run(&mut self, _: usize, loops: u64) -> Result<(), Failure> {
        let work = black_box(self.work);
        for _ in 0..loops {
            black_box(work(black_box(1.0)));
        }
        Ok(())
    }

    fn answer(&mut self) -> Result<Answer, Failure> {
        Ok(Answer::Nothing)
    }
}

/// The reference workload: 256 steps of eight independent chains of shifts, additions and exclusive-ors, which issue as
/// many instructions a cycle as a core can. So its time tells the clock frequency *and* whether another program has a
/// part of the core, which slows interpreters down as much. The chains differ in their shifts, so that no compiler
/// packs them into vectors.
pub(crate) fn reference_work(start: f64) -> f64 {
    const SHIFTS: [u32; 8] = [3, 11, 17, 23, 29, 37, 43, 53];
    let seed = start.to_bits();
    let mut chains = SHIFTS.map(|shift| seed.rotate_left(shift));
    for step in 0..256_u64 {
        for (chain, shift) in chains.iter_mut().zip(SHIFTS) {
            *chain = chain.rotate_left(shift).wrapping_add(step) ^ 0x9e37_79b9_7f4a_7c15;
        }
    }
    f64::from_bits(chains.into_iter().fold(0, |all, chain| all ^ chain))
}

fn noop(value: f64) -> f64 {
    value
}
