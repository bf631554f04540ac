//! Where the places of an archive are. chancery-ingest knows the knowledge base and fills
//! the table, so that queries need only the archive.

use rusqlite::params;

use crate::archive::Archive;
use crate::error::StoreError;
use crate::writer::ArchiveWriter;

impl Archive {
    /// Returns the ids of the places of lists whose coordinates are not stored.
    pub fn places_without_coordinates(&self) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT id FROM entities WHERE label = 'LOC' AND instr(id, ':') > 0
             AND id NOT IN (SELECT entity FROM coordinates)";
        self.query_strings(sql, [])
    }
}

impl ArchiveWriter {
    /// Stores the latitudes and longitudes of places, in degrees.
    ///
    /// # Errors
    /// If the archive cannot be written.
    pub fn set_coordinates(&mut self, places: &[(String, f32, f32)]) -> Result<(), StoreError> {
        if places.is_empty() {
            return Ok(());
        }
        self.run_in_batch(|archive, _| {
            let sql = "INSERT INTO coordinates VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
            let mut put = archive.db.prepare_cached(sql)?;
            for (id, latitude, longitude) in places {
                put.execute(params![id, latitude, longitude])?;
            }
            Ok(())
        })
    }
}
