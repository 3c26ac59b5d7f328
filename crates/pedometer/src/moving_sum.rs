//! What is the sum of every sample's surroundings?

/// Sum of `v[i - reach ..= i + reach]` for every i, in integers, with the first and last value
/// repeated beyond the ends: box(v, reach) of the specification.
#[derive(Debug)]
pub(crate) struct MovingSum {
    reach: usize,
    /// The last `2 reach + 1` values, empty before the first; the oldest is at `oldest`.
    window: Vec<i64>,
    oldest: usize,
    sum: i64,
    /// Values to consume before the first sum is complete.
    wanting: usize,
}

impl MovingSum {
    pub(crate) fn new(reach: usize) -> Self {
        Self { reach, window: Vec::new(), oldest: 0, sum: 0, wanting: reach }
    }

    /// Consumes values and appends the sums they complete: those up to `reach` values before.
    pub(crate) fn push(&mut self, values: &[i64], sums: &mut Vec<i64>) {
        let Some(&first) = values.first() else { return };
        if self.window.is_empty() {
            self.window = vec![first; 2 * self.reach + 1];
            self.sum = first * self.window.len() as i64;
        }
        for &value in values {
            self.sum += value - std::mem::replace(&mut self.window[self.oldest], value);
            self.oldest = if self.oldest + 1 == self.window.len() { 0 } else { self.oldest + 1 };
            if self.wanting > 0 {
                self.wanting -= 1;
            } else {
                sums.push(self.sum);
            }
        }
    }

    /// Ends the values: appends the sums that were not complete yet.
    pub(crate) fn finish(&mut self, sums: &mut Vec<i64>) {
        if let Some(length) = self.window.len().checked_sub(1) {
            let last = self.window[(self.oldest + length) % (length + 1)];
            self.push(&vec![last; self.reach], sums);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_agree_with_their_definition_for_every_length_and_reach() {
        for length in 0..40usize {
            let values: Vec<i64> = (0..length as i64).map(|i| (i * i * 37) % 101 - 50).collect();
            for reach in [1, 3, 7, 30] {
                let expected: Vec<i64> = (0..length as i64)
                    .map(|i| {
                        let around = i - reach as i64..=i + reach as i64;
                        around.map(|j| values[j.clamp(0, length as i64 - 1) as usize]).sum()
                    })
                    .collect();
                for chunk in [1, 5, 40] {
                    let (mut sums, mut moving) = (Vec::new(), MovingSum::new(reach));
                    values.chunks(chunk).for_each(|chunk| moving.push(chunk, &mut sums));
                    moving.finish(&mut sums);
                    assert_eq!(sums, expected, "{length} values, reach {reach}, chunks of {chunk}");
                }
            }
        }
    }
}
