//! Does every crate see only what it may, and is each that is seen accounted for?
//!
//! The floors are drawn in docs/architecture.md. A new arrow is a line in [`MAY_SEE`], to be argued
//! for in review; a new crate from outside is a row in docs/dependencies.md.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// A crate's folder, its floor, and the folders it may depend on: in normal, dev and build
/// dependencies alike. (A crate may also see itself, to test its own features.)
const MAY_SEE: &[(&str, u8, &[&str])] = &[
    ("problem", 0, &[]),
    ("naive", 1, &["problem"]),
    ("ndarray", 1, &["problem"]),
    ("simd", 1, &["problem"]),
    ("incremental", 1, &["problem"]),
    ("record", 0, &[]),
    ("estimate", 1, &["problem", "record"]),
    ("measure", 2, &["problem", "record", "estimate"]),
    ("simulation", 3, &["problem", "record", "estimate", "measure"]), // nothing that ships sees it
    ("pedometer", 2, &["problem", "naive", "simd", "incremental"]),   // the banks only to test it
    ("recordings", 3, &["problem", "pedometer", "naive", "simd", "incremental"]), // the banks only to test it
    ("report", 3, &["problem", "record", "estimate"]),
    ("extension", 3, &["problem", "naive", "simd", "incremental", "pedometer"]),
    ("python", 4, &["problem", "extension", "pedometer"]),
    (
        "cli",
        5,
        &[
            "problem",
            "naive",
            "ndarray",
            "simd",
            "incremental",
            "record",
            "estimate",
            "measure",
            "pedometer",
            "recordings",
            "report",
            "extension",
            "python",
        ],
    ),
];

/// Kernels are libraries in their own right: what each may force on those who use it.
const KERNELS: &[(&str, &[&str])] =
    &[("naive", &[]), ("simd", &[]), ("incremental", &[]), ("ndarray", &["ndarray", "ndarray-stats"])];

/// What must not get into the wheel.
const TOO_HEAVY_FOR_THE_WHEEL: &[&str] =
    &["num-bigint", "rand", "rand_chacha", "plotters", "clap", "csv", "serde"];

#[test]
fn allowed_arrows_point_down() {
    let floors: BTreeMap<&str, u8> = MAY_SEE.iter().map(|&(folder, floor, _)| (folder, floor)).collect();
    assert_eq!(floors.len(), MAY_SEE.len(), "a folder has two lines in MAY_SEE");
    for (folder, floor, may_see) in MAY_SEE {
        for seen in *may_see {
            assert!(
                floors[seen] < *floor,
                "{folder} on floor {floor} may not see {seen} on floor {}",
                floors[seen]
            );
        }
    }
}

#[test]
fn a_crate_sees_only_what_is_written_out() {
    let metadata = workspace();
    let allowed: BTreeMap<&str, &[&str]> =
        MAY_SEE.iter().map(|&(folder, _, may_see)| (folder, may_see)).collect();
    let folders: BTreeSet<&str> = metadata.packages.iter().map(folder).collect();
    assert_eq!(folders, allowed.keys().copied().collect(), "MAY_SEE and crates/ differ");
    for package in &metadata.packages {
        let own = folder(package);
        assert_eq!(package.name.as_str(), format!("breakeven-{own}"), "crates/{own} holds another package");
        for dependency in package.dependencies.iter().filter(|dependency| dependency.path.is_some()) {
            let seen = dependency.name.trim_start_matches("breakeven-");
            let itself = seen == own && dependency.kind == DependencyKind::Development;
            assert!(
                itself || allowed[own].contains(&seen),
                "{own} sees {seen} ({:?} dependency), which MAY_SEE does not list",
                dependency.kind
            );
        }
    }
}

#[test]
fn a_kernel_forces_nothing_on_those_who_use_it() {
    let metadata = workspace();
    for (kernel, namesakes) in KERNELS {
        let package =
            metadata.packages.iter().find(|package| folder(package) == *kernel).expect("a kernel's folder");
        let dependencies = package.dependencies.iter();
        for forced in dependencies
            .filter(|dependency| dependency.kind != DependencyKind::Development && !dependency.optional)
        {
            assert!(namesakes.contains(&forced.name.as_str()), "{kernel} cannot do without {}", forced.name);
        }
        let default = package.features.get("default").map_or(&[][..], Vec::as_slice);
        assert!(default.is_empty(), "{kernel} turns on {default:?} unasked");
    }
}

