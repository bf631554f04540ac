//! All entities that documents name, with the number of these documents and their
//! dates: for indexes of people, places and organisations, and for suggestions while
//! a user types.
//!
//! The index counts, the tables have the names. The names are read once for each
//! snapshot of the index, in time and memory linear in the number of entities: about
//! 100 bytes each.

use std::collections::HashMap;
use std::sync::Arc;

use chancery_model::Label;

use crate::archive::Archive;
use crate::codec::label_from_name;
use crate::error::StoreError;
use crate::numbers::EntityNumber;
use crate::surname_ids::{
    MAY_BE_SURNAME, group_id, id_without_document, is_bare_surname, shown_name,
};

/// An entity, or the surnames of a group, with the documents that name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedEntity {
    /// Id of the entity or group.
    pub id: Arc<str>,
    /// Label of the entity.
    pub label: Label,
    /// Name of the entity.
    pub name: Arc<str>,
    /// Number of documents that name it.
    pub documents: u32,
    /// First and last day of these documents, as 19750503; 0 if none has a date. Month
    /// and day are 0 if unknown.
    pub days: (u32, u32),
    /// Whether this is a group of surnames that nothing decided.
    pub is_group: bool,
}

impl ListedEntity {
    /// Returns the name as people read it.
    pub fn shown_name(&self) -> String {
        shown_name(&self.id, self.label, &self.name)
    }
}

/// The entities that some documents name, those in the most documents first.
#[derive(Debug, Default)]
pub struct EntityList {
    /// The entities.
    pub entities: Vec<ListedEntity>,
    /// Place in `entities` by number of the entity.
    places: HashMap<u32, u32>,
}

impl EntityList {
    /// Returns the place in `entities` of the entity with this number, or of its group.
    pub fn place(&self, number: EntityNumber) -> Option<usize> {
        self.places.get(&(number.0 as u32)).map(|place| *place as usize)
    }

    /// Returns the entities with these numbers that are in the list, in its order.
    pub(crate) fn of_numbers(&self, numbers: &[EntityNumber]) -> Vec<ListedEntity> {
        let mut places: Vec<usize> =
            numbers.iter().filter_map(|number| self.place(*number)).collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().map(|place| self.entities[place].clone()).collect()
    }
}

/// An entity that can be counted.
#[derive(Debug)]
pub(crate) struct NamedEntity {
    number: u32,
    entity: ListedEntity,
    may_be_surname: bool,
}

/// Documents of an entity, and their first and last day.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct EntityCount {
    pub(crate) documents: u32,
    pub(crate) days: (u32, u32),
}

impl EntityCount {
    pub(crate) fn add(&mut self, other: Self) {
        self.documents += other.documents;
        self.days = match (self.days, other.days) {
            ((0, _), days) | (days, (0, _)) => days,
            (own, days) => (own.0.min(days.0), own.1.max(days.1)),
        };
    }
}

/// Reads the names of all entities.
pub(crate) fn read_names(archive: &Archive) -> Result<Vec<NamedEntity>, StoreError> {
    let sql = format!(
        "SELECT number, id, coalesce(user_label, label), coalesce(user_name, name),
             {MAY_BE_SURNAME} FROM entities WHERE merged_into IS NULL"
    );
    let mut statement = archive.db.prepare_cached(&sql)?;
    let rows = statement.query_map([], |row| {
        let name: Arc<str> = row.get::<_, String>(3)?.into();
        Ok(NamedEntity {
            number: row.get(0)?,
            may_be_surname: row.get::<_, bool>(4)? && is_bare_surname(&name),
            entity: ListedEntity {
                id: row.get::<_, String>(1)?.into(),
                label: label_from_name(&row.get::<_, String>(2)?),
                name,
                documents: 0,
                days: (0, 0),
                is_group: false,
            },
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Lists the entities that were counted, with the surnames of one document in groups.
pub(crate) fn list_counted(names: &[NamedEntity], counts: &[EntityCount]) -> EntityList {
    let mut entities: Vec<(ListedEntity, Vec<u32>)> = Vec::new();
    let mut groups: HashMap<&str, usize> = HashMap::new();
    for NamedEntity { number, entity, may_be_surname } in names {
        let count = counts.get(*number as usize).copied().unwrap_or_default();
        if count.documents == 0 {
            continue;
        }
        let own = || {
            let (documents, days) = (count.documents, count.days);
            (ListedEntity { documents, days, ..entity.clone() }, vec![*number])
        };
        if !may_be_surname || count.documents > 1 {
            entities.push(own());
            continue;
        }
        let base = id_without_document(&entity.id);
        let Some(&group) = groups.get(base) else {
            groups.insert(base, entities.len());
            entities.push(own());
            continue;
        };
        let (group, members) = &mut entities[group];
        let mut sum = EntityCount { documents: group.documents, days: group.days };
        sum.add(count);
        (group.documents, group.days) = (sum.documents, sum.days);
        group.is_group = true;
        members.push(*number);
        group.id = group_id(base).into();
    }
    let order = |one: &(ListedEntity, Vec<u32>), other: &(ListedEntity, Vec<u32>)| {
        other.0.documents.cmp(&one.0.documents).then_with(|| one.0.id.cmp(&other.0.id))
    };
    entities.sort_unstable_by(order);
    let mut list = EntityList::default();
    for (place, (entity, members)) in (0..).zip(entities) {
        list.places.extend(members.into_iter().map(|number| (number, place)));
        list.entities.push(entity);
    }
    list
}
