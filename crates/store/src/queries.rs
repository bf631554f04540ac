//! Queries for pages of documents and entities: neighbours, raw bytes, remarks,
//! spellings of a name.
//!
//! Every query is bounded. For an entity that occurs in a large part of the
//! archive, the spellings come from a sample, and the result says so.

use std::collections::{BTreeSet, HashMap};
use std::str::FromStr;

use chancery_model::{Document, DocumentId, Label, RawSpan, TextSpan};
use rusqlite::{OptionalExtension, params};
use serde::Serialize;

use crate::archive::{Archive, StoredDocument};
use crate::codec;
use crate::error::StoreError;
use crate::highlight::QueryHighlighter;
use crate::ingested_file::PIECE_BYTES;
use crate::numbers::{DecisionNumber, DocumentNumber, EntityNumber, FileNumber};
use crate::overlay;
use crate::query::{Query, entities_with_name};
use crate::stored_mention::{StoredMention, decode_mentions};
use crate::surname_ids::{MAY_BE_SURNAME, group_id, is_bare_surname};
use crate::views::{Documents, Entities};

/// Maximum number of possible duplicates of an entity per word.
const MAX_DUPLICATE_CANDIDATES: usize = 200;

/// An entity with its label and name. Decisions of users take precedence over
/// the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEntity {
    /// Number of the entity in this archive.
    pub number: EntityNumber,
    /// Id of the entity, the same in every archive.
    pub id: String,
    /// Label of the entity.
    pub label: Label,
    /// Name of the entity.
    pub name: String,
}

/// A remark: a keyword, a note, or that two entities are different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Its decision.
    pub decision: DecisionNumber,
    /// Kind of the remark.
    pub kind: RemarkKind,
    /// Text of the remark; for [`RemarkKind::Apart`], the id of the other entity.
    pub text: String,
}

/// Kind of a remark on a document or entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RemarkKind {
    /// A keyword.
    Keyword,
    /// A note.
    Note,
    /// A statement that two entities are different.
    Apart,
}

impl RemarkKind {
    /// Returns the name used in tables and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Note => "note",
            Self::Apart => "apart",
        }
    }
}

impl FromStr for RemarkKind {
    type Err = StoreError;

    fn from_str(name: &str) -> Result<Self, StoreError> {
        match name {
            "keyword" => Ok(Self::Keyword),
            "note" => Ok(Self::Note),
            "apart" => Ok(Self::Apart),
            _ => Err(StoreError::Damaged(format!("{name:?} is not a kind of remark"))),
        }
    }
}

/// The spellings of an entity in the documents of an archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spellings {
    /// Each spelling with its count and the reason of its link, the most
    /// frequent first.
    pub forms: Vec<(String, u64, String)>,
    /// Number of documents in the sample.
    pub sampled: usize,
    /// Number of documents that mention the entity.
    pub documents: usize,
}

/// The documents before and after a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// The previous document.
    pub before: Option<DocumentNumber>,
    /// The next document.
    pub after: Option<DocumentNumber>,
}

impl Archive {
    /// Sets the size of this connection's page cache in MiB. The default is 64;
    /// callers with several connections should set less.
    pub fn set_cache_size(&self, size: i32) -> Result<(), StoreError> {
        Ok(self.db.pragma_update(None, "cache_size", size.saturating_mul(-1024))?)
    }

    fn query_remarks(
        &self,
        sql: &str,
        with: impl rusqlite::Params,
    ) -> Result<Vec<Remark>, StoreError> {
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(with)?;
        let mut remarks = Vec::new();
        while let Some(row) = rows.next()? {
            let kind = row.get::<_, String>(1)?.parse()?;
            remarks.push(Remark { decision: row.get(0)?, kind, text: row.get(2)? });
        }
        Ok(remarks)
    }
}

