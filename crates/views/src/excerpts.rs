//! A passage with the text around it.

use chancery_model::{CodePoints, TextSpan};
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

/// Returns the span with the text around it.
pub fn excerpt_around(text: &str, span: TextSpan, points: &CodePoints<'_>) -> TextExcerpt {
    let from = text.floor_char_boundary(span.start.saturating_sub(CONTEXT_BYTES) as usize);
    let to = text.ceil_char_boundary(text.len().min((span.end + CONTEXT_BYTES) as usize));
    let (before, after) = (&text[from..span.start as usize], &text[span.end as usize..to]);
    // Does not cut words, unless there is only one.
    let before = match from {
        0 => before,
        _ => before.split_once(char::is_whitespace).map_or(before, |(_, rest)| rest),
    };
    let after = match to == text.len() {
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
