//! Are tables read as apps, devices and spreadsheets write them, whatever their preambles, decimals and units?

use breakeven_recordings::{AccelerationUnit, DecimalSign, ImportOptions, WarningKind};
use breakeven_simd::SimdBank;

mod walk;

use walk::{
    ROWS, STEPS, THREE, cells, counted, default, go_on, imported, refused, seconds, table, timed, walk,
};

#[test]
fn what_stands_before_the_rows_is_passed_over_and_told_or_asked_for() {
    let walk = timed(THREE, ROWS, |row| format!("{:.2}", seconds(row)));
    let rows = walk.split_once('\n').expect("a header").1;
    let spaced = walk.replace(',', " ");
    let skipping = |lines| ImportOptions { skip_lines: lines, ..default() };
    for (name, text, options, words) in [
        (
            "a preamble",
            format!("Device: X\nStart,2022-01-27\n\nRate 100\n{walk}"),
            default(),
            "4 lines before the table",
        ),
        ("a separator", format!("sep=;\n{}", walk.replace(',', ";")), default(), "1 line before the table"),
        ("comments", walk.replacen('\n', "\n# note\n", 3), default(), "3 comments passed over"),
        ("a header in a comment", format!("# X\n# {walk}"), default(), "1 line before the table"),
        ("lines to skip", format!("1,2,3,4\nx\n{walk}"), skipping(2), "2 lines before the table"),
        (
            "a comma at the end of the header",
            walk.replacen('\n', ",\n", 1),
            default(),
            "6400 rows read; no gyro",
        ),
        ("commas at the end of all", walk.replace('\n', ",\n"), default(), "6400 rows read; no gyro"),
        ("white space", spaced, default(), "6400 rows read; no gyro"),
        ("a byte order mark", format!("\u{feff}{walk}"), default(), "6400 rows read; no gyro"),
        ("carriage returns", walk.replace('\n', "\r"), default(), "6400 rows read; no gyro"),
    ] {
        let (steps, kinds, notes) = counted(&text, &options);
        assert_eq!((steps, &kinds[..]), (STEPS, &[][..]), "{name}: {notes}");
        assert!(notes.contains(words) && !notes.contains("not read"), "{name}: {notes}");
    }
    refused(
        &format!("Device: X\n{rows}"),
        &default(),
        &["none of the lines before line 2", "--skip-lines 1"],
    );
    refused(&format!("a,b,c,d\n{rows}"), &default(), &["no columns for ax, ay, az", "a b c d"]);
    refused(&walk.replacen("\n0.00", "\ns,g,g,g\n0.00", 1), &default(), &["line 2, column time_s: \"s\""]);
    let units: Vec<u16> = walk.encode_utf16().collect();
    for bytes in [
        [&[0xff, 0xfe][..], &units.iter().flat_map(|unit| unit.to_le_bytes()).collect::<Vec<u8>>()].concat(),
        [&[0xfe, 0xff][..], &units.iter().flat_map(|unit| unit.to_be_bytes()).collect::<Vec<u8>>()].concat(),
    ] {
        let mut import = imported(&[&bytes], &default()).expect("UTF-16");
        assert_eq!(import.count::<SimdBank>(&go_on).expect("a count").steps.len(), STEPS);
    }
    let latin: &[u8] = b"ax [m/s\xb2],ay [m/s\xb2],az [m/s\xb2]\n1,2,3\n";
    assert!(imported(&[latin], &default()).expect_err("Latin-1").to_string().contains("line 1 is no UTF-8"));
}

