//! FollowTheMoney entities (<https://followthemoney.tech>), one object per
//! line. Offsets go to a second file, because the schema has no property for
//! them.
//!
//! ```json
//! {"id":"chancery-9f86…","schema":"PlainText","properties":{"fileName":["cables/09LOME1.txt"],
//!  "bodyText":["Ama Osei left."],…}}
//! {"id":"chancery-1c02…","schema":"Person","properties":{"name":["Osei, Ama"],…}}
//! {"id":"chancery-9f86….m1","schema":"Mention","properties":{"document":["chancery-9f86…"],
//!  "name":["Ama Osei"],"detectedSchema":["Person"],"resolved":["chancery-1c02…"]}}
//! ```
//!
//! Persons are `Person`. Organisations are `Organization`, or `PublicBody` if
//! their name contains a word of a list. Places are `Address`, with coordinates
//! if these are known. Each entity is written once, before its first mention.
//! The schema lets `resolved` refer only to persons and organisations. The
//! entities of the other labels are in the file of offsets, which lists every
//! mention:
//!
//! ```text
//! mention,document,start_code_point,end_code_point,label,text,entity
//! chancery-9f86….m1,chancery-9f86…,0,8,PER,Ama Osei,pocom:osei-ama
//! ```
//!
//! Offsets count code points of `bodyText`. That is the reading text as
//! FollowTheMoney cleans it (see [`CleanedText`]); the two are equal if nothing needs
//! cleaning. In names, each run of white space becomes one blank. If a text is
//! too long for FollowTheMoney, its document is a `Pages` entity and the text
//! is in `Page` entities. The file of offsets then has the ids of the pages.

mod cleaned_text;

use std::collections::HashSet;
use std::io::{self, Write};
use std::ops::Range;

use chancery_model::{Annotated, Entity, Label};
use serde_json::{Value, json};

use self::cleaned_text::{CleanedText, TextPosition};
use crate::geojson::CoordinateLookup;
use crate::table::{Cell, TableDialect, TableWriter};

/// Words that identify the name of a public body.
const PUBLIC_BODIES: &str = include_str!("../../data/public_bodies.txt");

/// Columns of the table of offsets.
const OFFSET_COLUMNS: [&str; 7] =
    ["mention", "document", "start_code_point", "end_code_point", "label", "text", "entity"];

/// Writes entities and offsets, one document at a time.
pub struct FtmWriter<W: Write, O: Write> {
    out: W,
    offsets: Option<TableWriter<O>>,
    /// Digests of the ids of the entities already written.
    written: HashSet<[u8; 16]>,
}

impl<W: Write, O: Write> FtmWriter<W, O> {
    /// Creates a writer of entities to `out` and, if given, offsets to
    /// `offsets`.
    ///
    /// # Errors
    /// This and the other methods return the errors of `out` and `offsets`.
    pub fn start_files(out: W, offsets: Option<O>) -> io::Result<Self> {
        let start = |out| TableWriter::start(out, TableDialect::Plain, &OFFSET_COLUMNS);
        let offsets = offsets.map(start).transpose()?;
        Ok(Self { out, offsets, written: HashSet::new() })
    }

    /// Writes a document, its mentions, and its entities that were not written
    /// before. `source` says where the document came from.
    pub fn write_document(
        &mut self,
        annotated: &Annotated,
        source: &str,
        coordinates: &CoordinateLookup<'_>,
    ) -> io::Result<()> {
        let document_id = format!("chancery-{:.24}", annotated.document.id.to_string());
        let body = CleanedText::from_text(annotated.document.text.as_str());
        let spans = body.map_spans(annotated.mentions.iter().map(|mention| mention.span));
        let pages = body.split_pages(&spans);
        self.write_document_entity(annotated, &body, &pages, source, &document_id)?;
        let entities = &annotated.entities;
        for (number, (mention, span)) in annotated.mentions.iter().zip(spans).enumerate() {
            let entity = entities.entity_of_mention(number);
            if let Some(entity) = entity {
                self.write_entity(entity, coordinates)?;
            }
            let written = &body.text[span.start.byte..span.end.byte];
            let surface = normalise_whitespace(written);
            let mention_id = format!("{document_id}.m{}", number + 1);
            let mut properties = json!({ "document": [document_id], "name": [surface] });
            let label = entity.map_or(mention.label, |entity| entity.label);
            let name = entity.map_or(surface.as_str(), |entity| &entity.name);
            if let Some(schema) = entity_schema(label, name) {
                properties["detectedSchema"] = json!([schema]);
            }
            if let Some(entity) = entity.filter(|_| matches!(label, Label::Per | Label::Org)) {
                properties["resolved"] = json!([hashed_id(&entity.id)]);
            }
            if !surface.is_empty() {
                self.write_line(&json!({
                    "id": mention_id, "schema": "Mention", "properties": properties,
                }))?;
            }
            if let Some(table) = &mut self.offsets {
                let entity = entity.map_or("", |entity| entity.id.as_str());
                let page = pages.partition_point(|page| page.start.byte <= span.start.byte) - 1;
                let first = pages[page].start.point;
                table.write_row([
                    Cell::text(&*mention_id),
                    Cell::text(page_id(&document_id, page, pages.len())),
                    Cell::number(span.start.point - first),
                    Cell::number(span.end.point - first),
                    Cell::text(mention.label.as_str()),
                    Cell::text(written),
                    Cell::text(entity),
                ])?;
            }
        }
        Ok(())
    }

