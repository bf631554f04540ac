//! Letters (emails): their header lines, text and attachments.
//!
//! [`parts`] splits a letter, [`header`] reads its header lines, [`body`] decides what is
//! text and what is attached. The crate `mail-parser` decodes addresses, dates,
//! parameters and character sets. Its splitting into parts is not used: it is quadratic
//! in boundaries that are never closed, decodes text as UTF-8 before a wrong or missing
//! character set can be seen, and makes an attachment of a text that is cut off.

mod body;
mod content;
mod encoded_words;
mod header;
mod parts;

use std::borrow::Cow;

use chancery_model::{Envelope, EnvelopeField, EnvelopeKind};

use crate::UnpackError;
use crate::extracted_text::ExtractedText;
use header::{HeaderFields, Party};

pub use body::Attachment;
pub(crate) use parts::is_header_line;

/// The header lines that stand over the text, and the fields of addresses.
const PARTY_LINES: [(&str, Option<EnvelopeField>); 5] = [
    ("From", Some(EnvelopeField::From)),
    ("Reply-To", None),
    ("To", Some(EnvelopeField::To)),
    ("Cc", Some(EnvelopeField::Info)),
    ("Bcc", Some(EnvelopeField::Info)),
];

/// The header lines, then the body. Mark-up is removed.
pub(crate) fn extract_email_text(bytes: &[u8]) -> Result<ExtractedText, UnpackError> {
    let bytes = readable_bytes(bytes);
    let letter = parts::split_parts(&bytes);
    if letter.fields.is_empty() {
        return Err(UnpackError::NotAnEmail);
    }
    let mut head = String::new();
    for (name, _) in PARTY_LINES {
        let parties: Vec<String> = letter.fields.parties(name).iter().map(Party::line).collect();
        if !parties.is_empty() {
            head += &format!("{name}: {}\n\n", parties.join("; "));
        }
    }
    for name in ["Date", "Subject"] {
        if let Some(value) = letter.fields.text(name) {
            head += &format!("{name}: {value}\n\n");
        }
    }
    let mut text = body::read_body(&letter).text;
    text.text.insert_str(0, &head);
    Ok(text)
}

/// The fields that the header lines state, decoded.
pub(crate) fn read_envelope(bytes: &[u8]) -> Option<Envelope> {
    let bytes = readable_bytes(bytes);
    // The body is not split for this.
    let end = header_end(&bytes);
    let letter = parts::split_parts(&bytes[..end]);
    let header = &letter.fields;
    let mut fields = Vec::new();
    let ids = header.ids("Message-ID");
    fields.extend(ids.into_iter().take(1).map(|id| (EnvelopeField::CableId, id)));
    for (name, field) in PARTY_LINES {
        let Some(field) = field else { continue };
        let parties = header.parties(name);
        let names = parties.iter().filter_map(Party::shown_name);
        fields.extend(names.map(|name| (field, name.to_owned())));
    }
    match header.date() {
        Some(Ok(date)) => fields.push((EnvelopeField::Date, date.to_rfc3339())),
        Some(Err(value)) => fields.push((EnvelopeField::Date, value)),
        None => {}
    }
    fields.extend(header.text("Subject").map(|subject| (EnvelopeField::Subject, subject)));
    let thread = thread_ids(header);
    if !thread.is_empty() {
        fields.push((EnvelopeField::References, thread.join(" ")));
    }
    let is_empty = fields.is_empty();
    (!is_empty).then_some(Envelope { kind: EnvelopeKind::MailHeader, fields })
}

/// Maximum number of letters that one line names.
const MAX_THREAD_IDS: usize = 1000;

/// The ids of the letters that a letter answers, the oldest first.
fn thread_ids(header: &HeaderFields<'_>) -> Vec<String> {
    let mut ids = header.ids("References");
    ids.truncate(MAX_THREAD_IDS);
    for id in header.ids("In-Reply-To").into_iter().take(MAX_THREAD_IDS) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// The attachments of a letter.
pub(crate) fn read_attachments(bytes: &[u8]) -> Vec<Attachment> {
    body::read_body(&parts::split_parts(&readable_bytes(bytes))).attachments
}

/// The bytes of a letter without a byte-order mark, and with line feeds. A file of Apple
/// Mail (.emlx) begins with the length of its letter.
fn readable_bytes(bytes: &[u8]) -> Cow<'_, [u8]> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let bytes = apple_letter(bytes).unwrap_or(bytes);
    if bytes.contains(&b'\r') && !bytes.contains(&b'\n') {
        let lines = bytes.iter().map(|&byte| if byte == b'\r' { b'\n' } else { byte });
        return Cow::Owned(lines.collect());
    }
    Cow::Borrowed(bytes)
}

/// The letter in a file of Apple Mail.
fn apple_letter(bytes: &[u8]) -> Option<&[u8]> {
    let end = memchr::memchr(b'\n', &bytes[..bytes.len().min(24)])?;
    let length = std::str::from_utf8(&bytes[..end]).ok()?.trim().parse::<usize>().ok()?;
    let letter = &bytes[end + 1..];
    Some(&letter[..length.min(letter.len())])
}

/// The end of the header lines: the first blank line.
fn header_end(bytes: &[u8]) -> usize {
    let mut at = 0;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        at += line.len();
        if line.trim_ascii().is_empty() {
            break;
        }
    }
    at
}

/// Whether the first bytes of a file are the header of a letter: header lines only, a
/// sender or a date among them, and one that only mail programs write.
pub(crate) fn is_letter(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let mut lines = head.split(|&byte| byte == b'\n').peekable();
    lines.next_if(|line| line.starts_with(b"From ") || line.starts_with(b">From "));
    let (mut has_sender, mut has_machine, mut is_first) = (false, false, true);
    for line in lines {
        if line.trim_ascii().is_empty() {
            break;
        }
        if !is_header_line(line) || is_first && line[0].is_ascii_whitespace() {
            return false;
        }
        is_first = false;
        let key = line.split(|&byte| byte == b':').next().unwrap_or_default();
        let key = key.trim_ascii().to_ascii_lowercase();
        has_sender |= matches!(&key[..], b"from" | b"date");
        has_machine |= MACHINE_FIELDS.contains(&&key[..]);
    }
    has_sender && has_machine
}

/// Header lines that only mail programs write.
const MACHINE_FIELDS: [&[u8]; 8] = [
    b"message-id",
    b"received",
    b"return-path",
    b"mime-version",
    b"delivered-to",
    b"content-type",
    b"x-mailer",
    b"in-reply-to",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_known_by_their_header() {
        let cases: [(&[u8], bool); 9] = [
            (b"From: a@x\nMessage-ID: <1@x>\n\nText", true),
            (b"Received: from x\n\tby y\nDate: Tue, 16 Jun 2009\n\nText", true),
            (b"Return-Path: <a@x>\r\nFrom: a@x\r\n\r\nText", true),
            (b"\xEF\xBB\xBFFrom: a@x\nMIME-Version: 1.0\n\nText", true),
            // A printed letter, a telegram, a text.
            (b"From: Dana Whitlock\nSent: Tuesday\nTo: Omar\nSubject: Talks\n\nOmar,", false),
            (b"FM AMEMBASSY\nTO SECSTATE\nMessage-ID: 1\n\n", false),
            (b"Note: a text\nMessage-ID: <1@x>\n\n", false),
            (b" From: a@x\nMessage-ID: <1@x>\n", false),
            (b"", false),
        ];
        for (head, expected) in cases {
            assert_eq!(is_letter(head), expected, "{}", String::from_utf8_lossy(head));
        }
    }
}
