//! Code points turned back into bytes: what `model::CodePoints` does, the
//! other way round.

use chancery_model::TextSpan;

use crate::Problem;

/// Bytes of a text by code point. One offset is kept per 64 code points, so a
/// look-up walks over at most 63.
pub(crate) struct Places<'a> {
    text: &'a str,
    /// Byte of every 64th code point.
    marks: Vec<usize>,
}

impl<'a> Places<'a> {
    const STEP: usize = 64;

    /// Walks over `text` once.
    pub(crate) fn new(text: &'a str) -> Self {
        let marks = text.char_indices().step_by(Self::STEP).map(|(at, _)| at).collect();
        Self { text, marks }
    }

    /// The bytes of code points `start..end`.
    pub(crate) fn span(&self, start: u32, end: u32) -> Result<TextSpan, Problem> {
        let found = self.byte(start).zip(self.byte(end)).filter(|(from, to)| from <= to);
        found
            .map(|(from, to)| TextSpan::from_range(from..to))
            .ok_or(Problem::NoSuchPlace { start, end })
    }

    /// The byte of a code point, or of the end of the text.
    fn byte(&self, point: u32) -> Option<usize> {
        let point = point as usize;
        let Some(&mark) = self.marks.get(point / Self::STEP) else {
            let end = self.marks.len() * Self::STEP == point;
            return end.then_some(self.text.len());
        };
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

    proptest! {
        #[test]
        fn places_undo_code_points(text in ".{0,200}", start in 0u32..220, len in 0u32..20) {
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
