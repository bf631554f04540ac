//! The linear-chain CRF: the whole engine `fast`, and half of `accurate`.
//!
//! A [`Chain`] caches, for every word type, its features and the sums of its
//! word-feature weights. Only local features are looked up for every token.
//! Weights are integers, so sums do not depend on their order, and cached sums
//! equal fresh ones exactly.

use crate::document::{DocumentFeatures, InternedDocument, Vocabulary};
use crate::features::{self, FeatureContext, TextKind, WINDOW_REACH};
use crate::lattice::{ForwardBackward, MentionSpan, ViterbiDecoder};
use crate::lexicon::Lexicon;
use crate::model::{CrfModel, ModelPass};
use crate::second_pass::SecondPassFeatures;
use crate::tags::{BioTag, PerTag, TAGS};
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

static SHIPPED: &[u8] = chancery_models::FAST_MODEL;

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
        let mut chain = ForwardBackward::default();
        let mut marginals = |sums: &Vec<Scores>| {
            let scores = self.dequantise_line(sums);
            chain.compute_log_partition(&scores, &pairs, &[]);
            (0..scores.len()).map(|at| chain.tag_marginals(at)).collect()
        };
        (kind, sums.iter().map(&mut marginals).collect())
    }

    fn dequantise_line(&self, sums: &[Scores]) -> Vec<PerTag> {
        sums.iter().map(|sum| self.model.dequantise_sum(sum)).collect()
    }

    /// Returns the kind of text, and the second pass's sum of weights for each
    /// word.
    fn second_pass_sums(&mut self, lines: &[Vec<&str>]) -> (TextKind, Vec<Vec<Scores>>) {
        let page = self.intern_document(lines);
        let kind = self.detect_text_kind(&page);
        let CrfMemory { vocabulary: forms, caches: kept, .. } = &mut self.memory;
        let reading = DocumentFeatures::new(&page, forms, kind);
        let mut decoder = ViterbiDecoder::default();
        let mut tags = Vec::with_capacity(page.lines.len());
        let mut second: Vec<Vec<Scores>> = Vec::with_capacity(page.lines.len());
        for (number, line) in page.lines.iter().enumerate() {
            let context = reading.feature_context(number);
            let passes = &self.model.passes;
            let mut window =
                |pass: usize| kept[pass].window_sums(&passes[pass], line, forms, context);
            let sums = [window(0), window(1)];
            let (words, setting) = (
                reading.words_in_context(number, &self.model.gazetteer),
                reading.sentence_features(number),
            );
            let [mut first, mut rest] = sums;
            for (at, (first, rest)) in first.iter_mut().zip(&mut rest).enumerate() {
                features::emit_local_features(&words, at, context, &setting, |feature| {
                    passes[0].add_feature_weights(feature, first);
                    passes[1].add_feature_weights(feature, rest);
                });
            }
            let scores: Vec<PerTag> =
                first.iter().map(|sum| self.model.dequantise_sum(sum)).collect();
            tags.push(decoder.best_tags(&scores, passes[0].transition_scores(kind)));
            second.push(rest);
        }
        let agreement = SecondPassFeatures::new(&reading, &tags);
        for (number, sums) in second.iter_mut().enumerate() {
            let context = reading.feature_context(number);
            agreement.emit_features(&reading, number, context, |at, feature| {
                self.model.passes[1].add_feature_weights(feature, &mut sums[at]);
            });
        }
        (kind, second)
    }

    /// Returns the tags of the first pass for a document, read as text of the
    /// given kind. The second pass is trained on them.
    pub fn first_pass_tags(&mut self, lines: &[Vec<&str>], kind: TextKind) -> Vec<Vec<BioTag>> {
        let page = self.intern_document(lines);
        let CrfMemory { vocabulary: forms, caches: kept, .. } = &mut self.memory;
        let reading = DocumentFeatures::new(&page, forms, kind);
        let mut decoder = ViterbiDecoder::default();
        let tags = page.lines.iter().enumerate().map(|(number, line)| {
            let (context, pass) = (reading.feature_context(number), &self.model.passes[0]);
            let mut sums = kept[0].window_sums(pass, line, forms, context);
            let (words, setting) = (
                reading.words_in_context(number, &self.model.gazetteer),
                reading.sentence_features(number),
            );
            for (at, sum) in sums.iter_mut().enumerate() {
                features::emit_local_features(&words, at, context, &setting, |feature| {
                    pass.add_feature_weights(feature, sum)
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
        let forms = &mut self.memory.vocabulary;
        let number = forms.intern_word(word, self.lexicon, &self.model.gazetteer);
        forms.word_type(number).encoder_knowledge()
    }

    fn intern_document(&mut self, lines: &[Vec<&str>]) -> InternedDocument {
        if self.memory.vocabulary.len() > MAX_CACHED_WORDS {
            self.memory = CrfMemory::default();
        }
        let forms = &mut self.memory.vocabulary;
        let mut number = |word: &&str| forms.intern_word(word, self.lexicon, &self.model.gazetteer);
        InternedDocument {
            lines: lines.iter().map(|line| line.iter().map(&mut number).collect()).collect(),
        }
    }

    /// Detects the kind of text from the distinct words that occur in it.
    fn detect_text_kind(&mut self, page: &InternedDocument) -> TextKind {
        let CrfMemory { vocabulary: forms, kind_weights: kinds, .. } = &mut self.memory;
        for number in kinds.len()..forms.len() {
            let mut sum = [0; TAGS];
            self.model.passes[0].add_feature_weights(
                features::text_kind_feature(forms.word_type(number as u32)),
                &mut sum,
            );
            kinds.push(sum[0]);
        }
        let mut distinct: Vec<u32> = page.lines.iter().flatten().copied().collect();
        distinct.sort_unstable();
        distinct.dedup();
        let sum: i32 = distinct.iter().map(|&word| kinds[word as usize]).sum();
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
        forms: &Vocabulary,
        context: FeatureContext,
    ) -> Vec<Scores> {
        let kept = &mut self.0[context.index()];
        kept.resize(kept.len().max(forms.len().min(MAX_CACHED_WORDS)), None);
        let mut sums = vec![[0; TAGS]; line.len()];
        for (place, &form) in line.iter().enumerate() {
            let fresh;
            let sum = || sum_word_features(pass, forms.word_type(form), context);
            let units = match kept.get_mut(form as usize) {
                Some(known) => &**known.get_or_insert_with(|| Box::new(sum())),
                None => {
                    fresh = sum();
                    &fresh
                }
            };
            for (units, offset) in units.iter().zip(-WINDOW_REACH..=WINDOW_REACH) {
                let token = place.checked_add_signed(-isize::from(offset));
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
            pass.add_feature_weights(feature, sum)
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
            let mut chain = Crf::with_shipped_model();
            let words: Vec<String> = (0..known).map(|number| format!("word{number:b}")).collect();
            chain.intern_document(&[words.iter().map(String::as_str).collect()]);
            check_sums(&mut chain);
        }
    }

    fn check_sums(chain: &mut Crf<'_>) {
        let page = chain.intern_document(&[
            "General Quistorp told the Embassy in Algiers : GENERAL".split(' ').collect(),
            "AFRICOM AND THE U.S. NAVY".split(' ').collect(),
        ]);
        let CrfMemory { vocabulary: forms, caches: kept, .. } = &mut chain.memory;
        let reading = DocumentFeatures::new(&page, forms, TextKind::Diplomatic);
        for (number, line) in page.lines.iter().enumerate() {
            let context = reading.feature_context(number);
            for (pass, kept) in chain.model.passes.iter().zip(&mut *kept) {
                let quick = kept.window_sums(pass, line, forms, context);
                for (at, quick) in quick.iter().enumerate() {
                    let mut plain = [0; TAGS];
                    for offset in -WINDOW_REACH..=WINDOW_REACH {
                        let place = at.checked_add_signed(offset.into());
                        if let Some(&form) = place.and_then(|place| line.get(place)) {
                            let form = forms.word_type(form);
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
