//! Which column is which channel, in which unit?

use std::str::FromStr;

use breakeven_pedometer::Channels;

use super::cell::unquoted;
use super::date::DateForm;
use super::forms::{self, Form};
use super::options::{Column, ImportOptions, TimeColumn};
use super::units::{AccelerationUnit, CellUnit, RotationUnit, TimeForm, TimeUnit};
use crate::error::Problem;

/// The columns to read of a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    /// ax ay az [gx gy gz].
    pub(super) columns: Vec<UsedColumn<CellUnit>>,
    pub(super) time: Option<UsedColumn<TimeForm>>,
    /// The app or device that writes such a header.
    pub(super) form: Option<&'static str>,
    /// Names of the columns that are not read; none where there are no names.
    pub(super) ignored: Vec<String>,
}

impl Layout {
    pub(super) fn channels(&self) -> Channels {
        Channels::try_from(self.columns.len()).expect("a layout has 3 or 6 channels")
    }
}

/// A column that is read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct UsedColumn<U> {
    /// From 0.
    pub(super) index: usize,
    /// As a user names it.
    pub(super) name: String,
    pub(super) unit: U,
}

/// A table's columns before anything is known of them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Heading<'a> {
    /// Empty where there is no header.
    pub(super) names: &'a [String],
    /// Number of columns.
    pub(super) width: usize,
    /// The lines before the header.
    pub(super) preamble: &'a [String],
    /// Cells of the first row; none where they are numbers anyway.
    pub(super) first_row: &'a [String],
}

const ACCELERATION: [&str; 9] = [
    "a",
    "acc",
    "accel",
    "acceleration",
    "accelerometer",
    "accelerometeracceleration",
    "linearaccelerometer",
    "linearacceleration",
    "raw",
];
const ROTATION: [&str; 8] =
    ["g", "gyr", "gyro", "gyroscope", "rot", "rotation", "rotationrate", "angularvelocity"];
const TIME: [&str; 6] = ["time", "timestamp", "t", "ts", "elapsed", "elapsedtime"];

