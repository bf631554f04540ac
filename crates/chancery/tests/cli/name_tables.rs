//! `people`, `places` and `orgs`: the names of an archive as text, as tables and as JSON.

use serde_json::Value;
use snapbox::str;

use crate::{Folder, chancery, printed};

/// An archive `a` of the invented telegrams of the demonstration, by the fast engine.
pub(crate) fn demo_archive() -> Folder {
    let folder = Folder::of(&[]);
    folder.chancery(["demo", "--telegrams", "telegrams"]).assert().success();
    folder.chancery(["add", "a", "telegrams", "-q", "--engine", "fast"]).assert().success();
    folder
}

fn rows(folder: &Folder, arguments: &[&str]) -> Vec<Value> {
    let json = printed(folder.chancery(arguments.iter().copied().chain(["--json"])));
    json.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn names(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["name"].as_str().expect("a name")).collect()
}

#[test]
fn people_are_listed_for_people() {
    let folder = demo_archive();
    // "Brattegard" is in three telegrams of 1974, twice in two of them.
    let people = folder.chancery(["people", "a", "--query", "brattegard", "--limit", "3"]);
    people.assert().success().stdout_eq(str![[r#"
documents mentions  years      name
        3        5  1974       BRATTEGARD, KNUT        n-18aca903f2d2
        3        5  1974       STEINGRIMSSON, HALLDOR  n-f845e2ef4395
        2        3  1974       STANNARD                n-b0479290b688@*  2 documents, not identified

"#]]);
    // The text for people has forty rows, all with --limit 0.
    let all = printed(folder.chancery(["people", "a", "--limit", "0"]));
    assert_eq!(all.lines().count(), rows(&folder, &["people", "a"]).len() + 1);
}

#[test]
fn a_row_says_what_is_known() {
    let folder = demo_archive();
    let people = rows(&folder, &["people", "a"]);
    let one = |name: &str| people.iter().find(|row| row["name"] == name).expect(name).clone();
    let oosterzee = one("van Oosterzee, Pieter");
    // The name is five times in four telegrams, once in capitals.
    assert_eq!((&oosterzee["documents"], &oosterzee["mentions"]), (&4.into(), &5.into()));
    assert_eq!(oosterzee["first"], "2009-06-16");
    assert_eq!(oosterzee["last"], "2009-09-29");
    let spelled: u64 = oosterzee["spellings"]
        .as_array()
        .expect("spellings")
        .iter()
        .map(|one| one["count"].as_u64().expect("a number"))
        .sum();
    assert_eq!(spelled, 5);
    assert_eq!(one("Veloutier")["doubt"], "2 documents, not identified");
    assert!(one("Veloutier")["id"].as_str().expect("an id").ends_with("@*"));

    let places = rows(&folder, &["places", "a", "--query", "mombasa"]);
    let mombasa = places.iter().find(|row| row["name"] == "Mombasa").expect("Mombasa");
    assert_eq!((&mombasa["documents"], &mombasa["country"]), (&3.into(), &"Kenya".into()));
    let degrees = mombasa["coordinates"].as_array().expect("coordinates");
    assert!((degrees[0].as_f64().expect("a number") + 4.05).abs() < 0.1, "{degrees:?}");
    let orgs = rows(&folder, &["orgs", "a"]);
    assert!(names(&orgs).contains(&"Compagnie Sakalava de Peche"), "{orgs:?}");
    assert!(orgs.iter().all(|row| row["label"] == "ORG"));
}

#[test]
fn rows_are_sorted_and_chosen() {
    let folder = demo_archive();
    let sorted = |order: &str| rows(&folder, &["people", "a", "--sort", order]);
    let by_name = sorted("name");
    let folded: Vec<String> = names(&by_name).iter().map(|name| name.to_lowercase()).collect();
    let mut expected = folded.clone();
    expected.sort();
    assert_eq!(folded, expected);
    assert!(names(&by_name).contains(&"Zafimahova-Brandt, Laurent"), "the family name is first");
    for key in ["documents", "mentions"] {
        let counts: Vec<u64> =
            sorted(key).iter().map(|row| row[key].as_u64().expect("a number")).collect();
        assert!(counts.is_sorted_by(|one, other| one >= other), "{key}: {counts:?}");
    }
    let dates = |rows: &[Value], key: &str| -> Vec<String> {
        rows.iter().map(|row| row[key].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert!(dates(&sorted("first"), "first").is_sorted());
    assert!(dates(&sorted("last"), "last").is_sorted_by(|one, other| one >= other));
    // A query limits names, counts and dates.
    let within = rows(&folder, &["people", "a", "--query", "date:1974"]);
    assert!(!within.is_empty() && within.iter().all(|row| row["last"].as_str() < Some("1975")));
    let doubts = rows(&folder, &["people", "a", "--doubts"]);
    assert!(!doubts.is_empty() && doubts.iter().all(|row| row["doubt"] != ""));
    assert_eq!(rows(&folder, &["people", "a", "--limit", "2"]).len(), 2);
}

#[test]
fn tables_follow_the_rules_of_excel() {
    let folder = demo_archive();
    let csv = printed(folder.chancery(["people", "a", "--csv"]));
    let head = "id,name,spellings,documents,mentions,first,last,description,source,doubt\r\n";
    assert!(csv.starts_with(head), "{csv}");
    assert_eq!(csv.matches('\n').count(), csv.matches("\r\n").count());
    folder.chancery(["people", "a", "--excel", "-o", "people.csv"]).assert().success();
    assert_eq!(folder.read("people.csv"), format!("\u{feff}{csv}"));
    for command in ["places", "orgs", "notes"] {
        let excel = printed(folder.chancery([command, "a", "--excel"]));
        assert!(excel.starts_with("\u{feff}"), "{command}");
    }
    let hits = printed(folder.chancery(["search", "a", "mombasa", "--excel"]));
    assert!(hits.starts_with("\u{feff}id,cable_id,"), "{hits}");
    let said = printed(folder.chancery(["statements", "a", "--excel"]));
    assert!(said.starts_with("\u{feff}document,source,"), "{said}");
}

#[test]
fn a_wrong_request_says_what_to_do() {
    let folder = demo_archive();
    for (arguments, code, said) in [
        (&["people", "a", "--query", "persn:osei"][..], 1, "no field"),
        (&["people", "telegrams"], 1, "`chancery add telegrams PATH…` creates one"),
        (&["people", "a", "--sort", "age"], 2, "documents, mentions, name, first, last"),
        (&["people", "a", "--csv", "--json"], 2, "cannot be used with"),
        (&["people", "a", "--csv", "-o", "none/x.csv"], 1, "none/x.csv"),
    ] {
        let output = folder.chancery(arguments.iter().copied()).output().expect("it runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
        assert!(errors.contains(said), "{arguments:?}: {errors}");
    }
    // Nothing matches: the table is empty, and this is no failure.
    let none = chancery([
        "people",
        folder.path("a").to_str().expect("a path"),
        "--query",
        "xyzzy",
        "--csv",
    ]);
    assert_eq!(printed(none).lines().count(), 1);
}
