//! The classified-by field: "Classified By: DCM Jon Doe for reasons 1.4 (b)".
//!
//! The field mixes title, name and reasons. The value is cut before the
//! reasons, and the rest is split into parts at commas and AND. In each part,
//! words of titles and offices (from a data file, typos allowed) separate runs
//! of other words. The last run of two or more words is the name.

use std::ops::Range;

use chancery_model::{ClassifiedBy, Spanned, TextSpan};

use crate::classifier_words::{ClassifierWord, fold_to_letters, split_classifier_words};
use crate::keys::{self, FieldKey, KeyMatch};
use crate::page_line;
use crate::scan::is_all_capitals;
use crate::scan::{self, clamp_to_text, is_one_typo_apart, trim_range};
use crate::tags::GIVEN_NAMES;

/// The contents of a classified-by field.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassifiedByField {
    /// The persons who classified the text: one, rarely two.
    pub persons: Vec<Spanned<ClassifiedBy>>,
    /// Name and title, without the reasons.
    pub prose: Option<TextSpan>,
    /// The reasons: "1.4(b)", "1.4(d)".
    pub reasons: Vec<Spanned<String>>,
    /// The whole field.
    pub span: TextSpan,
}

/// Finds every classified-by field of `within`.
pub fn find_classified_by(text: &str, within: TextSpan) -> Vec<ClassifiedByField> {
    let within = clamp_to_text(text, within);
    let keys = keys::find_keys(text, within.clone());
    let matches = keys.iter().filter(|found| found.key == FieldKey::ClassifiedBy);
    matches.map(|key| parse_classified_by(text, key, within.end, &keys)).collect()
}

/// Parses the field whose key is `key`.
pub(crate) fn parse_classified_by(
    text: &str,
    key: &KeyMatch,
    end: usize,
    keys: &[KeyMatch],
) -> ClassifiedByField {
    let next = keys::keys_from(keys, key.span.end)
        .iter()
        .find(|next| next.key != FieldKey::ExecutiveOrder);
    let limit = next.map_or(end, |next| next.span.start.min(end));
    let limit = keys::first_numbered_paragraph(text, key.span.end..limit).unwrap_or(limit);
    let from = key.span.end;
    let copy = page_line::blank_page_lines(text, from..limit);
    let words = split_classifier_words(&copy);
    let stop = words.iter().position(|word| word.ends_person).unwrap_or(words.len());
    let person_end = words.get(stop).map_or(copy.trim_end().len(), |word| word.range.start);
    let (reasons, whole) = parse_reasons(&copy, person_end, from);
    let prose = trim_range(&copy, 0..person_end, &[',', ';', '-', ':']);
    let persons = parse_persons(&copy, &words[..stop], from);
    ClassifiedByField {
        prose: (!prose.is_empty() && !persons.is_empty())
            .then(|| TextSpan::from_range(from + prose.start..from + prose.end)),
        persons,
        reasons,
        span: TextSpan::from_range(key.span.start..from + copy[..whole].trim_end().len()),
    }
}

