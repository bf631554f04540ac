//! Links a person of a document to a person of the knowledge base.
//!
//! A name alone is not enough: the knowledge base has twenty thousand persons
//! of two centuries. Strong evidence is an appointment that covers the date of
//! the document, at the sending post or in a country that the document
//! mentions. The person must also have been alive. The weights of the evidence
//! add up. The best candidate wins only if its score is high enough and clearly
//! above the second. Rows that may be one person do not compete. [`score`] has the
//! weights, [`royals`] the evidence for kings and princes who are called by one name.

mod remark_countries;
mod royals;
mod rulers;
mod score;

use std::collections::HashMap;

use chancery_model::Evidence;

use crate::authority_list::{ListedPerson, ListedPersonCache};
use crate::context::LinkContext;
use crate::knowledge_base::{KnowledgeBase, KnowledgeSource, RecordRow};
use crate::name::{ListedName, NameFit, PersonName, TitleSet, korean_family_names};
use crate::normalise;
use crate::same_person::may_be_same;
use remark_countries::countries_of_remark;
use score::{EXACT_FORM_WEIGHT, score_candidate, weight_of_known_ruler};

/// Minimum score of a link.
const MIN_SCORE: f32 = 0.75;

/// Minimum distance between the best candidate and the second.
const MIN_MARGIN: f32 = 0.2;

/// Highest sum of weights that still raises the confidence of a link.
const MAX_EVIDENCE: f32 = 1.2;

/// Divisor that converts a sum of weights into a confidence between 0 and 1.
const CONFIDENCE_SCALE: f32 = 1.25;

/// Highest confidence of a link, as no evidence is certain.
const MAX_CONFIDENCE: f32 = 0.97;

/// Maximum number of names in the cache; when it is full, it is cleared.
const MAX_CACHED_NAMES: usize = 50_000;

/// A person of the knowledge base, with the evidence of the link.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PersonMatch {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) score: f32,
    pub(crate) evidence: Vec<Evidence>,
}

/// What is known of the person to be linked.
pub(crate) struct LinkQuery<'a> {
    pub(crate) name: &'a PersonName,
    pub(crate) titles: TitleSet,
    /// Whether the name is the signature of the document.
    pub(crate) is_signature: bool,
    /// The ISO code of the country of a king or queen.
    pub(crate) realm: Option<&'static str>,
    /// Whether the titles are of the past.
    pub(crate) is_former: bool,
    pub(crate) context: &'a LinkContext,
}

/// Finds persons in the knowledge base.
#[derive(Clone, Debug)]
pub(crate) struct PersonLinker {
    knowledge_base: KnowledgeBase<'static>,
    persons: ListedPersonCache,
    /// The countries that the remarks of rows name, by row.
    remark_countries: HashMap<u32, Vec<&'static str>>,
    bearers: HashMap<Vec<String>, Vec<(u32, NameFit)>>,
}

struct LinkCandidate {
    score: f32,
    row: u32,
    evidence: Vec<Evidence>,
    /// How near the country of a king or prince is to the document, and its ISO code.
    nearness: (u32, &'static str),
    /// What the name adds to the score if the person governed a country.
    as_ruler: f32,
}

impl PersonLinker {
    pub(crate) fn new(knowledge_base: KnowledgeBase<'static>) -> Self {
        Self {
            knowledge_base,
            persons: ListedPersonCache::new(knowledge_base),
            remark_countries: HashMap::new(),
            bearers: HashMap::new(),
        }
    }

