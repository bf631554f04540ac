//! Conversion from code points to bytes: the inverse of `model::CodePoints`.

use chancery_model::TextSpan;

use crate::Problem;

/// Byte offsets of a text by code point. One offset is stored per 64 code
/// points, so a look-up scans at most 63.
pub(crate) struct Places<'a> {
    text: &'a str,
    /// Byte offset of every 64th code point; the end of the text counts as one.
    marks: Vec<usize>,
}

impl<'a> Places<'a> {
    const STEP: usize = 64;

    /// Scans `text` once.
    pub(crate) fn new(text: &'a str) -> Self {
        let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        Self { text, marks: ends.step_by(Self::STEP).collect() }
    }

    /// Converts the code points `start..end` to a span of bytes.
    pub(crate) fn span(&self, start: u32, end: u32) -> Result<TextSpan, Problem> {
        let found = self.byte(start).zip(self.byte(end)).filter(|(from, to)| from <= to);
        found
            .map(|(from, to)| TextSpan::from_range(from..to))
            .ok_or(Problem::NoSuchPlace { start, end })
    }

    /// Byte offset of a code point or of the end of the text; `None` if out of
    /// range.
    fn byte(&self, point: u32) -> Option<usize> {
        let point = point as usize;
        let &mark = self.marks.get(point / Self::STEP)?;
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
    fn the_end_of_the_text_is_a_place() {
        for length in [0, 1, 63, 64, 65, 112, 128] {
            let text = "é".repeat(length);
            let places = Places::new(&text);
            for point in 0..200 {
                let byte = places.span(point, point).map(|span| span.start);
                let expected = (point as usize <= length).then_some(2 * point);
                assert_eq!(byte.ok(), expected, "{point} of {length}");
            }
        }
    }

    proptest! {
        #[test]
        fn places_undo_code_points(text in "(.{64}){0,2}.{0,70}", start in 0u32..220, len in 0u32..80) {
            let (points, places) = (CodePoints::new(&text), Places::new(&text));
            match places.span(start, start + len) {
                Ok(span) => {
                    prop_assert_eq!(points.of(span.start), start);
                    prop_assert_eq!(points.of(span.end), start + len);
                }
                Err(_) => prop_assert!(text.chars().count() < (start + len) as usize),
            }
        }
    }
}
