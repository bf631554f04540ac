//! The words of a classified-by field. Words broken at line ends are joined;
//! words of titles, and words that end the person, are flagged.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use crate::scan::is_all_capitals;
use crate::scan::{is_one_typo_apart, word_ranges};
use crate::tags::GIVEN_NAMES;

static TITLES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("../data/titles.txt").lines();
    lines.filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).collect()
});

/// A word of the field. A word broken at a line end is one word.
#[derive(Debug)]
pub(crate) struct ClassifierWord {
    /// The word without the punctuation around it.
    pub(crate) bare: String,
    pub(crate) range: Range<usize>,
    /// Whether a comma, a semicolon or the end of a sentence follows.
    pub(crate) ends_part: bool,
    /// Whether the person ends before this word.
    pub(crate) ends_person: bool,
    /// Whether it is part of a title.
    pub(crate) is_title: bool,
}

/// Splits a field into words, up to a blank line or the end of the person.
pub(crate) fn split_classifier_words(copy: &str) -> Vec<ClassifierWord> {
    let mut found: Vec<ClassifierWord> = Vec::new();
    let ranges: Vec<_> =
        word_ranges(copy, 0..copy.len().min(2_000).min(floor_char_boundary(copy, 2_000))).collect();
    let mut at = 0;
    while at < ranges.len() {
        let mut range = ranges[at].clone();
        let mut word = copy[range.clone()].to_owned();
        let broken = ranges.get(at + 1).filter(|next| copy[range.end..next.start].contains('\n'));
        if let Some(next) = broken
            && let Some(whole) = join_broken_word(&word, &copy[next.clone()])
        {
            word = whole;
            range.end = next.end;
            at += 1;
        }
        let gap = found
            .last()
            .map_or(0..range.start, |last: &ClassifierWord| last.range.end..range.start);
        let blank_line = copy[gap].bytes().filter(|&byte| byte == b'\n').count() > 1;
        if !found.is_empty() && blank_line && !word.to_ascii_uppercase().starts_with("SONS") {
            break;
        }
        at += 1;
        let next = ranges.get(at).map_or("", |next| &copy[next.clone()]);
        push_classifier_word(&mut found, &word, range, next);
        if found.last().is_some_and(|last| last.ends_person) {
            break;
        }
    }
    found
}

fn floor_char_boundary(copy: &str, at: usize) -> usize {
    (0..=at.min(copy.len())).rev().find(|&at| copy.is_char_boundary(at)).unwrap_or(0)
}

/// Joins a word broken at a line end: "re/ason", "Y/ee", "Blah/a,".
fn join_broken_word(head: &str, tail: &str) -> Option<String> {
    let joined = format!("{head}{tail}");
    let bare = joined.trim_end_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    if ["for", "reason", "reasons", "and", "under", "per", "section"].contains(&bare.as_str()) {
        return Some(joined);
    }
    let letters = tail.trim_end_matches([',', '.', ';']);
    let connective = [
        "for", "and", "of", "per", "under", "due", "reason", "reasons", "re", "by", "de", "van",
        "von", "al", "bin", "di", "da", "la", "at", "in", "to", "based", "section", "acting", "a",
        "a.i", "f",
    ];
    let name = head.starts_with(|c: char| c.is_uppercase())
        && head.chars().all(char::is_alphabetic)
        && !is_title_word(head);
    let fragment = !letters.is_empty() && letters.chars().all(char::is_lowercase);
    let listed = connective.contains(&letters) && (letters == tail || letters.len() > 1);
    (name && fragment && !listed).then_some(joined)
}

