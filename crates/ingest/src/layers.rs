//! Extracts the text of office files, e-mail, PDFs and images.
//!
//! PDFs are read by poppler's `pdftotext` if it is installed: it keeps columns
//! apart and reads nearly every file. Otherwise a crate reads them. Images, and
//! PDFs whose pages are images (poppler's `pdftoppm` renders them), are read by
//! `tesseract` if it is installed; otherwise they are listed as problems. No
//! crate recognises text as well, and a built-in model would double the size of
//! the program. All of these run as processes with limits.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use chancery_unpack::{Kind, Limits, kind, layer};

use crate::Hints;
use crate::process::{Failed, run};

/// Time limit for the OCR of one PDF.
const LONGEST: Duration = Duration::from_mins(30);

/// Pixels on the longer side of a rendered page: 300 dpi on A4. It also bounds
/// the page sizes of hostile files.
const SIDE: &str = "3500";

/// Maximum size of a page image, in bytes: one per pixel, and the header.
const PICTURE: u64 = 3500 * 3500 + 1000;

/// Exit status of `pdftoppm` for a page after the last one.
const NO_SUCH_PAGE: i32 = 99;

/// Extracts text with the programs that this machine has.
pub(crate) struct Layers {
    limits: Limits,
    pdf_reader: Option<(PathBuf, &'static str)>,
    hints: Hints,
    pdftotext: bool,
    pdftoppm: bool,
    tesseract: bool,
}

impl Layers {
    /// Checks which programs are installed.
    pub(crate) fn new(
        largest: u64,
        pdf_reader: Option<(PathBuf, &'static str)>,
        hints: Hints,
    ) -> Self {
        let installed = |name: &str| {
            let path = std::env::var_os("PATH").unwrap_or_default();
            std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
        };
        Self {
            pdf_reader,
            hints,
            limits: Limits { member: largest, all: largest, members: 1 },
            pdftotext: installed("pdftotext"),
            pdftoppm: installed("pdftoppm"),
            tesseract: installed("tesseract"),
        }
    }

    /// The extracted text of a file; `None` if the file is plain text already.
    ///
    /// # Errors
    /// The reason why there is no text, and the remedy.
    pub(crate) fn text(&self, name: &str, bytes: &[u8]) -> Result<Option<String>, String> {
        let text = match kind(&bytes[..bytes.len().min(512)], name) {
            Kind::Pdf => Some(self.pdf(bytes)?),
            Kind::Image => Some(self.picture(bytes)?),
            kind => layer(kind, bytes, &self.limits).map_err(|error| error.to_string())?,
        };
        match text {
            Some(text) if !says_something(&text) => Err("has no text".to_owned()),
            text => Ok(text),
        }
    }

    fn pdf(&self, bytes: &[u8]) -> Result<String, String> {
        let text = match (self.pdftotext, &self.pdf_reader) {
            (true, _) => self.said("pdftotext".as_ref(), &["-q", "-enc", "UTF-8", "-", "-"], bytes),
            (false, Some((program, command))) => self.said(program.as_os_str(), &[command], bytes),
            (false, None) => {
                return Err("a PDF; its text cannot be extracted here (install poppler)".to_owned());
            }
        };
        match text.map_err(|failed| failed.to_string())? {
            text if says_something(&text) => Ok(text),
            _ if self.tesseract && self.pdftoppm => self.scanned(bytes),
            _ => Err(format!(
                "needs OCR: its pages are images (install tesseract and poppler's pdftoppm, \
                 then {})",
                self.hints.retry
            )),
        }
    }

    /// Recognises the text of a PDF of images, page by page.
    fn scanned(&self, bytes: &[u8]) -> Result<String, String> {
        let begun = Instant::now();
        let mut text = String::new();
        for page in 1_u32.. {
            let number = page.to_string();
            let arguments = ["-q", "-gray", "-scale-to", SIDE, "-f", &number, "-l", &number, "-"];
            let picture = match run("pdftoppm".as_ref(), &arguments, bytes, PICTURE) {
                Ok(picture) if picture.is_empty() => break,
                Err(Failed::Ended(Some(NO_SUCH_PAGE))) if page > 1 => break,
                picture => picture.map_err(|failed| failed.to_string())?,
            };
            text += &self.picture(&picture)?;
            if text.len() as u64 > self.limits.member {
                return Err(Failed::TooMuch(self.limits.member).to_string());
            }
            if begun.elapsed() > LONGEST {
                return Err("OCR took more than half an hour (split the file)".to_owned());
            }
        }
        Ok(text)
    }

    fn picture(&self, bytes: &[u8]) -> Result<String, String> {
        if !self.tesseract {
            return Err(format!("needs OCR (install tesseract, then {})", self.hints.retry));
        }
        let text = self.said("tesseract".as_ref(), &["stdin", "stdout"], bytes);
        text.map_err(|failed| failed.to_string())
    }

    /// Runs a program and returns its output as text.
    fn said(&self, program: &OsStr, arguments: &[&str], bytes: &[u8]) -> Result<String, Failed> {
        let out = run(program, arguments, bytes, self.limits.member)?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    }
}

fn says_something(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}
