//! Which steps is a call made of?
//!
//! A call is taken apart by cutting it short: each [`Step`] is measured by a control that does everything up to
//! the end of that step and returns. The cost of a step is the difference to the control before it, so all steps add up
//! to the last control, which is a whole call made of the parts. How far that one is from the call itself is measured
//! too. docs/report.md has the reasons.

/// A call that is taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anatomy {
    /// Its name in workload ids: `anatomy/NAME-LENGTH`.
    pub name: &'static str,
    /// The call, as a reader would write it.
    pub call: &'static str,
    /// The contender that makes the whole call: the baseline.
    pub whole: &'static str,
    /// The control that makes a call which does nothing: the least that a call in this way costs.
    pub floor: &'static str,
    /// The package that the steps are taken from.
    pub package: &'static str,
    /// The version of the package that the line numbers refer to; empty for our own package.
    pub version: &'static str,
    /// The steps in order. The last one returns what the whole call returns.
    pub steps: &'static [Step],
}

/// A part of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Id of the control that goes as far as the end of this step.
    pub control: &'static str,
    /// What the step is called in a figure.
    pub title: &'static str,
    /// What is done.
    pub what: &'static str,
    /// The file of its code, from the package's root.
    pub file: &'static str,
    /// Its first line in the file, from 1; 0 where no version is given.
    pub first_line: usize,
    /// Its last line.
    pub last_line: usize,
}

impl Step {
    /// The control's name without its family.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.control.split_once('/').map_or(self.control, |(_, name)| name)
    }
}

/// The anatomy that a workload id is about.
///
/// # Example
/// ```
/// use breakeven_problem::anatomy;
/// assert_eq!(anatomy::of("anatomy/np-std-list-25").expect("it is listed").whole, "python/numpy-list");
/// assert!(anatomy::of("whole/uniform-25").is_none());
/// ```
#[must_use]
pub fn of(workload: &str) -> Option<&'static Anatomy> {
    let name = workload.strip_prefix("anatomy/")?.rsplit_once('-')?.0;
    ALL.iter().find(|anatomy| anatomy.name == name)
}

/// Every call that is taken apart.
pub static ALL: [Anatomy; 2] = [NP_STD_LIST, STANDARD_DEV_LIST];

const METHODS: &str = "numpy/_core/_methods.py";
const FROM_NUMERIC: &str = "numpy/_core/fromnumeric.py";

#[rustfmt::skip]
const NP_STD_LIST: Anatomy = Anatomy {
    name: "np-std-list",
    call: "np.std(list)",
    whole: "python/numpy-list",
    floor: "control/noop-python",
    package: "numpy",
    version: "2.4.6",
    steps: &[
        step("control/np-dispatch", "dispatch", (FROM_NUMERIC, 3828, 3834),
            "the array-function protocol asks which arguments could answer for NumPy, then calls std"),
        step("control/np-arguments", "arguments", (FROM_NUMERIC, 4004, 4029),
            "keywords are sorted out, the list is asked for a method of its own (an exception each time), _std and _var are called"),
        step("control/np-conversion", "list → array", (METHODS, 150, 150),
            "asanyarray reads the list into a new array"),
        step("control/np-checks", "counting, checks", (METHODS, 152, 160),
            "the items are counted by axis, degrees of freedom and type are checked"),
        step("control/np-mean-sum", "first sum", (METHODS, 168, 168),
            "umr_sum adds up the values, into an array of one"),
        step("control/np-mean", "mean", (METHODS, 171, 179), "true_divide, in place"),
        step("control/np-deviations", "x − mean", (METHODS, 188, 188), "subtract makes a temporary array"),
        step("control/np-squares", "squares", (METHODS, 189, 190), "square, in place"),
        step("control/np-square-sum", "second sum", (METHODS, 201, 201),
            "umr_sum adds up the squares, into a scalar"),
        step("control/np-division", "division", (METHODS, 204, 211),
            "maximum guards the divisor; the quotient is put into a scalar of the array's type"),
        step("control/np-root", "root, boxing", (METHODS, 222, 225),
            "sqrt, and once more a scalar of the array's type; back through _std and std"),
    ],
};

#[rustfmt::skip]
const STANDARD_DEV_LIST: Anatomy = Anatomy {
    name: "standard-dev-list",
    call: "std.standard_dev(list)",
    whole: "extension/standard-dev",
    floor: "control/noop-extension",
    package: "breakeven-extension",
    version: "",
    steps: &[
        step("control/std-checks", "type checks", ("crates/extension/src/direct.rs", 0, 0),
            "one argument, unparsed; is it a list, and where are its items?"),
        step("control/std-reading", "reading items", ("crates/extension/src/direct.rs", 0, 0),
            "each item's type is checked and its number copied, no reference count touched"),
        step("control/std-arithmetic", "arithmetic", ("crates/simd/src/corrected_two_pass.rs", 0, 0),
            "mean, squared deviations, division and root"),
        step("control/std-boxing", "boxing", ("crates/extension/src/call.rs", 0, 0),
            "a new float object for the result, and its end"),
    ],
};

const fn step(
    control: &'static str,
    title: &'static str,
    (file, first_line, last_line): (&'static str, usize, usize),
    what: &'static str,
) -> Step {
    Step { control, title, what, file, first_line, last_line }
}
