//! Page lines that a collection shows: lines that stand in nearly all of its documents.
//!
//! The parser knows the stamps, banners and attributes of some archives. Those of others
//! look like text, and the names in them would be names of every document. One document
//! cannot show this; many can. [`learn_lines`] compares the documents of a collection,
//! and [`LearnedLines`] removes the names that were found in the lines that it learnt.
//!
//! The text of a document never depends on other documents: a learnt line stays in it,
//! and only its names go. Learning is cautious, because a name that is removed wrongly
//! is lost without a trace. Evidence is, all together:
//!
//! - at least [`MIN_DOCUMENTS`] documents with different texts, and the line in
//!   [`SHARE_PER_HUNDRED`] of a hundred;
//! - always near the head, above the first field of the header, or near the tail;
//! - no part of a header field: sender, addressees, officers, signatures, subject;
//! - for a line: a word of archives, such as "released" or "papers" ([`words`]);
//! - for the lines of an attribute tail ("Retention: 0"): a label that is no label of a
//!   message or of people, and values that repeat.
//!
//! ```
//! use chancery_engine::learned_lines::{LearnedLines, LineEvidence, learn_lines};
//!
//! let text = |n: u32| format!("THE HARTWELL PAPERS, REEL 12\n\nThe envoy paid {n} crowns.\n");
//! let parse = |n| chancery_parse::parse_file(text(n).as_bytes()).unwrap().documents.remove(0);
//! let evidence: Vec<LineEvidence> = (0..60).map(|n| LineEvidence::new(&parse(n))).collect();
//! let learned = learn_lines(&evidence);
//! assert_eq!(learned[0].example, "THE HARTWELL PAPERS, REEL 12");
//!
//! let spans = LearnedLines::new(&learned).find_spans(&parse(7));
//! assert_eq!(&parse(7).text[spans[0]], "THE HARTWELL PAPERS, REEL 12");
//! ```

mod document_lines;
mod learning;
mod words;

use std::collections::BTreeSet;

use chancery_model::{Annotated, Document, TextSpan};
use serde::{Deserialize, Serialize};

use document_lines::{document_lines, lines_with_attributes, protected_spans};
pub use learning::{LineEvidence, MIN_DOCUMENTS, SHARE_PER_HUNDRED, learn_lines};

/// Which lines a learnt line stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineForm {
    /// Lines with these words. Case does not count, and digits stand for any digits.
    Line(String),
    /// Lines of an attribute tail with this label and any value.
    Attribute(String),
}

/// A page line that the documents of a collection show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LearnedLine {
    /// Which lines it stands for.
    pub form: LineForm,
    /// One of them, as it is printed in a document.
    pub example: String,
    /// In how many documents it stands.
    pub documents: u64,
    /// Among how many that were compared.
    pub compared: u64,
}

/// Learnt lines in the form in which they are looked up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LearnedLines {
    forms: BTreeSet<LineForm>,
}

impl LearnedLines {
    /// Takes some learnt lines.
    pub fn new<'a>(lines: impl IntoIterator<Item = &'a LearnedLine>) -> Self {
        Self { forms: lines.into_iter().map(|line| line.form.clone()).collect() }
    }

    /// Adds those of another set.
    pub fn add(&mut self, other: &Self) {
        self.forms.extend(other.forms.iter().cloned());
    }

    /// Returns the lines that `other` lacks.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        Self { forms: self.forms.difference(&other.forms).cloned().collect() }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    /// Returns the spans of the learnt lines in the text of a document, in order. Lines
    /// with a field of the header are not among them.
    pub fn find_spans(&self, document: &Document) -> Vec<TextSpan> {
        if self.is_empty() {
            return Vec::new();
        }
        let text = document.text.as_str();
        let lines = document_lines(document);
        let protected = protected_spans(&document.header);
        let has_attributes = lines_with_attributes(text, &lines);
        let mut spans = Vec::new();
        for (line, has_attribute) in lines.into_iter().zip(has_attributes) {
            let words = &text[line.byte_range()];
            let label = words::attribute_label(words).filter(|_| has_attribute);
            let attribute = label.map(|label| LineForm::Attribute(label.words.to_lowercase()));
            let is_learned = self.forms.contains(&LineForm::Line(words::normal_form(words)))
                || attribute.is_some_and(|form| self.forms.contains(&form));
            if is_learned && !protected.iter().any(|field| field.overlaps(&line)) {
                spans.push(line);
            }
        }
        spans
    }

    /// Removes the mentions in learnt lines, before the mentions are resolved. Returns
    /// the numbers of the mentions that stay, or `None` if all do.
    pub fn remove_mentions(&self, annotated: &mut Annotated) -> Option<Vec<usize>> {
        let spans = self.find_spans(&annotated.document);
        let is_outside = |mention: TextSpan| {
            let next = spans.partition_point(|line| line.end <= mention.start);
            spans.get(next).is_none_or(|line| !line.overlaps(&mention))
        };
        let count = annotated.mentions.len();
        let staying: Vec<usize> =
            (0..count).filter(|&at| is_outside(annotated.mentions[at].span)).collect();
        if staying.len() == count {
            return None;
        }
        annotated.mentions = staying.iter().map(|&at| annotated.mentions[at]).collect();
        Some(staying)
    }
}
