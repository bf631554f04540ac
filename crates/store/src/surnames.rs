//! Surnames that nothing decided.
//!
//! "Smith" in twelve documents that say no more of him is twelve entities, one for
//! each document: the archive does not know which of them are one man. Twelve equal
//! rows would help no one, so lists show the entities of one surname as one row, a
//! [`SurnameGroup`]. Its id is that of the entities without their documents, and
//! `@*`: `entity:n-107ce35b4a23@*` finds all of them. An entity leaves its group when
//! a second document is known to speak of it, or when a user decides who it is.

use std::collections::HashMap;

use chancery_model::Label;
use rusqlite::{OptionalExtension, params};

use crate::analyzer;
use crate::archive::Archive;
use crate::codec;
use crate::error::StoreError;
use crate::numbers::{DocumentNumber, EntityNumber};
use crate::queries::StoredEntity;
use crate::query::entities_with_name;
use crate::views::Entities;

/// The end of the id of a group.
const GROUP_SUFFIX: &str = "@*";

/// Entities that may be a surname of one document. Their names are checked apart.
pub(crate) const MAY_BE_SURNAME: &str = "origin = 'engine' AND label = 'PER'
     AND user_label IS NULL AND user_name IS NULL AND merged_into IS NULL AND id GLOB 'n-*@*'";

/// Maximum number of candidates that are compared for a surname.
const MAX_CANDIDATES_COMPARED: usize = 500;

/// Maximum number of documents read for the company of a name.
const COMPANY_SAMPLE: usize = 200;

/// Maximum number of names in common that are returned.
const MAX_SHARED: usize = 3;

/// The entities of a surname that nothing decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurnameGroup {
    /// Id of the group.
    pub id: String,
    /// The surname.
    pub name: String,
    /// The entities, one for each document.
    pub members: Vec<EntityNumber>,
    /// The number of mentions.
    pub mentions: u64,
}

/// A person of the archive that a surname may stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurnameCandidate {
    /// The person.
    pub entity: StoredEntity,
    /// Number of documents that name the person.
    pub documents: u64,
    /// The first and the last date of these documents.
    pub dates: Option<(String, String)>,
    /// Names of others that documents of the person and of the surname have in
    /// common, the most telling first.
    pub shared: Vec<String>,
}

impl SurnameGroup {
    /// Returns the group as lists of entities show it. It has no number.
    pub(crate) fn into_entity(self) -> StoredEntity {
        let Self { id, name, .. } = self;
        StoredEntity { number: EntityNumber::default(), id, label: Label::Per, name }
    }
}

impl StoredEntity {
    /// Whether the entity is a surname and its id has the document.
    pub(crate) fn is_surname_of_document(&self) -> bool {
        self.id != id_without_document(&self.id) && is_bare_surname(&self.name)
    }

    /// Returns the name as lists show it, with what is open about a surname.
    pub fn shown_name(&self) -> String {
        shown_name(&self.id, &self.name)
    }
}

/// Returns the name of an entity as lists show it, with what is open about a surname.
pub fn shown_name(id: &str, name: &str) -> String {
    match is_surname_group(id) {
        true => format!("{name}, not told apart"),
        false => name.to_owned(),
    }
}

/// Whether this is the id of a [`SurnameGroup`].
pub fn is_surname_group(id: &str) -> bool {
    id.ends_with(GROUP_SUFFIX)
}

/// Returns an id without the document that tells it from others of its name.
pub(crate) fn id_without_document(id: &str) -> &str {
    match id.split_once('@') {
        Some((base, _)) if base.starts_with("n-") => base,
        _ => id,
    }
}

/// Returns the id of the group of entities whose id begins with `base`.
pub(crate) fn group_id(base: &str) -> String {
    format!("{base}{GROUP_SUFFIX}")
}

/// Returns the first and the last id, the last one not included, that `base` and a
/// document can have.
pub(crate) fn ids_of_base(base: &str) -> (String, String) {
    (format!("{base}@"), format!("{base}A"))
}

/// Whether a name is a family name alone: one word, after particles in small letters.
pub fn is_bare_surname(name: &str) -> bool {
    let mut words = name.split_whitespace().rev();
    words.next().is_some() && words.all(|word| word.chars().next().is_some_and(char::is_lowercase))
}

