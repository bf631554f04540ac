//! The encoder's model file.
//!
//! The file is checked and borrowed: large weights are used in place. All numbers
//! are little-endian. `training/accurate/export.py` writes the file.
//!
//! | part | content |
//! |---|---|
//! | 16 bytes | `chancery encoder` |
//! | `u32` | version of the format |
//! | `u64` | XXH3 (64 bits, seed 0) of all that follows |
//! | `u32`, bytes | provenance, UTF-8 |
//! | 11 `u32` | pieces, positions, shapes, coarse clusters and fine clusters (both including "none"), lists, size, inner size, layers, heads, tags |
//! | for each piece: `u8`, bytes | its text, UTF-8 |
//! | 7 tables | word, position, shape, part, coarse, fine, known: `f32` scales of the rows, then the rows in `i8` |
//! | norm | of the input: `f32` gain, `f32` bias |
//! | for each layer | qkv, out, norm1, up, down, norm2 |
//! | tags × size, tags `f32` | the head |
//! | 2 + tags × tags `f32` | mixing: weight, sharpness, pairs |
//!
//! A linear layer is `f32` scales and biases of its channels, then its weights
//! in the layout of [`Linear`](super::linear::Linear).

use std::fmt;

use xxhash_rust::xxh3::xxh3_64;

use super::attention::HEAD;
use super::embedding::{Embeddings, Table};
use super::linear::{PANEL, Packed};
use super::norm::{Head, Norm};
use super::{Encoder, Kernel, Layer, Mixing, Sizes};
use crate::tags::{PerTag, TAGS};

const MAGIC: &[u8; 16] = b"chancery encoder";

/// Version of the file format.
pub const VERSION: u16 = 1;

/// Why an encoder could not be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadError {
    /// The bytes do not start with the magic number.
    NoEncoder,
    /// The file has another version of the format.
    Version {
        /// The version found.
        found: u32,
    },
    /// The digest does not match the content.
    Digest,
    /// The file ends within the named part.
    Short {
        /// Which part.
        part: &'static str,
    },
    /// The named part has invalid content.
    Damaged {
        /// Which part.
        part: &'static str,
    },
    /// A size that this program does not support.
    Size {
        /// Name of the counted items.
        of: &'static str,
        /// The number found.
        found: u32,
        /// The supported numbers.
        must: &'static str,
    },
    /// There are bytes after the end of the encoder.
    Long {
        /// Number of extra bytes.
        bytes: usize,
    },
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoEncoder => f.write_str("not an encoder of the engine `accurate`"),
            Self::Version { found } => write!(
                f,
                "the encoder's file has version {found}, this program reads version {VERSION}: \
                 write it again with training/accurate/export.py"
            ),
            Self::Digest => f.write_str("the encoder's file is damaged: its digest does not match"),
            Self::Short { part } => write!(f, "the encoder's file ends within its {part}"),
            Self::Damaged { part } => write!(f, "the encoder's file is damaged in its {part}"),
            Self::Size { of, found, must } => {
                write!(f, "the encoder's file has {found} {of}, but must have {must}")
            }
            Self::Long { bytes } => write!(f, "the encoder's file has {bytes} bytes too many"),
        }
    }
}

impl std::error::Error for LoadError {}

/// Reads the file.
pub(super) fn read(bytes: &[u8], kernel: Kernel) -> Result<Encoder<'_>, LoadError> {
    let bytes = bytes.strip_prefix(MAGIC).ok_or(LoadError::NoEncoder)?;
    let mut reader = Reader { bytes };
    let found = reader.number("version")?;
    if found != u32::from(VERSION) {
        return Err(LoadError::Version { found });
    }
    let digest = u64::from_le_bytes(reader.array("digest")?);
    if digest != xxh3_64(reader.bytes) {
        return Err(LoadError::Digest);
    }
    let length = reader.number("provenance")? as usize;
    let provenance = reader.text("provenance", length)?;
    let (sizes, shape) = reader.sizes()?;
    let vocabulary = reader.vocabulary(sizes.pieces)?;
    let size = shape.size;
    let embeddings = Embeddings {
        size,
        word: reader.table("word embeddings", sizes.pieces, size)?,
        position: reader.table("position embeddings", sizes.positions, size)?,
        shape: reader.table("shape embeddings", sizes.shapes, size)?,
        part: reader.table("part embeddings", 2 * sizes.shapes, size)?,
        coarse: reader.table("coarse cluster embeddings", sizes.coarse, size)?,
        fine: reader.table("fine cluster embeddings", sizes.fine, size)?,
        known: reader.table("list embeddings", sizes.bits, size)?,
    };
    let norm = reader.norm(size)?;
    let mut layers = Vec::new();
    for _ in 0..shape.layers {
        layers.push(Layer {
            qkv: reader.linear("attention weights", 3 * size, size)?,
            out: reader.linear("attention weights", size, size)?,
            norm1: reader.norm(size)?,
            up: reader.linear("inner weights", shape.inner, size)?,
            down: reader.linear("inner weights", size, shape.inner)?,
            norm2: reader.norm(size)?,
        });
    }
    let head = Head { weights: reader.floats("head", TAGS * size)?, bias: reader.tags("head")? };
    let mixing = reader.mixing()?;
    if !reader.bytes.is_empty() {
        return Err(LoadError::Long { bytes: reader.bytes.len() });
    }
    Ok(Encoder { kernel, provenance, sizes, vocabulary, embeddings, norm, layers, head, mixing })
}

