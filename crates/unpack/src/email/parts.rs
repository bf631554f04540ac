//! Splits a letter into its parts (MIME), in one pass over its lines.
//!
//! Each line that may be a boundary is compared with the boundaries that are open. A
//! parser that searches the end of each part instead takes quadratic time where
//! boundaries are never closed; so the crate `mail-parser` reads only the header lines
//! here. A part whose boundary is missing ends with the letter, and its text is read.

use super::header::{HeaderFields, MediaType};

/// Maximum depth of parts in parts. What is deeper is read as text.
pub(super) const MAX_DEPTH: usize = 50;

/// A part of a letter, or the letter itself.
#[derive(Debug)]
pub(super) struct Part<'a> {
    /// Its header lines.
    pub fields: HeaderFields<'a>,
    /// What it is.
    pub media: MediaType,
    /// Its content as it is encoded; empty if it has parts.
    pub body: &'a [u8],
    /// The parts in it.
    pub children: Vec<Part<'a>>,
    /// Whether it has parts that were not split, because they are nested too deeply.
    pub is_too_deep: bool,
}

/// Splits a letter.
pub(super) fn split_parts(bytes: &[u8]) -> Part<'_> {
    let mut splitter = Splitter { bytes, at: 0, open: Vec::new() };
    splitter.read_part(None).0
}

/// A line that ends a part: the next part of the multipart at this depth follows, or
/// the multipart ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Delimiter {
    Next(usize),
    Close(usize),
}

struct Splitter<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The boundaries of the multiparts that are open.
    open: Vec<Vec<u8>>,
}

impl<'a> Splitter<'a> {
    /// The next line with its end.
    fn next_line(&mut self) -> Option<&'a [u8]> {
        let rest = &self.bytes[self.at..];
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        self.at += end;
        (end > 0).then_some(&rest[..end])
    }

    fn delimiter(&self, line: &[u8]) -> Option<Delimiter> {
        let word = line.strip_prefix(b"--")?.trim_ascii_end();
        self.open.iter().enumerate().rev().find_map(|(depth, boundary)| {
            let rest = word.strip_prefix(&boundary[..])?;
            match rest {
                b"" => Some(Delimiter::Next(depth)),
                b"--" => Some(Delimiter::Close(depth)),
                _ => None,
            }
        })
    }

    /// Skips lines up to the next delimiter. Returns the lines before it.
    fn read_to_delimiter(&mut self) -> (&'a [u8], Option<Delimiter>) {
        let start = self.at;
        let mut end = start;
        while let Some(line) = self.next_line() {
            if let Some(delimiter) = self.delimiter(line) {
                // The line end before a delimiter is a part of it.
                let body = &self.bytes[start..end];
                let body = body.strip_suffix(b"\n").unwrap_or(body);
                return (body.strip_suffix(b"\r").unwrap_or(body), Some(delimiter));
            }
            end = self.at;
        }
        (&self.bytes[start..], None)
    }

    /// Reads a part. `parent` is the kind of the multipart that it is in.
    fn read_part(&mut self, parent: Option<&MediaType>) -> (Part<'a>, Option<Delimiter>) {
        let (fields, ended) = self.read_fields();
        let media = MediaType::of_part(&fields, parent);
        let mut part = Part { fields, media, body: b"", children: Vec::new(), is_too_deep: false };
        if ended.is_some() {
            return (part, ended);
        }
        let Some(boundary) = part.media.boundary() else {
            let delimiter;
            (part.body, delimiter) = self.read_to_delimiter();
            return (part, delimiter);
        };
        if self.open.len() >= MAX_DEPTH {
            let delimiter;
            (part.body, delimiter) = self.read_to_delimiter();
            part.is_too_deep = true;
            return (part, delimiter);
        }
        let depth = self.open.len();
        self.open.push(boundary.into_bytes());
        let (preamble, mut found) = self.read_to_delimiter();
        while found == Some(Delimiter::Next(depth)) {
            let (child, next) = self.read_part(Some(&part.media));
            part.children.push(child);
            found = next;
        }
        self.open.truncate(depth);
        if part.children.is_empty() {
            // The boundary is missing: all is text.
            part.body = preamble;
        }
        if found == Some(Delimiter::Close(depth)) {
            (_, found) = self.read_to_delimiter();
        }
        (part, found)
    }

    /// Reads header lines and the blank line after them.
    fn read_fields(&mut self) -> (HeaderFields<'a>, Option<Delimiter>) {
        let start = self.at;
        let mut end = start;
        let mut is_first = true;
        while let Some(line) = self.next_line() {
            if let Some(delimiter) = self.delimiter(line) {
                return (HeaderFields::new(&self.bytes[start..end]), Some(delimiter));
            }
            if line.trim_ascii().is_empty() {
                break;
            }
            let is_envelope =
                is_first && (line.starts_with(b"From ") || line.starts_with(b">From "));
            if !is_envelope && !is_header_line(line) {
                // The blank line is missing.
                self.at = end;
                break;
            }
            is_first = false;
            end = self.at;
        }
        (HeaderFields::new(&self.bytes[start..end]), None)
    }
}

/// Whether a line is a header field, or continues one.
pub(crate) fn is_header_line(line: &[u8]) -> bool {
    if line.starts_with(b" ") || line.starts_with(b"\t") {
        return true;
    }
    let key =
        line.iter().position(|&byte| byte == b':').map(|colon| line[..colon].trim_ascii_end());
    key.is_some_and(|key| !key.is_empty() && key.iter().all(u8::is_ascii_graphic))
}
