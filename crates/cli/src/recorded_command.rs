//! What does a record keep of the command that made it?
//!
//! Its words as they were given, since `--resume` reads them again; of paths only the last part, since a record must
//! not tell where its maker's files are. The definition of the options tells which values are paths: a
//! pattern or a label may hold a slash too.

use std::ffi::OsString;

use breakeven_record::contender_id::{ContenderId, Family};
use clap::{Arg, Command, CommandFactory as _, ValueHint};

use crate::arguments::CommandLine;

/// The words of a command that has been parsed, without the program's name.
pub(crate) fn recorded(words: impl IntoIterator<Item = OsString>) -> Vec<String> {
    let mut words = words.into_iter().map(|word| word.to_string_lossy().into_owned());
    let Some(name) = words.next() else { return Vec::new() };
    let mut all = CommandLine::command();
    all.build();
    let command = all.find_subcommand(&name).expect("it has been parsed by this definition");
    let mut kept = vec![name];
    let mut only_files = false;
    while let Some(word) = words.next() {
        match option(command, &word).filter(|_| !only_files) {
            Some(OptionWord { option, value: None }) => {
                kept.push(word.clone());
                kept.extend(words.next().map(|value| without_folders(option, &value)));
            }
            Some(OptionWord { option, value: Some(value) }) => {
                let before = &word[..word.len() - value.len()];
                kept.push(format!("{before}{}", without_folders(option, value)));
            }
            None if only_files || !word.starts_with('-') => {
                let file = command.get_positionals().next();
                kept.push(file.map_or_else(|| word.clone(), |file| without_folders(file, &word)));
            }
            None => {
                only_files = word == "--";
                kept.push(word);
            }
        }
    }
    kept
}

/// An option that takes a value, with the part of its word that is the value; without one it is the next word.
struct OptionWord<'a> {
    option: &'a Arg,
    value: Option<&'a str>,
}

/// `--option=value`, `--option value`, `-ovalue`, `-o=value` and `-o value`.
fn option<'a>(command: &'a Command, word: &'a str) -> Option<OptionWord<'a>> {
    let (name, value) = match word.strip_prefix("--") {
        Some(long) => match long.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (long, None),
        },
        None => {
            let short = word.strip_prefix('-')?;
            let (name, value) = short.split_at(short.chars().next()?.len_utf8());
            (name, (!value.is_empty()).then(|| value.strip_prefix('=').unwrap_or(value)))
        }
    };
    let is_long = word.starts_with("--");
    let mut options = command.get_arguments().filter(|option| option.get_action().takes_values());
    let option = options.find(|option| match is_long {
        true => option.get_long() == Some(name),
        false => option.get_short().is_some_and(|short| name.chars().eq([short])),
    })?;
    Some(OptionWord { option, value })
}

/// The value of an option as it is kept.
fn without_folders(option: &Arg, value: &str) -> String {
    match option.get_value_hint() {
        ValueHint::AnyPath => last_part(value),
        // a SPEC: a file, or the id of a contender
        ValueHint::FilePath if !is_id(value) => last_part(value),
        _ => value.to_owned(),
    }
}

/// By its form: which contenders there are depends on how this program was built.
fn is_id(value: &str) -> bool {
    let id = ContenderId::from(value);
    match id.family() {
        Family::User => true,
        Family::Other => false,
        _ => id.name().chars().all(|char| char.is_ascii_alphanumeric() || char == '-'),
    }
}

fn last_part(path: &str) -> String {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    match name {
        "" => path.to_owned(),
        // else it would be read as an option
        _ if name.starts_with('-') => format!("./{name}"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_paths_the_last_part_is_kept_and_everything_else_as_it_was_given() {
        #[rustfmt::skip]
        let table: &[(&str, &str)] = &[
            ("run --quick", "run --quick"),
            ("run -c ^python/(naive|numpy-list)$ -t whole", "run -c ^python/(naive|numpy-list)$ -t whole"),
            ("run -c=rust/simd -crust/naive --contender=rust/", "run -c=rust/simd -crust/naive --contender=rust/"),
            ("run --output /some/folder/ --label a/b", "run --output folder --label a/b"),
            ("run --output=/some/folder// --require rust/simd", "run --output=folder --require rust/simd"),
            ("run --output / --output .. --output ../..", "run --output / --output .. --output .."),
            ("run --recording /a/-walk_3ch.bin --channels 3", "run --recording ./-walk_3ch.bin --channels 3"),
            ("run --interpreter /a/bin/python --interpreter python2.7", "run --interpreter python --interpreter python2.7"),
            ("compare /a/mine.py:f b/other.py:g --data ../x.npy", "compare mine.py:f other.py:g --data x.npy"),
            ("compare ./program --set=a/b.toml --python a/python", "compare program --set=b.toml --python python"),
            ("compare x.py:f --reference /a/old.py:f --dry-run", "compare x.py:f --reference old.py:f --dry-run"),
            ("compare x.py:f --baseline /a/x.py:f", "compare x.py:f --baseline x.py:f"),
            ("compare x.py:f --input /a/x.py:make --equal b/x.py:same", "compare x.py:f --input x.py:make --equal x.py:same"),
            ("compare x.py:f --input list", "compare x.py:f --input list"),
            ("compare x.py:f --baseline rust/naive", "compare x.py:f --baseline rust/naive"),
            ("compare x.py:f --baseline python/naive@2.7.18", "compare x.py:f --baseline python/naive@2.7.18"),
            ("compare x.py:f --baseline user/x.py:f", "compare x.py:f --baseline user/x.py:f"),
            ("compare -n 25 -- /a/x.py:f b/y.py:g", "compare -n 25 -- x.py:f y.py:g"),
        ];
        for (given, expected) in table {
            let kept = recorded(given.split(' ').map(OsString::from));
            assert_eq!(kept.join(" "), *expected);
        }
    }

    /// An option that is added to one of these two commands must be added here if its value is a path.
    #[test]
    fn the_options_whose_values_are_paths_are_these() {
        let mut all = CommandLine::command();
        all.build();
        for (command, paths) in [
            ("run", &["interpreter", "output", "recording", "resume"][..]),
            (
                "compare",
                &[
                    "baseline",
                    "data",
                    "equal",
                    "input",
                    "interpreter",
                    "output",
                    "python",
                    "reference",
                    "set",
                    "specs",
                ],
            ),
        ] {
            let command = all.find_subcommand(command).unwrap();
            let is_path =
                |option: &&Arg| matches!(option.get_value_hint(), ValueHint::AnyPath | ValueHint::FilePath);
            let mut found: Vec<&str> =
                command.get_arguments().filter(is_path).map(|option| option.get_id().as_str()).collect();
            found.sort_unstable();
            assert_eq!(found, paths);
            assert!(
                command.get_positionals().count() <= 1,
                "which of them a word is would have to be counted"
            );
            let mut short =
                command.get_arguments().filter(|option| option.get_short().is_some_and(|short| short != 'h'));
            assert!(short.all(|option| option.get_action().takes_values()), "-ab would be two options");
        }
    }
}
