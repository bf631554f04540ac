//! Unpacks container files and tables, and extracts the text of office files and
//! emails.
//!
//! [`detect_kind`] detects the kind of a file from its content. A function per kind
//! visits what is in it: [`visit_zip_members`], [`visit_tar_members`],
//! [`visit_letters`], [`visit_pages`], [`visit_chapters`], [`visit_rows`].
//! [`extract_text`] extracts the text of an office file or email. All other files
//! need no extraction.
//!
//! Nothing is written to disk, so names with `..`, absolute names and links
//! are harmless. [`UnpackLimits`] bounds the size of the output, whatever sizes the
//! file declares, and [`UnpackBudget`] counts it over containers in containers.

mod budget;
mod containers;
mod email;
mod epub;
mod error;
mod foreign_text;
mod kind;
mod mbox;
mod member_names;
mod office;
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
pub use foreign_text::{ForeignText, decode_foreign_text};
pub use kind::{Compression, FileKind, HEAD_BYTES, detect_kind};
pub use mbox::visit_letters;
pub use pdf::extract_pdf_text as pdf_text;
pub use readable_forms::{READS_PARQUET, ReadableForm, readable_forms};
pub use skipped_responses::SkippedResponses;
pub use tables::{
    ColumnRole, NamedColumns, RowDocument, RowPurpose, TableForm, TableItem, TableSource,
    visit_rows,
};
pub use unreadable::UnreadableForm;
pub use warc::visit_pages;

use chancery_model::Envelope;

/// Extracts the text of an office file, an email or a text in UTF-16. Returns
/// `None` for files of other kinds.
///
/// # Errors
/// If the file is damaged or exceeds `limits`.
pub fn extract_text(
    kind: FileKind,
    bytes: &[u8],
    limits: &UnpackLimits,
) -> Result<Option<String>, UnpackError> {
    match kind {
        FileKind::Docx => office::extract_docx_text(bytes, limits).map(Some),
        FileKind::Pptx => office::extract_pptx_text(bytes, limits).map(Some),
        FileKind::Odt | FileKind::Odp => office::extract_odt_text(bytes, limits).map(Some),
        FileKind::Rtf => rtf::extract_rtf_text(bytes).map(Some),
        FileKind::Email => email::extract_email_text(bytes).map(Some),
        FileKind::Utf16 => {
            let order = utf16::detect_byte_order(bytes);
            Ok(order.map(|order| utf16::decode_lossy(order, bytes)))
        }
        _ => Ok(None),
    }
}

/// What the header lines of an email state of it.
pub fn email_envelope(bytes: &[u8]) -> Option<Envelope> {
    email::read_envelope(bytes)
}

/// The attachments of an email.
pub fn email_attachments(bytes: &[u8]) -> Vec<Attachment> {
    email::read_attachments(bytes)
}
