//! The state of an upload.

use serde::Serialize;
use utoipa::ToSchema;

/// Uploaded files and the state of their ingest.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Upload {
    /// Number of the upload, from 1.
    pub number: u64,
    /// State of the ingest.
    pub state: UploadState,
    /// Number of files received.
    pub files: u64,
    /// Number of bytes received.
    pub bytes: u64,
    /// Number of bytes read so far.
    pub read: u64,
    /// Number of new documents.
    pub documents: u64,
    /// Number of words in the new documents.
    pub words: u64,
    /// Number of files that could not be read.
    pub failed: u64,
    /// Why the whole upload failed.
    pub error: Option<String>,
}

/// State of an upload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UploadState {
    /// In the queue.
    #[default]
    Waiting,
    /// Its files are being ingested.
    Reading,
    /// Its documents are in the archive.
    Done,
    /// The ingest failed.
    Failed,
}

impl UploadState {
    /// Whether the ingest has ended.
    pub fn is_finished(self) -> bool {
        matches!(self, Self::Done | Self::Failed)
    }
}
