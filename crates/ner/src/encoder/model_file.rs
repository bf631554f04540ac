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
//! in the layout of [`LinearLayer`].

use std::fmt;

use xxhash_rust::xxh3::xxh3_64;

use super::attention::HEAD_WIDTH;
use super::embedding::{EmbeddingTable, Embeddings};
use super::layer_norm::{LayerNorm, TagHead};
use super::linear::{LinearLayer, PANEL};
use super::{Encoder, EncoderLayer, Kernel, Mixing, TableSizes};
use crate::bio_tags::{PerTag, TAGS};

const MAGIC: &[u8; 16] = b"chancery encoder";

/// Version of the file format.
pub const VERSION: u16 = 1;

/// Why an encoder could not be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncoderLoadError {
    /// The bytes do not start with the magic number.
    NotAnEncoder,
    /// The file has another version of the format.
    Version {
        /// The version found.
        found: u32,
    },
    /// The digest does not match the content.
    Digest,
    /// The file ends within the named part.
    Truncated {
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
    TrailingBytes {
        /// Number of extra bytes.
        bytes: usize,
    },
}

impl fmt::Display for EncoderLoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnEncoder => f.write_str("not an encoder of the engine `accurate`"),
            Self::Version { found } => write!(
                f,
                "the encoder's file has version {found}, this program reads version {VERSION}: \
                 write it again with training/accurate/export.py"
            ),
            Self::Digest => f.write_str("the encoder's file is damaged: its digest does not match"),
            Self::Truncated { part } => write!(f, "the encoder's file ends within its {part}"),
            Self::Damaged { part } => write!(f, "the encoder's file is damaged in its {part}"),
            Self::Size { of, found, must } => {
                write!(f, "the encoder's file has {found} {of}, but must have {must}")
            }
            Self::TrailingBytes { bytes } => {
                write!(f, "the encoder's file has {bytes} bytes too many")
            }
        }
    }
}

impl std::error::Error for EncoderLoadError {}

/// Reads the file.
pub(super) fn read_encoder(bytes: &[u8], kernel: Kernel) -> Result<Encoder<'_>, EncoderLoadError> {
    let bytes = bytes.strip_prefix(MAGIC).ok_or(EncoderLoadError::NotAnEncoder)?;
    let mut reader = EncoderFileReader { bytes };
    let found = reader.read_u32("version")?;
    if found != u32::from(VERSION) {
        return Err(EncoderLoadError::Version { found });
    }
    let digest = u64::from_le_bytes(reader.take_array("digest")?);
    if digest != xxh3_64(reader.bytes) {
        return Err(EncoderLoadError::Digest);
    }
    let length = reader.read_u32("provenance")? as usize;
    let provenance = reader.read_text("provenance", length)?;
    let (sizes, shape) = reader.read_sizes()?;
    let vocabulary = reader.read_vocabulary(sizes.pieces)?;
    let size = shape.size;
    let embeddings = Embeddings {
        size,
        word: reader.read_embedding_table("word embeddings", sizes.pieces, size)?,
        position: reader.read_embedding_table("position embeddings", sizes.positions, size)?,
        shape: reader.read_embedding_table("shape embeddings", sizes.shapes, size)?,
        part: reader.read_embedding_table("part embeddings", 2 * sizes.shapes, size)?,
        coarse: reader.read_embedding_table("coarse cluster embeddings", sizes.coarse, size)?,
        fine: reader.read_embedding_table("fine cluster embeddings", sizes.fine, size)?,
        known: reader.read_embedding_table("list embeddings", sizes.bits, size)?,
    };
    let norm = reader.read_layer_norm(size)?;
    let mut layers = Vec::new();
    for _ in 0..shape.layers {
        layers.push(EncoderLayer {
            qkv: reader.read_linear_layer("attention weights", 3 * size, size)?,
            out: reader.read_linear_layer("attention weights", size, size)?,
            norm1: reader.read_layer_norm(size)?,
            up: reader.read_linear_layer("inner weights", shape.inner, size)?,
            down: reader.read_linear_layer("inner weights", size, shape.inner)?,
            norm2: reader.read_layer_norm(size)?,
        });
    }
    let head = TagHead {
        weights: reader.read_floats("head", TAGS * size)?,
        bias: reader.read_per_tag("head")?,
    };
    let mixing = reader.read_mixing()?;
    if !reader.bytes.is_empty() {
        return Err(EncoderLoadError::TrailingBytes { bytes: reader.bytes.len() });
    }
    Ok(Encoder { kernel, provenance, sizes, vocabulary, embeddings, norm, layers, head, mixing })
}

/// Sizes of the layers.
struct LayerSizes {
    size: usize,
    inner: usize,
    layers: usize,
}

/// A reader over the remaining bytes.
struct EncoderFileReader<'a> {
    bytes: &'a [u8],
}

