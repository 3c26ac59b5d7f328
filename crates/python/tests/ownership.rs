//! Are references counted as they are? Alone in its binary: other tests' threads would allocate as well.

use serde_json::Value;

/// References to the list, the item that was read, the one that is being converted and the one that was not read yet.
fn counts(scenario: &Value, moment: &str) -> [i64; 4] {
    ["list", "read", "asked", "unread"].map(|object| scenario[moment][object].as_i64().expect("a count"))
}

fn more(to: [i64; 4], from: [i64; 4]) -> [i64; 4] {
    std::array::from_fn(|object| to[object] - from[object])
}

#[test]
fn only_the_call_that_leaks_on_purpose_keeps_references_and_memory() {
    let found: Value = serde_json::from_str(&breakeven_python::ownership().unwrap()).unwrap();
    let (length, calls) = (found["length"].as_i64().unwrap(), found["calls"].as_i64().unwrap());
    let scenarios = found["scenarios"].as_array().unwrap();
    let kinds: Vec<&str> = scenarios.iter().map(|scenario| scenario["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["succeeds", "fails", "leaks"]);
    for scenario in scenarios {
        let (kind, fails) = (&scenario["kind"], scenario["kind"] == "fails");
        let leaked = i64::from(scenario["kind"] == "leaks");
        let [before, during, after] = ["before", "during", "after"].map(|moment| counts(scenario, moment));
        // the list holds each of its items, and the program holds the list and the item that counts
        assert_eq!(before, [1, 1, 2, 1], "{kind}");
        assert_eq!(
            more(after, before),
            [0, leaked, leaked, leaked],
            "{kind}: before {before:?}, after {after:?}"
        );
        let [_, read, asked, unread] = more(during, before);
        assert_eq!((read, unread), (leaked, 0), "{kind}: the leak comes item by item: {during:?}");
        assert!(asked > leaked, "{kind}: Python holds the item while its method runs: {during:?}");
        assert_eq!(scenario["result"].as_i64(), (!fails).then_some(1), "{kind}: owners of the result");
        assert_eq!(scenario["raised"].as_str(), fails.then_some("LookupError"), "{kind}");
        let left = scenario["blocks_left"].as_i64().unwrap();
        // every float of every list where they leak; else at most what Python moves between its own stocks
        let due = if leaked == 1 { length * calls } else { 0 };
        assert!((left - due).abs() < calls / 5, "{kind}: {left} blocks instead of {due}");
    }
}
