//! Stamps of release and page marks: lines of an archive or printer, and no text of the
//! document.
//!
//! "UNCLASSIFIED U.S. Department of State Case No. F-2014-20439 Doc No. C05765907 Date:
//! 08/31/2015", "Approved For Release 2002/08/21 : CIA-RDP80B01676R003100300099-2", "## Page
//! 3". They stand on every page, and the names in them would be names of every document. A
//! table lists them: [stamps.txt](../data/stamps.txt). Some state the id of the document.

use std::sync::LazyLock;

/// Maximum length of a stamp in bytes.
const MAX_STAMP_BYTES: usize = 200;

/// A part of a form.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    /// These words, in any case.
    Words(&'static str),
    /// Digits.
    Number,
    /// The id of the document: one word with a digit.
    Id,
    /// Any words, or none.
    Any,
}

static FORMS: LazyLock<Vec<Vec<Part>>> = LazyLock::new(|| {
    let lines = include_str!("../data/stamps.txt").lines();
    let forms = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    forms.map(|line| read_form(line.strip_prefix('\\').unwrap_or(line))).collect()
});

/// Splits a form of the table into its parts.
fn read_form(line: &'static str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = line;
    while let Some(open) = rest.find('{') {
        let close = rest[open..].find('}').map_or(rest.len(), |at| open + at);
        let words = &rest[..open];
        if !words.is_empty() {
            parts.push(Part::Words(words));
        }
        parts.push(match &rest[open..close] {
            "{n" => Part::Number,
            "{id" => Part::Id,
            _ => Part::Any,
        });
        rest = rest.get(close + 1..).unwrap_or("");
    }
    if !rest.is_empty() {
        parts.push(Part::Words(rest));
    }
    parts
}

/// A line that is a stamp, and the id that it states.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub id: Option<String>,
}

/// Reads a line as a stamp; `None` if it is none.
pub(crate) fn read_stamp(line: &str) -> Option<Stamp> {
    (line.len() <= MAX_STAMP_BYTES).then_some(())?;
    if let Some(id) = record_number(line) {
        return Some(Stamp { id: Some(id.to_owned()) });
    }
    let mut id = None;
    let is_stamp = FORMS.iter().any(|form| matches_parts(form, line, &mut id));
    is_stamp.then(|| Stamp { id: id.or_else(|| first_id(line)).map(str::to_owned) })
}

/// Whether `line` has the form of `parts`. Sets `id` to the word in the place of an id.
fn matches_parts<'l>(parts: &[Part], line: &'l str, id: &mut Option<&'l str>) -> bool {
    let Some((first, rest)) = parts.split_first() else { return line.trim().is_empty() };
    match *first {
        Part::Words(words) => {
            let Some(after) = strip_words(line, words) else { return false };
            matches_parts(rest, after, id)
        }
        Part::Number => {
            let digits = line.bytes().take_while(u8::is_ascii_digit).count();
            digits > 0 && matches_parts(rest, &line[digits..], id)
        }
        Part::Id => {
            let end = line.find(char::is_whitespace).unwrap_or(line.len());
            let word = &line[..end];
            let is_match = word.contains(|c: char| c.is_ascii_digit())
                && matches_parts(rest, &line[end..], id);
            if is_match {
                *id = Some(word);
            }
            is_match
        }
        // The next words are found at their first place: forms are short, and no words
        // of a form occur twice in a stamp.
        Part::Any => match rest.split_first() {
            None => true,
            Some((Part::Words(words), _)) => {
                let mut starts = line.char_indices().map(|(at, _)| at);
                starts
                    .find(|&at| strip_words(&line[at..], words).is_some())
                    .is_some_and(|at| matches_parts(rest, &line[at..], id))
            }
            Some(_) => matches_parts(rest, line.trim_start(), id),
        },
    }
}

/// `line` without `words` at its start; runs of blanks in either count as one.
fn strip_words<'l>(line: &'l str, words: &str) -> Option<&'l str> {
    let mut rest = line;
    for wanted in words.chars() {
        if wanted == ' ' {
            let after = rest.trim_start();
            (after.len() < rest.len() || rest.is_empty()).then_some(())?;
            rest = after;
        } else {
            let next = rest.chars().next()?;
            next.eq_ignore_ascii_case(&wanted).then_some(())?;
            rest = &rest[next.len_utf8()..];
        }
    }
    Some(rest)
}

/// The record number of the collection on the assassination of John F. Kennedy, if the
/// line is one: "104-10004-10143".
fn record_number(line: &str) -> Option<&str> {
    let mut parts =
        line.split('-').map(|part| (part.len(), part.bytes().all(|b| b.is_ascii_digit())));
    let fits = parts.next() == Some((3, true))
        && parts.next() == Some((5, true))
        && parts.next() == Some((5, true))
        && parts.next().is_none();
    fits.then_some(line)
}

/// The id of the release in a stamp: "CIA-RDP80B01676R003100300099-2", a record number.
fn first_id(line: &str) -> Option<&str> {
    let mut words = line.split(|c: char| c.is_whitespace() || c == '|' || c == ',');
    words.find(|word| {
        let is_agency = word.len() > 15 && word.starts_with("CIA-RDP");
        is_agency || record_number(word).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_recognised() {
        let cases = [
            (
                "UNCLASSIFIED U.S. Department of State Case No. F-2014-20439 Doc No. C05765907 Date: 08/31/2015",
                Some("C05765907"),
            ),
            (
                "CONFIDENTIAL  U.S. Department of State  Case No. M-2011-07144  Doc No. C05124447  Date: 02/21/2012",
                Some("C05124447"),
            ),
            ("RELEASE IN PART B5,B6", Some("")),
            ("RELEASE IN FULL", Some("")),
            (
                "Approved For Release 2002/08/21 : CIA-RDP80B01676R003100300099-2",
                Some("CIA-RDP80B01676R003100300099-2"),
            ),
            (
                "Declassified and Approved For Release 2013/11/04: CIA-RDP85M00363R000400800023-4",
                Some("CIA-RDP85M00363R000400800023-4"),
            ),
            ("Approved For Release 2002/08/21", Some("")),
            ("HW 50955 DocId: 32205111 Page 1", Some("32205111")),
            ("NW 64954 Docid:32205111 Page 12", Some("32205111")),
            (
                "177-10002-10070, | 2025 RELEASE UNDER THE PRESIDENT JOHN F. KENNEDY ASSASSINATION RECORDS ACT OF 1992 |",
                Some("177-10002-10070"),
            ),
            ("104-10004-10143", Some("104-10004-10143")),
            ("dodis.ch/4722", Some("4722")),
            ("## Page 3", Some("")),
            ("Page 1 of 2", Some("")),
            ("STATE DEPT. - PRODUCED TO HOUSE SELECT BENGHAZI COMM.", Some("")),
            ("He asked for the release in full.", None),
            ("RELEASE IN FULL OF THE PRISONERS", None),
            ("Release of the prisoners was approved.", None),
            ("Page 1 of the report", None),
            ("See dodis.ch/4722", None),
            ("Approved for release from prison", None),
            ("104-10004", None),
            ("", None),
        ];
        for (line, expected) in cases {
            let found = read_stamp(line).map(|stamp| stamp.id.unwrap_or_default());
            assert_eq!(found.as_deref(), expected, "{line}");
        }
    }
}
