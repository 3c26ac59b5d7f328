//! How does a user's function take part in this process?
//!
//! As ours do, by a program that names the function by its task. The user's file is a module beside it: any
//! name in there may be one that means something in a program of ours. `breakeven compare --embedded` measures
//! so; by default a user's function runs in the user's own interpreter, which this crate's worker file is for.

use std::path::PathBuf;

use breakeven_problem::{About, Contract, Handing, InputForm};

use crate::contender::{Divisor, Offer, Package, Place, PythonContender, Source};
use crate::contenders::ON_NUMBERS;

/// A function in a user's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddedFunction {
    /// The contender's id.
    pub id: String,
    /// What the function is handed.
    pub input: InputForm,
    /// The file, by an absolute path: its folder comes first where Python looks for modules.
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
        let function = &self.function;
        let glue = format!(
            "def whole(window, ddof):\n    return module.{function}\n\n\n\
             def sliding(window, ddof):\n    function = module.{function}\n    \
             return lambda values: function(values, window)\n"
        );
        let file = self.file.display().to_string();
        let program = [
            Source { file: file.leak(), text: self.text.leak(), place: Place::Module },
            Source { file: "glue.py", text: glue.leak(), place: Place::Memory },
        ];
        PythonContender {
            about: About {
                id: self.id,
                summary: "yours, in our interpreter",
                input: self.input,
                contract: Contract::Peer(&[]),
                threads: 1,
            },
            program: Box::leak(Box::new(program)),
            offer: Offer::Tasks { tasks: ON_NUMBERS, divisor: Divisor::Any },
            package: Package { module: "", install: "scripts/prepare" },
            handing: Handing::SameInput,
        }
    }
}
