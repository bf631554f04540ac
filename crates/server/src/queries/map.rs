//! The places and posts of a search with their coordinates.
//!
//! Coordinates come from the knowledge base. Names that it does not have ("the
//! Middle East", "White House") are not on the map, but are counted.

use chancery_model::Label;
use chancery_resolve::facts::{Facts, Place, PlaceKind, Row};
use chancery_resolve::fold;
use chancery_store::{Query, Tally};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::as_text;
use crate::error::ApiError;
use crate::geometry::world::WORLD;
use crate::limits::parse_limited_query;
use crate::state::ReadSession;

/// Maximum number of places shown.
const PLACES: usize = 250;

/// Number of entities examined to find places, those named most first.
const LOOKED_AT: usize = 2_000;

/// Maximum number of posts shown.
const POSTS: usize = 250;

/// Names of the Department of State, which is in Washington.
const DEPARTMENT: [&str; 3] = ["department of state", "secstate", "secretary of state"];

/// Query string of a map or timeline.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Of {
    /// A query in the syntax of `chancery search`; empty for all documents.
    #[param(max_length = 2000)]
    pub(crate) q: String,
}

/// Places and posts of a search.
#[derive(Serialize, ToSchema)]
pub(crate) struct Map {
    /// Number of documents that match the query.
    pub(crate) documents: usize,
    /// Places that most of them name.
    pub(crate) places: Vec<Spot>,
    /// Posts that sent most of them.
    pub(crate) posts: Vec<Spot>,
    /// Number of examined places without known coordinates.
    pub(crate) unlocated_places: usize,
    /// Number of examined posts without known coordinates.
    pub(crate) unlocated_posts: usize,
}

/// A place or post on the map.
#[derive(Serialize, ToSchema)]
pub(crate) struct Spot {
    /// Name of the place or post.
    pub(crate) name: String,
    /// Id of the entity; posts have none.
    pub(crate) entity: Option<String>,
    /// Kind of the place.
    pub(crate) kind: Kind,
    /// Latitude and longitude in degrees.
    pub(crate) at: [f32; 2],
    /// Number of documents that name it, or that it sent.
    pub(crate) documents: u64,
    /// Query term that finds these documents.
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String)]
    pub(crate) term: Query,
}

/// Kind of a place on the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// A country or territory, drawn at its centre.
    Country,
    /// A town.
    Town,
    /// A post, or the Department of State.
    Post,
}

/// Computes the map of a search.
pub(crate) fn map(desk: &ReadSession<'_>, of: &Of) -> Result<Map, ApiError> {
    let query: Query = parse_limited_query(&of.q)?;
    let searcher = desk.searcher()?;
    let tally = searcher.tally(desk.archive, &query)?;
    let (places, unlocated_places) = places(desk, &tally)?;
    let (posts, unlocated_posts) = posts(&tally)?;
    Ok(Map { documents: tally.total(), places, posts, unlocated_places, unlocated_posts })
}

fn places(desk: &ReadSession<'_>, tally: &Tally<'_>) -> Result<(Vec<Spot>, usize), ApiError> {
    let (mut places, mut unlocated) = (Vec::new(), 0);
    for (entity, documents) in tally.entities()?.into_iter().take(LOOKED_AT) {
        if places.len() == PLACES {
            break;
        }
        let known = desk.archive.known(entity)?;
        if known.class != Label::Loc {
            continue;
        }
        let Some((place, at)) = of_id(&known.id, &known.name) else {
            unlocated += 1;
            continue;
        };
        places.push(Spot {
            term: Query::entity(&known.id),
            name: known.name,
            entity: Some(known.id),
            kind: kind(place),
            at,
            documents,
        });
    }
    Ok((places, unlocated))
}

fn posts(tally: &Tally<'_>) -> Result<(Vec<Spot>, usize), ApiError> {
    let (mut posts, mut unlocated) = (Vec::new(), 0);
    for (post, documents) in tally.posts()?.into_iter().take(POSTS) {
        let Some(at) = of_post(&post) else {
            unlocated += 1;
            continue;
        };
        posts.push(Spot {
            name: post.to_uppercase(),
            entity: None,
            kind: Kind::Post,
            at,
            documents,
            term: Query::post(&post),
        });
    }
    Ok((posts, unlocated))
}

