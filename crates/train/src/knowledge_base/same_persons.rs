//! Joins the rows of one person in several sources.
//!
//! The row of a diplomat stays, or else that of a person of FRUS, of a visitor, of a
//! traveller. It gets the names, years, offices and ids of the others.

use std::collections::{BTreeMap, BTreeSet};

use chancery_resolve::knowledge_base::KnowledgeSource;
use chancery_resolve::knowledge_base::build::NewPerson;
use chancery_resolve::same_person::{ComparedPerson, are_surely_same};

use super::source_person::SourcePerson;

/// Joins the persons of whom the names, years and offices say that they are one, until no
/// two are left: a joined row has more names. A row that may be two others of one source
/// is left alone.
pub(super) fn join_same_persons(mut persons: Vec<SourcePerson>) -> Vec<SourcePerson> {
    loop {
        let before = persons.len();
        persons = join_once(persons);
        if persons.len() == before {
            return persons;
        }
    }
}

fn join_once(mut persons: Vec<SourcePerson>) -> Vec<SourcePerson> {
    let compared: Vec<ComparedPerson> =
        persons.iter().map(|known| to_compared(&known.person)).collect();
    let mut same: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); persons.len()];
    for block in blocks_of_names(&compared).values() {
        for (nth, &a) in block.iter().enumerate() {
            for &b in
                block[nth + 1..].iter().filter(|&&b| are_surely_same(&compared[a], &compared[b]))
            {
                same[a].insert(b);
                same[b].insert(a);
            }
        }
    }
    let only_one = |a: usize, b: usize| {
        let source = persons[b].person.source;
        let of_source = |other: &&usize| persons[**other].person.source == source;
        // The list of visits writes one visitor in several ways.
        source == KnowledgeSource::Visits || same[a].iter().filter(of_source).count() == 1
    };
    let mut joins: Vec<(usize, usize)> = Vec::new();
    for (a, others) in same.iter().enumerate() {
        let certain = others.iter().filter(|&&b| only_one(a, b) && only_one(b, a));
        // Sources are ordered by what their rows say.
        let target = certain.min_by_key(|&&b| persons[b].person.source);
        if let Some(&b) = target.filter(|&&b| persons[b].person.source < persons[a].person.source) {
            joins.push((a, b));
        }
    }
    let targets: BTreeMap<usize, usize> = joins.into_iter().collect();
    let mut order: Vec<usize> = (0..persons.len()).collect();
    // Rows that are joined last have taken all of theirs.
    order.sort_by_key(|&at| std::cmp::Reverse(persons[at].person.source));
    for at in order {
        if let Some(&target) = targets.get(&at) {
            let empty = empty_person(&persons[at]);
            let gone = std::mem::replace(&mut persons[at], empty);
            join_into(&mut persons[target], gone);
        }
    }
    let kept = persons.into_iter().enumerate().filter(|(at, _)| !targets.contains_key(at));
    kept.map(|(_, known)| known).collect()
}

/// The persons by the words of their family names.
fn blocks_of_names(compared: &[ComparedPerson]) -> BTreeMap<String, Vec<usize>> {
    let mut blocks: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, person) in compared.iter().enumerate() {
        let words: BTreeSet<&str> = person.listed.parsed_name.family_name_words().collect();
        for word in words {
            blocks.entry(word.to_owned()).or_default().push(at);
        }
    }
    blocks
}

fn to_compared(person: &NewPerson) -> ComparedPerson {
    ComparedPerson::new(
        person.source,
        &person.name,
        person.other_names.iter().map(String::as_str),
        &person.remark,
        (person.born, person.died),
        (person.from, person.until),
    )
}

fn empty_person(known: &SourcePerson) -> SourcePerson {
    let person = NewPerson::new(known.person.source);
    SourcePerson { person, offices: Vec::new(), sightings: Vec::new() }
}

/// Gives all that is known of a person to another row of the same person.
fn join_into(target: &mut SourcePerson, gone: SourcePerson) {
    target.offices.extend(gone.offices);
    target.sightings.extend(gone.sightings);
    let (person, gone) = (&mut target.person, gone.person);
    person.other_ids.push(format!("{}:{}", gone.source.as_str(), gone.id));
    person.other_ids.extend(gone.other_ids);
    // The remarks of FRUS describe diplomats better than the list of their posts.
    let has_posts = !person.appointments.is_empty();
    person.remark = match (has_posts, gone.remark.is_empty()) {
        (_, true) => std::mem::take(&mut person.remark),
        (true, _) => gone.remark,
        (false, _) => format!("{}; {}", person.remark, gone.remark),
    };
    let known: BTreeSet<String> = person.other_names.iter().cloned().collect();
    let names = std::iter::once(gone.name).chain(gone.other_names);
    person.other_names.extend(names.filter(|name| !known.contains(name)));
    let years = [person.from, gone.from, gone.until, person.until];
    let active = || years.into_iter().filter(|&year| year > 0);
    person.from = active().min().unwrap_or(0);
    person.until = active().max().unwrap_or(0);
    person.born = person.born.max(gone.born);
    person.died = person.died.max(gone.died);
    person.appointments.extend(gone.appointments);
}
