//! What is missing from an archive: the serials from which gaps follow, telegrams that are
//! cited, and words that were withheld.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chancery_model::TextSpan;
use serde::{Deserialize, Serialize};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, TERMINATED};

use crate::analyzer;
use crate::archive::Archive;
use crate::error::StoreError;
use crate::index_guard::run_guarded;
use crate::numbers::DocumentNumber;
use crate::pieces;
use crate::search::Searcher;
use crate::text_references::{ReferenceOutcome, year_before};
use crate::views::Documents;

/// The serial of a telegram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatedSerial {
    /// The post.
    pub post: String,
    /// The day, ISO 8601.
    pub date: String,
    /// The serial.
    pub serial: i64,
}

/// A telegram that documents cite, and that the archive lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbsentTelegram {
    /// Its canonical cable id.
    pub id: String,
    /// The documents that cite it, in the order of their numbers.
    pub citing: Vec<DocumentNumber>,
}

/// How much was withheld from the documents of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WithheldMonth {
    /// The month, "1962-05"; empty for documents without a date.
    pub month: String,
    /// Number of documents.
    pub documents: u64,
    /// Number of those that say that words were withheld.
    pub with_redactions: u64,
    /// Number of places where words were withheld.
    pub redactions: u64,
}

/// The part of a stored document that says what was withheld.
#[derive(Deserialize)]
struct StoredRedactions {
    #[serde(default)]
    redactions: Vec<TextSpan>,
}

