//! The linear-chain CRF: the whole engine `fast`, and half of `accurate`.
//!
//! A [`Crf`] caches, for every word type, its features and the sums of its
//! word-feature weights. Only local features are looked up for every token.
//! Weights are integers, so sums do not depend on their order, and cached sums
//! equal fresh ones exactly.

use crate::bio_tags::{BioTag, PerTag, TAGS};
use crate::document::{DocumentFeatures, InternedDocument, Vocabulary};
use crate::features::{self, FeatureContext, TextKind, WINDOW_REACH};
use crate::lattice::{ForwardBackward, MentionSpan, ViterbiDecoder};
use crate::lexicon::Lexicon;
use crate::model::{CrfModel, ModelPass};
use crate::second_pass::SecondPassFeatures;
use crate::word_type::{WordKnowledge, WordType};

/// Words in the window around a token, including the token.
const WINDOW_WORDS: usize = 2 * WINDOW_REACH as usize + 1;

/// Maximum number of cached word types. When there are more, the caches are
/// cleared before the next document; within a document, sums beyond this number
/// are not cached. This bounds memory and is rarely reached.
const MAX_CACHED_WORDS: usize = 50_000;

/// A quantised score for every tag, in units of weight.
type Scores = [i32; TAGS];

/// Scores the tags of words with the CRF.
///
/// Cloning is cheap: a clone starts with empty caches. The caches never change a
/// result.
pub struct Crf<'a> {
    model: CrfModel<'a>,
    lexicon: &'a Lexicon,
    memory: CrfMemory,
}

/// Caches that are kept from document to document; they never change a result.
#[derive(Default)]
struct CrfMemory {
    vocabulary: Vocabulary,
    caches: [FeatureCache; 2],
    /// For each word type, the weight of the word as a sign of diplomatic text.
    kind_weights: Vec<i32>,
}

/// The model that is built into the program.
pub static SHIPPED: &[u8] = chancery_models::FAST_MODEL;

impl Crf<'static> {
    /// The CRF with the model that is built into the program.
    pub fn with_shipped_model() -> Self {
        Self::new(CrfModel::from_bytes(SHIPPED).expect("the shipped model is checked by a test"))
    }
}

impl Clone for Crf<'_> {
    fn clone(&self) -> Self {
        Self::new(self.model.clone())
    }
}

impl<'a> Crf<'a> {
    /// Creates a CRF with the given model.
    pub fn new(model: CrfModel<'a>) -> Self {
        Self { model, lexicon: Lexicon::shipped_lexicon(), memory: CrfMemory::default() }
    }

    /// Finds the names in each line of one document.
    pub fn find_mentions(&mut self, lines: &[Vec<&str>]) -> Vec<Vec<MentionSpan>> {
        let (kind, sums) = self.second_pass_sums(lines);
        let pairs = self.model.passes[1].transition_scores(kind);
        let mut decoder = ViterbiDecoder::default();
        sums.iter().map(|sums| decoder.best_mentions(&self.dequantise_line(sums), pairs)).collect()
    }

    /// Returns the kind of text, and the probability of every tag for every word
    /// of one document. The engine `accurate` mixes these with the encoder's.
    pub fn document_marginals(&mut self, lines: &[Vec<&str>]) -> (TextKind, Vec<Vec<PerTag>>) {
        let (kind, sums) = self.second_pass_sums(lines);
        let pairs = self.model.passes[1].transition_scores(kind).exponentials();
        let mut forward_backward = ForwardBackward::default();
        let mut marginals = |sums: &Vec<Scores>| {
            let scores = self.dequantise_line(sums);
            forward_backward.compute_log_partition(&scores, &pairs, &[]);
            (0..scores.len()).map(|at| forward_backward.tag_marginals(at)).collect()
        };
        (kind, sums.iter().map(&mut marginals).collect())
    }

    fn dequantise_line(&self, sums: &[Scores]) -> Vec<PerTag> {
        sums.iter().map(|sum| self.model.dequantise_sum(sum)).collect()
    }

