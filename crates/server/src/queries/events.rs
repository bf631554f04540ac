//! Days that the paragraphs of documents mention.
//!
//! They are extracted from the texts on request, since they depend on the
//! search. A few hundred documents take a few hundredths of a second. For larger
//! searches only the best matches are read, and the response says how many.

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

/// Maximum number of documents read.
const LOOKED_AT: usize = 300;

/// Maximum number of days returned, those mentioned in most documents.
const DAYS: usize = 24;

/// Maximum number of passages per day.
const PASSAGES: usize = 2;

/// Days that documents mention.
#[derive(Default, Serialize, ToSchema)]
pub(crate) struct Events {
    /// Number of documents that were read.
    pub(crate) looked_at: usize,
    /// The days mentioned in most documents, in order.
    pub(crate) days: Vec<Event>,
}

/// A day that documents mention.
#[derive(Serialize, ToSchema)]
pub(crate) struct Event {
    /// The day, such as "1957-03-09".
    pub(crate) date: String,
    /// Number of documents that mention it, of those that were read.
    pub(crate) documents: usize,
    /// Passages of the first of these documents.
    pub(crate) passages: Vec<Passage>,
}

/// A passage of a document that mentions a day.
#[derive(Serialize, ToSchema)]
pub(crate) struct Passage {
    /// The document.
    pub(crate) document: Listed,
    /// The first mention of the day with the text around it.
    pub(crate) place: InContext,
}

/// Returns the days from `first` to `last` (such as 20091022) that documents
/// matching `query` mention.
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

/// Number of documents that mention a day, and excerpts of the first ones.
#[derive(Default)]
struct Named {
    documents: usize,
    places: Vec<(i64, InContext)>,
}

/// Returns the days that the paragraphs of a document mention, each with its
/// first span.
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
