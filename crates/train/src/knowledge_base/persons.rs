//! Persons: the rows of the four lists, one for each person.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chancery_resolve::knowledge_base::KnowledgeSource;
use chancery_resolve::knowledge_base::build::NewPerson;
use chancery_resolve::name::{PersonName, TitleSet, split_leading_titles};
use chancery_resolve::normalise;
use serde_json::Value;

use super::known_terms::KnownTerms;
use super::names_of_others::remove_names_of_others;
use super::places::CountryCodes;
use super::remarks::RemarkReader;
use super::same_persons::join_same_persons;
use super::source_person::{Sighting, SourcePerson};
use super::terms::{set_terms, sighting_of_appointment};
use super::{read_rows, text_field, text_list_field, year_field};

/// Maximum length of a remark, in bytes.
const MAX_REMARK_BYTES: usize = 160;

/// Countries whose ids differ between pocom and gsh.
const POCOM_TO_GSH_IDS: [(&str, &str); 4] = [
    ("korea", "korea-south"),
    ("bosnia-herzegovina", "bosnia-and-herzegovina"),
    ("german-democratic-republic", "east-germany-1990"),
    ("yugoslavia", "yugoslavia-1946"),
];

/// Reads all persons, joins the rows of one person, and finds their terms of office.
pub(super) fn read_persons(kb: &Path, codes: &CountryCodes) -> anyhow::Result<Vec<NewPerson>> {
    let reader = RemarkReader::new(codes);
    let terms = KnownTerms::read()?;
    let mut rows = read_rows(kb, "frus_people.jsonl")?;
    remove_names_of_others(&mut rows);
    let mut persons: Vec<SourcePerson> =
        rows.iter().map(|row| parse_frus_person(row, &reader, &terms)).collect();
    let diplomats = read_rows(kb, "us_diplomats.jsonl")?;
    persons.extend(diplomats.iter().map(|row| parse_diplomat(row, codes)));
    persons.extend(read_visitors(kb, codes, &terms)?);
    persons.extend(read_presidents(kb)?);
    let mut persons = join_same_persons(persons);
    set_terms(&mut persons);
    Ok(persons.into_iter().map(|known| known.person).collect())
}

fn parse_diplomat(row: &Value, codes: &CountryCodes) -> SourcePerson {
    let mut person = NewPerson {
        id: text_field(row, "id").into(),
        name: format!("{}, {}", text_field(row, "surname"), text_field(row, "forename")),
        born: year_field(row, "born"),
        died: year_field(row, "died"),
        ..NewPerson::new(KnowledgeSource::Pocom)
    };
    if !text_field(row, "gen").is_empty() {
        person.name += &format!(", {}", text_field(row, "gen"));
    }
    for appointment in row["appointments"].as_array().into_iter().flatten() {
        let [started, appointed] =
            ["started", "appointed"].map(|key| parse_day_number(text_field(appointment, key)));
        let from = first_day_at_post(appointed, started);
        let until = parse_day_number(text_field(appointment, "ended"));
        let at = text_field(appointment, "at");
        let at = POCOM_TO_GSH_IDS.iter().find(|(pocom, _)| *pocom == at).map_or(at, |(_, gsh)| gsh);
        person.appointments.push((
            text_field(appointment, "role").to_owned(),
            at.to_owned(),
            from,
            until,
        ));
    }
    person.appointments.sort_by_key(|&(.., from, until)| (from, until));
    let years = person.appointments.iter().flat_map(|&(.., from, until)| [from, until]);
    let years: Vec<u16> = years.map(|day| (day / 10_000) as u16).filter(|&year| year > 0).collect();
    person.from = years.iter().copied().min().unwrap_or(0);
    person.until = years.iter().copied().max().unwrap_or(0);
    let roles: Vec<String> = person
        .appointments
        .iter()
        .map(|(role, at, ..)| format!("{role} {at}").trim().to_owned())
        .collect();
    truncate_remark(&roles.join("; ")).clone_into(&mut person.remark);
    let appointments = person.appointments.iter();
    let sightings = appointments
        .filter_map(|appointment| sighting_of_appointment(appointment, codes))
        .collect();
    SourcePerson { sightings, ..SourcePerson::new(person) }
}

