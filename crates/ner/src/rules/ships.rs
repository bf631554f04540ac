//! Names of ships, by the words around them.
//!
//! The engines know few ships, and take "the trawler Belo" for a place. A noun such as
//! "trawler" before the name, or a list behind "two trawlers", shows that a name is a
//! ship. It then is one in the whole document. The words are a table,
//! `data/ship_words.tsv`. Verbs show nothing: countries sail too. But what a country has
//! and what sails is a ship ("Mali's Tembo did not sail"), and so is the name in a phrase
//! that repeats one with a ship: "The Kenyan frigate Mako … The Malian Tembo".

use std::collections::HashSet;
use std::sync::LazyLock;

use chancery_model::{Label, Mention, TextSpan, TokenKind, Words, fold_word, is_apostrophe};

use super::overlapping_mention;
use crate::lexicon::is_title_or_rank;

/// The most letters between "trawlers" and the list of their names.
const MAX_DISTANCE: usize = 120;

/// The words of the table.
struct ShipWords {
    nouns: Vec<&'static str>,
    places: Vec<&'static str>,
    auxiliaries: Vec<&'static str>,
    verbs: Vec<&'static str>,
}

static SHIP_WORDS: LazyLock<ShipWords> = LazyLock::new(|| {
    let of = |kind: &str| {
        let lines = include_str!("../../data/ship_words.tsv").lines();
        let row = lines.filter_map(|line| line.split_once('\t')).find(|row| row.0 == kind);
        row.map_or(Vec::new(), |(_, words)| words.split('|').collect())
    };
    ShipWords {
        nouns: of("noun"),
        places: of("place"),
        auxiliaries: of("auxiliary"),
        verbs: of("verb"),
    }
});

/// Makes the names of ships names of other things, and marks those that were missed.
pub(super) fn label_ships(text: &str, words: &Words, mentions: &mut Vec<Mention>) {
    let ships = ship_names(text, mentions);
    if ships.is_empty() {
        return;
    }
    for mention in mentions.iter_mut() {
        if ships.contains(&fold_word(&text[mention.span.byte_range()])) {
            mention.label = Label::Misc;
        }
    }
    mark_missed(text, words, mentions, &ships);
}

/// The folded names of ships.
fn ship_names(text: &str, mentions: &[Mention]) -> HashSet<String> {
    let mut ships = HashSet::new();
    let (mut end_of_last, mut was_listed) = (0, false);
    let mut last: Option<&Mention> = None;
    for mention in mentions {
        let (start, end) = (mention.span.start as usize, mention.span.end as usize);
        let between = &text[end_of_last..start];
        let goes_on = ["and the", ", the", ", and the"]
            .iter()
            .any(|link| between.trim().eq_ignore_ascii_case(link));
        let is_listed = was_listed && goes_on || begins_list(between, &text[end..]);
        (end_of_last, was_listed) = (end, is_listed);
        let is_of_country = last.is_some_and(|last| {
            last.label == Label::Loc && mention.label != Label::Per && is_possessive(between)
        });
        if is_listed
            || is_of_country && sails(&text[end..])
            || is_ship(mention.label, &text[..start])
        {
            ships.insert(fold_word(&text[start..end]));
        }
        last = Some(mention);
    }
    if ships.is_empty() {
        return ships;
    }
    let repeated = ships_in_repeated_phrases(text, mentions, &ships);
    ships.extend(repeated);
    // The name of a person elsewhere is not the ship's.
    for mention in mentions.iter().filter(|mention| mention.label == Label::Per) {
        if !is_ship(mention.label, &text[..mention.span.start as usize]) {
            ships.remove(&fold_word(&text[mention.span.byte_range()]));
        }
    }
    ships
}

/// Whether the words before a name say that it is a ship.
fn is_ship(label: Label, before: &str) -> bool {
    let before = before.trim_end();
    let ShipWords { nouns, places, .. } = &*SHIP_WORDS;
    if nouns.iter().any(|noun| ends_with_word(before, noun)) {
        return true;
    }
    let head = strip_end(before, " the").filter(|_| label != Label::Per);
    head.is_some_and(|head| {
        let noun = head.strip_suffix(',').unwrap_or(head);
        places.iter().any(|word| ends_with_word(head, word))
            || nouns.iter().any(|word| ends_with_word(noun, word))
    })
}

