//! Opens an archive for writing, after other programs that write to it.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::error::StoreError;
use crate::writer::ArchiveWriter;

/// Pause between two attempts.
const PAUSE: Duration = Duration::from_millis(10);

impl ArchiveWriter {
    /// Opens the archive in `folder`, or creates one. Waits up to `longest` for
    /// another program that writes to it. If several wait, each of them may take
    /// that time.
    ///
    /// # Errors
    /// [`StoreError::Busy`] after that time. The other errors of
    /// [`ArchiveWriter::open`] are returned at once.
    pub fn open_waiting(folder: &Path, longest: Duration) -> Result<Self, StoreError> {
        let (mut since, mut turn) = (Instant::now(), last_turn(folder));
        loop {
            match Self::open(folder) {
                Err(StoreError::Busy(_)) => {}
                opened => return opened,
            }
            let now = last_turn(folder);
            if now != turn {
                (since, turn) = (Instant::now(), now);
            }
            if since.elapsed() >= longest {
                return Self::open(folder);
            }
            thread::sleep(PAUSE);
        }
    }
}

/// Returns when a writer has last begun.
fn last_turn(folder: &Path) -> Option<SystemTime> {
    fs::metadata(folder.join("lock")).and_then(|lock| lock.modified()).ok()
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::process;

    use super::*;
    use crate::writer_lock::record_turn;

    #[test]
    fn a_writer_waits_as_long_as_others_take_turns() {
        let folder = std::env::temp_dir().join(format!("chancery-turns-{}", process::id()));
        let longest = Duration::from_millis(400);
        let first = ArchiveWriter::open(&folder).expect("an archive");
        let begun = Instant::now();
        let busy = ArchiveWriter::open_waiting(&folder, longest);
        assert!(matches!(busy, Err(StoreError::Busy(_))) && begun.elapsed() >= longest);
        thread::scope(|scope| {
            let waiting = scope.spawn(|| ArchiveWriter::open_waiting(&folder, longest).is_ok());
            // A turn shorter than the limit, but the sum is longer.
            for _ in 0..4 {
                thread::sleep(Duration::from_millis(200));
                let lock = File::options().append(true).open(folder.join("lock"));
                record_turn(&lock.expect("a lock"));
            }
            drop(first);
            assert!(waiting.join().expect("no panic"));
        });
        fs::remove_dir_all(&folder).expect("removed");
    }
}
