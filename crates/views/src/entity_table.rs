//! The people, places or organisations of an archive as a table: the whole index, with
//! spellings, mentions and what lists know of each.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Write};

use chancery_formats::table::{Cell, TableDialect, TableWriter};
use chancery_model::Label;
use chancery_store::{
    DocumentNumber, EntityList, Query, SearchRequest, group_id, id_without_document,
    is_bare_surname, is_surname_group,
};
use serde::Serialize;

use crate::entity_facts::{EntityFacts, VolumePersons};
use crate::entity_index::{IndexParameters, IndexedEntity, sort_entities, whole_index};
use crate::error::ViewError;
use crate::formatting::format_count;
use crate::limits::parse_limited_query;
use crate::session::ReadSession;

/// Letters of a description that a line on a terminal shows.
const SHOWN_LETTERS: usize = 60;

/// Letters for which the names of a text table leave room.
const MAX_NAME_WIDTH: usize = 44;

/// Letters for which the ids leave room.
const MAX_ID_WIDTH: usize = 32;

/// What a table is asked for.
#[derive(Clone, Debug, Default)]
pub struct TableParameters {
    /// Query, order and choice; the offset does not matter.
    pub index: IndexParameters,
    /// At most so many entities.
    pub limit: Option<usize>,
    /// Whether to read the spellings. It takes a look at every document of the query.
    pub with_spellings: bool,
}

/// Entities, in order.
#[derive(Debug)]
pub struct EntityTable {
    /// Number of entities before the limit.
    pub total: usize,
    /// The entities.
    pub rows: Vec<EntityRow>,
}

/// An entity.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EntityRow {
    /// Id of the entity, or of a group of names that nothing identifies.
    pub id: String,
    /// Label: PER, LOC, ORG or MISC.
    pub label: Label,
    /// Name in the index: of a person with the family name first.
    pub name: String,
    /// Spellings with their numbers of mentions, the most frequent first; empty if they
    /// were not asked for.
    pub spellings: Vec<SpellingCount>,
    /// Number of documents that name it.
    pub documents: u32,
    /// Number of its mentions in them.
    pub mentions: u64,
    /// Date of the first of these documents that has one, ISO 8601.
    pub first: Option<String>,
    /// Date of the last.
    pub last: Option<String>,
    /// Office or description of a person; empty if no list has it.
    pub description: String,
    /// Country of a place or organisation.
    pub country: String,
    /// Degrees north and east of a place.
    pub coordinates: Option<[f32; 2]>,
    /// The list that says so.
    pub source: String,
    /// What is open about it.
    pub doubt: String,
}

/// A spelling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SpellingCount {
    /// The words.
    pub text: String,
    /// Number of mentions.
    pub count: u64,
}

/// Reads the table of a label.
///
/// # Errors
/// If the query is not valid, or the archive cannot be read.
pub fn entity_table(
    session: &ReadSession<'_>,
    label: Label,
    parameters: &TableParameters,
) -> Result<EntityTable, ViewError> {
    let query = parse_limited_query(&parameters.index.q)?;
    let (index, list) = whole_index(session, label, &parameters.index, true)?;
    let mut entities = join_names(index.entities, label);
    sort_entities(&mut entities, parameters.index.sort);
    let total = entities.len();
    entities.truncate(parameters.limit.unwrap_or(usize::MAX));
    let mut spellings = match parameters.with_spellings {
        true => read_spellings(session, &query, &list, &entities)?,
        false => HashMap::new(),
    };
    let known = VolumePersons::read(session.archive)?;
    let rows = entities.into_iter().map(|one| {
        let forms = one.places.iter().flat_map(|place| spellings.remove(place).unwrap_or_default());
        entity_row(&one, &known, count_spellings(forms))
    });
    Ok(EntityTable { total, rows: rows.collect() })
}

