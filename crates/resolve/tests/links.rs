//! Links that rest on thin evidence, and links that must not be made: `links.tsv`.

mod marked;

use chancery_resolve::{AuthorityList, Resolver};
use marked::build_document;

/// Whether an ID is that of a list or of the knowledge base.
fn is_link(id: &str) -> bool {
    let sources = ["pocom:", "people:", "visits:", "travels:", "gsh:", "geonames:"];
    let is_state = id.rsplit_once('.').is_some_and(|(_, country)| country == "US");
    is_state || sources.iter().any(|source| id.starts_with(source))
}

#[test]
fn names_are_linked_as_the_evidence_says() {
    let mut resolver = Resolver::with_embedded_knowledge();
    let lines = include_str!("links.tsv").lines().filter(|line| !line.starts_with('#'));
    let mut wrong = Vec::new();
    for line in lines {
        let columns: Vec<&str> = line.split('\t').collect();
        let [expected, post, day, marked] = columns[..] else { panic!("{line}") };
        let day = day.parse().expect("a day");
        let (annotated, numbers) = build_document(marked, post, day, 1);
        let found = resolver.resolve_document(&annotated, &AuthorityList::default()).entities;
        for expected in expected.split(',') {
            let (number, id) = expected.split_once('=').expect("a number and an ID");
            let at = numbers.iter().position(|other| other == number).expect("a mention");
            let link = found.link_of_mention(at).map(|link| link.entity as usize);
            let entity = link.map_or("", |entity| found.entities[entity].id.as_str());
            let is_right = if id == "?" { !is_link(entity) } else { entity == id };
            if !is_right {
                wrong.push(format!("{line}\n    {number}: {entity}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
