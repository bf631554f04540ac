//! Coordinates of places for exports.

use chancery_formats::geojson::Coordinates;
use chancery_resolve::coordinates_of_place;

/// Returns the coordinates of the place with this entity id, if they are known.
pub fn coordinates_of_entity(id: &str) -> Option<Coordinates> {
    let (latitude, longitude) = coordinates_of_place(id)?;
    Some(Coordinates { latitude, longitude })
}