/// Whether a name is the first of a list behind a plural: "two trawlers, the Mako and
/// the Ray". `between` is the text between the name before it and this one.
fn begins_list(between: &str, behind: &str) -> bool {
    let Some(head) = strip_end(between.trim_end(), ", the") else { return false };
    let is_joined = behind.get(..9).is_some_and(|next| next.eq_ignore_ascii_case(" and the "));
    if !behind.starts_with([',', '.']) && !is_joined {
        return false;
    }
    let sentence = head.rfind(". ").map_or(head, |end| &head[end..]);
    let near = sentence.char_indices().rev().take(MAX_DISTANCE).last();
    let near = sentence[near.map_or(0, |(at, _)| at)..].to_ascii_lowercase();
    SHIP_WORDS.nouns.iter().any(|noun| {
        let mut found = near.match_indices(noun);
        found.any(|(at, _)| starts_with_word(&near[at + noun.len()..], "s"))
    })
}

/// Whether the text between two names makes the second a possession of the first.
fn is_possessive(between: &str) -> bool {
    let between = between.trim();
    let head = between.strip_suffix(['s', 'S']).unwrap_or(between);
    head.chars().all(is_apostrophe) && !head.is_empty()
}

/// Whether the words behind a name are those of a ship that sails, or does not.
fn sails(behind: &str) -> bool {
    let mut words = behind.split_whitespace();
    let auxiliary = |word: &&str| SHIP_WORDS.auxiliaries.contains(word);
    let verb = words.by_ref().find(|word| !auxiliary(word)).unwrap_or_default();
    SHIP_WORDS.verbs.contains(&verb.trim_end_matches(['.', ',', ';']))
}

/// The folded words that stand behind "the" and a nationality where the paragraph has
/// the same phrase with a noun and a ship before.
fn ships_in_repeated_phrases(
    text: &str,
    mentions: &[Mention],
    ships: &HashSet<String>,
) -> Vec<String> {
    let is_nationality = |mention: &Mention| {
        mention.label == Label::Misc
            && ends_with_word(text[..mention.span.start as usize].trim_end(), "the")
    };
    let mut end_of_paragraph = 0;
    let mut found = Vec::new();
    for (at, mention) in mentions.iter().enumerate().filter(|(_, one)| is_nationality(one)) {
        let (start, end) = (mention.span.start as usize, mention.span.end as usize);
        if let Some(ship) = mentions.get(at + 1)
            && ships.contains(&fold_word(&text[ship.span.byte_range()]))
            && SHIP_WORDS.nouns.contains(&text[end..ship.span.start as usize].trim())
        {
            end_of_paragraph = start + text[start..].find('\n').unwrap_or(text.len() - start);
        }
        let word = text[end..].split_whitespace().next().unwrap_or_default();
        let behind = text[end..].trim_start()[word.len()..].trim_start();
        let is_word = word.starts_with(char::is_uppercase)
            && word.chars().all(char::is_alphabetic)
            && !is_title_or_rank(word);
        if start < end_of_paragraph && is_word && behind.starts_with(char::is_lowercase) {
            found.push(fold_word(word));
        }
    }
    found
}

/// `text` without its end, if that is `end`, whatever the case of its letters.
fn strip_end<'a>(text: &'a str, end: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(end.len())?;
    text.get(at..)?.eq_ignore_ascii_case(end).then(|| &text[..at])
}

