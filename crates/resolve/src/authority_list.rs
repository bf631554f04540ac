//! Authority lists: parsed persons of a volume's list, a user's list or the
//! knowledge base.

use std::collections::{HashMap, HashSet};

use crate::knowledge_base::{KnowledgeBase, PersonRecord};
use crate::name::{ListedName, NameFit, PersonName, Title, TitleSet, is_female_given_name};
use crate::normalise;

/// A person of a list.
#[derive(Clone, Debug, Default)]
pub struct ListedPerson {
    /// The ID, prefixed with its list: `list:p_NRM1`.
    pub id: String,
    /// The name as in the list.
    pub name: String,
    /// The parsed name.
    pub parsed_name: ListedName,
    /// The titles in the list.
    pub titles: TitleSet,
    /// The remark of the list.
    pub remark: String,
}

impl ListedPerson {
    /// Creates a person of a list.
    pub fn new(id: String, name: &str, remark: &str) -> Self {
        let parsed_name = ListedName::new(name);
        let mut titles = parsed_name.titles.union_with(TitleSet::from_remark(remark));
        let given = parsed_name.forms.iter().flat_map(|form| &form.given);
        if given.into_iter().any(|word| is_female_given_name(word)) {
            titles = titles.union_with(TitleSet::from_title(Title::Woman));
        }
        Self { id, name: name.to_owned(), parsed_name, titles, remark: remark.to_owned() }
    }

    /// Creates a person from a row of the knowledge base.
    pub fn from_record(person: &PersonRecord<'_>) -> Self {
        let id = format!("{}:{}", person.source.as_str(), person.id);
        let mut known = Self::new(id, person.name, person.remark);
        for other in person.other_names.lines() {
            known.parsed_name.add_name(other);
        }
        known.titles = known.titles.union_with(known.parsed_name.titles);
        known
    }
}

impl ListedPerson {
    /// Adds another name of the person, in the order of lists or of texts.
    pub fn add_name(&mut self, name: &str) {
        self.parsed_name.add_name(name);
    }
}

/// A list of persons, other entities and abbreviations, indexed by name.
#[derive(Clone, Debug, Default)]
pub struct AuthorityList {
    people: Vec<ListedPerson>,
    /// Rows by the words of family names.
    by_word: HashMap<String, Vec<u32>>,
    /// Rows by the skeletons of these words.
    by_skeleton: HashMap<String, Vec<u32>>,
    /// Rows by given names.
    by_given: HashMap<String, Vec<u32>>,
    /// IDs and names of places, organisations and others, by normalised name.
    named_entities: HashMap<String, (String, String)>,
    /// Normalised long forms by normalised abbreviation.
    terms: HashMap<String, String>,
}

impl AuthorityList {
    /// Adds a person.
    pub fn add_person(&mut self, known: ListedPerson) {
        let row = self.people.len() as u32;
        let push = |rows: &mut Vec<u32>| {
            if rows.last() != Some(&row) {
                rows.push(row);
            }
        };
        for word in known.parsed_name.family_name_words() {
            push(self.by_word.entry(word.to_owned()).or_default());
            push(self.by_skeleton.entry(normalise::consonant_skeleton(word)).or_default());
        }
        for form in &known.parsed_name.forms {
            for word in form.given.iter().filter(|word| word.len() > 1) {
                push(self.by_given.entry(word.clone()).or_default());
            }
        }
        self.people.push(known);
    }

    /// Adds an abbreviation and its long form.
    pub fn add_abbreviation(&mut self, short: &str, long: &str) {
        let long = long.split([',', ';', '(']).next().unwrap_or("");
        let (short, long) = (normalise::normalise_words(short), normalise::normalise_words(long));
        if !short.is_empty() && long.contains(' ') {
            self.terms.entry(short).or_insert(long);
        }
    }

    /// Adds a name of a place, an organisation or another thing.
    pub fn add_named_entity(&mut self, alias: &str, id: &str, name: &str) {
        self.named_entities
            .insert(normalise::normalise_words(alias), (id.to_owned(), name.to_owned()));
    }

