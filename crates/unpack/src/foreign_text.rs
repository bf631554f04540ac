//! Texts that are neither UTF-8 nor Windows-1252: which encoding they are in, and their
//! characters.
//!
//! A page or an XML file states its encoding. Of other texts it is guessed from their
//! letters, as browsers do ([chardetng](https://docs.rs/chardetng)), and the guess is
//! said. Bytes that are valid UTF-8 are UTF-8, whatever is stated. Windows-1252 is left to
//! the parser, which decodes files that mix both.

use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, Encoding, ISO_2022_JP, UTF_8, WINDOWS_1252};

use crate::UnpackError;

/// Number of bytes at the start of a file in which it states its encoding.
const DECLARATION_BYTES: usize = 2048;

/// Number of bytes that show what a text is encoded in.
const SAMPLE_BYTES: usize = 256 << 10;

/// A text with fewer bytes outside of ASCII is not guessed.
const MIN_GUESSED_BYTES: usize = 8;

/// A text that was decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignText {
    /// Its characters.
    pub text: String,
    /// What is uncertain about them, for the user.
    pub remark: Option<String>,
}

/// Decodes a text that is in another encoding than UTF-8 and Windows-1252. Returns `None`
/// for all others, and for what is no text.
pub fn decode_foreign_text(bytes: &[u8]) -> Option<ForeignText> {
    if let Some(text) = decode_utf32(bytes) {
        return Some(ForeignText { text, remark: None });
    }
    if bytes.contains(&0) {
        return without_zeros(bytes);
    }
    if let Some(text) = decode_ebcdic(bytes) {
        let remark = "it is in EBCDIC, the encoding of mainframes: read as code page 37";
        return Some(ForeignText { text, remark: Some(remark.to_owned()) });
    }
    let declared = declared_encoding(&bytes[..bytes.len().min(DECLARATION_BYTES)]);
    if declared == Some(ISO_2022_JP) {
        return decoded(ISO_2022_JP, bytes).map(|text| ForeignText { text, remark: None });
    }
    if std::str::from_utf8(bytes).is_ok() {
        return None;
    }
    let known = declared.filter(|&encoding| encoding != UTF_8 && encoding != WINDOWS_1252);
    if let Some(text) = known.and_then(|encoding| decoded(encoding, bytes)) {
        return Some(ForeignText { text, remark: None });
    }
    if declared == Some(WINDOWS_1252) {
        return None;
    }
    let encoding = guess_encoding(bytes)?;
    let text = decoded(encoding, bytes)?;
    let remark = UnpackError::GuessedEncoding(encoding.name()).to_string();
    Some(ForeignText { text, remark: Some(remark) })
}

/// The characters, if all bytes are in the encoding.
fn decoded(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    let (text, _, has_errors) = encoding.decode(bytes);
    let wrong = text.chars().filter(|&c| c == char::REPLACEMENT_CHARACTER).count();
    (!has_errors || wrong * 500 < bytes.len()).then(|| text.into_owned())
}

/// The encoding that a page states in a `meta` element, or an XML file in its declaration.
pub(crate) fn declared_encoding(head: &[u8]) -> Option<&'static Encoding> {
    let small = head.to_ascii_lowercase();
    let start = small.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&small).trim_ascii_start();
    if !start.starts_with(b"<") {
        return None;
    }
    let value_after = |text: &[u8], key: &[u8]| -> Option<&'static Encoding> {
        let at = memchr::memmem::find(text, key)? + key.len();
        let value = text[at..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
        let is_mark = |byte: &u8| matches!(byte, b'"' | b'\'');
        let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
        let end = value.iter().position(|byte| {
            is_mark(byte) || byte.is_ascii_whitespace() || matches!(byte, b';' | b'>' | b'/' | b'?')
        });
        Encoding::for_label(&value[..end.unwrap_or(value.len())])
    };
    if start.starts_with(b"<?xml") {
        let end = memchr::memchr(b'>', start).unwrap_or(start.len());
        if let Some(encoding) = value_after(&start[..end], b"encoding") {
            return Some(encoding);
        }
    }
    let mut metas = memchr::memmem::find_iter(start, b"<meta");
    metas.find_map(|at| {
        let tag = &start[at..];
        let end = memchr::memchr(b'>', tag).unwrap_or(tag.len());
        value_after(&tag[..end], b"charset")
    })
}

