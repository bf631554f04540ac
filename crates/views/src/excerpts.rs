//! A passage with the text around it.

use chancery_model::{Block, BlockKind, CodePoints, Document, TextSpan};
use serde::Serialize;
use utoipa::ToSchema;

/// Bytes of context on each side of an excerpt.
const CONTEXT_BYTES: u32 = 130;

/// A span of a document with the text around it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TextExcerpt {
    /// First code point in the document.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Text before the span.
    pub before: String,
    /// Text of the span.
    pub text: String,
    /// Text after the span.
    pub after: String,
}

/// Returns the span with the text around it, as far as its block goes, or in a header its
/// line: words from beyond a heading explain nothing.
pub fn excerpt_around(document: &Document, span: TextSpan, points: &CodePoints<'_>) -> TextExcerpt {
    let text = document.text.as_str();
    let around = surroundings(document, span);
    let earliest = span.start.saturating_sub(CONTEXT_BYTES).max(around.start);
    let latest = (span.end + CONTEXT_BYTES).min(around.end);
    let from = text.floor_char_boundary(earliest as usize);
    let to = text.ceil_char_boundary(latest as usize);
    let (before, after) = (&text[from..span.start as usize], &text[span.end as usize..to]);
    // Does not cut words, unless there is only one.
    let before = match from == around.start as usize {
        true => before,
        false => before.split_once(char::is_whitespace).map_or(before, |(_, rest)| rest),
    };
    let after = match to == around.end as usize {
        true => after,
        false => after.rsplit_once(char::is_whitespace).map_or(after, |(rest, _)| rest),
    };
    TextExcerpt {
        start: points.code_point_offset(span.start),
        end: points.code_point_offset(span.end),
        before: before.to_owned(),
        text: text[span.byte_range()].to_owned(),
        after: after.to_owned(),
    }
}

/// Returns the block that has the whole span, in `O(log n)`.
pub(crate) fn block_with(document: &Document, span: TextSpan) -> Option<&Block> {
    let place = document.blocks.partition_point(|block| block.span.end <= span.start);
    document.blocks.get(place).filter(|block| block.span.contains(&span))
}

/// The block that has the span, or its line in a header; the whole text if the span is in
/// several blocks.
fn surroundings(document: &Document, span: TextSpan) -> TextSpan {
    let text = document.text.as_str();
    match block_with(document, span) {
        None => TextSpan::new(0, text.len() as u32),
        Some(block) if block.kind == BlockKind::Header => {
            let (before, after) = (&text[..span.start as usize], &text[span.end as usize..]);
            let start = before.rfind('\n').map_or(0, |at| at as u32 + 1);
            let end = after.find('\n').map_or(text.len() as u32, |at| span.end + at as u32);
            TextSpan::new(start.max(block.span.start), end.min(block.span.end))
        }
        Some(block) => block.span,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_end_with_the_paragraph_or_the_line_of_a_header() {
        let source = "UNCLAS OSLO 000012\n\nTAGS: PREL, NO\nSUBJECT: NETS\n\n\
            Classified By: Ambassador Ama Osei for reasons 1.4 (b).\n\n\
            1. (U) Ama Osei sold nets on May 3.\n\n2. (U) The boats of Ama Osei left.\n";
        let parsed = chancery_parse::parse_file(source.as_bytes()).expect("a telegram");
        let document = parsed.documents.first().expect("a document");
        let text = document.text.as_str();
        let points = CodePoints::new(text);
        let excerpts: Vec<String> = text
            .match_indices("Ama Osei")
            .map(|(at, name)| TextSpan::new(at as u32, (at + name.len()) as u32))
            .map(|span| excerpt_around(document, span, &points))
            .map(|one| format!("{}[{}]{}", one.before.trim(), one.text, one.after.trim()))
            .collect();
        assert_eq!(
            excerpts,
            [
                "Classified By: Ambassador[Ama Osei]for reasons 1.4 (b).",
                "1. (U)[Ama Osei]sold nets on May 3.",
                "2. (U) The boats of[Ama Osei]left.",
            ]
        );
    }
}
