//! How did each contender's figures move from record to record?

use std::collections::{BTreeMap, BTreeSet};

use breakeven_estimate::change_points::{ChangePoint, ChangePoints, LEAST_SERIES};
use breakeven_estimate::figure::Figure;
use breakeven_record::contender_id::ContenderId;
use breakeven_record::{Record, WorkloadRecord};
use serde::{Deserialize, Serialize};

use super::History;
use crate::comparison::difference;
use crate::summary::{Row, Summary, Verdict};

/// How figures moved over the records of a history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// The largest change of a level that counts as none, as a fraction.
    pub tolerance: f64,
    /// How many series had enough records for a change to be found.
    pub tested: usize,
    /// Where a level changed.
    pub changes: Vec<LevelChange>,
    /// A series per workload and contender, in the order in which the records have them.
    pub series: Vec<Series>,
}

/// One contender on one workload, over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// The workload's id.
    pub workload: String,
    /// Which of the workloads of this id, from 1: another one has other inputs, sizes, ddof or baseline.
    pub variant: usize,
    /// In what the workload differs from the one of the same id in an older record, and is therefore a series of its own.
    pub difference: Option<String>,
    /// The contender.
    pub contender: ContenderId,
    /// What ratios are taken to.
    pub baseline: ContenderId,
    /// call, window or recording.
    pub unit: String,
    /// One per record that timed it, oldest first.
    pub points: Vec<Point>,
}

/// What one record says of a contender.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The place of the record in the history, from 0.
    pub record: usize,
    /// Time over the baseline's.
    pub ratio: Figure,
    /// Nanoseconds per unit: comparable with those of other points only where their records have the same environment.
    pub ns_per_unit: Figure,
}

/// What a level is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// Time over the baseline's.
    Ratio,
    /// Nanoseconds per unit.
    Time,
}

impl Quantity {
    /// The lower-case word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Quantity::Ratio => "ratio",
            Quantity::Time => "time",
        }
    }
}

/// A record from which on a contender has another level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelChange {
    /// The workload's id.
    pub workload: String,
    /// Which of the workloads of this id, from 1: another one has other inputs, sizes, ddof or baseline.
    pub variant: usize,
    /// The contender.
    pub contender: ContenderId,
    /// What changed.
    pub quantity: Quantity,
    /// The environment of all records of both levels; null where ratios were compared across machines.
    pub environment: Option<String>,
    /// The place of the last record of the old level.
    pub last_before: usize,
    /// The place of the first record of the new level.
    pub record: usize,
    /// The median before.
    pub before: f64,
    /// The median from there on.
    pub after: f64,
    /// After over before; above 1 it got slower.
    pub change: f64,
    /// The probability that chance alone divides the series so clearly.
    pub p: f64,
}

/// Collects what records say, one after the other, so that not all of them are in memory at once.
#[derive(Debug, Default)]
pub struct TrendBuilder {
    workloads: Vec<Known>,
    series: Vec<(usize, Series)>,
}

/// A workload without its contenders, and the seed of the record that it was first in.
#[derive(Debug)]
struct Known {
    workload: WorkloadRecord,
    seed: u64,
    variant: usize,
    difference: Option<String>,
}

impl TrendBuilder {
    /// Takes in the rows that are timed and `wanted` of the record that has this place in the history; records come in
    /// the order of their places.
    pub fn add(&mut self, record: &Record, in_history: usize, wanted: &dyn Fn(&Row) -> bool) {
        let summary = Summary::of(record, "");
        let is_wanted = |row: &&Row| row.ns_per_unit.is_some() && !row.contender.is_control() && wanted(row);
        for workload in &record.workloads {
            for row in summary.rows_of(&workload.id).filter(is_wanted) {
                let place = self.workload(workload, record.plan.seed);
                let point = Point {
                    record: in_history,
                    ratio: Figure { value: row.ratio, low: row.ratio_low, high: row.ratio_high },
                    ns_per_unit: Figure { value: row.ns_per_unit, low: row.low, high: row.high },
                };
                let point = match row.verdict {
                    Some(Verdict::Baseline) => Point { ratio: Figure::default(), ..point },
                    _ => point,
                };
                self.series_of(place, row).points.push(point);
            }
        }
    }

    /// The place of a workload among those that are known: of the first that is the same.
    fn workload(&mut self, workload: &WorkloadRecord, seed: u64) -> usize {
        let mut differs = None;
        for (place, known) in self.workloads.iter().enumerate() {
            if known.workload.id == workload.id {
                match difference(&known.workload, workload, (known.seed, seed)) {
                    None => return place,
                    found => differs = found,
                }
            }
        }
        let workload = WorkloadRecord { contenders: Vec::new(), ..workload.clone() };
        let variant = 1 + self.workloads.iter().filter(|known| known.workload.id == workload.id).count();
        self.workloads.push(Known { workload, seed, variant, difference: differs });
        self.workloads.len() - 1
    }

