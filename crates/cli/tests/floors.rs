//! Does every crate see only what it may, is each that is seen accounted for, and do no two files import each other?
//!
//! The floors are drawn in docs/architecture.md. A new arrow is a line in [`MAY_SEE`], to be argued
//! for in review; a new crate from outside is a row in docs/dependencies.md.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use regex::Regex;

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
    ("simulation", 4, &["problem", "record", "estimate", "measure", "gate"]), // nothing that ships sees it
    ("gate", 3, &["problem", "record", "estimate", "measure"]),
    ("pedometer", 2, &["problem", "naive", "simd", "incremental"]), // the banks only to test it
    ("recordings", 3, &["problem", "pedometer", "naive", "simd", "incremental"]), // the banks only to test it
    ("report", 3, &["problem", "record", "estimate"]),
    ("interchange", 3, &["record", "estimate", "measure"]),
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
            "gate",
            "pedometer",
            "recordings",
            "report",
            "interchange",
            "extension",
            "python",
        ],
    ),
];

/// Kernels are libraries in their own right: what each may force on those who use it.
const KERNELS: &[(&str, &[&str])] =
    &[("naive", &[]), ("simd", &[]), ("incremental", &[]), ("ndarray", &["ndarray", "ndarray-stats"])];

/// Modules that read a clock beside `measure`, none of them for a figure that is published: docs/architecture.md says what for.
const READ_A_CLOCK: &[&str] = &["cli::commands::gate", "cli::scratch", "extension::detached"];

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
fn no_two_files_import_each_other() {
    let mut circles: Vec<String> = Vec::new();
    for package in &workspace().packages {
        let files = source_files(&top().join("crates").join(folder(package)).join("src"));
        let found = circles_of(&files).into_iter().map(|circle| format!("{}: {circle}", folder(package)));
        circles.extend(found);
    }
    assert!(circles.is_empty(), "files of a crate that import each other: {circles:#?}");
}

#[test]
fn nothing_reads_a_clock_but_measure_and_the_modules_that_are_named() {
    let mut found = BTreeSet::new();
    for package in workspace().packages.iter().filter(|package| folder(package) != "measure") {
        let files = source_files(&top().join("crates").join(folder(package)).join("src"));
        let reads = files.iter().filter(|(_, text)| {
            ["Instant::now", "SystemTime::now", "Timestamp::now", ".elapsed()"]
                .iter()
                .any(|call| text.contains(call))
        });
        found.extend(reads.map(|(module, _)| format!("{}::{}", folder(package), module.join("::"))));
    }
    assert_eq!(found, READ_A_CLOCK.iter().map(|module| (*module).to_owned()).collect());
}

