//! Surnames that nothing decided: several documents that say "Weidlich" and no more
//! are one row of a list, not identified, with the persons whom they may mean. All
//! people are invented.

use std::fs;

use serde_json::Value;

use crate::test_server::TestServer;
use crate::{Folder, printed};

/// A telegram of a post, and what it says.
const TELEGRAMS: [(&str, &str); 6] = [
    ("MASERU", "Mr. Weidlich sold cars. Weidlich left."),
    ("OSLO", "Mr. Weidlich sold a boat. Weidlich left."),
    ("LIMA", "Weidlich told us about tin. Weidlich left."),
    ("ACCRA", "Mr. Karl Weidlich came. Karl Weidlich left."),
    ("LUSAKA", "Mr. Osei sold bread. Osei left."),
    ("QUITO", "The envoy Anna Weidlich spoke. Anna Weidlich left."),
];

/// A telegram of a post.
pub(crate) fn telegram(post: &str, serial: usize, body: &str) -> String {
    format!(
        "R 161305Z JUN 09\nFM AMEMBASSY {post}\nTO SECSTATE WASHDC {serial}\n\
         C O N F I D E N T I A L {post} {serial:06}\n\nE.O. 12958: N/A\nTAGS: PREL\n\
         SUBJECT: TALKS {serial}\n\n1. (C) {body}\n"
    )
}

/// Writes telegrams from `serial` on and adds them to archive "a".
pub(crate) fn add_telegrams(folder: &Folder, serial: usize, telegrams: &[(&str, &str)]) {
    let mut names = Vec::new();
    for ((post, body), serial) in telegrams.iter().zip(serial..) {
        let name = format!("{serial}.txt");
        fs::write(folder.path(&name), telegram(post, serial, body)).expect("a telegram");
        names.push(name);
    }
    let options = ["add", "a", "--engine", "fast", "-q"];
    let names = names.iter().map(String::as_str);
    folder.chancery(options.into_iter().chain(names)).assert().success();
}

