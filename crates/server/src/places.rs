//! Coordinates of places for exports.

use std::collections::HashMap;
use std::sync::OnceLock;

use chancery_formats::geojson::Point;
use chancery_resolve::facts::Facts;

/// Returns the coordinates of the place with this entity id, if the knowledge
/// base has them.
pub fn place_of_entity(id: &str) -> Option<Point> {
    static PLACES: OnceLock<HashMap<&'static str, (f32, f32)>> = OnceLock::new();
    let places = PLACES.get_or_init(|| Facts::shipped().coordinates());
    let (_, own) = id.split_once(':').filter(|(list, _)| ["geonames", "gsh"].contains(list))?;
    let &(latitude, longitude) = places.get(own)?;
    Some(Point { latitude, longitude })
}