#[test]
fn decimal_commas_are_read_where_they_separate_nothing() {
    let walk = timed(THREE, ROWS, |row| format!("{:.2}", seconds(row)));
    let with = |separator: &str| walk.replace(',', separator).replace('.', ",");
    let quoted: String = walk
        .lines()
        .map(|line| {
            let cells: Vec<String> =
                line.split(',').map(|cell| format!("\"{}\"", cell.replace('.', ","))).collect();
            cells.join(",") + "\n"
        })
        .collect();
    let comma = ImportOptions { decimal: DecimalSign::Comma, ..default() };
    for (text, options) in
        [(with(";"), &default()), (with("\t"), &default()), (with(";"), &comma), (quoted.clone(), &comma)]
    {
        let (steps, kinds, notes) = counted(&text, options);
        assert_eq!((steps, &kinds[..]), (STEPS, &[][..]), "{notes}");
    }
    refused(&quoted, &default(), &["line 2, column time_s: \"0,00\"", "--decimal"]);
    let point = ImportOptions { decimal: DecimalSign::Point, ..default() };
    refused(&with(";"), &point, &["line 2, column time_s: \"0,00\"", "--decimal"]);
    refused("ax_g;ay_g;az_g\n1,234;-1,000;7\n", &default(), &["1,234", "--decimal ,"]);
    refused("ax_g;ay_g;az_g\n1.5;0,5;7\n", &default(), &["line 2, column ay_g: \"0,5\"", "--decimal"]);
}

#[test]
fn every_unit_is_converted_or_asked_for_and_what_is_beyond_the_range_is_refused() {
    let scaled = |unit: &str, factor: f64| {
        table(&format!("ax [{unit}],ay [{unit}],az [{unit}]"), ROWS, |row| {
            walk(row)[..3].iter().map(|g| format!("{:.4}", g * factor)).collect::<Vec<_>>().join(",")
        })
    };
    let scale = |text: &str| ImportOptions { scale: Some(text.parse().expect("a scale")), ..default() };
    let acceleration = |unit| ImportOptions { acceleration: Some(unit), ..default() };
    let assumed = WarningKind::AssumedRate;
    for (name, text, options, expected) in [
        ("mg", scaled("mg", 1000.0), default(), &[assumed][..]),
        ("m/s^2", scaled("m/s^2", 9.80665), default(), &[assumed]),
        ("counts", scaled("counts", 16_384.0), scale("16384"), &[assumed]),
        ("raw counts", scaled("?", 256.0), scale("256"), &[assumed]),
        ("a rate", scaled("g", 1.0), ImportOptions { rate_hz: Some(100.0), ..default() }, &[]),
        (
            "g said to be m/s2",
            scaled("g", 9.80665),
            acceleration(AccelerationUnit::MetresPerSecondSquared),
            &[assumed],
        ),
    ] {
        let (steps, kinds, notes) = counted(&text, &options);
        assert_eq!((steps, &kinds[..]), (STEPS, expected), "{name}: {notes}");
    }
    let six = "ax [counts],ay [counts],az [counts],gx [counts],gy [counts],gz [counts]\n16384,0,0,131,0,0\n";
    let mut both = imported(&[six.as_bytes()], &scale("16384,131")).expect("counts");
    assert_eq!(both.signal().expect("a signal").channels()[3], [16]);
    refused(six, &scale("16384"), &["--scale 16384,131"]);
    refused(&scaled("counts", 16_384.0), &default(), &["--scale 16384"]);
    refused(&scaled("?", 1.0), &default(), &["unit of the accelerations", "mg"]);
    refused(&scaled("g", 9.80665), &default(), &["10.1 g in the root mean square", "m/s2"]);
    let (steps, kinds, notes) = counted(&scaled("m/s2", 1.0), &default());
    assert_eq!((steps, &kinds[..]), (0, &[assumed, WarningKind::NoGravity][..]), "{notes}");
    assert!(notes.contains("0.11 g in the mean") && notes.contains("in g and not in m/s2"), "{notes}");
    let beyond = |share: usize| {
        table("ax_g,ay_g,az_g", ROWS, |row| if row % share == 0 { "17,0,0".to_owned() } else { cells(row) })
    };
    refused(&beyond(50), &default(), &["2.0 % of ax is beyond 16 g", "--accept-clipped"]);
    let accepted = ImportOptions { accept_clipped: true, ..default() };
    let (_, kinds, _) = counted(&beyond(50), &accepted);
    assert_eq!(kinds, [assumed, WarningKind::Clipped]);
    let (_, kinds, notes) = counted(&beyond(200), &default());
    assert_eq!(kinds, [assumed]);
    assert!(notes.contains("32 samples clipped"), "{notes}");
    for refused in ["0", "-1", "nan", "inf", "1,2,3", "", "1,", "1e300"] {
        assert!(refused.parse::<breakeven_recordings::Scale>().is_err(), "{refused}");
    }
}

