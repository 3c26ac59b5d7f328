//! What do many records of one folder say over time?
//!
//! A [`History`] lists the records of a folder and, where it is asked for, the [`Trend`] of each contender on each
//! workload: its ratio to the baseline across machines, its time only within one environment. Where a level changes is
//! found by [`change_points`](breakeven_estimate::change_points). [`talk`] says of every record which of the talk's claims
//! it reproduces.

mod contents;
mod known;
pub mod talk;
mod trend;

use serde::{Deserialize, Serialize};

pub(crate) use self::contents::{changes_table, records_table, sentences, series_table};
pub use self::contents::{list_markdown, list_text, trend_markdown, trend_text};
pub use self::known::{Baseline, Foreign, KnownRecord};
pub use self::trend::{LevelChange, Point, Quantity, Series, Trend, TrendBuilder};

/// The schema this version writes.
pub const SCHEMA: &str = "breakeven.history/1";

/// A blessed baseline that is older than this is due to be looked at again.
const OLD_DAYS: i64 = 30;

/// The records of a folder, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// [`SCHEMA`].
    pub schema: String,
    /// The folder.
    pub folder: String,
    /// The record that others are compared with; null where none was blessed.
    pub baseline: Option<Baseline>,
    /// What to know of the baseline, a sentence each.
    pub notices: Vec<String>,
    /// Its records, oldest first.
    pub records: Vec<KnownRecord>,
    /// Files that look like records and cannot be read.
    pub foreign: Vec<Foreign>,
    /// How figures moved; null where that was not asked for.
    pub trend: Option<Trend>,
    /// Which of the talk's claims hold in which record; null where that was not asked for.
    pub talk: Option<Vec<talk::TalkRow>>,
}

impl History {
    /// The list of a folder: `records`, which are put into order, and what lies there too and is none.
    #[must_use]
    pub fn of(
        folder: String,
        baseline: Option<Baseline>,
        mut records: Vec<KnownRecord>,
        foreign: Vec<Foreign>,
    ) -> Self {
        records.sort_by(|one, other| (&one.created, &one.record).cmp(&(&other.created, &other.record)));
        if let Some(baseline) = &baseline {
            records.iter_mut().for_each(|known| known.is_baseline = known.record == baseline.record);
        }
        let notices = baseline.as_ref().map(|baseline| notices(baseline, &records)).unwrap_or_default();
        Self {
            schema: SCHEMA.to_owned(),
            folder,
            baseline,
            notices,
            records,
            foreign,
            trend: None,
            talk: None,
        }
    }
}

/// What to know of a baseline.
fn notices(baseline: &Baseline, records: &[KnownRecord]) -> Vec<String> {
    let Some(known) = records.iter().find(|known| known.is_baseline) else {
        return vec![format!(
            "The baseline {} is not among these records: bless another one with `breakeven history bless RECORD --reason TEXT`.",
            contents::folder_of(&baseline.record)
        )];
    };
    let mut notices = Vec::new();
    if let Some(days) = known.age_days.filter(|&days| days > OLD_DAYS) {
        notices.push(format!(
            "The baseline {} was measured {days} days ago: measure again and bless the new record.",
            contents::folder_of(&baseline.record)
        ));
    }
    if known.schema != breakeven_record::SCHEMA {
        notices.push(format!(
            "The baseline {} has schema {}, and this version writes {}: it is read, and lacks what the newer schema has.",
            contents::folder_of(&baseline.record),
            known.schema,
            breakeven_record::SCHEMA
        ));
    }
    notices
}
