//! Acronyms of a document, and the names that they stand for.
//!
//! A document that does not explain its acronym may have it explained by another one:
//! [`profile_of_acronym`] says what each document has for that.

use std::collections::HashMap;

use chancery_model::{Label, LinkKind, Mention};

use crate::authority_list::AuthorityList;
use crate::normalise;
use crate::orgs_and_places::OtherEntity;

/// Words that acronyms leave out.
const ACRONYM_STOP_WORDS: &[&str] =
    &["of", "for", "and", "the", "in", "on", "to", "de", "la", "del", "du", "et"];

/// Returns the names in the document, with their mentions, by their acronyms.
pub(crate) fn collect_expansions(
    text: &str,
    mentions: &[Mention],
) -> HashMap<String, (String, u32)> {
    let mut expansions = HashMap::new();
    for (number, mention) in mentions.iter().enumerate() {
        let surface = &text[mention.span.byte_range()];
        if mention.label == Label::Per || !surface.contains(' ') || surface.len() > 120 {
            continue;
        }
        let folded = normalise::normalise_words(surface);
        let initials = |all: bool| -> String {
            let words = folded.split(' ').filter(|word| all || !ACRONYM_STOP_WORDS.contains(word));
            words.filter_map(|word| word.chars().next()).collect()
        };
        for acronym in [initials(false), initials(true)] {
            if acronym.len() > 1 {
                expansions.entry(acronym).or_insert((folded.clone(), number as u32));
            }
        }
        // The text gives it: "Salafist Group for Preaching and Combat (GSPC)".
        let rest = &text[mention.span.end as usize..];
        let inside = rest.strip_prefix(" (").unwrap_or_default();
        let short = &inside[..inside.bytes().take_while(|byte| is_acronym_byte(*byte)).count()];
        if is_acronym(short) && inside[short.len()..].starts_with(')') {
            expansions.insert(normalise::normalise_words(short), (folded, number as u32));
        }
    }
    expansions
}

/// An organisation of a document that an acronym names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcronymProfile {
    /// The number of the entity.
    pub entity: u32,
    /// The letters of the acronym, in small letters.
    pub letters: String,
    /// Whether the document says what it stands for: "Front for Rest (FR)". If not, the
    /// document has nothing but the acronym.
    pub is_explained: bool,
}

/// Returns the acronym of an organisation, if the document explains it in brackets or has
/// no other name of it. `number` is that of the entity.
pub(crate) fn profile_of_acronym(
    text: &str,
    mentions: &[Mention],
    other: &OtherEntity,
    number: u32,
) -> Option<AcronymProfile> {
    if other.label != Label::Org || other.id.contains('@') {
        return None;
    }
    let surface = |mention: u32| &text[mentions[mention as usize].span.byte_range()];
    let letters = |mention: u32| normalise::normalise_words(surface(mention)).replace(' ', "");
    let profile =
        |letters, is_explained| Some(AcronymProfile { entity: number, letters, is_explained });
    let explains = |&(mention, kind, antecedent): &(u32, LinkKind, Option<u32>)| {
        let long = mentions[antecedent? as usize].span;
        let inside = text[long.end as usize..].strip_prefix(" (")?;
        let in_brackets = inside.strip_prefix(surface(mention))?.starts_with(')');
        (kind == LinkKind::Acronym && in_brackets).then(|| letters(mention))
    };
    if let Some(letters) = other.mentions.iter().find_map(explains) {
        return profile(letters, true);
    }
    let first = other.mentions.first()?.0;
    let is_bare = |&(mention, kind, _): &(u32, LinkKind, Option<u32>)| {
        kind == LinkKind::Name && is_acronym(surface(mention))
    };
    let is_only_acronym = other.evidence.is_empty() && other.mentions.iter().all(is_bare);
    if is_only_acronym { profile(letters(first), false) } else { None }
}

fn is_acronym(surface: &str) -> bool {
    let letters = surface.bytes().filter(u8::is_ascii_uppercase).count();
    (2..=10).contains(&letters) && surface.bytes().all(is_acronym_byte)
}

fn is_acronym_byte(byte: u8) -> bool {
    byte.is_ascii_uppercase() || matches!(byte, b'.' | b'-' | b'/')
}

/// Returns the long form of a name, the kind of link and the mention that gives
/// the long form.
pub(crate) fn expand_acronym(
    folded: &str,
    surface: &str,
    expansions: &HashMap<String, (String, u32)>,
    authority_list: &AuthorityList,
) -> (String, LinkKind, Option<u32>) {
    if is_acronym(surface) {
        let letters = folded.replace(' ', "");
        if let Some((long, antecedent)) = expansions.get(&letters) {
            return (long.clone(), LinkKind::Acronym, Some(*antecedent));
        }
        if let Some(long) = authority_list.expand_abbreviation(&letters) {
            return (long.to_owned(), LinkKind::Acronym, None);
        }
        return (letters, LinkKind::Name, None);
    }
    (folded.to_owned(), LinkKind::Name, None)
}

#[cfg(test)]
mod tests {
    use chancery_model::{MentionSource, TextSpan};

    use super::*;

    #[test]
    fn acronyms_are_explained_in_brackets_or_stand_alone() {
        let long = [(0, LinkKind::Name, None), (1, LinkKind::Acronym, Some(0))];
        let cases = [
            ("The #Front for Rest# (#FR#) won.", &long[..], Some(("fr", true))),
            // Initials alone may be by chance.
            ("The #Front for Rest# won; #FR# lost.", &long[..], None),
            ("The #FR# won.", &[(0, LinkKind::Name, None)][..], Some(("fr", false))),
            ("The #Front# won.", &[(0, LinkKind::Name, None)][..], None),
        ];
        for (marked, links, expected) in cases {
            let parts: Vec<&str> = marked.split('#').collect();
            let starts = parts.iter().scan(0, |at, part| {
                let start = *at;
                *at += part.len();
                Some(start)
            });
            let mentions: Vec<Mention> = starts
                .zip(&parts)
                .skip(1)
                .step_by(2)
                .map(|(start, part)| Mention {
                    span: TextSpan::from_range(start..start + part.len()),
                    label: Label::Org,
                    score: 1.0,
                    source: MentionSource::Imported,
                })
                .collect();
            let other = OtherEntity {
                label: Label::Org,
                id: "org:front".into(),
                name: "Front".into(),
                score: 1.0,
                evidence: Vec::new(),
                mentions: links.to_vec(),
            };
            let found = profile_of_acronym(&parts.concat(), &mentions, &other, 7);
            let expected = expected.map(|(letters, is_explained)| AcronymProfile {
                entity: 7,
                letters: letters.to_owned(),
                is_explained,
            });
            assert_eq!(found, expected, "{marked}");
        }
    }
}
