//! Links a person of a document to a person of the knowledge base.
//!
//! A name alone is not enough: the knowledge base has twenty thousand persons
//! of two centuries. Strong evidence is an appointment that covers the date of
//! the document, at the sending post or in a country that the document
//! mentions. The person must also have been alive. The weights of the evidence
//! add up. The best candidate wins only if its score is high enough and clearly
//! above the second. Two rows of one person (a diplomat can be in two sources)
//! do not compete.

use std::collections::HashMap;

use chancery_model::{Evidence, PartialDay};

use crate::authority_list::{ListedPerson, ListedPersonCache};
use crate::context::{LinkContext, iso_from_country_name};
use crate::countries;
use crate::knowledge_base::{Appointment, KnowledgeBase, KnowledgeSource, PersonRecord, RecordRow};
use crate::name::{
    ListedName, NameFit, NameForm, PersonName, Title, TitleSet, are_nicknames, are_transliterations,
};
use crate::normalise;

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

// The weights of the evidence. The score of a candidate is their sum.

/// Full name, multiplied by the strength of its fit.
const FULL_NAME_WEIGHT: f32 = 0.5;

/// Full name of three or more words, which two persons rarely share.
const LONG_NAME_WEIGHT: f32 = 0.1;

/// Surname alone, spelled as in the knowledge base.
const SURNAME_WEIGHT: f32 = 0.2;

/// Surname alone, in another transliteration.
const SIMILAR_SURNAME_WEIGHT: f32 = 0.1;

/// Form of a listed name that the knowledge base has to the letter.
const EXACT_FORM_WEIGHT: f32 = 0.4;

/// Title that the mention and the knowledge base share.
const SHARED_TITLE_WEIGHT: f32 = 0.2;

/// Term as President of the United States that covers the year.
const PRESIDENCY_WEIGHT: f32 = 0.6;

/// Former appointment in a country that the document mentions.
const FORMER_APPOINTMENT_WEIGHT: f32 = 0.2;

/// Remark that names a country that the document mentions.
const COUNTRY_WEIGHT: f32 = 0.2;

/// Office in the country of the post, three to six years outside the active years:
/// the years are those of visits and lists, not of the office.
const OWN_LEADER_WEIGHT: f32 = 0.2;

/// Date of the document at most two years outside the active years.
const ACTIVE_YEARS_WEIGHT: f32 = 0.2;

/// Subtracted if the date is 11 to 25 years outside the active years.
const DISTANT_YEARS_PENALTY: f32 = 0.3;

/// Appointment that suffices to accept a surname alone.
const FIRM_APPOINTMENT_WEIGHT: f32 = 0.6;

/// Appointment at the sending post, of an ambassador or the signer.
const OWN_POST_WEIGHT: f32 = 0.7;

/// Appointment of an ambassador in a country that the document mentions.
const AMBASSADOR_WEIGHT: f32 = 0.6;

/// Appointment at the sending post or in a mentioned country, of other people.
const MENTIONED_POST_WEIGHT: f32 = 0.3;

/// Appointment as a head of the Department of State, of its signer.
const SIGNING_HEAD_WEIGHT: f32 = 0.7;

/// Appointment as Secretary of State, of a person with that title.
const SECRETARY_OF_STATE_WEIGHT: f32 = 0.7;

/// Other appointment at home whose role shares a title with the mention.
const SHARED_ROLE_WEIGHT: f32 = 0.4;

