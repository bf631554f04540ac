//! A document as interned word types.
//!
//! Words are interned in [`Vocabulary`], so that the features of each distinct word
//! are computed once. A document is then lists of small numbers, one list per
//! sentence.

use std::collections::HashMap;

use crate::document_context::{self, DocumentContext, SentenceWords};
use crate::features::{FeatureContext, SentenceFeatures, TextKind, WordInContext};
use crate::gazetteer::{self, NameGazetteer};
use crate::lexicon::Lexicon;
use crate::word_type::WordType;

/// The word types seen so far, each with a number.
#[derive(Default)]
pub struct Vocabulary {
    ids: HashMap<Box<str>, u32>,
    types: Vec<WordType>,
}

impl Vocabulary {
    /// Returns the number of `word`. Computes its features if it is new.
    pub fn intern_word(
        &mut self,
        word: &str,
        lexicon: &Lexicon,
        gazetteer: &NameGazetteer<'_>,
    ) -> u32 {
        if let Some(&number) = self.ids.get(word) {
            return number;
        }
        let number = self.types.len() as u32;
        self.types.push(WordType::new(word, lexicon, gazetteer));
        self.ids.insert(word.into(), number);
        number
    }

    /// The word type with this number.
    pub fn word_type(&self, number: u32) -> &WordType {
        &self.types[number as usize]
    }

    /// Number of distinct words.
    pub fn len(&self) -> usize {
        self.types.len()
    }

    /// Whether there are no words yet.
    pub fn is_empty(&self) -> bool {
        self.types.is_empty()
    }
}

/// A document as the numbers of its words, sentence by sentence.
#[derive(Clone, Debug, Default)]
pub struct InternedDocument {
    /// The words of each sentence.
    pub lines: Vec<Vec<u32>>,
}

/// A document with the features that depend on it as a whole.
pub struct DocumentFeatures<'a> {
    lines: Vec<SentenceWords<'a>>,
    contexts: HashMap<u64, DocumentContext>,
    topic: [u64; 2],
    /// The kind of text.
    pub kind: TextKind,
}

impl<'a> DocumentFeatures<'a> {
    /// Computes the document-wide features of `page`, read as text of the given
    /// kind.
    pub fn new(document: &InternedDocument, forms: &'a Vocabulary, kind: TextKind) -> Self {
        let lines: Vec<SentenceWords<'a>> =
            document.lines.iter().map(|words| build_sentence(words, forms)).collect();
        let contexts = document_context::gather_contexts(&lines);
        let first = lines.iter().flat_map(|line| &line.words).find(|form| form.orthography.any);
        let topic = first.map_or([0; 2], |form| [form.lower, form.coarse_cluster()]);
        Self { lines, contexts, topic, kind }
    }

    /// The features that all words of line `at` share.
    pub fn sentence_features(&self, at: usize) -> SentenceFeatures {
        let forms = self.sentence_words(at);
        let lettered = forms.iter().filter(|form| form.orthography.any).count();
        let initial = forms.iter().filter(|form| form.orthography.initial).count();
        let length = match forms.len() {
            0..=2 => forms.len() as u8,
            3..=5 => 3,
            6..=12 => 4,
            _ => 5,
        };
        SentenceFeatures {
            length,
            end: forms.last().map_or(0, |form| form.lower),
            capitals: (5 * initial / lettered.max(1)) as u8,
            topic: self.topic,
        }
    }

    /// The words of line `at`.
    pub fn sentence_words(&self, at: usize) -> &[&'a WordType] {
        &self.lines[at].words
    }

    /// The kind of text and the case of line `at`.
    pub fn feature_context(&self, at: usize) -> FeatureContext {
        FeatureContext { kind: self.kind, capitals: self.lines[at].capitals }
    }

    /// The words of line `at`, each with its document context and its phrases
    /// from the gazetteer.
    pub fn words_in_context(
        &self,
        at: usize,
        gazetteer: &NameGazetteer<'_>,
    ) -> Vec<WordInContext<'_>> {
        let line = &self.lines[at];
        let mut words: Vec<WordInContext<'_>> = line
            .words
            .iter()
            .map(|form| WordInContext {
                word_type: form,
                document_context: self.contexts.get(&form.lower),
                phrase_first: 0,
                phrase_next: 0,
            })
            .collect();
        mark_list_phrases(&mut words, line.capitals, gazetteer);
        words
    }
}

/// Builds a line. It counts as written in capitals if more than three fifths of
/// its words with letters are.
fn build_sentence<'a>(words: &[u32], forms: &'a Vocabulary) -> SentenceWords<'a> {
    let forms: Vec<&WordType> = words.iter().map(|&word| forms.word_type(word)).collect();
    let lettered = forms.iter().filter(|form| form.orthography.any).count();
    let upper = forms.iter().filter(|form| form.orthography.upper).count();
    SentenceWords { words: forms, capitals: 5 * upper > 3 * lettered }
}

/// Marks the longest gazetteer phrase from each start. A phrase must start with
/// a capital, except in text in capitals.
fn mark_list_phrases(
    words: &mut [WordInContext<'_>],
    capitals: bool,
    gazetteer: &NameGazetteer<'_>,
) {
    for start in 0..words.len() {
        let first = words[start].word_type;
        if !first.starts_longer_name || !(capitals || first.orthography.initial) {
            continue;
        }
        let mut phrase = gazetteer::start_phrase(first.lower);
        let mut longest = (0, 0);
        for (end, word) in
            words.iter().enumerate().take(start + gazetteer::MAX_PHRASE_WORDS).skip(start + 1)
        {
            phrase = gazetteer::extend_phrase(phrase, word.word_type.lower);
            let (lists, goes_on) = gazetteer.look_up_phrase(phrase);
            if lists != 0 {
                longest = (end, lists);
            }
            if !goes_on {
                break;
            }
        }
        let (end, lists) = longest;
        if lists != 0 {
            words[start].phrase_first |= lists;
            for word in &mut words[start + 1..=end] {
                word.phrase_next |= lists;
            }
        }
    }
}