impl Documents<'_> {
    /// Returns the telegrams of all posts, or of one, that have a serial and a whole date,
    /// by post, date and serial.
    ///
    /// # Errors
    /// If no document comes from the post.
    pub fn dated_serials(self, post: Option<&str>) -> Result<Vec<DatedSerial>, StoreError> {
        let post = post.map(str::to_uppercase);
        let sql = "SELECT 1 FROM documents WHERE post = ?1";
        if let Some(post) = &post
            && !self.archive.db.prepare(sql)?.exists([post])?
        {
            let what = format!("{post}: no document from this post; see the list of posts");
            return Err(StoreError::InvalidRequest(what));
        }
        // Days that are not known have the number 00. Editors write places in brackets.
        let sql = "SELECT post, date, serial FROM documents
             WHERE serial > 0 AND length(date) = 10 AND substr(date, 9) <> '00'
             AND substr(post, 1, 1) <> '[' AND (?1 IS NULL OR post = ?1)
             ORDER BY post, date, serial";
        let mut statement = self.archive.db.prepare(sql)?;
        let rows = statement.query_map([post], |row| {
            Ok(DatedSerial { post: row.get(0)?, date: row.get(1)?, serial: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Returns how much was withheld, by month.
    pub fn withheld_by_month(self) -> Result<Vec<WithheldMonth>, StoreError> {
        let sql = "SELECT coalesce(substr(date, 1, 7), '') AS month, parts FROM documents
             JOIN bodies ON document = number ORDER BY month";
        let mut statement = self.archive.db.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut months: Vec<WithheldMonth> = Vec::new();
        while let Some(row) = rows.next()? {
            self.archive.budget.check()?;
            let month: String = row.get(0)?;
            if months.last().is_none_or(|last| last.month != month) {
                let new = WithheldMonth { month, documents: 0, with_redactions: 0, redactions: 0 };
                months.push(new);
            }
            let parts: Vec<u8> = row.get(1)?;
            let stored: StoredRedactions = pieces::decode_head(&parts)?;
            if let Some(last) = months.last_mut() {
                last.documents += 1;
                last.with_redactions += u64::from(!stored.redactions.is_empty());
                last.redactions += stored.redactions.len() as u64;
            }
        }
        Ok(months)
    }

    /// The folded ids by which documents of the archive are cited.
    fn citable_ids(self) -> Result<HashSet<String>, StoreError> {
        let sql = "SELECT cable_id FROM documents WHERE cable_id IS NOT NULL
             UNION SELECT telegram_id FROM documents WHERE telegram_id IS NOT NULL";
        let ids = self.archive.query_strings(sql, [])?;
        Ok(ids.iter().map(|id| analyzer::fold_whole(id)).collect())
    }
}

impl Searcher {
    /// Returns the telegrams that documents cite and the archive lacks, the most cited
    /// first.
    ///
    /// # Errors
    /// If the archive or its index cannot be read.
    pub fn absent_telegrams(&self, archive: &Archive) -> Result<Vec<AbsentTelegram>, StoreError> {
        let known = archive.documents().citable_ids()?;
        let cited = run_guarded(&archive.budget, || self.cited_telegrams(&known))?;
        let mut absent = Vec::new();
        for (folded, citing) in cited {
            let id = folded.to_uppercase();
            let may_be_older =
                year_before(&id).is_some_and(|id| known.contains(&analyzer::fold_whole(&id)));
            let mut open = Vec::new();
            for number in citing {
                if !(may_be_older && means_a_document(archive, number, &id)?) {
                    open.push(number);
                }
            }
            if !open.is_empty() {
                absent.push(AbsentTelegram { id, citing: open });
            }
        }
        absent.sort_by(|one, other| {
            other.citing.len().cmp(&one.citing.len()).then_with(|| one.id.cmp(&other.id))
        });
        Ok(absent)
    }

    /// The documents that have references to telegrams which are not `known`.
    fn cited_telegrams(
        &self,
        known: &HashSet<String>,
    ) -> Result<BTreeMap<String, BTreeSet<DocumentNumber>>, StoreError> {
        let mut cited: BTreeMap<String, BTreeSet<DocumentNumber>> = BTreeMap::new();
        for segment in self.reader.searcher.segment_readers() {
            let numbers = segment.fast_fields().u64("number")?;
            let inverted = segment.inverted_index(self.reader.fields.reference)?;
            let mut terms = inverted.terms().stream().map_err(tantivy::TantivyError::from)?;
            while let Some((term, info)) = terms.next() {
                let Ok(id) = std::str::from_utf8(term) else { continue };
                if !is_telegram_id(id) || known.contains(id) {
                    continue;
                }
                let mut postings = inverted
                    .read_postings_from_terminfo(info, IndexRecordOption::Basic)
                    .map_err(tantivy::TantivyError::from)?;
                while postings.doc() != TERMINATED {
                    let document = postings.doc();
                    let is_alive =
                        segment.alive_bitset().is_none_or(|alive| alive.is_alive(document));
                    if let Some(number) = numbers.first(document).filter(|_| is_alive) {
                        let number = DocumentNumber(number as i64);
                        cited.entry(id.to_owned()).or_default().insert(number);
                    }
                    postings.advance();
                }
            }
        }
        Ok(cited)
    }
}

/// Whether a reference in a document means one of the archive, although no document has
/// its id: in January a telegram of the year before may be cited without its year.
fn means_a_document(
    archive: &Archive,
    citing: DocumentNumber,
    id: &str,
) -> Result<bool, StoreError> {
    let document = archive.documents().parsed(citing)?;
    for reference in document.references.iter().filter(|one| one.value == id) {
        let outcome = archive.documents().resolve_reference(&document, reference)?;
        if let ReferenceOutcome::Found(_) = outcome {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a folded id is that of a telegram: two digits of the year, a post, a serial.
fn is_telegram_id(id: &str) -> bool {
    let bytes = id.as_bytes();
    let serial = bytes.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let post = bytes.get(2..bytes.len().saturating_sub(serial)).unwrap_or_default();
    bytes.iter().take(2).all(u8::is_ascii_digit)
        && serial > 0
        && !post.is_empty()
        && post.iter().all(u8::is_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_telegrams() {
        for (id, expected) in [
            ("09algiers948", true),
            ("74state91352", true),
            ("frus1961-63v05/d199", false),
            ("09algiers", false),
            ("0948", false),
            ("09portlouis1", true),
        ] {
            assert_eq!(is_telegram_id(id), expected, "{id}");
        }
    }
}
