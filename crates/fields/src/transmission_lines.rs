//! The lines of a transmission header that the editors of FRUS kept above the text of a
//! telegram: "ACTION:", "Amembassy TEHRAN", "INFO:", "TEHRAN 5142". They are closer to the
//! original than the editors' heading and win over it.

use std::ops::Range;

use chancery_model::{Correspondent, Header, Spanned, TextSpan};

use crate::scan::{self, line_ranges, trim_range};
use crate::{cable_id, recipients};

/// Maximum number of lines with words that are looked at.
const MAX_LINES: usize = 40;

/// Maximum length of a line of a transmission header; lines of prose are longer.
pub(crate) const MAX_LINE_BYTES: usize = 60;

#[derive(Clone, Copy, PartialEq)]
enum List {
    From,
    To,
    Info,
}

/// Reads the lines of `below` up to the first long line.
pub(crate) fn read_transmission_lines(
    text: &str,
    below: Range<usize>,
    year: Option<u16>,
    header: &mut Header,
) {
    let lines = line_ranges(text, below).map(|line| trim_range(text, line, &[]));
    let lines = lines.filter(|line| !line.is_empty()).take(MAX_LINES);
    let mut list = None;
    let (mut from, mut to, mut info) = (None, Vec::new(), Vec::new());
    let mut has_parties = false;
    for line in lines.take_while(|line| line.len() <= MAX_LINE_BYTES) {
        let words = &text[line.clone()];
        let mut item = line.clone();
        if let Some((caption, length)) = caption_of_line(words, has_parties) {
            list = caption;
            item.start += length;
        } else if let Some((post, serial)) =
            post_and_serial(words).filter(|_| !has_parties && header.cable_id.is_none())
        {
            let span = |at: usize, part: &str| {
                TextSpan::from_range(line.start + at..line.start + at + part.len())
            };
            let serial_span = span(words.len() - serial.len(), serial);
            header.post = Some(Spanned { value: post.to_owned(), span: span(0, post) });
            header.serial = Some(Spanned { value: serial.to_owned(), span: serial_span });
            let name = post.strip_prefix("AMEMBASSY ").unwrap_or(post);
            let id = year.and_then(|year| {
                cable_id::canonical_cable_id(&format!("{:02} {name} {serial}", year % 100))
            });
            header.cable_id = id.map(|value| scan::field_at(value, line.clone()));
            continue;
        }
        let item = trim_range(text, item, &[':']);
        let words = &text[item.clone()];
        if words.is_empty() {
            continue;
        }
        let Some(open) = list.filter(|_| is_wire_address(words)) else {
            list = None;
            continue;
        };
        has_parties = true;
        let party: Spanned<Correspondent> =
            scan::field_at(recipients::parse_recipient(words), item.clone());
        match open {
            List::From => from = from.or(Some(party)),
            List::To => to.push(party),
            List::Info => info.push(party),
        }
    }
    header.from = from.or(header.from.take());
    if !to.is_empty() {
        header.to = to;
    }
    header.info.extend(info);
}

/// The list that the caption of a line opens, and the length of the caption; `None` in
/// place of the list for the caption of another field. Above the parties, "ACTION SS 70" and
/// "INFO CIAE 00" are lines of the offices that got copies.
fn caption_of_line(line: &str, has_parties: bool) -> Option<(Option<List>, usize)> {
    let end = line.find([' ', ':']).unwrap_or(line.len());
    let (word, rest) = line.split_at(end);
    let is_labelled = rest.is_empty() || rest.starts_with(':');
    let list = match word.to_ascii_uppercase().as_str() {
        "FROM" | "FM" => Some(List::From),
        "TO" => Some(List::To),
        "ACTION" if is_labelled => Some(List::To),
        "INFO" | "INFORMATION" if is_labelled || has_parties => Some(List::Info),
        "SUBJECT" | "SUBJ" | "REF" | "REFS" | "REFERENCE" => None,
        _ => return None,
    };
    (is_labelled || word.bytes().all(|byte| byte.is_ascii_uppercase())).then_some((list, end))
}

/// Splits "TEHRAN 5142" into the sending post and its serial.
pub fn post_and_serial(line: &str) -> Option<(&str, &str)> {
    let (post, serial) = line.trim_end().rsplit_once(' ')?;
    let named = post.bytes().all(|b| b.is_ascii_uppercase() || matches!(b, b' ' | b'.'));
    let numbered = (3..=6).contains(&serial.len()) && serial.bytes().all(|b| b.is_ascii_digit());
    (named && numbered && !post.is_empty()).then_some((post, serial))
}

/// Whether an item is a telegraphic address ("AMEMBASSY TEHRAN", "Amembassy
/// LONDON") and not an office in words.
pub fn is_wire_address(words: &str) -> bool {
    let starts = |prefix: &str| {
        words
            .as_bytes()
            .get(..prefix.len())
            .is_some_and(|s| s.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    starts("amembassy") || starts("amconsul") || !words.bytes().any(|b| b.is_ascii_lowercase())
}
