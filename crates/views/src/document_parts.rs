//! Long documents by parts: a page shows some hundred paragraphs, and its links lead to
//! the others.
//!
//! The parts follow from the blocks of the text alone, so an address of a part means the
//! same words until the document changes. A footnote is in the part that calls it.

use std::ops::Range;

use chancery_model::{Block, BlockKind, Document, TextSpan, span_of_code_points};
use serde::Deserialize;

use crate::paragraph_anchors::ParagraphAnchors;

/// A document with no more bytes and blocks than these is shown as a whole.
const MAX_WHOLE: Size = Size { bytes: 400_000, blocks: 2_000 };

/// The size that a part has at most, unless it is one block.
const MAX_PART: Size = Size { bytes: 150_000, blocks: 500 };

/// Bytes of a printed page, for a guess of the number of pages.
const BYTES_PER_PAGE: usize = 3_200;

#[derive(Clone, Copy)]
struct Size {
    bytes: usize,
    blocks: usize,
}

impl Size {
    fn exceeds(self, most: Self) -> bool {
        self.bytes > most.bytes || self.blocks > most.blocks
    }
}

/// Which part of a document a page is asked for: the one with an anchor, else a number.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PartParameters {
    /// An anchor: "par700", "fn3", "page12", "name1024". Empty for none.
    pub to: String,
    /// The number of a part, or "all".
    pub part: String,
}

/// The parts of a document, and which one is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentParts {
    /// The first block of each part, and the number of blocks.
    bounds: Vec<usize>,
    /// The part that is shown, from 0; none if all are.
    pub shown: Option<usize>,
    /// Bytes of the text.
    pub bytes: usize,
}

impl DocumentParts {
    /// Cuts a document into parts; the first one is shown.
    pub fn new(document: &Document) -> Self {
        let blocks = &document.blocks;
        let bytes = document.text.as_str().len();
        let mut bounds = vec![0];
        if (Size { bytes, blocks: blocks.len() }).exceeds(MAX_WHOLE) {
            let mut part = Size { bytes: 0, blocks: 0 };
            for (number, block) in blocks.iter().enumerate() {
                if matches!(block.kind, BlockKind::Footnote(_)) {
                    continue;
                }
                let with = Size {
                    bytes: part.bytes + block.span.byte_range().len(),
                    blocks: part.blocks + 1,
                };
                part = match part.blocks > 0 && with.exceeds(MAX_PART) {
                    true => {
                        bounds.push(number);
                        Size { bytes: block.span.byte_range().len(), blocks: 1 }
                    }
                    false => with,
                };
            }
        }
        bounds.push(blocks.len());
        let shown = (bounds.len() > 2).then_some(0);
        Self { bounds, shown, bytes }
    }

    /// Shows the whole document.
    pub fn whole(document: &Document) -> Self {
        Self { shown: None, ..Self::new(document) }
    }

    /// The number of parts.
    pub fn count(&self) -> usize {
        self.bounds.len() - 1
    }

    /// A guess of the number of printed pages of the document.
    pub fn printed_pages(&self) -> usize {
        self.bytes.div_ceil(BYTES_PER_PAGE)
    }

    /// Chooses the part to show: that of the anchor, else of the number, else of
    /// `offset` in the text.
    pub fn choose(&mut self, document: &Document, asked: &PartParameters, offset: Option<u32>) {
        if self.count() < 2 {
            return;
        }
        if asked.part == "all" {
            self.shown = None;
            return;
        }
        let of_anchor = match asked.to.is_empty() {
            true => None,
            false => self.part_of_anchor(document, &asked.to),
        };
        let of_number = || asked.part.parse::<usize>().ok()?.checked_sub(1);
        let part = of_anchor
            .or_else(of_number)
            .or_else(|| Some(self.part_of_offset(document, offset?)))
            .unwrap_or(0);
        self.shown = Some(part.min(self.count() - 1));
    }

    /// Whether the part that is shown has a block.
    pub fn shows(&self, document: &Document, number: usize, block: &Block) -> bool {
        let Some(shown) = self.shown else { return true };
        match &block.kind {
            BlockKind::Footnote(note) => self.part_of_offset(document, note.anchor) == shown,
            _ => self.range(shown).contains(&number),
        }
    }

    /// The part of the body that is shown.
    pub fn shown_span(&self, document: &Document) -> TextSpan {
        let all = TextSpan::new(0, u32::MAX);
        let Some(shown) = self.shown else { return all };
        let start = |number: usize| document.blocks.get(number).map(|block| block.span.start);
        let range = self.range(shown);
        let is_first = shown == 0;
        let from = if is_first { 0 } else { start(range.start).unwrap_or(0) };
        TextSpan::new(from, start(range.end).unwrap_or(u32::MAX))
    }

    fn range(&self, part: usize) -> Range<usize> {
        self.bounds[part]..self.bounds[part + 1]
    }

