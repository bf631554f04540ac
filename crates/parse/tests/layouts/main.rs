//! Headers of every layout: cables since 2009, memoranda, letters, e-mails, British
//! telegrams, damaged dates. Each case has sisters that differ in layout, people and posts.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod dates;
mod message_attributes;
mod messages;
mod pages;

use std::fmt::Write;

use chancery_model::{BlockKind, Correspondent, Document, Spanned};
use chancery_parse::{invariants, parse_file};

/// Parses a file with one document and checks the invariants.
fn parse_one(raw: &[u8]) -> (Document, Vec<String>) {
    let mut parsed = parse_file(raw).unwrap();
    assert_eq!(parsed.documents.len(), 1);
    let document = parsed.documents.remove(0);
    invariants::check_document(raw, &document).unwrap();
    (document, parsed.problems.iter().map(|problem| problem.fault.to_string()).collect())
}

/// Asserts that the header and blocks of `text` are those of `expected`.
fn check(text: &str, expected: &str) {
    let (document, problems) = parse_one(text.as_bytes());
    assert_eq!(problems, [""; 0], "{text}");
    assert_eq!(table(&document).trim_end(), expected.trim(), "{text}");
}

/// The header as lines "field: value", then one line per block that is not data.
fn table(document: &Document) -> String {
    let header = &document.header;
    let mut out = String::new();
    let mut row = |name: &str, value: String| {
        if !value.is_empty() {
            writeln!(out, "{name}: {value}").unwrap();
        }
    };
    let words = |field: &Option<Spanned<String>>| {
        field.as_ref().map_or_else(String::new, |field| field.value.clone())
    };
    let party = |party: &Spanned<Correspondent>| match party.value.precedence {
        Some(precedence) => format!("{} ({})", party.value.name, precedence.as_str()),
        None => party.value.name.clone(),
    };
    let parties =
        |all: &[Spanned<Correspondent>]| all.iter().map(party).collect::<Vec<_>>().join("; ");
    let joined = |all: &[Spanned<String>]| {
        all.iter().map(|one| one.value.as_str()).collect::<Vec<_>>().join(" ")
    };
    row("id", header.cable_id.as_ref().map_or_else(String::new, |id| id.value.to_string()));
    row("post", words(&header.post));
    row("serial", words(&header.serial));
    row(
        "date",
        match (&header.date_time, &header.date) {
            (Some(at), _) => {
                format!("{} {:02}:{:02}", at.value.date, at.value.hour, at.value.minute)
            }
            (None, day) => day.as_ref().map_or_else(String::new, |day| day.value.to_string()),
        },
    );
    let level = header.classification.as_ref();
    row("level", level.map_or_else(String::new, |level| level.value.as_str().to_owned()));
    row("captions", joined(&header.captions));
    row("from", header.from.as_ref().map_or_else(String::new, party));
    row("to", parties(&header.to));
    row("info", parties(&header.info));
    row("order", words(&header.executive_order));
    let tags: Vec<&str> = header.tags.iter().map(|tag| tag.value.name.as_str()).collect();
    row("tags", tags.join(" "));
    row("subject", words(&header.subject));
    let references: Vec<&str> =
        header.references.iter().map(|reference| reference.value.value.as_str()).collect();
    row("references", references.join(" "));
    row("signature", joined(&header.signatures));
    let officers = header.officers.iter().map(|officer| {
        let role = officer.value.role.name().split(' ').next().unwrap_or("");
        format!(
            "{role} {} ({})",
            officer.value.name,
            officer.value.office.as_deref().unwrap_or("-")
        )
    });
    row("officers", officers.collect::<Vec<_>>().join("; "));
    row("origins", header.describe_origins().unwrap_or_default());
    for block in &document.blocks {
        let words = document.text[block.span].replace('\n', " / ");
        match &block.kind {
            BlockKind::Header => {}
            BlockKind::Paragraph(_) => writeln!(out, "| {words}").unwrap(),
            kind => writeln!(out, "{kind:?} | {words}").unwrap(),
        }
    }
    out
}
