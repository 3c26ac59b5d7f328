//! How is a function of a shared library called?
//!
//! By C's calling convention, through its address: `double f(const double *values, size_t length)`, or for windows
//! `void f(const double *values, size_t length, size_t window, double *output)`, which writes
//! `length - window + 1` numbers. No one can check that a symbol is such a function, which is why this happens in a
//! process of its own only (`breakeven library`).

#![expect(unsafe_code, reason = "a C function is called by its address")]

use std::hint::black_box;
use std::path::Path;

use libloading::Library;

type Whole = unsafe extern "C" fn(*const f64, usize) -> f64;
type Sliding = unsafe extern "C" fn(*const f64, usize, usize, *mut f64);

/// A function of a library that stays loaded as long as this lives.
pub(crate) struct SharedFunction {
    whole: Whole,
    sliding: Sliding,
    _library: Library,
}

impl SharedFunction {
    /// Loads a library and finds a symbol in it. Its constructors run.
    ///
    /// # Errors
    /// What the loader says, in one line.
    pub(crate) fn load(library: &Path, symbol: &str) -> Result<Self, String> {
        let message = |error: libloading::Error| {
            let all = format!("{:#}", anyhow::Error::new(error));
            all.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        // SAFETY: what the library does when it is loaded is its owner's affair, who has asked for it in a process
        // that holds nothing else.
        let library = unsafe { Library::new(library) }.map_err(message)?;
        // SAFETY: that the symbol is a function of one of the two signatures is what its owner has promised by
        // naming it; only the one that was promised is ever called.
        let (whole, sliding) = unsafe {
            let whole = library.get::<Whole>(symbol).map_err(message)?;
            let sliding = library.get::<Sliding>(symbol).map_err(message)?;
            (*whole, *sliding)
        };
        Ok(Self { whole, sliding, _library: library })
    }

    /// Calls it so often on an array; gives the last answer.
    pub(crate) fn whole(&self, values: &[f64], loops: u64) -> f64 {
        let (function, mut last) = (black_box(self.whole), f64::NAN);
        for _ in 0..loops {
            let values = black_box(values);
            // SAFETY: pointer and length are those of a slice that outlives the call.
            last = black_box(unsafe { function(values.as_ptr(), values.len()) });
        }
        last
    }

    /// Calls it so often on the windows of a series. `output` must have room for all of them.
    pub(crate) fn sliding(&self, values: &[f64], window: usize, output: &mut [f64], loops: u64) {
        assert!(output.len() + window > values.len(), "room for every window");
        let function = black_box(self.sliding);
        for _ in 0..loops {
            let values = black_box(values);
            // SAFETY: both pointers are those of slices that outlive the call, and the second has room for the
            // `length - window + 1` numbers that the signature promises to write.
            unsafe { function(values.as_ptr(), values.len(), window, output.as_mut_ptr()) };
            black_box(&mut *output);
        }
    }
}
