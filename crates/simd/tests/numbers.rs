//! Do other types and shapes give what the oracle gives for the same numbers?

use breakeven_problem::judgement::ulps;
use breakeven_problem::oracle;
use breakeven_simd::{Kernel, Number, OutOfSlice, Strided, standard_deviation, standard_deviation_of};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Around every border of the kernels' schemes: lanes, pairs, fours, short arrays, blocks.
const LENGTHS: [usize; 25] = [
    1, 2, 3, 7, 8, 9, 15, 16, 17, 25, 63, 64, 100, 127, 128, 129, 300, 511, 512, 513, 519, 520, 1024, 1031,
    2600,
];

/// Where the sums are exact: half an ulp each for two roundings, the quotient's and the root's.
const INTEGER_ULPS: f64 = 2.0;

fn assert_integers<T: Number<Deviation = f64> + Into<f64>>(name: &str, draw: impl Fn(u64) -> T) {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    for n in LENGTHS {
        let values: Vec<T> = (0..n).map(|_| draw(random.next_u64())).collect();
        let widened: Vec<f64> = values.iter().map(|value| (*value).into()).collect();
        for ddof in [0, 1] {
            let exact = oracle::standard_deviation(&widened, ddof);
            for kernel in Kernel::available() {
                let got = kernel.standard_deviation_of(&values, ddof);
                let close = got.is_nan() && exact.is_nan() || ulps(got, exact) <= INTEGER_ULPS;
                assert!(close, "{name}, n {n}, ddof {ddof}, {}: {got:e}, exact {exact:e}", kernel.isa());
            }
        }
    }
}

#[test]
fn integers_of_up_to_32_bits_are_within_two_ulp_up_to_their_extremes() {
    assert_integers("i8", |bits| bits as i8);
    assert_integers("u8", |bits| bits as u8);
    assert_integers("i16", |bits| bits as i16);
    assert_integers("u16", |bits| bits as u16);
    assert_integers("i32", |bits| bits as i32);
    assert_integers("u32", |bits| bits as u32);
    assert_integers("extreme i16", |bits| if bits & 1 == 0 { i16::MIN } else { i16::MAX });
    assert_integers("extreme i32", |bits| if bits & 1 == 0 { i32::MIN } else { i32::MAX });
    assert_integers("extreme u32", |bits| if bits & 1 == 0 { 0 } else { u32::MAX });
    assert_integers("all u32::MAX", |_| u32::MAX);
    assert_integers("neighbours", |bits| i32::MAX - (bits & 1) as i32);
}

