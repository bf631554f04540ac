//! Quotations: passages of documents with their sources, as a document for Word.
//!
//! The file is RTF, which Word, `LibreOffice`, Pages and Google Docs open. It is written as
//! it goes: a heading, then for each document the passages in quotation marks, with the
//! words that were searched for in bold, and below them the source. Words of documents
//! never become control words: backslashes and braces are escaped, all letters beyond
//! ASCII are written by their numbers.

use std::io::{self, Write};

use chancery_model::TextSpan;

/// A passage of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quotation<'a> {
    /// The words.
    pub text: &'a str,
    /// What was searched for, in bytes of the words, in order and without overlap.
    pub hits: &'a [TextSpan],
}

/// Fonts and paper: a serif of 12 points.
const HEAD: &str = "{\\rtf1\\ansi\\ansicpg1252\\deff0\\uc1{\\fonttbl{\\f0\\froman Times New Roman;}}\n\\f0\\fs24\n";

/// Writes quotations to `out`.
#[derive(Debug)]
pub struct QuotationWriter<W> {
    out: W,
}

impl<W: Write> QuotationWriter<W> {
    /// Starts a document with a title.
    ///
    /// # Errors
    /// If `out` fails.
    pub fn start(mut out: W, title: &str) -> io::Result<Self> {
        writeln!(out, "{HEAD}{{\\pard\\sa240\\b\\fs32 {}\\par}}", escape_rtf(title))?;
        Ok(Self { out })
    }

    /// Writes the passages of one document and its source.
    ///
    /// # Errors
    /// If `out` fails.
    pub fn write_source(&mut self, source: &str, quotations: &[Quotation<'_>]) -> io::Result<()> {
        for quotation in quotations {
            write!(self.out, "{{\\pard\\keepn\\li567\\ri567\\sa120 \\u8220?")?;
            self.write_words(quotation)?;
            writeln!(self.out, "\\u8221?\\par}}")?;
        }
        writeln!(self.out, "{{\\pard\\li567\\ri567\\sa360\\fs20 {}\\par}}", escape_rtf(source))
    }

    fn write_words(&mut self, quotation: &Quotation<'_>) -> io::Result<()> {
        let mut at = 0;
        for hit in quotation.hits.iter().map(TextSpan::byte_range) {
            write!(self.out, "{}", escape_rtf(&quotation.text[at..hit.start]))?;
            write!(self.out, "{{\\b {}}}", escape_rtf(&quotation.text[hit.clone()]))?;
            at = hit.end;
        }
        write!(self.out, "{}", escape_rtf(&quotation.text[at..]))
    }

    /// Writes the end.
    ///
    /// # Errors
    /// If `out` fails.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.write_all(b"}\n")?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Makes words safe for RTF. Line ends and other controls become blanks.
fn escape_rtf(words: &str) -> String {
    let mut safe = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '\\' | '{' | '}' => safe.extend(['\\', c]),
            ' '..='~' => safe.push(c),
            c if c.is_control() => safe.push(' '),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // RTF writes these numbers as signed ones.
                    safe += &format!("\\u{}?", unit.cast_signed());
                }
            }
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passages_stand_before_their_source() {
        let mut writer = QuotationWriter::start(Vec::new(), "Boats").expect("a vector");
        let text = "He saw {a} boat\nin Tromsø \u{1F600}.";
        let hits = [TextSpan::new(11, 15)];
        writer
            .write_source("Oslo \\12, 3 May 1975.", &[Quotation { text, hits: &hits }])
            .expect("a vector");
        let written = String::from_utf8(writer.finish().expect("a vector")).expect("ASCII");
        let (quote, source) = written.split_once("\\u8221?\\par}").expect("a quotation");
        assert!(
            quote.ends_with(
                "\\u8220?He saw \\{a\\} {\\b boat} in Troms\\u248? \\u-10179?\\u-8704?."
            )
        );
        assert!(source.contains("Oslo \\\\12, 3 May 1975.\\par}"), "{source}");
        assert!(written.starts_with("{\\rtf1\\ansi") && written.ends_with("}\n"));
        assert!(written.contains("\\b\\fs32 Boats\\par}"));
    }
}
