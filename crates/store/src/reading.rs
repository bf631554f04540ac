//! What a page shows of a document or entity beside its words: neighbours,
//! what cites it, raw bytes, remarks, the spellings of a name.
//!
//! Every look-up here is bounded: an entity that stands in every document of
//! a large archive is answered from a sample, and says so.

use std::collections::{BTreeSet, HashMap};
use std::str::FromStr;

use chancery_model::{Document, DocumentId, Label, RawSpan, TextSpan};
use rusqlite::{OptionalExtension, params};
use serde::Serialize;

use crate::archive::{Archive, Held};
use crate::arrived::PIECE;
use crate::effective::{self, Named};
use crate::error::StoreError;
use crate::matches::Wanted;
use crate::pack;
use crate::query::{Query, named};

/// Entities that are looked at for doubts.
const MOST_ALIKE: usize = 200;

/// Who or what an entity is: its class and name are those that people gave it,
/// where they did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its number in this archive.
    pub number: i64,
    /// Its id.
    pub id: String,
    /// Its class.
    pub class: Label,
    /// Its name.
    pub name: String,
}

/// A remark: a tag, a note, or that an entity is not another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The record of the log that made it.
    pub record: i64,
    /// What it is.
    pub kind: RemarkKind,
    /// Its words; of [`RemarkKind::Apart`] the other entity's id.
    pub words: String,
}

/// What people remark on a document or entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RemarkKind {
    /// A word to find it by.
    Tag,
    /// What somebody has to say of it.
    Note,
    /// It is not the same as another entity.
    Apart,
}

impl RemarkKind {
    /// As tables and the program's answers have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Note => "note",
            Self::Apart => "apart",
        }
    }
}

impl FromStr for RemarkKind {
    type Err = StoreError;

    fn from_str(name: &str) -> Result<Self, StoreError> {
        let kinds = [Self::Tag, Self::Note, Self::Apart];
        let known = kinds.into_iter().find(|kind| kind.as_str() == name);
        known.ok_or_else(|| StoreError::Damaged(format!("{name:?} is no kind of remark")))
    }
}

/// How the documents of an archive spell an entity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spellings {
    /// Each spelling, how often, and why it was taken for the entity; the
    /// most frequent first.
    pub forms: Vec<(String, u64, String)>,
    /// Documents that were looked at.
    pub looked_at: usize,
    /// Documents that name it.
    pub documents: usize,
}

/// The documents before and after one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// The one before.
    pub before: Option<i64>,
    /// The one after.
    pub after: Option<i64>,
}

impl Archive {
    /// How much of the tables this connection keeps in memory, in MiB: 64
    /// unless it is told otherwise. Who has several connections wants less.
    pub fn keep(&self, size: i32) -> Result<(), StoreError> {
        Ok(self.db.pragma_update(None, "cache_size", size.saturating_mul(-1024))?)
    }

    /// A document and its names, not cut into words. All of them lie in its
    /// text, whatever a damaged row says.
    pub fn named(&self, number: i64) -> Result<(Document, Vec<Named>), StoreError> {
        let (document, linked) = self.machine(number)?;
        let names = effective::names(&self.db, &document.id, linked)?;
        pack::inside(document.id, &document.text, names.iter().map(|name| name.mention.span))?;
        Ok((document, names))
    }

    /// The entity of a number, as [`Named::entity`] and facets have it.
    pub fn known(&self, number: i64) -> Result<Known, StoreError> {
        let sql = "SELECT number, id, coalesce(given_class, class), coalesce(given_name, name)
             FROM entities WHERE number = ?1";
        let row = self.db.prepare_cached(sql)?.query_row([number], |row| {
            Ok(Known {
                number: row.get(0)?,
                id: row.get(1)?,
                class: effective::class_of(&row.get::<_, String>(2)?),
                name: row.get(3)?,
            })
        });
        row.optional()?.ok_or_else(|| StoreError::Unknown(format!("entity {number}")))
    }

    /// How many documents name an entity, and how often.
    pub fn appearances(&self, entity: i64) -> Result<(u64, u64), StoreError> {
        let sql = "SELECT count(*), coalesce(sum(mentions), 0) FROM appearances WHERE entity = ?1";
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
        let (documents, mentions) = self.db.prepare_cached(sql)?.query_row([entity], row)?;
        Ok((documents as u64, mentions as u64))
    }