/// d k + offset has the standard deviation of the d, times k; the d k are exact as doubles.
#[test]
fn integers_of_64_bits_are_within_two_ulp_where_doubles_cannot_hold_them() {
    let mut random = ChaCha8Rng::seed_from_u64(12);
    for n in LENGTHS {
        for (bits, scale, offset) in [
            (1, 1, i64::MAX - 1),
            (3, 1, i64::MIN),
            (20, 1 << 40, 1),
            (50, 1 << 13, i64::MIN + 4567),
            (53, 1 << 10, i64::MIN),
            (40, 1, (1 << 53) + 1),
        ] {
            let steps: Vec<i64> = (0..n).map(|_| (random.next_u64() >> (64 - bits)) as i64).collect();
            let values: Vec<i64> = steps.iter().map(|step| step * scale + offset).collect();
            let unsigned: Vec<u64> = values.iter().map(|value| value.wrapping_sub(i64::MIN) as u64).collect();
            let widened: Vec<f64> = steps.iter().map(|step| (step * scale) as f64).collect();
            for ddof in [0, 1] {
                let exact = oracle::standard_deviation(&widened, ddof);
                for got in [standard_deviation_of(&values, ddof), standard_deviation_of(&unsigned, ddof)] {
                    let close = got.is_nan() && exact.is_nan() || ulps(got, exact) <= INTEGER_ULPS;
                    assert!(
                        close,
                        "n {n}, {bits} bits, scale {scale}, ddof {ddof}: {got:e}, exact {exact:e}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_ends_of_64_bits_lose_nothing() {
    // (2^64 - 1) / 2 is a tie, and 2^63 is even
    for pairs in [1, 2, 3, 100, 5000] {
        let values = [i64::MIN, i64::MAX].repeat(pairs);
        assert_eq!(standard_deviation_of(&values, 0), 2f64.powi(63), "{pairs} pairs");
        assert_eq!(standard_deviation_of(&[u64::MAX, 0].repeat(pairs), 0), 2f64.powi(63));
    }
    assert_eq!(standard_deviation_of(&[i64::MAX; 1000], 0).to_bits(), 0);
    assert_eq!(standard_deviation_of(&[i64::MIN; 3], 1).to_bits(), 0);
    assert_eq!(standard_deviation_of(&[u64::MAX, u64::MAX - 2], 0), 1.0);
    // one that differs by 2^64 - 1 among n: (2^64 - 1) sqrt(n - 1) / n
    let mut values = vec![0; 10_001];
    values[7] = u64::MAX;
    assert_eq!(standard_deviation_of(&values, 0), 2f64.powi(64) * 100.0 / 10_001.0);
}

#[test]
fn f32_is_the_exact_value_rounded_to_f32() {
    let mut random = ChaCha8Rng::seed_from_u64(13);
    let finite = |bits: u64| {
        let value = f32::from_bits(bits as u32);
        if value.is_finite() { value } else { 1.0 }
    };
    let families: [(&str, &dyn Fn(u64) -> f32); 6] = [
        ("every exponent", &finite),
        ("subnormal", &|bits| f32::from_bits(bits as u32 >> 12)),
        ("smallest", &|bits| f32::from_bits(bits as u32 & 3)),
        ("extreme", &|bits| if bits & 1 == 0 { f32::MAX } else { -f32::MAX }),
        ("neighbours of 1e6", &|bits| if bits & 1 == 0 { 1e6 } else { 1e6_f32.next_up() }),
        ("uniform", &|bits| (bits >> 40) as f32 / 16_777_216.0),
    ];
    for (name, value) in families {
        for n in LENGTHS {
            let values: Vec<f32> = (0..n).map(|_| value(random.next_u64())).collect();
            let widened: Vec<f64> = values.iter().map(|value| f64::from(*value)).collect();
            for ddof in [0, 1] {
                let exact = oracle::standard_deviation(&widened, ddof) as f32;
                let got = standard_deviation_of(&values, ddof);
                assert!(
                    got == exact || got.is_nan() && exact.is_nan(),
                    "{name}, n {n}, ddof {ddof}: {got:e}, exact {exact:e}"
                );
            }
        }
    }
}

#[test]
fn f32_that_are_not_finite_give_nan_and_equal_ones_zero() {
    for n in LENGTHS {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let mut values = vec![1.5; n];
            values[n / 2] = bad;
            assert!(standard_deviation_of(&values, 0).is_nan(), "{bad} among {n}");
        }
        assert_eq!(standard_deviation_of(&vec![0.1_f32; n], 0).to_bits(), 0);
        assert_eq!(standard_deviation_of(&vec![f32::MAX; n], 0).to_bits(), 0);
    }
    assert!(standard_deviation_of(&[] as &[f32], 0).is_nan());
    assert_eq!(standard_deviation_of(&[f32::MAX, -f32::MAX], 1), f32::INFINITY);
}

/// Values whose first pass decides, does not, and leaves the ordinary range.
fn series(name: &str, n: usize) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(14);
    let mut uniform = || (random.next_u64() >> 11) as f64 / 2f64.powi(53);
    let mut values: Vec<f64> = (0..n).map(|_| uniform()).collect();
    match name {
        "uniform" => {}
        "second pass" => (0..n).step_by((n / 16).max(1)).for_each(|place| values[place] += 1e4),
        "equal" => values.fill(0.3),
        "not finite" => values[n / 3] = f64::NAN,
        "tiny" => values.iter_mut().for_each(|value| *value *= 1e-200),
        name => panic!("no series {name}"),
    }
    values
}

#[test]
fn a_view_has_the_bits_of_its_values_side_by_side() {
    for name in ["uniform", "second pass", "equal", "not finite", "tiny"] {
        for n in LENGTHS {
            let values = series(name, n);
            let expected = standard_deviation(&values, 0);
            for stride in [1_isize, 2, 3, 17, -1, -2, -7] {
                let step = stride.unsigned_abs();
                let mut table = vec![f64::INFINITY; 5 + n * step];
                for (index, value) in values.iter().enumerate() {
                    let row = if stride > 0 { index } else { n - 1 - index };
                    table[4 + row * step] = *value;
                }
                let first = if stride > 0 { 4 } else { 4 + (n - 1) * step };
                let view = Strided::new(&table, first, stride, n).unwrap();
                for kernel in Kernel::available() {
                    let got = kernel.standard_deviation_of(view, 0);
                    let same = got.to_bits() == expected.to_bits() || got.is_nan() && expected.is_nan();
                    assert!(same, "{name}, n {n}, stride {stride}, {}: {got:e}, {expected:e}", kernel.isa());
                }
            }
        }
    }
}

#[test]
fn a_view_of_integers_sees_its_values_only() {
    let table: Vec<i16> = (0..3000).map(|index| if index % 3 == 1 { index } else { i16::MIN }).collect();
    let values: Vec<i16> = table.iter().copied().skip(1).step_by(3).collect();
    let expected = standard_deviation_of(&values, 1);
    assert_eq!(standard_deviation_of(Strided::new(&table, 1, 3, 1000).unwrap(), 1), expected);
    assert_eq!(standard_deviation_of(Strided::new(&table, 2998, -3, 1000).unwrap(), 1), expected);
    let wide: Vec<i64> = table.iter().map(|value| i64::from(*value)).collect();
    assert_eq!(standard_deviation_of(Strided::new(&wide, 2998, -3, 1000).unwrap(), 1), expected);
}

#[test]
fn a_view_that_stands_still_has_equal_values_and_an_empty_one_none() {
    let values = [1.0_f64, 2.0];
    assert_eq!(standard_deviation_of(Strided::new(&values, 1, 0, 700).unwrap(), 0), 0.0);
    assert!(standard_deviation_of(Strided::new(&values, 9, 5, 0).unwrap(), 0).is_nan());
    assert!(standard_deviation_of(Strided::new(&[] as &[i64], 0, 1, 0).unwrap(), 0).is_nan());
}

#[test]
fn a_view_beyond_its_slice_is_refused() {
    let values = [0_i16; 10];
    for (first, stride, count) in
        [(10, 1, 1), (0, 1, 11), (0, 5, 3), (3, -2, 3), (0, isize::MAX, 3), (0, isize::MIN, usize::MAX)]
    {
        let refused: OutOfSlice = Strided::new(&values, first, stride, count).unwrap_err();
        assert!(refused.to_string().contains("slice of 10 values"), "{refused}");
    }
    assert_eq!(Strided::new(&values, 8, -2, 5).unwrap().count(), 5);
}

#[test]
fn a_million_integers_are_exact() {
    let mut random = ChaCha8Rng::seed_from_u64(15);
    let values: Vec<i32> = (0..1_000_003).map(|_| random.next_u64() as i32).collect();
    let widened: Vec<f64> = values.iter().map(|value| f64::from(*value)).collect();
    let exact = oracle::standard_deviation(&widened, 0);
    assert!(ulps(standard_deviation_of(&values, 0), exact) <= INTEGER_ULPS);
    let wide: Vec<i64> = values.iter().map(|value| i64::from(*value) << 32).collect();
    assert_eq!(standard_deviation_of(&wide, 0), standard_deviation_of(&values, 0) * 2f64.powi(32));
}
