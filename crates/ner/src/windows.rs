//! Splits a document into windows, the input sequences of the encoder.
//!
//! A window holds adjacent sentences. It starts with a special piece for the
//! kind of text, and a special piece ends each sentence. Windows give the
//! encoder the sentences around each sentence and bound the cost of attention.
//! A sentence is split only if it is longer than a window.
//! `training/accurate/windows.py` does the same.

use crate::encoder::{EncoderBatch, WordPiece};
use crate::features::TextKind;
use crate::wordpiece::{END, START, START_DIPLOMATIC};

/// Maximum number of pieces in a window.
pub(crate) const MAX_WINDOW_PIECES: usize = 160;

/// A special piece, which belongs to no word.
const fn special_piece(id: u16) -> WordPiece {
    WordPiece { id, shape: 0, part: 0, coarse: 0, fine: 0, bits: 0 }
}

/// Collects the words of a document, given as their pieces, into batches of
/// windows.
pub(crate) struct WindowBatcher {
    batches: Vec<EncoderBatch>,
    /// Pieces in the current window; 0 before the first window.
    size: usize,
    max_batch_pieces: usize,
    start: WordPiece,
}

impl WindowBatcher {
    /// Starts batches of at most `most` pieces for a text of the given kind.
    pub(crate) fn new(max_batch_pieces: usize, kind: TextKind) -> Self {
        let start = special_piece(match kind {
            TextKind::General => START,
            TextKind::Diplomatic => START_DIPLOMATIC,
        });
        Self { batches: Vec::new(), size: 0, max_batch_pieces, start }
    }

    /// Adds a sentence.
    pub(crate) fn add_sentence(&mut self, words: &[&[WordPiece]]) {
        let mut rest = words;
        while !rest.is_empty() {
            let mut size = 0;
            let fits = rest.iter().take_while(|word| {
                size += word.len();
                size <= MAX_WINDOW_PIECES - 2
            });
            let (run, after) = rest.split_at(fits.count());
            self.add_segment(run);
            rest = after;
        }
    }

    /// Adds a sentence, or a part of one, that fits into a window.
    fn add_segment(&mut self, words: &[&[WordPiece]]) {
        let length = words.iter().map(|word| word.len()).sum::<usize>() + 1;
        if self.size == 0 || self.size + length > MAX_WINDOW_PIECES {
            self.start_window();
        }
        let Some(batch) = self.batches.last_mut() else { return };
        for word in words {
            batch.first.push(batch.pieces.len());
            batch.pieces.extend_from_slice(word);
        }
        batch.pieces.push(special_piece(END));
        self.size += length;
        if let Some(last) = batch.lengths.last_mut() {
            *last = self.size;
        }
    }

    fn start_window(&mut self) {
        let full =
            |batch: &EncoderBatch| batch.pieces.len() + MAX_WINDOW_PIECES > self.max_batch_pieces;
        if self.batches.last().is_none_or(full) {
            self.batches.push(EncoderBatch::default());
        }
        if let Some(batch) = self.batches.last_mut() {
            batch.pieces.push(self.start);
            batch.lengths.push(1);
        }
        self.size = 1;
    }

    /// Returns the batches. Words are in the order in which they were added.
    pub(crate) fn into_batches(self) -> Vec<EncoderBatch> {
        self.batches
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Every word is in one window, in order; windows and batches stay within
        /// their limits.
        #[test]
        fn windows_hold_every_word(
            sentences in prop::collection::vec(prop::collection::vec(1usize..=16, 0..60), 0..20),
            most in 200usize..1000,
        ) {
            let mut windows = WindowBatcher::new(most, TextKind::General);
            let piece = WordPiece { id: 9, ..special_piece(0) };
            let long = [piece; 16];
            for sentence in &sentences {
                let words: Vec<&[WordPiece]> = sentence.iter().map(|&size| &long[..size]).collect();
                windows.add_sentence(&words);
            }
            let batches = windows.into_batches();
            let words: usize = sentences.iter().map(Vec::len).sum();
            prop_assert_eq!(batches.iter().map(|batch| batch.first.len()).sum::<usize>(), words);
            let mut sizes = sentences.iter().flatten();
            for batch in &batches {
                prop_assert_eq!(batch.lengths.iter().sum::<usize>(), batch.pieces.len());
                prop_assert!(batch.pieces.len() <= most);
                prop_assert!(batch.lengths.iter().all(|&length| (2..=MAX_WINDOW_PIECES).contains(&length)));
                for &first in &batch.first {
                    let size = sizes.next().expect("as many words");
                    let word = &batch.pieces[first..first + size];
                    prop_assert!(word.iter().all(|piece| piece.id == 9));
                }
            }
        }
    }
}
