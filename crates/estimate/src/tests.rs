//! Estimates from hand-made records, against figures worked out by hand.

use breakeven_record::contender_id::{AA_CONTROL, REFERENCE};
use breakeven_record::place::Place;
use breakeven_record::{Call, InputRecord, Outcome, Run};

use super::*;

fn values(values: &[f64]) -> Vec<ProcessValue> {
    values.iter().enumerate().map(|(process, &value)| ProcessValue { process, value }).collect()
}

/// One contender: per process, either batches in rounds or calls of `(length, ns)`.
enum Timed<'a> {
    Rounds { loops: u64, batches_ns: &'a [&'a [u64]] },
    Calls { reference_ns: u64, calls: &'a [&'a [(usize, u64)]] },
}

fn contender(id: &str, timed: Timed<'_>) -> ContenderRecord {
    let samples: Vec<Samples> = match timed {
        Timed::Rounds { loops, batches_ns } => batches_ns
            .iter()
            .map(|batches| Samples::Rounds { group: 0, loops, batches_ns: batches.to_vec() })
            .collect(),
        Timed::Calls { reference_ns, calls } => calls
            .iter()
            .map(|calls| {
                let call = |&(length, ns): &(usize, u64)| Call {
                    length,
                    ns,
                    reference_loops: 10,
                    reference_before_ns: 10 * reference_ns - 5,
                    reference_after_ns: 10 * reference_ns + 5,
                };
                Samples::Calls { calls: calls.iter().map(call).collect() }
            })
            .collect(),
    };
    ContenderRecord {
        runs: samples
            .into_iter()
            .enumerate()
            .map(|(process, samples)| Run { process, place: Place::Worker, samples })
            .collect(),
        ..ContenderRecord::unvisited(id, "slice", "peer")
    }
}

fn workload(task: &str, length: usize, contenders: Vec<ContenderRecord>) -> WorkloadRecord {
    let channels = 3;
    WorkloadRecord {
        id: "test".into(),
        task: task.into(),
        why: "test".into(),
        input: InputRecord {
            kind: "seeded".into(),
            name: "test".into(),
            note: None,
            sha256: Vec::new(),
            rows: length,
            channels,
            dtype: "f64".into(),
        },
        length,
        window: None,
        ddof: 0,
        units: if task == "whole" { 1 } else { bank::units(length, channels) },
        baseline: contenders[0].id.clone(),
        contenders,
    }
}

#[test]
fn sign_test_ranks_are_those_of_the_binomial_distribution() {
    // coverages computed independently: 6 -> 96.9 % (k 1), 10 -> 97.9 % (k 2), 12 -> 96.1 % (k 3),
    // 20 -> 95.9 % (k 6), 30 -> 95.7 % (k 10)
    for (processes, rank) in
        [(5, None), (6, Some(1)), (8, Some(1)), (10, Some(2)), (12, Some(3)), (20, Some(6)), (30, Some(10))]
    {
        assert_eq!(sign_test_rank(processes, 1), rank, "{processes} processes");
    }
    // the least number of processes for m comparisons at once
    for (comparisons, least) in [(1, 6), (2, 7), (3, 7), (4, 8), (6, 8), (8, 9), (12, 9), (20, 10)] {
        assert_eq!(sign_test_rank(least, comparisons), Some(1), "{comparisons} comparisons");
        assert_eq!(sign_test_rank(least - 1, comparisons), None, "{comparisons} comparisons");
    }
    assert_eq!(sign_test_rank(0, 1), None);
}

#[test]
fn the_interval_is_made_of_order_statistics() {
    let ten = values(&[5.0, 3.0, 9.0, 1.0, 7.0, 2.0, 8.0, 4.0, 10.0, 6.0]);
    assert_eq!(over_processes(&ten, 1), Some(Estimate { value: 5.5, low: 2.0, high: 9.0 }));
    assert_eq!(over_processes(&ten, 20), Some(Estimate { value: 5.5, low: 1.0, high: 10.0 }));
    assert_eq!(over_processes(&ten[..5], 1), None);
}

#[test]
fn rounds_are_paired_before_the_median_is_taken() {
    // both slow down together in the second round: the ratio does not see it
    let base = contender("base", Timed::Rounds { loops: 1, batches_ns: &[&[100, 1000, 110]] });
    let twice = contender("twice", Timed::Rounds { loops: 2, batches_ns: &[&[400, 4000, 440]] });
    let record = workload("whole", 4, vec![base, twice]);
    let ratios = log_ratios(&record, "twice", "base");
    assert_eq!(ratios.len(), 1);
    assert!((ratios[0].value - 2f64.ln()).abs() < 1e-12);
    let per_call = ns_per_unit(&record, "twice");
    assert!((per_call[0].value - 220.0).abs() < 1e-9);
}

