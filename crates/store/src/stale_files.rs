//! Files that have to be read again, because a side table describes them that came
//! after them. The table `meta` has one row for each.

use rusqlite::params;

use crate::archive::Archive;
use crate::error::StoreError;
use crate::numbers::FileNumber;

/// Start of the names of the rows; the number of the file follows.
pub(crate) const STALE: &str = "stale file ";

/// Records that a file was read again.
pub(crate) fn clear_stale(archive: &Archive, file: FileNumber) -> Result<(), StoreError> {
    let sql = "DELETE FROM meta WHERE name = ?1 || ?2";
    archive.db.prepare_cached(sql)?.execute(params![STALE, file])?;
    Ok(())
}
