//! Do lanes along an axis give what each of them gives alone?

use breakeven_ndarray::{
    sliding, sliding_by_moment, standard_deviation, standard_deviation_along,
    standard_deviation_along_by_moment, standard_deviation_by_moment,
};
use ndarray::{Array2, Axis, s};

/// 5 rows and 7 columns of fractions, and a NaN.
fn values() -> Array2<f64> {
    let mut values =
        Array2::from_shape_fn((5, 7), |(row, column)| ((row * 31 + column * 17) % 23) as f64 / 7.0);
    values[[2, 3]] = f64::NAN;
    values
}

fn same_bits(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()))
}

#[test]
fn each_lane_has_the_bits_that_it_has_alone_however_the_array_is_laid_out() {
    let values = values();
    let views = [values.view(), values.t(), values.slice(s![..;-2, 1..;3])];
    for view in views {
        for axis in [Axis(0), Axis(1)] {
            for ddof in [0, 1] {
                let lanes: Vec<Vec<f64>> = view.lanes(axis).into_iter().map(|lane| lane.to_vec()).collect();
                let alone: Vec<f64> = lanes.iter().map(|lane| standard_deviation(lane, ddof)).collect();
                let along = standard_deviation_along(view, axis, ddof).to_vec();
                assert!(same_bits(&along, &alone), "{along:?} {alone:?}");
                let alone: Vec<f64> =
                    lanes.iter().map(|lane| standard_deviation_by_moment(lane, ddof)).collect();
                let along = standard_deviation_along_by_moment(view, axis, ddof).to_vec();
                assert!(same_bits(&along, &alone), "{along:?} {alone:?}");
            }
        }
    }
}

#[test]
fn lanes_without_degrees_of_freedom_give_nan() {
    let values = values();
    for along in [standard_deviation_along, standard_deviation_along_by_moment] {
        for (axis, lanes) in [(Axis(0), 7), (Axis(1), 5)] {
            let all = along(values.view(), axis, 7);
            assert!(all.len() == lanes && all.iter().all(|value| value.is_nan()));
        }
        assert_eq!(along(Array2::zeros((0, 3)).view(), Axis(0), 0).len(), 3);
        assert_eq!(along(Array2::zeros((0, 3)).view(), Axis(1), 0).len(), 0);
    }
}

#[test]
fn each_window_has_the_bits_that_it_has_alone() {
    let values: Vec<f64> = values().into_iter().collect();
    for window in [1, 2, 5, 35, 36] {
        let windows = (values.len() + 1).saturating_sub(window);
        let (mut recurrence, mut moment) = (vec![0.0; windows], vec![0.0; windows]);
        sliding(&values, window, 0, &mut recurrence);
        sliding_by_moment(&values, window, 0, &mut moment);
        let alone: Vec<f64> = values.windows(window).map(|window| standard_deviation(window, 0)).collect();
        assert!(same_bits(&recurrence, &alone));
        let alone: Vec<f64> =
            values.windows(window).map(|window| standard_deviation_by_moment(window, 0)).collect();
        assert!(same_bits(&moment, &alone));
    }
}

#[test]
#[should_panic(expected = "at least one value")]
fn a_window_of_nothing_panics() {
    sliding(&[1.0], 0, 0, &mut [0.0; 2]);
}
