//! Every file of a folder is accounted for: it gives documents, or a problem that says
//! what it is and what helps, and often both.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{Folder, hostile, printed};

const TEXT: &str = "The envoy of Markenroy met the harbour master on Monday, and they spoke of the \
                    new pier for an hour. ";

const RUSSIAN: &str = "Посол встретился с министром в порту и говорил о новом договоре. ";

/// Letters of Windows-1251.
fn in_1251(text: &str) -> Vec<u8> {
    let byte = |letter: char| match letter {
        'А'..='я' => (u32::from(letter) - 0x410 + 0xC0) as u8,
        letter => u8::try_from(letter).expect("ASCII"),
    };
    text.chars().map(byte).collect()
}

fn tei(body: &str) -> String {
    format!(
        "<TEI xmlns=\"http://www.tei-c.org/ns/1.0\"><teiHeader><fileDesc><titleStmt><title>Letters</title>\
         </titleStmt></fileDesc></teiHeader><text><body>{body}</body></text></TEI>"
    )
}

fn crawl() -> String {
    let record = |address: &str, head: &str, body: &str| {
        let block = format!("HTTP/1.1 {head}\r\n\r\n{body}");
        format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/{address}\r\n\
             Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
            block.len()
        )
    };
    record("1", "200 OK\r\nContent-Type: text/html", &format!("<html><p>{TEXT}</html>"))
        + &record("a.png", "200 OK\r\nContent-Type: image/png", "PNG")
        + &record("2", "301 Moved\r\nContent-Type: text/html", "")
}

/// Files, the number of their documents, and what is said of each.
fn files() -> Vec<(&'static str, Vec<u8>, u64, &'static str)> {
    let text = |text: &str| text.as_bytes().to_vec();
    let row = |number: u32| format!("09LISBON{number},2009-06-10,Nets,\"{number} {TEXT}\"\n");
    let object = |number: u32| format!("{{\"text\": \"{number} {TEXT}\", \"subject\": \"Nets\"}}");
    let xml = "<?xml version=\"1.0\"?>";
    let bomb = format!("{xml}<!DOCTYPE l [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;\">]><l>&b;</l>");
    let mets =
        format!("{xml}<mets><fileGrp USE=\"ALTO\"><FLocat href=\"p1.xml\"/></fileGrp></mets>");
    let stored =
        hostile::zip(&[("a.txt", TEXT.as_bytes()), ("b.txt", b"The consul stayed at home.")]);
    let cut = stored[..stored.len() - 40].to_vec();
    vec![
        ("plain.txt", text(&format!("1 {TEXT}")), 1, ""),
        (
            "title.csv",
            text(&format!("Register\n\nid,date,subject,text\n{}{}", row(1), row(2))),
            2,
            "a line above",
        ),
        ("table.txt", text(&format!("id,date,subject,text\n{}{}", row(3), row(4))), 2, ""),
        ("keyed.json", text(&format!("{{\"a1\": {}, \"a2\": {}}}", object(5), object(6))), 2, ""),
        (
            "arrays.json",
            text(&format!("{{\"x\": [{}], \"y\": [{}]}}", object(7), object(8))),
            2,
            "",
        ),
        ("numbers.json", text("[1, 2, 3]"), 0, "3 values are not objects"),
        ("files.csv", text("file,pages\na.pdf,3\nb.pdf,4\n"), 0, "--metadata FILE"),
        ("letter.xml", text(&format!("{xml}{}", tei(&format!("<p>9 {TEXT}</p>")))), 1, ""),
        (
            "corpus.xml",
            text(&format!(
                "{xml}<teiCorpus>{}{}</teiCorpus>",
                tei(&format!("<p>10 {TEXT}</p>")),
                tei(&format!("<p>11 {TEXT}</p>"))
            )),
            2,
            "",
        ),
        ("empty.xml", text(&format!("{xml}<TEI><text><body/></text></TEI>")), 0, "has no text"),
        ("bomb.xml", text(&bomb), 0, "has no text"),
        ("mets.xml", text(&mets), 0, "a METS file"),
        (
            "empty.html",
            text("<html><head><title></title></head><body></body></html>"),
            0,
            "has no text",
        ),
        ("part.html", text(&format!("<p>12 {TEXT}</p>\n<p>Second <b>part</b>.</p>")), 1, ""),
        (
            "page.html",
            in_1251(&format!("<html><meta charset=windows-1251><p>{RUSSIAN}</html>")),
            1,
            "",
        ),
        ("guess.txt", in_1251(&RUSSIAN.repeat(5)), 1, "read as windows-1251, a guess"),
        ("padded.txt", [format!("13 {TEXT}").as_bytes(), &[0; 300]].concat(), 1, "300 zero bytes"),
        (
            "pgp.asc",
            text("-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"),
            0,
            "decrypt it with gpg",
        ),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1".to_vec(), 0, "a photograph (HEIC)"),
        ("crawl.warc", text(&crawl()), 1, "1 image/png, 1 redirect or error"),
        ("cut.zip", cut, 2, "is cut off after 2 whole files"),
        ("esc\u{1b}[31m.bin", vec![7; 500], 0, "control characters"),
    ]
}

