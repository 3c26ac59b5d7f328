//! `breakeven doctor`: what is missing here, how small a difference can be seen here, and what to do about it?

mod machine;
mod resolution;

use std::path::Path;

use anyhow::anyhow;
use breakeven_cli::WITHOUT_PYTHON;
use breakeven_measure::crew::{Crew, CrewError};
use breakeven_measure::environment::{context_now, cpu_model};
use breakeven_measure::process::Halt;
use comfy_table::{ContentArrangement, Table, TableStyle, presets};
use serde::Serialize;

use crate::arguments::{DoctorArguments, Format};
use crate::commands::report::look;
use crate::commands::{formatted, print, table, tell};
use crate::selection::DATA_VARIABLE;
use crate::session::{Session, interruptible};
use crate::stop::{CommandResult, Stop};

/// Looks at everything a run needs, and prints what it finds.
pub(crate) fn doctor(arguments: &DoctorArguments) -> CommandResult {
    let mut findings = vec![build(), processor(), load(), isa()];
    let halt = interruptible()?;
    findings.extend(interpreter(halt.clone())?);
    findings.extend([recordings(), output()]);
    if !arguments.fast {
        tell_progress("watching the processors");
        findings.extend(machine::findings());
        if !findings.iter().any(|finding| finding.state == State::Missing) {
            tell_progress("measuring the baseline against itself");
            findings.push(resolution::finding(halt)?);
        }
    }
    let report = Findings { schema: "breakeven.doctor/1", findings };
    print(&match arguments.format {
        // wrapped: advice is longer than a line
        Format::Text => report
            .table(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(look().width.max(40))
            .trim_fmt(),
        format => formatted(&report, format, |report, style| report.table(style).trim_fmt())?,
    })?;
    match report.findings.iter().find(|finding| finding.state == State::Missing) {
        None => Ok(()),
        Some(finding) => {
            Err(Stop::ours(anyhow!("{}: {}", finding.what, finding.advice.as_deref().unwrap_or("missing"))))
        }
    }
}

/// Announces what takes seconds, on a terminal only.
fn tell_progress(what: &str) {
    if console::Term::stderr().is_term() {
        tell(&format!("doctor: {what}"));
    }
}

#[derive(Debug, Serialize)]
struct Findings {
    schema: &'static str,
    findings: Vec<Finding>,
}

#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    state: State,
    found: String,
    advice: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Good,
    Note,
    Missing,
}

impl Finding {
    fn good(what: &'static str, found: impl Into<String>) -> Self {
        Self { what, state: State::Good, found: found.into(), advice: None }
    }

    fn note(what: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { what, state: State::Note, found: found.into(), advice: Some(advice.into()) }
    }

    fn missing(what: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { what, state: State::Missing, found: found.into(), advice: Some(advice.into()) }
    }
}

impl Findings {
    fn table(&self, style: TableStyle) -> Table {
        let mut shown = table(style, &["", "what", "found", "what to do"]);
        for finding in &self.findings {
            let sign = match finding.state {
                State::Good => "ok",
                State::Note => "note",
                State::Missing => "MISSING",
            };
            shown.add_row([sign, finding.what, &finding.found, finding.advice.as_deref().unwrap_or("")]);
        }
        shown
    }
}

fn build() -> Finding {
    let found = format!("breakeven {}, rustc {}", env!("CARGO_PKG_VERSION"), env!("BREAKEVEN_RUSTC"));
    if cfg!(debug_assertions) {
        Finding::note("build", format!("{found}, debug"), "use scripts/bench, or cargo build --release")
    } else {
        Finding::good("build", found)
    }
}

fn processor() -> Finding {
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    let found = format!("{}, {count} processor(s)", cpu_model());
    match count {
        1 => Finding::note(
            "processor",
            found,
            "the command line and the workers share it: expect wider intervals",
        ),
        _ => Finding::good("processor", found),
    }
}

fn load() -> Finding {
    let load = context_now().get("load").and_then(|load| load.parse::<f64>().ok());
    match load {
        Some(load) if load > 0.5 => {
            Finding::note("load", format!("{load:.2}"), "something else is running: wait for it, or stop it")
        }
        Some(load) => Finding::good("load", format!("{load:.2}")),
        None => Finding::note("load", "unknown", "this system does not tell its load"),
    }
}

fn isa() -> Finding {
    match breakeven_simd::Kernel::from_environment() {
        Ok(kernel) => Finding::good("instruction set", kernel.isa()),
        Err(error) => {
            Finding::missing("instruction set", error.to_string(), "unset BREAKEVEN_ISA, or choose another")
        }
    }
}

/// Starts the interpreter, in a worker: a broken one must not take the doctor down.
fn interpreter(halt: Halt) -> Result<Vec<Finding>, Stop> {
    if !cfg!(feature = "python") {
        let found = "none of its own: `compare` runs your functions in yours";
        return Ok(vec![Finding::note("python", found, WITHOUT_PYTHON)]);
    }
    let session = Session::of_ours(&[])?;
    let crew = Crew::start(session.crew_setup(1, halt)?);
    let facts = match crew {
        Ok(crew) => crew.facts.clone(),
        Err(CrewError::Halted) => return Err(Stop::interrupted(anyhow!("interrupted"))),
        Err(error) => {
            let advice = "run scripts/prepare: it makes .venv again and names what it lacks";
            return Ok(vec![Finding::missing("python", error.to_string(), advice)]);
        }
    };
    let fact = |name: &str| facts.get(name).cloned();
    let python = fact("python").unwrap_or_else(|| "unknown".to_owned());
    let flags = fact("python_flags").unwrap_or_default();
    let numpy = match fact("numpy") {
        Some(numpy) => Finding::good("numpy", format!("{numpy}, {}", fact("numpy_simd").unwrap_or_default())),
        None => Finding::missing("numpy", "not installed", "run scripts/prepare"),
    };
    Ok(vec![Finding::good("python", format!("{python} ({flags})")), numpy])
}

fn recordings() -> Finding {
    let Some(data) = std::env::var_os(DATA_VARIABLE) else {
        let advice =
            format!("set {DATA_VARIABLE} to a folder with the public recordings, or pass --recording FILE");
        return Finding::note("recordings", "none: the synthetic hour is used", advice);
    };
    let path = Path::new(&data);
    if path.join("oxford-step-counter").is_dir() {
        Finding::good("recordings", "the Oxford hour")
    } else {
        let advice =
            format!("{DATA_VARIABLE} names a folder without oxford-step-counter: see docs/accuracy.md");
        Finding::note("recordings", "none: the synthetic hour is used", advice)
    }
}

fn output() -> Finding {
    let folder = Path::new("bench-results");
    let writable = if folder.is_dir() { tempfile::tempfile_in(folder) } else { tempfile::tempfile_in(".") };
    match writable {
        Ok(_) => Finding::good("output", "bench-results can be written"),
        Err(error) => Finding::missing("output", error.to_string(), "choose another folder with --output"),
    }
}
