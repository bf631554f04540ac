//! Countries, territories, posts and towns.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chancery_resolve::countries::COUNTRIES;
use chancery_resolve::knowledge_base::PlaceKind;
use chancery_resolve::knowledge_base::build::{KnowledgeBaseBuilder, NewPlace};
use chancery_resolve::normalise;
use chancery_resolve::places::other_town_names;
use serde_json::Value;

use super::{read_rows, text_field, text_list_field, year_field};

/// Towns with fewer inhabitants get no aliases.
const MIN_ALIASED_POPULATION: u64 = 50_000;

/// Towns with more inhabitants get all aliases.
const MIN_LARGE_POPULATION: u64 = 800_000;

/// Maximum number of aliases of the other towns, except capitals.
const MAX_ALIASES: usize = 40;

/// The countries and territories of the sources, and the ISO code of each.
pub(super) struct CountryCodes {
    countries: Vec<Value>,
    territories: Vec<Value>,
    /// ISO codes by the ids of gsh.
    iso_by_gsh: BTreeMap<String, String>,
}

impl CountryCodes {
    /// Reads countries and territories.
    pub(super) fn read(kb: &Path) -> anyhow::Result<Self> {
        let countries = read_rows(kb, "geonames_countries.jsonl")?;
        let territories = read_rows(kb, "territories.jsonl")?;
        let iso_by_gsh = country_codes(&countries, &territories);
        Ok(Self { countries, territories, iso_by_gsh })
    }

    /// Returns the ISO code of an id of gsh.
    pub(super) fn iso_of_gsh(&self, gsh: &str) -> Option<&str> {
        self.iso_by_gsh.get(gsh).map(String::as_str)
    }

    /// Returns the ISO codes by normalised names and adjectives. A name of several
    /// countries is none of them.
    pub(super) fn iso_by_name(&self) -> BTreeMap<String, String> {
        let mut names: BTreeMap<String, Option<String>> = BTreeMap::new();
        let mut put = |name: &str, iso: &str| {
            let known = names.entry(normalise::normalise_words(name));
            let known = known.or_insert_with(|| Some(iso.to_owned()));
            if known.as_deref() != Some(iso) {
                *known = None;
            }
        };
        for country in COUNTRIES.iter() {
            let names = country.names.iter().chain(&country.adjectives);
            names.for_each(|name| put(name, country.iso));
        }
        for row in &self.countries {
            put(text_field(row, "name"), text_field(row, "iso"));
        }
        for row in &self.territories {
            let Some(iso) = self.iso_of_gsh(text_field(row, "id")) else { continue };
            put(text_field(row, "name"), iso);
            put(text_field(row, "long_name"), iso);
        }
        names.remove("");
        names.into_iter().filter_map(|(name, iso)| Some((name, iso?))).collect()
    }
}

pub(super) fn add_places(
    kb: &Path,
    codes: &CountryCodes,
    builder: &mut KnowledgeBaseBuilder,
) -> anyhow::Result<()> {
    let CountryCodes { countries, territories, iso_by_gsh: iso_of } = codes;
    let capitals: BTreeSet<(String, &str)> = countries
        .iter()
        .map(|row| (normalise::normalise_words(text_field(row, "capital")), text_field(row, "iso")))
        .collect();
    for row in countries {
        let iso = text_field(row, "iso");
        let gsh = iso_of.iter().find(|(_, code)| *code == iso).map_or("", |(id, _)| id.as_str());
        let codes = [text_field(row, "fips"), iso, text_field(row, "iso3")].join(" ");
        builder.add_place(NewPlace {
            id: row["geonameid"].to_string(),
            name: text_field(row, "name").into(),
            details: [&codes, text_field(row, "capital"), gsh].join("\n"),
            country: iso.into(),
            population_or_years: row["population"].as_u64().unwrap_or(0) as u32,
            ..NewPlace::new(PlaceKind::Country)
        });
    }
    for row in territories {
        let id = text_field(row, "id");
        let before: Vec<&str> = text_list_field(row, "predecessors").collect();
        let after: Vec<&str> = text_list_field(row, "successors").collect();
        let long = text_field(row, "long_name");
        builder.add_place(NewPlace {
            id: id.into(),
            name: text_field(row, "name").into(),
            aliases: Some(long.to_owned()).filter(|long| !long.is_empty()).into_iter().collect(),
            details: [long, &before.join(" "), &after.join(" ")].join("\n"),
            country: iso_of.get(id).cloned().unwrap_or_default(),
            population_or_years: pack_years(row),
            ..NewPlace::new(PlaceKind::Territory)
        });
    }
    add_posts(kb, iso_of, builder)?;
    let mut cities: Vec<NewPlace> = read_rows(kb, "geonames_cities.jsonl")?
        .iter()
        .map(|row| parse_city(row, &capitals))
        .collect();
    add_other_names(&mut cities);
    for city in cities {
        builder.add_place(city);
    }
    Ok(())
}

fn pack_years(row: &Value) -> u32 {
    u32::from(year_field(row, "since")) | u32::from(year_field(row, "until")) << 16
}

