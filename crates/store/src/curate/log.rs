//! The log of decisions: the whole of it, pages of it, and its conflicts.
//!
//! Whether an entry holds depends on later entries: an "undo" that was itself
//! undone has no effect. A page reads only its own entries and the undo entries
//! that reach them, so its cost does not grow with the log.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use rusqlite::{OptionalExtension, params};

use super::{CurationAction, DecisionConflict, LogEntry};
use crate::archive::Archive;
use crate::database_file::connect_for_reading;
use crate::error::StoreError;
use crate::numbers::DecisionNumber;
use crate::schema::{self, SCHEMA_VERSION};
use crate::views::Decisions;

/// A log entry and whether it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedDecision {
    /// The log entry.
    pub entry: LogEntry,
    /// Whether a later entry undoes it.
    pub undone: bool,
    /// Why it cannot be applied, if so.
    pub conflict: Option<String>,
}

/// Returns the numbers of the log entries that later entries undo.
pub fn undone_entries(log: &[LogEntry]) -> HashSet<DecisionNumber> {
    undone_by(log.iter().rev().filter_map(|entry| match entry.action {
        CurationAction::Undo { decision } if decision < entry.number => {
            Some((entry.number, decision))
        }
        _ => None,
    }))
}

/// Returns the entries that are undone by these undo entries, given with their
/// targets, newest first.
fn undone_by(
    undos: impl Iterator<Item = (DecisionNumber, DecisionNumber)>,
) -> HashSet<DecisionNumber> {
    let mut undone = HashSet::new();
    for (number, target) in undos {
        if !undone.contains(&number) {
            undone.insert(target);
        }
    }
    undone
}

impl Decisions<'_> {
    /// Returns the log, oldest entry first.
    pub fn log(self) -> Result<Vec<LogEntry>, StoreError> {
        let mut statement =
            self.archive.db.prepare_cached("SELECT entry FROM decisions ORDER BY number")?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        rows.map(|json| entry_from_json(&json?)).collect()
    }

    /// Returns the number of entries in the log.
    pub fn count(self) -> Result<usize, StoreError> {
        Ok(usize::try_from(self.archive.stored_value("decisions")?).unwrap_or(0))
    }

    /// Returns `limit` entries of the log after the newest `offset`, newest
    /// first.
    pub fn page(self, offset: usize, limit: usize) -> Result<Vec<LoggedDecision>, StoreError> {
        let sql = "SELECT entry, reason FROM decisions LEFT JOIN conflicts ON decision = number
             ORDER BY number DESC LIMIT ?1 OFFSET ?2";
        self.read_entries(sql, [to_sql_count(limit), to_sql_count(offset)])
    }

    /// Returns the entries that name a document or an entity by this id, oldest first.
    pub fn about(self, id: &str) -> Result<Vec<LoggedDecision>, StoreError> {
        let sql = "SELECT entry, reason FROM decisions LEFT JOIN conflicts ON decision = number
             WHERE instr(entry, ?1) ORDER BY number";
        let quoted = serde_json::to_string(id).expect("a string");
        self.read_entries(sql, [quoted])
    }

    fn read_entries(
        self,
        sql: &str,
        with: impl rusqlite::Params,
    ) -> Result<Vec<LoggedDecision>, StoreError> {
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let mut rows = statement.query(with)?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next()? {
            let entry = entry_from_json(&row.get::<_, String>(0)?)?;
            entries.push(LoggedDecision { entry, undone: false, conflict: row.get(1)? });
        }
        let undone = self.undone_among(entries.iter().map(|logged| logged.entry.number))?;
        for logged in &mut entries {
            logged.undone = undone.contains(&logged.entry.number);
        }
        Ok(entries)
    }

    /// Returns the entry with a number, if there is one.
    pub fn entry(self, number: DecisionNumber) -> Result<Option<LoggedDecision>, StoreError> {
        let sql = "SELECT entry, reason FROM decisions LEFT JOIN conflicts ON decision = number
             WHERE number = ?1";
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get(1)?));
        let found = self.archive.db.prepare_cached(sql)?.query_row([number], row).optional()?;
        let Some((json, conflict)) = found else { return Ok(None) };
        let undone = self.undone_among([number].into_iter())?.contains(&number);
        Ok(Some(LoggedDecision { entry: entry_from_json(&json)?, undone, conflict }))
    }

    /// Counts the decisions that hold and say whether two entities are one.
    pub fn count_settled(self) -> Result<usize, StoreError> {
        let sql = "SELECT number FROM decisions WHERE entry ->> '$.action' IN ('merge', 'apart')";
        let numbers: Vec<DecisionNumber> = self.archive.query_numbers(sql, [])?;
        let undone = self.undone_among(numbers.iter().copied())?;
        Ok(numbers.iter().filter(|number| !undone.contains(number)).count())
    }

    /// Returns which of these entries are undone, and perhaps others.
    fn undone_among(
        self,
        numbers: impl Iterator<Item = DecisionNumber>,
    ) -> Result<HashSet<DecisionNumber>, StoreError> {
        // The condition is that of the index undo_decisions; the plus keeps SQLite
        // from reading all later entries instead.
        let sql = r#"SELECT number FROM decisions WHERE instr(entry, '"action":"undo"')
             AND entry ->> '$.decision' = ?1 AND +number > ?1"#;
        let mut undos = BTreeMap::new();
        let mut targets: Vec<DecisionNumber> = numbers.collect();
        while let Some(target) = targets.pop() {
            for undo in self.archive.query_numbers(sql, [target])? {
                if undos.insert(undo, target).is_none() {
                    targets.push(undo);
                }
            }
        }
        Ok(undone_by(undos.into_iter().rev()))
    }

    /// Returns the log entries that cannot be applied.
    pub fn conflicts(self) -> Result<Vec<DecisionConflict>, StoreError> {
        let sql = "SELECT entry, reason FROM conflicts JOIN decisions ON number = decision
             ORDER BY number";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut conflicts = Vec::new();
        while let Some(row) = rows.next()? {
            let entry = entry_from_json(&row.get::<_, String>(0)?)?;
            conflicts.push(DecisionConflict { entry, reason: row.get(1)? });
        }
        Ok(conflicts)
    }
}