/// The encoding by the letters. `None` if they say Windows-1252 or too little.
pub(crate) fn guess_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let is_odd = |byte: &u8| *byte < 0x20 && is_odd_control(char::from(*byte));
    if sample.iter().any(is_odd) {
        return None;
    }
    let high = sample.iter().filter(|byte| **byte >= 0x80).count();
    let letters = high + sample.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    if high < MIN_GUESSED_BYTES {
        return None;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    // A file that mixes UTF-8 and Windows-1252 is no text of a third encoding. In texts of
    // two bytes per letter, some pairs look like UTF-8.
    let in_utf8: usize = sample
        .utf8_chunks()
        .map(|chunk| chunk.valid().bytes().filter(|byte| *byte >= 0x80).count())
        .sum();
    let is_mixed = encoding.is_single_byte() && in_utf8 * 3 > high;
    // Scripts other than Latin have nearly only such letters.
    let least = if is_latin(encoding) { letters / 50 } else { letters / 4 };
    (encoding != WINDOWS_1252 && !is_mixed && high >= least).then_some(encoding)
}

fn is_latin(encoding: &'static Encoding) -> bool {
    const LATIN: [&str; 9] = [
        "windows-1250",
        "windows-1254",
        "windows-1257",
        "windows-1258",
        "ISO-8859-2",
        "ISO-8859-4",
        "ISO-8859-13",
        "ISO-8859-10",
        "ISO-8859-16",
    ];
    LATIN.contains(&encoding.name())
}

/// Decodes UTF-32, which has a mark, or zeros in the first half of every character.
fn decode_utf32(bytes: &[u8]) -> Option<String> {
    let is_little = match bytes {
        [0xFF, 0xFE, 0, 0, ..] => true,
        [0, 0, 0xFE, 0xFF, ..] => false,
        [a, b, 0, 0, c, d, 0, 0, ..] if a | b != 0 && c | d != 0 && bytes.len() >= 16 => true,
        [0, 0, a, b, 0, 0, c, d, ..] if a | b != 0 && c | d != 0 && bytes.len() >= 16 => false,
        _ => return None,
    };
    let units = bytes.chunks_exact(4).map(|unit| {
        let unit = [unit[0], unit[1], unit[2], unit[3]];
        char::from_u32(if is_little { u32::from_le_bytes(unit) } else { u32::from_be_bytes(unit) })
    });
    let text: String = units.collect::<Option<String>>()?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let controls = text.chars().filter(|&c| is_odd_control(c)).count();
    (controls * 20 <= text.len()).then(|| text.to_owned())
}

/// A text with zeros between or after its characters, as old machines pad records.
fn without_zeros(bytes: &[u8]) -> Option<ForeignText> {
    let kept: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    let text = String::from_utf8(kept).ok()?;
    let odd = text.chars().filter(|&c| is_odd_control(c)).count();
    let words = text.chars().filter(|&c| c.is_alphabetic() || c == ' ').count();
    if odd > 0 || text.len() < 40 || words * 3 < text.chars().count() * 2 {
        return None;
    }
    let zeros = bytes.len() - text.len();
    let remark = format!("{zeros} zero bytes between or after its characters were left out");
    Some(ForeignText { text, remark: Some(remark) })
}

fn is_odd_control(c: char) -> bool {
    c.is_control()
        && !matches!(c, '\t' | '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{1A}' | '\u{1B}' | '\u{85}')
}

/// Decodes EBCDIC: the blank is 0x40, and letters and digits are above 0x80.
fn decode_ebcdic(bytes: &[u8]) -> Option<String> {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let count = |is: fn(u8) -> bool| sample.iter().filter(|byte| is(**byte)).count();
    let blanks = count(|byte| byte == 0x40);
    let letters = count(|byte| CP037[byte as usize].is_ascii_alphanumeric());
    let ascii = count(|byte| byte == b' ' || byte.is_ascii_lowercase() && byte != 0x6B);
    let is_ebcdic = sample.len() >= 40 && blanks * 25 >= sample.len() && ascii * 20 <= sample.len();
    (is_ebcdic && letters * 10 >= sample.len() * 5)
        .then(|| bytes.iter().map(|&byte| char::from(CP037[byte as usize])).collect())
}