/// The first day of an appointment. An ambassador is at the post up to a month before the
/// credentials are accepted, and not before the appointment.
fn first_day_at_post(appointed: u32, started: u32) -> u32 {
    if started == 0 || appointed == 0 || started.is_multiple_of(100) {
        return started.max(appointed);
    }
    let is_january = started / 100 % 100 == 1;
    // January 10 minus a month is December 10 of the year before.
    let month_before = if is_january { started - 10_000 + 1_100 } else { started - 100 };
    month_before.max(appointed).min(started)
}

/// Converts "2009-10-20" to 20091020; a missing month or day is 0.
fn parse_day_number(date: &str) -> u32 {
    let mut parts = date.split('-').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut part = || parts.next().unwrap_or(0);
    part() * 10_000 + part() * 100 + part()
}

fn parse_frus_person(row: &Value, reader: &RemarkReader, terms: &KnownTerms) -> SourcePerson {
    let remarks: Vec<&str> = text_list_field(row, "remarks").collect();
    let years: Vec<u16> = remarks.iter().flat_map(|remark| years_in_text(remark)).collect();
    let others: BTreeSet<&str> = text_list_field(row, "other_names").collect();
    let offices = remarks.iter().flat_map(|remark| reader.offices_in(remark)).collect();
    let person = NewPerson {
        id: text_field(row, "id").into(),
        name: text_field(row, "name").into(),
        other_names: others
            .into_iter()
            .filter(|other| other.contains(','))
            .map(str::to_owned)
            .collect(),
        remark: choose_remark(&remarks),
        born: year_field(row, "born"),
        died: year_field(row, "died"),
        from: years.iter().copied().min().unwrap_or(0),
        until: years.iter().copied().max().unwrap_or(0),
        ..NewPerson::new(KnowledgeSource::People)
    };
    let sightings = terms.of_frus_person(&person.id);
    let mut known = SourcePerson { offices, ..SourcePerson::new(person) };
    known.add_terms(sightings);
    known
}

/// The longest remark, which is more useful than the first. If it does not say that the
/// person was a head of state or the like, the shortest that does follows.
fn choose_remark(remarks: &[&str]) -> String {
    let best = remarks
        .iter()
        .max_by_key(|remark| (remark.len().min(MAX_REMARK_BYTES), std::cmp::Reverse(**remark)));
    let best = truncate_remark(best.copied().unwrap_or(""));
    let known = TitleSet::from_remark(best);
    let is_of_office = |remark: &&&str| {
        let folded = normalise::normalise_words(remark);
        !["see", "wife", "adviser", "advisor", "assistant", "counselor", "brother", "son"]
            .iter()
            .any(|word| folded.split(' ').any(|other| other == *word))
    };
    let adds = |remark: &&&str| TitleSet::from_remark(remark).contradicts(known);
    let other = remarks.iter().filter(is_of_office).filter(adds);
    match other.min_by_key(|remark| (remark.len(), **remark)) {
        Some(other) => format!("{best}; {}", truncate_remark(other)),
        None => best.to_owned(),
    }
}

/// The years in a text.
fn years_in_text(text: &str) -> impl Iterator<Item = u16> {
    let words = text.split(|letter: char| !letter.is_ascii_digit());
    words
        .filter(|word| word.len() == 4)
        .filter_map(|word| word.parse().ok())
        .filter(|year| (1700..2100).contains(year))
}

/// Truncates a remark at the end of a word.
fn truncate_remark(remark: &str) -> &str {
    if remark.len() <= MAX_REMARK_BYTES {
        return remark;
    }
    let mut end = MAX_REMARK_BYTES;
    while !remark.is_char_boundary(end) {
        end -= 1;
    }
    let end = remark[..end].rfind(' ').unwrap_or(end);
    remark[..end].trim_end_matches([',', ';', ' '])
}

