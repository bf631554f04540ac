//! The lock of the single writer: the file `lock` in the folder of an archive.
//!
//! It has the id of the process that wrote last, so that those who wait see that
//! another one had its turn.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::Path;
use std::process;

use crate::error::StoreError;

/// Takes the lock of the single writer. It is held until the file is dropped.
pub(crate) fn lock_folder(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join("lock");
    let lock = OpenOptions::new().create(true).append(true).open(&path);
    let lock = lock.map_err(StoreError::io_error_at(folder))?;
    match lock.try_lock() {
        Ok(()) => {
            record_turn(&lock);
            Ok(lock)
        }
        Err(TryLockError::WouldBlock) => Err(StoreError::Busy(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(StoreError::io_error_at(path)(error)),
    }
}

/// Records in the locked file that a writer has its turn: the id of its process.
pub(crate) fn record_turn(mut lock: &File) {
    // Only those who wait read it, and the disk may be full.
    let _ = lock.set_len(0).and_then(|()| writeln!(lock, "{}", process::id()));
}

/// Returns whether files can be created in `folder`.
pub(crate) fn is_writable(folder: &Path) -> bool {
    let lock = folder.join("lock");
    OpenOptions::new().create(true).append(true).open(lock).is_ok()
}
