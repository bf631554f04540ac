//! Unpacks container files and tables, and extracts the text of office files and
//! emails.
//!
//! [`detect_kind`] detects the kind of a file from its content. A function per kind
//! visits what is in it: [`visit_zip_members`], [`visit_tar_members`],
//! [`visit_letters`], [`visit_pages`], [`visit_chapters`], [`visit_rows`].
//! [`extract_text`] extracts the text of an office file or letter, and says what is not
//! in it. All other files need no extraction.
//!
//! Nothing is written to disk, so names with `..`, absolute names and links
//! are harmless. [`UnpackLimits`] bounds the size of the output, whatever sizes the
//! file declares, and [`UnpackBudget`] counts it over containers in containers.

mod budget;
mod charset;
mod containers;
mod email;
mod epub;
mod error;
mod extracted_text;
mod foreign_text;
mod html_text;
mod kind;
mod mbox;
mod member_names;
mod office;
mod outlook;
mod pdf;
mod readable_forms;
mod rtf;
mod skipped_responses;
mod tables;
mod unreadable;
mod utf16;
mod warc;
mod zip_directory;
mod zstandard;

pub use budget::{UnpackBudget, UnpackLimits};
pub use containers::{
    ContentVisitor, MemberVisitor, decompress, visit_tar_members, visit_zip_members,
};
pub use email::Attachment;
pub use epub::visit_chapters;
pub use error::UnpackError;
pub use extracted_text::{ExtractedText, ExtractionRemark};
pub use foreign_text::{ForeignText, decode_foreign_text};
pub use kind::{Compression, FileKind, HEAD_BYTES, detect_kind};
pub use mbox::visit_letters;
pub use pdf::{PdfPage, visit_pdf_pages};
pub use readable_forms::{READS_PARQUET, ReadableForm, readable_forms};
pub use skipped_responses::SkippedResponses;
pub use tables::{
    ColumnRole, NamedColumns, RowDocument, RowPurpose, TableForm, TableItem, TableSource,
    visit_rows,
};
pub use unreadable::UnreadableForm;
pub use warc::visit_pages;

use std::borrow::Cow;

use chancery_model::Envelope;

/// Extracts the text of an office file, a workbook, an email or a text in UTF-16.
/// Returns `None` for files of other kinds.
///
/// # Errors
/// If the file is damaged or exceeds `limits`.
pub fn extract_text(
    kind: FileKind,
    bytes: &[u8],
    limits: &UnpackLimits,
) -> Result<Option<ExtractedText>, UnpackError> {
    let text = match kind {
        FileKind::Docx => office::extract_docx_text(bytes, limits).map(Some),
        FileKind::Pptx => office::extract_pptx_text(bytes, limits).map(Some),
        FileKind::Odt | FileKind::Odp => office::extract_odt_text(bytes, limits).map(Some),
        FileKind::Rtf => rtf::extract_rtf_text(bytes).map(Some),
        FileKind::Email => email::extract_email_text(&letter_bytes(bytes)?).map(Some),
        FileKind::Table(TableForm::Spreadsheet) => {
            tables::spreadsheet_text(bytes, limits.member_bytes).map(Some)
        }
        FileKind::Utf16 => {
            let order = utf16::detect_byte_order(bytes);
            let text = order.map(|order| utf16::decode_lossy(order, bytes));
            Ok(text.map(ExtractedText::whole))
        }
        _ => Ok(None),
    }?;
    match text {
        Some(text) if text.text.len() as u64 > limits.member_bytes => {
            Err(UnpackError::MemberTooLarge(limits.member_bytes))
        }
        text => Ok(text),
    }
}

/// What the header lines of an email state of it.
pub fn email_envelope(bytes: &[u8]) -> Option<Envelope> {
    email::read_envelope(&letter_bytes(bytes).ok()?)
}

/// The attachments of an email.
pub fn email_attachments(bytes: &[u8]) -> Vec<Attachment> {
    letter_bytes(bytes).map_or_else(|_| Vec::new(), |letter| email::read_attachments(&letter))
}

/// A letter in MIME. One of Outlook is written so; it cannot have more bytes than its
/// file.
fn letter_bytes(bytes: &[u8]) -> Result<Cow<'_, [u8]>, UnpackError> {
    if bytes.starts_with(unreadable::COMPOUND_FILE) {
        return outlook::to_letter(bytes, bytes.len() as u64).map(Cow::Owned);
    }
    Ok(Cow::Borrowed(bytes))
}
