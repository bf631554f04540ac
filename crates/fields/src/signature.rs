//! The signature: the name under the text.
//!
//! The head of the post signs with the surname in capitals, on a separate line
//! or after the last sentence. Classification lines and notes of the
//! communications centre may follow.

use std::ops::Range;

use chancery_model::{Spanned, TextSpan};

use crate::keys::paragraph_number_end;
use crate::scan::is_all_capitals;
use crate::scan::{self, clamp_to_text, trim_range};

/// Maximum number of lines from the end to search for a signature.
const MAX_LINES_FROM_END: usize = 24;

/// Maximum number of lines of other words after it: notes of the
/// communications centre, "Declassified/Released …".
const MAX_LINES_AFTER: usize = 4;

/// Characters that may be attached to a signature: "GILLESPIE##", "MCNAMARA.".
const TRAILING_MARKS: &[char] = &['#', '.', '\\', '*', '>'];

/// Finds the signatures at the end of `within`: at most one.
pub fn find_signatures(text: &str, within: TextSpan) -> Vec<Spanned<String>> {
    let within = clamp_to_text(text, within);
    let mut last = true;
    let mut after = 0;
    for line in lines_backwards(text, within.clone()).take(MAX_LINES_FROM_END) {
        let words = trim_range(text, line.clone(), TRAILING_MARKS);
        if words.is_empty() {
            continue;
        }
        if is_signature_name(&text[words.clone()]) && stands_apart(text, within.start..line.start) {
            return vec![scan::field_at(text[words.clone()].to_owned(), words)];
        }
        if last && is_surname(&text[words.clone()]) && follows_end(text, within.start..line.start) {
            return vec![scan::field_at(text[words.clone()].to_owned(), words)];
        }
        if last && let Some(name) = name_after_sentence(text, words.clone()) {
            return vec![scan::field_at(text[name.clone()].to_owned(), name)];
        }
        last = false;
        after += usize::from(!is_form_line(&text[words.clone()]));
        if after > MAX_LINES_AFTER
            || words.len() > 80
            || paragraph_number_end(text, words.start, words.end).is_some()
        {
            break;
        }
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

/// Whether a line is standard wording that may follow a text.
fn is_form_line(line: &str) -> bool {
    include_str!("../data/form_lines.txt").lines().any(|form| form == line)
}

/// Whether a line is one to three words in capitals, but no standard wording.
fn is_signature_name(line: &str) -> bool {
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
        && !is_form_line(line)
        && !line.bytes().all(|byte| byte == b'X' || byte == b'Y')
}

/// Whether the last line of a text is a surname: "Trevelyan", "Lu". Some files have
/// small letters where the telegram had capitals.
fn is_surname(line: &str) -> bool {
    const OTHERS: [&str; 12] = [
        "attachment",
        "attachments",
        "comment",
        "confidential",
        "end",
        "enclosure",
        "nnnn",
        "secret",
        "sensitive",
        "sipdis",
        "unclassified",
        "unquote",
    ];
    let mut letters = line.chars();
    (2..=20).contains(&line.len())
        && letters.next().is_some_and(char::is_uppercase)
        && letters.all(|c| c.is_alphabetic() || "'’-".contains(c))
        && line.chars().any(char::is_lowercase)
        && !line.to_ascii_lowercase().bytes().all(|byte| byte == b'x')
        && !OTHERS.contains(&line.to_lowercase().as_str())
}

/// Whether the lines before end with the end of a sentence, or with an address of a web
/// site.
fn follows_end(text: &str, before: Range<usize>) -> bool {
    let words = text[before].trim_end();
    let is_address = || words.lines().next_back().is_some_and(|line| line.contains("://"));
    words.ends_with(['.', '?', '!', '"', '”', ')']) || is_address()
}

/// Whether the line after `before` does not continue it: `before` ends with a
/// blank line, the end of a sentence, a digit, or a line with lower-case letters.
fn stands_apart(text: &str, before: Range<usize>) -> bool {
    let before = text[before].strip_suffix('\n').unwrap_or("");
    let previous =
        before.rsplit('\n').next().unwrap_or("").trim_end().trim_end_matches([' ', '\\']);
    let ended = previous.ends_with(['.', '?', '!', '"', '”', ')', ':', '-', '#']);
    previous.is_empty()
        || ended
        || !is_all_capitals(previous)
        || previous.ends_with(|c: char| c.is_ascii_digit())
}

/// The name after the last sentence: "BEIRUT MINIMIZE CONSIDERED.  EAGLETON", and with one
/// blank where small letters are before it: "End comment. EAGLETON".
fn name_after_sentence(text: &str, line: Range<usize>) -> Option<Range<usize>> {
    let words = &text[line.clone()];
    let at = words.rfind(".  ").or_else(|| {
        let at = words.rfind(". ")?;
        let is_name = words[at + 1..].trim().len() > 3;
        (is_name && words[..at].ends_with(char::is_lowercase)).then_some(at)
    })?;
    let name = trim_range(text, line.start + at + 1..line.end, TRAILING_MARKS);
    (is_signature_name(&text[name.clone()]) && !text[name.clone()].contains(' ')).then_some(name)
}
