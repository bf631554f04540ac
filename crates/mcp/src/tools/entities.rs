//! Tools over people, places and organisations.

#![expect(
    clippy::needless_pass_by_value,
    reason = "the arguments of a tool are parsed for its call"
)]

use chancery_model::Label;
use chancery_views::entity::{EntityDetails, entity_details};
use chancery_views::entity_list::{
    EntityListItem, EntityListParameters, MAX_ENTITIES, list_entities,
};
use chancery_views::limits::check_name_length;
use chancery_views::passages::passages_of_entity;
use serde::Serialize;

use super::ToolContext;
use super::search::{FoundPassages, MAX_QUOTED, keep_documents, limit_of, next_offset};
use crate::answer::{Answer, ToolError};
use crate::arguments::{EntityArguments, NameArguments, PassageArguments};

/// Documents of an answer, unless the assistant asks for another number.
const DEFAULT_DOCUMENTS: u32 = 10;

/// Entities that were found.
#[derive(Serialize)]
pub(super) struct FoundEntities {
    entities: Vec<EntityListItem>,
}

pub(super) fn find_entity(
    context: &mut ToolContext<'_>,
    arguments: NameArguments,
) -> Result<Answer<FoundEntities>, ToolError> {
    let parameters =
        EntityListParameters { name: arguments.name, label: arguments.label.map(Label::from) };
    let entities = list_entities(context.session, &parameters, MAX_ENTITIES)?;
    let entities = context.budget.keep(entities);
    let is_empty = entities.is_empty();
    Ok(Answer::new(FoundEntities { entities }, is_empty))
}

pub(super) fn describe_entity(
    context: &mut ToolContext<'_>,
    arguments: EntityArguments,
) -> Result<Answer<EntityDetails>, ToolError> {
    check_name_length(&arguments.entity)?;
    let mut details = entity_details(context.session, &arguments.entity)?;
    let budget = &mut context.budget;
    details.spellings = budget.keep(details.spellings);
    details.months = budget.keep(details.months);
    details.related = budget.keep(details.related);
    details.remarks = budget.keep(details.remarks);
    details.questions = budget.keep(details.questions);
    Ok(Answer::new(details, false))
}

pub(super) fn passages_of(
    context: &mut ToolContext<'_>,
    arguments: PassageArguments,
) -> Result<Answer<FoundPassages>, ToolError> {
    let PassageArguments { entity, query, offset, limit } = arguments;
    let limit = limit_of(limit, DEFAULT_DOCUMENTS, MAX_QUOTED)?;
    let page = (offset as usize, limit);
    let (total, documents) = passages_of_entity(context.session, &entity, &query, page)?;
    let (documents, passages_left_out) =
        keep_documents(&mut context.budget, documents, |one| &mut one.passages);
    let found = FoundPassages {
        total,
        offset,
        next_offset: next_offset(offset, documents.len(), total),
        documents,
        passages_left_out,
        did_you_mean: Vec::new(),
        without_a_term: Vec::new(),
    };
    Ok(Answer::new(found, total == 0))
}
