//! A read-only map from 64-bit hashes to rows of fixed width, used in place.
//!
//! Loading a table only checks its structure. Entries are sorted into buckets
//! by the high bits of their hash, about four per bucket. The keys in a bucket
//! are the low 32 bits. A hash that is not in the table matches a wrong entry
//! with a probability below 2⁻²⁹.
//!
//! Layout, little-endian: `u32` number of entries n, `u32` bits b,
//! `u32 start[2^b + 1]`, `u32 key[n]`, n rows of `WIDTH` bytes.

/// A table that borrows its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a, const WIDTH: usize> {
    bits: u32,
    starts: &'a [[u8; 4]],
    keys: &'a [[u8; 4]],
    rows: &'a [[u8; WIDTH]],
}

impl<'a, const WIDTH: usize> Table<'a, WIDTH> {
    /// Parses a table at the start of `bytes`. Returns it with the rest of the
    /// bytes, or `None` if there is no valid table.
    pub fn read(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (count, bytes) = word(bytes)?;
        let (bits, bytes) = word(bytes)?;
        if bits > 28 {
            return None;
        }
        let (starts, bytes) = chunks::<4>(bytes, (1 << bits) + 1)?;
        let (keys, bytes) = chunks::<4>(bytes, count as usize)?;
        let (rows, bytes) = chunks::<WIDTH>(bytes, count as usize)?;
        let ascending = starts.windows(2).all(|two| at(two[0]) <= at(two[1]));
        let whole = starts.last().is_some_and(|&last| at(last) == count);
        (ascending && whole).then_some((Self { bits, starts, keys, rows }, bytes))
    }

    /// Returns the row of `hash`.
    pub fn get(&self, hash: u64) -> Option<&'a [u8; WIDTH]> {
        let bucket = (hash >> 32 >> (32 - self.bits)) as usize;
        let (start, end) = (at(self.starts[bucket]) as usize, at(self.starts[bucket + 1]) as usize);
        let key = (hash as u32).to_le_bytes();
        let found = self.keys[start..end].iter().position(|&other| other == key)?;
        Some(&self.rows[start + found])
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether the table is empty.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

/// Encodes `entries` as a table. If several entries have the same hash, look-ups
/// find the first.
pub fn write<const WIDTH: usize>(mut entries: Vec<(u64, [u8; WIDTH])>) -> Vec<u8> {
    entries.sort_by_key(|entry| entry.0);
    let bits = (entries.len() / 4).max(2).ilog2();
    let bucket = |hash: u64| (hash >> 32 >> (32 - bits)) as usize;
    let mut starts = vec![0u32; (1 << bits) + 1];
    for (hash, _) in &entries {
        starts[bucket(*hash) + 1] += 1;
    }
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    let mut bytes = Vec::new();
    bytes.extend((entries.len() as u32).to_le_bytes());
    bytes.extend(bits.to_le_bytes());
    bytes.extend(starts.iter().flat_map(|start| start.to_le_bytes()));
    bytes.extend(entries.iter().flat_map(|(hash, _)| (*hash as u32).to_le_bytes()));
    bytes.extend(entries.iter().flat_map(|(_, row)| *row));
    bytes
}

fn at(word: [u8; 4]) -> u32 {
    u32::from_le_bytes(word)
}

/// Splits a `u32` from the start of `bytes`.
pub fn word(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<4>()?;
    Some((at(*head), rest))
}

fn chunks<const N: usize>(bytes: &[u8], count: usize) -> Option<(&[[u8; N]], &[u8])> {
    let (head, rest) = bytes.split_at_checked(count.checked_mul(N)?)?;
    Some((head.as_chunks().0, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_was_written(map in prop::collection::btree_map(any::<u64>(), any::<[u8; 3]>(), 0..300)) {
            let bytes = write(map.clone().into_iter().collect());
            let (table, rest) = Table::<3>::read(&bytes).expect("as written");
            prop_assert!(rest.is_empty());
            prop_assert_eq!(table.len(), map.len());
            for (hash, row) in &map {
                prop_assert_eq!(table.get(*hash), Some(row));
            }
            prop_assert_eq!(table.get(0x1234_5678_9ABC_DEF0).is_some(), map.contains_key(&0x1234_5678_9ABC_DEF0));
        }

        #[test]
        fn refuses_other_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some((table, _)) = Table::<3>::read(&bytes) {
                table.get(7);
            }
        }
    }
}
