//! Links names of places to countries, towns and posts.
//!
//! A country is found by name, adjective or abbreviation of its government. Of
//! several towns with one name the likeliest is chosen. Large towns, capitals
//! and posts are mentioned more often, and so are towns of the countries that
//! the document mentions. If the likeliest town is small and in a country that
//! the document does not mention, the name stays unlinked.

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

use chancery_model::{CitySupport, Evidence, LinkKind};

use crate::context::{LinkContext, iso_from_country_name};
use crate::countries::{self, CountryNaming};
use crate::historical_states::{HISTORICAL_STATES, find_historical_state};
use crate::knowledge_base::{KnowledgeBase, PlaceKind, PlaceRecord, RecordRow};
use crate::normalise;
use crate::word_list::read_word_list;

/// A place that a name is linked to.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceMatch {
    /// Its ID: "geonames:2507480", "gsh:soviet-union-1991".
    pub id: String,
    /// Its name in the knowledge base.
    pub name: String,
    /// ISO code of its country.
    pub country: &'static str,
    /// The confidence, from 0 to 1.
    pub score: f32,
    /// The reason of the link.
    pub evidence: Evidence,
    /// The kind of link between mention and place.
    pub link_kind: LinkKind,
}

/// Links the names of places in a document.
#[derive(Clone, Copy, Debug)]
pub struct PlaceLinker {
    knowledge_base: KnowledgeBase<'static>,
}

impl PlaceLinker {
    /// Creates a linker to the places in the knowledge base.
    pub fn new(knowledge_base: KnowledgeBase<'static>) -> Self {
        Self { knowledge_base }
    }

    /// Returns the country with a normalised name, adjective or abbreviation.
    pub fn find_country(self, folded: &str, context: &LinkContext) -> Option<PlaceMatch> {
        let folded = folded.strip_prefix("the ").unwrap_or(folded);
        let named = countries::countries_by_name(folded);
        let (naming, iso, score) = match named {
            [] => (CountryNaming::Name, iso_from_country_name(folded, self.knowledge_base)?, 0.97),
            [(CountryNaming::Government, iso)] if context.country_weight(iso) == 0 => {
                (CountryNaming::Government, *iso, 0.7)
            }
            [(naming, iso)] => (*naming, *iso, 0.98),
            _ if context.post_iso().is_some_and(|post| has_country(named, post)) => {
                let host = context.post_iso();
                let &(naming, iso) = named.iter().find(|(_, iso)| Some(*iso) == host)?;
                (naming, iso, 0.95)
            }
            _ => {
                let best = named.iter().max_by_key(|(_, iso)| context.country_weight(iso));
                let &(naming, iso) = best?;
                let weight = context.country_weight(iso);
                let second = named.iter().filter(|(_, other)| *other != iso);
                let second = second.map(|(_, iso)| context.country_weight(iso)).max().unwrap_or(0);
                if weight <= second {
                    return None;
                }
                (naming, iso, 0.9)
            }
        };
        Some(self.country_named_so(naming, iso, score, folded, context.document_year()))
    }

    /// Returns a country as the government that a short form means.
    pub(crate) fn government_match(self, iso: &'static str, context: &LinkContext) -> PlaceMatch {
        let year = context.document_year();
        self.country_named_so(CountryNaming::Government, iso, 0.95, "", year)
    }

    fn country_named_so(
        self,
        naming: CountryNaming,
        iso: &'static str,
        score: f32,
        folded: &str,
        year: u16,
    ) -> PlaceMatch {
        let (id, name) = match find_historical_state(iso, folded, naming, year) {
            Some(state) => (format!("gsh:{}", state.gsh), state.name.to_owned()),
            None => self.country_identity(iso),
        };
        let country = name.clone();
        let (link_kind, evidence) = match naming {
            CountryNaming::Name => (LinkKind::Name, Evidence::CountryName { country }),
            CountryNaming::Adjective => {
                (LinkKind::Adjective, Evidence::CountryAdjective { country })
            }
            CountryNaming::Government => {
                (LinkKind::Government, Evidence::GovernmentShorthand { country })
            }
        };
        PlaceMatch { id, name, country: iso, score, evidence, link_kind }
    }

