//! The projection of the map.

/// Width of the map, in its own units.
pub const MAP_WIDTH: f64 = 1000.0;

/// Central meridian. It puts the edges into the Bering Strait.
pub const CENTRAL_MERIDIAN: f64 = 11.0;

/// Northern and southern limits in degrees, just beyond the last towns.
const NORTH_LIMIT: f64 = 80.0;
const SOUTH_LIMIT: f64 = -57.0;

/// Projects a latitude and longitude to the map. Uses Patterson's cylindrical
/// projection (Patterson, Šavrič and Jenny 2015, Cartographic Perspectives 78):
/// balanced shapes and straight meridians.
pub fn project_coordinates(north: f64, east: f64) -> (f64, f64) {
    let turned = (east - CENTRAL_MERIDIAN + 180.0).rem_euclid(360.0) - 180.0;
    (x_of_longitude(turned), y_of_latitude(north))
}

/// Returns the height of the map.
pub fn map_height() -> f64 {
    y_of_latitude(SOUTH_LIMIT)
}

/// Returns the distance of a longitude, in degrees east of the central meridian, from the
/// left edge of the map.
pub fn x_of_longitude(turned: f64) -> f64 {
    (turned + 180.0) / 360.0 * MAP_WIDTH
}

/// Returns the distance of a latitude from the upper edge of the map.
pub fn y_of_latitude(north: f64) -> f64 {
    let up = |north: f64| {
        let phi = north.to_radians();
        let square = phi * phi;
        let high = square * square * (0.23185 + square * (-0.14499 + square * 0.02406));
        phi * (1.0148 + high)
    };
    (up(NORTH_LIMIT) - up(north)) * MAP_WIDTH / std::f64::consts::TAU
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn towns_are_projected_correctly() {
        // Longyearbyen, Oslo, Lusaka, Suva, Santiago: from north to south.
        let towns = [(78.2, 15.6), (59.9, 10.7), (-15.4, 28.3), (-18.1, 178.4), (-33.4, -70.7)];
        let placed: Vec<_> =
            towns.iter().map(|&(north, east)| project_coordinates(north, east)).collect();
        assert!(placed.windows(2).all(|two| two[0].1 < two[1].1), "{placed:?}");
        assert!(
            placed
                .iter()
                .all(|(x, y)| (0.0..MAP_WIDTH).contains(x) && (0.0..map_height()).contains(y))
        );
        assert!(placed[4].0 < placed[1].0 && placed[1].0 < placed[2].0);
        assert!((placed[1].0 - 499.2).abs() < 1.0, "Oslo lies by the middle");
    }
}
