//! Extracts the text of office files, e-mail, PDFs and images.
//!
//! [`super::pdf`] reads PDFs, with poppler if it is installed. Images, and pages of PDFs
//! that are images, are read by `tesseract` if it is installed ([`super::recognition`]);
//! otherwise they are listed as problems. No crate recognises text as well, and a
//! built-in model would double the size of the program. Word documents of before 2007 are
//! read by `antiword` or `catdoc`. All of these run as processes with limits.

use std::path::PathBuf;

use chancery_model::PageReader;
use chancery_unpack::{
    ExtractedText, ExtractionRemark, FileKind, HEAD_BYTES, UnpackLimits, UnreadableForm,
    decode_foreign_text, detect_kind, extract_text,
};

use thiserror::Error;

use super::process::run_limited_process;
use super::programs::Program;
use super::recognition::Recogniser;
use super::{DocumentForm, OpenedMember, OpeningSettings, Remedies};

/// Why a file, or some of its pages, have no text, and the remedy.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct NoTextError {
    /// The reason and the remedy.
    pub message: String,
    /// Whether text has to be recognised, and this machine has no program for it, or the
    /// program has not come to it.
    pub needs_ocr: bool,
    /// The number of pages that need it, if the file has pages.
    pub unread_pages: u64,
}

impl From<String> for NoTextError {
    fn from(message: String) -> Self {
        Self { message, needs_ocr: false, unread_pages: 0 }
    }
}

impl From<&str> for NoTextError {
    fn from(message: &str) -> Self {
        message.to_owned().into()
    }
}

/// The text of a file.
#[derive(Clone, Debug, Default)]
pub struct FileText {
    /// The text, in which a form feed ends each page; `None` if the file is plain text.
    pub text: Option<ExtractedText>,
    /// What read each page, for PDFs and images.
    pub pages: Vec<ReadPage>,
    /// The pages that could not be read. The others were.
    pub problems: Vec<NoTextError>,
}

impl FileText {
    /// The text of a file without pages.
    fn of_text(text: ExtractedText) -> Self {
        Self { text: Some(text), ..Self::default() }
    }
}

/// What read a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadPage {
    /// The program.
    pub reader: PageReader,
    /// Its confidence in percent, if it gives one.
    pub quality: Option<u8>,
}

/// Extracts text with the programs that this machine has.
pub(super) struct TextExtractor {
    pub(super) limits: UnpackLimits,
    pub(super) pdf_reader: Option<(PathBuf, &'static str)>,
    pub(super) remedies: Remedies,
    /// Whether a file without text is an empty document.
    keep_empty: bool,
    pub(super) pdftotext: Option<Program>,
    pub(super) recogniser: Option<Recogniser>,
    /// The program that reads Word documents of before 2007, and its arguments.
    word_reader: Option<(Program, &'static [&'static str])>,
}

/// Programs that print the text of a Word document from before 2007 on standard input:
/// the first that is installed is used. `-w 0` does not wrap lines.
const WORD_READERS: [(&str, &[&str]); 2] =
    [("antiword", &["-w", "0", "-m", "UTF-8.txt", "-"]), ("catdoc", &["-w", "-d", "utf-8", "-"])];

impl TextExtractor {
    /// Checks which programs are installed.
    pub(super) fn new(settings: &OpeningSettings) -> Self {
        let OpeningSettings { largest, remedies, keep_empty, .. } = *settings;
        Self {
            pdf_reader: settings.pdf_reader.clone(),
            remedies,
            keep_empty,
            limits: UnpackLimits { member_bytes: largest, total_bytes: largest, member_count: 1 },
            pdftotext: Program::find("pdftotext", "-v"),
            recogniser: Recogniser::find(settings.kept_pages.as_deref()),
            word_reader: WORD_READERS
                .into_iter()
                .find_map(|(name, arguments)| Some((Program::find(name, "-v")?, arguments))),
        }
    }

    /// Whether pages were left for another run.
    pub(super) fn has_pages_left(&self) -> bool {
        self.recogniser.as_ref().is_some_and(Recogniser::has_pages_left)
    }

