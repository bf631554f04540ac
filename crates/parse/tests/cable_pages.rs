//! The 1,136 real pages of `../shared`: id, date, post and classification of each page
//! are those of the page's own table, or those of the text where the text states them.
//!
//! `cargo test -p chancery-parse --test cable_pages -- --nocapture` prints every field
//! in which the text differs from the table.

#[path = "../../../tests/shared_data.rs"]
mod shared_data;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;

use chancery_fields::cable_id;
use chancery_model::{Document, EnvelopeField, TextSpan};
use chancery_parse::parse_file;
use chancery_unpack::{UnpackBudget, UnpackError, UnpackLimits, visit_zip_members};

/// The cells of the page's table, read without the parser: id, created, released,
/// classification, origin.
fn table_cells(page: &str) -> Vec<String> {
    let table = page.split("<table class='cable'>").nth(1).expect("a table");
    let table = table.split("</table>").next().expect("its end");
    let cells = table.split("<td>").skip(1).map(|cell| cell.split("</td>").next().unwrap_or(""));
    cells
        .map(|cell| cell.split('<').map(|part| part.rsplit('>').next().unwrap_or("")).collect())
        .map(|cell: String| cell.trim().to_owned())
        .collect()
}

/// A field as the document has it, and its words in the text.
struct Found {
    value: String,
    words: Option<TextSpan>,
}

/// Whether two names are those of one post.
fn is_same_post(found: &str, origin: &str) -> bool {
    let letters = |name: &str| {
        let name = name.to_uppercase();
        let name = ["EMBASSY ", "CONSULATE ", "MISSION ", "US INTERESTS SECTION "]
            .iter()
            .find_map(|kind| name.strip_prefix(kind))
            .unwrap_or(if name == "SECRETARY OF STATE" { "STATE" } else { &name })
            .to_owned();
        cable_id::canonical_post_name(&name).map_or(name.replace(' ', ""), str::to_owned)
    };
    let (found, origin) = (letters(found), letters(origin));
    found == origin || !found.is_empty() && (origin.ends_with(&found))
}

/// The pages whose text states another value than their table, and why.
const EXCEPTIONS: [(&str, EnvelopeField, &str); 14] = [
    ("88BAGHDAD28", EnvelopeField::Classification, ANOTHER_TEXT),
    ("88BAGHDAD28", EnvelopeField::Post, ANOTHER_TEXT),
    ("07PARIS2725", EnvelopeField::Classification, ANOTHER_TEXT),
    ("07PARIS2725", EnvelopeField::Post, ANOTHER_TEXT),
    ("09HAVANA132", EnvelopeField::Classification, ANOTHER_TEXT),
    ("09HAVANA132", EnvelopeField::Post, ANOTHER_TEXT),
    ("09CHISINAU694", EnvelopeField::Post, ANOTHER_TEXT),
    ("10MEXICO614", EnvelopeField::Classification, ANOTHER_TEXT),
    ("10MEXICO614", EnvelopeField::Post, ANOTHER_TEXT),
    ("08RABAT727", EnvelopeField::Classification, "the line says CONFIDENTIAL"),
    ("09TBILISI1123", EnvelopeField::Classification, "the line says CONFIDENTIAL"),
    ("09RANGOON378", EnvelopeField::Date, "its group says 0706Z"),
    ("09STATE127892", EnvelopeField::Date, "repeated an hour after the first transmission"),
    ("10MOSCOW293", EnvelopeField::Classification, "the text says DEA SENSITIVE"),
];

const ANOTHER_TEXT: &str = "below its transmission header the page has another telegram";

/// Whether two times have the same day and hour. The tables print the hour again in
/// place of the minutes ("14:02", "09:09").
fn is_same_hour(found: &str, stated: &str) -> bool {
    let (hour, minute) = stated.split_at(13);
    let hour_of_clock = (hour[11..].parse::<u32>().expect("an hour") + 11) % 12 + 1;
    assert_eq!(minute, format!(":{hour_of_clock:02}"), "{stated}");
    found.starts_with(hour)
}