fn ends_with_word(text: &str, word: &str) -> bool {
    strip_end(text, word).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// Marks the names of ships of one word that the engine missed.
fn mark_missed(text: &str, words: &Words, mentions: &mut Vec<Mention>, ships: &HashSet<String>) {
    let Some(&first) = mentions.first() else { return };
    let missed: Vec<TextSpan> = words
        .tokens
        .iter()
        .filter(|token| token.kind == TokenKind::Word)
        .filter(|token| text[token.span.byte_range()].starts_with(char::is_uppercase))
        .filter(|token| ships.contains(&fold_word(&text[token.span.byte_range()])))
        .filter(|token| overlapping_mention(mentions, token.span).is_none())
        .map(|token| token.span)
        .collect();
    let mention = |span| Mention { span, label: Label::Misc, ..first };
    mentions.extend(missed.into_iter().map(mention));
    mentions.sort_unstable_by_key(|mention| mention.span.start);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::test_support::{mentions_of, show, words_of};

    #[test]
    fn words_around_a_name_show_a_ship() {
        let cases = [
            ("The trawler [LOC Belo] left.", "The trawler [MISC Belo] left."),
            (
                "The PATROL BOAT TAPAKA. [ORG Tapaka], a ship",
                "The PATROL BOAT TAPAKA. [ORG Tapaka], a ship",
            ),
            (
                "BOAT TAPAKA. The patrol boat [ORG Tapaka] left.",
                "BOAT [MISC TAPAKA]. The patrol boat [MISC Tapaka] left.",
            ),
            (
                "that two of his trawlers, the [LOC Mako Star] and the [LOC Ray], were sold",
                "that two of his trawlers, the [MISC Mako Star] and the [MISC Ray], were sold",
            ),
            (
                "one of the vessels, the [LOC Ray], is old. The [LOC Ray] left.",
                "one of the vessels, the [MISC Ray], is old. The [MISC Ray] left.",
            ),
            ("[PER Abadie] commanded the [LOC Ray].", "[PER Abadie] commanded the [MISC Ray]."),
            (
                "[LOC Mali]'s [LOC Tembo] did not sail; he",
                "[LOC Mali]'s [MISC Tembo] did not sail; he",
            ),
            ("[LOC Mali]’s [ORG Tembo] docked.", "[LOC Mali]’s [MISC Tembo] docked."),
            ("[LOC Mali]'s [PER Dorn] sailed", "[LOC Mali]'s [PER Dorn] sailed"),
            ("[LOC Mali]'s [LOC Gao] said no", "[LOC Mali]'s [LOC Gao] said no"),
            ("[LOC Mali], [LOC Gao] sailed", "[LOC Mali], [LOC Gao] sailed"),
            (
                "The [MISC Kenyan] frigate [LOC Mako] fired. The [MISC Malian] Tembo answered.",
                "The [MISC Kenyan] frigate [MISC Mako] fired. The [MISC Malian] [MISC Tembo] answered.",
            ),
            (
                "The [MISC Kenyan] frigate [LOC Mako] fired. The [MISC Malian] Admiral said no.",
                "The [MISC Kenyan] frigate [MISC Mako] fired. The [MISC Malian] Admiral said no.",
            ),
            (
                "The [MISC Kenyan] frigate [LOC Mako] fired.\nThe [MISC Malian] Embassy said no.",
                "The [MISC Kenyan] frigate [MISC Mako] fired.\nThe [MISC Malian] Embassy said no.",
            ),
            ("Ships of [LOC Mali] sailed.", "Ships of [LOC Mali] sailed."),
            ("[PER Abadie] sailed on Monday.", "[PER Abadie] sailed on Monday."),
            ("the vessel left the [LOC Sudan].", "the vessel left the [LOC Sudan]."),
            (
                "ships of the [LOC Sudan], the [LOC Gambia], left",
                "ships of the [LOC Sudan], the [LOC Gambia], left",
            ),
            (
                "the boat [PER Anna Dorn] sank; [PER Anna Dorn] wept",
                "the boat [PER Anna Dorn] sank; [PER Anna Dorn] wept",
            ),
            ("friendship [PER Dorn] valued", "friendship [PER Dorn] valued"),
        ];
        for (given, expected) in cases {
            let (text, mut mentions) = mentions_of(given);
            label_ships(&text, &words_of(&text), &mut mentions);
            assert_eq!(show(&text, &mentions), expected);
        }
    }
}
