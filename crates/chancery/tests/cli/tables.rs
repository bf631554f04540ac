//! Tables, mailboxes and compressed files: what becomes a document, with which
//! fields, and what is a listed problem.

use crate::{Folder, printed};

const CABLES: &str = r#""1","9/16/2009 13:30","09PORTLOUIS314","Embassy Port Louis","CONFIDENTIAL","09PORTLOUIS298|09LUSAKA540","P 161330Z SEP 09
FM AMEMBASSY PORT LOUIS
TO SECSTATE WASHDC PRIORITY 4321","C O N F I D E N T I A L PORT LOUIS 000314

E.O. 12958: DECL: 09/16/2019
TAGS: PREL, EFIS, MP
SUBJECT: WHO OWNS THE \"BLUE NETS\"?

1. (C) Minister Ravi Dubois called the \"blue\" company a letter box.
TREMONT"
"2","9/17/2009 9:05","09LUSAKA611","Embassy Lusaka","UNCLASSIFIED","09PORTLOUIS314","","1. The harbour master of Mpulungu, Ama Osei, showed EconOff the licences of all boats.
OKAFOR"
"#;

const LETTERS: &str = "From MAILER-DAEMON Mon Sep 16 09:50:00 2013
From: Ana Prela <ana@example.org>
To: Karim Benhaddou <karim@example.org>
Subject: Nets
Date: Mon, 16 Sep 2013 09:50:00 +0000

Karim, Dubois called about the nets.

From MAILER-DAEMON Tue Sep 17 08:00:00 2013
From: =?utf-8?q?Zo=C3=A9_Ilunga?= <zoe@example.org>
To: Ana Prela <ana@example.org>
Subject: =?utf-8?q?R=C3=A9union?=
Date: Tue, 17 Sep 2013 08:00:00 +0000

He will come on Friday.
";

/// The paths of the documents that a query finds.
fn found(folder: &Folder, query: &str) -> Vec<String> {
    let json = printed(folder.chancery(["search", "x", query, "--json"]));
    let mut paths = Vec::new();
    for line in json.lines() {
        let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let hits = value["hits"].as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        for hit in hits {
            paths.extend(hit["path"].as_str().map(str::to_owned));
        }
    }
    paths
}

#[test]
fn a_row_is_a_document_with_the_fields_of_its_columns() {
    let folder = Folder::of(&[("cables.csv", CABLES.as_bytes())]);
    let added = folder.chancery(["add", "x", "cables.csv", "--engine", "fast"]);
    let output = added.output().expect("it runs");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{stderr}");
    assert!(stderr.contains("2 documents new"), "{stderr}");
    assert!(stderr.contains("(1 table with 2 rows)"), "{stderr}");
    let fields = || {
        let queries =
            ["09LUSAKA611", "date:2009-09-17", "post:lusaka", "classification:unclassified"];
        queries.map(|query| found(&folder, query))
    };
    let expected = vec!["cables.csv!/2".to_owned()];
    for paths in &fields()[1..] {
        assert_eq!(paths, &expected);
    }
    // The fields outlive a new annotation, because they are kept with the document.
    folder.chancery(["rebuild", "x", "--mentions", "--engine", "fast"]).assert().success();
    assert_eq!(found(&folder, "post:lusaka"), expected);
    folder.chancery(["verify", "x"]).assert().success();
    let again = folder.chancery(["add", "x", "cables.csv", "--engine", "fast"]);
    let again = String::from_utf8(again.output().expect("it runs").stderr).expect("UTF-8");
    assert!(again.starts_with("nothing new"), "{again}");
}

