//! Authority lists: parsed persons of a volume's list, a user's list or the
//! knowledge base.

use std::collections::HashMap;

use crate::facts::{Facts, Person};
use crate::fold;
use crate::name::{Fit, Listed, Office, Offices, Spoken};

/// A person of a list.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The ID, prefixed with its list: `list:p_NRM1`.
    pub id: String,
    /// The name as in the list.
    pub name: String,
    /// The parsed name.
    pub listed: Listed,
    /// The titles in the list.
    pub offices: Offices,
    /// The remark of the list.
    pub remark: String,
}

impl Known {
    /// Creates a person of a list.
    pub fn new(id: String, name: &str, remark: &str) -> Self {
        let listed = Listed::new(name);
        let mut offices = listed.offices.and(Offices::of_remark(remark));
        let given = listed.forms.iter().flat_map(|form| &form.given);
        if given.into_iter().any(|word| is_woman(word)) {
            offices = offices.and(Offices::one(Office::Mistress));
        }
        Self { id, name: name.to_owned(), listed, offices, remark: remark.to_owned() }
    }

    /// Creates a person from a row of the knowledge base.
    pub fn of_fact(person: &Person<'_>) -> Self {
        let id = format!("{}:{}", person.source.as_str(), person.id);
        let mut known = Self::new(id, person.name, person.remark);
        for other in person.others.lines() {
            known.listed.add(other);
        }
        known
    }
}

impl Known {
    /// Adds another name of the person, in the order of lists or of texts.
    pub fn add_name(&mut self, name: &str) {
        self.listed.add(name);
    }
}

/// Whether a normalised given name is a woman's.
pub(crate) fn is_woman(given: &str) -> bool {
    given.len() > 2 && include_str!("../data/women.txt").lines().any(|name| name == given)
}

/// A list of persons, things and abbreviations, indexed by name.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    people: Vec<Known>,
    /// Rows by the words of family names.
    by_word: HashMap<String, Vec<u32>>,
    /// Rows by the skeletons of these words.
    by_skeleton: HashMap<String, Vec<u32>>,
    /// Rows by given names.
    by_given: HashMap<String, Vec<u32>>,
    /// IDs and names of places, organisations and others, by normalised name.
    things: HashMap<String, (String, String)>,
    /// Normalised long forms by normalised abbreviation.
    terms: HashMap<String, String>,
}

impl Roster {
    /// Adds a person.
    pub fn add(&mut self, known: Known) {
        let row = self.people.len() as u32;
        let push = |rows: &mut Vec<u32>| {
            if rows.last() != Some(&row) {
                rows.push(row);
            }
        };
        for word in known.listed.calling_words() {
            push(self.by_word.entry(word.to_owned()).or_default());
            push(self.by_skeleton.entry(fold::skeleton(word)).or_default());
        }
        for form in &known.listed.forms {
            for word in form.given.iter().filter(|word| word.len() > 1) {
                push(self.by_given.entry(word.clone()).or_default());
            }
        }
        self.people.push(known);
    }

    /// Adds an abbreviation and its long form.
    pub fn add_term(&mut self, short: &str, long: &str) {
        let long = long.split([',', ';', '(']).next().unwrap_or("");
        let (short, long) = (fold::words(short), fold::words(long));
        if !short.is_empty() && long.contains(' ') {
            self.terms.entry(short).or_insert(long);
        }
    }

    /// Adds a name of a place, an organisation or another thing.
    pub fn add_thing(&mut self, alias: &str, id: &str, name: &str) {
        self.things.insert(fold::words(alias), (id.to_owned(), name.to_owned()));
    }

    /// Returns ID and name of the thing with a normalised name.
    pub fn thing(&self, folded: &str) -> Option<(&str, &str)> {
        self.things.get(folded).map(|(id, name)| (id.as_str(), name.as_str()))
    }

    /// Returns the long form of a normalised abbreviation.
    pub fn term(&self, short: &str) -> Option<&str> {
        self.terms.get(short).map(String::as_str)
    }

    /// Returns the person of a row.
    pub fn get(&self, row: u32) -> &Known {
        &self.people[row as usize]
    }

    /// Whether the list has no persons.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Returns the rows of the persons whose name may be `spoken`, and how well
    /// it fits. Transliterations count only if no family name is equal.
    pub fn bearers(&self, spoken: &Spoken) -> Vec<(u32, Fit)> {
        let mut found = self.fits(spoken, |word| self.by_word.get(word));
        if found.is_empty() {
            found = self.fits(spoken, |word| self.by_skeleton.get(&fold::skeleton(word)));
        }
        found
    }

    /// Whether a normalised word is part of a family name in the list.
    pub fn has_family(&self, word: &str) -> bool {
        self.by_word.contains_key(word)
    }

    /// Returns the rows of the persons with a given name of one word.
    pub fn called(&self, word: &str) -> &[u32] {
        self.by_given.get(word).map_or(&[], Vec::as_slice)
    }

    fn fits<'a>(
        &'a self,
        spoken: &Spoken,
        rows: impl Fn(&str) -> Option<&'a Vec<u32>>,
    ) -> Vec<(u32, Fit)> {
        let mut found: Vec<(u32, Fit)> = Vec::new();
        for word in spoken.words.iter().filter(|word| word.len() > 1) {
            for &row in rows(word).into_iter().flatten() {
                if found.iter().any(|(known, _)| *known == row) {
                    continue;
                }
                let fit = self.people[row as usize].listed.fit(spoken);
                if fit > Fit::Given {
                    found.push((row, fit));
                }
            }
        }
        found
    }
}

/// Cache of parsed persons of the knowledge base.
#[derive(Clone, Debug)]
pub(crate) struct FactPersons {
    facts: Facts<'static>,
    known: HashMap<u32, Known>,
}

impl FactPersons {
    pub(crate) fn new(facts: Facts<'static>) -> Self {
        Self { facts, known: HashMap::new() }
    }

    /// Returns the parsed person of a row.
    pub(crate) fn get(&mut self, row: u32) -> &Known {
        let facts = self.facts;
        self.known.entry(row).or_insert_with(|| Known::of_fact(&facts.person(row)))
    }
}
