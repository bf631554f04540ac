//! The countries that the remarks on persons name.

use crate::context::{LinkContext, iso_from_country_name};
use crate::countries;
use crate::knowledge_base::{KnowledgeBase, PersonRecord};
use crate::normalise;

/// How the countries of a remark stand to the document.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RemarkCountry {
    /// The remark names none that the document mentions.
    Unmentioned,
    /// It names one that the document mentions.
    Mentioned,
    /// It names the country of the post.
    OfPost,
}

/// How the nearest of the countries of a remark, other than the United States, stands to
/// the document.
pub(super) fn nearest_country(named: &[&str], context: &LinkContext) -> RemarkCountry {
    let relation = |iso: &str| match context.country_weight(iso) {
        0 => RemarkCountry::Unmentioned,
        _ if iso == "US" => RemarkCountry::Unmentioned,
        _ if context.post_iso() == Some(iso) => RemarkCountry::OfPost,
        _ => RemarkCountry::Mentioned,
    };
    named.iter().map(|iso| relation(iso)).max().unwrap_or(RemarkCountry::Unmentioned)
}

/// The ISO codes of the countries that a remark names, in its order.
pub(super) fn countries_of_remark(
    knowledge_base: KnowledgeBase<'static>,
    person: &PersonRecord<'_>,
) -> Vec<&'static str> {
    let folded = normalise::normalise_words(person.remark);
    let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    let mut named = Vec::new();
    for length in 1..=3 {
        for words in words.windows(length) {
            let name = words.join(" ");
            named.extend(countries::countries_by_name(&name).iter().map(|(_, iso)| *iso));
            named.extend(iso_from_country_name(&name, knowledge_base));
        }
    }
    named
}
