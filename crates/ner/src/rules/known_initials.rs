//! Initials that mean the same everywhere: "IAEA" is an organisation, "GDP" is no name.
//!
//! The engines read a word in capitals by the words around it, and so give "FRG" another
//! class in each sentence. The table `data/known_initials.tsv` has initials with one
//! meaning. It changes marks and makes none, because letters may have other meanings in
//! other documents. What a document explains itself comes after ([`super::abbreviations`]).

use std::collections::HashMap;
use std::sync::LazyLock;

use chancery_model::{Label, Mention};

/// The label of each word; `None` for what is no name.
static MEANINGS: LazyLock<HashMap<&str, Option<Label>>> = LazyLock::new(|| {
    let lines = include_str!("../../data/known_initials.tsv").lines();
    let rows = lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    rows.flat_map(|(label, words)| {
        let label: Option<Label> = label.parse().ok();
        words.split('|').map(move |word| (word, label))
    })
    .collect()
});

/// Gives marks of known initials their class, and removes those of common things.
pub(super) fn label_known_initials(text: &str, mentions: &mut Vec<Mention>) {
    mentions.retain_mut(|mention| {
        let Some(meaning) = MEANINGS.get(&text[mention.span.byte_range()]) else { return true };
        mention.label = meaning.unwrap_or(mention.label);
        meaning.is_some()
    });
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{mentions_of, show};
    use super::*;

    #[test]
    fn known_initials_have_one_meaning() {
        let cases = [
            ("the [ORG FRG] and the [PER IAEA]", "the [LOC FRG] and the [ORG IAEA]"),
            ("the [ORG GDP] of an [ORG UAV]", "the GDP of an UAV"),
            ("the [ORG FRG Embassy], FRG", "the [ORG FRG Embassy], FRG"),
            ("the [MISC Frg]", "the [MISC Frg]"),
        ];
        for (marked, expected) in cases {
            let (text, mut mentions) = mentions_of(marked);
            label_known_initials(&text, &mut mentions);
            assert_eq!(show(&text, &mentions), expected);
        }
    }
}
