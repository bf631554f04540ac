//! The linear-chain CRF: the whole engine `fast`, and half of `accurate`.
//!
//! A [`Chain`] caches, for every word type, its features and the sums of its
//! word-feature weights. Only local features are looked up for every token.
//! Weights are integers, so sums do not depend on their order, and cached sums
//! equal fresh ones exactly.

use crate::agreement::Agreement;
use crate::features::{self, Context, REACH, TextKind};
use crate::form::{Form, Knowledge};
use crate::lattice::{Decoder, Name, Sums};
use crate::lexicon::Lexicon;
use crate::model::{Model, Pass};
use crate::page::{Forms, Page, Reading};
use crate::tags::{PerTag, TAGS, Tag};

/// Words in the window around a token, including the token.
const WINDOW: usize = 2 * REACH as usize + 1;

/// Maximum number of cached word types. When there are more, the caches are
/// cleared before the next document; within a document, sums beyond this number
/// are not cached. This bounds memory and is rarely reached.
const MOST_FORMS: usize = 50_000;

/// A quantised score for every tag, in units of weight.
type Units = [i32; TAGS];

/// Scores the tags of words with the CRF.
///
/// Cloning is cheap: a clone starts with empty caches. The caches never change a
/// result.
pub struct Chain<'a> {
    model: Model<'a>,
    lexicon: &'a Lexicon,
    memory: Memory,
}

/// Caches that are kept from document to document; they never change a result.
#[derive(Default)]
struct Memory {
    forms: Forms,
    kept: [Kept; 2],
    /// For each word type, the weight of the word as a sign of diplomatic text.
    kinds: Vec<i32>,
}

static SHIPPED: &[u8] = chancery_models::FAST_MODEL;

impl Chain<'static> {
    /// The CRF with the model that is built into the program.
    pub fn shipped() -> Self {
        Self::new(Model::read(SHIPPED).expect("the shipped model is checked by a test"))
    }
}

impl Clone for Chain<'_> {
    fn clone(&self) -> Self {
        Self::new(self.model.clone())
    }
}

impl<'a> Chain<'a> {
    /// Creates a CRF with the given model.
    pub fn new(model: Model<'a>) -> Self {
        Self { model, lexicon: Lexicon::shipped(), memory: Memory::default() }
    }

    /// Finds the names in each line of one document.
    pub fn names(&mut self, lines: &[Vec<&str>]) -> Vec<Vec<Name>> {
        let (kind, sums) = self.sums(lines);
        let pairs = self.model.passes[1].pairs(kind);
        let mut decoder = Decoder::default();
        sums.iter().map(|sums| decoder.names(&self.scores(sums), pairs)).collect()
    }

    /// Returns the kind of text, and the probability of every tag for every word
    /// of one document. The engine `accurate` mixes these with the encoder's.
    pub fn marginals(&mut self, lines: &[Vec<&str>]) -> (TextKind, Vec<Vec<PerTag>>) {
        let (kind, sums) = self.sums(lines);
        let pairs = self.model.passes[1].pairs(kind).exp();
        let mut chain = Sums::default();
        let mut marginals = |sums: &Vec<Units>| {
            let scores = self.scores(sums);
            chain.run(&scores, &pairs, &[]);
            (0..scores.len()).map(|at| chain.tag(at)).collect()
        };
        (kind, sums.iter().map(&mut marginals).collect())
    }

    fn scores(&self, sums: &[Units]) -> Vec<PerTag> {
        sums.iter().map(|sum| self.model.scores(sum)).collect()
    }

    /// Returns the kind of text, and the second pass's sum of weights for each
    /// word.
    fn sums(&mut self, lines: &[Vec<&str>]) -> (TextKind, Vec<Vec<Units>>) {
        let page = self.page(lines);
        let kind = self.kind(&page);
        let Memory { forms, kept, .. } = &mut self.memory;
        let reading = Reading::new(&page, forms, kind);
        let mut decoder = Decoder::default();
        let mut tags = Vec::with_capacity(page.lines.len());
        let mut second: Vec<Vec<Units>> = Vec::with_capacity(page.lines.len());
        for (number, line) in page.lines.iter().enumerate() {
            let context = reading.context(number);
            let passes = &self.model.passes;
            let mut window =
                |pass: usize| kept[pass].window_sums(&passes[pass], line, forms, context);
            let sums = [window(0), window(1)];
            let (words, setting) =
                (reading.words(number, &self.model.gazetteer), reading.setting(number));
            let [mut first, mut rest] = sums;
            for (at, (first, rest)) in first.iter_mut().zip(&mut rest).enumerate() {
                features::local(&words, at, context, &setting, |feature| {
                    passes[0].add(feature, first);
                    passes[1].add(feature, rest);
                });
            }
            let scores: Vec<PerTag> = first.iter().map(|sum| self.model.scores(sum)).collect();
            tags.push(decoder.best(&scores, passes[0].pairs(kind)));
            second.push(rest);
        }
        let agreement = Agreement::new(&reading, &tags);
        for (number, sums) in second.iter_mut().enumerate() {
            let context = reading.context(number);
            agreement.features(&reading, number, context, |at, feature| {
                self.model.passes[1].add(feature, &mut sums[at]);
            });
        }
        (kind, second)
    }