const fn kind(kind: PlaceKind) -> Kind {
    match kind {
        PlaceKind::Country | PlaceKind::Territory => Kind::Country,
        PlaceKind::City | PlaceKind::Post => Kind::Town,
    }
}

fn named(words: &str) -> impl Iterator<Item = Place<'static>> + use<> {
    let facts = Facts::shipped();
    facts.find(words).filter_map(move |row| match row {
        Row::Place(kind, row) => Some(facts.place(kind, row)),
        Row::Person(_) => None,
    })
}

/// Returns the kind and coordinates of the place with this entity id. The place
/// is looked up by name, or if that is an abbreviation ("USSR"), by the name in
/// the id.
fn of_id(id: &str, name: &str) -> Option<(PlaceKind, [f32; 2])> {
    let (_, own) = id.split_once(':')?;
    let slug = own.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-').replace('-', " ");
    let mut found = named(&fold::words(name)).chain(named(&slug));
    let place = found.find(|place| place.id == own)?;
    Some((place.kind, degrees(&place)?))
}

/// Returns the coordinates of a place. For a country, the centre of its largest
/// part, or of its capital if it is too small for the outline. For a former
/// country, those of its largest successor.
fn degrees(place: &Place<'_>) -> Option<[f32; 2]> {
    if place.latitude != 0.0 || place.longitude != 0.0 {
        return Some([place.latitude, place.longitude]);
    }
    match place.kind {
        PlaceKind::Country => WORLD.centres.get(&fold::words(place.name)).copied().or_else(|| {
            let capital = fold::words(place.more.lines().nth(1)?);
            let mut towns = named(&capital);
            towns
                .find(|town| town.kind == PlaceKind::City && town.country == place.country)
                .map(|town| [town.latitude, town.longitude])
        }),
        PlaceKind::Territory => {
            let heirs = place.more.lines().nth(2).unwrap_or_default().split(' ');
            let today = heirs.map(|heir| heir.replace('-', " ")).flat_map(|heir| named(&heir));
            let own = named(&fold::words(place.name)).chain(today);
            let largest = own
                .filter(|other| other.kind == PlaceKind::Country)
                .max_by_key(|other| other.population)?;
            degrees(&largest)
        }
        PlaceKind::City | PlaceKind::Post => None,
    }
}

/// Returns the coordinates of a post: those of its town, or of the country that
/// it is named after.
fn of_post(post: &str) -> Option<[f32; 2]> {
    let words = fold::words(post);
    let town = match DEPARTMENT.iter().any(|name| words.starts_with(name)) {
        true => "washington",
        false => words.as_str(),
    };
    let rank = |place: &Place<'_>| match place.kind {
        PlaceKind::Post => (3, 0),
        PlaceKind::Country => (2, 0),
        PlaceKind::Territory => (1, 0),
        PlaceKind::City => (0, place.population),
    };
    let places = named(town).filter_map(|place| Some((rank(&place), degrees(&place)?)));
    places.max_by_key(|(rank, _)| *rank).map(|(_, at)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_posts_lie_where_they_are() {
        let near = |found: Option<[f32; 2]>, north: f32, east: f32| {
            found.is_some_and(|at| (at[0] - north).abs() < 8.0 && (at[1] - east).abs() < 8.0)
        };
        for (id, name, north, east) in [
            ("geonames:934292", "Mauritius", -20.2, 57.5), // no outline: its capital
            ("geonames:1880251", "Singapore", 1.3, 103.8), // the capital has its name
            ("geonames:294640", "Israel", 31.4, 35.0),
            ("gsh:soviet-union-1991", "USSR", 61.0, 96.0), // the largest successor
        ] {
            let at = of_id(id, name).map(|(_, at)| at);
            assert!(near(at, north, east), "{name}: {at:?}");
        }
        assert_eq!(of_id("n-ff9441ca86ed", "Middle East"), None);
        for (post, north, east) in [
            ("port louis", -20.2, 57.5),
            ("department of state", 38.9, -77.0),
            ("jordan", 31.2, 36.8),
        ] {
            let at = of_post(post);
            assert!(near(at, north, east), "{post}: {at:?}");
        }
    }
}
