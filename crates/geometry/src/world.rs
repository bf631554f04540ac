//! The outline of the world: Natural Earth's countries at 1 : 110 million, from
//! the npm package world-atlas, as SVG path data. There are no tiles and no
//! network requests.
//!
//! The files in data/outline are made from data/world-atlas by
//! `cargo run -p chancery-geometry --example prepare_outline`. A test compares them.

/// Grid steps of the outline per unit of the map.
pub const GRID_STEPS: f64 = 4.0;

/// Land areas as SVG path data in grid steps, to be filled.
pub const LAND: &str = include_str!("../data/outline/land.path");

/// Borders between countries as SVG path data in grid steps.
pub const BORDERS: &str = include_str!("../data/outline/borders.path");

/// Name, latitude and longitude of the centre of each country's largest part, one
/// country per line, sorted by name.
const CENTRES: &str = include_str!("../data/outline/centres.tsv");

/// Names of GeoNames, each with the one that the outline has for the country.
const NAMES_IN_OUTLINE: &str = include_str!("../data/country_names.tsv");

/// Returns latitude and longitude of the centre of a country's largest part.
/// `normalised_name` is its English name as `chancery_resolve::normalise` writes it.
pub fn country_centre(normalised_name: &str) -> Option<[f32; 2]> {
    let mut others = NAMES_IN_OUTLINE.lines().filter_map(|line| line.split_once('\t'));
    let renamed = others.find(|(name, _)| *name == normalised_name);
    let normalised_name = renamed.map_or(normalised_name, |(_, in_outline)| in_outline);
    CENTRES.lines().find_map(|line| {
        let (name, degrees) = line.split_once('\t')?;
        let (north, east) = degrees.split_once('\t').filter(|_| name == normalised_name)?;
        Some([north.parse().ok()?, east.parse().ok()?])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outline_is_complete() {
        for path in [LAND, BORDERS] {
            assert!(path.starts_with('M') && path.len() > 10_000 && path.len() < 60_000);
        }
        for (name, north, east) in [
            ("norway", 65.0, 14.0),
            ("zambia", -13.5, 27.8),
            ("fiji", -17.8, 178.0),
            ("united states", 39.0, -98.0),
        ] {
            let at = country_centre(name).expect(name);
            let far = (at[0] - north).abs() + (at[1] - east).abs();
            assert!(far < 6.0, "{name}: {at:?}");
        }
        assert_eq!(country_centre("atlantis"), None);
        for line in NAMES_IN_OUTLINE.lines() {
            let (name, _) = line.split_once('\t').expect("two names");
            assert!(country_centre(name).is_some(), "{name} is not in the outline");
        }
        assert!(CENTRES.lines().is_sorted() && CENTRES.lines().count() > 170);
    }
}