impl Heading<'_> {
    /// Finds the columns that `options` name, or whose names say what they are.
    pub(super) fn layout(&self, options: &ImportOptions) -> Result<Layout, Problem> {
        let form = Form::of(self.names, self.preamble);
        let indices = match (&options.columns, form) {
            (Some(columns), _) => self.given(columns, options.channels)?,
            (None, Some(form)) => self.of_form(form, options.channels)?,
            (None, None) => self.detected(options.channels)?,
        };
        let form = form.filter(|_| options.columns.is_none());
        let time = self.time(options, form, &indices)?;
        let read =
            |index: usize| indices.contains(&index) || time.as_ref().is_some_and(|time| time.index == index);
        let named = self.names.iter().enumerate().filter(|(_, name)| !name.trim().is_empty());
        let ignored = named.filter(|&(index, _)| !read(index)).map(|(_, name)| name.clone()).collect();
        let columns = indices.iter().zip(self.units(options, form, &indices)?);
        let columns =
            columns.map(|(&index, unit)| UsedColumn { index, name: self.name(index), unit }).collect();
        Ok(Layout { columns, time, form: form.map(|form| form.name), ignored })
    }

    /// The unit of each channel.
    fn units(
        &self,
        options: &ImportOptions,
        form: Option<&Form>,
        indices: &[usize],
    ) -> Result<Vec<CellUnit>, Problem> {
        let (accelerations, rotations) = indices.split_at(3);
        let no_scale = |option| Problem::Scale { option };
        let given = options.acceleration.or(options.scale.map(|_| AccelerationUnit::Counts));
        if let (Some(_), Some(unit)) = (options.scale, given.filter(|&unit| unit != AccelerationUnit::Counts))
        {
            return Err(
                self.refuse(format!("--scale is for counts, not for {unit:?}: leave one of them out"))
            );
        }
        let option = "--acceleration g, mg, m/s2 or counts";
        let acceleration = self
            .unit(given, accelerations, form.map(|form| form.acceleration.1))
            .ok_or(Problem::Unit { quantity: "the accelerations", option })?;
        let unit = CellUnit::of_acceleration(acceleration, options.scale)
            .ok_or_else(|| no_scale("--scale with the counts per g, as in --scale 16384"))?;
        let mut units = vec![unit; 3];
        if !rotations.is_empty() {
            let of_scale = options.scale.and_then(|scale| scale.per_degree_per_second);
            let given = options.rotation.or(of_scale.map(|_| RotationUnit::Counts));
            let option = "--rotation deg/s, rad/s or counts";
            let rotation = self
                .unit(given, rotations, form.and_then(|form| Some(form.rotation?.1)))
                .ok_or(Problem::Unit { quantity: "the rotations", option })?;
            let unit = CellUnit::of_rotation(rotation, options.scale)
                .ok_or_else(|| no_scale("--scale with those per g and per deg/s, as in --scale 16384,131"))?;
            units.extend([unit; 3]);
        }
        Ok(units)
    }

    fn name(&self, index: usize) -> String {
        self.names
            .get(index)
            .filter(|name| !name.is_empty())
            .cloned()
            .unwrap_or_else(|| (index + 1).to_string())
    }

    fn refuse(&self, problem: String) -> Problem {
        let available = if self.names.is_empty() {
            format!("{} columns and no header", self.width)
        } else {
            format!("{} columns: {}", self.width, self.names.join(" "))
        };
        Problem::Columns { problem, available }
    }

    fn given(&self, columns: &[Column], channels: Option<Channels>) -> Result<Vec<usize>, Problem> {
        let number = channels.map_or(columns.len(), Channels::number);
        if number > columns.len() {
            let named = columns.len();
            let problem = format!("--columns names {named} columns for {number} channels: name them all");
            return Err(self.refuse(problem));
        }
        Channels::try_from(columns.len()).map_err(|error| self.refuse(format!("--columns names {error}")))?;
        let indices = columns.iter().map(|column| self.index(column)).collect::<Result<Vec<_>, _>>()?;
        match (1..indices.len()).find(|&place| indices[..place].contains(&indices[place])) {
            None => Ok(indices[..number].to_vec()),
            Some(place) => {
                let twice = &columns[place];
                Err(self.refuse(format!("--columns names column {twice} twice: name each once")))
            }
        }
    }

    fn index(&self, column: &Column) -> Result<usize, Problem> {
        let is_it = |&index: &usize| match column {
            Column::Number(number) => index + 1 == *number,
            Column::Name(name) => {
                self.names.get(index).is_some_and(|other| other.to_lowercase() == name.to_lowercase())
            }
        };
        let found: Vec<usize> = (0..self.width).filter(is_it).collect();
        match found[..] {
            [index] => Ok(index),
            [] => Err(self.refuse(format!("no column {column}: name another, or give its number"))),
            _ => Err(self.refuse(format!("more than one column {column}: give its number"))),
        }
    }

    fn of_form(&self, form: &Form, channels: Option<Channels>) -> Result<Vec<usize>, Problem> {
        let rotation = form.rotation.filter(|_| channels != Some(Channels::Accelerometer));
        if rotation.is_none() && channels == Some(Channels::AccelerometerAndGyroscope) {
            return Err(self.refuse("no columns for gx, gy, gz: pass --channels 3".to_owned()));
        }
        let names = form.acceleration.0.iter().chain(rotation.iter().flat_map(|(names, _)| names));
        Ok(names.map(|name| forms::index(self.names, name).expect("a form fits by these names")).collect())
    }

    /// By their names; without names by their number, where there are exactly 3 or 6.
    fn detected(&self, channels: Option<Channels>) -> Result<Vec<usize>, Problem> {
        if self.names.is_empty() {
            let problem = "which columns are ax, ay, az? pass --columns, as in --columns 2,3,4";
            let found =
                channels_among(self.width, channels).ok_or_else(|| self.refuse(problem.to_owned()))?;
            return Ok((0..found.number()).collect());
        }
        let accelerations = self.axes(&ACCELERATION)?;
        let rotations = self.axes(&ROTATION)?;
        let asked = "pass --columns, as in --columns acc_x,acc_y,acc_z";
        let Some(mut indices) = all(&accelerations) else {
            return Err(self.refuse(format!("no columns for ax, ay, az: {asked}")));
        };
        let some_rotation = rotations.iter().any(Option::is_some);
        match (all(&rotations), channels) {
            (_, Some(Channels::Accelerometer)) => {}
            (Some(rotations), _) => indices.extend(rotations),
            (None, None) if !some_rotation => {}
            (None, _) => {
                return Err(self.refuse(format!("no columns for gx, gy, gz: pass --channels 3, or {asked}")));
            }
        }
        Ok(indices)
    }

    /// The columns of three axes of one sensor, by their names.
    fn axes(&self, stems: &[&str]) -> Result<[Option<usize>; 3], Problem> {
        let mut found = [None; 3];
        for (found, axis) in found.iter_mut().zip(["x", "y", "z"]) {
            let is_it = |&index: &usize| {
                let key = key(&self.names[index]);
                stems.iter().any(|stem| {
                    key == format!("{stem}{axis}") || (stem.len() > 1 && key == format!("{axis}{stem}"))
                })
            };
            let matching: Vec<usize> = (0..self.names.len()).filter(is_it).collect();
            if let [first, second, ..] = matching[..] {
                let (first, second) = (self.name(first), self.name(second));
                return Err(
                    self.refuse(format!("columns {first} and {second} are both {axis}: pass --columns"))
                );
            }
            *found = matching.first().copied();
        }
        Ok(found)
    }

    fn time(
        &self,
        options: &ImportOptions,
        form: Option<&Form>,
        channels: &[usize],
    ) -> Result<Option<UsedColumn<TimeForm>>, Problem> {
        let is_time =
            |index: &usize| !channels.contains(index) && TIME.contains(&key(&self.names[*index]).as_str());
        let of_form = form.and_then(|form| form.time);
        let index = match &options.time {
            TimeColumn::At(column) => Some(self.index(column)?),
            TimeColumn::Detected if options.rate_hz.is_none() => of_form
                .and_then(|(name, _)| forms::index(self.names, name))
                .or_else(|| (0..self.names.len()).find(is_time)),
            TimeColumn::Detected | TimeColumn::Absent => None,
        };
        let Some(index) = index else { return Ok(None) };
        if let (TimeColumn::At(column), true) = (&options.time, channels.contains(&index)) {
            return Err(self.refuse(format!("column {column} is a channel and --time too: name another")));
        }
        let first = self.first_row.get(index).map_or("", |cell| unquoted(cell));
        let unit = match DateForm::of(first, self.preamble) {
            Some(date) => TimeForm::Date(date),
            None => {
                let of_form = of_form.filter(|(name, _)| forms::index(self.names, name) == Some(index));
                let unit = self.unit(options.time_unit, &[index], of_form.map(|(_, unit)| unit));
                let option =
                    "--time-unit s, ms, us or ns (dates: with day, month and year, and the month known)";
                TimeForm::Number(unit.ok_or(Problem::Unit { quantity: "the times", option })?)
            }
        };
        Ok(Some(UsedColumn { index, name: self.name(index), unit }))
    }

    /// The unit that an option gives, or else the one that all these columns have in their names, or else that of the form.
    fn unit<U: FromStr + PartialEq>(
        &self,
        given: Option<U>,
        columns: &[usize],
        of_form: Option<U>,
    ) -> Option<U> {
        let named = || {
            let mut units = columns.iter().map(|&index| split(self.names.get(index)?).1?.parse().ok());
            let first: U = units.next()??;
            units.all(|unit| unit.as_ref() == Some(&first)).then_some(first)
        };
        given.or_else(named).or(of_form)
    }
}

