//! Does a bank keep its contract, however its rows are cut?

use crate::bank::{run, run_in_blocks};
use crate::oracle::ExactBank;
use crate::{Bank, Contract};

/// Rows of the signals: around the narrowest and the widest window, the least for steps, and more.
const ROWS: [usize; 10] = [0, 1, 49, 50, 51, 99, 100, 101, 201, 1100];

/// Rows per block.
const CUTS: [usize; 6] = [1, 7, 50, 64, 100, 1000];

/// Asserts that `B` agrees with [`ExactBank`] on synthetic cleaned signals of 1, 3 and 6 channels, and
/// gives the same bits for blocks of any size.
///
/// `exact` and `fast`: every M is equal. `peer`: sum(M) of each channel is within 1e-6 relative.
///
/// # Panics
/// At the first disagreement, naming rows, channel and row.
pub fn assert_bank_conforms<B: Bank>(contract: Contract) {
    for rows in ROWS {
        for kinds in SIGNALS {
            let cleaned: Vec<Vec<i16>> = kinds.iter().map(|&kind| signal(kind, rows)).collect();
            let place = format!("{rows} rows, {} channels", kinds.len());
            let got = run::<B>(&cleaned);
            assert_agrees(&got, &run::<ExactBank>(&cleaned), contract, &place);
            for cut in CUTS.into_iter().filter(|&cut| cut < rows) {
                let again = run_in_blocks::<B>(&cleaned, cut);
                assert!(again == got, "{place}: blocks of {cut} rows give another M than one block");
            }
        }
    }
}

fn assert_agrees(got: &[Vec<i32>], exact: &[Vec<i32>], contract: Contract, place: &str) {
    for (channel, (got, exact)) in got.iter().zip(exact).enumerate() {
        if let Contract::Peer(_) = contract {
            let sum = |m: &[i32]| m.iter().map(|&value| i64::from(value)).sum::<i64>();
            let (got, exact) = (sum(got), sum(exact));
            let error = (got - exact).unsigned_abs() as f64;
            assert!(error <= 1e-6 * exact as f64, "{place}, channel {channel}: sum(M) is {got}, not {exact}");
        } else if let Some(row) = (0..got.len()).find(|&row| got[row] != exact[row]) {
            panic!("{place}, channel {channel}, row {row}: M is {}, not {}", got[row], exact[row]);
        }
    }
}

/// The sample at a row of a channel, with fresh noise to make it of.
type Kind = fn(usize, i32) -> i32;

const NOISE: Kind = |_, noise| noise;
const WALKING: Kind = |row, noise| walking(row) + (noise >> 9);
const SQUARE: Kind = |row, _| if (row / 37).is_multiple_of(2) { 32_767 } else { -32_767 };
const FLAT: Kind = |_, _| -2048;
const RAMPS: Kind = |row, _| row as i32 * 43 % 65_535 - 32_767;
const SPIKES: Kind = |row, noise| if row % 131 == 60 { noise } else { noise >> 11 };

/// The narrow signals take the kinds that alter most samples; six channels have all of them.
const SIGNALS: [&[Kind]; 3] =
    [&[WALKING], &[SPIKES, SQUARE, NOISE], &[WALKING, NOISE, SQUARE, FLAT, RAMPS, SPIKES]];

/// One channel of cleaned samples, within 32767 either way.
fn signal(kind: Kind, rows: usize) -> Vec<i16> {
    let mut state = rows as u64;
    (0..rows).map(|row| kind(row, noise(&mut state)).clamp(-32_767, 32_767) as i16).collect()
}

/// A triangle wave of 2 Hz and about 1 g, in bursts of 3 s with 2 s of rest.
fn walking(row: usize) -> i32 {
    let triangle = 160 * (25 - (row % 50) as i32).abs() - 2000;
    2048 + if row % 500 < 300 { triangle } else { 0 }
}

/// The upper 16 bits, signed, of SplitMix64 (Steele, Lea, Flood 2014).
fn noise(state: &mut u64) -> i32 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    i32::from((bits >> 48) as u16 as i16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exact_bank_agrees_with_itself_in_blocks() {
        assert_bank_conforms::<ExactBank>(Contract::Exact);
    }
}
