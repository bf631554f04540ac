//! Learns page lines from the lines of many documents.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use chancery_model::Document;

use super::document_lines::{
    document_lines, lines_at_ends, lines_with_attributes, protected_spans,
};
use super::{LearnedLine, LineForm, words};

/// The least number of documents with different texts that show a line.
pub const MIN_DOCUMENTS: usize = 50;

/// Of a hundred documents, how many have a line that is learnt.
pub const SHARE_PER_HUNDRED: usize = 90;

/// The least number of labels of an attribute tail.
const MIN_LABELS: usize = 4;

/// Of a hundred documents, how many different values of an attribute there may be.
const VALUES_PER_HUNDRED: usize = 10;

/// What a document shows about the page lines of its collection.
#[derive(Clone, Debug, Default)]
pub struct LineEvidence {
    /// Its lines that may be page lines: the form, and the line as it is printed.
    candidates: BTreeMap<LineForm, String>,
    /// Its lines that are no attributes: the digests of the form and of the line.
    lines: Vec<(u64, u64)>,
}

impl LineEvidence {
    /// Finds the lines of a document that may be page lines.
    pub fn new(document: &Document) -> Self {
        let text = document.text.as_str();
        let lines = document_lines(document);
        let protected = protected_spans(&document.header);
        let has_attributes = lines_with_attributes(text, &lines);
        let mut evidence = Self::default();
        for at in lines_at_ends(&lines, &protected) {
            let words = &text[lines[at].byte_range()];
            let label = words::attribute_label(words);
            let is_of_message = label.is_some_and(|label| label.is_of_message);
            if words::is_of_archive(words) && !is_of_message {
                let form = LineForm::Line(words::normal_form(words));
                evidence.candidates.insert(form, words.to_owned());
            }
        }
        for (line, has_attribute) in lines.iter().zip(has_attributes) {
            let words = &text[line.byte_range()];
            if !has_attribute {
                let form = digest_of_line(&words::normal_form(words));
                evidence.lines.push((form, digest_of_line(words)));
            } else if let Some(label) = words::attribute_label(words)
                && !label.is_of_message
                && !protected.iter().any(|span| span.overlaps(line))
            {
                let form = LineForm::Attribute(label.words.to_lowercase());
                evidence.candidates.insert(form, words.to_owned());
            }
        }
        evidence
    }

    /// The digest of its text without the `learned` lines.
    fn digest_without(&self, learned: &BTreeSet<u64>) -> u64 {
        let mut digest = DefaultHasher::new();
        let others = self.lines.iter().filter(|(form, _)| !learned.contains(form));
        others.for_each(|(_, line)| line.hash(&mut digest));
        digest.finish()
    }
}

fn digest_of_line(form: &str) -> u64 {
    let mut digest = DefaultHasher::new();
    form.hash(&mut digest);
    digest.finish()
}

/// Learns the page lines of a collection from its documents, or from a sample of them.
/// The result is sorted and does not depend on their order.
pub fn learn_lines(documents: &[LineEvidence]) -> Vec<LearnedLine> {
    let compared = documents.len();
    let mut examples: BTreeMap<&LineForm, Vec<&str>> = BTreeMap::new();
    for (form, line) in documents.iter().flat_map(|document| &document.candidates) {
        examples.entry(form).or_default().push(line);
    }
    let has_share = |lines: &Vec<&str>| lines.len() * 100 >= compared * SHARE_PER_HUNDRED;
    examples.retain(|form, lines| has_share(lines) && (is_line(form) || do_values_repeat(lines)));
    if examples.keys().filter(|form| !is_line(form)).count() < MIN_LABELS {
        examples.retain(|form, _| is_line(form));
    }
    if count_texts(documents, &examples) < MIN_DOCUMENTS.max(compared / 2) {
        return Vec::new();
    }
    let learned = examples.into_iter().map(|(form, lines)| LearnedLine {
        form: form.clone(),
        example: lines.iter().min().map_or_else(String::new, |line| (*line).to_owned()),
        documents: lines.len() as u64,
        compared: compared as u64,
    });
    learned.collect()
}

fn is_line(form: &LineForm) -> bool {
    matches!(form, LineForm::Line(_))
}

/// Whether an attribute has few values. The values of data about people differ.
fn do_values_repeat(lines: &[&str]) -> bool {
    let values: BTreeSet<String> = lines.iter().map(|line| words::normal_form(line)).collect();
    values.len() * 100 <= lines.len() * VALUES_PER_HUNDRED
}

/// How many different texts the documents have beside the learnt lines. Copies of one
/// document, and forms, have all their lines in common.
fn count_texts(documents: &[LineEvidence], learned: &BTreeMap<&LineForm, Vec<&str>>) -> usize {
    let learned: BTreeSet<u64> = learned
        .keys()
        .filter_map(|form| match form {
            LineForm::Line(line) => Some(digest_of_line(line)),
            LineForm::Attribute(_) => None,
        })
        .collect();
    let texts: BTreeSet<u64> =
        documents.iter().map(|document| document.digest_without(&learned)).collect();
    texts.len()
}
