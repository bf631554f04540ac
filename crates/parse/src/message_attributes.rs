//! Telegrams of the National Archives, 1973 to 1979: "Message Text", the telegram,
//! "Message Attributes" with up to 63 keys, and the stamp of the release.
//!
//! The attributes are data about the telegram and no text of it: an envelope. Headings,
//! attributes and stamps are page lines.

use std::ops::Range;

use chancery_model::{Envelope, EnvelopeField, EnvelopeKind};

use crate::stamps::read_stamp;

/// The heading over the text.
const TEXT_HEADING: &str = "Message Text";

/// The heading over the attributes.
const HEADING: &str = "Message Attributes";

/// Number of keys below the heading that make it one.
const MIN_KEYS: usize = 3;

/// The keys that state header fields.
const KEYS: [(&str, EnvelopeField); 10] = [
    ("Document Number", EnvelopeField::CableId),
    ("Draft Date", EnvelopeField::Date),
    ("From", EnvelopeField::Post),
    ("From", EnvelopeField::From),
    ("To", EnvelopeField::To),
    ("Subject", EnvelopeField::Subject),
    ("TAGS", EnvelopeField::Tags),
    ("Reference", EnvelopeField::References),
    ("Original Classification", EnvelopeField::Classification),
    ("Signature", EnvelopeField::Signature),
];

/// The attributes at the end of a telegram.
#[derive(Debug)]
pub(crate) struct MessageAttributes {
    /// Where their heading starts.
    pub start: usize,
    /// The header fields that they state.
    pub envelope: Envelope,
}

/// Finds the attributes at the end of `text`.
pub(crate) fn find_attributes(text: &str) -> Option<MessageAttributes> {
    let heading = memchr::memmem::rfind(text.as_bytes(), HEADING.as_bytes())?;
    let start = text[..heading].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    (text[start..heading].trim().is_empty()).then_some(())?;
    let entries = read_entries(&text[heading + HEADING.len()..])?;
    let mut fields = Vec::new();
    for (key, value) in entries {
        let of_key = KEYS.iter().filter(|(name, _)| *name == key);
        fields.extend(of_key.map(|(_, field)| (*field, value.clone())));
    }
    Some(MessageAttributes {
        start,
        envelope: Envelope { kind: EnvelopeKind::MessageAttributes, fields },
    })
}

/// The keys and values below the heading. A line without a key continues the value
/// before it. `None` if the lines are no attributes.
fn read_entries(below: &str) -> Option<Vec<(&str, String)>> {
    let mut lines = below.lines();
    lines.next().filter(|rest| rest.trim().is_empty())?;
    let mut entries: Vec<(&str, String)> = Vec::new();
    for line in lines.map(str::trim).filter(|line| !line.is_empty() && read_stamp(line).is_none()) {
        match (split_key(line), entries.last_mut()) {
            (Some((key, value)), _) => entries.push((key, value.to_owned())),
            (None, Some((_, value))) => {
                value.push(' ');
                value.push_str(line);
            }
            (None, None) => return None,
        }
    }
    (entries.len() >= MIN_KEYS).then_some(entries)
}

/// Splits "Draft Date: 22 JUN 1973".
fn split_key(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let is_key = key.len() <= 40
        && key.starts_with(|c: char| c.is_ascii_uppercase())
        && key.bytes().all(|byte| byte.is_ascii_alphabetic() || b" /()".contains(&byte));
    is_key.then(|| (key, value.trim()))
}

/// Whether a line is the heading over the text. `words` is a line of `text`.
pub(crate) fn is_text_heading(text: &str, words: &Range<usize>) -> bool {
    &text[words.clone()] == TEXT_HEADING && text[..words.start].trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found() {
        let keys = "Draft Date: 22 JUN 1973\nFrom: ROSEAU\nTAGS: PINT,\n DO\nType: TE\n";
        let cases = [
            (format!("Text.\n\nMessage Attributes\n\n{keys}"), Some(7)),
            (format!("Text.\r\nMessage Attributes\r\n{}", keys.replace('\n', "\r\n")), Some(7)),
            (format!("Message Attributes\n{keys}"), Some(0)),
            (format!("See Message Attributes\n{keys}"), None),
            (format!("Text.\nMessage Attributes of\n{keys}"), None),
            ("Text.\nMessage Attributes\nNothing follows.\n".to_owned(), None),
            ("Text.\nMessage Attributes\nType: TE\n".to_owned(), None),
        ];
        for (text, start) in cases {
            let found = find_attributes(&text);
            assert_eq!(found.as_ref().map(|found| found.start), start, "{text:?}");
            if let Some(found) = found {
                let tags = (EnvelopeField::Tags, "PINT, DO".to_owned());
                assert!(found.envelope.fields.contains(&tags), "{text:?}");
                assert_eq!(found.envelope.fields.len(), 4);
            }
        }
    }
}
