//! Do the ndarray crates keep their contract, with the failures that are declared and no others?

use breakeven_ndarray::contenders;
use breakeven_problem::{Contender, Distribution, Workload, conformance, inputs, judgement, oracle};

#[test]
fn ndarray_keeps_its_contract() {
    conformance::assert_conforms(&contenders()[0]);
}

#[test]
fn ndarray_stats_keeps_its_contract() {
    conformance::assert_conforms(&contenders()[1]);
}

#[test]
fn ndarray_is_wrong_on_offset_data_whatever_the_seed_as_declared() {
    let contender = &contenders()[0];
    let workload = Workload::whole(Distribution::Offset, 75, "test");
    assert!(contender.about().contract.known_failure(&workload.id).is_some());
    for seed in 1..=8 {
        let inputs = inputs::draw(&workload, seed).unwrap();
        let wrong = inputs.iter().any(|input| {
            let mut prepared = contender.prepare(&workload, &vec![input.clone()].into()).unwrap();
            prepared.run(0, 1).unwrap();
            let (answer, exact) = (prepared.answer().unwrap(), oracle::expected(&workload, input));
            let contract = contender.about().contract;
            !judgement::judge(&answer, &exact, workload.tolerance, contract, input).is_right()
        });
        assert!(wrong, "seed {seed}");
    }
}
