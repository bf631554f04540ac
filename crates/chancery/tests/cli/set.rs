//! `chancery set`: fields set by hand hold everywhere, and can be undone.

use serde_json::Value;

use crate::test_server::TestServer;
use crate::{Folder, TELEGRAM, printed, root};

/// An archive of the invented telegram of 2009 and of a text without a header.
fn archive() -> Folder {
    let telegram = std::fs::read(root().join(TELEGRAM)).expect("the example");
    let folder = Folder::of(&[
        ("in/t.txt", &telegram[..]),
        ("in/page.txt", b"The harbour master of Mpulungu showed the licences of all boats.\n"),
    ]);
    folder.chancery(["add", "a", "in", "-q", "--engine", "fast"]).assert().success();
    folder
}

fn set(folder: &Folder, document: &str, fields: &[&str]) {
    let start = ["set", "a", document, "--author", "ana"];
    folder.chancery(start.iter().chain(fields).copied()).assert().success();
}

fn count(folder: &Folder, archive: &str, query: &str) -> u64 {
    let found = printed(folder.chancery(["search", archive, "--json", "-l", "0", query]));
    serde_json::from_str::<Value>(&found).expect("JSON")["total"].as_u64().expect("a number")
}

/// Queries, and how many documents each finds before and after the fields are set.
const QUERIES: [(&str, u64, u64); 8] = [
    ("post:\"port louis\"", 1, 0),
    ("post:lusaka", 0, 1),
    ("date:2009", 1, 0),
    ("date:1999-12-31", 0, 1),
    ("classification:secret", 0, 1),
    ("tag:mp", 1, 0),
    ("from:lusaka", 0, 1),
    ("references:99lusaka611", 0, 1),
];

const FIELDS: [&str; 6] = [
    "id=99 Lusaka 000611",
    "date=31 December 1999",
    "post=Lusaka",
    "classification=secret//noforn",
    "from=AMEMBASSY LUSAKA",
    "tags=PREL, ZA",
];

#[test]
fn fields_set_by_hand_hold_everywhere() {
    let folder = archive();
    let check = |archive: &str, is_set: bool| {
        for (query, before, after) in QUERIES {
            let expected = if is_set { after } else { before };
            assert_eq!(count(&folder, archive, query), expected, "{query}, set: {is_set}");
        }
        folder.chancery(["verify", archive]).assert().success();
    };
    check("a", false);
    let before = printed(folder.chancery(["export", "a"]));
    set(&folder, "09PORTLOUIS214", &FIELDS);
    check("a", true);

    // It is shown with its decision.
    let shown = printed(folder.chancery(["show", "a", "99LUSAKA611", "--color", "never"]));
    let origin = "set by hand, decision 1: id, date, post, classification, sender, TAGS";
    assert!(shown.contains(origin), "{shown}");
    let json = printed(folder.chancery(["show", "a", "99LUSAKA611", "--json"]));
    let header = &serde_json::from_str::<Value>(&json).expect("JSON")["header"];
    assert_eq!(header["date"]["value"], "1999-12-31");
    assert_eq!(header["date_time"], Value::Null, "the printed hour is of another day");
    assert_eq!(header["captions"][0]["value"], "NOFORN");
    let server = TestServer::open(&folder, "a", &[]);
    let page = server.get("/doc/99LUSAKA611").body;
    assert!(page.contains(origin) && page.contains("1999-12-31"), "{page}");
    let log = server.get("/recent").body;
    let entry = "set id, date, post, classification, sender, TAGS of 99LUSAKA611";
    assert!(log.contains(entry), "{log}");
    drop(server);

    // The engine, the index and the files may come again.
    folder.chancery(["rebuild", "a", "--mentions", "--engine", "fast"]).assert().success();
    folder.chancery(["rebuild", "a"]).assert().success();
    folder.chancery(["add", "a", "in", "-q", "--engine", "fast"]).assert().success();
    check("a", true);

    // A new archive, with the exported decisions, before or after the files.
    folder.chancery(["curate", "a", "export", "log.jsonl"]).assert().success();
    folder.chancery(["add", "b", "in/page.txt", "-q", "--engine", "fast"]).assert().success();
    folder.chancery(["curate", "b", "import", "log.jsonl"]).assert().code(1);
    folder.chancery(["add", "b", "in", "-q", "--engine", "fast"]).assert().success();
    check("b", true);
    let set_export = printed(folder.chancery(["export", "a"]));
    assert_eq!(printed(folder.chancery(["export", "b"])), set_export);

    folder.chancery(["curate", "a", "undo", "1"]).assert().success();
    check("a", false);
    assert_eq!(printed(folder.chancery(["export", "a"])), before);
}

#[test]
fn later_decisions_win_and_an_empty_value_clears() {
    let folder = archive();
    let page = printed(folder.chancery(["search", "a", "mpulungu", "--json"]));
    let id = serde_json::from_str::<Value>(&page).expect("JSON")["hits"][0]["id"].clone();
    let id = id.as_str().expect("an id");
    set(&folder, id, &["date=1974-05-03", "subject=Boats"]);
    set(&folder, id, &["date=1974-05-04"]);
    assert_eq!(count(&folder, "a", "date:1974-05-04 subject:boats"), 1);
    assert_eq!(count(&folder, "a", "date:1974-05-03"), 0);
    folder.chancery(["curate", "a", "undo", "2"]).assert().success();
    assert_eq!(count(&folder, "a", "date:1974-05-03 subject:boats"), 1);
    // An undo can be undone.
    folder.chancery(["curate", "a", "undo", "3"]).assert().success();
    assert_eq!(count(&folder, "a", "date:1974-05-04"), 1);
    set(&folder, "09PORTLOUIS214", &["classification="]);
    assert_eq!(count(&folder, "a", "classification:confidential"), 0);
    folder.chancery(["verify", "a"]).assert().success();
}

#[test]
fn wrong_values_are_refused_with_the_form_that_is_wanted() {
    let folder = archive();
    let cases: [(&[&str], i32, &str); 6] = [
        (&["date=last spring"], 1, "date=\"last spring\" is not of the form 2009-09-17"),
        (&["classification=private"], 1, "is not of the form unclassified, sensitive,"),
        (&["id=a letter of May"], 1, "is not of the form 09PORTLOUIS214 (one word)"),
        (&["colour=red"], 2, "\"colour\" is not a field; the fields are id, date, post,"),
        (&["date"], 2, "\"date\" is not of the form FIELD=VALUE"),
        (&[], 2, "required arguments"),
    ];
    for (fields, code, expected) in cases {
        let all = ["set", "a", "09PORTLOUIS214"].iter().chain(fields);
        let output = folder.chancery(all.copied()).output().expect("it runs");
        let reported = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{reported}");
        assert!(reported.contains(expected), "{reported}");
    }
    let unknown = folder.chancery(["set", "a", "77PARIS1", "date=1977-01-01"]).assert().code(1);
    drop(unknown);
    assert_eq!(printed(folder.chancery(["curate", "a", "log"])), "", "nothing was decided");
}
