//! The state of an upload, and how its files are read.

use std::path::PathBuf;

use chancery_ingest::{IngestReport, Remedies};
use serde::Serialize;
use utoipa::ToSchema;

/// Uploaded files and the state of their ingest.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub(crate) struct Upload {
    /// Number of the upload, from 1.
    pub(crate) number: u64,
    /// State of the ingest.
    pub(crate) state: UploadState,
    /// Number of files received.
    pub(crate) files: u64,
    /// Number of bytes received.
    pub(crate) bytes: u64,
    /// Number of bytes read so far.
    pub(crate) read: u64,
    /// Number of new documents.
    pub(crate) documents: u64,
    /// Number of words in the new documents.
    pub(crate) words: u64,
    /// Number of files that could not be read.
    pub(crate) failed: u64,
    /// Why the whole upload failed.
    pub(crate) error: Option<String>,
}

impl Upload {
    /// Copies the progress of the ingest.
    pub(crate) fn update_progress(&mut self, bytes: u64, report: &IngestReport) {
        self.read = bytes;
        self.documents = report.documents;
        self.words = report.words;
        self.failed = report.failed;
    }
}

/// How uploaded files are read.
pub(crate) struct UploadSettings {
    /// The command that reads PDFs where poppler is not installed.
    pub(crate) pdf_reader: Option<(PathBuf, &'static str)>,
    /// How to fix a problem, phrased for the command line or the web.
    pub(crate) remedies: Remedies,
}

/// State of an upload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UploadState {
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
    pub(crate) fn is_finished(self) -> bool {
        matches!(self, Self::Done | Self::Failed)
    }
}
