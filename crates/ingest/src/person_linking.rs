//! Links the persons and acronyms of all documents of an archive.
//!
//! The result depends on the documents alone, not on the order in which they were
//! added. All persons are compared again after every addition: a later document can
//! join two persons, show that one name stands for two, or explain an acronym.

use std::collections::HashMap;

use chancery_model::{DocumentId, Label};
use chancery_resolve::knowledge_base::KnowledgeBase;
use chancery_resolve::places::PlaceLinker;
use chancery_resolve::{
    CrossDocumentLinker, Identities, Identity, PersonsInDocument, document_distinction,
    territory_names,
};
use chancery_store::{
    ArchiveWriter, Assignment, DocumentNumber, EntityNumber, PersonMoves, StoreError,
    entity_id_from_name, is_bare_surname,
};

/// Formats what links the persons of a document; nothing if it has none.
pub(crate) fn persons_to_json(persons: &PersonsInDocument) -> String {
    if persons.is_empty() { String::new() } else { to_json(persons) }
}

/// Formats a value that an archive keeps.
pub(crate) fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("maps have strings for keys")
}

/// Reads a value that an archive keeps.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(json: &str) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(|error| StoreError::Damaged(error.to_string()))
}

/// The entities of the mentions of documents before the documents were resolved again.
pub(crate) type FormerEntities = Vec<FormerDocument>;

/// Those of one document.
pub(crate) type FormerDocument = (DocumentNumber, Vec<Option<EntityNumber>>);

/// Links the persons of all documents and stores the entities that change. The ids of
/// `former` entities that lost their mentions lead to those that took them.
///
/// # Errors
/// If the archive cannot be read or written.
pub(crate) fn link_persons(
    writer: &mut ArchiveWriter,
    former: &FormerEntities,
) -> Result<(), StoreError> {
    // Linking needs all persons at once: what reading left would be on top of it.
    writer.release_memory()?;
    let mut linker = CrossDocumentLinker::default();
    let mut numbers = Vec::new();
    writer.documents().visit_persons(|number, id, json| {
        numbers.push(number);
        linker.add_document((id, 0), from_json(json)?);
        Ok(())
    })?;
    let identities = linker.resolve_identities();
    drop(linker);
    let only_places = only_places(&identities);
    let mut moves = PersonMoves::default();
    for number in numbers {
        let Some((id, json)) = writer.documents().persons_of(number)? else { continue };
        let persons: PersonsInDocument = from_json(&json)?;
        let assignments: Vec<Assignment<'_>> = persons
            .mentions_by_entity()
            .filter_map(|(entity, mentions)| {
                let identity = identities.identity_of((id, 0), entity)?;
                let place = only_places.get(identity.id.as_str()).copied().flatten();
                Some(to_assignment(identity, place, mentions))
            })
            .collect();
        writer.assign_entities(number, &assignments, &mut moves)?;
    }
    for (number, entities) in former {
        writer.note_moves(*number, entities, &mut moves)?;
    }
    for (id, names) in identities.listed_names().iter().filter(|(_, names)| names.len() > 1) {
        writer.add_entity_names(id, names)?;
    }
    let countries = PlaceLinker::new(KnowledgeBase::load_embedded()).names_of_countries();
    for (id, names) in countries.chain(territory_names()) {
        writer.add_entity_names(&id, &names)?;
    }
    // The documents that changed are indexed again when the batch is committed.
    drop(identities);
    writer.redirect_persons(&moves)?;
    writer.set_persons_linked()?;
    writer.commit_batch()?;
    if moves.is_empty() { Ok(()) } else { writer.prune_entities() }
}

/// The first entity of each person whom one document names, by id. `None` for the others.
fn only_places(identities: &Identities) -> HashMap<&str, Option<(DocumentId, u32)>> {
    let mut places: HashMap<&str, Option<(DocumentId, u32)>> = HashMap::new();
    for ((document, _), entities) in identities.by_document() {
        for (entity, identity) in entities {
            let place = places.entry(&identity.id).or_insert(Some((document, entity)));
            *place = place.filter(|(other, _)| *other == document);
        }
    }
    places
}

/// Returns the entity of some mentions. A person of one document, at `only_place`,
/// who is a surname and no more stays a person of this document: its id has the
/// document, so that the surname of a later one is not the same.
fn to_assignment<'a>(
    identity: &'a Identity,
    only_place: Option<(DocumentId, u32)>,
    mentions: &'a [u32],
) -> Assignment<'a> {
    let Identity { label, id, name, is_listed, inferred_score, distinction, .. } = identity;
    let of_document = || {
        let is_surname = *label == Label::Per && is_bare_surname(name);
        let (document, entity) = only_place.filter(|_| is_surname)?;
        Some(document_distinction(document, 0, entity))
    };
    let id = match is_listed {
        true => id.clone(),
        false => {
            let distinction = distinction.clone().or_else(of_document);
            entity_id_from_name(*label, name, distinction.as_deref())
        }
    };
    Assignment { mentions, label: *label, id, name, inferred: *inferred_score }
}
