//! Does the answer depend on how the rows are cut into chunks?

use breakeven_pedometer::{Channels, Stream, clean, count, vector};
use breakeven_problem::oracle::ExactBank;
use breakeven_problem::signal::MISSING;
use breakeven_problem::{Count, Signal, bank};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

const SEED: u64 = 20_260_101;

#[test]
fn chunks_of_any_size_give_the_bits_of_one_call() {
    for (name, signal) in signals() {
        let whole = count::<ExactBank>(&signal);
        assert_eq!(whole.m, bank::run::<ExactBank>(clean(&signal).channels()), "{name}: stage by stage");
        for rows in [1, 7, 100, 4096] {
            let (kept, drained) = in_chunks(&signal, rows);
            assert_eq!(kept, whole, "{name} in chunks of {rows} rows, seed {SEED}");
            assert_eq!(drained, whole, "{name} in chunks of {rows} rows, emptied between calls, seed {SEED}");
        }
    }
}

#[test]
fn a_recording_of_fewer_than_201_rows_has_m_and_no_steps() {
    // every third sample left out: three steps a second, so that 200 rows hold more than four
    let hasten = |samples: &Vec<i16>| (1..2100).filter(|row| row % 3 != 0).map(|row| samples[row]).collect();
    let fast: Vec<Vec<i16>> = vector().channels().iter().map(hasten).collect();
    let walking = |rows: usize| {
        let channels = fast.iter().map(|samples| samples[600..600 + rows].to_vec()).collect();
        count::<ExactBank>(&Signal::new(channels).unwrap())
    };
    for rows in [0, 1, 2, 49, 50, 51, 100, 101, 102, 137, 138, 139, 199, 200] {
        let Count { m, steps } = walking(rows);
        assert!(m.len() == 6 && m.iter().all(|values| values.len() == rows), "{rows} rows");
        assert_eq!(steps, [], "{rows} rows");
    }
    assert!(walking(201).steps.len() >= 4, "201 rows of walking are enough");
}

#[test]
fn a_recording_without_a_valid_sample_is_still() {
    for channels in [3, 6] {
        let Count { m, steps } =
            count::<ExactBank>(&Signal::new(vec![vec![MISSING; 500]; channels]).unwrap());
        assert!(m.iter().flatten().all(|&value| value == 0) && steps.is_empty());
    }
}

#[test]
fn what_a_stream_holds_back_is_bounded_by_its_delay() {
    let signal = vector();
    let channels: Vec<&[i16]> = signal.channels().iter().map(Vec::as_slice).collect();
    let (mut stream, mut count) = (Stream::<ExactBank>::new(Channels::of(&signal)), Count::default());
    for row in 0..signal.rows() {
        let chunk: Vec<&[i16]> = channels.iter().map(|samples| &samples[row..=row]).collect();
        stream.push(&chunk, &mut count);
        assert_eq!(count.m[0].len(), if row == 0 { 1 } else { row }, "M is one row behind");
        // from the fourth step on: 7 + 7 + 100 rows for the mean, 25 to be the highest, 1 for the median
        let due = (525..=2475).step_by(50).filter(|step| step + 140 <= row).count();
        if due >= 4 {
            assert_eq!(count.steps.len(), due, "after row {row}");
        }
    }
}

/// Signals that are hard to cut, by name.
fn signals() -> Vec<(String, Signal)> {
    let mut generator = ChaCha8Rng::seed_from_u64(SEED);
    let mut named = vec![("the vector".to_owned(), vector())];
    let mut with = |name: &str, change: &mut dyn FnMut(&mut Vec<Vec<i16>>)| {
        let mut channels = vector().channels().to_vec();
        change(&mut channels);
        named.push((name.to_owned(), Signal::new(channels).expect("six even channels")));
    };
    with("missing at both ends", &mut |channels| {
        channels.iter_mut().for_each(|samples| samples[..333].fill(MISSING));
        channels.iter_mut().for_each(|samples| samples[2700..].fill(MISSING));
    });
    with("missing at the ends of one channel each", &mut |channels| {
        channels[2][..1000].fill(MISSING);
        channels[4][1500..].fill(MISSING);
    });
    with("a whole channel missing", &mut |channels| channels[1].fill(MISSING));
    with("all missing", &mut |channels| channels.iter_mut().for_each(|samples| samples.fill(MISSING)));
    with("runs that overlap across channels", &mut |channels| {
        for (channel, samples) in channels.iter_mut().enumerate() {
            samples[700 + 90 * channel..1000 + 90 * channel].fill(MISSING);
        }
    });
    with("every second sample missing", &mut |channels| {
        channels.iter_mut().flat_map(|samples| samples.iter_mut().step_by(2)).for_each(|s| *s = MISSING);
    });
    with("many random runs", &mut |channels| {
        for _ in 0..60 {
            let (channel, row) = (generator.next_u32() as usize % 6, generator.next_u32() as usize % 2900);
            let length = 1 + generator.next_u32() as usize % 100;
            channels[channel][row..row + length].fill(MISSING);
        }
    });
    with("the largest magnitudes", &mut |channels| {
        for samples in channels.iter_mut() {
            for (row, sample) in samples.iter_mut().enumerate() {
                *sample = if row / 25 % 2 == 0 { 32767 } else { -32767 };
            }
        }
    });
    with("random full range", &mut |channels| {
        for sample in channels.iter_mut().flatten() {
            *sample = generator.next_u32() as i16;
        }
    });
    with("three channels", &mut |channels| channels.truncate(3));
    for rows in [0, 1, 2, 3, 50, 100, 101, 138, 200, 201, 202, 230] {
        with(&format!("{rows} rows of walking"), &mut |channels| {
            channels.iter_mut().for_each(|samples| *samples = samples[600..600 + rows].to_vec());
        });
    }
    named
}

/// The count in chunks of `rows` rows: kept by the caller, and emptied between two calls.
fn in_chunks(signal: &Signal, rows: usize) -> (Count, Count) {
    let channels = Channels::of(signal);
    let (mut stream, mut kept) = (Stream::<ExactBank>::new(channels), Count::default());
    let (mut again, mut part) = (Stream::<ExactBank>::new(channels), Count::default());
    let mut drained = Count { m: vec![Vec::new(); channels.number()], steps: Vec::new() };
    let mut drain = |part: &mut Count| {
        let Count { m, steps } = std::mem::take(part);
        drained.m.iter_mut().zip(m).for_each(|(all, values)| all.extend(values));
        drained.steps.extend(steps);
    };
    for start in (0..signal.rows()).step_by(rows) {
        let end = (start + rows).min(signal.rows());
        let chunk: Vec<&[i16]> = signal.channels().iter().map(|samples| &samples[start..end]).collect();
        stream.push(&chunk, &mut kept);
        again.push(&chunk, &mut part);
        drain(&mut part);
    }
    stream.finish(&mut kept);
    again.finish(&mut part);
    drain(&mut part);
    (kept, drained)
}
