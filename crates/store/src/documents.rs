//! Documents of an archive: finding them, their rows, texts and mentions.

use chancery_model::{Annotated, Document, DocumentEntities, DocumentId};
use chancery_segment::segment_document;
use rusqlite::{OptionalExtension, Row};

use crate::archive::{DocumentRow, StoredDocument, classification_of_number};
use crate::codec::{self, EncodedBody};
use crate::error::StoreError;
use crate::header_edits;
use crate::numbers::DocumentNumber;
use crate::stored_mention::{StoredMention, decode_mentions};
use crate::views::Documents;

impl Documents<'_> {
    /// Returns the number of documents.
    pub fn count(self) -> Result<i64, StoreError> {
        self.archive.query_single_number(
            "SELECT (SELECT count(*) FROM stored_documents)
                 - (SELECT count(*) FROM stored_documents WHERE removed IS NOT NULL)",
        )
    }

    /// Returns the numbers of all documents, ordered by document id.
    pub fn numbers_by_id(self) -> Result<Vec<DocumentNumber>, StoreError> {
        self.archive.query_numbers("SELECT number FROM documents ORDER BY id", [])
    }

    /// Returns the documents that were added at or after a time, ISO 8601 or the start of
    /// it, or all, the last first.
    pub fn added_since(self, time: Option<&str>) -> Result<Vec<DocumentNumber>, StoreError> {
        let sql = "SELECT number FROM documents WHERE ?1 IS NULL OR added >= ?1
             ORDER BY added DESC, number DESC";
        self.archive.query_numbers(sql, [time])
    }

    /// Finds a document by its id, by a prefix of its id (eight digits or
    /// more), by its cable id, by its address, or by its number in a volume ("d199")
    /// if one volume has it.
    ///
    /// # Errors
    /// If no document matches, if several ids start with the prefix, if several volumes
    /// have the number, or if the document was removed.
    pub fn find(self, name: &str) -> Result<DocumentNumber, StoreError> {
        let unknown = || StoreError::NotFound(name.to_owned());
        let hex = name.to_ascii_lowercase();
        if hex.len() >= 8 && hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            // A range lets SQLite use the index on ids.
            let sql = "SELECT number FROM documents
                 WHERE id BETWEEN unhex(?1) AND unhex(?2) LIMIT 2";
            let bounds = [format!("{hex:0<64}"), format!("{hex:f<64}")];
            if hex.len() > 64 {
                return Err(unknown());
            }
            match self.archive.query_numbers(sql, bounds)?[..] {
                [number] => return Ok(number),
                [] => {}
                _ => {
                    let what = format!("{name}: several ids start with this: give more digits");
                    return Err(StoreError::InvalidRequest(what));
                }
            }
        }
        // The ids of cables are in capitals, those of volumes in small letters.
        let sql = "SELECT number FROM documents WHERE cable_id IN (?1, ?2, ?3)
             ORDER BY cable_id <> ?1, section, number";
        let spellings = [name.to_owned(), name.to_uppercase(), name.to_lowercase()];
        if let Some(number) = self.archive.query_numbers(sql, spellings)?.first() {
            return Ok(*number);
        }
        let sql =
            "SELECT document FROM addresses JOIN documents ON number = document WHERE address = ?1";
        if let Some(number) = self.archive.query_numbers(sql, [name])?.first() {
            return Ok(*number);
        }
        if let Some(number) = self.find_in_volumes(name)? {
            return Ok(number);
        }
        match self.removal_of(name)? {
            Some(decision) => Err(StoreError::Removed { name: name.to_owned(), decision }),
            None => Err(unknown()),
        }
    }

    /// Finds a document by its number in a volume: "d199".
    fn find_in_volumes(self, name: &str) -> Result<Option<DocumentNumber>, StoreError> {
        let is_number =
            |digits: &str| !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit());
        if !name.strip_prefix(['d', 'D']).is_some_and(is_number) {
            return Ok(None);
        }
        let sql =
            "SELECT DISTINCT cable_id FROM documents WHERE cable_id LIKE '%/' || ?1 ORDER BY 1";
        let ids = self.archive.query_strings(sql, [name])?;
        match &ids[..] {
            [] => Ok(None),
            [id] => self.find_by_cable_id(id),
            [first, second, ..] => {
                let more = if ids.len() > 2 { ", …" } else { "" };
                let what = format!(
                    "{name}: {} volumes have this number: give the volume too ({first}, {second}{more})",
                    ids.len()
                );
                Err(StoreError::InvalidRequest(what))
            }
        }
    }

    /// Returns all sections of the telegram that `number` is a section of, in
    /// order and without duplicates. A telegram in one piece yields itself.
    pub fn telegram_sections(
        self,
        number: DocumentNumber,
    ) -> Result<Vec<DocumentNumber>, StoreError> {
        let sql = "SELECT other.number, other.section FROM documents AS one
             JOIN documents AS other ON other.cable_id = one.cable_id
             WHERE one.number = ?1 AND one.sections > 1 AND one.section > 0
             AND other.sections = one.sections AND other.section > 0
             ORDER BY other.section, other.number";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let rows = statement.query_map([number], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut sections: Vec<(DocumentNumber, Option<i64>)> = rows.collect::<Result<_, _>>()?;
        sections.dedup_by_key(|(_, section)| *section);
        if sections.is_empty() {
            return Ok(vec![number]);
        }
        // If a section has copies, prefer the requested document.
        let sql = "SELECT section FROM documents WHERE number = ?1";
        let own: Option<i64> = self.archive.db.query_row(sql, [number], |row| row.get(0))?;
        for (shown, section) in &mut sections {
            if *section == own {
                *shown = number;
            }
        }
        Ok(sections.into_iter().map(|(number, _)| number).collect())
    }

    /// Returns the summary of a document for lists.
    pub fn row(self, number: DocumentNumber) -> Result<DocumentRow, StoreError> {
        let rows = self.rows(&[number])?.into_iter();
        rows.last().ok_or_else(|| StoreError::NotFound(format!("document {number}")))
    }

    /// Returns the summaries of documents for lists, in the order of their numbers.
    ///
    /// # Errors
    /// If a document does not exist.
    pub fn rows(self, numbers: &[DocumentNumber]) -> Result<Vec<DocumentRow>, StoreError> {
        if numbers.is_empty() {
            return Ok(Vec::new());
        }
        // One statement for all: each statement locks the database and unlocks it, which
        // takes longer than to read a row. The least of the texts is the first path; a
        // sorted subquery would double the time.
        let sql = "SELECT number, id, cable_id, post, date, classification, subject, section,
                 sections, added, (SELECT min(earlier || path) FROM locations
                     CROSS JOIN paths ON paths.file = locations.file WHERE document = number)
             FROM (SELECT value FROM json_each(?1)) CROSS JOIN stored_documents ON number = value";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let list = serde_json::to_string(numbers).expect("plain data");
        let rows: Vec<DocumentRow> =
            statement.query_map([list], read_document_row)?.collect::<Result<_, _>>()?;
        match rows.len() == numbers.len() {
            true => Ok(rows),
            false => Err(StoreError::NotFound("a document of a list".to_owned())),
        }
    }

    /// Returns all paths of a document, sorted. A path that has other content now, or none,
    /// ends in " (earlier)" and comes last.
    pub fn paths(self, number: DocumentNumber) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT path || CASE WHEN earlier THEN ' (earlier)' ELSE '' END FROM locations
             JOIN paths ON paths.file = locations.file WHERE locations.document = ?1
             GROUP BY path, earlier ORDER BY earlier, path";
        self.archive.query_strings(sql, [number])
    }

    /// Returns a document with its tokens and mentions.
    pub fn stored(self, number: DocumentNumber) -> Result<StoredDocument, StoreError> {
        let (document, mentions_with_links) = self.with_mentions(number)?;
        let words = segment_document(&document);
        let mentions = mentions_with_links.iter().map(|mention| mention.mention).collect();
        let annotated = Annotated {
            document,
            words,
            mentions,
            entities: DocumentEntities::default(),
            attribution: chancery_model::Attribution::default(),
        };
        Ok(StoredDocument {
            number,
            paths: self.paths(number)?,
            annotated,
            mentions: mentions_with_links,
        })
    }

    /// Returns a document, with the header fields that users set, and the mentions that
    /// the engine found, without the decisions of users about them.
    pub(crate) fn engine_annotation(
        self,
        number: DocumentNumber,
    ) -> Result<(Document, Vec<StoredMention>), StoreError> {
        self.archive.budget.check()?;
        let sql = "SELECT id, text, runs, parts, mentions, interned FROM stored_documents
             JOIN bodies ON bodies.document = number
             JOIN annotations ON annotations.document = number WHERE number = ?1";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let row = statement.query_row([number], |row| {
            let body = EncodedBody { text: row.get(1)?, runs: row.get(2)?, parts: row.get(3)? };
            Ok((row.get(0)?, body, row.get::<_, Vec<u8>>(4)?, row.get::<_, String>(5)?))
        });
        let row = row.optional()?;
        let (id, body, mentions, interned) =
            row.ok_or_else(|| StoreError::NotFound(format!("document {number}")))?;
        let mut document = codec::decode_document(DocumentId(id), &body)?;
        if self.archive.decisions().count()? > 0 {
            let header = &mut document.header;
            header_edits::apply_decisions(&self.archive.db, &document.id, header)?;
        }
        Ok((document, decode_mentions(&mentions, &interned)?))
    }

    /// Returns the parsed document without annotations, to annotate it again.
    pub fn parsed(self, number: DocumentNumber) -> Result<Document, StoreError> {
        Ok(self.engine_annotation(number)?.0)
    }

    /// Returns a document with the mentions that the engine found and without
    /// entities, to resolve them again; and the name of the engine.
    pub fn unresolved(self, number: DocumentNumber) -> Result<(Annotated, String), StoreError> {
        let (document, stored) = self.engine_annotation(number)?;
        let words = segment_document(&document);
        let mentions = stored.into_iter().map(|stored| stored.mention).collect();
        let annotated = Annotated {
            document,
            words,
            mentions,
            entities: DocumentEntities::default(),
            attribution: chancery_model::Attribution::default(),
        };
        let sql = "SELECT name FROM engines JOIN annotations ON engine = number
             WHERE document = ?1";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        Ok((annotated, statement.query_row([number], |row| row.get(0))?))
    }

    /// Returns the near-duplicates of a document, each with its similarity to
    /// the first document of the group.
    pub fn near_duplicates(
        self,
        number: DocumentNumber,
    ) -> Result<Vec<(DocumentNumber, f64)>, StoreError> {
        let sql = "WITH own AS (SELECT coalesce(duplicate_of, number) AS first FROM documents
                  WHERE number = ?1)
             SELECT number, coalesce(similarity, 1) FROM documents, own
             WHERE (number = own.first OR documents.duplicate_of = own.first) AND number <> ?1
             ORDER BY number";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let rows = statement.query_map([number], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Returns the documents that were annotated by an engine other than
    /// `engine`.
    pub fn annotated_by_other_engine(
        self,
        engine: &str,
    ) -> Result<Vec<DocumentNumber>, StoreError> {
        let sql = "SELECT document FROM annotations JOIN engines ON engines.number = engine
             WHERE engines.name <> ?1 ORDER BY document";
        self.archive.query_numbers(sql, [engine])
    }
}

fn read_document_row(row: &Row<'_>) -> rusqlite::Result<DocumentRow> {
    let level: Option<i64> = row.get(5)?;
    let section: Option<(u8, u8)> = row.get::<_, Option<u8>>(7)?.zip(row.get(8)?);
    let path: Option<String> = row.get(10)?;
    let path = path.map(|path| match path.split_at(1) {
        ("0", path) => path.to_owned(),
        (_, path) => format!("{path} (earlier)"),
    });
    Ok(DocumentRow {
        number: row.get(0)?,
        id: DocumentId(row.get(1)?),
        cable_id: row.get(2)?,
        post: row.get(3)?,
        date: row.get(4)?,
        classification: level.and_then(classification_of_number),
        subject: row.get(6)?,
        section,
        added: row.get(9)?,
        path: path.unwrap_or_default(),
    })
}