    fn part_of_block(&self, number: usize) -> usize {
        self.bounds
            .partition_point(|bound| *bound <= number)
            .saturating_sub(1)
            .min(self.count() - 1)
    }

    /// The part in which an offset of the text is shown.
    pub fn part_of_offset(&self, document: &Document, offset: u32) -> usize {
        let at = document.blocks.partition_point(|block| block.span.end <= offset);
        match document.blocks.get(at).map(|block| &block.kind) {
            Some(BlockKind::Footnote(note)) if note.anchor < offset => {
                self.part_of_offset(document, note.anchor)
            }
            _ => self.part_of_block(at),
        }
    }

    /// The part that has an anchor, if there is such an anchor.
    fn part_of_anchor(&self, document: &Document, anchor: &str) -> Option<usize> {
        if anchor.starts_with("par") {
            let mut anchors = ParagraphAnchors::new(&document.blocks);
            let number = document.blocks.iter().position(|block| match &block.kind {
                BlockKind::Paragraph(paragraph) => anchors.next_anchor(paragraph).id == anchor,
                _ => false,
            })?;
            return Some(self.part_of_block(number));
        }
        let number = |prefix: &str| anchor.strip_prefix(prefix)?.parse::<usize>().ok();
        if let Some(number) = number("fnref").or_else(|| number("fn")) {
            let (_, note) = document.footnotes().nth(number.checked_sub(1)?)?;
            return Some(self.part_of_offset(document, note.anchor));
        }
        if let Some(start) = number("name") {
            let start = u32::try_from(start).ok()?;
            let span = span_of_code_points(document.text.as_str(), start, start)?;
            return Some(self.part_of_offset(document, span.start));
        }
        let page = number("page")?;
        let page = document.pages.iter().find(|one| one.number as usize == page)?;
        Some(self.part_of_offset(document, page.offset))
    }
}

#[cfg(test)]
mod tests {
    use chancery_model::{DocumentId, Footnote, Paragraph, RawSpan, Spanned, Text};

    use super::*;

    /// A document of `count` numbered paragraphs of 1,000 bytes, and a note to each.
    fn long_document(count: usize) -> Document {
        let text = Text::from_verbatim(&format!("{}\n", "a".repeat(999)).repeat(2 * count));
        let raw = RawSpan::from_range(0..2000 * count);
        let mut document = Document::from_paragraphs(DocumentId([0; 32]), raw, text, []);
        let span = |number: usize| TextSpan::from_range(number * 1000..number * 1000 + 999);
        for number in 0..count {
            let value = (number + 1).to_string().into();
            let number_field = Some(Spanned { value, span: TextSpan::new(0, 0) });
            let paragraph = Paragraph { number: number_field, ..Paragraph::default() };
            document
                .blocks
                .push(Block { span: span(number), kind: BlockKind::Paragraph(paragraph) });
        }
        for number in 0..count {
            let anchor = span(number).start + 10;
            let note = Footnote { anchor, marker: (number + 1).to_string() };
            document
                .blocks
                .push(Block { span: span(count + number), kind: BlockKind::Footnote(note) });
        }
        document
    }

    #[test]
    fn every_block_is_in_one_part() {
        let document = long_document(1000);
        let mut parts = DocumentParts::new(&document);
        assert!(parts.count() >= 1000 * 1000 / MAX_PART.bytes);
        let mut times_shown = vec![0; document.blocks.len()];
        for part in 1..=parts.count() {
            let asked = PartParameters { part: part.to_string(), ..PartParameters::default() };
            parts.choose(&document, &asked, None);
            for (number, block) in document.blocks.iter().enumerate() {
                times_shown[number] += usize::from(parts.shows(&document, number, block));
            }
        }
        assert!(times_shown.iter().all(|times| *times == 1));
    }

    #[test]
    fn anchors_lead_to_their_part() {
        let document = long_document(1000);
        let mut parts = DocumentParts::new(&document);
        for (anchor, block) in [
            ("par1", 0),
            ("par700", 699),
            ("par1000", 999),
            ("fn500", 1499),
            ("fnref500", 499),
            ("name699010", 699),
        ] {
            let to = anchor.to_owned();
            parts.choose(&document, &PartParameters { to, ..PartParameters::default() }, None);
            assert!(parts.shows(&document, block, &document.blocks[block]), "{anchor}");
        }
        let asked = PartParameters { part: "all".to_owned(), ..PartParameters::default() };
        parts.choose(&document, &asked, None);
        assert!(parts.shows(&document, 0, &document.blocks[0]));
        assert!(parts.shows(&document, 999, &document.blocks[999]));
        // An offset counts only where neither anchor nor number is given.
        parts.choose(&document, &PartParameters::default(), Some(699_010));
        assert!(parts.shows(&document, 699, &document.blocks[699]));
    }

    #[test]
    fn short_documents_have_no_parts() {
        assert_eq!(DocumentParts::new(&long_document(100)).shown, None);
    }
}
