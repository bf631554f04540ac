//! Decisions act on the documents that were there. Later documents that say the name
//! raise a question. All people are invented.

use serde_json::{Value, json};

use crate::surnames::{add_telegrams, json_lines};
use crate::test_server::TestServer;
use crate::{Folder, printed};

const SURNAME: (&str, &str) = ("MASERU", "Mr. Weidlich sold cars. Weidlich left.");
const SAME_SURNAME: (&str, &str) = ("OSLO", "Mr. Weidlich sold a boat. Weidlich left.");
const FULL_NAME: (&str, &str) = ("ACCRA", "Mr. Karl Weidlich came. Karl Weidlich left.");
const LATER: (&str, &str) = ("LIMA", "Mr. Weidlich found tin. Weidlich left.");
const LAST: (&str, &str) = ("QUITO", "Mr. Weidlich bought salt. Weidlich left.");

/// An archive of two surnames and a full name.
fn archive() -> Folder {
    let folder = Folder::of(&[]);
    add_telegrams(&folder, 1, &[SURNAME, SAME_SURNAME, FULL_NAME]);
    folder
}

fn id_of(folder: &Folder, name: &str) -> String {
    let rows = json_lines(folder, &["stats", "a", "--named", name, "--json", "--label", "PER"]);
    let row = rows.iter().find(|row| row["name"] == name);
    row.unwrap_or_else(|| panic!("{name}: {rows:?}"))["id"].as_str().expect("an id").to_owned()
}

fn count(folder: &Folder, query: &str) -> Value {
    json_lines(folder, &["search", "a", "--json", "-l", "0", query])[0]["total"].clone()
}

fn curate(folder: &Folder, arguments: &[&str]) -> String {
    let all = ["curate", "a", "--author", "ana"].into_iter().chain(arguments.iter().copied());
    printed(folder.chancery(all))
}

fn questions(folder: &Folder) -> Vec<Value> {
    json_lines(folder, &["curate", "a", "questions", "--json"])
}

#[test]
fn a_merge_is_about_the_documents_that_were_there() {
    let folder = archive();
    let (group, karl) = (id_of(&folder, "Weidlich"), id_of(&folder, "Karl Weidlich"));
    // The order does not matter: the full name is the richer side.
    for pair in [[&group, &karl], [&karl, &group]] {
        let preview = curate(&folder, &["merge", "--preview", pair[0], pair[1]]);
        let remains = format!("remains      {karl}  Karl Weidlich\n");
        assert!(preview.starts_with(&remains), "{preview}");
        assert!(preview.contains("4 mentions in 2 documents"), "{preview}");
        assert!(preview.ends_with("Nothing is changed.\n"), "{preview}");
    }
    assert_eq!(curate(&folder, &["log"]), "");
    let merged = curate(&folder, &["merge", &karl, &group]);
    let done = "merged Weidlich into Karl Weidlich in 2 documents";
    assert_eq!(merged, format!("decision 1, {karl} remains: {done}\n"));
    let person = format!("entity:{karl}");
    assert_eq!((count(&folder, &person), questions(&folder).len()), (3.into(), 0));

    // A later document does not join in silence.
    add_telegrams(&folder, 4, &[LATER]);
    assert_eq!(count(&folder, &person), 3);
    let open = questions(&folder);
    assert_eq!(open.len(), 1, "{open:?}");
    let message = "1 new document says Weidlich: the same as Karl Weidlich?";
    assert_eq!((&open[0]["question"], &open[0]["message"]), (&json!(1), &json!(message)));
    let listed = curate(&folder, &["questions"]);
    assert_eq!(listed, format!("question 1: {message}\n  09LIMA4\n"));

    // No is kept, and asked no more; only a document after it is.
    curate(&folder, &["answer", "1", "no"]);
    assert_eq!((count(&folder, &person), questions(&folder).len()), (3.into(), 0));
    add_telegrams(&folder, 5, &[LAST]);
    assert_eq!(questions(&folder)[0]["documents"].as_array().expect("a list").len(), 1);
    curate(&folder, &["answer", "1", "yes"]);
    assert_eq!((count(&folder, &person), questions(&folder).len()), (4.into(), 0));
    folder.chancery(["curate", "a", "answer", "1", "yes"]).assert().code(1);

    // Undo undoes the answers, too.
    curate(&folder, &["undo", "2"]);
    assert_eq!(questions(&folder).len(), 1);
    curate(&folder, &["undo", "3"]);
    assert_eq!(questions(&folder)[0]["documents"].as_array().expect("a list").len(), 2);
    curate(&folder, &["undo", "1"]);
    assert_eq!((count(&folder, &person), questions(&folder).len()), (1.into(), 0));
    folder.chancery(["verify", "a"]).assert().success();
}

#[test]
fn a_user_can_include_later_documents() {
    let folder = archive();
    let (group, karl) = (id_of(&folder, "Weidlich"), id_of(&folder, "Karl Weidlich"));
    curate(&folder, &["merge", "--also-future", &group, &karl]);
    let person = format!("entity:{karl}");
    assert_eq!(count(&folder, &person), 3);
    add_telegrams(&folder, 4, &[LATER, LAST]);
    assert_eq!((count(&folder, &person), questions(&folder).len()), (5.into(), 0));
    curate(&folder, &["undo", "1"]);
    assert_eq!(count(&folder, &person), 1);
    folder.chancery(["verify", "a"]).assert().success();
}

