//! Places on a map (GeoJSON, RFC 7946): a point for each place with
//! coordinates, and its numbers of mentions and of documents.
//!
//! ```json
//! {"type":"FeatureCollection","features":[
//! {"type":"Feature","id":"geonames:934292",
//!  "geometry":{"type":"Point","coordinates":[57.5,-20.3]},
//!  "properties":{"name":"Mauritius","mentions":14,"documents":3}}
//! ]}
//! ```
//!
//! The caller supplies the coordinates. Places without coordinates and entities
//! with other labels are left out. Adjectives ("Malagasy") count as mentions of
//! their country. The format has no offsets.

use std::collections::BTreeMap;
use std::io::{self, Write};

use chancery_model::{Annotated, Label};
use serde_json::json;

use crate::mention_counts::MentionCounts;

/// Coordinates of a place, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coordinates {
    /// Degrees north.
    pub latitude: f32,
    /// Degrees east.
    pub longitude: f32,
}

/// Returns the coordinates of the place with an id, if known.
pub type CoordinateLookup<'a> = dyn Fn(&str) -> Option<Coordinates> + 'a;

/// The places of all documents added so far.
#[derive(Default)]
pub struct PlaceCollection {
    places: BTreeMap<String, MentionCounts>,
    documents: u64,
}

impl PlaceCollection {
    /// Adds a document. Memory use grows with the number of distinct places.
    pub fn add_document(&mut self, annotated: &Annotated) {
        self.documents += 1;
        let entities = &annotated.entities;
        for link in &entities.links {
            let entity = entities.entity_of_link(link);
            let Some(entity) = entity.filter(|entity| entity.label == Label::Loc) else { continue };
            if !self.places.contains_key(&entity.id) {
                self.places.insert(entity.id.clone(), MentionCounts::default());
            }
            let Some(place) = self.places.get_mut(&entity.id) else { continue };
            place.count_mention(entity, self.documents);
        }
    }

    /// Writes the places that `coordinates` finds, sorted by id.
    ///
    /// # Errors
    /// Returns the errors of `out`.
    pub fn write_features<W: Write>(
        &self,
        coordinates: &CoordinateLookup<'_>,
        mut out: W,
    ) -> io::Result<W> {
        out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")?;
        let located =
            self.places.iter().filter_map(|(id, place)| Some((id, place, coordinates(id)?)));
        for (number, (id, place, point)) in located.enumerate() {
            out.write_all(if number > 0 { b",\n" } else { b"\n" })?;
            // Two decimals: the precision of the gazetteer.
            let degrees = |degrees: f32| (f64::from(degrees) * 100.0).round() / 100.0;
            let feature = json!({
                "type": "Feature",
                "id": id,
                "geometry": {
                    "type": "Point",
                    "coordinates": [degrees(point.longitude), degrees(point.latitude)],
                },
                "properties": {
                    "name": place.name, "mentions": place.mentions, "documents": place.documents,
                },
            });
            serde_json::to_writer(&mut out, &feature)?;
        }
        out.write_all(b"\n]}\n")?;
        Ok(out)
    }
}
