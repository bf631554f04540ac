//! Annotated text as feature numbers.
//!
//! Word features are the same for every occurrence of a word. So they are
//! stored once for each (word, distance, context) as a *group*, and a token is a
//! few group numbers plus its local features. This makes an iteration about five
//! times cheaper than a loop over every feature of every token.

use std::collections::HashMap;

use crate::agreement::Agreement;
use crate::features::{self, REACH, TextKind};
use crate::gazetteer::Gazetteer;
use crate::lexicon::Lexicon;
use crate::page::{Forms, Page, Reading};
use crate::tags::{Tag, TagSet};

/// A fully or partly annotated document.
#[derive(Clone, Debug)]
pub struct Gold {
    /// The sentences: words with the tags that each may have.
    pub sentences: Vec<Vec<(String, TagSet)>>,
    /// Its kind of text.
    pub kind: TextKind,
    /// Weight of each of its sentences.
    pub weight: f32,
    /// The number of the document; copies of one document share it.
    pub document: u32,
}

impl Gold {
    /// Returns its words, sentence by sentence.
    pub fn words(&self) -> Vec<Vec<&str>> {
        let sentences = self.sentences.iter();
        sentences.map(|sentence| sentence.iter().map(|(word, _)| word.as_str()).collect()).collect()
    }
}

/// Lists of numbers of different lengths, stored in one array.
#[derive(Default)]
pub struct Lists {
    ends: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    fn push(&mut self, items: impl IntoIterator<Item = u32>) {
        self.items.extend(items);
        self.ends.push(self.items.len() as u32);
    }

    /// Returns list number `at`.
    pub fn get(&self, at: usize) -> &[u32] {
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
pub struct Sequence {
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
pub struct Data {
    /// The hash of each feature.
    pub features: Vec<u64>,
    /// The features of each group.
    pub groups: Lists,
    /// The groups of each token.
    pub words: Lists,
    /// The local features of each token.
    pub locals: Lists,
    /// The tags that each token may have.
    pub allowed: Vec<TagSet>,
    /// The sentences.
    pub sequences: Vec<Sequence>,
}

/// Converts documents to [`Data`].
pub struct Maker<'a> {
    lexicon: &'a Lexicon,
    gazetteer: Gazetteer<'a>,
    forms: Forms,
    numbers: HashMap<u64, u32>,
    counts: Vec<u32>,
    group_numbers: HashMap<(u32, i8, usize), u32>,
    data: Data,
}

impl<'a> Maker<'a> {
    /// Creates a builder without documents.
    pub fn new(lexicon: &'a Lexicon, gazetteer: Gazetteer<'a>) -> Self {
        Self {
            lexicon,
            gazetteer,
            forms: Forms::default(),
            numbers: HashMap::new(),
            counts: Vec::new(),
            group_numbers: HashMap::new(),
            data: Data {
                features: Vec::new(),
                groups: Lists::default(),
                words: Lists::default(),
                locals: Lists::default(),
                allowed: Vec::new(),
                sequences: Vec::new(),
            },
        }
    }

    /// Adds a document. `first` has the first pass's tags if the second pass is
    /// trained.
    pub fn add(&mut self, gold: &Gold, first: Option<&[Vec<Tag>]>) {
        let page = page(gold, &mut self.forms, self.lexicon, &self.gazetteer);
        let forms = std::mem::take(&mut self.forms);
        let reading = Reading::new(&page, &forms, gold.kind);
        let agreement = first.map(|tags| Agreement::new(&reading, tags));
        for (number, sentence) in gold.sentences.iter().enumerate() {
            let first = self.data.allowed.len() as u32;
            let context = reading.context(number);
            let words = reading.words(number, &self.gazetteer);
            let setting = reading.setting(number);
            let mut extra = vec![Vec::new(); sentence.len()];
            if let Some(agreement) = &agreement {
                agreement.features(&reading, number, context, |at, hash| extra[at].push(hash));
            }
            for (at, (_, allowed)) in sentence.iter().enumerate() {
                let groups: Vec<u32> = (-REACH..=REACH)
                    .filter_map(|offset| {
                        let place = at.checked_add_signed(offset.into())?;
                        let form = *page.lines[number].get(place)?;
                        Some(self.group(&forms, form, offset, context))
                    })
                    .collect();
                self.data.words.push(groups);
                let mut hashes = std::mem::take(&mut extra[at]);
                features::local(&words, at, context, &setting, |hash| hashes.push(hash));
                let numbers: Vec<u32> = hashes.into_iter().map(|hash| self.feature(hash)).collect();
                self.data.locals.push(numbers);
                self.data.allowed.push(*allowed);
            }
            let end = self.data.allowed.len() as u32;
            self.data.sequences.push(Sequence { first, end, weight: gold.weight, kind: gold.kind });
        }
        drop(agreement);
        drop(reading);
        self.forms = forms;
    }

    fn group(&mut self, forms: &Forms, form: u32, offset: i8, context: features::Context) -> u32 {
        let key = (form, offset, context.index());
        if let Some(&number) = self.group_numbers.get(&key) {
            return number;
        }
        let mut hashes = Vec::new();
        features::word(forms.get(form), offset, context, |hash| hashes.push(hash));
        let numbers: Vec<u32> = hashes.into_iter().map(|hash| self.feature(hash)).collect();
        let number = self.data.groups.len() as u32;
        self.data.groups.push(numbers);
        self.group_numbers.insert(key, number);
        number
    }

    fn feature(&mut self, hash: u64) -> u32 {
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
    pub fn finish(mut self, least: u32) -> Data {
        let mut in_group = vec![false; self.counts.len()];
        for &feature in &self.data.groups.items {
            in_group[feature as usize] = true;
        }
        let mut renumbered = vec![u32::MAX; self.counts.len()];
        let mut kept = Vec::new();
        for (old, new) in renumbered.iter_mut().enumerate() {
            if in_group[old] || self.counts[old] >= least {
                *new = kept.len() as u32;
                kept.push(self.data.features[old]);
            }
        }
        self.data.features = kept;
        for lists in [&mut self.data.groups, &mut self.data.locals] {
            let mut fresh = Lists::default();
            for at in 0..lists.len() {
                let items = lists.get(at).iter().map(|&old| renumbered[old as usize]);
                fresh.push(items.filter(|&new| new != u32::MAX));
            }
            *lists = fresh;
        }
        self.data
    }
}

/// Interns the words of a document.
fn page(gold: &Gold, forms: &mut Forms, lexicon: &Lexicon, gazetteer: &Gazetteer<'_>) -> Page {
    let line = |sentence: &Vec<(String, TagSet)>, forms: &mut Forms| {
        sentence.iter().map(|(word, _)| forms.number(word, lexicon, gazetteer)).collect()
    };
    Page { lines: gold.sentences.iter().map(|sentence| line(sentence, forms)).collect() }
}
