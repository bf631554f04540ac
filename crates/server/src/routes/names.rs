//! Pages of names: cards of mentions, entities, merges, and the queue of doubts.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chancery_model::Label;
use chancery_pages as pages;
use chancery_store::{CurationRequest, DecisionNumber, MentionScope, is_surname_group};
use chancery_views::changes::read_change;
use chancery_views::dossier::{self, DossierParameters};
use chancery_views::doubts::{self, DoubtParameters};
use chancery_views::entity_statements::{self, EntityStatementParameters};
use chancery_views::passages::nth_occurrence;
use chancery_views::{mention_card, merging, statements};
use serde::Deserialize;

use super::decisions::{address_after, take_return_path};
use super::{HtmlResult, MAX_CHOICES, PageState, redirect_to};
use crate::error::ApiError;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct CardPageParameters {
    part: String,
}

/// Card of a mention: a page, or only its content if a script asks for it.
pub(super) async fn card_page(
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
pub(super) async fn statement_page(
    State(state): PageState,
    Path((id, start)): Path<(String, u32)>,
) -> HtmlResult {
    let card =
        state.with_session(move |session| Ok(statements::statement_card(session, &id, start)?));
    Ok(pages::statements::render_card(&card.await?))
}

pub(super) async fn entity_statements_page(
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

#[derive(Deserialize)]
pub(super) struct NewMentionForm {
    words: String,
    #[serde(default = "super::default_occurrence")]
    nth: usize,
    label: Label,
}

/// Adds a mention for text that the user typed.
pub(super) async fn add_mention(
    State(state): PageState,
    Path(id): Path<String>,
    Form(form): Form<NewMentionForm>,
) -> Result<Response, ApiError> {
    let back = format!("/doc/{id}");
    let at = state
        .with_session(move |session| {
            let at = nth_occurrence(session.archive, &id, &form.words, form.nth)?;
            let (label, scope) = (form.label, MentionScope::Mention);
            Ok(CurationRequest::Add { at, label, entity: None, scope })
        })
        .await?;
    let outcome = state.apply_decision(at, String::new()).await?;
    Ok(redirect_to(&address_after(&back, outcome.decision)))
}

/// The decision that was just made, of a page to which its author returns.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct LastDecision {
    done: Option<DecisionNumber>,
}

pub(super) async fn entity_page(
    State(state): PageState,
    Path(id): Path<String>,
    Query(parameters): Query<DossierParameters>,
    Query(LastDecision { done }): Query<LastDecision>,
) -> HtmlResult {
    state
        .with_session(move |session| {
            let dossier = dossier::read_dossier(session, &id, &parameters)?;
            let change = done.map(|number| read_change(session, number)).transpose()?.flatten();
            Ok(pages::entity::render_page(&dossier, change.as_ref()))
        })
        .await
}

/// Query string of the preview of a merge.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct MergePageParameters {
    from: String,
    into: String,
    back: String,
}

pub(super) async fn merge_page(
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

pub(super) async fn doubts_page(
    State(state): PageState,
    Query(parameters): Query<DoubtParameters>,
) -> HtmlResult {
    state
        .with_session(move |session| {
            Ok(pages::doubts::render_page(&doubts::read_queue(session, &parameters)?))
        })
        .await
}
