//! Weights of words for detecting the kind of text.
//!
//! This is naive Bayes over the distinct words of documents (McCallum and Nigam
//! 1998). The weight is the log-ratio of a word's frequency in diplomatic
//! documents to its frequency in others. Weights are clamped, so that no single
//! word decides alone.

use std::collections::{HashMap, HashSet};

use crate::bio_tags::{PerTag, TAGS};
use crate::document::Vocabulary;
use crate::features;
use crate::gazetteer::NameGazetteer;
use crate::lexicon::Lexicon;
use crate::train::GoldDocument;

/// Minimum number of documents of a word; rarer words get no weight.
const MIN_DOCUMENTS: f32 = 6.0;
/// Maximum absolute weight of a word.
const MAX_WORD_WEIGHT: f32 = 3.0;

/// Returns a row for each word, with the weight in the first column.
pub(super) fn text_kind_weights(
    golds: &[GoldDocument],
    lists: NameGazetteer<'_>,
) -> Vec<(u64, PerTag)> {
    let mut vocabulary = Vocabulary::default();
    let mut counts: HashMap<u64, [f32; 2]> = HashMap::new();
    let mut totals = [0f32; 2];
    for gold in golds {
        let kind = gold.kind as usize;
        let words = gold.sentences.iter().flatten();
        let mut feature = |word: &str| {
            let number = vocabulary.intern_word(word, Lexicon::shipped_lexicon(), &lists);
            features::text_kind_feature(vocabulary.word_type(number))
        };
        let distinct: HashSet<u64> = words.map(|(word, _)| feature(word)).collect();
        totals[kind] += distinct.len() as f32;
        for feature in distinct {
            counts.entry(feature).or_default()[kind] += 1.0;
        }
    }
    let mut rows: Vec<(u64, PerTag)> = counts
        .into_iter()
        .filter(|(_, count)| count[0] + count[1] >= MIN_DOCUMENTS)
        .map(|(feature, count)| {
            let share = |kind: usize| (count[kind] + 1.0) / (totals[kind] + 1.0);
            let weight = (share(0) / share(1)).ln().clamp(-MAX_WORD_WEIGHT, MAX_WORD_WEIGHT);
            let mut row = [0.0; TAGS];
            row[0] = weight;
            (feature, row)
        })
        .collect();
    rows.sort_unstable_by_key(|row| row.0);
    rows
}
