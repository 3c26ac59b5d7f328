//! A worker in fifty lines that times nothing: its samples follow from the number of its process alone,
//! so that what a run makes of them is known beforehand.

use std::collections::BTreeMap;
use std::io::{BufRead as _, Write as _, stdin, stdout};
use std::process::ExitCode;

use breakeven_measure::protocol::{ContenderRequest, PROTOCOL, Pace, Reply, Request, Visited};
use breakeven_record::Samples;

/// Serves until standard input ends. `note` is the file for notes, which the process's number is part of.
pub(crate) fn work(note: &str) -> ExitCode {
    let process: u64 = note.rsplit_once('-').and_then(|(_, number)| number.parse().ok()).unwrap_or(0);
    for line in stdin().lock().lines() {
        let reply = match serde_json::from_str(&line.unwrap()).unwrap() {
            Request::Hello { .. } => {
                Reply::Hello { protocol: PROTOCOL, facts: BTreeMap::new(), pinned_to: None }
            }
            Request::Visit(visit) => Reply::Visited {
                contenders: visit.contenders.iter().map(|request| visited(request, process)).collect(),
            },
        };
        let mut out = stdout().lock();
        writeln!(out, "{}", serde_json::to_string(&reply).unwrap()).unwrap();
        out.flush().unwrap();
    }
    ExitCode::SUCCESS
}

fn visited(request: &ContenderRequest, process: u64) -> Visited {
    let ns = match request.id.as_str() {
        "rust/good" => 2000,
        // now four times as quick as the baseline, now twice as slow
        "rust/nan" if process.is_multiple_of(2) => 500,
        "rust/nan" => 4000,
        _ => 1000,
    };
    // the process that is asked first finds a pace, and each would find another one
    let loops = match request.pace {
        Some(Pace::Rounds { loops, .. }) => loops,
        _ => 1 + process,
    };
    let mut batches_ns = vec![ns * loops; 12];
    if request.id == "rust/nan" && process < 6 {
        batches_ns[0] *= 2;
    }
    Visited {
        pace: Some(Pace::Rounds { loops, batch_ns: ns * loops }),
        samples: vec![Samples::Rounds { group: 0, loops, batches_ns }],
        ..Visited::new(&request.id)
    }
}