    /// Returns the kind of text, and the second pass's sum of weights for each
    /// word.
    fn second_pass_sums(&mut self, lines: &[Vec<&str>]) -> (TextKind, Vec<Vec<Scores>>) {
        let document = self.intern_document(lines);
        let kind = self.detect_text_kind(&document);
        let CrfMemory { vocabulary, caches, .. } = &mut self.memory;
        let document_features = DocumentFeatures::new(&document, vocabulary, kind);
        let mut decoder = ViterbiDecoder::default();
        let mut tags = Vec::with_capacity(document.lines.len());
        let mut second: Vec<Vec<Scores>> = Vec::with_capacity(document.lines.len());
        for (number, line) in document.lines.iter().enumerate() {
            let context = document_features.feature_context(number);
            let passes = &self.model.passes;
            let mut window =
                |pass: usize| caches[pass].window_sums(&passes[pass], line, vocabulary, context);
            let sums = [window(0), window(1)];
            let (words, sentence_features) = (
                document_features.words_in_context(number, &self.model.gazetteer),
                document_features.sentence_features(number),
            );
            let [mut first, mut rest] = sums;
            for (at, (first, rest)) in first.iter_mut().zip(&mut rest).enumerate() {
                features::emit_local_features(&words, at, context, &sentence_features, |feature| {
                    passes[0].add_feature_weights(feature, first);
                    passes[1].add_feature_weights(feature, rest);
                });
            }
            let scores: Vec<PerTag> =
                first.iter().map(|sum| self.model.dequantise_sum(sum)).collect();
            tags.push(decoder.best_tags(&scores, passes[0].transition_scores(kind)));
            second.push(rest);
        }
        let second_pass = SecondPassFeatures::new(&document_features, &tags);
        for (number, sums) in second.iter_mut().enumerate() {
            let context = document_features.feature_context(number);
            second_pass.emit_features(&document_features, number, context, |at, feature| {
                self.model.passes[1].add_feature_weights(feature, &mut sums[at]);
            });
        }
        (kind, second)
    }

    /// Returns the tags of the first pass for a document, read as text of the
    /// given kind. The second pass is trained on them.
    pub fn first_pass_tags(&mut self, lines: &[Vec<&str>], kind: TextKind) -> Vec<Vec<BioTag>> {
        let document = self.intern_document(lines);
        let CrfMemory { vocabulary, caches, .. } = &mut self.memory;
        let document_features = DocumentFeatures::new(&document, vocabulary, kind);
        let mut decoder = ViterbiDecoder::default();
        let tags = document.lines.iter().enumerate().map(|(number, line)| {
            let (context, pass) =
                (document_features.feature_context(number), &self.model.passes[0]);
            let mut sums = caches[0].window_sums(pass, line, vocabulary, context);
            let (words, sentence_features) = (
                document_features.words_in_context(number, &self.model.gazetteer),
                document_features.sentence_features(number),
            );
            for (at, sum) in sums.iter_mut().enumerate() {
                features::emit_local_features(&words, at, context, &sentence_features, |feature| {
                    pass.add_feature_weights(feature, sum);
                });
            }
            let scores: Vec<PerTag> =
                sums.iter().map(|sum| self.model.dequantise_sum(sum)).collect();
            decoder.best_tags(&scores, pass.transition_scores(kind))
        });
        tags.collect()
    }

    /// Returns what the lexicon and the gazetteer know about a word.
    pub fn word_knowledge(&mut self, word: &str) -> WordKnowledge {
        let vocabulary = &mut self.memory.vocabulary;
        let number = vocabulary.intern_word(word, self.lexicon, &self.model.gazetteer);
        vocabulary.word_type(number).encoder_knowledge()
    }

    fn intern_document(&mut self, lines: &[Vec<&str>]) -> InternedDocument {
        if self.memory.vocabulary.len() > MAX_CACHED_WORDS {
            self.memory = CrfMemory::default();
        }
        let vocabulary = &mut self.memory.vocabulary;
        let mut number =
            |word: &&str| vocabulary.intern_word(word, self.lexicon, &self.model.gazetteer);
        InternedDocument {
            lines: lines.iter().map(|line| line.iter().map(&mut number).collect()).collect(),
        }
    }