    /// Returns the country with an ISO code, as named by its name.
    pub(crate) fn country_match(self, iso: &'static str) -> PlaceMatch {
        let (id, name) = self.country_identity(iso);
        let evidence = Evidence::CountryName { country: name.clone() };
        PlaceMatch { id, name, country: iso, score: 0.97, evidence, link_kind: LinkKind::Name }
    }

    /// Whether a normalised name means a town of the United States, when nothing
    /// stands beside it.
    pub(crate) fn is_us_town(self, folded: &str) -> bool {
        let context = LinkContext { countries: vec![("US", 1)], ..LinkContext::default() };
        self.find_city(folded, None, &context).is_some_and(|town| town.country == "US")
    }

    /// Returns the name of a country.
    pub fn country_name(self, iso: &str) -> String {
        self.country_identity(iso).1
    }

    /// Iterates over the countries, present and past: their IDs, and the names by which a
    /// search finds them. Abbreviations that several governments share are left out.
    pub fn names_of_countries(self) -> impl Iterator<Item = (String, BTreeSet<String>)> {
        let is_own = |name: &str| {
            matches!(countries::countries_by_name(&normalise::normalise_words(name)), [_])
        };
        let of_the_past = HISTORICAL_STATES.iter().flat_map(|state| &state.names);
        let of_the_past: HashSet<&str> = of_the_past.copied().collect();
        let present = countries::COUNTRIES.iter().map(move |country| {
            let names = country.names.iter().filter(|name| is_own(name));
            let names = names
                .filter(|name| !of_the_past.contains(&*normalise::normalise_words(name)))
                .map(|name| (*name).to_owned());
            (self.country_identity(country.iso).0, names.collect())
        });
        let past = HISTORICAL_STATES.iter().map(|state| {
            let names = state.names.iter().map(|name| (*name).to_owned());
            (format!("gsh:{}", state.gsh), names.collect())
        });
        present.chain(past)
    }

    /// Returns ID and name of a country.
    fn country_identity(self, iso: &str) -> (String, String) {
        if let Some(row) = countries::row_of_iso(iso) {
            let place = self.knowledge_base.place_record(PlaceKind::Country, row);
            return (format!("geonames:{}", place.id), place.name.to_owned());
        }
        match countries::country_by_iso(iso) {
            Some(country) => {
                let name = country.names.first().copied().unwrap_or(country.gsh);
                (format!("gsh:{}", country.gsh), name.to_owned())
            }
            None => (format!("iso:{iso}"), iso.to_owned()),
        }
    }

    /// Returns the place that a normalised name means in a document. `beside`
    /// is the country directly after the name ("Tripoli, Libya").
    pub fn find_place(
        self,
        folded: &str,
        beside: Option<&str>,
        context: &LinkContext,
    ) -> Option<PlaceMatch> {
        let country = self.find_country(folded, context);
        let city = match former_town(folded, beside, context.document_year()) {
            Some((iso, now)) => self.find_city(now, Some(iso), context),
            None => self.find_city(folded, beside, context),
        };
        match (country, city) {
            // Towns of the United States called "Jordan" or "Lebanon" have
            // their state beside them. Alone, the name means the country.
            (Some(country), Some(city)) => {
                let elsewhere = beside == Some("US") && city.country == "US";
                // "Salvador" is short for a country, and in Brazil the name of a city.
                let at_home = !countries::countries_by_name(folded).is_empty()
                    && city.country != country.country
                    && context.post_iso() == Some(city.country);
                Some(if elsewhere || at_home { city } else { country })
            }
            (country, city) => country.or(city),
        }
    }

