//! Is anything malformed accepted in silence, and does anything make an importer panic?
//!
//! Files are mutated at random from good ones, by a seed. What an importer accepts must be what a second reading of the
//! same bytes gives (`reference`, written plainly and on its own), and must come back the same when it is written
//! as a file and imported again; what it refuses must be refused by the second reading too.
//! `BREAKEVEN_FUZZ_INPUTS` sets the number of inputs per importer, `BREAKEVEN_FUZZ_SEED` the seed.

use std::fmt::Write as _;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use breakeven_problem::Signal;
use breakeven_problem::signal::MISSING;
use breakeven_recordings::{
    AccelerationUnit, Column, ImportError, ImportOptions, RotationUnit, TimeColumn, TimeUnit, import,
};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

mod reference;

/// Seconds between two rows that are bridged here: what is longer is refused, and inputs stay small.
const LONGEST_GAP_S: f64 = 2.0;

/// Seeds the tables that are no mutants.
const SEED: u64 = 4;

/// Inputs per importer in a normal run.
const INPUTS: u64 = 1_000;

#[test]
fn no_text_is_accepted_that_a_second_reading_refuses_or_reads_otherwise() {
    let mut fuzz = Fuzz::new("walk.csv");
    let steady = ImportOptions {
        columns: Some(columns(&[1, 2, 3])),
        time: TimeColumn::Absent,
        acceleration: Some(AccelerationUnit::StandardGravity),
        ..fuzz.options()
    };
    let timed = ImportOptions {
        columns: Some(columns(&[2, 3, 4, 5, 6, 7])),
        time: TimeColumn::At(Column::Number(1)),
        time_unit: Some(TimeUnit::Milliseconds),
        acceleration: Some(AccelerationUnit::MetresPerSecondSquared),
        rotation: Some(RotationUnit::DegreesPerSecond),
        ..fuzz.options()
    };
    let g = [[2048.0, 1.0]; 3];
    let [a, r] = [[2048.0, 9.80665], [16.384, 1.0]];
    let steady_table =
        reference::Table { columns: &[0, 1, 2], scales: &g, time: None, longest_gap_s: LONGEST_GAP_S };
    let timed_table = reference::Table {
        columns: &[1, 2, 3, 4, 5, 6],
        scales: &[a, a, a, r, r, r],
        time: Some((0, 1e6)),
        longest_gap_s: LONGEST_GAP_S,
    };
    fuzz.run(|fuzz| {
        let (options, table) = if fuzz.chance(2) { (&steady, steady_table) } else { (&timed, timed_table) };
        let width = options.columns.as_ref().map_or(0, Vec::len) + usize::from(table.time.is_some());
        let mut text = fuzz.text(width);
        if fuzz.chance(3) {
            text = text.replace(',', [";", "\t"][fuzz.below(2)]);
            if fuzz.chance(2) {
                text = text.replace('.', ",");
            }
        }
        let mut bytes = text.into_bytes();
        fuzz.mutate(&mut bytes, TEXTS);
        let imported = fuzz.import(&bytes, options);
        let expected = reference::text(&bytes, table);
        fuzz.agree(&bytes, imported, expected);
    });
}

#[test]
fn no_header_makes_the_search_for_columns_panic_or_forget_a_cell() {
    let mut fuzz = Fuzz::new("walk.csv");
    let options = fuzz.options();
    fuzz.run(|fuzz| {
        let headers = [
            "time_ms,acc_x_g,acc_y_g,acc_z_g",
            "t [ms];ax [m/s^2];ay [m/s^2];az [m/s^2]",
            "ts_ms\tx-acc g\ty-acc g\tz-acc g",
        ];
        let which = fuzz.below(3);
        let rows = fuzz.text(4).replace(',', [",", ";", "\t"][which]);
        let mut bytes = format!("{}\n{rows}", headers[which]).into_bytes();
        fuzz.mutate(&mut bytes, TEXTS);
        if let Ok(signal) = fuzz.import(&bytes, &options) {
            assert!(signal.rows() >= 1, "{}", fuzz.place(&bytes));
            fuzz.comes_back(&signal, &bytes);
        }
    });
}

