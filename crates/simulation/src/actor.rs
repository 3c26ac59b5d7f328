//! What is a contender of a simulated run?

use std::sync::Arc;

use breakeven_problem::{
    About, Absence, Answer, Contender, Contract, Data, Failure, InputForm, Prepared, Refusal, Workload,
};

use super::machine::Machine;
use super::scenario::Cost;

/// The answer of every actor.
pub(super) const RIGHT: f64 = 2.0;

/// A contender that lets time pass.
pub(super) struct Actor {
    about: About,
    /// Nanoseconds of a call on the whole input, undisturbed.
    call_ns: f64,
    machine: Arc<Machine>,
    /// Its number among the contenders that the disturbance affects, if it is one of them.
    disturbed: Option<usize>,
    /// How its cost depends on how much of a recording it is called on, and the standard deviations of all of it.
    cost: Option<(Cost, u64)>,
}

impl Actor {
    pub(super) fn undisturbed(id: &str, call_ns: f64, machine: &Arc<Machine>) -> Self {
        let contract = if id == breakeven_record::contender_id::REFERENCE {
            Contract::Control
        } else {
            Contract::Peer(&[])
        };
        let about = About {
            id: id.to_owned(),
            summary: "lets time pass",
            input: InputForm::Slice,
            contract,
            threads: 1,
        };
        Self { about, call_ns, machine: Arc::clone(machine), disturbed: None, cost: None }
    }

    /// The same, affected by the disturbance as the contender of this number.
    pub(super) fn disturbed(self, number: Option<usize>) -> Self {
        Self { disturbed: number, ..self }
    }

    /// The same, with a cost that depends on the length of a recording of so many standard deviations.
    pub(super) fn costing(self, cost: Option<Cost>, units: u64) -> Self {
        Self { cost: cost.map(|cost| (cost, units)), ..self }
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

    fn prepare(&self, workload: &Workload, _: &Arc<[Data]>) -> Result<Box<dyn Prepared>, Refusal> {
        let share = self.cost.map_or(1.0, |(cost, whole)| {
            cost.share(workload.units(workload.length) as f64 / whole as f64, self.machine.phase())
        });
        let call_ns = self.call_ns * share * self.machine.layout(self.disturbed);
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
