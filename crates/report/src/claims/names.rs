//! Under which names does an interpreter's part of the claims stand in a record?

use breakeven_record::Record;
use breakeven_record::contender_id::INTERPRETER_MARK;

use super::{NAIVE, NUMPY_ARRAY, NUMPY_LIST, STD_EXTENSION};

/// The ids of the claims' Python rows in one interpreter.
pub(super) struct Names {
    pub(super) naive: String,
    pub(super) numpy_list: String,
    pub(super) numpy_array: String,
    pub(super) std_extension: String,
}

impl Names {
    pub(super) fn embedded() -> Self {
        Self::with("")
    }

    pub(super) fn marked(mark: &str) -> Self {
        Self::with(&format!("{INTERPRETER_MARK}{mark}"))
    }

    fn with(suffix: &str) -> Self {
        let [naive, numpy_list, numpy_array, std_extension] =
            [NAIVE, NUMPY_LIST, NUMPY_ARRAY, STD_EXTENSION].map(|id| format!("{id}{suffix}"));
        Self { naive, numpy_list, numpy_array, std_extension }
    }
}

/// The further interpreters of a record, in its order.
pub(super) fn marks(record: &Record) -> Vec<String> {
    let mut marks: Vec<String> = Vec::new();
    for contender in record.workloads.iter().flat_map(|workload| &workload.contenders) {
        if let (NAIVE, Some(mark)) = (contender.id.base(), contender.id.interpreter())
            && !marks.iter().any(|known| known == mark)
        {
            marks.push(mark.to_owned());
        }
    }
    marks
}

/// What the rows of these names ran on: the version of NumPy's, which names the interpreter too, else of Python's.
pub(super) fn stack(record: &Record, names: &Names) -> String {
    let version = |id: &str| {
        let contenders = record.workloads.iter().filter_map(|workload| workload.contender(id));
        contenders.filter_map(|contender| contender.findings.version.clone()).next()
    };
    match (version(&names.numpy_list), version(&names.naive)) {
        (Some(version), _) => version,
        (None, Some(version)) => format!("{version}, no NumPy"),
        (None, None) => names.naive.clone(),
    }
}