#[test]
fn a_single_call_is_compared_with_rounds_through_the_reference_workload() {
    // the processor runs at half speed while the slow call is made: its reference shows it
    let base = contender("base", Timed::Rounds { loops: 1, batches_ns: &[&[1000, 1000]] });
    let reference = contender(REFERENCE, Timed::Rounds { loops: 1, batches_ns: &[&[100, 100]] });
    let slow = contender("slow", Timed::Calls { reference_ns: 200, calls: &[&[(500, 40_000)]] });
    let record = workload("pedometer", 500, vec![base, reference, slow]);
    let ratios = log_ratios(&record, "slow", "base");
    assert!((ratios[0].value - 20f64.ln()).abs() < 1e-9, "{ratios:?}");
}

#[test]
fn prefixes_predict_the_whole_in_proportion_and_their_noise_is_averaged() {
    let units = |length: usize| bank::units(length, 3);
    // 10 ns per standard deviation, but the first prefix took 20 % more and the last one 5 % less
    let calls: Vec<(usize, u64)> =
        vec![(201, 12 * units(201)), (301, 10 * units(301)), (401, 19 * units(401) / 2)];
    let slow = contender("slow", Timed::Calls { reference_ns: 100, calls: &[&calls] });
    let record = workload("pedometer", 359_786, vec![slow]);
    let all: u64 = calls.iter().map(|call| call.1).sum();
    let expected = all as f64 / (units(201) + units(301) + units(401)) as f64 * units(359_786) as f64;
    assert!((ns_per_unit(&record, "slow")[0].value / expected - 1.0).abs() < 1e-9);
    let predicted = (calls[0].1 + calls[1].1) as f64 / (units(201) + units(301)) as f64;
    let error = predicted / (calls[2].1 as f64 / units(401) as f64) - 1.0;
    assert!((extrapolation_errors(&record, "slow")[0].value - error).abs() < 1e-9);
    assert_eq!(measured_units(&record, &record.contenders[0]), units(401));
}

#[test]
fn the_call_on_the_whole_input_checks_the_extrapolation_and_is_no_part_of_it() {
    let cost = |length: usize| 10 * bank::units(length, 3);
    let prefixes: Vec<(usize, u64)> = [201, 301, 401].iter().map(|&length| (length, cost(length))).collect();
    let mut slow = contender("slow", Timed::Calls { reference_ns: 100, calls: &[&prefixes[..]; 2] });
    let whole =
        contender("whole", Timed::Calls { reference_ns: 100, calls: &[&[(359_786, cost(359_786) * 5 / 4)]] });
    let Samples::Calls { calls } = &whole.runs[0].samples else { panic!() };
    let samples = Samples::WholeCall { call: calls[0] };
    slow.runs.push(Run { process: 0, place: Place::Worker, samples });
    let record = workload("pedometer", 359_786, vec![slow]);
    for process in ns_per_unit(&record, "slow") {
        assert!((process.value / cost(359_786) as f64 - 1.0).abs() < 1e-9, "{process:?}");
    }
    assert_eq!(measured_units(&record, &record.contenders[0]), bank::units(401, 3));
    assert!((whole_call_error(&record, "slow").unwrap() - (0.8 - 1.0)).abs() < 1e-6);
}

#[test]
fn a_line_is_taken_where_all_processes_show_a_cost_that_is_not_in_proportion() {
    let cost = |length: usize| 500_000 + 10 * bank::units(length, 3);
    let straight: Vec<(usize, u64)> = [201, 301, 401].iter().map(|&length| (length, cost(length))).collect();
    let mut bent = straight.clone();
    bent[2].1 = bent[2].1 * 9 / 10;
    let straight = contender("straight", Timed::Calls { reference_ns: 100, calls: &[&straight[..]; 6] });
    let other = contender("bent", Timed::Calls { reference_ns: 100, calls: &[&bent[..]; 6] });
    let record = workload("pedometer", 359_786, vec![straight, other]);
    let whole = ns_per_unit(&record, "straight")[0].value;
    assert!((whole / cost(359_786) as f64 - 1.0).abs() < 1e-9);
    assert!(extrapolation_errors(&record, "straight")[0].value.abs() < 1e-9);
    assert!(does_not_extrapolate(&record, "straight").is_none());
    assert!((extrapolation_errors(&record, "bent")[0].value - 0.111).abs() < 1e-3);
    assert!(does_not_extrapolate(&record, "bent").is_some());
}

