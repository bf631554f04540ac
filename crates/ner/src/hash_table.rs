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
pub struct HashTable<'a, const WIDTH: usize> {
    bits: u32,
    starts: &'a [[u8; 4]],
    keys: &'a [[u8; 4]],
    rows: &'a [[u8; WIDTH]],
}

impl<'a, const WIDTH: usize> HashTable<'a, WIDTH> {
    /// Parses a table at the start of `bytes`. Returns it with the rest of the
    /// bytes, or `None` if there is no valid table.
    pub fn parse_prefix(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (count, bytes) = split_u32(bytes)?;
        let (bits, bytes) = split_u32(bytes)?;
        if bits > 28 {
            return None;
        }
        let (starts, bytes) = split_chunks::<4>(bytes, (1 << bits) + 1)?;
        let (keys, bytes) = split_chunks::<4>(bytes, count as usize)?;
        let (rows, bytes) = split_chunks::<WIDTH>(bytes, count as usize)?;
        let ascending = starts.windows(2).all(|two| decode_u32(two[0]) <= decode_u32(two[1]));
        let whole = starts.last().is_some_and(|&last| decode_u32(last) == count);
        (ascending && whole).then_some((Self { bits, starts, keys, rows }, bytes))
    }

    /// Returns the row of `hash`.
    pub fn find_row(&self, hash: u64) -> Option<&'a [u8; WIDTH]> {
        let bucket = (hash >> 32 >> (32 - self.bits)) as usize;
        let (start, end) = (
            decode_u32(self.starts[bucket]) as usize,
            decode_u32(self.starts[bucket + 1]) as usize,
        );
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
pub fn encode_table<const WIDTH: usize>(mut entries: Vec<(u64, [u8; WIDTH])>) -> Vec<u8> {
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

fn decode_u32(word: [u8; 4]) -> u32 {
    u32::from_le_bytes(word)
}

/// Splits a `u32` from the start of `bytes`.
pub fn split_u32(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<4>()?;
    Some((decode_u32(*head), rest))
}

fn split_chunks<const N: usize>(bytes: &[u8], count: usize) -> Option<(&[[u8; N]], &[u8])> {
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
            let bytes = encode_table(map.clone().into_iter().collect());
            let (table, rest) = HashTable::<3>::parse_prefix(&bytes).expect("as written");
            prop_assert!(rest.is_empty());
            prop_assert_eq!(table.len(), map.len());
            for (hash, row) in &map {
                prop_assert_eq!(table.find_row(*hash), Some(row));
            }
            prop_assert_eq!(table.find_row(0x1234_5678_9ABC_DEF0).is_some(), map.contains_key(&0x1234_5678_9ABC_DEF0));
        }

        #[test]
        fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some((table, _)) = HashTable::<3>::parse_prefix(&bytes) {
                table.find_row(7);
            }
        }
    }
}
