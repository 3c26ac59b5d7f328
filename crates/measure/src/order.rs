//! In which order are the contenders of a round timed?
//!
//! A Williams square: every contender stands once at every position, and follows every other one
//! equally often, so that neither position nor the predecessor's leftovers (caches, clock frequency)
//! favour any contender. E. J. Williams, "Experimental designs balanced for the estimation of residual
//! effects of treatments", Australian Journal of Scientific Research A 2 (1949).

use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;

/// Contenders that share one square at most; more are cut into groups.
pub const LARGEST_SQUARE: usize = 12;

/// Rounds that a block has at least: small squares are repeated.
pub const LEAST_ROUNDS: usize = 12;

/// The orders of one block of rounds of `contenders` contenders: whole squares, each with its
/// contenders relabelled at random from `seed`, until there are [`LEAST_ROUNDS`] rounds.
#[must_use]
pub fn block(contenders: usize, seed: u64) -> Vec<Vec<usize>> {
    if contenders == 0 {
        return Vec::new();
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut rounds = Vec::new();
    while rounds.len() < LEAST_ROUNDS {
        let mut labels: Vec<usize> = (0..contenders).collect();
        labels.shuffle(&mut random);
        let mut square = williams_square(contenders);
        square.shuffle(&mut random);
        rounds.extend(
            square
                .into_iter()
                .map(|row| row.into_iter().map(|position| labels[position]).collect::<Vec<_>>()),
        );
    }
    rounds
}

/// One batch of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The round that it belongs to, with whose batches it is compared.
    pub round: usize,
    /// The contender.
    pub member: usize,
}

/// How the batches of a block of rounds of these orders follow each other. A run is always [`balanced`]; a simulation
/// that shows what the balance is for uses another interleaving.
pub type Interleaving = fn(&[Vec<usize>]) -> Vec<Step>;

/// Round by round, each in its own order.
#[must_use]
pub fn balanced(orders: &[Vec<usize>]) -> Vec<Step> {
    let rounds = orders.iter().enumerate();
    rounds.flat_map(|(round, order)| order.iter().map(move |&member| Step { round, member })).collect()
}

/// The square of `size` conditions: `size` rows where it is even, twice as many (the square and its
/// mirror image) where it is odd, since only then is every succession equally frequent.
#[must_use]
pub fn williams_square(size: usize) -> Vec<Vec<usize>> {
    let mut first = Vec::with_capacity(size);
    for step in 0..size {
        first.push(if step % 2 == 1 { step.div_ceil(2) } else { (size - step / 2) % size });
    }
    let mut rows: Vec<Vec<usize>> =
        (0..size).map(|shift| first.iter().map(|entry| (entry + shift) % size).collect()).collect();
    if size % 2 == 1 {
        let mirrored: Vec<Vec<usize>> = rows.iter().map(|row| row.iter().rev().copied().collect()).collect();
        rows.extend(mirrored);
    }
    rows
}

/// Indices `0..count` in an order drawn from `seed`.
#[must_use]
pub fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    order
}

/// A seed for one purpose, from the plan's seed and the name and number of the purpose.
#[must_use]
pub fn derive_seed(seed: u64, purpose: &str, number: u64) -> u64 {
    // FNV-1a: the seeds only have to differ, and to be the same on every platform
    let bytes = purpose.bytes().chain(number.to_le_bytes()).chain(seed.to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn every_contender_stands_at_every_position_and_follows_every_other_equally_often() {
        for size in 1..=LARGEST_SQUARE {
            let square = williams_square(size);
            let (mut positions, mut successions) = (HashMap::new(), HashMap::new());
            for row in &square {
                for (position, &entry) in row.iter().enumerate() {
                    *positions.entry((position, entry)).or_insert(0) += 1;
                }
                for pair in row.windows(2) {
                    *successions.entry((pair[0], pair[1])).or_insert(0) += 1;
                }
            }
            let times = square.len() / size;
            assert_eq!(positions.len(), size * size, "size {size}");
            assert!(positions.values().all(|&count| count == times), "size {size}");
            assert_eq!(successions.len(), size * (size - 1), "size {size}");
            assert!(successions.values().all(|&count| count == times), "size {size}");
        }
    }

    #[test]
    fn balanced_batches_are_made_in_the_orders_of_their_rounds() {
        let orders = block(7, 3);
        let steps = balanced(&orders);
        assert!(steps.iter().enumerate().all(|(at, step)| step.round == at / 7));
        let members: Vec<usize> = steps.iter().map(|step| step.member).collect();
        assert_eq!(members, orders.concat());
        assert_eq!(balanced(&[]), []);
    }

    #[test]
    fn a_block_has_at_least_twelve_rounds_and_is_drawn_from_its_seed() {
        for size in 1..=LARGEST_SQUARE {
            let rounds = block(size, 7);
            assert!(rounds.len() >= LEAST_ROUNDS);
            assert_eq!(rounds.len() % williams_square(size).len(), 0, "whole squares only");
            assert!(rounds.iter().all(|row| {
                let mut sorted = row.clone();
                sorted.sort_unstable();
                sorted == (0..size).collect::<Vec<_>>()
            }));
            assert_eq!(rounds, block(size, 7));
        }
        assert_ne!(block(12, 7), block(12, 8));
    }
}
