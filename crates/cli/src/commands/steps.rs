//! `breakeven steps`: how many steps are in these recordings?

mod accuracy;
mod counted;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use breakeven_measure::process::Halt;
use breakeven_pedometer::{bouts, count, open_rows};
use breakeven_problem::Signal;
use breakeven_record::replace_file;
use breakeven_recordings::{Column, Fault, Import, ImportError, ImportOptions, TimeColumn, import};
use breakeven_report::walk::{Fact, Mark, MarkedFault, Walk, page};
use breakeven_simd::{Kernel, SimdBank};
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use self::counted::{CAVEAT, Counted, CountedFile};
use crate::arguments::{ImportArguments, StepsArguments};
use crate::commands::{print, tell};
use crate::session::interruptible;
use crate::stop::{CommandResult, Stop};

/// Rows of a day at 100 Hz: a synthetic walk is in memory as a whole.
const DAY_ROWS: usize = 8_640_000;

/// Counts the steps of each recording, and says what was wrong with those that cannot be read.
pub(crate) fn steps(arguments: &StepsArguments) -> CommandResult {
    Kernel::from_environment().map_err(Stop::usage)?;
    let options = options_of(&arguments.import);
    if let Some(rows) = arguments.synthetic {
        if !(1..=DAY_ROWS).contains(&rows) {
            return Err(Stop::usage(anyhow!(
                "--synthetic {rows}: give 1 to {DAY_ROWS} rows, which are a day"
            )));
        }
        return accuracy::of_synthetic_walk(rows, arguments.seed, arguments.format);
    }
    let recordings = recordings(arguments);
    let one = |option: &str| match &recordings[..] {
        [recording] => Ok(recording.as_slice()),
        several => {
            let number = several.len();
            Err(Stop::usage(anyhow!(
                "{option} is for one recording, not {number}: name one FILE, or pass --join"
            )))
        }
    };
    let halt = interruptible()?;
    if let Some(index) = &arguments.reference {
        return accuracy::of_parts(one("--reference")?, index, &options, &halt, arguments.format);
    }
    if let Some(html) = &arguments.page {
        write_page(one("--page")?, html, &options, &halt)?;
    }
    let jobs = arguments.jobs.or_else(|| std::thread::available_parallelism().ok()).map_or(1, usize::from);
    let results = count_all(&recordings, &options, jobs, &halt)?;
    let counted = Counted::new(&recordings, &results);
    print(&counted.text(arguments.format)?)?;
    finish(&results)
}

/// What is said on stderr in the end, and the exit code.
fn finish(results: &[Result<CountedFile, ImportError>]) -> CommandResult {
    let errors: Vec<&ImportError> = results.iter().filter_map(|result| result.as_ref().err()).collect();
    if errors.iter().any(|error| matches!(error, ImportError::Stopped)) {
        return Err(Stop::interrupted(anyhow!("interrupted; the recordings that were counted are shown")));
    }
    let stop = |text: String| {
        let ours = errors.iter().any(|error| matches!(error, ImportError::Spool(_)));
        if ours { Stop::ours(anyhow!(text)) } else { Stop::usage(anyhow!(text)) }
    };
    match errors[..] {
        [] => Ok(()),
        [error] => Err(stop(error.to_string())),
        _ => {
            errors.iter().for_each(|error| tell(&format!("breakeven: {error}")));
            Err(stop(format!(
                "{} of {} recordings cannot be counted, see above",
                errors.len(),
                results.len()
            )))
        }
    }
}

/// The files of each recording.
fn recordings(arguments: &StepsArguments) -> Vec<Vec<PathBuf>> {
    if arguments.import.join {
        vec![arguments.files.clone()]
    } else {
        arguments.files.iter().map(|file| vec![file.clone()]).collect()
    }
}

fn options_of(arguments: &ImportArguments) -> ImportOptions {
    ImportOptions {
        channels: arguments.channels,
        columns: (!arguments.columns.is_empty()).then(|| arguments.columns.clone()),
        time: match &arguments.time {
            None => TimeColumn::Detected,
            Some(Column::Name(name)) if name == "none" => TimeColumn::Absent,
            Some(column) => TimeColumn::At(column.clone()),
        },
        time_unit: arguments.time_unit,
        acceleration: arguments.acceleration,
        rotation: arguments.rotation,
        scale: arguments.scale,
        rate_hz: arguments.rate,
        skip_lines: arguments.skip_lines,
        decimal: arguments.decimal.unwrap_or_default(),
        accept_clipped: arguments.accept_clipped,
        ..ImportOptions::default()
    }
}

