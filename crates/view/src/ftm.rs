//! FollowTheMoney entities (<https://followthemoney.tech>), an object a line,
//! and beside them the offsets, for which the schema has no property.
//!
//! ```json
//! {"id":"chancery-9f86…","schema":"PlainText","properties":{"fileName":["cables/09LOME1.txt"],
//!  "bodyText":["Ama Osei left."],…}}
//! {"id":"chancery-1c02…","schema":"Person","properties":{"name":["Osei, Ama"],…}}
//! {"id":"chancery-9f86….m1","schema":"Mention","properties":{"document":["chancery-9f86…"],
//!  "name":["Ama Osei"],"detectedSchema":["Person"],"resolved":["chancery-1c02…"]}}
//! ```
//!
//! Persons are `Person`, organisations `Organization` or, by a word in their
//! name, `PublicBody`, places `Address` with coordinates where they are known.
//! An entity comes once, before the first mention of it. `resolved` leads to
//! persons and organisations alone, as the schema has it; the other classes
//! and the places are in the file of offsets, which has every mention:
//!
//! ```text
//! mention,document,start_code_point,end_code_point,label,text,entity
//! chancery-9f86….m1,chancery-9f86…,0,8,PER,Ama Osei,pocom:osei-ama
//! ```
//!
//! Offsets count code points of `bodyText`, which is the reading text as
//! FollowTheMoney would clean it (see [`Body`]): where nothing is to be
//! cleaned, the two are the same. In names, runs of white space are one blank.

use std::collections::HashSet;
use std::io::{self, Write};

use chancery_model::{Annotated, Entity, Label, TextSpan};
use serde_json::{Value, json};

use crate::csv::harmless;
use crate::geojson::Gazetteer;

/// Words in names of public bodies.
const PUBLIC_BODIES: &str = include_str!("../data/public_bodies.txt");

/// Writes entities and offsets, a document at a time.
pub struct Writer<W: Write, O: Write> {
    out: W,
    offsets: Option<csv::Writer<O>>,
    /// The entities that were written, by the digest of their ids.
    written: HashSet<[u8; 16]>,
}

impl<W: Write, O: Write> Writer<W, O> {
    /// Entities that go to `out`; the offsets go to `offsets`, if wanted.
    ///
    /// # Errors
    /// Those of `out` and `offsets`, here and below.
    pub fn begin(out: W, offsets: Option<O>) -> io::Result<Self> {
        let mut offsets = offsets.map(csv::Writer::from_writer);
        if let Some(table) = &mut offsets {
            table.write_record([
                "mention",
                "document",
                "start_code_point",
                "end_code_point",
                "label",
                "text",
                "entity",
            ])?;
        }
        Ok(Self { out, offsets, written: HashSet::new() })
    }

    /// Writes a document, which came from `source`, its mentions, and those of
    /// its entities that are new.
    pub fn write(
        &mut self,
        annotated: &Annotated,
        source: &str,
        gazetteer: &Gazetteer<'_>,
    ) -> io::Result<()> {
        let body = Body::of(annotated.document.text.as_str());
        let own = format!("chancery-{:.24}", annotated.document.id.to_string());
        self.line(&document(annotated, &body, source, &own))?;
        let entities = &annotated.entities;
        for (number, mention) in annotated.mentions.iter().enumerate() {
            let link = entities.of(number);
            let entity = link.and_then(|link| entities.entities.get(link.entity as usize));
            if let Some(entity) = entity {
                self.entity(entity, gazetteer)?;
            }
            let (start, end) = body.place(mention.span);
            let surface = words(&body.text[start.0..end.0]);
            let mention_id = format!("{own}.m{}", number + 1);
            let mut properties = json!({ "document": [own], "name": [surface] });
            let class = entity.map_or(mention.label, |entity| entity.label);
            let name = entity.map_or(surface.as_str(), |entity| &entity.name);
            if let Some(schema) = schema(class, name) {
                properties["detectedSchema"] = json!([schema]);
            }
            if let Some(entity) = entity.filter(|_| matches!(class, Label::Per | Label::Org)) {
                properties["resolved"] = json!([id(&entity.id)]);
            }
            if !surface.is_empty() {
                self.line(&json!({
                    "id": mention_id, "schema": "Mention", "properties": properties,
                }))?;
            }
            if let Some(table) = &mut self.offsets {
                let entity = entity.map_or("", |entity| entity.id.as_str());
                table.write_record([
                    &*mention_id,
                    &own,
                    &start.1.to_string(),
                    &end.1.to_string(),
                    mention.label.as_str(),
                    &harmless(&body.text[start.0..end.0]),
                    &harmless(entity),
                ])?;
            }
        }
        Ok(())
    }

    fn entity(&mut self, entity: &Entity, gazetteer: &Gazetteer<'_>) -> io::Result<()> {
        let Some(schema) = schema(entity.label, &entity.name) else { return Ok(()) };
        let digest = blake3::hash(entity.id.as_bytes());
        let key = digest.as_bytes().first_chunk().copied().expect("a digest has 32 bytes");
        if !self.written.insert(key) {
            return Ok(());
        }
        let name = words(&entity.name);
        let notes = match entity.reason.as_str() {
            "" => words(&entity.id),
            reason => format!("{}; {}", words(&entity.id), words(reason)),
        };
        let mut properties = json!({ "name": [name], "notes": [notes] });
        if schema == "Address" {
            // `full` would be rewritten as an address: "Spain; Europe" with a comma.
            properties["summary"] = json!([name]);
            if let Some(point) = gazetteer(&entity.id) {
                properties["latitude"] = json!([format!("{:.2}", point.latitude)]);
                properties["longitude"] = json!([format!("{:.2}", point.longitude)]);
            }
        }
        self.line(&json!({ "id": id(&entity.id), "schema": schema, "properties": properties }))
    }

