//! Builds documents from strings, for tests.

use chancery_model::{Document, DocumentId, RawSpan, Text, TextSpan};

/// A document whose blocks are the given byte ranges of `text`.
pub(crate) fn document_of_blocks(
    text: &str,
    blocks: impl IntoIterator<Item = TextSpan>,
) -> Document {
    let text = Text::from_verbatim(text);
    let raw = RawSpan::new(0, text.len() as u32);
    Document::from_paragraphs(DocumentId([0; 32]), raw, text, blocks)
}

/// A document of one paragraph.
pub(crate) fn single_paragraph(text: &str) -> Document {
    document_of_blocks(text, [TextSpan::from_range(0..text.len())])
}