#[test]
fn a_circle_is_found_however_its_paths_are_written() {
    type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);
    #[rustfmt::skip]
    let table: &[Case<'_>] = &[
        (&[("a", "use crate::b::X;"), ("b", "fn f() { crate::a::g() }")], &["a, b"]),
        (&[("a", "use super::{c, b::{X, Y}};"), ("b", "use crate::{self as top, a};"), ("c", "")], &["a, b"]),
        (&[("a", "use crate::b;"), ("b", "use crate::c::*;"), ("c", "use super::a;")], &["a, b, c"]),
        (&[("a", "mod inner { use super::super::b; }"), ("b", "mod inner { use super::X; use crate::a; }")], &["a, b"]),
        (&[("a", "use crate::b;"), ("b", "// crate::a\nconst X: &str = \"crate::a\"; const Y: char = '\"';")], &[]),
        (&[("a", "use crate::b;"), ("b", "#[cfg(test)]\nmod tests { use crate::a; }")], &[]),
        // a parent and its child
        (&[("a", "mod b; use self::b::X; use crate::a::b::Y;"), ("a::b", "use super::Z; use crate::a::W;")], &[]),
        (&[("a::b", "use super::c::X;"), ("a::c", "use super::b::Y;"), ("a", "")], &["a::b, a::c"]),
    ];
    for (files, expected) in table {
        let files: Files = files.iter().map(|(module, text)| (path_of(module), (*text).to_owned())).collect();
        assert_eq!(circles_of(&files), *expected, "{files:?}");
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
fn every_path_into_crates_that_a_text_names_is_there() {
    let path = Regex::new("crates/[A-Za-z0-9_/.-]*[A-Za-z0-9_]").expect("it is one");
    let listed = Command::new("git")
        .args(["ls-files", "README.md", "docs", "crates", "scripts"])
        .current_dir(top())
        .output();
    let listed = String::from_utf8(listed.expect("git is here").stdout).expect("names are UTF-8");
    let is_text = |name: &&str| {
        [".md", ".rs", ".py", ".toml"].iter().any(|end| name.ends_with(end)) || name.starts_with("scripts/")
    };
    let texts: Vec<&str> =
        listed.lines().filter(is_text).filter(|name| *name != "docs/changelog.md").collect();
    assert!(texts.len() > 100, "only {} texts", texts.len());
    for name in texts {
        let text = read(name);
        let named = path.find_iter(&text).map(|found| found.as_str());
        let missing: Vec<&str> =
            named.filter(|named| !named.contains("NAME") && !top().join(named).exists()).collect();
        assert!(missing.is_empty(), "{name} names what is not there: {missing:?}");
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
    let pinned: BTreeSet<String> = ["core", "peers", "era", "interchange"]
        .iter()
        .flat_map(|name| {
            let file = read(&format!("scripts/requirements-{name}.txt"));
            file.lines().filter_map(pin).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(rows("## Python"), pinned, "left: docs/dependencies.md; right: scripts/requirements-*.txt");
}

#[test]
fn every_package_for_tests_and_documentation_has_a_row_that_says_why() {
    // the second line of each file is the command that has made it: what was asked for
    let asked = |file: &str| -> Vec<String> {
        let text = read(file);
        let command = text.lines().nth(1).expect("the command").split(" | ").next().unwrap_or_default();
        let named = command.split([' ', '\'']).filter(|word| word.contains("=="));
        let named = named.chain(command.split('\'').filter(|word| word.contains(">=")));
        named.map(|word| word.split(['=', '>', '[']).next().unwrap_or_default().to_owned()).collect()
    };
    let sections: [(&str, &[&str], &[&str]); 2] = [
        ("## Tests of the Python packages", &["tests", "dask", "cli"], &["pyright"]),
        ("## Documentation site", &["site"], &[]),
    ];
    for (heading, files, others) in sections {
        let mut wanted: BTreeSet<String> =
            files.iter().flat_map(|name| asked(&format!("scripts/requirements-{name}.txt"))).collect();
        // these are pinned for .venv
        wanted.retain(|name| !["numpy", "pandas"].contains(&name.as_str()));
        wanted.extend(others.iter().map(|&name| name.to_owned()));
        assert_eq!(rows(heading), wanted, "left: docs/dependencies.md; right: what is pinned");
    }
}

#[test]
fn every_package_for_node_has_a_row_that_says_why() {
    let packages = |path: &str| -> Vec<String> {
        let package: serde_json::Value = serde_json::from_str(&read(path)).expect("it is JSON");
        package["devDependencies"].as_object().expect("packages by name").keys().cloned().collect()
    };
    let wanted = ["crates/report/tests/browser/package.json", ".github/lint/package.json"]
        .into_iter()
        .flat_map(packages);
    assert_eq!(rows("## Node"), wanted.collect(), "left: docs/dependencies.md; right: package.json");
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

/// The path of a module in its crate, and the text of its file.
type Files = BTreeMap<Vec<String>, String>;

/// The source of a crate, without the files of unit tests.
fn source_files(folder: &Path) -> Files {
    let mut files = Files::new();
    let mut folders = vec![(folder.to_owned(), Vec::new())];
    while let Some((folder, module)) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the source") {
            let path = entry.expect("an entry of it").path();
            let name = path.file_stem().and_then(|name| name.to_str()).expect("names are UTF-8").to_owned();
            let is_rust = path.extension().is_some_and(|extension| extension == "rs");
            let own: Vec<String> = match name.as_str() {
                "lib" | "main" if module.is_empty() => continue, // every file may import it, and it every file
                "mod" => module.clone(),
                _ => module.iter().cloned().chain([name.clone()]).collect(),
            };
            match name.as_str() {
                "tests" => {}
                _ if path.is_dir() => folders.push((path, own)),
                _ if is_rust => {
                    files.insert(own, std::fs::read_to_string(&path).expect("source is UTF-8"));
                }
                _ => {}
            }
        }
    }
    files
}

/// Files that reach each other by what they import, a parent and its children aside.
fn circles_of(files: &Files) -> Vec<String> {
    let mut reached: BTreeMap<&[String], BTreeSet<&[String]>> = BTreeMap::new();
    for (own, text) in files {
        let imports = imports(own, text).into_iter().filter_map(|path| {
            let prefixes = (1..=path.len()).rev().map(|length| path[..length].to_vec());
            let (file, _) = prefixes.filter_map(|prefix| files.get_key_value(&prefix)).next()?;
            (!file.starts_with(own) && !own.starts_with(file)).then_some(file.as_slice())
        });
        reached.insert(own, imports.collect());
    }
    loop {
        let before: usize = reached.values().map(BTreeSet::len).sum();
        for own in files.keys() {
            let next: Vec<&[String]> =
                reached[own.as_slice()].iter().flat_map(|file| reached[file].iter().copied()).collect();
            reached.get_mut(own.as_slice()).expect("every file has an entry").extend(next);
        }
        if reached.values().map(BTreeSet::len).sum::<usize>() == before {
            break;
        }
    }
    let circle = |own: &Vec<String>| -> Vec<String> {
        let others = reached[own.as_slice()].iter().filter(|file| reached[**file].contains(own.as_slice()));
        others.map(|file| file.join("::")).collect()
    };
    let circles: BTreeSet<String> = files.keys().map(|own| circle(own).join(", ")).collect();
    circles.into_iter().filter(|circle| !circle.is_empty()).collect()
}

/// The paths from the crate's root that a file names, its unit tests aside.
fn imports(own: &[String], text: &str) -> Vec<Vec<String>> {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let dead = regex::Regex::new(
        r##"(?s)//[^\n]*|/\*.*?\*/|\br"[^"]*"|\br#".*?"#|"(?:\\.|[^"\\])*"|'(?:\\[^']+|[^'\\]|\\')'"##,
    );
    let text = dead.expect("it is a constant").replace_all(text, " ");
    let tokens = regex::Regex::new(r"\w+|::|\S").expect("it is a constant");
    let tokens: Vec<&str> = tokens.find_iter(&text).map(|token| token.as_str()).collect();
    let (mut paths, mut module, mut blocks) = (Vec::new(), own.to_vec(), Vec::new());
    let mut at = 0;
    while at < tokens.len() {
        match (tokens[at], tokens.get(at + 1)) {
            ("mod", Some(name)) if tokens.get(at + 2) == Some(&"{") => {
                module.push((*name).to_owned());
                blocks.push(true);
                at += 3;
            }
            ("crate", Some(&"::")) => use_tree(&tokens, &mut at, &[], &mut paths),
            ("super", Some(&"::")) => use_tree(&tokens, &mut at, &module, &mut paths),
            (token, _) => {
                match token {
                    "{" => blocks.push(false),
                    "}" if blocks.pop() == Some(true) => drop(module.pop()),
                    _ => {}
                }
                at += 1;
            }
        }
    }
    paths
}

/// Reads a path, or a tree of paths as after `use`, that begins in this module; ends behind it.
fn use_tree(tokens: &[&str], at: &mut usize, module: &[String], paths: &mut Vec<Vec<String>>) {
    let mut path = module.to_vec();
    while let Some(&token) = tokens.get(*at) {
        *at += 1;
        match token {
            "crate" | "self" => {}
            "super" => drop(path.pop()),
            "{" => {
                while tokens.get(*at).is_some_and(|&token| token != "}") {
                    match tokens[*at] {
                        "," => *at += 1,
                        "as" => *at += 2,
                        _ => use_tree(tokens, at, &path, paths),
                    }
                }
                *at += 1;
                return;
            }
            name if name.chars().all(|char| char.is_alphanumeric() || char == '_') => {
                path.push(name.to_owned())
            }
            _ => break,
        }
        match tokens.get(*at) {
            Some(&"::") => *at += 1,
            _ => break,
        }
    }
    paths.push(path);
}

/// The path that is written with `::`.
fn path_of(module: &str) -> Vec<String> {
    module.split("::").map(str::to_owned).collect()
}