    fn line(&mut self, entity: &Value) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, entity)?;
        self.out.write_all(b"\n")
    }

    /// Ends the files, and hands them back.
    pub fn finish(self) -> io::Result<(W, Option<O>)> {
        let offsets = self.offsets.map(csv::Writer::into_inner).transpose();
        Ok((self.out, offsets.map_err(|error| error.into_error())?))
    }
}

/// The document itself.
fn document(annotated: &Annotated, body: &Body, source: &str, own: &str) -> Value {
    let header = &annotated.document.header;
    let path = match words(source) {
        path if path.is_empty() => own.to_owned(),
        path => path,
    };
    let mut properties = json!({
        "fileName": [path],
        "mimeType": ["text/plain"],
        "language": ["eng"],
    });
    if !body.text.is_empty() {
        properties["bodyText"] = json!([body.text]);
    }
    if let Some(subject) = header.subject.as_ref().map(|field| words(&field.value))
        && !subject.is_empty()
    {
        properties["title"] = json!([subject]);
    }
    if let Some(day) = header.day() {
        properties["date"] = json!([day.to_string()]);
    }
    json!({ "id": own, "schema": "PlainText", "properties": properties })
}

/// The schema of an entity.
fn schema(label: Label, name: &str) -> Option<&'static str> {
    match label {
        Label::Per => Some("Person"),
        Label::Loc => Some("Address"),
        Label::Org if is_public(name) => Some("PublicBody"),
        Label::Org => Some("Organization"),
        Label::Misc => None,
    }
}

fn is_public(name: &str) -> bool {
    let name = format!(" {} ", words(name).to_lowercase());
    let mut listed = PUBLIC_BODIES.lines().filter(|line| !line.starts_with('#'));
    listed.any(|word| {
        name.match_indices(word).any(|(at, _)| {
            let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
            !letter(name[..at].chars().next_back())
                && !letter(name[at + word.len()..].chars().next())
        })
    })
}

/// An id as FollowTheMoney takes it: letters, digits, dots and hyphens.
fn id(of: &str) -> String {
    let digest = blake3::hash(of.as_bytes()).to_hex();
    format!("chancery-{}", &digest[..24])
}

/// `text` cleaned, with one blank for each run of white space.
fn words(text: &str) -> String {
    Body::of(text).text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as FollowTheMoney cleans it (`remove_unsafe_chars` of its library
/// normality): control and zero-width characters are deleted, odd spaces are
/// blanks, and there is no white space around it.
struct Body {
    text: String,
    /// For each stretch of the text that was kept: where it starts in the text
    /// as it was, and here, in bytes and in code points.
    stretches: Vec<(u32, usize, u32)>,
}

impl Body {
    fn of(text: &str) -> Self {
        let deleted = |letter: char| {
            (letter.is_control() && !['\t', '\n', '\r'].contains(&letter))
                || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}')
                || ['\u{61c}', '\u{ad}', '\u{feff}'].contains(&letter)
        };
        let odd = |letter: char| {
            matches!(letter, '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{a00}')
                || ['\u{1680}', '\u{202f}', '\u{205f}', '\u{3000}'].contains(&letter)
        };
        let mut body = Self { text: String::with_capacity(text.len()), stretches: Vec::new() };
        let (mut points, mut kept) = (0, false);
        for (at, letter) in text.char_indices() {
            let leads = body.text.is_empty() && letter.is_whitespace();
            if deleted(letter) || leads {
                kept = false;
                continue;
            }
            if !kept {
                body.stretches.push((at as u32, body.text.len(), points));
            }
            // What follows a blank of one byte in place of three does not
            // stand as far behind as it did.
            kept = !odd(letter);
            body.text.push(if kept { letter } else { ' ' });
            points += 1;
        }
        body.text.truncate(body.text.trim_end().len());
        body
    }

    /// A place of the text as it was: its ends here, each in bytes and in code
    /// points.
    fn place(&self, span: TextSpan) -> ((usize, u32), (usize, u32)) {
        (self.end(span.start), self.end(span.end))
    }

    fn end(&self, at: u32) -> (usize, u32) {
        let after = self.stretches.partition_point(|stretch| stretch.0 <= at);
        let Some(&(start, byte, point)) = self.stretches[..after].last() else { return (0, 0) };
        let here = self.stretches.get(after).map_or(self.text.len(), |next| next.1);
        let here = (byte + (at - start) as usize).min(here).min(self.text.len());
        let first = byte.min(here);
        (here, point + self.text[first..here].chars().count() as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_cleaned_text() {
        let text = " \u{7}Zo\u{ad}ë\u{3000}Ünal \u{200b}left  ";
        let body = Body::of(text);
        assert_eq!(body.text, "Zoë Ünal left");
        for (words, expected, point) in
            [("Zo\u{ad}ë", "Zoë", 0), ("Ünal", "Ünal", 4), ("left", "left", 9)]
        {
            let start = text.find(words).expect("it stands there");
            let (from, to) = body.place(TextSpan::from_range(start..start + words.len()));
            assert_eq!((&body.text[from.0..to.0], from.1), (expected, point));
            assert_eq!(to.1 - from.1, expected.chars().count() as u32);
        }
    }

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
            assert_eq!(is_public(name), public, "{name}");
        }
    }
}
