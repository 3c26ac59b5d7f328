//! In which order are the batches of a simulated block made?

use breakeven_measure::order::{self, Step, balanced};

/// How the batches of a block follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Interleaving {
    /// Round by round in balanced orders, as in every run.
    #[default]
    Balanced,
    /// Round by round, each in the same order: shows what the balance is for.
    FixedOrder,
    /// All batches of one contender, then all of the next: shows what rounds are for.
    InARow,
}

impl Interleaving {
    /// Its name in the table.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Interleaving::Balanced => "Williams squares (the tool's)",
            Interleaving::FixedOrder => "rounds, each in the same order",
            Interleaving::InARow => "all batches of one contender, then of the next",
        }
    }

    /// The function that a visit takes.
    #[must_use]
    pub fn steps(self) -> order::Interleaving {
        match self {
            Interleaving::Balanced => balanced,
            Interleaving::FixedOrder => |orders| {
                let of_round = |round| members(orders).map(move |member| Step { round, member });
                (0..orders.len()).flat_map(of_round).collect()
            },
            Interleaving::InARow => |orders| {
                let of_member = |member| (0..orders.len()).map(move |round| Step { round, member });
                members(orders).flat_map(of_member).collect()
            },
        }
    }
}

fn members(orders: &[Vec<usize>]) -> std::ops::Range<usize> {
    0..orders.first().map_or(0, Vec::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_batch_of_a_block_is_made_once_whatever_its_order() {
        let orders = order::block(7, 3);
        let all = |interleaving: Interleaving| {
            let mut steps = interleaving.steps()(&orders);
            let made = steps.clone();
            steps.sort_by_key(|step| (step.round, step.member));
            assert!(steps.iter().enumerate().all(|(at, step)| (step.round, step.member) == (at / 7, at % 7)));
            made
        };
        all(Interleaving::Balanced);
        let in_fixed_order = all(Interleaving::FixedOrder);
        assert_eq!(in_fixed_order[7..9], [Step { round: 1, member: 0 }, Step { round: 1, member: 1 }]);
        assert_eq!(all(Interleaving::InARow)[1], Step { round: 1, member: 0 });
        assert_eq!(Interleaving::InARow.steps()(&[]), []);
    }
}
