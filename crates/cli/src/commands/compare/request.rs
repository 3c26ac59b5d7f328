//! What is asked for, by the command line and a set file together?
//!
//! What is on the command line holds where both give the same. Files of a set are named as seen from the folder it
//! lies in, and every complaint about a value of it names its line.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use breakeven_problem::Handing;

use crate::arguments::{CompareArguments, ComparisonSettings, FunctionRequest, Given, Place};
use crate::stop::Stop;

/// The set that is taken where no SPEC is given.
pub(crate) const NAME: &str = "breakeven.toml";

/// A comparison that is asked for.
#[derive(Debug)]
pub(crate) struct Request {
    /// What the command line and the set come to; among it a function for each SPEC.
    pub(crate) settings: ComparisonSettings,
    /// Seeds inputs and orders.
    pub(crate) seed: u64,
    /// Whether functions run in our interpreter.
    pub(crate) embedded: bool,
    set: Option<SetFile>,
}

/// A set file.
#[derive(Debug)]
pub(crate) struct SetFile {
    /// What complaints call it.
    pub(crate) name: PathBuf,
    /// What it holds.
    pub(crate) text: String,
    /// The folder that its files are named from; empty for the current one.
    pub(crate) folder: PathBuf,
    /// Where data and interpreters are looked for that are not there.
    pub(crate) otherwise: Option<PathBuf>,
}

impl Request {
    /// Reads the set, where there is one.
    ///
    /// # Errors
    /// No contender is named anywhere, the file is no such set, or it contradicts the command line (exit code 2).
    pub(crate) fn new(arguments: &CompareArguments) -> Result<Self, Stop> {
        let CompareArguments { settings, seed, embedded, .. } = arguments.clone();
        let specs = arguments.specs.iter().cloned();
        let functions = specs.map(|spec| FunctionRequest::from(Given::option(spec))).collect();
        let settings = ComparisonSettings { functions, ..settings };
        let request = Self { settings, seed, embedded, set: None };
        let path = match &arguments.set {
            Some(path) => path.as_path(),
            None if !arguments.specs.is_empty() => return Ok(request),
            None if Path::new(NAME).exists() => Path::new(NAME),
            None => {
                return Err(Stop::usage(anyhow!(
                    "nothing to compare: name FILE.py:FUNCTION, or keep a set in {NAME} (see `breakeven compare --help`)"
                )));
            }
        };
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string());
        request.with(SetFile {
            name: path.to_owned(),
            text: text.map_err(Stop::usage)?,
            folder: path.parent().unwrap_or(Path::new("")).to_owned(),
            otherwise: None,
        })
    }

    /// What a set names, with what these settings say instead.
    ///
    /// # Errors
    /// The file is no set, or contradicts the settings (exit code 2).
    pub(crate) fn of_set(set: SetFile, settings: ComparisonSettings, seed: u64) -> Result<Self, Stop> {
        Self { settings, seed, embedded: false, set: None }.with(set)
    }

    /// The same with what a set adds.
    fn with(mut self, file: SetFile) -> Result<Self, Stop> {
        let kept = file.read()?;
        let name = file.name.display().to_string();
        self.set = Some(file);
        self.check(&kept)?;
        self.add(kept);
        if self.settings.functions.is_empty() {
            return Err(Stop::usage(anyhow!("{name}: it has no [[contender]] with a spec")));
        }
        Ok(self)
    }

    /// How complaints about a value begin: `--data`, or `breakeven.toml, line 3: data`.
    pub(crate) fn place(&self, key: &str, place: Place) -> String {
        match (place, key) {
            (Place::CommandLine, "lengths") => "-n".to_owned(),
            (Place::CommandLine, "windows") => "--window".to_owned(),
            (Place::CommandLine, "contenders") => "-c".to_owned(),
            (Place::CommandLine, key) => format!("--{key}"),
            (Place::SetFile(byte), key) => format!("{}: {key}", self.line(byte)),
        }
    }

    /// How complaints about a SPEC begin: the SPEC, or file, line and SPEC.
    pub(crate) fn place_of_spec(&self, spec: &Given<String>) -> String {
        match spec.place {
            Place::CommandLine => spec.value.clone(),
            Place::SetFile(byte) => format!("{}: {}", self.line(byte), spec.value),
        }
    }

    /// What is handed in each call, as far as it is asked for.
    pub(crate) fn handing(&self) -> Handing {
        if self.settings.fresh { Handing::FreshCopies } else { Handing::SameInput }
    }

    /// The folder that the file of a SPEC is named from that is given here; empty for the current one.
    pub(crate) fn folder_of(&self, place: Place) -> &Path {
        let set = self.set.as_ref().filter(|_| place != Place::CommandLine);
        set.map_or(Path::new(""), |set| &set.folder)
    }

    fn line(&self, byte: usize) -> String {
        self.set.as_ref().map_or_else(String::new, |set| set.line(byte))
    }

    /// Whether what the set says can be meant, in itself and beside the command line.
    fn check(&self, kept: &ComparisonSettings) -> Result<(), Stop> {
        let place = |key, place| Some(self.place(key, place));
        let refuse = |place: String, why: &str| Err(Stop::usage(anyhow!("{place}: {why}")));
        if let Some(Given { value, place }) = &kept.tolerance
            && !(value.is_finite() && *value >= 0.0)
        {
            return refuse(
                self.place("tolerance", *place),
                "write a number that is not negative, as in 1e-9",
            );
        }
        if let Some(Given { value, place }) = &kept.contender
            && regex::Regex::new(value).is_err()
        {
            return refuse(self.place("contenders", *place), "no regular expression");
        }
        let names = kept.functions.iter().filter_map(|function| Some(("name", function.name.as_ref()?)));
        let texts = names.chain(kept.build.iter().map(|build| ("build", build)));
        if let Some((key, empty)) = texts.into_iter().find(|(_, text)| text.value.trim().is_empty()) {
            return refuse(self.place(key, empty.place), "it is empty");
        }
        // a reference is the baseline, and its computation has no divisor
        let excluded = |settings: &ComparisonSettings| {
            let baseline = settings.baseline.as_ref().and_then(|given| place("baseline", given.place));
            baseline.or_else(|| settings.ddof.as_ref().and_then(|given| place("ddof", given.place)))
        };
        if let Some(reference) = &kept.reference {
            if let Some(place) = excluded(kept) {
                return refuse(place, "not beside a reference, which is the baseline, and right");
            }
            if let Some(option) = excluded(&self.settings) {
                let why = "not beside a reference, which is the baseline, and right, and which";
                let place = self.place("reference", reference.place);
                return refuse(option, &format!("{why} {place} names"));
            }
        }
        match &kept.column {
            Some(column) if kept.data.is_none() => {
                refuse(self.place("column", column.place), "there is no data beside it")
            }
            _ => Ok(()),
        }
    }

    /// Adds what the command line does not say.
    fn add(&mut self, kept: ComparisonSettings) {
        let own = &mut self.settings;
        own.functions.extend(kept.functions);
        if own.reference.is_none() {
            own.baseline = own.baseline.take().or(kept.baseline);
            own.ddof = own.ddof.take().or(kept.ddof);
            own.reference = kept.reference;
        }
        if own.data.is_none() {
            own.data = kept.data;
            own.column = own.column.take().or(kept.column);
        }
        if own.lengths.is_empty() {
            own.lengths = kept.lengths;
        }
        if own.windows.is_empty() {
            own.windows = kept.windows;
        }
        own.tolerance = own.tolerance.take().or(kept.tolerance);
        own.input = own.input.take().or(kept.input);
        own.equal = own.equal.take().or(kept.equal);
        own.fresh |= kept.fresh;
        own.python = own.python.take().or(kept.python);
        own.contender = own.contender.take().or(kept.contender);
        own.build = kept.build;
    }
}

