//! Everything that the page of an entity shows.

use chancery_model::{CodePoints, Label, TextSpan};
use chancery_resolve::facts::{Facts, Row};
use chancery_resolve::fold;
use chancery_store::{Matches, Query, Request, Searcher, Sort, Summary};
use serde::Serialize;
use utoipa::ToSchema;

use super::document::RemarkMade;
use crate::error::ApiError;
use crate::limits::check_offset;
use crate::search_response::Listed;
use crate::state::ReadSession;

/// Number of documents sampled for spellings.
const SAMPLE: usize = 150;

/// Maximum number of spellings.
const SPELLINGS: usize = 40;

/// Maximum number of possible duplicates.
const DOUBTS: usize = 8;

/// Documents per page of mentions.
pub(crate) const PAGE: usize = 10;

/// Maximum number of excerpts per document.
const PLACES: usize = 3;

/// Bytes of context on each side of an excerpt.
const AROUND: u32 = 130;

/// An entity with everything that its page shows.
#[derive(Serialize, ToSchema)]
pub(crate) struct Entity {
    /// Id of the entity.
    pub(crate) id: String,
    /// Name of the entity.
    pub(crate) name: String,
    /// Label: PER, LOC, ORG or MISC.
    #[schema(value_type = String)]
    pub(crate) class: Label,
    /// Number of documents that name it.
    pub(crate) documents: u64,
    /// Number of its mentions.
    pub(crate) mentions: u64,
    /// Spellings of its mentions.
    pub(crate) spellings: Vec<Spelling>,
    /// Number of documents sampled for the spellings.
    pub(crate) looked_at: usize,
    /// Its entry in the knowledge base.
    pub(crate) facts: Option<Fact>,
    /// Number of documents by month.
    pub(crate) months: Vec<Month>,
    /// Entities that the same documents name most.
    pub(crate) together: Vec<Together>,
    /// Other entities that may be the same.
    pub(crate) doubts: Vec<Doubt>,
    /// Keywords and notes.
    pub(crate) remarks: Vec<RemarkMade>,
}

/// A spelling of a name.
#[derive(Serialize, ToSchema)]
pub(crate) struct Spelling {
    /// The spelling.
    pub(crate) text: String,
    /// Number of mentions.
    pub(crate) count: u64,
    /// Evidence for the first of its links.
    pub(crate) reason: String,
}

/// An entry of the knowledge base.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub(crate) struct Fact {
    /// Source of the entry.
    pub(crate) source: &'static str,
    /// Description, as in the source.
    pub(crate) remark: String,
    /// Years of birth and death, or of the start and end of a country.
    pub(crate) years: String,
    /// Other names.
    pub(crate) others: Vec<String>,
    /// Offices that a person held.
    pub(crate) offices: Vec<Office>,
    /// Degrees north and east of a place.
    pub(crate) at: Option<[f32; 2]>,
}

/// An office that a person held.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Office {
    /// Title of the office.
    pub(crate) title: String,
    /// Country or organisation.
    pub(crate) at: String,
    /// First day, month or year; empty if unknown.
    pub(crate) from: String,
    /// Last day, month or year; empty if unknown.
    pub(crate) until: String,
}

/// Number of documents in a month.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Month {
    /// "2009-10".
    pub(crate) month: String,
    /// Number of documents.
    pub(crate) count: u64,
}

/// An entity that is named in the same documents.
#[derive(Serialize, ToSchema)]
pub(crate) struct Together {
    /// Id of the entity.
    pub(crate) id: String,
    /// Name of the entity.
    pub(crate) name: String,
    /// Label: PER, LOC, ORG or MISC.
    #[schema(value_type = String)]
    pub(crate) class: Label,
    /// Number of documents that name both.
    pub(crate) documents: u64,
}

/// An entity that may be the same.
#[derive(Serialize, ToSchema)]
pub(crate) struct Doubt {
    /// Id of the entity.
    pub(crate) id: String,
    /// Name of the entity.
    pub(crate) name: String,
    /// Number of documents that name it.
    pub(crate) documents: u64,
}

/// A document that names an entity, with some excerpts.
#[derive(Serialize, ToSchema)]
pub(crate) struct Mentioned {
    /// The document.
    pub(crate) document: Listed,
    /// Number of mentions in the document.
    pub(crate) count: usize,
    /// Excerpts around the first mentions.
    pub(crate) places: Vec<InContext>,
}

/// A span of a document with the text around it.
#[derive(Serialize, ToSchema)]
pub(crate) struct InContext {
    /// First code point in the document.
    pub(crate) start: u32,
    /// One past the last.
    pub(crate) end: u32,
    /// Text before the span.
    pub(crate) before: String,
    /// Text of the span.
    pub(crate) text: String,
    /// Text after the span.
    pub(crate) after: String,
}

/// Counts the documents that name an entity.
fn counted(desk: &ReadSession<'_>, id: &str) -> Result<Matches, ApiError> {
    let request =
        Request { limit: 0, facets: true, sort: Sort::Oldest, ..Request::new(Query::entity(id)) };
    let searcher: &Searcher = &*desk.searcher()?;
    Ok(searcher.numbers(desk.archive, &request)?)
}

