//! The engine `accurate`: the encoder and the CRF together.
//!
//! The two make different mistakes, so their log-probabilities are added with
//! weights, and scores of tag pairs are added to the sum. All these parameters
//! are fitted by likelihood on development data
//! (`training/accurate/mixing.py`), so the probability of a name needs no
//! further calibration. Before decoding, the scores of all occurrences of a
//! word in the document are smoothed ([`crate::consistency`]).

use std::collections::HashMap;
use std::sync::Arc;

use crate::bio_tags::PerTag;
use crate::consistency::{self, log_probabilities};
use crate::crf::Crf;
use crate::encoder::{Encoder, EncoderBuffers, Mixing, WordPiece};
use crate::features::TextKind;
use crate::lattice::{MentionSpan, TransitionScores, ViterbiDecoder};
use crate::windows::WindowBatcher;
use crate::word_shape::{SHAPE_ROWS, WordShape};
use crate::wordpiece::WordPieceVocabulary;

/// Maximum number of pieces in a batch, which bounds memory.
const MAX_BATCH_PIECES: usize = 1600;

/// Maximum number of cached words; when there are more, the cache is cleared.
const MAX_CACHED_WORDS: usize = 50_000;

/// Smaller probabilities of the CRF count as this one.
const MIN_PROBABILITY: f32 = 1e-4;

/// The encoder model file that is built into the program.
pub static SHIPPED: &[u8] = chancery_models::ACCURATE_MODEL;

/// An encoder with its cache of words. Clones share the encoder, not the cache.
pub struct NeuralTagger<'a> {
    shared: Arc<SharedEncoder<'a>>,
    words: HashMap<Box<str>, Box<[WordPiece]>>,
    buffers: EncoderBuffers,
}

struct SharedEncoder<'a> {
    encoder: Encoder<'a>,
    vocabulary: WordPieceVocabulary<'a>,
    pairs: TransitionScores,
}

impl Clone for NeuralTagger<'_> {
    fn clone(&self) -> Self {
        let shared = Arc::clone(&self.shared);
        Self { shared, words: HashMap::new(), buffers: EncoderBuffers::default() }
    }
}

impl<'a> NeuralTagger<'a> {
    /// Creates a tagger around `encoder`.
    pub fn new(encoder: Encoder<'a>) -> Self {
        let vocabulary = WordPieceVocabulary::new(encoder.piece_texts());
        let pairs = TransitionScores::from_weights(encoder.mixing_weights().pairs);
        let shared = Arc::new(SharedEncoder { encoder, vocabulary, pairs });
        Self { shared, words: HashMap::new(), buffers: EncoderBuffers::default() }
    }

    /// Finds the names in each line of one document, with the encoder and `crf`
    /// together.
    pub fn find_mentions(
        &mut self,
        lines: &[Vec<&str>],
        crf: &mut Crf<'_>,
    ) -> Vec<Vec<MentionSpan>> {
        let (kind, marginals) = crf.document_marginals(lines);
        let emissions = self.encoder_scores(lines, kind, crf);
        let SharedEncoder { encoder, pairs, .. } = &*self.shared;
        let mut rest = emissions.iter();
        let mut line = |line: &Vec<PerTag>| {
            line.iter()
                .zip(&mut rest)
                .map(|(c, e)| mix_probabilities(e, c, encoder.mixing_weights()))
                .collect()
        };
        let mut scores: Vec<Vec<PerTag>> = marginals.iter().map(&mut line).collect();
        consistency::smooth_scores(lines, &mut scores);
        let mut decoder = ViterbiDecoder::default();
        scores.iter().map(|line| decoder.best_mentions(line, pairs)).collect()
    }

    /// Returns the encoder's scores for every word of the document, without line
    /// breaks.
    fn encoder_scores(
        &mut self,
        lines: &[Vec<&str>],
        kind: TextKind,
        crf: &mut Crf<'_>,
    ) -> Vec<PerTag> {
        if self.words.len() > MAX_CACHED_WORDS {
            self.words.clear();
        }
        for word in lines.iter().flatten() {
            if !self.words.contains_key(*word) {
                let pieces = encode_word(word, &self.shared.vocabulary, crf);
                self.words.insert((*word).into(), pieces);
            }
        }
        let mut windows = WindowBatcher::new(MAX_BATCH_PIECES, kind);
        for line in lines {
            let words: Vec<&[WordPiece]> = line.iter().map(|word| &*self.words[*word]).collect();
            windows.add_sentence(&words);
        }
        let (encoder, buffers) = (&self.shared.encoder, &mut self.buffers);
        windows
            .into_batches()
            .iter()
            .flat_map(|batch| encoder.score_pieces(batch, buffers))
            .collect()
    }
}

/// Converts a word to the encoder's input.
fn encode_word(
    word: &str,
    vocabulary: &WordPieceVocabulary<'_>,
    crf: &mut Crf<'_>,
) -> Box<[WordPiece]> {
    let knowledge = crf.word_knowledge(word);
    let (coarse, fine) = knowledge.clusters.map_or((0, 0), |row| (row[2] + 1, row[3] + 1));
    let shape = WordShape::from_text(word) as u8;
    let piece = |(number, cut): (usize, crate::wordpiece::PieceSpan)| {
        let part =
            WordShape::from_text(&word[cut.span]) as u8 + if number > 0 { SHAPE_ROWS } else { 0 };
        WordPiece { id: cut.id, shape, part, coarse, fine, bits: knowledge.bits }
    };
    vocabulary.split_word(word).into_iter().enumerate().map(piece).collect()
}

/// Returns the weighted sum of the log-probabilities of encoder and CRF, times the
/// sharpness.
fn mix_probabilities(emission: &PerTag, marginal: &PerTag, mixing: &Mixing) -> PerTag {
    let emission = log_probabilities(emission);
    std::array::from_fn(|tag| {
        let neural = emission[tag];
        let linear = marginal[tag].max(MIN_PROBABILITY).ln();
        mixing.sharpness * (neural + mixing.weight * (linear - neural))
    })
}
