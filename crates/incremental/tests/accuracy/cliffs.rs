//! Where kernels become slow, are these right, and how much do they do?

use breakeven_incremental::RollingSums;
use breakeven_problem::inputs::cliffs;
use breakeven_problem::oracle;

use crate::joined::push_all;
use crate::series::assert_close;

const LENGTH: usize = 20_000;
const WINDOWS: [usize; 5] = [3, 10, 75, 200, 1000];

#[test]
fn two_stacks_and_half_blocks_are_right_on_every_cliff_and_recompute_nothing() {
    for cliff in cliffs(LENGTH, 1) {
        for window in WINDOWS {
            let exact = oracle::sliding(&cliff.values, window, 0);
            for pushed in push_all(&cliff.values, window, 0) {
                assert_close(
                    &format!("{}, {}, w {window}", pushed.name, cliff.name),
                    &pushed.deviations,
                    &exact,
                );
                assert_eq!(pushed.recomputed, 0, "{}, {}, w {window}", pushed.name, cliff.name);
            }
        }
    }
}

/// Work is counted in values: each new sum goes over the whole window.
#[test]
fn running_sums_are_right_on_every_cliff_and_touch_few_values_a_push() {
    for cliff in cliffs(LENGTH, 1) {
        for window in WINDOWS {
            let mut rolling = RollingSums::new(window, 0).unwrap();
            let pushed: Vec<f64> = cliff.values.iter().filter_map(|value| rolling.push(*value)).collect();
            let exact = oracle::sliding(&cliff.values, window, 0);
            assert_close(&format!("{}, w {window}", cliff.name), &pushed, &exact);
            let touched = (rolling.rebuilds() as usize * window) as f64 / pushed.len() as f64;
            let most = if cliff.name == "decaying" { 23.0 } else { 2.0 };
            assert!(touched <= most, "{}, w {window}: {touched} values a push, at most {most}", cliff.name);
        }
    }
}
