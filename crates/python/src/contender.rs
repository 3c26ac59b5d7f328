//! How does a piece of Python become a contender?
//!
//! A contender is a program (one or more files of `contenders/`) whose functions are named by task. Each
//! takes the window and the ddof and returns the function to be timed, so that for `whole` this is the very
//! object that a user would call.

#[cfg(feature = "embedded")]
mod embedded;

use breakeven_problem::anatomy::{self, Anatomy, Step};
use breakeven_problem::{About, Handing, InputForm, Task, Workload};

/// Longer series are not handed to Python as lists: 1e6 floats take 32 MB, and no contender gains by it.
const LONGEST_LIST: usize = 100_000;

/// One implementation in Python, or reached through it.
#[derive(Debug, Clone)]
pub struct PythonContender {
    pub(crate) about: About,
    /// The program, file by file: a later file may replace what an earlier one defines.
    pub(crate) program: &'static [Source],
    pub(crate) offer: Offer,
    pub(crate) package: Package,
    /// What each call is handed.
    pub(crate) handing: Handing,
}

/// The module whose version is measured, and must be there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Package {
    /// Its name; empty for Python itself.
    pub(crate) module: &'static str,
    /// The line that installs it.
    pub(crate) install: &'static str,
}

/// A file of `contenders/`, as it was when this was compiled; or a user's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source {
    pub(crate) file: &'static str,
    pub(crate) text: &'static str,
    pub(crate) place: Place,
}

/// Where Python finds a file.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    /// Nowhere: it is compiled from here.
    Memory,
    /// In a file below `.venv`, beside which Numba keeps what it has compiled.
    Kept,
    /// Where the user has it: it is loaded once, and what comes behind it knows it as `module`.
    Module,
}

/// What a contender implements.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Offer {
    /// These tasks, with these divisors.
    Tasks { tasks: &'static [Task], divisor: Divisor },
    /// It is timed beside `whole` and its anatomy, where a call is what costs.
    Control,
    /// It goes as far as this step of this call.
    Step { anatomy: &'static Anatomy, step: &'static Step },
}

/// Which n - ddof it divides by.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Divisor {
    /// n.
    Population,
    /// n, or n - 1 where that is not 0.
    PopulationOrSample,
    /// Any, with NaN where nothing is left.
    Any,
}

impl Divisor {
    fn offers(self, values: usize, ddof: usize) -> bool {
        match self {
            Divisor::Population => ddof == 0,
            Divisor::PopulationOrSample => ddof <= 1 && values > ddof,
            Divisor::Any => true,
        }
    }
}

impl PythonContender {
    /// What it is.
    #[must_use]
    pub fn about(&self) -> &About {
        &self.about
    }

    /// Whether it computes what this workload asks for, and can take that much.
    #[must_use]
    pub fn offers(&self, workload: &Workload) -> bool {
        let whole_of = anatomy::of(&workload.id);
        let (tasks, divisor) = match self.offer {
            Offer::Tasks { .. } if workload.task == Task::Anatomy => {
                return whole_of.is_some_and(|anatomy| anatomy.whole == self.about.id);
            }
            Offer::Tasks { tasks, divisor } => (tasks, divisor),
            Offer::Control => return matches!(workload.task, Task::Whole | Task::Anatomy),
            Offer::Step { anatomy, .. } => return whole_of == Some(anatomy),
        };
        let of_numbers = matches!(workload.task, Task::Whole | Task::Sliding);
        let too_long = of_numbers && self.about.input == InputForm::List && workload.length > LONGEST_LIST;
        let values = workload.window.unwrap_or(workload.length);
        let divides = !of_numbers || divisor.offers(values, workload.ddof);
        tasks.contains(&workload.task) && divides && !too_long
    }

    /// The same, which is handed this in each call.
    #[must_use]
    pub fn handing(self, handing: Handing) -> Self {
        Self { handing, ..self }
    }

    /// The files that another interpreter's worker loads for this contender, each with its text, in this order.
    #[must_use]
    pub fn sources(&self) -> Vec<(&'static str, &'static str)> {
        self.program.iter().map(|source| (source.file, source.text)).collect()
    }

    /// The module that another interpreter must have to run it, empty for none but those of the standard library; `None`
    /// where only ours can: controls, whatever calls our extension or the talk's C++, what Numba compiles into a file of
    /// ours, and Polars, whose threads are the environment's affair.
    ///
    /// # Example
    /// ```
    /// use breakeven_python::contenders;
    /// assert_eq!(contenders()[0].needs_elsewhere(), Some(""));
    /// ```
    #[must_use]
    pub fn needs_elsewhere(&self) -> Option<&'static str> {
        let runs_there = ["", "numpy", "bottleneck", "pandas", "scipy"].contains(&self.package.module);
        (runs_there && matches!(self.offer, Offer::Tasks { .. })).then_some(self.package.module)
    }
}