#[test]
fn every_file_gives_documents_or_a_problem() {
    let files = files();
    let named: Vec<(String, &[u8])> =
        files.iter().map(|(name, bytes, ..)| (format!("box/{name}"), &bytes[..])).collect();
    let named: Vec<(&str, &[u8])> = named.iter().map(|(name, bytes)| (&**name, *bytes)).collect();
    let folder = Folder::of(&named);
    std::fs::write(folder.path("box/.hidden.txt"), TEXT).expect("written");
    let added = folder.chancery(["add", "x", "box", "--engine", "fast"]).output().expect("it runs");
    let summary = String::from_utf8(added.stderr).expect("UTF-8");
    let read = format!("in {} files", files.len());
    let (empty, failed) = (
        files.iter().filter(|(_, _, documents, _)| *documents == 0).count(),
        files.iter().filter(|(.., problem)| !problem.is_empty()).count(),
    );
    let with_problems = format!("{failed} files with problems, {empty} of which gave no document");
    for said in [&*read, &with_problems, "1 hidden file or folder left out"] {
        assert!(summary.contains(said), "{said} is not in {summary}");
    }
    let mut listed: BTreeMap<String, (u64, String)> = BTreeMap::new();
    for line in printed(folder.chancery(["files", "x", "--json"])).lines() {
        let file: Value = serde_json::from_str(line).expect("JSON");
        let path = file["path"].as_str().expect("a path").to_owned();
        let problems = file["problems"].to_string();
        listed.insert(path, (file["documents"].as_u64().expect("a number"), problems));
    }
    assert_eq!(listed.len(), files.len(), "{listed:?}");
    for (name, _, documents, problem) in &files {
        let path = format!("box/{}", name.replace('\u{1b}', r"\x1B"));
        let (found, said) = listed.get(&path).unwrap_or_else(|| panic!("{path}: {listed:?}"));
        assert_eq!(found, documents, "{name}: {said}");
        let is_said = if problem.is_empty() { said == "[]" } else { said.contains(problem) };
        assert!(is_said, "{name}: {said}");
    }
    let stats = printed(folder.chancery(["stats", "x"]));
    assert!(stats.contains(&read), "{stats}");
    let listed = printed(folder.chancery(["files", "x", "--empty"]));
    assert_eq!(listed.lines().count(), empty, "{listed}");
    assert!(listed.contains("       0  box/mets.xml: a METS file"), "{listed}");
    // What gave nothing is said again.
    let again = folder.chancery(["add", "x", "box", "--engine", "fast"]).output().expect("it runs");
    let again = String::from_utf8(again.stderr).expect("UTF-8");
    assert!(again.contains(&format!("{failed} known files with problems")), "{again}");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_a_problem_and_nothing_waits_for_it() {
    let folder = Folder::of(&[("box/a.txt", TEXT.as_bytes())]);
    let made = std::process::Command::new("mkfifo").arg(folder.path("box/pipe")).status();
    assert!(made.expect("mkfifo runs").success());
    for path in ["box", "box/pipe"] {
        let added = folder.chancery(["add", "x", path, "--engine", "fast"]).output();
        assert_eq!(added.expect("it runs").status.code(), Some(1), "{path}");
        let problems = printed(folder.chancery(["problems", "x"]));
        let expected = "box/pipe: is a pipe, a socket or a device, and was not read (add the file that was meant)\n";
        assert_eq!(problems, expected, "{path}");
    }
}
