//! Marks of what is no name.
//!
//! A heading or a telegram in capitals shows no difference between a name and a noun.
//! Goods for sale are no names ("FROZEN HERRING"; `data/goods.tsv`), and the office of a
//! minister is none as long as it has a small letter ("the Prime Minister's office").

use std::collections::HashSet;
use std::sync::LazyLock;

use chancery_model::{Label, Mention, is_apostrophe};

use crate::lexicon::is_title_or_rank;

/// The words of the table.
struct Goods {
    states: HashSet<&'static str>,
    goods: HashSet<&'static str>,
}

static GOODS: LazyLock<Goods> = LazyLock::new(|| {
    let of = |kind: &str| {
        let lines = include_str!("../../data/goods.tsv").lines();
        let row = lines.filter_map(|line| line.split_once('\t')).find(|row| row.0 == kind);
        row.map_or(HashSet::new(), |(_, words)| words.split('|').collect())
    };
    Goods { states: of("state"), goods: of("good") }
});

/// Removes the marks of goods and of offices in small letters.
pub(super) fn remove_no_names(text: &str, mentions: &mut Vec<Mention>) {
    mentions.retain(|mention| {
        let name = &text[mention.span.byte_range()];
        !(is_good(name) || mention.label == Label::Org && is_small_office(name))
    });
}

/// Whether the words are a state and a good: "frozen cod".
fn is_good(name: &str) -> bool {
    let Some((state, good)) = name.split_once(char::is_whitespace) else { return false };
    let Goods { states, goods } = &*GOODS;
    states.contains(state.to_ascii_lowercase().as_str())
        && goods.contains(good.trim_start().to_ascii_lowercase().as_str())
}

/// Whether the words are a title, a possessive and "office".
fn is_small_office(name: &str) -> bool {
    let owner = name.strip_suffix("office").map(str::trim_end).and_then(|head| {
        let head = head.strip_suffix(['s', 'S'])?;
        head.strip_suffix(is_apostrophe)
    });
    let title = owner.and_then(|owner| owner.rsplit(char::is_whitespace).next());
    title.is_some_and(is_title_or_rank)
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{mentions_of, show};
    use super::*;

    #[test]
    fn goods_and_small_offices_are_no_names() {
        let cases = [
            ("DUTY ON [MISC DRIED HERRING] IN [LOC LAGOS]", "DUTY ON DRIED HERRING IN [LOC LAGOS]"),
            ("price of [LOC Raw Sugar]", "price of Raw Sugar"),
            ("the [ORG CRUDE\nOIL] price", "the CRUDE\nOIL price"),
            ("[PER RICE] and [ORG RAW]", "[PER RICE] and [ORG RAW]"),
            ("[ORG Raw Dorn]", "[ORG Raw Dorn]"),
            ("the [ORG Prime Minister's office] said", "the Prime Minister's office said"),
            ("the [ORG President’s office] said", "the President’s office said"),
            ("the [ORG Prime Minister's Office] said", "the [ORG Prime Minister's Office] said"),
            ("THE [ORG GOVERNOR'S OFFICE]", "THE [ORG GOVERNOR'S OFFICE]"),
            ("the [ORG Dorn's office]", "the [ORG Dorn's office]"),
        ];
        for (marked, expected) in cases {
            let (text, mut mentions) = mentions_of(marked);
            remove_no_names(&text, &mut mentions);
            assert_eq!(show(&text, &mentions), expected);
        }
    }
}
