//! Rules over the mentions of a whole document, which both engines obey.
//!
//! The engines decide word by word. What a document says once about a name
//! holds for the rest of it: that two surnames are one person's
//! ([`double_surnames`]), what an abbreviation stands for ([`abbreviations`],
//! [`known_initials`]), which
//! names are ships, streets or companies ([`named_things`], [`ships`], [`companies`]), which
//! hyphenated words are one name ([`whole_words`]), and which initials are persons ([`initials`]). A noun names
//! an institution ([`institutions`]), the words around a name a place ([`places`]), and
//! "e-mail" the two persons before it ([`letters`]). The letters of lists are no initials
//! ([`list_letters`]). What holds two names is parted
//! ([`joined_names`]), an unknown word before a verb is a person ([`unknown_subjects`]),
//! and what is no name is not marked ([`no_names`]).
//! [`agreement`] settles the same name that was read in several ways.

mod abbreviations;
mod agreement;
mod companies;
mod double_surnames;
mod initials;
mod institutions;
mod joined_names;
mod known_initials;
mod letters;
mod list_letters;
mod named_things;
mod no_names;
mod places;
mod ships;
#[cfg(test)]
mod test_support;
mod unknown_subjects;
mod whole_words;

use chancery_model::{Mention, TextSpan, Words};

/// Applies all rules. The mentions stay in order and without overlap.
pub(crate) fn apply_rules(text: &str, words: &Words, mentions: &mut Vec<Mention>) {
    whole_words::part_names_at_tabs(text, mentions);
    list_letters::part_list_letters(text, mentions);
    no_names::remove_no_names(text, mentions);
    joined_names::part_joined_names(text, mentions);
    whole_words::complete_hyphenated_names(text, mentions);
    whole_words::complete_code_names(text, mentions);
    double_surnames::join_double_surnames(text, words, mentions);
    known_initials::label_known_initials(text, mentions);
    named_things::label_named_things(text, mentions);
    abbreviations::label_abbreviations(text, words, mentions);
    companies::label_companies(text, mentions);
    places::label_places(text, mentions);
    ships::label_ships(text, words, mentions);
    institutions::mark_institutions(text, words, mentions);
    unknown_subjects::mark_unknown_subjects(text, words, mentions);
    agreement::agree_on_names(text, words, mentions);
    initials::mark_initials(text, mentions);
    letters::mark_writers(text, mentions);
}

/// The first mention that overlaps `span`. `mentions` are in order.
fn overlapping_mention(mentions: &[Mention], span: TextSpan) -> Option<&Mention> {
    let next = mentions.partition_point(|mention| mention.span.end <= span.start);
    mentions.get(next).filter(|mention| mention.span.start < span.end)
}
