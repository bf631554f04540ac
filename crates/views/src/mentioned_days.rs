//! Days that the paragraphs of documents mention.
//!
//! They are extracted from the texts on request, since they depend on the
//! search. A few hundred documents take a few hundredths of a second. For larger
//! searches only the best matches are read, and the response says how many.

use std::collections::BTreeMap;

use chancery_fields::named_date;
use chancery_model::{BlockKind, CodePoints, Date, Document, TextSpan};
use chancery_store::{DocumentNumber, Query, SearchRequest};
use serde::Serialize;
use utoipa::ToSchema;

use crate::entity::{TextExcerpt, excerpt_around};
use crate::error::ViewError;
use crate::search_response::DocumentSummary;
use crate::session::ReadSession;

/// Maximum number of documents read.
const MAX_DOCUMENTS_READ: usize = 300;

/// Maximum number of days returned, those mentioned in most documents.
const MAX_DAYS: usize = 24;

/// Maximum number of passages per day.
const MAX_PASSAGES: usize = 2;

/// Days that documents mention.
#[derive(Default, Serialize, ToSchema)]
pub struct MentionedDays {
    /// Number of documents that were read.
    pub documents_read: usize,
    /// The days mentioned in most documents, in order.
    pub days: Vec<MentionedDay>,
}

/// A day that documents mention.
#[derive(Serialize, ToSchema)]
pub struct MentionedDay {
    /// The day, such as "1957-03-09".
    pub date: String,
    /// Number of documents that mention it, of those that were read.
    pub documents: usize,
    /// Passages of the first of these documents.
    pub passages: Vec<DayPassage>,
}

/// A passage of a document that mentions a day.
#[derive(Serialize, ToSchema)]
pub struct DayPassage {
    /// The document.
    pub document: DocumentSummary,
    /// The first mention of the day with the text around it.
    pub excerpt: TextExcerpt,
}

/// Returns the days from `first` to `last` (such as 20091022) that documents
/// matching `query` mention.
pub fn mentioned_days(
    session: &ReadSession<'_>,
    query: Query,
    (first, last): (u32, u32),
) -> Result<MentionedDays, ViewError> {
    let archive = session.archive;
    let request = SearchRequest { limit: MAX_DOCUMENTS_READ, ..SearchRequest::new(query) };
    let found = session.current_searcher()?.rank_matches(archive, &request)?;
    let mut days: BTreeMap<Date, DayMentions> = BTreeMap::new();
    for &(number, _) in &found.ranked {
        let document = archive.documents().parsed(number)?;
        let points = CodePoints::new(document.text.as_str());
        for (day, span) in days_in_document(&document) {
            if (first..=last).contains(&day.to_yyyymmdd()) {
                let mentions = days.entry(day).or_default();
                mentions.documents += 1;
                if mentions.excerpts.len() < MAX_PASSAGES {
                    mentions
                        .excerpts
                        .push((number, excerpt_around(document.text.as_str(), span, &points)));
                }
            }
        }
    }
    let mut days: Vec<(Date, DayMentions)> = days.into_iter().collect();
    days.sort_by_key(|(_, mentions)| std::cmp::Reverse(mentions.documents));
    days.truncate(MAX_DAYS);
    days.sort_by_key(|(day, _)| *day);
    let to_mentioned_day = |(day, mentions): (Date, DayMentions)| {
        let passage = |(number, excerpt)| {
            Ok(DayPassage { document: (&archive.documents().row(number)?).into(), excerpt })
        };
        let passages: Result<Vec<_>, ViewError> =
            mentions.excerpts.into_iter().map(passage).collect();
        Ok(MentionedDay {
            date: day.to_string(),
            documents: mentions.documents,
            passages: passages?,
        })
    };
    let days: Result<Vec<MentionedDay>, ViewError> =
        days.into_iter().map(to_mentioned_day).collect();
    Ok(MentionedDays { documents_read: found.ranked.len(), days: days? })
}

/// Number of documents that mention a day, and excerpts of the first ones.
#[derive(Default)]
struct DayMentions {
    documents: usize,
    excerpts: Vec<(DocumentNumber, TextExcerpt)>,
}

/// Returns the days that the paragraphs of a document mention, each with its
/// first span.
fn days_in_document(document: &Document) -> BTreeMap<Date, TextSpan> {
    let document_date = document.header.document_date();
    let mut days = BTreeMap::new();
    for block in &document.blocks {
        if matches!(block.kind, BlockKind::Paragraph(_)) {
            for field in
                named_date::find_named_days(document.text.as_str(), block.span, document_date)
            {
                days.entry(field.value).or_insert(field.span);
            }
        }
    }
    days
}
