//! The text of office files, whole: .docx, .pptx, .odt and .odp.
//!
//! Notes, comments, headers and footers of pages are parts of the text: headers before
//! it, the others after it. What was deleted with tracked changes is no text, and is
//! said in a remark.

mod open_document;
mod open_xml;
mod package;
mod slides;
mod text_builder;
mod word;

pub(crate) use open_document::extract_odt_text;
pub(crate) use slides::extract_pptx_text;
pub(crate) use word::extract_docx_text;
