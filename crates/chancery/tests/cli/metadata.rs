//! Side tables (`--metadata`): whose rows are used, what they fill, and what is said.

use serde_json::Value;

use crate::{Folder, TELEGRAM, printed, root};

/// Texts without header lines.
const FILES: [(&str, &[u8]); 4] = [
    ("box/1974/a.txt", b"The envoy met Ama Osei in Lusaka. He asked for nets.\n"),
    ("box/1974/b.txt", b"The harbour master of Mpulungu showed the licences of all boats.\n"),
    ("box/1975/c.txt", b"The minister called the company a letter box.\n"),
    ("box/1975/d.txt", b"Nothing is known of this page.\n"),
];

/// The fields of these texts. Row 3 names no file, and row 4 the same as row 1.
const TABLE: &str = "\
file,date,title,sender,class\n\
1974/a.txt,3 May 1974,Nets,AMEMBASSY LUSAKA,confidential\n\
b.txt,1974-06-01,Boats,,\n\
z.txt,1974-07-01,Nothing,,\n\
1974/a.txt,1999-01-01,Copied by mistake,,\n\
box/1975/c.txt,in spring,Letter boxes,,\n";

/// What `add` prints at its end.
fn added(folder: &Folder, arguments: &[&str]) -> (i32, String) {
    let all = ["add"].iter().chain(arguments).chain(&["--engine", "fast"]);
    let output = folder.chancery(all.copied()).output().expect("it runs");
    let code = output.status.code().expect("an exit code");
    (code, String::from_utf8(output.stderr).expect("UTF-8"))
}

fn paths_of(folder: &Folder, archive: &str, query: &str) -> Vec<String> {
    let json = printed(folder.chancery(["search", archive, query, "--json"]));
    let found: Value = serde_json::from_str(&json).expect("JSON");
    let hits = found["hits"].as_array().expect("hits").iter();
    hits.map(|hit| hit["path"].as_str().expect("a path").to_owned()).collect()
}

/// The exported documents without their positions in the archive.
fn exported(folder: &Folder, archive: &str) -> Vec<String> {
    let lines = printed(folder.chancery(["export", archive]));
    lines.lines().map(str::to_owned).collect()
}

#[test]
fn rows_fill_what_the_texts_do_not_state() {
    let telegram = std::fs::read(root().join(TELEGRAM)).expect("the example");
    let table = format!("{TABLE}box/t.txt,1999-01-01,Another subject,,\n");
    let files = [("box/t.txt", &telegram[..]), ("box/box.csv", table.as_bytes())];
    let folder = Folder::of(&[&FILES[..], &files].concat());
    let (code, summary) = added(&folder, &["x", "box", "--metadata", "box/box.csv"]);
    // One date cannot be read.
    assert_eq!(code, 1, "{summary}");
    assert!(summary.contains("5 documents new"), "the table is no document: {summary}");
    for expected in ["1 document without a row of metadata", "2 remarks on the metadata"] {
        assert!(summary.contains(expected), "{expected}: {summary}");
    }
    let problems = printed(folder.chancery(["problems", "x"]));
    let expected = "\
box/1975/c.txt: byte 0: the date of the table of metadata, row 5 cannot be read: \"in spring\"
box/box.csv: 1 row describes a document that an earlier row describes, and was not used: row 4 (as row 1)
box/box.csv: 1 row matches no document: row 3
";
    assert_eq!(problems, expected);
    for (query, expected) in [
        ("date:1974-05-03", &["box/1974/a.txt"][..]),
        ("date:1974-06-01", &["box/1974/b.txt"]),
        ("classification:confidential from:lusaka", &["box/1974/a.txt"]),
        ("subject:\"letter boxes\"", &["box/1975/c.txt"]),
        // The text wins.
        ("date:1999", &[]),
        ("date:2009-06-16", &["box/t.txt"]),
    ] {
        assert_eq!(paths_of(&folder, "x", query), expected, "{query}");
    }
    let shown = printed(folder.chancery(["show", "x", "09PORTLOUIS214", "--json"]));
    assert!(!shown.contains("side-table"), "{shown}");
    let card = printed(folder.chancery(["read", "box/1974/a.txt", "--metadata", "box/box.csv"]));
    let expected = "table of metadata, row 1: date, classification, sender, subject";
    assert!(card.contains(expected), "{card}");
    folder.chancery(["verify", "x"]).assert().success();
}