/// Finds the persons that the words name.
fn parse_persons(copy: &str, words: &[ClassifierWord], base: usize) -> Vec<Spanned<ClassifiedBy>> {
    let mut found: Vec<(Range<usize>, String)> = Vec::new();
    let mut single = None;
    let is_lowercase = |word: &ClassifierWord| {
        word.bare.starts_with(char::is_lowercase) && !is_name_particle(&word.bare)
    };
    let capitals =
        words.iter().filter(|word| word.bare.len() > 2).all(|word| is_all_capitals(&word.bare));
    let mut part = 0;
    while part < words.len() {
        let close = words[part..]
            .iter()
            .position(|word| word.ends_part || fold_to_letters(&word.bare) == "and");
        let mut end = close.map_or(words.len(), |at| part + at + 1);
        // "THOMAS W. SIMONS, JR., AMBASSADOR".
        if words
            .get(end)
            .is_some_and(|word| ["jr", "sr"].contains(&fold_to_letters(&word.bare).as_str()))
        {
            end += 1;
        }
        let after_and = part == 0
            || found.is_empty()
            || fold_to_letters(&words[part - 1].bare) == "and"
            || words[part].is_title && follows_and(words, part);
        let run = last_name_run(&words[part..end], |word| {
            word.is_title || is_lowercase(word) || is_office_symbol(word, capitals)
        });
        if let Some(run) = run.map(|run| part + run.start..part + run.end) {
            let run = trim_to_given_name(words, run);
            let range = words[run.start].range.start..words[run.end - 1].range.end;
            let name =
                run.clone().map(|n| name_part(words, n, run.end)).collect::<Vec<_>>().join(" ");
            if run.len() >= 2 && after_and {
                found.push((range, name));
            } else if single.is_none()
                && !follows_preposition(words, run.start)
                && words.iter().any(|word| word.is_title)
            {
                single = Some((range, name));
            }
        }
        part = end;
    }
    if found.is_empty() {
        found.extend(single);
    }
    let fields = found.into_iter().map(|(range, name)| {
        let title = title_around_name(copy, words, &range);
        scan::field_at(ClassifiedBy { name, title }, base + range.start..base + range.end)
    });
    fields.collect()
}

/// A word of a name; a comma inside the name ("SIMONS, JR.") is kept.
fn name_part(words: &[ClassifierWord], at: usize, end: usize) -> String {
    let comma = words[at].ends_part && at + 1 < end;
    format!("{}{}", words[at].bare, if comma { "," } else { "" })
}

/// Whether one of the two words before `part` is AND: "ACTING AND S/CT DAS".
fn follows_and(words: &[ClassifierWord], part: usize) -> bool {
    words[part.saturating_sub(2)..part].iter().any(|word| fold_to_letters(&word.bare) == "and")
}

fn follows_preposition(words: &[ClassifierWord], start: usize) -> bool {
    start > 0
        && ["for", "of", "at", "in"].contains(&fold_to_letters(&words[start - 1].bare).as_str())
}

fn is_name_particle(word: &str) -> bool {
    const PARTICLES: &[&str] = &[
        "de", "van", "von", "der", "den", "al", "bin", "di", "da", "la", "del", "du", "le", "ter",
        "el",
    ];
    PARTICLES.contains(&word.split('-').next().unwrap_or(word))
}

/// Whether a word is an office symbol, written in a few capitals. Always
/// `false` if the whole field is in capitals, because then names are too.
fn is_office_symbol(word: &ClassifierWord, capitals: bool) -> bool {
    let bare = word.bare.trim_end_matches('.');
    let length = bare.chars().count();
    !capitals
        && (2..=6).contains(&length)
        && is_all_capitals(bare)
        && !word.bare.contains('.')
        && !["II", "III", "IV", "JR", "SR"].contains(&bare)
        && !GIVEN_NAMES.contains(bare)
}

/// The last run of two or more words without one that `other` accepts; else
/// the last single word.
fn last_name_run(
    words: &[ClassifierWord],
    other: impl Fn(&ClassifierWord) -> bool,
) -> Option<Range<usize>> {
    let mut best: Option<Range<usize>> = None;
    let mut start = 0;
    for at in 0..=words.len() {
        let ends =
            words.get(at).is_none_or(|word| other(word) || fold_to_letters(&word.bare) == "and");
        if !ends {
            continue;
        }
        let long = best.as_ref().is_some_and(|best| best.len() >= 2);
        let initials = words[start..at].iter().all(|word| word.bare.chars().count() <= 2);
        if at > start && (!long || at - start >= 2) && !initials {
            best = Some(start..at);
        }
        start = at + 1;
    }
    best
}

