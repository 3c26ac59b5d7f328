//! `breakeven library`: a shared library as a program of `compare`.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;

use anyhow::{Context as _, anyhow};
use breakeven_measure::clock::{Clock as _, Monotonic};
use breakeven_measure::input_file::InputFile;
use breakeven_measure::program::PROGRAM_PROTOCOL;
use breakeven_measure::worker::{end_with_parent, take_protocol};
use breakeven_problem::Data;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::shared_library::SharedFunction;
use crate::stop::{CommandResult, Stop};

/// Answers requests until its input ends.
pub(crate) fn library() -> CommandResult {
    end_with_parent().map_err(Stop::ours)?;
    let (requests, mut replies) = take_protocol().context("moving the protocol aside").map_err(Stop::ours)?;
    let (clock, mut slots) = (Monotonic::new(), BTreeMap::new());
    for line in BufReader::new(requests).lines() {
        let line = line.map_err(Stop::ours)?;
        let reply = serde_json::from_str(&line).map_err(anyhow::Error::from);
        let reply = reply.and_then(|request| answer(request, &mut slots, &clock));
        let reply = reply.unwrap_or_else(|error| json!({"reply": "failed", "reason": format!("{error:#}")}));
        writeln!(replies, "{reply}").map_err(Stop::ours)?;
    }
    Ok(())
}

/// A request, as far as it matters here.
#[derive(Debug, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
enum Request {
    Hello {},
    Prepare { slot: u64, load: Load, window: Option<usize>, inputs: Vec<InputFile> },
    Run { slot: u64, input: usize, loops: u64, settle_ns: u64 },
    Answer { slot: u64, path: PathBuf },
    Drop { slot: u64 },
}

#[derive(Debug, Deserialize)]
struct Load {
    library: PathBuf,
    symbol: String,
}

/// A function on its inputs.
struct Slot {
    function: SharedFunction,
    window: Option<usize>,
    inputs: Vec<Vec<f64>>,
    /// One number per window, or one.
    output: Vec<f64>,
}

impl Slot {
    /// Calls the function so often on one of its inputs; `None` where there is no such input.
    fn call(&mut self, input: usize, loops: u64) -> Option<()> {
        let values = self.inputs.get(input)?;
        match self.window {
            None => self.output[0] = self.function.whole(values, loops),
            Some(window) => self.function.sliding(values, window, &mut self.output, loops),
        }
        Some(())
    }
}

fn answer(request: Request, slots: &mut BTreeMap<u64, Slot>, clock: &Monotonic) -> anyhow::Result<Value> {
    let unknown = || anyhow!("nothing is prepared there");
    Ok(match request {
        Request::Hello {} => {
            json!({"reply": "hello", "protocol": PROGRAM_PROTOCOL, "name": "shared library"})
        }
        Request::Prepare { slot, load, window, inputs } => {
            let inputs = inputs.iter().map(series).collect::<anyhow::Result<Vec<_>>>()?;
            let length = inputs.first().map_or(0, Vec::len);
            let output = vec![f64::NAN; window.map_or(1, |window| (length + 1).saturating_sub(window))];
            let function =
                SharedFunction::load(&load.library, &load.symbol).map_err(|error| anyhow!(error))?;
            slots.insert(slot, Slot { function, window, inputs, output });
            json!({"reply": "done"})
        }
        Request::Run { slot, input, loops, settle_ns } => {
            let slot = slots.get_mut(&slot).ok_or_else(unknown)?;
            let settled_ns = clock.now_ns() + settle_ns;
            let mut calls = 1;
            while settle_ns > 0 && clock.now_ns() < settled_ns {
                slot.call(input, calls).ok_or_else(unknown)?;
                calls = loops.min(2 * calls);
            }
            let start = clock.now_ns();
            slot.call(input, loops).ok_or_else(unknown)?;
            json!({"reply": "ran", "ns": clock.now_ns() - start})
        }
        Request::Answer { slot, path } => {
            let output = &slots.get(&slot).ok_or_else(unknown)?.output;
            let bytes: Vec<u8> = output.iter().flat_map(|value| value.to_le_bytes()).collect();
            std::fs::write(path, bytes)?;
            json!({"reply": "done"})
        }
        Request::Drop { slot } => {
            slots.remove(&slot);
            json!({"reply": "done"})
        }
    })
}

fn series(file: &InputFile) -> anyhow::Result<Vec<f64>> {
    match file.read()? {
        Data::Series(values) => Ok(values),
        Data::Recording(_) | Data::Made(_) => Err(anyhow!("a shared library takes series of numbers only")),
    }
}
