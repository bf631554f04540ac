//! What of a letter's parts is its text, and what is attached to it.
//!
//! A letter that gives its text in several forms is read in one of them: the plain one,
//! unless half of the words of the longest are missing there. It may be empty, or say
//! that the program shows no mark-up.

use std::collections::HashSet;

use super::content;
use super::parts::{MAX_DEPTH, Part};
use crate::extracted_text::{ExtractedText, ExtractionRemark};
use crate::member_names::MemberNames;

/// A file or a letter that is attached to a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, or its number if it has none; no two attachments of a letter have the
    /// same.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Whether it is a letter.
    pub is_letter: bool,
}

/// The text of a letter and what is attached to it.
#[derive(Default)]
pub(super) struct Body {
    pub text: ExtractedText,
    pub attachments: Vec<Attachment>,
    names: MemberNames,
}

/// Collects the text and the attachments of a letter.
pub(super) fn read_body(letter: &Part<'_>) -> Body {
    let mut body = Body::default();
    body.text.text = body.read_part(letter);
    body
}

/// A form of the text of a letter.
struct Alternative {
    text: String,
    is_plain: bool,
}

impl Body {
    /// The text of a part. What is attached to it is collected.
    fn read_part(&mut self, part: &Part<'_>) -> String {
        if part.is_too_deep {
            self.text.remark(ExtractionRemark::NestedParts(MAX_DEPTH));
        }
        if part.children.is_empty() {
            return self.read_leaf(part);
        }
        match &*part.media.subtype {
            "alternative" => self.read_alternatives(&part.children),
            "related" => {
                let mut children = part.children.iter();
                let text = children.next().map(|root| self.read_part(root)).unwrap_or_default();
                children.for_each(|child| self.attach(child));
                text
            }
            "signed" => {
                // The signature has no text.
                part.children.first().map(|signed| self.read_part(signed)).unwrap_or_default()
            }
            _ => {
                let texts = part.children.iter().map(|child| self.read_part(child));
                join_texts(texts.collect())
            }
        }
    }

    /// The text of a part without parts, unless it is attached.
    fn read_leaf(&mut self, part: &Part<'_>) -> String {
        let media = &part.media;
        let is_text = media.is("text", "plain") || media.is("text", "html");
        // A multipart without parts has lost its boundary.
        let is_broken = media.kind == "multipart";
        if is_broken || is_text && !media.is_attachment && media.file_name.is_none() {
            return content::decode_text(part, &mut self.text);
        }
        self.attach(part);
        String::new()
    }

    /// Reads the best form of a text.
    fn read_alternatives(&mut self, parts: &[Part<'_>]) -> String {
        let mut forms: Vec<Alternative> = Vec::new();
        for part in parts {
            let text = self.read_part(part);
            let is_plain = part.media.is("text", "plain");
            forms.push(Alternative { text, is_plain });
        }
        let words = |at: usize| forms[at].text.split_whitespace().count();
        let longest = |is_plain: bool| {
            let same = (0..forms.len()).filter(|&at| forms[at].is_plain == is_plain);
            // The last of the longest: the forms are in the order of their quality.
            same.max_by_key(|&at| words(at)).filter(|&at| words(at) > 0)
        };
        let chosen = match (longest(true), longest(false)) {
            (Some(plain), Some(other)) => {
                let is_whole = has_words_of(&forms[plain].text, &forms[other].text);
                if is_whole || words(other) * 2 < words(plain) { plain } else { other }
            }
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => return String::new(),
        };
        forms.swap_remove(chosen).text
    }

    /// Collects a part with the parts in it as attachments.
    fn attach(&mut self, part: &Part<'_>) {
        if !part.children.is_empty() {
            let text = self.read_part(part);
            if text.trim().is_empty() {
                return;
            }
            return self.push_attachment(None, text.into_bytes(), false);
        }
        let media = &part.media;
        let mut bytes = content::decode_bytes(part, &mut self.text).into_owned();
        let is_empty = bytes.trim_ascii().is_empty();
        if is_empty && media.file_name.is_none() {
            return;
        }
        let is_text = media.kind == "text" && media.subtype != "html";
        if let Some(charset) = media.charset.as_deref().filter(|_| is_text && !is_empty) {
            bytes = crate::charset::decode_declared(&bytes, Some(charset)).text.into_bytes();
        }
        self.push_attachment(media.file_name.as_deref(), bytes, media.is_letter());
    }

    fn push_attachment(&mut self, name: Option<&str>, bytes: Vec<u8>, is_letter: bool) {
        let number = (self.attachments.len() + 1).to_string();
        let name = self.names.unique_name(name.unwrap_or(&number));
        self.attachments.push(Attachment { name, bytes, is_letter });
    }
}

/// Whether half of the words of `whole` are in `text`.
fn has_words_of(text: &str, whole: &str) -> bool {
    let is_mark = |c: char| !c.is_alphanumeric();
    let known: HashSet<&str> = text.split(is_mark).collect();
    let words = || whole.split(is_mark).filter(|word| !word.is_empty());
    words().filter(|word| known.contains(word)).count() * 2 >= words().count()
}

/// Joins the texts of parts, with a blank line between them.
fn join_texts(texts: Vec<String>) -> String {
    let mut texts = texts.into_iter().filter(|text| !text.trim().is_empty());
    let Some(mut joined) = texts.next() else { return String::new() };
    for text in texts {
        joined.truncate(joined.trim_end().len());
        joined += "\n\n";
        joined += &text;
    }
    joined
}
