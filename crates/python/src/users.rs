//! How does a user's function take part in this process?
//!
//! As one of ours do: the text of its file is a program, and two lines behind it name the function by its
//! task. `breakeven compare --embedded` measures so; by default a user's function runs in the user's own
//! interpreter, which this crate's worker file is for.

use std::path::PathBuf;

use breakeven_problem::{About, Contract, InputForm};

use crate::contender::{Divisor, Offer, Package, Place, PythonContender, Source};
use crate::contenders::ON_NUMBERS;

/// A function in a user's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddedFunction {
    /// The contender's id.
    pub id: String,
    /// What the function is handed.
    pub input: InputForm,
    /// The file: its folder comes first where Python looks for modules.
    pub file: PathBuf,
    /// What is in it.
    pub text: String,
    /// The function's name, or its path of attributes.
    pub function: String,
}

impl EmbeddedFunction {
    /// The contender that it is: `f(values)` for `whole`, `f(values, window)` for `sliding`. The texts are kept to
    /// the end of the process, as those of our own contenders are.
    #[must_use]
    pub fn contender(self) -> PythonContender {
        let folder = self
            .file
            .parent()
            .map_or_else(String::new, |folder| format!("{:?}", folder.display().to_string()));
        let before = format!("import sys\nsys.path[:0] = [{folder}]\n");
        let function = &self.function;
        let after = format!(
            "_function = {function}\ntemporaries = given = None\n\
             def whole(window, ddof):\n    return _function\n\n\
             def sliding(window, ddof):\n    return lambda values: _function(values, window)\n"
        );
        let name = self.file.display().to_string();
        let sources = [("before.py".to_owned(), before), (name, self.text), ("after.py".to_owned(), after)];
        let program =
            sources.map(|(file, text)| Source { file: file.leak(), text: text.leak(), place: Place::Memory });
        PythonContender {
            about: About {
                id: self.id,
                summary: "yours, in our interpreter",
                input: self.input,
                contract: Contract::Peer(&[]),
                threads: 1,
            },
            program: Vec::from(program).leak(),
            offer: Offer::Tasks { tasks: ON_NUMBERS, divisor: Divisor::Any },
            package: Package { module: "", install: "scripts/prepare" },
        }
    }
}
