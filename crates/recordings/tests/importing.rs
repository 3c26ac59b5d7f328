//! Do files as people have them become the recordings they are, and bad ones a line that says what to do?

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use breakeven_pedometer::{Channels, count, synthetic_walk, vector};
use breakeven_problem::Signal;
use breakeven_problem::oracle::ExactBank;
use breakeven_problem::signal::MISSING;
use breakeven_recordings::{
    AccelerationUnit, Column, Import, ImportError, ImportOptions, RotationUnit, TimeColumn, TimeUnit,
    channels_from_name, import, read_i16, read_index,
};
use breakeven_simd::SimdBank;
use tempfile::TempDir;

mod public_file;

use public_file::public_file;

const SEED: u64 = 4;

#[test]
fn the_original_files_become_the_rows_of_the_binary_ones() {
    let oxford = ImportOptions {
        columns: Some(columns(&[2, 3, 4])),
        time: TimeColumn::At(Column::Number(1)),
        time_unit: Some(TimeUnit::Nanoseconds),
        acceleration: Some(AccelerationUnit::MetresPerSecondSquared),
        ..ImportOptions::default()
    };
    let mobgap = ImportOptions {
        acceleration: Some(AccelerationUnit::StandardGravity),
        rotation: Some(RotationUnit::DegreesPerSecond),
        ..ImportOptions::default()
    };
    let cases = [
        (
            "oxford-step-counter/original/user1_hand_1506421989895.csv",
            oxford,
            "oxford-step-counter/validation_100hz_i16le_3ch.bin",
            "user1_hand",
            "19405 rows read; no gyroscope, counted without its gate",
        ),
        (
            "mobgap-lab/HA_001_TimeMeasure1_Test11_Trial1.csv",
            mobgap,
            "mobgap-lab/lower_back_100hz_i16le_6ch.bin",
            "HA001_Test11_Trial1",
            "13759 rows read; no times, taken as 100 Hz; not read: samples",
        ),
    ];
    for (original, options, binary, part, notes) in cases {
        let (Some(original), Some(binary)) = (public_file(original), public_file(binary)) else { return };
        let joined = read_i16(&binary, channels_from_name(&binary).unwrap()).unwrap();
        let parts = read_index(&binary, &joined).unwrap();
        let part = parts.iter().find(|known| known.recording == part).expect("a part of the index");
        let mut imported = import_all(&[original], &options).unwrap();
        assert_eq!(imported.signal().unwrap(), part.of(&joined), "{}", part.recording);
        assert_eq!(imported.notes().to_string(), notes);
        assert_eq!(imported.count::<SimdBank>(&go_on).unwrap().steps.len(), part.spec_steps);
    }
}

#[test]
fn columns_and_units_are_found_by_name_or_number() {
    let g =
        ImportOptions { acceleration: Some(AccelerationUnit::StandardGravity), ..ImportOptions::default() };
    let clipped = ImportOptions { accept_clipped: true, ..g.clone() };
    let by_number = ImportOptions { columns: Some(columns(&[4, 3, 2])), ..g.clone() };
    let three = ImportOptions { channels: Some(Channels::Accelerometer), ..g.clone() };
    let cases: [(&str, &ImportOptions, &[&[i16]]); 10] = [
        ("1,0,-1\n0.5,0,0\n", &g, &[&[2048, 1024], &[0, 0], &[-2048, 0]]),
        ("lux;x;y;z\r\n7;1;2;3\r\n", &by_number, &[&[6144], &[4096], &[2048]]),
        ("\u{feff}\"ax\",\"ay\",\"az\"\n\"1\", 2 ,3", &g, &[&[2048], &[4096], &[6144]]),
        ("\u{feff}\nax,ay,az\n1,2,3", &g, &[&[2048], &[4096], &[6144]]),
        (
            "ax_ms2\tay_ms2\taz_ms2\n9.80665\t\tnan\n",
            &ImportOptions::default(),
            &[&[2048], &[MISSING], &[MISSING]],
        ),
        ("ax,ay,az,gx,gy,gz\n1,1,1,oops,1,1\n", &three, &[&[2048], &[2048], &[2048]]),
        (
            "ax_g,ay_g,az_g,gx_dps,gy_dps,gz_dps\n0,0,1,1000,-1,0\n",
            &ImportOptions::default(),
            &[&[0], &[0], &[2048], &[16384], &[-16], &[0]],
        ),
        (
            "ax [g],ay [g],az [g],gx [rad/s],gy [rad/s],gz [rad/s]\n0,0,1,1,-1,0\n",
            &ImportOptions::default(),
            &[&[0], &[0], &[2048], &[939], &[-939], &[0]],
        ),
        // half to even: 0.5, 1.5 and 2.5 LSB; and clipped
        ("0.000244140625,0.000732421875,0.001220703125\n", &g, &[&[0], &[2], &[2]]),
        ("17,-17,16\n", &clipped, &[&[32767], &[-32767], &[32767]]),
    ];
    for (text, options, expected) in cases {
        let (_folder, path) = file("walk.csv", text.as_bytes());
        let mut imported = import_all(&[path], options).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(imported.signal().unwrap().channels(), expected, "{text}");
    }
}

