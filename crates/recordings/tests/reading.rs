//! Does a file become the signal it holds, and a bad one a line that says what to do?

use std::fs;
use std::path::{Path, PathBuf};

use breakeven_pedometer::Channels;
use breakeven_problem::Signal;
use breakeven_problem::signal::MISSING;
use breakeven_recordings::{RecordingError, channels_from_name, read_i16, read_index};
use tempfile::TempDir;

#[test]
fn rows_are_read_little_endian_and_channel_by_channel() {
    let (_folder, path) = file("walk_3ch.bin", &[1, 0, 2, 0, 3, 0, 0xff, 0xff, 0x00, 0x80, 0xff, 0x7f]);
    let signal = read_i16(&path, Channels::Accelerometer).unwrap();
    assert_eq!(signal.channels(), [[1, -1], [2, MISSING], [3, 32767]]);
    let signal = read_i16(&path, Channels::AccelerometerAndGyroscope).unwrap();
    assert_eq!(signal.channels(), [[1], [2], [3], [-1], [MISSING], [32767]]);
}

#[test]
fn a_bad_recording_is_refused_with_its_path_what_was_seen_and_what_to_do() {
    let cases: [(&[u8], Channels, &[&str]); 4] = [
        (&[], Channels::Accelerometer, &["0 bytes", "again"]),
        (&[0; 13], Channels::Accelerometer, &["13 bytes", "multiple of 6", "cut off"]),
        (&[0; 7], Channels::AccelerometerAndGyroscope, &["7 bytes", "multiple of 12", "cut off"]),
        (&[0; 18], Channels::AccelerometerAndGyroscope, &["18 bytes", "6 int16 channels", "--channels 3"]),
    ];
    for (bytes, channels, words) in cases {
        let (_folder, path) = file("walk.bin", bytes);
        says(&read_i16(&path, channels).unwrap_err(), &path, words);
    }
    let (folder, _) = file("walk.bin", &[]);
    let absent = folder.path().join("no_walk.bin");
    says(&read_i16(&absent, Channels::Accelerometer).unwrap_err(), &absent, &["no such", "check the path"]);
    let directory = folder.path();
    says(&read_i16(directory, Channels::Accelerometer).unwrap_err(), directory, &["is a file"]);
}

#[test]
fn the_channels_are_known_from_the_name_or_asked_for() {
    let known = |name: &str| channels_from_name(Path::new(name)).ok();
    assert_eq!(known("a/walk_3ch.bin"), Some(Channels::Accelerometer));
    assert_eq!(known("walk_100hz_6ch_b.i16"), Some(Channels::AccelerometerAndGyroscope));
    for name in ["walk.bin", "walk_4ch.bin", "walk3ch.bin", "x_3ch/walk.bin", "walk_3ch_6ch.bin", "", ".."] {
        let error = channels_from_name(Path::new(name)).unwrap_err();
        says(&error, Path::new(name), &["--channels 3", "--channels 6"]);
    }
}

#[test]
fn an_index_names_the_parts_and_its_absence_is_no_error() {
    let (folder, path) = file("walk_3ch.bin", &[]);
    let signal = Signal::new(vec![(0..10).collect(), vec![0; 10], vec![0; 10]]).unwrap();
    assert_eq!(read_index(&path, &signal).unwrap(), []);
    let text = "recording,first_row,rows,reference_steps,spec_steps\nfirst,0,4,3,2\nsecond,4,6,1,0\n";
    fs::write(folder.path().join("walk_3ch_index.csv"), text).unwrap();
    let parts = read_index(&path, &signal).unwrap();
    assert_eq!(parts.len(), 2);
    assert_eq!((parts[0].reference_steps, parts[0].spec_steps), (3, 2));
    assert_eq!(parts[1].recording, "second");
    assert_eq!(parts[1].of(&signal).channels()[0], [4, 5, 6, 7, 8, 9]);
}

#[test]
fn a_malformed_index_is_refused_with_its_path_and_the_line() {
    let header = "recording,first_row,rows,reference_steps,spec_steps\n";
    let cases = [
        ("recording,first_row,rows\nwalk,0,10\n".to_owned(), "reference_steps"),
        (format!("{header}walk,0,ten,1,1\n"), "line: 2"),
        (format!("{header}walk,0,-10,1,1\n"), "line: 2"),
        (format!("{header}walk,0,10\n"), "line: 2"),
        (format!("{header}walk,1,10,1,1\n"), "the recording has 10 rows"),
        (format!("{header}walk,18446744073709551615,10,1,1\n"), "the recording has 10 rows"),
    ];
    let signal = Signal::new(vec![vec![0; 10]; 3]).unwrap();
    for (text, word) in cases {
        let (folder, path) = file("walk.bin", &[]);
        let index = folder.path().join("walk_index.csv");
        fs::write(&index, text).unwrap();
        says(&read_index(&path, &signal).unwrap_err(), &index, &[word, "correct the index"]);
    }
}

fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("a writable folder");
    (folder, path)
}

fn says(error: &RecordingError, path: &Path, words: &[&str]) {
    let message = error.to_string();
    assert!(message.starts_with(&path.display().to_string()), "{message}");
    assert!(!message.contains('\n'), "{message}");
    for word in words {
        assert!(message.contains(word), "{word:?} in {message}");
    }
}
