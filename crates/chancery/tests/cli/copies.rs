//! Near-duplicates: counted once where a user wants it, and decided about together.

use serde_json::Value;

use crate::{Folder, printed};

/// A telegram in two collections, of which one has a line more, and another telegram.
fn folder_with_copies() -> Folder {
    let story = "1. (U) The Minister of Fisheries, Ravi Osei, told a long story about boats and \
        nets in the north, of winters past, of harbours closed by ice, and of the herring that \
        never came back. 2. (U) Osei said that Karim Benhaddou of Boga Lines had paid for the \
        nets, for the ice, and for the lamps of the harbour of Lome, which nobody had asked for.";
    let head = "R 031200Z MAR 09\nFM AMEMBASSY LOME\nTO SECSTATE WASHDC\n\nUNCLAS LOME 000090\n\n\
        SIPDIS\n\nE.O. 12958: N/A\nTAGS: EFIS\nSUBJECT: NETS AND ICE\n\n";
    let sent = format!("{head}{story}\n\nMARLOWE\n");
    let copy = format!("{head}{story}\n\n3. (U) Embassy will report further.\n\nMARLOWE\n");
    let other = "Karim Benhaddou never saw the nets of Oslo, and asked for no ice.\n";
    let folder = Folder::of(&[
        ("in/sent.txt", sent.as_bytes()),
        ("in/copy/sent.txt", copy.as_bytes()),
        ("in/other.txt", other.as_bytes()),
    ]);
    folder.chancery(["add", "a", "in", "-q", "--engine", "fast"]).assert().success();
    folder
}

fn search(folder: &Folder, query: &str) -> Value {
    let printed = printed(folder.chancery(["search", "a", "--json", "--facets", query]));
    serde_json::from_str(&printed).expect("JSON")
}

fn facet(found: &Value, name: &str, value: &str) -> u64 {
    let counts = found["facets"][name].as_array().expect(name);
    let count = counts.iter().find(|one| one["value"].as_str().expect("a value").contains(value));
    count.and_then(|one| one["count"].as_u64()).unwrap_or(0)
}

#[test]
fn near_duplicates_count_once_if_a_user_says_so() {
    let folder = folder_with_copies();
    let each = search(&folder, "nets");
    assert_eq!((&each["total"], &each["near_duplicates"]), (&3.into(), &1.into()));
    assert_eq!((facet(&each, "year", "2009"), facet(&each, "tag", "efis")), (2, 2));
    let once = search(&folder, "nets copies:once");
    assert_eq!((&once["total"], &once["near_duplicates"]), (&2.into(), &0.into()));
    assert_eq!((facet(&once, "year", "2009"), facet(&once, "tag", "efis")), (1, 1));
    assert_eq!(facet(&each, "entity", "Benhaddou"), facet(&once, "entity", "Benhaddou") + 1);
    // The words of one copy alone find it.
    assert_eq!(search(&folder, "\"report further\" copies:once")["total"], 1);
    assert_eq!(search(&folder, "copies:once")["total"], 2);

    let text = printed(folder.chancery(["search", "a", "nets"]));
    let end = "3 documents; 2 if near-duplicates count once (copies:once)\n";
    assert!(text.ends_with(end), "{text}");
    let text = printed(folder.chancery(["search", "a", "nets", "copies:once"]));
    assert!(text.contains("\n   and 1 near-duplicate: 09LOME90\n"), "{text}");
    assert!(text.ends_with("\n2 documents\n"), "{text}");

    // Lists and exports of a query follow it.
    let documents = |query: &str| -> u64 {
        let people = ["people", "a", "--json", "--query", query];
        let rows = printed(folder.chancery(people));
        let osei = rows.lines().find(|row| row.contains("Osei")).expect("Osei");
        serde_json::from_str::<Value>(osei).expect("JSON")["documents"].as_u64().expect("a number")
    };
    assert_eq!((documents(""), documents("copies:once")), (2, 1));
    let listed = printed(folder.chancery(["list", "a", "tag:EFIS copies:once"]));
    assert_eq!(listed.lines().count(), 1, "{listed}");

    let id = |name: &str| {
        let rows = printed(folder.chancery(["stats", "a", "--named", name]));
        rows.split_whitespace().nth(3).expect("an id").to_owned()
    };
    let boga = id("boga lines");
    let with = |option: &[&str]| {
        let command = ["stats", "a", "--with", &boga];
        let rows = printed(folder.chancery(command.into_iter().chain(option.iter().copied())));
        let lome = rows.lines().find(|row| row.contains("Lom")).expect("Lome").to_owned();
        lome.split_whitespace().next().expect("a count").to_owned()
    };
    assert_eq!((with(&[]), with(&["--copies-once"])), ("2".to_owned(), "1".to_owned()));

    for (query, said) in [
        ("copies:twice", "near-duplicates are counted once: copies:once"),
        ("nets OR copies:once", "is about the whole query"),
        ("NOT copies:once", "is about the whole query"),
    ] {
        let output = folder.chancery(["search", "a", query]).output().expect("it runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.contains(said) && !output.status.success(), "{query}: {errors}");
    }
}

#[test]
fn a_decision_reaches_the_same_passage_of_near_duplicates() {
    let folder = folder_with_copies();
    let count = |words: &str| {
        let exported = printed(folder.chancery(["export", "a", "--format", "brackets"]));
        exported.matches(words).count()
    };
    let curate = |arguments: &[&str]| {
        let all = ["curate", "a", "--author", "ana"].into_iter().chain(arguments.iter().copied());
        let output = folder.chancery(all).output().expect("it runs");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{errors}");
        errors
    };
    // One copy alone, and the program says which other has the passage too.
    let path = printed(folder.chancery(["list", "a", "path:copy", "--json"]));
    let id = serde_json::from_str::<Value>(&path).expect("JSON")["id"].to_string();
    let id = id.trim_matches('"');
    let said = curate(&["add", id, "Fisheries", "1", "MISC"]);
    let expected =
        "the same passage is in near-duplicates: 09LOME90 (--scope copies includes them)\n";
    assert_eq!((said.as_str(), count("[MISC Fisheries")), (expected, 1));
    curate(&["undo", "1"]);
    // Both, with one decision and one undo.
    assert_eq!(curate(&["add", id, "lamps", "1", "MISC", "--scope", "copies"]), "");
    assert_eq!(count("[MISC lamps"), 2);
    curate(&["undo", "3"]);
    assert_eq!(count("[MISC lamps"), 0);
    // A name of the copies alone: the other document that names him stays.
    let named = || count("[PER Karim Benhaddou");
    assert_eq!(named(), 3);
    curate(&["reject", id, "Karim Benhaddou", "1", "--scope", "copies"]);
    assert_eq!(named(), 1);
    // A second decision finds the copies decided, and says nothing.
    assert_eq!(curate(&["add", id, "Karim Benhaddou", "1", "ORG"]), "");
}
