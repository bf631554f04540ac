//! Where places are: those of the knowledge base, and territories.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::knowledge_base::{KnowledgeBase, PlaceKind, PlaceRecord, RecordRow};
use crate::normalise;
use crate::territories::territory_coordinates;

/// Where a place is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaceLocation {
    /// Degrees north and east. Those of a country are of its capital, those of a former
    /// country of the capital of its largest successor.
    pub point: (f32, f32),
    /// The English name of the present country: the place itself, or the largest
    /// successor of a former country. None for towns and territories.
    pub country: Option<&'static str>,
    /// Whether it is a country, a former country or a territory, and not a town.
    pub is_area: bool,
}

/// Rows of the knowledge base by id, its capitals by the code of their country, and the
/// territories.
struct PlaceTable {
    rows: HashMap<&'static str, u32>,
    country_count: u32,
    capitals: HashMap<&'static str, (f32, f32)>,
    /// The population and place of the largest town, for a country whose capital has
    /// another name there.
    largest_towns: HashMap<&'static str, (u32, (f32, f32))>,
    territories: HashMap<String, (f32, f32)>,
}

impl PlaceTable {
    fn read(knowledge_base: KnowledgeBase<'static>) -> Self {
        let mut table = Self {
            rows: HashMap::new(),
            country_count: knowledge_base.country_rows().count() as u32,
            capitals: HashMap::new(),
            largest_towns: HashMap::new(),
            territories: territory_coordinates().collect(),
        };
        for row in 0..knowledge_base.place_count() {
            let place = knowledge_base.place_record(PlaceKind::City, row);
            table.rows.insert(place.id, row);
            let Some(point) = own_point(&place) else { continue };
            if place.details.lines().next() == Some("capital") {
                table.capitals.insert(place.country, point);
            }
            let largest = table.largest_towns.entry(place.country).or_default();
            if place.population > largest.0 {
                *largest = (place.population, point);
            }
        }
        table
    }
}

/// Returns the location of the place with this entity id, if the knowledge base or the
/// table of territories has it.
pub fn location_of_place(id: &str) -> Option<PlaceLocation> {
    static TABLE: OnceLock<PlaceTable> = OnceLock::new();
    let knowledge_base = KnowledgeBase::load_embedded();
    let table = TABLE.get_or_init(|| PlaceTable::read(knowledge_base));
    let (source, record_id) = id.split_once(':')?;
    if source == "loc" {
        let point = *table.territories.get(id)?;
        return Some(PlaceLocation { point, country: None, is_area: true });
    }
    let row = *table.rows.get(record_id).filter(|_| matches!(source, "geonames" | "gsh"))?;
    let place = knowledge_base.place_record(PlaceKind::City, row);
    if let Some(point) = own_point(&place) {
        return Some(PlaceLocation { point, country: None, is_area: false });
    }
    let country = match row < table.country_count {
        true => place,
        false => present_country(knowledge_base, &place)?,
    };
    let capital = table.capitals.get(country.country).copied();
    let point = capital.or_else(|| table.largest_towns.get(country.country).map(|town| town.1))?;
    Some(PlaceLocation { point, country: Some(country.name), is_area: true })
}

/// Returns the latitude and longitude of the place with this entity id, in degrees, if
/// they are known.
pub fn coordinates_of_place(id: &str) -> Option<(f32, f32)> {
    location_of_place(id).map(|location| location.point)
}

fn own_point(place: &PlaceRecord<'_>) -> Option<(f32, f32)> {
    let point = (place.latitude, place.longitude);
    (point != (0.0, 0.0)).then_some(point)
}

/// Returns the present country of a former one: that of the same name, or the largest
/// of its successors.
fn present_country(
    knowledge_base: KnowledgeBase<'static>,
    former: &PlaceRecord<'static>,
) -> Option<PlaceRecord<'static>> {
    let successors = former.details.lines().nth(2).unwrap_or_default().split(' ');
    let names = std::iter::once(normalise::normalise_words(former.name))
        .chain(successors.map(|id| id.replace('-', " ")));
    let countries = names.flat_map(|name| knowledge_base.find_rows(&name)).filter_map(|row| {
        let RecordRow::Place(PlaceKind::Country, row) = row else { return None };
        Some(knowledge_base.place_record(PlaceKind::Country, row))
    });
    countries.max_by_key(|country| country.population)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn towns_countries_former_countries_and_territories_are_located() {
        let cases = [
            ("geonames:934154", (-20.16, 57.5), None, false), // Port Louis
            ("geonames:934292", (-20.16, 57.5), Some("Mauritius"), true),
            ("geonames:1522867", (43.25, 76.92), Some("Kazakhstan"), true), // its largest town
            ("gsh:soviet-union-1991", (55.75, 37.62), Some("Russia"), true),
            ("loc:gaza-strip.PS", (31.4, 34.4), None, true),
        ];
        for (id, point, country, is_area) in cases {
            let found = location_of_place(id).unwrap_or_else(|| panic!("{id} has no place"));
            let far = (found.point.0 - point.0).abs() + (found.point.1 - point.1).abs();
            assert!(far < 0.2, "{id}: {found:?}");
            assert_eq!((found.country, found.is_area), (country, is_area), "{id}");
        }
        for unknown in ["n-ff9441ca86ed", "geonames:0", "loc:atlantis", "pocom:934154"] {
            assert_eq!(location_of_place(unknown), None, "{unknown}");
        }
    }
}
