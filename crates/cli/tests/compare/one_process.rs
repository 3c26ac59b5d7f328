//! Python functions of one interpreter share its process, ours too.

use std::fs;

use super::{User, python_is_there, row};

/// A function of a neighbouring module, which is imported with the file or when the function is called.
const NEIGHBOURS: &str = "
import kernel

def std(values): return kernel.std(values)

def late(values):
    import late_kernel
    return late_kernel.std(values)
";

const KERNEL: &str = "
import math
def std(values):
    mean = sum(values) / len(values)
    return FACTOR * math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))
";

#[test]
fn our_python_contenders_run_in_the_users_interpreter() {
    if !python_is_there() {
        return;
    }
    let user = User::new();
    let rows = user.rows(0, &["mine.py:std", "-c", "^(python/(naive|statistics)|rust/naive)$"]);
    let mine = row(&rows, "user/mine.py:std")["version"].as_str().unwrap();
    for ours in ["python/naive", "python/statistics"] {
        let version = row(&rows, ours)["version"].as_str().unwrap();
        assert!(
            version.starts_with("CPython ") && mine.starts_with(&format!("{version}, source ")),
            "{mine}"
        );
    }
}

#[test]
fn two_versions_of_a_file_import_their_own_neighbours() {
    if !python_is_there() {
        return;
    }
    let user = User::new();
    let mut set = String::new();
    for (folder, factor) in [("new", "1.0"), ("old", "1.5")] {
        fs::create_dir(user.folder.path().join(folder)).unwrap();
        user.write(&format!("{folder}/mine.py"), NEIGHBOURS);
        for kernel in ["kernel.py", "late_kernel.py"] {
            user.write(&format!("{folder}/{kernel}"), &KERNEL.replace("FACTOR", factor));
        }
        for function in ["std", "late"] {
            let name = format!("{folder}-{function}");
            set += &format!("[[contender]]\nspec = \"{folder}/mine.py:{function}\"\nname = \"{name}\"\n");
        }
    }
    user.write("breakeven.toml", &set);
    let rows = user.rows(4, &["-c", "rust/naive"]);
    for (name, outcome) in
        [("new-std", "measured"), ("new-late", "measured"), ("old-std", "wrong"), ("old-late", "wrong")]
    {
        let found = row(&rows, &format!("user/{name}"));
        assert_eq!(found["outcome"], outcome, "{found}");
    }
}

#[test]
fn a_function_that_slows_the_interpreter_down_for_others_costs_its_own_row() {
    if !python_is_there() {
        return;
    }
    let user = User::new();
    user.write(
        "spoils.py",
        "import sys\nimport mine\ncalls = 0\ndef std(values):\n    global calls\n    calls += 1\n    \
         if calls > 20: sys.setprofile(lambda *_: None)\n    return mine.std(values)\n",
    );
    let rows = user.rows(8, &["mine.py:std", "spoils.py:std", "-c", "^(rust|python)/naive$"]);
    let spoils = row(&rows, "user/spoils.py:std");
    assert_eq!(spoils["outcome"], "failed");
    assert!(spoils["reason"].as_str().unwrap().contains("left a trace or profile function"), "{spoils}");
    for other in ["user/mine.py:std", "python/naive"] {
        assert_eq!(
            (&row(&rows, other)["outcome"], &row(&rows, other)["processes"]),
            (&"measured".into(), &6.into())
        );
    }
}