#[test]
fn uneven_times_are_sorted_thinned_and_interpolated() {
    let cases: [(&str, &[i16], &str); 8] = [
        ("0,0\n0.01,2\n0.02,4\n", &[0, 2, 4], "3 rows read"),
        ("5,0\n5.02,4\n", &[0, 2, 4], "2 rows read"),
        ("0.02,4\n0,0\n0.01,2\n", &[0, 2, 4], "3 rows read; 2 rows out of order, sorted"),
        ("0,0\n0,9\n0.02,4\n0.02,8\n", &[0, 2, 4], "4 rows read; 2 rows of an earlier time dropped"),
        ("0,0\n0.01,\n0.02,4\n0.03,nan\n", &[0, 2, 4, MISSING], "4 rows read; 2 cells missing"),
        ("0,\n0.015,0\n0.02,4\n", &[MISSING, MISSING, 4], "3 rows read; 1 cell missing"),
        ("0,0\n\n0.005,1\n", &[0], "2 rows read; 1 empty line passed over"),
        ("0,7\n0.029,7\n", &[7, 7, 7], "2 rows read"),
    ];
    for (text, expected, note) in cases {
        let rows: String =
            text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { wide(line) }).collect();
        let (_folder, path) = file("walk.csv", format!("t_s,ax_g,ay_g,az_g\n{rows}").as_bytes());
        let mut imported = import_all(&[path], &ImportOptions::default()).unwrap();
        assert_eq!(imported.signal().unwrap().channels()[0], expected, "{text}");
        assert_eq!(
            imported.notes().to_string(),
            format!("{note}; no gyroscope, counted without its gate"),
            "{text}"
        );
    }
}

/// `t,LSB` as a row of a table in g.
fn wide(line: &str) -> String {
    let (time, lsb) = line.split_once(',').expect("a time and a value");
    let g = lsb.parse::<f64>().map_or_else(|_| lsb.to_owned(), |lsb| (lsb / 2048.0).to_string());
    format!("{time},{g},0,1\n")
}

#[test]
fn gaps_are_bridged_and_told_and_beyond_the_longest_refused() {
    let text = "time_s,ax_g,ay_g,az_g\n0,0,0,1\n3.5,0,0,1\n5.5,1,0,1\n";
    let (_folder, path) = file("walk.csv", text.as_bytes());
    let imported = import_all(std::slice::from_ref(&path), &ImportOptions::default()).unwrap();
    assert_eq!((imported.rows(), imported.notes().gaps), (551, 2));
    assert!(imported.notes().to_string().contains("2 gaps of more than 1 s bridged, the longest 3.5 s"));
    let short = ImportOptions { longest_gap_s: 3.0, ..ImportOptions::default() };
    says(import_all(std::slice::from_ref(&path), &short), &path, &["4 s without a row", "--time-unit"]);
    let (_folder, path) = file("walk.csv", b"time_s,ax_g,ay_g,az_g\n0,0,0,1\n3.5,0,0,1\n1,0,0,1\n");
    let imported = import_all(std::slice::from_ref(&path), &short).unwrap();
    assert_eq!(imported.rows(), 351, "a row that comes later lies in the gap");
    let wrong_unit = ImportOptions { time_unit: Some(TimeUnit::Seconds), ..ImportOptions::default() };
    let (_folder, path) = file("walk.csv", b"t,ax_g,ay_g,az_g\n1012461540465,0,0,1\n1012471532132,0,0,1\n");
    says(import_all(std::slice::from_ref(&path), &wrong_unit), &path, &["time-unit"]);
}