#[test]
fn exports_of_apps_and_devices_are_recognised_by_their_headers() {
    let row = |row: usize, factor: f64| -> [String; 6] {
        let values = walk(row);
        std::array::from_fn(|place| match place {
            0..3 => format!("{:.5}", values[place] * factor),
            _ => format!("{:.5}", values[place].to_radians()),
        })
    };
    let g = 9.80665;
    let actigraph = "------------ Data File Created By ActiGraph GT3X+ ActiLife v6.13.3 Firmware v1.9.2 date format M/d/yyyy at \
        100 Hz  Filter Normal -----------\nSerial Number: TAS1H00000000\nStart Time 10:00:00\nStart Date 1/27/2022\nEpoch \
        Period (hh:mm:ss) 00:00:00\nDownload Time 12:00:00\nDownload Date 1/28/2022\nCurrent Memory Address: 0\nCurrent \
        Battery Voltage: 4.07     Mode = 12\n--------------------------------------------------\n";
    let clock = |row: usize| format!("{:02}.{:03}", row / 100, row % 100 * 10);
    let minute = |row: usize| format!("{:02}:{:02}.{:03}", row / 6000, row / 100 % 60, row % 100 * 10);
    type Line<'a> = &'a dyn Fn(usize) -> String;
    let cases: [(&str, String, Line<'_>, &str, usize); 12] = [
        (
            "phyphox",
            "\"Time (s)\",\"Acceleration x (m/s^2)\",\"Acceleration y (m/s^2)\",\"Acceleration z (m/s^2)\",\"Absolute acceleration (m/s^2)\"".to_owned(),
            &|at| { let [x, y, z, ..] = row(at, g); format!("{:.6E},{x},{y},{z},9.8", seconds(at)) },
            "6400 rows read; no gyroscope",
            3,
        ),
        (
            "phyphox, decimal commas",
            "\"Time (s)\";\"Acceleration x (m/s^2)\";\"Acceleration y (m/s^2)\";\"Acceleration z (m/s^2)\";\"Absolute acceleration (m/s^2)\"".to_owned(),
            &|at| { let [x, y, z, ..] = row(at, g); format!("{:.6E};{x};{y};{z};9.8", seconds(at)).replace('.', ",") },
            "6400 rows read; no gyroscope",
            3,
        ),
        (
            "Sensor Logger, TotalAcceleration.csv",
            "time,seconds_elapsed,z,y,x".to_owned(),
            &|at| { let [x, y, z, ..] = row(at, g); format!("{},{},{z},{y},{x}", 1_643_286_112_000_000_000 + at as u64 * 10_000_000, seconds(at)) },
            "a file of Sensor Logger",
            3,
        ),
        (
            "Physics Toolbox, g-force meter",
            "time,gFx,gFy,gFz,TgF".to_owned(),
            &|at| { let [x, y, z, ..] = row(at, 1.0); format!("{:.3},{x},{y},{z},1", seconds(at)) },
            "a file of Physics Toolbox",
            3,
        ),
        (
            "Physics Toolbox, semicolons",
            "time;gFx;gFy;gFz;TgF;".to_owned(),
            &|at| { let [x, y, z, ..] = row(at, 1.0); format!("{:.3};{x};{y};{z};1;", seconds(at)).replace('.', ",") },
            "a file of Physics Toolbox",
            3,
        ),
        (
            "Physics Toolbox, multi record",
            "time,gFx,gFy,gFz,wx,wy,wz,".to_owned(),
            &|at| format!("{:.3},{},", seconds(at), row(at, 1.0).join(",")),
            "a file of Physics Toolbox",
            6,
        ),
        (
            "Physics Toolbox, accelerometer",
            "time,ax,ay,az,aT".to_owned(),
            &|at| { let [x, y, z, ..] = row(at, g); format!("{:.3},{x},{y},{z},9.8", seconds(at)) },
            "a file of Physics Toolbox",
            3,
        ),
        (
            "MATLAB Mobile",
            "Timestamp,X,Y,Z".to_owned(),
            &|at| { let [x, y, z, ..] = row(at, g); format!("27-Jan-2022 12:{},{x},{y},{z}", minute(at)) },
            "a file of MATLAB Mobile",
            3,
        ),
        (
            "SensorLog on an Apple Watch",
            "loggingTime(txt),accelerometerTimestamp_sinceReboot(s),accelerometerAccelerationX(G),accelerometerAccelerationY(G),\
             accelerometerAccelerationZ(G),motionYaw(rad),motionRotationRateX(rad/s),motionRotationRateY(rad/s),motionRotationRateZ(rad/s)".to_owned(),
            &|at| { let [x, y, z, gx, gy, gz] = row(at, 1.0); format!("2022-01-27T12:{}+01:00,{:.6},{x},{y},{z},0.1,{gx},{gy},{gz}", minute(at), 62_608.5 + seconds(at)) },
            "a file of SensorLog (Apple Watch, iPhone)",
            6,
        ),
        (
            "ActiGraph",
            format!("{actigraph}Accelerometer X,Accelerometer Y,Accelerometer Z"),
            &|at| row(at, 1.0)[..3].join(","),
            "a file of ActiGraph; 10 lines before the table; no times, 100 Hz by the lines",
            3,
        ),
        (
            "ActiGraph with times",
            format!("{actigraph}Timestamp,Accelerometer X,Accelerometer Y,Accelerometer Z"),
            &|at| format!("1/2/2022 10:{},{}", minute(at), row(at, 1.0)[..3].join(",")),
            "a file of ActiGraph; 10 lines before the table; no gyroscope",
            3,
        ),
        (
            "Axivity",
            "Time, Accel-X (g), Accel-Y (g), Accel-Z (g)".to_owned(),
            &|at| format!("2022-01-27 12:00:{},{}", clock(at % 6000), row(at, 1.0)[..3].join(",")),
            "rows read",
            3,
        ),
    ];
    for (name, header, line, words, channels) in cases {
        let rows = if name == "Axivity" { 6000 } else { ROWS };
        let text = table(&header, rows, line);
        let (steps, kinds, notes) = counted(&text, &default());
        assert_eq!(kinds, [], "{name}: {notes}");
        assert!(if rows == ROWS { steps == STEPS } else { steps > 110 }, "{name}: {steps} steps; {notes}");
        assert!(notes.contains(words), "{name}: {words} in {notes}");
        let import = imported(&[text.as_bytes()], &default()).expect("a recording");
        assert_eq!(import.channels().number(), channels, "{name}");
    }
    let linear = table("time,ax,ay,az,aT", ROWS, |at| {
        let [ax, ay, az, ..] = walk(at);
        format!("{:.3},{:.4},{:.4},{:.4},1", seconds(at), (ax - 1.0) * g, ay * g, az * g)
    });
    assert_eq!(counted(&linear, &default()).1, [WarningKind::NoGravity]);
    let slower = actigraph.replace("at 100 Hz", "at 30 Hz").replace("at         100 Hz", "at 30 Hz");
    let text =
        format!("{slower}Accelerometer X,Accelerometer Y,Accelerometer Z\n0,0,1\n0,0,1\n0,0,1\n0,0,1\n");
    let import = imported(&[text.as_bytes()], &default()).expect("a recording");
    assert_eq!((import.rows(), import.notes().stated_rate_hz), (11, Some(30.0)), "{}", import.notes());
}
