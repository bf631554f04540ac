//! Routes of the HTML pages and of the forms that they send.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, DefaultBodyLimit, Multipart, Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Form, Router};
use chancery_formats::citation::CitationFormat;
use chancery_model::{Label, TextSpan, span_of_code_points};
use chancery_store::{HighlightColor, QueryField, is_surname_group};
use maud::Markup;
use serde::Deserialize;

use super::access::{AccessGuard, COOKIE_NAME};
use super::assets;
use super::error::ApiError;
use super::export::{self, ExportParameters};
use super::limits::{MAX_BATCH_BYTES, MAX_UPLOAD_BYTES};
use super::state::AppState;
use super::uploads::{multipart_error, receive_upload};
use chancery_pages as pages;
use chancery_store::CurationRequest;
use chancery_views::citation::document_citation;
use chancery_views::decisions::{self, decision_from_form};
use chancery_views::document::{self, DocumentView, HighlightSelection};
use chancery_views::document_index::{self, DocumentIndexParameters};
use chancery_views::dossier::DossierParameters;
use chancery_views::entity_index::{self, IndexParameters};
use chancery_views::entity_statements::{self, EntityStatementParameters};
use chancery_views::highlights::{self, HighlightParameters};
use chancery_views::home;
use chancery_views::limits::parse_limited_query;
use chancery_views::passages::nth_occurrence;
use chancery_views::results::{ResultTrail, TrailParameters};
use chancery_views::search_response::ResultOrder;
use chancery_views::urls::search_url;
use chancery_views::{dossier, map, mention_card, merging, network, search, statements, timeline};
use pages::charts::plot::SearchView;

/// Maximum number of entities offered for a name.
const MAX_CHOICES: usize = 20;

type PageState = State<Arc<AppState>>;
type HtmlResult = Result<Markup, ApiError>;

/// Router of all pages.
pub(crate) fn page_router(guard: Arc<AccessGuard>) -> Router<Arc<AppState>> {
    Router::new()
        .route("/", get(first_page))
        .route("/documents", get(documents_page))
        .route("/people", get(people_page))
        .route("/places", get(places_page))
        .route("/organisations", get(organisations_page))
        .route("/doc/{id}", get(document_page))
        .route("/doc/{id}/{part}", get(document_part_page))
        .route("/doc/{id}/raw", get(raw_page))
        .route("/doc/{id}/cite/{format}", get(citation_file))
        .route("/doc/{id}/passages", post(add_passage))
        .route("/doc/{id}/name/{start}", get(card_page))
        .route("/doc/{id}/said/{start}", get(statement_page))
        .route("/doc/{id}/mentions", post(add_mention))
        .route("/entity/{id}", get(entity_page))
        .route("/entity/{id}/statements", get(entity_statements_page))
        .route("/map", get(map_page))
        .route("/network", get(network_page))
        .route("/timeline", get(timeline_page))
        .route("/recent", get(recent_page))
        .route("/highlights", get(highlights_page))
        .route("/highlights/export", get(export_highlights))
        .route("/merge", get(merge_page))
        .route("/decide", post(submit_decision))
        .route("/link", post(link_mention))
        .route("/searches", post(save_search))
        .route("/export", get(export_result))
        .route("/batch", post(run_batch).layer(DefaultBodyLimit::max(MAX_BATCH_BYTES)))
        .route(
            "/add",
            get(add_page).post(upload_files).layer(DefaultBodyLimit::max(MAX_UPLOAD_BYTES)),
        )
        .route("/add/progress", get(upload_progress))
        .route("/help", get(async || pages::help::render_page()))
        .route("/styles", get(async || pages::styles::render_page()))
        .route("/enter", post(log_in).layer(Extension(guard)))
        .route("/assets/{digest}/{*name}", get(assets::serve_asset))
        .fallback(async || ApiError::not_found("there is no such page"))
}

/// Terms of a query that its search box does not show.
#[derive(Deserialize, Default)]
#[serde(default)]
struct UnseenTerms {
    with: String,
}

