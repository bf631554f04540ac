//! Gives the places of an archive the coordinates of the knowledge base, for `near:`.

use std::collections::HashMap;
use std::sync::OnceLock;

use chancery_resolve::knowledge_base::KnowledgeBase;
use chancery_store::{ArchiveWriter, StoreError};

/// Stores the coordinates of the places that have none yet.
pub(crate) fn store_coordinates(writer: &mut ArchiveWriter) -> Result<(), StoreError> {
    static PLACES: OnceLock<HashMap<&'static str, (f32, f32)>> = OnceLock::new();
    let missing = writer.places_without_coordinates()?;
    if missing.is_empty() {
        return Ok(());
    }
    let known = PLACES.get_or_init(|| KnowledgeBase::load_embedded().place_coordinates());
    let located: Vec<(String, f32, f32)> = missing
        .into_iter()
        .filter_map(|id| {
            let (_, record) =
                id.split_once(':').filter(|(list, _)| ["geonames", "gsh"].contains(list))?;
            let &(latitude, longitude) = known.get(record)?;
            Some((id, latitude, longitude))
        })
        .collect();
    writer.set_coordinates(&located)
}
