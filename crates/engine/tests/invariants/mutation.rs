//! Random changes of documents, the same in every run: the number of a mutant is
//! its seed.

use fastrand::Rng;

/// A range within a file of `size` bytes.
fn random_range(random: &mut Rng, size: usize) -> std::ops::Range<usize> {
    let (one, other) = (random.usize(..=size), random.usize(..=size));
    one.min(other)..one.max(other)
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
    pub(crate) fn apply_to(self, mut file: Vec<u8>, other: &[u8], chance: &mut Rng) -> Vec<u8> {
        let size = file.len();
        match self {
            Self::Change | Self::Shuffle if size == 0 => {}
            Self::Change => {
                for _ in 0..=chance.usize(..=size / 100) {
                    file[chance.usize(..size)] = chance.u8(..);
                }
            }
            Self::Cut => drop(file.drain(random_range(chance, size))),
            Self::Join => {
                file.truncate(chance.usize(..=size));
                file.extend(&other[chance.usize(..=other.len())..]);
            }
            Self::Repeat => {
                let part = file[random_range(chance, size)].to_vec();
                let at = chance.usize(..=size);
                let most = size / part.len().max(1);
                file.splice(at..at, part.repeat(chance.usize(..=most.min(50))));
            }
            Self::Recode => file = recode_file(&file, chance.usize(..3)),
            Self::Shuffle => {
                let mut lines: Vec<&[u8]> = file.split_inclusive(|byte| *byte == b'\n').collect();
                for _ in 0..=chance.usize(..=lines.len()) {
                    let (one, other) = (chance.usize(..lines.len()), chance.usize(..lines.len()));
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
