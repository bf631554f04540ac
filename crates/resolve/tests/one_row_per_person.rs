//! The embedded knowledge base has no person twice.

use std::collections::{BTreeMap, BTreeSet};

use chancery_resolve::knowledge_base::{KnowledgeBase, KnowledgeSource, RecordRow};
use chancery_resolve::name::{ListedName, NameFit, PersonName};
use chancery_resolve::same_person::{ComparedPerson, are_surely_same};

#[test]
fn no_person_is_in_two_rows_of_two_sources() {
    let knowledge_base = KnowledgeBase::load_embedded();
    let rows = 0..knowledge_base.person_count();
    let persons: Vec<ComparedPerson> =
        rows.map(|row| ComparedPerson::from_record(&knowledge_base.person_record(row))).collect();
    let mut blocks: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (row, person) in persons.iter().enumerate() {
        for word in person.listed.parsed_name.family_name_words() {
            blocks.entry(word).or_default().insert(row);
        }
    }
    let mut same: BTreeMap<(usize, KnowledgeSource), BTreeSet<usize>> = BTreeMap::new();
    let source = |row: usize| knowledge_base.person_record(row as u32).source;
    for block in blocks.values() {
        for (&a, &b) in block.iter().flat_map(|a| block.range(a + 1..).map(move |b| (a, b))) {
            if are_surely_same(&persons[a], &persons[b]) {
                same.entry((a, source(b))).or_default().insert(b);
                same.entry((b, source(a))).or_default().insert(a);
            }
        }
    }
    // A row that may be two of another source is neither.
    let only = |a: usize, b: usize| same[&(a, source(b))].len() == 1;
    let twice: Vec<String> = same
        .iter()
        .flat_map(|((a, _), others)| others.iter().map(move |b| (*a, *b)))
        .filter(|&(a, b)| a < b && only(a, b) && only(b, a))
        .map(|(a, b)| [a, b].map(|row| knowledge_base.person_record(row as u32).id).join(" = "))
        .collect();
    assert!(twice.is_empty(), "{} twice:\n{}", twice.len(), twice.join("\n"));
}

#[test]
fn a_joined_row_has_all_ids_and_offices() {
    let knowledge_base = KnowledgeBase::load_embedded();
    let cases = [
        ("Henry Kissinger", "secretary of state", 19_750_101, ["pocom:", "people:"]),
        ("Richard Nixon", "president", 19_730_101, ["people:", "travels:"]),
        ("Gerald Ford", "president", 19_750_101, ["people:", "travels:"]),
        ("Harry Truman", "president", 19_500_101, ["people:", "travels:"]),
        ("Tony Blair", "premier", 20_030_101, ["people:", "visits:"]),
    ];
    for (name, office, day, sources) in cases {
        let parsed = PersonName::new(name);
        let bearers = knowledge_base.find_rows(parsed.family_name()).filter_map(|row| match row {
            RecordRow::Person(row) => Some(knowledge_base.person_record(row)),
            RecordRow::Place(..) => None,
        });
        let holds =
            |ids: &Vec<String>| sources.iter().all(|of| ids.iter().any(|id| id.starts_with(of)));
        let found: Vec<Vec<String>> = bearers
            .filter(|person| {
                matches!(ListedName::new(person.name).compare_name(&parsed), NameFit::Full(_))
                    && knowledge_base
                        .terms_of(person)
                        .any(|term| term.office == office && term.covers_day(day))
            })
            .map(|person| person.all_ids().collect())
            .collect();
        assert!(found.len() == 1 && holds(&found[0]), "{name}: {found:?}");
    }
}
