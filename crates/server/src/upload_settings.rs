//! How uploaded files are read.

use std::path::PathBuf;

use chancery_ingest::Remedies;

/// How uploaded files are read.
pub(crate) struct UploadSettings {
    /// The command that reads PDFs where poppler is not installed.
    pub(crate) pdf_reader: Option<(PathBuf, &'static str)>,
    /// How to fix a problem, phrased for the command line or the web.
    pub(crate) remedies: Remedies,
}
