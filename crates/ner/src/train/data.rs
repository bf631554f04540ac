//! Annotated text as feature numbers.
//!
//! Word features are the same for every occurrence of a word. So they are
//! stored once for each (word, distance, context) as a *group*, and a token is a
//! few group numbers plus its local features. This makes an iteration about five
//! times cheaper than a loop over every feature of every token.

use std::collections::HashMap;

use crate::bio_tags::{BioTag, TagSet};
use crate::document::{DocumentFeatures, InternedDocument, Vocabulary};
use crate::features::{self, TextKind, WINDOW_REACH};
use crate::gazetteer::NameGazetteer;
use crate::lexicon::Lexicon;
use crate::second_pass::SecondPassFeatures;

/// A fully or partly annotated document.
#[derive(Clone, Debug)]
pub struct GoldDocument {
    /// The sentences: words with the tags that each may have.
    pub sentences: Vec<Vec<(String, TagSet)>>,
    /// Its kind of text.
    pub kind: TextKind,
    /// Weight of each of its sentences.
    pub weight: f32,
    /// The number of the document; copies of one document share it.
    pub document: u32,
}

impl GoldDocument {
    /// Returns its words, sentence by sentence.
    pub fn words_by_sentence(&self) -> Vec<Vec<&str>> {
        let sentences = self.sentences.iter();
        sentences.map(|sentence| sentence.iter().map(|(word, _)| word.as_str()).collect()).collect()
    }
}

/// Lists of numbers of different lengths, stored in one array.
#[derive(Default)]
pub struct RaggedArray {
    ends: Vec<u32>,
    items: Vec<u32>,
}

impl RaggedArray {
    fn push(&mut self, items: impl IntoIterator<Item = u32>) {
        self.items.extend(items);
        self.ends.push(self.items.len() as u32);
    }

    /// Returns list number `at`.
    pub fn list_at(&self, at: usize) -> &[u32] {
        let start = at.checked_sub(1).map_or(0, |i| self.ends[i] as usize);
        &self.items[start..self.ends[at] as usize]
    }

    /// Number of lists.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are no lists.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// A sentence: its tokens `first..end`.
pub struct TrainingSentence {
    /// Its first token.
    pub first: u32,
    /// One past its last.
    pub end: u32,
    /// Its weight.
    pub weight: f32,
    /// Its kind of text.
    pub kind: TextKind,
}

/// All training text as numbers.
pub struct TrainingData {
    /// The hash of each feature.
    pub features: Vec<u64>,
    /// The features of each group.
    pub groups: RaggedArray,
    /// The groups of each token.
    pub words: RaggedArray,
    /// The local features of each token.
    pub locals: RaggedArray,
    /// The tags that each token may have.
    pub allowed: Vec<TagSet>,
    /// The sentences.
    pub sequences: Vec<TrainingSentence>,
}

/// Converts documents to [`TrainingData`].
pub struct TrainingDataBuilder<'a> {
    lexicon: &'a Lexicon,
    gazetteer: NameGazetteer<'a>,
    vocabulary: Vocabulary,
    numbers: HashMap<u64, u32>,
    counts: Vec<u32>,
    group_numbers: HashMap<(u32, i8, usize), u32>,
    data: TrainingData,
}

impl<'a> TrainingDataBuilder<'a> {
    /// Creates a builder without documents.
    pub fn new(lexicon: &'a Lexicon, gazetteer: NameGazetteer<'a>) -> Self {
        Self {
            lexicon,
            gazetteer,
            vocabulary: Vocabulary::default(),
            numbers: HashMap::new(),
            counts: Vec::new(),
            group_numbers: HashMap::new(),
            data: TrainingData {
                features: Vec::new(),
                groups: RaggedArray::default(),
                words: RaggedArray::default(),
                locals: RaggedArray::default(),
                allowed: Vec::new(),
                sequences: Vec::new(),
            },
        }
    }

