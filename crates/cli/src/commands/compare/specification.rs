//! What does a SPEC name?

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use breakeven_cli::interpreter::Interpreter;
use breakeven_cli::user::{EmbeddedSpec, UserSet};
use breakeven_measure::program::ProgramSpec;

use super::asked::Asked;
use super::maker::Maker;
use super::place::{Place, Placed};
use crate::arguments::Form;
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
    pub(super) input: Option<Placed<Form>>,
    /// The Python that runs it, where not that of all.
    pub(super) python: Option<Placed<PathBuf>>,
    /// Arguments of a program.
    pub(super) arguments: Option<Placed<Vec<String>>>,
}

impl Wanted {
    /// As the command line names it.
    pub(super) fn given(spec: &str) -> Self {
        Self { place: spec.to_owned(), spec: spec.to_owned(), ..Self::default() }
    }

    /// As the one whose answers are right.
    pub(super) fn reference(spec: &str, place: &Place) -> Self {
        Self { place: format!("{place} {spec}"), ..Self::given(spec) }
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
    /// What it comes to: two of the same are one contender.
    pub(super) called: Called,
    /// How it is started, and what it is handed.
    pub(super) program: ProgramSpec,
    /// The same for our interpreter, where it is to be measured there; the program only tries it out then.
    pub(super) embedded: Option<EmbeddedSpec>,
    /// The same in further interpreters. Nobody tries them out: what is missing there costs their own rows.
    pub(super) elsewhere: Vec<ProgramSpec>,
}

/// What a SPEC calls, however it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Called {
    /// The file, without links.
    pub(super) file: PathBuf,
    /// A function or symbol of it; `None` for a program.
    pub(super) part: Option<String>,
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
    pub(super) fn of(asked: &Asked, interpreters: &[Interpreter], folder: &Path) -> Result<Self, Stop> {
        let mut maker = Maker::new(asked, interpreters, folder);
        let mut specifications = Self { all: Vec::new(), reference: None };
        for one in &asked.wanted {
            let made = maker.make(one)?;
            specifications.refuse_namesake(&made)?;
            specifications.all.push(made);
        }
        if let Some(wanted) = &asked.reference {
            let reference = specifications.known_or_new(wanted, &mut maker)?;
            specifications.reference = Some(reference);
        }
        Ok(specifications)
    }

    /// The one that `wanted` names by its id, or calls too; else a new one, before all others.
    fn known_or_new(&mut self, wanted: &Wanted, maker: &mut Maker<'_>) -> Result<Specification, Stop> {
        if let Some(known) = self.all.iter().find(|one| one.id() == wanted.spec) {
            return Ok(known.clone());
        }
        let made = maker.make(wanted)?;
        if let Some(known) = self.all.iter().find(|one| one.called == made.called) {
            return Ok(known.clone());
        }
        self.refuse_namesake(&made)?;
        self.all.insert(0, made.clone());
        Ok(made)
    }

    /// Two rows of one name could not be told apart, and one of them would never be measured.
    fn refuse_namesake(&self, made: &Specification) -> Result<(), Stop> {
        match self.all.iter().find(|known| known.id() == made.id()) {
            None => Ok(()),
            Some(known) => Err(Stop::usage(anyhow!(
                "{} and {} would both be called {}: rename one of the files, or give it a name in breakeven.toml",
                known.place,
                made.place,
                made.id()
            ))),
        }
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
