//! How does a Rust kernel become a contender?
//!
//! A kernel crate lists plain [`RustContender`] values: an id and one closure per task. The timed
//! loop is here, once for all of them: input and result pass through `black_box`, and the kernel is
//! reached through a pointer, so it is never inlined into the loop.

use std::hint::black_box;
use std::sync::Arc;

use crate::{
    About, Absence, Answer, Contender, Contract, Count, Data, Failure, InputForm, Prepared, Refusal, Signal,
    Task, Workload,
};

/// Standard deviation of the values with this ddof.
pub type Whole = dyn Fn(&[f64], usize) -> f64 + Send + Sync;

/// Standard deviation of every window of this many values, with this ddof, into a slice of
/// `values.len() - window + 1`.
pub type Sliding = dyn Fn(&[f64], usize, usize, &mut [f64]) + Send + Sync;

/// What is computed from a recording.
pub type Counting = fn(&Signal) -> Count;

/// A Rust kernel for `whole`, `sliding` or both, called on slices; or one for recordings.
#[derive(Clone)]
pub struct RustContender {
    about: About,
    version: &'static str,
    isa: Option<&'static str>,
    whole: Option<Arc<Whole>>,
    sliding: Option<Arc<Sliding>>,
    counting: fn(Task) -> Option<Counting>,
    most_values: Option<u64>,
    absence: Option<Absence>,
}

impl RustContender {
    /// A contender `rust/NAME` that so far offers nothing. `version` is that of the code measured.
    #[must_use]
    pub fn new(name: &str, version: &'static str, contract: Contract, summary: &'static str) -> Self {
        Self::called(format!("rust/{name}"), version, contract, summary)
    }

    /// A control `control/NAME`, timed as a contender is, its answers not judged.
    #[must_use]
    pub fn control(name: &str, version: &'static str, summary: &'static str) -> Self {
        Self::called(format!("control/{name}"), version, Contract::Control, summary)
    }

    fn called(id: String, version: &'static str, contract: Contract, summary: &'static str) -> Self {
        let about = About { id, summary, input: InputForm::Slice, contract, threads: 1 };
        Self {
            about,
            version,
            isa: None,
            whole: None,
            sliding: None,
            counting: |_| None,
            most_values: None,
            absence: None,
        }
    }

    /// The same, running on this instruction set.
    #[must_use]
    pub fn isa(self, isa: &'static str) -> Self {
        Self { isa: Some(isa), ..self }
    }

    /// The same, using as many threads as there are processors; absent where that is one.
    #[must_use]
    pub fn threads(mut self, processors: usize) -> Self {
        self.about.threads = processors;
        self.absence = Absence::without_processors(processors);
        self
    }

    /// The same, offering `whole`.
    #[must_use]
    pub fn whole(mut self, kernel: impl Fn(&[f64], usize) -> f64 + Send + Sync + 'static) -> Self {
        self.whole = Some(Arc::new(kernel));
        self
    }

    /// The same, offering `sliding`.
    #[must_use]
    pub fn sliding(
        mut self,
        kernel: impl Fn(&[f64], usize, usize, &mut [f64]) + Send + Sync + 'static,
    ) -> Self {
        self.sliding = Some(Arc::new(kernel));
        self
    }

    /// The same, offering the tasks on recordings for which there is one of these.
    #[must_use]
    pub fn counting(self, counting: fn(Task) -> Option<Counting>) -> Self {
        Self { counting, ..self }
    }

    /// The same, but not offering `sliding` where windows times values per window is more than this: for a
    /// kernel that goes over every window again, and would take many seconds a call.
    #[must_use]
    pub fn up_to(self, window_values: u64) -> Self {
        Self { most_values: Some(window_values), ..self }
    }
}

impl Contender for RustContender {
    fn about(&self) -> &About {
        &self.about
    }

