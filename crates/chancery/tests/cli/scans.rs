//! PDFs by page: scans under stamps, with programs that recognise text and without, and the
//! run after they are installed. Scripts stand for the programs; `scripts/check_scans.py` runs
//! the real ones.
#![cfg(unix)]

use std::fs;

use serde_json::Value;

use crate::hostile::{install, pdf_of_pages};
use crate::{Folder, printed};

const STAMP: &str = "UNCLASSIFIED U.S. Department of State Case No. F-2014-20439 Doc No. \
    C05760001 Date: 05/13/2015";

/// Commands that draw lines of text.
fn lines(lines: &[&str]) -> String {
    let draw = |(number, line): (usize, &&str)| {
        format!("BT /F1 10 Tf 40 {} Td ({line}) Tj ET\n", 760 - 20 * number)
    };
    lines.iter().enumerate().map(draw).collect()
}

/// Text, a scan under a stamp, an empty page, text.
fn mixed_pdf() -> Vec<u8> {
    let scan = format!("/Im Do {}", lines(&[STAMP]));
    let first = ["The harbour master of Lakeside said that the ferry would be late, and that"];
    let last = ["the crew of it had gone to the fair of Roseau on Monday, with Ines Okafor."];
    pdf_of_pages(&[&lines(&first), &scan, "", &lines(&last)])
}

/// A tesseract that reads a stamp, with a fault, and two lines of a telegram.
const TESSERACT: &str = r#"[ "$1" = --version ] && { echo "tesseract 5.3.0"; exit; }
cat >/dev/null
row() { printf '5\t1\t1\t1\t%s\t1\t%s\t%s\t9\t9\t%s\t%s\n' "$1" "$2" "$1"0 "$3" "$4"; }
printf 'level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n'
for word in UNCLASSIFIED U.S. Department of State Case No. F-2Ol4-20439 Doc No. C05760001; do row 1 1 90 $word; done
for word in SUBJECT: TRAWLERS; do row 2 1 60 $word; done
for word in 1. Minister Armand Velout1er counted nine trawlers.; do row 3 1 60 $word; done"#;

const PDFTOPPM: &str = "cat >/dev/null; echo picture of page $6";

