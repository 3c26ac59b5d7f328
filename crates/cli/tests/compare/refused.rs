//! What `breakeven compare` cannot use, said in one line before anything is measured.

use std::fs;

use super::{User, python_is_there, row, stderr};

#[test]
fn a_function_that_cannot_be_used_is_refused_at_once_in_one_line() {
    if !python_is_there() {
        return;
    }
    let user = User::new();
    user.write("broken.py", "import math\nimport nothing_of_this_name\n");
    user.write("lacks.py", "from statistics import nothing_of_this_name\n");
    user.write("syntax.py", "def std(values):\n    return (\n");
    user.write("data.bin", "7");
    user.write("leaves.py", "import os\nos._exit(5)\n");
    #[rustfmt::skip]
    let table: &[(&str, i32, &[&str])] = &[
        ("mine.py:median", 2, &["mine.py:median", "no function median in mine.py", "std"]),
        ("mine.py:number", 2, &["mine.py:number", "int 7", "no function"]),
        ("mine.py:text", 4, &["mine.py:text", "str '0.3'", "instead of a number: not a standard deviation? name --reference or --input"]),
        ("mine.py:nothing", 4, &["mine.py:nothing", "None came back instead of a number"]),
        ("broken.py:std", 2, &["broken.py:std", "line 2", "nothing_of_this_name"]),
        // and not the folder that Python would add
        ("lacks.py:std", 2, &["lacks.py:std", "line 1", "from 'statistics'\n"]),
        ("syntax.py:std", 2, &["syntax.py:std", "line 2", "SyntaxError"]),
        ("leaves.py:std", 2, &["leaves.py:std", "ended while it was loaded", "exit code 5"]),
        ("none.py:std", 2, &["none.py", "No such file"]),
        ("data.bin:std", 2, &["data.bin", "FILE.py:FUNCTION"]),
        ("mine.py", 2, &["mine.py", "FILE.py:FUNCTION"]),
        ("mine.py:1+1", 2, &["1+1", "FILE.py:FUNCTION"]),
    ];
    for (spec, code, words) in table {
        user.refused(&[spec], *code, words);
    }
    user.refused(&["mine.py:std", "mine.py:std"], 2, &["mine.py:std stands there twice"]);
    user.write("of_text.py", "def words(values): return len(values)\ndef ten(values): return 10\n");
    let hint = "words: 60.000 came back where the standard deviation is 0.";
    let task = "not a standard deviation? name --reference or --input";
    user.refused(&["of_text.py:words", "of_text.py:ten"], 4, &[hint, task]);
    user.refused(&["mine.py:std", "--python", "./none"], 2, &["--python ./none"]);
    user.refused(&["mine.py:rolling", "-n", "9", "-w", "10"], 2, &["--window 10", "9 numbers"]);
    user.refused(&["mine.py:std", "--reference", "mine.py:none"], 2, &["no function none"]);
    user.refused(&["mine.py:three", "-w", "5"], 4, &["mine.py:three: 3 numbers came back instead of 56"]);
    user.refused(&["mine.py:std", "-c", "("], 2, &["-c", "regular expression"]);
    let (whole, any) = ("write a whole number that is not negative", "write a number that is not negative");
    for (option, value, hint) in [
        ("-n", "-1", whole),
        ("-n", "-1,5", whole),
        ("-n", "--details", whole),
        ("-w", "-3,4", whole),
        ("--ddof", "-1", whole),
        ("--tolerance", "-1e-9", any),
    ] {
        let output = user.compare(&["mine.py:std", option, value]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{option} {value}: {said}");
        assert!(said.lines().next().is_some_and(|line| line.contains(hint)), "{option} {value}: {said}");
    }
}

#[test]
fn a_function_that_raises_costs_its_own_row_in_printable_characters_and_ends_with_8() {
    if !python_is_there() {
        return;
    }
    let user = User::new();
    let rows =
        user.rows(8, &["mine.py:std", "mine.py:raises", "mine.py:leaves", "-c", "^(rust|python)/naive$"]);
    for (id, reason) in [("raises", "IndexError: list index out of range"), ("leaves", "SystemExit: 3")] {
        let failed = row(&rows, &format!("user/mine.py:{id}"));
        assert_eq!((&failed["outcome"], &failed["reason"]), (&"failed".into(), &reason.into()));
    }
    assert_eq!(row(&rows, "user/mine.py:std")["outcome"], "measured");
    assert_eq!(row(&rows, "python/naive")["outcome"], "measured");
    // a wrong answer comes first
    let output = user.compare(&["mine.py:raises", "mine.py:off", "--quick", "-c", "rust/naive"]);
    assert_eq!(output.status.code(), Some(4), "{}", stderr(&output));
    // there is nothing to compare with where the reference fails
    user.refused_after(
        &["mine.py:std", "--reference", "mine.py:raises"],
        8,
        &["mine.py:raises", "IndexError"],
    );
    for embedded in [&[][..], &["--embedded"]] {
        let arguments = [&["mine.py:colours", "--quick", "-c", "rust/naive"], embedded].concat();
        let output = user.compare(&arguments);
        assert_eq!(output.status.code(), Some(8), "{}", stderr(&output));
        let shown = String::from_utf8(output.stdout.clone()).unwrap();
        let path = shown.lines().find_map(|line| line.strip_prefix("report: ")).unwrap();
        let page = fs::read_to_string(user.folder.path().join(path)).unwrap();
        for text in [stderr(&output), shown, page] {
            assert!(text.contains("ValueError: red"), "{text}");
            assert!(!text.contains(|char: char| char.is_control() && char != '\n'), "{text:?}");
        }
    }
}

#[test]
fn data_that_is_no_series_is_refused_with_its_line() {
    let user = User::new();
    user.write("text.csv", "x\n1\ntwo\n");
    user.write("table.csv", "a,b\n1,2\n");
    user.write("short.txt", "1\n2\n3\n");
    user.write("no.npy", "1\n");
    user.refused(&["mine.py:std", "--data", "text.csv"], 2, &["text.csv, line 3", "\"two\""]);
    user.refused(
        &["mine.py:std", "--data", "table.csv"],
        2,
        &["--data table.csv: 2 columns (a, b): choose a column with --column\n"],
    );
    user.refused(
        &["mine.py:std", "--data", "table.csv", "--column", "3"],
        2,
        &["--column 3: no such column in table.csv: 2 columns (a, b)"],
    );
    user.refused(
        &["mine.py:std", "-n", "99999999999"],
        2,
        &["-n 99999999999: so many numbers take 2980 GiB"],
    );
    user.refused(&["mine.py:std", "-n", "0"], 2, &["-n 0: must be at least 1"]);
    user.refused(&["mine.py:std", "-n", "25", "--ddof", "25"], 2, &["--ddof 25: must be less than the 25"]);
    user.refused(&["mine.py:std", "--data", "short.txt", "-n", "4"], 2, &["-n 4", "3 numbers"]);
    user.refused(&["mine.py:rolling", "--data", "short.txt", "-w", "75"], 2, &["--window 75", "3 numbers"]);
    user.refused(&["mine.py:std", "--data", "no.npy"], 2, &["no.npy"]);
    user.refused(
        &["mine.py:std", "--data", "none.npy"],
        2,
        &["--data none.npy: No such file or directory (os error 2)\n"],
    );
    user.refused(&["mine.py:std", "--data", "."], 2, &["--data .: Is a directory"]);
    user.write("empty.txt", "");
    user.refused(&["mine.py:std", "--data", "empty.txt"], 2, &["empty.txt", "no numbers"]);
}