/// The lines of a command as JSON.
pub(crate) fn json_lines(folder: &Folder, arguments: &[&str]) -> Vec<Value> {
    let lines = printed(folder.chancery(arguments.iter().copied()));
    lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn surnames_of_several_documents_are_one_row() {
    let folder = Folder::of(&[]);
    add_telegrams(&folder, 1, &TELEGRAMS);
    let rows = json_lines(&folder, &["stats", "a", "--named", "weidlich", "--json"]);
    let row = |name: &str| -> &Value {
        rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("{name}: {rows:?}"))
    };
    assert_eq!(rows.len(), 3, "{rows:?}");
    let group = row("Weidlich");
    assert_eq!((&group["documents"], &group["surname_only"]), (&3.into(), &true.into()));
    assert_eq!(row("Karl Weidlich")["surname_only"], false);
    let id = group["id"].as_str().expect("an id");
    assert!(id.starts_with("n-") && id.ends_with("@*"), "{id}");
    let text = printed(folder.chancery(["stats", "a", "--named", "weidlich"]));
    assert!(text.contains(&format!("{id}  Weidlich, not identified")), "{text}");
    // One that only one document has is no group.
    let rows = json_lines(&folder, &["stats", "a", "--named", "osei", "--json"]);
    assert_eq!((rows.len(), &rows[0]["surname_only"]), (1, &false.into()));
    assert!(rows[0]["id"].as_str().expect("an id").contains('@'));

    let total =
        |query: &str| json_lines(&folder, &["search", "a", "--json", query])[0]["total"].clone();
    for (query, expected) in [
        ("person:weidlich".to_owned(), 5),
        (format!("entity:{id}"), 3),
        (format!("entity:\"{id}\""), 3),
        (format!("NOT entity:{id} person:weidlich"), 2),
        ("person:\"anna weidlich\"".to_owned(), 1),
    ] {
        assert_eq!(total(&query), expected, "{query}");
    }
    let found = json_lines(&folder, &["search", "a", "--json", "--facets", "person:weidlich"]);
    let facets = found[0]["facets"]["entity"].as_array().expect("a facet");
    let groups: Vec<&Value> = facets.iter().filter(|value| value["count"] == 3).collect();
    assert_eq!(groups.len(), 1, "{facets:?}");
    assert_eq!(groups[0]["value"], format!("Weidlich, not identified [{id}]"));

    let server = TestServer::open(&folder, "a", &[]);
    let details = server.get(&format!("/api/v1/entities/{id}")).json();
    assert_eq!(details["documents"], 3);
    let candidates = details["surname"]["candidates"].as_array().expect("candidates");
    let mut names: Vec<&str> = candidates.iter().filter_map(|one| one["name"].as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Anna Weidlich", "Karl Weidlich"]);
    assert_eq!(candidates[0]["evidence"][0], "named in documents of 2009");
    let page = server.get(&format!("/entity/{id}")).body;
    assert!(page.contains("Weidlich, not identified: 3 documents"), "{page}");
    let mentions = server.get(&format!("/api/v1/entities/{id}/mentions")).json();
    assert_eq!(mentions["total"], 3);
    assert!(mentions["documents"].as_array().expect("a list").iter().all(|one| one["count"] == 2));
    let listed = server.get("/api/v1/entities?label=PER").json();
    let listed = listed.as_array().expect("a list");
    assert_eq!(listed.iter().filter(|one| one["surname_only"] == true).count(), 1);
    let found = server.get("/api/v1/search?q=person:weidlich&facets=true").json();
    let counted = found["entities"].as_array().expect("a list").iter().find(|one| one["id"] == id);
    assert_eq!(counted.expect("the group")["documents"], 3);
}

#[test]
fn a_surname_leaves_its_group_when_a_later_document_says_who_it_is() {
    let folder = Folder::of(&[]);
    let sells = ("MASERU", "Minister Weidlich sold cars in Lesotho.");
    add_telegrams(&folder, 1, &[sells, TELEGRAMS[1], TELEGRAMS[2]]);
    let group = || -> Vec<Value> {
        let rows = json_lines(&folder, &["stats", "a", "--named", "weidlich", "--json"]);
        rows.into_iter().filter(|row| row["surname_only"] == true).collect()
    };
    assert_eq!(group()[0]["documents"], 3);
    let id = group()[0]["id"].as_str().expect("an id").to_owned();
    add_telegrams(&folder, 4, &[("MASERU", "Minister Weidlich resigned in Lesotho.")]);
    assert_eq!(group()[0]["documents"], 2, "two documents name one minister");
    let found = json_lines(&folder, &["search", "a", "--json", &format!("entity:{id}")]);
    assert_eq!(found[0]["total"], 2, "the index has the same");
    folder.chancery(["verify", "a"]).assert().success();
}

#[test]
fn a_query_that_finds_nothing_suggests_another() {
    let folder = Folder::of(&[]);
    add_telegrams(&folder, 1, &TELEGRAMS);
    let text = |query: &str| printed(folder.chancery(["search", "a", query]));
    // Each query, and what is suggested with its number of documents.
    for (query, expected) in [
        ("person:weidlihc", &[("person:weidlich", 5)][..]),
        ("person:weydlich", &[("person:weidlich", 5)]),
        ("person:\"karl wiedlich\"", &[("person:\"karl weidlich\"", 1)]),
        ("person:\"kral weidlich\"", &[("person:\"karl weidlich\"", 1)]),
        ("bread person:oesi", &[("bread person:osei", 1)]),
        ("wiedlich braed", &[]),
        ("bread person:weidlihc", &[]),
        ("person:weidlihc NOT bread", &[("person:weidlich NOT bread", 5)]),
        ("braed", &[("bread", 1)]),
        ("\"sold braed\"", &[("\"sold bread\"", 1)]),
        ("person:xyzzyplugh", &[]),
        ("person:weidlich", &[]),
    ] {
        let found = &json_lines(&folder, &["search", "a", "--json", query])[0];
        let expected: Vec<Value> = expected
            .iter()
            .map(|(query, documents)| serde_json::json!({"query": query, "documents": documents}))
            .collect();
        assert_eq!(found["did_you_mean"], Value::Array(expected.clone()), "{query}");
        assert!(expected.is_empty() || found["total"] == 0, "no guess is applied: {query}");
        let lines = text(query).lines().filter(|line| line.starts_with("did you mean: ")).count();
        assert_eq!(lines, expected.len(), "{query}");
    }
    let listed = text("person:weidlihc");
    assert_eq!(listed, "0 documents\ndid you mean: person:weidlich (5 documents)\n");
    let server = TestServer::open(&folder, "a", &[]);
    let page = server.get("/?q=person:weidlihc").body;
    assert!(page.contains("Did you mean:") && page.contains("/?q=person:weidlich"), "{page}");
    let found = server.get("/api/v1/search?q=person:weidlihc").json();
    assert_eq!(found["did_you_mean"][0]["query"], "person:weidlich");
}
