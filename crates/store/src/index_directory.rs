//! The folder of the index, as tantivy uses it.
//!
//! tantivy's own directory maps files into memory. If another program truncates
//! a mapped file, the next access ends the whole process (SIGBUS). This one
//! reads files with `pread`, so that a truncated file is an error. tantivy reads
//! the columns again for every query, therefore they are kept in memory.

use std::collections::HashMap;
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tantivy::HasLen;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, OwnedBytes, WatchCallback,
    WatchHandle, WritePtr,
};

use crate::database_file::DATABASE_FILE;
use crate::error::StoreError;
use crate::index_guard;

/// Whether readers lock the index against the garbage collection of the writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReaderLocks {
    /// A writer may delete files at any time.
    Taken,
    /// The folder is read-only: there is no writer, and no lock file can be
    /// created.
    NotPossible,
}

/// The folder of an index.
#[derive(Clone, Debug)]
pub(crate) struct IndexDirectory {
    /// Writes and locks files.
    files: MmapDirectory,
    path: PathBuf,
    locks: ReaderLocks,
    open_files: OpenFiles,
}

/// The files that are open. tantivy never changes a file, so the snapshots of an
/// index share their files.
#[derive(Clone, Debug, Default)]
pub(crate) struct OpenFiles(Arc<Mutex<HashMap<PathBuf, Weak<IndexFile>>>>);

impl IndexDirectory {
    /// Opens the folder `path`. Files that are already open are in `open_files`.
    pub(crate) fn open(
        path: &Path,
        locks: ReaderLocks,
        open_files: OpenFiles,
    ) -> Result<Self, StoreError> {
        let files = MmapDirectory::open(path).map_err(|error| StoreError::Index(error.into()))?;
        Ok(Self { files, path: path.to_owned(), locks, open_files })
    }

    fn copy_mode_of_tables(&self, file: &Path) -> io::Result<()> {
        let archive = self.path.parent().unwrap_or(&self.path);
        copy_mode(&archive.join(DATABASE_FILE), &self.path.join(file))
    }
}

impl OpenFiles {
    fn open_file(&self, path: &Path) -> io::Result<Arc<IndexFile>> {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = files.get(path).and_then(Weak::upgrade)
            && open.is_whole()
        {
            return Ok(open);
        }
        files.retain(|_, file| file.strong_count() > 0);
        let opened = Arc::new(IndexFile::open(path)?);
        files.insert(path.to_owned(), Arc::downgrade(&opened));
        Ok(opened)
    }
}

impl Directory for IndexDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        match self.open_files.open_file(&self.path.join(path)) {
            Ok(file) => Ok(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(OpenReadError::FileDoesNotExist(path.to_owned()))
            }
            Err(error) => Err(OpenReadError::wrap_io_error(error, path.to_owned())),
        }
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.files.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.files.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let writer = self.files.open_write(path)?;
        self.copy_mode_of_tables(path)
            .map_err(|error| OpenWriteError::wrap_io_error(error, path.to_owned()))?;
        Ok(writer)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.files.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.files.atomic_write(path, data)?;
        self.copy_mode_of_tables(path)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.files.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        match self.locks {
            ReaderLocks::Taken => self.files.acquire_lock(lock),
            ReaderLocks::NotPossible => Ok(DirectoryLock::from(Box::new(()))),
        }
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.files.watch(callback)
    }
}

