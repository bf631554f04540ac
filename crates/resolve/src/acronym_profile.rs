//! What a document has for joining its acronyms with those of other documents.
//!
//! A document that does not explain its acronym may have it explained by another one.

use chancery_model::{Label, LinkKind, Mention};

use crate::acronyms::is_acronym;
use crate::normalise;
use crate::orgs_and_places::OtherEntity;

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
