//! Links between the persons of documents, and between acronyms.
//!
//! An archive keeps, for each document, what is needed to link its persons and acronyms
//! to those of others. The archive does not interpret it. After documents were added,
//! chancery-ingest links all of them, and the mentions whose entity changes are written
//! here.

use std::collections::{BTreeMap, BTreeSet};

use chancery_model::{DocumentId, Evidence, Label};
use rusqlite::{OptionalExtension, params};

use crate::codec;
use crate::document_entities::id_from_name;
use crate::entities::{EntityOrigin, NewEntity, count_appearances, index_entity_name};
use crate::error::StoreError;
use crate::numbers::{DocumentNumber, EntityNumber};
use crate::overlay;
use crate::stored_mention::{decode_mentions, encode_mentions};
use crate::views::Documents;
use crate::writer::ArchiveWriter;

/// The entity of some mentions of a document.
#[derive(Clone, Debug)]
pub struct Assignment<'a> {
    /// The numbers of the mentions, among those that the engine found.
    pub mentions: &'a [u32],
    /// The label of the entity.
    pub label: Label,
    /// The id of the entity.
    pub id: String,
    /// Its name.
    pub name: &'a str,
    /// The confidence, if the identity rests on other documents.
    pub inferred: Option<f32>,
}

/// What became of the entities of persons when they were linked again.
#[derive(Debug, Default)]
pub struct PersonMoves {
    /// Entities that have mentions.
    kept: BTreeSet<EntityNumber>,
    /// Entities that lost mentions, with those that took them.
    targets: BTreeMap<EntityNumber, BTreeSet<EntityNumber>>,
}

impl PersonMoves {
    /// Notes that a mention of one entity is now of another one, or still of the same.
    pub(crate) fn note(&mut self, before: EntityNumber, now: EntityNumber) {
        self.kept.insert(now);
        if before != now {
            self.targets.entry(before).or_default().insert(now);
        }
    }

    /// Whether no entity lost a mention.
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }
}

/// Returns the id of an entity on no list, which is made from the name.
/// `distinction` tells entities of one name apart.
pub fn entity_id_from_name(label: Label, name: &str, distinction: Option<&str>) -> String {
    format!("{}{}", id_from_name(label.as_str(), name), distinction.unwrap_or(""))
}

impl Documents<'_> {
    /// Calls `visit` with what links the persons of each document, as JSON, in the
    /// order of the documents. Documents of archives from before version 0.2 have
    /// nothing.
    ///
    /// # Errors
    /// If the archive cannot be read, or an error of `visit`.
    pub fn visit_persons(
        self,
        mut visit: impl FnMut(DocumentNumber, DocumentId, &str) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let sql = "SELECT number, id, persons FROM documents
             JOIN annotations ON document = number WHERE persons <> x'' ORDER BY number";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            self.archive.budget.check()?;
            let packed: Vec<u8> = row.get(2)?;
            let json = codec::decode_text_column(&packed)?;
            visit(row.get(0)?, DocumentId(row.get(1)?), &json)?;
        }
        Ok(())
    }

    /// Returns the id of a document and what links its persons, as JSON. `None` if it has
    /// nothing.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn persons_of(
        self,
        number: DocumentNumber,
    ) -> Result<Option<(DocumentId, String)>, StoreError> {
        let sql = "SELECT id, persons FROM documents
             JOIN annotations ON document = number WHERE number = ?1 AND persons <> x''";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let row = |row: &rusqlite::Row<'_>| Ok((DocumentId(row.get(0)?), row.get(1)?));
        let found: Option<(DocumentId, Vec<u8>)> = statement.query_row([number], row).optional()?;
        let Some((id, packed)) = found else { return Ok(None) };
        Ok(Some((id, codec::decode_text_column(&packed)?)))
    }

    /// Returns the lists of persons and terms of all files, each as JSON.
    pub fn all_file_lists(self) -> Result<Vec<String>, StoreError> {
        self.archive.query_strings("SELECT lists FROM file_lists ORDER BY file", [])
    }

    /// Returns the lists of the file of a document, as JSON.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn file_lists(self, number: DocumentNumber) -> Result<Option<String>, StoreError> {
        let sql = "SELECT lists FROM documents JOIN file_lists ON file_lists.file = documents.file
             WHERE number = ?1";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        Ok(statement.query_row([number], |row| row.get(0)).optional()?)
    }
}

