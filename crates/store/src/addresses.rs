//! Readable addresses of documents: the cable id, "frus1969-76ve04/d129", or the name of
//! the file, for a row or letter with its place in the file: "rows.csv/12". A telegram of
//! a volume that has the id of the telegram is also found by volume and number.
//!
//! A document gets the name of its file when it comes into the archive, if no other one
//! has it, and keeps it. So an address in a footnote stays true.

use rusqlite::{Connection, OptionalExtension, params};

use crate::error::StoreError;
use crate::numbers::DocumentNumber;
use crate::views::Documents;

/// Last parts of addresses that mean a part of a page.
const RESERVED: [&str; 4] = ["raw", "mentions", "cite", "passages"];

/// Maximum length of an address in bytes.
const MAX_ADDRESS_BYTES: usize = 120;

impl Documents<'_> {
    /// Returns the readable address of a document: the text that [`Documents::find`]
    /// finds it by. `None` if only its digest is unique.
    pub fn address(self, number: DocumentNumber) -> Result<Option<String>, StoreError> {
        let sql = "SELECT cable_id FROM documents WHERE number = ?1";
        let id: Option<String> =
            self.archive.db.prepare_cached(sql)?.query_row([number], |row| row.get(0))?;
        if let Some(id) = id {
            let is_this = is_address(&id) && self.find(&id).is_ok_and(|found| found == number);
            return Ok(is_this.then_some(id));
        }
        let sql = "SELECT address FROM addresses WHERE document = ?1";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let address: Option<String> = statement.query_row([number], |row| row.get(0)).optional()?;
        let found = address.as_deref().map(|address| self.find(address));
        Ok(address.filter(|_| found.is_some_and(|found| found.is_ok_and(|one| one == number))))
    }
}

/// Gives a document without an id the name of its file as its address, unless another one
/// has it. `place` counts the documents of the file from 0.
pub(crate) fn assign_address(
    db: &Connection,
    number: DocumentNumber,
    path: &str,
    place: usize,
) -> Result<(), StoreError> {
    address_of_path(path, place).map_or(Ok(()), |address| assign(db, number, &address))
}

/// Gives a document an address, unless another one has it.
pub(crate) fn assign(
    db: &Connection,
    number: DocumentNumber,
    address: &str,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO addresses VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    db.prepare_cached(sql)?.execute(params![address, number])?;
    Ok(())
}

/// Gives all documents of an earlier version their addresses, in the order in which they
/// came.
pub(crate) fn assign_all(db: &Connection) -> Result<(), StoreError> {
    let sql = "SELECT documents.number,
         (SELECT min(path) FROM paths JOIN locations ON paths.file = locations.file
          WHERE locations.document = documents.number), documents.file
         FROM documents WHERE cable_id IS NULL ORDER BY documents.file, documents.number";
    let mut read = db.prepare(sql)?;
    let mut rows = read.query([])?;
    let (mut file, mut place) = (None, 0);
    while let Some(row) = rows.next()? {
        let (number, path): (DocumentNumber, Option<String>) = (row.get(0)?, row.get(1)?);
        let own: i64 = row.get(2)?;
        place = if file == Some(own) { place + 1 } else { 0 };
        file = Some(own);
        if let Some(path) = path {
            assign_address(db, number, &path, place)?;
        }
    }
    Ok(())
}

/// The address of the document at a place of a file: the name of the file, and the last
/// part of the path in it.
fn address_of_path(path: &str, place: usize) -> Option<String> {
    let name = |path: &str| -> String {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        name.split_whitespace().collect::<Vec<_>>().join("-")
    };
    let (outer, inner) = match path.split_once("!/") {
        Some((outer, inner)) => (name(outer), Some(name(inner))),
        None => (name(path), None),
    };
    let address = match (inner, place) {
        (Some(inner), 0) => format!("{outer}/{inner}"),
        (Some(inner), place) => format!("{outer}/{inner}-{}", place + 1),
        (None, 0) => outer,
        (None, place) => format!("{outer}/{}", place + 1),
    };
    is_address(&address).then_some(address)
}

/// Whether a text is one or two parts of a path, none of which means something else.
fn is_address(text: &str) -> bool {
    let mut parts = text.split('/');
    let is_part = |part: &str| {
        !part.is_empty() && part != "." && part != ".." && !part.chars().any(char::is_control)
    };
    let (first, second) = (parts.next().unwrap_or_default(), parts.next());
    let is_digest = first.len() >= 8 && first.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.len() <= MAX_ADDRESS_BYTES
        && is_part(first)
        && !is_digest
        && second.is_none_or(|part| is_part(part) && !RESERVED.contains(&part))
        && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_gives_one_or_two_parts() {
        for (path, place, expected) in [
            ("a/b/held 12.txt", 0, Some("held-12.txt")),
            ("a/b/traffic.txt", 2, Some("traffic.txt/3")),
            ("in/rows.csv!/12", 0, Some("rows.csv/12")),
            ("in/box.zip!/deep/er/letter.eml", 0, Some("box.zip/letter.eml")),
            ("in/box.zip!/deep/traffic.txt", 1, Some("box.zip/traffic.txt-2")),
            ("in/box.zip!/raw", 0, None),
            ("deadbeef", 0, None),
            ("in/..", 0, None),
        ] {
            assert_eq!(address_of_path(path, place).as_deref(), expected, "{path}");
        }
    }
}
