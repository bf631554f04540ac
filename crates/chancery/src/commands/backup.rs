//! `chancery backup`: writes an archive to one file. `chancery restore` reads it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use chancery_store::{Archive, ArchiveWriter, StoreError};
use clap::Args;

use super::CommandOutcome;
use crate::archive_access::open_archive;
use crate::progress::ProgressMeter;
use crate::run_counts::format_count;

const BACKUP_EXAMPLES: &str = "\
Examples:
  chancery backup archive archive-2026-11-29.backup
  chancery restore archive-2026-11-29.backup archive-again";

/// Write a backup of an archive to one file
///
/// The backup has the documents, names and decisions as they are at its start.
/// The archive can be read and changed meanwhile. The backup does not contain the
/// files that were added with --link-files, nor the index, which `restore` builds.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = BACKUP_EXAMPLES)]
pub(crate) struct BackupArguments {
    /// The folder of the archive
    archive: PathBuf,
    /// The file to write; it must not exist
    file: PathBuf,
}

const RESTORE_EXAMPLES: &str = "\
Examples:
  chancery restore archive-2026-11-29.backup archive";

/// Create an archive from a backup
///
/// The backup can come from an earlier version of this program.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = RESTORE_EXAMPLES)]
pub(crate) struct RestoreArguments {
    /// The file that `chancery backup` wrote
    file: PathBuf,
    /// The folder of the new archive
    archive: PathBuf,
}

/// Writes the backup.
pub(crate) fn run_backup(arguments: &BackupArguments) -> anyhow::Result<CommandOutcome> {
    let mut archive = open_archive(&arguments.archive)?;
    let (progress, observe) = ByteProgress::start(archive.table_bytes()?);
    archive.write_backup(&arguments.file, observe)?;
    progress.finish();
    print_summary(&arguments.file, &archive, file_size(&arguments.file))?;
    Ok(CommandOutcome::Success)
}

/// Creates the archive.
pub(crate) fn run_restore(arguments: &RestoreArguments) -> anyhow::Result<CommandOutcome> {
    let (progress, observe) = ByteProgress::start(file_size(&arguments.file));
    ArchiveWriter::restore(&arguments.file, &arguments.archive, observe)?;
    progress.finish();
    let archive = open_archive(&arguments.archive)?;
    print_summary(&arguments.archive, &archive, archive.table_bytes()?)?;
    Ok(CommandOutcome::Success)
}

fn file_size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

fn print_summary(written: &Path, archive: &Archive, bytes: u64) -> Result<(), StoreError> {
    eprintln!(
        "{}: {}, {}, {:.1} MB",
        written.display(),
        format_count(archive.documents().count()? as u64, "document"),
        format_count(archive.decisions().count()? as u64, "decision"),
        bytes as f64 / 1e6
    );
    Ok(())
}

/// A progress bar for a copy that reports how many bytes it has written.
struct ByteProgress(Arc<Mutex<ProgressMeter>>);

impl ByteProgress {
    /// Returns the bar and the function to report to.
    fn start(total: u64) -> (Self, impl FnMut(u64) + Send + 'static) {
        let meter = ProgressMeter::over_bytes(total, true, true);
        let meter = Arc::new(Mutex::new(meter));
        let (shared, mut reported) = (Arc::clone(&meter), 0);
        let observe = move |written: u64| {
            if let Ok(mut meter) = shared.lock() {
                meter.advance(written.saturating_sub(reported));
            }
            reported = written;
        };
        (Self(meter), observe)
    }

    /// Removes the bar.
    fn finish(self) {
        if let Ok(meter) = self.0.lock() {
            meter.hide();
        }
    }
}
