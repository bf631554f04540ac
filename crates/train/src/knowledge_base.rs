//! `chancery-train knowledge-base`: compiles the knowledge base.
//!
//! Reads the JSON lines of `data/kb` and writes the file that is built into the
//! program. The same sources give the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use chancery_engine::InputError;
use chancery_resolve::countries::COUNTRIES;
use chancery_resolve::knowledge_base::build::{KnowledgeBaseBuilder, NewPerson, NewPlace};
use chancery_resolve::knowledge_base::{KnowledgeSource, PlaceKind};
use chancery_resolve::normalise;
use chancery_resolve::places::other_town_names;
use clap::Args;
use serde_json::Value;

use crate::json_lines::read_json_lines;

const EXAMPLES: &str = "\
Examples:
  chancery-train knowledge-base                            rebuild the shipped knowledge base
  chancery-train knowledge-base --shared ~/data --output mine.bin";

/// Compile the knowledge base
///
/// Reads the reference lists of a data folder (persons, appointments, places)
/// and writes the knowledge base, to which entities are linked. The next
/// `cargo build` builds it into the program.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Folder that contains `data/kb`
    #[arg(long, value_name = "FOLDER", default_value = "../shared")]
    shared: PathBuf,
    /// Write the knowledge base to this file
    #[arg(long, value_name = "FILE", default_value = "crates/models/data/knowledge_base.bin")]
    output: PathBuf,
}

/// Towns with fewer inhabitants get no aliases.
const MIN_ALIASED_POPULATION: u64 = 50_000;

/// Towns with more inhabitants get all aliases.
const MIN_LARGE_POPULATION: u64 = 800_000;

/// Maximum number of aliases of the other towns, except capitals.
const MAX_ALIASES: usize = 40;

/// Maximum length of a remark, in bytes.
const MAX_REMARK_BYTES: usize = 160;

/// Countries whose ids differ between pocom and gsh.
const POCOM_TO_GSH_IDS: [(&str, &str); 4] = [
    ("korea", "korea-south"),
    ("bosnia-herzegovina", "bosnia-and-herzegovina"),
    ("german-democratic-republic", "east-germany-1990"),
    ("yugoslavia", "yugoslavia-1946"),
];

/// Compiles the knowledge base.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let kb = arguments.shared.join("data/kb");
    let mut builder = KnowledgeBaseBuilder::default();
    add_persons(&kb, &mut builder)?;
    add_places(&kb, &mut builder)?;
    let bytes = builder.into_bytes();
    let path = &arguments.output;
    fs::write(path, &bytes).map_err(|error| InputError::from_write(path, &error))?;
    eprintln!("{}: {:.1} MB", path.display(), bytes.len() as f64 / 1e6);
    Ok(())
}

/// Reads the objects of a file, one per line.
fn read_rows(kb: &Path, name: &str) -> anyhow::Result<Vec<Value>> {
    read_json_lines(&kb.join(name))
}

fn text_field<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or("")
}

