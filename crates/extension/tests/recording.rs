//! What `std.count_steps` and `std.std_bank` return and raise.

#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

#[path = "interpreter/cases.rs"]
mod cases;
mod interpreter;
#[path = "interpreter/packages.rs"]
mod packages;

use breakeven_problem::oracle::ExactBank;
use breakeven_problem::signal::MISSING;
use breakeven_problem::{Signal, bank};
use cases::evaluate;
use interpreter::{attach, run};
use packages::has_numpy;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

/// Calls on `walk`, a recording of 6 channels, the exception's type and its message.
const RAISES: &[(&str, &str, &str)] = &[
    (
        "count_steps(walk.T)",
        "ValueError",
        "count_steps needs rows x channels, with 3 or 6 channels, and this is 6 x 3000: turn it, as in a.T",
    ),
    (
        "count_steps(walk[:, :4])",
        "ValueError",
        "count_steps needs rows x channels, with 3 or 6 channels, and this is 3000 x 4",
    ),
    ("count_steps(walk[:, 0])", "ValueError", "count_steps needs rows x channels, two axes, and this has 1"),
    ("std_bank(walk[None])", "ValueError", "std_bank needs rows x channels, two axes, and this has 3"),
    ("count_steps(walk.astype('f8'))", "TypeError", INT16),
    ("count_steps(walk.astype('u2'))", "TypeError", INT16),
    ("count_steps(walk.tolist())", "TypeError", "count_steps: element 0 must be a real number, not list"),
    ("count_steps([1, 2, 3])", "TypeError", INT16),
    (
        "count_steps(None)",
        "TypeError",
        "count_steps needs a list or another iterable of numbers, not NoneType",
    ),
    (
        "std_bank(gaps, clean=False)",
        "ValueError",
        "std_bank: row 7, channel 2 is missing (-32768), and clean=False takes no missing sample",
    ),
];

const INT16: &str = "count_steps needs an array of int16, 2048 per g and 16.384 per degree per second: \
                     convert yours, as in numpy.rint(2048 * g).astype('int16')";

#[test]
fn the_synthetic_vector_has_its_forty_steps_and_its_checksum() {
    with_numpy(|py, names| {
        lend(py, names, "walk", &breakeven_pedometer::vector());
        run(
            py,
            names,
            "
count = std.count_steps(walk)
assert list(count) == ['steps', 'indices', 'sum_m'], count
assert count['steps'] == 40 and type(count['steps']) is int
assert count['indices'].dtype == np.int64 and count['indices'].tolist() == list(range(525, 2525, 50))
assert count['sum_m'] == [250782506, 137258748, 482309723, 945711031, 251099363, 483302555]
with_m = std.count_steps(walk, with_m=True)
assert with_m['m'].dtype == np.int32 and with_m['m'].shape == (3000, 6)
assert with_m['m'].sum(axis=0, dtype=np.int64).tolist() == count['sum_m']
assert with_m['m'][99:102, 0].tolist() == [16233, 16486, 16469]
assert (std.std_bank(walk) == with_m['m']).all()
three = std.count_steps(walk[:, :3], with_m=True)
assert (three['m'] == with_m['m'][:, :3]).all()
",
        );
    });
}

#[test]
fn every_layout_of_the_array_gives_the_same() {
    with_numpy(|py, names| {
        lend(py, names, "walk", &breakeven_pedometer::vector());
        run(
            py,
            names,
            "
right = std.std_bank(walk)
wide = np.zeros((6000, 9), np.int16); wide[::2, 1:7] = walk
unaligned = np.frombuffer(b'x' + walk.tobytes(), np.int8)[1:].view(np.int16).reshape(walk.shape)
fixed = walk.copy(); fixed.flags.writeable = False
for same in (np.asfortranarray(walk), wide[::2, 1:7], walk[::-1].copy()[::-1], unaligned, fixed,
             memoryview(walk), walk.astype('=i2')):
    assert (std.std_bank(same) == right).all()
    assert std.count_steps(same)['steps'] == 40
",
        );
    });
}

