//! Conversion from code points to bytes: the inverse of `model::CodePoints`.

use chancery_model::TextSpan;

use crate::FormatProblem;

/// Byte offsets of a text by code point. One offset is stored per 64 code
/// points, so a look-up scans at most 63.
pub(crate) struct ByteOffsets<'a> {
    text: &'a str,
    /// Byte offset of every 64th code point; the end of the text counts as one.
    checkpoints: Vec<usize>,
}

impl<'a> ByteOffsets<'a> {
    const STEP: usize = 64;

    /// Scans `text` once.
    pub(crate) fn new(text: &'a str) -> Self {
        let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        Self { text, checkpoints: ends.step_by(Self::STEP).collect() }
    }

    /// Converts the code points `start..end` to a span of bytes.
    pub(crate) fn byte_span(&self, start: u32, end: u32) -> Result<TextSpan, FormatProblem> {
        let found =
            self.byte_offset(start).zip(self.byte_offset(end)).filter(|(from, to)| from <= to);
        found
            .map(|(from, to)| TextSpan::from_range(from..to))
            .ok_or(FormatProblem::SpanOutOfRange { start, end })
    }

    /// Byte offset of a code point or of the end of the text; `None` if out of
    /// range.
    fn byte_offset(&self, point: u32) -> Option<usize> {
        let point = point as usize;
        let &mark = self.checkpoints.get(point / Self::STEP)?;
        let rest = &self.text[mark..];
        let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
        ends.take(Self::STEP).nth(point % Self::STEP).map(|at| mark + at)
    }
}

#[cfg(test)]
mod tests {
    use chancery_model::CodePoints;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_end_of_the_text_has_an_offset() {
        for length in [0, 1, 63, 64, 65, 112, 128] {
            let text = "é".repeat(length);
            let offsets = ByteOffsets::new(&text);
            for point in 0..200 {
                let byte = offsets.byte_span(point, point).map(|span| span.start);
                let expected = (point as usize <= length).then_some(2 * point);
                assert_eq!(byte.ok(), expected, "{point} of {length}");
            }
        }
    }

    proptest! {
        #[test]
        fn byte_offsets_invert_code_points(text in "(.{64}){0,2}.{0,70}", start in 0u32..220, len in 0u32..80) {
            let (points, offsets) = (CodePoints::new(&text), ByteOffsets::new(&text));
            match offsets.byte_span(start, start + len) {
                Ok(span) => {
                    prop_assert_eq!(points.code_point_offset(span.start), start);
                    prop_assert_eq!(points.code_point_offset(span.end), start + len);
                }
                Err(_) => prop_assert!(text.chars().count() < (start + len) as usize),
            }
        }
    }
}
