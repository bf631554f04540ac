//! What a file on disk gave, over all its parts.

use crate::IngestReport;
use crate::file_worker::Place;

/// Counts of the file on disk whose parts are written. The parts of a container follow
/// each other, and its own item is the last.
#[derive(Default)]
pub(crate) struct OuterFile {
    documents: u64,
    problems: u64,
}

impl OuterFile {
    /// Counts what a part gave.
    pub(crate) fn count(&mut self, documents: u64, problems: u64) {
        self.documents += documents;
        self.problems += problems;
    }

    /// Adds the file to the report if this was its last part.
    pub(crate) fn end_if(&mut self, place: Place, report: &mut IngestReport) {
        if place == Place::OnDisk {
            let Self { documents, problems } = std::mem::take(self);
            report.failed += u64::from(problems > 0);
            report.empty += u64::from(problems > 0 && documents == 0);
        }
    }
}
