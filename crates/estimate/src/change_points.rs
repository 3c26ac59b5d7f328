//! Where does a series of figures change its level?
//!
//! E-divisive on ranks: D. S. Matteson and N. A. James, A nonparametric approach for multiple change point analysis of
//! multivariate data, Journal of the American Statistical Association 109, 2014, 334-345. The series is divided where
//! the energy statistic between what is before and after is largest, if a permutation test says that chance alone gives
//! as much too rarely, and each part is looked at again. D. Daly et al., ICPE 2020, found the method to hold on the
//! history of benchmarks.
//!
//! Ranks take the place of the values: one outlier then counts as much as any other value, and what chance gives depends
//! on the length alone, so that it is drawn once per length.

use std::collections::BTreeMap;

use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;

use super::median;

/// The fewest values that a level has.
const LEAST_LEVEL: usize = 3;

/// The fewest values in which a change can be found: in fewer even the clearest one comes about by chance in more than
/// [`ERROR`] of all orders.
pub const LEAST_SERIES: usize = 12;

/// The probability that a change is found in a series that has none.
pub const ERROR: f64 = 0.01;

/// Orders drawn at random per length.
const ORDERS: usize = 1999;

/// A value from which on a series has another level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChangePoint {
    /// The place of the first value of the new level.
    pub at: usize,
    /// The probability that chance alone divides so clearly.
    pub p: f64,
    /// The median of the level before.
    pub before: f64,
    /// The median of the level from here on.
    pub after: f64,
}

/// Finds change points. Keeps what chance gives, so that many series of equal length cost little more than one.
#[derive(Debug, Default)]
pub struct ChangePoints {
    by_chance: BTreeMap<usize, Vec<f64>>,
}

impl ChangePoints {
    /// The places where the level of `values`, which are positive and in the order of time, changes by more than
    /// `tolerance`, a fraction; in order. None where there are fewer than [`LEAST_SERIES`] values.
    ///
    /// Costs the square of the length in time and memory, and two thousand times that in time for each new length.
    ///
    /// ```
    /// use breakeven_estimate::change_points::ChangePoints;
    /// let times = [10.0, 10.1, 9.9, 10.0, 10.2, 9.8, 12.0, 12.1, 11.9, 12.0, 12.2, 11.8];
    /// let found = ChangePoints::default().of(&times, 0.02);
    /// assert_eq!((found.len(), found[0].at, found[0].before, found[0].after), (1, 6, 10.0, 12.0));
    /// ```
    pub fn of(&mut self, values: &[f64], tolerance: f64) -> Vec<ChangePoint> {
        let mut borders = BTreeMap::from([(0, 0.0), (values.len(), 0.0)]);
        let mut parts = vec![(0, values.len())];
        while let Some((start, end)) = parts.pop() {
            if let Some((at, p)) = self.clearest(&values[start..end]) {
                borders.insert(start + at, p);
                parts.extend([(start, start + at), (start + at, end)]);
            }
        }
        let mut borders: Vec<(usize, f64)> = borders.into_iter().collect();
        loop {
            let found = levels(values, &borders);
            let step = |point: &ChangePoint| (point.after / point.before).ln().abs();
            let smallest =
                found.iter().enumerate().min_by(|(_, one), (_, other)| step(one).total_cmp(&step(other)));
            match smallest {
                Some((place, point)) if step(point) <= tolerance.ln_1p() => drop(borders.remove(place + 1)),
                _ => return found,
            }
        }
    }

    /// The best place to divide a part, where that is no work of chance.
    fn clearest(&mut self, values: &[f64]) -> Option<(usize, f64)> {
        if values.len() < LEAST_SERIES {
            return None;
        }
        let (at, clarity) = best_division(&ranks(values));
        let by_chance = self.by_chance.entry(values.len()).or_insert_with(|| clarities(values.len()));
        // sums in another order differ in their last digits
        let as_clear = by_chance.iter().filter(|&&chance| chance >= clarity * (1.0 - 1e-9)).count();
        let p = (as_clear + 1) as f64 / (ORDERS + 1) as f64;
        (p <= ERROR).then_some((at, p))
    }
}

/// The medians on both sides of each border but the first and the last.
fn levels(values: &[f64], borders: &[(usize, f64)]) -> Vec<ChangePoint> {
    let level = |from: usize, to: usize| median(&values[from..to]).unwrap_or(f64::NAN);
    borders
        .windows(3)
        .map(|three| {
            let [(from, _), (at, p), (to, _)] = [three[0], three[1], three[2]];
            ChangePoint { at, p, before: level(from, at), after: level(at, to) }
        })
        .collect()
}

/// How clearly the best division of random orders of so many ranks divides them.
fn clarities(length: usize) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(length as u64);
    let mut order: Vec<f64> = (0..length).map(|rank| rank as f64).collect();
    let draw = |_| {
        order.shuffle(&mut random);
        best_division(&order).1
    };
    (0..ORDERS).map(draw).collect()
}

/// The rank of each value from 0; equal values share the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let rank = |value: &f64| {
        let below = values.iter().filter(|other| *other < value).count();
        let equal = values.iter().filter(|other| *other == value).count();
        below as f64 + (equal.max(1) - 1) as f64 / 2.0
    };
    values.iter().map(rank).collect()
}

