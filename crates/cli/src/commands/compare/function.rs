//! Which functions are compared, and whose answers are right?

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::anyhow;
use breakeven_cli::user::UserSet;
use breakeven_problem::InputForm;
use breakeven_record::contender_id::Family;

use super::loader::Loader;
use super::made::Made;
use super::user_function::UserFunction;
use crate::arguments::FunctionRequest;
use crate::stop::Stop;

/// The user's contenders of one comparison.
pub(crate) struct UserFunctions {
    /// All of them, the reference among them.
    pub(crate) all: Vec<UserFunction>,
    /// Which of them gives the right answers, where that is not the oracle.
    reference: Option<usize>,
}

impl UserFunctions {
    /// Reads every SPEC.
    ///
    /// # Errors
    /// One names nothing, two have the same name, or there is no Python (exit code 2).
    pub(crate) fn load(loader: Loader<'_>) -> Result<Self, Stop> {
        let (functions, missing) = Self::load_those_there(loader);
        missing.into_iter().next().map_or(Ok(functions), Err)
    }

    /// Reads every SPEC that can be read, and gives what is wrong with the others.
    pub(crate) fn load_those_there(loader: Loader<'_>) -> (Self, Vec<Stop>) {
        let mut functions = Self { all: Vec::new(), reference: None };
        let wanted = loader.request.settings.functions.iter();
        let mut missing: Vec<Stop> =
            wanted.filter_map(|wanted| functions.add(loader, wanted).err()).collect();
        missing.extend(functions.set_reference(loader).and_then(|()| functions.hand_made(loader)).err());
        (functions, missing)
    }

    fn add(&mut self, loader: Loader<'_>, wanted: &FunctionRequest) -> Result<(), Stop> {
        let function = loader.load(wanted, loader.request.place_of_spec(&wanted.spec))?;
        self.refuse_namesake(&function)?;
        self.all.push(function);
        Ok(())
    }

    /// Finds the reference that is asked for among them, or reads it.
    fn set_reference(&mut self, loader: Loader<'_>) -> Result<(), Stop> {
        let request = loader.request;
        let Some(spec) = &request.settings.reference else {
            self.reference = loader.made.filter(|_| !self.all.is_empty()).map(|_| 0);
            return Ok(());
        };
        let known = self.all.iter().position(|known| known.id() == spec.value);
        self.reference = Some(match known {
            Some(known) => known,
            None => {
                let place = format!("{} {}", request.place("reference", spec.place), spec.value);
                self.add_reference(loader.load(&spec.clone().into(), place)?)?
            }
        });
        Ok(())
    }

    /// Has all of them handed what a function makes, and compared with the reference, where it is so.
    fn hand_made(&mut self, Loader { made, .. }: Loader<'_>) -> Result<(), Stop> {
        let (Some(made), Some(reference)) = (made, self.reference()) else { return Ok(()) };
        let reference = reference.program.load.clone();
        for one in &mut self.all {
            if one.interpreter.is_none() {
                let why = "no Python function, so it cannot be handed what";
                return Err(Stop::usage(anyhow!("{}: {why} {} makes", one.place, made.name)));
            }
            for program in std::iter::once(&mut one.program).chain(&mut one.elsewhere) {
                program.load = made.load(&program.load, &reference);
                program.form = InputForm::Made;
            }
        }
        Ok(())
    }

    /// Where the reference is among them: it may be the same function as one of them, else it is put before them.
    fn add_reference(&mut self, function: UserFunction) -> Result<usize, Stop> {
        let is_same = |known: &UserFunction| known.file == function.file && known.part == function.part;
        if let Some(known) = self.all.iter().position(is_same) {
            return Ok(known);
        }
        self.refuse_namesake(&function)?;
        self.all.insert(0, function);
        Ok(0)
    }

    /// Two rows of one name could not be told apart, and one of them would never be measured.
    fn refuse_namesake(&self, function: &UserFunction) -> Result<(), Stop> {
        match self.all.iter().find(|known| known.id() == function.id()) {
            None => Ok(()),
            Some(known) if known.place == function.place => Err(Stop::usage(anyhow!(
                "{} stands there twice: leave one out, or give one a name in breakeven.toml",
                known.place
            ))),
            Some(known) => Err(Stop::usage(anyhow!(
                "{} and {} would both be called {}: rename one of the files, or give it a name in breakeven.toml",
                known.place,
                function.place,
                function.id()
            ))),
        }
    }

    /// The one whose answers are right, where that is not the oracle.
    pub(crate) fn reference(&self) -> Option<&UserFunction> {
        self.reference.and_then(|reference| self.all.get(reference))
    }

    /// What workers are told.
    pub(crate) fn user_set(&self) -> UserSet {
        let mut set = UserSet::default();
        for one in &self.all {
            match &one.embedded {
                Some(embedded) => set.embedded.push(embedded.clone()),
                None if one.interpreter.is_some() => set.functions.push(one.program.clone()),
                None => set.programs.push(one.program.clone()),
            }
            set.functions.extend(one.elsewhere.iter().cloned());
        }
        set
    }

    /// The interpreter that ours share with the user's: of the reference, else of the first Python function.
    pub(crate) fn interpreter(&self) -> Option<&Path> {
        let mut all = self.reference().into_iter().chain(&self.all);
        all.find_map(|one| one.interpreter.as_deref().filter(|_| one.embedded.is_none()))
    }

    /// Whether a baseline can be handed a fresh copy in each call: one in Python, of the user's or ours.
    pub(crate) fn is_handed_copies(&self, baseline: &str) -> bool {
        match self.all.iter().find(|one| one.id() == baseline) {
            Some(one) => one.interpreter.is_some(),
            None => matches!(Family::of(baseline), Family::Python | Family::Extension | Family::Cpp),
        }
    }

    /// The id of a SPEC that is written as an id, or as it was given.
    pub(crate) fn id_of(&self, text: &str) -> Option<&str> {
        self.all.iter().find(|one| one.spec == text || one.id() == text).map(UserFunction::id)
    }

    /// The interpreters and files of Python functions, each pair once.
    pub(crate) fn python_files(&self) -> BTreeSet<(&Path, &Path)> {
        self.all.iter().filter_map(|one| Some((one.interpreter.as_deref()?, one.file.as_path()))).collect()
    }

    /// One whose file lies in another folder than this one, or leads out of it by a link.
    pub(crate) fn outside(&self, folder: &Path) -> Option<&UserFunction> {
        let folder = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        self.all.iter().find(|one| !one.file.starts_with(&folder))
    }

    /// The ids of all.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(UserFunction::id)
    }

    /// What each is handed, in one line.
    pub(crate) fn announcement(&self, made: Option<&Made>) -> String {
        if let Some((made, reference)) = made.zip(self.reference()) {
            let ids = self.ids().collect::<Vec<_>>().join(", ");
            return format!(
                "comparing {ids} on what {} makes: right is what {} gives",
                made.name,
                reference.id()
            );
        }
        let each = self.all.iter().map(|one| format!("{} (handed: {})", one.id(), one.program.form.word()));
        format!("comparing {}", each.collect::<Vec<_>>().join(", "))
    }
}
