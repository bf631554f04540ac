//! Tests of the real volumes, if available.

use std::collections::HashSet;
use std::fs;

use chancery_model::{Document, EditorialMarkKind};
use chancery_parse::{ParsedFile, tei};

use crate::check::check;
use crate::shared_volumes;

#[test]
fn the_real_volumes() {
    let Some(paths) = shared_volumes("data/frus-volumes") else { return };
    let (mut total, mut unresolved) = (0, 0);
    for path in paths {
        let raw = fs::read(&path).unwrap();
        let contents = tei::parse_volume(&raw);
        assert_eq!(contents.problems, [], "{}", path.display());
        let count = contents.documents.len();
        let dangling = count_dangling_references(&contents);
        println!("{}: {count} documents, {dangling} references without an entry", path.display());
        assert_eq!(count, memchr::memmem::find_iter(&raw, "type=\"document\"").count());
        total += count;
        unresolved += dangling;
        for document in &contents.documents {
            check(&raw, document);
            assert_eq!(marked_persons(document), persons_in(&raw[document.raw.byte_range()]));
        }
    }
    println!("{total} documents, {unresolved} references to persons and terms without an entry");
    assert_eq!(total, 2274);
}

/// Counts references to persons and terms that are in no list of the volume.
fn count_dangling_references(contents: &ParsedFile) -> usize {
    let lists = [&contents.lists.persons, &contents.lists.terms];
    let ids: HashSet<&str> = lists.into_iter().flatten().map(|item| item.id.as_str()).collect();
    let marks = contents.documents.iter().flat_map(|document| &document.marks);
    marks.filter_map(|mark| mark.target.as_deref()).filter(|&id| !ids.contains(id)).count()
}

/// The words of all person marks, in file order.
fn marked_persons(document: &Document) -> Vec<String> {
    let text = &document.text;
    let persons = document.marks.iter().filter(|mark| mark.kind == EditorialMarkKind::Person);
    let located = persons.map(|mark| (text.to_raw_span(mark.span).start, &text[mark.span]));
    let mut found: Vec<(u32, &str)> = located.collect();
    found.sort_by_key(|&(at, _)| at);
    found.into_iter().map(|(_, words)| words.replace('\n', " ")).collect()
}

/// The contents of the `persName` elements of `raw`, extracted without an XML
/// parser.
fn persons_in(raw: &[u8]) -> Vec<String> {
    let raw = std::str::from_utf8(raw).unwrap();
    let elements = raw.split("<persName").skip(1).map(|rest| {
        let (tag, content) = rest.split_once('>').unwrap();
        let end = if tag.ends_with('/') { 0 } else { content.find("</persName>").unwrap() };
        plain_text(&content[..end])
    });
    elements.filter(|words| !words.is_empty()).collect()
}

/// The words without markup and notes, with white space collapsed.
fn plain_text(xml: &str) -> String {
    let mut words = String::new();
    let mut is_note = false;
    for piece in xml.split('<') {
        let (tag, rest) = piece.split_once('>').unwrap_or(("", piece));
        is_note = tag.starts_with("note") || is_note && tag != "/note";
        if tag.starts_with("lb") {
            words.push(' ');
        }
        if !is_note {
            words.push_str(rest);
        }
    }
    let words: Vec<&str> = words.split_ascii_whitespace().collect();
    words.join(" ").replace("&amp;", "&")
}

#[test]
#[ignore = "a measurement: cargo test --release -p chancery-parse --test tei -- --ignored --nocapture"]
fn speed_on_the_real_volumes() {
    let Some(paths) = shared_volumes("data/frus-volumes") else { return };
    let files: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    let bytes: usize = files.iter().map(Vec::len).sum();
    let start = std::time::Instant::now();
    let documents: usize = files.iter().map(|raw| tei::parse_volume(raw).documents.len()).sum();
    let seconds = start.elapsed().as_secs_f64();
    println!("{documents} documents, {:.0} MB/s", bytes as f64 / 1e6 / seconds);
    assert!(documents > 0);
}