/// Adds a word. "DCM/Ted" is a title and a name; "D,Affaires" is one word.
fn push_classifier_word(
    found: &mut Vec<ClassifierWord>,
    word: &str,
    range: Range<usize>,
    next: &str,
) {
    if let Some((title, name)) = word.split_once('/')
        && is_title_word(title)
        && name.len() > 2
        && is_all_capitals(&name[..1.min(floor_char_boundary(name, 1))])
        && name[1..].chars().any(char::is_lowercase)
        && !is_title_word(name)
    {
        let cut = range.start + title.len() + 1;
        push_classifier_word(found, title, range.start..cut, name);
        push_classifier_word(found, name, cut..range.end, next);
        return;
    }
    let bare =
        word.trim_matches(|c: char| !c.is_alphanumeric() && c != '.').trim_start_matches('.');
    let initial = bare.chars().count() == 2 && bare.ends_with('.');
    let dotted = bare.trim_end_matches('.').contains('.');
    let junior =
        ["jr.", "sr.", "jr", "sr", "ii", "iii", "iv"].contains(&bare.to_lowercase().as_str());
    let title = is_title_word(word) || bare.is_empty();
    let point = word.ends_with('.') && !initial && !dotted && !title;
    let stops =
        ends_person_before(word, next) || contains_digit(bare) && !title && !reads_as_letters(bare);
    let closes = word.ends_with([',', ';', ':']) || point && !junior;
    // "T.Monroe." ends a sentence, "W.S." does not.
    let long = bare.trim_end_matches('.').rsplit('.').next().is_some_and(|last| last.len() > 2);
    let bare = if point && !junior || long && dotted { bare.trim_end_matches('.') } else { bare };
    found.push(ClassifierWord {
        bare: bare.to_owned(),
        range,
        ends_part: closes,
        ends_person: stops,
        is_title: title,
    });
    let ended = word.ends_with([';', ':']) || point && !junior;
    if ended && !title && found.iter().filter(|word| !word.is_title).count() > 1 {
        // A sentence ends after a name, so reasons follow.
        if let Some(last) = found.last() {
            let end = last.range.end;
            found.push(ClassifierWord {
                bare: String::new(),
                range: end..end,
                ends_part: true,
                ends_person: true,
                is_title: true,
            });
        }
    }
}

fn contains_digit(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether the only digits of a word are zeros in place of O: "R0BIN".
fn reads_as_letters(word: &str) -> bool {
    word == "0."
        || word.chars().filter(|c| c.is_alphabetic()).count() >= 3
            && !word.chars().any(|c| ('1'..='9').contains(&c))
}

/// Whether the person ends before `word`: "for reasons", "E.O.", "1.4",
/// "under", "per", "based".
fn ends_person_before(word: &str, next: &str) -> bool {
    let bare = fold_to_letters(word);
    let next_bare = fold_to_letters(next);
    let reason = |word: &str| {
        ["reason", "reasons", "reason:", "re"].contains(&word)
            || word.len() >= 5
                && (is_one_typo_apart(word, "reason") || is_one_typo_apart(word, "reasons"))
    };
    match bare.as_str() {
        "for" => {
            reason(&next_bare)
                || next.starts_with(|c: char| c.is_ascii_digit())
                || next_bare.starts_with("eo")
        }
        "due" => next_bare == "to",
        "section" => next.starts_with(|c: char| c.is_ascii_digit()),
        "per" | "under" | "based" | "eo" | "pursuant" | "derived" | "declassify" => true,
        "re" => ["ason", "asons"].contains(&next_bare.as_str()),
        "rea" => next_bare == "sons",
        _ => reason(&bare) && bare != "re",
    }
}

/// Keeps only letters and digits, in lower case, with zero read as O.
pub(crate) fn fold_to_letters(word: &str) -> String {
    let letters = word.chars().filter(|c| c.is_alphanumeric());
    letters.map(|c| if c == '0' { 'o' } else { c.to_ascii_lowercase() }).collect()
}

/// Whether a word is part of a title: it is listed, or long and a
/// typo away from a listed word, or looks like an office symbol ("EUR/PRA").
fn is_title_word(word: &str) -> bool {
    let word = word
        .trim_matches(|c: char| !c.is_alphanumeric() && c != '.')
        .trim_end_matches([',', ';', ':']);
    let lower: String =
        word.to_lowercase().chars().map(|c| if c == '0' { 'o' } else { c }).collect();
    let bare = lower.trim_end_matches('.');
    if bare.is_empty() || TITLES.contains(lower.as_str()) || TITLES.contains(bare) {
        return true;
    }
    if bare.split(['/', '-']).count() > 1
        && bare
            .split(['/', '-'])
            .all(|part| part.is_empty() || is_title_word(part) || part.len() <= 2)
    {
        return true;
    }
    if word.contains(['/', '&']) || bare.contains("affair") || bare.starts_with("d\\") {
        return true;
    }
    // One typo for words of six letters, two for "ambassador" and "counselor".
    let long = bare.len() >= 6 && !GIVEN_NAMES.contains(&bare.to_uppercase());
    long && TITLES.iter().any(|title| {
        title.len() >= 6
            && (is_one_typo_apart(bare, title)
                || title.len() >= 9 && is_two_typos_apart(bare, title))
    })
}

/// Whether the words differ by at most two typos, one in each half.
fn is_two_typos_apart(word: &str, title: &str) -> bool {
    if !word.is_ascii() || !title.is_ascii() || word.len().abs_diff(title.len()) > 2 {
        return false;
    }
    let half = title.len() / 2;
    (half.saturating_sub(1)..=half + 1).any(|cut| {
        word.len() > cut
            && is_one_typo_apart(&word[..cut], &title[..half])
            && is_one_typo_apart(&word[cut..], &title[half..])
    })
}