#[test]
fn a_call_on_a_prefix_alone_says_nothing_about_the_whole() {
    let one = contender("one", Timed::Calls { reference_ns: 100, calls: &[&[(201, 1000)]] });
    assert!(ns_per_unit(&workload("pedometer", 500, vec![one]), "one").is_empty());
}

#[test]
fn verdicts_need_the_whole_interval_beyond_the_noise_threshold() {
    let quiet = Noise { aa_control: Estimate { value: 1.0, low: 0.995, high: 1.004 }, threshold: 0.02 };
    let verdict =
        |low: f64, high: f64| quiet.verdict(Estimate { value: f64::midpoint(low, high), low, high });
    assert_eq!(verdict(0.90, 0.97), Verdict::Faster);
    assert_eq!(verdict(1.03, 1.10), Verdict::Slower);
    assert_eq!(verdict(0.99, 1.01), Verdict::Equivalent);
    assert_eq!(verdict(0.90, 0.99), Verdict::NotResolved);
    assert_eq!(verdict(1.01, 1.10), Verdict::NotResolved);
    assert_eq!(verdict(0.5, 2.0), Verdict::NotResolved);
    let uneasy = Noise { threshold: 0.06, ..quiet };
    let uneasy_verdict =
        |low: f64, high: f64| uneasy.verdict(Estimate { value: f64::midpoint(low, high), low, high });
    assert_eq!(uneasy_verdict(1.03, 1.05), Verdict::NotResolved, "noise makes nothing equivalent");
    assert_eq!(uneasy_verdict(0.99, 1.01), Verdict::NotResolved, "the A/A control itself is not within 2 %");
    assert_eq!(uneasy_verdict(1.07, 1.1), Verdict::Slower);
    let noisy = Noise { threshold: 0.5, ..quiet };
    let among_noise = |low, high| noisy.verdict(Estimate { value: low, low, high });
    assert_eq!(among_noise(0.0002, 0.0003), Verdict::Faster, "no noise makes a factor of 3000 uncertain");
    assert_eq!(among_noise(0.66, 0.67), Verdict::NotResolved);
    assert_eq!(among_noise(1.51, 4.0), Verdict::Slower);
}

#[test]
fn the_noise_threshold_is_the_farthest_end_of_the_aa_interval() {
    let base: Vec<&[u64]> = vec![&[1000]; 6];
    let controls: Vec<Vec<u64>> = (0..6).map(|process| vec![980 + 16 * process]).collect();
    let controls: Vec<&[u64]> = controls.iter().map(Vec::as_slice).collect();
    let record = workload(
        "whole",
        4,
        vec![
            contender("base", Timed::Rounds { loops: 1, batches_ns: &base }),
            contender(AA_CONTROL, Timed::Rounds { loops: 1, batches_ns: &controls }),
        ],
    );
    let noise = noise(&record).unwrap();
    assert!((noise.threshold - 0.06).abs() < 1e-9, "{noise:?}");
    // the standard deviation over processes is 2.95 %, of which 1.79 must lie beyond the noise threshold
    let found = minimum_detectable_ratio(&record, 1).unwrap();
    assert!((found - 1.06 * (1.793_f64 * 0.0295).exp()).abs() < 2e-3, "{found}");
    assert_eq!(minimum_detectable_ratio(&record, 2), None, "six processes carry one comparison");
}

#[test]
fn the_noise_threshold_is_as_wide_for_an_aa_control_that_is_quicker_as_for_one_that_is_slower() {
    for ns in [920, 1087] {
        let base = contender("base", Timed::Rounds { loops: 1, batches_ns: &[&[1000][..]; 6] });
        let control = contender(AA_CONTROL, Timed::Rounds { loops: 1, batches_ns: &[&[ns][..]; 6] });
        let noise = noise(&workload("whole", 4, vec![base, control])).unwrap();
        assert!((noise.threshold - 0.087).abs() < 1e-3, "{noise:?}");
        assert_ne!(noise.verdict(noise.aa_control), Verdict::Faster, "than itself");
    }
}

