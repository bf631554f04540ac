//! Finds the language of a document.
//!
//! Two witnesses have to agree before a document counts as foreign: the letters, which
//! the crate `whatlang` judges by their sequences, and the words that every text of a
//! language has ([the table](../data/function_words.tsv)). Alone, the letters
//! take a list of French names for French. A text that has the common words of
//! English is English, whatever else is in it, because its names can be found.
//!
//! Everything in doubt is English: short texts, tables, lists, mixed texts.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use chancery_model::{BlockKind, Document, Language, fold_word, is_word_char};
use whatlang::Lang;

/// Minimum number of words, or of letters in a script that has no Latin letters.
const MIN_WORDS: usize = 40;
const MIN_LETTERS: usize = 100;
/// Of so many words, one that is common in English shows that a part is English.
const WORDS_PER_ENGLISH_WORD: usize = 50;
/// Of so many words, at least one must be a common word of the foreign language, and
/// so many different ones must occur. In prose it is every fourth to every tenth.
const WORDS_PER_FOREIGN_WORD: usize = 25;
const MIN_FOREIGN_WORDS: usize = 3;
/// In a text of another script, at most one of so many letters is Latin.
const LETTERS_PER_LATIN_LETTER: usize = 10;
/// Number of bytes of a text that show its language.
const SAMPLE_BYTES: usize = 64 << 10;

/// The common words of each language, folded as by [`fold_word`].
static FUNCTION_WORDS: LazyLock<HashMap<&str, HashSet<String>>> = LazyLock::new(|| {
    let lines = include_str!("../data/function_words.tsv").lines();
    let rows = lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    rows.map(|(code, words)| (code, words.split(' ').map(fold_word).collect())).collect()
});

/// The common words of English, at most 32.
static ENGLISH: LazyLock<Vec<&str>> =
    LazyLock::new(|| FUNCTION_WORDS.get("en").into_iter().flatten().map(String::as_str).collect());

/// The language of a document's paragraphs.
pub fn detect_language(document: &Document) -> Language {
    let text = document.text.as_str();
    let paragraphs = document.blocks.iter().filter_map(|block| match block.kind {
        BlockKind::Paragraph(_) => text.get(block.span.byte_range()),
        _ => None,
    });
    detect_in_paragraphs(&paragraphs.collect::<Vec<_>>()).unwrap_or_default()
}

/// The language of these paragraphs; `None` if it is English or in doubt.
fn detect_in_paragraphs(paragraphs: &[&str]) -> Option<Language> {
    let counts = Counts::of_paragraphs(paragraphs);
    let is_latin = counts.latin_letters * LETTERS_PER_LATIN_LETTER > counts.letters;
    let is_too_short = match is_latin {
        true => counts.words < MIN_WORDS,
        false => counts.letters < MIN_LETTERS,
    };
    if is_too_short || is_latin && counts.has_english() {
        return None;
    }
    let sample = sample_of(paragraphs);
    let language = match whatlang::detect_lang(&sample)? {
        // The crate names the largest of the Chinese and Persian languages.
        Lang::Cmn => Language::from_code("zh"),
        Lang::Pes => Language::from_code("fa"),
        other => Language::from_code(other.code()),
    }?;
    if language == Language::ENGLISH {
        return None;
    }
    (!is_latin || has_words_of(&sample, language)).then_some(language)
}

/// Whether a text has the common words of a language.
fn has_words_of(text: &str, language: Language) -> bool {
    let Some(common) = FUNCTION_WORDS.get(language.code()) else { return false };
    let (mut all, mut found, mut different) = (0, 0, HashSet::new());
    for word in words_of(text).map(fold_word) {
        all += 1;
        if let Some(known) = common.get(&word) {
            found += 1;
            different.insert(known);
        }
    }
    different.len() >= MIN_FOREIGN_WORDS && found * WORDS_PER_FOREIGN_WORD >= all
}

/// The beginning of the paragraphs.
fn sample_of(paragraphs: &[&str]) -> String {
    let mut sample = String::new();
    for paragraph in paragraphs {
        let left = SAMPLE_BYTES.saturating_sub(sample.len());
        sample += &paragraph[..paragraph.floor_char_boundary(left)];
        sample.push('\n');
        if sample.len() >= SAMPLE_BYTES {
            break;
        }
    }
    sample
}

/// What shows, in one pass, that a text is English.
#[derive(Default)]
struct Counts {
    words: usize,
    /// Words that are common in English.
    english: usize,
    /// A bit for each different one of them.
    different_english: u32,
    letters: usize,
    latin_letters: usize,
}

impl Counts {
    /// Whether a part is English. One word alone is no evidence: "of" is Dutch too.
    fn has_english(&self) -> bool {
        self.different_english.count_ones() > 1
            && self.english * WORDS_PER_ENGLISH_WORD >= self.words
    }

    fn of_paragraphs(paragraphs: &[&str]) -> Self {
        let mut counts = Self::default();
        for word in paragraphs.iter().flat_map(|paragraph| words_of(paragraph)) {
            counts.words += 1;
            if word.is_ascii() {
                let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
                counts.letters += letters;
                counts.latin_letters += letters;
                let known = ENGLISH.iter().position(|english| word.eq_ignore_ascii_case(english));
                if let Some(number) = known {
                    counts.english += 1;
                    counts.different_english |= 1 << number;
                }
                continue;
            }
            for letter in word.chars().filter(|c| c.is_alphabetic()) {
                counts.letters += 1;
                counts.latin_letters += usize::from(is_latin_letter(letter));
            }
        }
        counts
    }
}

/// The words of a text, but no numbers and no single letters: "C O N F I D E N T I A L"
/// has the articles of Italian.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c| !is_word_char(c));
    words.filter(|word| word.len() > 1 && word.starts_with(|c: char| !c.is_ascii_digit()))
}

/// Whether a letter belongs to the Latin script, with all its marks.
fn is_latin_letter(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | '\u{aa}' | '\u{ba}' | '\u{c0}'..='\u{24f}'
        | '\u{250}'..='\u{2af}' | '\u{1e00}'..='\u{1eff}' | '\u{fb00}'..='\u{fb06}'
        | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}')
}