/// The characters of EBCDIC, code page 37, in Latin-1. Its line end NEL (0x15) is LF.
const CP037: [u8; 256] = [
    0x00, 0x01, 0x02, 0x03, 0x9C, 0x09, 0x86, 0x7F, 0x97, 0x8D, 0x8E, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F,
    0x10, 0x11, 0x12, 0x13, 0x9D, 0x0A, 0x08, 0x87, 0x18, 0x19, 0x92, 0x8F, 0x1C, 0x1D, 0x1E, 0x1F,
    0x80, 0x81, 0x82, 0x83, 0x84, 0x0A, 0x17, 0x1B, 0x88, 0x89, 0x8A, 0x8B, 0x8C, 0x05, 0x06, 0x07,
    0x90, 0x91, 0x16, 0x93, 0x94, 0x95, 0x96, 0x04, 0x98, 0x99, 0x9A, 0x9B, 0x14, 0x15, 0x9E, 0x1A,
    0x20, 0xA0, 0xE2, 0xE4, 0xE0, 0xE1, 0xE3, 0xE5, 0xE7, 0xF1, 0xA2, 0x2E, 0x3C, 0x28, 0x2B, 0x7C,
    0x26, 0xE9, 0xEA, 0xEB, 0xE8, 0xED, 0xEE, 0xEF, 0xEC, 0xDF, 0x21, 0x24, 0x2A, 0x29, 0x3B, 0xAC,
    0x2D, 0x2F, 0xC2, 0xC4, 0xC0, 0xC1, 0xC3, 0xC5, 0xC7, 0xD1, 0xA6, 0x2C, 0x25, 0x5F, 0x3E, 0x3F,
    0xF8, 0xC9, 0xCA, 0xCB, 0xC8, 0xCD, 0xCE, 0xCF, 0xCC, 0x60, 0x3A, 0x23, 0x40, 0x27, 0x3D, 0x22,
    0xD8, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0xAB, 0xBB, 0xF0, 0xFD, 0xFE, 0xB1,
    0xB0, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70, 0x71, 0x72, 0xAA, 0xBA, 0xE6, 0xB8, 0xC6, 0xA4,
    0xB5, 0x7E, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0xA1, 0xBF, 0xD0, 0xDD, 0xDE, 0xAE,
    0x5E, 0xA3, 0xA5, 0xB7, 0xA9, 0xA7, 0xB6, 0xBC, 0xBD, 0xBE, 0x5B, 0x5D, 0xAF, 0xA8, 0xB4, 0xD7,
    0x7B, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0xAD, 0xF4, 0xF6, 0xF2, 0xF3, 0xF5,
    0x7D, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F, 0x50, 0x51, 0x52, 0xB9, 0xFB, 0xFC, 0xF9, 0xFA, 0xFF,
    0x5C, 0xF7, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0xB2, 0xD4, 0xD6, 0xD2, 0xD3, 0xD5,
    0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0xB3, 0xDB, 0xDC, 0xD9, 0xDA, 0x9F,
];

/// Reads a text in another encoding as UTF-8.
pub(crate) struct ForeignReader<R> {
    inner: R,
    decoder: Decoder,
    /// Decoded text that was not yet read.
    text: Vec<u8>,
    at: usize,
    is_at_end: bool,
}

impl<R: Read> ForeignReader<R> {
    pub(crate) fn new(encoding: &'static Encoding, inner: R) -> Self {
        let decoder = encoding.new_decoder_without_bom_handling();
        Self { inner, decoder, text: Vec::new(), at: 0, is_at_end: false }
    }
}