/// The division with the largest energy statistic: where the second level begins, and that statistic. The second level
/// may end before the series does, so that a level that comes back does not hide that it was left.
fn best_division(values: &[f64]) -> (usize, f64) {
    let length = values.len();
    let distances = Distances::between(values);
    let mut best = (0, f64::NEG_INFINITY);
    for at in LEAST_LEVEL..=length.saturating_sub(LEAST_LEVEL) {
        for end in at + LEAST_LEVEL..=length {
            let (first, second) = (at as f64, (end - at) as f64);
            let across = 2.0 * distances.sum(0..at, at..end) / (first * second);
            let within = distances.sum(0..at, 0..at) / (first * (first - 1.0))
                + distances.sum(at..end, at..end) / (second * (second - 1.0));
            let energy = first * second / (first + second) * (across - within);
            if energy > best.1 {
                best = (at, energy);
            }
        }
    }
    best
}

/// Sums of distances between values, from the start of both up to any two places.
struct Distances {
    sums: Vec<f64>,
    width: usize,
}

impl Distances {
    fn between(values: &[f64]) -> Self {
        let width = values.len() + 1;
        let mut sums = vec![0.0; width * width];
        for (row, one) in values.iter().enumerate() {
            let mut in_row = 0.0;
            for (column, other) in values.iter().enumerate() {
                in_row += (one - other).abs();
                sums[(row + 1) * width + column + 1] = sums[row * width + column + 1] + in_row;
            }
        }
        Self { sums, width }
    }

    /// Over all pairs of one value of `rows` and one of `columns`.
    fn sum(&self, rows: std::ops::Range<usize>, columns: std::ops::Range<usize>) -> f64 {
        let up_to = |row: usize, column: usize| self.sums[row * self.width + column];
        up_to(rows.end, columns.end) - up_to(rows.start, columns.end) - up_to(rows.end, columns.start)
            + up_to(rows.start, columns.start)
    }
}

#[cfg(test)]
mod tests {
    use rand::RngExt as _;

    use super::*;

    /// Values around each level, of a spread of 1 %; from 60 values on one of twenty is far off.
    fn noisy(levels: &[(usize, f64)], seed: u64) -> Vec<f64> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let outliers = if levels.iter().map(|(count, _)| count).sum::<usize>() < 60 { 0.0 } else { 0.05 };
        let mut value = |level: f64| {
            let noise: f64 = (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
            let outlier = if random.random::<f64>() < outliers { 3.0 } else { 1.0 };
            level * (1.0 + 0.01 * noise) * outlier
        };
        levels.iter().flat_map(|&(count, level)| vec![level; count]).map(&mut value).collect()
    }

    fn places(values: &[f64]) -> Vec<usize> {
        ChangePoints::default().of(values, 0.02).iter().map(|point| point.at).collect()
    }

    #[test]
    fn a_level_that_changes_is_found_where_it_changes() {
        type Case<'a> = (&'a [(usize, f64)], &'a [usize]);
        #[rustfmt::skip]
        let table: [Case<'_>; 6] = [
            (&[(6, 100.0), (6, 115.0)], &[6]),
            (&[(12, 100.0), (12, 80.0)], &[12]),
            (&[(20, 1.0), (20, 2.0), (20, 3.0)], &[20, 40]),
            // it comes back: the level before and after is the same
            (&[(25, 100.0), (25, 130.0), (25, 100.0)], &[25, 50]),
            (&[(40, 100.0), (40, 110.0)], &[40]),
            (&[(4, 100.0), (5, 200.0)], &[]),
        ];
        for (levels, expected) in table {
            for seed in 0..5 {
                let found = places(&noisy(levels, seed));
                let near = found.len() == expected.len()
                    && found.iter().zip(expected).all(|(found, place)| found.abs_diff(*place) <= 2);
                assert!(near, "{levels:?}, seed {seed}: {found:?}");
            }
        }
    }

    #[test]
    fn a_series_without_a_change_has_one_found_in_about_one_of_a_hundred() {
        let mut points = ChangePoints::default();
        for length in [LEAST_SERIES, 17, 40] {
            let has_one = |&seed: &u64| !points.of(&noisy(&[(length, 100.0)], seed), 0.0).is_empty();
            let false_alarms = (0..1000).filter(has_one).count();
            // 1 % of a thousand is 10; more than 22 has a probability of 2 in 10,000
            assert!(false_alarms <= 22, "length {length}: {false_alarms}");
        }
    }

    #[test]
    fn so_many_values_are_the_fewest_in_which_a_change_can_be_found() {
        let by_chance = |length: usize| {
            let halves: Vec<f64> = (0..length).map(|at| at as f64).collect();
            let clarity = best_division(&halves).1;
            let as_clear =
                clarities(length).into_iter().filter(|chance| *chance >= clarity * (1.0 - 1e-9)).count();
            as_clear as f64 / ORDERS as f64
        };
        assert!(by_chance(LEAST_SERIES) < ERROR, "{}", by_chance(LEAST_SERIES));
        assert!(by_chance(LEAST_SERIES - 1) > ERROR, "{}", by_chance(LEAST_SERIES - 1));
    }

    #[test]
    fn a_change_within_the_tolerance_is_none_and_equal_values_have_none() {
        let small: Vec<f64> =
            (0..20).map(|at| if at < 10 { 100.0 } else { 101.0 } + 0.01 * f64::from(at % 5)).collect();
        assert_eq!(places(&small), [0; 0]);
        assert_eq!(ChangePoints::default().of(&small, 0.005).len(), 1);
        assert_eq!(places(&[7.0; 40]), [0; 0]);
        assert_eq!(places(&[]), [0; 0]);
    }

    #[test]
    fn one_outlier_is_no_level_however_far_off_it_is() {
        let mut values: Vec<f64> = (0..30).map(|at| 100.0 + f64::from(at * 7 % 11)).collect();
        values[13] = 1e9;
        assert_eq!(places(&values), [0; 0]);
    }
}