/// Reads an entity, without the list of its mentions.
pub(crate) fn entity(desk: &ReadSession<'_>, id: &str) -> Result<Entity, ApiError> {
    let archive = desk.archive;
    let known = archive.known(archive.entity_number(id)?)?;
    let (documents, mentions) = archive.appearances(known.number)?;
    let spellings = archive.spellings(known.number, SAMPLE)?;
    let counts = counted(desk, &known.id)?;
    let mut together = Vec::new();
    for (label, entities) in counts.entities {
        for (other, documents) in entities {
            if other.number != known.number {
                let (id, name, class) = (other.id, other.name, label);
                together.push(Together { id, name, class, documents });
            }
        }
    }
    let doubts = archive.alike(known.number, DOUBTS)?.into_iter();
    let forms = spellings.forms.into_iter().take(SPELLINGS);
    Ok(Entity {
        facts: fact(&known.id, &known.name),
        class: known.class,
        documents,
        mentions,
        spellings: forms.map(|(text, count, reason)| Spelling { text, count, reason }).collect(),
        looked_at: spellings.looked_at,
        months: counts.months.iter().map(month).collect(),
        together,
        doubts: doubts
            .map(|(other, documents)| Doubt { id: other.id, name: other.name, documents })
            .collect(),
        remarks: archive.remarks_on_entity(&known.id)?.iter().map(RemarkMade::from).collect(),
        id: known.id,
        name: known.name,
    })
}

/// Converts a month (200910) and its count.
pub(crate) fn month(&(month, count): &(u32, u64)) -> Month {
    Month { month: format!("{:04}-{:02}", month / 100, month % 100), count }
}

/// Returns the number of documents that name an entity, and one page of them,
/// oldest first.
pub(crate) fn mentions(
    desk: &ReadSession<'_>,
    id: &str,
    offset: usize,
) -> Result<(usize, Vec<Mentioned>), ApiError> {
    check_offset(offset)?;
    let archive = desk.archive;
    let root = archive.entity_number(id)?;
    let request =
        Request { offset, limit: PAGE, sort: Sort::Oldest, ..Request::new(Query::entity(id)) };
    let found = desk.searcher()?.numbers(archive, &request)?;
    let mut mentioned = Vec::with_capacity(found.numbers.len());
    for (number, _) in found.numbers {
        let (document, names) = archive.named(number)?;
        let spans: Vec<TextSpan> = names
            .iter()
            .filter(|name| name.entity == Some(root))
            .map(|name| name.mention.span)
            .collect();
        let summary: Summary = archive.summary(number)?;
        let text = document.text.as_str();
        let points = CodePoints::new(text);
        mentioned.push(Mentioned {
            document: (&summary).into(),
            count: spans.len(),
            places: spans.iter().take(PLACES).map(|span| context(text, *span, &points)).collect(),
        });
    }
    Ok((found.total, mentioned))
}

/// Returns the span with the text around it.
pub(super) fn context(text: &str, span: TextSpan, points: &CodePoints<'_>) -> InContext {
    let from = text.floor_char_boundary(span.start.saturating_sub(AROUND) as usize);
    let to = text.ceil_char_boundary(text.len().min((span.end + AROUND) as usize));
    let (before, after) = (&text[from..span.start as usize], &text[span.end as usize..to]);
    // Does not cut words, unless there is only one.
    let before = match from {
        0 => before,
        _ => before.split_once(char::is_whitespace).map_or(before, |(_, rest)| rest),
    };
    let after = match to == text.len() {
        true => after,
        false => after.rsplit_once(char::is_whitespace).map_or(after, |(rest, _)| rest),
    };
    InContext {
        start: points.of(span.start),
        end: points.of(span.end),
        before: before.to_owned(),
        text: text[span.range()].to_owned(),
        after: after.to_owned(),
    }
}

/// Returns the entry of the knowledge base with this id. The knowledge base is
/// indexed by name, so the name of the entity is needed too.
pub(crate) fn fact(id: &str, name: &str) -> Option<Fact> {
    let (list, own) = id.split_once(':')?;
    let facts = Facts::shipped();
    let years = |from: u16, until: u16| match (from, until) {
        (0, 0) => String::new(),
        (from, 0 | 9999) => format!("{from}–"),
        (0, until) => format!("–{until}"),
        (from, until) => format!("{from}–{until}"),
    };
    let lines = |words: &str| words.lines().map(str::to_owned).collect::<Vec<_>>();
    let family = name.split(',').next().unwrap_or(name);
    for row in facts.find(&fold::words(name)).chain(facts.find(&fold::words(family))) {
        match row {
            Row::Person(row) => {
                let person = facts.person(row);
                if person.id == own && person.source.as_str() == list {
                    return Some(Fact {
                        source: list_name(list),
                        remark: person.remark.split(" [").next().unwrap_or_default().to_owned(),
                        years: years(person.born, person.died),
                        others: lines(person.others),
                        offices: facts.appointments(&person).map(office).collect(),
                        at: None,
                    });
                }
            }
            Row::Place(kind, row) => {
                let place = facts.place(kind, row);
                if place.id == own {
                    let located = place.latitude != 0.0 || place.longitude != 0.0;
                    return Some(Fact {
                        source: list_name(list),
                        years: years(place.since, place.until),
                        at: located.then_some([place.latitude, place.longitude]),
                        ..Fact::default()
                    });
                }
            }
        }
    }
    None
}

fn list_name(list: &str) -> &'static str {
    match list {
        "pocom" => "Principal Officers and Chiefs of Mission",
        "people" => "Persons named in Foreign Relations of the United States",
        "visits" => "Visits by foreign leaders",
        "travels" => "Travels of the President and the Secretary of State",
        "gsh" => "Historical countries and posts",
        "geonames" => "GeoNames",
        _ => "a list",
    }
}

fn office(office: chancery_resolve::facts::Appointment<'_>) -> Office {
    let day = |day: u32| match (day / 10_000, day / 100 % 100, day % 100) {
        (0 | 9999, ..) => String::new(),
        (year, 0, _) => year.to_string(),
        (year, month, 0) => format!("{year}-{month:02}"),
        (year, month, day) => format!("{year}-{month:02}-{day:02}"),
    };
    Office {
        title: office.role.to_owned(),
        at: office.at.replace('-', " "),
        from: day(office.from),
        until: day(office.until),
    }
}