/// The first page, or the results of a search.
async fn first_page(
    State(state): PageState,
    uri: Uri,
    Query(parameters): Query<search::SearchParameters>,
    Query(UnseenTerms { with }): Query<UnseenTerms>,
) -> Result<Response, ApiError> {
    if !with.is_empty() {
        let typed = match parse_limited_query(&parameters.q) {
            Ok(query) => query.and(parse_limited_query(&with)?).to_string(),
            Err(_) => format!("{} {with}", parameters.q),
        };
        return Ok(redirect_to(&search_url(&typed)));
    }
    let is_home = uri.query().unwrap_or_default().is_empty();
    let (uploads, name) = (state.queue.recent_uploads(), state.archive_name());
    let found = state
        .with_session_if_exists(move |session| {
            if session.archive.documents().count()? == 0 {
                return Ok(None);
            }
            if is_home {
                return Ok(Some(pages::home::render_page(&name, &home::archive_home(session)?)));
            }
            let page = search::results_page(session, parameters)?;
            Ok(Some(pages::search::render_page(&page)))
        })
        .await?;
    let found = found.flatten();
    let page = found.unwrap_or_else(|| pages::add::render_page(true, &uploads, &[]));
    Ok(page.into_response())
}

async fn documents_page(
    State(state): PageState,
    Query(parameters): Query<DocumentIndexParameters>,
) -> HtmlResult {
    state
        .with_session(move |session| {
            let index = document_index::document_index(session, &parameters)?;
            Ok(pages::document_index::render_page(&parameters, &index))
        })
        .await
}

async fn index_page(state: Arc<AppState>, label: Label, parameters: IndexParameters) -> HtmlResult {
    state
        .with_session(move |session| {
            let index = entity_index::entity_index(session, label, &parameters)?;
            Ok(pages::entity_index::render_page(label, &parameters, &index))
        })
        .await
}

async fn people_page(
    State(state): PageState,
    Query(parameters): Query<IndexParameters>,
) -> HtmlResult {
    index_page(state, Label::Per, parameters).await
}

async fn places_page(
    State(state): PageState,
    Query(parameters): Query<IndexParameters>,
) -> HtmlResult {
    index_page(state, Label::Loc, parameters).await
}

async fn organisations_page(
    State(state): PageState,
    Query(parameters): Query<IndexParameters>,
) -> HtmlResult {
    index_page(state, Label::Org, parameters).await
}

/// Query string of a document page.
#[derive(Deserialize, Default)]
#[serde(default)]
struct DocumentPageParameters {
    q: String,
    entity: String,
    sort: ResultOrder,
    at: Option<usize>,
    hit: Option<usize>,
    beside: String,
    statements: String,
    start: Option<u32>,
    end: Option<u32>,
}

async fn document_page(
    State(state): PageState,
    uri: Uri,
    Path(id): Path<String>,
    Query(parameters): Query<DocumentPageParameters>,
) -> Result<Response, ApiError> {
    show_document(state, uri, id, parameters).await
}

/// The page of a document whose address has two parts: volume and number, file and row.
async fn document_part_page(
    State(state): PageState,
    uri: Uri,
    Path((id, part)): Path<(String, String)>,
    Query(parameters): Query<DocumentPageParameters>,
) -> Result<Response, ApiError> {
    show_document(state, uri, format!("{id}/{part}"), parameters).await
}

/// Shows a document at its readable address, and leads there from every other name.
async fn show_document(
    state: Arc<AppState>,
    uri: Uri,
    id: String,
    parameters: DocumentPageParameters,
) -> Result<Response, ApiError> {
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
                ..
            } = parameters;
            let selection = HighlightSelection { query, entity };
            let mut view = DocumentView::read_document(session, &id, &selection)?;
            if statements == "shown" {
                view = view.with_statements(session)?;
            }
            let raw = if beside == "raw" { render_raw(session, &view, None)? } else { None };
            let trail = TrailParameters { selection, order, number: at, hit };
            let trail = ResultTrail::read_trail(session, &view, trail)?;
            Ok(pages::document::render_page(&view, &trail, raw.as_deref()).into_response())
        })
        .await
}

