//! The classification in the editors' note on the source of a FRUS document:
//! "Source: National Archives, RG 59, … Secret; Immediate; Nodis. Drafted by …".

use std::ops::Range;

use chancery_model::{Classification, Header, Spanned, TextSpan};

use crate::{classification, scan};

/// Words that a note may start with: its number, and "Source:".
const OPENING: &str = "Source:";

/// Levels as the editors write them, in small letters; the longer first.
const LEVELS: [(&str, Classification); 9] = [
    ("top secret", Classification::TopSecret),
    ("secret", Classification::Secret),
    ("confidential", Classification::Confidential),
    ("restricted", Classification::Restricted),
    ("limited official use", Classification::LimitedOfficialUse),
    ("official use only", Classification::LimitedOfficialUse),
    ("for official use only", Classification::Sensitive),
    ("unclassified", Classification::Unclassified),
    ("not classified", Classification::Unclassified),
];

/// What a source note states.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceNote {
    /// The classification.
    pub classification: Spanned<Classification>,
    /// The captions after it, in capitals: "NODIS".
    pub captions: Vec<Spanned<String>>,
}

impl SourceNote {
    /// Fills classification and captions of a header that has none.
    pub fn fill(self, header: &mut Header) {
        if header.classification.is_none() {
            header.classification = Some(self.classification);
            header.captions.extend(self.captions);
        }
    }
}

/// Reads the note in `within`. `None` if it is no source note, or states no
/// classification.
pub fn read_source_note(text: &str, within: TextSpan) -> Option<SourceNote> {
    let within = scan::clamp_to_text(text, within);
    let words = &text[within.clone()];
    let opening = words
        .find(OPENING)
        .filter(|&at| words[..at].chars().all(|c| !c.is_alphabetic()) && at <= MAX_BYTES_BEFORE)?;
    let mut at = within.start + opening + OPENING.len();
    while let Some(stop) = end_of_sentence(text, at..within.end) {
        let sentence = scan::trim_range(text, at..stop, &['.', '[', ']', '(', ')']);
        if let Some(found) = read_marking(text, sentence) {
            return Some(found);
        }
        at = stop;
    }
    None
}

/// Maximum number of bytes before "Source:": the number of the note.
const MAX_BYTES_BEFORE: usize = 8;

/// The offset after the next period or semicolon that white space or the end follows.
fn end_of_sentence(text: &str, within: Range<usize>) -> Option<usize> {
    (within.start < within.end).then_some(())?;
    let bytes = text.as_bytes();
    let is_end =
        |&at: &usize| bytes[at] == b'.' && bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace);
    Some(within.clone().find(is_end).map_or(within.end, |at| at + 1))
}

/// Reads a sentence that starts with a level: "Secret; Immediate; Nodis".
fn read_marking(text: &str, sentence: Range<usize>) -> Option<SourceNote> {
    let words = text[sentence.clone()].to_ascii_lowercase();
    let (name, level) = LEVELS.into_iter().find(|(name, _)| {
        let rest = words.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([';', ',', '/', ' ', '\n']))
    })?;
    let end = sentence.start + name.len();
    let rest = &text[end..sentence.end];
    // "Secret treaties were …" is a sentence and no marking.
    let is_marking = rest.is_empty() || rest.trim_start().starts_with([';', ',', '/']);
    is_marking.then_some(())?;
    let mut captions = Vec::new();
    let mut at = end;
    for part in rest.split([';', ',', '/']) {
        let words = scan::trim_range(text, at..at + part.len(), &[]);
        let printed = text[words.clone()].to_ascii_uppercase();
        if classification::is_caption(&printed) {
            captions.push(scan::field_at(printed, words));
        }
        at += part.len() + 1;
    }
    Some(SourceNote { classification: scan::field_at(level, sentence.start..end), captions })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_state_the_classification() {
        let cases = [
            ("Source: Archives, RG 59, POL 7 MP. Secret; Immediate; Nodis.", "secret NODIS"),
            (
                "1 Source: Archives, RG 59. Top Secret; Sensitive. Drafted by Quill.",
                "top_secret SENSITIVE",
            ),
            ("1. Source: Archives, RG 59.\nConfidential. Repeated to Lisbon.", "confidential"),
            ("Source: Archives. Official Use Only; Priority.", "limited_official_use"),
            ("Source: Archives. Restricted.", "restricted"),
            ("[Source: Archives. Limited Official Use]", "limited_official_use"),
            ("Source: Archives. No classification marking.", "-"),
            ("Source: Archives. Secret treaties were signed.", "-"),
            ("The source: Archives. Secret.", "-"),
            ("Secret.", "-"),
            ("Source:", "-"),
        ];
        for (text, expected) in cases {
            let found = read_source_note(text, TextSpan::from_range(0..text.len()));
            let shown = found.map_or("-".to_owned(), |note| {
                let level = note.classification.value.as_str().to_owned();
                let captions = note.captions.iter().map(|one| one.value.clone());
                std::iter::once(level).chain(captions).collect::<Vec<_>>().join(" ")
            });
            assert_eq!(shown, expected, "{text}");
        }
    }
}