/// Gives a file or folder the permissions of another.
///
/// The whole archive has the permissions of its first files: of the database,
/// and of its folder. Otherwise a user could read the tables but not search:
/// tantivy makes files that only their user can read, and a later writer can
/// have another umask.
#[cfg(unix)]
pub(crate) fn copy_mode(from: &Path, to: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path| Ok::<u32, io::Error>(fs::metadata(path)?.permissions().mode() & 0o777);
    let wanted = mode(from)?;
    if mode(to)? == wanted {
        return Ok(());
    }
    fs::set_permissions(to, fs::Permissions::from_mode(wanted))
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "as on Unix")]
pub(crate) fn copy_mode(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

/// A file of the index.
struct IndexFile {
    file: File,
    length: usize,
    /// Parts that were read, if the file has columns.
    columns: Option<Mutex<ColumnCache>>,
}

/// Parts of a file, and the sum of their lengths.
#[derive(Default)]
struct ColumnCache {
    parts: HashMap<Range<usize>, OwnedBytes>,
    bytes: usize,
}

impl IndexFile {
    fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len() as usize;
        let ending = path.extension().unwrap_or_default();
        let has_columns = ending == "fast" || ending == "fieldnorm";
        Ok(Self { file, length, columns: has_columns.then(Mutex::default) })
    }

    /// Whether the file still has its length.
    fn is_whole(&self) -> bool {
        self.file.metadata().is_ok_and(|now| now.len() == self.length as u64)
    }

    fn read_part(&self, part: &Range<usize>) -> io::Result<OwnedBytes> {
        if part.start > part.end || part.end > self.length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut bytes = vec![0; part.len()];
        read_exact_at(&self.file, &mut bytes, part.start as u64)?;
        Ok(OwnedBytes::new(bytes))
    }
}

impl FileHandle for IndexFile {
    fn read_bytes(&self, part: Range<usize>) -> io::Result<OwnedBytes> {
        index_guard::check_budget()?;
        let Some(columns) = &self.columns else { return self.read_part(&part) };
        let lock = || columns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().parts.get(&part) {
            return Ok(known.clone());
        }
        let bytes = self.read_part(&part)?;
        let mut cache = lock();
        // Parts can overlap; the bound is what a whole copy of the file needs.
        if cache.bytes + part.len() <= self.length {
            cache.bytes += part.len();
            cache.parts.insert(part, bytes.clone());
        }
        Ok(bytes)
    }
}

impl HasLen for IndexFile {
    fn len(&self) -> usize {
        self.length
    }
}

impl fmt::Debug for IndexFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IndexFile").field("length", &self.length).finish_non_exhaustive()
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut bytes: &mut [u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, at)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                bytes = &mut bytes[read..];
                at += read as u64;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truncated_file_is_an_error() {
        let path = std::env::temp_dir().join(format!("chancery-index-{}.idx", std::process::id()));
        fs::write(&path, "0123456789").expect("a file");
        let file = IndexFile::open(&path).expect("a file");
        assert_eq!(file.read_bytes(2..5).expect("bytes").as_slice(), b"234");
        File::options().write(true).open(&path).and_then(|file| file.set_len(4)).expect("cut");
        assert_eq!(file.read_bytes(2..4).expect("bytes").as_slice(), b"23");
        for part in [2..5, 9..10, 10..11] {
            let error = file.read_bytes(part).expect_err("no bytes");
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        }
        fs::remove_file(&path).expect("removed");
    }

    #[test]
    fn columns_are_read_once_and_files_opened_once() {
        let path = std::env::temp_dir().join(format!("chancery-index-{}.fast", std::process::id()));
        fs::write(&path, "0123456789").expect("a file");
        let open_files = OpenFiles::default();
        let file = open_files.open_file(&path).expect("a file");
        assert_eq!(file.read_bytes(0..8).expect("bytes").as_slice(), b"01234567");
        // Does not fit beside the first.
        assert_eq!(file.read_bytes(4..8).expect("bytes").as_slice(), b"4567");
        fs::remove_file(&path).expect("removed");
        let again = open_files.open_file(&path).expect("it is open");
        assert!(Arc::ptr_eq(&file, &again));
        let cache = file.columns.as_ref().expect("columns").lock().expect("no panic");
        assert_eq!((cache.parts.len(), cache.bytes), (1, 8));
        drop(cache);
        drop((file, again));
        assert!(open_files.open_file(&path).is_err());
    }
}
