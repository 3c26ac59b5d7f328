//! How is a number carried that may lack its interval, or be missing altogether?

use serde::{Deserialize, Serialize};

use crate::{Estimate, ProcessValue, median, over_processes};

/// A number with its interval, as far as they are known; all that is known is finite.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Figure {
    /// The median over processes.
    pub value: Option<f64>,
    /// Lower end of the interval; `None` where there were too few processes for one.
    pub low: Option<f64>,
    /// Upper end of the interval; `None` where there were too few processes for one.
    pub high: Option<f64>,
}

impl Figure {
    /// The median over processes, with its interval where there are enough of them for
    /// `comparisons` at once.
    #[must_use]
    pub fn over(values: &[ProcessValue], comparisons: usize) -> Self {
        let plain: Vec<f64> = values.iter().map(|value| value.value).collect();
        let interval = over_processes(values, comparisons);
        Self {
            value: median(&plain),
            low: interval.map(|estimate| estimate.low),
            high: interval.map(|estimate| estimate.high),
        }
        .finite()
    }

    /// A number that is exact by definition.
    #[must_use]
    pub fn exactly(value: f64) -> Self {
        Self { value: Some(value), low: Some(value), high: Some(value) }
    }

    /// The same on another scale; `map` must be increasing.
    #[must_use]
    pub fn map(self, map: impl Fn(f64) -> f64) -> Self {
        Self { value: self.value.map(&map), low: self.low.map(&map), high: self.high.map(&map) }.finite()
    }

    /// The reciprocal, ends exchanged; all that is known must be positive.
    #[must_use]
    pub fn reciprocal(self) -> Self {
        let invert = |value: f64| 1.0 / value;
        Self { value: self.value.map(invert), low: self.high.map(invert), high: self.low.map(invert) }
            .finite()
    }

    /// The number with its interval, where it has both.
    #[must_use]
    pub fn estimate(self) -> Option<Estimate> {
        Some(Estimate { value: self.value?, low: self.low?, high: self.high? })
    }

    fn finite(self) -> Self {
        let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
        Self { value: finite(self.value), low: finite(self.low), high: finite(self.high) }
    }
}
