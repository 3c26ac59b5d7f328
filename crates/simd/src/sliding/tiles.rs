//! Which windows go side by side, and what becomes of those whose sums were not good enough?
//!
//! Lanes have so many windows each, from the first of the series on. Those that are whole and hold nothing that breaks sums are
//! done in place, side by side; eight of them are a tile. All others become jobs, which are copied side by side: lanes that are cut by a value that is not
//! finite or by the end of the series, and what is left of a lane after a window that failed. Such a window is
//!
//! * one of equal values: 0, as are its neighbours of the same values;
//! * of very large or very small values: scaled by a power of two, which loses nothing;
//! * one that broke or drifted far from the first of its job: the next job begins with it, around another anchor;
//! * one of a series that drifts: done up to the end of its lane by lanes of a fifth of a window, or by [`crate::exact`] if windows are
//!   narrow. The tiles after one in which most lanes drift are done so too, and so is a tile, with those after it, where the means of the two
//!   halves of its first window are far apart;
//! * else settled by itself, with some of its neighbours.
//!
//! Each of these rules looks at values up to the window's last one, or gives the bits of the window alone. So a
//! window's bits do not depend on what comes after it, nor on which lanes are done side by side.

use std::ops::Range;

use super::bound::{Cause, Failure};
use super::fill::{Fill, Look};
use super::lanes::Ahead;
use super::rows::scratch;
use super::settle::Doubtful;
use super::{Shape, blocks, lane_steps, remembered, scale_of};
use crate::Kernel;
use crate::exact::Runs;
use crate::exponents::power_of_two;
use crate::isa::LANES;

/// Does all windows of a series, each of at least 20 values.
pub(super) fn fill(kernel: Kernel, shape: &Shape, values: &[f64], out: &mut [f64]) {
    let steps = lane_steps(shape.window);
    Work {
        doubtful: Doubtful { kernel, shape, values },
        out,
        steps,
        block: shape.window,
        skips: shape.least < shape.window,
        drifting: Vec::new(),
        jobs: Vec::new(),
        kept: scratch(shape.window, steps),
        copied: Vec::new(),
        results: Vec::new(),
        wary: false,
        each: false,
    }
    .run();
}

/// Windows one after the other that begin with new sums.
#[derive(Debug, Clone)]
struct Job {
    windows: Range<usize>,
    /// What its values are multiplied by.
    factor: f64,
    /// Windows after which sums are started again.
    reach: usize,
}

/// A job that fails before this window has not been worth its first sums.
const SOON: usize = 8;

/// Windows that are settled one by one before sums are tried again, unless a quarter of the window is more.
const SETTLED: usize = 32;

/// Drifting series of narrower windows are done by [`crate::exact`] at once.
const NARROWEST_SHORT: usize = 256;

/// Jobs of wider windows are done one after the other: copies of several would take more memory than most series do.
const WIDEST_COPIED: usize = 1 << 18;

struct Work<'a> {
    doubtful: Doubtful<'a>,
    out: &'a mut [f64],
    /// Windows of a lane after its first.
    steps: usize,
    /// Values of a block of its first window.
    block: usize,
    /// NaN is left out.
    skips: bool,
    /// What is left of lanes that drift.
    drifting: Vec<Range<usize>>,
    jobs: Vec<Job>,
    kept: Vec<f64>,
    copied: Vec<f64>,
    results: Vec<f64>,
    /// The last lanes held a value that breaks sums, so the next are looked at first.
    wary: bool,
    /// The last lanes had to be looked at window by window, so the next are at once.
    each: bool,
}

