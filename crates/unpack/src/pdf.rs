//! The text of a PDF, by the crate pdf-extract.
//!
//! A broken PDF can make any reader of PDFs panic, loop or fill the memory:
//! call this in a process of its own, which can be stopped.

use crate::UnpackError;

/// The text of all pages; empty where the pages are pictures.
///
/// # Errors
/// When the file is broken.
pub fn text(bytes: &[u8]) -> Result<String, UnpackError> {
    let text = pdf_extract::extract_text_from_mem(bytes);
    text.map_err(|error| UnpackError(format!("a broken PDF: {error}")))
}
