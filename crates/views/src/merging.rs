//! What a merge will do, and the questions that later documents raise.

use chancery_store::{DecisionNumber, OpenQuestion};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::ViewError;
use crate::formatting::question_in_words;
use crate::search_response::DocumentSummary;
use crate::session::ReadSession;
use crate::sides::{EntitySide, read_side};

/// Maximum number of documents that a question lists.
const MAX_DOCUMENTS: usize = 20;

/// Query string of a preview.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct MergeParameters {
    /// Id of an entity, or of a group of surnames.
    #[param(max_length = 200)]
    pub from: String,
    /// Id of the other.
    #[param(max_length = 200)]
    pub into: String,
}

/// What a merge will do.
#[derive(Serialize, ToSchema)]
pub struct MergePreviewResponse {
    /// The entity that remains: the richer one.
    pub kept: EntitySide,
    /// The one whose mentions move to it.
    pub moved: EntitySide,
}

/// A question that documents raise which came after a decision.
#[derive(Debug, Serialize, ToSchema)]
pub struct Question {
    /// Number of the decision, which identifies the question.
    pub question: DecisionNumber,
    /// The question in words.
    pub message: String,
    /// The name that the documents say.
    pub name: String,
    /// Id of the entity that the name may mean.
    pub entity: String,
    /// Name of this entity.
    pub entity_name: String,
    /// Number of the documents.
    pub total: usize,
    /// The first of the documents.
    pub documents: Vec<DocumentSummary>,
}

/// Returns what a merge will do.
pub fn preview_merge(
    session: &ReadSession<'_>,
    parameters: &MergeParameters,
) -> Result<MergePreviewResponse, ViewError> {
    let preview = session.archive.preview_merge(&parameters.from, &parameters.into)?;
    let side = |id: &str| read_side(session, id);
    Ok(MergePreviewResponse { kept: side(&preview.kept.id)?, moved: side(&preview.moved.id)? })
}

/// Returns the open questions.
pub fn open_questions(session: &ReadSession<'_>) -> Result<Vec<Question>, ViewError> {
    let questions = session.archive.decisions().questions()?;
    questions.iter().map(|question| to_question(session, question)).collect()
}

/// Returns the open questions about an entity.
pub fn questions_about(session: &ReadSession<'_>, id: &str) -> Result<Vec<Question>, ViewError> {
    let members = session.archive.entities().with_id(id).unwrap_or_default();
    let questions = session.archive.decisions().questions()?.into_iter().filter(|question| {
        members.contains(&question.target.number)
            || question.entities.iter().any(|entity| members.contains(entity))
    });
    questions.map(|question| to_question(session, &question)).collect()
}

fn to_question(session: &ReadSession<'_>, question: &OpenQuestion) -> Result<Question, ViewError> {
    let total = question.documents.len();
    let documents = question.documents.iter().take(MAX_DOCUMENTS);
    let documents: Result<Vec<DocumentSummary>, ViewError> =
        documents.map(|number| Ok((&session.archive.documents().row(*number)?).into())).collect();
    Ok(Question {
        question: question.decision,
        message: question_in_words(question),
        name: question.name.clone(),
        entity: question.target.id.clone(),
        entity_name: question.target.shown_name(),
        total,
        documents: documents?,
    })
}