    fn isa(&self) -> Option<&'static str> {
        self.isa
    }

    fn offers(&self, workload: &Workload) -> bool {
        match workload.task {
            Task::Whole => self.whole.is_some(),
            Task::Sliding => {
                let values =
                    workload.units(workload.length).saturating_mul(workload.window.unwrap_or(1) as u64);
                self.sliding.is_some() && self.most_values.is_none_or(|most| values <= most)
            }
            task => (self.counting)(task).is_some(),
        }
    }

    fn version(&self) -> Result<String, Absence> {
        self.absence.clone().map_or_else(|| Ok(self.version.to_owned()), Err)
    }

    fn prepare(&self, workload: &Workload, inputs: &Arc<[Data]>) -> Result<Box<dyn Prepared>, Refusal> {
        let refuse = || Failure(format!("{} does not offer {}", self.about.id, workload.task));
        let takes_recordings = matches!(workload.task, Task::Feedback | Task::Pedometer);
        if inputs.iter().any(|input| input.recording().is_some() != takes_recordings) {
            let needed =
                if takes_recordings { "a recording, not a series" } else { "a series, not a recording" };
            return Err(Failure(format!("{} needs {needed}", workload.task)).into());
        }
        let (inputs, ddof) = (Arc::clone(inputs), workload.ddof);
        match (workload.task, workload.window) {
            (Task::Whole, _) => {
                let kernel = Arc::clone(self.whole.as_ref().ok_or_else(refuse)?);
                Ok(Box::new(PreparedWhole { inputs, ddof, kernel, answer: None }))
            }
            (Task::Sliding, Some(window)) => {
                let kernel = Arc::clone(self.sliding.as_ref().ok_or_else(refuse)?);
                let longest = inputs.iter().map(Data::length).max().unwrap_or(0);
                let out = vec![0.0; (longest + 1).saturating_sub(window)];
                Ok(Box::new(PreparedSliding { inputs, window, ddof, kernel, out, filled: None }))
            }
            (task, _) => {
                let counting = (self.counting)(task).ok_or_else(refuse)?;
                Ok(Box::new(PreparedCounting { inputs, counting, count: None }))
            }
        }
    }
}

struct PreparedWhole {
    inputs: Arc<[Data]>,
    ddof: usize,
    kernel: Arc<Whole>,
    answer: Option<f64>,
}

impl Prepared for PreparedWhole {
    fn run(&mut self, input: usize, loops: u64) -> Result<(), Failure> {
        let values = series(&self.inputs, input);
        let mut result = None;
        for _ in 0..loops {
            result = Some(black_box((self.kernel)(black_box(values), black_box(self.ddof))));
        }
        self.answer = result;
        Ok(())
    }

    fn answer(&mut self) -> Result<Answer, Failure> {
        self.answer.map(Answer::Value).ok_or_else(|| Failure("nothing was run".to_owned()))
    }
}

struct PreparedSliding {
    inputs: Arc<[Data]>,
    window: usize,
    ddof: usize,
    kernel: Arc<Sliding>,
    out: Vec<f64>,
    filled: Option<usize>,
}

impl Prepared for PreparedSliding {
    fn run(&mut self, input: usize, loops: u64) -> Result<(), Failure> {
        let values = series(&self.inputs, input);
        let windows = (values.len() + 1).saturating_sub(self.window);
        let out = &mut self.out[..windows];
        for _ in 0..loops {
            (self.kernel)(black_box(values), black_box(self.window), black_box(self.ddof), &mut *out);
            black_box(&mut *out);
        }
        self.filled = Some(windows);
        Ok(())
    }

    fn answer(&mut self) -> Result<Answer, Failure> {
        let windows = self.filled.ok_or_else(|| Failure("nothing was run".to_owned()))?;
        Ok(Answer::Series(self.out[..windows].to_vec()))
    }
}

struct PreparedCounting {
    inputs: Arc<[Data]>,
    counting: Counting,
    count: Option<Count>,
}

impl Prepared for PreparedCounting {
    fn run(&mut self, input: usize, loops: u64) -> Result<(), Failure> {
        let recording = self.inputs[input].recording().expect("prepare has checked that every input is one");
        let counting = black_box(self.counting); // a pointer: never inlined into the loop
        let mut count = None;
        for _ in 0..loops {
            count = Some(black_box(counting(black_box(recording))));
        }
        self.count = count;
        Ok(())
    }

    fn answer(&mut self) -> Result<Answer, Failure> {
        self.count.clone().map(Answer::Count).ok_or_else(|| Failure("nothing was run".to_owned()))
    }
}

fn series(inputs: &[Data], input: usize) -> &[f64] {
    inputs[input].series().expect("prepare has checked that every input is a series")
}
