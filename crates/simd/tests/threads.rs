//! Do threads change no bit?

use breakeven_problem::inputs::cliffs;
use breakeven_simd::{Kernel, exact, threads};
use rayon::{ThreadPool, ThreadPoolBuilder};

const WINDOWS: [usize; 8] = [1, 7, 11, 20, 75, 100, 301, 1000];

fn pool(threads: usize) -> ThreadPool {
    ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started")
}

/// NaN is one result, whatever its bits.
fn assert_same(got: &[f64], expected: &[f64], of: &str) {
    for (place, (got, expected)) in got.iter().zip(expected).enumerate() {
        let same = got.to_bits() == expected.to_bits() || got.is_nan() && expected.is_nan();
        assert!(same, "{of}: {got} for {expected} at {place}");
    }
}

#[test]
fn threads_give_the_bits_of_one_thread_on_every_kernel_and_cliff() {
    let pools = [pool(1), pool(2), pool(3)];
    for length in [0, 1, 40_000, 70_001, 140_003] {
        for cliff in cliffs(length, 4) {
            for window in WINDOWS {
                for kernel in Kernel::available() {
                    let of = format!("{} of {length}, w={window} on {}", cliff.name, kernel.isa());
                    let mut one = vec![-1.0; (length + 1).saturating_sub(window)];
                    kernel.sliding(&cliff.values, window, 1, &mut one);
                    for pool in &pools {
                        let mut all = vec![-2.0; one.len()];
                        pool.install(|| kernel.sliding_in_threads(&cliff.values, window, 1, &mut all));
                        assert_same(&all, &one, &of);
                    }
                }
            }
        }
    }
}

#[test]
fn every_length_around_the_borders_has_the_bits_of_one_thread() {
    let values = &cliffs(200_000, 5)[7].values;
    let pool = pool(2);
    for (window, covers) in [(20, 2), (75, 3)] {
        // border: sixteen times eight lanes of a multiple of the window's
        let border = 16 * 8 * (covers * (window / 4 * 4) + 1);
        let part = 32_768usize.div_ceil(border) * border;
        for windows in [2 * part, 3 * part].into_iter().flat_map(|at| at - 20..at + 60) {
            let values = &values[..windows + window - 1];
            let (mut one, mut all) = (vec![-1.0; windows], vec![-2.0; windows]);
            Kernel::best().sliding(values, window, 0, &mut one);
            pool.install(|| threads::sliding(values, window, 0, &mut all));
            assert_same(&all, &one, &format!("{windows} windows of {window}"));
        }
    }
}

#[test]
fn correctly_rounded_windows_are_the_same_from_threads() {
    let pool = pool(2);
    for cliff in cliffs(40_000, 6) {
        for window in [2, 75, 1000] {
            let mut one = vec![-1.0; cliff.values.len() + 1 - window];
            let mut all = one.clone();
            exact::sliding(&cliff.values, window, 0, &mut one);
            pool.install(|| threads::sliding_exact(&cliff.values, window, 0, &mut all));
            assert_same(&all, &one, &format!("{} w={window}", cliff.name));
        }
    }
}

#[cfg(feature = "bank")]
#[test]
fn channels_side_by_side_have_the_m_of_one_after_the_other() {
    use breakeven_problem::bank;
    use breakeven_simd::{SimdBank, ThreadedBank};

    let noise = &cliffs(9_000, 7)[7].values;
    for channels in [1, 3, 6] {
        let samples = |channel: usize| noise[channel * 300..].iter().map(|value| (value * 700.0) as i16);
        let cleaned: Vec<Vec<i16>> =
            (0..channels).map(|channel| samples(channel).take(7_000).collect()).collect();
        let one = bank::run::<SimdBank>(&cleaned);
        assert!(one.iter().flatten().any(|m| *m > 0));
        assert_eq!(pool(2).install(|| bank::run::<ThreadedBank>(&cleaned)), one, "{channels} channels");
    }
}

#[test]
#[should_panic(expected = "a window holds at least one value")]
fn a_window_of_nothing_panics() {
    threads::sliding(&[1.0; 100_000], 0, 0, &mut [0.0; 100_001]);
}

#[test]
#[should_panic(expected = "one result per full window")]
fn a_wrong_length_of_the_results_panics() {
    pool(2).install(|| threads::sliding(&[1.0; 100_000], 2, 0, &mut [0.0; 99_998]));
}
