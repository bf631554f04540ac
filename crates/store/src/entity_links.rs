//! Entities of a document as an archive keeps them: one link per mention, and
//! the way back to the entities of a document.

use std::collections::HashMap;

use chancery_model::{DocumentEntities, Entity, Link, LinkKind};

use crate::archive::{Archive, StoredDocument};
use crate::error::StoreError;
use crate::ingested_file::EntityLink;

/// Separates the kind of a link from the rest of its reason.
const SEPARATOR: &str = "; ";

/// Returns the links to store for a document with this number of mentions, in
/// their order.
///
/// An entity without a reason is in no list: its id is made from its name, so
/// that the same name has the same id in every archive.
pub fn links_to_store(entities: &DocumentEntities, mentions: usize) -> Vec<Option<EntityLink>> {
    let mut links = vec![None; mentions];
    for link in &entities.links {
        let entity = &entities.entities[link.entity as usize];
        let label = entity.label;
        let (id, reason) = match entity.reason.as_str() {
            "" => (id_from_name(label.as_str(), &entity.name), link.kind.as_str().to_owned()),
            reason => (entity.id.clone(), format!("{}{SEPARATOR}{reason}", link.kind.as_str())),
        };
        let (name, score) = (entity.name.clone(), entity.score);
        links[link.mention as usize] = Some(EntityLink { id, label, name, score, reason });
    }
    links
}

impl Archive {
    /// Returns the entities of a document with the decisions of users applied.
    /// The mention on which a link rests is not stored.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn entities_of(&self, stored: &StoredDocument) -> Result<DocumentEntities, StoreError> {
        let mut numbers = HashMap::new();
        let mut found = DocumentEntities::default();
        for (curated, mention) in stored.mentions.iter().zip(0..) {
            let Some(number) = curated.entity else { continue };
            let (kind, reason) =
                curated.reason.split_once(SEPARATOR).unwrap_or((&curated.reason, ""));
            let entity = *numbers.entry(number).or_insert(found.entities.len() as u32);
            if entity as usize == found.entities.len() {
                let stored_entity = self.entity_by_number(number)?;
                let reason = reason.to_owned();
                found.entities.push(Entity { score: curated.score, reason, ..stored_entity });
            }
            let kind = LinkKind::ALL.into_iter().find(|one| one.as_str() == kind);
            let kind = kind.unwrap_or(LinkKind::Variant);
            found.links.push(Link {
                mention,
                entity,
                kind,
                antecedent: None,
                title: None,
                affiliation: None,
            });
        }
        Ok(found)
    }
}

/// Returns an id that is the same in every archive and every run.
fn id_from_name(label: &str, name: &str) -> String {
    let spelling = name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let digest = blake3::hash(format!("{label}\0{spelling}").as_bytes()).to_hex();
    format!("n-{}", &digest[..12])
}
