//! Tools that write, as the user whom the command line names.

use std::time::Duration;

use chancery_store::{ArchiveWriter, CurationRequest, DecisionNumber, StoreError};
use chancery_views::decisions::DecisionRequest;
use serde::Serialize;
use serde_json::Value;

use super::WriteContext;
use crate::answer::{Answer, ToolError};
use crate::arguments::{DecisionArguments, NoteArguments};

/// Maximum time to wait for another program that writes to the archive.
const WRITER_WAIT: Duration = Duration::from_secs(10);

/// A decision that was written.
#[derive(Serialize)]
pub(super) struct WrittenDecision {
    decision: DecisionNumber,
    /// Id of the entity that it created.
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<String>,
    /// Id of the entity that remains after a merge.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<String>,
    /// Why searches do not find it yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_in_index: Option<String>,
}

pub(super) fn add_note(
    context: &WriteContext<'_>,
    arguments: NoteArguments,
) -> Result<Answer<WrittenDecision>, ToolError> {
    let NoteArguments { on, words, reason } = arguments;
    write(context, &CurationRequest::Note { on, words }, &reason)
}

pub(super) fn decide(
    context: &WriteContext<'_>,
    arguments: DecisionArguments,
) -> Result<Answer<WrittenDecision>, ToolError> {
    let request: DecisionRequest = serde_json::from_value(Value::Object(arguments.decision))
        .map_err(|error| ToolError::Arguments(format!("decision: {error}")))?;
    write(context, &request.request, &arguments.reason)
}

fn write(
    context: &WriteContext<'_>,
    request: &CurationRequest,
    reason: &str,
) -> Result<Answer<WrittenDecision>, ToolError> {
    let mut writer = ArchiveWriter::open_waiting(context.folder, WRITER_WAIT)?;
    let outcome = writer.decide_request(context.author, reason, request)?;
    let not_in_index = match writer.finish() {
        Err(StoreError::IndexNotUpdated(fault)) => Some(fault.to_string()),
        finished => {
            finished?;
            None
        }
    };
    let written = WrittenDecision {
        decision: outcome.decision,
        created: outcome.created,
        kept: outcome.kept,
        not_in_index,
    };
    Ok(Answer::new(written, false))
}
