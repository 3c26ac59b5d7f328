//! `breakeven steps` as a user meets it.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use breakeven_pedometer::{count, synthetic_walk, vector};
use breakeven_problem::Signal;
use breakeven_simd::SimdBank;
use serde_json::Value;

fn breakeven(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(assert_cmd::cargo::cargo_bin!("breakeven"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn write(folder: &Path, name: &str, signal: &Signal) {
    let rows = (0..signal.rows()).flat_map(|row| signal.channels().iter().map(move |channel| channel[row]));
    let bytes: Vec<u8> = rows.flat_map(i16::to_le_bytes).collect();
    fs::write(folder.join(name), bytes).unwrap();
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", stderr(output)))
}

/// Asserts that a JSON output follows its published schema.
fn follows(printed: &Value, schema: &str) -> jsonschema::Validator {
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let complaints: Vec<String> = validator.iter_errors(printed).map(|error| error.to_string()).collect();
    assert_eq!(complaints, Vec::<String>::new());
    validator
}

#[test]
fn the_vector_has_its_published_steps_and_checksum_in_each_format() {
    let folder = folder();
    write(folder.path(), "vector_6ch.bin", &vector());
    let file = &json(&breakeven(folder.path(), &["steps", "vector_6ch.bin", "--format", "json"]))["files"][0];
    let rows: Vec<u64> =
        file["indices"].as_array().unwrap().iter().map(|row| row.as_u64().unwrap()).collect();
    assert_eq!(rows, (525..=2475).step_by(50).collect::<Vec<u64>>());
    let sum_m = [250_782_506u64, 137_258_748, 482_309_723, 945_711_031, 251_099_363, 483_302_555];
    assert_eq!(file["sum_m"], serde_json::json!(sum_m));
    assert_eq!(file["cadence_per_minute"], 120.0);
    assert_eq!(
        file["bouts"],
        serde_json::json!([{"start_s": 5.25, "end_s": 24.75, "steps": 40, "cadence_per_minute": 120.0}])
    );
    assert_eq!(file["steps_per_minute"], serde_json::json!([40]));
    let text = stdout(&breakeven(folder.path(), &["steps", "vector_6ch.bin"]));
    for word in ["vector_6ch.bin", "40", "120.0", "250782506", "1.47 %", "has not been measured"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    let csv = stdout(&breakeven(folder.path(), &["steps", "vector_6ch.bin", "--format", "csv"]));
    assert_eq!(csv.lines().count(), 2, "{csv}");
    assert!(csv.contains("vector_6ch.bin,3000,30,6,40,120,1,19.5,250782506,137258748"), "{csv}");
}

#[test]
fn the_json_follows_its_schema_also_where_a_file_is_bad_or_still() {
    let folder = folder();
    write(folder.path(), "vector_6ch.bin", &vector());
    write(folder.path(), "still_3ch.bin", &Signal::new(vec![vec![0; 300]; 3]).unwrap());
    fs::write(folder.path().join("bad_3ch.bin"), [0; 7]).unwrap();
    let output = breakeven(
        folder.path(),
        &["steps", "--format", "json", "vector_6ch.bin", "still_3ch.bin", "bad_3ch.bin", "--jobs", "2"],
    );
    let printed = json(&output);
    let validator = follows(&printed, include_str!("../../../docs/steps.schema.json"));
    let names: Vec<&str> =
        printed["files"].as_array().unwrap().iter().map(|file| file["file"].as_str().unwrap()).collect();
    assert_eq!(names, ["vector_6ch.bin", "still_3ch.bin", "bad_3ch.bin"], "in the order of the arguments");
    for (place, value) in [
        ("/files/0/steps", Value::Null),
        ("/files/0/quality/filled", 1.5.into()),
        ("/files/1/warnings/0/kind", "unknown".into()),
        ("/files/2/warnings", serde_json::json!([])),
    ] {
        let mut wrong = printed.clone();
        *wrong.pointer_mut(place).unwrap() = value;
        assert!(!validator.is_valid(&wrong), "the schema does not accept everything: {place}");
    }
}

#[test]
fn one_bad_file_is_reported_and_the_others_are_counted() {
    let folder = folder();
    write(folder.path(), "vector_6ch.bin", &vector());
    fs::write(folder.path().join("bad.csv"), "ax_g,ay_g,az_g\n1,2,x\n").unwrap();
    let output = breakeven(folder.path(), &["steps", "bad.csv", "vector_6ch.bin"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stdout(&output).contains("vector_6ch.bin") && stdout(&output).contains("40"),
        "{}",
        stdout(&output)
    );
    let said = stderr(&output);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("bad.csv: line 2, column az_g: \"x\""), "{said}");
    let both = breakeven(folder.path(), &["steps", "bad.csv", "absent.csv", "vector_6ch.bin"]);
    let said = stderr(&both);
    assert_eq!((both.status.code(), said.lines().count()), (Some(2), 3), "{said}");
    assert!(said.contains("absent.csv") && said.contains("2 of 3 recordings"), "{said}");
}

#[test]
fn many_files_give_what_each_alone_gives_whatever_the_number_of_jobs() {
    let folder = folder();
    let names: Vec<String> = (0..5).map(|seed| format!("walk{seed}_6ch.bin")).collect();
    for (seed, name) in names.iter().enumerate() {
        write(folder.path(), name, &synthetic_walk(9_000, seed as u64).signal);
    }
    let counts = |jobs: &str| {
        let mut arguments = vec!["steps", "--format", "json", "--jobs", jobs];
        arguments.extend(names.iter().map(String::as_str));
        json(&breakeven(folder.path(), &arguments))
    };
    let expected: Vec<usize> =
        (0..5).map(|seed| count::<SimdBank>(&synthetic_walk(9_000, seed).signal).steps.len()).collect();
    let found = counts("4");
    assert_eq!(found, counts("1"));
    let steps: Vec<usize> = found["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["steps"].as_u64().unwrap() as usize)
        .collect();
    assert_eq!(steps, expected);
}

#[test]
fn tables_are_read_as_the_options_say_and_joined() {
    let folder = folder();
    let rows = |rows: std::ops::Range<usize>| -> String {
        let signal = vector();
        let cell = |channel: usize, row: usize| f64::from(signal.channels()[channel][row]) / 2048.0;
        rows.map(|row| format!("{};{};{};{}\n", row * 10, cell(0, row), cell(1, row), cell(2, row))).collect()
    };
    fs::write(folder.path().join("a.csv"), rows(0..1500)).unwrap();
    fs::write(folder.path().join("b.csv"), rows(1500..3000)).unwrap();
    let options = ["steps", "--time", "1", "--time-unit", "ms", "--columns", "2,3,4", "--acceleration", "g"];
    let mut arguments = options.to_vec();
    arguments.extend(["--join", "b.csv", "a.csv", "--format", "json"]);
    let file = &json(&breakeven(folder.path(), &arguments))["files"][0];
    let three = Signal::new(vector().channels()[..3].to_vec()).unwrap();
    let expected = count::<SimdBank>(&three);
    assert_eq!(file["file"], "b.csv + a.csv");
    assert_eq!(file["rows"], 3000);
    assert_eq!(file["indices"], serde_json::json!(expected.steps));
    assert_eq!(file["sum_m"], serde_json::json!(expected.sum_m()));
    let output = breakeven(folder.path(), &["steps", "a.csv"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--columns 2,3,4"), "{}", stderr(&output));
}

#[test]
fn a_page_shows_every_step_and_is_self_contained() {
    let folder = folder();
    write(folder.path(), "vector_6ch.bin", &vector());
    let output = breakeven(folder.path(), &["steps", "vector_6ch.bin", "--page", "walk.html"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let page = fs::read_to_string(folder.path().join("walk.html")).unwrap();
    // the triangles of one colour are one path, each beginning with a move
    let paths = page.split("<path fill=").skip(1).filter_map(|path| path.split("/>").next());
    let triangles: usize = paths.map(|path| path.matches('M').count()).sum();
    assert_eq!(triangles, 4 * 40, "a triangle per step, in two drawings of two figures");
    assert!(page.contains("40 steps in 0.5 minutes") && !page.contains("http") && !page.contains("<script"));
    write(folder.path(), "other_6ch.bin", &vector());
    let output =
        breakeven(folder.path(), &["steps", "vector_6ch.bin", "other_6ch.bin", "--page", "two.html"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--join") && !folder.path().join("two.html").exists());
    let output = breakeven(folder.path(), &["steps", "vector_6ch.bin", "--page", "absent/walk.html"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
}

#[test]
fn a_reference_gives_errors_with_and_without_the_feedback() {
    let folder = folder();
    write(folder.path(), "vector_6ch.bin", &vector());
    let index = "recording,first_row,rows,reference_steps,spec_steps\nall,0,3000,50,40\nstill,0,300,0,0\n";
    fs::write(folder.path().join("index.csv"), index).unwrap();
    let arguments = ["steps", "vector_6ch.bin", "--reference", "index.csv", "--format"];
    let run = |format: &'static str| breakeven(folder.path(), &[&arguments[..], &[format]].concat());
    let found = json(&run("json"));
    follows(&found, include_str!("../../../docs/accuracy.schema.json"));
    assert_eq!(found["recordings"][0]["steps"], 40);
    assert_eq!(found["recordings"][0]["error_percent"], -20.0);
    assert_eq!(found["recordings"][1]["error_percent"], Value::Null);
    assert_eq!(found["mean_error_percent"], 20.0);
    let text = stdout(&run("text"));
    assert!(
        text.contains("-20.00 %") && text.contains("Without the feedback") && text.contains("1.47 %"),
        "{text}"
    );
    assert!(stdout(&run("csv")).starts_with("recording,rows,reference_steps,steps,error_percent"));
    let absent = breakeven(folder.path(), &["steps", "vector_6ch.bin", "--reference", "absent.csv"]);
    assert_eq!(absent.status.code(), Some(2));
    let synthetic = json(&breakeven(
        folder.path(),
        &["steps", "--synthetic", "36000", "--seed", "2", "--format", "json"],
    ));
    let known = synthetic_walk(36_000, 2).steps.len();
    assert_eq!(synthetic["recordings"][0]["reference_steps"], known);
}

#[test]
fn what_is_left_out_or_filled_stands_in_the_line_of_the_count() {
    let folder = folder();
    let walk = synthetic_walk(6_000, 1).signal;
    let rows: String = (0..6_000)
        .filter(|row| !(1_000..1_500).contains(row))
        .map(|row| {
            let cells: Vec<String> = walk.channels()[..3]
                .iter()
                .map(|channel| {
                    if channel[row] == -32768 {
                        String::new()
                    } else {
                        (f64::from(channel[row]) / 2048.0).to_string()
                    }
                })
                .collect();
            format!("{};{};0;0;0\n", row * 10, cells.join(";"))
        })
        .collect();
    let text = format!("logger 7\ntime_ms;ax_g;ay_g;az_g;gx_dps;gy_dps;gz_dps\n{rows}");
    fs::write(folder.path().join("walk.csv"), text).unwrap();
    let text = stdout(&breakeven(folder.path(), &["steps", "walk.csv"]));
    let line = text.lines().find(|line| line.trim_start().starts_with("walk.csv")).unwrap();
    for words in ["the gyroscope never changes: left out", "8.3 % filled"] {
        assert!(line.contains(words), "{words}: {text}");
    }
    let file = &json(&breakeven(folder.path(), &["steps", "walk.csv", "--format", "json"]))["files"][0];
    let kinds: Vec<&str> = file["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|warning| warning["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["gyroscope_left_out", "filled"]);
    assert_eq!((&file["channels"], &file["quality"]["kept"]), (&3.into(), &1.0.into()));
    let csv = stdout(&breakeven(folder.path(), &["steps", "walk.csv", "--format", "csv"]));
    assert!(
        csv.lines().next().unwrap().ends_with("notes,error,warnings") && csv.contains("8.3 % filled"),
        "{csv}"
    );
    let options = ["--skip-lines", "1", "--decimal", ".", "--scale", "2048,16", "--accept-clipped"];
    let output = breakeven(folder.path(), &[&["steps", "walk.csv"], &options[..]].concat());
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn a_size_that_no_memory_holds_is_refused_in_one_line() {
    let folder = folder();
    fs::File::create(folder.path().join("long_3ch.bin")).unwrap().set_len(6 << 30).unwrap();
    for (arguments, words) in [
        (&["steps", "--synthetic", "99999999999"][..], "8640000"),
        (&["steps", "--synthetic", "0"], "8640000"),
        (&["steps", "/dev/zero", "--channels", "3"], "a device or a pipe"),
        (&["steps", "x.csv", "--rate", "1e300"], "from 5 to 10000"),
        (&["list", "--recording", "/dev/zero", "--channels", "3"], "a device or a pipe"),
        (&["list", "--recording", "long_3ch.bin"], "at most 536870912 are read into memory"),
        (&["steps", "x.csv", "--skip-lines", "99999999999999999999"], "--skip-lines"),
        (&["steps", "x.csv", "--scale", "0"], "counts per g"),
    ] {
        let output = breakeven(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn a_hard_limit_of_the_address_space_names_the_option_that_respects_it() {
    let script = format!(
        "ulimit -v 8388608; exec {} adopt --memory 99999999999999 -- true",
        assert_cmd::cargo::cargo_bin!("breakeven").display()
    );
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    let said = stderr(&output);
    assert!(!output.status.success() && said.contains("pass --memory 8, or --memory 0"), "{said}");
}

#[test]
fn ctrl_c_ends_with_130_and_shows_what_was_counted() {
    let folder = folder();
    write(folder.path(), "vector_6ch.bin", &vector());
    let long = PathBuf::from("long_6ch.bin");
    // a sparse file of two days: zeros cost no disk
    fs::File::create(folder.path().join(&long)).unwrap().set_len(12 * 17_280_000).unwrap();
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("breakeven"))
        .args(["steps", "vector_6ch.bin", "long_6ch.bin", "--jobs", "1", "--format", "csv"])
        .current_dir(folder.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // one job: the second recording is opened when the first is counted
    let opened = PathBuf::from(format!("/proc/{}/fd", child.id()));
    let is_open = |files: fs::ReadDir| {
        files.flatten().any(|file| fs::read_link(file.path()).is_ok_and(|target| target.ends_with(&long)))
    };
    while !fs::read_dir(&opened).is_ok_and(is_open) {
        assert!(child.try_wait().unwrap().is_none(), "two days are not counted in a moment");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    assert!(stdout(&output).contains("vector_6ch.bin,3000"), "{}", stdout(&output));
}

#[test]
fn steps_has_help_with_an_example_and_its_caveats() {
    let folder = folder();
    let help = stdout(&breakeven(folder.path(), &["steps", "--help"]));
    for word in ["Example: breakeven steps", "1.47 %", "has not been measured", "--columns"] {
        assert!(help.replace('\n', " ").contains(word), "{word}: {help}");
    }
    assert_eq!(breakeven(folder.path(), &["steps"]).status.code(), Some(2));
}
