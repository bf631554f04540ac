//! The encoder of the engine `accurate`: a small BERT (Devlin et al. 2019; the
//! size is that of MiniLM, Wang et al. 2020) with 8-bit weights.
//!
//! [`Encoder::score_pieces`] takes windows of word pieces and returns a score
//! for every tag of each wanted piece. The shape of a piece, the clusters of its
//! word and the lists that contain the word are additional embeddings.
//!
//! The same model in PyTorch, without the rounding to 8 bits, is
//! `training/accurate/model.py`. `training/accurate/export.py` writes the file
//! that [`Encoder::from_bytes`] reads.
//!
//! The modules follow the forward pass: [`embedding`] makes the input rows,
//! [`attention`] and [`linear`] are the layers, [`layer_norm`] normalises rows
//! and scores the tags. [`kernel`] has the arithmetic of all of them, and
//! [`model_file`] reads the model file.
//!
//! The result for a piece depends only on its window, to the bit: not on the
//! batch, the thread, or the processor.

#![allow(
    clippy::inline_always,
    reason = "kernels: only inlining compiles a function for the instructions of its caller"
)]

mod attention;
mod embedding;
mod kernel;
mod layer_norm;
mod linear;
mod model_file;

use attention::{AttentionBuffers, AttentionWindow, attend_windows};
use embedding::Embeddings;
pub use kernel::Kernel;
use layer_norm::{LayerNorm, TagHead};
use linear::{LinearLayer, QuantisedRows};
pub use model_file::{EncoderLoadError, VERSION};

use crate::bio_tags::{PerTag, TAGS};

/// A word piece as the encoder's input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WordPiece {
    /// Its number in the vocabulary.
    pub id: u16,
    /// Number of its word's shape.
    pub shape: u8,
    /// Number of its shape; for pieces that continue a word, plus the number of
    /// shapes.
    pub part: u8,
    /// Number of its word's coarse cluster plus one, 0 for none.
    pub coarse: u16,
    /// Number of its word's fine cluster plus one, 0 for none.
    pub fine: u16,
    /// Bit `i` is set if list `i` contains the word.
    pub bits: u16,
}

/// Concatenated windows, without padding.
#[derive(Clone, Debug, Default)]
pub struct EncoderBatch {
    /// The pieces of all windows.
    pub pieces: Vec<WordPiece>,
    /// The number of pieces of each window.
    pub lengths: Vec<usize>,
    /// Indices in `pieces` whose scores are wanted, ascending.
    pub first: Vec<usize>,
}

/// Parameters for mixing the encoder's probabilities with those of the engine
/// `fast`, and for decoding.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixing {
    /// Weight of the log-probabilities of `fast`, from 0 to 1; those of the encoder
    /// have the rest.
    pub weight: f32,
    /// Exponent of the mixed probabilities.
    pub sharpness: f32,
    /// Score of each pair of neighbouring tags, `[before][after]`.
    pub pairs: [PerTag; TAGS],
}

/// Sizes of the embedding tables, in rows: the limits of the encoder's input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableSizes {
    /// Word pieces.
    pub pieces: usize,
    /// Positions: the maximum number of pieces in a window.
    pub positions: usize,
    /// Shapes.
    pub shapes: usize,
    /// Coarse clusters, including "none".
    pub coarse: usize,
    /// Fine clusters, including "none".
    pub fine: usize,
    /// Lists that may contain a word.
    pub bits: usize,
}

/// An encoder whose weights are borrowed from a model file.
pub struct Encoder<'a> {
    kernel: Kernel,
    provenance: &'a str,
    sizes: TableSizes,
    vocabulary: Vec<&'a str>,
    embeddings: Embeddings<'a>,
    norm: LayerNorm,
    layers: Vec<EncoderLayer<'a>>,
    head: TagHead,
    mixing: Mixing,
}

/// A layer of the encoder: attention, then two linear layers. Each part has a
/// residual connection and a normalisation.
struct EncoderLayer<'a> {
    /// Queries, keys, and values, `size` channels each.
    qkv: LinearLayer<'a>,
    out: LinearLayer<'a>,
    norm1: LayerNorm,
    up: LinearLayer<'a>,
    down: LinearLayer<'a>,
    norm2: LayerNorm,
}

/// Buffers that [`Encoder::score_pieces`] reuses. Their size depends on the longest
/// window, not on the batch.
#[derive(Default)]
pub struct EncoderBuffers {
    x: Vec<f32>,
    wanted: Vec<f32>,
    quantised: QuantisedRows,
    queries: Vec<f32>,
    keys_values: Vec<f32>,
    scratch: AttentionBuffers,
    context: Vec<f32>,
    inner: Vec<f32>,
}

/// Number of rows that go through a layer together: enough that the layer's weights
/// are not loaded too often, few enough that the rows stay in the cache.
const GROUP_ROWS: usize = 480;

/// Number of rows that go through the two linear layers together. It is smaller
/// because their inner rows are four times as wide.
const CHUNK_ROWS: usize = 96;

impl<'a> Encoder<'a> {
    /// Checks the model file `bytes` and borrows its weights.
    ///
    /// # Errors
    /// If they are not an encoder file of this version, or are damaged.
    pub fn from_bytes(bytes: &'a [u8], kernel: Kernel) -> Result<Self, EncoderLoadError> {
        model_file::read_encoder(bytes, kernel)
    }

