//! What do the set files of both revisions ask for, once both are built?

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use breakeven_gate::project::{Recipe, build};
use breakeven_gate::revision::Revision;
use breakeven_gate::side::Name;

use super::super::{Revisions, stop_of};
use crate::arguments::{ComparisonSettings, GateArguments, Given};
use crate::commands::compare::interpreter::interpreter_of;
use crate::commands::compare::python_function::is_python;
use crate::commands::compare::request::{NAME, Request, SetFile};
use crate::commands::tell;
use crate::stop::Stop;

/// What only the repository of `breakeven` itself has.
const OURS: &str = "crates/gate/src/gate.rs";

/// The set file that a gate is about, by its path from the top; `None` for `breakeven` itself.
///
/// # Errors
/// There is none, it lies outside of the repository, or options are given that it cannot have (exit code 2).
pub(crate) fn set_of(arguments: &GateArguments, top: &Path) -> Result<Option<PathBuf>, Stop> {
    let (here, at_top) = (PathBuf::from(NAME), top.join(NAME));
    let (path, place) = match &arguments.set {
        Some(named) => (named.clone(), format!("--set {}", named.display())),
        None if here.exists() => (here, NAME.to_owned()),
        None if at_top.exists() => (at_top.clone(), at_top.display().to_string()),
        None if top.join(OURS).exists() => {
            return match &arguments.python {
                None => Ok(None),
                Some(_) => Err(Stop::usage(anyhow!("--python: it is for functions of a set file (--set)"))),
            };
        }
        None => {
            let top = top.display();
            return Err(Stop::usage(anyhow!(
                "there is no {NAME} here and none in {top}: write one that names what is to be measured, or pass --set FILE"
            )));
        }
    };
    let of_ours = [
        (arguments.full, "--full"),
        (!arguments.workloads.tasks.is_empty(), "-t"),
        (arguments.workloads.recording.is_some(), "--recording"),
    ];
    if let Some((_, option)) = of_ours.iter().find(|(given, _)| *given) {
        let why = "it is for breakeven's own workloads, and a set file has its own numbers";
        return Err(Stop::usage(anyhow!("{option}: {why} ({})", path.display())));
    }
    let full = std::fs::canonicalize(&path).with_context(|| place.clone()).map_err(Stop::usage)?;
    match full.strip_prefix(top) {
        Ok(_) if !full.is_file() => Err(Stop::usage(anyhow!("{place}: it is no file"))),
        Ok(path) => Ok(Some(path.to_owned())),
        Err(_) => Err(Stop::usage(anyhow!(
            "{place}: it lies outside of the repository {}, and a gate takes the set file of each revision",
            top.display()
        ))),
    }
}

/// What is asked for of each side. Files are those of the side's checkout.
pub(super) struct Sets {
    pub(super) base: Request,
    pub(super) head: Request,
    /// What to know before a figure is believed.
    pub(super) notes: Vec<String>,
}

impl Sets {
    /// Reads the set files of both, and builds both as they say. Where the base has none, the head's stands for it.
    ///
    /// # Errors
    /// One cannot be used (exit code 2; of the base 5), or does not build (5); interrupted (130).
    pub(super) fn built(
        arguments: &GateArguments,
        set: &Path,
        revisions: Revisions<'_>,
    ) -> Result<Self, Stop> {
        let Revisions { repository, base, head, .. } = revisions;
        let sets = Reader { arguments, set, revisions };
        let in_head = repository.file(head, set).ok_or_else(|| {
            let why = "git ignores it, so that the head does not have it";
            Stop::usage(anyhow!("{}: {why}: a gate compares what git knows", set.display()))
        })?;
        let of_base = repository.file(base, set);
        let stands_for =
            || format!("the base has no {}: that of the head says what is measured there", set.display());
        let notes = of_base.is_none().then(stands_for).into_iter().collect();
        let in_base = of_base.unwrap_or_else(|| in_head.clone());
        // a slip in the head's is said before anything is built
        sets.read(&in_head, sets.main(), None)?;
        let in_the_base = |stop: Stop| match stop.code() {
            2 => Stop::not_comparable(anyhow!("the base: {stop}")),
            _ => stop,
        };
        let base = sets.of((Name::Base, base), &in_base).map_err(in_the_base)?;
        Ok(Self { base, head: sets.of((Name::Head, head), &in_head)?, notes })
    }
}

/// Reads set files as they are meant in a checkout.
#[derive(Clone, Copy)]
struct Reader<'a> {
    arguments: &'a GateArguments,
    set: &'a Path,
    revisions: Revisions<'a>,
}

impl Reader<'_> {
    /// What the set file of a side asks for, in the side's checkout, which is built before. What is not there (an
    /// environment, data that git ignores) is looked for in the main checkout.
    fn of(self, side: (Name, &Revision), text: &str) -> Result<Request, Stop> {
        let Revisions { repository, cache, halt, .. } = self.revisions;
        let before = self.read(text, self.main(), None)?;
        let is_python = |spec: &Given<String>| is_python(&spec.value, before.folder_of(spec.place));
        let has_python = before.settings.functions.iter().any(|function| is_python(&function.spec));
        let python = if has_python { interpreter_of(&before, None).ok() } else { None };
        let command = before.settings.build.as_ref().map(|build| build.value.as_str());
        let recipe = Recipe { command, folder: self.folder(), python: python.as_deref() };
        let built = build(cache, repository, side, recipe, halt, &mut |text| tell(text));
        self.read(text, built.map_err(stop_of)?.join(self.folder()), Some(self.main()))
    }

    /// The folder of the set file, from the top.
    fn folder(&self) -> &Path {
        self.set.parent().unwrap_or(Path::new(""))
    }

    /// The same in the main checkout.
    fn main(&self) -> PathBuf {
        self.revisions.repository.top().join(self.folder())
    }

    fn read(self, text: &str, folder: PathBuf, otherwise: Option<PathBuf>) -> Result<Request, Stop> {
        let GateArguments { workloads, python, .. } = self.arguments;
        let all = |numbers: &[usize]| numbers.iter().copied().map(Given::option).collect();
        let settings = ComparisonSettings {
            lengths: all(&workloads.lengths),
            windows: all(&workloads.windows),
            python: python.clone().map(Given::option),
            ..ComparisonSettings::default()
        };
        let set = SetFile { name: self.set.to_owned(), text: text.to_owned(), folder, otherwise };
        Request::of_set(set, settings, workloads.seed)
    }
}