/// The fields of `document` beside those of its table: name, table's value, found.
fn compare(document: &Document, cells: &[String]) -> Vec<(EnvelopeField, String, Found)> {
    let header = &document.header;
    let found = |value: Option<(String, TextSpan)>| {
        let (value, span) = value.map_or((String::new(), None), |(v, s)| (v, Some(s)));
        Found { value, words: span.filter(|span| !span.is_empty()) }
    };
    let at = header.date_time.as_ref().map(|at| {
        (format!("{} {:02}:{:02}", at.value.date, at.value.hour, at.value.minute), at.span)
    });
    let day = header.date.as_ref().map(|day| (format!("{} 00:00", day.value), day.span));
    let level = header.classification.as_ref().map(|l| (l.value.as_str().to_owned(), l.span));
    let stated_level = match cells[3].split("//").next().unwrap_or("") {
        "UNCLASSIFIED" if cells[3].contains("OFFICIAL") => "sensitive".to_owned(),
        level => level.to_lowercase(),
    };
    let id = header.cable_id.as_ref().map(|id| (id.value.0.clone(), id.span));
    let post = header.post.as_ref().map(|post| (post.value.clone(), post.span));
    vec![
        (EnvelopeField::CableId, cells[0].clone(), found(id)),
        (EnvelopeField::Date, cells[1].clone(), found(at.or(day))),
        (EnvelopeField::Classification, stated_level, found(level)),
        (EnvelopeField::Post, cells[4].clone(), found(post)),
    ]
}

#[test]
fn every_page_has_the_fields_of_its_table_or_text() {
    let Some(zip) = shared_data::shared_data("data/cables/cable-pages.zip") else { return };
    let limits = UnpackLimits { member_bytes: 1 << 24, total_bytes: 1 << 30, member_count: 10_000 };
    let mut pages = 0;
    let mut problems = Vec::new();
    let mut unexplained = Vec::new();
    let mut counts: BTreeMap<EnvelopeField, [u32; 3]> = BTreeMap::new();
    let mut read_page = |name: &str, member: Result<&mut dyn Read, UnpackError>| {
        let mut bytes = Vec::new();
        member.expect("a page").read_to_end(&mut bytes).expect("a page");
        let mut parsed = parse_file(&bytes).expect("a page");
        problems.extend(parsed.problems.iter().map(|problem| format!("{name}: {problem}")));
        assert_eq!(parsed.documents.len(), 1, "{name}");
        let document = parsed.documents.remove(0);
        let cells = table_cells(&String::from_utf8_lossy(&bytes));
        assert_eq!(cells.len(), 5, "{name}");
        let table_end = document.text.as_str().find(&cells[4]).expect("the origin") as u32;
        for (field, stated, found) in compare(&document, &cells) {
            let is_equal = match field {
                EnvelopeField::Post => is_same_post(&found.value, &stated),
                EnvelopeField::Date => is_same_hour(&found.value, &stated),
                _ => found.value == stated,
            };
            let in_text = found.words.filter(|span| span.start > table_end);
            let count = counts.entry(field).or_default();
            count[if is_equal { 0 } else { usize::from(in_text.is_none()) + 1 }] += 1;
            if !is_equal {
                let mut known = EXCEPTIONS.iter();
                let why = known.find(|(id, of, _)| *id == cells[0] && *of == field);
                let why = why.map(|(.., why)| *why);
                let words = in_text.map_or("", |span| &document.text[span]);
                println!(
                    "{:20} {:15} {stated:22} {:22} {words:?}",
                    cells[0],
                    field.name(),
                    found.value
                );
                if in_text.is_none() || why.is_none() {
                    unexplained.push(format!(
                        "{name}: {} {stated:?} {:?}",
                        field.name(),
                        found.value
                    ));
                }
            }
        }
        pages += 1;
        true
    };
    let file = fs::File::open(zip).expect("the pages");
    visit_zip_members(file, &UnpackBudget::new(limits), &mut read_page).expect("a zip");
    println!("field: equal, text differs, unexplained");
    for (field, count) in counts {
        println!("{}: {count:?}", field.name());
    }
    assert_eq!(problems, [""; 0]);
    assert_eq!(unexplained, [""; 0]);
    assert_eq!(pages, 1_136);
}
