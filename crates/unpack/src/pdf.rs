//! Extracts the text of a PDF with the crate pdf-extract, page by page.
//!
//! A damaged PDF can make any PDF parser panic, loop or exhaust memory. Call
//! this in a separate process that can be killed.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::{Dictionary, Document, Object, PlainTextOutput, output_doc_page};

use crate::UnpackError;

/// Number of pixels from which on a picture may be that of a whole page: half a letter at
/// 75 dots per inch.
const MIN_PAGE_PIXELS: i64 = 250_000;

/// Maximum depth of drawings in drawings that are searched for pictures.
const MAX_FORM_DEPTH: u32 = 3;

/// Maximum number of drawings and pictures of a page that are looked at.
const MAX_PAGE_OBJECTS: u32 = 1_000;

/// A page of a PDF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PdfPage {
    /// Its text, or what is wrong with it.
    pub text: Result<String, String>,
    /// Whether it has a picture that may be that of a whole page.
    pub has_picture: bool,
}

/// Reads the pages of a PDF, and calls `visit` with each.
///
/// # Errors
/// If the file is damaged, or needs a password.
pub fn visit_pdf_pages(
    bytes: &[u8],
    visit: &mut dyn FnMut(PdfPage) -> bool,
) -> Result<(), UnpackError> {
    let damaged = |error: &dyn std::fmt::Display| UnpackError::DamagedPdf(error.to_string());
    let mut document = Document::load_mem(bytes).map_err(|error| damaged(&error))?;
    // A file with an empty password is decrypted as it is loaded.
    if document.is_encrypted() && !document.was_encrypted() {
        document.decrypt("").map_err(|_| UnpackError::EncryptedPdf)?;
    }
    for (number, page) in document.get_pages() {
        let text = catch_unwind(AssertUnwindSafe(|| {
            let mut text = String::new();
            let mut output = PlainTextOutput::new(&mut text);
            output_doc_page(&document, &mut output, number).map(|()| text)
        }));
        let text = match text {
            Ok(Ok(text)) => Ok(text.replace('\x0C', "\n")),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("the page is damaged".to_owned()),
        };
        let mut objects = PageObjects { document: &document, left: MAX_PAGE_OBJECTS };
        let has_picture = match document.get_dictionary(page) {
            Ok(page) => objects.has_picture(objects.resources(page), 0),
            Err(_) => false,
        };
        if !visit(PdfPage { text, has_picture }) {
            break;
        }
    }
    Ok(())
}

/// Looks for pictures among what a page draws.
struct PageObjects<'a> {
    document: &'a Document,
    /// Number of objects that may still be looked at.
    left: u32,
}

impl<'a> PageObjects<'a> {
    /// The resources of a page, which it may inherit.
    fn resources(&self, page: &'a Dictionary) -> Option<&'a Dictionary> {
        let mut node = page;
        for _ in 0..64 {
            if let Some(found) = self.dictionary(node, b"Resources") {
                return Some(found);
            }
            node = self.dictionary(node, b"Parent")?;
        }
        None
    }

    fn dictionary(&self, within: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
        match within.get(key).ok()? {
            Object::Reference(id) => self.document.get_dictionary(*id).ok(),
            object => object.as_dict().ok(),
        }
    }

    fn has_picture(&mut self, resources: Option<&'a Dictionary>, depth: u32) -> bool {
        let Some(drawn) = resources.and_then(|found| self.dictionary(found, b"XObject")) else {
            return false;
        };
        drawn.iter().any(|(_, object)| {
            let stream =
                object.as_reference().ok().and_then(|id| self.document.get_object(id).ok());
            let Some(stream) = stream.and_then(|stream| stream.as_stream().ok()) else {
                return false;
            };
            if self.left == 0 {
                return false;
            }
            self.left -= 1;
            let side = |key: &[u8]| stream.dict.get(key).and_then(Object::as_i64).unwrap_or(0);
            match stream.dict.get(b"Subtype").and_then(Object::as_name) {
                Ok(b"Image") => side(b"Width").saturating_mul(side(b"Height")) >= MIN_PAGE_PIXELS,
                Ok(b"Form") if depth < MAX_FORM_DEPTH => {
                    let inner = self.dictionary(&stream.dict, b"Resources");
                    self.has_picture(inner, depth + 1)
                }
                _ => false,
            }
        })
    }
}
