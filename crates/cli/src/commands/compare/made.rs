//! What are functions handed that a user's function makes, and what is right of it?
//!
//! Inputs of any kind never leave the process of the functions: what travels is the size and a seed, and of an answer
//! whether it is equal to that of the reference.

use anyhow::anyhow;
use breakeven_measure::order::derive_seed;
use breakeven_problem::{Data, Recipe, Source, Workload};
use serde_json::{Value, json};

use super::python_function::PythonFunction;
use super::request::{Request, name_of};
use crate::arguments::{Given, Input, Place};
use crate::stop::Stop;

/// Sizes that are asked for by default.
pub(super) const LENGTH: usize = 1000;

/// From this size on there is one input instead of four: no branch predictor learns it, and it may take much memory.
const ONE_INPUT: usize = 100_000;

/// A user's function that makes inputs.
#[derive(Debug)]
pub(crate) struct Made {
    /// `mine.py:make`.
    pub(crate) name: String,
    /// The function's own name, for ids.
    function: String,
    make: PythonFunction,
    equal: Option<PythonFunction>,
    tolerance: Option<f64>,
}

impl Made {
    /// The function that makes inputs, where one is named.
    ///
    /// # Errors
    /// It cannot be used, or not beside other settings (exit code 2).
    pub(crate) fn of(request: &Request) -> Result<Option<Self>, Stop> {
        let settings = &request.settings;
        let Some(Given { value: Input::Made(spec), place }) = &settings.input else {
            return match &settings.equal {
                None => Ok(None),
                Some(equal) => {
                    let place = request.place("equal", equal.place);
                    let why =
                        "it is for answers to what a function makes: name that with --input FILE.py:FUNCTION";
                    Err(Stop::usage(anyhow!("{place}: {why}")))
                }
            };
        };
        let named = format!("{} {spec}", request.place("input", *place));
        refuse_others(request, &named)?;
        let function = |key: &str, spec: &str, place: Place| {
            let named = format!("{} {spec}", request.place(key, place));
            let found = PythonFunction::of(spec, request.folder_of(place), &named)?;
            found.ok_or_else(|| Stop::usage(anyhow!("{named}: write FILE.py:FUNCTION or MODULE:FUNCTION")))
        };
        let equal = settings.equal.as_ref();
        Ok(Some(Self {
            name: name_of(spec).to_owned(),
            function: spec.rsplit(':').next().unwrap_or(spec).to_owned(),
            make: function("input", spec, *place)?,
            equal: equal.map(|equal| function("equal", &equal.value, equal.place)).transpose()?,
            tolerance: settings.tolerance.as_ref().map(|tolerance| tolerance.value),
        }))
    }

    /// What a function is loaded with, in the terms of the worker file, where `reference` is what is right.
    pub(super) fn load(&self, function: &Value, reference: &Value) -> Value {
        let mut load = function.clone();
        load["make"] = self.make.load.clone();
        load["reference"] = reference.clone();
        load["equal"] = json!(self.equal.as_ref().map(|equal| &equal.load));
        load["tolerance"] = json!(self.tolerance);
        load
    }

    /// The workload of a size.
    pub(super) fn workload(&self, length: usize, why: &str) -> Workload {
        let source = Source::Made { name: self.name.clone() };
        let workload = Workload { source, ..Workload::made(&self.function, length, why) };
        if length < ONE_INPUT { workload } else { workload.with_one_input() }
    }

    /// What the function is told for the inputs of a workload.
    pub(super) fn recipes(workload: &Workload, seed: u64) -> Vec<Data> {
        let seed = |number: usize| derive_seed(seed, &workload.id, number as u64);
        let recipe = |number| Data::Made(Recipe { n: workload.length, seed: seed(number) });
        (0..workload.variants).map(recipe).collect()
    }

    /// What the input is, for readers.
    pub(super) fn note(&self) -> String {
        let version = self.make.version().map_or_else(String::new, |version| format!(", {version}"));
        format!("what it makes of a size and a seed{version}")
    }
}

/// Refuses what means nothing where a function makes the inputs.
fn refuse_others(request: &Request, made: &str) -> Result<(), Stop> {
    let settings = &request.settings;
    let place = |key, place| Some(request.place(key, place));
    let others = [
        settings.data.as_ref().and_then(|given| place("data", given.place)),
        settings.windows.first().and_then(|given| place("windows", given.place)),
        settings.ddof.as_ref().and_then(|given| place("ddof", given.place)),
        settings.baseline.as_ref().and_then(|given| place("baseline", given.place)),
        settings.contender.as_ref().and_then(|given| place("contenders", given.place)),
        request.embedded.then(|| "--embedded".to_owned()),
    ];
    match others.into_iter().flatten().next() {
        None => Ok(()),
        Some(other) if other.ends_with("baseline") => {
            let why = "the baseline is the function whose answers are right: name it with --reference";
            Err(Stop::usage(anyhow!("{other}: not beside {made}: {why}")))
        }
        Some(other) => {
            Err(Stop::usage(anyhow!("{other}: not beside {made}, which makes what functions are handed")))
        }
    }
}