    /// Returns what a name means that the text calls a town: a town in the country of
    /// the post comes before a country ("the Beni capital of Trinidad"), but "the capital
    /// of Jordan" names the country.
    pub(crate) fn find_town(
        self,
        folded: &str,
        beside: Option<&str>,
        context: &LinkContext,
    ) -> Option<PlaceMatch> {
        let city = self.find_city(folded, beside, context);
        match (self.find_country(folded, context), city) {
            (Some(country), Some(city)) => {
                let is_other = city.country != country.country;
                Some(if is_other && context.post_iso() == Some(city.country) {
                    city
                } else {
                    country
                })
            }
            (country, city) => city.or(country),
        }
    }

    /// Returns the town or post that a normalised name means.
    fn find_city(
        self,
        folded: &str,
        beside: Option<&str>,
        context: &LinkContext,
    ) -> Option<PlaceMatch> {
        let has_city = |name: &str| {
            self.knowledge_base
                .find_rows(name)
                .any(|row| matches!(row, RecordRow::Place(PlaceKind::City, _)))
        };
        let is_called_city = folded.ends_with(" city");
        let folded = match folded.strip_suffix(" city") {
            Some(rest) if !has_city(folded) => rest,
            _ => folded,
        };
        if is_never_town(folded) {
            return None;
        }
        let is_there = |row: RecordRow, iso: &str| match row {
            RecordRow::Place(kind @ PlaceKind::City, row) => {
                let place = self.knowledge_base.place_record(kind, row);
                place.country == iso && has_normalised_name(&place, folded)
            }
            _ => false,
        };
        // A country that is stated excludes towns elsewhere.
        let stated = beside
            .filter(|iso| self.knowledge_base.find_rows(folded).any(|row| is_there(row, iso)));
        let mut best: Option<(f32, PlaceRecord<'static>)> = None;
        let mut second = f32::MIN;
        // "Cancun" is not a spelling of Changchun.
        let is_own = |place: &PlaceRecord<'_>| normalise::normalise_words(place.name) == folded;
        let has_known_bearer = self
            .cities_called(folded)
            .any(|place| is_own(&place) && place.population >= KNOWN_TOWN && place.country != "US");
        let mut post: Option<PlaceRecord<'static>> = None;
        for row in self.knowledge_base.find_rows(folded) {
            let RecordRow::Place(kind, row) = row else { continue };
            let place = self.knowledge_base.place_record(kind, row);
            match kind {
                PlaceKind::Post if normalise::normalise_words(place.name) == folded => {
                    post = Some(place);
                }
                PlaceKind::City
                    if has_normalised_name(&place, folded)
                        && (!has_known_bearer
                            || is_own(&place)
                            || context.post_iso() == Some(place.country))
                        && stated.is_none_or(|iso| iso == place.country) =>
                {
                    let score = place_likelihood(&place, folded, beside, context);
                    if best.as_ref().is_none_or(|(known, _)| score > *known) {
                        second = best.map_or(second, |(known, _)| known);
                        best = Some((score, place));
                    } else {
                        second = second.max(score);
                    }
                }
                _ => {}
            }
        }
        let best = best.map(|(score, place)| {
            let famous =
                if stated.is_none() { self.famous_bearer(folded, &place, context) } else { None };
            famous.map_or((score, place), |famous| (score.max(MIN_TOWN_SCORE), famous))
        });
        let (mut score, place) = match (best, post) {
            (Some(best), _) => best,
            (None, Some(post)) => {
                let is_region = !countries::regions_by_name(folded).is_empty();
                return (!is_region).then(|| match_post(&post));
            }
            (None, None) => return None,
        };
        let is_post = post.is_some_and(|post| post.details.lines().next() == Some(place.country));
        if is_post {
            score += 1.0;
        }
        // No other place is called so: "Santiago de Cuba".
        let is_only_bearer =
            folded.split(' ').count() > 2 && self.cities_called(folded).count() == 1;
        let is_stated = stated.is_some() || is_called_city || is_post;
        if !is_stated && !is_only_bearer && !has_support(&place, folded, context) {
            return None;
        }
        if stated.is_none() && !is_called_city && means_region(&place, folded, context) {
            return None;
        }
        (score >= MIN_TOWN_SCORE)
            .then(|| match_city(&place, (score - second).clamp(0.0, 2.0), context))
    }

    /// The towns with a normalised name.
    fn cities_called(self, folded: &str) -> impl Iterator<Item = PlaceRecord<'static>> {
        self.knowledge_base.find_rows(folded).filter_map(move |row| match row {
            RecordRow::Place(kind @ PlaceKind::City, row) => {
                Some(self.knowledge_base.place_record(kind, row))
            }
            _ => None,
        })
    }

