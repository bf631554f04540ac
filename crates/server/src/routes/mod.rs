//! Routes of the HTML pages and of the forms that they send.

mod charts;
mod decisions;
mod documents;
mod files;
mod names;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, DefaultBodyLimit, Query, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Form, Router};
use chancery_model::Label;
use chancery_pages as pages;
use chancery_views::document_index::{self, DocumentIndexParameters};
use chancery_views::entity_index::{self, IndexParameters};
use chancery_views::limits::parse_limited_query;
use chancery_views::urls::search_url;
use chancery_views::{home, search};
use maud::Markup;
use serde::Deserialize;

use super::access::{AccessGuard, COOKIE_NAME};
use super::assets;
use super::error::ApiError;
use super::limits::{MAX_BATCH_BYTES, MAX_UPLOAD_BYTES};
use super::state::AppState;

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
        .route("/doc/{id}", get(documents::document_page))
        .route("/doc/{id}/{part}", get(documents::document_part_page))
        .route("/doc/{id}/raw", get(documents::raw_page))
        .route("/doc/{id}/cite/{format}", get(documents::citation_file))
        .route("/doc/{id}/passages", post(documents::add_passage))
        .route("/doc/{id}/name/{start}", get(names::card_page))
        .route("/doc/{id}/said/{start}", get(names::statement_page))
        .route("/doc/{id}/mentions", post(names::add_mention))
        .route("/entity/{id}", get(names::entity_page))
        .route("/entity/{id}/statements", get(names::entity_statements_page))
        .route("/map", get(charts::map_page))
        .route("/network", get(charts::network_page))
        .route("/timeline", get(charts::timeline_page))
        .route("/recent", get(decisions::recent_page))
        .route("/highlights", get(documents::highlights_page))
        .route("/highlights/export", get(documents::export_highlights))
        .route("/merge", get(names::merge_page))
        .route("/doubts", get(names::doubts_page))
        .route("/decide", post(decisions::submit_decision))
        .route("/link", post(decisions::link_mention))
        .route("/searches", post(decisions::save_search))
        .route("/export", get(files::export_result))
        .route("/batch", post(files::run_batch).layer(DefaultBodyLimit::max(MAX_BATCH_BYTES)))
        .route(
            "/add",
            get(files::add_page)
                .post(files::upload_files)
                .layer(DefaultBodyLimit::max(MAX_UPLOAD_BYTES)),
        )
        .route("/add/progress", get(files::upload_progress))
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

impl UnseenTerms {
    /// The whole query: what the box shows and what it does not. None if it shows all.
    fn added_to(&self, typed: &str) -> Option<String> {
        if self.with.is_empty() {
            return None;
        }
        let both = parse_limited_query(typed).ok().zip(parse_limited_query(&self.with).ok());
        Some(match both {
            Some((shown, hidden)) => shown.and(hidden).to_string(),
            None => format!("{typed} {}", self.with),
        })
    }
}

/// The first page, or the results of a search.
async fn first_page(
    State(state): PageState,
    uri: Uri,
    Query(parameters): Query<search::SearchParameters>,
    Query(unseen): Query<UnseenTerms>,
) -> Result<Response, ApiError> {
    if let Some(typed) = unseen.added_to(&parameters.q) {
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

/// Which occurrence of words a form means, if it does not say so.
const fn default_occurrence() -> usize {
    1
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
