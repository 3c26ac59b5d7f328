//! How far is a measurement?
//!
//! One bar on stderr, redrawn only between blocks, never while a worker measures; nothing where stderr
//! is no terminal. For programs that show it themselves a line for each process instead.

use std::cell::RefCell;
use std::sync::mpsc;
use std::time::Duration;

use breakeven_measure::run::Event;
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::arguments::ProgressForm;
use crate::commands::tell;

/// The bar of one run.
pub(crate) struct Progress {
    bar: ProgressBar,
    processes: u64,
    form: ProgressForm,
}

impl Progress {
    /// A bar of `workloads` times `processes` steps.
    pub(crate) fn new(form: ProgressForm, workloads: usize, processes: usize) -> Self {
        let target = match form {
            ProgressForm::Bar => ProgressDrawTarget::stderr(),
            ProgressForm::Lines | ProgressForm::None => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(Some((workloads * processes) as u64), target);
        let style = ProgressStyle::with_template(
            "{bar:24} {percent:>3} % {elapsed_precise} (about {eta} left) {msg}",
        );
        bar.set_style(style.expect("the template is a constant, and a test draws it"));
        Self { bar, processes: processes as u64, form }
    }

    /// Advances the bar by an event of the run.
    pub(crate) fn show(&self, event: &Event<'_>) {
        match event {
            Event::Began { workload, stage, .. } => {
                if *stage > 0 {
                    self.bar.inc_length(self.processes);
                }
                self.bar.set_message(workload.id.clone());
            }
            Event::Visited { .. } => {
                self.bar.inc(1);
                if self.form == ProgressForm::Lines {
                    tell(&self.line());
                }
            }
            Event::Crashed { report: crash } => self.bar.println(format!(
                "{} took a worker down in {}: {}; going on without it",
                crash.step.contender, crash.step.phase, crash.how
            )),
            Event::Finished { .. } => {}
        }
    }

    fn line(&self) -> String {
        let (done, all) = (self.bar.position(), self.bar.length().unwrap_or_default());
        let left = HumanDuration(self.bar.eta());
        format!("progress: {done} of {all} processes, about {left} left ({})", self.bar.message())
    }

    /// Removes the bar.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// Where no terminal shows the line at once, it is printed after this long.
const SILENCE: Duration = Duration::from_secs(10);

/// What the program waits for before it measures: on a terminal one line, with the time since then, that is removed at
/// the end; elsewhere a line once the wait is worth a word.
pub(crate) struct Waiting {
    bar: ProgressBar,
    /// Ends the wait of the thread that prints the line, when it is dropped.
    printing: RefCell<Option<mpsc::Sender<()>>>,
}

impl Waiting {
    /// A line that is still empty.
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
        let bar = bar.with_style(style.expect("the template is a constant, and a test draws it"));
        Self { bar, printing: RefCell::new(None) }
    }

    /// Shows what is waited for from now on.
    pub(crate) fn on(&self, what: String) {
        if self.bar.is_hidden() {
            let (ended, end) = mpsc::channel::<()>();
            self.printing.replace(Some(ended));
            std::thread::spawn(move || {
                if end.recv_timeout(SILENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
                    tell(&format!("waiting for {what}"));
                }
            });
        } else {
            self.bar.reset_elapsed();
            self.bar.set_message(what);
            self.bar.enable_steady_tick(Duration::from_millis(200));
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_valid() {
        Progress::new(ProgressForm::Bar, 3, 6).finish();
        Waiting::new().on("a call".to_owned());
    }
}
