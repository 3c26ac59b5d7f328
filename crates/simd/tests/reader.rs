//! Have numbers that are read block by block the results of a slice, and may they stop?

use std::ops::Range;

use breakeven_simd::reader::Reader;
use breakeven_simd::{exact, standard_deviation, standard_deviation_by_blocks};

/// Numbers that can be read so many times.
struct Numbers<'a> {
    values: &'a [f64],
    reads: usize,
}

impl Reader for Numbers<'_> {
    type Stop = &'static str;

    fn count(&self) -> usize {
        self.values.len()
    }

    fn read(&mut self, range: Range<usize>) -> Result<&[f64], &'static str> {
        self.reads = self.reads.checked_sub(1).ok_or("enough")?;
        Ok(&self.values[range])
    }
}

/// Series that end after one pass, after two, and in the careful ways.
fn series(length: usize) -> Vec<(&'static str, Vec<f64>)> {
    let make = |value: fn(f64) -> f64| (0..length).map(|index| value(index as f64)).collect::<Vec<f64>>();
    let mut late = make(|at| (at * 0.7).sin());
    if let Some(last) = late.last_mut() {
        *last = f64::NAN;
    }
    vec![
        ("sine", make(|at| (at * 0.7).sin())),
        ("climbs", make(|at| 1e9 + at * at)),
        ("equal", make(|_| 0.1)),
        ("tiny", make(|at| at.sin() * 1e-250)),
        ("huge", make(|at| at.cos() * 1e307)),
        ("halved", make(|at| 2_f64.powf(-at % 500.0))),
        ("NaN at the end", late),
    ]
}

#[test]
fn blocks_have_the_bits_of_a_slice() {
    for length in [0, 1, 2, 511, 512, 8191, 8192, 8193, 8704, 20_000, 100_001] {
        for (name, values) in series(length) {
            for ddof in [0, 1] {
                let reader = || Numbers { values: &values, reads: usize::MAX };
                let pairs = [
                    (standard_deviation_by_blocks(&mut reader(), ddof), standard_deviation(&values, ddof)),
                    (
                        exact::standard_deviation_by_blocks(&mut reader(), ddof),
                        exact::standard_deviation(&values, ddof),
                    ),
                ];
                for (got, expected) in pairs {
                    let got = got.expect("it may read as often as it likes");
                    let is_same = got.to_bits() == expected.to_bits() || got.is_nan() && expected.is_nan();
                    assert!(is_same, "{length} of {name}: {got:?}, not {expected:?}");
                }
            }
        }
    }
}

#[test]
fn a_reader_that_stops_ends_the_computation() {
    for (name, values) in series(20_000) {
        for reads in [0, 1, 17, 18] {
            let stopped = standard_deviation_by_blocks(&mut Numbers { values: &values, reads }, 0);
            assert_eq!(stopped, Err("enough"), "{name}, {reads} reads");
        }
        let stopped = exact::standard_deviation_by_blocks(&mut Numbers { values: &values, reads: 0 }, 0);
        assert_eq!(stopped, Err("enough"), "{name}");
    }
}
