//! Routes of the HTML pages and of the forms that they send.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Multipart, Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Form, Router};
use chancery_model::{CodePoints, Label, TextSpan, at_code_points};
use chancery_store::Field;
use serde::Deserialize;

use super::access::{COOKIE_NAME, Guard};
use super::error::ApiError;
use super::export::{self, Wanted};
use super::limits::{MAX_BATCH_BYTES, MAX_UPLOAD_BYTES, parse_limited_query};
use super::queries::decisions::{self, of_form};
use super::queries::document::{self, Reading, Within};
use super::queries::{entity, map, network, search, timeline};
use super::state::AppState;
use super::uploads::{receive, refused};
use super::{assets, pages};
use chancery_store::CurationRequest;
use pages::charts::plot::View;

/// Maximum number of entities offered for a name.
const CHOICES: usize = 20;

type Shared = State<Arc<AppState>>;
type Page = Result<Html<String>, ApiError>;

/// Router of all pages.
pub(crate) fn router(guard: Arc<Guard>) -> Router<Arc<AppState>> {
    Router::new()
        .route("/", get(search_page))
        .route("/doc/{id}", get(document_page))
        .route("/doc/{id}/raw", get(raw_page))
        .route("/doc/{id}/name/{start}", get(card_page))
        .route("/doc/{id}/mark", post(mark))
        .route("/entity/{id}", get(entity_page))
        .route("/map", get(map_page))
        .route("/network", get(network_page))
        .route("/timeline", get(timeline_page))
        .route("/recent", get(recent_page))
        .route("/decide", post(decide))
        .route("/link", post(link))
        .route("/searches", post(save_search))
        .route("/export", get(export_result))
        .route("/batch", post(batch).layer(DefaultBodyLimit::max(MAX_BATCH_BYTES)))
        .route("/add", get(add_page).post(add).layer(DefaultBodyLimit::max(MAX_UPLOAD_BYTES)))
        .route("/add/progress", get(progress))
        .route("/help", get(async || pages::help::page()))
        .route("/enter", post(enter).layer(Extension(guard)))
        .route("/assets/{digest}/{*name}", get(assets::get))
        .fallback(async || ApiError::not_found("there is no such page"))
}

async fn search_page(State(room): Shared, Query(ask): Query<search::Ask>) -> Page {
    let uploads = room.queue.uploads();
    let folder = room.folder().display().to_string();
    let found = room
        .read_if_made(move |desk| {
            let documents = desk.archive.documents()?;
            if documents == 0 {
                return Ok(None);
            }
            let results = search::search(desk, &ask, true)?;
            let saved = search::saved(desk)?;
            let query = parse_limited_query(&ask.q)?;
            Ok(Some(pages::search::page(&ask, &query, &results, &saved, documents)))
        })
        .await?;
    Ok(found.flatten().unwrap_or_else(|| pages::add::page(true, &folder, &uploads, &[])))
}

/// Query string of a document page.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Shown {
    q: String,
    entity: String,
    beside: String,
    start: Option<u32>,
    end: Option<u32>,
}

async fn document_page(
    State(room): Shared,
    Path(id): Path<String>,
    Query(shown): Query<Shown>,
) -> Page {
    room.read(move |desk| {
        let within = Within { query: shown.q, entity: shown.entity };
        let reading = Reading::of(desk, &id, &within)?;
        let raw = if shown.beside == "raw" { drawn(desk, &reading, None)? } else { None };
        Ok(pages::document::page(&reading, &within, raw.as_deref()))
    })
    .await
}

async fn raw_page(State(room): Shared, Path(id): Path<String>, Query(shown): Query<Shown>) -> Page {
    room.read(move |desk| {
        let reading = Reading::of(desk, &id, &Within::default())?;
        let text = reading.held.annotated.document.text.as_str();
        let place =
            shown.start.zip(shown.end).and_then(|(start, end)| at_code_points(text, start, end));
        let raw = drawn(desk, &reading, place)?;
        Ok(pages::document::raw_page(&reading, raw.as_deref()))
    })
    .await
}

