//! Text cleaned as FollowTheMoney does it, split into pages of the permitted
//! length, with a mapping from offsets of the original text.

use std::iter;
use std::ops::Range;

use chancery_model::{CodePoints, TextSpan};
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Maximum length of a text that FollowTheMoney accepts, in code points.
const MAX_PAGE_CODE_POINTS: usize = 65_000;

/// A text cleaned as FollowTheMoney does it (`remove_unsafe_chars` of its
/// library normality): control and zero-width characters are deleted, unusual
/// spaces become blanks, letters are composed (NFC), and surrounding white
/// space is trimmed.
pub(super) struct CleanedText {
    pub(super) text: String,
    /// Start of each unchanged run: in the original text, and in `text`.
    stretches: Vec<(u32, usize)>,
}

/// A position in a cleaned text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TextPosition {
    pub(super) byte: usize,
    pub(super) point: u32,
}

impl CleanedText {
    pub(super) fn from_text(text: &str) -> Self {
        let mut body = Self { text: String::with_capacity(text.len()), stretches: Vec::new() };
        let letters = text.char_indices().filter(|&(_, letter)| !is_deleted(letter));
        let blanks = letters.map(|(at, it)| (at, if is_unusual_space(it) { ' ' } else { it }));
        let mut letters = blanks.skip_while(|(_, letter)| letter.is_whitespace()).peekable();
        let mut cluster = String::new();
        while let Some((at, letter)) = letters.next() {
            let here = body.text.len();
            if body.stretches.last().is_none_or(|last| at - last.0 as usize != here - last.1) {
                body.stretches.push((at as u32, here));
            }
            cluster.clear();
            cluster.push(letter);
            while let Some((_, mark)) = letters.next_if(|(_, next)| may_compose(*next)) {
                cluster.push(mark);
            }
            if cluster.is_ascii() {
                body.text.push_str(&cluster);
            } else {
                body.text.extend(cluster.nfc());
            }
        }
        body.text.truncate(body.text.trim_end().len());
        body
    }

    /// Maps spans of the original text to ranges of the cleaned text.
    pub(super) fn map_spans(
        &self,
        spans: impl Iterator<Item = TextSpan>,
    ) -> Vec<Range<TextPosition>> {
        let points = CodePoints::new(&self.text);
        let position = |at| {
            let byte = self.map_offset(at);
            TextPosition { byte, point: points.code_point_offset(byte as u32) }
        };
        spans.map(|span| position(span.start)..position(span.end)).collect()
    }

    fn map_offset(&self, at: u32) -> usize {
        let after = self.stretches.partition_point(|stretch| stretch.0 <= at);
        let Some(&(start, byte)) = self.stretches[..after].last() else { return 0 };
        let end = self.stretches.get(after).map_or(self.text.len(), |next| next.1);
        let here = (byte + (at - start) as usize).min(end).min(self.text.len());
        // No position exists inside a sequence that was composed to one letter.
        self.text.ceil_char_boundary(here)
    }

    /// Splits the text into pages that FollowTheMoney accepts; usually one.
    /// Pages end at white space outside mentions and are trimmed.
    pub(super) fn split_pages(&self, mentions: &[Range<TextPosition>]) -> Vec<Range<TextPosition>> {
        let mut pages = Vec::new();
        let mut start = TextPosition { byte: 0, point: 0 };
        loop {
            let rest = &self.text[start.byte..];
            let Some((length, _)) = rest.char_indices().nth(MAX_PAGE_CODE_POINTS) else {
                pages.push(start..self.position_after(start, rest.len()));
                return pages;
            };
            let inside = |at: usize| {
                let next = mentions.partition_point(|mention| mention.end.byte <= at);
                mentions.get(next).is_some_and(|mention| mention.start.byte < at)
            };
            let spaces = rest[..length].rmatch_indices(char::is_whitespace);
            let mut cuts = spaces.map(|(at, _)| at).filter(|at| !inside(start.byte + at));
            let page = rest[..cuts.next().unwrap_or(length)].trim_end().len();
            pages.push(start..self.position_after(start, page));
            let space = rest[page..].len() - rest[page..].trim_start().len();
            start = self.position_after(start, page + space);
        }
    }

