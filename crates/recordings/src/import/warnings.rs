//! What of a file must be known beside the count, and what makes a count worthless?

use super::notes::{ImportNotes, Quality, Warning, WarningKind};
use super::quality::ChannelQuality;
use crate::error::Problem;

/// A larger share of rows or samples is told beside the count.
const LEAST_SHARE: f64 = 0.01;

/// Below this many rows a second the waves of steps are drawn by few points.
const LEAST_RATE_HZ: f64 = 20.0;

/// Root mean squares in g between which gravity and movement lie.
const LEAST_G: f64 = 0.5;
const MOST_G: f64 = 4.0;

/// An accelerometer's smallest range is 2 g, a gyroscope's 250 degrees per second; what repeats its own extreme beyond
/// nearly that much is at the end of its range.
const LEAST_SATURATED: [i16; 6] = [3890, 3890, 3890, 4010, 4010, 4010];

/// A recording of fewer rows has no steps, whatever is in it.
pub(super) const LEAST_ROWS: u64 = 201;

/// Names of the channels, in order.
const CHANNELS: [&str; 6] = ["ax", "ay", "az", "gx", "gy", "gz"];

/// Whether the gyroscope was off: none of its axes ever changes, in a recording that may have steps.
pub(super) fn gyroscope_is_off(channels: &[&ChannelQuality]) -> bool {
    channels.len() == 6
        && channels[0].rows >= LEAST_ROWS
        && channels[3..].iter().all(|channel| channel.is_constant())
}

/// The shares of rows and samples.
pub(super) fn quality(notes: &ImportNotes, channels: &[&ChannelQuality]) -> Quality {
    let of_rows = |rows: u64| rows as f64 / notes.rows_read.max(1) as f64;
    let most = |samples: fn(&ChannelQuality) -> u64| {
        channels.iter().map(|channel| share(channel, samples)).fold(0.0, f64::max)
    };
    Quality {
        kept: 1.0 - of_rows(notes.duplicates + notes.late),
        sorted: of_rows(notes.out_of_order),
        resampled: most(|channel| channel.interpolated),
        filled: most(|channel| channel.filled),
        clipped: most(|channel| channel.clipped),
        rate_hz: notes.rate_hz,
    }
}

/// Refuses a recording whose samples cannot be right.
pub(super) fn refuse(
    notes: &ImportNotes,
    channels: &[&ChannelQuality],
    accept_clipped: bool,
) -> Result<(), Problem> {
    if let Some(row) =
        notes.first_late_row.filter(|_| notes.late as f64 > LEAST_SHARE * notes.rows_read as f64)
    {
        return Err(Problem::Late { rows: notes.late, row });
    }
    let g = root_mean_square_g(channels);
    if g > MOST_G && channels[0].rows >= LEAST_ROWS {
        let hint = if (7.0..16.0).contains(&g) { " m/s2 would make them about 1" } else { "" };
        return Err(Problem::TooStrong { g, hint });
    }
    for (channel, name) in channels.iter().zip(CHANNELS) {
        let share = share(channel, |channel| channel.clipped);
        if share >= LEAST_SHARE && !accept_clipped {
            let range = if name.starts_with('a') { "16 g" } else { "2000 degrees per second" };
            return Err(Problem::Clipped { percent: 100.0 * share, channel: name, range });
        }
    }
    Ok(())
}

/// What must be known beside the count.
pub(super) fn warnings(notes: &ImportNotes, channels: &[&ChannelQuality]) -> Vec<Warning> {
    let mut found = Vec::new();
    let mut add = |happened: bool, kind: WarningKind, text: String| {
        if happened {
            found.push(Warning { kind, text });
        }
    };
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let rate = notes.assumed_rate_hz.unwrap_or_default();
    add(notes.assumed_rate_hz.is_some(), WarningKind::AssumedRate, format!("{rate} Hz assumed"));
    let rate = notes.quality.rate_hz.unwrap_or(f64::INFINITY);
    add(rate < LEAST_RATE_HZ, WarningKind::LowRate, format!("only {rate:.1} rows a second"));
    if let Some(coarse) = notes.coarse_clock {
        let step_s = (1e6 * coarse.step_s).round() / 1e6;
        let text = format!(
            "clock in steps of {step_s} s: up to {} rows of one time, spread evenly",
            coarse.most_rows
        );
        add(true, WarningKind::CoarseClock, text);
    }
    for (steps, kind, way) in [
        (notes.set_back, WarningKind::ClockSetBack, "back"),
        (notes.set_forward, WarningKind::ClockSetForward, "forward to summer time"),
    ] {
        let (row, seconds) = (steps.first.row, (1e3 * steps.first.seconds).round() / 1e3);
        let times = if steps.number > 1 { format!(", {} times in all", steps.number) } else { String::new() };
        let text =
            format!("clock set {way} by {seconds} s at row {row}{times}; what follows was put right behind");
        add(steps.number > 0, kind, text);
    }
    let quality = notes.quality;
    let rows = |share: f64, what: &str| format!("{} of the rows {what}", percent(share));
    add(1.0 - quality.kept > LEAST_SHARE, WarningKind::Dropped, rows(1.0 - quality.kept, "dropped"));
    add(quality.sorted > LEAST_SHARE, WarningKind::Sorted, rows(quality.sorted, "sorted"));
    add(quality.filled > LEAST_SHARE, WarningKind::Filled, format!("{} filled", percent(quality.filled)));
    add(
        quality.clipped >= LEAST_SHARE,
        WarningKind::Clipped,
        format!("{} clipped", percent(quality.clipped)),
    );
    for (channel, (name, least)) in channels.iter().zip(CHANNELS.into_iter().zip(LEAST_SATURATED)) {
        let saturated = channel.saturated(least) as f64 / channel.valid.max(1) as f64;
        let text = format!("{name} is at the end of its range for {}", percent(saturated));
        add(saturated > LEAST_SHARE, WarningKind::Saturated, text);
        let text = match channel.is_constant() {
            true => format!("{name} never changes"),
            false => {
                format!("{name} does not change for {:.1} minutes", channel.longest_flat as f64 / 6000.0)
            }
        };
        let is_constant = channel.is_constant() && channel.rows >= LEAST_ROWS;
        add(is_constant || channel.flat > 0, WarningKind::Flat, text);
    }
    let g = root_mean_square_g(channels);
    let unit = if (0.08..0.14).contains(&g) { ", or they are in g and not in m/s2" } else { "" };
    let text =
        format!("accelerations of {g:.2} g in the mean, where gravity gives 1: it has been taken out{unit}");
    add(g < LEAST_G && channels[0].rows >= LEAST_ROWS, WarningKind::NoGravity, text);
    found
}

fn share(channel: &ChannelQuality, samples: fn(&ChannelQuality) -> u64) -> f64 {
    samples(channel) as f64 / channel.rows.max(1) as f64
}

fn root_mean_square_g(channels: &[&ChannelQuality]) -> f64 {
    channels[..3].iter().map(|channel| channel.mean_square()).sum::<f64>().sqrt() / 2048.0
}