    /// Whether a normalised name is that of a capital.
    pub(crate) fn is_capital(self, folded: &str) -> bool {
        self.cities_called(folded).any(|place| {
            place.details.starts_with("capital") && has_normalised_name(&place, folded)
        })
    }

    /// Returns the city of world fame that a name means rather than a small town of that
    /// name, if the document speaks of its country.
    fn famous_bearer(
        self,
        folded: &str,
        small: &PlaceRecord<'static>,
        context: &LinkContext,
    ) -> Option<PlaceRecord<'static>> {
        let cities = self.cities_called(folded);
        let own = cities.filter(|place| normalise::normalise_words(place.name) == folded);
        let largest = own.max_by_key(|place| place.population)?;
        let is_famous = largest.population >= FAMOUS_CITY
            && largest.population >= small.population.saturating_mul(FAMOUS_FACTOR)
            && context.country_weight(largest.country) > 0
            && context.post_name != folded;
        is_famous.then_some(largest)
    }
}

/// Iterates over names of towns that the list of GeoNames lacks: former names,
/// names in other languages and in telegrams. Each item has the ISO code, the
/// name and the other names.
pub fn other_town_names() -> impl Iterator<Item = (&'static str, &'static str, Vec<&'static str>)> {
    let lines = include_str!("../data/cities.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let (city, others) = line.split_once('\t')?;
        let (iso, name) = city.split_once(' ')?;
        Some((iso, name, others.split('|').filter(|other| *other != name).collect()))
    })
}

/// Returns the country and the present name of a town that had a name in a year, and that
/// the place beside the name does not put elsewhere: "Port Arthur, Texas".
fn former_town(
    folded: &str,
    beside: Option<&str>,
    year: u16,
) -> Option<(&'static str, &'static str)> {
    let lines = include_str!("../data/former_towns.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).find_map(|line| {
        let mut columns = line.split('\t');
        let is_named = columns.next()? == folded;
        let until: u16 = columns.next()?.parse().ok()?;
        let (iso, now) = (columns.next()?, columns.next()?);
        let is_there = beside.is_none_or(|beside| beside == iso || beside == "SU");
        (is_named && is_there && (1..=until).contains(&year)).then_some((iso, now))
    })
}

static NEVER_TOWNS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| read_word_list(include_str!("../data/others.txt")));

/// Whether a name does not mean a town in telegrams, although a town has it.
fn is_never_town(folded: &str) -> bool {
    NEVER_TOWNS.contains(folded)
}

/// Returns how likely a town is meant: the logarithm of its population plus the
/// evidence of the document.
fn place_likelihood(
    place: &PlaceRecord<'_>,
    folded: &str,
    beside: Option<&str>,
    context: &LinkContext,
) -> f32 {
    let size = (place.population.max(1) as f32).log10();
    let capital = if place.details.starts_with("capital") { 1.5 } else { 0.0 };
    let own_name = if normalise::normalise_words(place.name) == folded { 0.5 } else { 0.0 };
    // Towns of the United States are often named after towns elsewhere.
    let named = match context.country_weight(place.country) {
        _ if place.country == "US" && capital > 0.0 => 2.5,
        _ if place.country == "US" => -0.9,
        0 => 0.0,
        weight => 2.0 + (weight as f32).log10().min(1.0),
    };
    let at_post = if context.post_name == folded
        && context.countries.first().is_some_and(|(iso, _)| *iso == place.country)
    {
        3.0
    } else {
        0.0
    };
    let stated = match beside {
        Some(iso) if iso == place.country => 4.0,
        Some(_) => -2.0,
        None => 0.0,
    };
    size + capital + own_name + named + at_post + stated
}

