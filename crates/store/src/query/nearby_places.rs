//! Places near a place: `near:Tamanrasset~100km`.
//!
//! Only places of the knowledge base have coordinates. A place on no list, and one that
//! the archive does not name, is not found.

use chancery_model::Label;
use rusqlite::params;

use super::names::entities_with_name;
use crate::archive::Archive;
use crate::error::StoreError;
use crate::numbers::EntityNumber;

/// Distance where the query states none, in kilometres.
pub(crate) const USUAL_DISTANCE: u32 = 100;

/// Mean radius of the earth, in kilometres.
const EARTH_RADIUS: f64 = 6371.0;

/// Latitude and longitude in degrees.
type Coordinates = (f64, f64);

/// Returns the places of the archive that lie within `kilometres` of a place with this
/// name, itself included. Of several places of the name, all count.
///
/// # Errors
/// If no place of the archive has the name, or none of them has coordinates.
pub(crate) fn places_near(
    archive: &Archive,
    name: &str,
    kilometres: u32,
) -> Result<Vec<EntityNumber>, StoreError> {
    let sql = "SELECT latitude, longitude FROM coordinates JOIN entities ON id = entity
         WHERE number = ?1";
    let mut statement = archive.db.prepare_cached(sql)?;
    let mut centers: Vec<Coordinates> = Vec::new();
    for place in entities_with_name(archive, name, Some(Label::Loc))? {
        let rows = statement.query_map(params![place], |row| Ok((row.get(0)?, row.get(1)?)))?;
        for row in rows {
            centers.push(row?);
        }
    }
    if centers.is_empty() {
        let what = format!("{name}: no place of this name in the archive has coordinates");
        return Err(StoreError::InvalidRequest(what));
    }
    let sql = "SELECT number, latitude, longitude FROM coordinates JOIN entities ON id = entity
         ORDER BY number";
    let mut statement = archive.db.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut near = Vec::new();
    while let Some(row) = rows.next()? {
        let at = (row.get(1)?, row.get(2)?);
        if centers.iter().any(|center| distance(*center, at) <= f64::from(kilometres)) {
            near.push(archive.entities().follow_decisions(row.get(0)?)?);
        }
    }
    near.sort_unstable();
    near.dedup();
    Ok(near)
}

/// The distance of two points on the earth, in kilometres (haversine).
fn distance(one: Coordinates, other: Coordinates) -> f64 {
    let (latitude, longitude) = (one.0.to_radians(), one.1.to_radians());
    let (other_latitude, other_longitude) = (other.0.to_radians(), other.1.to_radians());
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let across = half(other_longitude - longitude) * latitude.cos() * other_latitude.cos();
    let root = (half(other_latitude - latitude) + across).sqrt();
    2.0 * EARTH_RADIUS * root.clamp(0.0, 1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_globe() {
        // Paris and London; the two sides of the date line.
        let paris = (48.8566, 2.3522);
        assert!((distance(paris, (51.5074, -0.1278)) - 343.6).abs() < 1.0);
        assert!((distance((0.0, 179.5), (0.0, -179.5)) - 111.2).abs() < 0.2);
        assert!(distance(paris, paris) < 0.001);
    }
}