impl Archive {
    /// Returns the entries of the log of the archive in `folder` as JSON, oldest
    /// first. The archive may have a later version, as every version keeps this
    /// table.
    ///
    /// # Errors
    /// If there is no archive, it cannot be read, or it has an earlier version.
    pub fn exported_decisions(folder: &Path) -> Result<Vec<String>, StoreError> {
        let opened = connect_for_reading(folder)?;
        if let Some(found) = opened.version.filter(|found| *found < SCHEMA_VERSION) {
            schema::check_version(found)?;
        }
        let mut statement = opened.db.prepare("SELECT entry FROM decisions ORDER BY number")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn to_sql_count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(crate) fn entry_from_json(json: &str) -> Result<LogEntry, StoreError> {
    serde_json::from_str(json).map_err(|error| StoreError::Damaged(error.to_string()))
}

pub(crate) fn entry_to_json(entry: &LogEntry) -> String {
    serde_json::to_string(entry).expect("plain data")
}

/// Appends an entry to the log, and sets its number.
pub(super) fn append_entry(archive: &Archive, entry: &mut LogEntry) -> Result<(), StoreError> {
    entry.number = DecisionNumber(archive.stored_value("decisions")? + 1);
    let row = params![entry.number, entry_to_json(entry)];
    archive.db.prepare_cached("INSERT INTO decisions VALUES (?1, ?2)")?.execute(row)?;
    let sql = "UPDATE meta SET value = ?1 WHERE name = 'decisions'";
    archive.db.prepare_cached(sql)?.execute([entry.number])?;
    let sql = "INSERT INTO decision_horizons
         VALUES (?1, (SELECT coalesce(max(number), 0) FROM stored_documents))";
    archive.db.prepare_cached(sql)?.execute([entry.number])?;
    Ok(())
}
