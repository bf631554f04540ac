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

use crate::chain::Chain;
use crate::consistency::{self, normalised};
use crate::encoder::{Encoder, Mixing, Piece, Room};
use crate::features::TextKind;
use crate::lattice::{Decoder, Name, Pairs};
use crate::pieces::Vocabulary;
use crate::shape::{SHAPES, Shape};
use crate::tags::PerTag;
use crate::windows::Windows;

/// Maximum number of pieces in a batch, which bounds memory.
const BATCH: usize = 1600;

/// Maximum number of cached words; when there are more, the cache is cleared.
const MOST_WORDS: usize = 50_000;

/// Smaller probabilities of the CRF count as this one.
const LEAST: f32 = 1e-4;

/// The encoder model file that is built into the program.
pub static SHIPPED: &[u8] = chancery_models::ACCURATE_MODEL;

/// An encoder with its cache of words. Clones share the encoder, not the cache.
pub struct Neural<'a> {
    shared: Arc<Shared<'a>>,
    words: HashMap<Box<str>, Box<[Piece]>>,
    room: Room,
}

struct Shared<'a> {
    encoder: Encoder<'a>,
    vocabulary: Vocabulary<'a>,
    pairs: Pairs,
}

impl Clone for Neural<'_> {
    fn clone(&self) -> Self {
        let shared = Arc::clone(&self.shared);
        Self { shared, words: HashMap::new(), room: Room::default() }
    }
}

impl<'a> Neural<'a> {
    /// Creates a tagger around `encoder`.
    pub fn new(encoder: Encoder<'a>) -> Self {
        let vocabulary = Vocabulary::new(encoder.vocabulary());
        let pairs = Pairs::valid(encoder.mixing().pairs);
        let shared = Arc::new(Shared { encoder, vocabulary, pairs });
        Self { shared, words: HashMap::new(), room: Room::default() }
    }

    /// Finds the names in each line of one document, with the encoder and `chain`
    /// together.
    pub fn names(&mut self, lines: &[Vec<&str>], chain: &mut Chain<'_>) -> Vec<Vec<Name>> {
        let (kind, marginals) = chain.marginals(lines);
        let emissions = self.emissions(lines, kind, chain);
        let Shared { encoder, pairs, .. } = &*self.shared;
        let mut rest = emissions.iter();
        let mut line = |line: &Vec<PerTag>| {
            line.iter().zip(&mut rest).map(|(c, e)| mixed(e, c, encoder.mixing())).collect()
        };
        let mut scores: Vec<Vec<PerTag>> = marginals.iter().map(&mut line).collect();
        consistency::draw(lines, &mut scores);
        let mut decoder = Decoder::default();
        scores.iter().map(|line| decoder.names(line, pairs)).collect()
    }

    /// Returns the encoder's scores for every word of the document, without line
    /// breaks.
    fn emissions(
        &mut self,
        lines: &[Vec<&str>],
        kind: TextKind,
        chain: &mut Chain<'_>,
    ) -> Vec<PerTag> {
        if self.words.len() > MOST_WORDS {
            self.words.clear();
        }
        for word in lines.iter().flatten() {
            if !self.words.contains_key(*word) {
                let pieces = pieces(word, &self.shared.vocabulary, chain);
                self.words.insert((*word).into(), pieces);
            }
        }
        let mut windows = Windows::new(BATCH, kind);
        for line in lines {
            let words: Vec<&[Piece]> = line.iter().map(|word| &*self.words[*word]).collect();
            windows.add(&words);
        }
        let (encoder, room) = (&self.shared.encoder, &mut self.room);
        windows.finish().iter().flat_map(|batch| encoder.scores(batch, room)).collect()
    }
}

/// Converts a word to the encoder's input.
fn pieces(word: &str, vocabulary: &Vocabulary<'_>, chain: &mut Chain<'_>) -> Box<[Piece]> {
    let knowledge = chain.knowledge(word);
    let (coarse, fine) = knowledge.clusters.map_or((0, 0), |row| (row[2] + 1, row[3] + 1));
    let shape = Shape::of(word) as u8;
    let piece = |(number, cut): (usize, crate::pieces::Placed)| {
        let part = Shape::of(&word[cut.place]) as u8 + if number > 0 { SHAPES } else { 0 };
        Piece { id: cut.id, shape, part, coarse, fine, bits: knowledge.bits }
    };
    vocabulary.cut(word).into_iter().enumerate().map(piece).collect()
}

/// Returns the weighted sum of the log-probabilities of encoder and CRF, times the
/// sharpness.
fn mixed(emission: &PerTag, marginal: &PerTag, mixing: &Mixing) -> PerTag {
    let emission = normalised(emission);
    std::array::from_fn(|tag| {
        let neural = emission[tag];
        let linear = marginal[tag].max(LEAST).ln();
        mixing.sharpness * (neural + mixing.weight * (linear - neural))
    })
}
