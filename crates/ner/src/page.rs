//! A document as interned word types.
//!
//! Words are interned in [`Forms`], so that the features of each distinct word
//! are computed once. A document is then lists of small numbers, one list per
//! sentence.

use std::collections::HashMap;

use crate::evidence::{self, Evidence, Line};
use crate::features::{Context, Setting, TextKind, Word};
use crate::form::Form;
use crate::gazetteer::{self, Gazetteer};
use crate::lexicon::Lexicon;

/// The word types seen so far, each with a number.
#[derive(Default)]
pub struct Forms {
    numbers: HashMap<Box<str>, u32>,
    forms: Vec<Form>,
}

impl Forms {
    /// Returns the number of `word`. Computes its features if it is new.
    pub fn number(&mut self, word: &str, lexicon: &Lexicon, gazetteer: &Gazetteer<'_>) -> u32 {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        let number = self.forms.len() as u32;
        self.forms.push(Form::new(word, lexicon, gazetteer));
        self.numbers.insert(word.into(), number);
        number
    }

    /// The word type with this number.
    pub fn get(&self, number: u32) -> &Form {
        &self.forms[number as usize]
    }

    /// Number of distinct words.
    pub fn len(&self) -> usize {
        self.forms.len()
    }

    /// Whether there are no words yet.
    pub fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }
}

/// A document as the numbers of its words, sentence by sentence.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The words of each sentence.
    pub lines: Vec<Vec<u32>>,
}

/// A document with the features that depend on it as a whole.
pub struct Reading<'a> {
    lines: Vec<Line<'a>>,
    evidence: HashMap<u64, Evidence>,
    topic: [u64; 2],
    /// The kind of text.
    pub kind: TextKind,
}

impl<'a> Reading<'a> {
    /// Computes the document-wide features of `page`, read as text of the given
    /// kind.
    pub fn new(page: &Page, forms: &'a Forms, kind: TextKind) -> Self {
        let lines: Vec<Line<'a>> = page.lines.iter().map(|words| line(words, forms)).collect();
        let evidence = evidence::gather(&lines);
        let first = lines.iter().flat_map(|line| &line.forms).find(|form| form.letters.any);
        let topic = first.map_or([0; 2], |form| [form.lower, form.cluster()]);
        Self { lines, evidence, topic, kind }
    }

    /// The features that all words of line `at` share.
    pub fn setting(&self, at: usize) -> Setting {
        let forms = self.line(at);
        let lettered = forms.iter().filter(|form| form.letters.any).count();
        let initial = forms.iter().filter(|form| form.letters.initial).count();
        let length = match forms.len() {
            0..=2 => forms.len() as u8,
            3..=5 => 3,
            6..=12 => 4,
            _ => 5,
        };
        Setting {
            length,
            end: forms.last().map_or(0, |form| form.lower),
            capitals: (5 * initial / lettered.max(1)) as u8,
            topic: self.topic,
        }
    }

    /// The words of line `at`.
    pub fn line(&self, at: usize) -> &[&'a Form] {
        &self.lines[at].forms
    }

    /// The kind of text and the case of line `at`.
    pub fn context(&self, at: usize) -> Context {
        Context { kind: self.kind, capitals: self.lines[at].capitals }
    }

    /// The words of line `at`, each with its document context and its phrases
    /// from the gazetteer.
    pub fn words(&self, at: usize, gazetteer: &Gazetteer<'_>) -> Vec<Word<'_>> {
        let line = &self.lines[at];
        let mut words: Vec<Word<'_>> = line
            .forms
            .iter()
            .map(|form| Word {
                form,
                evidence: self.evidence.get(&form.lower),
                phrase_first: 0,
                phrase_next: 0,
            })
            .collect();
        mark_phrases(&mut words, line.capitals, gazetteer);
        words
    }
}

/// Builds a line. It counts as written in capitals if more than three fifths of
/// its words with letters are.
fn line<'a>(words: &[u32], forms: &'a Forms) -> Line<'a> {
    let forms: Vec<&Form> = words.iter().map(|&word| forms.get(word)).collect();
    let lettered = forms.iter().filter(|form| form.letters.any).count();
    let upper = forms.iter().filter(|form| form.letters.upper).count();
    Line { forms, capitals: 5 * upper > 3 * lettered }
}

/// Marks the longest gazetteer phrase from each start. A phrase must start with
/// a capital, except in text in capitals.
fn mark_phrases(words: &mut [Word<'_>], capitals: bool, gazetteer: &Gazetteer<'_>) {
    for start in 0..words.len() {
        let first = words[start].form;
        if !first.begins_longer || !(capitals || first.letters.initial) {
            continue;
        }
        let mut phrase = gazetteer::start(first.lower);
        let mut longest = (0, 0);
        for (end, word) in words.iter().enumerate().take(start + gazetteer::LONGEST).skip(start + 1)
        {
            phrase = gazetteer::extend(phrase, word.form.lower);
            let (lists, goes_on) = gazetteer.phrase(phrase);
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
