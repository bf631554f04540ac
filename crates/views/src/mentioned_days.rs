//! Days that the paragraphs of documents mention.
//!
//! They are extracted from the texts on request, since they depend on the
//! search. A few hundred documents take a few hundredths of a second. For larger
//! searches only the best matches are read, and the response says how many.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chancery_fields::named_date;
use chancery_model::{BlockKind, CodePoints, Date, Document, TextSpan};
use chancery_store::{DocumentNumber, EntityNumber, Query, SearchRequest};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::ViewError;
use crate::excerpts::{TextExcerpt, excerpt_around};
use crate::near_entity::paragraphs_with;
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
/// matching `query` mention; if `near` is given, only in paragraphs that name one of these
/// entities.
pub fn mentioned_days(
    session: &ReadSession<'_>,
    query: Query,
    near: Option<&BTreeSet<EntityNumber>>,
    (first, last): (u32, u32),
) -> Result<MentionedDays, ViewError> {
    let archive = session.archive;
    let request = SearchRequest { limit: MAX_DOCUMENTS_READ, ..SearchRequest::new(query) };
    let found = session.current_searcher()?.rank_matches(archive, &request)?;
    let mut days: BTreeMap<Date, DayMentions> = BTreeMap::new();
    for &(number, _) in &found.ranked {
        let (document, days_here) = match near {
            None => {
                let document = archive.documents().parsed(number)?;
                let days = days_in_document(&document, None);
                (document, days)
            }
            Some(members) => {
                let (document, mentions) = archive.documents().with_mentions(number)?;
                let paragraphs = paragraphs_with(&document, &mentions, members);
                let days = days_in_document(&document, Some(&paragraphs));
                (document, days)
            }
        };
        if days_here.is_empty() {
            continue;
        }
        let points = CodePoints::new(document.text.as_str());
        for (day, span) in days_here {
            if (first..=last).contains(&day.to_yyyymmdd()) {
                let mentions = days.entry(day).or_default();
                mentions.documents += 1;
                if mentions.excerpts.len() < MAX_PASSAGES {
                    mentions.excerpts.push((number, excerpt_around(&document, span, &points)));
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

/// Returns the days that the paragraphs of a document mention, or only these of them, each
/// with its first span.
fn days_in_document(document: &Document, only: Option<&[TextSpan]>) -> BTreeMap<Date, TextSpan> {
    let document_date = document.header.document_date();
    let mut days = BTreeMap::new();
    for block in &document.blocks {
        let is_read = only.is_none_or(|only| only.contains(&block.span));
        if is_read && matches!(block.kind, BlockKind::Paragraph(_)) {
            for field in
                named_date::find_named_days(document.text.as_str(), block.span, document_date)
            {
                let text = document.text.as_str();
                let day = named_day(text, field.span, field.value, document_date);
                days.entry(day).or_insert(field.span);
            }
        }
    }
    days
}

/// Days with a name: month and day, year, and words that stand near.
static NAMED_DAYS: LazyLock<Vec<(Date, Vec<&str>)>> = LazyLock::new(|| {
    let lines = include_str!("../data/named_days.tsv").lines();
    let row = |line: &'static str| {
        let mut cells = line.split('\t');
        let (month, day) = cells.next()?.split_once('-')?;
        let year = cells.next()?.parse().ok()?;
        let date = Date::new(year, month.parse().ok()?, day.parse().ok()?)?;
        Some((date, cells.next()?.split(' ').collect()))
    };
    lines.filter(|line| !line.starts_with('#')).filter_map(row).collect()
});

/// Letters before and after a day in which the words of a named day are looked for.
const NEAR: u32 = 48;

/// Returns the day that a date without a year names: the one with a name ("the September
/// 11 attacks"), if its words stand near and it is not after the document; else `nearest`.
fn named_day(text: &str, span: TextSpan, nearest: Date, document: Option<Date>) -> Date {
    let has_year =
        text[span.byte_range()].split(|c: char| !c.is_ascii_digit()).any(|n| n.len() == 4);
    if has_year {
        return nearest;
    }
    let from = text.floor_char_boundary(span.start.saturating_sub(NEAR) as usize);
    let to = text.ceil_char_boundary(text.len().min((span.end + NEAR) as usize));
    let around = text[from..to].to_lowercase();
    let is_meant = |(day, words): &&(Date, Vec<&str>)| {
        (day.month, day.day) == (nearest.month, nearest.day)
            && document.is_none_or(|document| *day <= document)
            && words.iter().any(|word| around.contains(word))
    };
    NAMED_DAYS.iter().find(is_meant).map_or(nearest, |(day, _)| *day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_with_a_name_is_not_the_nearest_one() {
        let year = |year| Date::new(year, 9, 11).expect("a date");
        for (text, document, expected) in [
            ("in the wake of the September 11 attacks", 2006, 2001),
            ("the events of September 11", 2006, 2001),
            ("they will meet on September 11", 2006, 2006),
            ("the attacks of September 11, 2006", 2006, 2006),
            ("after the attack of September 11", 1999, 1999),
        ] {
            let start = text.find("September").expect("a date");
            let end = text[start..].find(" attacks").map_or(text.len(), |at| start + at);
            let day = named_day(
                text,
                TextSpan::from_range(start..end),
                year(document),
                Date::new(document, 12, 1),
            );
            assert_eq!(day, year(expected), "{text}");
        }
        assert!(NAMED_DAYS.len() > 5);
    }
}