impl<R: Read> Read for ForeignReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() && !self.is_at_end {
            let mut chunk = [0; 8192];
            let read = self.inner.read(&mut chunk)?;
            self.is_at_end = read == 0;
            let most = self.decoder.max_utf8_buffer_length(read).unwrap_or(chunk.len() * 4);
            let mut text = String::with_capacity(most);
            let _ = self.decoder.decode_to_string(&chunk[..read], &mut text, self.is_at_end);
            (self.text, self.at) = (text.into_bytes(), 0);
        }
        let read = out.len().min(self.text.len() - self.at);
        out[..read].copy_from_slice(&self.text[self.at..self.at + read]);
        self.at += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUSSIAN: &str = "Посол встретился с министром в порту и говорил о новом договоре. ";

    fn in_encoding(label: &str, text: &str) -> Vec<u8> {
        let encoding = Encoding::for_label(label.as_bytes()).expect("a known encoding");
        encoding.encode(text).0.into_owned()
    }

    #[test]
    fn encodings_are_obeyed_and_guessed() {
        let russian = RUSSIAN.repeat(4);
        let polish =
            "Ambasador spotkał się z ministrem w porcie Gdańsk, żeby mówić o łodziach. ".repeat(4);
        let japanese = "大使は港で大臣と会い、新しい条約について話し合いました。".repeat(4);
        let chinese = "大使在港口会见了部长，谈到了新的条约和渔船的问题。".repeat(4);
        let page = |charset: &str| {
            format!("<html><head><meta charset=\"{charset}\"></head><p>{russian}</html>")
        };
        let cases: [(&str, &str, String); 9] = [
            ("windows-1251", "", russian.clone()),
            ("koi8-r", "", russian.clone()),
            ("iso-8859-2", "", polish),
            ("shift_jis", "", japanese),
            ("gb18030", "", chinese),
            ("windows-1251", "stated", page("windows-1251")),
            ("koi8-r", "stated", page("KOI8-R")),
            (
                "windows-1251",
                "stated",
                format!("<?xml version='1.0' encoding='windows-1251'?><letter>{RUSSIAN}</letter>"),
            ),
            (
                "iso-2022-jp",
                "stated",
                "<html><meta http-equiv=Content-Type content='text/html; charset=iso-2022-jp'>東京</html>"
                    .to_owned(),
            ),
        ];
        for (label, stated, text) in cases {
            let found = decode_foreign_text(&in_encoding(label, &text)).expect(label);
            assert_eq!(found.text, text, "{label}");
            assert_eq!(found.remark.is_none(), stated == "stated", "{label}: {:?}", found.remark);
        }
    }

    #[test]
    fn texts_of_the_parser_are_left_alone() {
        let french = "L’ambassadeur a été reçu à l’hôtel de ville; le ministre était là. ";
        let cases: [Vec<u8>; 8] = [
            b"The envoy left.".to_vec(),
            RUSSIAN.as_bytes().to_vec(),
            in_encoding("windows-1252", &french.repeat(4)),
            b"\x93The envoy\x94 of Cura\xE7ao left; he\x92ll return to Cura\xE7ao. \x96 \x93Yes\x94".to_vec(),
            // UTF-8 and Windows-1252 in one file.
            [french.as_bytes(), b" Cura\xE7ao Jos\xE9 \x93x\x94 \x93y\x94 \x93z\x94"].concat(),
            // A page that states another encoding than it has.
            format!("<html><meta charset=windows-1251><p>{RUSSIAN}</html>").into_bytes(),
            vec![0; 100],
            (0..=255).cycle().take(2000).collect(),
        ];
        for bytes in cases {
            assert_eq!(decode_foreign_text(&bytes), None, "{:?}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn other_machines_are_read() {
        let text = "FM AMEMBASSY LISBON\nTO SECSTATE\nThe envoy met 12 men, and left.\n".repeat(2);
        let wide = |to_bytes: fn(u32) -> [u8; 4]| -> Vec<u8> {
            text.chars().flat_map(|c| to_bytes(u32::from(c))).collect()
        };
        let ebcdic: Vec<u8> = text
            .bytes()
            .map(|byte| CP037.iter().position(|known| *known == byte).expect("Latin-1") as u8)
            .collect();
        let padded = [text.as_bytes(), &[0; 300]].concat();
        let cases = [
            ("little", wide(u32::to_le_bytes), None),
            ("big", wide(u32::to_be_bytes), None),
            ("mark", [&b"\xFF\xFE\0\0"[..], &wide(u32::to_le_bytes)].concat(), None),
            ("EBCDIC", ebcdic, Some("it is in EBCDIC")),
            ("padded", padded, Some("300 zero bytes")),
        ];
        for (name, bytes, remark) in cases {
            let found = decode_foreign_text(&bytes).expect(name);
            assert_eq!(found.text, text, "{name}");
            let said = found.remark.unwrap_or_default();
            assert_eq!(remark.is_some_and(|remark| said.starts_with(remark)), !said.is_empty());
            assert!(said.starts_with(remark.unwrap_or_default()), "{name}: {said}");
        }
    }
}
