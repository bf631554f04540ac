//! TAGS (Traffic Analysis by Geography and Subject).
//!
//! The list may be separated by commas or by spaces and may run two tags
//! together (PHUMBA is PHUM, BA). It may contain names of persons (OVIP CLINTON
//! HILLARY) and terms of several words (MEDIA REACTION REPORT).

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use chancery_model::{Spanned, TagsEntry, TagsEntryKind, TextSpan};

use crate::keys::{self, FieldKey, KeyMatch};
use crate::page_line::is_classification_word;
use crate::scan::is_all_capitals;
use crate::scan::{self, clamp_to_text, line_ranges, word_ranges};

/// The lists of the data file.
struct TagLists {
    /// Tags and terms with their kind, in capitals.
    kinds: HashMap<&'static str, TagsEntryKind>,
    /// Spellings of persons without the comma, and the canonical form.
    persons: HashMap<String, &'static str>,
}

static TAG_LISTS: LazyLock<TagLists> = LazyLock::new(|| {
    let mut lists = TagLists { kinds: HashMap::new(), persons: HashMap::new() };
    for line in include_str!("../data/tags.txt").lines() {
        let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
        match kind {
            "subject" => lists.add_tags(rest, TagsEntryKind::Subject),
            "geographic" => lists.add_tags(rest, TagsEntryKind::Geographic),
            "organization" => lists.add_tags(rest, TagsEntryKind::Organization),
            "program" => lists.add_tags(rest, TagsEntryKind::Program),
            "term" => {
                lists.kinds.insert(rest, TagsEntryKind::Subject);
            }
            "person" => {
                let (canonical, others) = rest.split_once(": ").unwrap_or((rest, ""));
                let spellings = others.split("; ").chain([canonical]);
                lists.persons.extend(spellings.map(|name| (name.replace(',', ""), canonical)));
            }
            _ => {}
        }
    }
    lists
});

impl TagLists {
    fn add_tags(&mut self, tags: &'static str, kind: TagsEntryKind) {
        self.kinds.extend(tags.split(' ').map(|tag| (tag, kind)));
    }
}

/// Given names, in capitals: the second part of "CLINTON HILLARY".
pub(crate) static GIVEN_NAMES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let lines = include_str!("../data/given_names.txt").lines();
    lines.filter(|line| !line.starts_with('#')).map(str::to_uppercase).collect()
});

/// Finds the tags of the first TAGS field of `within`, each once, in order.
pub fn find_tags(text: &str, within: TextSpan) -> Vec<Spanned<TagsEntry>> {
    let within = clamp_to_text(text, within);
    let keys = keys::find_keys(text, within.clone());
    let Some(key) = keys.iter().find(|found| found.key == FieldKey::Tags) else {
        return Vec::new();
    };
    parse_tags(text, tags_value_range(text, key, within.end, &keys))
}

/// The kind of a tag, in any case.
pub fn kind_of_tag(tag: &str) -> TagsEntryKind {
    let tag = tag.to_uppercase();
    let program =
        || tag.len() == 4 && tag.starts_with('K') && tag.bytes().all(|b| b.is_ascii_alphabetic());
    match TAG_LISTS.kinds.get(tag.as_str()) {
        Some(&kind) => kind,
        None if tag.contains(", ") => TagsEntryKind::Person,
        None if program() => TagsEntryKind::Program,
        None => TagsEntryKind::Unknown,
    }
}

/// The range of the value of the field. A further line belongs to it if a comma
/// ends the line before, or if it is in capitals and consists of known tags or
/// precedes a key.
pub(crate) fn tags_value_range(
    text: &str,
    key: &KeyMatch,
    end: usize,
    keys: &[KeyMatch],
) -> Range<usize> {
    let limit = keys::field_value_end(text, key.span.end, end, keys, FieldKey::Tags);
    let mut stop = key.span.end;
    for line in line_ranges(text, key.span.end..limit) {
        let printed = text[line.clone()].trim();
        if stop > key.span.end {
            let comma = text[key.span.end..stop].trim_end().ends_with(',');
            let known = || {
                printed
                    .split([' ', ','])
                    .filter(|word| !word.is_empty())
                    .all(|word| kind_of_tag(word) != TagsEntryKind::Unknown)
            };
            let before_key = || {
                line.end + 1 >= limit
                    || keys.binary_search_by_key(&(line.end + 1), |key| key.span.start).is_ok()
            };
            let goes_on = comma || is_all_capitals(printed) && (known() || before_key());
            if printed.is_empty() || !goes_on {
                break;
            }
        } else if printed.is_empty() && line.start > key.span.end {
            break;
        }
        stop = line.end;
    }
    key.span.end..stop
}

