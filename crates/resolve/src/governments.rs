//! Which government a short form like "GOI" means.
//!
//! Several governments share one short form. The text decides that spells it out
//! ("Government of Ruritania (GOR)"), then the country of the post, then the only one of
//! the governments that the text names, then the country of which the document speaks
//! most. At a tie it is the only one named before it in its sentence ("The Ruritanian
//! ambassador said that the GOR"), or else it stays open.

use std::collections::{BTreeSet, HashMap};

use chancery_model::{LinkKind, Mention};

use crate::context::LinkContext;
use crate::countries;
use crate::normalise;
use crate::places::PlaceLinker;

/// The mentions before a short form in its sentence that are looked at.
const MAX_MENTIONS_BEFORE: usize = 20;

/// The governments that a document names in full.
#[derive(Debug, Default)]
pub(crate) struct NamedGovernments {
    /// The country of a normalised short form that stands in brackets behind the name.
    explained: HashMap<String, BTreeSet<&'static str>>,
    /// The countries whose governments are named.
    named: BTreeSet<&'static str>,
    /// The countries that the sentences of a normalised short form name before it.
    in_sentences: HashMap<String, BTreeSet<&'static str>>,
}

impl NamedGovernments {
    /// Finds the governments that a document names: "Government of Ruritania".
    pub(crate) fn from_mentions(
        text: &str,
        mentions: &[Mention],
        place_linker: PlaceLinker,
    ) -> Self {
        let mut found = Self {
            in_sentences: countries_in_sentences(text, mentions, place_linker),
            ..Self::default()
        };
        for mention in mentions {
            let surface = &text[mention.span.byte_range()];
            let (before, behind) =
                (&text[..mention.span.start as usize], &text[mention.span.end as usize..]);
            let folded = normalise::normalise_words(surface);
            let rest = folded.strip_prefix("the ").unwrap_or(&folded);
            let formal = rest.strip_prefix("government of ");
            let informal = rest.strip_suffix(" government");
            let follows = ["Government of ", "Government of the ", "GOVERNMENT OF "]
                .iter()
                .any(|words| before.ends_with(words));
            let behind_adjective =
                [" Government", " GOVERNMENT"].iter().find_map(|words| behind.strip_prefix(words));
            let Some(name) = formal
                .or(informal)
                .or_else(|| (follows || behind_adjective.is_some()).then_some(rest))
            else {
                continue;
            };
            let country = place_linker.find_country(name, &LinkContext::default());
            let Some(country) = country.filter(|one| one.link_kind != LinkKind::Government) else {
                continue;
            };
            found.named.insert(country.country);
            let inside = behind_adjective.unwrap_or(behind).strip_prefix(" (");
            if let Some((short, _)) = inside.and_then(|inside| inside.split_once(')'))
                && short.len() <= 6
            {
                let short = normalise::normalise_words(short.trim_matches(['\"', '“', '”']));
                found.explained.entry(short).or_default().insert(country.country);
            }
        }
        found
    }

    /// Returns the country of a normalised short form that several countries share, or
    /// that the text explains. The outer option is `None` for other names.
    pub(crate) fn country_of_short_form(
        &self,
        folded: &str,
        context: &LinkContext,
    ) -> Option<OneCountry> {
        if let Some(explained) = self.explained.get(folded) {
            let only = explained.iter().copied().next().filter(|_| explained.len() == 1);
            if only.is_some() {
                return Some(only);
            }
        }
        let shared = countries::countries_by_name(folded);
        if shared.len() < 2 || !countries::is_short_form(folded) {
            return None;
        }
        let candidates = || shared.iter().map(|(_, iso)| *iso);
        let host = context.post_iso().filter(|post| candidates().any(|iso| iso == *post));
        let mut named = candidates().filter(|iso| self.named.contains(iso));
        let only_named = named.next().filter(|_| named.next().is_none());
        let in_sentence = || {
            let named = self.in_sentences.get(folded).filter(|named| named.len() == 1);
            named.and_then(|named| named.first().copied())
        };
        let most = || most_mentioned(candidates(), context);
        Some(host.or(only_named).or_else(most).or_else(in_sentence))
    }
}

/// The country that a short form stands for; none if it may be one of several.
type OneCountry = Option<&'static str>;

