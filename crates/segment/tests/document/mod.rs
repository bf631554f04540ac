//! Documents made of plain strings, for tests.

use chancery_model::{
    Block, BlockKind, Document, DocumentId, Encoding, Format, Header, Paragraph, Text, TextSpan,
};

/// A document whose blocks are the given byte ranges of `text`.
pub(crate) fn with_blocks(text: &str, blocks: impl IntoIterator<Item = TextSpan>) -> Document {
    let text = Text::verbatim(text);
    let paragraph = |span| Block { span, kind: BlockKind::Paragraph(Paragraph::default()) };
    Document {
        id: DocumentId([0; 32]),
        raw: chancery_model::RawSpan::new(0, text.len() as u32),
        format: Format::Plain,
        encoding: Encoding::Utf8,
        header: Header::default(),
        blocks: blocks.into_iter().map(paragraph).collect(),
        markings: Vec::new(),
        redactions: Vec::new(),
        page_lines: Vec::new(),
        notes: Vec::new(),
        marks: Vec::new(),
        text,
    }
}

/// A document of one paragraph.
pub(crate) fn paragraph(text: &str) -> Document {
    with_blocks(text, [TextSpan::from_range(0..text.len())])
}
