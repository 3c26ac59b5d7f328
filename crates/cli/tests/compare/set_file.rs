//! A set of contenders that is kept in a file.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::{MINE, User, python_is_there, row};

#[test]
fn a_set_is_kept_in_a_file_and_its_mistakes_are_named_with_their_line() {
    if !python_is_there() {
        return;
    }
    let user = User::new();
    user.write("x.txt", &(0..120).map(|index| format!("{}\n", index % 7)).collect::<String>());
    let set = "build = \"touch built\"\ndata = \"x.txt\"\nwindows = [20]\ncontenders = \"rust/simd$\"\n\n[[contender]]\nspec = \"mine.py:rolling\"\nname = \"mine\"\n";
    user.write("breakeven.toml", set);
    let rows = user.rows(0, &[]);
    assert_eq!(row(&rows, "user/mine")["outcome"], "measured");
    assert_eq!(row(&rows, "user/mine")["workload"], "sliding/x.txt-120-w20");
    assert_eq!(row(&rows, "rust/simd")["outcome"], "measured");
    assert!(!user.folder.path().join("built").exists(), "the command is for `gate`");
    fs::remove_dir_all(user.folder.path().join("bench-results")).unwrap();
    #[rustfmt::skip]
    let table: &[(&str, &[&str])] = &[
        ("windows = [20\n[[contender]]\n", &["breakeven.toml, line "]),
        ("window = 20\n", &["breakeven.toml, line 1", "unknown field `window`"]),
        ("\nwindows = 20\n", &["breakeven.toml, line 2", "invalid type"]),
        ("\n[[contender]]\n\nspec = \"mine.py:none\"\n", &["breakeven.toml, line 4: mine.py:none", "no function none"]),
        ("[[contender]]\nspec = \"gone.py:f\"\n", &["breakeven.toml, line 2: gone.py:f", "No such file"]),
        ("[[contender]]\nspec = \"mine.py:std\"\ninput = \"tuple\"\n", &["breakeven.toml, line 3", "tuple"]),
        ("windows = [20]\n", &["breakeven.toml", "no [[contender]]"]),
        ("\ntolerance = -1.0\n[[contender]]\nspec = \"mine.py:std\"\n", &["breakeven.toml, line 2: tolerance"]),
        ("tolerance = nan\n[[contender]]\nspec = \"mine.py:std\"\n", &["breakeven.toml, line 1: tolerance"]),
        ("\n\ncontenders = \"(\"\n[[contender]]\nspec = \"mine.py:std\"\n", &["breakeven.toml, line 3: contenders"]),
        ("[[contender]]\nspec = \"mine.py:std\"\nname = \" \"\n", &["breakeven.toml, line 3: name"]),
        ("\nbuild = \"\"\n[[contender]]\nspec = \"mine.py:std\"\n", &["breakeven.toml, line 2: build: it is empty"]),
        ("windows = [-5]\n[[contender]]\nspec = \"mine.py:std\"\n", &["breakeven.toml, line 1", "-5"]),
    ];
    for (text, words) in table {
        user.write("breakeven.toml", text);
        user.refused(&[], 2, words);
    }
    fs::remove_file(user.folder.path().join("breakeven.toml")).unwrap();
    user.refused(&[], 2, &["nothing to compare", "breakeven.toml"]);
    user.refused(&["--set", "none.toml"], 2, &["none.toml"]);
}

