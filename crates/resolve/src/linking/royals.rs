//! Kings, queens and princes who are called by one name.
//!
//! Rulers of several countries have one first name. The country decides: the one that
//! the text states, or else the one of which the document speaks most. In a telegram
//! from a monarchy, a prince of the post comes before others. A king of the post is
//! stated: a name that its king does not have is that of another.

use super::LinkQuery;
use crate::knowledge_base::{KnowledgeBase, PersonRecord};
use crate::name::{NameFit, Title, TitleSet};
use crate::normalise;
use crate::persons::is_monarchy;

/// Titles that stand before a first name.
const ROYAL: [Title; 4] = [Title::King, Title::Queen, Title::Prince, Title::Princess];

/// Titles of persons who take a name with a numeral.
const REGNAL: [Title; 4] = [Title::King, Title::Queen, Title::Prince, Title::Pope];

/// Titles that stand before a surname: "the King received President Osei".
const OTHERS: [Title; 5] =
    [Title::President, Title::Premier, Title::Ambassador, Title::Secretary, Title::Senator];

/// Whether the document calls a king, queen or prince by one name.
pub(super) fn is_called_by_one_name(query: &LinkQuery<'_>) -> bool {
    !query.name.has_several_words()
        && query.titles.contains_any(&ROYAL)
        && !query.titles.contains_any(&OTHERS)
}

/// How near the country of a ruler is to the document, with the country; 0 excludes the
/// ruler. `countries` are those that the remark on the person names.
pub(super) fn nearness_of_realm(
    knowledge_base: KnowledgeBase<'static>,
    person: &PersonRecord<'static>,
    countries: &[&'static str],
    query: &LinkQuery<'_>,
) -> (u32, &'static str) {
    let context = query.context;
    let ruled = knowledge_base.terms_of(person).filter(|term| term.office == "monarch");
    let mut realms: Vec<&'static str> = ruled.map(|term| term.country).collect();
    if realms.is_empty() {
        realms.extend(countries);
    }
    if let Some(realm) = query.realm {
        return (u32::from(realms.contains(&realm)), realm);
    }
    let weighed = realms.iter().map(|iso| (context.country_weight(iso), *iso));
    let (weight, iso) = weighed.max().unwrap_or_default();
    let is_ruler = query.titles.contains_any(&[Title::King, Title::Queen]);
    let post = context.post_iso().filter(|post| is_monarchy(post, context.document_year()));
    match post.filter(|_| !is_ruler) {
        Some(post) if !realms.contains(&post) && weight <= context.country_weight(post) => (0, iso),
        _ => (weight, iso),
    }
}

/// Whether a name has more words than that of a ruler who has one: "Shaykh Hassan Osei" is
/// not King Hassan.
pub(super) fn is_longer_than_regnal(fit: NameFit, known: TitleSet) -> bool {
    known.contains_any(&REGNAL) && matches!(fit, NameFit::Full(strength) if strength < 0.5)
}

/// Whether the document gives a numeral that a ruler of this one name does not have.
pub(super) fn has_other_numeral(
    person: &PersonRecord<'_>,
    known: TitleSet,
    query: &LinkQuery<'_>,
) -> bool {
    let is_numeral = |suffix: &&str| suffix.chars().all(|letter| matches!(letter, 'i' | 'v' | 'x'));
    let Some(numeral) = query.name.suffix.as_deref().filter(is_numeral) else { return false };
    let has = |name: &str| normalise::normalise_words(name).split(' ').any(|word| word == numeral);
    !query.name.has_several_words()
        && known.contains_any(&REGNAL)
        && !std::iter::once(person.name).chain(person.other_names.lines()).any(has)
}