/// Lowest score of a town that is linked.
const MIN_TOWN_SCORE: f32 = 4.3;

/// Population from which a city may be meant rather than a small town of its name.
const FAMOUS_CITY: u32 = 500_000;

/// How many times larger than the small town that city is.
const FAMOUS_FACTOR: u32 = 10;

/// Population from which a town is known by its own name, though a larger one has the
/// name too.
const KNOWN_TOWN: u32 = 300_000;

/// Population of a town that is meant by its name, though the region has it too.
const KNOWN_SEAT: u32 = 200_000;

/// Population above which a town needs no support by the document.
pub(crate) const WORLD_CITY: u32 = 1_000_000;

/// Population above which a town of the United States needs no state beside it. Nearly
/// all documents mention the United States.
const LARGE_US_TOWN: u32 = 250_000;

/// The normalised names of the towns of `data/cities.tsv`.
static LISTED_TOWNS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let names = other_town_names().flat_map(|(_, name, others)| others.into_iter().chain([name]));
    names.map(normalise::normalise_words).collect()
});

/// Whether more than its size speaks for a town: it is a capital, or the post of the
/// document, or in a country that the document mentions, or of world fame.
fn has_support(place: &PlaceRecord<'_>, folded: &str, context: &LinkContext) -> bool {
    let is_mentioned = match place.country {
        "US" => place.population >= LARGE_US_TOWN,
        country => context.country_weight(country) > 0,
    };
    is_mentioned
        || place.population >= WORLD_CITY
        || place.details.starts_with("capital")
        || context.post_name == folded
        || LISTED_TOWNS.contains(folded)
}

/// Whether a name means a region of a country that the document speaks of, not a town.
fn means_region(place: &PlaceRecord<'_>, folded: &str, context: &LinkContext) -> bool {
    if countries::is_region_of(folded, place.country) {
        let is_own = normalise::normalise_words(place.name) == folded;
        return !is_own || place.population < KNOWN_SEAT;
    }
    let spoken_of = countries::regions_by_name(folded);
    let weight = spoken_of.iter().map(|iso| context.country_weight(iso)).max().unwrap_or(0);
    let at_post = context.post_iso().is_some_and(|post| spoken_of.contains(&post));
    weight > 0
        && weight >= context.country_weight(place.country)
        && (at_post || place.population < WORLD_CITY)
        && !place.details.starts_with("capital")
}

/// Whether one of these countries has an ISO code.
fn has_country(named: &[(CountryNaming, &'static str)], iso: &str) -> bool {
    named.iter().any(|(_, other)| *other == iso)
}

fn has_normalised_name(place: &PlaceRecord<'_>, folded: &str) -> bool {
    std::iter::once(place.name)
        .chain(place.details.lines().skip(1))
        .any(|name| normalise::normalise_words(name) == folded)
}

fn match_city(place: &PlaceRecord<'_>, margin: f32, context: &LinkContext) -> PlaceMatch {
    let support = if context.country_weight(place.country) > 0 {
        Some(CitySupport::MentionedCountry)
    } else {
        place.details.starts_with("capital").then_some(CitySupport::Capital)
    };
    PlaceMatch {
        id: format!("geonames:{}", place.id),
        name: place.name.to_owned(),
        country: countries::static_iso(place.country),
        score: 0.8 + margin * 0.09,
        evidence: Evidence::City {
            name: place.name.to_owned(),
            country: place.country.to_owned(),
            support,
            inhabitants: place.population,
        },
        link_kind: LinkKind::Name,
    }
}

fn match_post(post: &PlaceRecord<'_>) -> PlaceMatch {
    let (from, until) = (post.since, post.until);
    PlaceMatch {
        id: format!("gsh:{}", post.id),
        name: post.name.to_owned(),
        country: countries::static_iso(post.details.lines().next().unwrap_or("")),
        score: 0.85,
        evidence: Evidence::Post { country: post.country.to_owned(), from, until },
        link_kind: LinkKind::Name,
    }
}
