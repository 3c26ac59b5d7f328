//! How is a recording of any length kept for the pipeline without being in memory?
//!
//! One temporary file per channel, in memory while it is small. Cleaning holds rows back until a missing run has
//! ended; so long runs are recorded while they are written, and filled when they are read back, with the values that
//! cleaning would give them, which cleaning then passes on as it passes any valid sample.

use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::ops::Range;

use breakeven_pedometer::Channels;
use breakeven_pedometer::clean::bridge;
use breakeven_problem::signal::MISSING;
use tempfile::SpooledTempFile;

use super::quality::{ChannelQuality, Origin};
use crate::binary_file::sample;

/// A missing run of more rows than this is filled here; the stream holds back a shorter one.
const LONG_RUN_ROWS: u64 = 4096;

/// Bytes of a channel in memory before it moves to a file.
const MEMORY_BYTES: usize = 1 << 20;

/// Bytes collected before they are written.
const WRITE_BYTES: usize = 1 << 14;

/// The channels of a recording, written once and read any number of times.
#[derive(Debug)]
pub(super) struct Spool {
    channels: Vec<SpooledChannel>,
}

impl Spool {
    pub(super) fn new(channels: Channels) -> Self {
        Self { channels: (0..channels.number()).map(|_| SpooledChannel::new()).collect() }
    }

    /// Appends one sample, in least significant bits, to a channel: rounded half to even, and clipped.
    pub(super) fn push(&mut self, channel: usize, value: f64, origin: Origin) -> io::Result<()> {
        let channel = &mut self.channels[channel];
        let sample = channel.quality.sample(value, origin);
        channel.push(sample)
    }

    /// Ends the writing: every channel has the same number of rows, which is returned.
    pub(super) fn finish(&mut self) -> io::Result<u64> {
        for channel in &mut self.channels {
            channel.finish()?;
        }
        let rows = self.channels[0].rows;
        assert!(self.channels.iter().all(|channel| channel.rows == rows), "channels of one length");
        Ok(rows)
    }

    /// How much of each channel was measured.
    pub(super) fn quality(&self) -> Vec<&ChannelQuality> {
        self.channels.iter().map(|channel| &channel.quality).collect()
    }

    /// Leaves out the channels from this one on.
    pub(super) fn truncate(&mut self, channels: usize) {
        self.channels.truncate(channels);
    }

    /// These rows of every channel, as they were written.
    pub(super) fn read(&mut self, rows: Range<u64>) -> io::Result<Vec<Vec<i16>>> {
        self.channels.iter_mut().map(|channel| channel.read(rows.clone())).collect()
    }

    /// The same with long missing runs filled as cleaning would.
    pub(super) fn read_filled(&mut self, rows: Range<u64>) -> io::Result<Vec<Vec<i16>>> {
        let mut blocks = self.read(rows.clone())?;
        self.channels.iter().zip(&mut blocks).for_each(|(channel, block)| channel.fill(rows.start, block));
        Ok(blocks)
    }
}

/// A long missing run between two valid samples.
#[derive(Debug, Clone, Copy)]
struct LongRun {
    start: u64,
    rows: u64,
    from: i16,
    to: i16,
}

#[derive(Debug)]
struct SpooledChannel {
    file: BufWriter<SpooledTempFile>,
    rows: u64,
    quality: ChannelQuality,
    /// Missing samples since the last valid one.
    missing: u64,
    last_valid: Option<i16>,
    /// Ascending.
    long_runs: Vec<LongRun>,
}

impl SpooledChannel {
    fn new() -> Self {
        Self {
            file: BufWriter::with_capacity(WRITE_BYTES, tempfile::spooled_tempfile(MEMORY_BYTES)),
            rows: 0,
            quality: ChannelQuality::default(),
            missing: 0,
            last_valid: None,
            long_runs: Vec::new(),
        }
    }

    fn push(&mut self, sample: i16) -> io::Result<()> {
        if sample == MISSING {
            self.missing += 1;
        } else {
            if self.missing > 0 {
                self.end_run(self.last_valid.unwrap_or(sample), sample);
            }
            self.last_valid = Some(sample);
        }
        self.rows += 1;
        self.file.write_all(&sample.to_le_bytes())
    }

    fn finish(&mut self) -> io::Result<()> {
        let last = self.last_valid.unwrap_or(0);
        self.end_run(last, last);
        self.quality.finish();
        self.file.flush()
    }

    fn end_run(&mut self, from: i16, to: i16) {
        let rows = std::mem::take(&mut self.missing);
        if rows > LONG_RUN_ROWS {
            self.long_runs.push(LongRun { start: self.rows - rows, rows, from, to });
        }
    }

    fn read(&mut self, rows: Range<u64>) -> io::Result<Vec<i16>> {
        let mut bytes = vec![0; 2 * (rows.end - rows.start) as usize];
        let file = self.file.get_mut();
        file.seek(SeekFrom::Start(2 * rows.start))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes.chunks_exact(2).map(sample).collect())
    }

    fn fill(&self, start: u64, block: &mut [i16]) {
        let end = start + block.len() as u64;
        let first = self.long_runs.partition_point(|run| run.start + run.rows <= start);
        for run in self.long_runs[first..].iter().take_while(|run| run.start < end) {
            for row in run.start.max(start)..(run.start + run.rows).min(end) {
                let step = row - run.start + 1;
                block[(row - start) as usize] = bridge(run.from, run.to, step as i64, run.rows as i64);
            }
        }
    }
}