    /// Returns ID and name of the entity with a normalised name.
    pub fn find_named_entity(&self, folded: &str) -> Option<(&str, &str)> {
        self.named_entities.get(folded).map(|(id, name)| (id.as_str(), name.as_str()))
    }

    /// Returns the long form of a normalised abbreviation.
    pub fn expand_abbreviation(&self, short: &str) -> Option<&str> {
        self.terms.get(short).map(String::as_str)
    }

    /// Returns the person of a row.
    pub fn person_at(&self, row: u32) -> &ListedPerson {
        &self.people[row as usize]
    }

    /// Whether the list has no persons.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Returns the rows of the persons whose name may be `name`, and how well
    /// it fits. Transliterations count only if no family name is equal.
    pub fn find_by_name(&self, name: &PersonName) -> Vec<(u32, NameFit)> {
        let mut found = self.collect_fits(name, |word| self.by_word.get(word));
        if found.is_empty() {
            found = self.collect_fits(name, |word| {
                self.by_skeleton.get(&normalise::consonant_skeleton(word))
            });
        }
        found
    }

    /// Whether a normalised word is part of a family name in the list.
    pub fn has_family_name(&self, word: &str) -> bool {
        self.by_word.contains_key(word)
    }

    /// Whether `name` is a family name in the list and no full name there: "Ben
    /// Gurion".
    pub fn has_whole_family_name(&self, name: &PersonName) -> bool {
        let fits = self.find_by_name(name);
        fits.iter().any(|(_, fit)| *fit == NameFit::Family)
            && !fits.iter().any(|(_, fit)| matches!(fit, NameFit::Full(_)))
    }

    /// Returns the rows of the persons with a given name of one word.
    pub fn rows_by_given_name(&self, word: &str) -> &[u32] {
        self.by_given.get(word).map_or(&[], Vec::as_slice)
    }

    fn collect_fits<'a>(
        &'a self,
        name: &PersonName,
        rows: impl Fn(&str) -> Option<&'a Vec<u32>>,
    ) -> Vec<(u32, NameFit)> {
        let mut found: Vec<(u32, NameFit)> = Vec::new();
        let mut compared = HashSet::new();
        for word in name.words.iter().filter(|word| word.len() > 1) {
            for &row in rows(word).into_iter().flatten() {
                if !compared.insert(row) {
                    continue;
                }
                let fit = self.people[row as usize].parsed_name.compare_name(name);
                if fit > NameFit::Given {
                    found.push((row, fit));
                }
            }
        }
        found
    }
}

/// Cache of parsed persons of the knowledge base.
#[derive(Clone, Debug)]
pub(crate) struct ListedPersonCache {
    knowledge_base: KnowledgeBase<'static>,
    known: HashMap<u32, ListedPerson>,
}

impl ListedPersonCache {
    pub(crate) fn new(knowledge_base: KnowledgeBase<'static>) -> Self {
        Self { knowledge_base, known: HashMap::new() }
    }

    /// Returns the parsed person of a row.
    pub(crate) fn person_at(&mut self, row: u32) -> &ListedPerson {
        let knowledge_base = self.knowledge_base;
        self.known.entry(row).or_insert_with(|| {
            let person = knowledge_base.person_record(row);
            let mut listed = ListedPerson::from_record(&person);
            // The remark need not say all offices of the person.
            let offices = knowledge_base.terms_of(&person).map(|term| term.office);
            for title in offices.filter_map(Title::of_office) {
                listed.titles = listed.titles.union_with(TitleSet::from_title(title));
            }
            listed
        })
    }

    /// Returns the parsed persons of two rows.
    pub(crate) fn persons_at(&mut self, a: u32, b: u32) -> (&ListedPerson, &ListedPerson) {
        self.person_at(a);
        self.person_at(b);
        (&self.known[&a], &self.known[&b])
    }
}
