//! Gives the places of an archive their coordinates, for `near:`.

use chancery_resolve::coordinates_of_place;
use chancery_store::{ArchiveWriter, StoreError};

/// Stores the coordinates of the places that have none yet.
pub(crate) fn store_coordinates(writer: &mut ArchiveWriter) -> Result<(), StoreError> {
    let missing = writer.places_without_coordinates()?.into_iter();
    let located: Vec<(String, f32, f32)> = missing
        .filter_map(|id| {
            let (latitude, longitude) = coordinates_of_place(&id)?;
            Some((id, latitude, longitude))
        })
        .collect();
    writer.set_coordinates(&located)
}
