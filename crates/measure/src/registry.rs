//! What can be measured, and what is the right answer?

use std::collections::BTreeMap;

use breakeven_problem::{Absence, Answer, Contender, Data, Workload};
use breakeven_record::contender_id::AA_CONTROL;

/// Everything that can be measured, and what tells right from wrong.
pub struct Registry {
    /// All contenders and controls, in the order in which they are listed. The same id may stand
    /// several times, for different tasks.
    pub contenders: Vec<Box<dyn Contender>>,
    /// The reference answer of a workload on an input or a prefix of it.
    pub expected: fn(&Workload, &Data) -> Answer,
    /// Stable facts about the interpreter and its libraries; starts the interpreter.
    pub facts: fn() -> Result<BTreeMap<String, String>, Absence>,
}

impl Registry {
    /// The contender with this id that offers this workload; the A/A control is the baseline measured again.
    #[must_use]
    pub fn find(&self, id: &str, workload: &Workload, baseline: &str) -> Option<&dyn Contender> {
        let id = if id == AA_CONTROL { baseline } else { id };
        let mut all = self.contenders.iter().map(Box::as_ref);
        all.find(|contender| contender.about().id == id && contender.offers(workload))
    }
}
