//! Are the versions that go into records those of the crates that were built?

use breakeven_ndarray::{NDARRAY_STATS_VERSION, NDARRAY_VERSION};

#[test]
fn recorded_versions_are_the_locked_ones() {
    let locked = include_str!("../../../Cargo.lock");
    for recorded in [NDARRAY_VERSION, NDARRAY_STATS_VERSION] {
        let (name, version) = recorded.split_once(' ').unwrap();
        let start = format!("name = \"{name}\"\nversion = \"");
        let versions: Vec<&str> =
            locked.split(&start).skip(1).map(|rest| rest.split_once('"').unwrap().0).collect();
        assert_eq!(versions, [version], "{name}: exactly one version, the recorded one");
    }
}
