//! Character encodings: UTF-8, or Windows-1252 for bytes that are not valid
//! UTF-8.

use serde::{Deserialize, Serialize};

/// The character encoding of raw bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, with or without a byte-order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows-1252, by the WHATWG index, which maps every byte to a character.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// The characters of bytes 0x80 to 0x9F in Windows-1252, from the WHATWG
/// encoding standard (<https://encoding.spec.whatwg.org/index-windows-1252.txt>).
/// All other bytes map to the code point of the same number.
const HIGH_CONTROLS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// The character that `byte` encodes in Windows-1252.
pub fn decode_windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => HIGH_CONTROLS[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}
