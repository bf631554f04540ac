//! Extracts the text of a PDF with the crate pdf-extract.
//!
//! A damaged PDF can make any PDF parser panic, loop or exhaust memory. Call
//! this in a separate process that can be killed.

use crate::UnpackError;

/// The text of all pages. Empty if the pages are images.
///
/// # Errors
/// If the file is damaged.
pub fn extract_pdf_text(bytes: &[u8]) -> Result<String, UnpackError> {
    let text = pdf_extract::extract_text_from_mem(bytes);
    text.map_err(|error| UnpackError::DamagedPdf(error.to_string()))
}