impl SetFile {
    /// What it says, with its files as seen from the current folder.
    fn read(&self) -> Result<ComparisonSettings, Stop> {
        let mut settings: ComparisonSettings = toml::from_str(&self.text).map_err(|error| {
            let what = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
            Stop::usage(anyhow!("{}: {what}", self.line(error.span().unwrap_or_default().start)))
        })?;
        if let Some(data) = &mut settings.data {
            data.value = self.find(&data.value);
        }
        let own = settings.functions.iter_mut().filter_map(|function| function.python.as_mut());
        for python in own.chain(&mut settings.python) {
            // a bare name is looked for on `PATH`
            if python.value.components().count() > 1 {
                python.value = self.find(&python.value);
            }
        }
        Ok(settings)
    }

    /// A file as it is named here: in the folder of the set, or where it is otherwise.
    fn find(&self, path: &Path) -> PathBuf {
        let here = self.folder.join(path);
        let there = self.otherwise.as_ref().map(|folder| folder.join(path));
        there.filter(|there| !here.exists() && there.exists()).unwrap_or(here)
    }

    /// The line, from 1, in which a byte lies: `breakeven.toml, line 3`.
    fn line(&self, byte: usize) -> String {
        let line = 1 + self.text.bytes().take(byte).filter(|&byte| byte == b'\n').count();
        format!("{}, line {line}", self.name.display())
    }
}

/// A SPEC without its folder.
pub(crate) fn name_of(spec: &str) -> &str {
    spec.rsplit('/').next().unwrap_or(spec)
}
