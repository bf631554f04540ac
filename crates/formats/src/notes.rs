//! Highlights and notes on passages as W3C Web Annotations
//! (<https://www.w3.org/TR/annotation-model/>), which Hypothesis and other programs read.
//!
//! A passage is selected by its position in code points and by its words with those around
//! them, so that it is found again in another edition of the text.

use chancery_model::TextSpan;
use serde_json::{Value, json};

const CONTEXT: &str = "http://www.w3.org/ns/anno.jsonld";

/// Number of code points quoted before and after a passage.
const QUOTE_CODE_POINTS: usize = 32;

/// A highlight, as an annotation.
#[derive(Clone, Debug)]
pub struct PassageNote {
    id: String,
    target: Value,
    body: Vec<Value>,
    motivation: &'static str,
    color: &'static str,
}

impl PassageNote {
    /// A highlight of `span` of a document. `points` are its first code point and the one
    /// after its last.
    ///
    /// # Panics
    /// If the span is not one of the text.
    pub fn new(id: &str, document: &str, text: &str, span: TextSpan, points: (u32, u32)) -> Self {
        let before = &text[..span.start as usize];
        let start = before.char_indices().rev().nth(QUOTE_CODE_POINTS - 1).map_or(0, |(at, _)| at);
        let after = &text[span.end as usize..];
        let end = after.char_indices().nth(QUOTE_CODE_POINTS).map_or(after.len(), |(at, _)| at);
        let target = json!({
            "source": format!("urn:chancery:{document}"),
            "selector": [
                {"type": "TextPositionSelector", "start": points.0, "end": points.1},
                {"type": "TextQuoteSelector", "exact": &text[span.byte_range()],
                 "prefix": &before[start..], "suffix": &after[..end]},
            ],
        });
        Self {
            id: format!("urn:chancery:{id}"),
            target,
            body: Vec::new(),
            motivation: "highlighting",
            color: "yellow",
        }
    }

    /// The same highlight with a colour, a keyword and a note.
    #[must_use]
    pub fn with_body(mut self, color: &'static str, keyword: Option<&str>, note: &str) -> Self {
        self.color = color;
        if let Some(keyword) = keyword {
            self.body.push(json!({"type": "TextualBody", "purpose": "tagging", "value": keyword}));
        }
        if !note.is_empty() {
            self.motivation = "commenting";
            self.body.push(json!({
                "type": "TextualBody", "purpose": "commenting", "format": "text/plain",
                "value": note,
            }));
        }
        self
    }
}

/// Writes annotations as one JSON-LD document.
pub fn write_notes(notes: &[PassageNote]) -> String {
    let nodes = notes.iter().map(|note| {
        let mut target = note.target.clone();
        target["styleClass"] = note.color.into();
        json!({
            "id": note.id, "type": "Annotation", "motivation": note.motivation,
            "body": note.body, "target": target,
            "stylesheet": {"type": "CssStylesheet", "value": STYLES},
        })
    });
    let graph: Vec<Value> = nodes.collect();
    format!("{}\n", json!({"@context": CONTEXT, "@graph": graph}))
}

/// The colours, as the model states them.
const STYLES: &str = ".yellow{background:#ffe58a}.green{background:#bfe8c1}.blue{background:#bcdcf7}.pink{background:#f7c6dc}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_quotes_the_words_around_its_passage() {
        let text = "Ama Osei wrote 👩 letters to Lomé.";
        let at = text.find("letters").unwrap();
        let span = TextSpan::from_range(at..at + 7);
        let note = PassageNote::new("d#note3", "d", text, span, (17, 24));
        let read =
            |notes: &[PassageNote]| serde_json::from_str::<Value>(&write_notes(notes)).unwrap();
        let plain = read(std::slice::from_ref(&note));
        let plain = &plain["@graph"][0];
        assert_eq!(plain["motivation"], "highlighting");
        let noted = read(&[note.with_body("blue", Some("nets"), "Check.")]);
        let noted = &noted["@graph"][0];
        assert_eq!(noted["motivation"], "commenting");
        assert_eq!(noted["body"][0]["value"], "nets");
        assert_eq!(noted["target"]["styleClass"], "blue");
        let quote = &noted["target"]["selector"][1];
        assert_eq!(quote["exact"], "letters");
        assert_eq!(quote["prefix"], "Ama Osei wrote 👩 ");
        assert_eq!(quote["suffix"], " to Lomé.");
        let points: Vec<char> = text.chars().collect();
        assert_eq!(points[17..24].iter().collect::<String>(), "letters");
    }
}
