//! Decodes bytes to characters.
//!
//! Collections of telegrams are UTF-8, Windows-1252, or a mixture of both,
//! because files were concatenated. So the encoding is chosen byte by byte:
//! valid UTF-8 is decoded as UTF-8, any other byte as its Windows-1252
//! character (¶ as 0xB6, curly quotes as 0x91 to 0x94). Windows-1252 text
//! hardly ever contains valid multi-byte UTF-8 sequences by chance.

use std::ops::Range;

use chancery_model::{Encoding, RunKind, Text, decode_windows_1252};

use crate::{ParseFault, ParseProblem};

/// The byte-order mark.
pub(crate) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The encoding to report: UTF-8 only if all of `raw` is valid UTF-8.
pub(crate) fn detect_encoding(raw: &[u8]) -> Encoding {
    match std::str::from_utf8(raw) {
        Ok(_) => Encoding::Utf8,
        Err(_) => Encoding::Windows1252,
    }
}

/// Appends the characters of `raw[range]` to `text`.
pub(crate) fn push_decoded(text: &mut Text, raw: &[u8], range: Range<usize>) {
    if let Ok(valid) = std::str::from_utf8(&raw[range.clone()]) {
        text.push_run(valid, range, RunKind::Copied);
        return;
    }
    let mut at = range.start;
    for chunk in raw[range].utf8_chunks() {
        let end = at + chunk.valid().len();
        text.push_run(chunk.valid(), at..end, RunKind::Copied);
        at = end;
        for &byte in chunk.invalid() {
            let mut buffer = [0; 4];
            text.push_run(
                decode_windows_1252(byte).encode_utf8(&mut buffer),
                at..at + 1,
                RunKind::Decoded,
            );
            at += 1;
        }
    }
}

/// Number of bytes at the start of a file that decide whether it is text.
const SAMPLE_BYTES: usize = 64 * 1024;

/// Rejects a file if more than one in twenty of its first 64 KiB are control
/// characters. Genuine old files contain a few.
pub(crate) fn reject_binary(raw: &[u8]) -> Result<(), ParseProblem> {
    let sample = &raw[..raw.len().min(SAMPLE_BYTES)];
    let controls = sample.iter().filter(|&&byte| is_binary_control(byte)).count();
    if controls * 20 <= sample.len() {
        return Ok(());
    }
    let at = sample.iter().position(|&byte| is_binary_control(byte)).unwrap_or(0) as u64;
    let wide = memchr::memchr_iter(0, sample).count() * 3 > sample.len();
    let fault = if wide { ParseFault::Utf16 } else { ParseFault::Binary };
    Err(ParseProblem { offset: at, fault })
}

/// Whether a byte is a control character other than tab, line ends, vertical
/// tab, form feed, escape and the DOS end-of-file mark.
fn is_binary_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | 0x0B | 0x0C | b'\r' | 0x1A | 0x1B)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_mixed_encodings() {
        let cases: [(&[u8], &str); 5] = [
            (b"plain", "plain"),
            ("Curaçao ¶1".as_bytes(), "Curaçao ¶1"),
            (b"\xB61. \x93Cura\xE7ao\x94", "¶1. “Curaçao”"),
            (b"\xC2\xB61. Cura\xE7ao", "¶1. Curaçao"),
            (b"cut \xE2\x80", "cut â€"),
        ];
        for (raw, expected) in cases {
            let mut text = Text::default();
            push_decoded(&mut text, raw, 0..raw.len());
            assert_eq!(text.as_str(), expected);
        }
    }

    #[test]
    fn rejects_binary_with_offset() {
        let cases: [(&[u8], Option<u64>); 4] = [
            (b"E.O. 12958\x1A", None),
            (b"\x7FELF\x02\x01\x01\0\0\0", Some(4)),
            (b"F\0M\0 \0A\0", Some(1)),
            (b"", None),
        ];
        for (raw, at) in cases {
            assert_eq!(reject_binary(raw).err().map(|problem| problem.offset), at, "{raw:?}");
        }
    }
}
