//! Word-piece tokenisation for the encoder.
//!
//! This is BERT's uncased tokenisation (Devlin et al. 2019; `tokenization.py`
//! of google-research/bert). Letters are lowercased and lose their accents.
//! Punctuation and ideographs become runs of one character. Each run is split
//! from left to right into the longest pieces of the vocabulary.
//!
//! It is written here because every piece needs its exact span in the original
//! word.

use std::collections::HashMap;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// Number of the piece for text that the vocabulary cannot spell (`[UNK]`).
pub const UNKNOWN: u16 = 1;
/// Number of the special piece at the start of a window of general text (`[CLS]`).
pub const START: u16 = 2;
/// Number of the special piece at the start of a window of diplomatic text
/// (the number of `[PAD]`).
pub const START_DIPLOMATIC: u16 = 0;
/// Number of the special piece at the end of a sentence (`[SEP]`).
pub const END: u16 = 3;

/// Maximum number of pieces of a word; the rest of a longer word is dropped.
pub const MAX_WORD_PIECES: usize = 16;

/// Maximum length of a run, in characters; a longer run is unknown as a whole.
const MAX_RUN_CHARS: usize = 100;

/// The word-piece vocabulary, by text.
pub struct WordPieceVocabulary<'a> {
    /// Pieces that start a run.
    initial: HashMap<&'a str, u16>,
    /// Pieces that continue one, without their "##".
    continuing: HashMap<&'a str, u16>,
    /// Length of the longest piece, in bytes.
    longest_bytes: usize,
}

/// A piece and its span in the word, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PieceSpan {
    /// Number of the piece.
    pub id: u16,
    /// The bytes of the word that it covers.
    pub span: Range<usize>,
}

/// A run of normalised letters, and for each of their bytes the span of the letter
/// in the word from which it comes.
#[derive(Default)]
struct LetterRun {
    letters: String,
    sources: Vec<Range<usize>>,
}

impl<'a> WordPieceVocabulary<'a> {
    /// Creates the vocabulary of `pieces`, numbered in order.
    pub fn new(pieces: impl Iterator<Item = &'a str>) -> Self {
        let (mut initial, mut continuing) = (HashMap::new(), HashMap::new());
        let mut longest_bytes = 0;
        for (id, piece) in (0..=u16::MAX).zip(pieces) {
            longest_bytes = longest_bytes.max(piece.len());
            match piece.strip_prefix("##") {
                Some(rest) if !rest.is_empty() => continuing.insert(rest, id),
                _ => initial.insert(piece, id),
            };
        }
        Self { initial, continuing, longest_bytes }
    }

    /// Splits `word` into at least one and at most [`MAX_WORD_PIECES`] pieces, in
    /// order and without overlap.
    pub fn split_word(&self, word: &str) -> Vec<PieceSpan> {
        let mut pieces = Vec::new();
        for run in split_into_runs(word) {
            self.split_run(&run, &mut pieces);
            if pieces.len() >= MAX_WORD_PIECES {
                pieces.truncate(MAX_WORD_PIECES);
                break;
            }
        }
        if pieces.is_empty() {
            pieces.push(PieceSpan { id: UNKNOWN, span: 0..word.len() });
        }
        pieces
    }

    fn split_run(&self, run: &LetterRun, pieces: &mut Vec<PieceSpan>) {
        let before = pieces.len();
        let span_of =
            |range: Range<usize>| run.sources[range.start].start..run.sources[range.end - 1].end;
        let known = run.letters.chars().nth(MAX_RUN_CHARS).is_none();
        let mut at = 0;
        while known && at < run.letters.len() {
            let Some((id, end)) = self.longest_match(&run.letters, at) else { break };
            pieces.push(PieceSpan { id, span: span_of(at..end) });
            at = end;
        }
        if at < run.letters.len() {
            pieces.truncate(before);
            pieces.push(PieceSpan { id: UNKNOWN, span: span_of(0..run.letters.len()) });
        }
    }

    /// Finds the longest piece that matches `letters` from byte `at` on, and its
    /// end.
    fn longest_match(&self, letters: &str, at: usize) -> Option<(u16, usize)> {
        let known = if at == 0 { &self.initial } else { &self.continuing };
        let most = letters.len().min(at + self.longest_bytes);
        (at + 1..=most)
            .rev()
            .filter(|&end| letters.is_char_boundary(end))
            .find_map(|end| known.get(&letters[at..end]).map(|&id| (id, end)))
    }
}

