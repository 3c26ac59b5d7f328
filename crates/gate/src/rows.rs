//! Which rows does a gate have: contenders on workloads that both sides offer, and those that tell whether the machine
//! moved?

use std::collections::BTreeSet;

use breakeven_measure::job::Job;
use breakeven_record::contender_id::REFERENCE;

use crate::error::GateError;
use crate::roster::Roster;

/// Sentinels that every gate has, where there are so many.
const SENTINELS: usize = 2;

/// A contender on a workload.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowId {
    /// The workload's id.
    pub workload: String,
    /// The contender's id.
    pub contender: String,
}

/// What a gate compares.
pub struct Rows {
    /// What both sides offer, by workload, the sentinels among it.
    pub jobs: Vec<Job>,
    /// What tells whether the machine moved: no change of the code can have touched it.
    pub sentinels: BTreeSet<RowId>,
    /// What only the head offers.
    pub added: Vec<RowId>,
    /// What only the base offers.
    pub removed: Vec<RowId>,
}

impl Rows {
    /// Of these jobs the contenders that are wanted. Workloads come from the program that runs the gate.
    ///
    /// # Errors
    /// Base and head have none of them in common.
    pub fn of(
        jobs: Vec<Job>,
        base: &Roster,
        head: &Roster,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Self, GateError> {
        let (mut added, mut removed) = (Vec::new(), Vec::new());
        let mut common = Vec::new();
        for job in jobs {
            let workload = &job.workload.id;
            let offered = |roster: &Roster| -> BTreeSet<String> {
                let all = roster.get(workload).into_iter().flatten();
                all.filter(|id| wanted(id)).cloned().collect()
            };
            let (in_base, in_head) = (offered(base), offered(head));
            let row = |id: &String| RowId { workload: workload.clone(), contender: id.clone() };
            added.extend(in_head.difference(&in_base).map(row));
            removed.extend(in_base.difference(&in_head).map(row));
            let contenders: Vec<String> = in_head.intersection(&in_base).cloned().collect();
            if !contenders.is_empty() {
                common.push(beside_reference(job, contenders));
            }
        }
        if common.is_empty() {
            return Err(GateError::NothingInCommon);
        }
        Ok(Self { jobs: common, sentinels: BTreeSet::new(), added, removed })
    }

    /// The same with these contenders of a job as sentinels, where they are not rows to be judged.
    #[must_use]
    pub fn with_sentinels(mut self, job: Job) -> Self {
        let known = self.jobs.iter_mut().find(|known| known.workload.id == job.workload.id);
        let rows = known.as_ref().map_or(&[][..], |known| known.contenders.as_slice());
        let new: Vec<String> = job.contenders.iter().filter(|id| !rows.contains(id)).cloned().collect();
        self.sentinels
            .extend(new.iter().map(|id| RowId { workload: job.workload.id.clone(), contender: id.clone() }));
        match known {
            _ if new.is_empty() => {}
            Some(known) => known.contenders.extend(new),
            None => self.jobs.push(beside_reference(job, new)),
        }
        self
    }

    /// Makes sentinels of rows until there are two of different contenders: of those that `is_untouched` by the change.
    /// One row at least stays a row.
    #[must_use]
    pub fn with_untouched_sentinels(mut self, is_untouched: &dyn Fn(&str) -> bool) -> Self {
        for row in self.measured() {
            let known = |sentinel: &RowId| sentinel.contender == row.contender;
            let is_last = self.measured().len() == self.sentinels.len() + 1;
            if self.sentinels.len() < SENTINELS
                && !self.sentinels.iter().any(known)
                && !is_last
                && is_untouched(&row.contender)
            {
                self.sentinels.insert(row);
            }
        }
        self
    }

    /// All rows of the jobs, in their order, the sentinels too.
    #[must_use]
    pub fn measured(&self) -> Vec<RowId> {
        let of = |job: &Job| {
            let workload = job.workload.id.clone();
            let rows = job.contenders.iter().filter(|id| *id != REFERENCE).cloned();
            rows.map(move |contender| RowId { workload: workload.clone(), contender }).collect::<Vec<_>>()
        };
        self.jobs.iter().flat_map(of).collect()
    }

    /// From now on only these rows, and the sentinels, are measured.
    pub fn retain(&mut self, rows: &BTreeSet<RowId>) {
        for job in &mut self.jobs {
            let (workload, sentinels) = (&job.workload.id, &self.sentinels);
            job.contenders.retain(|contender| {
                let row = RowId { workload: workload.clone(), contender: contender.clone() };
                contender == REFERENCE || rows.contains(&row) || sentinels.contains(&row)
            });
        }
        self.jobs.retain(|job| job.contenders.iter().any(|id| id != REFERENCE));
    }
}

/// The job with these contenders, beside the reference workload, which their times are taken to.
fn beside_reference(job: Job, mut contenders: Vec<String>) -> Job {
    contenders.push(REFERENCE.to_owned());
    Job { contenders, whole_call: None, ..job }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use breakeven_problem::{Distribution, Workload};

    use super::*;

    fn job(n: usize, contenders: &[&str]) -> Job {
        Job {
            workload: Workload::whole(Distribution::Uniform, n, "test"),
            inputs: Box::new(Vec::new),
            note: None,
            baseline: "rust/one".to_owned(),
            contenders: contenders.iter().map(|id| (*id).to_owned()).collect(),
            whole_call: None,
            expected: None,
            known: BTreeMap::new(),
        }
    }

    fn roster(rows: &[(&str, &[&str])]) -> Roster {
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        rows.iter().map(|(workload, contenders)| ((*workload).to_owned(), ids(contenders))).collect()
    }

    fn names(rows: impl IntoIterator<Item = RowId>) -> Vec<String> {
        rows.into_iter().map(|row| format!("{} {}", row.workload, row.contender)).collect()
    }

    #[test]
    fn a_contender_or_workload_of_one_side_is_added_or_removed() {
        let base = roster(&[("whole/uniform-10", &["rust/one", "rust/old", "python/naive"])]);
        let head = roster(&[
            ("whole/uniform-10", &["rust/new", "rust/one", "python/naive"]),
            ("whole/uniform-20", &["rust/one"]),
        ]);
        let wanted = |id: &str| id.starts_with("rust/");
        let rows = Rows::of(vec![job(10, &[]), job(20, &[])], &base, &head, &wanted).expect("one in common");
        assert_eq!(names(rows.measured()), ["whole/uniform-10 rust/one"]);
        assert_eq!(names(rows.added), ["whole/uniform-10 rust/new", "whole/uniform-20 rust/one"]);
        assert_eq!(names(rows.removed), ["whole/uniform-10 rust/old"]);
        let nothing = Rows::of(vec![job(20, &[])], &base, &head, &wanted);
        assert!(matches!(nothing, Err(GateError::NothingInCommon)));
    }

    #[test]
    fn untouched_rows_become_sentinels_until_there_are_two() {
        let ids: &[&str] = &["rust/one", "rust/two", "rust/three", "rust/four"];
        let both = roster(&[("whole/uniform-10", ids), ("whole/uniform-20", ids)]);
        let of = |jobs, is_untouched: &dyn Fn(&str) -> bool| {
            let rows = Rows::of(jobs, &both, &both, &|_| true).expect("all in common");
            names(rows.with_untouched_sentinels(is_untouched).sentinels)
        };
        let jobs = || vec![job(10, &[]), job(20, &[])];
        assert_eq!(of(jobs(), &|id| id == "rust/two"), ["whole/uniform-10 rust/two"]);
        assert_eq!(of(jobs(), &|_| true).len(), 2);
        assert!(of(jobs(), &|_| false).is_empty());
        let one = roster(&[("whole/uniform-10", &["rust/one"])]);
        let rows = Rows::of(vec![job(10, &[])], &one, &one, &|_| true).expect("one in common");
        assert!(rows.with_untouched_sentinels(&|_| true).sentinels.is_empty(), "nothing would be judged");
    }

    #[test]
    fn sentinels_stay_when_rows_are_left_out_and_are_no_rows() {
        let both =
            roster(&[("whole/uniform-10", &["rust/one", "rust/two"]), ("whole/uniform-20", &["rust/one"])]);
        let jobs = vec![job(10, &[]), job(20, &[])];
        let rows = Rows::of(jobs, &both, &both, &|_| true).expect("all in common");
        let mut rows = rows
            .with_sentinels(job(10, &["python/naive", "rust/one"]))
            .with_sentinels(job(30, &["python/naive"]));
        assert_eq!(
            names(rows.sentinels.clone()),
            ["whole/uniform-10 python/naive", "whole/uniform-30 python/naive"]
        );
        let two = RowId { workload: "whole/uniform-10".to_owned(), contender: "rust/two".to_owned() };
        rows.retain(&[two].into());
        assert_eq!(
            names(rows.measured()),
            ["whole/uniform-10 rust/two", "whole/uniform-10 python/naive", "whole/uniform-30 python/naive"]
        );
    }
}
