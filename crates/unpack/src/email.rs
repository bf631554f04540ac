//! Emails: their main header lines, text and attachments.

use chancery_model::{Envelope, EnvelopeField, EnvelopeKind};
use mail_parser::{Address, MessageParser, MimeHeaders};

use crate::UnpackError;
use crate::member_names::MemberNames;

/// A file attached to an email.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its name; no two attachments of an email have the same.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The header lines, then the body. An HTML body is converted to plain text.
pub(crate) fn extract_email_text(bytes: &[u8]) -> Result<String, UnpackError> {
    let message = MessageParser::default().parse(bytes);
    let message = message.ok_or(UnpackError::NotAnEmail)?;
    let mut out = String::new();
    let as_written = |name| message.header_raw(name);
    let lines = ["From", "To", "Cc", "Date"].map(|name| (name, as_written(name)));
    // The subject may be encoded. The parser decodes it.
    let subject = ("Subject", message.subject().or_else(|| as_written("Subject")));
    for (name, value) in lines.into_iter().chain([subject]) {
        if let Some(value) = value {
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            out += &format!("{name}: {value}\n\n");
        }
    }
    for number in 0..message.text_body_count() {
        if let Some(body) = message.body_text(number) {
            out += &body;
            out.push('\n');
        }
    }
    Ok(out)
}

/// The fields that the header lines state, decoded.
pub(crate) fn read_envelope(bytes: &[u8]) -> Option<Envelope> {
    let message = MessageParser::default().parse(bytes)?;
    let mut fields = Vec::new();
    let mut put = |field, addresses: Option<&Address<'_>>| {
        let addresses = addresses.into_iter().flat_map(|addresses| addresses.iter());
        let names = addresses.filter_map(|address| address.name().or_else(|| address.address()));
        fields.extend(names.map(|name| (field, name.to_owned())));
    };
    put(EnvelopeField::From, message.from());
    put(EnvelopeField::To, message.to());
    put(EnvelopeField::Info, message.cc());
    if let Some(date) = message.date().filter(|date| date.is_valid()) {
        let (day, clock) = (date.to_timestamp(), mail_parser::DateTime::from_timestamp);
        fields.push((EnvelopeField::Date, clock(day).to_rfc3339()));
    }
    let is_empty = fields.is_empty();
    (!is_empty).then_some(Envelope { kind: EnvelopeKind::MailHeader, fields })
}

/// The attachments of an email.
pub(crate) fn read_attachments(bytes: &[u8]) -> Vec<Attachment> {
    let Some(message) = MessageParser::default().parse(bytes) else { return Vec::new() };
    let mut names = MemberNames::default();
    let member = |(number, part): (usize, &mail_parser::MessagePart<'_>)| {
        let name =
            part.attachment_name().map_or_else(|| format!("part {}", number + 1), str::to_owned);
        Attachment { name: names.unique_name(&name), bytes: part.contents().to_vec() }
    };
    message.attachments().enumerate().map(member).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subject_appears_once_and_decoded() {
        let cases = [
            ("Subject: FW: Subject: the meeting", "Subject: FW: Subject: the meeting"),
            ("Subject: =?utf-8?Q?caf=C3=A9_in?=\r\n Oslo", "Subject: café in Oslo"),
            ("Cc: a@example.org\r\nSubject: two\r\n  blanks", "Subject: two blanks"),
        ];
        for (header, expected) in cases {
            let letter = format!("From: a@example.org\r\n{header}\r\n\r\nThe body.\r\n");
            let text = extract_email_text(letter.as_bytes()).expect("an email");
            let subjects: Vec<&str> =
                text.lines().filter(|line| line.starts_with("Subject: ")).collect();
            assert_eq!(subjects, [expected], "{text}");
            assert!(text.starts_with("From: a@example.org\n"), "{text}");
        }
    }
}
