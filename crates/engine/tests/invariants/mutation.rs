//! Documents changed at random, the same in every run: each mutant follows
//! from its number.

/// A row of numbers that look like chance (SplitMix64).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// A number below `most`, which is not 0.
    pub(crate) fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % most as u64) as usize
    }

    /// Where a file of `size` bytes may be cut, twice, in order.
    fn range(&mut self, size: usize) -> std::ops::Range<usize> {
        let (one, other) = (self.below(size + 1), self.below(size + 1));
        one.min(other)..one.max(other)
    }
}

/// What can happen to a file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mutation {
    /// Some bytes are others, up to one in a hundred.
    Change,
    /// A part is missing.
    Cut,
    /// A part of another document follows.
    Join,
    /// A part stands there several times, at most as long as the file.
    Repeat,
    /// It was UTF-8 and is read as Windows-1252, or the other way round, or
    /// every character has two bytes.
    Recode,
    /// Lines have changed places.
    Shuffle,
}

impl Mutation {
    pub(crate) const ALL: [Self; 6] =
        [Self::Change, Self::Cut, Self::Join, Self::Repeat, Self::Recode, Self::Shuffle];

    /// `file` with this done to it; `other` is another document.
    pub(crate) fn of(self, mut file: Vec<u8>, other: &[u8], chance: &mut Chance) -> Vec<u8> {
        let size = file.len();
        match self {
            Self::Change if size == 0 => {}
            Self::Change => {
                for _ in 0..=chance.below(size / 100 + 1) {
                    file[chance.below(size)] = chance.below(256) as u8;
                }
            }
            Self::Cut => drop(file.drain(chance.range(size))),
            Self::Join => {
                file.truncate(chance.below(size + 1));
                file.extend(&other[chance.below(other.len() + 1)..]);
            }
            Self::Repeat => {
                let part = file[chance.range(size)].to_vec();
                let at = chance.below(size + 1);
                let most = size / part.len().max(1);
                file.splice(at..at, part.repeat(chance.below(most.min(50) + 1)));
            }
            Self::Recode => file = recoded(&file, chance.below(3)),
            Self::Shuffle => {
                let mut lines: Vec<&[u8]> = file.split_inclusive(|byte| *byte == b'\n').collect();
                for _ in 0..=chance.below(lines.len() + 1) {
                    let (one, other) = (chance.below(lines.len()), chance.below(lines.len()));
                    lines.swap(one, other);
                }
                file = lines.concat();
            }
        }
        file
    }
}

fn recoded(file: &[u8], way: usize) -> Vec<u8> {
    match way {
        0 => file.iter().map(|byte| char::from(*byte)).collect::<String>().into_bytes(),
        1 => String::from_utf8_lossy(file).chars().map(|c| c as u8).collect(),
        _ => String::from_utf8_lossy(file).encode_utf16().flat_map(u16::to_le_bytes).collect(),
    }
}
