//! The classification line and the captions.
//!
//! "S E C R E T SECTION 01 OF 04 ALGIERS 000948", with SIPDIS, NOFORN below it;
//! in the 1970s "LIMITED OFFICIAL USE STATE 023763". Letters may be separated
//! by spaces.

use std::ops::Range;
use std::sync::LazyLock;

use chancery_model::{Classification, Section, Spanned, TextSpan};

use crate::scan::is_all_capitals;
use crate::scan::{self, clamp_to_text, line_ranges, trim_range, word_ranges};

/// The fields of a classification line.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassificationLine {
    /// The classification.
    pub classification: Spanned<Classification>,
    /// Section n of m.
    pub section: Option<Spanned<Section>>,
    /// The post, as printed.
    pub post: Option<Spanned<String>>,
    /// The serial, as printed.
    pub serial: Option<Spanned<String>>,
    /// End of the last of these fields.
    pub end: u32,
}

const LEVELS: &[(&str, Classification)] = &[
    ("UNCLASSIFIED//FOR OFFICIAL USE ONLY", Classification::Sensitive),
    ("UNCLASSIFIED", Classification::Unclassified),
    ("UNCLAS", Classification::Unclassified),
    ("LIMITED OFFICIAL USE", Classification::LimitedOfficialUse),
    ("RESTRICTED", Classification::Restricted),
    ("CONFIDENTIAL", Classification::Confidential),
    ("TOP SECRET", Classification::TopSecret),
    ("SECRET", Classification::Secret),
];

static CAPTIONS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    include_str!("../data/captions.txt").lines().filter(|line| !line.starts_with('#')).collect()
});

/// Whether a line starts with a classification.
pub fn starts_with_classification(line: &str) -> bool {
    classification_at_start(line).is_some()
}

/// Finds the classification line of `within`: the first line that starts with
/// a classification and has a serial, or else the first short line that starts
/// with one and is all in capitals.
pub fn find_classification_line(text: &str, within: TextSpan) -> Option<ClassificationLine> {
    let within = clamp_to_text(text, within);
    let mut bare = None;
    for line in line_ranges(text, within.clone()) {
        let line = trim_range(text, line, &['\\', '#', '*']);
        if let Some(found) = small_letter_line(text, line.clone()) {
            return Some(found);
        }
        let Some((level, past)) = level_in_range(text, line.clone()) else { continue };
        let mut found = ClassificationLine {
            classification: scan::field_at(level, line.start..past),
            section: None,
            post: None,
            serial: None,
            end: TextSpan::from_range(past..past).end,
        };
        found.read_after_classification(text, past..end_with_serial(text, &line, within.end));
        if found.serial.is_some() {
            return Some(found);
        }
        // The date of a memorandum stands on the same line, after a wide gap.
        let words = text[line].split("   ").next().unwrap_or_default();
        if bare.is_none() && words.len() < 60 && is_all_capitals(words) {
            bare = Some(found);
        }
    }
    bare
}

/// The end of a classification line. The serial may be alone on the next line.
fn end_with_serial(text: &str, line: &Range<usize>, limit: usize) -> usize {
    let rest = text[line.end..limit].trim_start_matches([' ', '\r']);
    let below = rest.strip_prefix('\n').and_then(|rest| rest.split('\n').next()).unwrap_or("");
    let is_serial = (3..=8).contains(&below.trim_end().len())
        && below.trim_end().bytes().all(|byte| byte.is_ascii_digit());
    if is_serial { limit - (rest.len() - 1 - below.len()) } else { line.end }
}

/// The line "C o n f i d e n t i a l section 01 of 04 port louis 000318". Some extracts
/// print it in small letters; the letters of its level stand apart, and it has a serial.
fn small_letter_line(text: &str, line: Range<usize>) -> Option<ClassificationLine> {
    let printed = &text.as_bytes()[line.clone()];
    let is_spaced = printed.len() > 2 && printed[0].is_ascii_alphabetic() && printed[1] == b' ';
    (is_spaced && printed[2].is_ascii_lowercase()).then_some(())?;
    classification_at_start(&text[line.clone()].to_ascii_uppercase())?;
    let capitals = text[..line.end].to_ascii_uppercase();
    let found = find_classification_line(&capitals, TextSpan::from_range(line))?;
    found.serial.is_some().then_some(found)
}

impl ClassificationLine {
    /// Reads section, post and serial after the classification.
    fn read_after_classification(&mut self, text: &str, within: Range<usize>) {
        let words: Vec<_> = word_ranges(text, within).take(14).collect();
        let word = |n: usize| words.get(n).map_or("", |word| &text[word.clone()]);
        let mut at = 0;
        if self.read_section(text, &words) {
            at += 4;
        }
        let serial = (at..words.len().min(at + 6)).find(|&n| {
            (3..=8).contains(&word(n).len()) && word(n).bytes().all(|byte| byte.is_ascii_digit())
        });
        let Some(serial) = serial.filter(|&serial| serial > at) else { return };
        let captions =
            words[at..serial].iter().take_while(|&word| is_caption(&text[word.clone()])).count();
        let first = (at + captions).min(serial - 1);
        let post_range = words[first].start..words[serial - 1].end;
        let post = &text[post_range.clone()];
        if !is_all_capitals(post) || is_redacted(post) {
            return;
        }
        self.post = Some(scan::field_at(text[post_range.clone()].to_owned(), post_range));
        self.serial = Some(scan::field_at(word(serial).to_owned(), words[serial].clone()));
        self.end = TextSpan::from_range(0..words[serial].end).end;
        if self.section.is_none() {
            self.read_section(text, &words[serial + 1..]);
        }
    }