impl ArchiveWriter {
    /// Whether the persons of all documents were linked, with the list of names that
    /// the archive has now.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn are_persons_linked(&self) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM meta WHERE name = 'list_changed'";
        let list_changed = self.db().prepare_cached(sql)?.exists([])?;
        Ok(!list_changed && self.count_linked_documents()? == self.documents().count()?)
    }

    /// The number of documents when their persons were last linked. These have the
    /// lowest numbers.
    fn count_linked_documents(&self) -> Result<i64, StoreError> {
        let sql = "SELECT value FROM meta WHERE name = 'linked_documents'";
        let count = self.db().prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
        Ok(count.unwrap_or(0))
    }

    /// Stores that the persons of all documents were linked.
    ///
    /// # Errors
    /// If the archive cannot be written.
    pub fn set_persons_linked(&mut self) -> Result<(), StoreError> {
        self.start_batch()?;
        let sql = "INSERT INTO meta VALUES ('linked_documents', ?1)
             ON CONFLICT DO UPDATE SET value = excluded.value";
        let count = self.documents().count()?;
        self.db().prepare_cached(sql)?.execute([count])?;
        self.db().execute("DELETE FROM meta WHERE name = 'list_changed'", [])?;
        Ok(())
    }

    /// Makes an entity searchable by other names of it. Does nothing if there is no
    /// entity with this id.
    ///
    /// # Errors
    /// If the archive cannot be written.
    pub fn add_entity_names(
        &mut self,
        id: &str,
        names: &BTreeSet<String>,
    ) -> Result<(), StoreError> {
        let Some(number) = overlay::find_own_entity_number(self.db(), id)? else { return Ok(()) };
        self.start_batch()?;
        names.iter().try_for_each(|name| index_entity_name(self, number, name))
    }

    /// Gives mentions of a document their entities. Entities that lose mentions are
    /// noted in `moves`. Decisions of users apply to the new entities after
    /// [`ArchiveWriter::redirect_persons`] and [`ArchiveWriter::replay_log`].
    ///
    /// # Errors
    /// If the archive cannot be written.
    pub fn assign_entities(
        &mut self,
        number: DocumentNumber,
        assignments: &[Assignment<'_>],
        moves: &mut PersonMoves,
    ) -> Result<(), StoreError> {
        let sql = "SELECT id, mentions, interned FROM documents
             JOIN annotations ON document = number WHERE number = ?1";
        let (id, packed, interned): (_, Vec<u8>, String) = self
            .db()
            .prepare_cached(sql)?
            .query_row([number], |row| Ok((DocumentId(row.get(0)?), row.get(1)?, row.get(2)?)))?;
        let mut stored = decode_mentions(&packed, &interned)?;
        // No decision can refer to the first entities of a new document.
        let was_linked = number.0 <= self.count_linked_documents()?;
        let before = stored.clone();
        for Assignment { mentions, label, id, name, inferred } in assignments {
            let new = NewEntity { id, label: *label, name, origin: EntityOrigin::Engine };
            let entity = self.entity_number(&new)?;
            for &mention in *mentions {
                let Some(link) = stored.get_mut(mention as usize).and_then(|one| one.link.as_mut())
                else {
                    return Err(StoreError::Damaged(format!(
                        "document {id}: no link of an entity"
                    )));
                };
                moves.note(if was_linked { link.entity } else { entity }, entity);
                link.entity = entity;
                match inferred {
                    Some(score) => {
                        (link.score, link.evidence) = (*score, vec![Evidence::OtherDocuments]);
                    }
                    None if link.evidence == [Evidence::OtherDocuments] => {
                        (link.score, link.evidence) = (1.0, Vec::new());
                    }
                    None => {}
                }
            }
        }
        if stored == before {
            return Ok(());
        }
        let batch = self.start_batch()?;
        let (packed, interned) = encode_mentions(&stored);
        let sql = "UPDATE annotations SET mentions = ?2, interned = ?3 WHERE document = ?1";
        self.db().prepare_cached(sql)?.execute(params![number, packed, interned])?;
        let sql = "UPDATE documents SET batch = ?1 WHERE number = ?2";
        self.db().prepare_cached(sql)?.execute(params![batch, number])?;
        count_appearances(self, number, &id, stored)
    }

    /// Redirects the entities that have no mentions left to the one that took all of
    /// them. If several did, the entity is gone, and decisions about it are conflicts.
    ///
    /// # Errors
    /// If the archive cannot be written.
    pub fn redirect_persons(&mut self, moves: &PersonMoves) -> Result<(), StoreError> {
        self.start_batch()?;
        let db = self.db();
        let own = "DELETE FROM entity_redirects WHERE id =
             (SELECT id FROM entities WHERE number = ?1)";
        for entity in &moves.kept {
            db.prepare_cached(own)?.execute([entity])?;
        }
        let used = "SELECT 1 FROM appearances WHERE entity = ?1";
        let redirect = "INSERT INTO entity_redirects
             SELECT gone.id, target.id FROM entities AS gone, entities AS target
             WHERE gone.number = ?1 AND target.number = ?2
             ON CONFLICT DO UPDATE SET target = excluded.target";
        let follow =
            "UPDATE entity_redirects SET target = (SELECT id FROM entities WHERE number = ?2)
             WHERE target = (SELECT id FROM entities WHERE number = ?1)";
        let remove =
            "UPDATE entities SET origin = 'undone' WHERE number = ?1 AND origin = 'engine'";
        for (gone, targets) in &moves.targets {
            if moves.kept.contains(gone) || db.prepare_cached(used)?.exists([gone])? {
                continue;
            }
            match (targets.len(), targets.first()) {
                (1, Some(target)) => {
                    db.prepare_cached(redirect)?.execute([gone, target])?;
                    db.prepare_cached(follow)?.execute([gone, target])?;
                }
                _ => drop(db.prepare_cached(remove)?.execute([gone])?),
            }
        }
        Ok(())
    }
}
