//! A hundred and twenty queries on the nine volumes, where they are at hand: the documents
//! expected, and hits that slice to what was looked for.

use std::collections::HashMap;
use std::fs;

use crate::shared_data::shared_data;
use crate::{Folder, chancery, printed};

/// Letters and digits of a text, small and without accents that matter here.
fn bare(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

#[test]
fn queries_find_what_is_there() {
    let Some(volumes) = shared_data("data/frus-volumes") else { return };
    let folder = Folder::of(&[]);
    let archive = folder.path("a");
    let archive = archive.to_str().expect("a plain path");
    let volumes = volumes.to_str().expect("a plain path");
    chancery(["add", archive, volumes, "--engine", "fast", "-q"]).assert().success();

    let table = include_str!("../data/queries.tsv");
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
        .collect();
    assert!(rows.len() >= 120);
    let lines: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    fs::write(folder.path("queries"), lines.join("\n")).expect("a file");
    let found = printed(folder.chancery(["search", "a", "--batch", "queries", "--limit", "3000"]));
    let mut ids: HashMap<&str, Vec<&str>> = HashMap::new();
    for line in found.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let found = ids.entry(cells[0]).or_default();
        found.extend(cells[3].get(..12));
    }
    for row in &rows {
        let mut own = ids.remove(row[0]).unwrap_or_default();
        own.sort_unstable();
        assert_eq!(own.len().to_string(), row[1], "{}", row[0]);
        own.truncate(5);
        assert_eq!(own.join(" "), row[2], "{}", row[0]);
    }

    let exported = printed(folder.chancery(["export", "a"]));
    let texts: HashMap<String, String> = exported
        .lines()
        .map(|line| {
            let document: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let string = |key: &str| document[key].as_str().expect("a string").to_owned();
            (string("id"), string("text"))
        })
        .collect();
    let mut checked = 0;
    for query in rows.iter().map(|row| row[0]).filter(|query| is_one_term(query)) {
        let found = printed(folder.chancery(["search", "a", "--json", "--limit", "20", query]));
        let found: serde_json::Value = serde_json::from_str(&found).expect("JSON");
        for hit in found["hits"].as_array().expect("hits") {
            let text = &texts[hit["id"].as_str().expect("an id")];
            let places = hit["spans"].as_array().expect("places");
            assert!(!places.is_empty(), "{query}: a hit without a place");
            for place in places {
                let at = |end: usize| place[end].as_u64().expect("a number") as usize;
                let slice: String = text.chars().skip(at(0)).take(at(1) - at(0)).collect();
                assert!(fits(query, &slice), "{query}: {slice:?}");
                checked += 1;
            }
        }
    }
    assert!(checked > 1000, "{checked} places");
}

/// A word, phrase or prefix of the text, and nothing else.
fn is_one_term(query: &str) -> bool {
    let inner = query.trim_matches('"');
    let has_gap = query.trim_end_matches('*').contains('*');
    !has_gap && !query.contains([':', '(', '~']) && (query.starts_with('"') || !inner.contains(' '))
}

fn fits(query: &str, slice: &str) -> bool {
    let plain: String = bare(slice).replace(['é', 'è'], "e").replace('á', "a").replace('í', "i");
    let query = bare(query).replace('é', "e");
    plain.starts_with(&query)
}
