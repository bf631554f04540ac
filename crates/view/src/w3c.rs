//! Web Annotations of the W3C (<https://www.w3.org/TR/annotation-model/>), one
//! JSON-LD document for all.
//!
//! ```json
//! {"@context":"http://www.w3.org/ns/anno.jsonld","@graph":[
//! {"id":"urn:chancery:9f86…","type":"TextualBody","format":"text/plain",
//!  "label":"cables/09LOME1.txt","value":"Ama Osei left."},
//! {"id":"urn:chancery:9f86…#0-8","type":"Annotation","motivation":"identifying",
//!  "body":[{"type":"TextualBody","purpose":"classifying","value":"PER"},
//!          {"type":"SpecificResource","purpose":"identifying",
//!           "source":{"id":"urn:chancery:entity:pocom%3Aosei-ama","label":"Osei, Ama"}}],
//!  "target":{"source":"urn:chancery:9f86…","selector":[
//!    {"type":"TextPositionSelector","start":0,"end":8},
//!    {"type":"TextQuoteSelector","exact":"Ama Osei","prefix":"","suffix":" left."}]}}
//! ]}
//! ```
//!
//! The model holds the annotated text to be elsewhere on the web; here it is a
//! `TextualBody` of the same file, so that the file is complete. Positions
//! count code points, as the model says they do. A node stands on each line.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use chancery_model::Annotated;
use serde_json::{Value, json};

use crate::error::{FormatError, Problem, utf8};
use crate::given::{self, Spot};
use crate::record::{Record, Sourced};

const CONTEXT: &str = "http://www.w3.org/ns/anno.jsonld";

/// Begins the ids of documents.
const DOCUMENT: &str = "urn:chancery:";
/// Begins the ids of entities.
const ENTITY: &str = "urn:chancery:entity:";

/// So many code points before and after a name are quoted with it.
const QUOTED: usize = 24;

/// Writes a file, a document at a time.
pub struct Writer<W> {
    out: W,
    begun: bool,
}

impl<W: Write> Writer<W> {
    /// A file that goes to `out`.
    ///
    /// # Errors
    /// Those of `out`, here and below.
    pub fn begin(mut out: W) -> io::Result<Self> {
        writeln!(out, "{{\"@context\":\"{CONTEXT}\",\"@graph\":[")?;
        Ok(Self { out, begun: false })
    }

    /// Writes a document, which came from `source`, and its names.
    pub fn write(&mut self, annotated: &Annotated, source: &str) -> io::Result<()> {
        let record = Record::of(annotated, source);
        let urn = format!("{DOCUMENT}{}", record.id);
        self.node(&json!({
            "id": urn, "type": "TextualBody", "format": "text/plain",
            "label": record.source, "value": record.text,
        }))?;
        let text = annotated.document.text.as_str();
        let named = record.mentions.iter().zip(&annotated.mentions).enumerate();
        for (number, (name, mention)) in named {
            let mut body = vec![json!({
                "type": "TextualBody", "purpose": "classifying", "value": name.label,
            })];
            if let Some(entity) = annotated.entities.entity_of(number) {
                body.push(json!({
                    "type": "SpecificResource", "purpose": "identifying",
                    "source": {
                        "id": format!("{ENTITY}{}", escaped(&entity.id)),
                        "label": entity.name,
                    },
                }));
            }
            let before = &text[..mention.span.start as usize];
            let after = &text[mention.span.end as usize..];
            let from =
                before.char_indices().rev().take(QUOTED).last().map_or(before.len(), |c| c.0);
            let to = after.char_indices().nth(QUOTED).map_or(after.len(), |c| c.0);
            self.node(&json!({
                "id": format!("{urn}#{}-{}", name.start, name.end),
                "type": "Annotation", "motivation": "identifying", "body": body,
                "target": { "source": urn, "selector": [
                    { "type": "TextPositionSelector", "start": name.start, "end": name.end },
                    { "type": "TextQuoteSelector", "exact": name.text,
                      "prefix": before[from..], "suffix": after[..to] },
                ] },
            }))?;
        }
        Ok(())
    }

