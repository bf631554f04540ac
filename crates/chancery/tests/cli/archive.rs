//! Archives as their users see them: add, search, show, stats, curate.

use snapbox::str;

use crate::interrupted::telegrams;
use crate::{Folder, printed};

/// A folder with an archive `a` of forty telegrams.
fn archive() -> Folder {
    let folder = Folder::of(&[]);
    telegrams(&folder.path("in"), 40);
    folder.chancery(["add", "a", "in", "--quiet"]).assert().success().stderr_eq("");
    folder
}

#[test]
fn files_are_added_once() {
    let folder = archive();
    folder.chancery(["add", "a", "in"]).assert().success().stdout_eq("").stderr_eq(str![[r#"
nothing new: 40 files known, [..] s

"#]]);
    std::fs::copy(folder.path("in/00/00007.txt"), folder.path("copy.txt")).expect("a copy");
    folder.chancery(["add", "a", "copy.txt"]).assert().success().stderr_eq(str![[r#"
0 documents new, 0 words in 1 file, [..] s; 1 document known under another path

"#]]);
    let shown = printed(folder.chancery(["show", "a", "09OSLO7"]));
    assert!(shown.contains("--- copy.txt\n--- in/00/00007.txt\n"), "{shown}");
    folder.chancery(["verify", "a"]).assert().success().stdout_eq(str![[r#"
40 documents checked, 0 faults

"#]]);
}

#[test]
fn partly_read_files_keep_their_problems() {
    let volume = |inner: &str| {
        format!(
            "<TEI><text><body><div type=\"document\"><p>Ines Okafor left.{inner}</p></div>\
             </body></text></TEI>"
        )
    };
    let folder = Folder::of(&[("a.xml", volume("</quote>").as_bytes())]);
    let problems = || printed(folder.chancery(["problems", "x"]));
    folder.chancery(["add", "x", "a.xml", "-q"]).assert().code(1);
    let first = problems();
    assert!(first.contains("</quote> has no start tag"), "{first}");
    folder.chancery(["add", "x", "a.xml", "-q", "--retry"]).assert().code(1);
    assert_eq!(problems(), first, "tried again");
    // The same bytes with another time of change.
    std::fs::write(folder.path("a.xml"), volume("</quote>")).expect("a file");
    folder.chancery(["add", "x", "a.xml", "-q"]).assert().code(1);
    assert_eq!(problems(), first, "written again");
    std::fs::write(folder.path("a.xml"), volume("")).expect("a file");
    folder.chancery(["add", "x", "a.xml", "-q"]).assert().success();
    assert_eq!(problems(), "", "mended");
}

#[test]
fn equivalent_paths_are_one_path() {
    let folder = archive();
    let absolute = folder.path("in").to_string_lossy().into_owned();
    for typed in ["./in", "in/../in/00", "in/00/00007.txt", &absolute] {
        let stderr =
            folder.chancery(["add", "a", typed]).output().expect("the program runs").stderr;
        let stderr = String::from_utf8_lossy(&stderr).into_owned();
        assert!(stderr.starts_with("nothing new"), "{typed}: {stderr}");
    }
    let from_below = folder.chancery(["add", "../a", "."]).current_dir(folder.path("in"));
    from_below.assert().success().stderr_eq(str![[r#"
nothing new: 40 files known, [..] s

"#]]);
    let shown = printed(folder.chancery(["show", "a", "09OSLO7"]));
    assert!(shown.contains("\n--- in/00/00007.txt\nForm "), "{shown}");
    // Files elsewhere have their whole path.
    folder.chancery(["add", "below/deep/b", "in", "-q"]).assert().success();
    let shown = printed(folder.chancery(["show", "below/deep/b", "09OSLO7"]));
    assert!(shown.contains("/in/00/00007.txt\n") && shown.contains("\n--- /"), "{shown}");
}

#[test]
fn an_export_equals_annotated_output() {
    let folder = archive();
    for example in ["09PORTLOUIS214.txt", "1974STATE091352.txt"] {
        let from = crate::root().join("examples").join(example);
        std::fs::copy(from, folder.path("in").join(example)).expect("a copy");
    }
    folder.chancery(["add", "a", "in", "-q"]).assert().success();
    let exported = printed(folder.chancery(["export", "a"]));
    let annotated = printed(folder.chancery(["annotate", "in", "-q", "--format", "jsonl"]));
    let mut annotated: Vec<&str> = annotated.lines().collect();
    annotated.sort_unstable();
    assert_eq!(exported.lines().count(), annotated.len());
    for (line, annotated) in exported.lines().zip(annotated) {
        assert_eq!(with_ids_of_lists(line), with_ids_of_lists(annotated));
    }
    folder.chancery(["rebuild", "a"]).assert().success().stderr_eq(str![[r#"
index rebuilt: 42 documents

"#]]);
    assert_eq!(printed(folder.chancery(["export", "a"])), exported);
    folder.chancery(["verify", "a"]).assert().success();
}

/// A line of jsonl with those ids of entities that a list gives: an archive
/// makes its own ids of names. It does not keep on what else a link rests.
fn with_ids_of_lists(line: &str) -> String {
    let mut document: serde_json::Value = serde_json::from_str(line).expect("JSON");
    let entities = document["entities"].as_array_mut().expect("entities");
    entities.retain(|entity| entity.get("reason").is_some());
    let ids: Vec<_> = entities.iter().map(|entity| entity["id"].clone()).collect();
    for mention in document["mentions"].as_array_mut().expect("mentions") {
        let mention = mention.as_object_mut().expect("an object");
        mention.retain(|key, value| match key.as_str() {
            "entity" => ids.contains(value),
            key => !["antecedent", "title", "affiliation"].contains(&key),
        });
    }
    for office in document["offices"].as_array_mut().into_iter().flatten() {
        let office = office.as_object_mut().expect("an object");
        office.retain(|key, value| key != "entity" || ids.contains(value));
    }
    document.to_string()
}

#[test]
fn an_export_has_the_entities_and_does_not_depend_on_the_order() {
    let folder = archive();
    let example = std::fs::read_to_string(crate::root().join("examples/09PORTLOUIS214.txt"));
    let example = example.expect("an example");
    std::fs::write(folder.path("small.txt"), &example).expect("a file");
    std::fs::write(folder.path("capitals.txt"), example.to_uppercase()).expect("a file");
    folder.chancery(["add", "a", "capitals.txt", "-q"]).assert().success();
    folder.chancery(["add", "a", "small.txt", "-q"]).assert().success();
    folder.chancery(["add", "b", "small.txt", "capitals.txt", "in", "-q"]).assert().success();
    let exported = printed(folder.chancery(["export", "a"]));
    assert_eq!(exported, printed(folder.chancery(["export", "b"])));

    let miller = printed(folder.chancery(["stats", "a", "--named", "john miller", "--json"]));
    let miller: serde_json::Value =
        serde_json::from_str(miller.lines().next().expect("an entity")).expect("JSON");
    let id = miller["id"].as_str().expect("an id").to_owned();
    let named = |exported: &str, id: &str| -> Vec<(String, String, String)> {
        let mut named = Vec::new();
        for line in exported.lines() {
            let document: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let entities = document["entities"].as_array().expect("entities");
            for mention in document["mentions"].as_array().expect("mentions") {
                let of = |entity: &&serde_json::Value| entity["id"] == mention["entity"];
                let Some(entity) = entities.iter().find(of) else {
                    assert_eq!(mention.get("entity"), None, "an id that is not in the list");
                    continue;
                };
                let words = |value: &serde_json::Value| value.as_str().unwrap_or("").to_owned();
                if entity["id"] == id {
                    let of = (&mention["text"], &entity["name"], &mention["link_kind"]);
                    named.push((words(of.0), words(of.1), words(of.2)));
                }
            }
        }
        named
    };
    let whole = || ["John Miller", "John Miller", "name"].map(str::to_owned).into();
    let found = named(&exported, &id);
    // Each post has an ambassador of this name: another man.
    assert!(found.len() > 5 && found.iter().all(|name| *name == whole()), "{found:?}");

    let said = printed(folder.chancery(["curate", "a", "rename", &id, "J. Miller"]));
    let id = said.trim_end().strip_prefix("decision 1, entity ").expect("its id");
    let (id, done) = id.split_once(": ").expect("what was done");
    assert!(done.starts_with("renamed ") && done.contains(" to J. Miller in "), "{done}");
    let renamed = named(&printed(folder.chancery(["export", "a"])), id);
    assert_eq!(renamed.len(), found.len());
    assert!(renamed.iter().all(|(_, name, _)| name == "J. Miller"), "{renamed:?}");
}

#[test]
fn linked_files_are_not_copied() {
    let folder = Folder::of(&[]);
    telegrams(&folder.path("in"), 10);
    folder.chancery(["add", "a", "--link-files", "in", "-q"]).assert().success();
    folder.chancery(["add", "b", "in", "-q"]).assert().success();
    let ids = |archive: &str| -> Vec<String> {
        let lines = printed(folder.chancery(["export", archive]));
        lines.lines().map(|line| line[..72].to_owned()).collect()
    };
    assert_eq!(ids("a"), ids("b"));
    folder.chancery(["verify", "a"]).assert().success();
    std::fs::rename(folder.path("in/00/00003.txt"), folder.path("3.txt")).expect("moved");
    std::fs::write(folder.path("in/00/00004.txt"), "other words\n").expect("changed");
    folder.chancery(["verify", "a"]).assert().code(1).stdout_eq(str![[r#"
file [..]: not stored, and missing or changed at in/00/00003.txt (restore it)
file [..]: not stored, and missing or changed at in/00/00004.txt (restore it)
10 documents checked, 2 faults

"#]]);
    folder.chancery(["verify", "b"]).assert().success();
}

#[test]
fn a_damaged_index_is_reported() {
    let folder = archive();
    let index = folder.path("a/index");
    let files = std::fs::read_dir(&index).expect("a folder").flatten();
    let words = files.map(|file| file.path()).find(|path| path.extension() == Some("pos".as_ref()));
    let words = words.expect("positions of words");
    let mut bytes = std::fs::read(&words).expect("a file");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xFF;
    std::fs::write(&words, bytes).expect("damaged");
    folder.chancery(["verify", "a"]).assert().code(1).stdout_eq(str![[r#"
the index: [..].pos is damaged: rebuild it
40 documents checked, 1 fault

"#]]);
    folder.chancery(["rebuild", "a"]).assert().success();
    folder.chancery(["verify", "a"]).assert().success();
}

#[test]
fn sections_are_read_as_one_and_copies_are_linked() {
    let folder = archive();
    let text = |section: u8, words: &str| {
        format!(
            "VZCZCXRO9{section:03}\nDE RUEHXX #0900/{section:02} 0301200\nR 031200Z MAR 09\n\
             FM AMEMBASSY OSLO\nTO SECSTATE WASHDC\n\n\
             CONFIDENTIAL SECTION {section:02} OF 02 OSLO 000900\n\n\
             E.O. 12958: DECL: 03/01/2019\nTAGS: PREL\nSUBJECT: A LONG STORY\n\n\
             {section}. (C) {words}\n"
        )
    };
    let story = "The Minister of Fisheries told a long story about boats and nets in the north, \
        of winters past, of harbours closed by ice, and of the herring that never came back.";
    std::fs::write(folder.path("in/s2.txt"), text(2, "And so it ends, at last.")).expect("a file");
    std::fs::write(folder.path("in/s1.txt"), text(1, story)).expect("a file");
    let again = text(1, &story.replace("long story", "long tale"));
    std::fs::write(folder.path("in/s1again.txt"), again).expect("a file");
    folder.chancery(["add", "a", "in", "-q"]).assert().success();
    let shown = printed(folder.chancery(["show", "a", "09OSLO900"]));
    let places = ["herring", "ends, at last"].map(|words| shown.find(words));
    assert!(places[0].is_some() && places[0] < places[1], "{shown}");
    assert_eq!(shown.matches("\nNear-duplicate  ").count(), 1, "{shown}");
}

#[test]
fn problems_are_kept_and_tried_again() {
    let folder = Folder::of(&[("a.txt", b"It rains.\n"), ("b.txt", b"\x01\x02\x03\x04\x05")]);
    folder.chancery(["add", "x", "a.txt", "b.txt"]).assert().code(1);
    folder.chancery(["problems", "x"]).assert().success().stdout_eq(str![[r#"
b.txt: byte 0: a binary file: too many control characters to be text

"#]]);
    folder.chancery(["add", "x", "a.txt", "b.txt"]).assert().success();
    folder.chancery(["add", "x", "--retry", "a.txt", "b.txt"]).assert().code(1);
    std::fs::write(folder.path("b.txt"), "It snows.\n").expect("mended");
    folder.chancery(["add", "x", "--retry", "a.txt", "b.txt"]).assert().success();
    folder.chancery(["problems", "x"]).assert().success().stdout_eq("");
}

#[test]
fn found_by_words_names_and_fields() {
    let folder = archive();
    let many: Vec<String> = (0..600).map(|word| format!("boat{word}")).collect();
    let (many, twice) = (format!("person:\"{}\"", many.join(" ")), "person:\"miller miller\"");
    let cases = [
        (many.as_str(), 0),
        (twice, 12),
        ("shipment", 40),
        ("\"shipment 7\"", 1),
        ("\"boats 7\"", 0),
        ("ship*", 40),
        ("shipmint~1", 40),
        ("person:miller", 12),
        ("person:\"john miller\" post:oslo", 3),
        ("place:berlin NOT post:algiers", 30),
        ("org:fisheries date:2009-03-01..2009-03-10", 20),
        ("tag:prel classification:c marking:C/NF", 40),
        ("classification:secret", 0),
        ("from:algiers OR from:lusaka", 20),
        ("to:secstate subject:\"number 12\"", 1),
        ("references:09OSLO7", 1),
        ("path:00007", 1),
        ("", 40),
    ];
    for (query, expected) in cases {
        let found = printed(folder.chancery(["search", "a", "--json", query]));
        let found: serde_json::Value = serde_json::from_str(&found).expect("JSON");
        assert_eq!(found["total"], expected, "{query}");
    }
}

#[test]
fn a_hit_is_printed() {
    let folder = archive();
    folder
        .chancery(["search", "a", "\"shipment 7\""])
        .assert()
        .success()
        .stdout_eq(str![[r#"
1. [..]  09OSLO7  2009-03-08  OSLO  confidential
   VISIT NUMBER 7
   … 1. (C) Ambassador Karim Benhaddou met President Okonkwo in Berlin on 8 March and spoke of [shipment 7].
   in/00/00007.txt

1 document

"#]]);
}

#[test]
fn wrong_queries_are_errors() {
    let folder = archive();
    folder.chancery(["search", "a", "ship AND ("]).assert().code(1).stderr_eq(str![[r#"
chancery: query, column 11: a word is missing at the end

"#]]);
    folder.chancery(["search", "b", "ship"]).assert().code(1).stderr_eq(str![[r#"
chancery: b: not an archive (`chancery add b PATH…` creates one)

"#]]);
}

#[test]
fn batches_go_on_after_a_bad_line() {
    let folder = archive();
    std::fs::write(folder.path("q.txt"), "\"shipment 7\"\nfroms:x\nzebra\nreferences:09OSLO3\n")
        .expect("a file");
    folder
        .chancery(["search", "a", "--batch", "q.txt"])
        .assert()
        .code(1)
        .stdout_eq(str![[r#"
query	rank	total	id	cable_id	date	score	path
"shipment 7"	1	1	[..]	09OSLO7	2009-03-08	[..]	in/00/00007.txt
zebra		0					
references:09OSLO3	1	1	[..]	09OSLO3	2009-03-04	[..]	in/00/00003.txt

"#]])
        .stderr_eq(str![[r#"
chancery: q.txt: line 2: query, column 1: there is no field "froms" (write from:; fields: [..])

"#]]);
}

#[test]
fn pages_follow_each_other_without_a_wall() {
    let folder = archive();
    let mut seen = Vec::new();
    for offset in (0..44).step_by(7) {
        let offset = offset.to_string();
        let arguments = ["search", "a", "boats", "--limit", "7", "--offset", &offset, "--json"];
        let page: serde_json::Value =
            serde_json::from_str(&printed(folder.chancery(arguments))).expect("JSON");
        let ids = page["hits"].as_array().expect("hits").iter();
        seen.extend(ids.map(|hit| hit["id"].as_str().expect("an id").to_owned()));
    }
    assert_eq!(seen.len(), 40);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 40);
}

#[test]
fn searches_can_be_saved() {
    let folder = archive();
    folder.chancery(["search", "a", "--save", "north", "post:oslo", "-l", "0"]).assert().success();
    folder.chancery(["search", "a", "--saved", "north", "-l", "0"]).assert().stdout_eq(str![[r#"
10 documents

"#]]);
    let saved = || printed(folder.chancery(["saved", "a"]));
    assert_eq!(saved(), "      10      0 new  north  post:oslo\n");
    folder.chancery(["saved", "a", "--forget", "north"]).assert().success();
    assert_eq!(saved(), "");
}

#[test]
fn missing_serials_are_listed() {
    let folder = archive();
    std::fs::remove_file(folder.path("in/00/00011.txt")).expect("a file");
    std::fs::remove_file(folder.path("in/00/00015.txt")).expect("a file");
    folder.chancery(["add", "b", "in", "-q"]).assert().success();
    let holes = printed(folder.chancery(["holes", "b", "oslo"]));
    assert!(holes.contains(" missing 4-6, 8-18, "), "{holes}");
}

#[test]
fn entities_named_together_are_counted() {
    let folder = archive();
    let rows = |arguments: &[&str]| {
        let lines = printed(
            folder.chancery(["stats", "a", "--json"].into_iter().chain(arguments.iter().copied())),
        );
        let row = |line| serde_json::from_str::<serde_json::Value>(line).expect("JSON");
        lines.lines().map(row).collect::<Vec<_>>()
    };
    let row = |row: &serde_json::Value| {
        let name = row["name"].as_str().expect("a name").to_owned();
        (name, row["documents"].clone(), row["mentions"].clone())
    };
    let miller = rows(&["--named", "john miller"]).remove(0);
    let id = miller["id"].as_str().expect("an id");
    let documents = miller["documents"].clone();
    let places: Vec<_> = rows(&["--with", id, "--label", "LOC"]).iter().map(row).collect();
    // Each telegram names Berlin once.
    assert!(places.contains(&("Berlin".into(), documents.clone(), documents)), "{places:?}");
    let people: Vec<_> = rows(&["--with", id, "--label", "PER"]).iter().map(row).collect();
    assert!(people.iter().any(|(name, ..)| name == "Okonkwo"), "{people:?}");
    assert!(people.iter().all(|(name, ..)| name != "Berlin"), "{people:?}");
    folder.chancery(["stats", "a", "--label", "WHO"]).assert().code(2);
}

#[test]
fn decisions_hold_and_outlive_a_new_archive() {
    let folder = archive();
    let id = |name: &str| {
        let rows = printed(folder.chancery(["stats", "a", "--named", name, "--json"]));
        let row = rows.lines().next().expect("an entity").to_owned();
        let row: serde_json::Value = serde_json::from_str(&row).expect("JSON");
        row["id"].as_str().expect("an id").to_owned()
    };
    let (john, karim) = (id("john miller"), id("karim benhaddou"));
    let count = |query: &str| {
        let found = printed(folder.chancery(["search", "a", "--json", "-l", "0", query]));
        serde_json::from_str::<serde_json::Value>(&found).expect("JSON")["total"].clone()
    };
    let before = count("person:karim");
    let curate = |arguments: &[&str]| {
        let all = ["curate", "a", "--author", "ana"].into_iter().chain(arguments.iter().copied());
        folder.chancery(all).assert().success();
    };
    curate(&["merge", &karim, &john]);
    assert_ne!(count("person:karim"), before, "one person in every spelling");
    assert_eq!(count(&format!("entity:{karim}")), count(&format!("entity:{john}")));
    curate(&["keyword", "09OSLO7", "odd one"]);
    curate(&["note", "09OSLO3", "look at the boats"]);
    assert_eq!(count("keyword:\"odd one\" OR note:boats"), 2);
    curate(&["rename", &john, "J. Miller"]);
    folder.chancery(["verify", "a"]).assert().success();

    folder.chancery(["curate", "a", "export", "log.jsonl"]).assert().success();
    folder.chancery(["add", "b", "in", "-q"]).assert().success();
    folder.chancery(["curate", "b", "import", "log.jsonl"]).assert().success().stdout_eq(str![[
        r"
4 decisions appended, 0 conflicts in all

"
    ]]);
    folder.chancery(["curate", "b", "import", "log.jsonl"]).assert().success().stdout_eq(str![[
        r"
0 decisions appended, 0 conflicts in all

"
    ]]);
    let same = |archive: &str| printed(folder.chancery(["stats", archive, "--json", "-l", "100"]));
    assert_eq!(same("a"), same("b"));

    curate(&["undo", "1"]);
    assert_eq!(count("person:karim"), before);
    folder.chancery(["verify", "a"]).assert().success();
    folder.chancery(["curate", "a", "undo", "99"]).assert().code(1).stderr_eq(str![[r#"
chancery: no earlier decision 99; see the log of decisions

"#]]);
}
