//! Companies and newspapers, by the noun beside them.
//!
//! The engines take a company with an unusual name for a person or place. A noun such as
//! "company" before the name, or behind a comma as its description, shows what it is: of
//! 88 such names of the training data 81 are organisations. A name of several words
//! is an organisation in the whole document then; one word may also be its owner's. The
//! nouns are a table, `data/company_nouns.txt`. "A firm U.S. ally" names no company.

use std::collections::HashSet;
use std::sync::LazyLock;

use chancery_model::{Label, Mention, fold_word};

static NOUNS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let lines = include_str!("../../data/company_nouns.txt").lines();
    lines.filter(|line| !line.starts_with('#')).collect()
});

/// The most words between the article of a description and its noun.
const MAX_ADJECTIVES: usize = 3;

/// Gives the names of companies and newspapers the label of organisations.
pub(super) fn label_companies(text: &str, mentions: &mut [Mention]) {
    let is_company = |mention: &&Mention| {
        let (start, end) = (mention.span.start as usize, mention.span.end as usize);
        matches!(mention.label, Label::Per | Label::Loc)
            && text[start..end].chars().all(|c| c != '.')
            && (ends_with_noun(&text[..start], &text[end..]) || is_described(&text[end..]))
    };
    let name = |mention: &Mention| fold_word(&text[mention.span.byte_range()]);
    let companies: HashSet<String> = mentions.iter().filter(is_company).map(name).collect();
    if companies.is_empty() {
        return;
    }
    for mention in mentions.iter_mut() {
        let is_long = text[mention.span.byte_range()].contains(char::is_whitespace);
        let is_same = mention.label == Label::Per && companies.contains(&name(mention));
        if is_long && is_same || is_company(&&*mention) {
            mention.label = Label::Org;
        }
    }
}

/// Whether a noun is the last word before a name, or stands before the comma that opens
/// an apposition: "a foreign firm, Dorn Steel, concluded".
fn ends_with_noun(before: &str, behind: &str) -> bool {
    let before = before.trim_end();
    let head = before.strip_suffix(',').filter(|_| behind.starts_with(','));
    let last = head.unwrap_or(before).rsplit(char::is_whitespace).next();
    last.is_some_and(|word| NOUNS.contains(word))
}

/// Whether a description with a noun follows a name: ", a mining company".
fn is_described(behind: &str) -> bool {
    let Some(rest) = behind.strip_prefix(", ").or_else(|| behind.strip_prefix(" (")) else {
        return false;
    };
    let mut words = rest.split_whitespace();
    let has_article = words.next().is_some_and(|word| matches!(word, "a" | "an" | "the"));
    let ends = |word: &str| word.ends_with(|c: char| !c.is_alphanumeric());
    let mut noun = words.take(MAX_ADJECTIVES + 1);
    let found = noun.find(|word| {
        ends(word) || NOUNS.contains(word) || matches!(*word, "of" | "for" | "in" | "to" | "and")
    });
    let is_noun = |word: &str| NOUNS.contains(word.trim_end_matches([',', '.', ')']));
    has_article && found.is_some_and(is_noun)
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{mentions_of, show};
    use super::*;

    #[test]
    fn nouns_beside_a_name_show_a_company() {
        let cases = [
            (
                "the railroad company [PER Temir Dorn]. [PER Temir Dorn] grew.",
                "the railroad company [ORG Temir Dorn]. [ORG Temir Dorn] grew.",
            ),
            (
                "the company [PER Dorn] grew. [PER Dorn] is its owner.",
                "the company [ORG Dorn] grew. [PER Dorn] is its owner.",
            ),
            ("A foreign firm, [LOC Dorn Sun], won", "A foreign firm, [ORG Dorn Sun], won"),
            ("a foreign firm, [LOC Mali] said", "a foreign firm, [LOC Mali] said"),
            (
                "[LOC Abadie], a small mining company, won",
                "[ORG Abadie], a small mining company, won",
            ),
            ("[PER Abadie], a critic of the company", "[PER Abadie], a critic of the company"),
            ("[PER Abadie], the owner. A company", "[PER Abadie], the owner. A company"),
            ("the daily [MISC Dorn]", "the daily [MISC Dorn]"),
            ("in company with [PER Dorn]", "in company with [PER Dorn]"),
            ("a firm [LOC U.S.] ally", "a firm [LOC U.S.] ally"),
            ("the firm [LOC Gao] left [LOC Gao]", "the firm [ORG Gao] left [LOC Gao]"),
        ];
        for (marked, expected) in cases {
            let (text, mut mentions) = mentions_of(marked);
            label_companies(&text, &mut mentions);
            assert_eq!(show(&text, &mentions), expected);
        }
    }
}