/// The family name of a person, whose name may begin with it: "Osei, Ama".
fn family_name(name: &str) -> &str {
    let family = name.split(',').next().unwrap_or(name);
    family.split_whitespace().last().unwrap_or(family)
}

impl Entities<'_> {
    /// Returns the base of the id of an entity that is a surname of one document and
    /// that nothing decided.
    pub(crate) fn undecided_surname(
        self,
        entity: EntityNumber,
    ) -> Result<Option<String>, StoreError> {
        let db = &self.archive.db;
        let sql = format!("SELECT id, name FROM entities WHERE number = ?1 AND {MAY_BE_SURNAME}");
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let found: Option<(String, String)> =
            db.prepare_cached(&sql)?.query_row([entity], row).optional()?;
        let Some((id, _)) = found.filter(|(_, name)| is_bare_surname(name)) else {
            return Ok(None);
        };
        let sql = "SELECT document FROM appearances WHERE entity = ?1 LIMIT 2";
        let documents: Vec<DocumentNumber> = self.archive.query_numbers(sql, [entity])?;
        Ok((documents.len() == 1).then(|| id_without_document(&id).to_owned()))
    }

    /// Returns the group of surnames with this id, if it has members.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn surname_group(self, id: &str) -> Result<Option<SurnameGroup>, StoreError> {
        let Some(base) = id.strip_suffix(GROUP_SUFFIX) else { return Ok(None) };
        let (first, last) = ids_of_base(base);
        let sql = format!(
            "SELECT number, max(name), sum(mentions) FROM entities
             JOIN appearances ON entity = number
             WHERE id >= ?1 AND id < ?2 AND {MAY_BE_SURNAME}
             GROUP BY number HAVING count(*) = 1 ORDER BY document"
        );
        let mut statement = self.archive.db.prepare_cached(&sql)?;
        let mut rows = statement.query([first, last])?;
        let mut group = SurnameGroup {
            id: id.to_owned(),
            name: String::new(),
            members: Vec::new(),
            mentions: 0,
        };
        while let Some(row) = rows.next()? {
            let name: String = row.get(1)?;
            if is_bare_surname(&name) {
                group.members.push(row.get(0)?);
                group.mentions += row.get::<_, i64>(2)? as u64;
                group.name = group.name.max(name);
            }
        }
        Ok((!group.members.is_empty()).then_some(group))
    }

    /// Returns the group to which an entity belongs: a surname of one document that
    /// nothing decided.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn group_of_surname(
        self,
        entity: EntityNumber,
    ) -> Result<Option<SurnameGroup>, StoreError> {
        match self.undecided_surname(entity)? {
            Some(base) => self.surname_group(&group_id(&base)),
            None => Ok(None),
        }
    }

    /// Returns the entity with this id, or those of a group with this id.
    ///
    /// # Errors
    /// If there is none.
    pub fn with_id(self, id: &str) -> Result<Vec<EntityNumber>, StoreError> {
        match self.surname_group(id)? {
            Some(group) => Ok(group.members),
            None => Ok(vec![self.find(id)?]),
        }
    }

    /// Returns the persons of this family name that the archive knows by more than
    /// the name, those of most documents first.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn surname_candidates(
        self,
        group: &SurnameGroup,
        limit: usize,
    ) -> Result<Vec<SurnameCandidate>, StoreError> {
        let family = analyzer::written_forms(family_name(&group.name));
        let named = entities_with_name(self.archive, &family.join(" "), Some(Label::Per))?;
        let mut rated = Vec::new();
        for number in named.into_iter().take(MAX_CANDIDATES_COMPARED) {
            let entity = self.get(number)?;
            let documents = self.appearance_counts(number)?.0;
            let is_other = analyzer::written_forms(family_name(&entity.name)) != family;
            if documents > 0 && !is_other && self.undecided_surname(number)?.is_none() {
                rated.push((entity, documents));
            }
        }
        rated.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.id.cmp(&other.0.id)));
        rated.truncate(limit);
        let theirs = self.company_of(&group.members)?;
        rated
            .into_iter()
            .map(|(entity, documents)| {
                let number = entity.number;
                let dates = self.dates_of(number)?;
                let shared = self.shared_company(number, &theirs)?;
                Ok(SurnameCandidate { entity, documents, dates, shared })
            })
            .collect()
    }

    /// The first and the last date of the documents that name an entity.
    fn dates_of(self, entity: EntityNumber) -> Result<Option<(String, String)>, StoreError> {
        let sql = "SELECT min(date), max(date) FROM appearances JOIN documents ON number = document
             WHERE entity = ?1";
        let row = |row: &rusqlite::Row<'_>| {
            Ok(row.get::<_, Option<String>>(0)?.zip(row.get::<_, Option<String>>(1)?))
        };
        Ok(self.archive.db.prepare_cached(sql)?.query_row([entity], row)?)
    }

    /// The entities that documents of these entities name, each with its number of
    /// such documents. At most [`COMPANY_SAMPLE`] documents are read.
    fn company_of(
        self,
        entities: &[EntityNumber],
    ) -> Result<HashMap<EntityNumber, u64>, StoreError> {
        let sql = "SELECT document FROM appearances WHERE entity = ?1 LIMIT ?2";
        let mut counted = self
            .archive
            .db
            .prepare_cached("SELECT entities FROM annotations WHERE document = ?1")?;
        let mut company = HashMap::new();
        let mut sampled = 0;
        for entity in entities {
            let left = COMPANY_SAMPLE - sampled;
            if left == 0 {
                break;
            }
            let documents: Vec<DocumentNumber> =
                self.archive.query_numbers(sql, params![entity, left as i64])?;
            sampled += documents.len();
            for document in documents {
                let named: Vec<u8> = counted.query_row([document], |row| row.get(0))?;
                for other in codec::decode_entities(&named) {
                    *company.entry(other).or_insert(0) += 1;
                }
            }
        }
        company.retain(|other, _| !entities.contains(other));
        Ok(company)
    }

    /// The names of the entities that are in both companies and seldom elsewhere, the
    /// most telling first.
    fn shared_company(
        self,
        person: EntityNumber,
        theirs: &HashMap<EntityNumber, u64>,
    ) -> Result<Vec<String>, StoreError> {
        let mut shared = Vec::new();
        let own = self.company_of(&[person])?;
        for (entity, count) in own.iter().filter_map(|(entity, own)| {
            theirs.get(entity).map(|theirs| (*entity, (*own).min(*theirs)))
        }) {
            let (documents, _) = self.appearance_counts(entity)?;
            shared.push((count as f64 / documents.max(1) as f64, entity));
        }
        shared.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        shared.truncate(MAX_SHARED);
        shared.into_iter().map(|(_, entity)| Ok(self.get(entity)?.name)).collect()
    }
}

