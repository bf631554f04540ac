//! The classification line and the captions.
//!
//! "S E C R E T SECTION 01 OF 04 ALGIERS 000948", with SIPDIS, NOFORN below it;
//! in the 1970s "LIMITED OFFICIAL USE STATE 023763". Letters may be separated
//! by spaces.

use std::ops::Range;
use std::sync::LazyLock;

use chancery_model::{Classification, Field, Section, TextSpan};

use super::scan::{self, clamp, lines, trim, words};
use crate::marks::is_capitals;

/// The fields of a classification line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The classification.
    pub classification: Field<Classification>,
    /// Section n of m.
    pub section: Option<Field<Section>>,
    /// The post, as printed.
    pub station: Option<Field<String>>,
    /// The serial, as printed.
    pub serial: Option<Field<String>>,
    /// End of the last of these fields.
    pub end: u32,
}

const LEVELS: &[(&str, Classification)] = &[
    ("UNCLASSIFIED//FOR OFFICIAL USE ONLY", Classification::Sensitive),
    ("UNCLASSIFIED", Classification::Unclassified),
    ("UNCLAS", Classification::Unclassified),
    ("LIMITED OFFICIAL USE", Classification::LimitedOfficialUse),
    ("CONFIDENTIAL", Classification::Confidential),
    ("TOP SECRET", Classification::TopSecret),
    ("SECRET", Classification::Secret),
];

static CAPTIONS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    include_str!("../../data/captions.txt").lines().filter(|line| !line.starts_with('#')).collect()
});

/// Whether a line starts with a classification.
pub fn opens_line(line: &str) -> bool {
    level_at(line, 0..line.len()).is_some()
}

/// Finds the classification line of `within`: the first line that starts with
/// a classification and has a serial, or else the first short line that starts
/// with one and is all in capitals.
pub fn find(text: &str, within: TextSpan) -> Option<Line> {
    let within = clamp(text, within);
    let mut bare = None;
    for line in lines(text, within) {
        let line = trim(text, line, &['\\']);
        let Some((level, past)) = level_at(text, line.clone()) else { continue };
        let mut found = Line {
            classification: scan::field(level, line.start..past),
            section: None,
            station: None,
            serial: None,
            end: TextSpan::from_range(past..past).end,
        };
        found.rest(text, past..line.end);
        if found.serial.is_some() {
            return Some(found);
        }
        let words = &text[line];
        if bare.is_none() && words.len() < 60 && is_capitals(words) {
            bare = Some(found);
        }
    }
    bare
}

impl Line {
    /// Reads section, post and serial after the classification.
    fn rest(&mut self, text: &str, within: Range<usize>) {
        let words: Vec<_> = words(text, within).take(14).collect();
        let word = |n: usize| words.get(n).map_or("", |word| &text[word.clone()]);
        let mut at = 0;
        if self.section(text, &words) {
            at += 4;
        }
        let serial = (at..words.len().min(at + 6)).find(|&n| {
            (3..=8).contains(&word(n).len()) && word(n).bytes().all(|byte| byte.is_ascii_digit())
        });
        let Some(serial) = serial.filter(|&serial| serial > at) else { return };
        let captions =
            words[at..serial].iter().take_while(|&word| is_caption(&text[word.clone()])).count();
        let first = (at + captions).min(serial - 1);
        let place = words[first].start..words[serial - 1].end;
        if !is_capitals(&text[place.clone()]) {
            return;
        }
        self.station = Some(scan::field(text[place.clone()].to_owned(), place));
        self.serial = Some(scan::field(word(serial).to_owned(), words[serial].clone()));
        self.end = TextSpan::from_range(0..words[serial].end).end;
        if self.section.is_none() {
            self.section(text, &words[serial + 1..]);
        }
    }

    /// Reads "SECTION 01 OF 04" at the start of `words`.
    fn section(&mut self, text: &str, words: &[Range<usize>]) -> bool {
        let [section, number, of, last, ..] = words else { return false };
        let parse = |word: &Range<usize>| text[word.clone()].parse::<u8>().ok();
        let named = &text[section.clone()] == "SECTION" && &text[of.clone()] == "OF";
        let (true, Some(number), Some(of)) = (named, parse(number), parse(last)) else {
            return false;
        };
        self.section = Some(scan::field(Section { number, of }, section.start..last.end));
        self.end = TextSpan::from_range(0..last.end).end;
        true
    }
}

/// The classification at the start of a range, and its end. Its letters may be
/// separated by spaces.
fn level_at(text: &str, within: Range<usize>) -> Option<(Classification, usize)> {
    LEVELS.iter().find_map(|&(words, level)| {
        let end = spelled(text, within.clone(), words)?;
        let apart = text[end..within.end].chars().next().is_none_or(|c| !c.is_alphanumeric());
        apart.then_some((level, end))
    })
}

/// The end of `word` at the start of a range. Its letters may be separated by
/// spaces.
fn spelled(text: &str, within: Range<usize>, word: &str) -> Option<usize> {
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
pub(super) fn is_caption(word: &str) -> bool {
    CAPTIONS.contains(&word)
}

/// Finds the captions of `within`: on each line, the words up to the first
/// that is not a caption.
pub fn captions(text: &str, within: TextSpan) -> Vec<Field<String>> {
    let within = clamp(text, within);
    let mut found = Vec::new();
    for line in lines(text, within) {
        for word in words(text, line) {
            let word = trim(text, word, &[',', ';', '/', '\\']);
            if !is_caption(&text[word.clone()]) {
                break;
            }
            found.push(scan::field(text[word.clone()].to_owned(), word));
        }
    }
    found
}