/// Sizes of the layers.
struct Shape {
    size: usize,
    inner: usize,
    layers: usize,
}

/// A reader over the remaining bytes.
struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, part: &'static str, count: Option<usize>) -> Result<&'a [u8], LoadError> {
        let cut = count.and_then(|count| self.bytes.split_at_checked(count));
        let (taken, rest) = cut.ok_or(LoadError::Short { part })?;
        self.bytes = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, part: &'static str) -> Result<[u8; N], LoadError> {
        let (taken, rest) = self.bytes.split_first_chunk().ok_or(LoadError::Short { part })?;
        self.bytes = rest;
        Ok(*taken)
    }

    fn number(&mut self, part: &'static str) -> Result<u32, LoadError> {
        self.array(part).map(u32::from_le_bytes)
    }

    fn text(&mut self, part: &'static str, length: usize) -> Result<&'a str, LoadError> {
        let bytes = self.take(part, Some(length))?;
        std::str::from_utf8(bytes).map_err(|_| LoadError::Damaged { part })
    }

    fn floats(&mut self, part: &'static str, count: usize) -> Result<Vec<f32>, LoadError> {
        let bytes = self.take(part, count.checked_mul(4))?;
        let floats: Vec<f32> =
            bytes.as_chunks().0.iter().map(|&four| f32::from_le_bytes(four)).collect();
        let finite = floats.iter().all(|float| float.is_finite());
        finite.then_some(floats).ok_or(LoadError::Damaged { part })
    }

    fn tags(&mut self, part: &'static str) -> Result<PerTag, LoadError> {
        let mut tags = [0.0; TAGS];
        tags.copy_from_slice(&self.floats(part, TAGS)?);
        Ok(tags)
    }

    /// Reads a size that `fits`. Otherwise, the error says what it `must` be.
    fn size(
        &mut self,
        of: &'static str,
        must: &'static str,
        fits: impl Fn(usize) -> bool,
    ) -> Result<usize, LoadError> {
        let found = self.number("sizes")?;
        let size = found as usize;
        fits(size).then_some(size).ok_or(LoadError::Size { of, found, must })
    }

    fn sizes(&mut self) -> Result<(Sizes, Shape), LoadError> {
        let two_bytes = |rows: usize| (1..=1 << 16).contains(&rows);
        let sizes = Sizes {
            pieces: self.size("word pieces", "1 to 65536", two_bytes)?,
            positions: self.size("positions", "1 to 65536", two_bytes)?,
            shapes: self.size("shapes", "1 to 128", |rows| (1..=128).contains(&rows))?,
            coarse: self.size("coarse clusters", "1 to 65536", two_bytes)?,
            fine: self.size("fine clusters", "1 to 65536", two_bytes)?,
            bits: self.size("lists", "at most 16", |rows| rows <= 16)?,
        };
        let panels =
            |channels: usize| channels > 0 && channels <= 1 << 16 && channels.is_multiple_of(PANEL);
        let size = self.size("channels", "a multiple of 32", panels)?;
        let shape = Shape {
            size,
            inner: self.size("inner channels", "a multiple of 32", panels)?,
            layers: self.size("layers", "1 to 64", |layers| (1..=64).contains(&layers))?,
        };
        self.size("heads", "one for each 32 channels", |heads| heads * HEAD == size)?;
        self.size("tags", "9", |tags| tags == TAGS)?;
        Ok((sizes, shape))
    }

    fn vocabulary(&mut self, pieces: usize) -> Result<Vec<&'a str>, LoadError> {
        let part = "word pieces";
        let mut vocabulary = Vec::new();
        for _ in 0..pieces {
            let [length] = self.array(part)?;
            vocabulary.push(self.text(part, usize::from(length))?);
        }
        Ok(vocabulary)
    }

    fn table(
        &mut self,
        part: &'static str,
        rows: usize,
        size: usize,
    ) -> Result<Table<'a>, LoadError> {
        let scales = self.floats(part, rows)?;
        Ok(Table { scales, rows: self.take(part, rows.checked_mul(size))? })
    }

    fn norm(&mut self, size: usize) -> Result<Norm, LoadError> {
        let part = "norms";
        Ok(Norm { gain: self.floats(part, size)?, bias: self.floats(part, size)? })
    }

    fn linear(
        &mut self,
        part: &'static str,
        channels: usize,
        inputs: usize,
    ) -> Result<Packed<'a>, LoadError> {
        let scales = self.floats(part, channels)?;
        let bias = self.floats(part, channels)?;
        let weights = self.take(part, channels.checked_mul(inputs))?;
        // Zero means -128, which the kernels do not support.
        if weights.contains(&0) {
            return Err(LoadError::Damaged { part });
        }
        Ok(Packed { inputs, weights, scales, bias })
    }

    fn mixing(&mut self) -> Result<Mixing, LoadError> {
        let part = "mixing";
        let [weight, sharpness]: [f32; 2] = [self.floats(part, 1)?[0], self.floats(part, 1)?[0]];
        let mut pairs = [[0.0; TAGS]; TAGS];
        for row in &mut pairs {
            *row = self.tags(part)?;
        }
        Ok(Mixing { weight, sharpness, pairs })
    }
}
