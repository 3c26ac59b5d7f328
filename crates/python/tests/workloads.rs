//! On the numbers that are timed: is what is declared wrong wrong, and everything else right?

#![expect(clippy::print_stdout, reason = "a test that is skipped says so, and the rest is worth reading")]

use std::sync::Arc;

use breakeven_problem::judgement::judge;
use breakeven_problem::{
    Answer, Contender, Contract, Data, Distribution, Judgement, Refusal, Workload, inputs, oracle,
};
use breakeven_python::PythonContender;

/// Cases that declare where `whole` and `sliding` are wrong are tested in `conformance.rs`; workloads here.
#[test]
fn what_is_declared_of_workloads_is_so_and_nothing_else_is_wrong() {
    let contenders = breakeven_python::contenders();
    let mut wrong: Vec<(String, String)> = Vec::new();
    let mut judged: Vec<String> = Vec::new();
    for workload in workloads() {
        let inputs: Arc<[Data]> = inputs::draw(&workload, 1).expect("a seeded workload").into();
        let expected: Vec<Answer> = inputs.iter().map(|input| oracle::expected(&workload, input)).collect();
        for contender in contenders.iter().filter(|contender| contender.offers(&workload)) {
            let about = contender.about();
            let is_declared = about.contract.known_failure(&workload.id).is_some();
            if about.contract == Contract::Control || (workload.length > 100_000 && !is_declared) {
                continue;
            }
            let judgement = match judgement(contender, &workload, &inputs, &expected) {
                Ok(judgement) => judgement,
                Err(refusal) => {
                    println!("skipped: {} on {}: {refusal}", about.id, workload.id);
                    continue;
                }
            };
            let worst = judgement.max_relative.map_or("-".to_owned(), |error| format!("{error:.1e}"));
            let complaint = judgement.wrong.as_deref().unwrap_or("right");
            println!("{:<26} {:<26} {worst:<8} {complaint}", workload.id, about.id);
            judged.push(about.id.clone());
            if !judgement.is_right() {
                wrong.push((about.id.clone(), workload.id.clone()));
                let known = about.contract.known_failure(&workload.id);
                assert!(
                    known.is_some(),
                    "{} is not known to be wrong on {}: {complaint}",
                    about.id,
                    workload.id
                );
            }
        }
    }
    for contender in contenders.iter().filter(|contender| judged.contains(&contender.about().id)) {
        let Contract::Peer(known) = contender.about().contract else { continue };
        let id = &contender.about().id;
        for failure in known {
            for place in failure.patterns().filter(|place| !place.starts_with("case/")) {
                let one = breakeven_problem::KnownFailure { place, ..*failure };
                let is_wrong =
                    wrong.iter().any(|(contender, workload)| contender == id && one.covers(workload));
                assert!(is_wrong, "{id} is declared wrong on {place}, and is right");
            }
        }
    }
}

/// Every distribution, as the tables of workloads have it, and where errors are known to be larger.
fn workloads() -> Vec<Workload> {
    let whole = Distribution::ALL.map(|distribution| Workload::whole(distribution, 75, ""));
    let sliding = Distribution::ALL.map(|distribution| Workload::sliding(distribution, 100_000, 75, ""));
    let more = [
        Workload::whole(Distribution::Uniform, 20_000, ""),
        Workload::whole(Distribution::Offset, 1000, ""),
        Workload::sliding(Distribution::Uniform, 100_000, 2, ""),
        Workload::sliding(Distribution::Uniform, 1_000_000, 10, "for contenders that declare it"),
    ];
    whole.into_iter().chain(sliding).chain(more).map(Workload::with_one_input).collect()
}

fn judgement(
    contender: &PythonContender,
    workload: &Workload,
    inputs: &Arc<[Data]>,
    expected: &[Answer],
) -> Result<Judgement, Refusal> {
    let mut prepared = contender.prepare(workload, inputs)?;
    let mut worst = Judgement::default();
    for (input, expected) in expected.iter().enumerate() {
        prepared.run(input, 1)?;
        let answer = prepared.answer()?;
        let contract = contender.about().contract;
        worst = worst.and(judge(&answer, expected, workload.tolerance, contract, &inputs[input]));
    }
    Ok(worst)
}
