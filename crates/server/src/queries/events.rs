//! Days that documents speak of: those that their paragraphs name.
//!
//! They are read from the texts when they are asked for, as each search has
//! days of its own: a few hundred documents take a few hundredths of a second.
//! Of larger searches the documents that answer best are read, and the answer
//! says how many.

use std::collections::BTreeMap;

use chancery_model::{BlockKind, CodePoints, Date, Document, TextSpan};
use chancery_parse::field::named_date;
use chancery_store::{Query, Request};
use serde::Serialize;
use utoipa::ToSchema;

use super::entity::{InContext, context};
use crate::error::ApiError;
use crate::search_response::Listed;
use crate::state::ReadSession;

/// Documents that are read.
const LOOKED_AT: usize = 300;

/// Days that are told, those that most documents name.
const DAYS: usize = 24;

/// Passages of a day that are told.
const PASSAGES: usize = 2;

/// Days that documents speak of.
#[derive(Default, Serialize, ToSchema)]
pub(crate) struct Events {
    /// Documents that were read for them.
    pub(crate) looked_at: usize,
    /// The days, in order; of many those that most documents name.
    pub(crate) days: Vec<Event>,
}

/// A day that documents speak of.
#[derive(Serialize, ToSchema)]
pub(crate) struct Event {
    /// "1957-03-09".
    pub(crate) date: String,
    /// How many of those that were read name it.
    pub(crate) documents: usize,
    /// Where the first of them do.
    pub(crate) passages: Vec<Passage>,
}

/// Where a document names a day.
#[derive(Serialize, ToSchema)]
pub(crate) struct Passage {
    /// The document.
    pub(crate) document: Listed,
    /// The first place.
    pub(crate) place: InContext,
}

/// The days between `first` and `last` (20091022) that the documents name
/// which answer `query`.
pub(crate) fn events(
    desk: &ReadSession<'_>,
    query: Query,
    (first, last): (u32, u32),
) -> Result<Events, ApiError> {
    let archive = desk.archive;
    let request = Request { limit: LOOKED_AT, ..Request::new(query) };
    let found = desk.searcher()?.numbers(archive, &request)?;
    let mut days: BTreeMap<Date, Named> = BTreeMap::new();
    for &(number, _) in &found.numbers {
        let document = archive.document(number)?;
        let points = CodePoints::new(document.text.as_str());
        for (day, span) in named(&document) {
            if (first..=last).contains(&day.number()) {
                let named = days.entry(day).or_default();
                named.documents += 1;
                if named.places.len() < PASSAGES {
                    named.places.push((number, context(document.text.as_str(), span, &points)));
                }
            }
        }
    }
    let mut days: Vec<(Date, Named)> = days.into_iter().collect();
    days.sort_by_key(|(_, named)| std::cmp::Reverse(named.documents));
    days.truncate(DAYS);
    days.sort_by_key(|(day, _)| *day);
    let event = |(day, named): (Date, Named)| {
        let passage =
            |(number, place)| Ok(Passage { document: (&archive.summary(number)?).into(), place });
        let passages: Result<Vec<_>, ApiError> = named.places.into_iter().map(passage).collect();
        Ok(Event { date: day.to_string(), documents: named.documents, passages: passages? })
    };
    let days: Result<Vec<Event>, ApiError> = days.into_iter().map(event).collect();
    Ok(Events { looked_at: found.numbers.len(), days: days? })
}

/// How many documents name a day, and where the first of them do.
#[derive(Default)]
struct Named {
    documents: usize,
    places: Vec<(i64, InContext)>,
}

/// The days that a document's paragraphs name, each with its first place.
fn named(document: &Document) -> BTreeMap<Date, TextSpan> {
    let near = document.header.day();
    let mut days = BTreeMap::new();
    for block in &document.blocks {
        if matches!(block.kind, BlockKind::Paragraph(_)) {
            for field in named_date::days(document.text.as_str(), block.span, near) {
                days.entry(field.value).or_insert(field.span);
            }
        }
    }
    days
}
