//! Mentions as an archive stores them: each with its link to an entity.
//!
//! The mentions of a document are one column of varints and one of JSON. The JSON
//! has the distinct sources and links, which the numbers refer to.

use std::collections::BTreeSet;

use chancery_model::{Certainty, Evidence, Label, LinkKind, Mention, MentionSource, TextSpan};
use serde::{Deserialize, Serialize};

use crate::codec::{damaged_error, read_varint, write_varint};
use crate::error::StoreError;
use crate::numbers::EntityNumber;

/// A stored mention: as the engine found it, or with the decisions of users
/// applied.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredMention {
    /// The mention.
    pub mention: Mention,
    /// Its link, unless the resolver abstained.
    pub link: Option<StoredLink>,
    /// Whether a decision affected it.
    pub decided: bool,
}

/// The link from a stored mention to an entity.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredLink {
    /// The entity. After the decisions of users, never one that was merged into
    /// another.
    pub entity: EntityNumber,
    /// Probability, 0 to 1.
    pub score: f32,
    /// How the mention refers to the entity.
    pub kind: LinkKind,
    /// The evidence that the entity is this one.
    pub evidence: Vec<Evidence>,
}

impl StoredMention {
    /// Returns a mention of the engine.
    pub(crate) fn from_engine(mention: Mention, link: Option<StoredLink>) -> Self {
        Self { mention, link, decided: false }
    }

    /// Returns the entity of the mention.
    pub fn entity(&self) -> Option<EntityNumber> {
        self.link.as_ref().map(|link| link.entity)
    }

    /// Returns where mentions name one of these entities, in order.
    pub fn spans_of(mentions: &[Self], entities: &BTreeSet<EntityNumber>) -> Vec<TextSpan> {
        let is_one = |one: &&Self| one.entity().is_some_and(|one| entities.contains(&one));
        mentions.iter().filter(is_one).map(|one| one.mention.span).collect()
    }

    /// Returns the kind and the evidence of the link as a sentence for users. It
    /// is empty without a link.
    pub fn reason(&self) -> String {
        self.link.as_ref().map(StoredLink::reason).unwrap_or_default()
    }
}

impl StoredLink {
    /// Returns how certain the link is, or `None` if the id is made from the name.
    pub fn certainty(&self) -> Option<Certainty> {
        (!self.evidence.is_empty()).then(|| Certainty::from_score(self.score))
    }

    /// Returns the kind and the evidence as a sentence for users.
    pub fn reason(&self) -> String {
        let kind = self.kind.as_str();
        match chancery_model::evidence_sentence(&self.evidence).as_str() {
            "" => kind.to_owned(),
            evidence => format!("{kind}; {evidence}"),
        }
    }
}

/// The distinct sources and links of a document's mentions, stored as JSON.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct InternedValues {
    pub(crate) sources: Vec<MentionSource>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) links: Vec<InternedLink>,
}

/// What links of several mentions have in common.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct InternedLink {
    pub(crate) kind: LinkKind,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) evidence: Vec<Evidence>,
}

/// Encodes mentions: a column of numbers, and the JSON that they refer to.
pub(crate) fn encode_mentions(stored: &[StoredMention]) -> (Vec<u8>, String) {
    let mut out = Vec::with_capacity(stored.len() * 12);
    let mut interned = InternedValues::default();
    let mut before = 0;
    for StoredMention { mention, link, decided: _ } in stored {
        write_varint(&mut out, u64::from(mention.span.start - before));
        write_varint(&mut out, u64::from(mention.span.len()));
        write_varint(
            &mut out,
            Label::ALL.iter().position(|&label| label == mention.label).unwrap_or(0) as u64,
        );
        out.extend(mention.score.to_le_bytes());
        write_varint(&mut out, intern_value(&mut interned.sources, &mention.source));
        match link {
            None => write_varint(&mut out, 0),
            Some(link) => {
                write_varint(&mut out, link.entity.0 as u64);
                out.extend(link.score.to_le_bytes());
                write_varint(&mut out, intern_link(&mut interned.links, link));
            }
        }
        before = mention.span.start;
    }
    (out, serde_json::to_string(&interned).expect("plain data"))
}

