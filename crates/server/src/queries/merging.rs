//! What a merge will do, and the questions that later documents raise.

use chancery_store::{DecisionNumber, MergeSide, OpenQuestion};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::ApiError;
use crate::formatting::question_in_words;
use crate::search_response::DocumentSummary;
use crate::state::ReadSession;

/// Maximum number of documents that a question lists.
const MAX_DOCUMENTS: usize = 20;

/// Query string of a preview.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct MergeParameters {
    /// Id of an entity, or of a group of surnames.
    #[param(max_length = 200)]
    pub(crate) from: String,
    /// Id of the other.
    #[param(max_length = 200)]
    pub(crate) into: String,
}

/// What a merge will do.
#[derive(Serialize, ToSchema)]
pub(crate) struct MergePreviewResponse {
    /// The entity that remains: the richer one.
    pub(crate) kept: MergedEntity,
    /// The one whose mentions move to it.
    pub(crate) moved: MergedEntity,
}

/// One of the entities of a merge.
#[derive(Serialize, ToSchema)]
pub(crate) struct MergedEntity {
    /// Id of the entity.
    pub(crate) id: String,
    /// Name of the entity.
    pub(crate) name: String,
    /// Number of documents that name it.
    pub(crate) documents: u64,
    /// Number of its mentions.
    pub(crate) mentions: u64,
    /// Its most frequent spellings.
    pub(crate) spellings: Vec<String>,
}

impl From<MergeSide> for MergedEntity {
    fn from(side: MergeSide) -> Self {
        let MergeSide { id, name, documents, mentions, spellings } = side;
        Self { id, name, documents, mentions, spellings }
    }
}

/// A question that documents raise which came after a decision.
#[derive(Serialize, ToSchema)]
pub(crate) struct Question {
    /// Number of the decision, which identifies the question.
    pub(crate) question: DecisionNumber,
    /// The question in words.
    pub(crate) message: String,
    /// The name that the documents say.
    pub(crate) name: String,
    /// Id of the entity that the name may mean.
    pub(crate) entity: String,
    /// Name of this entity.
    pub(crate) entity_name: String,
    /// Number of the documents.
    pub(crate) total: usize,
    /// The first of the documents.
    pub(crate) documents: Vec<DocumentSummary>,
}

/// Returns what a merge will do.
pub(crate) fn preview_merge(
    session: &ReadSession<'_>,
    parameters: &MergeParameters,
) -> Result<MergePreviewResponse, ApiError> {
    let preview = session.archive.preview_merge(&parameters.from, &parameters.into)?;
    Ok(MergePreviewResponse { kept: preview.kept.into(), moved: preview.moved.into() })
}

/// Returns the open questions.
pub(crate) fn open_questions(session: &ReadSession<'_>) -> Result<Vec<Question>, ApiError> {
    let questions = session.archive.decisions().questions()?;
    questions.iter().map(|question| to_question(session, question)).collect()
}

/// Returns the open questions about an entity.
pub(crate) fn questions_about(
    session: &ReadSession<'_>,
    id: &str,
) -> Result<Vec<Question>, ApiError> {
    let members = session.archive.entities().with_id(id).unwrap_or_default();
    let questions = session.archive.decisions().questions()?.into_iter().filter(|question| {
        members.contains(&question.target.number)
            || question.entities.iter().any(|entity| members.contains(entity))
    });
    questions.map(|question| to_question(session, &question)).collect()
}

fn to_question(session: &ReadSession<'_>, question: &OpenQuestion) -> Result<Question, ApiError> {
    let total = question.documents.len();
    let documents = question.documents.iter().take(MAX_DOCUMENTS);
    let documents: Result<Vec<DocumentSummary>, ApiError> =
        documents.map(|number| Ok((&session.archive.documents().row(*number)?).into())).collect();
    Ok(Question {
        question: question.decision,
        message: question_in_words(question),
        name: question.name.clone(),
        entity: question.target.id.clone(),
        entity_name: question.target.name.clone(),
        total,
        documents: documents?,
    })
}
