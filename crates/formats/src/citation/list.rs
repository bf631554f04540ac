//! A bibliography: the citations of several documents as one file.

use std::collections::HashMap;
use std::io::{self, Write};

use super::{Citation, CitationFormat, csl};

/// Writes citations, one at a time. A file of one citation is what
/// [`Citation::write`] gives, with a line end.
pub struct CitationWriter<W: Write> {
    out: W,
    format: CitationFormat,
    /// How often a key was written. Copies of a telegram have the same key.
    keys: HashMap<String, usize>,
    count: usize,
}

impl<W: Write> CitationWriter<W> {
    /// Starts a file.
    pub fn new(out: W, format: CitationFormat) -> Self {
        Self { out, format, keys: HashMap::new(), count: 0 }
    }

    /// Writes a citation.
    ///
    /// # Errors
    /// This and the other methods return the errors of the output.
    pub fn write(&mut self, mut citation: Citation) -> io::Result<()> {
        let copies = self.keys.entry(citation.key.clone()).or_default();
        *copies += 1;
        if *copies > 1 {
            citation.key = format!("{}-{copies}", citation.key);
        }
        let is_first = self.count == 0;
        self.count += 1;
        match self.format {
            CitationFormat::CslJson => {
                self.out.write_all(if is_first { b"[" } else { b",\n" })?;
                write!(self.out, "{}", csl::item(&citation))
            }
            CitationFormat::Text => writeln!(self.out, "{}", citation.write(self.format)),
            CitationFormat::Bibtex | CitationFormat::Ris => {
                let end = if self.format == CitationFormat::Ris { "\r\n" } else { "\n" };
                let blank = if is_first { "" } else { end };
                write!(self.out, "{blank}{}", citation.write(self.format))
            }
        }
    }

    /// Ends the file and returns the output.
    pub fn finish(mut self) -> io::Result<W> {
        if self.format == CitationFormat::CslJson {
            self.out.write_all(if self.count == 0 { b"[]\n" } else { b"]\n" })?;
        }
        self.out.flush()?;
        Ok(self.out)
    }
}
