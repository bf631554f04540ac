//! Opening of archives. An archive of an earlier version is converted first, and
//! a message says so.

use std::path::Path;
use std::time::Duration;

use chancery_store::{Archive, ArchiveWriter, StoreError, WorkBudget};
use chancery_views::archive_reader::ArchiveReader;
use chancery_views::error::ViewError;
use chancery_views::session::ReadSession;

use crate::run_counts::format_count;

/// Maximum time to wait for another program that writes to the archive.
const WRITER_WAIT: Duration = Duration::from_secs(10);

/// Opens an archive for reading.
pub(crate) fn open_archive(folder: &Path) -> Result<Archive, StoreError> {
    match Archive::open(folder) {
        Err(StoreError::OlderVersion { .. }) => {
            upgrade_archive(folder)?;
            Archive::open(folder)
        }
        opened => opened,
    }
}

/// Opens an archive with its index, and reads from it.
pub(crate) fn read_archive<T>(
    folder: &Path,
    read: impl FnOnce(&ReadSession<'_>) -> Result<T, ViewError>,
) -> anyhow::Result<T> {
    drop(open_archive(folder)?);
    let mut reader = ArchiveReader::open(folder)?;
    reader.with_session(WorkBudget::default(), read).map_err(|error| match error {
        // The report looks for these errors in the chain of causes.
        ViewError::Store(error) => error.into(),
        ViewError::Io(error) => error.into(),
        error => error.into(),
    })
}

/// Opens an archive for writing, and creates one if there is none. Waits for other
/// programs that write to it.
pub(crate) fn open_or_create(folder: &Path) -> Result<ArchiveWriter, StoreError> {
    match ArchiveWriter::open_waiting(folder, WRITER_WAIT) {
        Err(StoreError::OlderVersion { .. }) => {
            upgrade_archive(folder)?;
            ArchiveWriter::open_waiting(folder, WRITER_WAIT)
        }
        opened => opened,
    }
}

/// Opens an archive that exists for writing. Creating one would hide a wrong path.
pub(crate) fn open_existing(folder: &Path) -> Result<ArchiveWriter, StoreError> {
    open_archive(folder)?;
    open_or_create(folder)
}

/// Converts an archive of an earlier version.
fn upgrade_archive(folder: &Path) -> Result<(), StoreError> {
    let name = folder.display();
    eprintln!("{name}: converting the archive, which an earlier version made, and its index …");
    ArchiveWriter::upgrade(folder)?;
    let archive = Archive::open(folder)?;
    eprintln!(
        "{name}: converted: {}, {}; earlier versions cannot open it any more",
        format_count(archive.documents().count()? as u64, "document"),
        format_count(archive.decisions().count()? as u64, "decision"),
    );
    Ok(())
}
