//! Where does a value lie on an axis, and which values are written beside it?

use plotters::coord::ranged1d::Ranged;
use plotters::coord::types::RangedCoordf64;

/// An axis: what it shows, and from where to where.
#[derive(Debug, Clone)]
pub(crate) struct Axis {
    /// What is shown, with its unit.
    pub(crate) name: String,
    /// How values are spread.
    pub(crate) scale: Scale,
    /// The least value; positive on a logarithmic axis.
    pub(crate) from: f64,
    /// The greatest value.
    pub(crate) to: f64,
    /// How a value is written.
    pub(crate) write: fn(f64) -> String,
}

/// How values are spread over an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    /// Equal differences are equally far apart.
    Linear,
    /// Equal ratios are equally far apart.
    Logarithmic,
}

impl Axis {
    /// An axis that holds all of `values`: from zero where it is linear, with a little air around
    /// them where it is logarithmic. Values that the scale cannot show are left out of account.
    pub(crate) fn around(
        name: &str,
        scale: Scale,
        values: impl Iterator<Item = f64>,
        write: fn(f64) -> String,
    ) -> Self {
        let shown = values.filter(|value| value.is_finite() && (scale == Scale::Linear || *value > 0.0));
        let (low, high) = shown
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let (low, high) = if low <= high { (low, high) } else { (1.0, 1.0) };
        let (from, to) = match scale {
            Scale::Linear => (0.0, if high > 0.0 { high * 1.06 } else { 1.0 }),
            // at least a factor of 6, so that there is more than one value to write beside it
            Scale::Logarithmic => {
                let air = 1.4f64.max((6.0 * low / high).sqrt());
                (low / air, high * air)
            }
        };
        Self { name: name.to_owned(), scale, from, to, write }
    }

    /// Where `value` lies between two units of a drawing; what is beyond the axis lies at its end.
    pub(super) fn place(&self, value: f64, ends: (i32, i32)) -> i32 {
        let position = |value: f64| match self.scale {
            Scale::Linear => value,
            Scale::Logarithmic => value.max(f64::MIN_POSITIVE).log10(),
        };
        let axis = RangedCoordf64::from(position(self.from)..position(self.to));
        axis.map(&position(value.max(self.from).min(self.to)), ends)
    }

    /// The values to write beside the axis, about `wanted` of them.
    pub(super) fn ticks(&self, wanted: usize) -> Vec<f64> {
        match self.scale {
            // a logarithmic axis that is too short for powers and their multiples has equal steps
            Scale::Logarithmic if self.to >= 5.9 * self.from => logarithmic_ticks(self.from, self.to, wanted),
            _ => linear_ticks(self.from, self.to, wanted),
        }
    }
}

fn linear_ticks(from: f64, to: f64, wanted: usize) -> Vec<f64> {
    let raw = (to - from) / wanted.max(1) as f64;
    let power = 10f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * power).find(|&step| step >= raw);
    let step = step.unwrap_or(10.0 * power);
    let first = (from / step - 1e-9).ceil() as i64;
    let last = (to / step + 1e-9).floor() as i64;
    (first..=last).map(|number| number as f64 * step).collect()
}

fn logarithmic_ticks(from: f64, to: f64, wanted: usize) -> Vec<f64> {
    let decades = (from.log10().floor() as i32, to.log10().ceil() as i32);
    let candidates = |steps: &[f64], every: i32| -> Vec<f64> {
        (decades.0..=decades.1)
            .filter(|decade| decade % every == 0)
            .flat_map(|decade| steps.iter().map(move |step| step * 10f64.powi(decade)))
            .filter(|&value| value >= from * 0.999 && value <= to * 1.001)
            .collect()
    };
    let sparse =
        [(&[1.0, 2.0, 5.0][..], 1), (&[1.0, 3.0][..], 1), (&[1.0][..], 1), (&[1.0][..], 2), (&[1.0][..], 3)];
    sparse
        .into_iter()
        .map(|(steps, every)| candidates(steps, every))
        .find(|ticks| ticks.len() <= wanted.max(2))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_numbers_inside_the_axis() {
        assert_eq!(linear_ticks(0.0, 318.0, 7), [0.0, 50.0, 100.0, 150.0, 200.0, 250.0, 300.0]);
        assert_eq!(logarithmic_ticks(0.9, 140.0, 8), [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]);
        assert_eq!(logarithmic_ticks(0.9, 2000.0, 5), [1.0, 10.0, 100.0, 1000.0]);
    }

    #[test]
    fn an_axis_of_nothing_is_still_an_axis() {
        for scale in [Scale::Linear, Scale::Logarithmic] {
            let axis = Axis::around("nothing", scale, std::iter::empty(), |value| value.to_string());
            assert!(axis.from < axis.to);
            assert!(axis.ticks(5).len() < 10);
        }
    }
}