    /// Returns the person of the query, or `None` if the evidence is thin.
    pub(crate) fn find_person(&mut self, query: &LinkQuery<'_>) -> Option<PersonMatch> {
        let name = query.name;
        if name.family_name().len() < 2 {
            return None;
        }
        let mut candidates: Vec<LinkCandidate> = Vec::new();
        let by_realm = royals::is_called_by_one_name(query);
        for (row, fit) in self.cached_fitting_rows(name) {
            let known = self.persons.person_at(row).titles;
            let knowledge_base = self.knowledge_base;
            let person = knowledge_base.person_record(row);
            let countries = self.remark_countries_at(row);
            let scored = score_candidate(knowledge_base, &person, known, countries, fit, query);
            if let Some((score, evidence)) = scored {
                let nearness = match by_realm {
                    true => royals::nearness_of_realm(knowledge_base, &person, countries, query),
                    false => (1, ""),
                };
                let as_ruler = weight_of_known_ruler(knowledge_base, &person, fit, query);
                candidates.push(LinkCandidate { score, row, evidence, nearness, as_ruler });
            }
        }
        let nearest = candidates.iter().map(|candidate| candidate.nearness.0).max().unwrap_or(0);
        candidates.retain(|candidate| candidate.nearness.0 == nearest && nearest > 0);
        if candidates.iter().any(|other| other.nearness.1 != candidates[0].nearness.1) {
            // Kings of two countries, of which the document speaks as much.
            return None;
        }
        if by_realm && candidates.iter().all(|candidate| self.is_monarch(candidate.row)) {
            // Kings of one country and time with one name are one, whatever the spellings.
            candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
            candidates.truncate(1);
        }
        let found = self.select_candidate(&mut candidates);
        found.or_else(|| {
            for candidate in &mut candidates {
                candidate.score += candidate.as_ruler;
            }
            self.select_candidate(&mut candidates)
        })
    }

    /// Returns the name of the head of state or government, minister or other office
    /// holder whom a title and a surname mean on that day, if it is known. A signature
    /// means the head of the post or of the Department.
    pub(crate) fn find_office_holder(
        &mut self,
        name: &PersonName,
        titles: TitleSet,
        is_signature: bool,
        context: &LinkContext,
    ) -> Option<ListedName> {
        let query =
            LinkQuery { name, titles, is_signature, realm: None, is_former: false, context };
        let found = self.find_person(&query)?;
        Some(ListedName::new(&found.name))
    }

    /// Returns the person of the knowledge base that a listed person is. The
    /// full names and the remark of the list must agree. A form of the name
    /// that is equal to the letter is strong evidence, because the knowledge
    /// base was compiled from such lists.
    pub(crate) fn find_listed_person(
        &mut self,
        known: &ListedPerson,
        day: u32,
    ) -> Option<PersonMatch> {
        let name = &PersonName::new(&known.parsed_name.in_text_order());
        let context = &LinkContext { day, ..LinkContext::default() };
        let query = LinkQuery {
            name,
            titles: known.titles,
            is_signature: false,
            realm: None,
            is_former: false,
            context,
        };
        let folded = normalise::normalise_words(&known.name);
        let mut candidates: Vec<LinkCandidate> = Vec::new();
        for (row, fit) in self.cached_fitting_rows(name) {
            let titles = self.persons.person_at(row).titles;
            let knowledge_base = self.knowledge_base;
            let person = knowledge_base.person_record(row);
            let countries = self.remark_countries_at(row);
            let mut forms = std::iter::once(person.name).chain(person.other_names.lines());
            let is_form = forms.any(|form| normalise::normalise_words(form) == folded);
            let fit = if is_form { NameFit::Full(1.0) } else { fit };
            if let Some((score, evidence)) =
                score_candidate(knowledge_base, &person, titles, countries, fit, &query)
            {
                let score = score + if is_form { EXACT_FORM_WEIGHT } else { 0.0 };
                candidates.push(LinkCandidate {
                    score,
                    row,
                    evidence,
                    nearness: (1, ""),
                    as_ruler: 0.0,
                });
            }
        }
        self.select_candidate(&mut candidates)
    }

    /// Returns the ISO codes of the countries that the remark of a row names.
    fn remark_countries_at(&mut self, row: u32) -> &[&'static str] {
        let knowledge_base = self.knowledge_base;
        let read = || countries_of_remark(knowledge_base, &knowledge_base.person_record(row));
        self.remark_countries.entry(row).or_insert_with(read)
    }

