//! How is one array done, and what if that is undecided?

use super::Rounded;
use super::arithmetic::{Arithmetic, LANES};
use super::integer_sums::{NarrowSums, Span, WideSums};
use super::pairs::{
    Extent, FOLDED_AFTER, LARGEST, LONGEST, SMALLEST, Scale, Shape, Sums, roots, roots_of_rounded, variances,
};
use crate::reader::{self, Reader, Slice};

/// Registers of lanes that are summed side by side.
const REGISTERS: usize = 2;
const STEP: usize = REGISTERS * LANES;

/// The correctly rounded standard deviation of more than `ddof` values, where pairs of doubles decide it.
#[inline(always)]
pub(super) fn standard_deviation(
    isa: impl Arithmetic,
    values: &[f64],
    ddof: usize,
    rounded: Rounded,
) -> Option<f64> {
    let count = values.len();
    if count > LONGEST {
        return None;
    }
    let mut extent = extent(isa, values);
    let anchor = extent.anchor(count);
    if anchor != 0.0 {
        extent.squares = squares_around(isa, values, anchor);
    }
    if !(SMALLEST..=LARGEST).contains(&extent.squares) {
        return None;
    }
    let shape = Shape::new(isa, isa.splat(count as f64), ddof);
    let scale = Scale::new(extent.squares, count, count, ddof);
    let sums = sums(isa, values, anchor, &scale);
    let lanes = |value| isa.splat(value);
    let sums = Sums {
        sum: lanes(sums.sum),
        sum_rest: lanes(sums.sum_rest),
        squares: lanes(sums.squares),
        squares_rest: lanes(sums.squares_rest),
    };
    let variances = variances(isa, &sums, &shape);
    let roots = match rounded {
        Rounded::Deviation => roots(isa, &variances, &shape, lanes(scale.tolerance)),
        Rounded::Variance => roots_of_rounded(isa, &variances, lanes(scale.tolerance)),
    };
    if isa.any_negative(roots.undecided) { None } else { Some(isa.numbers(roots.value)[0]) }
}

/// The same by integers, which decide everything; NaN where a value is not finite.
#[cold]
pub(super) fn by_integers(values: &[f64], ddof: usize, rounded: Rounded) -> f64 {
    let Ok(deviation) = read_by_integers(&mut Slice(values), ddof, rounded);
    deviation
}

/// The same of numbers that are read block by block.
pub(super) fn read_by_integers<R: Reader>(
    reader: &mut R,
    ddof: usize,
    rounded: Rounded,
) -> Result<f64, R::Stop> {
    let (first, count) = (reader.read(0..1)?[0], reader.count());
    let (mut span, mut is_finite, mut are_equal) = (Span::NOTHING, true, true);
    reader::pass(reader, |values| {
        is_finite &= values.iter().all(|value| value.is_finite());
        are_equal &= values.iter().all(|value| *value == first);
        span = span.with(values);
    })?;
    if !is_finite {
        return Ok(f64::NAN);
    }
    if are_equal {
        return Ok(0.0);
    }
    if span.is_narrow(count) {
        let mut sums = NarrowSums::new(span.lowest());
        reader::pass(reader, |values| values.iter().for_each(|value| sums.enter(*value)))?;
        Ok(sums.standard_deviation(count, ddof, rounded))
    } else {
        let mut sums = WideSums::new(span.lowest());
        reader::pass(reader, |values| values.iter().for_each(|value| sums.enter(*value)))?;
        Ok(sums.standard_deviation(count, ddof, rounded))
    }
}

/// The plain sums of the values and of their squares.
#[inline(always)]
pub(super) fn extent(isa: impl Arithmetic, values: &[f64]) -> Extent {
    let zero = [isa.splat(0.0); REGISTERS];
    let (mut sums, mut squares) = (zero, zero);
    let (steps, rest) = values.as_chunks::<STEP>();
    for step in steps {
        for (register, four) in step.as_chunks().0.iter().enumerate() {
            let x = isa.load(four);
            sums[register] = isa.add(sums[register], x);
            squares[register] = isa.multiply_add(x, x, squares[register]);
        }
    }
    let mut extent = Extent { sum: total(isa, sums), squares: total(isa, squares) };
    for value in rest {
        extent.sum += value;
        extent.squares += value * value;
    }
    extent
}

/// The plain sum of (x - `anchor`)^2.
#[inline(always)]
pub(super) fn squares_around(isa: impl Arithmetic, values: &[f64], anchor: f64) -> f64 {
    let mut squares = [isa.splat(0.0); REGISTERS];
    let anchors = isa.splat(anchor);
    let (steps, rest) = values.as_chunks::<STEP>();
    for step in steps {
        for (register, four) in step.as_chunks().0.iter().enumerate() {
            let d = isa.subtract(isa.load(four), anchors);
            squares[register] = isa.multiply_add(d, d, squares[register]);
        }
    }
    rest.iter().fold(total(isa, squares), |sum, value| sum + (value - anchor) * (value - anchor))
}

#[inline(always)]
fn total<A: Arithmetic>(isa: A, [a, b]: [A::Vector; REGISTERS]) -> f64 {
    isa.numbers(isa.add(a, b)).iter().sum()
}

/// S and Q of the values less `anchor`, biases taken off. The rest of the array is filled up with the anchor, whose d is 0.
///
/// The biased sums of all lanes have one last place, and the leading parts together are no more than the bias:
/// they are added without error. The rests have been folded, so that eight of them stay within the bound on one.
#[inline(always)]
fn sums(isa: impl Arithmetic, values: &[f64], anchor: f64, scale: &Scale<f64>) -> Sums<f64> {
    let scales = Scale {
        sum_bias: isa.splat(scale.sum_bias),
        squares_bias: isa.splat(scale.squares_bias),
        tolerance: isa.splat(scale.tolerance),
    };
    let anchors = isa.splat(anchor);
    let mut sums = [Sums::new(isa, &scales); REGISTERS];
    let (steps, rest) = values.as_chunks::<STEP>();
    let mut last = [anchor; STEP];
    last[..rest.len()].copy_from_slice(rest);
    for steps in [steps, &[last][..]] {
        for steps in steps.chunks(FOLDED_AFTER) {
            for step in steps {
                for (sums, four) in sums.iter_mut().zip(step.as_chunks().0) {
                    sums.enter(isa, isa.subtract(isa.load(four), anchors));
                }
            }
            sums.iter_mut().for_each(|sums| sums.fold(isa));
        }
    }
    let sums = sums.map(|sums| sums.unbiased(isa, &scales));
    let total = |part: fn(&Sums<_>) -> _| total(isa, [part(&sums[0]), part(&sums[1])]);
    Sums {
        sum: total(|sums| sums.sum),
        sum_rest: total(|sums| sums.sum_rest),
        squares: total(|sums| sums.squares),
        squares_rest: total(|sums| sums.squares_rest),
    }
}