#[test]
fn no_array_is_accepted_that_a_second_reading_refuses_or_reads_otherwise() {
    let mut fuzz = Fuzz::new("walk_3ch.npy");
    let options = ImportOptions {
        acceleration: Some(AccelerationUnit::StandardGravity),
        rotation: Some(RotationUnit::DegreesPerSecond),
        ..fuzz.options()
    };
    fuzz.run(|fuzz| {
        let mut bytes = fuzz.array();
        fuzz.mutate(&mut bytes, HEADERS);
        let imported = fuzz.import(&bytes, &options);
        let expected = reference::array(&bytes);
        fuzz.agree(&bytes, imported, expected);
    });
}

#[test]
fn no_binary_file_is_accepted_that_does_not_hold_whole_rows() {
    let mut fuzz = Fuzz::new("walk_3ch.bin");
    let options = fuzz.options();
    fuzz.run(|fuzz| {
        let mut bytes: Vec<u8> = (0..fuzz.below(60)).map(|_| fuzz.word() as u8).collect();
        fuzz.mutate(&mut bytes, &[b"\x00\x80", b"\xff\x7f"]);
        if bytes.starts_with(b"\x93NUMPY") {
            return;
        }
        let imported = fuzz.import(&bytes, &options);
        let whole = !bytes.is_empty() && bytes.len().is_multiple_of(6);
        let samples = |channel: usize| {
            bytes
                .chunks_exact(6)
                .map(|row| i16::from_le_bytes([row[2 * channel], row[2 * channel + 1]]))
                .collect()
        };
        fuzz.agree(&bytes, imported, whole.then(|| (0..3).map(samples).collect()));
    });
}

#[test]
fn random_tables_become_what_the_rule_written_plainly_gives() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut generator = ChaCha8Rng::seed_from_u64(SEED);
    for round in 0..60 {
        let rows: Vec<(i64, Vec<f64>)> = (0..40 + i64::from(generator.next_u32() % 200))
            .map(|row| {
                let jitter = i64::from(generator.next_u32() % 40_000_000)
                    - i64::from(generator.next_u32() % 2) * 20_000_000;
                // few enough times are equal that the clock is not taken to be coarse
                let time = row * 8_000_000 + jitter / 250_000 * 250_000;
                let cells = (0..6).map(|_| match generator.next_u32() {
                    word if word % 7 == 0 => f64::NAN,
                    word => f64::from(word as i16) / 1000.0,
                });
                (time, cells.collect())
            })
            .collect();
        let cell = |value: &f64| if value.is_nan() { String::new() } else { (value / 2048.0).to_string() };
        let line = |(time, cells): &(i64, Vec<f64>)| {
            let cells: Vec<String> = cells[..3]
                .iter()
                .map(cell)
                .chain(
                    cells[3..]
                        .iter()
                        .map(|value| if value.is_nan() { "NaN".to_owned() } else { value.to_string() }),
                )
                .collect();
            format!("{},{}\n", *time as f64 / 1e6, cells.join(","))
        };
        let text: String = rows.iter().map(line).collect();
        let header = "time_ms,ax_g,ay_g,az_g,gx_dps,gy_dps,gz_dps\n";
        let path = folder.path().join("walk.csv");
        let read = imported(&path, format!("{header}{text}").as_bytes(), &ImportOptions::default());
        let in_lsb = |(time, cells): &(i64, Vec<f64>)| {
            let scaled = cells.iter().enumerate();
            (
                *time,
                scaled
                    .map(
                        |(channel, value)| if channel < 3 { value / 2048.0 * 2048.0 } else { value * 16.384 },
                    )
                    .collect(),
            )
        };
        let expected = reference::resample(rows.iter().map(in_lsb).collect(), 6, 86_400.0).expect("a table");
        assert_eq!(read.expect("a table").channels(), expected, "round {round}, seed {SEED}");
    }
}

/// What is put into texts.
const TEXTS: &[&[u8]] = &[
    b",",
    b"\n",
    b"\r\n",
    b"\"",
    b";",
    b"\t",
    b" ",
    b"-",
    b".",
    b"e9",
    b"nan",
    b"NaN",
    b"inf",
    b"-inf",
    b"null",
    b"NA",
    b"",
    b"0x1",
    b"1e400",
    b"1e-400",
    b"99999999999999999999",
    b"9223372036854775807",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\"\"",
    b",\"1\",",
    b"\"1,5\"",
    b"# ",
    b"a,b,c\n",
    b"1,234",
    b"\xff",
    b"\0",
    b"+1",
    b"1_0",
    b"0,5",
    b"1.5.2",
    b"\n\n",
    b"#",
    b"\xc2\xb5",
    b"1000000000",
    b"1000000001",
    b"g",
    b"e",
    b"\r",
    b"time",
    b"1e3",
];

