//! Does the conformance suite pass right contenders, and no others?

use breakeven_problem::bank::run;
use breakeven_problem::conformance::{self, Conformance};
use breakeven_problem::oracle::{self, ExactBank};
use breakeven_problem::{Bank, Contract, KnownFailure, RustContender};

fn check(contract: Contract, whole: impl Fn(&[f64], usize) -> f64 + Send + Sync + 'static) -> Conformance {
    conformance::check(&RustContender::new("test", "0", contract, "test").whole(whole))
}

fn check_sliding(contract: Contract, change: fn(f64) -> f64) -> Conformance {
    let kernel = move |values: &[f64], window, ddof, out: &mut [f64]| {
        for (out, exact) in out.iter_mut().zip(oracle::sliding(values, window, ddof)) {
            *out = change(exact);
        }
    };
    conformance::check(&RustContender::new("test", "0", contract, "test").sliding(kernel))
}

/// Larger by so many units in the last place, where the number is an ordinary one.
fn off(value: f64, ulp: u64) -> f64 {
    if value.is_normal() && value < 1e300 { f64::from_bits(value.to_bits() + ulp) } else { value }
}

fn names(conformance: &Conformance) -> Vec<&str> {
    conformance.violations().map(|case| case.name.as_str()).collect()
}

#[test]
fn the_oracle_keeps_every_contract() {
    for contract in [Contract::Exact, Contract::Fast, Contract::Peer(&[])] {
        let whole = check(contract, oracle::standard_deviation);
        whole.assert_holds();
        let sliding = check_sliding(contract, |exact| exact);
        sliding.assert_holds();
        assert_eq!(whole.cases.len() + sliding.cases.len(), conformance::cases().len());
    }
}

#[test]
fn exact_forgives_nothing() {
    assert!(
        !names(&check(Contract::Exact, |x, ddof| off(oracle::standard_deviation(x, ddof), 1))).is_empty()
    );
    assert!(!names(&check_sliding(Contract::Exact, |exact| off(exact, 1))).is_empty());
    assert!(
        !names(&check_sliding(Contract::Exact, |exact| if exact == 0.0 { -0.0 } else { exact })).is_empty()
    );
}

#[test]
fn fast_forgives_3_ulp_on_whole_and_8_on_sliding() {
    let whole = |ulp| check(Contract::Fast, move |x, ddof| off(oracle::standard_deviation(x, ddof), ulp));
    whole(3).assert_holds();
    assert!(!names(&whole(4)).is_empty());
    check_sliding(Contract::Fast, |exact| off(exact, 8)).assert_holds();
    assert!(!names(&check_sliding(Contract::Fast, |exact| off(exact, 9))).is_empty());
}

#[test]
fn fast_must_give_exactly_0_on_constants() {
    let almost = check_sliding(Contract::Fast, |exact| if exact == 0.0 { 1e-300 } else { exact });
    assert!(names(&almost).iter().any(|name| name.starts_with("case/constant-0.1-")));
    assert!(names(&almost).iter().any(|name| name.starts_with("case/flat-stretches-")));
}

#[test]
fn infinity_and_nan_are_not_interchangeable() {
    let poisoned = |exact: f64| if exact.is_nan() { f64::INFINITY } else { exact };
    let names_of = |conformance: Conformance| names(&conformance).join(" ");
    assert!(names_of(check_sliding(Contract::Peer(&[]), poisoned)).contains("case/nan-middle-"));
    let hidden = |exact: f64| if exact.is_nan() { 0.0 } else { exact };
    assert!(names_of(check_sliding(Contract::Peer(&[]), hidden)).contains("case/infinity-last-"));
}

#[test]
fn a_peer_with_cancelling_sums_is_found_out() {
    let textbook = |values: &[f64], ddof: usize| {
        let n = values.len() as f64;
        let (sum, squares) = values.iter().fold((0.0, 0.0), |(s, q), x| (s + x, q + x * x));
        ((squares - sum * sum / n) / (n - ddof as f64)).sqrt()
    };
    let conformance = check(Contract::Peer(&[]), textbook);
    let names = names(&conformance);
    assert!(names.contains(&"case/offset-n25-ddof0") && names.contains(&"case/nist-numacc4-n1001-ddof1"));
    assert!(!names.contains(&"case/uniform-n25-ddof0"), "it is right on ordinary data");
}

