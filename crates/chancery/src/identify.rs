//! Between the resolver and the rest of the program: the user's own list that
//! it gets, and what an archive keeps and gives back of its answer.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Context;
use chancery_model::{Annotated, Entities, Entity, Link, Tie};
use chancery_resolve::{Resolver, Roster};
use chancery_store::{Archive, Held, NewLink, StoreError};

use crate::{inputs, own_names};

/// The names in a user's file, as [`own_names`] reads them.
///
/// # Errors
/// When the file cannot be read or a row is neither; its line is named.
pub(crate) fn own_names(path: &Path) -> anyhow::Result<Roster> {
    own_names::read(&inputs::read_text(path)?).with_context(|| path.display().to_string())
}

/// Parts the tie from the rest of a link's reason.
const PARTED: &str = "; ";

/// What an archive keeps of who each mention is, in the order of the mentions.
///
/// An archive knows no lists but the facts, so that a document has the same
/// entities when it comes in and when its names are found anew. Who stands in
/// no list goes by the fullest name in the document: names spelt alike are one
/// until a person parts them.
pub(crate) fn links(annotated: &Annotated, resolver: &mut Resolver) -> Vec<Option<NewLink>> {
    kept(&resolver.resolve(annotated, &Roster::default()).entities, annotated.mentions.len())
}

/// What an archive keeps of `entities`, for each of so many mentions.
pub(crate) fn kept(entities: &Entities, mentions: usize) -> Vec<Option<NewLink>> {
    let mut links = vec![None; mentions];
    for link in &entities.links {
        let entity = &entities.entities[link.entity as usize];
        let class = entity.label;
        let (id, reason) = match entity.reason.as_str() {
            "" => (id_of_name(class.as_str(), &entity.name), link.tie.as_str().to_owned()),
            reason => (entity.id.clone(), format!("{}{PARTED}{reason}", link.tie.as_str())),
        };
        let (name, score) = (entity.name.clone(), entity.score);
        links[link.mention as usize] = Some(NewLink { id, class, name, score, reason });
    }
    links
}

/// What an archive knows of who the names of a document are, people's decisions
/// included. On which other mention a link rests it does not keep.
///
/// # Errors
/// When the archive cannot be read.
pub(crate) fn entities(archive: &Archive, held: &Held) -> Result<Entities, StoreError> {
    let mut numbers = HashMap::new();
    let mut found = Entities::default();
    for (name, mention) in held.names.iter().zip(0..) {
        let Some(number) = name.entity else { continue };
        let (tie, reason) = name.reason.split_once(PARTED).unwrap_or((&name.reason, ""));
        let entity = *numbers.entry(number).or_insert(found.entities.len() as u32);
        if entity as usize == found.entities.len() {
            let known = archive.entity(number)?;
            let reason = reason.to_owned();
            found.entities.push(Entity { score: name.score, reason, ..known });
        }
        let tie = Tie::ALL.into_iter().find(|known| known.as_str() == tie);
        let tie = tie.unwrap_or(Tie::Variant);
        found.links.push(Link { mention, entity, tie, by: None, office: None, of: None });
    }
    Ok(found)
}

/// An id that is the same in every archive and every run.
fn id_of_name(class: &str, name: &str) -> String {
    let spelling = name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let digest = blake3::hash(format!("{class}\0{spelling}").as_bytes()).to_hex();
    format!("n-{}", &digest[..12])
}
