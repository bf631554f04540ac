//! Care of an archive: removal, changed and deleted files, wrong arguments, lists, saved
//! searches, holes.

use std::fs;

use snapbox::str;

use crate::test_server::TestServer;
use crate::{Folder, printed};

/// A telegram with its transmission lines, so that it has a date and a reference.
fn sent(post: &str, serial: u32, time: &str, references: &str, words: &str) -> String {
    let reference = match references {
        "" => String::new(),
        references => format!("REF: {references}\n\n"),
    };
    format!(
        "R {time}\nFM AMEMBASSY {post}\nTO SECSTATE WASHDC\n\nUNCLAS {post} {serial:06}\n\nSIPDIS\n\n\
         E.O. 12958: N/A\nTAGS: PREL\nSUBJECT: NETS OF {serial}\n\n{reference}1. (U) {words}\n\nOSEI\n"
    )
}

/// Three telegrams in two folders; one of them lies in both.
fn folder_of_three() -> Folder {
    let lome = sent("LOME", 12, "201412Z JAN 09", "", "Ama Osei mended the grey nets.");
    let oslo = sent("OSLO", 7, "211412Z JAN 09", "LOME 12", "Karim Benhaddou saw the grey nets.");
    let shared = sent("OSLO", 9, "251412Z JAN 09", "LOME 3", "Grey nets were sold in Oslo.");
    let folder = Folder::of(&[
        ("in/one/lome.txt", lome.as_bytes()),
        ("in/one/shared.txt", shared.as_bytes()),
        ("in/two/oslo.txt", oslo.as_bytes()),
        ("in/two/copy.txt", shared.as_bytes()),
    ]);
    folder.chancery(["add", "a", "in", "-q", "--engine", "fast"]).assert().success();
    folder
}

/// The number of documents that a search finds.
fn found(folder: &Folder, query: &str) -> usize {
    let printed = printed(folder.chancery(["search", "a", "--json", "-l", "0", query]));
    let found: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
    usize::try_from(found["total"].as_u64().expect("a number")).expect("small")
}

