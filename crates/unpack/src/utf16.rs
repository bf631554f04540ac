//! Text in UTF-16.

use std::io::{self, Read};

/// The order of the two bytes of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ByteOrder {
    Little,
    Big,
}

/// Number of bytes that show whether text without a byte-order mark is UTF-16.
const SAMPLE_BYTES: usize = 4096;

/// The byte order of text in UTF-16. Without a byte-order mark, nearly every
/// second byte must be zero and none of the others.
pub(crate) fn detect_byte_order(head: &[u8]) -> Option<ByteOrder> {
    match head {
        // UTF-32 begins as UTF-16 does.
        [0xFF, 0xFE, 0, 0, ..] => return None,
        [0xFF, 0xFE, ..] => return Some(ByteOrder::Little),
        [0xFE, 0xFF, ..] => return Some(ByteOrder::Big),
        _ => {}
    }
    let sample = &head[..head.len().min(SAMPLE_BYTES) & !1];
    if sample.len() < 8 {
        return None;
    }
    let zeros = |at: usize| sample.iter().skip(at).step_by(2).filter(|byte| **byte == 0).count();
    let is_text = |at: usize| {
        let controls = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C);
        let bytes = sample.iter().skip(at).step_by(2);
        zeros(1 - at) * 10 >= sample.len() / 2 * 9 && !bytes.into_iter().any(|byte| controls(*byte))
    };
    match () {
        () if is_text(0) => Some(ByteOrder::Little),
        () if is_text(1) => Some(ByteOrder::Big),
        () => None,
    }
}

/// Decodes text without its byte-order mark. Half pairs become U+FFFD.
pub(crate) fn decode_lossy(order: ByteOrder, bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit(order, [pair[0], pair[1]]));
    let mut text: String =
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    if bytes.len() % 2 == 1 {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    match text.strip_prefix('\u{FEFF}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

fn unit(order: ByteOrder, pair: [u8; 2]) -> u16 {
    match order {
        ByteOrder::Little => u16::from_le_bytes(pair),
        ByteOrder::Big => u16::from_be_bytes(pair),
    }
}

/// Reads UTF-16 as UTF-8.
pub(crate) struct Utf16Reader<R> {
    inner: R,
    order: ByteOrder,
    is_started: bool,
    /// Bytes that do not yet make a character.
    pending: Vec<u8>,
    /// Decoded text that was not yet read.
    text: Vec<u8>,
    at: usize,
}

impl<R: Read> Utf16Reader<R> {
    pub(crate) fn new(order: ByteOrder, inner: R) -> Self {
        let (pending, text) = (Vec::new(), Vec::new());
        Self { inner, order, is_started: false, pending, text, at: 0 }
    }

    /// Decodes more text. Returns false at the end.
    fn decode_more(&mut self) -> io::Result<bool> {
        let mut chunk = [0; 8192];
        let read = self.inner.read(&mut chunk)?;
        self.pending.extend(&chunk[..read]);
        let mut whole = self.pending.len() & !1;
        if read == 0 {
            whole = self.pending.len();
        } else if whole >= 2 {
            // The first half of a pair waits for the second.
            let last = [self.pending[whole - 2], self.pending[whole - 1]];
            if matches!(unit(self.order, last), 0xD800..=0xDBFF) {
                whole -= 2;
            }
        }
        let bytes: Vec<u8> = self.pending.drain(..whole).collect();
        let mut text = decode_lossy(self.order, &bytes);
        let has_mark = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
        if self.is_started && has_mark && !text.is_empty() {
            // Only the first mark of the file is none of its characters.
            text.insert(0, '\u{FEFF}');
        }
        self.is_started |= !bytes.is_empty();
        (self.text, self.at) = (text.into_bytes(), 0);
        Ok(read > 0)
    }
}

impl<R: Read> Read for Utf16Reader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() {
            let goes_on = self.decode_more()?;
            if !goes_on && self.text.is_empty() {
                return Ok(0);
            }
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

    #[test]
    fn utf16_is_decoded() {
        let text = "Réunion 🚢\r\nline two";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        let cases = [
            (marked(b"\xFF\xFE", &little), Some(ByteOrder::Little)),
            (marked(b"\xFE\xFF", &big), Some(ByteOrder::Big)),
            (little, Some(ByteOrder::Little)),
            (big, Some(ByteOrder::Big)),
            (b"plain text".to_vec(), None),
            (vec![0; 100], None),
            (b"\xFF\xFE\0\0a\0\0\0".to_vec(), None),
        ];
        for (bytes, order) in cases {
            assert_eq!(detect_byte_order(&bytes), order, "{bytes:?}");
            let Some(order) = order else { continue };
            assert_eq!(decode_lossy(order, &bytes), text);
            for step in [1, 3, 8] {
                let mut read = String::new();
                let source = Slow { bytes: &bytes, step };
                Utf16Reader::new(order, source).read_to_string(&mut read).expect("text");
                assert_eq!(read, text, "{step} bytes at a time");
            }
        }
    }

    /// Gives few bytes at a time.
    struct Slow<'a> {
        bytes: &'a [u8],
        step: usize,
    }

    impl Read for Slow<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let step = self.step.min(out.len());
            self.bytes.by_ref().take(step as u64).read(&mut out[..step])
        }
    }
}
