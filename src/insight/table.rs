//! Look-up tables of weights: where most of the time of reading a post goes.

/// Outputs that are added at once.
const LANES: usize = 8;
/// Bits of the sieve for each hash, at least.
const SIEVE_BITS: usize = 8;

/// The weights of each hash and of each dense number, rows filled up to whole lanes. Most features of a
/// text are unknown: a sieve small enough to stay near the processor turns away most of them before
/// the table is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    sieve: Vec<u64>,
    /// Hashes, each at the place of its upper bits or the next free one behind; 0 where none is.
    slots: Vec<u32>,
    /// Of each slot.
    sparse: Vec<i8>,
    /// Of each dense number.
    dense: Vec<f32>,
    /// Of a row.
    width: usize,
}

impl Table {
    /// Of rows with so many outputs.
    pub(super) fn of(hashes: &[u32], sparse: &[i8], dense: &[f32], outputs: usize) -> Self {
        let outputs = outputs.max(1);
        let width = outputs.next_multiple_of(LANES);
        let slots = (hashes.len() * 2).next_power_of_two().max(2);
        let mut table = Self {
            sieve: vec![0; (hashes.len() * SIEVE_BITS).div_ceil(64).next_power_of_two()],
            slots: vec![0; slots],
            sparse: vec![0; slots * width],
            dense: vec![0.0; dense.len() / outputs * width],
            width,
        };
        for (hash, weights) in hashes.iter().zip(sparse.chunks(outputs)).filter(|it| *it.0 != 0) {
            let (at, bit) = table.in_sieve(*hash);
            table.sieve[at] |= bit;
            let slot = table.free_slot(*hash);
            table.slots[slot] = *hash;
            table.sparse[slot * width..][..outputs].copy_from_slice(weights);
        }
        for (row, weights) in table.dense.chunks_mut(width).zip(dense.chunks(outputs)) {
            row[..outputs].copy_from_slice(weights);
        }
        table
    }

    /// Zeros to add to.
    pub(super) fn sums(&self) -> Vec<f32> {
        vec![0.0; self.width]
    }

    /// Adds the weights of the features that are known, each once, times their values; returns the sum of
    /// the squares of these values.
    pub(super) fn add_sparse(&self, features: &[(u32, f32)], sums: &mut [f32]) -> f32 {
        let mut known: Vec<(u32, f32)> = features.to_vec();
        known.retain(|it| self.may_know(it.0));
        let mut met = Met::with_room_for(known.len());
        known.retain(|it| met.is_first(it.0));
        let mut square = 0.0;
        for (hash, value) in known {
            let Some(weights) = self.weights_of(hash) else { continue };
            square += value * value;
            for (sums, weights) in sums.chunks_exact_mut(LANES).zip(weights.chunks_exact(LANES)) {
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum += value * f32::from(*weight);
                }
            }
        }
        square
    }

    pub(super) fn add_dense(&self, numbers: &[f32], sums: &mut [f32]) {
        for (value, weights) in numbers.iter().zip(self.dense.chunks_exact(self.width)) {
            for (sums, weights) in sums.chunks_exact_mut(LANES).zip(weights.chunks_exact(LANES)) {
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum += value * weight;
                }
            }
        }
    }

    /// The word of the sieve, and the bit in it.
    fn in_sieve(&self, hash: u32) -> (usize, u64) {
        ((hash >> 6) as usize & (self.sieve.len() - 1), 1 << (hash & 63))
    }

    /// Whether a hash may be in the table. That of nothing never is.
    fn may_know(&self, hash: u32) -> bool {
        let (at, bit) = self.in_sieve(hash);
        hash != 0 && self.sieve[at] & bit != 0
    }

    fn free_slot(&self, hash: u32) -> usize {
        let mut slot = self.first_slot(hash);
        while self.slots[slot] != 0 {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        slot
    }

    fn weights_of(&self, hash: u32) -> Option<&[i8]> {
        let mut slot = self.first_slot(hash);
        while self.slots[slot] != hash {
            if self.slots[slot] == 0 {
                return None;
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        Some(&self.sparse[slot * self.width..][..self.width])
    }

    fn first_slot(&self, hash: u32) -> usize {
        let scaled = u64::from(hash) * self.slots.len() as u64;
        usize::try_from(scaled >> 32).unwrap_or_default()
    }
}

/// Hashes that were met, so that each is taken once.
struct Met {
    slots: Vec<u32>,
}

impl Met {
    fn with_room_for(count: usize) -> Self {
        Self { slots: vec![0; (count * 2).next_power_of_two().max(2)] }
    }

    /// Whether it was not met before.
    fn is_first(&mut self, hash: u32) -> bool {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while self.slots[slot] != 0 {
            if self.slots[slot] == hash {
                return false;
            }
            slot = (slot + 1) & mask;
        }
        self.slots[slot] = hash;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_equal(some: &[f32], others: &[f32]) -> bool {
        some.iter().map(|it| it.to_bits()).eq(others.iter().map(|it| it.to_bits()))
    }

    #[test]
    fn every_hash_is_found_with_its_own_weights_and_no_other_is() {
        // Many of them want the same place.
        let hashes: Vec<u32> = (1..2_000).map(|it| it * it).collect();
        let weight = |hash: u32| i8::try_from(hash % 101).unwrap();
        let weights: Vec<i8> = hashes.iter().flat_map(|it| [weight(*it), 1]).collect();
        let table = Table::of(&hashes, &weights, &[], 2);
        for hash in &hashes {
            let mut sums = table.sums();
            let square = table.add_sparse(&[(*hash, 2.0), (*hash, 2.0)], &mut sums);
            assert!(are_equal(&[square, sums[0]], &[4.0, 2.0 * f32::from(weight(*hash))]));
            assert!(are_equal(&sums[1..3], &[2.0, 0.0]));
        }
        let mut sums = table.sums();
        let others: Vec<(u32, f32)> = (1..2_000).map(|it| (it * it + 3, 1.0)).collect();
        let others: Vec<_> = others.into_iter().filter(|it| !hashes.contains(&it.0)).collect();
        let squares = [others.as_slice(), &[(0, 1.0)]].map(|it| table.add_sparse(it, &mut sums));
        assert!(are_equal(&squares, &[0.0; 2]) && are_equal(&sums, &[0.0; 8]));
    }

    #[test]
    fn a_table_without_rows_knows_nothing() {
        let table = Table::of(&[], &[], &[], 5);
        let mut sums = table.sums();
        let square = table.add_sparse(&[(7, 1.0)], &mut sums);
        table.add_dense(&[1.0], &mut sums);
        assert!(are_equal(&[square], &[0.0]) && are_equal(&sums, &[0.0; 8]));
    }
}
