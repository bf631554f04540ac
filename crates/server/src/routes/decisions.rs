//! The log of decisions, the forms that make decisions, and saved searches.

use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use chancery_pages as pages;
use chancery_store::{DecisionNumber, is_surname_group};
use chancery_views::decisions::{self, decision_from_form};
use chancery_views::merging;
use serde::Deserialize;

use super::{HtmlResult, MAX_CHOICES, PageState, redirect_to};
use crate::error::ApiError;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct PageOffset {
    offset: usize,
}

pub(super) async fn recent_page(
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

pub(super) type FormFields = Form<Vec<(String, String)>>;

/// Removes the path to return to from the fields of a form.
pub(super) fn take_return_path(fields: &mut Vec<(String, String)>) -> String {
    let at = fields.iter().position(|(name, _)| name == "back");
    let back = at.map(|at| fields.remove(at).1).unwrap_or_default();
    // Only a path of this server, to prevent open redirects.
    let ours = back.starts_with('/') && !back.starts_with("//") && !back.contains('\\');
    if ours && back.bytes().all(|byte| byte.is_ascii_graphic()) { back } else { "/recent".into() }
}

pub(super) async fn submit_decision(
    State(state): PageState,
    Form(mut fields): FormFields,
) -> Result<Response, ApiError> {
    let back = take_return_path(&mut fields);
    let decision = decision_from_form(fields)?;
    let outcome = state.apply_decision(decision.request, decision.reason).await?;
    Ok(redirect_to(&address_after(&back, outcome.decision)))
}

/// The address to return to after a decision. Pages of documents, names and doubts say
/// what it changed.
pub(super) fn address_after(back: &str, decision: DecisionNumber) -> String {
    let shows_changes = ["/doc/", "/entity/", "/doubts"].iter().any(|path| back.starts_with(path));
    // A statement in the margin says by itself what was decided of it.
    if !shows_changes || back.contains("#said") {
        return back.to_owned();
    }
    let address = back.split('#').next().unwrap_or(back);
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    // The place of the change decides which part of the document is shown.
    let is_kept = |term: &&str| {
        !["done=", "to=", "part="].iter().any(|name| term.starts_with(name)) && !term.is_empty()
    };
    let mut terms: Vec<&str> = query.split('&').filter(is_kept).collect();
    let done = format!("done={decision}");
    terms.push(&done);
    format!("{path}?{}#changed", terms.join("&"))
}

/// Links a mention to another entity: directly for an id; for a name, shows the
/// entities to choose from.
pub(super) async fn link_mention(
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
        fields.extend([("action".into(), "link".into()), ("entity".into(), id)]);
        let decision = decision_from_form(fields)?;
        let outcome = state.apply_decision(decision.request, decision.reason).await?;
        return Ok(redirect_to(&address_after(&back, outcome.decision)));
    }
    let at: Vec<(&str, &str)> = fields
        .iter()
        .filter(|(name, _)| matches!(name.as_str(), "document" | "start" | "end" | "scope"))
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    Ok(pages::mention_card::render_entity_choice(&named, &at, &back, &found).into_response())
}

pub(super) async fn save_search(
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

    #[test]
    fn pages_say_what_was_changed() {
        for (back, expected) in [
            ("/doc/1", "/doc/1?done=7#changed"),
            ("/doc/1?q=a&part=2#hit1", "/doc/1?q=a&done=7#changed"),
            ("/doc/1?done=6&to=name3#name3", "/doc/1?done=7#changed"),
            ("/entity/n-1?done=6#changed", "/entity/n-1?done=7#changed"),
            ("/doubts?skip=2", "/doubts?skip=2&done=7#changed"),
            ("/recent", "/recent"),
        ] {
            assert_eq!(address_after(back, DecisionNumber(7)), expected);
        }
    }
}
