//! How far are the pedometer's counts from references, on the recordings at hand?
//!
//! Counted over `rust/simd`'s bank, which every integer rung agrees with on every bit, before anything is measured.

use std::ops::Range;
use std::path::Path;

use breakeven_pedometer::{PlainBank, bouts, count, open_rows, synthetic_walk};
use breakeven_problem::Signal;
use breakeven_record::accuracy::{AccuracyRecord, CountedRecording, Excerpt, ReferenceSet};
use breakeven_recordings::{
    HOUR_ROWS, NamedRecording, RecordingChoice, RecordingError, channels_from_name, read_i16, read_index,
};
use breakeven_simd::SimdBank;

/// Samples of an excerpt over all its channels: about 18 kB of JSON.
const EXCERPT_SAMPLES: usize = 3000;

/// Rows of an excerpt before the first step: there the gate opens.
const ROWS_BEFORE: usize = 250;

/// Steps of a bout that is worth looking at, if there is one.
const LONG_BOUT: usize = 10;

/// A set of recordings under `BREAKEVEN_DATA`, with an index of reference counts beside it.
struct Set {
    name: &'static str,
    file: &'static str,
    source: &'static str,
    reference: &'static str,
}

const SETS: [Set; 2] = [
    Set {
        name: "oxford-validation",
        file: "oxford-step-counter/validation_100hz_i16le_3ch.bin",
        source: "Oxford step counter data set, the 12 validation recordings, a phone's accelerometer, resampled to 100 Hz \
                 and scaled to integers; Salvi et al., EMBC 2018, doi 10.1109/EMBC.2018.8513319, CC BY 4.0",
        reference: "foot switches",
    },
    Set {
        name: "mobgap-lab",
        file: "mobgap-lab/lower_back_100hz_i16le_6ch.bin",
        source: "nine laboratory recordings of mobgap, lower back, accelerometer and gyroscope; Mobilise-D, \
                 github.com/mobilise-d/mobgap, Apache-2.0",
        reference: "a laboratory system that counts steps in recognised walking bouts only: no measure of the count",
    },
];

/// Counts the sets under the data folder that are there, and the synthetic hour, whose steps are known; cuts an
/// excerpt out of the main recording. `None` as soon as `go_on` returns false.
///
/// Each recording is counted twice, with the feedback and without: about 3 s of a processor for all of them (user times
/// of `breakeven steps --reference` for each set and of `--synthetic 360000`, on an AMD EPYC with AVX2).
///
/// # Errors
/// A set that is there cannot be read, or its index is malformed.
pub fn count_accuracy(
    choice: &RecordingChoice,
    main: &NamedRecording,
    go_on: &dyn Fn() -> bool,
) -> Result<Option<AccuracyRecord>, RecordingError> {
    let mut sets = Vec::new();
    for set in &SETS {
        let Some(path) = choice.public_file(set.file) else { continue };
        let Some(recordings) = recordings_of(&path, go_on)? else { return Ok(None) };
        if !recordings.is_empty() {
            sets.push(ReferenceSet {
                name: set.name.to_owned(),
                source: set.source.to_owned(),
                reference: set.reference.to_owned(),
                recordings,
            });
        }
    }
    if !go_on() {
        return Ok(None);
    }
    sets.push(synthetic_set(choice.seed));
    if !go_on() {
        return Ok(None);
    }
    Ok(Some(AccuracyRecord { sets, excerpt: excerpt(main) }))
}

fn recordings_of(
    path: &Path,
    go_on: &dyn Fn() -> bool,
) -> Result<Option<Vec<CountedRecording>>, RecordingError> {
    let signal = read_i16(path, channels_from_name(path)?)?;
    let mut recordings = Vec::new();
    for part in read_index(path, &signal)? {
        if !go_on() {
            return Ok(None);
        }
        recordings.push(counted(&part.recording, &part.of(&signal), part.reference_steps));
    }
    Ok(Some(recordings))
}