#[test]
fn steady_rates_other_than_100_hz_are_resampled() {
    let g = Some(AccelerationUnit::StandardGravity);
    let at = |rate: f64| ImportOptions { acceleration: g, rate_hz: Some(rate), ..ImportOptions::default() };
    let (_folder, path) = file("walk.csv", b"0,0,1\n1,0,1\n2,0,1\n");
    let rows = |rate: f64| {
        import_all(std::slice::from_ref(&path), &at(rate)).unwrap().signal().unwrap().channels()[0].clone()
    };
    assert_eq!(rows(50.0), [0, 1024, 2048, 3072, 4096]);
    assert_eq!(rows(100.0), [0, 2048, 4096]);
    assert_eq!(rows(200.0), [0, 4096]);
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e7] {
        assert!(
            import_all(std::slice::from_ref(&path), &at(rate)).unwrap_err().to_string().contains("--rate")
        );
    }
    let (_folder, path) = file("walk_3ch.bin", &[0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0]);
    assert_eq!(import_all(&[path], &at(50.0)).unwrap().signal().unwrap().channels()[0], [0, 4, 8]);
}

#[test]
fn malformed_text_is_refused_with_line_column_value_and_what_to_do() {
    let cases: [(&[u8], &[&str]); 14] = [
        (b"ax_g,ay_g,az_g\n1,2,3\n1,x,3\n", &["line 3", "column ay_g", "\"x\"", "correct it"]),
        (b"ax_g,ay_g,az_g\n\n\n1,2,1e999\n", &["line 4", "column az_g", "beyond any sensor"]),
        (b"ax_g,ay_g,az_g\n1,2\n", &["line 2", "2 cells", "line 1 has 3", "complete the row"]),
        (b"ax_g,ay_g,az_g\n1,2,3,\n", &["line 2", "4 cells"]),
        (b"ax_g,ay_g,az_g\n1,2,\"3\n1,2,3\"\n", &["line 2", "quote", "does not close it"]),
        (b"ax_g;ay_g;az_g\n0,1;0,2;0.3\n", &["line 2", "column az_g", "\"0.3\"", "no number", "--decimal"]),
        (b"t_s,ax_g,ay_g,az_g\n0,0,0,1\n,0,0,1\n", &["line 3", "column t_s", "no time"]),
        (b"t_s,ax_g,ay_g,az_g\n00:00:01,0,0,1\n", &["line 2", "00:00:01", "no time"]),
        (b"ax_g,ay_g,az_g\n", &["no rows", "again"]),
        (b"", &["no rows"]),
        (b"\n\n", &["no rows"]),
        (b"ax_g,ay_g,az_g\n1,2,\xff\n", &["line 2", "UTF-8"]),
        (b"hello\n", &["no columns for ax, ay, az", "--columns", "hello"]),
        (b"ax,ay,az\n1,2,3\n", &["unit of the accelerations", "--acceleration"]),
    ];
    for (text, words) in cases {
        let (_folder, path) = file("walk.csv", text);
        says(import_all(std::slice::from_ref(&path), &ImportOptions::default()), &path, words);
    }
    let (_folder, path) = file("walk.csv", &vec![b'1'; 1 << 17]);
    says(import_all(std::slice::from_ref(&path), &ImportOptions::default()), &path, &["line 1"]);
}

#[test]
fn numpy_arrays_are_read_in_every_version_type_and_order() {
    let walk: Vec<Vec<i16>> = vec![vec![1, -2, 3, 32767], vec![4, MISSING, 6, 0], vec![7, 8, 9, -32767]];
    let options =
        ImportOptions { acceleration: Some(AccelerationUnit::StandardGravity), ..ImportOptions::default() };
    for version in [1, 2, 3] {
        for descr in ["<i2", ">i2", "<f4", ">f4", "<f8", ">f8"] {
            for fortran in ["False", "True"] {
                let bytes = npy(version, descr, fortran, "(4, 3)", &elements(&walk, descr, fortran));
                let (_folder, path) = file("walk.npy", &bytes);
                let mut imported = import_all(&[path], &options).unwrap();
                assert_eq!(imported.signal().unwrap().channels(), walk, "{version} {descr} {fortran}");
            }
        }
    }
    let flat = npy(1, "<i2", "False", "(12,)", &elements(&walk, "<i2", "False"));
    let (_folder, path) = file("walk_3ch.npy", &flat);
    assert_eq!(import_all(&[path], &options).unwrap().signal().unwrap().channels(), walk);
}

#[test]
fn numpy_arrays_with_a_column_of_times_are_resampled() {
    let values: Vec<u8> = [[10.0, 0.0, 0.0, 1.0], [10.02, 1.0, 0.0, 1.0]]
        .concat()
        .iter()
        .flat_map(|value: &f64| value.to_le_bytes())
        .collect();
    let (_folder, path) = file("walk.npy", &npy(1, "<f8", "False", "(2, 4)", &values));
    let options = ImportOptions {
        columns: Some(columns(&[2, 3, 4])),
        time: TimeColumn::At(Column::Number(1)),
        time_unit: Some(TimeUnit::Seconds),
        acceleration: Some(AccelerationUnit::StandardGravity),
        ..ImportOptions::default()
    };
    assert_eq!(import_all(&[path], &options).unwrap().signal().unwrap().channels()[0], [0, 1024, 2048]);
}