/// Other appointment at home whose role shares no title with the mention.
const OTHER_ROLE_WEIGHT: f32 = 0.1;

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
        for (row, fit) in self.cached_fitting_rows(name) {
            let known = self.persons.person_at(row).titles;
            let knowledge_base = self.knowledge_base;
            let person = knowledge_base.person_record(row);
            let countries = self.remark_countries_at(row);
            if let Some((score, evidence)) =
                score_candidate(knowledge_base, &person, known, countries, fit, query)
            {
                candidates.push(LinkCandidate { score, row, evidence });
            }
        }
        self.select_candidate(name, candidates)
    }

    /// Returns the name of the head of state or government, minister or other office
    /// holder whom a title and a surname mean on that day, if it is known.
    pub(crate) fn find_office_holder(
        &mut self,
        name: &PersonName,
        titles: TitleSet,
        context: &LinkContext,
    ) -> Option<ListedName> {
        let query = LinkQuery { name, titles, is_signature: false, realm: None, context };
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
        let query =
            LinkQuery { name, titles: known.titles, is_signature: false, realm: None, context };
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
                candidates.push(LinkCandidate { score, row, evidence });
            }
        }
        self.select_candidate(name, candidates)
    }

    /// Returns the ISO codes of the countries that the remark of a row names.
    fn remark_countries_at(&mut self, row: u32) -> &[&'static str] {
        let knowledge_base = self.knowledge_base;
        let read = || countries_of_remark(knowledge_base, &knowledge_base.person_record(row));
        self.remark_countries.entry(row).or_insert_with(read)
    }

    /// Returns the best candidate if its score is high enough and unrivalled.
    fn select_candidate(
        &mut self,
        name: &PersonName,
        mut candidates: Vec<LinkCandidate>,
    ) -> Option<PersonMatch> {
        candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
        let best = candidates.first().filter(|best| best.score >= MIN_SCORE)?;
        let rival = candidates[1..].iter().find(|other| !self.are_same_person(best.row, other.row));
        if rival.is_some_and(|rival| best.score - rival.score < MIN_MARGIN) {
            return None;
        }
        let person = self.knowledge_base.person_record(self.richest_row(name, best.row));
        Some(PersonMatch {
            id: format!("{}:{}", person.source.as_str(), person.id),
            name: person.name.to_owned(),
            score: (best.score.min(MAX_EVIDENCE) / CONFIDENCE_SCALE).min(MAX_CONFIDENCE),
            evidence: best.evidence.clone(),
        })
    }

    /// Returns the row of a diplomat, or else the row with most names, of the person of
    /// `row`. All rows of one person give one id, whichever fits a document best.
    fn richest_row(&mut self, name: &PersonName, row: u32) -> u32 {
        let knowledge_base = self.knowledge_base;
        let fitting = self.cached_fitting_rows(name).into_iter().map(|(row, _)| row);
        let same = fitting.filter(|&other| other == row || self.are_same_person(row, other));
        let names = |row: u32| knowledge_base.person_record(row).other_names.lines().count();
        let is_diplomat =
            |row: u32| knowledge_base.person_record(row).source == KnowledgeSource::Pocom;
        same.max_by_key(|&row| (is_diplomat(row), names(row), std::cmp::Reverse(row)))
            .unwrap_or(row)
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
        if name.has_several_words() {
            rows.extend(self.knowledge_base.find_rows(&name.words[0]).filter_map(of_person));
        }
        let mut found = self.filter_fitting_rows(&rows, name);
        if found.is_empty() {
            let key = format!("~{}", normalise::consonant_skeleton(name.family_name()));
            rows = self.knowledge_base.find_rows(&key).filter_map(of_person).collect();
            found = self.filter_fitting_rows(&rows, name);
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

    /// Whether two rows are one person: the names agree, and so do the years of birth
    /// and death where both rows have them. Two rows of one source also have one
    /// office in their remarks: lists name heads of state in several forms.
    fn are_same_person(&mut self, a: u32, b: u32) -> bool {
        let (one, other) =
            (self.knowledge_base.person_record(a), self.knowledge_base.person_record(b));
        let agree = |x: u16, y: u16| x == 0 || y == 0 || x == y;
        if !agree(one.born, other.born) || !agree(one.died, other.died) {
            return false;
        }
        let (of_a, of_b) = self.persons.persons_at(a, b);
        if one.source == other.source && !of_a.titles.shares_significant(of_b.titles) {
            return false;
        }
        if !first_given_names_agree(of_a, of_b) || !share_family_name(of_a, of_b) {
            return false;
        }
        let fits = |x: &ListedPerson, y: &ListedPerson| {
            let name = PersonName::new(&y.parsed_name.in_text_order());
            matches!(x.parsed_name.compare_name(&name), NameFit::Full(_) | NameFit::Family)
        };
        fits(of_a, of_b) || fits(of_b, of_a)
    }
}

/// Whether two persons have a word of a family name in common.
fn share_family_name(a: &ListedPerson, b: &ListedPerson) -> bool {
    let (of_a, of_b) = (&a.parsed_name, &b.parsed_name);
    of_a.family_name_words().any(|word| of_b.family_name_words().any(|other| other == word))
}

/// Whether the given names of two persons begin alike: equal, a nickname, or an initial
/// of the other, or one is unknown. "Hill, Christopher Robert" is not "Hill, Robert C.",
/// and "Harriman, W. Averell" is "Harriman, Averell".
fn first_given_names_agree(a: &ListedPerson, b: &ListedPerson) -> bool {
    let first = |person: &ListedPerson| -> Vec<String> {
        let forms = person.parsed_name.forms.iter();
        let whole = |form: &NameForm| form.given.iter().find(|word| word.len() > 1).cloned();
        forms.flat_map(|form| form.given.first().cloned().into_iter().chain(whole(form))).collect()
    };
    let (of_a, of_b) = (first(a), first(b));
    let begins = |x: &String, y: &String| x.len() == 1 && y.starts_with(x.as_str());
    let agree = |x: &String, y: &String| {
        x == y || begins(x, y) || begins(y, x) || are_transliterations(x, y) || are_nicknames(x, y)
    };
    of_a.is_empty() || of_b.is_empty() || of_a.iter().any(|x| of_b.iter().any(|y| agree(x, y)))
}

/// Returns the score of a row and its evidence, or `None` if something
/// rules the row out.
fn score_candidate(
    knowledge_base: KnowledgeBase<'static>,
    person: &PersonRecord<'static>,
    known: TitleSet,
    countries: &[&'static str],
    fit: NameFit,
    query: &LinkQuery<'_>,
) -> Option<(f32, Vec<Evidence>)> {
    let context = query.context;
    let year = context.document_year();
    if query.titles.contradicts(known)
        || !could_be_active(person, year)
        || query.realm.is_some_and(|realm| rules_elsewhere(known, countries, realm))
    {
        return None;
    }
    let mut evidence = Vec::new();
    let mut score = match fit {
        NameFit::Full(strength) => {
            evidence.push(Evidence::FullName);
            let is_long = query.name.words.len() > 2;
            FULL_NAME_WEIGHT * strength + if is_long { LONG_NAME_WEIGHT } else { 0.0 }
        }
        NameFit::FamilyLike => {
            evidence.push(Evidence::TransliteratedSurname);
            SIMILAR_SURNAME_WEIGHT
        }
        _ => {
            evidence.push(Evidence::Surname);
            SURNAME_WEIGHT
        }
    };
    let held = knowledge_base
        .appointments_of(person)
        .filter_map(|appointment| Some((appointment_weight(&appointment, query)?, appointment)))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let mut is_firm = matches!(fit, NameFit::Full(_));
    if let Some((weight, appointment)) = held {
        is_firm |= weight >= FIRM_APPOINTMENT_WEIGHT;
        score += weight;
        evidence.push(Evidence::Office {
            title: appointment.role.to_owned(),
            place: appointment.held_at.to_owned(),
            from: PartialDay(appointment.from),
            until: PartialDay(appointment.until),
        });
    }
    if query.is_signature && held.is_none() {
        return None;
    }
    if was_president(person, query) {
        is_firm = true;
        score += PRESIDENCY_WEIGHT;
        let (title, from, until) = (person.remark.to_owned(), person.from, person.until);
        evidence.push(Evidence::Term { title, from, until });
    }
    if query.titles.shares_significant(known) {
        score += SHARED_TITLE_WEIGHT;
        evidence.push(Evidence::Description { text: person.remark.to_owned() });
    }
    if held.is_none() && query.titles.shares_significant(known) {
        // A former appointment in a country that the document mentions.
        let past =
            |appointment: &Appointment<'_>| appointment.from > 0 && appointment.from <= context.day;
        let mut appointments = knowledge_base.appointments_of(person).filter(past);
        let abroad = |appointment: &Appointment<'_>| mentions_country(appointment.held_at, context);
        if let Some(appointment) = appointments.find(abroad) {
            score += FORMER_APPOINTMENT_WEIGHT;
            let (title, place) = (appointment.role.to_owned(), appointment.held_at.to_owned());
            evidence.push(Evidence::FormerOffice { title, place });
        }
    }
    let away = years_away(person, year);
    let country = nearest_country(countries, context);
    if country > RemarkCountry::Unmentioned {
        let shares = query.titles.shares_significant(known);
        // The days of ambassadors are known: for them only appointments count.
        let governs = shares
            && person.source != KnowledgeSource::Pocom
            && !query.titles.contains(Title::Ambassador);
        is_firm |= shares && person.source == KnowledgeSource::Visits;
        is_firm |= governs && country == RemarkCountry::OfPost && away.is_some();
        score += COUNTRY_WEIGHT;
        evidence.push(Evidence::MentionedCountry);
        if governs && country == RemarkCountry::OfPost && matches!(away, Some(3..=6)) {
            score += OWN_LEADER_WEIGHT;
        }
    }
    match away {
        None | Some(3..=10) => {}
        Some(0..=2) => score += ACTIVE_YEARS_WEIGHT,
        Some(11..=25) => score -= DISTANT_YEARS_PENALTY,
        Some(_) => return None,
    }
    // A surname alone needs an appointment at that time and place.
    is_firm.then_some((score, evidence))
}

/// The years between the document and the active years of a person; `None` if either
/// is unknown.
fn years_away(person: &PersonRecord<'_>, year: u16) -> Option<u16> {
    let until = person.until.max(person.from);
    let away = if year < person.from { person.from - year } else { year.saturating_sub(until) };
    (year > 0 && person.from > 0).then_some(away)
}

/// Whether a person with these years of birth and death could act in `year`.
fn could_be_active(person: &PersonRecord<'_>, year: u16) -> bool {
    year == 0
        || ((person.born == 0 || person.born + 16 <= year)
            && (person.died == 0 || year <= person.died + 3))
}

/// Returns the weight of an appointment that covers the date of the document,
/// if it fits the titles of the person or the origin of the document.
fn appointment_weight(appointment: &Appointment<'_>, query: &LinkQuery<'_>) -> Option<f32> {
    let context = query.context;
    if context.day == 0 || !covers_day(appointment, context.day) {
        return None;
    }
    let titles = query.titles;
    let abroad = !appointment.held_at.is_empty() && !appointment.held_at.contains("representative");
    if abroad {
        let here = appointment.held_at == context.post_country;
        if here && (query.is_signature || titles.contains(Title::Ambassador)) {
            return Some(OWN_POST_WEIGHT);
        }
        let is_mentioned = here || mentions_country(appointment.held_at, context);
        return match (titles.contains(Title::Ambassador), is_mentioned) {
            (true, true) => Some(AMBASSADOR_WEIGHT),
            (_, true) if !query.is_signature => Some(MENTIONED_POST_WEIGHT),
            _ => None,
        };
    }
    let role = TitleSet::from_remark(appointment.role);
    let head = appointment.role == "Secretary of State";
    if query.is_signature {
        // The Department's telegrams carry the name of its head on that day.
        let heads = ["Secretary of State", "Under Secretary of State", "Deputy Secretary of State"];
        let is_head = heads.iter().any(|head| appointment.role.starts_with(head));
        return (context.from_department && is_head).then_some(SIGNING_HEAD_WEIGHT);
    }
    match (titles.shares_significant(role), head) {
        (true, true) => Some(SECRETARY_OF_STATE_WEIGHT),
        (true, false) => Some(SHARED_ROLE_WEIGHT),
        (false, _) => Some(OTHER_ROLE_WEIGHT),
    }
}

/// Whether an appointment covers a day. An unknown month or day extends it to
/// the end of the year or month. If the first day is unknown, as for many
/// chargés, only the last year counts.
fn covers_day(appointment: &Appointment<'_>, day: u32) -> bool {
    if appointment.from == 0 {
        return day <= appointment.until && appointment.until - day < 10_000;
    }
    let until = match appointment.until {
        0 => appointment.from + 40_000,
        until if until % 10_000 == 0 => until + 1231,
        until if until % 100 == 0 => until + 31,
        until => until,
    };
    appointment.from <= day && day <= until
}

fn mentions_country(gsh: &str, context: &LinkContext) -> bool {
    let named =
        |iso: &str| countries::country_by_iso(iso).is_some_and(|country| country.gsh == gsh);
    context.countries.iter().any(|(iso, _)| named(iso))
}

/// Whether the person was President of the United States in that year.
fn was_president(person: &PersonRecord<'_>, query: &LinkQuery<'_>) -> bool {
    let year = query.context.document_year();
    person.source == KnowledgeSource::Travels
        && query.titles.contains(Title::President)
        && (person.from..=person.until).contains(&year)
}

/// Whether a person whose remark names these countries is king or queen of another than
/// `realm`.
fn rules_elsewhere(known: TitleSet, countries: &[&str], realm: &str) -> bool {
    known.contains_any(&[Title::King, Title::Queen])
        && !countries.is_empty()
        && !countries.contains(&realm)
}

/// How the countries of a remark stand to the document.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum RemarkCountry {
    /// The remark names none that the document mentions.
    Unmentioned,
    /// It names one that the document mentions.
    Mentioned,
    /// It names the country of the post.
    OfPost,
}

/// How the nearest of the countries of a remark, other than the United States, stands to
/// the document.
fn nearest_country(named: &[&str], context: &LinkContext) -> RemarkCountry {
    let relation = |iso: &str| match context.country_weight(iso) {
        0 => RemarkCountry::Unmentioned,
        _ if iso == "US" => RemarkCountry::Unmentioned,
        _ if context.post_iso() == Some(iso) => RemarkCountry::OfPost,
        _ => RemarkCountry::Mentioned,
    };
    named.iter().map(|iso| relation(iso)).max().unwrap_or(RemarkCountry::Unmentioned)
}

/// The ISO codes of the countries that a remark names, in its order.
fn countries_of_remark(
    knowledge_base: KnowledgeBase<'static>,
    person: &PersonRecord<'_>,
) -> Vec<&'static str> {
    let folded = normalise::normalise_words(person.remark);
    let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    let mut named = Vec::new();
    for length in 1..=3 {
        for words in words.windows(length) {
            let name = words.join(" ");
            named.extend(countries::countries_by_name(&name).iter().map(|(_, iso)| *iso));
            named.extend(iso_from_country_name(&name, knowledge_base));
        }
    }
    named
}
