//! The signature: the name under the text.
//!
//! The drafter's chief signs with the surname in capitals, on a line of its
//! own or after the last sentence; classification lines and notes of the
//! communications centre may follow.

use std::ops::Range;

use chancery_model::{Field, TextSpan};

use super::scan::{self, clamp, trim};

/// How many lines from the end a signature may stand.
const LINES: usize = 24;

/// Marks that may hang on a signature: "GILLESPIE##", "MCNAMARA.".
const HANGING: &[char] = &['#', '.', '\\', '*', '>'];

/// The names under the text that ends with `within`: mostly one.
pub fn find(text: &str, within: TextSpan) -> Vec<Field<String>> {
    let within = clamp(text, within);
    let mut last = true;
    for line in lines_backwards(text, within.clone()).take(LINES) {
        let words = trim(text, line.clone(), HANGING);
        if words.is_empty() {
            continue;
        }
        if is_name(&text[words.clone()]) && stands_apart(text, within.start..line.start) {
            return vec![scan::field(text[words.clone()].to_owned(), words)];
        }
        if last && let Some(name) = after_sentence(text, words) {
            return vec![scan::field(text[name.clone()].to_owned(), name)];
        }
        last = false;
    }
    Vec::new()
}

/// The lines of `within`, last first.
fn lines_backwards(text: &str, within: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut end = Some(within.end);
    std::iter::from_fn(move || {
        let stop = end?;
        let start = memchr::memrchr(b'\n', &text.as_bytes()[within.start..stop]);
        end = start.map(|at| within.start + at);
        Some(start.map_or(within.start, |at| within.start + at + 1)..stop)
    })
}

/// One to three words in capitals that are not the words of a form.
fn is_name(line: &str) -> bool {
    const OTHER: &[&str] = &[
        "CONFIDENTIAL", "SECRET", "UNCLASSIFIED", "UNCLAS", "LIMITED OFFICIAL USE", "SIPDIS",
        "NOFORN", "NODIS", "EXDIS", "LIMDIS", "STADIS", "SENSITIVE", "NNNN", "BT", "UNQUOTE", "QUOTE",
        "REGARDS", "END", "TEXT", "SUMMARY", "COMMENT", "NOTE", "GP", "END TEXT", "END COMMENT",
        "END SUMMARY", "END NOTE", "TOP SECRET", "XGDS", "GDS", "ADMINISTRATIVE",
    ];
    let mut words = line.split(' ').filter(|word| !word.is_empty());
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    let fits = |word: &str| {
        word.starts_with(|c: char| c.is_uppercase())
            && word.chars().all(|c| c.is_uppercase() || "'’-.,".contains(c))
    };
    line.len() <= 40
        && letters >= 3
        && words.clone().count() <= 3
        && words.all(fits)
        && !line.contains(". ")
        && !OTHER.contains(&line)
        && !line.bytes().all(|byte| byte == b'X' || byte == b'Y')
}

/// Whether the line after `before` does not go on from it: a blank line, the
/// end of a sentence or a line with small letters or digits comes first.
fn stands_apart(text: &str, before: Range<usize>) -> bool {
    let before = text[before].strip_suffix('\n').unwrap_or("");
    let previous = before.rsplit('\n').next().unwrap_or("").trim_end().trim_end_matches([' ', '\\']);
    let ended = previous.ends_with(['.', '?', '!', '"', '”', ')', ':', '-', '#']);
    previous.is_empty()
        || ended
        || !scan::in_capitals(previous)
        || previous.ends_with(|c: char| c.is_ascii_digit())
}

/// The name after the last sentence: "BEIRUT MINIMIZE CONSIDERED.  EAGLETON".
fn after_sentence(text: &str, line: Range<usize>) -> Option<Range<usize>> {
    let at = text[line.clone()].rfind(".  ")?;
    let name = trim(text, line.start + at + 1..line.end, HANGING);
    (is_name(&text[name.clone()]) && !text[name.clone()].contains(' ')).then_some(name)
}
