//! Parses names of lists.

use super::compare::given_fit;
use super::{Offices, core, strip};
use crate::fold;

/// One form of a name of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// The normalised words of the family name, or all words of a free form.
    pub family: Vec<String>,
    /// The normalised given names and initials.
    pub given: Vec<String>,
    /// Whether the order is unknown, so that any word may be the family name.
    pub free: bool,
}

/// A name of a list with all its forms: "Numayri, Ga’far M. (Jaafar Nimeiry)".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The forms, the main one first.
    pub forms: Vec<Form>,
    /// Nicknames: “Bill”.
    pub nicknames: Vec<String>,
    /// The titles in the name.
    pub offices: Offices,
}

impl Listed {
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
                listed.nicknames.extend(core(&fold::words(inside).split(' ').collect::<Vec<_>>()));
            } else {
                alternatives.extend(inside.split([',', ';']).map(str::trim));
            }
            rest = after;
        }
        plain.push_str(rest);
        listed.add_form(&plain);
        for alternative in alternatives.into_iter().filter(|words| !words.is_empty()) {
            listed.add_alternative(alternative);
        }
        listed.forms.retain(|form| !form.family.is_empty());
        listed
    }

    /// Adds another name of the person, written as in lists.
    pub fn add(&mut self, name: &str) {
        let other = Self::new(name);
        self.nicknames.extend(other.nicknames);
        self.offices = self.offices.and(other.offices);
        for form in other.forms {
            if !self.forms.iter().any(|known| says_more(known, &form)) {
                self.forms.push(form);
            }
        }
    }

    fn add_form(&mut self, plain: &str) {
        let mut parts = plain.split(',').map(fold::words);
        let first = parts.next().unwrap_or_default();
        let (offices, first) = strip(&first);
        self.offices = self.offices.and(offices);
        let family = core(&first.split(' ').collect::<Vec<_>>());
        let mut given = Vec::new();
        for part in parts {
            let (offices, words) = strip(&part);
            self.offices = self.offices.and(offices);
            match super::titles::title(words) {
                Some(office) if words.len() > 1 => {
                    self.offices = self.offices.and(Offices::one(office));
                }
                _ => given.extend(
                    core(&words.split(' ').collect::<Vec<_>>())
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
        let free = given.is_empty() && family.len() > 1;
        self.forms.push(Form { family, given, free });
    }

    /// Adds a form in brackets. "(Quwaitli)" is another family name, "(Jaafar
    /// Nimeiry)" is another full name.
    fn add_alternative(&mut self, words: &str) {
        let folded = fold::words(words);
        let (offices, folded) = strip(&folded);
        self.offices = self.offices.and(offices);
        let words = core(&folded.split(' ').collect::<Vec<_>>());
        let given = self.forms[0].given.clone();
        let form = match &words[..] {
            [] => return,
            [family] => Form { family: vec![family.clone()], given, free: false },
            [given @ .., family] => {
                Form { family: vec![family.clone()], given: given.to_vec(), free: false }
            }
        };
        self.forms.push(form);
    }

    /// Iterates over the words that may be the family name, for lookup.
    pub fn calling_words(&self) -> impl Iterator<Item = &str> {
        let words = self.forms.iter().flat_map(|form| form.family.iter());
        words.map(String::as_str).filter(|word| word.len() > 1)
    }

    /// Returns the name in the order of a text.
    pub fn spoken(&self) -> String {
        let Some(form) = self.forms.first() else { return String::new() };
        form.given.iter().chain(&form.family).map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// Whether `known` has all parts of `form`. A less specific form would match
/// names that the other contradicts: "Robert S." and "Robert F."
fn says_more(known: &Form, form: &Form) -> bool {
    let given: Vec<&String> = form.given.iter().collect();
    known == form
        || (known.family == form.family
            && known.given.len() >= given.len()
            && given_fit(&given, &known.given, &[]).is_some())
}