#[test]
fn the_noise_threshold_is_that_of_the_noisiest_group_of_rounds() {
    let batches: Vec<&[u64]> = vec![&[1000; 5]; 6];
    let mut base = contender("base", Timed::Rounds { loops: 1, batches_ns: &batches });
    let mut control = contender(AA_CONTROL, Timed::Rounds { loops: 1, batches_ns: &batches });
    let second = |ns: u64, process: usize| Run {
        process,
        place: Place::Worker,
        samples: Samples::Rounds { group: 1, loops: 1, batches_ns: vec![ns] },
    };
    for process in 0..6 {
        base.runs.push(second(1000, process));
        control.runs.push(second(1000 + 10 * process as u64, process));
    }
    let record = workload("whole", 4, vec![base, control]);
    // over all rounds of a process the A/A control is as quick as the baseline
    assert!(log_ratios(&record, AA_CONTROL, "base").iter().all(|ratio| ratio.value == 0.0));
    assert!((noise(&record).unwrap().threshold - 0.05).abs() < 1e-9);
    assert!(minimum_detectable_ratio(&record, 1).unwrap() > 1.05);
}

#[test]
fn an_extrapolation_is_rejected_by_evidence_and_not_by_noise() {
    let calls = |error_percent: [i64; 6]| -> Vec<Vec<(usize, u64)>> {
        let cost = |length: usize| 1_000_000 * bank::units(length, 3);
        let check = |percent: i64| cost(401) / 100 * u64::try_from(100 - percent).unwrap();
        error_percent
            .iter()
            .map(|&percent| vec![(201, cost(201)), (301, cost(301)), (401, check(percent))])
            .collect()
    };
    for (errors, rejected) in [
        ([5, 6, 7, 8, 5, 6], true),
        ([-5, 6, 9, 12, 2, 4], false),
        ([1, 2, 0, -1, 1, 2], false),
        // the median alone lies beyond: in an interval that tells, that holds 0, that is too wide
        ([4, 3, 5, 4, 2, 5], true),
        ([4, 3, 5, 4, -1, 4], false),
        ([4, 3, 9, 4, 1, 5], false),
    ] {
        let calls = calls(errors);
        let calls: Vec<&[(usize, u64)]> = calls.iter().map(Vec::as_slice).collect();
        let slow = contender("slow", Timed::Calls { reference_ns: 100, calls: &calls });
        let record = workload("pedometer", 359_786, vec![slow]);
        assert_eq!(does_not_extrapolate(&record, "slow").is_some(), rejected, "{errors:?}");
    }
}

#[test]
fn of_repeated_calls_the_one_with_the_quickest_reference_batches_counts_not_the_quickest_one() {
    let call = |ns: u64, reference: u64| Call {
        length: 500,
        ns,
        reference_loops: 10,
        reference_before_ns: reference,
        reference_after_ns: reference,
    };
    let mut slow = contender("slow", Timed::Calls { reference_ns: 100, calls: &[&[(500, 1)]] });
    slow.runs[0].samples =
        Samples::Calls { calls: vec![call(4_000, 1_900), call(9_000, 1_000), call(5_000, 1_500)] };
    let record = workload("pedometer", 500, vec![slow]);
    assert!((ns_per_unit(&record, "slow")[0].value - 9_000.0).abs() < 1e-9);
}

/// Adds rounds of one batch per process, taken in another place.
fn also_in(contender: &mut ContenderRecord, place: Place, batches_ns: &[u64]) {
    contender.runs.extend(batches_ns.iter().enumerate().map(|(process, &ns)| Run {
        process,
        place,
        samples: Samples::Rounds { group: 0, loops: 1, batches_ns: vec![ns] },
    }));
}

#[test]
fn a_ratio_is_taken_in_the_process_where_the_contender_is() {
    // the companion runs at half speed, as the baseline shows that visits it
    let mut base = contender("base", Timed::Rounds { loops: 1, batches_ns: &[&[1000], &[1010]] });
    also_in(&mut base, Place::Threaded, &[2000, 2020]);
    let mut threads = contender("threads", Timed::Rounds { loops: 1, batches_ns: &[] });
    also_in(&mut threads, Place::Threaded, &[500, 505]);
    let record = workload("whole", 4, vec![base, threads]);
    for ratio in log_ratios(&record, "threads", "base") {
        assert!((ratio.value - 0.25f64.ln()).abs() < 1e-12, "{ratio:?}");
    }
    assert_eq!(log_ratios(&record, "threads", "base").len(), 2);
    assert!((ns_per_unit(&record, "base")[0].value - 1000.0).abs() < 1e-9, "at home, not as a visitor");
    assert!((ns_per_unit(&record, "threads")[0].value - 500.0).abs() < 1e-9);
}

