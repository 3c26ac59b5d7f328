//! Does CPython's `statistics` give the same bits, on a million random windows?
//!
//! Draws seeded windows of 1 to 300 values of several distributions, and has `python3` (or the interpreter that `PYTHON`
//! names, 3.11 or later) compute `statistics.pstdev` of every one: about ten minutes for a million.
//!
//! ```text
//! cargo run --release -p breakeven-simd --example against_statistics -- [WINDOWS] [SEED]
//! ```
#![expect(clippy::print_stdout, reason = "an example says what it found")]

use std::error::Error;
use std::io::{BufReader, BufWriter, Read, Write};
use std::process::{Command, Stdio};
use std::{env, thread};

use breakeven_simd::exact;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Reads series (window, length and values, little-endian), writes pstdev of every window.
const PYTHON: &str = "
import array, statistics, struct, sys
if sys.version_info < (3, 11):
    sys.exit('statistics rounds correctly from Python 3.11 on')
while head := sys.stdin.buffer.read(16):
    window, length = struct.unpack('<QQ', head)
    values = array.array('d', sys.stdin.buffer.read(8 * length)).tolist()
    results = array.array('d', (statistics.pstdev(values[i:i + window]) for i in range(length - window + 1)))
    sys.stdout.buffer.write(results.tobytes())
";

/// Windows of one series.
const WINDOWS: usize = 50;

/// Draws the value at an index of its series.
type Draw = fn(&mut ChaCha8Rng, usize) -> f64;

const DISTRIBUTIONS: [(&str, Draw); 8] = [
    ("uniform", |random, _| random.random()),
    ("normal", |random, _| normal(random)),
    ("offset 1e9", |random, _| 1e9 + normal(random)),
    ("offset 1e6, deviation 1e-3", |random, _| 1e6 + 1e-3 * normal(random)),
    ("decaying", |random, index| (1.0 + random.random::<f64>()) * 2f64.powi(-(index as i32 % 60))),
    ("spiked", |random, index| if index % 97 == 50 { 1e12 } else { normal(random) }),
    ("small integers", |random, _| f64::from((random.next_u64() >> 58) as u32)),
    ("every exponent", |random, _| f64::from_bits(random.next_u64() & !(1 << 62))),
];

fn normal(random: &mut ChaCha8Rng) -> f64 {
    let radius = (-2.0 * (1.0 - random.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * random.random::<f64>()).cos()
}

struct Series {
    distribution: usize,
    window: usize,
    values: Vec<f64>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let windows: usize = arguments.next().map_or(Ok(1_000_000), |word| word.parse())?;
    let seed: u64 = arguments.next().map_or(Ok(1), |word| word.parse())?;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let all: Vec<Series> = (0..windows.div_ceil(WINDOWS)).map(|index| draw(&mut random, index)).collect();
    let python = env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut child = Command::new(&python)
        .args(["-c", PYTHON])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{python}: {error}"))?;
    let stdin = child.stdin.take().ok_or("a pipe was asked for")?;
    let mut stdout = BufReader::new(child.stdout.take().ok_or("a pipe was asked for")?);
    let mut counts = [[0_usize; 2]; DISTRIBUTIONS.len()];
    thread::scope(|scope| -> Result<(), Box<dyn Error>> {
        let writer = scope.spawn(|| write(stdin, &all));
        for series in &all {
            let differing = compare(series, &mut stdout)?;
            counts[series.distribution][0] += WINDOWS;
            counts[series.distribution][1] += differing;
        }
        writer.join().map_err(|_| "the writing thread panicked")??;
        Ok(())
    })?;
    child.wait()?;
    for ((name, _), [compared, differing]) in DISTRIBUTIONS.iter().zip(counts) {
        println!("{name}: {compared} windows, {differing} differ");
    }
    let differing: usize = counts.iter().map(|[_, differing]| differing).sum();
    println!("seed {seed}, {}: {differing} of {} differ", exact::chosen().isa(), all.len() * WINDOWS);
    if differing > 0 { Err("not bit-identical".into()) } else { Ok(()) }
}

fn draw(random: &mut ChaCha8Rng, index: usize) -> Series {
    let distribution = index % DISTRIBUTIONS.len();
    let window = 1 + (random.next_u64() % 300) as usize;
    let (_, value) = DISTRIBUTIONS[distribution];
    let values = (0..window + WINDOWS - 1).map(|index| value(random, index)).collect();
    Series { distribution, window, values }
}

fn write(stdin: impl Write, all: &[Series]) -> std::io::Result<()> {
    let mut stdin = BufWriter::new(stdin);
    for series in all {
        stdin.write_all(&(series.window as u64).to_le_bytes())?;
        stdin.write_all(&(series.values.len() as u64).to_le_bytes())?;
        for value in &series.values {
            stdin.write_all(&value.to_le_bytes())?;
        }
    }
    stdin.flush()
}

/// How many windows differ, done by sliding or one by one.
fn compare(series: &Series, results: &mut impl Read) -> std::io::Result<usize> {
    let mut sliding = [0.0; WINDOWS];
    exact::sliding(&series.values, series.window, 0, &mut sliding);
    let mut differing = 0;
    for (window, got) in series.values.windows(series.window).zip(sliding) {
        let mut bytes = [0; 8];
        results.read_exact(&mut bytes)?;
        let expected = f64::from_le_bytes(bytes).to_bits();
        let whole = exact::standard_deviation(window, 0);
        differing += usize::from(got.to_bits() != expected || whole.to_bits() != expected);
    }
    Ok(differing)
}