    fn series_of(&mut self, workload: usize, row: &Row) -> &mut Series {
        let is_it =
            |(place, series): &(usize, Series)| *place == workload && series.contender == row.contender;
        let place = self.series.iter().position(is_it).unwrap_or_else(|| {
            let known = &self.workloads[workload];
            let series = Series {
                workload: known.workload.id.clone(),
                variant: known.variant,
                difference: known.difference.clone(),
                contender: row.contender.clone(),
                baseline: known.workload.baseline.clone(),
                unit: row.unit.clone(),
                points: Vec::new(),
            };
            self.series.push((workload, series));
            self.series.len() - 1
        });
        &mut self.series[place].1
    }

    /// The trend over `history`, in which a change of a level of up to `tolerance`, a fraction, counts as none.
    #[must_use]
    pub fn finish(mut self, history: &History, tolerance: f64) -> Trend {
        self.series.sort_by_key(|(workload, _)| *workload);
        let series: Vec<Series> = self.series.into_iter().map(|(_, series)| series).collect();
        let mut search = Search { history, tolerance, points: ChangePoints::default(), tested: 0 };
        let changes = series.iter().flat_map(|series| search.changes(series)).collect();
        Trend { tolerance, tested: search.tested, changes, series }
    }
}

/// Looks for changes of levels.
struct Search<'a> {
    history: &'a History,
    tolerance: f64,
    points: ChangePoints,
    tested: usize,
}

impl Search<'_> {
    fn changes(&mut self, series: &Series) -> Vec<LevelChange> {
        let records = &self.history.records;
        let mut by_environment: BTreeMap<&str, Vec<Point>> = BTreeMap::new();
        for point in &series.points {
            by_environment.entry(&records[point.record].environment).or_default().push(*point);
        }
        let mut found = Vec::new();
        for (&environment, points) in &by_environment {
            for quantity in [Quantity::Time, Quantity::Ratio] {
                found.extend(self.levels(series, points, quantity, Some(environment)));
            }
        }
        if by_environment.len() > 1 {
            let across = self.levels(series, &series.points, Quantity::Ratio, None);
            // what happened within one environment is told there
            found.extend(across.into_iter().filter(|change| {
                records[change.last_before].environment != records[change.record].environment
            }));
        }
        found.sort_by_key(|change| change.record);
        found
    }

    fn levels(
        &mut self,
        series: &Series,
        points: &[Point],
        quantity: Quantity,
        environment: Option<&str>,
    ) -> Vec<LevelChange> {
        let value = |point: &Point| match quantity {
            Quantity::Ratio => point.ratio.value,
            Quantity::Time => point.ns_per_unit.value,
        };
        let known: Vec<(usize, f64)> =
            points.iter().filter_map(|point| Some((point.record, value(point)?))).collect();
        self.tested += usize::from(known.len() >= LEAST_SERIES);
        let values: Vec<f64> = known.iter().map(|&(_, value)| value).collect();
        let change = |point: ChangePoint| LevelChange {
            workload: series.workload.clone(),
            variant: series.variant,
            contender: series.contender.clone(),
            quantity,
            environment: environment.map(str::to_owned),
            last_before: known[point.at - 1].0,
            record: known[point.at].0,
            before: point.before,
            after: point.after,
            change: point.after / point.before,
            p: point.p,
        };
        self.points.of(&values, self.tolerance).into_iter().map(change).collect()
    }
}

impl LevelChange {
    /// Whether it is one of this workload, with the same inputs.
    #[must_use]
    pub fn is_of(&self, series: &Series) -> bool {
        (&self.workload, self.variant) == (&series.workload, series.variant)
    }
}

impl Series {
    /// Whether no record has a baseline to it, since another tool measured.
    pub(crate) fn is_imported(&self) -> bool {
        self.baseline.is_empty()
    }
}

impl Trend {
    /// The series of one workload, and in what it differs from an older one of the same id, if so.
    pub fn by_workload(&self) -> impl Iterator<Item = &[Series]> {
        self.series.chunk_by(|one, other| (&one.workload, one.variant) == (&other.workload, other.variant))
    }

    /// The most records that one series has in one environment.
    #[must_use]
    pub fn longest(&self, history: &History) -> usize {
        let environments: BTreeSet<&str> =
            history.records.iter().map(|known| known.environment.as_str()).collect();
        let of = |series: &Series, environment: &str| {
            let points = series.points.iter();
            points.filter(|point| history.records[point.record].environment == environment).count()
        };
        let counts =
            self.series.iter().flat_map(|series| environments.iter().map(move |key| of(series, key)));
        counts.max().unwrap_or(0)
    }
}