#[test]
fn contenders_in_different_processes_are_compared_through_the_reference_workload_of_each() {
    let here = contender("here", Timed::Rounds { loops: 1, batches_ns: &[&[300]] });
    let mut reference = contender(REFERENCE, Timed::Rounds { loops: 1, batches_ns: &[&[100]] });
    also_in(&mut reference, Place::Quarantine, &[200]);
    let mut there = contender("there", Timed::Rounds { loops: 1, batches_ns: &[] });
    also_in(&mut there, Place::Quarantine, &[1200]);
    let record = workload("whole", 4, vec![here, reference, there]);
    assert!((log_ratios(&record, "there", "here")[0].value - 2f64.ln()).abs() < 1e-12);
}

#[test]
fn a_verdict_takes_the_noise_of_the_place_into_account_where_the_contender_was_timed() {
    let thousand: Vec<&[u64]> = vec![&[1000]; 6];
    let mut base = contender("base", Timed::Rounds { loops: 1, batches_ns: &thousand });
    also_in(&mut base, Place::Threaded, &[1000; 6]);
    let mut control = contender(AA_CONTROL, Timed::Rounds { loops: 1, batches_ns: &thousand });
    also_in(&mut control, Place::Threaded, &[1000, 1010, 1060, 990, 1000, 1000]);
    let mut threads = contender("threads", Timed::Rounds { loops: 1, batches_ns: &[] });
    also_in(&mut threads, Place::Threaded, &[700; 6]);
    let record = workload("whole", 4, vec![base, control, threads]);
    let threshold = |id: &str| noise_of_contender(&record, id).map(|noise| noise.threshold);
    assert_eq!(noise(&record).map(|noise| noise.threshold), Some(LEAST_NOISE_THRESHOLD));
    assert_eq!(
        threshold("base"),
        Some(LEAST_NOISE_THRESHOLD),
        "a visitor there, its own ratios are from the worker"
    );
    assert!((threshold("threads").unwrap_or(0.0) - 0.06).abs() < 1e-9, "{:?}", threshold("threads"));
    let mut crashed = record.clone();
    crashed.contenders[1].runs.retain(|run| run.place == Place::Worker || run.process < 5);
    assert_eq!(noise_of_contender(&crashed, "threads"), None, "the A/A control is unknown there");
    assert_eq!(verdict(&crashed, "threads", 1), Verdict::NotResolved);
}

#[test]
fn only_what_was_measured_and_is_not_decided_is_unresolved() {
    let thousand: Vec<&[u64]> = vec![&[1000]; 7];
    let times = |id: &str, ns: &[u64; 7]| {
        let batches: Vec<Vec<u64>> = ns.iter().map(|&ns| vec![ns]).collect();
        let batches: Vec<&[u64]> = batches.iter().map(Vec::as_slice).collect();
        contender(id, Timed::Rounds { loops: 1, batches_ns: &batches })
    };
    let mut wrong = times("wrong", &[900, 1100, 1000, 950, 1050, 1000, 1000]);
    wrong.findings.outcome = Outcome::Wrong;
    let mut record = workload(
        "whole",
        4,
        vec![
            contender("base", Timed::Rounds { loops: 1, batches_ns: &thousand }),
            contender(AA_CONTROL, Timed::Rounds { loops: 1, batches_ns: &thousand }),
            times("same", &[1001; 7]),
            times("twice", &[2000; 7]),
            times("unclear", &[900, 1100, 1000, 950, 1050, 1000, 1000]),
            times("control/noop-rust", &[900, 1100, 1000, 950, 1050, 1000, 1000]),
            wrong,
        ],
    );
    assert_eq!(unresolved(&record, 1), ["unclear"]);
    assert_eq!(verdict(&record, "same", 1), Verdict::Equivalent);
    assert_eq!(verdict(&record, "twice", 1), Verdict::Slower);
    assert_eq!(unresolved(&record, 4), ["same", "twice", "unclear"], "too few processes for four at once");
    record.contenders[0].findings.outcome = Outcome::Failed;
    assert!(unresolved(&record, 1).is_empty(), "without a baseline no process more would help");
}

