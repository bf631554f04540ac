//! Letters: the lines that people read over them, their text, what is
//! attached.

use mail_parser::{MessageParser, MimeHeaders};

use crate::{Member, UnpackError};

/// Header lines, then the body; a body in HTML is given as its words.
pub(crate) fn text(bytes: &[u8]) -> Result<String, UnpackError> {
    let message = MessageParser::default().parse(bytes);
    let message = message.ok_or_else(|| UnpackError("no letter: it has no header lines".into()))?;
    let mut out = String::new();
    for name in ["From", "To", "Cc", "Date", "Subject"] {
        if let Some(value) = message.header_raw(name) {
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            out += &format!("{name}: {value}\n\n");
        }
    }
    if let Some(subject) = message.subject()
        && let Some(raw) = out.rfind("Subject: ")
    {
        // The subject may be encoded; the reader decodes it.
        out.truncate(raw);
        out += &format!("Subject: {subject}\n\n");
    }
    for number in 0..message.text_body_count() {
        if let Some(body) = message.body_text(number) {
            out += &body;
            out.push('\n');
        }
    }
    Ok(out)
}

/// The files that are attached.
pub(crate) fn attachments(bytes: &[u8]) -> Vec<Member> {
    let Some(message) = MessageParser::default().parse(bytes) else { return Vec::new() };
    let member = |(number, part): (usize, &mail_parser::MessagePart<'_>)| Member {
        name: part.attachment_name().map_or_else(|| format!("part {}", number + 1), str::to_owned),
        bytes: part.contents().to_vec(),
    };
    message.attachments().enumerate().map(member).collect()
}
