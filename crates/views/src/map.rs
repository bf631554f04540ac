//! The places and posts of a search with their coordinates.
//!
//! Coordinates come from the knowledge base. Names that it does not have ("the
//! Middle East", "White House") are not on the map, but are counted.

use chancery_model::Label;
use chancery_resolve::knowledge_base::{KnowledgeBase, PlaceKind, PlaceRecord, RecordRow};
use chancery_resolve::normalise;
use chancery_store::{Query, QueryAggregation};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::ViewError;
use crate::limits::parse_limited_query;
use crate::session::ReadSession;
use crate::text_query::as_text;
use chancery_geometry::world::country_centre;

/// Maximum number of places shown.
const MAX_PLACES: usize = 250;

/// Number of entities examined to find places, those named most first.
const MAX_ENTITIES: usize = 2_000;

/// Maximum number of posts shown.
const MAX_POSTS: usize = 250;

/// Names of the Department of State, which is in Washington.
const DEPARTMENT_NAMES: [&str; 3] = ["department of state", "secstate", "secretary of state"];

/// Query string of a map or timeline.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct ChartParameters {
    /// A query in the query language; empty for all documents.
    #[param(max_length = 2000)]
    pub q: String,
}

/// Places and posts of a search.
#[derive(Serialize, ToSchema)]
pub struct PlaceMap {
    /// Number of documents that match the query.
    pub documents: usize,
    /// Places named in the most documents.
    pub places: Vec<MapPoint>,
    /// Posts that sent the most documents.
    pub posts: Vec<MapPoint>,
    /// Number of examined places without known coordinates.
    pub unlocated_places: usize,
    /// Number of examined posts without known coordinates.
    pub unlocated_posts: usize,
}

/// A place or post on the map.
#[derive(Serialize, ToSchema)]
pub struct MapPoint {
    /// Name of the place or post.
    pub name: String,
    /// Id of the entity; posts have none.
    pub entity: Option<String>,
    /// Kind of the place.
    pub kind: MapPointKind,
    /// Latitude and longitude in degrees.
    pub coordinates: [f32; 2],
    /// Number of documents that name it, or that it sent.
    pub documents: u64,
    /// Query term that finds these documents.
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String)]
    pub term: Query,
}

/// Kind of a place on the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MapPointKind {
    /// A country or territory, drawn at its centre.
    Country,
    /// A town.
    Town,
    /// A post, or the Department of State.
    Post,
}

/// Computes the map of a search.
pub fn build_map(
    session: &ReadSession<'_>,
    parameters: &ChartParameters,
) -> Result<PlaceMap, ViewError> {
    let query: Query = parse_limited_query(&parameters.q)?;
    let searcher = session.current_searcher()?;
    let tally = searcher.aggregate_query(session.archive, &query)?;
    let (places, unlocated_places) = locate_places(session, &tally)?;
    let (posts, unlocated_posts) = locate_posts(&tally)?;
    Ok(PlaceMap {
        documents: tally.document_count(),
        places,
        posts,
        unlocated_places,
        unlocated_posts,
    })
}

fn locate_places(
    session: &ReadSession<'_>,
    tally: &QueryAggregation<'_>,
) -> Result<(Vec<MapPoint>, usize), ViewError> {
    let (mut places, mut unlocated) = (Vec::new(), 0);
    for (number, documents) in tally.entity_counts()?.into_iter().take(MAX_ENTITIES) {
        if places.len() == MAX_PLACES {
            break;
        }
        let entity = session.archive.entities().get(number)?;
        if entity.label != Label::Loc {
            continue;
        }
        let Some((place, at)) = place_with_id(&entity.id, &entity.name) else {
            unlocated += 1;
            continue;
        };
        places.push(MapPoint {
            term: Query::entity(&entity.id),
            name: entity.name,
            entity: Some(entity.id),
            kind: map_point_kind(place),
            coordinates: at,
            documents,
        });
    }
    Ok((places, unlocated))
}

fn locate_posts(tally: &QueryAggregation<'_>) -> Result<(Vec<MapPoint>, usize), ViewError> {
    let (mut posts, mut unlocated) = (Vec::new(), 0);
    for (post, documents) in tally.post_counts()?.into_iter().take(MAX_POSTS) {
        let Some(at) = coordinates_of_post(&post) else {
            unlocated += 1;
            continue;
        };
        posts.push(MapPoint {
            name: post.to_uppercase(),
            entity: None,
            kind: MapPointKind::Post,
            coordinates: at,
            documents,
            term: Query::post(&post),
        });
    }
    Ok((posts, unlocated))
}

const fn map_point_kind(kind: PlaceKind) -> MapPointKind {
    match kind {
        PlaceKind::Country | PlaceKind::Territory => MapPointKind::Country,
        PlaceKind::City | PlaceKind::Post => MapPointKind::Town,
    }
}