#[test]
fn what_a_set_cannot_mean_is_refused_with_its_line_as_the_command_line_would_refuse_it() {
    if !python_is_there() {
        return;
    }
    let user = User::new();
    user.write("x.txt", &(0..120).map(|index| format!("{}\n", index % 7)).collect::<String>());
    user.write("table.csv", "a,b\n1,2\n");
    user.write("mine.so", "no library");
    fs::create_dir(user.folder.path().join("old")).unwrap();
    user.write("old/mine.py", MINE);
    // what stands before `[[contender]]` with `spec = "mine.py:std"`, and what behind
    #[rustfmt::skip]
    let table: &[(&str, &str, &[&str])] = &[
        ("data = \"gone.txt\"", "", &["breakeven.toml, line 1: data gone.txt: No such file"]),
        ("\ndata = \"table.csv\"", "", &["breakeven.toml, line 2: data table.csv: 2 columns (a, b): choose a column with column\n"]),
        ("data = \"table.csv\"\ncolumn = \"z\"", "", &["breakeven.toml, line 2: column z: no such column in table.csv"]),
        ("\ncolumn = \"z\"", "", &["breakeven.toml, line 2: column: there is no data"]),
        ("data = \"x.txt\"\nlengths = [\n 60,\n 500,\n]", "", &["breakeven.toml, line 4: lengths 500: the file holds 120"]),
        ("lengths = [0]", "", &["breakeven.toml, line 1: lengths 0: must be at least 1"]),
        ("data = \"x.txt\"\nwindows = [20, 121]", "", &["breakeven.toml, line 2: windows 121: longer than the series of 120"]),
        ("windows = [0]", "", &["breakeven.toml, line 1: windows 0: must be at least 1"]),
        ("windows = [20]\nddof = 20", "", &["breakeven.toml, line 2: ddof 20: must be less than the 20"]),
        ("python = \"./gone/python\"", "", &["breakeven.toml, line 1: python ./gone/python: no such program"]),
        ("", "python = \"./gone/python\"", &["breakeven.toml, line 4: python ./gone/python: no such program"]),
        ("baseline = \"rust/none\"", "", &["breakeven.toml, line 1: baseline rust/none"]),
        ("\nreference = \"mine.py:none\"", "", &["breakeven.toml, line 2: reference mine.py:none: ", "no function none"]),
        ("\nreference = \"gone.py:f\"", "", &["breakeven.toml, line 2: reference gone.py:f: No such file"]),
        ("reference = \"old/mine.py:std\"", "[[contender]]\nspec = \"mine.py:off\"\nname = \"old/mine.py:std\"", &["breakeven.toml, line 1: reference old/mine.py:std would both be called user/old/mine.py:std"]),
        ("reference = \"mine.py:sample\"\nddof = 1", "", &["breakeven.toml, line 2: ddof: not beside a reference"]),
        ("baseline = \"mine.py:std\"\nreference = \"mine.py:sample\"", "", &["breakeven.toml, line 1: baseline: not beside a reference"]),
        ("", "arguments = [\"--fast\"]", &["breakeven.toml, line 4: arguments: mine.py:std is a Python function, which takes none"]),
        ("", "[[contender]]\nspec = \"mine.so:f\"\narguments = []", &["breakeven.toml, line 6: arguments: mine.so:f is a symbol of a library"]),
        ("", "[[contender]]\nspec = \"mine.so:f\"\npython = \"python3\"", &["breakeven.toml, line 6: python: mine.so:f is a symbol of a library"]),
        ("", "[[contender]]\nspec = \"/bin/true\"\ninput = \"list\"", &["breakeven.toml, line 6: input: /bin/true is a program, which takes none"]),
    ];
    for (before, behind, words) in table {
        user.write("breakeven.toml", &format!("{before}\n[[contender]]\nspec = \"mine.py:std\"\n{behind}\n"));
        user.refused(&[], 2, words);
    }
    user.write("breakeven.toml", "reference = \"mine.py:sample\"\n[[contender]]\nspec = \"mine.py:std\"\n");
    for option in [["--ddof", "1"], ["--baseline", "rust/naive"]] {
        user.refused(
            &option,
            2,
            &[option[0], "not beside a reference", "breakeven.toml, line 1: reference names"],
        );
    }
}

#[test]
fn a_set_in_another_folder_names_its_files_from_there() {
    if !python_is_there() {
        return;
    }
    let user = User::new();
    fs::create_dir_all(user.folder.path().join("sub/bin")).unwrap();
    fs::rename(user.folder.path().join("mine.py"), user.folder.path().join("sub/mine.py")).unwrap();
    user.write("sub/x.txt", &(0..90).map(|index| format!("{}\n", index % 7)).collect::<String>());
    user.write("sub/bin/python", "#!/bin/sh\nexec python3 \"$@\"\n");
    fs::set_permissions(user.folder.path().join("sub/bin/python"), fs::Permissions::from_mode(0o755))
        .unwrap();
    let set = "data = \"x.txt\"\nwindows = [20]\npython = \"bin/python\"\nreference = \"mine.py:largest\"\n\n[[contender]]\nspec = \"mine.py:largest_at_once\"\n";
    user.write("sub/breakeven.toml", set);
    let rows = user.rows(0, &["--set", "sub/breakeven.toml"]);
    assert_eq!(row(&rows, "user/mine.py:largest")["verdict"], "baseline");
    assert_eq!(row(&rows, "user/mine.py:largest_at_once")["outcome"], "measured");
    user.write("sub/breakeven.toml", &set.replace("x.txt", "gone.txt"));
    user.refused_after(
        &["--set", "sub/breakeven.toml"],
        2,
        &["sub/breakeven.toml, line 1: data sub/gone.txt: No such file"],
    );
    user.write("sub/breakeven.toml", &set.replace("bin/python", "gone/python"));
    user.refused(
        &["--set", "sub/breakeven.toml"],
        2,
        &["sub/breakeven.toml, line 3: python sub/gone/python: no such program"],
    );
}
