//! Which app or device wrote a table, where its columns' names do not say units, axes or times by themselves?
//!
//! Each form is the header that its maker publishes or writes: names as they are, capitals aside. A form only fills in
//! what a user did not give.

use super::units::{AccelerationUnit, RotationUnit, TimeUnit};

/// The header of an app or a device.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// Who writes it.
    pub(super) name: &'static str,
    /// ax ay az and their unit.
    pub(super) acceleration: ([&'static str; 3], AccelerationUnit),
    /// gx gy gz and their unit.
    pub(super) rotation: Option<([&'static str; 3], RotationUnit)>,
    /// The times; numbers have this unit.
    pub(super) time: Option<(&'static str, TimeUnit)>,
    /// Further names that tell the form from others.
    marks: &'static [&'static str],
    /// A word of the lines before the header.
    preamble: &'static str,
}

const G: AccelerationUnit = AccelerationUnit::StandardGravity;
const MS2: AccelerationUnit = AccelerationUnit::MetresPerSecondSquared;
const RAD: RotationUnit = RotationUnit::RadiansPerSecond;
const SECONDS: TimeUnit = TimeUnit::Seconds;

/// The first that fits is taken: more columns before fewer.
#[rustfmt::skip]
const FORMS: &[Form] = &[
    // https://github.com/tszheichoi/awesome-sensor-logger: epoch nanoseconds; m/s^2 on every system
    Form { name: "Sensor Logger", acceleration: (["x", "y", "z"], MS2), rotation: None,
           time: Some(("time", TimeUnit::Nanoseconds)), marks: &["seconds_elapsed"], preamble: "" },
    // https://www.vieyrasoftware.net: g-force meter, linear accelerometer and multi record; seconds since the start
    Form { name: "Physics Toolbox", acceleration: (["gfx", "gfy", "gfz"], G), rotation: Some((["wx", "wy", "wz"], RAD)),
           time: Some(("time", SECONDS)), marks: &[], preamble: "" },
    Form { name: "Physics Toolbox", acceleration: (["gfx", "gfy", "gfz"], G), rotation: None,
           time: Some(("time", SECONDS)), marks: &[], preamble: "" },
    Form { name: "Physics Toolbox", acceleration: (["ax", "ay", "az"], MS2), rotation: Some((["wx", "wy", "wz"], RAD)),
           time: Some(("time", SECONDS)), marks: &[], preamble: "" },
    Form { name: "Physics Toolbox", acceleration: (["ax", "ay", "az"], MS2), rotation: None,
           time: Some(("time", SECONDS)), marks: &["at"], preamble: "" },
    // MATLAB Mobile: its timetable Acceleration, written by writetimetable
    Form { name: "MATLAB Mobile", acceleration: (["x", "y", "z"], MS2), rotation: None,
           time: Some(("timestamp", SECONDS)), marks: &[], preamble: "" },
    // SensorLog on iPhone and Apple Watch, by the names of Core Motion
    Form { name: "SensorLog (Apple Watch, iPhone)",
           acceleration: (["accelerometeraccelerationx(g)", "accelerometeraccelerationy(g)", "accelerometeraccelerationz(g)"], G),
           rotation: Some((["gyrorotationx(rad/s)", "gyrorotationy(rad/s)", "gyrorotationz(rad/s)"], RAD)),
           time: Some(("accelerometertimestamp_sincereboot(s)", SECONDS)), marks: &[], preamble: "" },
    Form { name: "SensorLog (Apple Watch, iPhone)",
           acceleration: (["accelerometeraccelerationx(g)", "accelerometeraccelerationy(g)", "accelerometeraccelerationz(g)"], G),
           rotation: Some((["motionrotationratex(rad/s)", "motionrotationratey(rad/s)", "motionrotationratez(rad/s)"], RAD)),
           time: Some(("accelerometertimestamp_sincereboot(s)", SECONDS)), marks: &[], preamble: "" },
    Form { name: "SensorLog (Apple Watch, iPhone)",
           acceleration: (["accelerometeraccelerationx(g)", "accelerometeraccelerationy(g)", "accelerometeraccelerationz(g)"], G),
           rotation: None, time: Some(("accelerometertimestamp_sincereboot(s)", SECONDS)), marks: &[], preamble: "" },
    // ActiLife: ten lines before the header, of which the first has the rate
    Form { name: "ActiGraph", acceleration: (["accelerometer x", "accelerometer y", "accelerometer z"], G), rotation: None,
           time: Some(("timestamp", SECONDS)), marks: &[], preamble: "ActiGraph" },
    Form { name: "ActiGraph", acceleration: (["accelerometer x", "accelerometer y", "accelerometer z"], G), rotation: None,
           time: None, marks: &[], preamble: "ActiGraph" },
];

impl Form {
    /// The form of a header, if it is known.
    pub(super) fn of(names: &[String], preamble: &[String]) -> Option<&'static Self> {
        let has = |name: &&str| index(names, name).is_some();
        FORMS.iter().find(|form| {
            let rotation = form.rotation.iter().flat_map(|(names, _)| names);
            let time = form.time.iter().map(|(name, _)| name);
            form.acceleration.0.iter().chain(rotation).chain(time).chain(form.marks).all(has)
                && preamble.iter().any(|line| line.contains(form.preamble)) | form.preamble.is_empty()
        })
    }
}

/// The only column of this name, which is in lower case.
pub(super) fn index(names: &[String], name: &str) -> Option<usize> {
    let mut found = (0..names.len()).filter(|&index| names[index].trim().to_lowercase() == name);
    found.next().filter(|_| found.next().is_none())
}

/// The one rate that the lines before a header give, as in `at 30 Hz`.
pub(super) fn stated_rate_hz(preamble: &[String]) -> Option<f64> {
    let words: Vec<&str> = preamble.iter().flat_map(|line| line.split_whitespace()).collect();
    let mut rates =
        words.windows(2).filter(|two| two[1].trim_end_matches([',', ';']).eq_ignore_ascii_case("hz"));
    let rate: f64 = rates.next()?[0].parse().ok()?;
    rates.all(|two| two[0].parse() == Ok(rate)).then_some(rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_taken_from_a_preamble_that_has_one() {
        let rate =
            |lines: &[&str]| stated_rate_hz(&lines.iter().map(|&line| line.to_owned()).collect::<Vec<_>>());
        assert_eq!(rate(&["date format M/d/yyyy at 30 Hz  Filter Normal"]), Some(30.0));
        assert_eq!(rate(&["rate 12.5 Hz", "at 12.5 Hz;"]), Some(12.5));
        for none in [&["at 30 Hz", "at 60 Hz"][..], &["Hz"], &["some Hz"], &[]] {
            assert_eq!(rate(none), None, "{none:?}");
        }
    }
}