/// The present country of each territory: by the table of countries, by its
/// name, or by its successors. The name takes precedence: Iraq before 1958
/// became the Arab Union, and this became Jordan and Iraq.
fn country_codes(countries: &[Value], territories: &[Value]) -> BTreeMap<String, String> {
    let iso_by_name: BTreeMap<String, &str> = countries
        .iter()
        .map(|row| (normalise::normalise_words(text_field(row, "name")), text_field(row, "iso")))
        .collect();
    let mut codes: BTreeMap<String, String> = BTreeMap::new();
    for country in COUNTRIES.iter() {
        codes.insert(country.gsh.to_owned(), country.iso.to_owned());
    }
    codes.remove("");
    for row in territories {
        if let Some(iso) = iso_by_name.get(&normalise::normalise_words(text_field(row, "name"))) {
            codes.entry(text_field(row, "id").into()).or_insert_with(|| (*iso).to_owned());
        }
    }
    for _ in 0..8 {
        for row in territories {
            let code =
                text_list_field(row, "successors").find_map(|after| codes.get(after).cloned());
            if let Some(code) = code {
                codes.entry(text_field(row, "id").into()).or_insert(code);
            }
        }
    }
    codes
}

/// First and last year of a post, and its kinds with their years.
type PostYears = (u16, u16, BTreeSet<String>);

/// Adds localities with diplomatic posts, one row each with all years.
fn add_posts(
    kb: &Path,
    iso_of: &BTreeMap<String, String>,
    builder: &mut KnowledgeBaseBuilder,
) -> anyhow::Result<()> {
    let mut years: BTreeMap<(String, String), PostYears> = BTreeMap::new();
    for row in read_rows(kb, "posts.jsonl")? {
        let (since, until) = (year_field(&row, "since"), year_field(&row, "until"));
        let key = key_of_post(text_field(&row, "locale"), text_field(&row, "territory"));
        let entry = years.entry(key).or_insert((since, until, BTreeSet::new()));
        (entry.0, entry.1) = (entry.0.min(since), entry.1.max(until));
        entry.2.insert(format!("{} {since}-{until}", text_field(&row, "type")));
    }
    for row in read_rows(kb, "locales.jsonl")? {
        let (id, name) = (text_field(&row, "id"), text_field(&row, "name"));
        let degrees = |key| text_field(&row, key).parse::<f32>().unwrap_or(0.0);
        let territory = text_field(&row, "territory");
        // Two towns of one name have ids with their countries: "london_ca".
        let plain_id = id.split('_').next().unwrap_or(id);
        let keys = [plain_id, name].map(|name| key_of_post(name, territory));
        let known = keys.iter().find_map(|key| years.get(key));
        let (since, until, kinds) = known.cloned().unwrap_or_default();
        let kinds: Vec<String> = kinds.into_iter().collect();
        let iso = iso_of.get(territory).map_or("", String::as_str);
        let mut aliases: Vec<String> =
            text_list_field(&row, "other_names").map(str::to_owned).collect();
        let of_town = other_town_names().filter(|(of, town, _)| *of == iso && *town == name);
        aliases.extend(of_town.flat_map(|(.., others)| others).map(str::to_owned));
        builder.add_place(NewPlace {
            id: id.into(),
            name: name.into(),
            details: format!("{iso}\n{}\n{}", aliases.join("|"), kinds.join("\n")),
            aliases,
            country: territory.into(),
            latitude: degrees("lat"),
            longitude: degrees("lon"),
            population_or_years: u32::from(since) | u32::from(until) << 16,
            ..NewPlace::new(PlaceKind::Post)
        });
    }
    Ok(())
}

/// The town and the territory of a post. The list of posts writes accents and
/// apostrophes otherwise than that of localities.
fn key_of_post(town: &str, territory: &str) -> (String, String) {
    (normalise::normalise_words(town), territory.to_owned())
}

/// Adds historical names and spellings of telegrams to the largest town of each
/// name.
fn add_other_names(cities: &mut [NewPlace]) {
    for (iso, name, others) in other_town_names() {
        let named = cities.iter_mut().filter(|city| city.country == iso && city.name == name);
        let Some(city) = named.max_by_key(|city| city.population_or_years) else { continue };
        for other in others {
            city.details += &format!("\n{other}");
            city.aliases.push(other.to_owned());
        }
    }
}

/// Whether to keep an alias of a town: it is in Latin script and not a code. The
/// source lists airport codes as names: "SEA" for Seattle.
fn is_latin_alias(alias: &str) -> bool {
    alias.starts_with(char::is_uppercase)
        && alias.is_ascii()
        && alias.len() > 3
        && alias.bytes().any(|letter| letter.is_ascii_lowercase())
}

fn parse_city(row: &Value, capitals: &BTreeSet<(String, &str)>) -> NewPlace {
    let name = text_field(row, "name");
    let country = text_field(row, "country");
    let population = row["population"].as_u64().unwrap_or(0);
    let folded = normalise::normalise_words(name);
    let is_capital = capitals.contains(&(folded.clone(), country));
    let mut known = BTreeSet::from([folded]);
    let mut aliases = Vec::new();
    if population >= MIN_ALIASED_POPULATION || is_capital {
        let latin = text_list_field(row, "other_names").filter(|alias| is_latin_alias(alias));
        let fresh = latin.filter(|alias| known.insert(normalise::normalise_words(alias)));
        aliases = fresh
            .take(if is_capital || population > MIN_LARGE_POPULATION {
                usize::MAX
            } else {
                MAX_ALIASES
            })
            .map(str::to_owned)
            .collect();
    }
    let capital = if is_capital { "capital" } else { "town" };
    NewPlace {
        id: row["geonameid"].to_string(),
        name: name.into(),
        details: format!("{capital}\n{}", aliases.join("\n")),
        aliases,
        country: country.into(),
        latitude: row["lat"].as_f64().unwrap_or(0.0) as f32,
        longitude: row["lon"].as_f64().unwrap_or(0.0) as f32,
        population_or_years: population as u32,
        ..NewPlace::new(PlaceKind::City)
    }
}