/// The channels to read of a table without names: those given, or all, where it has 3 or 6 columns.
pub(super) fn channels_among(columns: usize, given: Option<Channels>) -> Option<Channels> {
    let found = Channels::try_from(columns).ok()?;
    Some(given.unwrap_or(found)).filter(|channels| channels.number() <= found.number())
}

fn all(axes: &[Option<usize>; 3]) -> Option<Vec<usize>> {
    axes.iter().copied().collect()
}

/// The letters and digits of a name without its unit, in lower case.
fn key(name: &str) -> String {
    split(name).0.chars().filter(|char| char.is_alphanumeric()).collect()
}

/// A name and its unit, which is in brackets, or behind the last `_` or space; both in lower case.
fn split(name: &str) -> (String, Option<String>) {
    let name = name.trim().to_lowercase();
    if let Some((before, rest)) = name.split_once(['(', '[']) {
        let unit = rest.split([')', ']']).next().unwrap_or_default();
        return (before.to_owned(), Some(unit.trim().to_owned()));
    }
    match name.rsplit_once(['_', ' ']) {
        Some((before, unit)) if is_unit(unit) => (before.to_owned(), Some(unit.to_owned())),
        _ => (name, None),
    }
}

fn is_unit(text: &str) -> bool {
    text.parse::<TimeUnit>().is_ok()
        || text.parse::<AccelerationUnit>().is_ok()
        || text.parse::<RotationUnit>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(header: &str, options: &ImportOptions) -> Result<Layout, String> {
        let names: Vec<String> =
            if header.is_empty() { vec![] } else { header.split(',').map(str::to_owned).collect() };
        let width = if header.is_empty() { 4 } else { names.len() };
        Heading { names: &names, width, ..Heading::default() }
            .layout(options)
            .map_err(|error| error.to_string())
    }

    fn places(layout: &Layout) -> Vec<usize> {
        layout.columns.iter().map(|channel| channel.index).collect()
    }

    #[test]
    fn names_say_channel_and_unit_in_the_ways_that_files_have_them() {
        let cases: [(&str, &[usize], Option<usize>); 6] = [
            ("time_s,ax_g,ay_g,az_g", &[1, 2, 3], Some(0)),
            (
                "Time (ns),Acceleration x (m/s^2),Acceleration y (m/s^2),Acceleration z (m/s^2)",
                &[1, 2, 3],
                Some(0),
            ),
            ("gyr_z_dps,gyr_y_dps,gyr_x_dps,acc_x_g,acc_y_g,acc_z_g,lux", &[3, 4, 5, 2, 1, 0], None),
            (
                "timestamp [ms],GyroX [rad/s],GyroY [rad/s],GyroZ [rad/s],AccX [g],AccY [g],AccZ [g]",
                &[4, 5, 6, 1, 2, 3],
                Some(0),
            ),
            ("x-acc g,y-acc g,z-acc g", &[0, 1, 2], None),
            ("accel_z_ms2,accel_x_ms2,accel_y_ms2", &[1, 2, 0], None),
        ];
        for (header, expected, time) in cases {
            let layout = layout(header, &ImportOptions::default()).expect(header);
            assert_eq!(places(&layout), expected, "{header}");
            assert_eq!(layout.time.map(|time| time.index), time, "{header}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_asked_for() {
        let default = ImportOptions::default();
        let numbers = |numbers: &[usize]| ImportOptions {
            columns: Some(numbers.iter().map(|&number| Column::Number(number)).collect()),
            ..default.clone()
        };
        let six = ImportOptions { channels: Some(Channels::AccelerometerAndGyroscope), ..default.clone() };
        let cases = [
            ("", &default, "--columns 2,3,4"),
            ("a,b,c", &default, "no columns for ax, ay, az"),
            ("ax,ay,az", &default, "--acceleration g"),
            ("ax_g,ay_g,az_ms2", &default, "--acceleration g"),
            ("ax_g,ay_g,az_g,gx,gy,gz", &default, "--rotation deg/s"),
            ("ax_g,ay_g,az_g,gx_dps", &default, "--channels 3"),
            ("ax_g,ay_g,az_g", &six, "--channels 3"),
            ("time,ax_g,ay_g,az_g", &default, "--time-unit"),
            ("ax_g,acc_x_g,ay_g,az_g", &default, "are both x"),
            ("ax_g,ay_g,az_g", &numbers(&[1, 2, 7]), "no column 7"),
            ("ax_g,ay_g,az_g", &numbers(&[1, 2, 2]), "twice"),
            ("ax_g,ay_g,az_g", &numbers(&[1, 2]), "2 channels"),
        ];
        for (header, options, expected) in cases {
            let message = layout(header, options).expect_err(header);
            assert!(message.contains(expected), "{header}: {message}");
        }
    }

    #[test]
    fn a_channel_is_no_time_whatever_its_name() {
        let by_number = ImportOptions {
            columns: Some([1, 2, 3].map(Column::Number).to_vec()),
            acceleration: Some(AccelerationUnit::StandardGravity),
            ..ImportOptions::default()
        };
        assert_eq!(layout("c0,time,c2", &by_number).expect("a layout").time, None);
        let both = ImportOptions { time: TimeColumn::At(Column::Number(2)), ..by_number };
        assert!(layout("c0,time,c2", &both).expect_err("a channel").contains("is a channel and --time too"));
    }

    #[test]
    fn options_overrule_names() {
        let options = ImportOptions {
            columns: Some(["AZ_G", "ay_g", "1"].map(|column| column.parse().expect("a column")).to_vec()),
            acceleration: Some(AccelerationUnit::MetresPerSecondSquared),
            time: TimeColumn::Absent,
            ..ImportOptions::default()
        };
        let layout = layout("ax_g,ay_g,az_g,time", &options).expect("a layout");
        assert_eq!(places(&layout), [2, 1, 0]);
        assert_eq!(layout.columns[0].unit, CellUnit::Acceleration(AccelerationUnit::MetresPerSecondSquared));
        assert_eq!((layout.time, layout.ignored), (None, vec!["time".to_owned()]));
    }
}