    /// Detects the kind of text from the distinct words that occur in it.
    fn detect_text_kind(&mut self, document: &InternedDocument) -> TextKind {
        let CrfMemory { vocabulary, kind_weights, .. } = &mut self.memory;
        for number in kind_weights.len()..vocabulary.len() {
            let mut sum = [0; TAGS];
            self.model.passes[0].add_feature_weights(
                features::text_kind_feature(vocabulary.word_type(number as u32)),
                &mut sum,
            );
            kind_weights.push(sum[0]);
        }
        let mut distinct: Vec<u32> = document.lines.iter().flatten().copied().collect();
        distinct.sort_unstable();
        distinct.dedup();
        let sum: i32 = distinct.iter().map(|&word| kind_weights[word as usize]).sum();
        if sum as f32 * self.model.unit >= self.model.threshold {
            TextKind::Diplomatic
        } else {
            TextKind::General
        }
    }
}

/// The summed word-feature weights of one pass, for each context and word type:
/// one sum for every distance from the token.
#[derive(Default)]
struct FeatureCache([Vec<Option<Box<[Scores; WINDOW_WORDS]>>>; FeatureContext::COUNT]);

impl FeatureCache {
    /// Returns, for each word of `line`, the sum over the words in its window.
    fn window_sums(
        &mut self,
        pass: &ModelPass<'_>,
        line: &[u32],
        vocabulary: &Vocabulary,
        context: FeatureContext,
    ) -> Vec<Scores> {
        let cached = &mut self.0[context.index()];
        cached.resize(cached.len().max(vocabulary.len().min(MAX_CACHED_WORDS)), None);
        let mut sums = vec![[0; TAGS]; line.len()];
        for (position, &form) in line.iter().enumerate() {
            let fresh;
            let sum = || sum_word_features(pass, vocabulary.word_type(form), context);
            let units = match cached.get_mut(form as usize) {
                Some(known) => &**known.get_or_insert_with(|| Box::new(sum())),
                None => {
                    fresh = sum();
                    &fresh
                }
            };
            for (units, offset) in units.iter().zip(-WINDOW_REACH..=WINDOW_REACH) {
                let token = position.checked_add_signed(-isize::from(offset));
                if let Some(sum) = token.and_then(|at| sums.get_mut(at)) {
                    sum.iter_mut().zip(units).for_each(|(sum, units)| *sum += units);
                }
            }
        }
        sums
    }
}

/// Sums the word-feature weights of `form` for every distance.
fn sum_word_features(
    pass: &ModelPass<'_>,
    form: &WordType,
    context: FeatureContext,
) -> [Scores; WINDOW_WORDS] {
    let mut sums = [[0; TAGS]; WINDOW_WORDS];
    for (sum, offset) in sums.iter_mut().zip(-WINDOW_REACH..=WINDOW_REACH) {
        features::emit_word_features(form, offset, context, |feature| {
            pass.add_feature_weights(feature, sum);
        });
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cached sums, spread over the window, equal the sums over every feature
    /// of every token.
    #[test]
    fn cached_sums_equal_fresh_ones() {
        // With empty caches, and with full ones.
        for known in [0, MAX_CACHED_WORDS] {
            let mut crf = Crf::with_shipped_model();
            let words: Vec<String> = (0..known).map(|number| format!("word{number:b}")).collect();
            crf.intern_document(&[words.iter().map(String::as_str).collect()]);
            check_sums(&mut crf);
        }
    }

    fn check_sums(crf: &mut Crf<'_>) {
        let document = crf.intern_document(&[
            "General Quistorp told the Embassy in Algiers : GENERAL".split(' ').collect(),
            "AFRICOM AND THE U.S. NAVY".split(' ').collect(),
        ]);
        let CrfMemory { vocabulary, caches, .. } = &mut crf.memory;
        let document_features = DocumentFeatures::new(&document, vocabulary, TextKind::Diplomatic);
        for (number, line) in document.lines.iter().enumerate() {
            let context = document_features.feature_context(number);
            for (pass, cache) in crf.model.passes.iter().zip(&mut *caches) {
                let quick = cache.window_sums(pass, line, vocabulary, context);
                for (at, quick) in quick.iter().enumerate() {
                    let mut plain = [0; TAGS];
                    for offset in -WINDOW_REACH..=WINDOW_REACH {
                        let position = at.checked_add_signed(offset.into());
                        if let Some(&form) = position.and_then(|position| line.get(position)) {
                            let form = vocabulary.word_type(form);
                            features::emit_word_features(form, offset, context, |feature| {
                                pass.add_feature_weights(feature, &mut plain);
                            });
                        }
                    }
                    assert_eq!(*quick, plain, "word {at} of line {number}");
                }
            }
        }
    }
}