#[test]
fn a_name_is_given_to_the_documents_that_were_there() {
    let folder = archive();
    let group = id_of(&folder, "Weidlich");
    let said = curate(&folder, &["rename", &group, "Otto Weidlich"]);
    let otto = id_of(&folder, "Otto Weidlich");
    let done = "renamed Weidlich to Otto Weidlich in 2 documents";
    assert_eq!(said, format!("decision 1, entity {otto}: {done}\n"));
    assert_eq!(count(&folder, &format!("entity:{otto}")), 2);
    assert_eq!(count(&folder, "person:\"otto weidlich\""), 2);
    add_telegrams(&folder, 4, &[LATER]);
    assert_eq!(count(&folder, &format!("entity:{otto}")), 2);
    let message = "1 new document says Weidlich: the same as Otto Weidlich?";
    assert_eq!(questions(&folder)[0]["message"], message);
    // The same in a fresh archive, from the log.
    folder.chancery(["curate", "a", "export", "log.jsonl"]).assert().success();
    folder
        .chancery(["add", "b", "1.txt", "2.txt", "3.txt", "--engine", "fast", "-q"])
        .assert()
        .success();
    folder.chancery(["curate", "b", "import", "log.jsonl"]).assert().success();
    let again = folder.chancery(["curate", "b", "import", "log.jsonl"]);
    assert_eq!(printed(again), "0 decisions appended, 0 conflicts in all\n");
    let found = json_lines(&folder, &["search", "b", "--json", &format!("entity:{otto}")]);
    assert_eq!(found[0]["total"], 2);
}

#[test]
fn a_link_of_a_surname_raises_a_question_too() {
    let folder = Folder::of(&[]);
    add_telegrams(&folder, 1, &[SURNAME, FULL_NAME]);
    let karl = id_of(&folder, "Karl Weidlich");
    let read = json_lines(&folder, &["export", "a", "--format", "jsonl"]);
    let document = read.iter().find(|one| one["source"] == "1.txt").expect("a document");
    let mentions = document["mentions"].as_array().expect("mentions").iter();
    for mention in mentions.filter(|mention| mention["text"] == "Weidlich") {
        let at = [&mention["start"], &mention["end"]].map(ToString::to_string);
        let id = document["id"].as_str().expect("an id");
        curate(&folder, &["link", id, &at[0], &at[1], &karl]);
    }
    assert_eq!(count(&folder, &format!("entity:{karl}")), 2);
    add_telegrams(&folder, 3, &[LATER]);
    let message = "1 new document says Weidlich: the same as Karl Weidlich?";
    assert_eq!(questions(&folder)[0]["message"], message);
}

#[test]
fn the_server_previews_asks_and_answers() {
    let folder = archive();
    let (group, karl) = (id_of(&folder, "Weidlich"), id_of(&folder, "Karl Weidlich"));
    let server = TestServer::open(&folder, "a", &[]);
    let query = format!("from={}&into={karl}", group.replace('*', "%2A"));
    let preview = server.get(&format!("/api/v1/merge-preview?{query}")).json();
    assert_eq!((&preview["kept"]["id"], &preview["moved"]["documents"]), (&json!(karl), &json!(2)));
    let page = server.get(&format!("/merge?{query}&back=/recent")).body;
    assert!(page.contains("Also all documents that are added later."), "{page}");
    let form = format!("action=merge&{query}&also_future=no&reason=the+same&back=/recent");
    assert_eq!(server.form("/decide", &form).status, 303);
    let log = server.get("/api/v1/decisions").json();
    let message = log["decisions"][0]["message"].as_str().expect("a sentence");
    assert!(message.ends_with("in 2 documents"), "{message}");
    // The page of the one that is gone is that of the one that remains.
    let group = group.replace('*', "%2A");
    assert_eq!(server.get(&format!("/api/v1/entities/{group}")).json()["id"], json!(karl));
    drop(server);
    add_telegrams(&folder, 4, &[LATER]);
    let server = TestServer::open(&folder, "a", &[]);
    let asked = server.get("/api/v1/questions").json();
    let message = "1 new document says Weidlich: the same as Karl Weidlich?";
    assert_eq!(asked[0]["message"], message);
    assert_eq!(server.get(&format!("/api/v1/entities/{karl}")).json()["questions"], asked);
    for path in ["/recent".to_owned(), format!("/entity/{karl}")] {
        assert!(server.get(&path).body.contains(message), "{path}");
    }
    let answer = json!({"action": "answer", "question": 1, "same": true});
    assert_eq!(server.post("/api/v1/decisions", &answer).status, 201);
    assert_eq!(server.get("/api/v1/questions").json(), json!([]));
    assert_eq!(server.get(&format!("/api/v1/entities/{karl}")).json()["documents"], 4);
    assert_eq!(server.post("/api/v1/decisions", &answer).status, 400);
}
