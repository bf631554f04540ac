//! Tools over one document.

#![expect(
    clippy::needless_pass_by_value,
    reason = "the arguments of a tool are parsed for its call"
)]

use chancery_store::{Query, QueryField, SearchRequest};
use chancery_views::citation::{cite_document, cite_row};
use chancery_views::document::{
    DocumentDetails, DocumentReference, DocumentView, HighlightSelection, NearDuplicate,
};
use chancery_views::limits::check_name_length;
use chancery_views::passages::{DocumentReading, Passage, find_words, quote_span, read_passages};
use chancery_views::search_response::DocumentSummary;
use serde::Serialize;

use super::ToolContext;
use crate::answer::{Answer, ToolError};
use crate::arguments::{CiteArguments, DocumentArguments, QuotationArguments, ReadArguments};

pub(super) fn read(
    context: &mut ToolContext<'_>,
    arguments: ReadArguments,
) -> Result<Answer<DocumentReading>, ToolError> {
    let budget = &mut context.budget;
    let reading =
        read_passages(context.session, &arguments.document, arguments.start, |passage| {
            budget.takes(passage)
        })?;
    let is_empty = reading.document.passages.is_empty();
    if is_empty && reading.next_start.is_some() {
        return Err(ToolError::TooLong);
    }
    Ok(Answer::new(reading, is_empty))
}

/// What is near a document.
#[derive(Serialize)]
pub(super) struct RelatedDocuments {
    document: DocumentSummary,
    citation: String,
    references: Vec<DocumentReference>,
    cited_by: Vec<DocumentSummary>,
    sections: Vec<DocumentSummary>,
    near_duplicates: Vec<NearDuplicate>,
    before: Option<DocumentSummary>,
    after: Option<DocumentSummary>,
}

pub(super) fn related(
    context: &mut ToolContext<'_>,
    arguments: DocumentArguments,
) -> Result<Answer<RelatedDocuments>, ToolError> {
    check_name_length(&arguments.document)?;
    let none = HighlightSelection::default();
    let view = DocumentView::read_document(context.session, &arguments.document, &none)?;
    let details = DocumentDetails::from(&view);
    let budget = &mut context.budget;
    let related = RelatedDocuments {
        document: details.summary,
        citation: cite_document(&view.stored.annotated.document, &view.summary.path),
        references: budget.keep(details.references),
        cited_by: budget.keep(details.cited_by),
        sections: budget.keep(details.sections),
        near_duplicates: budget.keep(details.near_duplicates),
        before: details.before,
        after: details.after,
    };
    Ok(Answer::new(related, false))
}

/// A citation, and the passage if one was asked for.
#[derive(Serialize)]
pub(super) struct Citation {
    document: DocumentSummary,
    citation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    passage: Option<Passage>,
}

pub(super) fn cite(
    context: &mut ToolContext<'_>,
    arguments: CiteArguments,
) -> Result<Answer<Citation>, ToolError> {
    check_name_length(&arguments.document)?;
    let documents = context.session.archive.documents();
    let row = documents.row(documents.find(&arguments.document)?)?;
    let passage = match (arguments.start, arguments.end) {
        (None, None) => None,
        (Some(start), Some(end)) => {
            Some(quote_span(context.session, &arguments.document, (start, end))?)
        }
        _ => return Err(ToolError::Arguments("start and end belong together".to_owned())),
    };
    let citation = match &passage {
        Some(passage) => passage.citation.clone(),
        None => cite_row(context.session.archive, &row)?,
    };
    Ok(Answer::new(Citation { document: (&row).into(), citation, passage }, false))
}

/// Where the words of a quotation stand.
#[derive(Serialize)]
pub(super) struct CheckedQuotation {
    /// Whether they stand anywhere.
    stands: bool,
    /// Where they stand.
    passages: Vec<Passage>,
}

/// Maximum number of places that are returned.
const MAX_PLACES: usize = 20;

/// Maximum length of a quotation to check, in characters.
const MAX_QUOTATION_CHARS: usize = 2_000;

/// Words of a quotation that are searched for.
const SEARCHED_WORDS: usize = 30;

pub(super) fn check_quotation(
    context: &mut ToolContext<'_>,
    arguments: QuotationArguments,
) -> Result<Answer<CheckedQuotation>, ToolError> {
    let QuotationArguments { quotation, document } = arguments;
    if quotation.chars().count() > MAX_QUOTATION_CHARS {
        let what = format!("quotation: longer than {MAX_QUOTATION_CHARS} characters");
        return Err(ToolError::Arguments(what));
    }
    if !quotation.chars().any(char::is_alphanumeric) {
        return Err(ToolError::Arguments("quotation: has no word".to_owned()));
    }
    let session = context.session;
    let mut passages = Vec::new();
    for name in match document {
        Some(document) => vec![document],
        None => documents_with_words(context, &quotation)?,
    } {
        let left = MAX_PLACES - passages.len();
        passages.extend(find_words(session, &name, &quotation, left)?);
        if passages.len() >= MAX_PLACES {
            break;
        }
    }
    let stands = !passages.is_empty();
    let passages = context.budget.keep(passages);
    Ok(Answer::new(CheckedQuotation { stands, passages }, !stands))
}

/// Returns the ids of documents that may have these words.
fn documents_with_words(
    context: &ToolContext<'_>,
    quotation: &str,
) -> Result<Vec<String>, ToolError> {
    let session = context.session;
    let words: Vec<&str> = quotation.split_whitespace().take(SEARCHED_WORDS).collect();
    let query = Query::words(QueryField::Text, &words.join(" "));
    let request = SearchRequest { limit: MAX_PLACES, ..SearchRequest::new(query) };
    let found = session.current_searcher()?.rank_matches(session.archive, &request)?;
    let id = |(number, _)| Ok(session.archive.documents().row(number)?.id.to_string());
    found.ranked.into_iter().map(id).collect()
}