/// Reads foreign visitors, with the days of their visits.
fn read_visitors(
    kb: &Path,
    codes: &CountryCodes,
    terms: &KnownTerms,
) -> anyhow::Result<Vec<SourcePerson>> {
    type Visits = (String, Vec<(u32, u32)>);
    let mut visitors: BTreeMap<(String, String), Visits> = BTreeMap::new();
    for row in read_rows(kb, "leader_visits.jsonl")? {
        let key = (text_field(&row, "visitor").to_owned(), text_field(&row, "from").to_owned());
        let (country, visits) = visitors.entry(key).or_default();
        text_field(&row, "from_id").clone_into(country);
        let [start, end] = ["start", "end"].map(|key| parse_day_number(text_field(&row, key)));
        visits.push((start, end.max(start)));
    }
    let mut read = Vec::new();
    for ((visitor, from), (country, mut visits)) in visitors {
        visits.sort_unstable();
        let first = visits.first().map_or(0, |visit| visit.0);
        let folded = normalise::normalise_words(&visitor);
        let (title, printed) = split_visitor(&visitor);
        let name = match printed.rsplit_once(' ') {
            Some((given, family)) if !is_numeral(family) => format!("{family}, {given}"),
            _ => printed.clone(),
        };
        let year = |visit: Option<&(u32, u32)>| visit.map_or(0, |visit| (visit.0 / 10_000) as u16);
        let person = NewPerson {
            id: format!("{}-{first}", folded.replace(' ', "-")),
            name,
            other_names: names_of_visitor(&printed),
            remark: format!("{title} ({from})"),
            from: year(visits.first()),
            until: year(visits.last()),
            ..NewPerson::new(KnowledgeSource::Visits)
        };
        let sightings = Sighting::of_visits(&title, codes.iso_of_gsh(&country), &visits);
        let mut known = SourcePerson { sightings, ..SourcePerson::new(person) };
        known.add_terms(terms.of_visitor(&visitor, &from));
        read.push(known);
    }
    Ok(read)
}

/// Splits a visitor into title and name: "King", "Hussein I". Of two visitors it is the
/// first.
fn split_visitor(visitor: &str) -> (String, String) {
    let first = visitor.split(" and ").next().unwrap_or(visitor);
    let folded = normalise::normalise_words(first);
    let (_, name) = split_leading_titles(&folded);
    let words: Vec<&str> = first.split_whitespace().collect();
    let is_name = |&at: &usize| normalise::normalise_words(&words[at..].join(" ")) == name;
    let at = (0..words.len()).find(is_name).unwrap_or(0);
    (words[..at].join(" "), words[at..].join(" "))
}

/// Whether a word is the number of a ruler: "II".
fn is_numeral(word: &str) -> bool {
    word.bytes().all(|letter| matches!(letter, b'I' | b'V' | b'X'))
}

/// The printed name of a visitor. A Spanish or Portuguese name has two surnames: "Carlos
/// Salinas de Gortari" is also "Salinas de Gortari, Carlos".
fn names_of_visitor(printed: &str) -> Vec<String> {
    let mut names = vec![printed.to_owned()];
    if PersonName::new(printed).is_iberian() {
        let words: Vec<&str> = printed.split(' ').collect();
        let is_small = |word: &str| word.starts_with(char::is_lowercase);
        let mut large = (0..words.len()).rev().filter(|&at| !is_small(words[at]));
        if let Some(first) = large.nth(1) {
            names.push(format!("{}, {}", words[first..].join(" "), words[..first].join(" ")));
        }
    }
    names
}

/// Reads presidents, with the years of their travels.
fn read_presidents(kb: &Path) -> anyhow::Result<Vec<SourcePerson>> {
    let mut travellers: BTreeMap<String, (String, String, u16, u16)> = BTreeMap::new();
    for row in read_rows(kb, "official_travels.jsonl")? {
        let year = year_field(&row, "start");
        let fresh =
            || (text_field(&row, "name").into(), text_field(&row, "role").into(), year, year);
        let known = travellers.entry(text_field(&row, "who").into()).or_insert_with(fresh);
        (known.2, known.3) = (known.2.min(year), known.3.max(year));
    }
    // Secretaries of State are among the diplomats.
    let presidents = travellers.into_iter().filter(|(_, (_, role, ..))| role == "president");
    let read = presidents.map(|(id, (name, _, from, until))| {
        let (given, family) = name.rsplit_once(' ').unwrap_or(("", &name));
        let sightings = Sighting::of_president(&id).into_iter().collect();
        let person = NewPerson {
            name: format!("{family}, {given}"),
            remark: "President of the United States".into(),
            id,
            from,
            until,
            ..NewPerson::new(KnowledgeSource::Travels)
        };
        SourcePerson { sightings, ..SourcePerson::new(person) }
    });
    Ok(read.collect())
}