/// Counts the steps of a recording twice: with the feedback and without.
#[must_use]
pub fn counted(recording: &str, signal: &Signal, reference_steps: usize) -> CountedRecording {
    CountedRecording {
        recording: recording.to_owned(),
        rows: signal.rows(),
        reference_steps,
        steps: count::<SimdBank>(signal).steps.len(),
        steps_without_feedback: count::<PlainBank>(signal).steps.len(),
    }
}

fn synthetic_set(seed: u64) -> ReferenceSet {
    let walk = synthetic_walk(HOUR_ROWS, seed);
    let name = format!("synthetic hour, seed {seed}");
    ReferenceSet {
        name: "synthetic-hour".to_owned(),
        source: "made by this program, not recorded: cadence that drifts, pauses, turns, jolts, noise, missing samples"
            .to_owned(),
        reference: "known: the generator places every step".to_owned(),
        recordings: vec![counted(&name, &walk.signal, walk.steps.len())],
    }
}

/// The start of the first long bout, or of the longest one; `None` without a step.
fn excerpt(main: &NamedRecording) -> Option<Excerpt> {
    let found = count::<SimdBank>(&main.signal);
    let bouts = bouts(&found.steps);
    let bout = bouts
        .iter()
        .find(|bout| bout.steps >= LONG_BOUT && bout.first_row >= ROWS_BEFORE)
        .or_else(|| bouts.iter().max_by_key(|bout| bout.steps))?;
    let first_row = bout.first_row.saturating_sub(ROWS_BEFORE);
    let length = EXCERPT_SAMPLES / main.signal.channels().len();
    let rows = first_row..(first_row + length).min(main.signal.rows());
    let within = |open: Range<usize>| {
        let (start, end) = (open.start.max(rows.start), open.end.min(rows.end));
        (start < end).then(|| [start - first_row, end - first_row])
    };
    Some(Excerpt {
        recording: main.name.clone(),
        first_row,
        channels: main.signal.channels().iter().map(|samples| samples[rows.clone()].to_vec()).collect(),
        open: open_rows(&found.m).into_iter().filter_map(within).collect(),
        steps: found.steps.iter().filter(|step| rows.contains(step)).map(|step| step - first_row).collect(),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn named(name: &str, signal: Signal) -> NamedRecording {
        NamedRecording { name: name.to_owned(), note: String::new(), signal: Arc::new(signal) }
    }

    #[test]
    fn an_excerpt_shows_the_gate_opening_and_steps_where_it_is_open() {
        let walk = synthetic_walk(12_000, 1);
        let excerpt = excerpt(&named("walk", walk.signal.clone())).expect("two minutes have steps");
        assert_eq!(excerpt.channels.len(), 6);
        for (channel, samples) in excerpt.channels.iter().enumerate() {
            let rows = excerpt.first_row..excerpt.first_row + EXCERPT_SAMPLES / 6;
            assert_eq!(*samples, walk.signal.channels()[channel][rows]);
        }
        assert!(excerpt.open.first().is_some_and(|open| open[0] > 0), "{:?}", excerpt.open);
        assert_eq!(excerpt.steps.first(), Some(&ROWS_BEFORE));
        for step in &excerpt.steps {
            assert!(excerpt.open.iter().any(|open| (open[0]..open[1]).contains(step)), "{step}");
        }
        let bytes = serde_json::to_vec(&excerpt).expect("plain numbers").len();
        assert!(bytes < 20_000, "{bytes} bytes");
    }

    #[test]
    fn a_recording_without_steps_has_no_excerpt() {
        let still = Signal::new(vec![vec![0; 500], vec![0; 500], vec![2048; 500]]).expect("three channels");
        assert_eq!(excerpt(&named("still", still)), None);
    }

    #[test]
    fn the_synthetic_hour_has_the_counts_that_the_documentation_gives() {
        let set = synthetic_set(1);
        let row = &set.recordings[0];
        assert_eq!((row.reference_steps, row.steps, row.steps_without_feedback), (4829, 4861, 4864));
    }

    #[test]
    fn nothing_is_counted_after_a_request_to_stop() {
        let walk = synthetic_walk(1000, 1);
        let counted = count_accuracy(&RecordingChoice::default(), &named("walk", walk.signal), &|| false);
        assert_eq!(counted.expect("nothing is read"), None);
    }
}
