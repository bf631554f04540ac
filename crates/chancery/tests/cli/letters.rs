//! Letters and office files from the file to the archive: fields, threads, attachments,
//! quotations, and what is left out.

use serde_json::Value;

use crate::hostile::zip;
use crate::{Folder, printed};

const FIRST: &[u8] =
    b"From: Clara Ostrander <clara@x.example>\r\nTo: Carlos Tavares <carlos@x.example>\r\n\
    Subject: Boats\r\nDate: Tue, 16 Jun 2009 23:05:00 -0700\r\nMessage-ID: <1@x.example>\r\n\r\n\
    Carlos, the boats came to Lusaka.\r\n";

const ANSWER: &[u8] = b"From: \"Tavares, Carlos\" <carlos@x.example>\r\nTo: Clara Ostrander <clara@x.example>\r\n\
    Subject: Re: Boats\r\nDate: Wed, 17 Jun 2009 10:00:00 +0000\r\nMessage-ID: <2@x.example>\r\n\
    References: <1@x.example>\r\nIn-Reply-To: <1@x.example>\r\n\r\n\
    Clara, I saw them.\r\n\r\nOn 16 June, Clara Ostrander wrote:\r\n> Carlos, the boats\r\n> came to Lusaka.\r\n\r\nCarlos\r\n";

const FORWARDED: &[u8] = b"From: Clara Ostrander <clara@x.example>\r\nSubject: FW: Boats\r\n\
    Message-ID: <3@x.example>\r\n\r\nSee below.\r\n\r\n-----Original Message-----\r\n\
    From: Carlos\r\nSent: Wednesday\r\n\r\nI saw them.\r\n";

#[test]
fn letters_have_fields_and_threads() {
    let folder = Folder::of(&[("1.eml", FIRST), ("2", ANSWER)]);
    folder.chancery(["add", "x", ".", "--engine", "fast", "-q"]).assert().success();
    let cases = [
        ("from:ostrander", "1 document\n"),
        ("to:tavares", "1 document\n"),
        ("from:nobody", "0 documents\n"),
        ("date:2009-06-17", "2 documents\n"),
        ("subject:boats", "2 documents\n"),
        // The letter and its answer.
        ("references:1@x.example", "2 documents\n"),
        ("references:2@x.example", "1 document\n"),
    ];
    for (query, expected) in cases {
        let found = printed(folder.chancery(["search", "x", query]));
        assert!(found.ends_with(expected), "{query}: {found}");
    }
    let card = printed(folder.chancery(["read", "2"]));
    for row in [
        "From            Tavares, Carlos",
        "Letter ID       2@x.example",
        "References      1@x.example",
        "quotation",
    ] {
        assert!(card.contains(row), "{row} is not in\n{card}");
    }
    assert!(!card.contains("sender"), "the sender is in the text:\n{card}");
    let marked = printed(folder.chancery(["annotate", "2", "--engine", "fast", "-q"]));
    assert!(marked.contains("[PER Tavares , Carlos  ] < carlos@x.example >"), "{marked}");
    folder.chancery(["verify", "x"]).assert().success();
}

/// The paragraphs of a letter, with their roles.
fn paragraphs(folder: &Folder, name: &str) -> Vec<(String, String)> {
    let read = printed(folder.chancery(["read", "--json", name]));
    let document: Value = serde_json::from_str(&read).expect("JSON");
    let text: Vec<char> = document["text"].as_str().expect("a text").chars().collect();
    let blocks = document["blocks"].as_array().expect("blocks").iter();
    let offset = |block: &Value, key: &str| block[key].as_u64().expect("an offset") as usize;
    blocks
        .map(|block| {
            let words = &text[offset(block, "start")..offset(block, "end")];
            let role = block["role"].as_str().unwrap_or("").to_owned();
            (role, words.iter().collect())
        })
        .collect()
}

#[test]
fn earlier_letters_are_told_from_new_words() {
    // A text with the same marks is no letter, and keeps them.
    let text = b"Notes\n\nA line of text.\n> a mark, and more\n";
    let folder = Folder::of(&[("2.eml", ANSWER), ("3.eml", FORWARDED), ("text.txt", text)]);
    let quoted = |name: &str| -> Vec<String> {
        let found = paragraphs(&folder, name).into_iter();
        found.filter(|(role, _)| role == "quotation").map(|(_, words)| words).collect()
    };
    assert_eq!(quoted("2.eml"), ["Carlos, the boats came to Lusaka."]);
    let forwarded = quoted("3.eml").join(" | ");
    assert!(forwarded.contains("I saw them."), "{forwarded}");
    assert!(!forwarded.contains("See below."), "{forwarded}");
    assert_eq!(quoted("text.txt"), [""; 0]);
    let words: String =
        paragraphs(&folder, "text.txt").into_iter().map(|(_, words)| words).collect();
    assert!(words.contains("> a mark"), "{words}");
}

