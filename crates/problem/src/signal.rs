//! What does a recording look like once it is in memory?

/// Sampling rate of every [`Signal`], in Hz.
pub const RATE_HZ: usize = 100;

/// The sample value that marks a missing sample.
pub const MISSING: i16 = i16::MIN;

/// Accelerometer scale: least significant bits per g.
pub const LSB_PER_G: f64 = 2048.0;

/// Gyroscope scale: least significant bits per degree per second.
pub const LSB_PER_DEGREE_PER_SECOND: f64 = 16.384;

/// A recording at 100 Hz: three accelerometer channels, or those and three gyroscope channels.
///
/// Samples are `i16`, 2048 LSB per g and 16.384 LSB per degree per second; [`MISSING`] marks a
/// missing sample. All channels have the same number of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    channels: Vec<Vec<i16>>,
}

/// Channels that do not make a signal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignalError {
    /// Neither 3 nor 6 channels.
    #[error("{0} channels: a signal has 3 (accelerometer) or 6 (accelerometer and gyroscope)")]
    Channels(usize),
    /// Channels of different lengths.
    #[error("channel {channel} has {rows} rows where channel 0 has {expected}")]
    Uneven {
        /// The channel that differs.
        channel: usize,
        /// Its rows.
        rows: usize,
        /// The rows of channel 0.
        expected: usize,
    },
}

impl Signal {
    /// A signal of these channels, in the order ax ay az [gx gy gz].
    ///
    /// # Errors
    /// Neither 3 nor 6 channels, or channels of different lengths.
    pub fn new(channels: Vec<Vec<i16>>) -> Result<Self, SignalError> {
        if channels.len() != 3 && channels.len() != 6 {
            return Err(SignalError::Channels(channels.len()));
        }
        let expected = channels[0].len();
        for (channel, samples) in channels.iter().enumerate() {
            if samples.len() != expected {
                return Err(SignalError::Uneven { channel, rows: samples.len(), expected });
            }
        }
        Ok(Self { channels })
    }

    /// The channels, ax ay az [gx gy gz], each of [`Signal::rows`] samples.
    #[must_use]
    pub fn channels(&self) -> &[Vec<i16>] {
        &self.channels
    }

    /// Number of rows: samples per channel.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.channels[0].len()
    }

    /// The first `rows` rows as a signal of their own (all of them where it has fewer).
    #[must_use]
    pub fn prefix(&self, rows: usize) -> Self {
        let end = rows.min(self.rows());
        Self { channels: self.channels.iter().map(|samples| samples[..end].to_vec()).collect() }
    }
}