#[test]
fn a_table_stays_with_the_archive() {
    let files = [("box/box.csv", TABLE.as_bytes())];
    let folder = Folder::of(&[&FILES[..], &files].concat());
    added(&folder, &["x", "box", "--metadata", "box/box.csv"]);
    let before = exported(&folder, "x");
    folder.chancery(["rebuild", "x", "--mentions", "--engine", "fast"]).assert().success();
    folder.chancery(["rebuild", "x"]).assert().success();
    assert_eq!(exported(&folder, "x"), before);

    // A file that comes later gets its row, without the option.
    std::fs::write(folder.path("box/z.txt"), "An empty page, with a line.\n").expect("a file");
    let (_, summary) = added(&folder, &["x", "box"]);
    assert!(summary.contains("1 document new"), "{summary}");
    assert_eq!(paths_of(&folder, "x", "date:1974-07-01"), ["box/z.txt"]);
    let problems = printed(folder.chancery(["problems", "x"]));
    assert!(!problems.contains("matches no document"), "{problems}");

    // All at once gives the same.
    added(&folder, &["y", "box", "--metadata", "box/box.csv"]);
    assert_eq!(exported(&folder, "x"), exported(&folder, "y"));
    let again = added(&folder, &["x", "box", "--metadata", "box/box.csv"]).1;
    assert!(again.starts_with("nothing new"), "{again}");
}

#[test]
fn documents_that_are_there_get_the_rows_of_a_later_table() {
    let files = [("box/box.csv", TABLE.as_bytes())];
    let folder = Folder::of(&[&FILES[..], &files].concat());
    let no_table = ["x", "box/1974", "box/1975"];
    let (code, summary) = added(&folder, &no_table);
    assert_eq!(code, 0, "{summary}");
    let bare = exported(&folder, "x");
    // A decision is kept.
    folder.chancery(["curate", "x", "keyword", &id_of(&bare[0]), "odd"]).assert().success();
    let with_table = [&no_table[..], &["--metadata", "box/box.csv"]].concat();
    let summary = added(&folder, &with_table).1;
    assert!(summary.contains("3 documents with other metadata"), "{summary}");
    added(&folder, &["y", "box", "--metadata", "box/box.csv"]);
    assert_eq!(exported(&folder, "x"), exported(&folder, "y"));
    assert_eq!(paths_of(&folder, "x", "keyword:odd").len(), 1);
    folder.chancery(["verify", "x"]).assert().success();

    // Another version of the table: a row less, another date.
    let table = "file,date\nb.txt,1974-06-02\n";
    std::fs::write(folder.path("box/box.csv"), table).expect("a file");
    let summary = added(&folder, &["x", "box"]).1;
    assert!(summary.contains("1 file with problems"), "a changed table is reported: {summary}");
    added(&folder, &with_table);
    assert_eq!(paths_of(&folder, "x", "date:1974-06-02"), ["box/1974/b.txt"]);
    assert_eq!(paths_of(&folder, "x", "date:1974-05-03"), [""; 0]);
    let reported = printed(folder.chancery(["problems", "x"]));
    assert_eq!(reported, "");
}

/// The id in an exported line.
fn id_of(line: &str) -> String {
    let document: Value = serde_json::from_str(line).expect("JSON");
    document["id"].as_str().expect("an id").to_owned()
}

