//! Coordinates of places for exports.

use std::collections::HashMap;
use std::sync::OnceLock;

use chancery_formats::geojson::Coordinates;
use chancery_resolve::knowledge_base::KnowledgeBase;

/// Returns the coordinates of the place with this entity id, if the knowledge
/// base has them.
pub fn coordinates_of_entity(id: &str) -> Option<Coordinates> {
    static PLACES: OnceLock<HashMap<&'static str, (f32, f32)>> = OnceLock::new();
    let coordinates = PLACES.get_or_init(|| KnowledgeBase::load_embedded().place_coordinates());
    let (_, record_id) =
        id.split_once(':').filter(|(list, _)| ["geonames", "gsh"].contains(list))?;
    let &(latitude, longitude) = coordinates.get(record_id)?;
    Some(Coordinates { latitude, longitude })
}