#[test]
fn a_declared_failure_is_no_violation_and_must_still_be_wrong() {
    const KNOWN: &[KnownFailure] = &[
        KnownFailure { place: "case/uniform-n25-*", symptom: "doubled", source: "test" },
        KnownFailure { place: "case/zeros-n*", symptom: "healed", source: "test" },
        KnownFailure { place: "case/no-such-case", symptom: "mistyped", source: "test" },
        KnownFailure { place: "whole/uniform-25", symptom: "not a case: judged elsewhere", source: "test" },
    ];
    let doubled = check(Contract::Peer(KNOWN), |x, ddof| 2.0 * oracle::standard_deviation(x, ddof));
    assert!(!names(&doubled).contains(&"case/uniform-n25-ddof0"));
    assert!(names(&doubled).contains(&"case/uniform-n17-ddof0"));
    let healed: Vec<&str> = doubled.healed().map(|(place, _)| place).collect();
    assert_eq!(healed, ["case/zeros-n*", "case/no-such-case"]);
}

#[test]
#[should_panic(expected = "case/no-such-case")]
fn a_healed_declaration_alone_fails_the_suite() {
    const KNOWN: &[KnownFailure] =
        &[KnownFailure { place: "case/no-such-case", symptom: "mistyped", source: "test" }];
    check(Contract::Peer(KNOWN), oracle::standard_deviation).assert_holds();
}

#[test]
fn a_call_that_panics_is_wrong_where_it_does() {
    let panics = |values: &[f64], ddof| {
        assert!(values.len() != 9, "nine values");
        oracle::standard_deviation(values, ddof)
    };
    let conformance = check(Contract::Exact, panics);
    assert!(names(&conformance).contains(&"case/uniform-n9-ddof0"));
    assert!(conformance.violations().all(|case| case.name.contains("-n9-")));
    assert!(conformance.to_string().contains("panicked"), "the table says why:\n{conformance}");
}

#[test]
#[should_panic(expected = "offers no case")]
fn a_contender_that_offers_nothing_does_not_conform() {
    conformance::assert_conforms(&RustContender::new("test", "0", Contract::Exact, "test"));
}

/// Exact but for one M in a hundred rows, which is one more.
struct OneMore(ExactBank, usize);

impl Bank for OneMore {
    fn new(channels: usize) -> Self {
        Self(ExactBank::new(channels), 0)
    }

    fn push(&mut self, cleaned: &[&[i16]], m: &mut [&mut [i32]]) {
        self.0.push(cleaned, m);
        for (row, value) in m[0].iter_mut().enumerate() {
            *value += i32::from((self.1 + row) % 100 == 99 && *value > 1_000_000);
        }
        self.1 += m[0].len();
    }
}

/// Exact, but every block starts from the beginning.
struct Forgetful(usize);

impl Bank for Forgetful {
    fn new(channels: usize) -> Self {
        Self(channels)
    }

    fn push(&mut self, cleaned: &[&[i16]], m: &mut [&mut [i32]]) {
        ExactBank::new(self.0).push(cleaned, m);
    }
}

#[test]
#[should_panic(expected = "M is ")]
fn an_exact_bank_may_not_differ_in_one_m() {
    conformance::assert_bank_conforms::<OneMore>(Contract::Exact);
}

#[test]
fn a_float_bank_may_differ_in_one_m() {
    conformance::assert_bank_conforms::<OneMore>(Contract::Peer(&[]));
}

#[test]
#[should_panic(expected = "blocks of 1 rows")]
fn a_bank_may_not_forget_between_blocks() {
    conformance::assert_bank_conforms::<Forgetful>(Contract::Exact);
}

#[test]
fn the_exact_bank_gives_the_specified_m_on_a_square_wave() {
    // 50 samples of +1 and -1: V = 50 * 50, sd = 1 exactly, so width 50 adds 16 at row 50.
    let cleaned = vec![(0..51).map(|row| if row % 2 == 0 { 1 } else { -1 }).collect::<Vec<i16>>()];
    let m = run::<ExactBank>(&cleaned);
    assert_eq!(m[0][..50], [0; 50]);
    assert_eq!(m[0][50], 16);
}