    fn node(&mut self, node: &Value) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            self.out.write_all(b",\n")?;
        }
        serde_json::to_writer(&mut self.out, node)?;
        Ok(())
    }

    /// Ends the file.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.write_all(if self.begun { b"\n]}\n" } else { b"]}\n" })?;
        Ok(self.out)
    }
}

/// `id` with what an IRI does not take written as `%hh`.
fn escaped(id: &str) -> String {
    let mut iri = String::with_capacity(id.len());
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                iri.push(char::from(byte));
            }
            _ => write!(iri, "%{byte:02X}").expect("a string takes all"),
        }
    }
    iri
}

/// Reads a file of annotations whose texts are in it: `@graph`, the `items` of
/// a page, or a list; of several selectors the position counts. Annotations
/// that name no class are passed over.
///
/// # Errors
/// Where the file is no JSON, a class is unknown, a text is missing, or a
/// place is none of its text.
pub fn read(bytes: &[u8]) -> Result<Vec<Sourced>, FormatError> {
    let wrong = |problem| FormatError { line: 1, column: 1, problem };
    let file: Value = serde_json::from_str(utf8(bytes)?).map_err(|error| FormatError {
        line: error.line().max(1),
        column: error.column().max(1),
        problem: Problem::json(&error),
    })?;
    let nodes = file.get("@graph").or(file.get("items")).unwrap_or(&file);
    let nodes = nodes.as_array().map_or(std::slice::from_ref(nodes), Vec::as_slice);
    let mut texts: Vec<Text<'_>> = Vec::new();
    let mut numbers = HashMap::new();
    let is = |node: &Value, kind: &str| list(&node["type"]).iter().any(|one| one == kind);
    for node in nodes.iter().filter(|node| is(node, "TextualBody")) {
        let (Some(id), Some(value)) = (node["id"].as_str(), node["value"].as_str()) else {
            continue;
        };
        numbers.insert(id, texts.len());
        let source = node["label"].as_str().unwrap_or(id);
        texts.push(Text { id, source, value, spots: Vec::new() });
    }
    for node in nodes.iter().filter(|node| is(node, "Annotation")) {
        let Some((about, spot)) = annotation(node).map_err(wrong)? else { continue };
        let Some(&number) = numbers.get(about) else {
            return Err(wrong(Problem::NoText(about.to_owned())));
        };
        texts[number].spots.push(spot);
    }
    texts.into_iter().map(|text| text.document().map_err(wrong)).collect()
}

/// A text of the file and the places in it.
struct Text<'a> {
    id: &'a str,
    source: &'a str,
    value: &'a str,
    spots: Vec<Spot>,
}

impl Text<'_> {
    fn document(self) -> Result<Sourced, Problem> {
        let mut annotated =
            given::spotted(self.value, self.spots).map_err(|(_, problem)| problem)?;
        if let Some(id) = self.id.strip_prefix(DOCUMENT).and_then(|id| id.parse().ok()) {
            annotated.document.id = id;
        }
        Ok(Sourced { source: self.source.to_owned(), annotated })
    }
}

/// What an annotation is about, and the place; nothing where no class stands.
fn annotation(node: &Value) -> Result<Option<(&str, Spot)>, Problem> {
    let mut classes = list(&node["body"]).iter().filter(|body| {
        ["classifying", "tagging"].iter().any(|&purpose| body["purpose"] == purpose)
    });
    let Some(class) = classes.find_map(|body| body["value"].as_str()) else {
        return Ok(None);
    };
    let target = &node["target"];
    let source = target["source"].as_str().or(target["source"]["id"].as_str()).unwrap_or("");
    let position = list(&target["selector"])
        .iter()
        .find(|selector| selector["type"] == "TextPositionSelector")
        .unwrap_or(&Value::Null);
    let number = |key: &str| position[key].as_u64().and_then(|number| u32::try_from(number).ok());
    let Some((start, end)) = number("start").zip(number("end")) else {
        let id = node["id"].as_str().unwrap_or("an annotation without position");
        return Err(Problem::NoAnnotation(id.to_owned()));
    };
    Ok(Some((source, Spot { start, end, label: given::label(class)?, score: 1.0 })))
}

/// One value or a list of them, as JSON-LD leaves it open.
fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}