fn documents(folder: &Folder) -> Vec<Value> {
    let exported = printed(folder.chancery(["export", "x"]));
    exported.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn a_scan_under_a_stamp_is_read_when_ocr_is_installed() {
    let scan = pdf_of_pages(&[&format!("/Im Do {}", lines(&[STAMP]))]);
    let folder = Folder::of(&[("mixed.pdf", &mixed_pdf()), ("scan.pdf", &scan)]);
    install(&folder, &[]);
    let add = || {
        let command = folder.chancery(["add", "x", "mixed.pdf", "scan.pdf", "--engine", "fast"]);
        command.env("PATH", folder.path("bin")).output().expect("the program runs")
    };
    let said = |output: &std::process::Output| String::from_utf8_lossy(&output.stderr).into_owned();
    let problems = || printed(folder.chancery(["problems", "x"]));
    let without = add();
    assert_eq!(without.status.code(), Some(1));
    assert!(said(&without).contains("1 scan needs OCR"), "{}", said(&without));
    assert!(said(&without).contains("1 scanned page of a PDF needs OCR"), "{}", said(&without));
    let listed = problems();
    assert!(listed.contains("mixed.pdf: needs OCR: page 2 is an image (install"), "{listed}");
    assert!(listed.contains("scan.pdf: needs OCR: its pages are images (install"), "{listed}");
    let [mixed] = &documents(&folder)[..] else { panic!("{:?}", documents(&folder)) };
    let text = "The harbour master of Lakeside said that the ferry would be late, and that the crew \
        of it had gone to the fair of Roseau on Monday, with Ines Okafor.";
    assert_eq!(mixed["text"].as_str().map(str::trim), Some(text));
    let numbers = |document: &Value| -> Vec<u64> {
        let pages = document["pages"].as_array().expect("pages");
        pages.iter().filter_map(|page| page["number"].as_u64()).collect()
    };
    assert_eq!(numbers(mixed), [1, 4]);
    assert!(said(&add()).starts_with("nothing new"));

    fs::remove_dir_all(folder.path("bin")).expect("removed");
    install(&folder, &[("pdftoppm", PDFTOPPM), ("tesseract", TESSERACT)]);
    let with = add();
    assert_eq!(with.status.code(), Some(0), "{}", said(&with));
    assert!(said(&with).contains("1 document with more pages recognised"), "{}", said(&with));
    assert!(said(&with).contains("read by tesseract 5.3.0"), "{}", said(&with));
    assert_eq!(problems(), "");
    let found = documents(&folder);
    assert_eq!(found.len(), 2, "{found:?}");
    for document in &found {
        let text = document["text"].as_str().expect("a text");
        assert!(text.contains("Armand Velout1er counted nine trawlers."), "{text}");
        assert!(!text.contains("Case No"), "{text}");
        assert_eq!(document["header"]["cable_id"]["value"], "C05760001", "{document}");
    }
    let mixed = found.iter().find(|document| document["source"] == "mixed.pdf").expect("it");
    let read: Vec<(u64, &str, Option<u64>)> = mixed["pages"]
        .as_array()
        .expect("pages")
        .iter()
        .map(|page| {
            let reader = page["reader"].as_str().unwrap_or_default();
            (page["number"].as_u64().unwrap_or(0), reader, page["quality"].as_u64())
        })
        .collect();
    let expected = [(1, "pdf_extract", None), (2, "tesseract", Some(75)), (4, "pdf_extract", None)];
    assert_eq!(read, expected);
    assert!(!folder.path("x/recognised").exists());
    for query in ["Veloutier~", "harbour"] {
        let shown = printed(folder.chancery(["search", "x", query]));
        assert!(shown.contains("mixed.pdf"), "{query}: {shown}");
    }
    folder.chancery(["verify", "x"]).assert().success();
    let card = folder.chancery(["read", "mixed.pdf"]).env("PATH", folder.path("bin")).output();
    let card = String::from_utf8(card.expect("the program runs").stdout).expect("UTF-8");
    for row in [
        "Pages           1-4",
        "pdf-extract (pages 1, 4), tesseract (page 2)",
        "Hard to read    page 2 (75 %)",
    ] {
        assert!(card.contains(row), "{row}: {card}");
    }
}

#[test]
fn an_interrupted_recognition_goes_on() {
    let pages = ["/Im Do"; 5];
    let folder = Folder::of(&[("scan.pdf", &pdf_of_pages(&pages))]);
    // Page 4 ends the run: its parent is the program.
    let kills = format!("[ $6 = 4 ] && {{ sleep 2; kill -9 $PPID; sleep 9; }}; {PDFTOPPM}");
    let counted = format!("echo $6 >> {}; {PDFTOPPM}", folder.path("pages").display());
    let run = |draws: &str| {
        let _ = fs::remove_dir_all(folder.path("bin"));
        install(&folder, &[("pdftoppm", draws), ("tesseract", TESSERACT)]);
        std::os::unix::fs::symlink("/bin/sleep", folder.path("bin/sleep")).expect("a link");
        let command = folder.chancery(["add", "x", "scan.pdf", "--quiet"]);
        command.env("PATH", folder.path("bin")).output().expect("the program runs").status
    };
    assert!(!run(&kills).success());
    let kept = fs::read_dir(folder.path("x/recognised")).expect("kept pages").count();
    assert!(kept >= 3, "{kept}");
    assert!(run(&counted).success());
    let again = fs::read_to_string(folder.path("pages")).expect("pages");
    let mut again: Vec<&str> = again.lines().collect();
    again.sort_unstable();
    assert!(again.contains(&"4") && !again.contains(&"1") && !again.contains(&"2"), "{again:?}");
    assert_eq!(documents(&folder)[0]["pages"].as_array().map(Vec::len), Some(5));
    assert!(!folder.path("x/recognised").exists());
}