    /// The spellings of an entity in at most `sample` of its documents, taken
    /// evenly from all.
    pub fn spellings(&self, entity: i64, sample: usize) -> Result<Spellings, StoreError> {
        let sql = "SELECT document FROM appearances WHERE entity = ?1";
        let all = self.numbers(sql, [entity])?;
        let step = all.len().div_ceil(sample.max(1)).max(1);
        let mut counts: HashMap<String, (u64, String)> = HashMap::new();
        let mut looked_at = 0;
        let mut body = self.db.prepare_cached(
            "SELECT id, text, mentions, reasons FROM documents
             JOIN bodies ON bodies.document = number
             JOIN annotations ON annotations.document = number WHERE number = ?1",
        )?;
        for number in all.iter().step_by(step) {
            looked_at += 1;
            let (id, text, linked) = body.query_row([number], |row| {
                Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?, {
                    let mentions: Vec<u8> = row.get(2)?;
                    pack::unpack_mentions(&mentions, row.get_ref(3)?.as_str()?)
                }))
            })?;
            let text = pack::string(&text)?;
            for name in effective::names(&self.db, &DocumentId(id), linked?)? {
                if name.entity != Some(entity) {
                    continue;
                }
                let words = text.get(name.mention.span.range()).unwrap_or_default();
                let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
                let seen = counts.entry(words).or_insert_with(|| (0, name.reason));
                seen.0 += 1;
            }
        }
        let mut forms: Vec<(String, u64, String)> =
            counts.into_iter().map(|(form, (count, why))| (form, count, why)).collect();
        forms.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        Ok(Spellings { forms, looked_at, documents: all.len() })
    }

    /// Entities of the class of this one that share a word of its name and
    /// were not told apart from it: they may be the same. Those named in most
    /// documents first.
    pub fn alike(&self, entity: i64, limit: usize) -> Result<Vec<(Known, u64)>, StoreError> {
        let own = self.known(entity)?;
        let apart: Vec<String> = self.apart_from(&own.id)?;
        let mut others = Vec::new();
        // Names in lists begin with the family name: "Osei, Ama".
        let family = own.name.split(',').next().unwrap_or(&own.name);
        let words: Vec<&str> = match own.class {
            Label::Per => family.split_whitespace().last().into_iter().collect(),
            _ => vec![own.name.as_str()],
        };
        for word in words.iter().filter(|word| word.chars().count() > 2) {
            let same = named(self, word, Some(own.class))?;
            others.extend(same.into_iter().take(MOST_ALIKE));
        }
        others.retain(|other| *other != own.number);
        let mut rated = Vec::with_capacity(others.len());
        for other in others {
            let other = self.known(other)?;
            if !apart.contains(&other.id) {
                let documents = self.appearances(other.number)?.0;
                rated.push((other, documents));
            }
        }
        rated.retain(|(_, documents)| *documents > 0);
        rated.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.id.cmp(&other.0.id)));
        rated.truncate(limit);
        Ok(rated)
    }

    /// The ids of the entities that people told apart from this one.
    pub fn apart_from(&self, id: &str) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT words FROM remarks WHERE kind = 'apart' AND entity = ?1
             UNION SELECT entity FROM remarks WHERE kind = 'apart' AND words = ?1";
        self.strings(sql, [id])
    }

    /// The remarks on a document.
    pub fn remarks_on_document(&self, id: &DocumentId) -> Result<Vec<Remark>, StoreError> {
        self.remarks(
            "SELECT log, kind, words FROM remarks WHERE document = ?1 ORDER BY log",
            [id.0],
        )
    }

    /// The remarks on an entity.
    pub fn remarks_on_entity(&self, id: &str) -> Result<Vec<Remark>, StoreError> {
        self.remarks("SELECT log, kind, words FROM remarks WHERE entity = ?1 ORDER BY log", [id])
    }

    /// The remarks on a document and on these entities.
    pub(crate) fn remarks_for(
        &self,
        id: &DocumentId,
        entities: &BTreeSet<i64>,
    ) -> Result<Vec<Remark>, StoreError> {
        let numbers = serde_json::to_string(entities).expect("plain data");
        let sql = "SELECT log, kind, words FROM remarks WHERE document = ?1 UNION ALL
             SELECT log, kind, words FROM remarks WHERE entity IN (SELECT id FROM entities
                 WHERE number IN (SELECT value FROM json_each(?2)))";
        self.remarks(sql, params![id.0, numbers])
    }

    fn remarks(&self, sql: &str, with: impl rusqlite::Params) -> Result<Vec<Remark>, StoreError> {
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(with)?;
        let mut remarks = Vec::new();
        while let Some(row) = rows.next()? {
            let kind = row.get::<_, String>(1)?.parse()?;
            remarks.push(Remark { record: row.get(0)?, kind, words: row.get(2)? });
        }
        Ok(remarks)
    }

    /// The document of a cable id, if it is here.
    pub fn of_reference(&self, reference: &str) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT number FROM documents WHERE reference = ?1 ORDER BY section, number";
        Ok(self.numbers(sql, [reference])?.first().copied())
    }

    /// The documents beside one: in its post's series, or, where it has no
    /// serial, in its file.
    pub fn neighbours(&self, number: i64) -> Result<Neighbours, StoreError> {
        let sql = "SELECT post, substr(date, 1, 4), serial FROM documents WHERE number = ?1
             AND post IS NOT NULL AND date IS NOT NULL AND serial IS NOT NULL";
        let series: Option<(String, String, i64)> = self
            .db
            .prepare_cached(sql)?
            .query_row([number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let one = |sql: &str, with: &[&dyn rusqlite::ToSql]| -> Result<Option<i64>, StoreError> {
            Ok(self.numbers(sql, with)?.first().copied())
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
        // Documents of one file come in the order in which they stand in it.
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

    /// The bytes at `span` of the file that a document's offsets point to;
    /// nothing where the archive does not keep them.
    pub fn raw_of(&self, number: i64, span: RawSpan) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT files.number FROM documents JOIN files ON files.number = documents.file
             WHERE documents.number = ?1 AND kept = 1";
        let Some(file) = self.numbers(sql, [number])?.first().copied() else { return Ok(None) };
        let range = span.range();
        let (first, last) = (range.start / PIECE, range.end.div_ceil(PIECE));
        let sql = "SELECT bytes FROM raw WHERE file = ?1 AND piece >= ?2 AND piece < ?3
             ORDER BY piece";
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(params![file, first as i64, last as i64])?;
        let mut bytes = Vec::new();
        while let Some(row) = rows.next()? {
            bytes.extend(pack::expand(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?)?);
        }
        let start = range.start - first * PIECE;
        let end = (start + range.len()).min(bytes.len());
        Ok(Some(bytes.get(start..end).unwrap_or_default().to_vec()))
    }

    /// The places in a document that answer a query, in order.
    pub fn places(&self, query: &Query, held: &Held) -> Result<Vec<TextSpan>, StoreError> {
        let places = Wanted::of(self, query)?.places(held);
        Ok(places.into_iter().map(|(span, _)| span).collect())
    }
}
