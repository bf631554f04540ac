//! Decodes bytes in the character set that a letter or an office file declares.
//!
//! Declarations are often missing or wrong. Bytes that are valid UTF-8 are UTF-8,
//! whatever eight-bit set is declared, because text in an eight-bit set is hardly ever
//! valid UTF-8 by chance. Without a usable declaration the rest is Windows-1252, as
//! everywhere in this program.

use chancery_model::decode_windows_1252;
use mail_parser::decoders::charsets::map::charset_decoder;

/// Decodes the whole of a byte string.
pub(crate) type Decoder = fn(&[u8]) -> String;

/// The decoder of a character set; `None` if it is not known.
pub(crate) fn decoder(charset: &str) -> Option<Decoder> {
    let name = charset.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    let name = match name.strip_prefix("cp").filter(|digits| digits.len() == 4) {
        Some(page) => format!("windows-{page}"),
        None => name,
    };
    let known = match &*name {
        // The letters of both are at the same places; only the lines of frames are not.
        "cp437" | "ibm437" | "437" => "ibm850",
        "windows-932" | "windows-31j" | "cp932" => "shift_jis",
        "cp949" | "ks_c_5601-1987" => "euc-kr",
        "cp950" => "big5",
        "windows-10000" | "mac" | "x-mac-roman" => "macintosh",
        name => name,
    };
    charset_decoder(known.as_bytes()).map(|decode| decode as Decoder)
}

/// A text that was decoded.
pub(crate) struct DecodedText {
    pub text: String,
    /// Whether its declared character set is not known, and mattered.
    pub is_unknown: bool,
}

/// Decodes `bytes`, which are declared to be in `charset`.
pub(crate) fn decode_declared(bytes: &[u8], charset: Option<&str>) -> DecodedText {
    let known = |text| DecodedText { text, is_unknown: false };
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let name = charset.unwrap_or_default().to_ascii_lowercase();
    let decoder = decoder(&name);
    if let Some(decode) = decoder.filter(|_| !bytes.is_ascii() || !is_superset_of_ascii(&name)) {
        let is_utf8 = is_eight_bit(&name) && std::str::from_utf8(bytes).is_ok();
        let is_broken_utf8 = name.starts_with("utf-8") || name == "utf8" || is_utf8;
        if !is_broken_utf8 {
            return known(decode(bytes));
        }
    }
    // Bytes that are not valid UTF-8 are Windows-1252.
    let mut text = String::with_capacity(bytes.len());
    let mut is_broken = false;
    for chunk in bytes.utf8_chunks() {
        text += chunk.valid();
        is_broken |= !chunk.invalid().is_empty();
        text.extend(chunk.invalid().iter().map(|&byte| decode_windows_1252(byte)));
    }
    let is_known = name.is_empty()
        || name.contains("unknown")
        || name.starts_with("utf-8")
        || name == "utf8"
        || decoder.is_some();
    DecodedText { text, is_unknown: is_broken && !is_known }
}

/// Whether a set has one byte for each character.
fn is_eight_bit(name: &str) -> bool {
    ["iso-8859", "iso8859", "windows-125", "cp125", "us-ascii", "ascii", "latin", "koi8", "mac"]
        .iter()
        .any(|start| name.starts_with(start))
}

/// Whether bytes below 0x80 are the characters of ASCII.
fn is_superset_of_ascii(name: &str) -> bool {
    !["utf-16", "utf16", "utf-7", "utf7", "iso-2022", "hz", "csiso2022", "unicode"]
        .iter()
        .any(|start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_may_be_missing_or_wrong() {
        let cases: [(&[u8], Option<&str>, &str, bool); 15] = [
            (b"Jos\xE9", None, "José", false),
            ("José".as_bytes(), None, "José", false),
            ("José".as_bytes(), Some("iso-8859-1"), "José", false),
            ("José".as_bytes(), Some("us-ascii"), "José", false),
            (b"Jos\xE9", Some("utf-8"), "José", false),
            (b"Jos\xC3\xA9 N\xFA\xF1ez", Some("utf-8"), "José Núñez", false),
            (b"Jos\xE9", Some("x-unknown-8bit"), "José", false),
            (b"Jos\xE9", Some("klingon-1"), "José", true),
            (b"Jose", Some("klingon-1"), "Jose", false),
            (b"\xCA\xEE\xF8\xEA\xE0", Some("windows-1251"), "Кошка", false),
            (b"\xCA\xEE\xF8\xEA\xE0", Some("cp1251"), "Кошка", false),
            (b"Jos\x8E", Some("macintosh"), "José", false),
            (b"Jos\x82", Some("cp437"), "José", false),
            (b"\x1B$BEl5~\x1B(B", Some("iso-2022-jp"), "東京", false),
            (b"J\0o\0s\0\xE9\0", Some("utf-16le"), "José", false),
        ];
        for (bytes, charset, expected, is_unknown) in cases {
            let decoded = decode_declared(bytes, charset);
            assert_eq!((&*decoded.text, decoded.is_unknown), (expected, is_unknown), "{charset:?}");
        }
    }
}