/// Joins the organisations and places that have one name and are each of one document:
/// hundreds of rows "NSC" would help no one. Their surnames are in groups already.
fn join_names(entities: Vec<IndexedEntity>, label: Label) -> Vec<IndexedEntity> {
    if label == Label::Per {
        return entities;
    }
    let mut joined: Vec<IndexedEntity> = Vec::new();
    let mut groups: HashMap<String, usize> = HashMap::new();
    for one in entities {
        let base = id_without_document(&one.entity.id).to_owned();
        if *base == *one.entity.id || one.entity.documents > 1 {
            joined.push(one);
            continue;
        }
        let Some(&at) = groups.get(&base) else {
            groups.insert(base, joined.len());
            joined.push(one);
            continue;
        };
        let group = &mut joined[at];
        group.entity.id = group_id(&base).into();
        group.entity.is_group = true;
        group.entity.documents += one.entity.documents;
        group.entity.days = match (group.entity.days, one.entity.days) {
            ((0, _), days) | (days, (0, _)) => days,
            (own, days) => (own.0.min(days.0), own.1.max(days.1)),
        };
        group.mentions = group.mentions.zip(one.mentions).map(|(own, more)| own + more);
        group.places.extend(one.places);
    }
    // The order of documents, on which the other orders rest.
    joined.sort_by_key(|one| std::cmp::Reverse(one.entity.documents));
    joined
}

type SpellingCounts = BTreeMap<String, u64>;

/// Reads the spellings of these entities in the documents of a query, by their places in
/// the list.
fn read_spellings(
    session: &ReadSession<'_>,
    query: &Query,
    list: &EntityList,
    entities: &[IndexedEntity],
) -> Result<HashMap<usize, SpellingCounts>, ViewError> {
    let wanted: HashSet<usize> = entities.iter().flat_map(|one| one.places.clone()).collect();
    let request = SearchRequest { limit: usize::MAX, ..SearchRequest::new(query.clone()) };
    let found = session.current_searcher()?.rank_matches(session.archive, &request)?;
    let numbers: Vec<DocumentNumber> = found.ranked.iter().map(|(number, _)| *number).collect();
    let mut counts: HashMap<usize, SpellingCounts> = HashMap::new();
    for number in numbers {
        session.archive.entities().visit_spellings(number, &mut |entity, words, _| {
            if let Some(place) = list.place(entity).filter(|place| wanted.contains(place)) {
                *counts.entry(place).or_default().entry(words).or_default() += 1;
            }
        })?;
    }
    Ok(counts)
}

/// Sums up spellings, the most frequent first.
fn count_spellings(forms: impl Iterator<Item = (String, u64)>) -> Vec<SpellingCount> {
    let mut sums = SpellingCounts::new();
    for (text, count) in forms {
        *sums.entry(text).or_default() += count;
    }
    let counted = sums.into_iter().map(|(text, count)| SpellingCount { text, count });
    let mut counted: Vec<SpellingCount> = counted.collect();
    counted.sort_by_key(|one| std::cmp::Reverse(one.count));
    counted
}

fn entity_row(
    one: &IndexedEntity,
    known: &VolumePersons,
    spellings: Vec<SpellingCount>,
) -> EntityRow {
    let entity = &one.entity;
    let facts = known.facts(&entity.id, entity.label, &entity.name);
    let EntityFacts { description, country, coordinates, source } = facts;
    EntityRow {
        id: entity.id.to_string(),
        label: entity.label,
        name: one.name.clone(),
        spellings,
        documents: entity.documents,
        mentions: one.mentions.unwrap_or_default(),
        first: iso_day(entity.days.0),
        last: iso_day(entity.days.1),
        description,
        country,
        coordinates,
        source,
        doubt: doubt(&entity.id, &entity.name, entity.label, entity.documents),
    }
}

/// What is open about an entity.
fn doubt(id: &str, name: &str, label: Label, documents: u32) -> String {
    let is_of_document = id_without_document(id) != id;
    match label {
        _ if is_surname_group(id) => format!("{documents} documents, not identified"),
        Label::Per if is_of_document && is_bare_surname(name) => "surname only".to_owned(),
        _ => String::new(),
    }
}

/// A day of an index (19620531; month and day 0 if unknown) as ISO 8601.
fn iso_day(day: u32) -> Option<String> {
    match (day / 10_000, day / 100 % 100, day % 100) {
        (0, ..) => None,
        (year, 0, _) => Some(format!("{year:04}")),
        (year, month, 0) => Some(format!("{year:04}-{month:02}")),
        (year, month, day) => Some(format!("{year:04}-{month:02}-{day:02}")),
    }
}

/// Columns of a table: those of all labels, and those of some.
fn columns(label: Label) -> Vec<&'static str> {
    let mut columns = vec!["id", "name", "spellings", "documents", "mentions", "first", "last"];
    columns.extend(match label {
        Label::Per => &["description"][..],
        Label::Loc => &["country", "latitude", "longitude"],
        Label::Org | Label::Misc => &["country"],
    });
    columns.extend(["source", "doubt"]);
    columns
}

