//! Tools over statements.

use chancery_views::statements::{
    DocumentStatements, StatementFilter, list_statements, statements_of_document,
};
use serde::Serialize;

use super::ToolContext;
use super::search::{MAX_QUOTED, keep_documents, limit_of, next_offset};
use crate::answer::{Answer, ToolError};
use crate::arguments::StatementArguments;

/// Documents of an answer, unless the assistant asks for another number.
const DEFAULT_DOCUMENTS: u32 = 10;

/// Who says what to whom.
#[derive(Serialize)]
pub(super) struct FoundStatements {
    /// Number of documents that match.
    total: usize,
    offset: u32,
    next_offset: Option<usize>,
    documents: Vec<DocumentStatements>,
    /// Statements that the answer has no room for.
    statements_left_out: usize,
}

pub(super) fn statements_of(
    context: &mut ToolContext<'_>,
    arguments: StatementArguments,
) -> Result<Answer<FoundStatements>, ToolError> {
    let StatementArguments { entity, document, role, query, offset, limit } = arguments;
    let limit = limit_of(limit, DEFAULT_DOCUMENTS, MAX_QUOTED)?;
    let filter = StatementFilter { entity, role: role.into(), query, ..StatementFilter::default() };
    let (total, documents) = match &document {
        Some(_) if filter.entity.is_some() || !filter.query.is_empty() => {
            let what = "document: has no entity or query beside it".to_owned();
            return Err(ToolError::Arguments(what));
        }
        Some(document) => {
            (1, vec![statements_of_document(context.session, document, filter.least)?])
        }
        None => list_statements(context.session, &filter, (offset as usize, limit))?,
    };
    let (documents, statements_left_out) =
        keep_documents(&mut context.budget, documents, |one| &mut one.statements);
    let is_empty = documents.iter().all(|document| document.statements.is_empty());
    let next_offset = next_offset(offset, documents.len(), total);
    let found = FoundStatements { total, offset, next_offset, documents, statements_left_out };
    Ok(Answer::new(found, is_empty))
}
