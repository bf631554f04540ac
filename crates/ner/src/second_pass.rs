//! Features of the second pass, made from the tags of the first pass.
//!
//! A name that occurs many times usually has the same label each time, but not
//! always: the majority may be wrong, and one informative context ("General
//! Mekri") can outweigh many others. So the tags of the first pass are not
//! counted as votes. They become features, and the second pass learns their
//! weights (Krishnan and Manning 2006). For training, each text is tagged by
//! models that were trained without it.

use std::collections::HashMap;

use chancery_model::Label;

use crate::bio_tags::{self, BioTag, TAGS};
use crate::document::DocumentFeatures;
use crate::features::{FeatureContext, FirstPassTags};
use crate::hash;

/// Counts of the first pass's tags in a document, by word and by complete name.
pub struct SecondPassFeatures<'a> {
    tags: &'a [Vec<BioTag>],
    words: HashMap<u64, [u32; TAGS]>,
    names: HashMap<u64, [u32; Label::ALL.len()]>,
    longest: usize,
}

impl<'a> SecondPassFeatures<'a> {
    /// Counts the first pass's tags of the lines of a document.
    pub fn new(document_features: &DocumentFeatures<'_>, tags: &'a [Vec<BioTag>]) -> Self {
        let mut words: HashMap<u64, [u32; TAGS]> = HashMap::new();
        let mut names: HashMap<u64, [u32; Label::ALL.len()]> = HashMap::new();
        let mut longest = 0;
        for (line, tags) in tags.iter().enumerate() {
            let forms = document_features.sentence_words(line);
            for (form, tag) in forms.iter().zip(tags) {
                if form.orthography.initial {
                    words.entry(form.lower).or_default()[usize::from(tag.0)] += 1;
                }
            }
            for (start, end, label) in bio_tags::decode_tags(tags) {
                if end - start > 1 {
                    longest = longest.max(end - start);
                    let phrase = forms[start..end]
                        .iter()
                        .fold(0, |sum, form| hash::combine_hashes(sum, form.lower));
                    names.entry(phrase).or_default()[label as usize] += 1;
                }
            }
        }
        Self { tags, words, names, longest }
    }

    /// Emits, for each word of `line`, the features of its tag and of the tags of
    /// the same word and the same names elsewhere.
    pub fn emit_features(
        &self,
        document_features: &DocumentFeatures<'_>,
        line: usize,
        context: FeatureContext,
        mut emit: impl FnMut(usize, u64),
    ) {
        let forms = document_features.sentence_words(line);
        let tags = &self.tags[line];
        for (at, form) in forms.iter().enumerate() {
            let known = self.words.get(&form.lower).filter(|_| form.orthography.initial);
            let mut elsewhere = known.copied().unwrap_or_default();
            let count = &mut elsewhere[usize::from(tags[at].0)];
            *count = count.saturating_sub(1);
            let around =
                [at.checked_sub(1).map(|i| tags[i]), Some(tags[at]), tags.get(at + 1).copied()];
            FirstPassTags { around_word: around, counts: elsewhere }
                .emit_features(context, |feature| emit(at, feature));
        }
        self.emit_mention_features(forms, tags, context, emit);
    }

    /// Emits features for words that form a name found elsewhere in the document.
    fn emit_mention_features(
        &self,
        forms: &[&crate::word_type::WordType],
        tags: &[BioTag],
        context: FeatureContext,
        mut emit: impl FnMut(usize, u64),
    ) {
        let mentions: Vec<(usize, usize, Label)> = bio_tags::decode_tags(tags);
        for start in 0..forms.len() {
            let mut phrase = hash::combine_hashes(0, forms[start].lower);
            for end in start + 2..=forms.len().min(start + self.longest) {
                phrase = hash::combine_hashes(phrase, forms[end - 1].lower);
                let Some(mut counts) = self.names.get(&phrase).copied() else { continue };
                let same = mentions.iter().filter(|mention| (mention.0, mention.1) == (start, end));
                for &(_, _, label) in same {
                    counts[label as usize] = counts[label as usize].saturating_sub(1);
                }
                for label in Label::ALL.into_iter().filter(|&label| counts[label as usize] > 0) {
                    for at in start..end {
                        let tag = if at == start {
                            BioTag::begin_of(label)
                        } else {
                            BioTag::inside_of(label)
                        };
                        emit(at, crate::features::repeated_mention_feature(tag.0, context));
                    }
                }
            }
        }
    }
}
