//! Bencher Metric Format, for `bencher run --adapter json`: <https://bencher.dev/docs/reference/bencher-metric-format>.

use std::collections::BTreeMap;

use breakeven_record::Record;
use serde::Serialize;

use super::rows;

/// The measure that Bencher has by default, in nanoseconds.
#[derive(Serialize)]
struct Measures {
    latency: Metric,
}

#[derive(Serialize)]
struct Metric {
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    lower_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upper_value: Option<f64>,
}

/// The record as Bencher Metric Format: the latency of each row in nanoseconds per unit, with its interval where it has one.
#[must_use]
pub fn bencher(record: &Record) -> String {
    let metrics: BTreeMap<String, Measures> = rows(record)
        .iter()
        .filter_map(|row| {
            let time = row.time;
            let latency = Metric { value: time.value?, lower_value: time.low, upper_value: time.high };
            Some((row.name(), Measures { latency }))
        })
        .collect();
    serde_json::to_string_pretty(&metrics).expect("names and numbers are JSON") + "\n"
}