    /// Adds a document. `first` has the first pass's tags if the second pass is
    /// trained.
    pub fn add_document(&mut self, gold: &GoldDocument, first: Option<&[Vec<BioTag>]>) {
        let document = intern_document(gold, &mut self.vocabulary, self.lexicon, &self.gazetteer);
        let vocabulary = std::mem::take(&mut self.vocabulary);
        let document_features = DocumentFeatures::new(&document, &vocabulary, gold.kind);
        let second_pass = first.map(|tags| SecondPassFeatures::new(&document_features, tags));
        for (number, sentence) in gold.sentences.iter().enumerate() {
            let first = self.data.allowed.len() as u32;
            let context = document_features.feature_context(number);
            let words = document_features.words_in_context(number, &self.gazetteer);
            let sentence_features = document_features.sentence_features(number);
            let mut extra = vec![Vec::new(); sentence.len()];
            if let Some(second_pass) = &second_pass {
                second_pass.emit_features(&document_features, number, context, |at, hash| {
                    extra[at].push(hash);
                });
            }
            for (at, (_, allowed)) in sentence.iter().enumerate() {
                let groups: Vec<u32> = (-WINDOW_REACH..=WINDOW_REACH)
                    .filter_map(|offset| {
                        let position = at.checked_add_signed(offset.into())?;
                        let form = *document.lines[number].get(position)?;
                        Some(self.group_number(&vocabulary, form, offset, context))
                    })
                    .collect();
                self.data.words.push(groups);
                let mut hashes = std::mem::take(&mut extra[at]);
                features::emit_local_features(&words, at, context, &sentence_features, |hash| {
                    hashes.push(hash);
                });
                let numbers: Vec<u32> =
                    hashes.into_iter().map(|hash| self.feature_number(hash)).collect();
                self.data.locals.push(numbers);
                self.data.allowed.push(*allowed);
            }
            let end = self.data.allowed.len() as u32;
            self.data.sequences.push(TrainingSentence {
                first,
                end,
                weight: gold.weight,
                kind: gold.kind,
            });
        }
        drop(second_pass);
        drop(document_features);
        self.vocabulary = vocabulary;
    }

    fn group_number(
        &mut self,
        vocabulary: &Vocabulary,
        form: u32,
        offset: i8,
        context: features::FeatureContext,
    ) -> u32 {
        let key = (form, offset, context.index());
        if let Some(&number) = self.group_numbers.get(&key) {
            return number;
        }
        let mut hashes = Vec::new();
        features::emit_word_features(vocabulary.word_type(form), offset, context, |hash| {
            hashes.push(hash);
        });
        let numbers: Vec<u32> = hashes.into_iter().map(|hash| self.feature_number(hash)).collect();
        let number = self.data.groups.len() as u32;
        self.data.groups.push(numbers);
        self.group_numbers.insert(key, number);
        number
    }

    fn feature_number(&mut self, hash: u64) -> u32 {
        let next = self.counts.len() as u32;
        let number = *self.numbers.entry(hash).or_insert(next);
        if number == next {
            self.counts.push(0);
            self.data.features.push(hash);
        }
        self.counts[number as usize] += 1;
        number
    }

    /// Returns the data, without local features that occur fewer than `least` times.
    pub fn into_training_data(mut self, least: u32) -> TrainingData {
        let mut in_group = vec![false; self.counts.len()];
        for &feature in &self.data.groups.items {
            in_group[feature as usize] = true;
        }
        let mut renumbered = vec![u32::MAX; self.counts.len()];
        let mut retained = Vec::new();
        for (old, new) in renumbered.iter_mut().enumerate() {
            if in_group[old] || self.counts[old] >= least {
                *new = retained.len() as u32;
                retained.push(self.data.features[old]);
            }
        }
        self.data.features = retained;
        for lists in [&mut self.data.groups, &mut self.data.locals] {
            let mut fresh = RaggedArray::default();
            for at in 0..lists.len() {
                let items = lists.list_at(at).iter().map(|&old| renumbered[old as usize]);
                fresh.push(items.filter(|&new| new != u32::MAX));
            }
            *lists = fresh;
        }
        self.data
    }
}

/// Interns the words of a document.
fn intern_document(
    gold: &GoldDocument,
    vocabulary: &mut Vocabulary,
    lexicon: &Lexicon,
    gazetteer: &NameGazetteer<'_>,
) -> InternedDocument {
    let line = |sentence: &Vec<(String, TagSet)>, vocabulary: &mut Vocabulary| {
        sentence.iter().map(|(word, _)| vocabulary.intern_word(word, lexicon, gazetteer)).collect()
    };
    InternedDocument {
        lines: gold.sentences.iter().map(|sentence| line(sentence, vocabulary)).collect(),
    }
}
