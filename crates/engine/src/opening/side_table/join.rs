//! Which row of a side table describes which document.
//!
//! A row names its document by a path or an id. A path counts if all of it is the end of
//! the path of one document. Where no document has the path, the file name alone counts
//! if no other row and no other document has it; so a table made on another machine can
//! be used. An id is that of the document: of its text, its envelopes, or its content; or
//! the name of its file, without the extension.
//!
//! A row that could speak of several documents speaks of none. Of several rows about one
//! document the first is used. [`SideTables::problems`] lists both, and the rows that
//! match nothing.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use chancery_model::{CableId, DocumentId, Envelope};
use chancery_parse::read_id;

use super::paths::{ends_of, file_name, normalise, stem};
use super::{SideRow, SideTable};

/// Number of rows that a message lists.
const LISTED_ROWS: usize = 10;

/// The path of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentPath {
    /// As the program shows it.
    pub shown: String,
    /// From the root of the file system, where that is known.
    pub absolute: Option<String>,
}

/// Side tables, joined with the documents of a run.
#[derive(Debug, Default)]
pub struct SideTables {
    tables: Vec<JoinedTable>,
    /// Documents that no row of any table describes.
    without_row: AtomicU64,
}

#[derive(Debug)]
struct JoinedTable {
    table: SideTable,
    /// The index of the row of a document, by its path.
    by_path: HashMap<String, usize>,
    /// The rows that no path matches, by the ids of their documents.
    by_id: HashMap<String, usize>,
    is_used: Vec<AtomicBool>,
    /// Rows that could speak of several documents, with two of these.
    ambiguous: Vec<(usize, String, String)>,
    /// Rows about a document that an earlier row describes, and that row.
    repeated: Vec<(usize, usize)>,
}

impl SideTables {
    /// Joins tables with the documents at these paths. Ids are compared when a document
    /// is read.
    pub fn join(tables: Vec<SideTable>, paths: &[DocumentPath]) -> Self {
        let tables = tables.into_iter().map(|table| JoinedTable::new(table, paths)).collect();
        Self { tables, without_row: AtomicU64::new(0) }
    }

    /// Whether there is no table.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// The rows that describe the document at this path, as envelopes.
    pub fn envelopes_of_path(&self, path: &str) -> Vec<Envelope> {
        let rows = self.tables.iter().filter_map(|table| table.row_at(*table.by_path.get(path)?));
        rows.map(SideRow::envelope).collect()
    }

    /// The rows that describe a document by one of its ids, as envelopes; tables that
    /// describe it by its path are left out, except for the later documents of a file.
    pub fn envelopes_of_ids(
        &self,
        path: &str,
        is_first: bool,
        document: &DocumentId,
        ids: &[CableId],
    ) -> Vec<Envelope> {
        let has_path = |table: &JoinedTable| is_first && table.by_path.contains_key(path);
        let digest = document.to_string();
        let keys = || ids.iter().map(|id| id.0.as_str()).chain([digest.as_str()]);
        let others = self.tables.iter().filter(|table| !has_path(table));
        let rows = others.filter_map(|table| {
            table.row_at(keys().find_map(|key| table.by_id.get(key).copied())?)
        });
        let found: Vec<Envelope> = rows.map(SideRow::envelope).collect();
        if found.is_empty() && !self.tables.iter().any(has_path) {
            self.without_row.fetch_add(1, Ordering::Relaxed);
        }
        found
    }

    /// The number of documents that were read and that no row describes.
    pub fn documents_without_row(&self) -> u64 {
        self.without_row.load(Ordering::Relaxed)
    }

    /// The paths of all documents that a row describes by path.
    pub fn joined_paths(&self) -> impl Iterator<Item = &str> {
        self.tables.iter().flat_map(|table| table.by_path.keys().map(String::as_str))
    }

    /// The ids by which rows look for their documents.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.tables.iter().flat_map(|table| table.by_id.keys().map(String::as_str))
    }

    /// What is wrong with each table: its name and messages. `has_id` says whether a
    /// document with this id is known from elsewhere.
    pub fn problems(&self, has_id: impl Fn(&str) -> bool) -> Vec<(&str, Vec<String>)> {
        let problems = self.tables.iter().map(|table| {
            let mut messages = table.table.problems.clone();
            messages.extend(table.problems(&has_id));
            (table.table.name.as_str(), messages)
        });
        problems.collect()
    }
}

