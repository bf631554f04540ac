//! Offices of a document that stand for people, as an archive stores them.
//!
//! They are one column of JSON. A holder whom the document names is kept as the span of
//! that mention, so that decisions on the mention and new links across documents apply to
//! the office too. Another holder is kept by id and name.

use chancery_model::{
    DocumentEntities, Entity, Evidence, Label, Mention, OfficeReference, TextSpan,
};
use rusqlite::OptionalExtension;
use serde::{Deserialize, Serialize};

use crate::codec::{self, damaged_error};
use crate::error::StoreError;
use crate::numbers::DocumentNumber;
use crate::overlay;
use crate::stored_mention::StoredMention;
use crate::views::{Documents, Entities};

/// Words that the name of an office has or lacks: "Foreign Minister of Mali".
const UNTELLING_WORDS: [&str; 4] = ["of", "the", "to", "for"];

/// An office in a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredOffice {
    span: TextSpan,
    pub(crate) office: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    holder: Option<StoredHolder>,
    #[serde(default)]
    score: f32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<Evidence>,
}

/// Who holds an office.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredHolder {
    /// The person of a mention in the document.
    Mention(TextSpan),
    /// A person whom the document does not name, of the knowledge base.
    Person { id: String, name: String },
}

/// Encodes the offices of a document; nothing if it has none.
pub(crate) fn encode_offices(mentions: &[Mention], entities: &DocumentEntities) -> Vec<u8> {
    if entities.offices.is_empty() {
        return Vec::new();
    }
    let stored: Vec<StoredOffice> = entities
        .offices
        .iter()
        .map(|office| {
            let antecedent = office.antecedent.and_then(|at| mentions.get(at as usize));
            let person = || {
                let Entity { id, name, .. } = entities.entities.get(office.entity? as usize)?;
                Some(StoredHolder::Person { id: id.clone(), name: name.clone() })
            };
            StoredOffice {
                span: office.span,
                office: office.office.clone(),
                country: office.country.clone(),
                holder: antecedent
                    .map(|mention| StoredHolder::Mention(mention.span))
                    .or_else(person),
                score: office.score,
                evidence: office.evidence.clone(),
            }
        })
        .collect();
    codec::compress(&serde_json::to_vec(&stored).expect("plain data"))
}

/// The words under which an office is found.
pub(crate) fn telling_words(office: &str) -> String {
    let words = office.split_whitespace();
    let telling = words.filter(|word| {
        !UNTELLING_WORDS.iter().any(|untelling| word.eq_ignore_ascii_case(untelling))
    });
    telling.collect::<Vec<_>>().join(" ")
}

impl Documents<'_> {
    /// Returns the offices of a document.
    pub(crate) fn stored_offices(
        self,
        number: DocumentNumber,
    ) -> Result<Vec<StoredOffice>, StoreError> {
        let sql = "SELECT offices FROM annotations WHERE document = ?1";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let packed: Option<Vec<u8>> = statement.query_row([number], |row| row.get(0)).optional()?;
        match packed.filter(|packed| !packed.is_empty()) {
            Some(packed) => {
                serde_json::from_slice(&codec::decompress(&packed)?).map_err(damaged_error)
            }
            None => Ok(Vec::new()),
        }
    }

    /// Returns where offices of a document stand for people.
    pub(crate) fn office_spans(self, number: DocumentNumber) -> Result<Vec<TextSpan>, StoreError> {
        Ok(self.stored_offices(number)?.into_iter().map(|office| office.span).collect())
    }

    /// Returns the names of the offices of a document, for the index, without repeats.
    pub(crate) fn office_names(self, number: DocumentNumber) -> Result<Vec<String>, StoreError> {
        let offices = self.stored_offices(number)?;
        let mut names: Vec<String> =
            offices.iter().map(|stored| telling_words(&stored.office)).collect();
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }
}

impl Entities<'_> {
    /// Adds the offices of a document to its entities, with the decisions of users
    /// applied to their holders.
    pub(crate) fn add_offices(
        self,
        number: DocumentNumber,
        mentions: &[StoredMention],
        found: &mut DocumentEntities,
    ) -> Result<(), StoreError> {
        for stored in self.archive.documents().stored_offices(number)? {
            let StoredOffice { span, office, country, holder, score, evidence } = stored;
            let mut antecedent = None;
            let entity = match holder {
                Some(StoredHolder::Mention(span)) => {
                    let at = mentions.iter().position(|stored| stored.mention.span == span);
                    antecedent = at.map(|at| at as u32);
                    at.and_then(|at| found.link_of_mention(at)).map(|link| link.entity)
                }
                Some(StoredHolder::Person { id, name }) => {
                    Some(self.holder_number(id, name, score, &evidence, found)?)
                }
                None => None,
            };
            let is_known = entity.is_some();
            found.offices.push(OfficeReference {
                span,
                office,
                country,
                entity,
                antecedent: antecedent.filter(|_| is_known),
                score: if is_known { score } else { 0.0 },
                evidence: if is_known { evidence } else { Vec::new() },
            });
        }
        Ok(())
    }

    /// Returns the index of a holder whom no mention names, and adds the entity if it is
    /// new.
    pub(crate) fn holder_number(
        self,
        id: String,
        name: String,
        score: f32,
        evidence: &[Evidence],
        found: &mut DocumentEntities,
    ) -> Result<u32, StoreError> {
        let mut holder = Entity {
            id,
            same_as: None,
            label: Label::Per,
            name,
            score,
            evidence: evidence.to_vec(),
        };
        if let Some(own) = overlay::find_own_entity_number(&self.archive.db, &holder.id)? {
            let known = self.get(self.follow_decisions(own)?)?;
            (holder.id, holder.name, holder.label) = (known.id, known.name, known.label);
        }
        if let Some(at) = found.entities.iter().position(|entity| entity.id == holder.id) {
            return Ok(at as u32);
        }
        found.entities.push(holder);
        Ok(found.entities.len() as u32 - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offices_are_found_with_and_without_small_words() {
        for (name, words) in [
            ("Foreign Minister of Mali", "Foreign Minister Mali"),
            ("President of the United States", "President United States"),
            ("U.S. Ambassador to Mali", "U.S. Ambassador Mali"),
            ("of the", ""),
        ] {
            assert_eq!(telling_words(name), words);
        }
    }
}