/// Writes the rows as comma-separated values.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_csv<W: Write>(
    label: Label,
    rows: &[EntityRow],
    dialect: TableDialect,
    out: W,
) -> io::Result<W> {
    let mut table = TableWriter::start(out, dialect, &columns(label))?;
    for row in rows {
        let spellings: Vec<String> =
            row.spellings.iter().map(|one| format!("{} ({})", one.text, one.count)).collect();
        let degrees = |at: usize| {
            Cell::optional_number(row.coordinates.map(|point| format!("{:.2}", point[at])))
        };
        let mut cells = vec![
            Cell::text(&*row.id),
            Cell::text(&*row.name),
            Cell::text(spellings.join("; ")),
            Cell::number(row.documents),
            Cell::number(row.mentions),
            Cell::text(row.first.as_deref().unwrap_or_default()),
            Cell::text(row.last.as_deref().unwrap_or_default()),
        ];
        match label {
            Label::Per => cells.push(Cell::text(&*row.description)),
            Label::Loc => cells.extend([Cell::text(&*row.country), degrees(0), degrees(1)]),
            Label::Org | Label::Misc => cells.push(Cell::text(&*row.country)),
        }
        cells.extend([Cell::text(&*row.source), Cell::text(&*row.doubt)]);
        table.write_row(cells)?;
    }
    table.finish()
}

/// Writes the rows for people: documents, mentions, years, name, id and what is known.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_text(rows: &[EntityRow], out: &mut impl Write) -> io::Result<()> {
    let letters = |words: &str| words.chars().count();
    let longest = |of: fn(&EntityRow) -> &String| rows.iter().map(|row| letters(of(row))).max();
    let width = longest(|row| &row.name).unwrap_or_default().min(MAX_NAME_WIDTH);
    let id_width = longest(|row| &row.id).unwrap_or_default().min(MAX_ID_WIDTH);
    writeln!(out, "documents mentions  years      name")?;
    for row in rows {
        let EntityRow { documents, mentions, name, id, .. } = row;
        let years = years(row.first.as_deref(), row.last.as_deref());
        let line =
            format!("{documents:>9} {mentions:>8}  {years:<9}  {name:<width$}  {id:<id_width$}");
        let known = match row.doubt.as_str() {
            "" if row.label == Label::Per => shortened(&row.description),
            "" => row.country.clone(),
            doubt => doubt.to_owned(),
        };
        let known = if known.is_empty() { known } else { format!("  {known}") };
        let line = format!("{line}{known}").replace(char::is_control, " ");
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Says how many entities a limit left out.
pub fn rest_in_words(table: &EntityTable, noun: &str) -> Option<String> {
    let rest = table.total - table.rows.len();
    (rest > 0).then(|| format!("and {} more", format_count(rest as u64, noun)))
}

/// "1957–1976", "1957".
fn years(first: Option<&str>, last: Option<&str>) -> String {
    let year =
        |date: Option<&str>| date.and_then(|date| date.get(..4)).unwrap_or_default().to_owned();
    match (year(first), year(last)) {
        (first, last) if first == last => first,
        (first, last) => format!("{first}–{last}"),
    }
}

fn shortened(words: &str) -> String {
    let mut letters = words.chars();
    let shown: String = letters.by_ref().take(SHOWN_LETTERS).collect();
    if letters.next().is_some() { shown + "…" } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_as_exact_as_they_are_known() {
        for (day, expected) in [
            (0, None),
            (19_620_000, Some("1962")),
            (19_620_500, Some("1962-05")),
            (19_620_531, Some("1962-05-31")),
        ] {
            assert_eq!(iso_day(day).as_deref(), expected);
        }
        assert_eq!(years(Some("1957-01"), Some("1957")), "1957");
        assert_eq!(years(Some("1957"), Some("1976-02-01")), "1957–1976");
        assert_eq!(years(None, None), "");
    }

    #[test]
    fn doubts_are_about_names_of_one_document() {
        for (id, name, label, expected) in [
            ("n-1@*", "Smith", Label::Per, "3 documents, not identified"),
            ("n-1@2a.0.1", "Smith", Label::Per, "surname only"),
            ("n-1@2a.0.1", "John Smith", Label::Per, ""),
            ("n-1", "Smith", Label::Per, ""),
            ("n-1@2a", "NSC", Label::Org, ""),
        ] {
            assert_eq!(doubt(id, name, label, 3), expected, "{id} {name}");
        }
    }
}
