//! The content of a part: its transfer encoding and its character set.

use std::borrow::Cow;

use super::parts::Part;
use crate::extracted_text::{ExtractedText, ExtractionRemark};
use crate::{charset, html_text};

/// The bytes of a part, without its transfer encoding. What is damaged is left out, and
/// `out` says so.
pub(super) fn decode_bytes<'a>(part: &Part<'a>, out: &mut ExtractedText) -> Cow<'a, [u8]> {
    match &*part.media.encoding {
        "base64" => {
            let (bytes, is_damaged) = decode_base64(part.body);
            if is_damaged {
                out.remark(ExtractionRemark::DamagedEncoding("base64"));
            }
            Cow::Owned(bytes)
        }
        "quoted-printable" => Cow::Owned(decode_quoted_printable(part.body)),
        "x-uuencode" | "uuencode" | "x-uue" => Cow::Owned(decode_uuencode(part.body)),
        _ => Cow::Borrowed(part.body),
    }
}

/// The text of a part. Mark-up is removed.
pub(super) fn decode_text(part: &Part<'_>, out: &mut ExtractedText) -> String {
    let bytes = decode_bytes(part, out);
    let is_html = part.media.subtype == "html";
    let stated = match &part.media.charset {
        None if is_html => html_text::declared_charset(&bytes),
        stated => stated.clone(),
    };
    let decoded = charset::decode_declared(&bytes, stated.as_deref());
    if decoded.is_unknown {
        out.remark(ExtractionRemark::UnknownCharset(stated.unwrap_or_default()));
    }
    if is_html { html_text::html_to_text(&decoded.text) } else { decoded.text }
}

/// Decodes base64 up to a line that is none: a footer that a mailing list added, which
/// is kept as it is. Returns whether letters were damaged.
fn decode_base64(body: &[u8]) -> (Vec<u8>, bool) {
    let mut out = Vec::with_capacity(body.len() / 4 * 3);
    let (mut bits, mut count, mut is_damaged, mut is_ended) = (0_u32, 0, false, false);
    let mut at = 0;
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let words = line.trim_ascii();
        let strange = words.iter().filter(|byte| base64_value(**byte).is_none()).count();
        let is_base64 = strange == 0
            || strange * 8 <= words.len() && !words.contains(&b' ') && !words.starts_with(b"--");
        if is_ended && !words.is_empty() || !is_base64 {
            // The rest is no base64.
            out.push(b'\n');
            out.extend(&body[at..]);
            return (out, is_damaged || !is_ended && !is_base64);
        }
        at += line.len();
        is_damaged |= strange > 0;
        for &byte in words {
            match base64_value(byte) {
                None => {}
                Some(64) => is_ended = true,
                Some(value) => {
                    bits = bits << 6 | u32::from(value);
                    count += 1;
                    if count == 4 {
                        out.extend(&bits.to_be_bytes()[1..]);
                        (bits, count) = (0, 0);
                    }
                }
            }
        }
        if is_ended && count > 0 {
            push_last(&mut out, bits, count);
            (bits, count) = (0, 0);
        }
    }
    push_last(&mut out, bits, count);
    (out, is_damaged || count == 1)
}

/// Adds the bytes of a group of fewer than four letters.
fn push_last(out: &mut Vec<u8>, bits: u32, count: u32) {
    match count {
        2 => out.push((bits >> 4) as u8),
        3 => out.extend([(bits >> 10) as u8, (bits >> 2) as u8]),
        _ => {}
    }
}

/// The value of a letter of base64; 64 for the sign at the end.
const fn base64_value(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        b'=' => 64,
        _ => return None,
    })
}

/// Decodes quoted-printable. What is no code stays as it is written.
fn decode_quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let end = line.trim_ascii_end().len();
        let (mut words, line_end) = line.split_at(end);
        let is_soft = words.ends_with(b"=");
        words = words.strip_suffix(b"=").unwrap_or(words);
        let mut at = 0;
        while let Some(&byte) = words.get(at) {
            let digits = words.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
            let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
            match code.filter(|_| byte == b'=') {
                Some(code) => {
                    out.push(code);
                    at += 2;
                }
                None => out.push(byte),
            }
            at += 1;
        }
        if !is_soft && line_end.contains(&b'\n') {
            out.push(b'\n');
        }
    }
    out
}

/// Decodes the lines of uuencode between "begin" and "end".
fn decode_uuencode(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut lines = body.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_end);
    let _ = lines.find(|line| line.starts_with(b"begin "));
    for line in lines.take_while(|line| *line != b"end") {
        let Some((&length, letters)) = line.split_first() else { continue };
        let length = usize::from(length.wrapping_sub(b' ') & 63);
        let mut bytes = Vec::new();
        for group in letters.chunks(4) {
            let value = |at: usize| {
                u32::from(group.get(at).copied().unwrap_or(b' ').wrapping_sub(b' ') & 63)
            };
            let bits = value(0) << 18 | value(1) << 12 | value(2) << 6 | value(3);
            bytes.extend(&bits.to_be_bytes()[1..]);
        }
        out.extend(&bytes[..length.min(bytes.len())]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded_as_far_as_it_goes() {
        let cases: [(&[u8], &[u8], bool); 7] = [
            (b"T21hcg==", b"Omar", false),
            (b"T21h\r\ncg==\r\n", b"Omar", false),
            (b"T21hcg", b"Omar", false),
            (b"T21h!cg==", b"Omar", true),
            (b"T21hcg==\r\n-- \r\na footer\r\n", b"Omar\n-- \r\na footer\r\n", false),
            (b"T21h\r\nThis is no base64 at all.\r\n", b"Oma\nThis is no base64 at all.\r\n", true),
            (b"", b"", false),
        ];
        for (body, expected, is_damaged) in cases {
            let found = decode_base64(body);
            assert_eq!((&*found.0, found.1), (expected, is_damaged), "{body:?}");
        }
    }

    #[test]
    fn quoted_printable_and_uuencode_are_decoded() {
        let cases: [(&[u8], &[u8]); 5] = [
            (b"caf=C3=A9 in=\r\n Oslo \r\nnext", b"caf\xC3\xA9 in Oslo\nnext"),
            (b"a = b =3D c", b"a = b = c"),
            (b"100=ZZ %", b"100=ZZ %"),
            (b"end=", b"end"),
            (b"=E9\n", b"\xE9\n"),
        ];
        for (body, expected) in cases {
            assert_eq!(decode_quoted_printable(body), expected, "{body:?}");
        }
        assert_eq!(decode_uuencode(b"begin 644 a\n#0V%T\n`\nend\n"), b"Cat");
    }
}
