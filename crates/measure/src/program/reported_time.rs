//! Is the time that a program reports plausible? Only the program has read its clock.

use breakeven_problem::Failure;

/// What a program does in a run beside the calls that it times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    /// Hardly anything.
    Little,
    /// Copies of inputs are made, or inputs of any kind are compared with what they were: that may take longer than the
    /// calls.
    Much,
}

/// What is known of the times that a program reports.
#[derive(Debug, Default)]
pub(super) struct ReportedTime {
    /// Consecutive long runs for which it has reported implausibly little time.
    suspicious: u32,
}

impl ReportedTime {
    /// A run counts as long from this many nanoseconds on, measured by the worker.
    const LONG_NS: u64 = 50_000_000;
    /// A busy machine does not delay a long run to this many times what the program reports: a hundred times was seen, in
    /// three runs in a row, beside sixteen other programs on two processors. Another unit is a thousand times off.
    const TIMES: u64 = 300;
    /// So many suspicious runs in a row are an error.
    const LIMIT: u32 = 3;

    /// Checks a run that took `own_ns` by the program's clock and `seen_ns` by the worker's.
    pub(super) fn check(&mut self, own_ns: u64, seen_ns: u64, beside: Beside) -> Result<(), Failure> {
        if own_ns > seen_ns.saturating_add(seen_ns / 100 + 10_000) {
            return Err(Failure(format!(
                "says that {own_ns} ns passed where {seen_ns} did: are these nanoseconds?"
            )));
        }
        // most of a short run is communication with the program, which proves nothing
        if seen_ns > Self::LONG_NS && beside == Beside::Little {
            self.suspicious = if own_ns < seen_ns / Self::TIMES { self.suspicious + 1 } else { 0 };
        }
        if self.suspicious == Self::LIMIT {
            return Err(Failure(format!(
                "says that {own_ns} ns passed where {seen_ns} did, {} times in a row: are these nanoseconds?",
                Self::LIMIT
            )));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reported_time_is_believed_only_where_it_is_plausible() {
        const MS: u64 = 1_000_000;
        let all = |runs: &[(u64, u64)]| {
            let mut reported = ReportedTime::default();
            runs.iter().all(|&(own, seen)| reported.check(own, seen, Beside::Little).is_ok())
        };
        let delayed = (MS, 80 * MS);
        assert!(all(&[(MS, MS), (MS, 2 * MS), (50, 30_000)]), "communication takes time");
        assert!(all(&[delayed, delayed, (60 * MS, 80 * MS), delayed, delayed]), "a machine may be busy");
        assert!(all(&[(MS * 6 / 10, 64 * MS); 9]), "however busy it is");
        let (warm_up, batch) = ((37, 37 * MS), (300, 300 * MS));
        assert!(!all(&[warm_up, batch, warm_up, batch, warm_up, batch]), "microseconds");
        assert!(!all(&[(2 * MS, MS)]), "more than there was");
        assert!(!all(&[(u64::MAX, MS)]));
    }
}