    /// The texts of the word pieces, in the order of their numbers.
    pub fn piece_texts(&self) -> impl Iterator<Item = &'a str> {
        self.vocabulary.iter().copied()
    }

    /// The parameters for mixing its scores with those of `fast`.
    pub fn mixing_weights(&self) -> &Mixing {
        &self.mixing
    }

    /// The data and the procedure that it was made with.
    pub fn provenance(&self) -> &'a str {
        self.provenance
    }

    /// The limits of its input.
    pub fn table_sizes(&self) -> TableSizes {
        self.sizes
    }

    /// Returns the scores of the tags (before softmax) for each of `batch.first`.
    ///
    /// # Panics
    /// If the batch is inconsistent or does not fit [`Encoder::table_sizes`].
    pub fn score_pieces(&self, batch: &EncoderBatch, buffers: &mut EncoderBuffers) -> Vec<PerTag> {
        let total: usize = batch.lengths.iter().sum();
        assert_eq!(total, batch.pieces.len(), "the windows cover all pieces");
        assert!(batch.first.is_sorted_by(|a, b| a < b), "wanted indices are ascending");
        assert!(batch.first.last().is_none_or(|&row| row < total), "wanted indices are in range");
        let mut scores = Vec::with_capacity(batch.first.len());
        let (mut pieces, mut lengths) = (batch.pieces.as_slice(), batch.lengths.as_slice());
        let mut first = batch.first.iter().copied().peekable();
        let mut start = 0;
        while !lengths.is_empty() {
            let (windows, rows) = next_window_group(lengths);
            let wanted: Vec<usize> =
                std::iter::from_fn(|| first.next_if(|&row| row < start + rows))
                    .map(|row| row - start)
                    .collect();
            self.forward_batch(&pieces[..rows], &lengths[..windows], &wanted, buffers);
            self.head.append_scores(self.kernel, &buffers.x, &mut scores);
            (pieces, lengths) = (&pieces[rows..], &lengths[windows..]);
            start += rows;
        }
        scores
    }

    /// Runs all layers and leaves the rows of the `wanted` pieces in `buffers.x`.
    fn forward_batch(
        &self,
        pieces: &[WordPiece],
        lengths: &[usize],
        wanted: &[usize],
        buffers: &mut EncoderBuffers,
    ) {
        self.embeddings.embed_pieces(self.kernel, pieces, lengths, &mut buffers.x);
        self.norm.normalise_rows(self.kernel, &mut buffers.x);
        let Some((last, layers)) = self.layers.split_last() else { return };
        let windows = windows_of_all_rows(lengths);
        for layer in layers {
            layer.forward_layer(self.kernel, &windows, None, buffers);
        }
        // Only the wanted rows of the last layer are needed.
        last.forward_layer(
            self.kernel,
            &windows_of_wanted_rows(windows, wanted),
            Some(wanted),
            buffers,
        );
    }
}

impl EncoderLayer<'_> {
    /// Runs the rows `buffers.x` through the layer. Computes only the `wanted` rows, if
    /// given.
    fn forward_layer(
        &self,
        kernel: Kernel,
        windows: &[AttentionWindow],
        wanted: Option<&[usize]>,
        buffers: &mut EncoderBuffers,
    ) {
        let size = self.norm1.gain.len();
        let EncoderBuffers { x, quantised, queries, keys_values, scratch, context, inner, .. } =
            buffers;
        quantised.quantise_rows(kernel, x, size);
        self.qkv.view_channels(size, 3 * size).write_panels(kernel, quantised, keys_values);
        if let Some(wanted) = wanted {
            buffers.wanted.clear();
            for row in wanted {
                buffers.wanted.extend_from_slice(&x[row * size..][..size]);
            }
            std::mem::swap(x, &mut buffers.wanted);
            quantised.quantise_rows(kernel, x, size);
        }
        self.qkv.view_channels(0, size).write_panels(kernel, quantised, queries);
        attend_windows(kernel, queries, keys_values, windows, scratch, context);
        quantised.quantise_rows(kernel, context, size);
        self.out.view_all().add_to_rows(kernel, quantised, x);
        self.norm1.normalise_rows(kernel, x);
        for x in x.chunks_mut(CHUNK_ROWS * size) {
            quantised.quantise_rows(kernel, x, size);
            self.up.view_all().write_gelu_rows(kernel, quantised, inner);
            quantised.quantise_rows(kernel, inner, self.down.inputs);
            self.down.view_all().add_to_rows(kernel, quantised, x);
            self.norm2.normalise_rows(kernel, x);
        }
    }
}

/// Returns how many of the first windows form a group, and their number of rows.
fn next_window_group(lengths: &[usize]) -> (usize, usize) {
    let (mut windows, mut rows) = (0, 0);
    for &length in lengths {
        if windows > 0 && rows + length > GROUP_ROWS {
            break;
        }
        windows += 1;
        rows += length;
    }
    (windows, rows)
}

/// Returns windows in which all rows are wanted.
fn windows_of_all_rows(lengths: &[usize]) -> Vec<AttentionWindow> {
    let mut end = 0;
    let window = |&length: &usize| {
        let rows = end..end + length;
        end = rows.end;
        AttentionWindow { keys: rows.clone(), queries: rows }
    };
    lengths.iter().map(window).collect()
}

/// Returns the same windows with only the `wanted` rows as queries.
fn windows_of_wanted_rows(windows: Vec<AttentionWindow>, wanted: &[usize]) -> Vec<AttentionWindow> {
    let position = |row: usize| wanted.partition_point(|&wanted| wanted < row);
    let window = |AttentionWindow { keys, .. }: AttentionWindow| AttentionWindow {
        queries: position(keys.start)..position(keys.end),
        keys,
    };
    windows.into_iter().map(window).collect()
}