fn places_named(words: &str) -> impl Iterator<Item = PlaceRecord<'static>> + use<> {
    let knowledge_base = KnowledgeBase::load_embedded();
    knowledge_base.find_rows(words).filter_map(move |row| match row {
        RecordRow::Place(kind, row) => Some(knowledge_base.place_record(kind, row)),
        RecordRow::Person(_) => None,
    })
}

/// Returns the kind and coordinates of the place with this entity id. The place
/// is looked up by name, or if that is an abbreviation ("USSR"), by the name in
/// the id. Parts of countries ("loc:gaza-strip.PS") are in a table instead.
fn place_with_id(id: &str, name: &str) -> Option<(PlaceKind, [f32; 2])> {
    let (source, record_id) = id.split_once(':')?;
    if source == "loc" {
        let (latitude, longitude) = chancery_resolve::coordinates_of_place(id)?;
        return Some((PlaceKind::Territory, [latitude, longitude]));
    }
    let slug =
        record_id.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-').replace('-', " ");
    let mut found = places_named(&normalise::normalise_words(name)).chain(places_named(&slug));
    let place = found.find(|place| place.id == record_id)?;
    Some((place.kind, coordinates_of_place(&place)?))
}

/// Returns the coordinates of a place. For a country, the centre of its largest
/// part, or of its capital if it is too small for the outline. For a former
/// country, those of its largest successor.
fn coordinates_of_place(place: &PlaceRecord<'_>) -> Option<[f32; 2]> {
    if place.latitude != 0.0 || place.longitude != 0.0 {
        return Some([place.latitude, place.longitude]);
    }
    match place.kind {
        PlaceKind::Country => {
            country_centre(&normalise::normalise_words(place.name)).or_else(|| {
                let capital = normalise::normalise_words(place.details.lines().nth(1)?);
                let mut towns = places_named(&capital);
                towns
                    .find(|town| town.kind == PlaceKind::City && town.country == place.country)
                    .map(|town| [town.latitude, town.longitude])
            })
        }
        PlaceKind::Territory => {
            let heirs = place.details.lines().nth(2).unwrap_or_default().split(' ');
            let today =
                heirs.map(|heir| heir.replace('-', " ")).flat_map(|heir| places_named(&heir));
            let own = places_named(&normalise::normalise_words(place.name)).chain(today);
            let largest = own
                .filter(|other| other.kind == PlaceKind::Country)
                .max_by_key(|other| other.population)?;
            coordinates_of_place(&largest)
        }
        PlaceKind::City | PlaceKind::Post => None,
    }
}

/// Returns the coordinates of a post: those of its town, or of the country that
/// it is named after.
fn coordinates_of_post(post: &str) -> Option<[f32; 2]> {
    let words = normalise::normalise_words(post);
    let town = match DEPARTMENT_NAMES.iter().any(|name| words.starts_with(name)) {
        true => "washington",
        false => words.as_str(),
    };
    let rank = |place: &PlaceRecord<'_>| match place.kind {
        PlaceKind::Post => (3, 0),
        PlaceKind::Country => (2, 0),
        PlaceKind::Territory => (1, 0),
        PlaceKind::City => (0, place.population),
    };
    let places =
        places_named(town).filter_map(|place| Some((rank(&place), coordinates_of_place(&place)?)));
    places.max_by_key(|(rank, _)| *rank).map(|(_, at)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_posts_are_located() {
        let near = |found: Option<[f32; 2]>, north: f32, east: f32| {
            found.is_some_and(|at| (at[0] - north).abs() < 8.0 && (at[1] - east).abs() < 8.0)
        };
        for (id, name, north, east) in [
            ("geonames:934292", "Mauritius", -20.2, 57.5), // no outline: its capital
            ("geonames:1880251", "Singapore", 1.3, 103.8), // the capital has its name
            ("geonames:294640", "Israel", 31.4, 35.0),
            ("gsh:soviet-union-1991", "USSR", 61.0, 96.0), // the largest successor
            ("loc:gaza-strip.PS", "Gaza Strip", 31.4, 34.4),
        ] {
            let at = place_with_id(id, name).map(|(_, at)| at);
            assert!(near(at, north, east), "{name}: {at:?}");
        }
        assert_eq!(place_with_id("n-ff9441ca86ed", "Middle East"), None);
        for (post, north, east) in [
            ("port louis", -20.2, 57.5),
            ("department of state", 38.9, -77.0),
            ("jordan", 31.2, 36.8),
        ] {
            let at = coordinates_of_post(post);
            assert!(near(at, north, east), "{post}: {at:?}");
        }
    }
}