#[test]
fn rows_are_joined_by_id_and_inside_containers() {
    let telegram = std::fs::read(root().join(TELEGRAM)).expect("the example");
    let table = "id;keywords;signature\n09 PORT LOUIS 000214;x;TALBOT\n1977PORTLO05268;y;OKAFOR\n";
    let folder = Folder::of(&[
        ("a.txt", &telegram),
        ("1977PORTLO05268.txt", b"The harbour master showed the licences of all boats.\n"),
        ("ids.csv", table.as_bytes()),
        ("page-7.txt", b"The envoy left.\n"),
        ("pages.jsonl", br#"{"id": "page-7", "date": "1974-05-03"}"#),
    ]);
    let read = |arguments: &[&str]| {
        let all = ["read", "--json"].iter().chain(arguments);
        let shown = printed(folder.chancery(all.copied()));
        let documents = serde_json::Deserializer::from_str(&shown).into_iter::<Value>();
        documents.map(|document| document.expect("JSON")).collect::<Vec<_>>()
    };
    let inputs = ["a.txt", "1977PORTLO05268.txt", "page-7.txt"];
    let documents =
        read(&[&inputs[..], &["--metadata", "ids.csv", "--metadata", "pages.jsonl"]].concat());
    let signature = |document: &Value| document["header"]["signatures"][0]["value"].clone();
    assert_ne!(signature(&documents[0]), "TALBOT", "the text wins");
    assert_eq!(signature(&documents[1]), "OKAFOR");
    assert_eq!(documents[2]["header"]["date"]["value"], "1974-05-03");
    let kind = &documents[1]["header"]["origins"];
    assert!(kind.to_string().contains(r#"{"side-table":2}"#), "{kind}");
}

#[test]
fn a_table_that_cannot_be_used_is_refused() {
    let folder = Folder::of(&[
        ("a.txt", b"The envoy left.\n"),
        ("colours.csv", b"colour,size\nred,1\nblue,2\n"),
        ("notes.txt", b"No table at all.\n"),
    ]);
    let cases = [
        (
            &["read", "a.txt", "--metadata", "colours.csv"][..],
            "colours.csv: a table of metadata without a column of paths or ids; its columns are colour, \
             size (name the column: --columns path=COLUMN or --columns id=COLUMN)",
        ),
        (
            &["add", "x", "a.txt", "--metadata", "notes.txt"],
            "notes.txt: is not a table of metadata (save it as CSV, with the extension .csv)",
        ),
        (&["annotate", "a.txt", "--metadata", "none.csv"], "none.csv: no such file"),
        (&["export", "a.txt", "-o", "out", "--metadata", "none.csv"], "none.csv: no such file"),
    ];
    for (arguments, expected) in cases {
        let output = folder.chancery(arguments.iter().copied()).output().expect("it runs");
        let reported = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{reported}");
        assert!(reported.contains(expected), "{reported}");
    }
    assert!(!folder.path("x").exists() && !folder.path("out").exists(), "nothing was begun");
    let named = ["read", "a.txt", "--metadata", "colours.csv", "--columns", "path=colour"];
    let output = folder.chancery(named).output().expect("it runs");
    let reported = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{reported}");
    let expected = "\
chancery: colours.csv: 2 rows match no document: row 1, row 2
chancery: 1 document without a row of metadata
";
    assert_eq!(reported, expected);
}

#[test]
fn each_telegram_of_a_file_has_its_own_row() {
    let telegram = |serial: &str, day: &str| {
        format!(
            "P {day}1305Z JUN 09\nFM AMEMBASSY PORT LOUIS\nTO SECSTATE WASHDC\nUNCLAS PORT LOUIS \
             {serial}\n\nSUBJECT: NUMBER {serial}\n\n1. The envoy left on that day.\n\nNNNN\n"
        )
    };
    let traffic = [telegram("000301", "16"), telegram("000302", "17")].concat();
    let folder = Folder::of(&[
        ("traffic.txt", traffic.as_bytes()),
        ("ids.csv", b"mrn,tags\n09 PORT LOUIS 302,\"PREL, MP\"\n09PORTLOUIS303,PTER\n"),
    ]);
    let output = folder
        .chancery(["read", "--json", "traffic.txt", "--metadata", "ids.csv"])
        .output()
        .expect("it runs");
    let read = serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>();
    let tags: Vec<usize> = read
        .map(|document| document.expect("JSON"))
        .map(|document| document["header"]["tags"].as_array().map_or(0, Vec::len))
        .collect();
    assert_eq!(tags, [0, 2]);
    let reported = String::from_utf8(output.stderr).expect("UTF-8");
    let expected = "\
chancery: ids.csv: 1 row matches no document: row 2
chancery: 1 document without a row of metadata
";
    assert_eq!(reported, expected);
}