/// What is put into arrays.
const HEADERS: &[&[u8]] = &[
    b"'<i2'",
    b"'>i2'",
    b"'<f4'",
    b"'<f8'",
    b"'>f8'",
    b"'|O'",
    b"True",
    b"False",
    b"(2, 3)",
    b"(6,)",
    b"()",
    b"(3,)",
    b"(0, 3)",
    b"-",
    b"(18446744073709551615, 3)",
    b"(3, 18446744073709551615)",
    b"{",
    b"}",
    b"'descr'",
    b"'shape'",
    b":",
    b",",
    b"(",
    b")",
    b"9",
    b"\x01",
    b"\x02",
    b"\x03",
    b"\xff\xff\xff\xff",
    b"\x00\x00\xf0\x7f",
    b"\x00\x00\x00\x00\x00\x00\xf8\x7f",
    b"\n",
    b" ",
];

/// Inputs by a seed, and what they did.
struct Fuzz {
    generator: ChaCha8Rng,
    seed: u64,
    input: u64,
    accepted: u64,
    folder: tempfile::TempDir,
    name: &'static str,
}

impl Fuzz {
    fn new(name: &'static str) -> Self {
        let seed = variable("BREAKEVEN_FUZZ_SEED").unwrap_or(1);
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { generator: ChaCha8Rng::seed_from_u64(seed), seed, input: 0, accepted: 0, folder, name }
    }

    fn options(&self) -> ImportOptions {
        ImportOptions { longest_gap_s: LONGEST_GAP_S, accept_clipped: true, ..ImportOptions::default() }
    }

    #[expect(clippy::print_stdout, reason = "the seed and the count belong to a fuzz run")]
    fn run(&mut self, mut one: impl FnMut(&mut Self)) {
        let inputs = variable("BREAKEVEN_FUZZ_INPUTS").unwrap_or(INPUTS);
        while self.input < inputs {
            // each input has its own stream, so that any can be repeated alone
            self.generator.set_stream(self.input);
            self.generator.set_word_pos(0);
            one(self);
            self.input += 1;
            if self.input.is_multiple_of(50_000) {
                println!("{} inputs of {} so far: {} accepted", self.input, self.name, self.accepted);
            }
        }
        println!("{inputs} inputs of {}, seed {}: {} accepted", self.name, self.seed, self.accepted);
        assert!(
            self.accepted * 50 > inputs,
            "only {} of {inputs} accepted: the inputs are of no use",
            self.accepted
        );
        assert!(self.accepted * 50 < inputs * 49, "nearly all accepted: the mutations are of no use");
    }

    fn place(&self, bytes: &[u8]) -> String {
        format!("input {}, seed {}: {:?}", self.input, self.seed, String::from_utf8_lossy(bytes))
    }

    fn word(&mut self) -> u32 {
        self.generator.next_u32()
    }

    fn below(&mut self, limit: usize) -> usize {
        self.word() as usize % limit.max(1)
    }

    fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    /// A few rows of numbers, times first and ascending.
    fn text(&mut self, width: usize) -> String {
        let mut text = String::new();
        if width != 4 && self.chance(3) {
            let names: Vec<String> = (0..width).map(|column| format!("c{column}")).collect();
            let _ = writeln!(text, "{}", names.join(","));
        }
        let mut time = self.below(1000);
        for _ in 0..1 + self.below(8) {
            time += self.below(30);
            let mut cells = vec![if self.chance(4) { format!("{time}.5") } else { time.to_string() }];
            for _ in 1..width {
                cells.push(match self.below(12) {
                    0 => String::new(),
                    1 => "nan".to_owned(),
                    2 => format!("{}e-2", self.word() as i16),
                    _ => (f64::from(self.word() as i16) / 1000.0).to_string(),
                });
            }
            let _ = writeln!(text, "{}", cells.join(","));
        }
        text
    }

