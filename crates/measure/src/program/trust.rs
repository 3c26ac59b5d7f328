//! Can it be, what a program says of its time? Nobody else has looked at its clock.

use breakeven_problem::Failure;

/// What is known of a program's clock.
#[derive(Debug, Default)]
pub(super) struct Trust {
    /// Long runs, with no other long one between them, of which it says that they took next to no time.
    doubts: u32,
}

impl Trust {
    /// A run that took so long as seen from here, in nanoseconds, is not delayed by the machine alone to so many times
    /// what the program says.
    const LONG_NS: u64 = 50_000_000;
    const TIMES: u64 = 20;
    const PATIENCE: u32 = 3;

    /// A run that took `own_ns` by the program's clock took `seen_ns` as seen from here.
    pub(super) fn check(&mut self, own_ns: u64, seen_ns: u64) -> Result<(), Failure> {
        if own_ns > seen_ns.saturating_add(seen_ns / 100 + 10_000) {
            return Err(Failure(format!(
                "says that {own_ns} ns passed where {seen_ns} did: are these nanoseconds?"
            )));
        }
        // of a short one most is reaching it: that says nothing
        if seen_ns > Self::LONG_NS {
            self.doubts = if own_ns < seen_ns / Self::TIMES { self.doubts + 1 } else { 0 };
        }
        if self.doubts == Self::PATIENCE {
            return Err(Failure(format!(
                "says that {own_ns} ns passed where {seen_ns} did, {} times in a row: are these nanoseconds?",
                Self::PATIENCE
            )));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_says_of_its_time_is_believed_only_where_it_can_be() {
        const MS: u64 = 1_000_000;
        let all = |runs: &[(u64, u64)]| {
            let mut trust = Trust::default();
            runs.iter().all(|&(own, seen)| trust.check(own, seen).is_ok())
        };
        let delayed = (MS, 80 * MS);
        assert!(all(&[(MS, MS), (MS, 2 * MS), (50, 30_000)]), "reaching it takes time");
        assert!(all(&[delayed, delayed, (60 * MS, 80 * MS), delayed, delayed]), "a machine may be busy");
        let (settling, batch) = ((37, 37 * MS), (300, 300 * MS));
        assert!(!all(&[settling, batch, settling, batch, settling, batch]), "microseconds");
        assert!(!all(&[(2 * MS, MS)]), "more than there was");
        assert!(!all(&[(u64::MAX, MS)]));
    }
}