fn text_list_field<'a>(row: &'a Value, key: &str) -> impl Iterator<Item = &'a str> {
    row[key].as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn year_field(row: &Value, key: &str) -> u16 {
    text_field(row, key).get(..4).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

fn add_persons(kb: &Path, builder: &mut KnowledgeBaseBuilder) -> anyhow::Result<()> {
    let mut diplomats: Vec<NewPerson> =
        read_rows(kb, "us_diplomats.jsonl")?.iter().map(parse_diplomat).collect();
    let life =
        |person: &NewPerson| (normalise::normalise_words(&person.name), person.born, person.died);
    let known: BTreeMap<_, usize> =
        diplomats.iter().enumerate().map(|(row, person)| (life(person), row)).collect();
    for row in read_rows(kb, "frus_people.jsonl")? {
        let person = parse_frus_person(&row);
        match known.get(&life(&person)) {
            Some(&row) if person.born > 0 => merge_into_diplomat(&mut diplomats[row], person),
            _ => builder.add_person(person),
        }
    }
    for person in diplomats {
        builder.add_person(person);
    }
    add_visitors(kb, builder)?;
    add_presidents(kb, builder)
}

fn parse_diplomat(row: &Value) -> NewPerson {
    let mut person = NewPerson {
        id: text_field(row, "id").into(),
        name: format!("{}, {}", text_field(row, "surname"), text_field(row, "forename")),
        born: year_field(row, "born"),
        died: year_field(row, "died"),
        ..NewPerson::new(KnowledgeSource::Pocom)
    };
    if !text_field(row, "gen").is_empty() {
        person.name += &format!(", {}", text_field(row, "gen"));
    }
    for appointment in row["appointments"].as_array().into_iter().flatten() {
        let began = [text_field(appointment, "started"), text_field(appointment, "appointed")];
        let from =
            began.iter().map(|date| parse_day_number(date)).find(|&day| day > 0).unwrap_or(0);
        let until = parse_day_number(text_field(appointment, "ended"));
        let at = text_field(appointment, "at");
        let at = POCOM_TO_GSH_IDS.iter().find(|(pocom, _)| *pocom == at).map_or(at, |(_, gsh)| gsh);
        person.appointments.push((
            text_field(appointment, "role").to_owned(),
            at.to_owned(),
            from,
            until,
        ));
    }
    person.appointments.sort_by_key(|&(.., from, until)| (from, until));
    let years = person.appointments.iter().flat_map(|&(.., from, until)| [from, until]);
    let years: Vec<u16> = years.map(|day| (day / 10_000) as u16).filter(|&year| year > 0).collect();
    person.from = years.iter().copied().min().unwrap_or(0);
    person.until = years.iter().copied().max().unwrap_or(0);
    let roles: Vec<String> = person
        .appointments
        .iter()
        .map(|(role, at, ..)| format!("{role} {at}").trim().to_owned())
        .collect();
    truncate_remark(&roles.join("; ")).clone_into(&mut person.remark);
    person
}

/// Merges a diplomat with the same person of FRUS; the remark keeps the other
/// id.
fn merge_into_diplomat(diplomat: &mut NewPerson, named: NewPerson) {
    diplomat.remark = format!("{} [people:{}]", named.remark, named.id);
    diplomat.other_names.extend(named.other_names);
    let years = [diplomat.from, named.from, named.until, diplomat.until];
    let known = || years.into_iter().filter(|&year| year > 0);
    diplomat.from = known().min().unwrap_or(0);
    diplomat.until = known().max().unwrap_or(0);
}

/// Converts "2009-10-20" to 20091020; a missing month or day is 0.
fn parse_day_number(date: &str) -> u32 {
    let mut parts = date.split('-').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut part = || parts.next().unwrap_or(0);
    part() * 10_000 + part() * 100 + part()
}

fn parse_frus_person(row: &Value) -> NewPerson {
    let remarks: Vec<&str> = text_list_field(row, "remarks").collect();
    let years: Vec<u16> = remarks.iter().flat_map(|remark| years_in_text(remark)).collect();
    let others: BTreeSet<&str> = text_list_field(row, "other_names").collect();
    // The longest remark is more useful than the first.
    let best = remarks
        .iter()
        .max_by_key(|remark| (remark.len().min(MAX_REMARK_BYTES), std::cmp::Reverse(**remark)));
    NewPerson {
        id: text_field(row, "id").into(),
        name: text_field(row, "name").into(),
        other_names: others
            .into_iter()
            .filter(|other| other.contains(','))
            .map(str::to_owned)
            .collect(),
        remark: truncate_remark(best.copied().unwrap_or("")).to_owned(),
        born: year_field(row, "born"),
        died: year_field(row, "died"),
        from: years.iter().copied().min().unwrap_or(0),
        until: years.iter().copied().max().unwrap_or(0),
        ..NewPerson::new(KnowledgeSource::People)
    }
}

/// The years in a text.
fn years_in_text(text: &str) -> impl Iterator<Item = u16> {
    let words = text.split(|letter: char| !letter.is_ascii_digit());
    words
        .filter(|word| word.len() == 4)
        .filter_map(|word| word.parse().ok())
        .filter(|year| (1700..2100).contains(year))
}

/// Truncates a remark at the end of a word.
fn truncate_remark(remark: &str) -> &str {
    if remark.len() <= MAX_REMARK_BYTES {
        return remark;
    }
    let mut end = MAX_REMARK_BYTES;
    while !remark.is_char_boundary(end) {
        end -= 1;
    }
    let end = remark[..end].rfind(' ').unwrap_or(end);
    remark[..end].trim_end_matches([',', ';', ' '])
}

/// Adds foreign visitors, with the years of their visits.
fn add_visitors(kb: &Path, builder: &mut KnowledgeBaseBuilder) -> anyhow::Result<()> {
    let mut visitors: BTreeMap<(String, String), Vec<(u32, u16)>> = BTreeMap::new();
    for row in read_rows(kb, "leader_visits.jsonl")? {
        let key = (text_field(&row, "visitor").to_owned(), text_field(&row, "from").to_owned());
        visitors
            .entry(key)
            .or_default()
            .push((parse_day_number(text_field(&row, "start")), year_field(&row, "start")));
    }
    for ((visitor, from), mut visits) in visitors {
        visits.sort_unstable();
        let first = visits.first().map_or(0, |visit| visit.0);
        let folded = normalise::normalise_words(&visitor);
        let (_, name) = chancery_resolve::name::split_leading_titles(&folded);
        // The printed name has as many words as the folded name.
        let count = name.split(' ').count();
        let words: Vec<&str> = visitor.split_whitespace().collect();
        let printed = words[words.len().saturating_sub(count)..].join(" ");
        let title = words[..words.len().saturating_sub(count)].join(" ");
        let (Some(family), given) = (printed.split(' ').next_back(), printed.rsplit_once(' '))
        else {
            continue;
        };
        let name = given.map_or(printed.clone(), |(given, _)| format!("{family}, {given}"));
        builder.add_person(NewPerson {
            id: format!("{}-{first}", folded.replace(' ', "-")),
            name,
            other_names: vec![printed],
            remark: format!("{title} ({from})"),
            from: visits.first().map_or(0, |visit| visit.1),
            until: visits.last().map_or(0, |visit| visit.1),
            ..NewPerson::new(KnowledgeSource::Visits)
        });
    }
    Ok(())
}

/// Adds presidents, with the years of their travels.
fn add_presidents(kb: &Path, builder: &mut KnowledgeBaseBuilder) -> anyhow::Result<()> {
    let mut travellers: BTreeMap<String, (String, String, u16, u16)> = BTreeMap::new();
    for row in read_rows(kb, "official_travels.jsonl")? {
        let year = year_field(&row, "start");
        let fresh =
            || (text_field(&row, "name").into(), text_field(&row, "role").into(), year, year);
        let known = travellers.entry(text_field(&row, "who").into()).or_insert_with(fresh);
        (known.2, known.3) = (known.2.min(year), known.3.max(year));
    }
    for (id, (name, role, from, until)) in travellers {
        if role != "president" {
            continue; // Secretaries of State are among the diplomats.
        }
        let (given, family) = name.rsplit_once(' ').unwrap_or(("", &name));
        builder.add_person(NewPerson {
            name: format!("{family}, {given}"),
            remark: "President of the United States".into(),
            id,
            from,
            until,
            ..NewPerson::new(KnowledgeSource::Travels)
        });
    }
    Ok(())
}

fn add_places(kb: &Path, builder: &mut KnowledgeBaseBuilder) -> anyhow::Result<()> {
    let countries = read_rows(kb, "geonames_countries.jsonl")?;
    let territories = read_rows(kb, "territories.jsonl")?;
    let iso_of = country_codes(&countries, &territories);
    let capitals: BTreeSet<(String, &str)> = countries
        .iter()
        .map(|row| (normalise::normalise_words(text_field(row, "capital")), text_field(row, "iso")))
        .collect();
    for row in &countries {
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
    for row in &territories {
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
    add_posts(kb, &iso_of, builder)?;
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

/// Adds localities with diplomatic posts, one row each with all years.
fn add_posts(
    kb: &Path,
    iso_of: &BTreeMap<String, String>,
    builder: &mut KnowledgeBaseBuilder,
) -> anyhow::Result<()> {
    let mut years: BTreeMap<String, (u16, u16, BTreeSet<String>)> = BTreeMap::new();
    for row in read_rows(kb, "posts.jsonl")? {
        let (since, until) = (year_field(&row, "since"), year_field(&row, "until"));
        let entry = years.entry(text_field(&row, "locale").into()).or_insert((
            since,
            until,
            BTreeSet::new(),
        ));
        (entry.0, entry.1) = (entry.0.min(since), entry.1.max(until));
        entry.2.insert(format!("{} {since}-{until}", text_field(&row, "type")));
    }
    for row in read_rows(kb, "locales.jsonl")? {
        let id = text_field(&row, "id");
        let degrees = |key| text_field(&row, key).parse::<f32>().unwrap_or(0.0);
        let (since, until, kinds) = years.get(id).cloned().unwrap_or_default();
        let territory = text_field(&row, "territory");
        let kinds: Vec<String> = kinds.into_iter().collect();
        let iso = iso_of.get(territory).map_or("", String::as_str);
        builder.add_place(NewPlace {
            id: id.into(),
            name: text_field(&row, "name").into(),
            aliases: text_list_field(&row, "other_names").map(str::to_owned).collect(),
            details: format!("{iso}\n{}", kinds.join("\n")),
            country: territory.into(),
            latitude: degrees("lat"),
            longitude: degrees("lon"),
            population_or_years: u32::from(since) | u32::from(until) << 16,
            ..NewPlace::new(PlaceKind::Post)
        });
    }
    Ok(())
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