/// Shortens a run to start with the given name: "Asia George Krol" becomes
/// "George Krol".
fn trim_to_given_name(words: &[ClassifierWord], run: Range<usize>) -> Range<usize> {
    let given = |n: usize| GIVEN_NAMES.contains(&words[n].bare.to_uppercase());
    let initial = |n: usize| words[n].bare.ends_with('.') || words[n].bare.chars().count() == 1;
    if run.len() < 3 || given(run.start) || initial(run.start) || initial(run.start + 1) {
        return run;
    }
    let first =
        (run.start + 1..run.end - 1).find(|&n| given(n) || initial(n + 1) && n + 2 < run.end);
    match first {
        // "Hoyt John Yee" has two given names; a word of a title would follow "for".
        Some(first) if initial(first) => run,
        Some(first) => first..run.end,
        None => run,
    }
}

/// The title, as printed: the words before the name, else those after it.
fn title_around_name(copy: &str, words: &[ClassifierWord], name: &Range<usize>) -> Option<String> {
    let end = words.last().map_or(0, |word| word.range.end);
    let around = [0..name.start.min(end), name.end.min(end)..end];
    let mut printed = around.into_iter().map(|range| {
        let range = trim_range(copy, range, &[',', ';', ':', '-', '/']);
        let words = copy[range].split_whitespace().collect::<Vec<_>>().join(" ");
        // Remove the period of a sentence, but not that of "a.i.".
        let last = words.rsplit(' ').next().unwrap_or("");
        match words.strip_suffix('.') {
            Some(bare) if last.matches('.').count() == 1 => bare.to_owned(),
            _ => words,
        }
    });
    printed.find(|title| !title.is_empty())
}

/// Parses the reasons after byte `from`: a number "1.4" and the letters after
/// it, up to the first other word. Also returns the end of their last line.
fn parse_reasons(copy: &str, from: usize, base: usize) -> (Vec<Spanned<String>>, usize) {
    let mut found = Vec::new();
    let mut number = None;
    let mut end = from;
    let mut at = from;
    while at < copy.len() {
        let byte = copy.as_bytes()[at];
        let rest = &copy.as_bytes()[at..];
        if byte == b'\n' && copy[at + 1..].lines().next().is_none_or(|line| line.trim().is_empty())
        {
            break;
        }
        if !byte.is_ascii_alphanumeric() {
            at += copy[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let word = copy[at..at + length].to_ascii_lowercase();
        if let [b'1', b'.' | b',', digit @ b'0'..=b'9', ..] = rest {
            number = Some(format!("1.{}", *digit as char));
            at += 3;
            end = at;
            continue;
        }
        match (&number, word.as_str()) {
            (Some(number), "a" | "b" | "c" | "d" | "e" | "f" | "g" | "h") => {
                found.push(scan::field_at(format!("{number}({word})"), base + at..base + at + 1));
                end = at + length;
            }
            (Some(_), "and" | "or" | "nd" | "section") | (None, _) => {}
            (Some(_), _) => break,
        }
        at += length;
    }
    let line = copy[end..].find('\n').map_or(copy.len(), |line| end + line);
    (found, line)
}

/// Converts a name in capitals to title case: "RICAHRD E. HOAGLAND" becomes
/// "Richard E. Hoagland". Replaces zeros by O and corrects a typo in the given
/// name. A name in mixed case is returned unchanged.
pub fn name_in_title_case(name: &str) -> String {
    if !is_all_capitals(name) {
        return name.to_owned();
    }
    let words = name.split(' ').enumerate().map(|(n, word)| {
        let word = word.replace('0', "O");
        let known = GIVEN_NAMES.contains(&word) || n > 0 || word.len() < 5;
        let mut near = GIVEN_NAMES
            .iter()
            .filter(|given| given.len() == word.len() && is_one_typo_apart(&word, given));
        let mended = near.next().filter(|_| near.next().is_none());
        capitalise_name(if known { &word } else { mended.unwrap_or(&word) })
    });
    words.collect::<Vec<_>>().join(" ")
}

fn capitalise_name(word: &str) -> String {
    let mut first = true;
    let cased = word.chars().map(|c| {
        let letter = if first { c } else { c.to_ascii_lowercase() };
        first = !c.is_alphabetic();
        letter
    });
    cased.collect()
}
