//! Is a count ever wrong without a word? Each fault that clocks and sensors are known to have gives the right count, or one line.

use std::fs;

use breakeven_pedometer::Channels;
use breakeven_recordings::{
    AccelerationUnit, Column, ImportOptions, RotationUnit, TimeColumn, TimeUnit, WarningKind, import,
};
use breakeven_simd::SimdBank;

mod walk;

use walk::{
    LONG_ROWS, LONG_STEPS, ROWS, SIX, STEPS, THREE, cells, counted, default, go_on, imported, refused,
    seconds, table, timed, walk,
};

#[test]
fn the_walks_have_their_steps_and_nothing_to_be_told() {
    for (rows, steps) in [(ROWS, STEPS), (LONG_ROWS, LONG_STEPS)] {
        let found = counted(&timed(THREE, rows, |row| format!("{:.2}", seconds(row))), &default());
        assert_eq!((found.0, &found.1[..]), (steps, &[][..]), "{}", found.2);
    }
}

#[test]
fn a_gyroscope_that_was_off_is_left_out_and_one_that_failed_is_named() {
    use WarningKind::{Flat, GyroscopeLeftOut};
    let with = |gyroscope: &dyn Fn(usize) -> String, rows: usize| {
        table(SIX, rows, |row| format!("{:.2},{},{}", seconds(row), cells(row), gyroscope(row)))
    };
    let moving = |row: usize| {
        let [.., gx, gy, gz] = walk(row);
        format!("{gx:.3},{gy:.3},{gz:.3}")
    };
    let off_from = |row: usize, off: usize| if row >= off { "0,0,0".to_owned() } else { moving(row) };
    let one_axis = |row: usize| format!("0,{}", moving(row).split_once(',').expect("three").1);
    type Case<'a> = (&'a str, &'a dyn Fn(usize) -> String, usize, usize, &'a [WarningKind], usize);
    let cases: [Case<'_>; 6] = [
        ("measuring", &moving, ROWS, STEPS, &[], 6),
        ("zeros", &|_| "0,0,0".to_owned(), ROWS, STEPS, &[GyroscopeLeftOut], 3),
        ("a constant", &|_| "0.3,-0.1,5".to_owned(), ROWS, STEPS, &[GyroscopeLeftOut], 3),
        ("no cell", &|_| ",nan,".to_owned(), ROWS, STEPS, &[GyroscopeLeftOut], 3),
        ("one axis off", &one_axis, ROWS, STEPS, &[Flat], 6),
        // its gate is shut then: fewer steps, and it says why
        ("off from 10 minutes on", &|row| off_from(row, 60_000), LONG_ROWS, 1149, &[Flat, Flat, Flat], 6),
    ];
    for (name, gyroscope, rows, steps, kinds, channels) in cases {
        let text = with(gyroscope, rows);
        let (found, warnings, notes) = counted(&text, &default());
        assert_eq!((found, &warnings[..]), (steps, kinds), "{name}: {notes}");
        let import = imported(&[text.as_bytes()], &default()).expect("a recording");
        assert_eq!(import.channels().number(), channels, "{name}");
    }
    let notes = counted(&with(&|_| "0,0,0".to_owned(), ROWS), &default()).2;
    assert!(notes.contains("the gyroscope never changes: left out, counted without its gate"), "{notes}");
    let notes = counted(&with(&|row| off_from(row, 60_000), LONG_ROWS), &default()).2;
    assert!(notes.contains("gz does not change for 10.0 minutes"), "{notes}");
}