#[test]
fn malformed_arrays_are_refused_with_what_to_do() {
    let (data, options) = (vec![0u8; 96], ImportOptions::default());
    let cases: [(Vec<u8>, &str); 10] = [
        (npy(1, "<i2", "False", "(16, 3)", &data[..95]), "cut off"),
        (npy(1, "<i2", "False", "(15, 3)", &data), "something follows"),
        (npy(1, "<i4", "False", "(8, 3)", &data), "int16, float32 or float64"),
        (npy(1, "<i\n2", "False", "(16, 3)", &data), "<i\\n2"),
        (npy(1, "<i2", "False", "(3, 16)", &data), "transpose"),
        (npy(1, "<i2", "False", "(48,)", &data), "--channels"),
        (npy(1, "<i2", "False", "(4, 4, 3)", &data), "3 dimensions"),
        (npy(1, "<i2", "False", "(0, 3)", &[]), "no rows"),
        (npy(9, "<i2", "False", "(16, 3)", &data), "version 9"),
        (npy(1, "<f8", "False", "(4, 3)", &data), "--acceleration"),
    ];
    for (bytes, word) in cases {
        let (_folder, path) = file("walk.npy", &bytes);
        says(import_all(std::slice::from_ref(&path), &options), &path, &[word]);
    }
    let g = ImportOptions { acceleration: Some(AccelerationUnit::StandardGravity), ..options.clone() };
    let values: Vec<u8> = [0.0, f64::INFINITY, 0.0].iter().flat_map(|value| value.to_le_bytes()).collect();
    let (_folder, path) = file("walk.npy", &npy(1, "<f8", "False", "(1, 3)", &values));
    says(import_all(std::slice::from_ref(&path), &g), &path, &["line 1", "column 2", "inf"]);
    let (_folder, path) = file("walk.npy", b"no array");
    says(import_all(std::slice::from_ref(&path), &options), &path, &["numpy.save"]);
}

#[test]
fn joined_files_follow_one_another_by_row_or_by_time() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let first = |paths: &[PathBuf]| {
        import_all(paths, &ImportOptions::default()).unwrap().signal().unwrap().channels()[0].clone()
    };
    let (a, b) = (write("a.csv", "ax_g,ay_g,az_g\n1,0,0\n"), write("b.csv", "ax_g,ay_g,az_g\n2,0,0\n"));
    assert_eq!(first(&[a.clone(), b.clone()]), [2048, 4096]);
    assert_eq!(first(&[b, a.clone()]), [4096, 2048]);
    let (c, d) =
        (write("c.csv", "t_s,ax_g,ay_g,az_g\n7,1,0,0\n"), write("d.csv", "t_s,ax_g,ay_g,az_g\n6.99,2,0,0\n"));
    assert_eq!(first(&[c.clone(), d]), [4096, 2048]);
    says(import_all(&[a.clone(), c.clone()], &ImportOptions::default()), &c, &["times", "one kind"]);
    let six = write("e.csv", "ax_g,ay_g,az_g,gx_dps,gy_dps,gz_dps\n1,0,0,0,0,0\n");
    says(import_all(&[a, six.clone()], &ImportOptions::default()), &six, &["6 channels", "--channels 3"]);
}

#[test]
fn a_silent_gyroscope_is_told() {
    let (_folder, path) = file("walk.csv", b"ax_g,ay_g,az_g,gx_dps,gy_dps,gz_dps\n1,0,0,,,\n");
    let imported = import_all(&[path], &ImportOptions::default()).unwrap();
    assert!(imported.notes().to_string().contains("no sample of the gyroscope"), "{}", imported.notes());
    assert!(!imported.notes().lacks_gyroscope);
}

