//! Queries in words: "Henry A. Kissinger", "Post: PORT LOUIS", "1957 to 1959". Ids of
//! entities are for programs; people see names.

use std::collections::BTreeMap;

use chancery_store::{Query, QueryField, QueryTerm};

use crate::error::ViewError;
use crate::limits::parse_limited_query;
use crate::session::ReadSession;

/// Names of the entities of a query, by id.
#[derive(Clone, Debug, Default)]
pub struct EntityNames(BTreeMap<String, String>);

impl EntityNames {
    /// Reads the names of the entities that a query asks for. Those that the archive no
    /// longer has are left out.
    pub fn of_query(session: &ReadSession<'_>, query: &Query) -> Result<Self, ViewError> {
        let mut names = BTreeMap::new();
        let entities = session.archive.entities();
        for id in entity_ids(query) {
            let name = match entities.listed_surname_group(&id)? {
                Some(group) => Some(group.shown_name()),
                None => match entities.find(&id) {
                    Ok(number) => Some(entities.get(number)?.shown_name()),
                    Err(_) => None,
                },
            };
            names.extend(name.map(|name| (id, name)));
        }
        Ok(Self(names))
    }

    /// Describes a query.
    pub fn describe(&self, query: &Query) -> String {
        match query {
            Query::All => "all documents".to_owned(),
            Query::Leaf(field, term) => self.describe_leaf(*field, term),
            Query::Not(inner) => format!("not {}", self.describe(inner)),
            Query::And(terms) => self.describe_list(terms, " + "),
            Query::Or(terms) => self.describe_list(terms, " or "),
        }
    }

    fn describe_list(&self, terms: &[Query], separator: &str) -> String {
        let words: Vec<String> = terms.iter().map(|term| self.describe(term)).collect();
        words.join(separator)
    }

    fn describe_leaf(&self, field: QueryField, term: &QueryTerm) -> String {
        let printed = match term {
            QueryTerm::Words(words) => words.clone(),
            other => Query::Leaf(QueryField::Text, other.clone()).to_string(),
        };
        match field {
            QueryField::Text => match term {
                QueryTerm::Words(words) if words.contains(char::is_whitespace) => {
                    format!("“{words}”")
                }
                _ => printed,
            },
            QueryField::Entity => {
                let id = entity_id(term).unwrap_or_default();
                self.0
                    .get(&id)
                    .cloned()
                    .unwrap_or_else(|| "a name that no longer exists".to_owned())
            }
            QueryField::Date => match printed.split_once("..") {
                Some(("", last)) => format!("until {last}"),
                Some((first, "")) => format!("from {first}"),
                Some((first, last)) => format!("{first} to {last}"),
                None => printed,
            },
            field => {
                let named = entity_id(term).filter(|_| is_party(field));
                let named = named.and_then(|id| self.0.get(&id).cloned());
                let words = named.unwrap_or_else(|| printed.replace('_', " "));
                format!("{}: {words}", field_title(field))
            }
        }
    }
}

/// The name of a field for people.
fn field_title(field: QueryField) -> &'static str {
    match field {
        QueryField::Text => "Text",
        QueryField::From => "From",
        QueryField::To => "To",
        QueryField::Post => "Post",
        QueryField::Date => "Date",
        QueryField::Tag => "TAGS",
        QueryField::Keyword => "Keyword",
        QueryField::Classification => "Classification",
        QueryField::Marking => "Marking",
        QueryField::Subject => "Subject",
        QueryField::Reference => "References",
        QueryField::Person => "Person",
        QueryField::Place => "Place",
        QueryField::Org => "Organisation",
        QueryField::Office => "Office",
        QueryField::Entity => "Name",
        QueryField::Path => "File",
        QueryField::Note => "Note",
        QueryField::Footnote => "Footnote",
        QueryField::Said => "Said by",
        QueryField::Told => "Told to",
        QueryField::About => "Said about",
        QueryField::Met => "Met",
        QueryField::In => "Act in",
        QueryField::Stem => "Any form",
        QueryField::Near => "Near",
        QueryField::Like => "Like",
        QueryField::Copies => "Near-duplicates",
    }
}

