//! The score of a row of the knowledge base: the sum of the weights of its evidence.

use chancery_model::{Evidence, PartialDay};

use super::LinkQuery;
use super::remark_countries::{RemarkCountry, nearest_country};
use super::royals::{has_other_numeral, is_longer_than_regnal};
use super::rulers::{governed, was_ruler, weigh_past_office};
use crate::context::LinkContext;
use crate::countries;
use crate::knowledge_base::{
    Appointment, KnowledgeBase, KnowledgeSource, OfficeTerm, PersonRecord,
};
use crate::name::{ListedName, NameFit, PersonName, Title, TitleSet, is_arabic_given_name};

/// Full name, multiplied by the strength of its fit.
const FULL_NAME_WEIGHT: f32 = 0.5;

/// Full name of three or more words, which two persons rarely share.
const LONG_NAME_WEIGHT: f32 = 0.1;

/// Surname alone, spelled as in the knowledge base.
const SURNAME_WEIGHT: f32 = 0.2;

/// Surname alone, in another transliteration.
const SIMILAR_SURNAME_WEIGHT: f32 = 0.1;

/// Form of a listed name that the knowledge base has to the letter.
pub(super) const EXACT_FORM_WEIGHT: f32 = 0.4;

/// Title that the mention and the knowledge base share.
const SHARED_TITLE_WEIGHT: f32 = 0.2;

/// Office of a country that the person surely held on that day, if the document calls
/// the person so or is from a post in that country.
const TERM_WEIGHT: f32 = 0.4;

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

/// Full name of a person who governed a country that the document mentions.
const KNOWN_RULER_WEIGHT: f32 = 0.1;

/// Years after a death in which a document still speaks of a person by the full name.
const YEARS_AFTER_DEATH: u16 = 3;

/// Years after which a document no longer speaks of a person of the past.
const MAX_REMEMBERED_YEARS: u16 = 25;

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

/// Returns the weight of the name, and adds how it fits to the evidence.
fn weigh_name(fit: NameFit, query: &LinkQuery<'_>, evidence: &mut Vec<Evidence>) -> f32 {
    let (found, weight) = match fit {
        NameFit::Full(strength) => {
            let is_long = query.name.words.len() > 2;
            let more = if is_long { LONG_NAME_WEIGHT } else { 0.0 };
            (Evidence::FullName, FULL_NAME_WEIGHT * strength + more)
        }
        NameFit::FamilyLike => (Evidence::TransliteratedSurname, SIMILAR_SURNAME_WEIGHT),
        _ => (Evidence::Surname, SURNAME_WEIGHT),
    };
    evidence.push(found);
    weight
}

