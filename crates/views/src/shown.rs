//! What a user means who asks to see something: a document by its id or address, or an
//! entity by its id or name.

use chancery_model::Label;
use chancery_store::{
    DocumentNumber, ListedEntity, Query, QueryField, QueryTerm, StoreError, parse_query, shown_name,
};

use crate::error::ViewError;
use crate::formatting::format_count;
use crate::session::ReadSession;

/// Entities that an error names.
const MAX_NAMED: usize = 8;

/// What is shown.
#[derive(Debug)]
pub enum Shown {
    /// A document.
    Document(DocumentNumber),
    /// The entity or group of surnames with this id.
    Entity(String),
}

/// Finds what is meant by an id, an address, `person:"name"` (`place:`, `org:`), or a name.
///
/// # Errors
/// If nothing has this name, or several entities have.
pub fn find_shown(session: &ReadSession<'_>, what: &str) -> Result<Shown, ViewError> {
    match session.archive.documents().find(what) {
        Ok(number) => return Ok(Shown::Document(number)),
        Err(StoreError::NotFound(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let entities = session.archive.entities();
    if let Ok(members) = entities.with_id(what) {
        // Only surnames have a card as a group.
        if members.len() > 1 && entities.surname_group(what)?.is_none() {
            let count = members.len();
            return Err(ViewError::Invalid(format!(
                "{what}: {count} documents have this name, perhaps of several entities: search for \
                 entity:{what}, or give the id of one"
            )));
        }
        return Ok(Shown::Entity(what.to_owned()));
    }
    let (label, name) = name_and_label(what);
    let mut found = session.current_searcher()?.entities_named(session.archive, &name)?;
    found.retain(|one| label.is_none_or(|label| one.label == label));
    match &found[..] {
        [] => Err(StoreError::NotFound(what.to_owned()).into()),
        [one] => Ok(Shown::Entity(one.id.to_string())),
        several => Err(ViewError::Invalid(several_in_words(what, several))),
    }
}

/// The name in `person:"henry kissinger"`, with its label; or the words themselves.
fn name_and_label(what: &str) -> (Option<Label>, String) {
    let plain = || (None, what.to_owned());
    let Ok(Query::Leaf(field, QueryTerm::Words(name))) = parse_query(what) else {
        return plain();
    };
    match field {
        QueryField::Person => (Some(Label::Per), name),
        QueryField::Place => (Some(Label::Loc), name),
        QueryField::Org => (Some(Label::Org), name),
        _ => plain(),
    }
}

/// Names the entities that a name may mean, on lines with their ids.
fn several_in_words(what: &str, several: &[ListedEntity]) -> String {
    let mut words =
        format!("{what}: {} entities have this name: give the id of one", several.len());
    for one in several.iter().take(MAX_NAMED) {
        let documents = format_count(u64::from(one.documents), "document");
        words += &format!(
            "\n  {}  {}  ({documents})",
            one.id,
            shown_name(&one.id, one.label, &one.name)
        );
    }
    let rest = several.len().saturating_sub(MAX_NAMED);
    if rest > 0 {
        words += &format!("\n  and {rest} more");
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_have_a_field() {
        for (what, label, name) in [
            ("person:\"henry kissinger\"", Some(Label::Per), "henry kissinger"),
            ("place:oslo", Some(Label::Loc), "oslo"),
            ("org:nsc", Some(Label::Org), "nsc"),
            ("henry kissinger", None, "henry kissinger"),
            ("\"henry kissinger", None, "\"henry kissinger"),
        ] {
            assert_eq!(name_and_label(what), (label, name.to_owned()), "{what}");
        }
    }
}