fn drawn(
    desk: &super::state::ReadSession<'_>,
    reading: &Reading,
    mark: Option<TextSpan>,
) -> Result<Option<String>, ApiError> {
    let bytes = document::raw(desk, reading)?;
    let document = &reading.held.annotated.document;
    Ok(bytes.map(|bytes| pages::document::drawn(document, &bytes, mark)))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Part {
    part: String,
}

/// Card of a mention: a page, or only its content if a script asks for it.
async fn card_page(
    State(room): Shared,
    Path((id, start)): Path<(String, u32)>,
    Query(part): Query<Part>,
) -> Page {
    let card = room.read(move |desk| document::card(desk, &id, start)).await?;
    match part.part.as_str() {
        "card" => Ok(Html(pages::card::content(&card).into_string())),
        _ => Ok(pages::card::page(&card)),
    }
}

#[derive(Deserialize)]
struct Mark {
    words: String,
    #[serde(default = "one")]
    nth: usize,
    label: Label,
}

const fn one() -> usize {
    1
}

/// Adds a mention for text that the user typed.
async fn mark(
    State(room): Shared,
    Path(id): Path<String>,
    Form(form): Form<Mark>,
) -> Result<Response, ApiError> {
    let back = format!("/doc/{id}");
    let at = room
        .read(move |desk| {
            let document = desk.archive.document(desk.archive.find(&id)?)?;
            let text = document.text.as_str();
            let span =
                pages::document::nth_place(&form.words, text, form.nth).ok_or_else(|| {
                    ApiError::bad(format!("{:?} does not occur that often in the text", form.words))
                })?;
            let points = CodePoints::new(text);
            let (start, end) = (points.of(span.start), points.of(span.end));
            let at = chancery_store::MentionRef { document: document.id.to_string(), start, end };
            Ok(CurationRequest::Add { at, label: form.label, entity: None })
        })
        .await?;
    room.decide(at, String::new()).await?;
    Ok(see(&back))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Offset {
    offset: usize,
}

async fn entity_page(
    State(room): Shared,
    Path(id): Path<String>,
    Query(Offset { offset }): Query<Offset>,
) -> Page {
    room.read(move |desk| {
        let entity = entity::entity(desk, &id)?;
        let (total, mentions) = entity::mentions(desk, &id, offset)?;
        Ok(pages::entity::page(&entity, total, offset, &mentions))
    })
    .await
}

async fn map_page(State(room): Shared, Query(of): Query<map::Of>) -> Page {
    room.read(move |desk| {
        let (query, found) = (parse_limited_query(&of.q)?, map::map(desk, &of)?);
        Ok(pages::charts::map::page(&of.q, &query, &found))
    })
    .await
}

async fn network_page(State(room): Shared, Query(ask): Query<network::Ask>) -> Page {
    room.read(move |desk| {
        let (query, found) = (parse_limited_query(&ask.q)?, network::network(desk, &ask)?);
        Ok(pages::charts::network::page(&ask, &query, &found))
    })
    .await
}

/// A time range to zoom into.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Closer {
    from: String,
    until: String,
}

async fn timeline_page(
    State(room): Shared,
    Query(of): Query<map::Of>,
    Query(Closer { from, until }): Query<Closer>,
) -> Result<Response, ApiError> {
    if !(from.is_empty() && until.is_empty()) {
        let date = if from == until { from } else { format!("{from}..{until}") };
        let query = parse_limited_query(&of.q)?
            .without(Field::Date)
            .and(chancery_store::Query::dates(&date)?);
        return Ok(see(&View::Timeline.address(&query)));
    }
    let found = room.read(move |desk| {
        let (query, found) = (parse_limited_query(&of.q)?, timeline::timeline(desk, &of)?);
        Ok(pages::charts::timeline::page(&of.q, &query, &found))
    });
    Ok(found.await?.into_response())
}

async fn recent_page(State(room): Shared, Query(Offset { offset }): Query<Offset>) -> Page {
    room.read(move |desk| {
        let (total, made) = decisions::recent(desk, offset, pages::recent::PAGE)?;
        Ok(pages::recent::page(total, offset, &made))
    })
    .await
}

type Fields = Form<Vec<(String, String)>>;

/// Removes the path to return to from the fields of a form.
fn back(fields: &mut Vec<(String, String)>) -> String {
    let at = fields.iter().position(|(name, _)| name == "back");
    let back = at.map(|at| fields.remove(at).1).unwrap_or_default();
    // Only a path of this server, to prevent open redirects.
    let ours = back.starts_with('/') && !back.starts_with("//") && !back.contains('\\');
    if ours && back.bytes().all(|byte| byte.is_ascii_graphic()) { back } else { "/recent".into() }
}

async fn decide(State(room): Shared, Form(mut fields): Fields) -> Result<Response, ApiError> {
    let back = back(&mut fields);
    let decision = of_form(fields)?;
    room.decide(decision.wish, decision.why).await?;
    Ok(see(&back))
}

/// Links a mention to another entity: directly for an id; for a name, shows the
/// entities to choose from.
async fn link(State(room): Shared, Form(mut fields): Fields) -> Result<Response, ApiError> {
    let back = back(&mut fields);
    let named = fields.iter().find(|(name, _)| name == "named").map(|(_, value)| value.clone());
    let named = named.unwrap_or_default();
    let words = named.clone();
    let (id, found) = room
        .read(move |desk| {
            let id = desk.archive.entity_ref(words.trim()).ok().map(|known| known.id);
            let mut found = desk.archive.entities_named(&words)?;
            found.truncate(CHOICES);
            Ok((id, found))
        })
        .await?;
    fields.retain(|(name, _)| name != "named");
    if let Some(id) = id {
        fields.push(("entity".into(), id));
        let decision = of_form(fields)?;
        room.decide(decision.wish, decision.why).await?;
        return Ok(see(&back));
    }
    let at: Vec<(&str, &str)> = fields
        .iter()
        .filter(|(name, _)| matches!(name.as_str(), "document" | "start" | "end"))
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    Ok(pages::card::choice(&named, &at, &back, &found).into_response())
}

async fn save_search(State(room): Shared, Form(mut fields): Fields) -> Result<Response, ApiError> {
    let back = back(&mut fields);
    let field = |name: &str| {
        let known = fields.iter().find(|(known, _)| known == name);
        known.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    match (field("forget"), field("name")) {
        (Some(name), _) => room.save_search(name, None).await?,
        (None, Some(name)) => {
            room.save_search(name, Some(field("query").unwrap_or_default())).await?;
        }
        (None, None) => return Err(ApiError::bad("a search needs a name")),
    }
    Ok(see(&back))
}

async fn export_result(
    State(room): Shared,
    Query(wanted): Query<Wanted>,
) -> Result<Response, ApiError> {
    export::export(room, wanted).await
}

async fn batch(State(room): Shared, mut parts: Multipart) -> Result<Response, ApiError> {
    let mut queries = String::new();
    while let Some(part) = parts.next_field().await.map_err(refused)? {
        queries = part.text().await.map_err(refused)?;
    }
    let table = room.read(move |desk| export::batch(desk, &queries)).await?;
    let head = [
        (CONTENT_TYPE, "text/tab-separated-values; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"hits.tsv\""),
    ];
    Ok((head, table).into_response())
}

async fn add_page(State(room): Shared) -> Page {
    let found =
        room.read_if_made(|desk| Ok((desk.archive.documents()?, desk.archive.problems()?))).await?;
    let (documents, problems) = found.unwrap_or_default();
    let folder = room.folder().display().to_string();
    Ok(pages::add::page(documents == 0, &folder, &room.queue.uploads(), &problems))
}

async fn progress(State(room): Shared) -> Html<String> {
    Html(pages::add::progress(&room.queue.uploads()).into_string())
}

async fn add(State(room): Shared, parts: Multipart) -> Result<Response, ApiError> {
    receive(&room, parts).await?;
    Ok(see("/add"))
}

#[derive(Deserialize)]
struct Entry {
    password: String,
}

/// Checks the password and sets a cookie that scripts and other sites cannot
/// read.
async fn enter(
    Extension(guard): Extension<Arc<Guard>>,
    Form(Entry { password }): Form<Entry>,
) -> Result<Response, ApiError> {
    let Some(cookie) = guard.cookie(&password) else {
        return Err(ApiError::new(StatusCode::UNAUTHORIZED, "wrong password", ""));
    };
    let cookie = format!("{COOKIE_NAME}={cookie}; HttpOnly; SameSite=Strict; Path=/");
    let mut response = see("/");
    let value = cookie.parse().map_err(|_| ApiError::internal("invalid cookie"))?;
    response.headers_mut().insert(SET_COOKIE, value);
    Ok(response)
}

/// 303 redirect (POST/redirect/GET).
fn see(address: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, address.to_owned())]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_back_to_our_own_pages_only() {
        for (asked, expected) in [
            ("/doc/1?q=a#hit1", "/doc/1?q=a#hit1"),
            ("//evil.example", "/recent"),
            ("https://evil.example", "/recent"),
            ("/\\evil.example", "/recent"),
            ("/a\r\nSet-Cookie: x", "/recent"),
        ] {
            let mut fields = vec![("back".to_owned(), asked.to_owned())];
            assert_eq!(back(&mut fields), expected);
        }
    }
}
