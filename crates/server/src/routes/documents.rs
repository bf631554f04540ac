//! Pages of documents: text, source file, citations, notes on passages.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use chancery_formats::citation::CitationFormat;
use chancery_model::{TextSpan, span_of_code_points};
use chancery_pages as pages;
use chancery_store::{CurationRequest, DecisionNumber, HighlightColor};
use chancery_views::changes::read_change;
use chancery_views::citation::document_citation;
use chancery_views::document::{self, DocumentView, HighlightSelection};
use chancery_views::document_parts::PartParameters;
use chancery_views::highlights::{self, HighlightParameters};
use chancery_views::passages::nth_occurrence;
use chancery_views::results::{ResultTrail, TrailParameters};
use chancery_views::search_response::ResultOrder;
use serde::Deserialize;

use super::{HtmlResult, PageState, redirect_to};
use crate::error::ApiError;
use crate::state::AppState;

/// Query string of a document page.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct DocumentPageParameters {
    q: String,
    entity: String,
    sort: ResultOrder,
    at: Option<usize>,
    hit: Option<usize>,
    beside: String,
    statements: String,
    start: Option<u32>,
    end: Option<u32>,
    /// A printed number: leads to this paragraph.
    paragraph: String,
    /// The decision that was just made.
    done: Option<DecisionNumber>,
}

pub(super) async fn document_page(
    State(state): PageState,
    uri: Uri,
    Path(id): Path<String>,
    Query(parameters): Query<DocumentPageParameters>,
    Query(part): Query<PartParameters>,
) -> Result<Response, ApiError> {
    show_document(state, uri, id, parameters, part).await
}

/// The page of a document whose address has two parts: volume and number, file and row.
pub(super) async fn document_part_page(
    State(state): PageState,
    uri: Uri,
    Path((id, part)): Path<(String, String)>,
    Query(parameters): Query<DocumentPageParameters>,
    Query(shown): Query<PartParameters>,
) -> Result<Response, ApiError> {
    show_document(state, uri, format!("{id}/{part}"), parameters, shown).await
}

/// Shows a document at its readable address, and leads there from every other name.
async fn show_document(
    state: Arc<AppState>,
    uri: Uri,
    id: String,
    parameters: DocumentPageParameters,
    part: PartParameters,
) -> Result<Response, ApiError> {
    let number = parameters.paragraph.chars().filter(char::is_ascii_alphanumeric);
    let number: String = number.collect();
    if !number.is_empty() {
        let location = format!("{}?to=par{number}#par{number}", uri.path());
        return Ok(redirect_to(&location));
    }
    state
        .with_session(move |session| {
            let number = session.archive.documents().find(&id)?;
            let address = document::document_address(session, number)?;
            let readable = session.archive.documents().address(number)?;
            if id != readable.as_deref().unwrap_or(&address) {
                let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
                let location = format!("/doc/{address}{query}");
                let to = (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, location)]);
                return Ok(to.into_response());
            }
            let DocumentPageParameters {
                q: query,
                entity,
                sort: order,
                at,
                hit,
                beside,
                statements,
                done,
                ..
            } = parameters;
            let selection = HighlightSelection { query, entity };
            let mut view = DocumentView::read_document(session, &id, &selection)?;
            if statements == "shown" {
                view = view.with_statements(session)?;
            }
            let change = done.map(|number| read_change(session, number)).transpose()?.flatten();
            view.changed = change.map(|change| change.in_document(&view.stored.annotated.document));
            view.show_part(session, &part, Some(hit.unwrap_or(1)))?;
            let raw = if beside == "raw" { render_raw(session, &view, None)? } else { None };
            let trail = TrailParameters { selection, order, number: at, hit };
            let trail = ResultTrail::read_trail(session, &view, trail)?;
            Ok(pages::document::render_page(&view, &trail, raw.as_deref()).into_response())
        })
        .await
}

/// The citation of a document in a format, as a file.
pub(super) async fn citation_file(
    State(state): PageState,
    Path((id, format)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let format: CitationFormat =
        format.parse().map_err(|()| ApiError::not_found("there is no such citation format"))?;
    let citation = state.with_session(move |session| {
        let number = session.archive.documents().find(&id)?;
        Ok(document_citation(session.archive, number)?)
    });
    let citation = citation.await?;
    let name: String =
        citation.key.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
    let disposition = format!("attachment; filename=\"{name}.{}\"", format.file_ending());
    let head = [(CONTENT_TYPE, format.media_type().to_owned()), (CONTENT_DISPOSITION, disposition)];
    Ok((head, citation.write(format)).into_response())
}

/// A note on a passage whose words a user typed.
#[derive(Deserialize)]
pub(super) struct NewPassageForm {
    passage: String,
    #[serde(default = "super::default_occurrence")]
    nth: usize,
    #[serde(default)]
    color: HighlightColor,
    #[serde(default)]
    keyword: String,
    #[serde(default)]
    words: String,
}

pub(super) async fn add_passage(
    State(state): PageState,
    Path(id): Path<String>,
    Form(form): Form<NewPassageForm>,
) -> Result<Response, ApiError> {
    let back = format!("/doc/{id}");
    // Browsers send the line ends of forms as CRLF.
    let passage = form.passage.replace("\r\n", "\n");
    let found = state
        .with_session(move |session| Ok(nth_occurrence(session.archive, &id, &passage, form.nth)?));
    let NewPassageForm { color, keyword, words, .. } = form;
    let request = CurationRequest::Highlight { at: found.await?, color, keyword, words };
    let outcome = state.apply_decision(request, String::new()).await?;
    Ok(redirect_to(&format!("{back}#note{}", outcome.decision)))
}

pub(super) async fn raw_page(
    State(state): PageState,
    Path(id): Path<String>,
    Query(parameters): Query<DocumentPageParameters>,
) -> HtmlResult {
    state
        .with_session(move |session| {
            let view = DocumentView::read_document(session, &id, &HighlightSelection::default())?;
            let text = view.stored.annotated.document.text.as_str();
            let span = parameters
                .start
                .zip(parameters.end)
                .and_then(|(start, end)| span_of_code_points(text, start, end));
            let raw = render_raw(session, &view, span)?;
            Ok(pages::document::render_source_page(&view, raw.as_deref()))
        })
        .await
}

fn render_raw(
    session: &chancery_views::session::ReadSession<'_>,
    view: &DocumentView,
    mark: Option<TextSpan>,
) -> Result<Option<String>, ApiError> {
    let bytes = document::raw_bytes(session, view)?;
    let document = &view.stored.annotated.document;
    Ok(bytes.map(|bytes| pages::document::render_source_file(document, &bytes, mark)))
}

pub(super) async fn highlights_page(
    State(state): PageState,
    Query(parameters): Query<HighlightParameters>,
) -> HtmlResult {
    state
        .with_session(move |session| {
            let (total, listed) = highlights::list_highlights(session, &parameters)?;
            Ok(pages::passages::render_page(&parameters, total, &listed))
        })
        .await
}

pub(super) async fn export_highlights(
    State(state): PageState,
    Query(parameters): Query<HighlightParameters>,
) -> Result<Response, ApiError> {
    let json = state
        .with_session(move |session| Ok(highlights::export_highlights(session, &parameters.q)?))
        .await?;
    let head = [
        (CONTENT_TYPE, "application/ld+json; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"highlights.jsonld\""),
    ];
    Ok((head, json).into_response())
}