/// Splits `word` into runs, each of which is split into pieces separately.
fn split_into_runs(word: &str) -> Vec<LetterRun> {
    let mut runs: Vec<LetterRun> = Vec::new();
    let mut open = false;
    for (start, written) in word.char_indices() {
        let range = start..start + written.len_utf8();
        if is_removed_by_cleaning(written) {
            continue;
        }
        if written.is_whitespace() {
            open = false;
            continue;
        }
        let normal =
            written.nfd().filter(|c| !is_combining_accent(*c)).flat_map(char::to_lowercase);
        for letter in normal {
            let alone = is_punctuation(letter) || is_ideograph(letter);
            if alone || !open {
                runs.push(LetterRun::default());
            }
            open = !alone;
            if let Some(run) = runs.last_mut() {
                run.letters.push(letter);
                run.sources.extend(std::iter::repeat_n(range.clone(), letter.len_utf8()));
            }
        }
    }
    runs
}

/// Whether BERT's text cleaning removes `c`.
fn is_removed_by_cleaning(c: char) -> bool {
    let control = c.general_category_group() == GeneralCategoryGroup::Other;
    c == '\u{fffd}' || (control && !matches!(c, '\t' | '\n' | '\r'))
}

fn is_combining_accent(c: char) -> bool {
    !c.is_ascii() && c.general_category() == GeneralCategory::NonspacingMark
}

fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || (!c.is_ascii() && c.general_category_group() == GeneralCategoryGroup::Punctuation)
}

/// Whether `c` is in one of the CJK blocks that BERT splits into single
/// characters.
fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c),
        0x4E00..=0x9FFF | 0x3400..=0x4DBF | 0xF900..=0xFAFF
        | 0x20000..=0x2A6DF | 0x2A700..=0x2CEAF | 0x2F800..=0x2FA1F)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PIECES: [&str; 24] = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "amb",
        "##ass",
        "##ador",
        "ambassador",
        ".",
        "u",
        "s",
        "'",
        "muller",
        "##s",
        "al",
        "-",
        "q",
        "##a",
        "##ida",
        "ß",
        "国",
        "##国",
        "o",
        "##e",
    ];

    fn test_vocabulary() -> WordPieceVocabulary<'static> {
        WordPieceVocabulary::new(PIECES.into_iter())
    }

    #[test]
    fn words_are_split_as_in_bert() {
        let cases: [(&str, &[(&str, &str)]); 12] = [
            ("Ambassador", &[("ambassador", "Ambassador")]),
            ("Ambassadors", &[("ambassador", "Ambassador"), ("##s", "s")]),
            ("AMBASS", &[("amb", "AMB"), ("##ass", "ASS")]),
            ("U.S.", &[("u", "U"), (".", "."), ("s", "S"), (".", ".")]),
            ("Müller's", &[("muller", "Müller"), ("'", "'"), ("s", "s")]),
            ("Mu\u{308}ller", &[("muller", "Mu\u{308}ller")]),
            ("al-Qaida", &[("al", "al"), ("-", "-"), ("q", "Q"), ("##a", "a"), ("##ida", "ida")]),
            ("国国", &[("国", "国"), ("国", "国")]),
            ("xyz", &[("[UNK]", "xyz")]),
            ("ambxyz", &[("[UNK]", "ambxyz")]),
            ("", &[("[UNK]", "")]),
            ("s\u{ad}s", &[("s", "s"), ("##s", "s")]),
        ];
        for (word, expected) in cases {
            let cut = test_vocabulary().split_word(word);
            let found: Vec<(&str, &str)> = cut
                .iter()
                .map(|piece| (PIECES[usize::from(piece.id)], &word[piece.span.clone()]))
                .collect();
            assert_eq!(found, expected, "{word:?}");
        }
    }

    #[test]
    fn long_words_are_bounded() {
        assert_eq!(
            test_vocabulary().split_word(&"s".repeat(101)).len(),
            1,
            "an overlong run is unknown"
        );
        assert_eq!(test_vocabulary().split_word(&"s.".repeat(500)).len(), MAX_WORD_PIECES);
    }

    proptest! {
        /// Pieces start and end at character boundaries, in order and without
        /// overlap; known pieces spell the text that they cover.
        #[test]
        fn spans_are_exact(word in "(\\PC|[a-zäöüéA-Z'.-]|Amb|国|\u{301}){0,12}") {
            let cut = test_vocabulary().split_word(&word);
            prop_assert!((1..=MAX_WORD_PIECES).contains(&cut.len()));
            let mut end = 0;
            for PieceSpan { id, span } in cut {
                prop_assert!(end <= span.start && span.start <= span.end);
                prop_assert!(word.is_char_boundary(span.start) && word.is_char_boundary(span.end));
                end = span.end;
                if id != UNKNOWN {
                    let letters: String = split_into_runs(&word[span]).into_iter().map(|run| run.letters).collect();
                    prop_assert_eq!(letters, PIECES[usize::from(id)].trim_start_matches("##"));
                }
            }
        }
    }
}