#[test]
fn read_and_annotate_open_what_add_opens() {
    let wide: Vec<u8> = [0xFEFF]
        .into_iter()
        .chain("The envoy met Ama Osei in Lusaka.".encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let folder = Folder::of(&[
        ("cables.csv", CABLES.as_bytes()),
        ("letters.mbox", LETTERS.as_bytes()),
        ("wide.txt", &wide),
    ]);
    let card = printed(folder.chancery(["read", "cables.csv", "letters.mbox", "wide.txt"]));
    for expected in
        ["cables.csv!/1", "cables.csv!/2", "letters.mbox!/2", "09LUSAKA611", "Ilunga", "2013-09-17"]
    {
        assert!(card.contains(expected), "{expected} is not in\n{card}");
    }
    assert!(card.contains("met Ama Osei in Lusaka"), "{card}");
    let lines = printed(folder.chancery([
        "annotate",
        "cables.csv",
        "letters.mbox",
        "--format",
        "jsonl",
        "--engine",
        "fast",
        "-q",
    ]));
    let sources: Vec<String> = lines
        .lines()
        .map(|line| {
            let document: serde_json::Value = serde_json::from_str(line).expect("JSON");
            document["source"].as_str().expect("a source").to_owned()
        })
        .collect();
    assert_eq!(sources, ["cables.csv!/1", "cables.csv!/2", "letters.mbox!/1", "letters.mbox!/2"]);
}

#[test]
fn what_cannot_be_read_says_what_it_is() {
    let compound = |stream: &str| {
        let mut file = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
        file.resize(600, 0);
        file.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
        file.resize(4000, 0);
        file
    };
    let cases: [(&str, Vec<u8>, &str); 9] = [
        ("old.doc", compound("WordDocument"), "a Word document from before 2007"),
        ("letter.msg", compound("__substg1.0_"), "damaged office file"),
        ("locked.docx", compound("EncryptedPackage"), "an office file with a password"),
        ("a.7z", b"7z\xBC\xAF\x27\x1C\0\x04".to_vec(), "a 7-Zip archive"),
        ("a.rar", b"Rar!\x1A\x07\x01\0".to_vec(), "a RAR archive"),
        ("mail.pst", b"!BDN\0\0\0\0".to_vec(), "an Outlook mailbox"),
        ("noise.bin", [0, 1, 2, 0].repeat(200), "a binary file of an unknown kind"),
        ("empty.txt", b" \n".to_vec(), "is empty"),
        ("list.csv", b"title,pages\nNets,3\n".to_vec(), "its columns are title, pages (name"),
    ];
    let files: Vec<(&str, &[u8])> =
        cases.iter().map(|(name, bytes, _)| (*name, bytes.as_slice())).collect();
    let folder = Folder::of(&files);
    folder.chancery(["add", "x", ".", "--engine", "fast", "-q"]).assert().code(1);
    let problems = printed(folder.chancery(["problems", "x"]));
    for (name, _, expected) in cases {
        let is_listed =
            problems.lines().any(|line| line.starts_with(name) && line.contains(expected));
        assert!(is_listed, "{name}: {expected:?} is not in\n{problems}");
        assert!(!problems.contains("UTF-16"), "{problems}");
    }
}

#[test]
fn paths_do_not_collide() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("note.txt", options).expect("a member");
    std::io::Write::write_all(&mut zip, b"The first note.\n").expect("its bytes");
    let packed = zip.finish().expect("a zip").into_inner();
    let mut tar = tar::Builder::new(Vec::new());
    for text in ["The first of two.\n", "The second of two.\n"] {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_path("same.txt").expect("a name");
        header.set_cksum();
        tar.append(&header, text.as_bytes()).expect("a member");
    }
    let tar = tar.into_inner().expect("a tar");
    let folder = Folder::of(&[("a.zip", &packed), ("b.tar", &tar), ("a.txt", b"A plain text.\n")]);
    // Members of one name are a problem of their container.
    folder.chancery(["add", "x", ".", "--engine", "fast", "-q"]).assert().code(1);
    let exported = printed(folder.chancery(["export", "x"]));
    for expected in ["b.tar!/same.txt\"", "b.tar!/same.txt (2)\"", "a.zip!/note.txt\"", "\"a.txt\""]
    {
        assert!(exported.contains(expected), "{expected} is not in\n{exported}");
    }
}

#[test]
fn the_page_of_forms_lists_what_the_command_lists() {
    let page = std::fs::read_to_string(crate::root().join("docs/FORMS.md")).expect("the page");
    let listed = printed(crate::chancery(["forms"]));
    let forms: Vec<_> = chancery_unpack::readable_forms().collect();
    // Below the list stands whether the program reads Parquet.
    let listed = listed.lines().take_while(|line| !line.is_empty());
    assert_eq!(listed.count(), forms.len());
    for form in &forms {
        let row = format!("| {} | `{}` | {} |", form.name, form.example, form.documents);
        assert!(page.contains(&row), "{row} is not in docs/FORMS.md");
    }
    let list = page.split("\n## ").next().unwrap_or_default();
    let rows = list.lines().filter(|line| line.starts_with("| ")).count();
    assert_eq!(rows, forms.len() + 1, "docs/FORMS.md lists other forms too");
}
