//! Do the ndarray crates keep their contract, with the failures that are declared and no others?

use breakeven_ndarray::{NdarrayBank, contenders};
use breakeven_problem::{
    Contender, Contract, Distribution, RustContender, Workload, conformance, inputs, judgement, oracle,
};

#[test]
fn ndarray_keeps_its_contract() {
    conformance::assert_conforms(&contenders()[0]);
}

#[test]
fn ndarray_stats_keeps_its_contract() {
    conformance::assert_conforms(&contenders()[1]);
}

#[test]
fn the_bank_agrees_with_the_reference_within_what_floats_may_differ() {
    conformance::assert_bank_conforms::<NdarrayBank>(Contract::Peer(&[]));
}

#[test]
fn ndarray_is_wrong_on_offset_data_whatever_the_seed_as_declared() {
    let contender = &contenders()[0];
    for workload in [
        Workload::whole(Distribution::Offset, 75, "test"),
        Workload::sliding(Distribution::Offset, 1000, 75, "test"),
    ] {
        assert!(contender.about().contract.known_failure(&workload.id).is_some());
        for seed in 1..=8 {
            assert!(is_wrong(contender, &workload, seed), "{}, seed {seed}", workload.id);
        }
    }
}

#[test]
fn every_distribution_that_is_not_declared_is_right() {
    for contender in contenders() {
        for distribution in Distribution::ALL {
            let workload = Workload::sliding(distribution, 20_000, 75, "test").with_one_input();
            if contender.about().contract.known_failure(&workload.id).is_none() {
                assert!(!is_wrong(&contender, &workload, 1), "{}, {}", contender.about().id, workload.id);
            }
        }
    }
}

#[test]
fn windows_that_take_many_seconds_a_call_are_declined() {
    for contender in contenders() {
        let offers = |length, window| {
            contender.offers(&Workload::sliding(Distribution::Uniform, length, window, "test"))
        };
        assert!(offers(1_000_000, 100));
        assert!(!offers(1_000_000, 1_000));
        assert!(!offers(1_000_000, 100_000));
        assert!(contender.offers(&Workload::whole(Distribution::Uniform, 20_000, "test")));
    }
}

fn is_wrong(contender: &RustContender, workload: &Workload, seed: u64) -> bool {
    inputs::draw(workload, seed).expect("a seeded workload").iter().any(|input| {
        let mut prepared = contender.prepare(workload, &vec![input.clone()].into()).expect("a series");
        prepared.run(0, 1).expect("it cannot fail");
        let (answer, exact) = (prepared.answer().expect("it has run"), oracle::expected(workload, input));
        let contract = contender.about().contract;
        !judgement::judge(&answer, &exact, workload.tolerance, contract, input).is_right()
    })
}
