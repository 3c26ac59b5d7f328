//! Who is timed in a simulated run?

use std::sync::Arc;

use breakeven_problem::{
    About, Absence, Answer, Contender, Contract, Data, Failure, InputForm, Prepared, Refusal, Workload,
};

use super::machine::Machine;

/// What every actor answers.
pub(super) const RIGHT: f64 = 2.0;

/// A contender that lets time pass.
pub(super) struct Actor {
    about: About,
    call_ns: f64,
    machine: Arc<Machine>,
    /// Its number among those that the disturbance is about, where it is one of them.
    disturbed: Option<usize>,
}

impl Actor {
    pub(super) fn undisturbed(id: &str, call_ns: f64, machine: &Arc<Machine>) -> Self {
        let contract = if id == crate::estimate::RULER { Contract::Control } else { Contract::Peer(&[]) };
        let about = About {
            id: id.to_owned(),
            summary: "lets time pass",
            input: InputForm::Slice,
            contract,
            threads: 1,
        };
        Self { about, call_ns, machine: Arc::clone(machine), disturbed: None }
    }

    pub(super) fn disturbed(id: &str, call_ns: f64, machine: &Arc<Machine>, number: usize) -> Self {
        Self { disturbed: Some(number), ..Self::undisturbed(id, call_ns, machine) }
    }
}

impl Contender for Actor {
    fn about(&self) -> &About {
        &self.about
    }

    fn offers(&self, _: &Workload) -> bool {
        true
    }

    fn version(&self) -> Result<String, Absence> {
        Ok(env!("CARGO_PKG_VERSION").to_owned())
    }

    // the twin is prepared beside its original: it lies elsewhere in memory, and draws a layout of its own
    fn prepare(&self, _: &Workload, _: &Arc<[Data]>) -> Result<Box<dyn Prepared>, Refusal> {
        let disturbance = self.disturbed.map_or(1.0, |number| self.machine.disturbance(number));
        let call_ns = self.call_ns * self.machine.layout() * disturbance;
        Ok(Box::new(Acting { call_ns, machine: Arc::clone(&self.machine) }))
    }
}

struct Acting {
    call_ns: f64,
    machine: Arc<Machine>,
}

impl Prepared for Acting {
    fn run(&mut self, _: usize, loops: u64) -> Result<(), Failure> {
        self.machine.work(self.call_ns * loops as f64);
        Ok(())
    }

    fn answer(&mut self) -> Result<Answer, Failure> {
        Ok(Answer::Value(RIGHT))
    }
}
