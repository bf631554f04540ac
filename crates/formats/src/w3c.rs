//! W3C Web Annotations (<https://www.w3.org/TR/annotation-model/>): one JSON-LD
//! file for all documents.
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
//! The W3C model expects the annotated text elsewhere on the web. Here it is a
//! `TextualBody` in the same file, so that the file is complete. Positions
//! count code points, as the model requires. Each node is on one line.

use std::collections::HashMap;

use std::io::{self, Write};

use chancery_model::Annotated;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::error::{FormatError, FormatProblem, decode_utf8};
use crate::record::{DocumentRecord, SourcedDocument};
use crate::statement_rows::statement_rows;
use crate::token_document::{self, LabelledSpan};

const CONTEXT: &str = "http://www.w3.org/ns/anno.jsonld";

/// Prefix of the ids of documents.
const DOCUMENT_PREFIX: &str = "urn:chancery:";
/// Prefix of the ids of entities.
const ENTITY_PREFIX: &str = "urn:chancery:entity:";

/// The motivation of a statement.
const ATTRIBUTING: &str = "chancery:attributing";

/// Number of code points quoted before and after a mention.
const QUOTE_CODE_POINTS: usize = 24;

/// Writes a file, one document at a time.
pub struct W3cWriter<W> {
    out: W,
    begun: bool,
}

impl<W: Write> W3cWriter<W> {
    /// Creates a writer to `out` and writes the start of the file.
    ///
    /// # Errors
    /// This and the other methods return the errors of `out`.
    pub fn start_file(mut out: W) -> io::Result<Self> {
        writeln!(out, "{{\"@context\":\"{CONTEXT}\",\"@graph\":[")?;
        Ok(Self { out, begun: false })
    }

    /// Writes a document and its mentions. `source` says where it came from.
    pub fn write_document(&mut self, annotated: &Annotated, source: &str) -> io::Result<()> {
        let record = DocumentRecord::from_annotated(annotated, source);
        let urn = format!("{DOCUMENT_PREFIX}{}", record.id);
        self.write_node(&json!({
            "id": urn, "type": "TextualBody", "format": "text/plain",
            "label": record.source, "value": record.text,
        }))?;
        let text = annotated.document.text.as_str();
        let named = record.mentions.iter().zip(&annotated.mentions).enumerate();
        for (number, (name, mention)) in named {
            let mut body = vec![json!({
                "type": "TextualBody", "purpose": "classifying", "value": name.label,
            })];
            if let Some(entity) = annotated.entities.entity_of_mention(number) {
                body.push(json!({
                    "type": "SpecificResource", "purpose": "identifying",
                    "source": {
                        "id": format!("{ENTITY_PREFIX}{}", utf8_percent_encode(&entity.id, ID)),
                        "label": entity.name,
                    },
                }));
            }
            if let Some(marker) = &name.footnote {
                let place = format!("footnote {marker}");
                body.push(json!({
                    "type": "TextualBody", "purpose": "describing", "value": place.trim_end(),
                }));
            }
            let before = &text[..mention.span.start as usize];
            let after = &text[mention.span.end as usize..];
            let from = before
                .char_indices()
                .rev()
                .take(QUOTE_CODE_POINTS)
                .last()
                .map_or(before.len(), |c| c.0);
            let to = after.char_indices().nth(QUOTE_CODE_POINTS).map_or(after.len(), |c| c.0);
            self.write_node(&json!({
                "id": format!("{urn}#{}-{}", name.start, name.end),
                "type": "Annotation", "motivation": "identifying", "body": body,
                "target": { "source": urn, "selector": [
                    { "type": "TextPositionSelector", "start": name.start, "end": name.end },
                    { "type": "TextQuoteSelector", "exact": name.text,
                      "prefix": before[from..], "suffix": after[..to] },
                ] },
            }))?;
        }
        self.write_statements(annotated, &urn)
    }

    /// Writes the statements, each with its words of saying, and what is said as target.
    fn write_statements(&mut self, annotated: &Annotated, urn: &str) -> io::Result<()> {
        let party = |role: &str, name: &str, id: &str| {
            let source = match id {
                "" => json!({ "label": name }),
                id => json!({
                    "id": format!("{ENTITY_PREFIX}{}", utf8_percent_encode(id, ID)), "label": name,
                }),
            };
            json!({ "type": "SpecificResource", "purpose": role, "source": source })
        };
        for (number, row) in statement_rows(annotated, "", false).into_iter().enumerate() {
            let mut body = vec![
                json!({ "type": "TextualBody", "purpose": "tagging", "value": row.kind }),
                json!({ "type": "TextualBody", "purpose": "describing", "value": row.cue }),
            ];
            if !row.speaker.is_empty() {
                body.push(party("chancery:speaker", &row.speaker, &row.speaker_id));
            }
            if !row.hearer.is_empty() {
                body.push(party("chancery:hearer", &row.hearer, &row.hearer_id));
            }
            let (start, end) = (row.content_start, row.content_end);
            self.write_node(&json!({
                "id": format!("{urn}#statement-{number}"),
                "type": "Annotation", "motivation": ATTRIBUTING, "body": body,
                "target": { "source": urn, "selector": [
                    { "type": "TextPositionSelector", "start": start, "end": end },
                ] },
            }))?;
        }
        Ok(())
    }

