//! Entities of a document on their way into an archive, and back.

use std::collections::HashMap;

use chancery_model::{DocumentEntities, Entity, Label, Link};

use crate::archive::StoredDocument;
use crate::error::StoreError;
use crate::views::Entities;

/// Returns the entities with the ids that they have in archives.
///
/// An entity without evidence is in no list: its id is made from its name, so
/// that the same name has the same id in every archive.
pub(crate) fn with_archive_ids(entities: &DocumentEntities) -> DocumentEntities {
    let mut entities = entities.clone();
    for entity in entities.entities.iter_mut().filter(|entity| entity.evidence.is_empty()) {
        // It comes from an archive.
        if entity.id.starts_with("n-") {
            continue;
        }
        let id = id_from_name(entity.label.as_str(), &entity.name);
        // One that other documents do not share ends with its document. Persons are
        // linked later.
        entity.id = match entity.id.split_once('@') {
            Some((_, document)) if entity.label != Label::Per => format!("{id}@{document}"),
            _ => id,
        };
    }
    entities
}

impl Entities<'_> {
    /// Returns the entities of a document with the decisions of users applied.
    /// The mention on which a link rests is not stored.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn of_document(self, stored: &StoredDocument) -> Result<DocumentEntities, StoreError> {
        let mut indexes = HashMap::new();
        let mut found = DocumentEntities::default();
        for (stored, mention) in stored.mentions.iter().zip(0..) {
            let Some(link) = &stored.link else { continue };
            let entity = *indexes.entry(link.entity).or_insert(found.entities.len() as u32);
            if entity as usize == found.entities.len() {
                let known = self.get(link.entity)?;
                found.entities.push(Entity {
                    id: known.id,
                    same_as: None,
                    label: known.label,
                    name: known.name,
                    score: link.score,
                    evidence: link.evidence.clone(),
                });
            }
            found.links.push(Link {
                mention,
                entity,
                kind: link.kind,
                antecedent: None,
                title: None,
                affiliation: None,
            });
        }
        self.add_offices(stored.number, &stored.mentions, &mut found)?;
        Ok(found)
    }
}

/// Returns an id that is the same in every archive and every run.
pub(crate) fn id_from_name(label: &str, name: &str) -> String {
    let spelling = name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let digest = blake3::hash(format!("{label}\0{spelling}").as_bytes()).to_hex();
    format!("n-{}", &digest[..12])
}