/// Returns the score of a row and its evidence, or `None` if something
/// rules the row out.
pub(super) fn score_candidate(
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
        || !(could_be_active(person, year, fit)
            || is_remembered(person, year, fit, query)
            || (query.is_former && was_ruler(knowledge_base, person, query)))
        || query.realm.is_some_and(|realm| rules_elsewhere(known, countries, realm))
        || is_king_called_prince(knowledge_base, person, query)
        || has_other_numeral(person, known, query)
        || is_longer_than_regnal(fit, known)
        || (fit == NameFit::FamilyLike && query.titles.is_insignificant())
    {
        return None;
    }
    let mut evidence = Vec::new();
    let mut score = weigh_name(fit, query, &mut evidence);
    let held = knowledge_base
        .appointments_of(person)
        .filter_map(|appointment| {
            Some((appointment_weight(&appointment, fit, query)?, appointment))
        })
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
    if let Some(term) = presidency(knowledge_base, person, query) {
        is_firm = true;
        score += PRESIDENCY_WEIGHT;
        evidence.push(Evidence::Term {
            title: "President of the United States".into(),
            from: (term.from / 10_000) as u16,
            until: (term.until / 10_000) as u16,
        });
    }
    if held.is_none()
        && let Some(term) = term_in_office(knowledge_base, person, query)
    {
        is_firm = true;
        score += TERM_WEIGHT;
        evidence.push(Evidence::Office {
            title: term.office.to_owned(),
            place: term.country.to_owned(),
            from: PartialDay(term.from),
            until: PartialDay(term.until),
        });
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
    let (past, is_of_past) = weigh_past_office(knowledge_base, person, query, fit);
    is_firm |= is_of_past;
    score += past;
    let away = years_away(person, year);
    let country = nearest_country(countries, context);
    if country > RemarkCountry::Unmentioned {
        let shares = query.titles.shares_significant(known);
        // The days of ambassadors are known: for them only appointments count.
        let governs = shares
            && person.source != KnowledgeSource::Pocom
            && !query.titles.contains(Title::Ambassador);
        is_firm |= shares && person.is_in_source(KnowledgeSource::Visits);
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
        Some(11..=25) if is_of_past || is_remembered(person, year, fit, query) => {}
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

/// Whether a document may speak of a person of the past: the name is full, of three or
/// more words, and the person lived in the same century.
fn is_remembered(
    person: &PersonRecord<'_>,
    year: u16,
    fit: NameFit,
    query: &LinkQuery<'_>,
) -> bool {
    let is_whole = matches!(fit, NameFit::Full(strength) if strength >= 1.0);
    is_whole
        && query.name.words.len() > 2
        && !query.is_signature
        && (person.born == 0 || person.born + 16 <= year)
        && year <= person.until.max(person.died).saturating_add(MAX_REMEMBERED_YEARS)
}

/// Whether a person with these years of birth and death could act in `year`.
fn could_be_active(person: &PersonRecord<'_>, year: u16, fit: NameFit) -> bool {
    let is_full = matches!(fit, NameFit::Full(_));
    let last = person.died + if is_full { YEARS_AFTER_DEATH } else { 0 };
    year == 0
        || ((person.born == 0 || person.born + 16 <= year) && (person.died == 0 || year <= last))
}

/// Returns what the name alone adds to the score of a person who governed a country that
/// the document mentions. It counts only where nobody is found without it.
pub(super) fn weight_of_known_ruler(
    knowledge_base: KnowledgeBase<'static>,
    person: &PersonRecord<'static>,
    fit: NameFit,
    query: &LinkQuery<'_>,
) -> f32 {
    let is_whole = matches!(fit, NameFit::Full(strength) if strength >= 1.0);
    let known = PersonName::new(&ListedName::new(person.name).in_text_order());
    let left_out = known.words.len().saturating_sub(query.name.words.len());
    let most = usize::from(!is_arabic_given_name(&query.name.words[0]));
    if !is_whole || left_out > most || !governed(knowledge_base, person, query.context) {
        return 0.0;
    }
    match years_away(person, query.context.document_year()) {
        Some(11..=25) if !is_remembered(person, query.context.document_year(), fit, query) => {
            KNOWN_RULER_WEIGHT + DISTANT_YEARS_PENALTY
        }
        _ => KNOWN_RULER_WEIGHT,
    }
}

/// Returns the weight of an appointment that covers the date of the document,
/// if it fits the titles of the person or the origin of the document.
fn appointment_weight(
    appointment: &Appointment<'_>,
    fit: NameFit,
    query: &LinkQuery<'_>,
) -> Option<f32> {
    let LinkQuery { context, titles, .. } = *query;
    if context.day == 0 {
        return None;
    }
    if !covers_day(appointment, context.day) {
        // The days of the list are those of papers, and ambassadors serve around them.
        let is_whole = matches!(fit, NameFit::Full(strength) if strength >= 0.8);
        let at_post =
            !context.post_country.is_empty() && appointment.held_at == context.post_country;
        let may_serve = is_whole && at_post && titles.contains(Title::Ambassador);
        return (may_serve && is_within_a_year(appointment, context.day))
            .then_some(AMBASSADOR_WEIGHT);
    }
    let represents = !context.mission.is_empty() && appointment.held_at == context.mission;
    if represents && (query.is_signature || titles.contains(Title::Ambassador)) {
        return Some(OWN_POST_WEIGHT);
    }
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

/// Whether a day is at most a year before or after an appointment of known days.
fn is_within_a_year(appointment: &Appointment<'_>, day: u32) -> bool {
    let year = 10_000;
    appointment.from > 0
        && appointment.from.saturating_sub(year) <= day
        && day <= appointment.until.max(appointment.from) + year
}

fn mentions_country(gsh: &str, context: &LinkContext) -> bool {
    let named =
        |iso: &str| countries::country_by_iso(iso).is_some_and(|country| country.gsh == gsh);
    context.countries.iter().any(|(iso, _)| named(iso))
}

/// Whether the document calls a person prince who is king or queen on that day.
fn is_king_called_prince(
    knowledge_base: KnowledgeBase<'static>,
    person: &PersonRecord<'static>,
    query: &LinkQuery<'_>,
) -> bool {
    let day = query.context.day;
    query.titles.contains(Title::Prince)
        && !query.titles.contains_any(&[Title::King, Title::Queen])
        && knowledge_base
            .terms_of(person)
            .any(|term| term.office == "monarch" && term.covers_day(day))
}

/// The term of a person in an office of a country on the day of the document. A person
/// with a title counts if the title is that of the office. A person without a title
/// counts as the head of government or foreign minister of the country of the post.
fn term_in_office(
    knowledge_base: KnowledgeBase<'static>,
    person: &PersonRecord<'static>,
    query: &LinkQuery<'_>,
) -> Option<OfficeTerm<'static>> {
    let LinkQuery { titles, is_signature, realm, context, .. } = query;
    if *is_signature || context.day == 0 {
        return None;
    }
    knowledge_base.terms_of(person).filter(|term| term.covers_day(context.day)).find(|term| {
        let is_called_so = Title::of_office(term.office).is_some_and(|title| {
            titles.contains(title) && !matches!(title, Title::Ambassador | Title::Secretary)
        });
        let governs = matches!(term.office, "president" | "premier" | "foreign minister");
        let is_host = context.post_iso() == Some(term.country) && term.country != "US";
        realm.is_none_or(|realm| realm == term.country)
            && (is_called_so || (titles.is_insignificant() && governs && is_host))
    })
}

/// The term as President of the United States in the year of the document, if the
/// document calls the person president.
fn presidency(
    knowledge_base: KnowledgeBase<'static>,
    person: &PersonRecord<'static>,
    query: &LinkQuery<'_>,
) -> Option<OfficeTerm<'static>> {
    let year = u32::from(query.context.document_year());
    let covers = |term: &OfficeTerm<'_>| (term.from / 10_000..=term.until / 10_000).contains(&year);
    let mut terms = knowledge_base.terms_of(person);
    let term =
        terms.find(|term| term.office == "president" && term.country == "US" && covers(term));
    term.filter(|_| query.titles.contains(Title::President))
}

/// Whether a person whose remark names these countries is king or queen of another than
/// `realm`.
fn rules_elsewhere(known: TitleSet, countries: &[&str], realm: &str) -> bool {
    known.contains_any(&[Title::King, Title::Queen])
        && !countries.is_empty()
        && !countries.contains(&realm)
}