impl JoinedTable {
    fn new(table: SideTable, paths: &[DocumentPath]) -> Self {
        let is_used = table.rows.iter().map(|_| AtomicBool::new(false)).collect();
        let mut joined = Self {
            table,
            by_path: HashMap::new(),
            by_id: HashMap::new(),
            is_used,
            ambiguous: Vec::new(),
            repeated: Vec::new(),
        };
        joined.join_whole_paths(paths);
        joined.join_file_names(paths);
        joined.index_ids();
        joined
    }

    fn row_at(&self, row: usize) -> Option<&SideRow> {
        self.is_used[row].store(true, Ordering::Relaxed);
        self.table.rows.get(row)
    }

    /// Joins each row whose path is the end of the path of one document.
    fn join_whole_paths(&mut self, paths: &[DocumentPath]) {
        let mut rows: HashMap<String, usize> = HashMap::new();
        for (number, row) in self.table.rows.iter().enumerate() {
            let Some(path) = row.path.as_deref().map(normalise).filter(|path| !path.is_empty())
            else {
                continue;
            };
            match rows.entry(path) {
                Entry::Occupied(first) => self.repeated.push((number, *first.get())),
                Entry::Vacant(slot) => {
                    slot.insert(number);
                }
            }
        }
        let mut documents: HashMap<usize, Vec<&str>> = HashMap::new();
        for path in paths {
            let shown = normalise(&path.shown);
            let absolute = path.absolute.as_deref().map(normalise);
            let whole = absolute.as_deref().unwrap_or(&shown);
            let found =
                rows.get(shown.as_str()).or_else(|| ends_of(whole).find_map(|end| rows.get(end)));
            if let Some(row) = found {
                documents.entry(*row).or_default().push(&path.shown);
            }
        }
        for (row, mut found) in documents {
            if found.len() > 1 {
                let own = self.table.rows[row].path.as_deref().map(normalise);
                let is_own = |shown: &&&str| Some(normalise(shown)) == own;
                match found.iter().find(is_own).copied() {
                    Some(exact) => found = vec![exact],
                    None => {
                        found.sort_unstable();
                        self.ambiguous.push((row, found[0].to_owned(), found[1].to_owned()));
                        continue;
                    }
                }
            }
            self.by_path.insert(found[0].to_owned(), row);
        }
        self.ambiguous.sort_unstable();
    }

    /// Whether a row is joined, or cannot be.
    fn is_settled(&self) -> Vec<bool> {
        let mut settled = vec![false; self.table.rows.len()];
        let ambiguous = self.ambiguous.iter().map(|(row, ..)| *row);
        let repeated = self.repeated.iter().map(|(row, _)| *row);
        ambiguous.chain(repeated).chain(self.by_path.values().copied()).for_each(|row| {
            settled[row] = true;
        });
        settled
    }

