//! The encoder over a document: the half of the engine `accurate` that the
//! linear chain is not.
//!
//! The two make different mistakes. The logarithms of their probabilities are
//! added up with weights, scores of neighbouring tags on top, all fitted by
//! likelihood on development data (`training/accurate/mixing.py`): so the
//! probability of a name is calibrated without a further step. Then the same
//! word's occurrences in the document are made consistent
//! ([`crate::consistency`]).

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

/// Most pieces that are worked on at a time: a bound on memory.
const BATCH: usize = 1600;

/// When this many distinct words are known, all are forgotten.
const MOST_WORDS: usize = 50_000;

/// Least probability that is told from none.
const LEAST: f32 = 1e-4;

/// The encoder's file that is built into the program.
pub static SHIPPED: &[u8] = include_bytes!("../data/accurate.model");

/// An encoder and what it remembers of words. Clones share the encoder.
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
    /// Makes `encoder` ready for words.
    pub fn new(encoder: Encoder<'a>) -> Self {
        let vocabulary = Vocabulary::new(encoder.vocabulary());
        let pairs = Pairs::valid(encoder.mixing().pairs);
        let shared = Arc::new(Shared { encoder, vocabulary, pairs });
        Self { shared, words: HashMap::new(), room: Room::default() }
    }

    /// The names in each of the lines of one document, by encoder and `chain`
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

    /// The encoder's scores of every word, end to end.
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

/// A word as the encoder takes it.
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

/// The weighted sum of the logarithms of both engines' probabilities.
fn mixed(emission: &PerTag, marginal: &PerTag, mixing: &Mixing) -> PerTag {
    let emission = normalised(emission);
    std::array::from_fn(|tag| {
        let neural = emission[tag];
        let linear = marginal[tag].max(LEAST).ln();
        mixing.sharpness * (neural + mixing.weight * (linear - neural))
    })
}
