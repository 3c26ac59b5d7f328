//! In which process is a contender timed?
//!
//! Most contenders share one worker per process. Two kinds of them have a companion beside it, with an
//! environment of its own: those that use several threads, and those that have crashed once in this
//! run. The baseline, its twin and the ruler are guests in every companion, so that a ratio is always
//! taken inside one process and between neighbours in time.

use breakeven_record::place::Place;

/// The place of a contender that uses so many threads and has this history.
#[must_use]
pub fn place_of(threads: usize, history: History) -> Place {
    match (threads, history) {
        (1, History::Clean) => Place::Worker,
        (1, History::Crashed) => Place::Quarantine,
        _ => Place::Threaded,
    }
}

/// What a contender has done to workers of this run so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum History {
    /// Nothing.
    Clean,
    /// It has taken one down.
    Crashed,
}
