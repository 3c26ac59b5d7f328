//! Does the oracle agree with exact results that were computed elsewhere?

use breakeven_problem::oracle::{sliding, standard_deviation};
use serde_json::Value;

/// Python's statistics module; tests/golden/exact_results.py says by which command.
const STATISTICS: &str = include_str!("golden/exact_results.csv");

/// Windows that widespread libraries get wrong, with exact answers by rational arithmetic in Python.
const ROLLING: &str = include_str!("rolling_cases.json");

#[test]
fn every_result_is_that_of_pythons_statistics() {
    for (number, line) in STATISTICS.lines().enumerate() {
        let [ddof, exact, values] = line.split(';').collect::<Vec<_>>()[..] else {
            panic!("line {}: three fields", number + 1);
        };
        let (ddof, exact): (usize, f64) = (ddof.parse().unwrap(), exact.parse().unwrap());
        let got = standard_deviation(&parse(values), ddof);
        assert_eq!(got.to_bits(), exact.to_bits(), "line {}: {got:e}, not {exact:e}", number + 1);
    }
    assert!(STATISTICS.lines().count() > 100);
}

#[test]
fn the_order_of_the_values_does_not_matter() {
    for line in STATISTICS.lines() {
        let mut values = parse(line.rsplit(';').next().unwrap());
        let forward = standard_deviation(&values, 0);
        values.reverse();
        assert_eq!(standard_deviation(&values, 0).to_bits(), forward.to_bits());
    }
}

#[test]
fn every_window_of_the_rolling_cases_is_exact() {
    let cases: Vec<Value> = serde_json::from_str(ROLLING).unwrap();
    let mut tested = 0;
    for case in &cases {
        let name = case["id"].as_str().unwrap();
        let values: Vec<f64> = case["input"].as_array().unwrap().iter().map(number).collect();
        let exact: Vec<f64> = case["expected"].as_array().unwrap().iter().map(number).collect();
        let size = |field: &str| case[field].as_u64().unwrap() as usize;
        if values.iter().any(|value| value.is_nan()) && size("min_periods") < size("window") {
            // For the policy that skips missing values; the oracle's windows propagate NaN.
            continue;
        }
        tested += 1;
        let got = sliding(&values, size("window"), size("ddof"));
        let exact = &exact[size("window") - 1..];
        assert_eq!(got.len(), exact.len(), "{name}");
        for (index, (got, exact)) in got.iter().zip(exact).enumerate() {
            let same = got.to_bits() == exact.to_bits() || (got.is_nan() && exact.is_nan());
            assert!(same, "{name}, window {index}: {got:e}, not {exact:e}");
        }
    }
    assert!(tested + 1 >= cases.len(), "{tested} of {} cases tested", cases.len());
}

#[test]
fn each_window_is_the_standard_deviation_of_its_values() {
    let value = |k: i32| match k {
        11 => f64::NAN,
        23 => f64::NEG_INFINITY,
        k => f64::from(k * k % 17) * 10f64.powi(k % 7 * 40 - 120),
    };
    let values: Vec<f64> = (0..40).map(value).collect();
    for window in 1..=values.len() {
        for ddof in [0, 1, 3] {
            let got = sliding(&values, window, ddof);
            let separate: Vec<f64> =
                values.windows(window).map(|window| standard_deviation(window, ddof)).collect();
            assert_eq!(bits(&got), bits(&separate), "window {window}, ddof {ddof}");
        }
    }
}

#[test]
fn a_window_that_is_not_finite_is_nan_and_no_other_is() {
    let got = sliding(&[1.0, 2.0, f64::NAN, 4.0, 6.0, f64::INFINITY, 1.0, 1.0], 2, 0);
    let nan: Vec<bool> = got.iter().map(|value| value.is_nan()).collect();
    assert_eq!(nan, [false, true, true, false, true, true, false]);
    assert_eq!([got[0], got[3], got[6]], [0.5, 1.0, 0.0]);
}

#[test]
fn too_few_values_give_nan_and_too_long_a_window_nothing() {
    assert!(standard_deviation(&[], 0).is_nan());
    assert!(standard_deviation(&[1.0, 2.0], 2).is_nan());
    assert_eq!(standard_deviation(&[1.0], 0), 0.0);
    assert!(sliding(&[1.0, 2.0], 3, 0).is_empty());
    assert!(sliding(&[1.0, 2.0, 3.0], 2, 2).iter().all(|value| value.is_nan()));
}

fn parse(values: &str) -> Vec<f64> {
    values.split(' ').map(|value| value.parse().expect("the table holds numbers")).collect()
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// A number, "inf", "nan", or null for NaN.
fn number(value: &Value) -> f64 {
    match value {
        Value::Null => f64::NAN,
        Value::String(word) => word.parse().expect("inf or nan"),
        value => value.as_f64().expect("a number"),
    }
}
