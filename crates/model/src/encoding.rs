//! How bytes encode characters: UTF-8, or Windows-1252 where they are none.

use serde::{Deserialize, Serialize};

/// How the raw bytes encode characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, with or without byte-order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows-1252 (the WHATWG index: every byte has a character).
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// Characters of the bytes 0x80 to 0x9F in Windows-1252, as the WHATWG
/// encoding standard lists them (<https://encoding.spec.whatwg.org/index-windows-1252.txt>).
/// All other bytes stand for the code point of the same number.
const HIGH_CONTROLS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// The character that `byte` stands for in Windows-1252.
pub fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => HIGH_CONTROLS[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}
