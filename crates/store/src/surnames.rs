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
use rusqlite::params;

use crate::analyzer;
use crate::codec;
use crate::error::StoreError;
use crate::numbers::{DocumentNumber, EntityNumber};
use crate::queries::StoredEntity;
use crate::query::entities_with_name;
use crate::surname_ids::{
    GROUP_SUFFIX, MAY_BE_SURNAME, group_id, id_without_document, ids_of_base, is_bare_surname,
    shown_name,
};
use crate::views::Entities;

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

    /// Returns the name as people read it.
    pub fn shown_name(&self) -> String {
        shown_name(&self.id, self.label, &self.name)
    }
}

/// The family name of a person, whose name may begin with it: "Osei, Ama".
fn family_name(name: &str) -> &str {
    let family = name.split(',').next().unwrap_or(name);
    family.split_whitespace().last().unwrap_or(family)
}

impl Entities<'_> {
    /// Returns the group of surnames with this id, if it has members.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn surname_group(self, id: &str) -> Result<Option<SurnameGroup>, StoreError> {
        let Some(base) = id.strip_suffix(GROUP_SUFFIX) else { return Ok(None) };
        // CROSS JOIN and the plus keep SQLite from reading all appearances, or all entities
        // in the order of their numbers.
        let (first, last) = ids_of_base(base);
        let sql = format!(
            "SELECT number, max(name), sum(mentions) FROM entities
             CROSS JOIN appearances ON entity = number
             WHERE id >= ?1 AND id < ?2 AND {MAY_BE_SURNAME}
             GROUP BY +number HAVING count(*) = 1 ORDER BY document"
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

    /// Returns the group of surnames with this id as lists show it. Its members are not
    /// returned: a frequent surname has thousands.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn listed_surname_group(self, id: &str) -> Result<Option<StoredEntity>, StoreError> {
        let mut best: Option<String> = None;
        self.visit_surnames(id, &mut |member, name| {
            let is_better = best.as_deref().is_none_or(|best| name > best);
            if is_better && self.undecided_surname(member)?.is_some() {
                best = Some(name.to_owned());
            }
            Ok(true)
        })?;
        let group = |name| {
            let (number, id) = (EntityNumber::default(), id.to_owned());
            StoredEntity { number, id, label: Label::Per, name }
        };
        Ok(best.map(group))
    }

    /// Whether there is a group of surnames with this id.
    pub(crate) fn is_surname_group_here(self, id: &str) -> Result<bool, StoreError> {
        let mut is_here = false;
        self.visit_surnames(id, &mut |member, _| {
            is_here = self.undecided_surname(member)?.is_some();
            Ok(!is_here)
        })?;
        Ok(is_here)
    }

    /// Hands the entities that may be members of a group to `visit`, with their names,
    /// until it returns `false`.
    fn visit_surnames(
        self,
        id: &str,
        visit: &mut dyn FnMut(EntityNumber, &str) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let Some(base) = id.strip_suffix(GROUP_SUFFIX) else { return Ok(()) };
        let (first, last) = ids_of_base(base);
        let sql = format!(
            "SELECT number, name FROM entities WHERE id >= ?1 AND id < ?2 AND {MAY_BE_SURNAME}"
        );
        let mut statement = self.archive.db.prepare_cached(&sql)?;
        let mut rows = statement.query([first, last])?;
        while let Some(row) = rows.next()? {
            let name = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
            if !visit(row.get(0)?, name)? {
                break;
            }
        }
        Ok(())
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

    /// Returns the entity with this id, or those of a group with this id: surnames that
    /// nothing decided, or organisations of one name, each of one document.
    ///
    /// # Errors
    /// If there is none.
    pub fn with_id(self, id: &str) -> Result<Vec<EntityNumber>, StoreError> {
        if let Some(group) = self.surname_group(id)? {
            return Ok(group.members);
        }
        let members = match id.strip_suffix(GROUP_SUFFIX) {
            Some(base) => {
                let (first, last) = ids_of_base(base);
                let sql = "SELECT number FROM entities
                     WHERE id >= ?1 AND id < ?2 AND merged_into IS NULL";
                self.archive.query_numbers(sql, [first, last])?
            }
            None => Vec::new(),
        };
        if members.is_empty() { Ok(vec![self.find(id)?]) } else { Ok(members) }
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
                let shared = self.shared_company(&[number], &theirs)?;
                Ok(SurnameCandidate { entity, documents, dates, shared })
            })
            .collect()
    }

    /// Returns the names of others that documents of both have in common and that are
    /// seldom elsewhere, the most telling first. Each is an entity or a group.
    ///
    /// # Errors
    /// If one does not exist, or the archive cannot be read.
    pub fn company_in_common(self, one: &str, other: &str) -> Result<Vec<String>, StoreError> {
        let (one, other) = (self.with_id(one)?, self.with_id(other)?);
        let theirs = self.company_of(&other)?;
        self.shared_company(&one, &theirs)
    }

    /// Returns the first and the last date of the documents that name an entity.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn dates_of(self, entity: EntityNumber) -> Result<Option<(String, String)>, StoreError> {
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
        persons: &[EntityNumber],
        theirs: &HashMap<EntityNumber, u64>,
    ) -> Result<Vec<String>, StoreError> {
        let mut shared = Vec::new();
        let own = self.company_of(persons)?;
        for (entity, count) in own.iter().filter_map(|(entity, own)| {
            theirs.get(entity).map(|theirs| (*entity, (*own).min(*theirs)))
        }) {
            let (documents, _) = self.appearance_counts(entity)?;
            shared.push((count as f64 / documents.max(1) as f64, entity));
        }
        shared.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        shared.truncate(MAX_SHARED);
        shared.into_iter().map(|(_, entity)| Ok(self.get(entity)?.shown_name())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn family_names_are_first_or_last() {
        assert_eq!(family_name("Osei, Ama"), "Osei");
        assert_eq!(family_name("Louis de Guiringaud"), "Guiringaud");
    }
}