#[test]
fn counting_block_by_block_gives_the_bits_of_one_call_whatever_is_missing() {
    let walk = synthetic_walk(40_000, SEED).signal;
    let lose = |lost: &[(usize, usize, usize)]| {
        let mut channels = walk.channels().to_vec();
        lost.iter().for_each(|&(channel, start, end)| channels[channel][start..end].fill(MISSING));
        Signal::new(channels).unwrap()
    };
    let mut cases = vec![("nothing more".to_owned(), walk.clone())];
    // around what is filled here and what waits in the stream, and around the borders of blocks
    for rows in [4095, 4096, 4097, 8193, 20_000] {
        for start in [0, 8191, 8193, 40_000 - rows] {
            let end = (start + rows).min(40_000);
            cases.push((
                format!("{rows} rows from {start}"),
                lose(&[(1, start, end), (4, start.max(3) - 3, end)]),
            ));
        }
    }
    cases.push(("a whole channel".to_owned(), lose(&[(0, 0, 40_000)])));
    cases.push(("every acceleration".to_owned(), lose(&[0, 1, 2].map(|channel| (channel, 0, 40_000)))));
    cases
        .push(("two long runs".to_owned(), lose(&[(2, 100, 9_000), (2, 9_001, 30_000), (3, 9_000, 30_001)])));
    for (name, signal) in cases {
        let (_folder, path) = file("walk_6ch.bin", &binary(&signal));
        let counted =
            import_all(&[path], &ImportOptions::default()).unwrap().count::<SimdBank>(&go_on).unwrap();
        let whole = count::<SimdBank>(&signal);
        assert_eq!(counted.steps, whole.steps, "{name}");
        assert_eq!(counted.sum_m, whole.sum_m(), "{name}");
    }
}

#[test]
fn a_binary_file_gives_the_vector() {
    let (_folder, path) = file("vector_6ch.bin", &binary(&vector()));
    let mut imported = import_all(&[path], &ImportOptions::default()).unwrap();
    assert_eq!(imported.signal().unwrap(), vector());
    assert_eq!(imported.count::<ExactBank>(&go_on).unwrap().steps.len(), 40);
}

#[test]
fn an_import_and_a_count_stop_when_asked() {
    let (_folder, path) = file("walk_3ch.bin", &vec![0; 6 * 20_000]);
    let stop = |_| ControlFlow::Break(());
    let stopped = import(std::slice::from_ref(&path), &ImportOptions::default(), &stop);
    assert!(matches!(stopped, Err(ImportError::Stopped)));
    let mut imported = import_all(&[path], &ImportOptions::default()).unwrap();
    assert!(matches!(imported.count::<SimdBank>(&stop), Err(ImportError::Stopped)));
}

fn go_on(_rows: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn import_all(paths: &[PathBuf], options: &ImportOptions) -> Result<Import, ImportError> {
    import(paths, options, &go_on)
}

fn columns(numbers: &[usize]) -> Vec<Column> {
    numbers.iter().map(|&number| Column::Number(number)).collect()
}

fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("a writable folder");
    (folder, path)
}

fn binary(signal: &Signal) -> Vec<u8> {
    (0..signal.rows())
        .flat_map(|row| signal.channels().iter().flat_map(move |channel| channel[row].to_le_bytes()))
        .collect()
}

/// Channels as the elements of an array, in g where they are no integers.
fn elements(channels: &[Vec<i16>], descr: &str, fortran: &str) -> Vec<u8> {
    let (width, rows) = (channels.len(), channels[0].len());
    let order: Vec<(usize, usize)> = if fortran == "True" {
        (0..width).flat_map(|channel| (0..rows).map(move |row| (channel, row))).collect()
    } else {
        (0..rows).flat_map(|row| (0..width).map(move |channel| (channel, row))).collect()
    };
    let element = |(channel, row): (usize, usize)| -> Vec<u8> {
        let sample = channels[channel][row];
        let g = if sample == MISSING { f64::NAN } else { f64::from(sample) / 2048.0 };
        let mut bytes = match &descr[1..] {
            "i2" => sample.to_le_bytes().to_vec(),
            "f4" => (g as f32).to_le_bytes().to_vec(),
            _ => g.to_le_bytes().to_vec(),
        };
        if descr.starts_with('>') {
            bytes.reverse();
        }
        bytes
    };
    order.into_iter().flat_map(element).collect()
}

fn npy(version: u8, descr: &str, fortran: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY".to_vec();
    bytes.extend([version, 0]);
    match version {
        1 => bytes.extend((header.len() as u16).to_le_bytes()),
        _ => bytes.extend((header.len() as u32).to_le_bytes()),
    }
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

fn says(refused: Result<Import, ImportError>, path: &Path, words: &[&str]) {
    let message = refused.expect_err("it must be refused").to_string();
    assert!(message.starts_with(&path.display().to_string()), "{message}");
    assert!(!message.contains('\n'), "{message}");
    for word in words {
        assert!(message.contains(word), "{word:?} in {message}");
    }
}