#[test]
fn letters_in_letters_are_documents() {
    let forward = |inner: &[u8], number: usize| {
        let head = format!(
            "From: a@x.example\r\nSubject: {number}\r\nContent-Type: multipart/mixed; boundary=b{number}\r\n\r\n\
             --b{number}\r\n\r\nSee it.\r\n--b{number}\r\nContent-Type: message/rfc822\r\n\r\n"
        );
        [head.as_bytes(), inner, format!("\r\n--b{number}--\r\n").as_bytes()].concat()
    };
    let twice = forward(&forward(FIRST, 1), 2);
    let deep = (0..40).fold(FIRST.to_vec(), |inner, number| forward(&inner, number));
    let folder = Folder::of(&[("twice.eml", &twice), ("deep.eml", &deep)]);
    let card = printed(folder.chancery(["read", "twice.eml"]));
    for row in ["twice.eml!/1!/1", "Date and time   2009-06-17 06:05 Z", "the boats came"] {
        assert!(card.contains(row), "{row} is not in\n{card}");
    }
    folder.chancery(["add", "x", "deep.eml", "--engine", "fast", "-q"]).assert().code(1);
    let problems = printed(folder.chancery(["problems", "x"]));
    assert!(problems.contains("too many letters in letters"), "{problems}");
    let mail = Folder::of(&[]);
    for (path, letter) in
        [("mail/new/1.M2P3.host:2,S", FIRST), ("mail/.Sent/cur/4.M5P6.host:2,", ANSWER)]
    {
        let path = mail.path(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, letter).expect("a letter");
    }
    let card = printed(mail.chancery(["read", "mail"]));
    assert!(card.contains("Clara Ostrander") && card.contains("Tavares, Carlos"), "{card}");
}

#[test]
fn what_is_left_out_is_a_problem() {
    let word = |body: &str| {
        let xml = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
        zip(&[("word/document.xml", xml.as_bytes())])
    };
    let run = |words: &str| format!("<w:r><w:t xml:space=\"preserve\">{words}</w:t></w:r>");
    let deleted = "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>";
    let files = [
        ("plain.docx", word(&format!("<w:p>{}</w:p>", run("All is here.")))),
        (
            "tracked.docx",
            word(&format!("<w:p>{}{deleted}{}</w:p>", run("The envoy "), run("left."))),
        ),
    ];
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let folder = Folder::of(&files);
    folder.chancery(["add", "x", ".", "--engine", "fast", "-q"]).assert().code(1);
    let problems = printed(folder.chancery(["problems", "x"]));
    assert!(problems.contains("tracked.docx: "), "{problems}");
    assert!(problems.contains("a passage was deleted with tracked changes"), "{problems}");
    assert!(!problems.contains("plain.docx"), "{problems}");
    let exported = printed(folder.chancery(["export", "x"]));
    assert!(
        exported.contains("The envoy left.") && exported.contains("All is here."),
        "{exported}"
    );
    folder.chancery(["verify", "x"]).assert().success();
}

#[cfg(unix)]
#[test]
fn old_word_files_are_read_if_a_converter_is_installed() {
    let mut doc = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    doc.resize(600, 0);
    doc.extend("WordDocument".encode_utf16().flat_map(u16::to_le_bytes));
    doc.resize(4000, 0);
    let folder = Folder::of(&[("old.doc", &doc)]);
    let add = |programs: &[(&str, &str)], retry: &str| {
        let _ = std::fs::remove_dir_all(folder.path("bin"));
        crate::hostile::install(&folder, programs);
        let command = folder.chancery(["add", "x", "old.doc", "--engine", "fast", "-q", retry]);
        command.env("PATH", folder.path("bin")).assert()
    };
    add(&[], "--jobs=1").code(1);
    let problems = printed(folder.chancery(["problems", "x"]));
    assert!(problems.contains("install antiword or catdoc"), "{problems}");
    add(&[("antiword", "exit 1")], "--retry").code(1);
    let problems = printed(folder.chancery(["problems", "x"]));
    assert!(problems.contains("antiword: "), "{problems}");
    add(&[("catdoc", "cat >/dev/null; echo The envoy left.")], "--retry").success();
    assert_eq!(printed(folder.chancery(["problems", "x"])), "");
    assert!(printed(folder.chancery(["export", "x"])).contains("The envoy left."));
}