    /// A small array with a header that says so.
    fn array(&mut self) -> Vec<u8> {
        let (descr, size) =
            [("<i2", 2), (">i2", 2), ("<f4", 4), (">f4", 4), ("<f8", 8), (">f8", 8)][self.below(6)];
        let (rows, columns) = (1 + self.below(5), 3 * (1 + self.below(2)));
        let shape = if size == 2 && self.chance(3) {
            format!("({},)", rows * 3)
        } else {
            format!("({rows}, {columns})")
        };
        let values = if shape.ends_with(",)") { rows * 3 } else { rows * columns };
        let order = if self.chance(3) { "True" } else { "False" };
        let header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
        let version = 1 + self.below(3) as u8;
        let mut bytes = b"\x93NUMPY".to_vec();
        bytes.extend([version, 0]);
        let length = (header.len() as u32).to_le_bytes();
        bytes.extend(if version == 1 { &length[..2] } else { &length[..] });
        bytes.extend(header.as_bytes());
        for _ in 0..values {
            let g = f64::from(self.word() as i16) / 2048.0;
            let mut element = match size {
                2 => (self.word() as i16).to_le_bytes().to_vec(),
                4 => (g as f32).to_le_bytes().to_vec(),
                _ => g.to_le_bytes().to_vec(),
            };
            if descr.starts_with('>') {
                element.reverse();
            }
            bytes.extend(element);
        }
        bytes
    }

    /// Up to six changes; one file in eight stays as it is.
    fn mutate(&mut self, bytes: &mut Vec<u8>, pieces: &[&[u8]]) {
        if self.chance(8) {
            return;
        }
        for _ in 0..1 + self.below(6) {
            let at = self.below(bytes.len() + 1);
            let end = (at + self.below(6)).min(bytes.len());
            match self.below(8) {
                0 => bytes.truncate(at),
                1 => drop(bytes.drain(at..end)),
                2 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
                3 => bytes.insert(at, self.word() as u8),
                4 => {
                    let copied = bytes[at..end].to_vec();
                    let to = self.below(bytes.len() + 1);
                    drop(bytes.splice(to..to, copied));
                }
                5 if at < bytes.len() => bytes[at] = b"0123456789-.,"[self.below(13)],
                _ => drop(bytes.splice(at..end, pieces[self.below(pieces.len())].iter().copied())),
            }
        }
    }

    fn import(&mut self, bytes: &[u8], options: &ImportOptions) -> Result<Signal, ImportError> {
        let path = self.folder.path().join(self.name);
        let signal = imported(&path, bytes, options);
        self.accepted += u64::from(signal.is_ok());
        signal
    }

    /// Both readings accept, and give the same; or both refuse, and the message is one line that names the file.
    fn agree(
        &mut self,
        bytes: &[u8],
        imported: Result<Signal, ImportError>,
        expected: Option<Vec<Vec<i16>>>,
    ) {
        match (imported, expected) {
            (Ok(signal), Some(expected)) => {
                assert_eq!(signal.channels(), expected, "{}", self.place(bytes));
                self.comes_back(&signal, bytes);
            }
            (Ok(_), None) => panic!("accepted, to be refused: {}", self.place(bytes)),
            (Err(error), Some(_)) => panic!("{error}: refused, to be accepted: {}", self.place(bytes)),
            (Err(error), None) => {
                let message = error.to_string();
                assert!(
                    message.contains(self.name) && !message.contains('\n'),
                    "{message:?}: {}",
                    self.place(bytes)
                );
            }
        }
    }

    /// Written as a table in g and degrees per second and read again, a signal is the same.
    fn comes_back(&mut self, signal: &Signal, bytes: &[u8]) {
        if !self.chance(8) {
            return;
        }
        let names = ["ax_g", "ay_g", "az_g", "gx_dps", "gy_dps", "gz_dps"];
        let mut text = format!("{}\n", names[..signal.channels().len()].join(","));
        for row in 0..signal.rows() {
            let cell = |(channel, samples): (usize, &Vec<i16>)| match samples[row] {
                MISSING => "NaN".to_owned(),
                sample => (f64::from(sample) / if channel < 3 { 2048.0 } else { 16.384 }).to_string(),
            };
            let cells: Vec<String> = signal.channels().iter().enumerate().map(cell).collect();
            let _ = writeln!(text, "{}", cells.join(","));
        }
        let path = self.folder.path().join("again.csv");
        let again = imported(&path, text.as_bytes(), &self.options());
        assert_eq!(again.as_ref().ok(), Some(signal), "{}", self.place(bytes));
    }
}

fn imported(path: &Path, bytes: &[u8], options: &ImportOptions) -> Result<Signal, ImportError> {
    fs::write(path, bytes).expect("a writable folder");
    import(&[PathBuf::from(path)], options, &|_| ControlFlow::Continue(()))?.signal()
}

fn columns(numbers: &[usize]) -> Vec<Column> {
    numbers.iter().map(|&number| Column::Number(number)).collect()
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().expect("a number"))
}
