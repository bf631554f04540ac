//! Where places are, in exports and on the map.

use chancery_formats::geojson::Coordinates;
use chancery_geometry::world::country_centre;
use chancery_resolve::{PlaceLocation, coordinates_of_place, location_of_place, normalise};

/// Returns the coordinates of the place with this entity id, if they are known. A
/// country is where its capital is.
pub fn coordinates_of_entity(id: &str) -> Option<Coordinates> {
    let (latitude, longitude) = coordinates_of_place(id)?;
    Some(Coordinates { latitude, longitude })
}

/// Returns the location of the place with this entity id, and where the map shows it: a
/// country in the middle of its largest part, or at its capital if it is too small for
/// the outline.
pub(crate) fn point_on_map(id: &str) -> Option<(PlaceLocation, [f32; 2])> {
    let location = location_of_place(id)?;
    let middle =
        location.country.and_then(|name| country_centre(&normalise::normalise_words(name)));
    let (latitude, longitude) = location.point;
    Some((location, middle.unwrap_or([latitude, longitude])))
}
