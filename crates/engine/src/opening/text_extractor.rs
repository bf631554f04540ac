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

use chancery_unpack::{
    FileKind, HEAD_BYTES, UnpackLimits, decode_foreign_text, detect_kind, extract_text,
};

use thiserror::Error;

use super::process::{ProcessError, run_limited_process};
use super::{DocumentForm, OpenedMember, OpeningSettings, Remedies};

/// Time limit for the OCR of one PDF.
const MAX_OCR_TIME: Duration = Duration::from_mins(30);

/// Pixels on the longer side of a rendered page: 300 dpi on A4. It also bounds
/// the page sizes of hostile files.
const PAGE_IMAGE_PIXELS: &str = "3500";

/// Maximum size of a page image, in bytes: one per pixel, and the header.
const MAX_PAGE_IMAGE_BYTES: u64 = 3500 * 3500 + 1000;

/// Exit status of `pdftoppm` for a page after the last one.
const PAGE_OUT_OF_RANGE: i32 = 99;

/// Why a file has no text, and the remedy.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct NoTextError {
    /// The reason and the remedy.
    pub message: String,
    /// Whether it is a scan, and this machine has no program that recognises text.
    pub needs_ocr: bool,
}

impl From<String> for NoTextError {
    fn from(message: String) -> Self {
        Self { message, needs_ocr: false }
    }
}

impl From<&str> for NoTextError {
    fn from(message: &str) -> Self {
        message.to_owned().into()
    }
}

/// Extracts text with the programs that this machine has.
pub(super) struct TextExtractor {
    limits: UnpackLimits,
    pdf_reader: Option<(PathBuf, &'static str)>,
    remedies: Remedies,
    /// Whether a file without text is an empty document.
    keep_empty: bool,
    pdftotext: bool,
    pdftoppm: bool,
    tesseract: bool,
}

impl TextExtractor {
    /// Checks which programs are installed.
    pub(super) fn new(settings: &OpeningSettings) -> Self {
        let OpeningSettings { largest, remedies, keep_empty, .. } = *settings;
        let installed = |name: &str| which::which_global(name).is_ok();
        Self {
            pdf_reader: settings.pdf_reader.clone(),
            remedies,
            keep_empty,
            limits: UnpackLimits { member_bytes: largest, total_bytes: largest, member_count: 1 },
            pdftotext: installed("pdftotext"),
            pdftoppm: installed("pdftoppm"),
            tesseract: installed("tesseract"),
        }
    }

    /// The extracted text of a file, `None` if the file is plain text already; and what is
    /// uncertain about it.
    ///
    /// # Errors
    /// The reason why there is no text, and the remedy.
    pub(super) fn extract_text(
        &self,
        member: &OpenedMember,
    ) -> Result<(Option<String>, Vec<String>), NoTextError> {
        let bytes = member.bytes.as_slice();
        if bytes.trim_ascii().is_empty() {
            return if self.keep_empty { Ok((None, Vec::new())) } else { Err("is empty".into()) };
        }
        let kind = match member.form {
            // What a row is does not depend on how its text begins.
            DocumentForm::Row => return Ok((None, Vec::new())),
            DocumentForm::Letter => FileKind::Email,
            _ => detect_kind(&bytes[..bytes.len().min(HEAD_BYTES)], &member.path),
        };
        if kind == FileKind::Other
            && let Some(found) = decode_foreign_text(bytes)
        {
            return Ok((Some(found.text), found.remark.into_iter().collect()));
        }
        let text = match kind {
            FileKind::Pdf => Some(self.extract_pdf_text(bytes)?),
            FileKind::Image => Some(self.recognise_image(bytes)?),
            FileKind::Unreadable(form) => {
                let message = format!("{}, which cannot be read ({})", form.what, form.remedy);
                return Err(message.into());
            }
            FileKind::Other if is_binary(bytes) => {
                return Err("a binary file of an unknown kind, and no text (convert it to text, \
                            PDF or .docx)"
                    .into());
            }
            kind => extract_text(kind, bytes, &self.limits).map_err(|error| error.to_string())?,
        };
        match text {
            Some(text) if !contains_text(&text) => Err("has no text".into()),
            text => Ok((text, Vec::new())),
        }
    }

    fn extract_pdf_text(&self, bytes: &[u8]) -> Result<String, NoTextError> {
        let text = match (self.pdftotext, &self.pdf_reader) {
            (true, _) => {
                self.run_for_text("pdftotext".as_ref(), &["-q", "-enc", "UTF-8", "-", "-"], bytes)
            }
            (false, Some((program, command))) => {
                self.run_for_text(program.as_os_str(), &[command], bytes)
            }
            (false, None) => {
                return Err("a PDF; its text cannot be extracted here (install poppler)".into());
            }
        };
        match text.map_err(|failed| failed.to_string())? {
            text if contains_text(&text) => Ok(text),
            _ if self.tesseract && self.pdftoppm => self.recognise_scanned_pdf(bytes),
            _ => {
                let message = format!(
                    "needs OCR: its pages are images (install tesseract and poppler's pdftoppm, \
                     then {})",
                    self.remedies.retry
                );
                Err(NoTextError { message, needs_ocr: true })
            }
        }
    }

    /// Recognises the text of a PDF of images, page by page.
    fn recognise_scanned_pdf(&self, bytes: &[u8]) -> Result<String, NoTextError> {
        let started = Instant::now();
        let mut text = String::new();
        for page in 1_u32.. {
            let number = page.to_string();
            let arguments =
                ["-q", "-gray", "-scale-to", PAGE_IMAGE_PIXELS, "-f", &number, "-l", &number, "-"];
            let picture = match run_limited_process(
                "pdftoppm".as_ref(),
                &arguments,
                bytes,
                MAX_PAGE_IMAGE_BYTES,
            ) {
                Ok(picture) if picture.is_empty() => break,
                Err(ProcessError::ExitedWith(Some(PAGE_OUT_OF_RANGE))) if page > 1 => break,
                picture => picture.map_err(|failed| failed.to_string())?,
            };
            text += &self.recognise_image(&picture)?;
            if text.len() as u64 > self.limits.member_bytes {
                let error = ProcessError::OutputTooLarge(self.limits.member_bytes);
                return Err(error.to_string().into());
            }
            if started.elapsed() > MAX_OCR_TIME {
                return Err("OCR took more than half an hour (split the file)".into());
            }
        }
        Ok(text)
    }

    fn recognise_image(&self, bytes: &[u8]) -> Result<String, NoTextError> {
        if !self.tesseract {
            let message = format!("needs OCR (install tesseract, then {})", self.remedies.retry);
            return Err(NoTextError { message, needs_ocr: true });
        }
        let text = self.run_for_text("tesseract".as_ref(), &["stdin", "stdout"], bytes);
        Ok(text.map_err(|failed| failed.to_string())?)
    }

    /// Runs a program and returns its output as text.
    fn run_for_text(
        &self,
        program: &OsStr,
        arguments: &[&str],
        bytes: &[u8],
    ) -> Result<String, ProcessError> {
        let out = run_limited_process(program, arguments, bytes, self.limits.member_bytes)?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    }
}

/// Whether a tenth of the first bytes are zero.
fn is_binary(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(HEAD_BYTES)];
    sample.iter().map(|byte| usize::from(*byte == 0)).sum::<usize>() * 10 > sample.len()
}

fn contains_text(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}
