//! The bytes of a table in UTF-8, with a sample of its start and a way back.

use std::io::{BufRead, BufReader, Cursor, Read};

use crate::UnpackError;
use crate::budget::damaged_container;
use crate::foreign_text::{ForeignReader, guess_encoding};
use crate::utf16::{self, Utf16Reader};

/// Size of the sample that shows how a table is written, in bytes.
const SAMPLE_BYTES: u64 = 256 << 10;

/// Reads bytes one by one.
pub(crate) struct ByteSource<'a> {
    sample: Vec<u8>,
    /// Whether the sample is the whole table.
    is_whole: bool,
    inner: Box<dyn BufRead + 'a>,
    /// Bytes to read again, the last one first.
    returned: Vec<u8>,
    /// The encoding, if it was guessed from the letters.
    guessed: Option<&'static str>,
}

impl<'a> ByteSource<'a> {
    /// Decodes UTF-16 and other encodings, and drops a byte-order mark.
    pub(crate) fn new(mut stream: Box<dyn BufRead + 'a>) -> Result<Self, UnpackError> {
        let failed = |error: std::io::Error| damaged_container(&error);
        let mut head = Vec::new();
        (&mut stream).take(4096).read_to_end(&mut head).map_err(failed)?;
        let mut inner: Box<dyn BufRead + 'a> = match utf16::detect_byte_order(&head) {
            Some(order) => {
                let whole = Cursor::new(head).chain(stream);
                Box::new(BufReader::new(Utf16Reader::new(order, whole)))
            }
            None => {
                let mark = if head.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
                Box::new(Cursor::new(head.split_off(mark)).chain(stream))
            }
        };
        let mut sample = Vec::new();
        (&mut inner).take(SAMPLE_BYTES).read_to_end(&mut sample).map_err(failed)?;
        let encoding = guess_encoding(&sample);
        if let Some(encoding) = encoding {
            let whole = Cursor::new(std::mem::take(&mut sample)).chain(inner);
            inner = Box::new(BufReader::new(ForeignReader::new(encoding, whole)));
            (&mut inner).take(SAMPLE_BYTES).read_to_end(&mut sample).map_err(failed)?;
        }
        let guessed = encoding.map(encoding_rs::Encoding::name);
        let is_whole = (sample.len() as u64) < SAMPLE_BYTES;
        let inner = Box::new(Cursor::new(sample.clone()).chain(inner));
        Ok(Self { sample, is_whole, inner, returned: Vec::new(), guessed })
    }

    /// The name of the encoding, if it was guessed from the letters.
    pub(crate) fn guessed_encoding(&self) -> Option<&'static str> {
        self.guessed
    }

    /// The first bytes, and whether there are no others.
    pub(crate) fn sample(&self) -> (&[u8], bool) {
        (&self.sample, self.is_whole)
    }

    /// The next byte; `None` at the end.
    pub(crate) fn next_byte(&mut self) -> Result<Option<u8>, UnpackError> {
        let byte = self.peek_byte()?;
        if byte.is_some() && self.returned.pop().is_none() {
            self.inner.consume(1);
        }
        Ok(byte)
    }

    /// The next byte, which stays the next.
    pub(crate) fn peek_byte(&mut self) -> Result<Option<u8>, UnpackError> {
        if let Some(&byte) = self.returned.last() {
            return Ok(Some(byte));
        }
        let buffer = self.inner.fill_buf().map_err(|error| damaged_container(&error))?;
        Ok(buffer.first().copied())
    }

    /// Puts bytes back, to be read again.
    pub(crate) fn return_bytes(&mut self, bytes: &[u8]) {
        self.returned.extend(bytes.iter().rev());
    }

    /// Reads to the end of the line, and returns the line without its end. A longer
    /// line than `largest` is read but not returned.
    pub(crate) fn read_line(&mut self, largest: u64) -> Result<Option<Line>, UnpackError> {
        if self.peek_byte()?.is_none() {
            return Ok(None);
        }
        let mut line = Vec::new();
        let mut is_too_large = false;
        while let Some(byte) = self.next_byte()? {
            if byte == b'\n' {
                break;
            }
            is_too_large |= line.len() as u64 >= largest;
            if !is_too_large {
                line.push(byte);
            }
        }
        if is_too_large {
            return Ok(Some(Line::TooLarge));
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(Some(Line::Whole(line)))
    }
}

/// A line of a table.
pub(crate) enum Line {
    Whole(Vec<u8>),
    TooLarge,
}
