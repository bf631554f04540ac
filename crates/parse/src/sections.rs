//! Whether a document has all sections of its telegram.
//!
//! Long telegrams were sent in sections, "section 01 of 06". Many files have them joined:
//! the header is that of the first, and the page lines, or the lines between the
//! sections, count up to the last.

use std::collections::BTreeSet;

use chancery_model::{Section, Spanned};

/// Corrects the section in the header of a document that has all sections of `text`.
/// `page_sections` are those that the page lines state.
pub(crate) fn correct_section(
    section: &mut Option<Spanned<Section>>,
    text: &str,
    page_sections: &BTreeSet<(u8, u8)>,
) {
    let Some(Spanned { value, span }) = section else { return };
    let last = (value.of, value.of);
    if value.number != 1 || value.of < 2 {
        return;
    }
    let rest = &text[span.end as usize..];
    if page_sections.contains(&last) || sections_between(rest).any(|found| found == last) {
        value.number = Section::ALL;
    }
}

/// The sections that lines such as "C O N F I D E N T I A L SECTION 02 OF 03 OSLO 1234"
/// begin.
fn sections_between(text: &str) -> impl Iterator<Item = (u8, u8)> {
    const WORD: &str = "SECTION ";
    text.match_indices(WORD).filter_map(|(at, _)| {
        let mut words = text[at + WORD.len()..].split_whitespace();
        let number = words.next()?.parse().ok()?;
        let of = words.next().filter(|word| *word == "OF").and_then(|_| words.next())?;
        Some((number, of.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chancery_model::TextSpan;

    /// The columns of the table below.
    type SectionCase = (&'static str, (u8, u8), &'static [(u8, u8)], u8);

    #[test]
    fn a_document_with_all_sections_is_no_section() {
        let cases: [SectionCase; 8] = [
            ("page lines up to the last", (1, 3), &[(2, 3), (3, 3)], Section::ALL),
            ("page lines of this section", (1, 3), &[(1, 3)], 1),
            ("page lines of two sections", (1, 3), &[(1, 3), (2, 3)], 1),
            ("the last section", (3, 3), &[(3, 3)], 3),
            ("one section of one", (1, 1), &[(1, 1)], 1),
            ("ONE. SECRET SECTION 02 OF 02 OSLO 12 TWO", (1, 2), &[], Section::ALL),
            ("ONE. SECRET SECTION 02 OF 03 OSLO 12 TWO", (1, 3), &[], 1),
            ("SEE SECTION 2 OF THE TREATY", (1, 2), &[], 1),
        ];
        for (text, (number, of), pages, expected) in cases {
            let mut section =
                Some(Spanned { value: Section { number, of }, span: TextSpan::new(0, 0) });
            correct_section(&mut section, text, &pages.iter().copied().collect());
            assert_eq!(section.map(|section| section.value.number), Some(expected), "{text}");
        }
    }
}
