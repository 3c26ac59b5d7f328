//! In which process was a contender timed?

use crate::words::worded_enum;

worded_enum! {
    /// The kind of process that a sample was taken in, in the order in which they are visited.
    #[derive(Default)]
    pub enum Place {
        /// The worker: pinned, one thread.
        #[default]
        Worker = "worker",
        /// The companion of contenders that use several threads: not pinned, thread variables unset.
        Threaded = "threaded",
        /// The companion of contenders that have crashed a worker: set up as the worker is.
        Quarantine = "quarantine",
    }
}

impl Place {
    /// Whether it is a companion.
    #[must_use]
    pub fn is_companion(self) -> bool {
        self != Place::Worker
    }
}
