//! What if a window is so narrow that summing it costs little more than keeping its sums?
//!
//! ```text
//! K = (first + middle + last) / 3    a = x - K    S = sum a    Q = sum a a    M2 = Q - S S / n
//! ```
//!
//! as many neighbouring windows side by side as there are lanes, each with an anchor of its own and no state at all: so results
//! depend on nothing but their window.
//!
//! # The bound
//!
//! u = 2^-53, T = S S / n, even and odd values summed apart: a chain is n / 2 additions, and one more. Q errs by (n / 2 + 2) u Q,
//! and by u (Q + M2) for rounding a; S by (n / 2 + 1) u sum |a|, which moves T by (n + 2) u sqrt(T Q) <= (n + 2) u Q; T and the
//! subtraction by 4 u T and u M2. As T <= Q, that is less than (1.5 n + 9) u Q + 2 u M2, at most 38 u Q for n < 20. Q <= 4 M2 is
//! checked, so the result errs by half of 154 u, u for the reciprocal of n - ddof and its product, and u for the root: 79 u =
//! 8.8e-15 relative. Windows for which the check fails are done by the corrected two-pass, and so are those with
//! M2 < 2^-960 and those in which something is infinite or not a number, which any overflow leaves behind.

use super::lanes::Lanes;
use super::{Job, LEAST_M2, Shape};
use crate::Kernel;
use crate::isa::Isa;

/// All windows of a series, which are narrow, and no fewer than lanes.
pub(super) struct Direct<'a> {
    pub(super) kernel: Kernel,
    pub(super) shape: &'a Shape,
    pub(super) values: &'a [f64],
    pub(super) out: &'a mut [f64],
}

impl Job for Direct<'_> {
    #[inline(always)]
    fn run<const W: usize, I: Lanes<W> + Isa>(self, isa: I) {
        let windows = self.out.len();
        let mut start = 0;
        while start < windows {
            // the last group does some windows once more, to the same bits
            let first = start.min(windows - W);
            let values = &self.values[first..first + W - 1 + self.shape.window];
            let out = self.out[first..].first_chunk_mut().expect("a result of every lane");
            let failed = group(isa, self.shape, values, out);
            for lane in (0..W).filter(|lane| failed >> lane & 1 == 1) {
                out[lane] =
                    self.kernel.standard_deviation(&values[lane..][..self.shape.window], self.shape.ddof);
            }
            start = first + W;
        }
    }
}

/// `W` windows. Bit l of what comes back says that the one of lane l may be wrong.
#[inline(always)]
fn group<const W: usize, I: Lanes<W>>(isa: I, shape: &Shape, values: &[f64], out: &mut [f64; W]) -> u32 {
    let window = shape.window;
    let ends = isa.add(load(isa, values, 0), load(isa, values, window - 1));
    let anchor = isa.multiply(isa.add(ends, load(isa, values, window / 2)), isa.splat(1.0 / 3.0));
    let zero = isa.splat(0.0);
    let (mut s, mut q, mut odd_s, mut odd_q) = (zero, zero, zero, zero);
    for lanes in values.windows(W + 1).step_by(2).take(window / 2) {
        let a = isa.subtract(load(isa, lanes, 0), anchor);
        let b = isa.subtract(load(isa, lanes, 1), anchor);
        (s, q) = (isa.add(s, a), isa.add(q, isa.multiply(a, a)));
        (odd_s, odd_q) = (isa.add(odd_s, b), isa.add(odd_q, isa.multiply(b, b)));
    }
    if window % 2 == 1 {
        let a = isa.subtract(load(isa, values, window - 1), anchor);
        (s, q) = (isa.add(s, a), isa.add(q, isa.multiply(a, a)));
    }
    let (s, q) = (isa.add(s, odd_s), isa.add(q, odd_q));
    let m2 = isa.subtract(q, isa.multiply(s, isa.multiply(s, isa.splat(shape.per_value))));
    isa.store(isa.root(isa.multiply(m2, isa.splat(shape.per_degree))), out);
    isa.not_within(isa.multiply(isa.splat(0.25), q), m2)
        | isa.not_within(isa.splat(LEAST_M2), m2)
        | isa.not_within(q, isa.splat(f64::MAX))
}

/// Value number `place` of every window.
#[inline(always)]
fn load<const W: usize, I: Lanes<W>>(isa: I, values: &[f64], place: usize) -> I::Vector {
    isa.load(values[place..].first_chunk().expect("a value for every lane"))
}