    /// Reads "SECTION 01 OF 04" at the start of `words`.
    fn read_section(&mut self, text: &str, words: &[Range<usize>]) -> bool {
        let [section, number, of, last, ..] = words else { return false };
        let parse = |word: &Range<usize>| text[word.clone()].parse::<u8>().ok();
        let named = &text[section.clone()] == "SECTION" && &text[of.clone()] == "OF";
        let (true, Some(number), Some(of)) = (named, parse(number), parse(last)) else {
            return false;
        };
        self.section = Some(scan::field_at(Section { number, of }, section.start..last.end));
        self.end = TextSpan::from_range(0..last.end).end;
        true
    }
}

/// Whether a word was replaced by a row of the letter X.
fn is_redacted(word: &str) -> bool {
    word.len() > 3 && word.bytes().all(|byte| byte == b'X')
}

/// The classification at the start of a line, and its end.
pub fn classification_at_start(line: &str) -> Option<(Classification, usize)> {
    level_in_range(line, 0..line.len())
}

/// The classification at the start of a range, and its end. Its letters may be
/// separated by spaces.
pub(crate) fn level_in_range(text: &str, within: Range<usize>) -> Option<(Classification, usize)> {
    LEVELS.iter().find_map(|&(words, level)| {
        let end = end_of_spaced_word(text, within.clone(), words)?;
        let apart = text[end..within.end].chars().next().is_none_or(|c| !c.is_alphanumeric());
        apart.then_some((level, end))
    })
}

/// The end of `word` at the start of a range. Its letters may be separated by
/// spaces.
fn end_of_spaced_word(text: &str, within: Range<usize>, word: &str) -> Option<usize> {
    let mut at = within.start;
    for (n, letter) in word.bytes().filter(|&byte| byte != b' ').enumerate() {
        while n > 0 && at < within.end && text.as_bytes()[at] == b' ' {
            at += 1;
        }
        if at >= within.end || text.as_bytes()[at] != letter {
            return None;
        }
        at += 1;
    }
    Some(at)
}

/// Whether a word is a caption.
pub fn is_caption(word: &str) -> bool {
    CAPTIONS.contains(&word)
}

/// Finds the captions of `within`: on each line, the words up to the first
/// that is not a caption.
pub fn find_captions(text: &str, within: TextSpan) -> Vec<Spanned<String>> {
    let within = clamp_to_text(text, within);
    let mut found = Vec::new();
    for line in line_ranges(text, within) {
        for word in word_ranges(text, line) {
            let word = trim_range(text, word, &[',', ';', '/', '\\']);
            if !is_caption(&text[word.clone()]) {
                break;
            }
            found.push(scan::field_at(text[word.clone()].to_owned(), word));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classification_lines_are_read() {
        let cases = [
            ("C O N F I D E N T I A L PORT LOUIS 000318", "confidential PORT LOUIS 000318 -"),
            (
                "C o n f i d e n t i a l section 01 of 04 port louis 000318",
                "confidential PORT LOUIS 000318 1",
            ),
            ("S e c r e t state 068250\nSipdis", "secret STATE 068250 -"),
            ("SE C R E T SECTION 01 OF 02 XXXXXXXXXXXX 000004", "secret - - 1"),
            ("UNCLAS XXX 000004", "unclassified XXX 000004 -"),
            ("secret talks were held with 000004 men", "none"),
            ("S e c r e t talks were held", "none"),
            ("A c c r a 000318", "none"),
            ("SECRET SECTION 01 OF 02 PORT LOUIS\n000214\n\nSIPDIS", "secret PORT LOUIS 000214 1"),
            ("SECRET PORT LOUIS \n000214", "secret PORT LOUIS 000214 -"),
            ("SECRET PORT LOUIS\n\n000214", "secret - - -"),
            ("SECRET PORT LOUIS\n000214 AND MORE", "secret - - -"),
            ("CONFIDENTIAL                 June 12, 1974", "confidential - - -"),
            ("CONFIDENTIAL talks of June 12, 1974", "none"),
        ];
        for (text, expected) in cases {
            let found = find_classification_line(text, TextSpan::from_range(0..text.len()));
            let found = found.map_or("none".to_owned(), |line| {
                let words = |field: Option<Spanned<String>>| {
                    field.map_or_else(|| "-".to_owned(), |field| field.value)
                };
                let section = line.section.map_or("-".into(), |s| s.value.number.to_string());
                let level = line.classification.value.as_str();
                format!("{level} {} {} {section}", words(line.post), words(line.serial))
            });
            assert_eq!(found, expected, "{text}");
        }
    }
}