    /// Returns the position `length` bytes after `place`.
    fn position_after(&self, position: TextPosition, length: usize) -> TextPosition {
        let byte = position.byte + length;
        let points = self.text[position.byte..byte].chars().count() as u32;
        TextPosition { byte, point: position.point + points }
    }
}

fn is_deleted(letter: char) -> bool {
    (letter.is_control() && !['\t', '\n', '\r'].contains(&letter))
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}')
        || ['\u{61c}', '\u{ad}', '\u{feff}'].contains(&letter)
}

fn is_unusual_space(letter: char) -> bool {
    matches!(letter, '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{a00}')
        || ['\u{1680}', '\u{202f}', '\u{205f}', '\u{3000}'].contains(&letter)
}

/// Whether NFC may merge this letter with the preceding one or replace it.
fn may_compose(letter: char) -> bool {
    !letter.is_ascii()
        && (canonical_combining_class(letter) != 0
            || is_nfc_quick(iter::once(letter)) != IsNormalized::Yes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_map_to_the_cleaned_text() {
        let text = " \u{7}Zo\u{ad}ë\u{3000}Ünal \u{200b}left Andre\u{301}\u{200d} Ble\u{301}riot  ";
        let body = CleanedText::from_text(text);
        assert_eq!(body.text, "Zoë Ünal left André Blériot");
        for (words, expected, point) in [
            ("Zo\u{ad}ë", "Zoë", 0),
            ("Ünal", "Ünal", 4),
            ("left", "left", 9),
            ("Andre\u{301}", "André", 14),
            ("Ble\u{301}riot", "Blériot", 20),
        ] {
            let start = text.find(words).expect("the text contains it");
            let span = TextSpan::from_range(start..start + words.len());
            let position = &body.map_spans(iter::once(span))[0];
            assert_eq!(&body.text[position.start.byte..position.end.byte], expected);
            assert_eq!(position.start.point, point);
            assert_eq!(position.end.point, point + expected.chars().count() as u32);
        }
    }

    #[test]
    fn page_breaks_avoid_mentions() {
        let name = "Ama\nOsei";
        // Without the mention, the first page would end at its line end.
        let text = format!(
            "{} {name} {}",
            "é ".repeat(MAX_PAGE_CODE_POINTS / 2 - 4),
            "left ".repeat(MAX_PAGE_CODE_POINTS / 4)
        );
        let at = text.find(name).expect("the text contains it");
        let body = CleanedText::from_text(&text);
        let mentions = body.map_spans(iter::once(TextSpan::from_range(at..at + name.len())));
        let pages = body.split_pages(&mentions);
        assert_eq!(pages.len(), 3);
        assert_eq!(pages[1].start, mentions[0].start);
        for page in &pages {
            let text = &body.text[page.start.byte..page.end.byte];
            assert_eq!(text, text.trim());
            assert!(text.chars().count() <= MAX_PAGE_CODE_POINTS);
            assert_eq!(text.chars().count() as u32, page.end.point - page.start.point);
            assert_eq!(body.text[..page.start.byte].chars().count() as u32, page.start.point);
        }
        let whole: String = text.split_whitespace().collect();
        let paged = pages
            .iter()
            .flat_map(|page| body.text[page.start.byte..page.end.byte].split_whitespace());
        assert_eq!(paged.collect::<String>(), whole);
        let solid = CleanedText::from_text(&"é".repeat(MAX_PAGE_CODE_POINTS + 1));
        let pages = solid.split_pages(&[]);
        assert_eq!(pages.len(), 2);
        assert_eq!(pages[1].start.point, MAX_PAGE_CODE_POINTS as u32);
        assert_eq!(CleanedText::from_text("").split_pages(&[]).len(), 1);
    }
}