#[test]
fn gaps_and_short_recordings_give_the_references_answer() {
    let vector = breakeven_pedometer::vector();
    let mut gaps: Vec<Vec<i16>> =
        vector.channels().iter().map(|samples| samples[500..900].to_vec()).collect();
    gaps[0][..7].fill(MISSING);
    gaps[1][100..130].fill(MISSING);
    gaps[2][395..].fill(MISSING);
    gaps[3].fill(MISSING);
    gaps[4].iter_mut().step_by(3).for_each(|sample| *sample = MISSING);
    let mut recordings = vec![Signal::new(gaps).unwrap()];
    recordings.extend([0, 1, 2, 49, 50, 51, 200, 201, 700].map(|rows| vector.prefix(rows)));
    with_numpy(|py, names| {
        for signal in &recordings {
            let expected = breakeven_pedometer::count::<ExactBank>(signal);
            lend(py, names, "recording", signal);
            lend(py, names, "cleaned", &breakeven_pedometer::clean(signal));
            names.set_item("m", &expected.m).unwrap();
            names.set_item("steps", &expected.steps).unwrap();
            run(
                py,
                names,
                "
count = std.count_steps(recording, with_m=True)
assert count['indices'].tolist() == steps and count['steps'] == len(steps)
assert count['m'].T.tolist() == m and std.std_bank(recording).T.tolist() == m
assert count['sum_m'] == [sum(values) for values in m]
assert std.std_bank(cleaned, clean=False).T.tolist() == m
",
            );
        }
    });
}

#[test]
fn a_recording_longer_than_a_block_is_that_of_the_bank_in_one_piece() {
    let vector = breakeven_pedometer::vector();
    let long = |samples: &Vec<i16>| samples.iter().copied().cycle().take(70_001).collect::<Vec<i16>>();
    let signal = Signal::new(vector.channels()[..3].iter().map(long).collect()).unwrap();
    let expected = breakeven_pedometer::count::<breakeven_simd::SimdBank>(&signal);
    let cleaned = breakeven_pedometer::clean(&signal);
    assert_eq!(bank::run::<breakeven_simd::SimdBank>(cleaned.channels()), expected.m);
    with_numpy(|py, names| {
        lend(py, names, "recording", &signal);
        lend(py, names, "cleaned", &cleaned);
        for call in [
            "std_bank(recording)",
            "std_bank(cleaned, clean=False)",
            "count_steps(recording, with_m=True)['m']",
        ] {
            let m: Vec<Vec<i32>> =
                evaluate(py, names, &format!("std.{call}.T.tolist()")).unwrap().extract().unwrap();
            assert!(m == expected.m, "{call}");
        }
        let steps: Vec<usize> =
            evaluate(py, names, "std.count_steps(recording)['indices'].tolist()").unwrap().extract().unwrap();
        assert_eq!(steps, expected.steps);
    });
}

#[test]
fn what_is_no_recording_raises_and_says_what_to_do() {
    with_numpy(|py, names| {
        lend(py, names, "walk", &breakeven_pedometer::vector());
        run(py, names, "gaps = walk.copy(); gaps[7, 2] = gaps[7, 5] = gaps[9, 0] = -32768");
        for &(call, kind, message) in RAISES {
            let error = evaluate(py, names, &format!("std.{call}")).expect_err(call);
            let got_kind = error.get_type(py).name().unwrap().to_string();
            assert_eq!((got_kind.as_str(), error.value(py).to_string().as_str()), (kind, message), "{call}");
        }
    });
}

/// `signal` under this name: int16, rows x channels.
fn lend(py: Python<'_>, names: &Bound<'_, PyDict>, name: &str, signal: &Signal) {
    let mut bytes: Vec<u8> = Vec::new();
    for row in 0..signal.rows() {
        signal.channels().iter().for_each(|channel| bytes.extend(channel[row].to_ne_bytes()));
    }
    names.set_item("data", PyBytes::new(py, &bytes)).expect("a dict takes a name");
    let shape = (signal.rows(), signal.channels().len());
    run(py, names, &format!("{name} = np.frombuffer(data, np.int16).reshape({shape:?}).copy()"));
}

fn with_numpy(test: impl for<'py> FnOnce(Python<'py>, &Bound<'py, PyDict>)) {
    attach(|py| {
        let names = PyDict::new(py);
        run(py, &names, "import std");
        if has_numpy(py, &names) {
            test(py, &names);
        }
    });
}
