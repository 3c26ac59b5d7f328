//! Where do lanes lie, in a series and in its results?
#![expect(
    unsafe_code,
    reason = "one check per way instead of nine per step: with them a tile took a third longer"
)]

use crate::isa::Lanes;

/// What the next tile will read and write, to be fetched into the cache meanwhile: the lines of a tile are read in
/// several streams, each too short for the processor to foresee.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ahead<'a> {
    pub(super) values: &'a [f64],
    pub(super) out: &'a [f64],
}

impl<'a> Ahead<'a> {
    pub(super) const NOTHING: Self = Self { values: &[], out: &[] };

    /// Nothing, where the whole series of `length` fits the second cache with its results.
    pub(super) fn where_it_pays(self, length: usize) -> Self {
        const FIT: usize = 1 << 14;
        if length <= FIT { Self::NOTHING } else { self }
    }

    /// Fetches `4 * W` numbers from place `from`, where there are so many.
    #[inline(always)]
    pub(super) fn fetch<const W: usize>(self, isa: impl Lanes<W>, from: usize) {
        const LINE: usize = 8;
        for line in 0..4 * W / LINE {
            let place = from + line * LINE;
            if let (Some(value), Some(result)) = (self.values.get(place), self.out.get(place)) {
                isa.prefetch(value, result);
            }
        }
    }
}

/// `W` stretches of a series, each so many values after the one before. They may overlap.
///
/// Kept as one pointer and a stride, and checked once for all lanes, because the addresses of twelve streams do not
/// fit the registers: with a slice per lane a tile took a fifth longer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretches<'a, const W: usize> {
    values: &'a [f64],
    stride: usize,
}

impl<'a, const W: usize> Stretches<'a, W> {
    /// The first starts with `values`, the last ends with them.
    ///
    /// # Panics
    /// Where there are too few values.
    #[inline(always)]
    pub(super) fn new(values: &'a [f64], stride: usize) -> Self {
        assert!(values.len() >= (W - 1) * stride, "the last stretch starts within the values");
        Self { values, stride }
    }

    /// Values of each stretch.
    #[inline(always)]
    pub(super) fn length(&self) -> usize {
        self.values.len() - (W - 1) * self.stride
    }

    #[inline(always)]
    pub(super) fn lane(&self, lane: usize) -> &'a [f64] {
        &self.values[lane * self.stride..][..self.length()]
    }

    /// Two numbers of each lane, from place `at`.
    ///
    /// # Safety
    /// `at + 2` is at most the length.
    #[inline(always)]
    pub(super) unsafe fn two(&self, at: usize) -> [&'a [f64; 2]; W] {
        debug_assert!(at + 2 <= self.length(), "within the lanes");
        // SAFETY: those of the last lane, the farthest ones, lie within the values, as the caller sees to.
        std::array::from_fn(|lane| unsafe { &*self.values.as_ptr().add(at + lane * self.stride).cast() })
    }
}

/// Where the results of `W` lanes go, one lane after the other.
#[derive(Debug)]
pub(super) struct Results<'a, const W: usize> {
    out: &'a mut [f64],
    length: usize,
}

impl<'a, const W: usize> Results<'a, W> {
    /// `length` results of each lane.
    ///
    /// # Panics
    /// Where there is not just room for them.
    #[inline(always)]
    pub(super) fn new(out: &'a mut [f64], length: usize) -> Self {
        assert_eq!(out.len(), W * length, "so many results of each lane");
        Self { out, length }
    }

    /// Four results of a lane, from place `at`.
    ///
    /// # Safety
    /// `at + 4` is at most the length, and `lane` is below `W`.
    #[inline(always)]
    pub(super) unsafe fn four(&mut self, lane: usize, at: usize) -> &mut [f64; 4] {
        debug_assert!(at + 4 <= self.length && lane < W, "within the lanes");
        // SAFETY: the four are some of the `length` numbers of this lane, one of `W`, as the caller sees to.
        unsafe { &mut *self.out.as_mut_ptr().add(lane * self.length + at).cast() }
    }
}
