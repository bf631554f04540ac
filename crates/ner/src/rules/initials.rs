//! Persons who are called by their initials: "SBY" for "Susilo Bambang Yudhoyono".
//!
//! Taggers see an abbreviation like others, and often no name. A word in capitals that is
//! the initials of a whole name of three or four words in the same document is a person.

use std::collections::HashSet;

use chancery_model::{Label, Mention, TextSpan};

/// Probability that initials of a name in the document are that person's.
const SCORE_OF_INITIALS: f32 = 0.9;

/// Marks the initials of the persons of a document where no name was found.
pub(super) fn mark_initials(text: &str, mentions: &mut Vec<Mention>) {
    let initials: HashSet<String> =
        mentions.iter().filter_map(|one| initials_of(text, one)).collect();
    let mut missed: Vec<Mention> = Vec::new();
    for word in &initials {
        for (start, _) in text.match_indices(word.as_str()) {
            let span = TextSpan::from_range(start..start + word.len());
            let is_letter = |c: char| c.is_alphanumeric() || matches!(c, '-' | '/' | '&');
            let is_word = !text[..start].ends_with(is_letter)
                && !text[start + word.len()..].starts_with(is_letter);
            let source = mentions.iter().find(|one| initials_of(text, one).as_ref() == Some(word));
            if let Some(Mention { source, .. }) = source.copied().filter(|_| is_word)
                && super::overlapping_mention(mentions, span).is_none()
            {
                missed.push(Mention { span, label: Label::Per, score: SCORE_OF_INITIALS, source });
            }
        }
    }
    mentions.extend(missed);
    mentions.sort_unstable_by_key(|mention| mention.span);
}

/// The initials of a person with a name of three or four capitalised words.
fn initials_of(text: &str, mention: &Mention) -> Option<String> {
    let words: Vec<&str> = text[mention.span.byte_range()].split_whitespace().collect();
    let is_name = |word: &&str| {
        word.len() > 2
            && word.starts_with(|c: char| c.is_ascii_uppercase())
            && word.chars().skip(1).all(char::is_lowercase)
    };
    let is_whole = mention.label == Label::Per && (3..=4).contains(&words.len());
    (is_whole && words.iter().all(is_name))
        .then(|| words.iter().filter_map(|word| word.chars().next()).collect())
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{mentions_of, show};
    use super::*;

    #[test]
    fn initials_of_whole_names_are_persons() {
        let cases = [
            (
                "[PER Ama Bona Osei] left. ABO came. The ABO-DEF.",
                "[PER Ama Bona Osei] left. [PER ABO] came. The ABO-DEF.",
            ),
            ("[PER Ama B. Osei] left. ABO came.", "[PER Ama B. Osei] left. ABO came."),
            ("[PER Ama Osei] left. AO came.", "[PER Ama Osei] left. AO came."),
            (
                "[PER Ama Bona Osei] left. [ORG ABO] came.",
                "[PER Ama Bona Osei] left. [ORG ABO] came.",
            ),
            ("[ORG Ama Bona Osei] left. ABO came.", "[ORG Ama Bona Osei] left. ABO came."),
        ];
        for (marked, expected) in cases {
            let (text, mut mentions) = mentions_of(marked);
            mark_initials(&text, &mut mentions);
            assert_eq!(show(&text, &mentions), expected);
        }
    }
}
