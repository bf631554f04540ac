//! The places and posts of a search with their coordinates.
//!
//! Coordinates come from the knowledge base. Names that it does not have ("the
//! Middle East", "White House") are not on the map, but are counted.

use chancery_model::Label;
use chancery_resolve::knowledge_base::{KnowledgeBase, PlaceKind, PlaceRecord, RecordRow};
use chancery_resolve::{coordinates_of_place, normalise};
use chancery_store::{EntityNumber, Query, QueryAggregation};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::coordinates::point_on_map;
use crate::error::ViewError;
use crate::limits::parse_limited_query;
use crate::near_entity::{NearEntity, surroundings};
use crate::session::ReadSession;
use crate::text_query::as_text;

/// Maximum number of places shown.
const MAX_PLACES: usize = 250;

/// Number of entities examined to find places, those named most first.
const MAX_ENTITIES: usize = 2_000;

/// Maximum number of posts shown.
const MAX_POSTS: usize = 250;

/// Names of the Department of State, which is in Washington.
const DEPARTMENT_NAMES: [&str; 3] = ["department of state", "secstate", "secretary of state"];

/// What is left of its name where it is a post: "STATE 012345".
const DEPARTMENT_AS_POST: &str = "state";

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
    /// If the query asks for one entity: that entity. Only places in paragraphs that name it
    /// are counted then.
    pub near: Option<NearEntity>,
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
    let (near, counts) = match surroundings(session, &query)? {
        Some(found) => (Some(found.near), found.entities),
        None => (None, tally.entity_counts()?),
    };
    let (places, unlocated_places) = locate_places(session, counts)?;
    let (posts, unlocated_posts) = locate_posts(&tally)?;
    Ok(PlaceMap {
        documents: tally.document_count(),
        near,
        places,
        posts,
        unlocated_places,
        unlocated_posts,
    })
}

fn locate_places(
    session: &ReadSession<'_>,
    counts: Vec<(EntityNumber, u64)>,
) -> Result<(Vec<MapPoint>, usize), ViewError> {
    let (mut places, mut unlocated) = (Vec::new(), 0);
    for (number, documents) in counts.into_iter().take(MAX_ENTITIES) {
        if places.len() == MAX_PLACES {
            break;
        }
        let entity = session.archive.entities().get(number)?;
        if entity.label != Label::Loc {
            continue;
        }
        let Some((place, at)) = point_on_map(&entity.id) else {
            unlocated += 1;
            continue;
        };
        places.push(MapPoint {
            term: Query::entity(&entity.id),
            name: entity.name,
            entity: Some(entity.id),
            kind: if place.is_area { MapPointKind::Country } else { MapPointKind::Town },
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

/// Returns the coordinates of a post: those of its town, or of the capital of the country
/// that it is named after. Of several posts of one name, the one that lasted longest, or
/// that still exists, is meant: La Paz is in Bolivia, though Mexico had a consulate there.
fn coordinates_of_post(post: &str) -> Option<[f32; 2]> {
    let words = normalise::normalise_words(post);
    let is_department =
        words == DEPARTMENT_AS_POST || DEPARTMENT_NAMES.iter().any(|name| words.starts_with(name));
    let town = if is_department { "washington" } else { words.as_str() };
    let rank = |place: &PlaceRecord<'_>| {
        let years = u32::from(place.until.saturating_sub(place.since));
        match place.kind {
            PlaceKind::Post => (3, u32::from(place.until), years),
            PlaceKind::Country => (2, 0, 0),
            PlaceKind::Territory => (1, 0, 0),
            PlaceKind::City => (0, 0, place.population),
        }
    };
    let knowledge_base = KnowledgeBase::load_embedded();
    let places = knowledge_base.find_rows(town).filter_map(|row| {
        let RecordRow::Place(kind, row) = row else { return None };
        let place = knowledge_base.place_record(kind, row);
        let source =
            if matches!(kind, PlaceKind::Post | PlaceKind::Territory) { "gsh" } else { "geonames" };
        let (north, east) = coordinates_of_place(&format!("{source}:{}", place.id))?;
        Some((rank(&place), [north, east]))
    });
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
            let at = point_on_map(id).map(|(_, at)| at);
            assert!(near(at, north, east), "{name}: {at:?}");
        }
        assert_eq!(point_on_map("n-ff9441ca86ed"), None);
    }

    #[test]
    fn posts_are_in_their_towns() {
        for (post, north, east) in [
            ("port louis", -20.16, 57.5),
            ("department of state", 38.9, -77.04),
            ("state", 38.9, -77.04),
            ("jordan", 31.95, 35.93), // the embassy is in the capital
            ("soviet union", 55.75, 37.62),
            ("mexico", 19.43, -99.13),
            ("la paz", -16.5, -68.15),    // not in Mexico
            ("tripoli", 32.89, 13.19),    // not in Lebanon
            ("santiago", -33.46, -70.65), // not in Panama
        ] {
            let at = coordinates_of_post(post).unwrap_or_else(|| panic!("{post} has no place"));
            let far = (at[0] - north).abs() + (at[1] - east).abs();
            assert!(far < 0.4, "{post}: {at:?}");
        }
        assert_eq!(coordinates_of_post("no town at all"), None);
    }
}
