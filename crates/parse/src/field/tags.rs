//! TAGS (Traffic Analysis by Geography and Subject).
//!
//! The list may be separated by commas or by spaces and may run two tags
//! together (PHUMBA is PHUM, BA). It may contain names of persons (OVIP CLINTON
//! HILLARY) and terms of several words (MEDIA REACTION REPORT).

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use chancery_model::{Field, Tag, TagKind, TextSpan};

use super::keys::{self, Key, KeyAt};
use super::page_line::is_classification;
use super::scan::{self, clamp, lines, words};
use crate::marks::is_capitals;

/// The lists of the data file.
struct Lists {
    /// Tags and terms with their kind, in capitals.
    kinds: HashMap<&'static str, TagKind>,
    /// Spellings of persons without the comma, and the canonical form.
    persons: HashMap<String, &'static str>,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let mut lists = Lists { kinds: HashMap::new(), persons: HashMap::new() };
    for line in include_str!("../../data/tags.txt").lines() {
        let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
        match kind {
            "subject" => lists.add(rest, TagKind::Subject),
            "geographic" => lists.add(rest, TagKind::Geographic),
            "organization" => lists.add(rest, TagKind::Organization),
            "program" => lists.add(rest, TagKind::Program),
            "term" => {
                lists.kinds.insert(rest, TagKind::Subject);
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

impl Lists {
    fn add(&mut self, tags: &'static str, kind: TagKind) {
        self.kinds.extend(tags.split(' ').map(|tag| (tag, kind)));
    }
}

/// Given names, in capitals: the second part of "CLINTON HILLARY".
pub(super) static GIVEN_NAMES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let lines = include_str!("../../data/given_names.txt").lines();
    lines.filter(|line| !line.starts_with('#')).map(str::to_uppercase).collect()
});

/// Finds the tags of the first TAGS field of `within`, each once, in order.
pub fn find(text: &str, within: TextSpan) -> Vec<Field<Tag>> {
    let within = clamp(text, within);
    let keys = keys::find(text, within.clone());
    let Some(key) = keys.iter().find(|found| found.key == Key::Tags) else { return Vec::new() };
    read(text, value(text, key, within.end, &keys))
}

/// The kind of a tag, in any case.
pub fn kind(tag: &str) -> TagKind {
    let tag = tag.to_uppercase();
    let program =
        || tag.len() == 4 && tag.starts_with('K') && tag.bytes().all(|b| b.is_ascii_alphabetic());
    match LISTS.kinds.get(tag.as_str()) {
        Some(&kind) => kind,
        None if tag.contains(", ") => TagKind::Person,
        None if program() => TagKind::Program,
        None => TagKind::Unknown,
    }
}

/// The range of the value of the field. A further line belongs to it if a comma
/// ends the line before, or if it is in capitals and consists of known tags or
/// precedes a key.
pub(super) fn value(text: &str, key: &KeyAt, end: usize, keys: &[KeyAt]) -> Range<usize> {
    let limit = keys::value_end(text, key.span.end, end, keys, Key::Tags);
    let mut stop = key.span.end;
    for line in lines(text, key.span.end..limit) {
        let printed = text[line.clone()].trim();
        if stop > key.span.end {
            let comma = text[key.span.end..stop].trim_end().ends_with(',');
            let known = || {
                printed
                    .split([' ', ','])
                    .filter(|word| !word.is_empty())
                    .all(|word| kind(word) != TagKind::Unknown)
            };
            let before_key = || {
                line.end + 1 >= limit
                    || keys.binary_search_by_key(&(line.end + 1), |key| key.span.start).is_ok()
            };
            let goes_on = comma || is_capitals(printed) && (known() || before_key());
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
pub(super) fn read(text: &str, value: Range<usize>) -> Vec<Field<Tag>> {
    let commas = text[value.clone()].contains(',');
    let mut list = List { text, tags: Vec::new(), known: HashSet::new(), commas };
    let mut start = value.start;
    let mut depth = 0_usize;
    for at in value.clone().chain([value.end]) {
        let byte = if at == value.end { b',' } else { text.as_bytes()[at] };
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b',' | b';' if depth == 0 || at == value.end => {
                list.part(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    list.joined_persons()
}

struct List<'t> {
    text: &'t str,
    tags: Vec<Field<Tag>>,
    /// The names of `tags`.
    known: HashSet<String>,
    /// Whether commas separate the tags.
    commas: bool,
}

impl List<'_> {
    fn push(&mut self, name: String, place: Range<usize>) {
        if !name.is_empty() && name != "SIPDIS" && self.known.insert(name.clone()) {
            let kind = kind(&name);
            self.tags.push(scan::field(Tag { name, kind }, place));
        }
    }

    /// Reads one part of the list, between commas.
    fn part(&mut self, part: Range<usize>) {
        let part = without_page_line(self.text, part);
        let words: Vec<_> = words_of(self.text, part).collect();
        let mut at = 0;
        let mut loose = 0;
        while at < words.len() {
            let listed = self.listed(&words, at).filter(|(_, next)| *next > at + 1);
            let glued = if listed.is_none() { split(&self.text[words[at].clone()]) } else { None };
            if listed.is_none() && glued.is_none() {
                at += 1;
                continue;
            }
            self.rest(&words[loose..at]);
            let mut start = words[at].start;
            for tag in glued.unwrap_or_default() {
                let place = start..start + tag.len();
                start = place.end;
                self.push(self.text[place.clone()].to_uppercase(), place);
            }
            let mut next = at + 1;
            if let Some((name, past)) = listed {
                self.push(name, words[at].start..words[past - 1].end);
                next = past;
            }
            at = next;
            loose = at;
        }
        self.rest(&words[loose..]);
    }

    /// The longest listed term or person that starts at word `at`, and the index
    /// after its last word.
    fn listed(&self, words: &[Range<usize>], at: usize) -> Option<(String, usize)> {
        (at + 1..=words.len().min(at + 5)).rev().find_map(|to| {
            let name = self.joined(&words[at..to]);
            if let Some(person) = LISTS.persons.get(&name.replace(',', "")) {
                return Some(((*person).to_owned(), to));
            }
            LISTS.kinds.contains_key(name.as_str()).then_some((name, to))
        })
    }

    /// Reads words that are not listed: persons and terms.
    fn rest(&mut self, words: &[Range<usize>]) {
        let mut at = 0;
        let mut loose = 0;
        while at < words.len() {
            if let Some(name) = self.person(words, at) {
                self.term(&words[loose..at]);
                self.push(name, words[at].start..words[at + 1].end);
                at += 2;
                loose = at;
            } else {
                at += 1;
            }
        }
        self.term(&words[loose..]);
    }

    /// The person whose surname is word `at` and whose given name follows.
    fn person(&self, words: &[Range<usize>], at: usize) -> Option<String> {
        let name = self.joined(words.get(at..at + 2)?);
        let (surname, given) = name.split_once(' ')?;
        let alone = !self.commas || words.len() == 2;
        let fits = alone && GIVEN_NAMES.contains(given) && surname.len() > 1;
        fits.then(|| format!("{}, {given}", surname.trim_end_matches(',')))
    }

    /// Adds unknown words as one term.
    fn term(&mut self, words: &[Range<usize>]) {
        if let (Some(first), Some(last)) = (words.first(), words.last()) {
            self.push(self.joined(words), first.start..last.end);
        }
    }

    /// Returns the tags. Joins a person that a comma split in two: "OVIP,
    /// CLINTON, HILLARY".
    fn joined_persons(self) -> Vec<Field<Tag>> {
        let mut joined: Vec<Field<Tag>> = Vec::with_capacity(self.tags.len());
        for tag in self.tags {
            let given = tag.value.kind == TagKind::Unknown && GIVEN_NAMES.contains(&tag.value.name);
            match joined.last_mut() {
                Some(last)
                    if given
                        && last.value.kind == TagKind::Unknown
                        && !last.value.name.contains(' ') =>
                {
                    last.value.name = format!("{}, {}", last.value.name, tag.value.name);
                    last.value.kind = TagKind::Person;
                    last.span.end = tag.span.end;
                }
                _ => joined.push(tag),
            }
        }
        joined
    }

    fn joined(&self, words: &[Range<usize>]) -> String {
        let words = words.iter().map(|word| self.text[word.clone()].to_uppercase());
        words.collect::<Vec<_>>().join(" ")
    }
}

/// The words of a part without the punctuation around them.
fn words_of(text: &str, part: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let marks = &['(', ')', ':', '.', '\\', '[', ']'];
    words(text, part).map(|word| scan::trim(text, word, marks)).filter(|word| !word.is_empty())
}

/// A part up to a page line in it, or up to the classification before that line.
fn without_page_line(text: &str, part: Range<usize>) -> Range<usize> {
    let words: Vec<_> = words(text, part.clone()).collect();
    let page = words.windows(2).position(|pair| {
        &text[pair[0].clone()] == "PAGE"
            && text[pair[1].clone()].bytes().all(|byte| byte.is_ascii_digit())
    });
    let Some(page) = page else { return part };
    let classified = |word: &&Range<usize>| is_classification(&text[(*word).clone()]);
    let kept = words[..page].iter().rev().skip_while(classified).count();
    part.start..kept.checked_sub(1).map_or(part.start, |last| words[last].end)
}

/// The tags in a word: the word itself, or listed tags run together.
fn split(word: &str) -> Option<Vec<&str>> {
    if kind(word) != TagKind::Unknown {
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
            is_piece(&word[end - length..end]).then_some((end - length, pieces + 1))
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
fn is_piece(letters: &str) -> bool {
    matches!(kind(letters), TagKind::Subject | TagKind::Geographic | TagKind::Program)
}
