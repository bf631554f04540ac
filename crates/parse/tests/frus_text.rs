//! The documents of the nine FRUS volumes of `../shared`, written out as plain text: date,
//! sender, addressee and number are those that the reader of the mark-up finds.
//!
//! `cargo test -p chancery-parse --test frus_text -- --nocapture` prints the table by field
//! and every document that differs.

#[path = "../../../tests/shared_data.rs"]
mod shared_data;

use std::collections::BTreeMap;
use std::fs;

use chancery_model::{Block, BlockKind, Correspondent, Document, Header, Spanned};
use chancery_parse::{parse_file, tei};

/// How a text is written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// One paragraph per line, as copied from the web site: the numbers of notes follow
    /// their words, the notes follow the text.
    Page,
    /// Lines of at most 72 letters, without notes.
    Print,
}

/// Width of a line in print.
const WIDTH: usize = 72;

/// Writes a document out as plain text.
fn write_out(document: &Document, form: Form) -> String {
    let mut parts: Vec<String> = Vec::new();
    let in_body = |block: &&Block| !matches!(block.kind, BlockKind::Footnote(_));
    for block in document.blocks.iter().filter(in_body) {
        let mut words = document.text[block.span].to_owned();
        if form == Form::Page {
            let within = |note: &&chancery_model::Footnote| {
                (block.span.start..=block.span.end).contains(&note.anchor)
            };
            let notes: Vec<_> = document.footnotes().map(|(_, note)| note).filter(within).collect();
            for note in notes.into_iter().rev() {
                words.insert_str((note.anchor - block.span.start) as usize, &note.marker);
            }
        } else if block.kind != BlockKind::Table {
            words = words.lines().map(wrap).collect::<Vec<_>>().join("\n");
        }
        parts.push(words);
    }
    if form == Form::Page {
        let notes = document.footnotes();
        parts
            .extend(notes.map(|(span, note)| format!("{}. {}", note.marker, &document.text[span])));
    }
    parts.join("\n\n")
}

fn wrap(line: &str) -> String {
    let (mut out, mut width) = (String::new(), 0);
    for word in line.split(' ') {
        if width > 0 && width + 1 + word.chars().count() > WIDTH {
            out.push('\n');
            width = 0;
        } else if width > 0 {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += word.chars().count();
    }
    out
}

/// The fields of a header, by name; those that it lacks are left out.
fn fields(header: &Header, number: Option<String>) -> BTreeMap<&'static str, String> {
    let name = |party: &Spanned<Correspondent>| party.value.name.clone();
    let joined =
        |all: &[Spanned<Correspondent>]| all.iter().map(name).collect::<Vec<_>>().join("; ");
    let level = header.classification.as_ref();
    let fields = [
        ("date", header.document_date().map(|day| day.to_string())),
        ("from", header.from.as_ref().map(name)),
        ("to", Some(joined(&header.to)).filter(|to| !to.is_empty())),
        ("serial", header.serial.as_ref().map(|serial| serial.value.clone())),
        ("number", number),
        ("classification", level.map(|level| level.value.as_str().to_owned())),
    ];
    fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// Whether a value of the text is that of the mark-up. The mark-up of a party may be a part
/// of it: "Dulles" for "Secretary of State Dulles".
fn states(field: &str, found: &str, value: &str) -> bool {
    match field {
        "from" | "to" => value.split("; ").all(|party| found.contains(party)),
        _ => found == value,
    }
}

/// The number of a document in its volume: the digits at the start of its heading.
fn number_of(document: &Document) -> Option<String> {
    let heading = document.blocks.iter().find(|block| block.kind == BlockKind::Heading)?;
    let words = &document.text[heading.span];
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    let is_marked = document.markings.iter().any(|marking| marking.start == heading.span.start);
    (digits > 0 && is_marked).then(|| words[..digits].to_owned())
}

#[test]
fn plain_texts_have_the_fields_of_the_mark_up() {
    let Some(folder) = shared_data::shared_data("data/frus-volumes") else { return };
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("volumes").map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    let mut counts: BTreeMap<(Form, &str), [usize; 3]> = BTreeMap::new();
    let mut documents = 0;
    let shown = std::env::var("CHANCERY_SHOWN").unwrap_or_default();
    for path in paths {
        for document in tei::parse_volume(&fs::read(&path).expect("a volume")).documents {
            documents += 1;
            let mut stated = fields(&document.header, number_of(&document));
            for form in [Form::Page, Form::Print] {
                let text = write_out(&document, form);
                if document.header.cable_id.as_ref().is_some_and(|id| id.value.0 == shown) {
                    println!("{text}");
                }
                let parsed = parse_file(text.as_bytes()).expect("text");
                let found = &parsed.documents[0];
                let mut found = fields(&found.header, number_of(found));
                // Only the note on the source states it.
                if form == Form::Print {
                    found.remove("classification");
                    stated.remove("classification");
                }
                for (&field, value) in &stated {
                    let same = found.get(field).is_some_and(|found| states(field, found, value));
                    let count = counts.entry((form, field)).or_default();
                    count[usize::from(!same)] += 1;
                    if !same {
                        let id = document.header.cable_id.as_ref().map_or("", |id| &id.value.0);
                        let wrong = found.get(field);
                        println!("{id} {form:?} {field}: {value:?}, found {wrong:?}");
                    }
                }
                for (&field, value) in &found {
                    if !stated.contains_key(field) {
                        counts.entry((form, field)).or_default()[2] += 1;
                        let id = document.header.cable_id.as_ref().map_or("", |id| &id.value.0);
                        println!("{id} {form:?} {field}: not in the mark-up, found {value:?}");
                    }
                }
            }
        }
    }
    println!("field: as the mark-up, other or missing, only in the text");
    for ((form, field), count) in &counts {
        let share = 100.0 * count[0] as f64 / (count[0] + count[1]).max(1) as f64;
        println!("{form:?} {field}: {count:?}, {share:.1} %");
    }
    assert_eq!(documents, 2274);
    for (field, [same, other, _]) in counts {
        assert!(same * 100 >= 97 * (same + other), "{field:?}: {same} of {}", same + other);
    }
}