/// The citation of a document in a format, as a file.
async fn citation_file(
    State(state): PageState,
    Path((id, format)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let format: CitationFormat =
        format.parse().map_err(|()| ApiError::not_found("there is no such format of citations"))?;
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
struct NewPassageForm {
    passage: String,
    #[serde(default = "default_occurrence")]
    nth: usize,
    #[serde(default)]
    color: HighlightColor,
    #[serde(default)]
    keyword: String,
    #[serde(default)]
    words: String,
}

async fn add_passage(
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

async fn highlights_page(
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

async fn export_highlights(
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

async fn raw_page(
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

#[derive(Deserialize, Default)]
#[serde(default)]
struct CardPageParameters {
    part: String,
}

/// Card of a mention: a page, or only its content if a script asks for it.
async fn card_page(
    State(state): PageState,
    Path((id, start)): Path<(String, u32)>,
    Query(part): Query<CardPageParameters>,
) -> HtmlResult {
    let card = state
        .with_session(move |session| Ok(mention_card::mention_card(session, &id, start)?))
        .await?;
    match part.part.as_str() {
        "card" => Ok(pages::mention_card::card_content(&card)),
        _ => Ok(pages::mention_card::render_page(&card)),
    }
}

/// The page on which a statement is corrected.
async fn statement_page(
    State(state): PageState,
    Path((id, start)): Path<(String, u32)>,
) -> HtmlResult {
    let card =
        state.with_session(move |session| Ok(statements::statement_card(session, &id, start)?));
    Ok(pages::statements::render_card(&card.await?))
}

#[derive(Deserialize)]
struct NewMentionForm {
    words: String,
    #[serde(default = "default_occurrence")]
    nth: usize,
    label: Label,
}

const fn default_occurrence() -> usize {
    1
}

/// Adds a mention for text that the user typed.
async fn add_mention(
    State(state): PageState,
    Path(id): Path<String>,
    Form(form): Form<NewMentionForm>,
) -> Result<Response, ApiError> {
    let back = format!("/doc/{id}");
    let at = state
        .with_session(move |session| {
            let at = nth_occurrence(session.archive, &id, &form.words, form.nth)?;
            Ok(CurationRequest::Add { at, label: form.label, entity: None })
        })
        .await?;
    state.apply_decision(at, String::new()).await?;
    Ok(redirect_to(&back))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PageOffset {
    offset: usize,
}

async fn entity_page(
    State(state): PageState,
    Path(id): Path<String>,
    Query(parameters): Query<DossierParameters>,
) -> HtmlResult {
    state
        .with_session(move |session| {
            let dossier = dossier::read_dossier(session, &id, &parameters)?;
            Ok(pages::entity::render_page(&dossier))
        })
        .await
}

async fn entity_statements_page(
    State(state): PageState,
    Path(id): Path<String>,
    Query(parameters): Query<EntityStatementParameters>,
) -> HtmlResult {
    state
        .with_session(move |session| {
            let found = entity_statements::entity_statements(session, &id, &parameters)?;
            Ok(pages::statements::render_page(&found))
        })
        .await
}

async fn map_page(
    State(state): PageState,
    Query(parameters): Query<map::ChartParameters>,
) -> HtmlResult {
    state
        .with_session(move |session| {
            let (query, found) =
                (parse_limited_query(&parameters.q)?, map::build_map(session, &parameters)?);
            Ok(pages::charts::map::render_page(&parameters.q, &query, &found))
        })
        .await
}

async fn network_page(
    State(state): PageState,
    Query(parameters): Query<network::NetworkParameters>,
) -> HtmlResult {
    state
        .with_session(move |session| {
            let (query, found) = (
                parse_limited_query(&parameters.q)?,
                network::build_network(session, &parameters)?,
            );
            Ok(pages::charts::network::render_page(&parameters, &query, &found))
        })
        .await
}

/// A time range to zoom into.
#[derive(Deserialize, Default)]
#[serde(default)]
struct TimeRange {
    from: String,
    until: String,
}

async fn timeline_page(
    State(state): PageState,
    Query(parameters): Query<map::ChartParameters>,
    Query(TimeRange { from, until }): Query<TimeRange>,
) -> Result<Response, ApiError> {
    if !(from.is_empty() && until.is_empty()) {
        let date = if from == until { from } else { format!("{from}..{until}") };
        let query = parse_limited_query(&parameters.q)?
            .without(QueryField::Date)
            .and(chancery_store::Query::dates(&date)?);
        return Ok(redirect_to(&SearchView::Timeline.address_of_query(&query)));
    }
    let found = state.with_session(move |session| {
        let (query, found) =
            (parse_limited_query(&parameters.q)?, timeline::build_timeline(session, &parameters)?);
        Ok(pages::charts::timeline::render_page(&parameters.q, &query, &found))
    });
    Ok(found.await?.into_response())
}

async fn recent_page(
    State(state): PageState,
    Query(PageOffset { offset }): Query<PageOffset>,
) -> HtmlResult {
    state
        .with_session(move |session| {
            let (total, entries) =
                decisions::recent_decisions(session, offset, pages::decisions::DECISIONS_PER_PAGE)?;
            let questions = merging::open_questions(session)?;
            Ok(pages::decisions::render_page(total, offset, &entries, &questions))
        })
        .await
}

/// Query string of the preview of a merge.
#[derive(Deserialize, Default)]
#[serde(default)]
struct MergePageParameters {
    from: String,
    into: String,
    back: String,
}

async fn merge_page(
    State(state): PageState,
    Query(MergePageParameters { from, into, back }): Query<MergePageParameters>,
) -> HtmlResult {
    let back = take_return_path(&mut vec![("back".to_owned(), back)]);
    state
        .with_session(move |session| {
            let (from, into) = (from.trim().to_owned(), into.trim().to_owned());
            if session.archive.entities().reference(&into).is_err() && !is_surname_group(&into) {
                let mut found = session.archive.entities().named(&into)?;
                found.retain(|row| row.id != from);
                found.truncate(MAX_CHOICES);
                return Ok(pages::merge::render_choice(&from, &into, &back, &found));
            }
            let parameters = merging::MergeParameters { from, into };
            let preview = merging::preview_merge(session, &parameters)?;
            Ok(pages::merge::render_page(&preview, &back))
        })
        .await
}

type FormFields = Form<Vec<(String, String)>>;

/// Removes the path to return to from the fields of a form.
fn take_return_path(fields: &mut Vec<(String, String)>) -> String {
    let at = fields.iter().position(|(name, _)| name == "back");
    let back = at.map(|at| fields.remove(at).1).unwrap_or_default();
    // Only a path of this server, to prevent open redirects.
    let ours = back.starts_with('/') && !back.starts_with("//") && !back.contains('\\');
    if ours && back.bytes().all(|byte| byte.is_ascii_graphic()) { back } else { "/recent".into() }
}

async fn submit_decision(
    State(state): PageState,
    Form(mut fields): FormFields,
) -> Result<Response, ApiError> {
    let back = take_return_path(&mut fields);
    let decision = decision_from_form(fields)?;
    state.apply_decision(decision.request, decision.reason).await?;
    Ok(redirect_to(&back))
}

/// Links a mention to another entity: directly for an id; for a name, shows the
/// entities to choose from.
async fn link_mention(
    State(state): PageState,
    Form(mut fields): FormFields,
) -> Result<Response, ApiError> {
    let back = take_return_path(&mut fields);
    let named = fields.iter().find(|(name, _)| name == "named").map(|(_, value)| value.clone());
    let named = named.unwrap_or_default();
    let words = named.clone();
    let (id, found) = state
        .with_session(move |session| {
            let id =
                session.archive.entities().reference(words.trim()).ok().map(|entity| entity.id);
            let mut found = session.archive.entities().named(&words)?;
            found.retain(|row| !is_surname_group(&row.id));
            found.truncate(MAX_CHOICES);
            Ok((id, found))
        })
        .await?;
    fields.retain(|(name, _)| name != "named");
    if let Some(id) = id {
        fields.push(("entity".into(), id));
        let decision = decision_from_form(fields)?;
        state.apply_decision(decision.request, decision.reason).await?;
        return Ok(redirect_to(&back));
    }
    let at: Vec<(&str, &str)> = fields
        .iter()
        .filter(|(name, _)| matches!(name.as_str(), "document" | "start" | "end"))
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    Ok(pages::mention_card::render_entity_choice(&named, &at, &back, &found).into_response())
}

async fn save_search(
    State(state): PageState,
    Form(mut fields): FormFields,
) -> Result<Response, ApiError> {
    let back = take_return_path(&mut fields);
    let field = |name: &str| {
        let field_name = fields.iter().find(|(field_name, _)| field_name == name);
        field_name.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    match (field("forget"), field("name"), field("seen")) {
        (Some(name), ..) => state.save_search(name, None).await?,
        (None, None, Some(name)) => state.mark_search_seen(name).await?,
        (None, Some(name), _) => {
            state.save_search(name, Some(field("query").unwrap_or_default())).await?;
        }
        (None, None, None) => return Err(ApiError::bad_request("a search needs a name")),
    }
    Ok(redirect_to(&back))
}

async fn export_result(
    State(state): PageState,
    Query(parameters): Query<ExportParameters>,
) -> Result<Response, ApiError> {
    export::export_response(state, parameters).await
}

async fn run_batch(State(state): PageState, mut parts: Multipart) -> Result<Response, ApiError> {
    let mut queries = String::new();
    while let Some(part) = parts.next_field().await.map_err(multipart_error)? {
        queries = part.text().await.map_err(multipart_error)?;
    }
    let table =
        state.with_session(move |session| export::run_batch_queries(session, &queries)).await?;
    let head = [
        (CONTENT_TYPE, "text/tab-separated-values; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"hits.tsv\""),
    ];
    Ok((head, table).into_response())
}

async fn add_page(State(state): PageState) -> HtmlResult {
    let found = state
        .with_session_if_exists(|session| {
            Ok((session.archive.documents().count()?, session.archive.files().problems()?))
        })
        .await?;
    let (documents, problems) = found.unwrap_or_default();
    Ok(pages::add::render_page(documents == 0, &state.queue.recent_uploads(), &problems))
}

async fn upload_progress(State(state): PageState) -> Markup {
    pages::add::upload_progress(&state.queue.recent_uploads())
}

async fn upload_files(State(state): PageState, parts: Multipart) -> Result<Response, ApiError> {
    receive_upload(&state, parts).await?;
    Ok(redirect_to("/add"))
}

#[derive(Deserialize)]
struct LoginForm {
    password: String,
}

/// Checks the password and sets a cookie that scripts and other sites cannot
/// read.
async fn log_in(
    Extension(guard): Extension<Arc<AccessGuard>>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    Form(LoginForm { password }): Form<LoginForm>,
) -> Result<Response, ApiError> {
    let cookie = guard.log_in(client.ip(), &password)?;
    let cookie = format!("{COOKIE_NAME}={cookie}; HttpOnly; SameSite=Strict; Path=/");
    let mut response = redirect_to("/");
    let value = cookie.parse().map_err(|_| ApiError::internal_error("invalid cookie"))?;
    response.headers_mut().insert(SET_COOKIE, value);
    Ok(response)
}

/// 303 redirect (POST/redirect/GET).
fn redirect_to(address: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, address.to_owned())]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn return_path_stays_local() {
        for (path, expected) in [
            ("/doc/1?q=a#hit1", "/doc/1?q=a#hit1"),
            ("//evil.example", "/recent"),
            ("https://evil.example", "/recent"),
            ("/\\evil.example", "/recent"),
            ("/a\r\nSet-Cookie: x", "/recent"),
        ] {
            let mut fields = vec![("back".to_owned(), path.to_owned())];
            assert_eq!(take_return_path(&mut fields), expected);
        }
    }
}
