//! Random changes of documents, the same in every run: the number of a mutant is
//! its seed.

/// A pseudo-random number generator (SplitMix64).
pub(crate) struct RandomNumbers(pub(crate) u64);

impl RandomNumbers {
    /// A number below `most`, which must not be 0.
    pub(crate) fn number_below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % most as u64) as usize
    }

    /// A range within a file of `size` bytes.
    fn random_range(&mut self, size: usize) -> std::ops::Range<usize> {
        let (one, other) = (self.number_below(size + 1), self.number_below(size + 1));
        one.min(other)..one.max(other)
    }
}

/// A change of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mutation {
    /// Replaces up to one byte in a hundred.
    Change,
    /// Removes a part.
    Cut,
    /// Appends a part of another document.
    Join,
    /// Repeats a part, at most up to the length of the file.
    Repeat,
    /// Reads UTF-8 as Latin-1, or the other way round, or encodes as UTF-16.
    Recode,
    /// Swaps lines.
    Shuffle,
}

impl Mutation {
    pub(crate) const ALL: [Self; 6] =
        [Self::Change, Self::Cut, Self::Join, Self::Repeat, Self::Recode, Self::Shuffle];

    /// Applies this change to `file`; `other` is another document.
    pub(crate) fn apply_to(
        self,
        mut file: Vec<u8>,
        other: &[u8],
        chance: &mut RandomNumbers,
    ) -> Vec<u8> {
        let size = file.len();
        match self {
            Self::Change if size == 0 => {}
            Self::Change => {
                for _ in 0..=chance.number_below(size / 100 + 1) {
                    file[chance.number_below(size)] = chance.number_below(256) as u8;
                }
            }
            Self::Cut => drop(file.drain(chance.random_range(size))),
            Self::Join => {
                file.truncate(chance.number_below(size + 1));
                file.extend(&other[chance.number_below(other.len() + 1)..]);
            }
            Self::Repeat => {
                let part = file[chance.random_range(size)].to_vec();
                let at = chance.number_below(size + 1);
                let most = size / part.len().max(1);
                file.splice(at..at, part.repeat(chance.number_below(most.min(50) + 1)));
            }
            Self::Recode => file = recode_file(&file, chance.number_below(3)),
            Self::Shuffle => {
                let mut lines: Vec<&[u8]> = file.split_inclusive(|byte| *byte == b'\n').collect();
                for _ in 0..=chance.number_below(lines.len() + 1) {
                    let (one, other) =
                        (chance.number_below(lines.len()), chance.number_below(lines.len()));
                    lines.swap(one, other);
                }
                file = lines.concat();
            }
        }
        file
    }
}

fn recode_file(file: &[u8], way: usize) -> Vec<u8> {
    match way {
        0 => file.iter().map(|byte| char::from(*byte)).collect::<String>().into_bytes(),
        1 => String::from_utf8_lossy(file).chars().map(|c| c as u8).collect(),
        _ => String::from_utf8_lossy(file).encode_utf16().flat_map(u16::to_le_bytes).collect(),
    }
}