/// Finds the countries that a sentence names before a short form, among those that share
/// the short form. Of several mentions of it all countries count.
fn countries_in_sentences(
    text: &str,
    mentions: &[Mention],
    place_linker: PlaceLinker,
) -> HashMap<String, BTreeSet<&'static str>> {
    let mut found: HashMap<String, BTreeSet<&'static str>> = HashMap::new();
    for (number, mention) in mentions.iter().enumerate() {
        let folded = normalise::normalise_words(&text[mention.span.byte_range()]);
        let shared = countries::countries_by_name(&folded);
        if shared.len() < 2 || !countries::is_short_form(&folded) {
            continue;
        }
        let before = &text[..mention.span.start as usize];
        let ends = [". ", ".\n", "? ", "! ", "\n\n"].iter().filter_map(|end| before.rfind(end));
        let start = ends.max().unwrap_or(0);
        let before = mentions[..number].iter().rev().take(MAX_MENTIONS_BEFORE);
        let in_sentence = before.take_while(|other| other.span.start as usize >= start);
        let named = in_sentence.filter_map(|other| {
            let name = normalise::normalise_words(&text[other.span.byte_range()]);
            let country = place_linker.find_country(&name, &LinkContext::default())?;
            (country.link_kind != LinkKind::Government).then_some(country.country)
        });
        let may_be = |country: &&str| shared.iter().any(|(_, iso)| iso == country);
        found.entry(folded).or_default().extend(named.filter(may_be));
    }
    found
}

/// The country of which the document speaks more than of the others.
fn most_mentioned(
    candidates: impl Iterator<Item = &'static str>,
    context: &LinkContext,
) -> Option<&'static str> {
    let mut weighed: Vec<(u32, &str)> =
        candidates.map(|iso| (context.country_weight(iso), iso)).collect();
    weighed.sort_unstable_by(|a, b| b.cmp(a));
    match weighed[..] {
        [(weight, iso), (second, _), ..] if weight > second => Some(iso),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use chancery_model::{Label, MentionSource, TextSpan};

    use super::*;
    use crate::knowledge_base::KnowledgeBase;

    #[test]
    fn short_forms_mean_the_government_that_the_text_the_post_or_the_topic_gives() {
        let cases = [
            // Spelt out in the text, against post and topic.
            ("The Government of #Israel# (GOI) agreed.", ("IT", 5), ("IR", 9), Some("IL")),
            ("The #Israeli# Government (GOI) agreed.", ("", 0), ("IR", 9), Some("IL")),
            // The post, against the topic.
            ("#Iran# is named.", ("IL", 5), ("IR", 40), Some("IL")),
            ("The Government of #Iran# protested.", ("IL", 5), ("IR", 9), Some("IL")),
            // The only government named, against the topic.
            ("The Government of #Italy# agreed.", ("", 0), ("IR", 9), Some("IT")),
            // The topic; and nothing.
            ("#Iran# is named.", ("FR", 5), ("IR", 9), Some("IR")),
            ("Nothing is named in #Paris#.", ("FR", 5), ("FR", 9), None),
            // The sentence, at a tie.
            (
                "#Iran# left. The #Israeli# envoy said that the #GOI# agreed.",
                ("", 0),
                ("", 0),
                Some("IL"),
            ),
            (
                "The #Iranian# and #Israeli# envoys said that the #GOI# agreed.",
                ("", 0),
                ("", 0),
                None,
            ),
            ("The #Israeli# envoy left. The #GOI# agreed.", ("", 0), ("", 0), None),
        ];
        let place_linker = PlaceLinker::new(KnowledgeBase::load_embedded());
        for (marked, (post, weight), (topic, other), expected) in cases {
            let marks: Vec<usize> =
                marked.match_indices('#').zip(0..).map(|((at, _), nth)| at - nth).collect();
            let text = marked.replace('#', "");
            let mention = |pair: &[usize]| Mention {
                span: TextSpan::from_range(pair[0]..pair[1]),
                label: Label::Loc,
                score: 1.0,
                source: MentionSource::Imported,
            };
            let mentions: Vec<Mention> = marks.chunks(2).map(mention).collect();
            let mut context =
                LinkContext { countries: vec![(topic, other)], ..LinkContext::default() };
            if !post.is_empty() {
                context.countries.insert(0, (post, weight));
                context.post_country = "a country";
            }
            let named = NamedGovernments::from_mentions(&text, &mentions, place_linker);
            let found = named.country_of_short_form("goi", &context);
            assert_eq!(found, Some(expected), "{marked} {post} {topic}");
            assert_eq!(named.country_of_short_form("iran", &context), None);
        }
    }
}
