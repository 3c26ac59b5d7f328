//! How many stages has a workload had, and how does a further one add to them?
//!
//! In each stage new processes measure the workload. A stage that is interrupted leaves no trace: the record holds
//! whole stages, so that `--resume` continues with the processes that come next. Samples of all stages count alike, and
//! so do their warnings.

use serde::{Deserialize, Serialize};

use super::{Record, WorkloadRecord};
use crate::warning::Warning;

/// The stages that a workload has had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompletedStages {
    /// How many.
    pub count: usize,
    /// Nanoseconds that the last stage took, from its first process to its last.
    pub last_ns: u64,
}

impl Record {
    /// The number of stages that a workload has had: 0 where it is not in the record.
    #[must_use]
    pub fn stages_of(&self, id: &str) -> usize {
        match (self.workload(id), self.completed_stages.get(id)) {
            (None, _) => 0,
            (Some(_), Some(stages)) => stages.count,
            // a record of one stage keeps no count; each stage has as many processes, and their numbers continue
            (Some(workload), None) => {
                let runs = workload.contenders.iter().flat_map(|contender| &contender.runs);
                runs.map(|run| run.process).max().unwrap_or(0) / self.plan.processes.max(1) + 1
            }
        }
    }

    /// Puts a finished workload in the place of what was known of it before, and adds its warnings to those of earlier
    /// stages, whose samples still count; of two warnings of a kind about the same contender the worse is kept.
    pub fn replace(&mut self, finished: WorkloadRecord, warnings: Vec<Warning>) {
        let has_failed = |warning: &Warning| {
            let contender = warning.contender.as_ref().and_then(|id| finished.contender(id));
            contender.is_some_and(|known| !known.findings.outcome.is_timed())
        };
        self.warnings.retain(|known| known.workload.as_ref() != Some(&finished.id) || !has_failed(known));
        for warning in warnings {
            match self.warnings.iter_mut().find(|known| known.is_about_the_same_as(&warning)) {
                Some(known) if known.percent_of_limit > warning.percent_of_limit => {}
                Some(known) => *known = warning,
                None => self.warnings.push(warning),
            }
        }
        match self.workloads.iter_mut().find(|known| known.id == finished.id) {
            Some(known) => *known = finished,
            None => self.workloads.push(finished),
        }
        self.complete = self.plan.workloads.iter().all(|id| self.workload(id).is_some());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::warning::WarningKind;
    use crate::{ContenderRecord, Environment, Findings, InputRecord, Mode, Outcome, Plan, SCHEMA, Tool};

    fn workload(outcome: Outcome) -> WorkloadRecord {
        WorkloadRecord {
            id: "whole/uniform-4".into(),
            task: "whole".into(),
            why: "test".into(),
            input: InputRecord {
                kind: "seeded".into(),
                name: "uniform".into(),
                note: None,
                sha256: Vec::new(),
                rows: 4,
                channels: 1,
                dtype: "f64".into(),
            },
            length: 4,
            window: None,
            ddof: 0,
            units: 1,
            baseline: "rust/a".into(),
            contenders: vec![ContenderRecord {
                findings: Findings { outcome, ..Findings::default() },
                ..ContenderRecord::unvisited("rust/a", "slice", "fast")
            }],
        }
    }

    fn record(stages: usize) -> Record {
        Record {
            schema: SCHEMA.into(),
            created: String::new(),
            label: "test".into(),
            command: Vec::new(),
            complete: false,
            tool: Tool { version: String::new(), commit: None, dirty: None },
            environment: Environment { key: String::new(), facts: BTreeMap::new(), context: BTreeMap::new() },
            plan: Plan {
                mode: Mode::Quick,
                seed: 1,
                processes: 6,
                pinned_to: None,
                workloads: vec!["whole/uniform-4".into()],
                comparisons: stages,
                stages,
            },
            warnings: Vec::new(),
            crashes: Vec::new(),
            completed_stages: BTreeMap::new(),
            accuracy: None,
            ownership: None,
            imported: None,
            workloads: Vec::new(),
        }
    }

    type Kinds<'a> = &'a [(WarningKind, Option<&'a str>, u64)];

    fn warnings(kinds: Kinds<'_>) -> Vec<Warning> {
        let warning = |&(kind, contender, percent): &(WarningKind, Option<&str>, u64)| Warning {
            kind,
            workload: Some("whole/uniform-4".into()),
            contender: contender.map(str::to_owned),
            found: format!("{percent} % of the limit"),
            advice: String::new(),
            percent_of_limit: Some(percent),
        };
        kinds.iter().map(warning).collect()
    }

    #[test]
    fn of_two_warnings_of_a_kind_the_worse_is_kept_whichever_stage_it_was_of() {
        use WarningKind::{Load, SlowFirstBatch, Steal};
        let a = Some("rust/a");
        #[rustfmt::skip]
        let table: [(Kinds<'_>, Kinds<'_>, Outcome, Kinds<'_>); 6] = [
            // warnings of the first stage, of the second, the outcome after it, warnings that are kept
            (&[(Load, None, 300)], &[], Outcome::Measured, &[(Load, None, 300)]),
            (&[(Load, None, 300)], &[(Load, None, 200)], Outcome::Measured, &[(Load, None, 300)]),
            (&[(Load, None, 200)], &[(Load, None, 300)], Outcome::Measured, &[(Load, None, 300)]),
            (&[(Load, None, 200)], &[(Steal, None, 200)], Outcome::Measured, &[(Load, None, 200), (Steal, None, 200)]),
            (&[(SlowFirstBatch, a, 200)], &[(Load, None, 200)], Outcome::Measured, &[(SlowFirstBatch, a, 200), (Load, None, 200)]),
            // a contender that has failed since has no figure to be warned of
            (&[(SlowFirstBatch, a, 200), (Load, None, 200)], &[], Outcome::Failed, &[(Load, None, 200)]),
        ];
        for (first, second, outcome, kept) in table {
            let mut record = record(3);
            let elsewhere = Warning {
                workload: Some("whole/uniform-5".into()),
                ..warnings(&[(Load, None, 101)]).remove(0)
            };
            record.warnings.push(elsewhere.clone());
            record.replace(workload(Outcome::Measured), warnings(first));
            record.replace(workload(outcome), warnings(second));
            assert_eq!(record.warnings[0], elsewhere);
            assert_eq!(record.warnings[1..], warnings(kept), "{first:?} {second:?}");
        }
    }
}
