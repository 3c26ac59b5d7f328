//! `breakeven list`: what would be measured?

use breakeven_measure::job::Job;
use breakeven_problem::Contender;
use breakeven_record::Plan;
use comfy_table::TableStyle;
use serde::Serialize;

use crate::arguments::{Format, SelectionArguments};
use crate::commands::{formatted, print, table};
use crate::forecast::Forecast;
use crate::selection::Selection;
use crate::session::Session;
use crate::stop::CommandResult;

/// Prints the workloads and the contenders of a mode.
pub(crate) fn list(arguments: &SelectionArguments) -> CommandResult {
    let session = Session::with_ordinary_python(&arguments.interpreter)?;
    let all = &session.registry.contenders;
    let listed = Listed::new(&Selection::new(arguments)?.jobs(all)?, all);
    print(&formatted(&listed, arguments.format, Listed::tables)?)
}

/// Workloads and contenders, as they are printed.
#[derive(Debug, Serialize)]
struct Listed {
    schema: &'static str,
    workloads: Vec<ListedWorkload>,
    contenders: Vec<ListedContender>,
}

#[derive(Debug, Serialize)]
struct ListedWorkload {
    id: String,
    task: &'static str,
    length: usize,
    window: Option<usize>,
    why: String,
    baseline: String,
    contenders: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ListedContender {
    id: String,
    input: &'static str,
    precision: &'static str,
    threads: usize,
    tasks: Vec<&'static str>,
    summary: &'static str,
}

impl Listed {
    /// What these jobs measure, and who takes part in any of them.
    fn new(jobs: &[Job], all: &[Box<dyn Contender>]) -> Self {
        let workloads = jobs
            .iter()
            .map(|job| ListedWorkload {
                id: job.workload.id.clone(),
                task: job.workload.task.word(),
                length: job.workload.length,
                window: job.workload.window,
                why: job.workload.why.clone(),
                baseline: job.baseline.clone(),
                contenders: job.contenders.clone(),
            })
            .collect();
        let mut contenders: Vec<ListedContender> = Vec::new();
        for contender in all {
            let about = contender.about();
            let jobs_of = jobs
                .iter()
                .filter(|job| job.contenders.contains(&about.id) && contender.offers(&job.workload));
            let tasks: Vec<&'static str> = jobs_of.map(|job| job.workload.task.word()).collect();
            if tasks.is_empty() {
                continue;
            }
            match contenders.iter_mut().find(|known| known.id == about.id) {
                Some(known) => known.tasks.extend(tasks),
                None => contenders.push(ListedContender {
                    id: about.id.clone(),
                    input: about.input.word(),
                    precision: about.contract.word(),
                    threads: about.threads,
                    tasks,
                    summary: about.summary,
                }),
            }
        }
        for contender in &mut contenders {
            contender.tasks.dedup();
        }
        Self { schema: "breakeven.list/1", workloads, contenders }
    }

    /// The workloads, and below them the contenders.
    fn tables(&self, style: TableStyle) -> String {
        let mut workloads = table(style, &["workload", "baseline", "contenders", "why"]);
        for workload in &self.workloads {
            let contenders = workload.contenders.len().to_string();
            workloads.add_row([workload.id.as_str(), &workload.baseline, &contenders, &workload.why]);
        }
        let mut contenders = table(style, &["contender", "is handed", "promises", "tasks", "what it is"]);
        for contender in &self.contenders {
            let tasks = contender.tasks.join(", ");
            contenders.add_row([
                contender.id.as_str(),
                contender.input,
                contender.precision,
                &tasks,
                contender.summary,
            ]);
        }
        format!("{}\n\n{}", workloads.trim_fmt(), contenders.trim_fmt())
    }
}

/// What `--dry-run` prints: what would be measured, and but in JSON by how many processes and for how long.
pub(crate) fn print_planned(
    jobs: &[Job],
    all: &[Box<dyn Contender>],
    plan: &Plan,
    forecast: Forecast,
    format: Format,
) -> CommandResult {
    print(&formatted(&Listed::new(jobs, all), format, Listed::tables)?)?;
    match format {
        Format::Json => Ok(()),
        Format::Text | Format::Markdown => {
            let workloads =
                if jobs.len() == 1 { "1 workload".to_owned() } else { format!("{} workloads", jobs.len()) };
            print(&format!("\n{workloads}, {} processes: {forecast}", plan.processes))
        }
    }
}