#[test]
fn a_coarse_clock_is_spread_evenly_and_told_or_refused() {
    let date = |row: usize| format!("2022-01-27 12:{:02}:{:02}", row / 6000, row / 100 % 60);
    type Time<'a> = &'a dyn Fn(usize) -> String;
    let cases: [(&str, Time<'_>, &str); 5] = [
        (
            "whole seconds",
            &|row| (row / 100).to_string(),
            "clock in steps of 1 s: up to 100 rows of one time, spread evenly",
        ),
        ("from the middle of a second", &|row| ((row + 37) / 100).to_string(), "up to 100 rows of one time"),
        ("dates in whole seconds", &date, "clock in steps of 1 s"),
        ("tenths", &|row| format!("{:.1}", (row / 10) as f64 / 10.0), "up to 10 rows of one time"),
        (
            "64 ticks a second",
            &|row| format!("{:.6}", (seconds(row) * 64.0).floor() / 64.0),
            "up to 2 rows of one time",
        ),
    ];
    for (name, time, words) in cases {
        let (steps, kinds, notes) = counted(&timed(THREE, ROWS, time), &default());
        assert_eq!((steps, &kinds[..]), (STEPS, &[WarningKind::CoarseClock][..]), "{name}: {notes}");
        assert!(notes.contains(words), "{name}: {notes}");
    }
    let whole = timed(THREE, ROWS, |row| (row / 100).to_string());
    let exact = timed(THREE, ROWS, |row| format!("{:.2}", seconds(row)));
    let signal = |text: &str| imported(&[text.as_bytes()], &default()).and_then(|mut import| import.signal());
    assert_eq!(signal(&whole).expect("a signal"), signal(&exact).expect("a signal"), "spread as they came");
    refused(&timed(THREE, ROWS, |row| (row / 6000 * 60).to_string()), &default(), &["same time", "--rate"]);
    refused(&timed(THREE, ROWS, |_| "7".to_owned()), &default(), &["6400 rows from row 1 on", "same time"]);
    let twice = timed(THREE, 2 * ROWS, |row| format!("{:.2}", seconds(row / 2)));
    let twice = twice.lines().enumerate().map(|(line, text)| match line {
        0 => format!("{text}\n"),
        _ => format!("{:.2},{}\n", seconds((line - 1) / 2), cells((line - 1) / 2)),
    });
    let (steps, kinds, notes) = counted(&twice.collect::<String>(), &default());
    assert_eq!((steps, &kinds[..]), (STEPS, &[WarningKind::Dropped][..]), "{notes}");
    assert!(notes.contains("6400 rows of an earlier time dropped"), "{notes}");
}

#[test]
fn a_clock_that_is_set_is_a_border_and_nothing_is_sorted_across_it() {
    let set = |back: f64, at: usize| {
        timed(THREE, LONG_ROWS, move |row| {
            format!("{:.3}", 1e4 + seconds(row) - if row >= at { back } else { 0.0 })
        })
    };
    for back in [300.0, 300.005, 3600.0, 0.5, 9000.0] {
        let (steps, kinds, notes) = counted(&set(back, 60_000), &default());
        assert_eq!((steps, &kinds[..]), (LONG_STEPS, &[WarningKind::ClockSetBack][..]), "{back}: {notes}");
        let words = format!("clock set back by {} s at row 60001; what follows", back);
        assert!(notes.contains(&words), "{words} in {notes}");
    }
    // 32 bits of microseconds
    let wrapped = timed("time_us,ax_g,ay_g,az_g", LONG_ROWS, |row| {
        ((row as u64 * 10_000 + 3_700_000_000) % (1 << 32)).to_string()
    });
    let (steps, kinds, notes) = counted(&wrapped, &default());
    assert_eq!((steps, &kinds[..]), (LONG_STEPS, &[WarningKind::ClockSetBack][..]), "{notes}");
    // a few rows that are late are put in order, as many in a row as a border has are not
    let late =
        timed(THREE, ROWS, |row| format!("{:.2}", seconds(if row % 1000 == 500 { row - 5 } else { row })));
    assert_eq!(counted(&late, &default()).0, STEPS);
    let backwards = table(THREE, ROWS, |row| format!("{:.2},{}", seconds(ROWS - row), cells(row)));
    refused(&backwards, &default(), &["the times go back", "first at row", "sort the rows"]);
    let devices =
        timed(THREE, ROWS, |row| format!("{:.2}", seconds(row) + if row % 2 == 0 { 0.0 } else { 1000.0 }));
    refused(&devices, &default(), &["several devices"]);
}

#[test]
fn a_rate_that_no_accelerometer_has_is_refused_with_the_unit_that_fits() {
    let epoch = |unit: &str, per_row: u64| {
        timed(&format!("time_{unit},ax_g,ay_g,az_g"), ROWS, |row| {
            (1_643_286_112_000 + row as u64 * per_row).to_string()
        })
    };
    for (unit, per_row, words) in [
        ("us", 10, ["come 100000 times a second", "in ms they come 100.0 times", "--time-unit ms"]),
        ("ns", 10, ["come 100000000 times a second", "in ms they come 100.0 times", "--time-unit ms"]),
        ("s", 10, ["line 2, column time_s", "is no time", "--time-unit"]),
        ("ms", 10_000, ["come 0.100 times a second", "in us they come 100.0", "--time-unit us"]),
    ] {
        refused(&epoch(unit, per_row), &default(), &words);
    }
    let changing =
        |row: usize| if row < 3000 { row as u64 * 10 } else { 30_000 + (row as u64 - 3000) * 10_000 };
    let mixed = timed("time_ms,ax_g,ay_g,az_g", ROWS, |row| changing(row).to_string());
    refused(&mixed, &default(), &["rows 3", "come 0.100 times a second"]);
    refused(&timed(THREE, 100, |row| row.to_string()), &default(), &["1.000 times a second"]);
    let slow = timed(THREE, ROWS, |row| format!("{:.3}", row as f64 / 12.5));
    assert_eq!(counted(&slow, &default()).1, [WarningKind::LowRate]);
    let given = ImportOptions { rate_hz: Some(4.0), ..default() };
    let message = imported(&[table("ax_g,ay_g,az_g", 9, cells).as_bytes()], &given).expect_err("refused");
    assert!(message.to_string().contains("--rate 4: give rows per second, from 5 to 10000"), "{message}");
}

#[test]
fn dates_are_read_with_zone_or_without_and_across_a_change_to_summer_time() {
    /// Local time of a row of a walk that begins at `start` seconds of the day, in milliseconds.
    fn time_of_day(row: usize, start: usize) -> String {
        let ms = start * 1000 + row * 10;
        format!("{:02}:{:02}:{:02}.{:03}", ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000)
    }
    const TWO: usize = 7200;
    type Time<'a> = &'a dyn Fn(usize) -> String;
    let cases: [(&str, Time<'_>, &[WarningKind]); 7] = [
        ("no zone", &|row| format!("2022-01-27 {}", time_of_day(row, 44_512)), &[]),
        ("UTC", &|row| format!("2022-01-27T{}Z", time_of_day(row, 44_512)), &[]),
        (
            "a decimal comma",
            &|row| format!("\"2022-01-27 {}\"", time_of_day(row, 44_512).replace('.', ",")),
            &[],
        ),
        (
            "midnight",
            &|row| {
                let (day, start) = if row < 3000 { (27, 86_370) } else { (28, 0) };
                format!("2022-01-{day} {}", time_of_day(row - if row < 3000 { 0 } else { 3000 }, start))
            },
            &[],
        ),
        (
            "to summer time, with a zone",
            &|row| {
                let (start, zone) = if row < 3000 { (TWO - 30, "+01:00") } else { (TWO + 3570, "+02:00") };
                format!("2022-03-27T{}{zone}", time_of_day(row, start))
            },
            &[],
        ),
        (
            "to summer time, without",
            &|row| format!("2022-03-27 {}", time_of_day(row, if row < 3000 { TWO - 30 } else { TWO + 3570 })),
            &[WarningKind::ClockSetForward],
        ),
        (
            "from summer time, without",
            &|row| format!("2022-10-30 {}", time_of_day(row, if row < 3000 { TWO + 3570 } else { TWO - 30 })),
            &[WarningKind::ClockSetBack],
        ),
    ];
    for (name, time, expected) in cases {
        let (steps, kinds, notes) = counted(&timed("time,ax_g,ay_g,az_g", ROWS, time), &default());
        assert_eq!((steps, &kinds[..]), (STEPS, expected), "{name}: {notes}");
        assert!(!notes.contains("gap"), "{name}: {notes}");
    }
    let mixed = timed("time,ax_g,ay_g,az_g", 9, |row| {
        if row < 5 { format!("2022-01-27 12:00:0{row}") } else { row.to_string() }
    });
    refused(&mixed, &default(), &["line 7, column time: \"5\"", "written as the first one is"]);
    let ambiguous = timed("time,ax_g,ay_g,az_g", 9, |row| format!("1/2/2022 12:00:0{row}"));
    refused(&ambiguous, &default(), &["unit of the times", "the month known"]);
}

#[test]
fn channels_that_are_flat_saturated_swapped_or_filled_are_named() {
    use WarningKind::{Filled, Flat, NoGravity, Saturated};
    let lines = |rows: usize, line: &dyn Fn(usize) -> String| {
        table(THREE, rows, |row| format!("{:.2},{}", seconds(row), line(row)))
    };
    let strong = |row: usize| {
        let [ax, ay, az, ..] = walk(row);
        format!("{:.4},{ay:.4},{az:.4}", (4.0 * (ax - 1.0) + 1.0).clamp(-2.0, 1.999))
    };
    let dead = |row: usize| format!("{:.4},0,{:.4}", walk(row)[0], walk(row)[2]);
    let empty = |row: usize| if row.is_multiple_of(4) { ",,".to_owned() } else { cells(row) };
    let swapped =
        |row: usize| walk(row)[3..].iter().map(|g| format!("{:.5}", g / 180.0)).collect::<Vec<_>>().join(",");
    let stuck = |row: usize| if row < 60_000 { cells(row) } else { "1,0,0".to_owned() };
    type Case<'a> = (&'a str, String, &'a [WarningKind], &'a str);
    let cases: [Case<'_>; 6] = [
        ("saturated", lines(ROWS, &strong), &[Saturated], "ax is at the end of its range for 1"),
        ("a dead axis", lines(ROWS, &dead), &[Flat], "ay never changes"),
        ("every fourth row empty", lines(ROWS, &empty), &[], "4800 cells missing"),
        ("rotations", lines(ROWS, &swapped), &[NoGravity], "0.11 g in the mean"),
        ("stuck", lines(LONG_ROWS, &stuck), &[Flat, Flat, Flat], "ax does not change for 10.0 minutes"),
        (
            "a gap",
            timed(THREE, ROWS, |row| format!("{:.2}", seconds(if row < 3000 { row } else { row + 1000 }))),
            &[Filled],
            "1 gap of more than 1 s bridged, the longest 10.0 s",
        ),
    ];
    for (name, text, expected, words) in cases {
        let (_, kinds, notes) = counted(&text, &default());
        assert_eq!(kinds, expected, "{name}: {notes}");
        assert!(notes.contains(words), "{name}: {words} in {notes}");
    }
    let gap = timed(THREE, ROWS, |row| format!("{:.2}", seconds(if row < 3000 { row } else { row + 1000 })));
    let import = imported(&[gap.as_bytes()], &default()).expect("a recording");
    let quality = import.notes().quality;
    assert!(
        (quality.filled - 1000.0 / import.rows() as f64).abs() < 1e-9 && quality.kept == 1.0,
        "{quality:?}"
    );
    assert_eq!((quality.resampled, quality.clipped, quality.rate_hz), (0.0, 0.0, Some(100.0)));
    let stretches = import.stretches();
    assert_eq!(stretches.len(), 1, "{stretches:?}");
    assert_eq!(stretches[0].rows, 3000..4000);
}

#[test]
fn joined_files_follow_one_another_whatever_their_clocks_say() {
    let part = |rows: std::ops::Range<usize>, start: f64| {
        let first = rows.start;
        rows.fold(format!("{THREE}\n"), |text, row| {
            text + &format!("{:.2},{}\n", start + seconds(row - first), cells(row))
        })
    };
    let (a, b) = (part(0..3000, 0.0), part(3000..ROWS, 30.0));
    let steps = |texts: &[&str]| {
        let bytes: Vec<&[u8]> = texts.iter().map(|text| text.as_bytes()).collect();
        let mut import = imported(&bytes, &default()).expect("a recording");
        let notes = import.notes().to_string();
        (import.count::<SimdBank>(&go_on).expect("a count").steps.len(), notes)
    };
    assert_eq!(steps(&[&a, &b]).0, STEPS);
    let (found, notes) = steps(&[&b, &a]);
    assert!(found == STEPS && notes.contains("in the order of their times"), "{found}: {notes}");
    let (found, notes) = steps(&[&a, &part(3000..ROWS, 0.0)]);
    assert!(found == STEPS && notes.contains("clock set back by 30 s at row 3001"), "{found}: {notes}");
    let (found, notes) = steps(&[&part(0..3000, 0.005), &part(3000..ROWS, 0.0)]);
    assert!(found == STEPS && notes.contains("at row 3001"), "{found}: {notes}");
}

#[test]
fn what_has_no_end_is_refused_before_it_is_opened() {
    for path in ["/dev/zero", "/dev/null", "/"] {
        let options = ImportOptions { channels: Some(Channels::Accelerometer), ..default() };
        let message = import(&[path.into()], &options, &go_on).expect_err("no file").to_string();
        assert!(message.contains("a folder, a device or a pipe") && !message.contains('\n'), "{message}");
        let message =
            breakeven_recordings::read_i16(path.as_ref(), Channels::Accelerometer).expect_err("no file");
        assert!(message.to_string().contains("a folder, a device or a pipe"), "{message}");
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let pipe = folder.path().join("walk.csv");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    assert!(
        import(&[pipe], &default(), &go_on).expect_err("a pipe").to_string().contains("a device or a pipe")
    );
    let sparse = folder.path().join("walk_3ch.bin");
    fs::File::create(&sparse).and_then(|file| file.set_len(6 << 36)).expect("a sparse file");
    let message = breakeven_recordings::read_i16(&sparse, Channels::Accelerometer).expect_err("too large");
    assert!(message.to_string().contains("at most 536870912 are read into memory"), "{message}");
    let wide = folder.path().join("wide.npy");
    let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (4, 1000000000), }";
    let start = [b"\x93NUMPY\x01\x00", &(header.len() as u16).to_le_bytes()[..], header.as_bytes()].concat();
    fs::write(&wide, &start).expect("a writable folder");
    let file = fs::OpenOptions::new().write(true).open(&wide).expect("a file");
    file.set_len(start.len() as u64 + 32_000_000_000).expect("a sparse file");
    let options = ImportOptions {
        columns: Some([1, 2, 3].map(Column::Number).to_vec()),
        acceleration: Some(AccelerationUnit::StandardGravity),
        rotation: Some(RotationUnit::DegreesPerSecond),
        time: TimeColumn::Absent,
        time_unit: Some(TimeUnit::Seconds),
        ..default()
    };
    let message = import(&[wide], &options, &go_on).expect_err("too wide").to_string();
    assert!(message.contains("1000000000 columns"), "{message}");
    // days of straight lines would fill the disk
    let gaps = timed(THREE, 12, |row| (row * 80_000).to_string());
    refused(&gaps, &default(), &["80000 s without a row", "--time-unit"]);
}
