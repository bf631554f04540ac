//! The two persons of an e-mail: "REF: DORN-ABADIE E-MAIL".
//!
//! A reference names an e-mail by its sender and addressee, joined with a hyphen. That
//! looks like a double surname. Behind "Embassy" the first is a place.

use chancery_model::{Label, Mention, TextSpan, is_hyphen};

/// What stands behind the two names.
const NOUNS: [&str; 4] = ["e-mail", "e-mails", "email", "emails"];

/// The fewest letters of a surname: "US-EU e-mail" names no persons.
const MIN_LETTERS: usize = 3;

/// Probability that the two words are persons.
const SCORE: f32 = 0.9;

/// Marks the two words before "e-mail" as persons, unless another name is there.
pub(super) fn mark_writers(text: &str, mentions: &mut Vec<Mention>) {
    let Some(source) = mentions.first().map(|mention| mention.source) else { return };
    for (start, pair, joint) in pairs(text) {
        let span = TextSpan::from_range(start..start + pair.len());
        let overlaps =
            |mention: &Mention| mention.span.start < span.end && span.start < mention.span.end;
        let is_person =
            |mention: &Mention| mention.label == Label::Per && span.contains(&mention.span);
        if !mentions.iter().filter(|mention| overlaps(mention)).all(is_person) {
            continue;
        }
        mentions.retain(|mention| !overlaps(mention));
        let hyphen = pair[joint..].chars().next().map_or(1, char::len_utf8);
        let before = text[..start].trim_end().rsplit(char::is_whitespace).next();
        let is_post = before.is_some_and(|word| word.eq_ignore_ascii_case("embassy"));
        let first = if is_post { Label::Loc } else { Label::Per };
        let parts = [
            (start..start + joint, first),
            (start + joint + hyphen..start + pair.len(), Label::Per),
        ];
        mentions.extend(parts.map(|(part, label)| {
            let span = TextSpan::from_range(part);
            Mention { span, label, score: SCORE, source }
        }));
        mentions.sort_unstable_by_key(|mention| mention.span.start);
    }
}

/// The hyphenated words before "e-mail": offset, word and offset of the hyphen in it.
fn pairs(text: &str) -> Vec<(usize, &str, usize)> {
    let mut pairs = Vec::new();
    let mut last: Option<(usize, &str)> = None;
    let mut end = 0;
    for piece in text.split_inclusive(char::is_whitespace) {
        let (start, word) = (end, piece.trim_end());
        end += piece.len();
        if word.is_empty() {
            continue;
        }
        let noun = word.trim_end_matches(|c: char| !c.is_alphabetic()).to_ascii_lowercase();
        if let Some((start, pair)) = last.filter(|_| NOUNS.contains(&noun.as_str()))
            && let Some(joint) = joint_of(pair)
        {
            pairs.push((start, pair, joint));
        }
        last = Some((start, word));
    }
    pairs
}

/// The offset of the hyphen between two capitalised words of letters.
fn joint_of(pair: &str) -> Option<usize> {
    let (joint, hyphen) = pair.char_indices().find(|(_, c)| is_hyphen(*c))?;
    let is_surname = |word: &str| {
        word.chars().count() >= MIN_LETTERS
            && word.starts_with(char::is_uppercase)
            && word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’'))
    };
    let parts = [&pair[..joint], &pair[joint + hyphen.len_utf8()..]];
    parts.into_iter().all(is_surname).then_some(joint)
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{mentions_of, show};
    use super::*;

    #[test]
    fn two_persons_write_an_e_mail() {
        let cases = [
            (
                "REF: ABADIE-DORN E-MAIL OF [LOC MALI]",
                "REF: [PER ABADIE]-[PER DORN] E-MAIL OF [LOC MALI]",
            ),
            ("[PER Abadie-Dorn] e-mails.", "[PER Abadie]-[PER Dorn] e-mails."),
            ("B. ABADIE-[PER DORN]\nEMAIL", "B. [PER ABADIE]-[PER DORN]\nEMAIL"),
            (
                "EMBASSY TOBRUK-DORN E-MAIL TO [LOC MALI]",
                "EMBASSY [LOC TOBRUK]-[PER DORN] E-MAIL TO [LOC MALI]",
            ),
            ("[LOC MALI]-[PER DORN] E-MAIL", "[LOC MALI]-[PER DORN] E-MAIL"),
            ("US-EU E-MAIL OF [LOC MALI]", "US-EU E-MAIL OF [LOC MALI]"),
            ("well-known e-mail of [LOC MALI]", "well-known e-mail of [LOC MALI]"),
            ("ABADIE-DORN LETTER OF [LOC MALI]", "ABADIE-DORN LETTER OF [LOC MALI]"),
        ];
        for (marked, expected) in cases {
            let (text, mut mentions) = mentions_of(marked);
            mark_writers(&text, &mut mentions);
            assert_eq!(show(&text, &mentions), expected);
        }
    }
}