    /// The programs of others that gave texts in this run, with their versions.
    pub(super) fn used_programs(&self) -> Vec<String> {
        let recogniser = self.recogniser.as_ref();
        let tesseract = recogniser.map(|found| &found.tesseract);
        let word_reader = self.word_reader.as_ref().map(|(program, _)| program);
        let programs = self.pdftotext.iter().chain(tesseract).chain(word_reader);
        programs.filter_map(Program::described).map(str::to_owned).collect()
    }

    /// The extracted text of a file.
    ///
    /// # Errors
    /// The reason why there is no text, and the remedy.
    pub(super) fn extract_text(&self, member: &OpenedMember) -> Result<FileText, NoTextError> {
        let bytes = member.bytes.as_slice();
        if bytes.trim_ascii().is_empty() {
            let plain = FileText::default();
            return if self.keep_empty { Ok(plain) } else { Err("is empty".into()) };
        }
        let kind = match member.form {
            // What a row is does not depend on how its text begins.
            DocumentForm::Row => return Ok(FileText::default()),
            DocumentForm::Letter => FileKind::Email,
            _ => detect_kind(&bytes[..bytes.len().min(HEAD_BYTES)], &member.path),
        };
        if kind == FileKind::Other
            && let Some(found) = decode_foreign_text(bytes)
        {
            let remarks = found.remark.into_iter().map(ExtractionRemark::Decoded).collect();
            return Ok(FileText::of_text(ExtractedText { text: found.text, remarks }));
        }
        let extracted = match kind {
            FileKind::Pdf => self.read_pdf(bytes)?,
            FileKind::Image => self.recognise_image(bytes)?,
            FileKind::Unreadable(form) if form.is_word_document() => {
                FileText::of_text(ExtractedText::whole(self.convert_word_document(bytes, form)?))
            }
            FileKind::Unreadable(form) => {
                let message = format!("{}, which cannot be read ({})", form.what, form.remedy);
                return Err(message.into());
            }
            FileKind::Other if is_binary(bytes) => {
                return Err("a binary file of an unknown kind, not text (convert it to text, \
                            PDF or .docx)"
                    .into());
            }
            kind => {
                let text = extract_text(kind, bytes, &self.limits);
                FileText { text: text.map_err(|error| error.to_string())?, ..FileText::default() }
            }
        };
        match &extracted.text {
            Some(text) if !contains_text(&text.text) => Err("has no text".into()),
            _ => Ok(extracted),
        }
    }

    fn convert_word_document(
        &self,
        bytes: &[u8],
        form: UnreadableForm,
    ) -> Result<String, NoTextError> {
        let Some((program, arguments)) = &self.word_reader else {
            let message = format!(
                "{}, which cannot be read ({}; or install antiword or catdoc, then {})",
                form.what, form.remedy, self.remedies.retry
            );
            return Err(message.into());
        };
        let most = self.limits.member_bytes;
        match run_limited_process(program.path(), arguments, bytes, most) {
            Ok(printed) => {
                program.record_use();
                Ok(String::from_utf8_lossy(&printed).into_owned())
            }
            Err(failed) => Err(format!("{}: {failed} ({})", program.name(), form.remedy).into()),
        }
    }

    fn recognise_image(&self, bytes: &[u8]) -> Result<FileText, NoTextError> {
        let Some(recogniser) = &self.recogniser else {
            let message = format!("needs OCR (install tesseract, then {})", self.remedies.retry);
            return Err(NoTextError { message, needs_ocr: true, unread_pages: 0 });
        };
        let found = recogniser.recognise_image(bytes).map_err(|failed| failed.to_string())?;
        let mut extracted = FileText::default();
        let mut text = String::new();
        for page in found.pages {
            text += &page.text;
            text.push('\x0C');
            let (reader, quality) = (PageReader::Tesseract, page.quality);
            extracted.pages.push(ReadPage { reader, quality });
        }
        extracted.text = Some(ExtractedText::whole(text));
        Ok(extracted)
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
