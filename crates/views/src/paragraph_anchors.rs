//! The anchors of paragraphs, to which addresses of passages lead.

use std::collections::HashMap;

use chancery_model::{Block, BlockKind, Paragraph};

/// The anchor of a paragraph, and its name for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParagraphAnchor {
    /// The id of its element: "par17".
    pub id: String,
    /// "Paragraph 17".
    pub name: String,
}

/// Gives paragraphs their anchors: the printed number ("par17"). A paragraph without one
/// is counted from the last number ("par17-2"), or from the start of a document that
/// prints none ("par2").
pub struct ParagraphAnchors {
    has_numbers: bool,
    last: String,
    /// How many paragraphs each number has.
    counts: HashMap<String, usize>,
    unnumbered: usize,
}

impl ParagraphAnchors {
    /// Starts before the first of these blocks.
    pub fn new(blocks: &[Block]) -> Self {
        let is_numbered = |block: &Block| match &block.kind {
            BlockKind::Paragraph(paragraph) => paragraph.number.is_some(),
            _ => false,
        };
        Self {
            has_numbers: blocks.iter().any(is_numbered),
            last: "0".to_owned(),
            counts: HashMap::new(),
            unnumbered: 0,
        }
    }

    /// Passes over the next paragraph, and returns which one of its number it is.
    pub fn pass(&mut self, paragraph: &Paragraph) -> usize {
        if !self.has_numbers {
            self.unnumbered += 1;
            return self.unnumbered;
        }
        let printed = paragraph.number.as_ref().map(|number| {
            number.value.chars().filter(char::is_ascii_alphanumeric).collect::<String>()
        });
        if let Some(printed) = printed.filter(|printed| !printed.is_empty()) {
            self.last = printed;
        }
        if !self.counts.contains_key(&self.last) {
            self.counts.insert(self.last.clone(), usize::from(self.last == "0"));
        }
        let count = self.counts.get_mut(&self.last);
        count.map_or(1, |count| {
            *count += 1;
            *count
        })
    }

    /// Returns the anchor of the next paragraph.
    pub fn next_anchor(&mut self, paragraph: &Paragraph) -> ParagraphAnchor {
        let count = self.pass(paragraph);
        if !self.has_numbers {
            return ParagraphAnchor {
                id: format!("par{count}"),
                name: format!("Paragraph {count}"),
            };
        }
        let last = &self.last;
        match count {
            1 => ParagraphAnchor { id: format!("par{last}"), name: format!("Paragraph {last}") },
            count => ParagraphAnchor {
                id: format!("par{last}-{count}"),
                name: format!("Paragraph {last}, part {count}"),
            },
        }
    }
}

/// How many blocks an item of a list may be behind the numbered paragraph that it is in.
const MAX_ITEMS: usize = 100;

/// Returns the number by which the paragraph at `index` is cited: its printed number, or
/// that of the numbered paragraph that it goes on ("5" for the items of a list in it). A
/// heading ends a numbered paragraph.
pub fn cited_number(blocks: &[Block], index: usize) -> Option<&str> {
    let before = blocks.get(..=index)?.iter().rev().take(MAX_ITEMS);
    let paragraphs = before.map_while(|block| match &block.kind {
        BlockKind::Paragraph(paragraph) => Some(paragraph),
        _ => None,
    });
    let mut numbers = paragraphs.filter_map(|paragraph| paragraph.number.as_ref());
    numbers.next().map(|number| &*number.value)
}

#[cfg(test)]
mod tests {
    use chancery_model::{Spanned, TextSpan};

    use super::*;

    fn anchors_of(numbers: &[Option<&str>]) -> Vec<String> {
        let paragraph = |number: Option<&str>| Paragraph {
            number: number
                .map(|number| Spanned { value: number.into(), span: TextSpan::new(0, 0) }),
            ..Paragraph::default()
        };
        let paragraphs: Vec<Paragraph> = numbers.iter().copied().map(paragraph).collect();
        let blocks: Vec<Block> = paragraphs
            .iter()
            .map(|one| Block { span: TextSpan::new(0, 0), kind: BlockKind::Paragraph(one.clone()) })
            .collect();
        let mut anchors = ParagraphAnchors::new(&blocks);
        paragraphs.iter().map(|one| anchors.next_anchor(one).id).collect()
    }

    #[test]
    fn items_are_cited_by_the_paragraph_that_they_are_in() {
        let block = |kind| Block { span: TextSpan::new(0, 0), kind };
        let paragraph = |number: Option<&str>| {
            let number =
                number.map(|value| Spanned { value: value.into(), span: TextSpan::new(0, 0) });
            block(BlockKind::Paragraph(Paragraph { number, ..Paragraph::default() }))
        };
        let blocks = [
            paragraph(None),
            paragraph(Some("5")),
            paragraph(None),
            paragraph(None),
            block(BlockKind::Heading),
            paragraph(None),
            paragraph(Some("6a")),
        ];
        let cited: Vec<Option<&str>> = (0..8).map(|index| cited_number(&blocks, index)).collect();
        let expected = [None, Some("5"), Some("5"), Some("5"), None, None, Some("6a"), None];
        assert_eq!(cited, expected);
    }

    #[test]
    fn anchors_are_the_printed_numbers() {
        let numbered = [None, Some("1"), None, Some("2a"), None, None, Some("1")];
        assert_eq!(
            anchors_of(&numbered),
            ["par0-2", "par1", "par1-2", "par2a", "par2a-2", "par2a-3", "par1-3"]
        );
        assert_eq!(anchors_of(&[None, None]), ["par1", "par2"]);
    }
}