    /// Returns the best candidate if its score is high enough and unrivalled.
    fn select_candidate(&mut self, candidates: &mut [LinkCandidate]) -> Option<PersonMatch> {
        candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
        let best = candidates.first().filter(|best| best.score >= MIN_SCORE)?;
        let rival = candidates[1..].iter().find(|other| !self.may_be_same(best.row, other.row));
        if rival.is_some_and(|rival| best.score - rival.score < MIN_MARGIN) {
            return None;
        }
        let best = self.preferred_row(candidates, best);
        let person = self.knowledge_base.person_record(best.row);
        Some(PersonMatch {
            id: format!("{}:{}", person.source.as_str(), person.id),
            name: person.name.to_owned(),
            score: (best.score.min(MAX_EVIDENCE) / CONFIDENCE_SCALE).min(MAX_CONFIDENCE),
            evidence: best.evidence.clone(),
        })
    }

    /// Whether a person was the monarch of a country.
    fn is_monarch(&self, row: u32) -> bool {
        let person = self.knowledge_base.person_record(row);
        self.knowledge_base.terms_of(&person).any(|term| term.office == "monarch")
    }

    /// Returns the row that stands for the best candidate: of rows that may be one person
    /// and are nearly as good, a row of a visit comes last, so that the person has one ID.
    fn preferred_row<'c>(
        &mut self,
        candidates: &'c [LinkCandidate],
        best: &'c LinkCandidate,
    ) -> &'c LinkCandidate {
        let is_visit =
            |row: u32| self.knowledge_base.person_record(row).source == KnowledgeSource::Visits;
        if !is_visit(best.row) {
            return best;
        }
        let others: Vec<&LinkCandidate> = candidates
            .iter()
            .filter(|other| !is_visit(other.row) && best.score - other.score < MIN_MARGIN)
            .collect();
        others.into_iter().find(|other| self.may_be_same(best.row, other.row)).unwrap_or(best)
    }

    /// Returns the rows with a fitting name, from the cache if possible.
    fn cached_fitting_rows(&mut self, name: &PersonName) -> Vec<(u32, NameFit)> {
        if let Some(known) = self.bearers.get(&name.words) {
            return known.clone();
        }
        let mut rows: Vec<u32> = Vec::new();
        let of_person = |row| match row {
            RecordRow::Person(row) => Some(row),
            RecordRow::Place(..) => None,
        };
        rows.extend(self.knowledge_base.find_rows(name.family_name()).filter_map(of_person));
        for family in korean_family_names(&name.words) {
            rows.extend(self.knowledge_base.find_rows(family).filter_map(of_person));
        }
        let mut found = self.filter_fitting_rows(&rows, name);
        if found.is_empty() {
            let key = format!("~{}", normalise::consonant_skeleton(name.family_name()));
            rows = self.knowledge_base.find_rows(&key).filter_map(of_person).collect();
            found = self.filter_fitting_rows(&rows, name);
        }
        if name.has_several_words() {
            rows = self.knowledge_base.find_rows(&name.words[0]).filter_map(of_person).collect();
            for (row, fit) in self.filter_fitting_rows(&rows, name) {
                if !found.iter().any(|(known, _)| *known == row) {
                    found.push((row, fit));
                }
            }
        }
        if self.bearers.len() >= MAX_CACHED_NAMES {
            self.bearers.clear();
        }
        self.bearers.insert(name.words.clone(), found.clone());
        found
    }

    fn filter_fitting_rows(&mut self, rows: &[u32], name: &PersonName) -> Vec<(u32, NameFit)> {
        let mut found: Vec<(u32, NameFit)> = Vec::new();
        for &row in rows {
            let fit = self.persons.person_at(row).parsed_name.compare_name(name);
            // A name of several words may be a family name: "Strausz-Hupe".
            let fits =
                fit > if name.has_several_words() { NameFit::FamilyLike } else { NameFit::Given };
            if fits && !found.iter().any(|(known, _)| *known == row) {
                found.push((row, fit));
            }
        }
        found
    }

    /// Whether two rows may be one person.
    fn may_be_same(&mut self, a: u32, b: u32) -> bool {
        let records = (self.knowledge_base.person_record(a), self.knowledge_base.person_record(b));
        let (of_a, of_b) = self.persons.persons_at(a, b);
        may_be_same((&records.0, of_a), (&records.1, of_b))
    }
}