impl Work<'_> {
    fn run(mut self) {
        let tile = LANES * (self.steps + 1);
        let remembered = tile * remembered(self.window());
        let windows = self.out.len();
        let mut start = 0;
        while start < windows {
            let mut end = windows.min(start + tile);
            let drifts = self.drifts(start);
            if drifts || self.tile(start..end) {
                let from = if drifts { start } else { end };
                end = windows.min((start + 1).next_multiple_of(remembered));
                self.drifting.push(from..end);
            }
            start = end;
            while self.jobs.len() >= self.most_jobs() {
                self.side_by_side();
            }
            self.do_drifting();
        }
        self.all_jobs();
        self.do_drifting();
    }

    fn all_jobs(&mut self) {
        while !self.jobs.is_empty() {
            self.side_by_side();
        }
    }

    /// Does what drifts: by short lanes where windows are wide, else by [`crate::exact`].
    fn do_drifting(&mut self) {
        let drifting = std::mem::take(&mut self.drifting);
        if self.window() < NARROWEST_SHORT {
            drifting.into_iter().for_each(|windows| self.doubtful.nearly(windows, self.out));
        } else if !drifting.is_empty() {
            self.all_jobs();
            let long = self.steps;
            self.block = blocks::length(self.window());
            self.steps = self.block - 1;
            for windows in drifting {
                for start in windows.clone().step_by(LANES * self.block) {
                    self.tile(start..windows.end.min(start + LANES * self.block));
                }
            }
            self.all_jobs();
            (self.steps, self.block) = (long, self.window());
        }
    }

    fn is_short(&self) -> bool {
        self.block < self.window()
    }

    /// Jobs that are done side by side, if there are so many.
    fn most_jobs(&self) -> usize {
        if self.window() > WIDEST_COPIED { 1 } else { self.doubtful.kernel.width() }
    }

    fn window(&self) -> usize {
        self.doubtful.shape.window
    }

    fn values(&self, windows: &Range<usize>) -> &[f64] {
        &self.doubtful.values[windows.start..windows.end + self.window() - 1]
    }

    /// Whether the means of a wide window's halves are farther apart than its standard deviation, as far as 32 values of each half tell.
    fn drifts(&self, start: usize) -> bool {
        const PLACES: usize = 32;
        let half = self.window() / 2;
        if self.window() < NARROWEST_SHORT || self.skips {
            return false;
        }
        let anchor = self.doubtful.values[start];
        let of_half = |first: usize| {
            let some = self.doubtful.values[first..first + half].iter().step_by(half / PLACES).take(PLACES);
            let distances = some.map(|value| value - anchor);
            distances.fold((0.0, 0.0), |(sum, squares), a| (sum + a, squares + a * a))
        };
        let ((early, early_squares), (late, late_squares)) = (of_half(start), of_half(start + half));
        let places = PLACES as f64;
        let variance = (early_squares + late_squares) - (early + late) * (early + late) / (2.0 * places);
        // sums of twice as many values
        2.0 * (late - early) * (late - early) > places * variance
    }

    /// Says whether most of eight lanes drift too fast for their sums.
    fn tile(&mut self, tile: Range<usize>) -> bool {
        let lane = self.steps + 1;
        if tile.len() == LANES * lane && !(self.wary && self.has_gap(&tile)) {
            return self.in_place(&tile);
        }
        let whole = tile.len() / lane;
        let side_by_side =
            if self.wary { 0 } else { whole / self.doubtful.kernel.width() * self.doubtful.kernel.width() };
        let (first, rest) =
            (tile.start..tile.start + side_by_side * lane, tile.start + side_by_side * lane..tile.end);
        if !first.is_empty() {
            self.in_place(&first);
        }
        for start in rest.clone().step_by(lane) {
            self.split(start..rest.end.min(start + lane));
        }
        false
    }

    /// Whether there is a value that no window may hold.
    fn has_gap(&mut self, windows: &Range<usize>) -> bool {
        let skips = self.skips;
        self.wary = any(self.values(windows), |value| is_gap(skips, value));
        self.wary
    }

    /// Makes jobs of the windows of a lane that hold no gap, and NaN of the others.
    fn split(&mut self, windows: Range<usize>) {
        let (window, skips) = (self.window(), self.skips);
        let values = self.doubtful.values;
        let mut start = windows.start;
        while start < windows.end {
            let last = values[start..start + window].iter().rposition(|value| is_gap(skips, *value));
            let end = if let Some(last) = last {
                let end = windows.end.min(start + last + 1);
                self.out[start..end].fill(f64::NAN);
                end
            } else {
                let entering = &values[start + window..windows.end + window - 1];
                let next = entering.iter().position(|value| is_gap(skips, *value));
                let end = next.map_or(windows.end, |next| start + 1 + next);
                self.jobs.push(Job { windows: start..end, factor: 1.0, reach: self.steps + 1 });
                end
            };
            start = end;
        }
    }

    /// Does whole lanes, and says whether most drift too fast for their sums.
    fn in_place(&mut self, group: &Range<usize>) -> bool {
        let missing = self.skips && any(self.values(group), f64::is_nan);
        let each = std::mem::take(&mut self.each);
        let failures = self.lanes(group, Look { missing, each });
        failures.iter().any(Option::is_some) && self.failed_in_place(group, Look { missing, each }, failures)
    }

    fn lanes(&mut self, group: &Range<usize>, look: Look) -> [Option<Failure>; LANES] {
        let Doubtful { kernel, shape, values } = self.doubtful;
        let lane = self.steps + 1;
        let (out, rest) = self.out[group.start..].split_at_mut(group.len());
        let mut failures = [None; LANES];
        kernel.run(Fill {
            shape,
            look,
            values: &values[group.start..group.end + shape.window - 1],
            stride: lane,
            windows: lane,
            block: self.block,
            out,
            ahead: Ahead { values: &values[group.end..], out: rest }.where_it_pays(values.len()),
            kept: &mut self.kept,
            failures: &mut failures[..group.len() / lane],
        });
        failures
    }

    #[cold]
    fn failed_in_place(
        &mut self,
        group: &Range<usize>,
        look: Look,
        mut failures: [Option<Failure>; LANES],
    ) -> bool {
        let lane = self.steps + 1;
        let of = |number: usize| group.start + number * lane..group.start + (number + 1) * lane;
        let failed = (0..LANES).filter(|number| failures[*number].is_some());
        let (gaps, failed): (Vec<_>, Vec<_>) = failed.partition(|number| self.has_gap(&of(*number)));
        self.wary = !gaps.is_empty();
        if !failed.is_empty() && !look.each {
            failures = self.lanes(group, Look { each: true, ..look });
        }
        // after the lanes, which write over the NaN of these
        for number in &gaps {
            self.split(of(*number));
        }
        if failed.is_empty() {
            return false;
        }
        self.each = true;
        let failed = failed.into_iter().filter_map(|number| Some((of(number), failures[number]?)));
        let (drifting, others): (Vec<_>, Vec<_>) =
            failed.partition(|(_, failure)| self.drifts_soon(*failure));
        for (windows, failure) in others {
            self.go_on(Job { windows, factor: 1.0, reach: lane }, failure);
        }
        let most = 2 * drifting.len() >= LANES;
        let rests =
            drifting.into_iter().map(|(windows, failure)| windows.start + failure.window..windows.end);
        if most && self.window() < NARROWEST_SHORT {
            self.nearly_together(group, rests.collect());
        } else {
            self.drifting.extend(rests);
        }
        most && gaps.is_empty()
    }

    /// What is left of some lanes of a group: all of them, since they share the work.
    #[cold]
    #[inline(never)]
    fn nearly_together(&mut self, group: &Range<usize>, rests: Vec<Range<usize>>) {
        let Doubtful { kernel, shape, .. } = self.doubtful;
        let group = rests[0].start..group.end;
        let mut correct = vec![0.0; group.len()];
        let part = Doubtful { kernel, shape, values: self.values(&group) };
        part.nearly(0..group.len(), &mut correct);
        for rest in rests {
            self.out[rest.clone()]
                .copy_from_slice(&correct[rest.start - group.start..rest.end - group.start]);
        }
    }

    /// Whether a lane would soon need new sums again. Where NaN is left out new sums take less time than correct rounding.
    fn drifts_soon(&self, failure: Failure) -> bool {
        let soon = failure.window < self.window() || self.window() >= NARROWEST_SHORT;
        !self.skips && !self.is_short() && failure.cause == Cause::Drift && soon
    }

    /// Does as many jobs as there are lanes side by side.
    fn side_by_side(&mut self) {
        let Doubtful { kernel, shape, values } = self.doubtful;
        let jobs = self.jobs.split_off(self.jobs.len().saturating_sub(self.most_jobs()));
        let counts: Vec<usize> = jobs.iter().map(|job| job.windows.len().min(job.reach)).collect();
        let longest = counts.iter().copied().max().expect("a job");
        let results = (longest - 1).next_multiple_of(4) + 1;
        let rows = results + shape.window - 1;
        let width = kernel.width();
        // one job alone is done in every lane
        let lanes = if jobs.len() == 1 { 1 } else { width };
        self.copied.resize(lanes * rows, 0.0);
        self.results.resize(lanes * results, 0.0);
        for ((job, count), lane) in jobs.iter().zip(&counts).zip(self.copied.chunks_exact_mut(rows)) {
            let (own, rest) = lane.split_at_mut(count + shape.window - 1);
            own.copy_from_slice(&values[job.windows.start..][..own.len()]);
            if job.factor != 1.0 {
                own.iter_mut().for_each(|value| *value *= job.factor);
            }
            // the last window over and over, which keeps its spread
            for place in 0..rest.len() {
                rest[place] = if place < shape.window {
                    own[own.len() - shape.window + place]
                } else {
                    rest[place - shape.window]
                };
            }
        }
        // lanes without a job hold zeros, so they fail at their first window and the walk can stop when the jobs have failed
        self.copied[jobs.len() * rows..].fill(0.0);
        let copied = &self.copied[..jobs.len() * rows];
        let missing = self.skips && any(copied, f64::is_nan);
        let mut failures = [None; LANES];
        let again = self.each || jobs.iter().any(|job| job.reach <= self.steps || job.factor != 1.0);
        for each in [false, true] {
            if each == again || each && failures[..jobs.len()].iter().any(Option::is_some) {
                kernel.run(Fill {
                    shape,
                    look: Look { missing, each },
                    values: &self.copied,
                    stride: if lanes == 1 { 0 } else { rows },
                    windows: results,
                    block: self.block,
                    out: &mut self.results,
                    ahead: Ahead::NOTHING,
                    kept: &mut self.kept,
                    failures: &mut failures[..width],
                });
            }
        }
        for (number, (job, count)) in jobs.into_iter().zip(counts).enumerate() {
            let failure = failures[number].filter(|failure| failure.window < count);
            let good = failure.map_or(count, |failure| failure.window);
            self.take(&job, number * results, good);
            if let Some(failure) = failure {
                self.go_on(job, failure);
            } else if good < job.windows.len() {
                let windows = job.windows.start + good..job.windows.end;
                self.jobs.push(Job { windows, reach: 2 * job.reach, ..job });
            }
        }
    }

    /// The first `count` results of a job, which start at `from`.
    fn take(&mut self, job: &Job, from: usize, count: usize) {
        let windows = job.windows.start..job.windows.start + count;
        self.out[windows.clone()].copy_from_slice(&self.results[from..from + count]);
        if job.factor != 1.0 {
            for window in windows {
                let result = self.out[window] * (1.0 / job.factor);
                self.out[window] = result;
                if !is_ordinary(result) && !result.is_nan() {
                    self.doubtful.settle(window..window + 1, self.out);
                }
            }
        }
    }

    /// Does a job's first failing window, or makes another job of it, and of all that follow.
    #[cold]
    #[inline(never)]
    fn go_on(&mut self, Job { windows, factor, .. }: Job, failure: Failure) {
        let (window, values) = (self.window(), self.doubtful.values);
        let start = windows.start + failure.window;
        let mut rest =
            Job { windows: start..windows.end, factor, reach: (window / 2).max(64).min(self.steps) };
        if Runs::new(&values[start..start + window]).are_equal(0, window) {
            let last = windows.end + window - 1;
            let equal = values[start..last].iter().take_while(|value| **value == values[start]).count();
            let end = windows.end.min(start + equal + 1 - window);
            self.out[start..end].fill(0.0);
            rest.windows.start = end;
        } else if self.drifts_soon(failure) {
            return self.drifting.push(start..windows.end);
        } else if failure.cause == Cause::Scale && scale_of(&values[start..start + window]) != factor {
            rest.factor = scale_of(&values[start..start + window]);
        } else if failure.window < SOON {
            let end = windows.end.min(start + SETTLED.max(window / 4));
            self.doubtful.settle(start..end, self.out);
            rest.windows.start = end;
        }
        if !rest.windows.is_empty() {
            self.jobs.push(rest);
        }
    }
}

/// Whether a value makes NaN of all its windows.
#[inline(always)]
fn is_gap(skips: bool, value: f64) -> bool {
    if skips { value.is_infinite() } else { !value.is_finite() }
}

/// Whether it holds for any value. Looks at some more at once, which vectors are quick at.
#[inline(always)]
fn any(values: &[f64], holds: impl Fn(f64) -> bool) -> bool {
    values.chunks(256).any(|some| some.iter().fold(false, |any, value| any | holds(*value)))
}

/// Whether a result that was scaled back has lost nothing by it.
fn is_ordinary(result: f64) -> bool {
    result == 0.0 || (power_of_two(-1000)..=power_of_two(1000)).contains(&result)
}