/// Counts `jobs` recordings at a time; the results are in the order of the recordings.
fn count_all(
    recordings: &[Vec<PathBuf>],
    options: &ImportOptions,
    jobs: usize,
    halt: &Halt,
) -> Result<Vec<Result<CountedFile, ImportError>>, Stop> {
    let progress = progress(recordings.len());
    let count = |files: &Vec<PathBuf>| {
        let result = count_one(files, options, halt, &progress);
        progress.inc(1);
        result
    };
    let workers = rayon::ThreadPoolBuilder::new().num_threads(jobs.min(recordings.len())).build();
    let workers = workers.map_err(Stop::ours)?;
    let results = workers.install(|| recordings.par_iter().with_max_len(1).map(count).collect());
    progress.finish_and_clear();
    Ok(results)
}

fn count_one(
    files: &[PathBuf],
    options: &ImportOptions,
    halt: &Halt,
    progress: &ProgressBar,
) -> Result<CountedFile, ImportError> {
    let name = files[0].display();
    let show = |doing: &str, rows: u64| {
        progress.set_message(format!("{name}: {doing} row {rows}"));
        go_on_unless_halted(halt)
    };
    if show("at", 0).is_break() {
        return Err(ImportError::Stopped);
    }
    let mut imported = import(files, options, &|rows| show("read to", rows))?;
    let counted = imported.count::<SimdBank>(&|rows| show("counted to", rows))?;
    Ok(CountedFile::new(files, &imported, counted))
}

fn progress(recordings: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:24} {pos} of {len} {elapsed_precise} {msg}");
    let style = style.expect("the template is a constant, and a test draws it");
    ProgressBar::new(recordings as u64).with_style(style)
}

/// Reads one recording into memory.
fn read_whole(files: &[PathBuf], options: &ImportOptions, halt: &Halt) -> Result<(Import, Signal), Stop> {
    let mut imported = import(files, options, &|_| go_on_unless_halted(halt)).map_err(Stop::usage)?;
    let signal = imported.signal().map_err(|error| match error {
        ImportError::Spool(_) => Stop::ours(error),
        error => Stop::usage(error),
    })?;
    Ok((imported, signal))
}

fn go_on_unless_halted(halt: &Halt) -> ControlFlow<()> {
    if halt.is_halted() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

/// Writes the page of one recording, which must fit into memory.
fn write_page(files: &[PathBuf], html: &Path, options: &ImportOptions, halt: &Halt) -> Result<(), Stop> {
    let (imported, signal) = read_whole(files, options, halt)?;
    let count = count::<SimdBank>(&signal);
    let sum_m: Vec<String> = count.sum_m().iter().map(i64::to_string).collect();
    let fact = |name: &str, value| Fact { name: name.to_owned(), value };
    let facts = [
        fact("read", imported.notes().to_string()),
        fact("at 100 Hz", format!("{} rows, {} channels", imported.rows(), imported.channels())),
        fact("sum(M)", sum_m.join(" ")),
    ];
    let bouts: Vec<std::ops::Range<usize>> =
        bouts(&count.steps).iter().map(|bout| bout.first_row..bout.last_row).collect();
    let name = counted::name_of(files);
    let open = open_rows(&count.m);
    let walk = Walk {
        name: &name,
        signal: &signal,
        open: &open,
        steps: &count.steps,
        bouts: &bouts,
        facts: &facts,
        caveat: CAVEAT,
    };
    let marks = imported.stretches().into_iter().map(|stretch| Mark {
        fault: match stretch.fault {
            Fault::Missing => MarkedFault::Missing,
            Fault::Flat => MarkedFault::Flat,
            Fault::Clipped => MarkedFault::Clipped,
        },
        rows: stretch.rows.start as usize..stretch.rows.end as usize,
    });
    let marks: Vec<Mark> = marks.collect();
    replace_file(html, page(&walk, &marks).as_bytes())
        .with_context(|| format!("--page {}", html.display()))
        .map_err(Stop::ours)?;
    tell(&format!("page: {}", html.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_valid() {
        progress(3).finish();
    }
}