/// Parses the tags of `value`.
pub(crate) fn parse_tags(text: &str, value: Range<usize>) -> Vec<Spanned<TagsEntry>> {
    let commas = text[value.clone()].contains(',');
    let mut list = TagListReader { text, tags: Vec::new(), known: HashSet::new(), commas };
    let mut start = value.start;
    let mut depth = 0_usize;
    for at in value.clone().chain([value.end]) {
        let byte = if at == value.end { b',' } else { text.as_bytes()[at] };
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b',' | b';' if depth == 0 || at == value.end => {
                list.read_part(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    list.join_split_persons()
}

struct TagListReader<'t> {
    text: &'t str,
    tags: Vec<Spanned<TagsEntry>>,
    /// The names of `tags`.
    known: HashSet<String>,
    /// Whether commas separate the tags.
    commas: bool,
}

impl TagListReader<'_> {
    fn push_tag(&mut self, name: String, range: Range<usize>) {
        if !name.is_empty() && name != "SIPDIS" && self.known.insert(name.clone()) {
            let kind = kind_of_tag(&name);
            self.tags.push(scan::field_at(TagsEntry { name, kind }, range));
        }
    }

    /// Reads one part of the list, between commas.
    fn read_part(&mut self, part: Range<usize>) {
        let part = without_page_line(self.text, part);
        let words: Vec<_> = tag_words(self.text, part).collect();
        let mut at = 0;
        let mut loose = 0;
        while at < words.len() {
            let listed = self.longest_listed_name(&words, at).filter(|(_, next)| *next > at + 1);
            let glued = if listed.is_none() {
                split_glued_tags(&self.text[words[at].clone()])
            } else {
                None
            };
            if listed.is_none() && glued.is_none() {
                at += 1;
                continue;
            }
            self.read_unlisted_words(&words[loose..at]);
            let mut start = words[at].start;
            for tag in glued.unwrap_or_default() {
                let range = start..start + tag.len();
                start = range.end;
                self.push_tag(self.text[range.clone()].to_uppercase(), range);
            }
            let mut next = at + 1;
            if let Some((name, past)) = listed {
                self.push_tag(name, words[at].start..words[past - 1].end);
                next = past;
            }
            at = next;
            loose = at;
        }
        self.read_unlisted_words(&words[loose..]);
    }

    /// The longest listed term or person that starts at word `at`, and the index
    /// after its last word.
    fn longest_listed_name(&self, words: &[Range<usize>], at: usize) -> Option<(String, usize)> {
        (at + 1..=words.len().min(at + 5)).rev().find_map(|to| {
            let name = self.join_upper_case(&words[at..to]);
            if let Some(person) = TAG_LISTS.persons.get(&name.replace(',', "")) {
                return Some(((*person).to_owned(), to));
            }
            TAG_LISTS.kinds.contains_key(name.as_str()).then_some((name, to))
        })
    }

    /// Reads words that are not listed: persons and terms.
    fn read_unlisted_words(&mut self, words: &[Range<usize>]) {
        let mut at = 0;
        let mut loose = 0;
        while at < words.len() {
            if let Some(name) = self.person_at_word(words, at) {
                self.push_term(&words[loose..at]);
                self.push_tag(name, words[at].start..words[at + 1].end);
                at += 2;
                loose = at;
            } else {
                at += 1;
            }
        }
        self.push_term(&words[loose..]);
    }

    /// The person whose surname is word `at` and whose given name follows.
    fn person_at_word(&self, words: &[Range<usize>], at: usize) -> Option<String> {
        let name = self.join_upper_case(words.get(at..at + 2)?);
        let (surname, given) = name.split_once(' ')?;
        let alone = !self.commas || words.len() == 2;
        let fits = alone && GIVEN_NAMES.contains(given) && surname.len() > 1;
        fits.then(|| format!("{}, {given}", surname.trim_end_matches(',')))
    }

    /// Adds unknown words as one term.
    fn push_term(&mut self, words: &[Range<usize>]) {
        if let (Some(first), Some(last)) = (words.first(), words.last()) {
            self.push_tag(self.join_upper_case(words), first.start..last.end);
        }
    }

    /// Returns the tags. Joins a person that a comma split in two: "OVIP,
    /// CLINTON, HILLARY".
    fn join_split_persons(self) -> Vec<Spanned<TagsEntry>> {
        let mut joined: Vec<Spanned<TagsEntry>> = Vec::with_capacity(self.tags.len());
        for tag in self.tags {
            let given =
                tag.value.kind == TagsEntryKind::Unknown && GIVEN_NAMES.contains(&tag.value.name);
            match joined.last_mut() {
                Some(last)
                    if given
                        && last.value.kind == TagsEntryKind::Unknown
                        && !last.value.name.contains(' ') =>
                {
                    last.value.name = format!("{}, {}", last.value.name, tag.value.name);
                    last.value.kind = TagsEntryKind::Person;
                    last.span.end = tag.span.end;
                }
                _ => joined.push(tag),
            }
        }
        joined
    }

    fn join_upper_case(&self, words: &[Range<usize>]) -> String {
        let words = words.iter().map(|word| self.text[word.clone()].to_uppercase());
        words.collect::<Vec<_>>().join(" ")
    }
}

/// The words of a part without the punctuation around them.
fn tag_words(text: &str, part: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let marks = &['(', ')', ':', '.', '\\', '[', ']'];
    word_ranges(text, part)
        .map(|word| scan::trim_range(text, word, marks))
        .filter(|word| !word.is_empty())
}

/// A part up to a page line in it, or up to the classification before that line.
fn without_page_line(text: &str, part: Range<usize>) -> Range<usize> {
    let words: Vec<_> = word_ranges(text, part.clone()).collect();
    let page = words.windows(2).position(|pair| {
        &text[pair[0].clone()] == "PAGE"
            && text[pair[1].clone()].bytes().all(|byte| byte.is_ascii_digit())
    });
    let Some(page) = page else { return part };
    let classified = |word: &&Range<usize>| is_classification_word(&text[(*word).clone()]);
    let count = words[..page].iter().rev().skip_while(classified).count();
    part.start..count.checked_sub(1).map_or(part.start, |last| words[last].end)
}

/// The tags in a word: the word itself, or listed tags run together.
fn split_glued_tags(word: &str) -> Option<Vec<&str>> {
    if kind_of_tag(word) != TagsEntryKind::Unknown {
        return Some(vec![word]);
    }
    let letters =
        (5..=80).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !letters {
        return None;
    }
    // The best split of each prefix: fewest pieces, so try four letters first.
    let mut best: Vec<Option<(usize, usize)>> = vec![None; word.len() + 1];
    best[0] = Some((0, 0));
    for end in 2..=word.len() {
        best[end] = [4, 2].into_iter().filter(|&length| length <= end).find_map(|length| {
            let (_, pieces) = best[end - length]?;
            is_glued_tag(&word[end - length..end]).then_some((end - length, pieces + 1))
        });
    }
    let mut pieces = Vec::new();
    let mut end = word.len();
    while end > 0 {
        let (start, _) = best[end]?;
        pieces.push(&word[start..end]);
        end = start;
    }
    pieces.reverse();
    // Country codes alone spell too many words.
    pieces.iter().any(|piece| piece.len() == 4).then_some(pieces)
}

/// Whether letters may be one of several tags run together.
fn is_glued_tag(letters: &str) -> bool {
    matches!(
        kind_of_tag(letters),
        TagsEntryKind::Subject | TagsEntryKind::Geographic | TagsEntryKind::Program
    )
}