    /// Returns the tags of the first pass for a document, read as text of the
    /// given kind. The second pass is trained on them.
    pub fn first_pass(&mut self, lines: &[Vec<&str>], kind: TextKind) -> Vec<Vec<Tag>> {
        let page = self.page(lines);
        let Memory { forms, kept, .. } = &mut self.memory;
        let reading = Reading::new(&page, forms, kind);
        let mut decoder = Decoder::default();
        let tags = page.lines.iter().enumerate().map(|(number, line)| {
            let (context, pass) = (reading.context(number), &self.model.passes[0]);
            let mut sums = kept[0].window_sums(pass, line, forms, context);
            let (words, setting) =
                (reading.words(number, &self.model.gazetteer), reading.setting(number));
            for (at, sum) in sums.iter_mut().enumerate() {
                features::local(&words, at, context, &setting, |feature| pass.add(feature, sum));
            }
            let scores: Vec<PerTag> = sums.iter().map(|sum| self.model.scores(sum)).collect();
            decoder.best(&scores, pass.pairs(kind))
        });
        tags.collect()
    }

    /// Returns what the lexicon and the gazetteer know about a word.
    pub fn knowledge(&mut self, word: &str) -> Knowledge {
        let forms = &mut self.memory.forms;
        let number = forms.number(word, self.lexicon, &self.model.gazetteer);
        forms.get(number).knowledge()
    }

    fn page(&mut self, lines: &[Vec<&str>]) -> Page {
        if self.memory.forms.len() > MOST_FORMS {
            self.memory = Memory::default();
        }
        let forms = &mut self.memory.forms;
        let mut number = |word: &&str| forms.number(word, self.lexicon, &self.model.gazetteer);
        Page { lines: lines.iter().map(|line| line.iter().map(&mut number).collect()).collect() }
    }

    /// Detects the kind of text from the distinct words that occur in it.
    fn kind(&mut self, page: &Page) -> TextKind {
        let Memory { forms, kinds, .. } = &mut self.memory;
        for number in kinds.len()..forms.len() {
            let mut sum = [0; TAGS];
            self.model.passes[0].add(features::kind(forms.get(number as u32)), &mut sum);
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
struct Kept([Vec<Option<Box<[Units; WINDOW]>>>; Context::COUNT]);

impl Kept {
    /// Returns, for each word of `line`, the sum over the words in its window.
    fn window_sums(
        &mut self,
        pass: &Pass<'_>,
        line: &[u32],
        forms: &Forms,
        context: Context,
    ) -> Vec<Units> {
        let kept = &mut self.0[context.index()];
        kept.resize(kept.len().max(forms.len().min(MOST_FORMS)), None);
        let mut sums = vec![[0; TAGS]; line.len()];
        for (place, &form) in line.iter().enumerate() {
            let fresh;
            let sum = || word_sums(pass, forms.get(form), context);
            let units = match kept.get_mut(form as usize) {
                Some(known) => &**known.get_or_insert_with(|| Box::new(sum())),
                None => {
                    fresh = sum();
                    &fresh
                }
            };
            for (units, offset) in units.iter().zip(-REACH..=REACH) {
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
fn word_sums(pass: &Pass<'_>, form: &Form, context: Context) -> [Units; WINDOW] {
    let mut sums = [[0; TAGS]; WINDOW];
    for (sum, offset) in sums.iter_mut().zip(-REACH..=REACH) {
        features::word(form, offset, context, |feature| pass.add(feature, sum));
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cached sums, spread over the window, equal the sums over every feature
    /// of every token.
    #[test]
    fn kept_sums_equal_plain_ones() {
        // With empty caches, and with full ones.
        for known in [0, MOST_FORMS] {
            let mut chain = Chain::shipped();
            let words: Vec<String> = (0..known).map(|number| format!("word{number:b}")).collect();
            chain.page(&[words.iter().map(String::as_str).collect()]);
            check_sums(&mut chain);
        }
    }

    fn check_sums(chain: &mut Chain<'_>) {
        let page = chain.page(&[
            "General Quistorp told the Embassy in Algiers : GENERAL".split(' ').collect(),
            "AFRICOM AND THE U.S. NAVY".split(' ').collect(),
        ]);
        let Memory { forms, kept, .. } = &mut chain.memory;
        let reading = Reading::new(&page, forms, TextKind::Diplomatic);
        for (number, line) in page.lines.iter().enumerate() {
            let context = reading.context(number);
            for (pass, kept) in chain.model.passes.iter().zip(&mut *kept) {
                let quick = kept.window_sums(pass, line, forms, context);
                for (at, quick) in quick.iter().enumerate() {
                    let mut plain = [0; TAGS];
                    for offset in -REACH..=REACH {
                        let place = at.checked_add_signed(offset.into());
                        if let Some(&form) = place.and_then(|place| line.get(place)) {
                            let form = forms.get(form);
                            features::word(form, offset, context, |feature| {
                                pass.add(feature, &mut plain);
                            });
                        }
                    }
                    assert_eq!(*quick, plain, "word {at} of line {number}");
                }
            }
        }
    }
}