/// Whether a field takes the id of an entity beside names.
fn is_party(field: QueryField) -> bool {
    matches!(field, QueryField::Said | QueryField::Told | QueryField::Met | QueryField::In)
}

/// Returns the id of an entity, or of a group of surnames, in a term.
pub(crate) fn entity_id(term: &QueryTerm) -> Option<String> {
    match term {
        QueryTerm::Words(id) => Some(id.clone()),
        // The parser takes the asterisk of a group for that of a prefix.
        QueryTerm::Prefix(id) => Some(format!("{id}*")),
        _ => None,
    }
}

fn entity_ids(query: &Query) -> Vec<String> {
    match query {
        Query::Leaf(field, term) if *field == QueryField::Entity || is_party(*field) => {
            entity_id(term).into_iter().collect()
        }
        Query::And(inner) | Query::Or(inner) => inner.iter().flat_map(entity_ids).collect(),
        Query::Not(inner) => entity_ids(inner),
        Query::All | Query::Leaf(..) => Vec::new(),
    }
}

/// Parts a query into what a search box shows, and terms with ids of entities, which
/// only programs can read.
pub fn part_entities(query: &Query) -> (Query, Query) {
    let has_entity = |term: &Query| !entity_ids(term).is_empty();
    let (mut shown, mut hidden) = (Query::All, Query::All);
    for term in query.terms() {
        match has_entity(term) {
            true => hidden = hidden.and(term.clone()),
            false => shown = shown.and(term.clone()),
        }
    }
    (shown, hidden)
}

/// A query with the names of its entities.
pub struct NamedQuery {
    /// As it was typed.
    pub typed: String,
    /// The query.
    pub query: Query,
    /// Names of its entities.
    pub names: EntityNames,
}

impl NamedQuery {
    /// Reads a query that was typed.
    ///
    /// # Errors
    /// If it is invalid or too long.
    pub fn read(session: &ReadSession<'_>, typed: &str) -> Result<Self, ViewError> {
        let query = parse_limited_query(typed)?;
        let names = EntityNames::of_query(session, &query)?;
        Ok(Self { typed: typed.to_owned(), query, names })
    }
}

/// Describes a query that was typed.
pub fn describe_typed(session: &ReadSession<'_>, typed: &str) -> Result<String, ViewError> {
    let query = crate::query_reading::read_query(typed)?.query;
    Ok(EntityNames::of_query(session, &query)?.describe(&query))
}

#[cfg(test)]
mod tests {
    use chancery_store::parse_query;

    use super::*;

    #[test]
    fn queries_are_described_without_ids() {
        let names = [("people:1", "Osei, Ama"), ("n-1@*", "Osei, not identified")];
        let names = EntityNames(names.map(|(id, name)| (id.to_owned(), name.to_owned())).into());
        for (query, words) in [
            ("", "all documents"),
            ("missile", "missile"),
            ("\"missile sites\" NOT cuba", "“missile sites” + not cuba"),
            ("entity:people:1 missile", "Osei, Ama + missile"),
            ("entity:n-1@*", "Osei, not identified"),
            ("entity:people:2", "a name that no longer exists"),
            ("post:\"PORT LOUIS\"", "Post: PORT LOUIS"),
            ("date:1957..1959", "1957 to 1959"),
            ("date:..1959", "until 1959"),
            ("date:1957", "1957"),
            ("a OR b", "a or b"),
            ("classification:top_secret", "Classification: top secret"),
        ] {
            assert_eq!(names.describe(&parse_query(query).expect(query)), words, "{query}");
        }
    }

    #[test]
    fn ids_are_parted_from_what_was_typed() {
        for (query, shown, hidden) in [
            ("missile entity:people:1", "missile", "entity:people:1"),
            ("entity:people:1", "", "entity:people:1"),
            ("missile NOT entity:people:1", "missile", "NOT entity:people:1"),
            ("missile post:x", "missile post:x", ""),
        ] {
            let (left, right) = part_entities(&parse_query(query).expect(query));
            assert_eq!((left.to_string(), right.to_string()), (shown.into(), hidden.into()));
        }
    }
}
