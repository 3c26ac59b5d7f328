//! What does a SPEC name?

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use breakeven_cli::interpreter::Interpreter;
use breakeven_cli::user::{EmbeddedSpec, UserSet};
use breakeven_measure::program::ProgramSpec;

use super::maker::Maker;
use crate::arguments::{CompareArguments, Form};
use crate::stop::Stop;

/// A contender that is asked for: a SPEC, with what a set file says beside it.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// Where it is asked for, as complaints begin: the SPEC, or file, line and SPEC.
    pub(super) place: String,
    /// `FILE.py:FUNCTION`, `LIBRARY.so:SYMBOL` or `PROGRAM`.
    pub(super) spec: String,
    /// The folder that files are named from; empty for the current one.
    pub(super) folder: PathBuf,
    /// Another name than the file's.
    pub(super) name: Option<String>,
    /// What it is handed, where not what all are.
    pub(super) input: Option<Form>,
    /// The Python that runs it, where not that of all.
    pub(super) python: Option<PathBuf>,
    /// Arguments of a program.
    pub(super) arguments: Vec<String>,
}

impl Wanted {
    /// As the command line names it.
    pub(super) fn given(spec: &str) -> Self {
        Self { place: spec.to_owned(), spec: spec.to_owned(), ..Self::default() }
    }
}

/// The user's contenders of one comparison.
pub(super) struct Specifications {
    /// All of them, the reference among them.
    pub(super) all: Vec<Specification>,
    /// Whose answers are right, where that is not the oracle.
    pub(super) reference: Option<Specification>,
}

/// One of them.
#[derive(Debug, Clone)]
pub(super) struct Specification {
    /// Where it is asked for, as complaints begin.
    pub(super) place: String,
    /// As it was given.
    pub(super) given: String,
    /// How it is started, and what it is handed.
    pub(super) program: ProgramSpec,
    /// The same for our interpreter, where it is to be measured there; the program only tries it out then.
    pub(super) embedded: Option<EmbeddedSpec>,
    /// The same in further interpreters. Nobody tries them out: what is missing there costs their own rows.
    pub(super) elsewhere: Vec<ProgramSpec>,
}

impl Specification {
    /// `user/FILE.py:FUNCTION`.
    pub(super) fn id(&self) -> &str {
        &self.program.id
    }
}

impl Specifications {
    /// Reads every SPEC, and writes to `folder` what its program needs.
    ///
    /// # Errors
    /// One names nothing, two have the same name, or there is no Python (exit code 2).
    pub(super) fn of(
        arguments: &CompareArguments,
        wanted: &[Wanted],
        interpreters: &[Interpreter],
        folder: &Path,
    ) -> Result<Self, Stop> {
        let mut maker = Maker::new(arguments, interpreters, folder);
        let mut all: Vec<Specification> = Vec::new();
        for one in wanted {
            let made = maker.make(one)?;
            if let Some(known) = all.iter().find(|known| known.id() == made.id()) {
                return Err(Stop::usage(anyhow!(
                    "{} and {} would both be called {}: rename one of the files, or give it a name in breakeven.toml",
                    known.place,
                    one.place,
                    made.id()
                )));
            }
            all.push(made);
        }
        let reference = match &arguments.right.reference {
            None => None,
            Some(given) => {
                let known = all.iter().find(|one| one.given == *given || one.id() == given).cloned();
                let made = match known {
                    Some(known) => known,
                    None => maker.make(&Wanted::given(given)).map_err(|stop| stop.within("--reference"))?,
                };
                if !all.iter().any(|known| known.id() == made.id()) {
                    all.insert(0, made.clone());
                }
                Some(made)
            }
        };
        Ok(Self { all, reference })
    }

    /// What workers are told.
    pub(super) fn user_set(&self) -> UserSet {
        let programs = self.all.iter().flat_map(|one| {
            let own = one.embedded.is_none().then_some(&one.program);
            own.into_iter().chain(&one.elsewhere).cloned()
        });
        let embedded = self.all.iter().filter_map(|one| one.embedded.clone());
        UserSet { programs: programs.collect(), embedded: embedded.collect(), ..UserSet::default() }
    }

    /// The id of a SPEC that is written as an id, or as it was given.
    pub(super) fn id_of(&self, text: &str) -> Option<&str> {
        self.all.iter().find(|one| one.given == text || one.id() == text).map(Specification::id)
    }

    /// Who is handed what: a line for people.
    pub(super) fn said(&self) -> String {
        let each = self.all.iter().map(|one| format!("{} (handed: {})", one.id(), one.program.form.word()));
        format!("comparing {}", each.collect::<Vec<_>>().join(", "))
    }
}
