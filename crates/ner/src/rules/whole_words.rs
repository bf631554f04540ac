//! Names of persons that end within a word, or go on in the next cell of a table.
//!
//! A hyphen may join two persons ("the Eban-Sisco talks"), of whom a tagger sees the
//! first or both. A hyphenated word is the name of one if the document repeats it where
//! only a part was found, or has it within a longer name. A tab parts the cells of a
//! table, and so two names. A code name may have two words in capitals: "EARNEST WILL".

use chancery_model::{Label, Mention, TextSpan};

/// Parts names at the tabs in them.
pub(super) fn part_names_at_tabs(text: &str, mentions: &mut Vec<Mention>) {
    if !text.contains('\t') {
        return;
    }
    let parts = |mention: &Mention| {
        let (start, mention) = (mention.span.start as usize, *mention);
        let cells = text[mention.span.byte_range()].split('\t').scan(start, |at, cell| {
            let begin = *at;
            *at += cell.len() + 1;
            Some((begin, cell))
        });
        let named = cells.filter(|(_, cell)| !cell.trim().is_empty());
        let span = |(begin, cell): (usize, &str)| {
            let begin = begin + cell.len() - cell.trim_start().len();
            TextSpan::from_range(begin..begin + cell.trim().len())
        };
        named.map(|cell| Mention { span: span(cell), ..mention }).collect::<Vec<_>>()
    };
    *mentions = mentions.iter().flat_map(parts).collect();
}

/// Extends the names of persons to the end of a hyphenated word that is one name.
pub(super) fn complete_hyphenated_names(text: &str, mentions: &mut Vec<Mention>) {
    let mut at = 0;
    while at < mentions.len() {
        let Mention { span, label, .. } = mentions[at];
        let next = mentions.get(at + 1).copied();
        let rest = text[span.end as usize..].strip_prefix('-').unwrap_or_default();
        let letters = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let end = span.end as usize + 1 + letters;
        at += 1;
        if label != Label::Per || !rest.starts_with(char::is_uppercase) {
            continue;
        }
        let name = &text[span.byte_range()];
        let last_word = name.rfind(char::is_whitespace).map_or(0, |blank| blank + 1);
        let word = &text[span.start as usize + last_word..end];
        let is_other = |next: &Mention| (next.span.start as usize) < end;
        let is_one = match next.filter(is_other) {
            None => text.matches(word).count() > 1,
            Some(next) => {
                let ends_so = next.label == Label::Per && next.span.end as usize == end;
                ends_so && is_within_name(text, mentions, word)
            }
        };
        if is_one {
            if next.is_some_and(|next| is_other(&next)) {
                mentions.remove(at);
            }
            mentions[at - 1].span = TextSpan::from_range(span.start as usize..end);
        }
    }
}

/// Nouns behind the code name of an operation.
const OPERATIONS: [&str; 12] = [
    "convoy",
    "convoys",
    "operation",
    "operations",
    "exercise",
    "exercises",
    "mission",
    "missions",
    "flight",
    "flights",
    "program",
    "reconnaissance",
];

/// Extends a name of one word in capitals to the second word of a code name, if the noun
/// behind it tells that it is one: "the first EARNEST WILL convoy".
pub(super) fn complete_code_names(text: &str, mentions: &mut [Mention]) {
    let in_capitals =
        |word: &str| word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    for at in 0..mentions.len() {
        let span = mentions[at].span;
        let ceiling = mentions.get(at + 1).map_or(text.len(), |next| next.span.start as usize);
        let mut behind = text[span.end as usize..].split([' ', '\n']);
        let (Some(""), Some(second), Some(noun)) = (behind.next(), behind.next(), behind.next())
        else {
            continue;
        };
        let noun = noun.trim_end_matches(|c: char| !c.is_alphabetic());
        let end = span.end as usize + 1 + second.len();
        if in_capitals(&text[span.byte_range()])
            && in_capitals(second)
            && OPERATIONS.contains(&noun)
            && end <= ceiling
        {
            mentions[at].span = TextSpan::from_range(span.start as usize..end);
            mentions[at].label = Label::Misc;
        }
    }
}

/// Whether a word is part of a longer name of a person or place.
fn is_within_name(text: &str, mentions: &[Mention], word: &str) -> bool {
    let names = mentions.iter().filter(|one| matches!(one.label, Label::Per | Label::Loc));
    names.map(|one| &text[one.span.byte_range()]).any(|name| {
        let mut words = name.split(char::is_whitespace);
        name.contains(char::is_whitespace) && words.any(|own| own == word)
    })
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{mentions_of, show};
    use super::*;

    #[test]
    fn code_names_have_two_words() {
        let cases = [
            ("the [ORG QUIET] HERON convoy", "the [MISC QUIET HERON] convoy"),
            ("the [ORG QUIET]\nHERON missions.", "the [MISC QUIET\nHERON] missions."),
            ("the [ORG QUIET] HERON office", "the [ORG QUIET] HERON office"),
            ("the [ORG NATO] UN mission", "the [ORG NATO] UN mission"),
            ("the [ORG QUIET] [ORG HERON] convoy", "the [ORG QUIET] [ORG HERON] convoy"),
        ];
        for (marked, expected) in cases {
            let (text, mut mentions) = mentions_of(marked);
            complete_code_names(&text, &mut mentions);
            assert_eq!(show(&text, &mentions), expected);
        }
    }

    #[test]
    fn cells_are_names_by_themselves() {
        let (text, mut mentions) = mentions_of("[PER Ama Osei\tKofi Dorn] and [PER Ama Dorn].");
        part_names_at_tabs(&text, &mut mentions);
        let expected = "[PER Ama Osei]\t[PER Kofi Dorn] and [PER Ama Dorn].";
        assert_eq!(show(&text, &mentions), expected);
    }

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
            (
                "[LOC Ama Osei-Dorn Airport] and [PER Osei]-[PER Dorn].",
                "[LOC Ama Osei-Dorn Airport] and [PER Osei-Dorn].",
            ),
        ];
        for (marked, expected) in cases {
            let (text, mut mentions) = mentions_of(marked);
            complete_hyphenated_names(&text, &mut mentions);
            assert_eq!(show(&text, &mentions), expected);
        }
    }
}