/// Marks the only document of a surname for reindexing, after a second document of
/// the entity came or went.
pub(crate) fn mark_surname(archive: &Archive, entity: EntityNumber) -> Result<(), StoreError> {
    let sql = "SELECT 1 FROM entities WHERE number = ?1 AND label = 'PER' AND id GLOB 'n-*@*'";
    if !archive.db.prepare_cached(sql)?.exists([entity])? {
        return Ok(());
    }
    let sql = "SELECT document FROM appearances WHERE entity = ?1 LIMIT 3";
    let documents: Vec<DocumentNumber> = archive.query_numbers(sql, [entity])?;
    if documents.len() < 3 {
        let batch = archive.last_batch()?.next();
        let sql = "UPDATE documents SET batch = ?1 WHERE number = ?2";
        for document in documents {
            archive.db.prepare_cached(sql)?.execute(params![batch, document])?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surnames_are_bare_without_given_names() {
        for name in ["Smith", "van der Velde", "de Gaulle", "bin Laden", "O’Neill", "Chou"] {
            assert!(is_bare_surname(name), "{name}");
        }
        for name in ["", "Ama Osei", "Osei, Ama", "J. Smith", "De Gaulle", "Van Buren"] {
            assert!(!is_bare_surname(name), "{name}");
        }
        assert_eq!(family_name("Osei, Ama"), "Osei");
        assert_eq!(family_name("Louis de Guiringaud"), "Guiringaud");
        assert_eq!(id_without_document("n-1a@2b.0.3"), "n-1a");
        assert_eq!(id_without_document("list:x@y"), "list:x@y");
    }
}
