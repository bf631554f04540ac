//! Names of persons that end within a word: "Houphouet" of "Houphouet-Boigny".
//!
//! A hyphen may join two persons ("the Eban-Sisco talks"), of whom a tagger sees the
//! first. Only a word that the document repeats is the name of one.

use chancery_model::{Label, Mention, TextSpan};

/// Extends the names of persons to the end of a hyphenated word that the document has
/// several times.
pub(super) fn complete_hyphenated_names(text: &str, mentions: &mut [Mention]) {
    for at in 0..mentions.len() {
        let Mention { span, label, .. } = mentions[at];
        let ceiling = mentions.get(at + 1).map_or(text.len(), |next| next.span.start as usize);
        let Some(rest) = text[span.end as usize..].strip_prefix('-') else { continue };
        let letters = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let end = span.end as usize + 1 + letters;
        if label != Label::Per || end > ceiling || !rest.starts_with(char::is_uppercase) {
            continue;
        }
        let name = &text[span.byte_range()];
        let last_word = name.rfind(char::is_whitespace).map_or(0, |blank| blank + 1);
        let word = &text[span.start as usize + last_word..end];
        if text.matches(word).count() > 1 {
            mentions[at].span = TextSpan::from_range(span.start as usize..end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{mentions_of, show};
    use super::*;

    #[test]
    fn repeated_words_are_whole() {
        let cases = [
            (
                "Ama Osei-Dorn came. [PER Osei]-Dorn left.",
                "Ama Osei-Dorn came. [PER Osei-Dorn] left.",
            ),
            ("The [PER Osei]-Dorn talks.", "The [PER Osei]-Dorn talks."),
            ("[PER Osei]-style Osei-style", "[PER Osei]-style Osei-style"),
            (
                "[PER Osei]-[PER Dorn] and Osei-Dorn talks.",
                "[PER Osei]-[PER Dorn] and Osei-Dorn talks.",
            ),
        ];
        for (marked, expected) in cases {
            let (text, mut mentions) = mentions_of(marked);
            complete_hyphenated_names(&text, &mut mentions);
            assert_eq!(show(&text, &mentions), expected);
        }
    }
}
