//! The first layer: for each piece, the sum of its rows in the embedding tables.

use super::WordPiece;
use super::kernel::{Kernel, Simd, SimdTask};

/// Rows of 8-bit numbers, each with its scale.
pub(super) struct EmbeddingTable<'a> {
    pub(super) scales: Vec<f32>,
    /// One signed byte per number.
    pub(super) rows: &'a [u8],
}

impl EmbeddingTable<'_> {
    #[inline(always)]
    fn add_row(&self, row: usize, to: &mut [f32]) {
        let scale = self.scales[row];
        let units = &self.rows[row * to.len()..][..to.len()];
        for (to, &unit) in to.iter_mut().zip(units) {
            *to += f32::from(unit as i8) * scale;
        }
    }
}

/// The embedding tables.
pub(super) struct Embeddings<'a> {
    pub(super) size: usize,
    pub(super) word: EmbeddingTable<'a>,
    pub(super) position: EmbeddingTable<'a>,
    pub(super) shape: EmbeddingTable<'a>,
    pub(super) part: EmbeddingTable<'a>,
    pub(super) coarse: EmbeddingTable<'a>,
    pub(super) fine: EmbeddingTable<'a>,
    pub(super) known: EmbeddingTable<'a>,
}

impl Embeddings<'_> {
    /// Writes a row for each of `pieces`, which are concatenated windows of
    /// `lengths`.
    pub(super) fn embed_pieces(
        &self,
        kernel: Kernel,
        pieces: &[WordPiece],
        lengths: &[usize],
        to: &mut Vec<f32>,
    ) {
        to.clear();
        to.resize(pieces.len() * self.size, 0.0);
        kernel.run(EmbedTask { tables: self, pieces, lengths, to });
    }
}

struct EmbedTask<'a> {
    tables: &'a Embeddings<'a>,
    pieces: &'a [WordPiece],
    lengths: &'a [usize],
    to: &'a mut [f32],
}

impl SimdTask for EmbedTask<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let tables = self.tables;
        let positions = self.lengths.iter().flat_map(|&length| 0..length);
        let rows = self.to.chunks_exact_mut(tables.size);
        for ((piece, position), to) in self.pieces.iter().zip(positions).zip(rows) {
            tables.word.add_row(usize::from(piece.id), to);
            tables.position.add_row(position, to);
            tables.shape.add_row(usize::from(piece.shape), to);
            tables.part.add_row(usize::from(piece.part), to);
            tables.coarse.add_row(usize::from(piece.coarse), to);
            tables.fine.add_row(usize::from(piece.fine), to);
            let mut bits = piece.bits;
            while bits != 0 {
                tables.known.add_row(bits.trailing_zeros() as usize, to);
                bits &= bits - 1;
            }
        }
    }
}