    /// Joins the other rows whose file name, or whose id, is the name of one document.
    fn join_file_names(&mut self, paths: &[DocumentPath]) {
        let settled = self.is_settled();
        // All rows count: a name of several rows says nothing.
        let mut rows: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, row) in self.table.rows.iter().enumerate() {
            let name = row.path.as_deref().map(|path| file_name(&normalise(path)).to_owned());
            if let Some(name) = name.or_else(|| row.id.clone()) {
                rows.entry(name).or_default().push(number);
            }
        }
        let mut documents: HashMap<&str, Vec<&str>> = HashMap::new();
        for path in paths {
            let shown = normalise(&path.shown);
            let name = file_name(&shown);
            let key = rows.get_key_value(name).or_else(|| rows.get_key_value(stem(name)));
            if let Some((key, _)) = key {
                documents.entry(key).or_default().push(&path.shown);
            }
        }
        let mut joined = Vec::new();
        for (name, rows) in &rows {
            let ([row], Some(found)) = (&rows[..], documents.get_mut(name.as_str())) else {
                continue;
            };
            if settled[*row] {
                continue;
            }
            found.sort_unstable();
            match found[..] {
                [one] if !self.by_path.contains_key(one) => joined.push((one.to_owned(), *row)),
                [one, other, ..] if self.table.rows[*row].path.is_some() => {
                    self.ambiguous.push((*row, one.to_owned(), other.to_owned()));
                }
                _ => {}
            }
        }
        joined.sort_unstable_by_key(|(_, row)| *row);
        for (path, row) in joined {
            match self.by_path.entry(path) {
                Entry::Occupied(first) => self.repeated.push((row, *first.get())),
                Entry::Vacant(slot) => {
                    slot.insert(row);
                }
            }
        }
        self.ambiguous.sort_unstable();
    }

    /// Indexes the rows that no path matches by their ids.
    fn index_ids(&mut self) {
        let settled = self.is_settled();
        for (number, row) in self.table.rows.iter().enumerate() {
            let Some(id) = row.id.as_deref().or(row.path.as_deref()).and_then(read_id) else {
                continue;
            };
            if settled[number] {
                continue;
            }
            match self.by_id.entry(id.0) {
                Entry::Occupied(first) => self.repeated.push((number, *first.get())),
                Entry::Vacant(slot) => {
                    slot.insert(number);
                }
            }
        }
        self.repeated.sort_unstable();
    }

    fn problems(&self, has_id: impl Fn(&str) -> bool) -> Vec<String> {
        let number = |row: usize| self.table.rows[row].number;
        let mut messages = Vec::new();
        let ambiguous = self
            .ambiguous
            .iter()
            .map(|(row, one, other)| format!("row {} ({one}, {other})", number(*row)));
        messages.extend(message(
            &ambiguous.collect::<Vec<_>>(),
            "names several documents and was not used: give more of the path",
            "name several documents and were not used: give more of the path",
        ));
        let repeated = self
            .repeated
            .iter()
            .map(|(row, first)| format!("row {} (as row {})", number(*row), number(*first)));
        messages.extend(message(
            &repeated.collect::<Vec<_>>(),
            "describes a document that an earlier row describes, and was not used",
            "describe documents that earlier rows describe, and were not used",
        ));
        let mut settled = self.is_settled();
        for (id, row) in &self.by_id {
            settled[*row] |= self.is_used[*row].load(Ordering::Relaxed) || has_id(id);
        }
        let unmatched = settled.iter().enumerate().filter(|(_, settled)| !**settled);
        let unmatched = unmatched.map(|(row, _)| format!("row {}", number(row)));
        messages.extend(message(
            &unmatched.collect::<Vec<_>>(),
            "matches no document",
            "match no document",
        ));
        messages
    }
}