    /// Writes the document entity, and its pages if it has more than one.
    fn write_document_entity(
        &mut self,
        annotated: &Annotated,
        body: &CleanedText,
        pages: &[Range<TextPosition>],
        source: &str,
        document_id: &str,
    ) -> io::Result<()> {
        let header = &annotated.document.header;
        let path = match normalise_whitespace(source) {
            path if path.is_empty() => document_id.to_owned(),
            path => path,
        };
        let mut properties = json!({
            "fileName": [path],
            "mimeType": ["text/plain"],
            "language": [annotated.words.language.long_code()],
        });
        let schema = if pages.len() > 1 { "Pages" } else { "PlainText" };
        if pages.len() == 1 && !body.text.is_empty() {
            properties["bodyText"] = json!([body.text]);
        }
        if let Some(subject) =
            header.subject.as_ref().map(|field| normalise_whitespace(&field.value))
            && !subject.is_empty()
        {
            properties["title"] = json!([subject]);
        }
        if let Some(day) = header.document_date() {
            properties["date"] = json!([day.to_string()]);
        }
        self.write_line(&json!({ "id": document_id, "schema": schema, "properties": properties }))?;
        for (number, page) in pages.iter().enumerate().filter(|_| pages.len() > 1) {
            self.write_line(&json!({
                "id": page_id(document_id, number, pages.len()),
                "schema": "Page",
                "properties": {
                    "document": [document_id],
                    "index": [(number + 1).to_string()],
                    "bodyText": [body.text[page.start.byte..page.end.byte]],
                },
            }))?;
        }
        Ok(())
    }

    fn write_entity(
        &mut self,
        entity: &Entity,
        coordinates: &CoordinateLookup<'_>,
    ) -> io::Result<()> {
        let Some(schema) = entity_schema(entity.label, &entity.name) else { return Ok(()) };
        let digest = blake3::hash(entity.id.as_bytes());
        let key = digest.as_bytes().first_chunk().copied().expect("a digest has 32 bytes");
        if !self.written.insert(key) {
            return Ok(());
        }
        let name = normalise_whitespace(&entity.name);
        let notes = match entity.reason().as_str() {
            "" => normalise_whitespace(&entity.id),
            reason => {
                format!("{}; {}", normalise_whitespace(&entity.id), normalise_whitespace(reason))
            }
        };
        let mut properties = json!({ "name": [name], "notes": [notes] });
        if schema == "Address" {
            // FollowTheMoney would reformat `full` as an address: "Spain; Europe"
            // with a comma.
            properties["summary"] = json!([name]);
            if let Some(point) = coordinates(&entity.id) {
                properties["latitude"] = json!([format!("{:.2}", point.latitude)]);
                properties["longitude"] = json!([format!("{:.2}", point.longitude)]);
            }
        }
        self.write_line(
            &json!({ "id": hashed_id(&entity.id), "schema": schema, "properties": properties }),
        )
    }

    fn write_line(&mut self, entity: &Value) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, entity)?;
        self.out.write_all(b"\n")
    }

    /// Finishes both files and returns them.
    pub fn finish_files(self) -> io::Result<(W, Option<O>)> {
        Ok((self.out, self.offsets.map(TableWriter::finish).transpose()?))
    }
}

/// The FollowTheMoney schema of an entity; `None` for MISC.
fn entity_schema(label: Label, name: &str) -> Option<&'static str> {
    match label {
        Label::Per => Some("Person"),
        Label::Loc => Some("Address"),
        Label::Org if is_public_body(name) => Some("PublicBody"),
        Label::Org => Some("Organization"),
        Label::Misc => None,
    }
}

fn is_public_body(name: &str) -> bool {
    let name = format!(" {} ", normalise_whitespace(name).to_lowercase());
    let mut listed = PUBLIC_BODIES.lines().filter(|line| !line.starts_with('#'));
    listed.any(|word| {
        name.match_indices(word).any(|(at, _)| {
            let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
            !letter(name[..at].chars().next_back())
                && !letter(name[at + word.len()..].chars().next())
        })
    })
}

/// The id of the entity with the text of page number `page` (from 0). A
/// document with only one page holds the text itself.
fn page_id(document: &str, page: usize, pages: usize) -> String {
    match pages {
        1 => document.to_owned(),
        _ => format!("{document}.p{}", page + 1),
    }
}

/// An id in the alphabet that FollowTheMoney permits: letters, digits, dots and
/// hyphens.
fn hashed_id(of: &str) -> String {
    let digest = blake3::hash(of.as_bytes()).to_hex();
    format!("chancery-{}", &digest[..24])
}

/// Cleans `text` and replaces each run of white space by one blank.
fn normalise_whitespace(text: &str) -> String {
    CleanedText::from_text(text).text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_bodies_are_known_by_a_word() {
        for (name, public) in [
            ("Ministry of Mines", true),
            ("Department of\nState", true),
            ("Navy", true),
            ("Cunard Steamship Company", false),
            ("Courtaulds", false),
            ("", false),
        ] {
            assert_eq!(is_public_body(name), public, "{name}");
        }
    }
}