    fn write_node(&mut self, node: &Value) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            self.out.write_all(b",\n")?;
        }
        serde_json::to_writer(&mut self.out, node)?;
        Ok(())
    }

    /// Writes the end of the file and returns the output.
    pub fn finish_file(mut self) -> io::Result<W> {
        self.out.write_all(if self.begun { b"\n]}\n" } else { b"]}\n" })?;
        Ok(self.out)
    }
}

/// Characters that are encoded in an id: all that a URI reserves.
const ID: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Reads a file of annotations that also contains their texts: `@graph`, the
/// `items` of a page, or a list. If an annotation has several selectors, the
/// position selector is used. Annotations without a label are skipped.
///
/// # Errors
/// Fails if the file is not valid JSON, a label is unknown, a text is missing,
/// or an offset is out of range.
pub fn read_documents(bytes: &[u8]) -> Result<Vec<SourcedDocument>, FormatError> {
    let wrong = |problem| FormatError { line: 1, column: 1, problem };
    let file: Value = serde_json::from_str(decode_utf8(bytes)?).map_err(|error| FormatError {
        line: error.line().max(1),
        column: error.column().max(1),
        problem: FormatProblem::from_json_error(&error),
    })?;
    let nodes = file.get("@graph").or(file.get("items")).unwrap_or(&file);
    let nodes = nodes.as_array().map_or(std::slice::from_ref(nodes), Vec::as_slice);
    let mut texts: Vec<TextualBody<'_>> = Vec::new();
    let mut numbers = HashMap::new();
    let is = |node: &Value, kind: &str| value_items(&node["type"]).iter().any(|one| one == kind);
    for node in nodes.iter().filter(|node| is(node, "TextualBody")) {
        let (Some(id), Some(value)) = (node["id"].as_str(), node["value"].as_str()) else {
            continue;
        };
        numbers.insert(id, texts.len());
        let source = node["label"].as_str().unwrap_or(id);
        texts.push(TextualBody { id, source, value, spans: Vec::new() });
    }
    for node in nodes.iter().filter(|node| is(node, "Annotation")) {
        let Some((about, spot)) = parse_annotation(node).map_err(wrong)? else { continue };
        let Some(&number) = numbers.get(about) else {
            return Err(wrong(FormatProblem::MissingText(about.to_owned())));
        };
        texts[number].spans.push(spot);
    }
    texts.into_iter().map(|text| text.into_document().map_err(wrong)).collect()
}

/// A text of the file and its labelled spans.
struct TextualBody<'a> {
    id: &'a str,
    source: &'a str,
    value: &'a str,
    spans: Vec<LabelledSpan>,
}

impl TextualBody<'_> {
    fn into_document(self) -> Result<SourcedDocument, FormatProblem> {
        let mut annotated = token_document::annotate_text(self.value, self.spans)
            .map_err(|(_, problem)| problem)?;
        if let Some(id) = self.id.strip_prefix(DOCUMENT_PREFIX).and_then(|id| id.parse().ok()) {
            annotated.document.id = id;
        }
        Ok(SourcedDocument { source: self.source.to_owned(), annotated })
    }
}

/// Returns the target of an annotation and its labelled span; `None` if it has
/// no label.
fn parse_annotation(node: &Value) -> Result<Option<(&str, LabelledSpan)>, FormatProblem> {
    // The kind of a statement is no label.
    if value_items(&node["motivation"]).iter().any(|one| one == ATTRIBUTING) {
        return Ok(None);
    }
    let mut labels = value_items(&node["body"]).iter().filter(|body| {
        ["classifying", "tagging"].iter().any(|&purpose| body["purpose"] == purpose)
    });
    let Some(label) = labels.find_map(|body| body["value"].as_str()) else {
        return Ok(None);
    };
    let target = &node["target"];
    let source = target["source"].as_str().or(target["source"]["id"].as_str()).unwrap_or("");
    let position = value_items(&target["selector"])
        .iter()
        .find(|selector| selector["type"] == "TextPositionSelector")
        .unwrap_or(&Value::Null);
    let number = |key: &str| position[key].as_u64().and_then(|number| u32::try_from(number).ok());
    let Some((start, end)) = number("start").zip(number("end")) else {
        let id = node["id"].as_str().unwrap_or("an annotation without position");
        return Err(FormatProblem::MalformedAnnotation(id.to_owned()));
    };
    Ok(Some((
        source,
        LabelledSpan { start, end, label: token_document::parse_label(label)?, score: 1.0 },
    )))
}

/// Returns the items of a JSON-LD value, which may be one item or a list.
fn value_items(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}
