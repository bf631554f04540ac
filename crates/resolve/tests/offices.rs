//! Offices that stand for people: `offices.tsv`.

mod marked;

use chancery_model::{Annotated, DocumentEntities};
use chancery_resolve::{AuthorityList, Resolver};
use marked::build_document;

/// The start of the n-th occurrence of words that are not inside a longer word.
fn start_of(text: &str, words: &str) -> u32 {
    let (words, nth) = words.split_once('#').expect("words and a number");
    let nth: usize = nth.parse().expect("a number");
    let is_letter = |at: Option<char>| at.is_some_and(char::is_alphanumeric);
    let whole = |at: &usize| {
        !is_letter(text[..*at].chars().next_back())
            && !is_letter(text[at + words.len()..].chars().next())
    };
    let mut starts = text.match_indices(words).map(|(at, _)| at).filter(whole);
    starts.nth(nth - 1).unwrap_or_else(|| panic!("no {words}#{nth} in {text}")) as u32
}

/// The office at words of a document, and the id of its holder.
fn office_at(
    annotated: &Annotated,
    entities: &DocumentEntities,
    words: &str,
) -> Option<(String, Option<u32>)> {
    let start = start_of(annotated.document.text.as_str(), words);
    let found = entities.offices.iter().find(|office| office.span.start == start)?;
    Some((found.office.clone(), found.entity))
}

#[test]
fn offices_are_people_of_the_document_or_of_the_knowledge_base() {
    let mut resolver = Resolver::with_embedded_knowledge();
    let mut wrong = Vec::new();
    let lines = include_str!("offices.tsv").lines().filter(|line| !line.starts_with('#'));
    for line in lines {
        let columns: Vec<&str> = line.split('\t').collect();
        let day = columns[2].parse().expect("a day");
        let (annotated, numbers) = build_document(columns[3], columns[1], day, 1);
        let entities = resolver.resolve_document(&annotated, &AuthorityList::default()).entities;
        let (words, expected) = columns[0].split_once('=').expect("words and an office");
        let found = office_at(&annotated, &entities, words);
        let id = |entity: u32| entities.entities[entity as usize].id.clone();
        let holds = match (expected.split_once('@'), &found) {
            (None, found) => found.is_none(),
            (Some((office, holder)), Some((name, entity))) => {
                let mention = numbers.iter().position(|number| number == holder);
                let link = mention.and_then(|mention| entities.link_of_mention(mention));
                office == name
                    && match holder {
                        "-" => entity.is_none(),
                        _ if mention.is_some() => *entity == link.map(|link| link.entity),
                        _ => entity.map(id).as_deref() == Some(holder),
                    }
            }
            (Some(_), None) => false,
        };
        if !holds {
            let holder = found.as_ref().and_then(|(_, entity)| entity.map(id));
            wrong.push(format!("{line}\n    {found:?} {holder:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
