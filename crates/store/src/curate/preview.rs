//! What a merge will do: which of two entities remains, and what moves to it.

use chancery_model::Label;

use super::EntityReference;
use crate::archive::Archive;
use crate::error::StoreError;
use crate::numbers::EntityNumber;
use crate::queries::StoredEntity;
use crate::surname_ids::{is_bare_surname, is_surname_group, shown_name};

/// Maximum number of spellings of each side.
const MAX_SPELLINGS: usize = 8;

/// Number of documents that are read for the spellings.
const SPELLING_SAMPLE: usize = 20;

/// One of the entities of a merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeSide {
    /// Id of the entity, or of a group of surnames.
    pub id: String,
    /// Its name, as lists show it.
    pub name: String,
    /// Number of documents that name it.
    pub documents: u64,
    /// Number of its mentions.
    pub mentions: u64,
    /// Its most frequent spellings.
    pub spellings: Vec<String>,
}

/// What a merge will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergePreview {
    /// The entity that remains: the richer one.
    pub kept: MergeSide,
    /// The one whose mentions move to it.
    pub moved: MergeSide,
}

/// The entities of a merge: whose mentions move, and who remains.
pub(super) struct MergeOrder {
    pub(super) from: EntityReference,
    pub(super) into: EntityReference,
}

/// How much an archive knows of an entity: whether a list or the knowledge base has
/// it, whether a user named it, whether it has more than a surname, its words and its
/// documents.
type Richness = (bool, bool, bool, i64, u64);

impl Archive {
    /// Returns what a merge of two entities will do. The order does not matter: the
    /// richer one remains.
    ///
    /// # Errors
    /// If an entity does not exist, or they cannot be merged.
    pub fn preview_merge(&self, one: &str, other: &str) -> Result<MergePreview, StoreError> {
        let MergeOrder { from, into } = self.order_of_merge(one, other)?;
        Ok(MergePreview { kept: self.side_of(&into.id)?, moved: self.side_of(&from.id)? })
    }

    /// Decides which of two entities remains: the second, unless the first is richer.
    pub(super) fn order_of_merge(&self, from: &str, into: &str) -> Result<MergeOrder, StoreError> {
        let (from, into) = (self.reference_or_group(from)?, self.reference_or_group(into)?);
        if from.id == into.id {
            return Err(StoreError::InvalidRequest("both are already the same entity".to_owned()));
        }
        match (is_surname_group(&from.id), is_surname_group(&into.id)) {
            (true, true) => {
                let what = "both are surnames of many documents: rename one of them first";
                Err(StoreError::InvalidRequest(what.to_owned()))
            }
            (true, false) => Ok(MergeOrder { from, into }),
            (false, true) => Ok(MergeOrder { from: into, into: from }),
            (false, false) => match self.richness_of(&from.id)? > self.richness_of(&into.id)? {
                true => Ok(MergeOrder { from: into, into: from }),
                false => Ok(MergeOrder { from, into }),
            },
        }
    }

    /// Returns a reference to an entity, or to a group of surnames.
    pub(super) fn reference_or_group(&self, id: &str) -> Result<EntityReference, StoreError> {
        match self.entities().surname_group(id)? {
            Some(group) => {
                let member = self.entities().get(group.members[0])?;
                let at = self.entities().reference(&member.id)?.at;
                Ok(EntityReference { id: group.id, at, name: Some(group.name) })
            }
            None => self.entities().reference(id),
        }
    }

    fn richness_of(&self, id: &str) -> Result<Richness, StoreError> {
        let number = self.entities().find(id)?;
        let StoredEntity { id, name, .. } = self.entities().get(number)?;
        let sql = "SELECT origin = 'user' OR user_name IS NOT NULL,
                 (SELECT count(*) FROM name_words WHERE entity = number)
             FROM entities WHERE number = ?1";
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let (is_named_by_user, words) = self.db.prepare_cached(sql)?.query_row([number], row)?;
        let (documents, _) = self.entities().appearance_counts(number)?;
        Ok((id.contains(':'), is_named_by_user, !is_bare_surname(&name), words, documents))
    }

    fn side_of(&self, id: &str) -> Result<MergeSide, StoreError> {
        let entities = self.entities();
        if let Some(group) = entities.surname_group(id)? {
            return Ok(MergeSide {
                name: shown_name(&group.id, Label::Per, &group.name),
                documents: group.members.len() as u64,
                mentions: group.mentions,
                spellings: vec![group.name],
                id: group.id,
            });
        }
        let entity = entities.get(entities.find(id)?)?;
        let (documents, mentions) = entities.appearance_counts(entity.number)?;
        Ok(MergeSide {
            spellings: self.spellings_of(entity.number)?,
            name: entity.shown_name(),
            id: entity.id,
            documents,
            mentions,
        })
    }

    fn spellings_of(&self, entity: EntityNumber) -> Result<Vec<String>, StoreError> {
        let forms = self.entities().spellings(entity, SPELLING_SAMPLE)?.forms.into_iter();
        Ok(forms.map(|(form, ..)| form).take(MAX_SPELLINGS).collect())
    }
}
