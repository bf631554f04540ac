//! The first layer: for each piece, the sum of its rows in the embedding tables.

use super::Piece;
use super::kernel::{Kernel, Simd, Work};

/// Rows of 8-bit numbers, each with its scale.
pub(super) struct Table<'a> {
    pub(super) scales: Vec<f32>,
    /// One signed byte per number.
    pub(super) rows: &'a [u8],
}

impl Table<'_> {
    #[inline(always)]
    fn add(&self, row: usize, to: &mut [f32]) {
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
    pub(super) word: Table<'a>,
    pub(super) position: Table<'a>,
    pub(super) shape: Table<'a>,
    pub(super) part: Table<'a>,
    pub(super) coarse: Table<'a>,
    pub(super) fine: Table<'a>,
    pub(super) known: Table<'a>,
}

impl Embeddings<'_> {
    /// Writes a row for each of `pieces`, which are concatenated windows of
    /// `lengths`.
    pub(super) fn rows(
        &self,
        kernel: Kernel,
        pieces: &[Piece],
        lengths: &[usize],
        to: &mut Vec<f32>,
    ) {
        to.clear();
        to.resize(pieces.len() * self.size, 0.0);
        kernel.run(Embed { tables: self, pieces, lengths, to });
    }
}

struct Embed<'a> {
    tables: &'a Embeddings<'a>,
    pieces: &'a [Piece],
    lengths: &'a [usize],
    to: &'a mut [f32],
}

impl Work for Embed<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let tables = self.tables;
        let places = self.lengths.iter().flat_map(|&length| 0..length);
        let rows = self.to.chunks_exact_mut(tables.size);
        for ((piece, place), to) in self.pieces.iter().zip(places).zip(rows) {
            tables.word.add(usize::from(piece.id), to);
            tables.position.add(place, to);
            tables.shape.add(usize::from(piece.shape), to);
            tables.part.add(usize::from(piece.part), to);
            tables.coarse.add(usize::from(piece.coarse), to);
            tables.fine.add(usize::from(piece.fine), to);
            let mut bits = piece.bits;
            while bits != 0 {
                tables.known.add(bits.trailing_zeros() as usize, to);
                bits &= bits - 1;
            }
        }
    }
}