/// Decodes the output of [`encode_mentions`].
pub(crate) fn decode_mentions(
    mut packed: &[u8],
    interned: &str,
) -> Result<Vec<StoredMention>, StoreError> {
    let interned: InternedValues = serde_json::from_str(interned).map_err(damaged_error)?;
    let mut stored = Vec::new();
    let mut before = 0;
    while !packed.is_empty() {
        let next = decode_mention(&mut packed, &interned, before);
        let next = next.ok_or_else(|| damaged_error("a list of mentions is truncated"))?;
        before = next.mention.span.start;
        stored.push(next);
    }
    Ok(stored)
}

fn decode_mention(
    packed: &mut &[u8],
    interned: &InternedValues,
    before: u32,
) -> Option<StoredMention> {
    let start = before.checked_add(u32::try_from(read_varint(packed)?).ok()?)?;
    let end = start.checked_add(u32::try_from(read_varint(packed)?).ok()?)?;
    let label = *Label::ALL.get(usize::try_from(read_varint(packed)?).ok()?)?;
    let score = read_float(packed)?;
    let source = *interned.sources.get(usize::try_from(read_varint(packed)?).ok()?)?;
    let link = match read_varint(packed)? {
        0 => None,
        entity => {
            let (entity, score) = (EntityNumber(i64::try_from(entity).ok()?), read_float(packed)?);
            let interned = interned.links.get(usize::try_from(read_varint(packed)?).ok()?)?;
            let InternedLink { kind, evidence } = interned.clone();
            Some(StoredLink { entity, score, kind, evidence })
        }
    };
    let mention = Mention { span: TextSpan::new(start, end), label, score, source };
    Some(StoredMention::from_engine(mention, link))
}

/// Returns the index of `value` in `list`, and appends it if it is new.
fn intern_value<T: PartialEq + Clone>(list: &mut Vec<T>, value: &T) -> u64 {
    let at = list.iter().position(|one| one == value).unwrap_or_else(|| {
        list.push(value.clone());
        list.len() - 1
    });
    at as u64
}

/// Returns the index of a link's kind and evidence in `list`, and appends them if
/// they are new.
fn intern_link(list: &mut Vec<InternedLink>, link: &StoredLink) -> u64 {
    let same = |one: &InternedLink| one.kind == link.kind && one.evidence == link.evidence;
    let at = list.iter().position(same).unwrap_or_else(|| {
        list.push(InternedLink { kind: link.kind, evidence: link.evidence.clone() });
        list.len() - 1
    });
    at as u64
}

fn read_float(packed: &mut &[u8]) -> Option<f32> {
    let (bytes, rest) = packed.split_first_chunk::<4>()?;
    *packed = rest;
    Some(f32::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Gap, length, label, score, source and link of a mention.
    type MentionParts = (u32, u32, usize, f32, u16, Option<(i64, f32, usize, String)>);

    fn any_mention() -> impl Strategy<Value = MentionParts> {
        let kinds = 0..LinkKind::ALL.len();
        let link = (1..1_i64 << 40, 0.0..1.0_f32, kinds, "[a-c]{0,2}");
        (0..5000_u32, 1..60_u32, 0..4_usize, 0.0..1.0_f32, 0..3_u16, prop::option::of(link))
    }

    proptest! {
        #[test]
        fn mentions_are_read_back_equal(raw in prop::collection::vec(any_mention(), 0..40)) {
            let mut start = 0;
            let mut all = Vec::new();
            for (gap, len, label, score, source, link) in raw {
                start += gap;
                let span = TextSpan::new(start, start + len);
                let (label, source) = (Label::ALL[label], MentionSource::Fast(source));
                let link = link.map(|(entity, score, kind, sentence)| StoredLink {
                    entity: EntityNumber(entity),
                    score,
                    kind: LinkKind::ALL[kind],
                    evidence: chancery_model::evidence_from_sentence(&sentence),
                });
                let mention = Mention { span, label, score, source };
                all.push(StoredMention::from_engine(mention, link));
            }
            let (packed, interned) = encode_mentions(&all);
            prop_assert_eq!(decode_mentions(&packed, &interned).expect("readable"), all);
        }

        #[test]
        fn damaged_mentions_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = decode_mentions(&bytes, r#"{"sources":["given"],"links":[{"kind":"name"}]}"#);
        }
    }
}