#[test]
fn the_best_is_compared_with_its_runner_up_and_not_with_a_wrong_contender_or_a_control() {
    let times = |id: &str, ns: [u64; 7]| {
        let batches: Vec<Vec<u64>> = ns.iter().map(|&ns| vec![ns]).collect();
        let batches: Vec<&[u64]> = batches.iter().map(Vec::as_slice).collect();
        contender(id, Timed::Rounds { loops: 1, batches_ns: &batches })
    };
    let mut wrong = times("wrong", [1; 7]);
    wrong.findings.outcome = Outcome::Wrong;
    let mut record = workload(
        "whole",
        4,
        vec![
            times("base", [1000; 7]),
            times(AA_CONTROL, [1000; 7]),
            times("control/noop-rust", [1; 7]),
            wrong,
        ],
    );
    let all = |_: &ContenderRecord| true;
    let found = leader(&record, 1, all).unwrap();
    assert_eq!((found.best.as_str(), found.runner_up), ("base", None), "there is no other contender");
    record.contenders.push(times("third", [700; 7]));
    record.contenders.push(times("best", [500; 7]));
    record.contenders.push(times("second", [600; 7]));
    let found = leader(&record, 1, all).unwrap();
    let next = found.runner_up.unwrap();
    assert_eq!((found.best.as_str(), next.contender.as_str()), ("best", "second"));
    assert!((next.ratio.value.unwrap() - 500.0 / 600.0).abs() < 1e-9);
    assert_eq!(next.verdict, Some(Verdict::Faster));
    let found = leader(&record, 1, |known| known.id != "best").unwrap();
    assert_eq!((found.best.as_str(), found.runner_up.unwrap().contender.as_str()), ("second", "third"));
    record.contenders.push(times("as good", [499, 501, 500, 498, 502, 500, 500]));
    assert_eq!(leader(&record, 1, all).unwrap().runner_up.unwrap().verdict, Some(Verdict::Equivalent));
    let too_few = leader(&record, 4, all).unwrap().runner_up.unwrap();
    assert_eq!((too_few.ratio.low, too_few.verdict), (None, Some(Verdict::NotResolved)), "for four at once");
    record.contenders[0].findings.outcome = Outcome::Failed;
    let found = leader(&record, 1, all).unwrap();
    assert_eq!((found.best.as_str(), found.runner_up.unwrap().contender.as_str()), ("best", "as good"));
}

#[test]
fn what_is_dearer_to_begin_with_pays_after_so_many_calls() {
    use breakeven_record::FirstCall;

    use super::first_calls::calls_to_pay;
    let begun = |id: &str, call_ns: &[u64], load_and_first: &[(u64, u64)]| {
        let batches: Vec<&[u64]> = call_ns.iter().map(std::slice::from_ref).collect();
        let mut known = contender(id, Timed::Rounds { loops: 1, batches_ns: &batches });
        let beginnings = load_and_first.iter().map(|&(load_ns, call_ns)| FirstCall { load_ns, call_ns });
        known.findings.first_calls = beginnings.collect();
        known
    };
    // 100 ns a call and 1,000 ns to begin with; 50 ns a call and 6,000 to 11,000 ns to begin with
    let base = begun("base", &[100], &[(800, 200), (800, 200)]);
    let compiled = begun("compiled", &[50], &[(4_000, 2_000), (1_000, 10_000), (5_000, 3_000)]);
    let dearer = begun("dearer", &[200], &[(4_000, 2_000)]);
    let overlapping = begun("overlapping", &[50], &[(800, 199), (9_000, 0)]);
    let unknown = begun("unknown", &[50], &[]);
    let record = workload("whole", 4, vec![base, compiled, dearer, overlapping, unknown]);
    let half = Figure { value: Some(0.5), low: Some(0.5), high: Some(0.75) };
    let found = calls_to_pay(&record, "compiled", half).unwrap();
    // 7,000, 5,000 and 10,000 ns more, of which a call saves 50, 50 and 25
    assert_eq!(found, Figure { value: Some(141.0), low: Some(101.0), high: Some(401.0) });
    let nearly = Figure { high: Some(1.0), ..half };
    assert_eq!(calls_to_pay(&record, "compiled", nearly), None, "it may be no faster");
    assert_eq!(calls_to_pay(&record, "compiled", Figure { low: None, ..half }), None, "without an interval");
    assert_eq!(calls_to_pay(&record, "dearer", Figure::exactly(2.0)), None);
    assert_eq!(calls_to_pay(&record, "overlapping", half), None, "in one process it began for less");
    assert_eq!(calls_to_pay(&record, "unknown", half), None);
    assert_eq!(calls_to_pay(&record, "base", Figure::exactly(1.0)), None);
}
