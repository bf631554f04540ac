//! Groups mentions of persons by equal words and titles.

use std::collections::HashMap;

use chancery_model::{Label, Mention, TextSpan};

use super::Surroundings;
use super::realms::realm_of_ruler;
use crate::countries::is_us_state_name;
use crate::name::{PersonName, TitleSet, is_given_name};
use crate::normalise;
use crate::title::{SurroundingTitles, find_titles_around};

/// Mentions with the same words, significant titles and realm.
pub(super) struct MentionGroup {
    pub(super) name: PersonName,
    pub(super) titles: TitleSet,
    pub(super) mentions: Vec<u32>,
    /// Whether the mentions are signatures of the document.
    pub(super) is_signature: bool,
    /// Whether the name may be a plural after "the", a family: "the Kennedys".
    pub(super) is_plural: bool,
    /// The country of a king or queen.
    pub(super) realm: Option<&'static str>,
}

/// Groups the mentions of persons, signatures apart. Appends the titles around each mention to
/// `around_each`.
pub(super) fn group_mentions(
    text: &str,
    mentions: &[Mention],
    sources: Surroundings<'_>,
    around_each: &mut Vec<(u32, SurroundingTitles)>,
) -> Vec<MentionGroup> {
    type Realm = Option<&'static str>;
    type Key = (Vec<String>, Option<String>, TitleSet, bool, Realm);
    let mut groups: Vec<MentionGroup> = Vec::new();
    let mut by_words: HashMap<(&str, TitleSet, bool, Realm), usize> = HashMap::new();
    let mut same: HashMap<Key, usize> = HashMap::new();
    for (number, mention) in mentions.iter().enumerate() {
        if mention.label != Label::Per || is_town_of_state(text, mentions, number) {
            continue;
        }
        let around = find_titles_around(text, mentions, number);
        around_each.push((number as u32, around));
        let surface = with_given_name(text, mentions, number);
        let is_signature = sources.signatures.iter().any(|span| span.overlaps(&mention.span));
        let realm = realm_of_ruler(text, mentions, number, around, sources);
        let key = (surface, around.titles.significant_only(), is_signature, realm);
        let at = *by_words.entry(key).or_insert_with(|| {
            let name = PersonName::new(surface);
            let titles = around.titles.union_with(name.titles);
            let significant = titles.significant_only();
            let key = (name.words.clone(), name.suffix.clone(), significant, is_signature, realm);
            *same.entry(key).or_insert_with(|| {
                let plural = !name.has_several_words() && is_plural_name(text, mention.span);
                let (mentions, is_plural) = (Vec::new(), plural);
                groups.push(MentionGroup {
                    name,
                    titles,
                    mentions,
                    is_signature,
                    is_plural,
                    realm,
                });
                groups.len() - 1
            })
        });
        groups[at].mentions.push(number as u32);
        groups[at].titles = groups[at].titles.union_with(around.titles);
    }
    groups.retain(|group| !group.name.words.is_empty());
    groups
}

/// The words of a mention, with the given name directly before a surname that the mention
/// lacks: "Francisco {Santos}" is not every Santos.
fn with_given_name<'t>(text: &'t str, mentions: &[Mention], number: usize) -> &'t str {
    let span = mentions[number].span;
    let surface = &text[span.byte_range()];
    let floor = number.checked_sub(1).map_or(0, |before| mentions[before].span.end as usize);
    let before = text.get(floor..span.start as usize).unwrap_or("");
    let Some(before) = before.strip_suffix(' ') else { return surface };
    let word = before.rsplit(|letter: char| !letter.is_alphabetic()).next().unwrap_or("");
    let is_name = word.starts_with(char::is_uppercase)
        && is_given_name(&normalise::normalise_words(word))
        && surface.starts_with(char::is_uppercase)
        && !surface.contains(char::is_whitespace);
    match is_name {
        true => &text[span.start as usize - 1 - word.len()..span.end as usize],
        false => surface,
    }
}

/// Whether a comma and a State of the United States follow: "Toledo, Ohio".
fn is_town_of_state(text: &str, mentions: &[Mention], number: usize) -> bool {
    let Some(next) = mentions.get(number + 1).filter(|next| next.label == Label::Loc) else {
        return false;
    };
    let between = &text[mentions[number].span.end as usize..next.span.start as usize];
    between == ", " && is_us_state_name(&normalise::normalise_words(&text[next.span.byte_range()]))
}

/// Whether "the" precedes a name that ends like a plural.
fn is_plural_name(text: &str, span: TextSpan) -> bool {
    let name = &text[span.byte_range()];
    let before = text[..span.start as usize].trim_end();
    let (_, word) = before.rsplit_once(char::is_whitespace).unwrap_or(("", before));
    name.ends_with(['s', 'S']) && word.eq_ignore_ascii_case("the")
}

/// Returns the possible singulars of a normalised plural: "kennedys", "joneses".
pub(super) fn possible_singulars(plural: &str) -> impl Iterator<Item = &str> {
    ["s", "es"].into_iter().filter_map(|ending| plural.strip_suffix(ending))
}