#[test]
fn the_wheel_carries_no_big_numbers_charts_or_command_line() {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--package",
            "breakeven-extension",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .current_dir(top())
        .output()
        .expect("cargo starts, as it has started this test");
    assert!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).expect("cargo prints UTF-8");
    let names: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(names.contains("breakeven-extension"), "not a tree of the extension: {tree}");
    for heavy in TOO_HEAVY_FOR_THE_WHEEL {
        assert!(!names.contains(heavy), "the wheel carries {heavy}:\n{tree}");
    }
}

#[test]
fn the_glossary_knows_every_folder_of_crates() {
    let glossary = read("docs/glossary.md");
    for package in &workspace().packages {
        let word = format!("`{}`", folder(package));
        assert!(glossary.contains(&word), "docs/glossary.md has no entry {word}");
    }
}

#[test]
fn every_dependency_is_used_and_has_a_row_that_says_why() {
    let declared = workspace_dependencies();
    let used: BTreeSet<String> = workspace()
        .packages
        .iter()
        .flat_map(|package| &package.dependencies)
        .filter(|dependency| dependency.path.is_none())
        .map(|dependency| dependency.name.clone())
        .collect();
    assert_eq!(used, declared, "left: what crates use; right: [workspace.dependencies]");
    assert_eq!(rows("## Rust"), declared, "left: docs/dependencies.md; right: [workspace.dependencies]");
}

#[test]
fn every_python_package_has_a_row_that_says_why() {
    let pinned: BTreeSet<String> =
        ["scripts/requirements-core.txt", "scripts/requirements-peers.txt", "scripts/requirements-era.txt"]
            .iter()
            .flat_map(|file| read(file).lines().filter_map(pin).collect::<Vec<_>>())
            .collect();
    assert_eq!(rows("## Python"), pinned, "left: docs/dependencies.md; right: scripts/requirements-*.txt");
}

#[test]
fn every_package_for_the_browser_has_a_row_that_says_why() {
    let package: serde_json::Value =
        serde_json::from_str(&read("crates/report/tests/browser/package.json")).expect("it is JSON");
    let wanted = package["devDependencies"].as_object().expect("packages by name").keys().cloned();
    assert_eq!(rows("## Browser"), wanted.collect(), "left: docs/dependencies.md; right: package.json");
}

#[test]
fn every_pinned_peer_is_installed() {
    let prepare = read("scripts/prepare");
    let (_, list) = prepare.split_once("\npeers=(\n").expect("the list of peers");
    let (list, _) = list.split_once("\n)\n").expect("its end");
    let installed: BTreeSet<String> =
        list.split(['"', ' ', '\n']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let pinned: BTreeSet<String> = read("scripts/requirements-peers.txt").lines().filter_map(pin).collect();
    assert_eq!(installed, pinned, "left: peers in scripts/prepare; right: scripts/requirements-peers.txt");
}

fn workspace() -> Metadata {
    MetadataCommand::new().current_dir(top()).no_deps().exec().expect("the workspace's metadata")
}

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(top().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn folder(package: &Package) -> &str {
    package.manifest_path.parent().and_then(|path| path.file_name()).expect("a manifest lies in a folder")
}

/// The crates from outside that the root Cargo.toml lists.
fn workspace_dependencies() -> BTreeSet<String> {
    let manifest = read("Cargo.toml");
    let (_, section) = manifest.split_once("\n[workspace.dependencies]\n").expect("the section");
    let section = section.split("\n[").next().unwrap_or_default();
    let names = section.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name);
    names.filter(|name| !name.starts_with("breakeven-")).map(str::to_owned).collect()
}

/// The package that a line of a requirements file pins.
fn pin(line: &str) -> Option<String> {
    line.strip_suffix(" \\")?
        .split_once("==")
        .map(|(name, _)| name.to_owned())
        .filter(|name| !name.contains(' '))
}

/// The first cells of a section's table in docs/dependencies.md.
fn rows(heading: &str) -> BTreeSet<String> {
    let text = read("docs/dependencies.md");
    let (_, section) = text.split_once(&format!("\n{heading}\n")).expect("the section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    cells.map(|(name, _)| name.to_owned()).collect()
}
