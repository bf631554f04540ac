//! Encoded words in header lines: "=?utf-8?Q?caf=C3=A9?=" (RFC 2047).
//!
//! Neighbouring words of one character set are decoded together, because programs
//! divide characters between them.

use mail_parser::decoders::base64::base64_decode;

use crate::charset;

/// Characters that mean something in lists of addresses and in parameters, and those
/// that stand for them where they come from encoded words.
const SHIELDS: [(char, char); 13] = [
    (',', '\u{F0001}'),
    (';', '\u{F0002}'),
    (':', '\u{F0003}'),
    ('<', '\u{F0004}'),
    ('>', '\u{F0005}'),
    ('(', '\u{F0006}'),
    (')', '\u{F0007}'),
    ('@', '\u{F0008}'),
    ('"', '\u{F0009}'),
    ('\\', '\u{F000A}'),
    ('=', '\u{F000B}'),
    ('[', '\u{F000C}'),
    (']', '\u{F000D}'),
];

/// A word as it is written.
struct EncodedWord<'a> {
    charset: &'a str,
    encoding: u8,
    data: &'a str,
    /// Its length in bytes.
    length: usize,
}

/// Decodes the encoded words of `line`. Characters of them that mean something are
/// shielded; [`unshield`] restores them.
pub(super) fn decode_encoded_words(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find("=?") {
        out += &rest[..start];
        rest = &rest[start..];
        let Some(first) = encoded_word_at(rest) else {
            push_shielded(&mut out, "=?");
            rest = &rest[2..];
            continue;
        };
        let mut bytes = decode_data(&first);
        rest = &rest[first.length..];
        // Blanks between encoded words are no text.
        loop {
            let next = rest.trim_start();
            let Some(word) = next.starts_with("=?").then(|| encoded_word_at(next)).flatten() else {
                break;
            };
            if !word.charset.eq_ignore_ascii_case(first.charset) {
                rest = next;
                break;
            }
            bytes.extend(decode_data(&word));
            rest = &next[word.length..];
        }
        push_shielded(&mut out, &decode_bytes(&bytes, first.charset));
    }
    out + rest
}

/// Restores the characters that were shielded.
pub(super) fn unshield(text: &str) -> String {
    let plain = |c| SHIELDS.iter().find(|(_, shield)| *shield == c).map_or(c, |(plain, _)| *plain);
    text.chars().map(plain).collect()
}

fn push_shielded(out: &mut String, text: &str) {
    out.extend(text.chars().map(|c| match c {
        c if c.is_control() => ' ',
        c => SHIELDS.iter().find(|(plain, _)| *plain == c).map_or(c, |(_, shield)| *shield),
    }));
}

fn decode_bytes(bytes: &[u8], charset: &str) -> String {
    charset::decode_declared(bytes, Some(charset)).text
}

/// Maximum length of an encoded word. The standard says 75; programs write longer ones.
const MAX_WORD_BYTES: usize = 4096;

/// The encoded word at the start of `text`.
fn encoded_word_at(text: &str) -> Option<EncodedWord<'_>> {
    let mut most = text.len().min(MAX_WORD_BYTES);
    while !text.is_char_boundary(most) {
        most -= 1;
    }
    let inside = text[..most].strip_prefix("=?")?;
    let (charset, after) = inside.split_once('?')?;
    let is_name = (2..=45).contains(&charset.len()) && !charset.contains(char::is_whitespace);
    let encoding = match after.get(..2) {
        Some("q?" | "Q?") => b'Q',
        Some("b?" | "B?") => b'B',
        _ => return None,
    };
    let (data, _) = is_name.then(|| after[2..].split_once("?="))??;
    // RFC 2231 adds the language: "utf-8*en".
    let name = charset.split('*').next().unwrap_or(charset);
    let length = 2 + charset.len() + 1 + 1 + 1 + data.len() + 2;
    Some(EncodedWord { charset: name, encoding, data, length })
}

fn decode_data(word: &EncodedWord<'_>) -> Vec<u8> {
    if word.encoding == b'B' {
        let letters: Vec<u8> =
            word.data.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        return base64_decode(&letters).unwrap_or_else(|| word.data.as_bytes().to_vec());
    }
    let data = word.data.as_bytes();
    let mut bytes = Vec::with_capacity(data.len());
    let mut at = 0;
    while let Some(&byte) = data.get(at) {
        let digits = data.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (byte, code) {
            (b'=', Some(code)) => {
                bytes.push(code);
                at += 2;
            }
            (b'_', _) => bytes.push(b' '),
            _ => bytes.push(byte),
        }
        at += 1;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_are_decoded() {
        let cases = [
            ("plain", "plain"),
            ("=?utf-8?Q?caf=C3=A9_in?= Oslo", "café in Oslo"),
            ("=?utf-8?q?Jos=C3?= =?UTF-8?Q?=A9?=", "José"),
            ("=?utf-8?B?Sm9zww==?= =?utf-8?B?qQ==?=", "José"),
            ("=?iso-8859-1?Q?Jos=E9?= =?utf-8?Q?=C3=B1?=", "Joséñ"),
            ("=?utf-8*en?Q?caf=C3=A9?=", "café"),
            ("=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"),
            ("a =?utf-8?X?b?= c", "a =?utf-8?X?b?= c"),
            ("1+1=?2 =? = =?q?Q?x", "1+1=?2 =? = =?q?Q?x"),
            ("=?utf-8?Q?a=2C_b?=", "a, b"),
            ("=?utf-8?B?!!?=", "!!"),
        ];
        for (line, expected) in cases {
            assert_eq!(unshield(&decode_encoded_words(line)), expected, "{line}");
        }
    }
}
