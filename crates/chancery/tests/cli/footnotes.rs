//! Footnotes and references, from a volume to the search, the page and the exports.

use serde_json::Value;

use crate::test_server::TestServer;
use crate::{Folder, printed};

/// Two telegrams and a memorandum of an invented volume. "Zwieback" and "Hentzau" stand
/// only in footnotes.
const VOLUME: &str = r##"<TEI xml:id="frus1"><text><body>
<div type="document" n="1" xml:id="d1"><head>1. Telegram From the Embassy in Egypt to the Department of State<note n="1" xml:id="d1fn1">Source: Strelsau Archives, RG 9. Secret; Priority. Drafted by Hentzau.</note></head>
<dateline>Cairo, <date when="1957-03-04">March 4, 1957</date></dateline>
<p>3083. Re Deptel 675. Rassendyll left Cairo on Monday<note n="2" xml:id="d1fn2">He took a box of Zwieback with him; see <ref target="#d3">Document 3</ref>.</note> and has not returned.</p>
<p>I saw the Minister of Works about the bridge and he asked for time.</p></div>
<div type="document" n="2" xml:id="d2"><head>2. Telegram From the Department of State to the Embassy in Israel</head>
<dateline>Washington, <date when="1957-03-01">March 1, 1957</date></dateline>
<p>675. Tell the Minister of Works that the bridge over the river can wait.<note n="1" xml:id="d2fn1">Telegram 3083 from Cairo, March 4, reported the answer. Telegram 3083 from Cairo, May 9, is not printed.</note></p></div>
<div type="document" n="3" xml:id="d3"><head>3. Telegram From the Department of State to the Embassy in Egypt</head>
<dateline>Washington, <date when="1957-03-02">March 2, 1957</date></dateline>
<p>675. Ask Rassendyll to return at once, and say that the bridge must wait.</p></div>
</body></text></TEI>"##;

fn archive() -> Folder {
    let folder = Folder::of(&[("frus1.xml", VOLUME.as_bytes())]);
    folder.chancery(["add", "a", "frus1.xml", "--engine", "fast", "-q"]).assert().success();
    folder
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn a_word_in_a_footnote_finds_its_document() {
    let folder = archive();
    let search = |query: &str| json(&printed(folder.chancery(["search", "a", "--json", query])));
    for (query, total) in [
        ("zwieback", 1),
        ("footnote:zwieback", 1),
        ("rassendyll", 2),
        ("footnote:rassendyll", 0),
        ("footnote:source", 1),
        ("classification:secret", 1),
    ] {
        assert_eq!(search(query)["total"], total, "{query}");
    }
    let hit = &search("zwieback")["hits"][0];
    assert_eq!(hit["cable_id"], "frus1/d1");
    assert_eq!(hit["snippets"][0]["footnote"], "2");
    let shown = printed(folder.chancery(["search", "a", "zwieback"]));
    assert!(shown.contains("footnote 2: He took a box of [Zwieback] with him"), "{shown}");

    let server = TestServer::open(&folder, "a", &[]);
    let page = server.send("GET", "/doc/frus1%2Fd1?q=zwieback", &[], "").body;
    let (body, notes) = page.split_once("id=\"notes\"").expect("footnotes follow the text");
    assert!(notes.contains("<mark id=\"hit1\" tabindex=\"-1\">Zwieback</mark>"), "{notes}");
    assert!(!body.contains("Zwieback with him"));
    assert!(body.contains("id=\"fnref2\" href=\"#fn2\""), "{body}");
    assert!(notes.contains("<li id=\"fn2\"") && notes.contains("href=\"#fnref2\""), "{notes}");
}

#[test]
fn names_in_footnotes_say_so() {
    let folder = archive();
    let lines = printed(folder.chancery(["export", "a", "--format", "jsonl"]));
    let first = json(lines.lines().find(|line| line.contains("frus1/d1")).expect("a document"));
    let text: Vec<char> = first["text"].as_str().expect("a text").chars().collect();
    let slice = |from: &Value, to: &Value| -> String {
        let at = |offset: &Value| offset.as_u64().expect("an offset") as usize;
        text[at(from)..at(to)].iter().collect()
    };
    let notes = first["footnotes"].as_array().expect("footnotes");
    assert_eq!(
        slice(&notes[1]["start"], &notes[1]["end"]),
        "He took a box of Zwieback with him; see Document 3."
    );
    assert!(slice(&Value::from(0), &notes[1]["anchor"]).ends_with("on Monday"));
    let mentions = first["mentions"].as_array().expect("mentions");
    let of = |name: &str| mentions.iter().find(|one| one["text"] == name).expect(name);
    assert_eq!(of("Hentzau")["footnote"], "1");
    assert_eq!(of("Egypt")["footnote"], Value::Null);
    let raw = |key: &str| of("Hentzau")[key].as_u64().expect("an offset") as usize;
    assert_eq!(&VOLUME[raw("raw_start")..raw("raw_end")], "Hentzau");
}

#[test]
fn references_find_the_telegram_that_they_mean() {
    let folder = archive();
    let server = TestServer::open(&folder, "a", &[]);
    let get = |path: &str| server.send("GET", path, &[], "").json();
    let id_of = |name: &str| get(&format!("/api/v1/documents/{name}"))["id"].clone();
    let of = |name: &str| get(&format!("/api/v1/documents/{name}"));
    let first = of("frus1%2Fd1");
    let references = first["references"].as_array().expect("references");
    let shown: Vec<(&str, &Value)> = references
        .iter()
        .map(|one| (one["to"].as_str().expect("an id"), &one["document"]))
        .collect();
    // Deptel 675 to Cairo, and not the one to Tel Aviv.
    assert_eq!(shown, [("57STATE675", &id_of("frus1%2Fd3")), ("frus1/d3", &id_of("frus1%2Fd3"))]);
    let second = of("frus1%2Fd2");
    let cited = second["references"].as_array().expect("references");
    assert_eq!(cited[0]["document"], id_of("frus1%2Fd1"));
    assert_eq!(cited[1]["document"], Value::Null);
    assert_eq!(cited[1]["reason"], "the document with this id is of another date");
    assert_eq!(second["cited_by"].as_array().map(Vec::len), Some(0));
    assert_eq!(of("frus1%2Fd3")["cited_by"][0]["id"], id_of("frus1%2Fd1"));
    let page = server.send("GET", "/doc/frus1%2Fd1", &[], "").body;
    assert!(page.contains("class=\"cites\""), "{page}");
    let found = printed(folder.chancery(["search", "a", "--json", "references:57CAIRO3083"]));
    assert_eq!(json(&found)["total"], 2);
}

#[test]
fn the_evaluation_says_whether_it_counts_footnotes() {
    let folder = Folder::of(&[(
        "frus2.xml",
        VOLUME.replace("Hentzau", r##"<persName corresp="#p1">Hentzau</persName>"##).as_bytes(),
    )]);
    for (choice, marks) in [("without", 0), ("with", 1), ("only", 1)] {
        let arguments = ["eval", "frus2.xml", "--entities", "--engine", "fast"];
        let more = ["--footnotes", choice, "--json"];
        let score = json(&printed(folder.chancery(arguments.into_iter().chain(more))));
        assert_eq!(score["footnotes"], choice);
        assert_eq!(score["mentions"], marks, "{choice}");
    }
}
