//! Where places are: those of the knowledge base, and territories.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::knowledge_base::KnowledgeBase;
use crate::territories::territory_coordinates;

/// Returns the latitude and longitude of the place with this entity id, in degrees, if
/// the knowledge base or the table of territories has them.
pub fn coordinates_of_place(id: &str) -> Option<(f32, f32)> {
    static PLACES: OnceLock<HashMap<&'static str, (f32, f32)>> = OnceLock::new();
    static TERRITORIES: OnceLock<HashMap<String, (f32, f32)>> = OnceLock::new();
    let places = || PLACES.get_or_init(|| KnowledgeBase::load_embedded().place_coordinates());
    let territories = || TERRITORIES.get_or_init(|| territory_coordinates().collect());
    match id.split_once(':')? {
        ("geonames" | "gsh", record) => places().get(record).copied(),
        ("loc", _) => territories().get(id).copied(),
        _ => None,
    }
}
