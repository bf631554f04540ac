//! Keeps uploaded files inside the archive's folder until they are ingested.
//!
//! `ARCHIVE/uploads/N` is a complete upload, `ARCHIVE/uploads/.part-…` one that
//! is being received. Complete uploads outlive the server: the next one takes
//! them up again.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use chancery_connections::lock_ignoring_poison;
use tempfile::TempDir;

const PART_PREFIX: &str = ".part-";

/// The uploads of an archive that are not ingested yet.
pub(crate) struct UploadStore {
    folder: PathBuf,
    /// Held as long as the server runs, so that another server on the same
    /// archive leaves the uploads alone.
    lock: Mutex<Option<File>>,
}

/// A complete upload.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct KeptUpload {
    /// Its number, and the name of its folder.
    pub(crate) number: u64,
    /// Number of files.
    pub(crate) files: u64,
    /// Number of bytes.
    pub(crate) bytes: u64,
}

impl UploadStore {
    /// The store of the archive in `archive`. Creates nothing.
    pub(crate) fn new(archive: &Path) -> Self {
        Self { folder: archive.join("uploads"), lock: Mutex::default() }
    }

    /// Creates the folder for an upload that is being received. It is removed
    /// on drop.
    pub(crate) fn start_upload(&self) -> io::Result<TempDir> {
        if let Some(archive) = self.folder.parent() {
            fs::create_dir_all(archive)?;
        }
        match private_folder().create(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        self.acquire_lock()?;
        tempfile::Builder::new().prefix(PART_PREFIX).tempdir_in(&self.folder)
    }

    /// Marks a received upload as complete, under the first free number from
    /// `number`.
    pub(crate) fn complete_upload(&self, received: TempDir, mut number: u64) -> io::Result<u64> {
        while self.upload_folder(number).exists() {
            number += 1;
        }
        fs::rename(received.path(), self.upload_folder(number))?;
        // It has moved, so there is nothing to remove.
        let _ = received.keep();
        Ok(number)
    }

    /// Removes an upload that was ingested.
    pub(crate) fn remove_upload(&self, number: u64) -> io::Result<()> {
        fs::remove_dir_all(self.upload_folder(number))
    }

    /// The folder of a complete upload.
    pub(crate) fn upload_folder(&self, number: u64) -> PathBuf {
        self.folder.join(number.to_string())
    }

    /// Returns the complete uploads that an earlier server has left, and removes
    /// the incomplete ones. Returns none if another server has the archive.
    pub(crate) fn recover_uploads(&self) -> io::Result<Vec<KeptUpload>> {
        if !self.folder.is_dir() || !self.acquire_lock()? {
            return Ok(Vec::new());
        }
        let mut kept = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(PART_PREFIX) {
                fs::remove_dir_all(entry.path())?;
            } else if let Ok(number) = name.parse() {
                let (files, bytes) = count_files(&entry.path())?;
                kept.push(KeptUpload { number, files, bytes });
            }
        }
        kept.sort_by_key(|upload| upload.number);
        Ok(kept)
    }

    /// Acquires the lock, if no other server holds it.
    fn acquire_lock(&self) -> io::Result<bool> {
        let mut held = lock_ignoring_poison(&self.lock);
        if held.is_none() {
            let file = File::options().create(true).append(true).open(self.folder.join("lock"))?;
            if file.try_lock().is_ok() {
                *held = Some(file);
            }
        }
        Ok(held.is_some())
    }
}

/// Counts the files of a folder, and their bytes.
fn count_files(folder: &Path) -> io::Result<(u64, u64)> {
    let (mut files, mut bytes) = (0, 0);
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        let inside = match metadata.is_dir() {
            true => count_files(&entry.path())?,
            false => (1, metadata.len()),
        };
        files += inside.0;
        bytes += inside.1;
    }
    Ok((files, bytes))
}

/// Makes folders that only the user of the server can read.
fn private_folder() -> DirBuilder {
    #[allow(unused_mut, reason = "only Unix has modes")]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complete_uploads_outlive_their_server() {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = folder.path().join("new/archive");
        let store = UploadStore::new(&archive);
        assert_eq!(store.recover_uploads().expect("none"), []);
        assert!(!archive.exists());
        let receive = || {
            let received = store.start_upload().expect("a folder");
            fs::create_dir(received.path().join("1")).expect("a folder");
            fs::write(received.path().join("1/a.txt"), "four").expect("a file");
            fs::write(received.path().join("a.txt"), "two").expect("a file");
            received
        };
        assert_eq!(store.complete_upload(receive(), 1).expect("moved"), 1);
        assert_eq!(store.complete_upload(receive(), 1).expect("moved"), 2);
        let broken = receive().keep();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(archive.join("uploads")).expect("a folder").permissions();
            assert_eq!(mode.mode() & 0o777, 0o700);
        }
        assert_eq!(UploadStore::new(&archive).recover_uploads().expect("locked"), []);
        drop(store);
        let next = UploadStore::new(&archive);
        let kept = |number| KeptUpload { number, files: 2, bytes: 7 };
        assert_eq!(next.recover_uploads().expect("kept"), [kept(1), kept(2)]);
        assert!(!broken.exists());
        next.remove_upload(1).expect("removed");
        assert_eq!(next.recover_uploads().expect("kept"), [kept(2)]);
    }
}
