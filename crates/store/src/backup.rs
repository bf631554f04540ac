//! Backups: a copy of the tables in one file, and the way back.
//!
//! A backup is an SQLite file with the tables of the archive as they were when it
//! began. Readers and the writer go on while it is written. The index is not in it,
//! as it can be built again. Files that an archive only links to are not in it
//! either.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use crate::archive::Archive;
use crate::database_file::DATABASE_FILE;
use crate::error::StoreError;
use crate::schema;
use crate::writer::ArchiveWriter;
use crate::writer_lock::lock_folder;

/// Number of steps of SQLite between two reports of progress: some milliseconds.
const STEPS_PER_REPORT: i32 = 200_000;

impl Archive {
    /// Returns the size of the tables in bytes: about the size of a backup.
    pub fn table_bytes(&self) -> Result<u64, StoreError> {
        let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        Ok(self.query_single_number(sql)? as u64)
    }

    /// Writes a backup to a new file, and checks it. Calls `progress` from time to
    /// time with the number of bytes written.
    ///
    /// # Errors
    /// If the file exists or cannot be written. Then no file is left.
    pub fn write_backup(
        &mut self,
        file: &Path,
        progress: impl FnMut(u64) + Send + 'static,
    ) -> Result<(), StoreError> {
        copy_tables(&mut self.db, file, progress)
    }
}

impl ArchiveWriter {
    /// Creates the archive in `folder` from a backup, and builds its index.
    ///
    /// # Errors
    /// If the file is not a backup, or `folder` has an archive already. Then nothing
    /// is changed.
    pub fn restore(
        backup: &Path,
        folder: &Path,
        progress: impl FnMut(u64) + Send + 'static,
    ) -> Result<(), StoreError> {
        File::open(backup).map_err(|error| StoreError::Io(backup.to_owned(), error))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut db = Connection::open_with_flags(backup, flags)?;
        let not_a_backup = |_| StoreError::NotABackup(backup.to_owned());
        let version = schema::stored_version(&db).map_err(not_a_backup)?;
        let Some(found) = version else {
            return Err(StoreError::NotABackup(backup.to_owned()));
        };
        if found > schema::SCHEMA_VERSION {
            return schema::check_version(found);
        }
        fs::create_dir_all(folder).map_err(StoreError::io_error_at(folder))?;
        let lock = lock_folder(folder)?;
        copy_tables(&mut db, &folder.join(DATABASE_FILE), progress)?;
        drop(lock);
        if found < schema::SCHEMA_VERSION {
            return Self::upgrade(folder);
        }
        Self::open(folder)?.finish()
    }
}

/// Copies the tables of a database to a new file. The file gets its name once it is
/// complete and on the disk.
fn copy_tables(
    db: &mut Connection,
    file: &Path,
    mut progress: impl FnMut(u64) + Send + 'static,
) -> Result<(), StoreError> {
    if file.exists() {
        return Err(StoreError::AlreadyExists(file.to_owned()));
    }
    let partial = PartialFile::new(file);
    let written = partial.0.clone();
    let report = move || {
        progress(fs::metadata(&written).map_or(0, |file| file.len()));
        false
    };
    db.progress_handler(STEPS_PER_REPORT, Some(report))?;
    let copied = write_copy(db, &partial.0);
    db.progress_handler(0, None::<fn() -> bool>)?;
    copied?;
    fs::rename(&partial.0, file).map_err(StoreError::io_error_at(file))?;
    sync_folder_of(file)
}

/// Writes the copy, flushes it to the disk and checks it.
fn write_copy(db: &Connection, partial: &Path) -> Result<(), StoreError> {
    // Creating the file first gives an error that names it.
    let created = OpenOptions::new().write(true).create(true).truncate(true).open(partial);
    created.map_err(StoreError::io_error_at(partial))?;
    db.execute("VACUUM INTO ?1", [partial.to_string_lossy()])?;
    let flushed = OpenOptions::new().write(true).open(partial).and_then(|copy| copy.sync_all());
    flushed.map_err(StoreError::io_error_at(partial))?;
    let copy = Connection::open_with_flags(partial, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let check: String = copy.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if check == "ok" { Ok(()) } else { Err(StoreError::Damaged(check)) }
}

/// Flushes the name of a file to the disk. Only Unix allows that.
fn sync_folder_of(file: &Path) -> Result<(), StoreError> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    if cfg!(unix) {
        let synced = File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(StoreError::io_error_at(folder))?;
    }
    Ok(())
}

/// The file that a copy is written to first. It is removed on drop.
struct PartialFile(PathBuf);

impl PartialFile {
    fn new(file: &Path) -> Self {
        let mut name = file.as_os_str().to_owned();
        name.push(".partial");
        Self(name.into())
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        // After a success it has another name.
        let _ = fs::remove_file(&self.0);
    }
}