/// The standard error of a command and its exit code.
fn failure(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String) {
    let output = folder.chancery(arguments.iter().copied()).output().expect("it runs");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn what_is_removed_is_nowhere_until_it_is_undone() {
    let folder = folder_of_three();
    assert_eq!(found(&folder, "nets"), 3);
    folder.chancery(["remove", "a", "09LOME12", "--reason", "not ours"]).assert().success();
    assert_eq!(found(&folder, "nets"), 2);
    assert_eq!(found(&folder, "mended"), 0);
    let stats = printed(folder.chancery(["stats", "a", "--json"]));
    let stats: serde_json::Value = serde_json::from_str(&stats).expect("JSON");
    assert_eq!(stats["documents"], 2);
    assert_eq!(stats["posts"]["LOME"], serde_json::Value::Null);
    for command in ["list", "export"] {
        let printed = printed(folder.chancery([command, "a"]));
        assert!(!printed.contains("09LOME12\n") && !printed.contains("Ama Osei"), "{printed}");
    }
    let (code, error) = failure(&folder, &["show", "a", "09LOME12"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("removed from the archive by decision 1"), "{error}");
    assert!(error.contains("`chancery curate ARCHIVE undo 1` brings it back"), "{error}");
    // The same file again, at another path too, and a new index: it stays removed.
    fs::copy(folder.path("in/one/lome.txt"), folder.path("in/again.txt")).expect("a copy");
    folder.chancery(["add", "a", "in", "-q", "--engine", "fast"]).assert().success();
    folder.chancery(["rebuild", "a"]).assert().success();
    assert_eq!(found(&folder, "nets"), 2);
    folder.chancery(["verify", "a"]).assert().success();
    folder.chancery(["curate", "a", "undo", "1"]).assert().success();
    assert_eq!((found(&folder, "nets"), found(&folder, "mended")), (3, 1));
    folder.chancery(["verify", "a"]).assert().success();
    let log = printed(folder.chancery(["curate", "a", "log"]));
    assert!(log.contains("\"action\":\"remove\"") && log.contains("not ours"), "{log}");
}

/// Every file below a folder.
fn all_bytes(folder: &std::path::Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        bytes.extend(if path.is_dir() {
            all_bytes(&path)
        } else {
            fs::read(&path).expect("a file")
        });
    }
    bytes
}

#[test]
fn what_is_erased_is_gone_for_good() {
    let folder = folder_of_three();
    // Letters that stand in no other document, as the file and as the index have them.
    let has = |words: &str| {
        let bytes = all_bytes(&folder.path("a"));
        bytes.windows(words.len()).any(|window| window == words.as_bytes())
    };
    assert!(has("mended"), "the words are in the archive");
    let (code, error) = failure(&folder, &["remove", "a", "09LOME12", "--erase"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("cannot be undone: confirm it with --yes"), "{error}");
    assert_eq!(found(&folder, "mended"), 1, "nothing was removed");
    let dry = printed(folder.chancery(["remove", "a", "09LOME12", "--erase", "--dry-run"]));
    assert!(dry.contains("09LOME12") && found(&folder, "mended") == 1, "{dry}");

    // Removed first, and erased later with all that is removed.
    folder.chancery(["remove", "a", "09LOME12"]).assert().success();
    folder.chancery(["remove", "a", "--erase", "--yes"]).assert().success().stdout_eq(str![[r#"
erased 1 document; backups, exports and added files are not changed

"#]]);
    assert!(!has("mended") && !has("NETS OF 12"));
    folder.chancery(["verify", "a"]).assert().success();
    let (code, error) = failure(&folder, &["curate", "a", "undo", "1"]);
    assert!(code == Some(1) && error.contains("documents that were erased since"), "{error}");

    // A document of two files is erased at once. Then both files are added again, and names and
    // index are built again.
    folder.chancery(["remove", "a", "09OSLO9", "--erase", "--yes"]).assert().success();
    fs::copy(folder.path("in/one/lome.txt"), folder.path("in/again.txt")).expect("a copy");
    folder.chancery(["add", "a", "in", "-q", "--engine", "fast"]).assert().success();
    folder.chancery(["rebuild", "a", "--mentions", "--engine", "fast"]).assert().success();
    assert!(!has("mended") && !has("were sold in Oslo") && has("saw the grey nets"));
    assert_eq!(found(&folder, "nets"), 1);
    folder.chancery(["verify", "a"]).assert().success();
    folder.chancery(["remove", "a", "--erase", "--yes"]).assert().success().stdout_eq(str![[r#"
erased 0 documents; backups, exports and added files are not changed

"#]]);
}

#[test]
fn erasing_a_member_erases_the_bytes_around_it() {
    let letter = |subject: &str, words: &str| {
        format!(
            "From ana@example.org Mon Jan  5 10:00:00 2009\nFrom: Ana Osei <ana@example.org>\n\
             To: Karim Benhaddou <karim@example.org>\nDate: Mon, 5 Jan 2009 10:00:00 +0000\n\
             Subject: {subject}\n\n{words}\n\n"
        )
    };
    let mailbox =
        letter("Nets", "The grey nets are mended.") + &letter("Ice", "The lamps are lit.");
    let folder = Folder::of(&[("in/box.mbox", mailbox.as_bytes())]);
    folder.chancery(["add", "a", "in", "-q", "--engine", "fast"]).assert().success();
    let listed = printed(folder.chancery(["list", "a", "mended", "--json"]));
    let listed: serde_json::Value = serde_json::from_str(&listed).expect("one document");
    let id = listed["id"].as_str().expect("an id");
    folder.chancery(["remove", "a", id, "--erase", "--yes"]).assert().success();
    let bytes = all_bytes(&folder.path("a"));
    assert!(!bytes.windows(6).any(|window| window == b"mended"));
    assert_eq!((found(&folder, "lamps"), found(&folder, "mended")), (1, 0));
    folder.chancery(["verify", "a"]).assert().success();
}

#[test]
fn a_path_is_removed_with_all_that_lies_only_there() {
    let folder = folder_of_three();
    let dry = printed(folder.chancery(["remove", "a", "in/one", "--dry-run"]));
    assert!(dry.contains("09LOME12") && dry.lines().count() == 1, "{dry}");
    assert_eq!(found(&folder, "nets"), 3);
    folder.chancery(["remove", "a", "in/one/"]).assert().success().stderr_eq(str![[r#"
kept: 1 document of these paths, also in other files

"#]]);
    assert_eq!(found(&folder, "nets"), 2);
    folder.chancery(["remove", "a", "in"]).assert().success();
    assert_eq!(found(&folder, "nets"), 0);
    let (code, error) = failure(&folder, &["remove", "a", "in/three"]);
    assert!(code == Some(1) && error.contains("in/three: not found"), "{error}");
    // Both decisions are undone by themselves.
    folder.chancery(["curate", "a", "undo", "2"]).assert().success();
    assert_eq!(found(&folder, "nets"), 2);
}

#[test]
fn changed_moved_and_deleted_files_are_told_and_settled() {
    let folder = folder_of_three();
    let path = |name: &str| folder.path(name);
    let changed = sent("LOME", 12, "201412Z JAN 09", "", "Ama Osei sold the green boats.");
    fs::write(path("in/one/lome.txt"), changed).expect("a file");
    fs::rename(path("in/two/oslo.txt"), path("in/two/renamed.txt")).expect("a file");
    let oslo = sent("OSLO", 20, "281412Z JAN 09", "", "Green boats came.");
    fs::write(path("in/two/new.txt"), oslo).expect("a file");
    let told = "\
new      in/two/new.txt
changed  in/one/lome.txt
moved    in/two/oslo.txt -> in/two/renamed.txt
";
    folder.chancery(["refresh", "a", "--dry-run"]).assert().success().stdout_eq(told);
    assert_eq!(found(&folder, "green"), 0, "nothing was read");
    folder.chancery(["refresh", "a", "-q", "--engine", "fast"]).assert().success().stdout_eq(told);
    assert_eq!(found(&folder, "green"), 2);
    let listed = printed(folder.chancery(["list", "a", "--json"]));
    let mut paths: Vec<String> = listed
        .lines()
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
            line["path"].as_str().expect("a path").to_owned()
        })
        .collect();
    paths.sort();
    // The earlier text is found, and its path does not point at the new one.
    let expected = [
        "in/one/lome.txt",
        "in/one/lome.txt (earlier)",
        "in/one/shared.txt",
        "in/two/new.txt",
        "in/two/renamed.txt",
    ];
    assert_eq!(paths, expected);
    folder.chancery(["refresh", "a", "-q", "--engine", "fast"]).assert().success().stdout_eq("");

    fs::remove_file(path("in/two/new.txt")).expect("a file");
    fs::remove_file(path("in/two/copy.txt")).expect("a file");
    let told = "moved    in/two/copy.txt -> in/one/shared.txt\n";
    let told = format!("deleted  in/two/new.txt\n{told}");
    folder.chancery(["refresh", "a", "-q", "--engine", "fast"]).assert().success().stdout_eq(told);
    assert_eq!(found(&folder, "green"), 2, "nothing was removed");
    let refresh = folder.chancery(["refresh", "a", "--remove-deleted", "--engine", "fast"]);
    refresh.assert().success().stdout_eq("deleted  in/two/new.txt\n");
    assert_eq!(found(&folder, "green"), 1);
    folder.chancery(["refresh", "a", "-q", "--engine", "fast"]).assert().success().stdout_eq("");
    folder.chancery(["verify", "a"]).assert().success();
    folder.chancery(["curate", "a", "undo", "1"]).assert().success();
    assert_eq!(found(&folder, "green"), 2);

    // A folder that is gone is perhaps on a disk that is not there.
    fs::rename(path("in"), path("elsewhere")).expect("a folder");
    let (code, error) = failure(&folder, &["refresh", "a", "-q", "--remove-deleted"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("not found; nothing below it was compared"), "{error}");
    assert_eq!(found(&folder, "green"), 2);
}

#[test]
fn wrong_arguments_are_refused_with_the_right_command() {
    let folder = folder_of_three();
    fs::create_dir_all(folder.path("box/files")).expect("a folder");
    fs::copy(folder.path("in/one/lome.txt"), folder.path("box/files/a.txt")).expect("a copy");
    let cases: [(&[&str], &str); 8] = [
        (&["add", "in", "a"], "did you mean `chancery add a in`?"),
        (&["add", "in", "in"], "is a folder with files, not an archive"),
        (&["add", "box", "box/files"], "is a folder with files, not an archive"),
        (&["add", "in", "fresh"], "to add these files: `chancery add fresh in`"),
        (&["add", "other", "a"], "is an archive, not files to add"),
        (&["entities", "a"], "`chancery people a`, `places` and `orgs` list its entities"),
        (&["annotate", "a"], "`chancery export a` prints its documents with their names"),
        (&["read", "a"], "`chancery show a DOCUMENT` shows a document of it"),
    ];
    for (arguments, hint) in cases {
        let (code, error) = failure(&folder, arguments);
        assert_eq!(code, Some(1), "{arguments:?}");
        assert!(error.contains(hint), "{arguments:?}: {error}");
        assert_eq!(error.lines().count(), 1, "{arguments:?}: {error}");
    }
    for made in ["in/archive.sqlite", "box/archive.sqlite", "other", "fresh"] {
        assert!(!folder.path(made).exists(), "{made}");
    }
    // An archive is a source of statements, and may be given twice.
    folder.chancery(["statements", "a"]).assert().success();
    fs::create_dir(folder.path("empty")).expect("a folder");
    fs::write(folder.path("empty/.hidden"), "").expect("a file");
    folder.chancery(["add", "empty", "in", "-q", "--engine", "fast"]).assert().success();
}

#[test]
fn documents_are_listed_with_the_time_when_they_came() {
    let folder = folder_of_three();
    let listed = printed(folder.chancery(["list", "a", "post:oslo"]));
    assert_eq!(listed.lines().count(), 2, "{listed}");
    assert!(listed.contains("  2009-01-21  OSLO  09OSLO7  NETS OF 7\n"), "{listed}");
    let csv = printed(folder.chancery(["list", "a", "--since", "7d", "--csv"]));
    assert!(csv.starts_with("added,date,post,cable_id,title,id,path\r\n"), "{csv}");
    assert_eq!(csv.lines().count(), 4, "{csv}");
    folder.chancery(["list", "a", "--since", "2999-01-01"]).assert().success().stdout_eq("");
    let (code, error) = failure(&folder, &["list", "a", "--since", "soon"]);
    assert!(
        code == Some(1) && error.contains("2026-11-23, or a number of days or weeks"),
        "{error}"
    );
}

#[test]
fn saved_searches_say_what_is_new() {
    let folder = folder_of_three();
    folder.chancery(["search", "a", "--save", "grey", "grey nets", "-l", "0"]).assert().success();
    let saved = || printed(folder.chancery(["saved", "a"]));
    assert_eq!(saved(), "       3      0 new  grey  grey nets\n");
    let more = sent("OSLO", 30, "291412Z JAN 09", "", "The grey nets came back.");
    fs::write(folder.path("in/more.txt"), more).expect("a file");
    folder.chancery(["add", "a", "in", "-q", "--engine", "fast"]).assert().success();
    assert_eq!(saved(), "       4      1 new  grey  grey nets\n");
    folder.chancery(["search", "a", "--saved", "grey", "-l", "0"]).assert().success();
    assert_eq!(saved(), "       4      0 new  grey  grey nets\n");
    let csv = printed(folder.chancery(["saved", "a", "--csv"]));
    assert_eq!(csv, "name,documents,new,query\r\ngrey,4,0,grey nets\r\n");
    let (code, error) = failure(&folder, &["saved", "a", "--seen", "blue"]);
    assert!(code == Some(1) && error.contains("blue: no such saved query"), "{error}");
    folder.chancery(["saved", "a", "--forget", "grey"]).assert().success();
    assert_eq!(saved(), "");
}

#[test]
fn holes_follow_from_dates_and_references() {
    let telegrams = [
        // Lusaka counts by fiscal years: May 31 is 30, July 8 is 3.
        ("lusaka1", sent("LUSAKA", 28, "301412Z MAY 62", "", "A.")),
        ("lusaka2", sent("LUSAKA", 30, "311412Z MAY 62", "", "B.")),
        ("lusaka3", sent("LUSAKA", 3, "081412Z JUL 62", "", "C.")),
        // Oslo counts by calendar years.
        ("oslo1", sent("OSLO", 1, "021412Z JAN 09", "", "D.")),
        ("oslo2", sent("OSLO", 4, "051412Z JUN 09", "LOME 12", "E.")),
        ("oslo3", sent("OSLO", 6, "051412Z AUG 09", "LOME 12", "F.")),
        ("oslo4", sent("OSLO", 1, "051412Z JAN 10", "OSLO 6", "G.")),
    ];
    let names: Vec<String> = telegrams.iter().map(|(name, _)| format!("in/{name}.txt")).collect();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .zip(&telegrams)
        .map(|(name, (_, text))| (name.as_str(), text.as_bytes()))
        .collect();
    let folder = Folder::of(&files);
    folder.chancery(["add", "a", "in", "-q", "--engine", "fast"]).assert().success();
    let holes = printed(folder.chancery(["holes", "a"]));
    let lines = [
        "LUSAKA, July 1961 to June 1962 (fiscal year from July 1): 2 of the 3 from 28 to 30; missing 29",
        "OSLO, 2009 (calendar year): 3 of the 6 from 1 to 6; missing 2-3, 5",
        "09LOME12                2  09OSLO4, 09OSLO6",
    ];
    for line in lines {
        assert!(holes.contains(&format!("{line}\n")), "{line}\n{holes}");
    }
    let one = printed(folder.chancery(["holes", "a", "oslo", "--json"]));
    let one: serde_json::Value = serde_json::from_str(&one).expect("JSON");
    assert_eq!(one["series"].as_array().expect("series").len(), 2);
    let csv = printed(folder.chancery(["holes", "a", "--csv"]));
    assert!(csv.contains("cited,,,,09LOME12,09LOME12,2,,09OSLO4; 09OSLO6\r\n"), "{csv}");
    let (code, error) = failure(&folder, &["holes", "a", "rome"]);
    assert!(code == Some(1) && error.contains("ROME: no document from this post"), "{error}");
}

#[test]
fn words_and_mentions_are_found_near_each_other() {
    let folder = Folder::of(&[
        ("in/a.txt", b"The smugglers paid Ama Osei in Lusaka on 20 October 2009." as &[u8]),
        (
            "in/b.txt",
            b"The smugglers fled. Nothing else is known of them, and the police negotiated.",
        ),
        (
            "in/c.txt",
            b"In Lusaka the police of Zambia were negotiating about missiles and missile sites.",
        ),
    ]);
    folder.chancery(["add", "a", "in", "-q", "--engine", "fast"]).assert().success();
    for (query, expected) in [
        ("\"smugglers PERSON\"~2", 1),
        ("\"PERSON smugglers\"~1", 1),
        ("\"smugglers PERSON\"~0", 0),
        ("\"smugglers PLACE\"~5", 1),
        ("\"smugglers DATE\"~9", 1),
        ("\"smugglers fled\"~0", 1),
        ("\"police smugglers\"~12", 1),
        ("stem:negotiation", 2),
        ("stem:missiles", 1),
        ("mis*le", 1),
        ("mis*les", 1),
        ("smug*rs", 2),
        ("near:Lusaka~50km", 2),
    ] {
        assert_eq!(found(&folder, query), expected, "{query}");
    }
    for (query, what) in [
        ("*ile", "two letters before it"),
        ("\"a b\"~900", "0 to 100 other words apart"),
        ("near:Nowhere", "no place of this name"),
        ("near:Lusaka~far", "in kilometres"),
        ("\"a b c d e f g h i\"~3", "one to eight words"),
    ] {
        let (code, error) = failure(&folder, &["search", "a", query]);
        assert!(code == Some(1) && error.contains(what), "{query}: {error}");
    }
    let hits = printed(folder.chancery(["search", "a", "\"smugglers PERSON\"~2"]));
    assert!(hits.contains("The [smugglers] paid [Ama Osei] in Lusaka"), "{hits}");
}

#[test]
fn titles_count_more_and_documents_have_others_like_them() {
    let subject =
        |words: &str| sent("OSLO", 1, "021412Z JAN 09", "", "X.").replace("NETS OF 1", words);
    let title = subject("HARBOUR DUES").replace("X.", "The talks went on about the dues.");
    let text = "The harbour master said that the harbour is full. The harbour fees rise.";
    let folder = Folder::of(&[
        ("in/title.txt", title.as_bytes()),
        ("in/text.txt", text.as_bytes()),
        ("in/other.txt", b"The harbour master and the fees again: the harbour fees rise, he said."),
    ]);
    folder.chancery(["add", "a", "in", "-q", "--engine", "fast"]).assert().success();
    let printed = printed(folder.chancery(["search", "a", "--json", "like:text.txt"]));
    let hits: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(hits["hits"][0]["path"], "in/other.txt");
    let paths = hits["hits"].as_array().expect("hits").iter().map(|hit| &hit["path"]);
    assert!(paths.into_iter().all(|path| path != "in/text.txt"), "not itself");
}

#[test]
fn the_reading_room_removes_brings_back_and_says_what_is_new() {
    let folder = folder_of_three();
    folder.chancery(["search", "a", "--save", "grey", "grey nets", "-l", "0"]).assert().success();
    let more = sent("OSLO", 30, "291412Z JAN 09", "", "The grey nets came back.");
    fs::write(folder.path("in/more.txt"), more).expect("a file");
    folder.chancery(["add", "a", "in", "-q", "--engine", "fast"]).assert().success();
    let server = TestServer::open(&folder, "a", &[]);
    let page = server.get("/doc/09LOME12").body;
    assert!(page.contains("value=\"remove\""), "{page}");
    let id = page.split("name=\"documents\" value=\"").nth(1).expect("an id");
    let id = id.split('"').next().expect("an id");
    let home = || server.get("/").body;
    assert!(home().contains("1 new"), "the numbers of `chancery saved`");
    assert_eq!(server.form("/searches", "seen=grey&back=/").status, 303);
    assert!(!home().contains("1 new"));
    let highlight = serde_json::json!({
        "action": "highlight", "document": id, "start": 0, "end": 4, "words": "whose nets?",
    });
    assert_eq!(server.post("/api/v1/decisions", &highlight).status, 201);
    assert!(server.get("/highlights").body.contains("whose nets?"));
    let removed = server.form("/decide", &format!("action=remove&documents={id}&back=/recent"));
    assert_eq!(removed.status, 303);
    let gone = server.get("/doc/09LOME12");
    assert_eq!(gone.status, 404);
    let highlights = server.get("/highlights");
    assert!(highlights.status == 200 && !highlights.body.contains("whose nets?"));
    assert!(gone.body.contains("removed from the archive by decision 2"), "{}", gone.body);
    assert!(server.get("/recent").body.contains("removed"), "with a way to undo it");
    assert_eq!(server.form("/decide", "action=undo&decision=2&back=/recent").status, 303);
    assert_eq!(server.get("/doc/09LOME12").status, 200);
}