impl<'a> EncoderFileReader<'a> {
    fn take_bytes(
        &mut self,
        part: &'static str,
        count: Option<usize>,
    ) -> Result<&'a [u8], EncoderLoadError> {
        let cut = count.and_then(|count| self.bytes.split_at_checked(count));
        let (taken, rest) = cut.ok_or(EncoderLoadError::Truncated { part })?;
        self.bytes = rest;
        Ok(taken)
    }

    fn take_array<const N: usize>(
        &mut self,
        part: &'static str,
    ) -> Result<[u8; N], EncoderLoadError> {
        let (taken, rest) =
            self.bytes.split_first_chunk().ok_or(EncoderLoadError::Truncated { part })?;
        self.bytes = rest;
        Ok(*taken)
    }

    fn read_u32(&mut self, part: &'static str) -> Result<u32, EncoderLoadError> {
        self.take_array(part).map(u32::from_le_bytes)
    }

    fn read_text(
        &mut self,
        part: &'static str,
        length: usize,
    ) -> Result<&'a str, EncoderLoadError> {
        let bytes = self.take_bytes(part, Some(length))?;
        std::str::from_utf8(bytes).map_err(|_| EncoderLoadError::Damaged { part })
    }

    fn read_floats(
        &mut self,
        part: &'static str,
        count: usize,
    ) -> Result<Vec<f32>, EncoderLoadError> {
        let bytes = self.take_bytes(part, count.checked_mul(4))?;
        let floats: Vec<f32> =
            bytes.as_chunks().0.iter().map(|&four| f32::from_le_bytes(four)).collect();
        let finite = floats.iter().all(|float| float.is_finite());
        finite.then_some(floats).ok_or(EncoderLoadError::Damaged { part })
    }

    fn read_per_tag(&mut self, part: &'static str) -> Result<PerTag, EncoderLoadError> {
        let mut tags = [0.0; TAGS];
        tags.copy_from_slice(&self.read_floats(part, TAGS)?);
        Ok(tags)
    }

    /// Reads a size that `fits`. Otherwise, the error says what it `must` be.
    fn read_size(
        &mut self,
        of: &'static str,
        must: &'static str,
        fits: impl Fn(usize) -> bool,
    ) -> Result<usize, EncoderLoadError> {
        let found = self.read_u32("sizes")?;
        let size = found as usize;
        fits(size).then_some(size).ok_or(EncoderLoadError::Size { of, found, must })
    }

    fn read_sizes(&mut self) -> Result<(TableSizes, LayerSizes), EncoderLoadError> {
        let two_bytes = |rows: usize| (1..=1 << 16).contains(&rows);
        let sizes = TableSizes {
            pieces: self.read_size("word pieces", "1 to 65536", two_bytes)?,
            positions: self.read_size("positions", "1 to 65536", two_bytes)?,
            shapes: self.read_size("shapes", "1 to 128", |rows| (1..=128).contains(&rows))?,
            coarse: self.read_size("coarse clusters", "1 to 65536", two_bytes)?,
            fine: self.read_size("fine clusters", "1 to 65536", two_bytes)?,
            bits: self.read_size("lists", "at most 16", |rows| rows <= 16)?,
        };
        let panels =
            |channels: usize| channels > 0 && channels <= 1 << 16 && channels.is_multiple_of(PANEL);
        let size = self.read_size("channels", "a multiple of 32", panels)?;
        let shape = LayerSizes {
            size,
            inner: self.read_size("inner channels", "a multiple of 32", panels)?,
            layers: self.read_size("layers", "1 to 64", |layers| (1..=64).contains(&layers))?,
        };
        self.read_size("heads", "one for each 32 channels", |heads| heads * HEAD_WIDTH == size)?;
        self.read_size("tags", "9", |tags| tags == TAGS)?;
        Ok((sizes, shape))
    }

    fn read_vocabulary(&mut self, pieces: usize) -> Result<Vec<&'a str>, EncoderLoadError> {
        let part = "word pieces";
        let mut vocabulary = Vec::new();
        for _ in 0..pieces {
            let [length] = self.take_array(part)?;
            vocabulary.push(self.read_text(part, usize::from(length))?);
        }
        Ok(vocabulary)
    }

    fn read_embedding_table(
        &mut self,
        part: &'static str,
        rows: usize,
        size: usize,
    ) -> Result<EmbeddingTable<'a>, EncoderLoadError> {
        let scales = self.read_floats(part, rows)?;
        Ok(EmbeddingTable { scales, rows: self.take_bytes(part, rows.checked_mul(size))? })
    }

    fn read_layer_norm(&mut self, size: usize) -> Result<LayerNorm, EncoderLoadError> {
        let part = "norms";
        Ok(LayerNorm { gain: self.read_floats(part, size)?, bias: self.read_floats(part, size)? })
    }

    fn read_linear_layer(
        &mut self,
        part: &'static str,
        channels: usize,
        inputs: usize,
    ) -> Result<LinearLayer<'a>, EncoderLoadError> {
        let scales = self.read_floats(part, channels)?;
        let bias = self.read_floats(part, channels)?;
        let weights = self.take_bytes(part, channels.checked_mul(inputs))?;
        // Zero means -128, which the kernels do not support.
        if weights.contains(&0) {
            return Err(EncoderLoadError::Damaged { part });
        }
        Ok(LinearLayer { inputs, weights, scales, bias })
    }

    fn read_mixing(&mut self) -> Result<Mixing, EncoderLoadError> {
        let part = "mixing";
        let [weight, sharpness]: [f32; 2] =
            [self.read_floats(part, 1)?[0], self.read_floats(part, 1)?[0]];
        let mut pairs = [[0.0; TAGS]; TAGS];
        for row in &mut pairs {
            *row = self.read_per_tag(part)?;
        }
        Ok(Mixing { weight, sharpness, pairs })
    }
}