/// "3 rows match no document: row 2, row 5, row 7".
fn message(rows: &[String], one: &str, several: &str) -> Option<String> {
    let what = match rows.len() {
        0 => return None,
        1 => format!("1 row {one}"),
        count => format!("{count} rows {several}"),
    };
    let more = match rows.len().saturating_sub(LISTED_ROWS) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(format!("{what}: {}{more}", rows[..rows.len().min(LISTED_ROWS)].join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Joins rows (path, id) with documents; returns the rows of the documents, and the
    /// problems.
    fn joined(rows: &[(&str, &str)], documents: &[&str]) -> (Vec<Option<u32>>, Vec<String>) {
        let some = |value: &str| (!value.is_empty()).then(|| value.to_owned());
        let rows = (1..).zip(rows).map(|(number, (path, id))| SideRow {
            number,
            path: some(path),
            id: some(id),
            fields: Vec::new(),
        });
        let name = "t.csv".to_owned();
        let table = SideTable { name, rows: rows.collect(), problems: Vec::new() };
        let path = |shown: &&str| DocumentPath {
            shown: (*shown).to_owned(),
            absolute: Some(format!("/srv/{shown}")),
        };
        let paths: Vec<DocumentPath> = documents.iter().map(path).collect();
        let tables = SideTables::join(vec![table], &paths);
        let row = |path: &&str| match tables.envelopes_of_path(path)[..] {
            [Envelope { kind: chancery_model::EnvelopeKind::SideTable(row), .. }] => Some(row),
            _ => None,
        };
        let found = documents.iter().map(row).collect();
        let problems = tables.problems(|_| false).into_iter().flat_map(|(_, messages)| messages);
        (found, problems.collect())
    }

    #[test]
    fn rows_are_joined_by_path() {
        type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str], &'a [Option<u32>], &'a [&'a str]);
        let cases: [Case<'_>; 14] = [
            // The whole path, a relative one, the absolute one, a member.
            (&[("x/a.txt", "")], &["x/a.txt"], &[Some(1)], &[]),
            (&[("a.txt", "")], &["x/a.txt"], &[Some(1)], &[]),
            (&[("/srv/x/a.txt", "")], &["x/a.txt"], &[Some(1)], &[]),
            (&[("b/a.txt", "")], &["x.zip!/b/a.txt"], &[Some(1)], &[]),
            (&[("x.zip/a.txt", "")], &["x.zip!/a.txt"], &[Some(1)], &[]),
            (&[(r"x\a.txt", "")], &["x/a.txt"], &[Some(1)], &[]),
            // Another machine: the file name, if it is unique on both sides.
            (&[(r"D:\release\a.txt", "")], &["x/a.txt"], &[Some(1)], &[]),
            (
                &[("D:/a.txt", "")],
                &["x/a.txt", "y/a.txt"],
                &[None, None],
                &["1 row names several documents and was not used: give more of the path: \
                   row 1 (x/a.txt, y/a.txt)"],
            ),
            (
                &[("D:/a.txt", ""), ("E:/a.txt", "")],
                &["x/a.txt"],
                &[None],
                &["2 rows match no document: row 1, row 2"],
            ),
            // One row, two documents; the one that has exactly the path is meant.
            (&[("a.txt", "")], &["x/a.txt", "a.txt"], &[None, Some(1)], &[]),
            // Two rows, one document: the longer path, then the first.
            (
                &[("a.txt", ""), ("x/a.txt", "")],
                &["x/a.txt"],
                &[Some(2)],
                &["1 row matches no document: row 1"],
            ),
            (
                &[("a.txt", ""), ("a.txt", "")],
                &["a.txt"],
                &[Some(1)],
                &["1 row describes a document that an earlier row describes, and was not used: \
                   row 2 (as row 1)"],
            ),
            // An id that is the name of a file.
            (&[("", "doc-12")], &["x/doc-12.txt", "y.txt"], &[Some(1), None], &[]),
            // Part of a name is another name.
            (&[("a.txt", "")], &["ba.txt"], &[None], &["1 row matches no document: row 1"]),
        ];
        for (rows, documents, expected, problems) in cases {
            let (found, told) = joined(rows, documents);
            assert_eq!(found, expected, "{rows:?} {documents:?}");
            assert_eq!(told, problems, "{rows:?} {documents:?}");
        }
    }

    #[test]
    fn rows_are_joined_by_id() {
        let row = |number, id: &str| SideRow {
            number,
            path: None,
            id: Some(id.to_owned()),
            fields: Vec::new(),
        };
        let digest = DocumentId([7; 32]);
        let rows =
            vec![row(1, "09 PORT LOUIS 000318"), row(2, &digest.to_string()), row(3, "09PARIS1")];
        let table = SideTable { name: "t.csv".to_owned(), rows, problems: Vec::new() };
        let tables = SideTables::join(vec![table], &[]);
        let other = DocumentId([1; 32]);
        let found = |document: &DocumentId, ids: &[&str]| {
            let ids: Vec<CableId> = ids.iter().map(|id| CableId((*id).to_owned())).collect();
            let found = tables.envelopes_of_ids("a.txt", true, document, &ids);
            found.first().map(|envelope| envelope.kind)
        };
        let row_kind = |number| Some(chancery_model::EnvelopeKind::SideTable(number));
        assert_eq!(found(&other, &["09PORTLOUIS318"]), row_kind(1));
        assert_eq!(found(&digest, &[]), row_kind(2));
        assert_eq!(found(&other, &["09LUSAKA2"]), None);
        assert_eq!(tables.documents_without_row(), 1);
        let problems = |has: bool| tables.problems(|_| has).remove(0).1;
        assert_eq!(problems(false), ["1 row matches no document: row 3"]);
        assert_eq!(problems(true), [""; 0]);
    }
}
