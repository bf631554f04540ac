//! Coordinates of places for exports.

use std::collections::HashMap;
use std::sync::OnceLock;

use chancery_formats::geojson::Coordinates;
use chancery_resolve::knowledge_base::KnowledgeBase;
use chancery_resolve::territory_coordinates;

/// Returns the coordinates of the place with this entity id, if the knowledge
/// base or the table of territories has them.
pub fn coordinates_of_entity(id: &str) -> Option<Coordinates> {
    static PLACES: OnceLock<HashMap<&'static str, (f32, f32)>> = OnceLock::new();
    static TERRITORIES: OnceLock<HashMap<String, (f32, f32)>> = OnceLock::new();
    let places = || PLACES.get_or_init(|| KnowledgeBase::load_embedded().place_coordinates());
    let territories = || TERRITORIES.get_or_init(|| territory_coordinates().collect());
    let &(latitude, longitude) = match id.split_once(':')? {
        ("geonames" | "gsh", record) => places().get(record)?,
        ("loc", _) => territories().get(id)?,
        _ => return None,
    };
    Some(Coordinates { latitude, longitude })
}