impl Documents<'_> {
    /// Returns a document and its mentions, without tokens.
    ///
    /// # Errors
    /// If a mention lies outside the text because a row is damaged.
    pub fn with_mentions(
        self,
        number: DocumentNumber,
    ) -> Result<(Document, Vec<StoredMention>), StoreError> {
        let (document, linked) = self.engine_annotation(number)?;
        let mentions = overlay::curated_mentions(&self.archive.db, &document.id, linked)?;
        codec::check_spans_inside(
            document.id,
            &document.text,
            mentions.iter().map(|mention| mention.mention.span),
        )?;
        Ok((document, mentions))
    }

    /// Returns the remarks on a document.
    pub fn remarks(self, id: &DocumentId) -> Result<Vec<Remark>, StoreError> {
        self.archive.query_remarks(
            "SELECT decision, kind, text FROM remarks
             WHERE document = ?1 AND kind NOT IN ('header', 'statement') ORDER BY decision",
            [id.0],
        )
    }

    /// Returns the remarks on a document and on these entities.
    pub(crate) fn remarks_for_index(
        self,
        id: &DocumentId,
        entities: &BTreeSet<EntityNumber>,
    ) -> Result<Vec<Remark>, StoreError> {
        let numbers = serde_json::to_string(entities).expect("plain data");
        let sql = "SELECT decision, kind, text FROM remarks
                 WHERE document = ?1 AND kind NOT IN ('header', 'statement') UNION ALL
             SELECT decision, kind, text FROM remarks WHERE entity IN (SELECT id FROM entities
                 WHERE number IN (SELECT value FROM json_each(?2)))";
        self.archive.query_remarks(sql, params![id.0, numbers])
    }

    /// Returns the document with a cable id, if it is in the archive.
    pub fn find_by_cable_id(self, cable_id: &str) -> Result<Option<DocumentNumber>, StoreError> {
        let sql = "SELECT number FROM documents WHERE cable_id = ?1 ORDER BY section, number";
        Ok(self.archive.query_numbers(sql, [cable_id])?.first().copied())
    }

    /// Returns the previous and next documents: in the series of the post, or in
    /// the same file if the document has no serial.
    pub fn neighbours(self, number: DocumentNumber) -> Result<Neighbours, StoreError> {
        let sql = "SELECT post, substr(date, 1, 4), serial FROM documents WHERE number = ?1
             AND post IS NOT NULL AND date IS NOT NULL AND serial IS NOT NULL";
        let series: Option<(String, String, i64)> = self
            .archive
            .db
            .prepare_cached(sql)?
            .query_row([number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let one = |sql: &str,
                   with: &[&dyn rusqlite::ToSql]|
         -> Result<Option<DocumentNumber>, StoreError> {
            Ok(self.archive.query_numbers(sql, with)?.first().copied())
        };
        if let Some((post, year, serial)) = series {
            let with = params![post, year, serial];
            return Ok(Neighbours {
                before: one(
                    "SELECT number FROM documents WHERE post = ?1 AND serial IS NOT NULL
                     AND (substr(date, 1, 4), serial) < (?2, ?3)
                     ORDER BY substr(date, 1, 4) DESC, serial DESC, section LIMIT 1",
                    with,
                )?,
                after: one(
                    "SELECT number FROM documents WHERE post = ?1 AND serial IS NOT NULL
                     AND (substr(date, 1, 4), serial) > (?2, ?3)
                     ORDER BY substr(date, 1, 4), serial, section LIMIT 1",
                    with,
                )?,
            });
        }
        // Document numbers follow the order within a file.
        let with = params![number];
        Ok(Neighbours {
            before: one(
                "SELECT other.number FROM documents AS one JOIN documents AS other
                 ON other.file = one.file WHERE one.number = ?1 AND other.number < ?1
                 ORDER BY other.number DESC LIMIT 1",
                with,
            )?,
            after: one(
                "SELECT other.number FROM documents AS one JOIN documents AS other
                 ON other.file = one.file WHERE one.number = ?1 AND other.number > ?1
                 ORDER BY other.number LIMIT 1",
                with,
            )?,
        })
    }

    /// Returns the bytes at `span` of the file that the document's offsets point
    /// to, or `None` if the archive does not store the file.
    pub fn raw_bytes(
        self,
        number: DocumentNumber,
        span: RawSpan,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT files.number FROM documents JOIN files ON files.number = documents.file
             WHERE documents.number = ?1 AND stored = 1";
        let Some(file) = self.archive.query_numbers::<FileNumber>(sql, [number])?.first().copied()
        else {
            return Ok(None);
        };
        let range = span.byte_range();
        let (first, last) = (range.start / PIECE_BYTES, range.end.div_ceil(PIECE_BYTES));
        let sql = "SELECT bytes FROM file_pieces WHERE file = ?1 AND piece >= ?2 AND piece < ?3
             ORDER BY piece";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let mut rows = statement.query(params![file, first as i64, last as i64])?;
        let mut bytes = Vec::new();
        while let Some(row) = rows.next()? {
            bytes.extend(codec::decompress(
                row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?,
            )?);
        }
        let start = range.start - first * PIECE_BYTES;
        let end = (start + range.len()).min(bytes.len());
        Ok(Some(bytes.get(start..end).unwrap_or_default().to_vec()))
    }

    /// Returns the spans in a document that match a query, in order.
    pub fn matching_spans(
        self,
        query: &Query,
        stored: &StoredDocument,
    ) -> Result<Vec<TextSpan>, StoreError> {
        let highlighter = QueryHighlighter::from_query(self.archive, query)?;
        let spans = highlighter.matching_spans(self.archive, stored)?;
        Ok(spans.into_iter().map(|(span, _)| span).collect())
    }
}

/// Reads number, id, label and name.
fn read_entity(row: &rusqlite::Row<'_>) -> rusqlite::Result<StoredEntity> {
    Ok(StoredEntity {
        number: row.get(0)?,
        id: row.get(1)?,
        label: codec::label_from_name(&row.get::<_, String>(2)?),
        name: row.get(3)?,
    })
}

impl Entities<'_> {
    /// Returns the entity with a number, as found in [`StoredMention::entity`] and facets.
    pub fn get(self, number: EntityNumber) -> Result<StoredEntity, StoreError> {
        let sql = "SELECT number, id, coalesce(user_label, label), coalesce(user_name, name)
             FROM entities WHERE number = ?1";
        let row = self.archive.db.prepare_cached(sql)?.query_row([number], read_entity);
        row.optional()?.ok_or_else(|| StoreError::NotFound(format!("entity {number}")))
    }

    /// Returns the entities with these numbers, each with whether it is a surname of one
    /// document that nothing decided. Those that do not exist are left out.
    pub(crate) fn listed(
        self,
        numbers: &[EntityNumber],
    ) -> Result<HashMap<EntityNumber, (StoredEntity, bool)>, StoreError> {
        let sql = format!(
            "SELECT number, id, coalesce(user_label, label), coalesce(user_name, name),
                 {MAY_BE_SURNAME} AND (SELECT count(*) FROM
                     (SELECT 1 FROM appearances WHERE entity = number LIMIT 2)) = 1
             FROM (SELECT value FROM json_each(?1)) CROSS JOIN entities ON number = value"
        );
        let list = serde_json::to_string(numbers).expect("plain data");
        let mut statement = self.archive.db.prepare_cached(&sql)?;
        let rows = statement.query_map([list], |row| {
            let entity = read_entity(row)?;
            let is_undecided = row.get::<_, bool>(4)? && is_bare_surname(&entity.name);
            Ok((entity.number, (entity, is_undecided)))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Returns the numbers of documents and of mentions of an entity.
    pub fn appearance_counts(self, entity: EntityNumber) -> Result<(u64, u64), StoreError> {
        let sql = "SELECT count(*), coalesce(sum(mentions), 0) FROM appearances WHERE entity = ?1";
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
        let (documents, mentions) =
            self.archive.db.prepare_cached(sql)?.query_row([entity], row)?;
        Ok((documents as u64, mentions as u64))
    }

    /// Returns the spellings of an entity in at most `sample` of its documents,
    /// at even intervals.
    pub fn spellings(self, entity: EntityNumber, sample: usize) -> Result<Spellings, StoreError> {
        let sql = "SELECT document FROM appearances WHERE entity = ?1";
        let all: Vec<DocumentNumber> = self.archive.query_numbers(sql, [entity])?;
        let step = all.len().div_ceil(sample.max(1)).max(1);
        let mut counts: HashMap<String, (u64, String)> = HashMap::new();
        let mut looked_at = 0;
        for number in all.iter().step_by(step) {
            looked_at += 1;
            self.visit_spellings(*number, &mut |other, words, mention| {
                if other == entity {
                    let seen = counts.entry(words).or_insert_with(|| (0, mention.reason()));
                    seen.0 += 1;
                }
            })?;
        }
        let mut forms: Vec<(String, u64, String)> =
            counts.into_iter().map(|(form, (count, reason))| (form, count, reason)).collect();
        forms.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        Ok(Spellings { forms, sampled: looked_at, documents: all.len() })
    }

    /// Hands each mention of an entity in a document to `visit`, with its words on one
    /// line. The document is not segmented, so this is cheaper than reading it.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn visit_spellings(
        self,
        number: DocumentNumber,
        visit: &mut impl FnMut(EntityNumber, String, &StoredMention),
    ) -> Result<(), StoreError> {
        let mut body = self.archive.db.prepare_cached(
            "SELECT id, text, mentions, interned FROM documents
             JOIN bodies ON bodies.document = number
             JOIN annotations ON annotations.document = number WHERE number = ?1",
        )?;
        let (id, text, linked) = body.query_row([number], |row| {
            Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?, {
                let mentions: Vec<u8> = row.get(2)?;
                decode_mentions(&mentions, row.get_ref(3)?.as_str()?)
            }))
        })?;
        let text = codec::decode_text_column(&text)?;
        for mention in overlay::curated_mentions(&self.archive.db, &DocumentId(id), linked?)? {
            let Some(entity) = mention.entity() else { continue };
            let words = text.get(mention.mention.span.byte_range()).unwrap_or_default();
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            visit(entity, words, &mention);
        }
        Ok(())
    }

    /// Returns possible duplicates of an entity: entities with the same label
    /// that share a word of its name (for persons, of the family name) and that
    /// no user marked as different. Those in the most documents come first.
    pub fn possible_duplicates(
        self,
        entity: EntityNumber,
        limit: usize,
    ) -> Result<Vec<(StoredEntity, u64)>, StoreError> {
        let own = self.get(entity)?;
        let apart: Vec<String> = self.kept_apart(&own.id)?;
        let mut others = Vec::new();
        // Names in lists start with the family name: "Osei, Ama".
        let family = own.name.split(',').next().unwrap_or(&own.name);
        let words: Vec<&str> = match own.label {
            Label::Per => family.split_whitespace().last().into_iter().collect(),
            _ => vec![own.name.as_str()],
        };
        for word in words.iter().filter(|word| word.chars().count() > 2) {
            let same = entities_with_name(self.archive, word, Some(own.label))?;
            others.extend(same.into_iter().take(MAX_DUPLICATE_CANDIDATES));
        }
        others.retain(|other| *other != own.number);
        let mut rated = Vec::with_capacity(others.len());
        let mut surnames = BTreeSet::new();
        for other in others {
            if let Some(surname) = self.undecided_surname(other)? {
                surnames.insert(surname);
                continue;
            }
            let other = self.get(other)?;
            if !apart.contains(&other.id) {
                let documents = self.appearance_counts(other.number)?.0;
                rated.push((other, documents));
            }
        }
        for surname in surnames {
            if let Some(group) = self.surname_group(&group_id(&surname))? {
                let documents = group.members.len() as u64;
                rated.push((group.into_entity(), documents));
            }
        }
        rated.retain(|(_, documents)| *documents > 0);
        rated.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.id.cmp(&other.0.id)));
        rated.truncate(limit);
        Ok(rated)
    }

    /// Returns the ids of the entities that users marked as different from this
    /// one.
    pub fn kept_apart(self, id: &str) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT text FROM remarks WHERE kind = 'apart' AND entity = ?1
             UNION SELECT entity FROM remarks WHERE kind = 'apart' AND text = ?1";
        self.archive.query_strings(sql, [id])
    }

    /// Returns the remarks on an entity.
    pub fn remarks(self, id: &str) -> Result<Vec<Remark>, StoreError> {
        self.archive.query_remarks(
            "SELECT decision, kind, text FROM remarks WHERE entity = ?1 ORDER BY decision",
            [id],
        )
    }
}
