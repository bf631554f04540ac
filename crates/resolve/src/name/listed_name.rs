//! Parses names as lists write them.

use super::compare::compare_given_names;
use super::name_words::{RULING_HOUSES, SON_OF, is_ruling_house};
use super::{TitleSet, identifying_words, split_leading_titles};
use crate::normalise;

/// One form of a listed name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameForm {
    /// The normalised words of the family name, or all words of a free form.
    pub family: Vec<String>,
    /// The normalised given names and initials.
    pub given: Vec<String>,
    /// Whether the order is unknown, so that any word may be the family name.
    pub is_unordered: bool,
    /// Whether it is a first name with those of father and house, in their order: "Salman
    /// bin Hamad Al Khalifa". All words are in `family`.
    pub is_lineage: bool,
}

/// A listed name with all its forms: "Numayri, Ga’far M. (Jaafar Nimeiry)".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedName {
    /// The forms, the main one first.
    pub forms: Vec<NameForm>,
    /// Nicknames: “Bill”.
    pub nicknames: Vec<String>,
    /// The titles in the name.
    pub titles: TitleSet,
}

impl ListedName {
    /// Parses `name`.
    pub fn new(name: &str) -> Self {
        let mut listed = Self::default();
        let mut alternatives = Vec::new();
        let mut plain = String::with_capacity(name.len());
        let mut rest = name;
        while let Some(open) = rest.find(['(', '[', '“', '"']) {
            let bracket = rest[open..].chars().next().unwrap_or('(');
            let inside = &rest[open + bracket.len_utf8()..];
            plain.push_str(&rest[..open]);
            let closing = match bracket {
                '(' => ')',
                '[' => ']',
                '“' => '”',
                _ => '"',
            };
            let (inside, after) = inside.split_once(closing).unwrap_or((inside, ""));
            if matches!(bracket, '“' | '"') {
                listed.nicknames.extend(identifying_words(
                    &normalise::normalise_words(inside).split(' ').collect::<Vec<_>>(),
                ));
            } else {
                alternatives.extend(inside.split([',', ';']).map(str::trim));
            }
            rest = after;
        }
        plain.push_str(rest);
        listed.add_plain_form(&plain);
        for alternative in alternatives.into_iter().filter(|words| !words.is_empty()) {
            listed.add_bracketed_form(alternative);
        }
        listed.forms.retain(|form| !form.family.is_empty());
        listed
    }

    /// Adds another name of the person, written as in lists.
    pub fn add_name(&mut self, name: &str) {
        let other = Self::new(name);
        self.nicknames.extend(other.nicknames);
        self.titles = self.titles.union_with(other.titles);
        for form in other.forms {
            if !self.forms.iter().any(|known| covers_form(known, &form)) {
                self.forms.push(form);
            }
        }
    }

    fn add_plain_form(&mut self, plain: &str) {
        let mut parts = plain.split(',').map(normalise::normalise_words);
        let first = parts.next().unwrap_or_default();
        let (titles, first) = split_leading_titles(&first);
        self.titles = self.titles.union_with(titles);
        let written: Vec<&str> = first.split(' ').collect();
        let family = identifying_words(&written);
        let mut given = Vec::new();
        let (mut has_father, mut ends_with_son_of) = (false, false);
        for part in parts {
            let (titles, words) = split_leading_titles(&part);
            self.titles = self.titles.union_with(titles);
            let mut words_of_father = words.split(' ').skip(1);
            ends_with_son_of |= matches!(words.strip_suffix(" al").unwrap_or(words)
                .rsplit(' ').next(), Some(last) if SON_OF.contains(&last));
            has_father |= words_of_father.any(|word| SON_OF.contains(&word));
            match super::titles::title_of_phrase(words) {
                Some(title) if words.len() > 1 => {
                    self.titles = self.titles.union_with(TitleSet::from_title(title));
                }
                _ => given.extend(
                    identifying_words(&words.split(' ').collect::<Vec<_>>())
                        .into_iter()
                        .filter(|word| !super::SUFFIXES.contains(&word.as_str())),
                ),
            }
        }
        given.retain(|word| !word.is_empty());
        let family: Vec<String> = family
            .into_iter()
            .filter(|word| !word.is_empty() && !super::SUFFIXES[2..].contains(&word.as_str()))
            .collect();
        // "al-Thani, Hamad bin Khalifa" is called Hamad, and "Said, Qaboos bin" Qaboos.
        let of_house = family.iter().any(|word| is_ruling_house(word));
        if has_father && !given.is_empty() && (ends_with_son_of || of_house) {
            let family = given.into_iter().chain(family).collect();
            let lineage =
                NameForm { family, is_unordered: true, is_lineage: true, given: Vec::new() };
            return self.forms.push(lineage);
        }
        let free = given.is_empty() && family.len() > 1;
        let is_lineage = free && says_lineage(&written);
        self.forms.push(NameForm { family, given, is_unordered: free, is_lineage });
    }

    /// Adds a form in brackets. "(Quwaitli)" is another family name, "(Jaafar
    /// Nimeiry)" is another full name.
    fn add_bracketed_form(&mut self, words: &str) {
        let folded = normalise::normalise_words(words);
        let (titles, folded) = split_leading_titles(&folded);
        self.titles = self.titles.union_with(titles);
        let words = identifying_words(&folded.split(' ').collect::<Vec<_>>());
        let given = self.forms[0].given.clone();
        let form = match &words[..] {
            [] => return,
            [family] => NameForm { family: vec![family.clone()], given, ..NameForm::default() },
            [given @ .., family] => NameForm {
                family: vec![family.clone()],
                given: given.to_vec(),
                ..NameForm::default()
            },
        };
        self.forms.push(form);
    }

    /// Iterates over the words that may be the family name, for lookup.
    pub fn family_name_words(&self) -> impl Iterator<Item = &str> {
        let words = self.forms.iter().flat_map(|form| form.family.iter());
        words.map(String::as_str).filter(|word| word.len() > 1)
    }

    /// Returns the name in the order of a text.
    pub fn in_text_order(&self) -> String {
        let Some(form) = self.forms.first() else { return String::new() };
        form.given.iter().chain(&form.family).map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// Whether the words of a name are those of son, father and house.
fn says_lineage(written: &[&str]) -> bool {
    let has_father = written.iter().skip(1).any(|word| SON_OF.contains(word));
    // Bin Laden is a family name.
    let is_family_name = matches!(written, [.., "bin", "laden" | "ladin"]);
    let of_house = matches!(written, [.., "al", house] if RULING_HOUSES.contains(house));
    (has_father && !is_family_name) || of_house
}

/// Whether `known` has all parts of `form`. A less specific form would match
/// names that the other contradicts: "Robert S." and "Robert F."
fn covers_form(known: &NameForm, form: &NameForm) -> bool {
    let given: Vec<&String> = form.given.iter().collect();
    known == form
        || (known.family == form.family
            && known.given.len() >= given.len()
            && compare_given_names(&given, &known.given, &[]).is_some())
}
