//! Names and ids of surnames that nothing decided; see [`crate::surnames`].

use chancery_model::Label;
use rusqlite::{OptionalExtension, params};

use crate::archive::Archive;
use crate::error::StoreError;
use crate::numbers::{DocumentNumber, EntityNumber};
use crate::views::Entities;

/// The end of the id of a group.
pub(crate) const GROUP_SUFFIX: &str = "@*";

/// Entities that may be a surname of one document. Their names are checked apart.
pub(crate) const MAY_BE_SURNAME: &str = "origin = 'engine' AND label = 'PER'
     AND user_label IS NULL AND user_name IS NULL AND merged_into IS NULL AND id GLOB 'n-*@*'";

/// Whether this is the id of a group of surnames.
pub fn is_surname_group(id: &str) -> bool {
    id.ends_with(GROUP_SUFFIX)
}

/// Returns an id without the document that tells it from others of its name.
pub fn id_without_document(id: &str) -> &str {
    match id.split_once('@') {
        Some((base, _)) if base.starts_with("n-") => base,
        _ => id,
    }
}

/// Returns the id of the group of entities whose id begins with `base`.
pub fn group_id(base: &str) -> String {
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

/// Returns the name of an entity as people read it: that of a person in the order of a
/// text, with what is open about a surname. All that show a name to people use it.
pub fn shown_name(id: &str, label: Label, name: &str) -> String {
    let name = match label {
        Label::Per => name_in_text_order(name),
        _ => name.to_owned(),
    };
    name_with_doubt(id, name)
}

/// Returns a name with what is open about it: a group is not identified.
pub fn name_with_doubt(id: &str, name: String) -> String {
    match is_surname_group(id) {
        true => format!("{name}, not identified"),
        false => name,
    }
}

/// Parts of a name that follow the family name.
const SUFFIXES: [&str; 6] = ["jr", "sr", "ii", "iii", "iv", "esq"];

/// Returns a name that a list may have written, in the order of a text: "Osei, Ama B.
/// (Abena)" is "Ama B. Osei". Other names stay as they are.
fn name_in_text_order(name: &str) -> String {
    let is_suffix =
        |part: &str| SUFFIXES.contains(&part.trim_end_matches('.').to_ascii_lowercase().as_str());
    let plain = name.split(['(', '[']).next().unwrap_or(name);
    let parts: Vec<&str> =
        plain.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    // "Elizabeth II, Queen of England" has a title and no given name.
    let is_given = |part: &str| !is_suffix(part) && !part.contains(" of ");
    match parts[..] {
        [family, given] if is_given(given) => format!("{given} {family}"),
        [family, given, suffix] | [family, suffix, given]
            if is_suffix(suffix) && is_given(given) =>
        {
            format!("{given} {family} {suffix}")
        }
        _ => name.to_owned(),
    }
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
        let sql = "UPDATE stored_documents SET batch = ?1 WHERE number = ?2";
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
    fn names_of_people_have_one_order() {
        for (written, shown) in [
            ("Osei, Ama B. (Abena)", "Ama B. Osei"),
            ("Osei, Ama", "Ama Osei"),
            ("Ama Osei", "Ama Osei"),
            ("Ama Osei (Abena)", "Ama Osei (Abena)"),
            ("Osei, Kofi, Jr.", "Kofi Osei Jr."),
            ("Osei, Jr., Kofi", "Kofi Osei Jr."),
            ("Kofi Osei, Jr.", "Kofi Osei, Jr."),
            ("Said, Qaboos bin", "Qaboos bin Said"),
            ("Ama II, Queen of Tafara", "Ama II, Queen of Tafara"),
            ("Chou En-lai", "Chou En-lai"),
            ("Osei, ", "Osei, "),
            ("", ""),
        ] {
            assert_eq!(shown_name("n-1", Label::Per, written), shown);
        }
        assert_eq!(shown_name("n-1", Label::Loc, "Tafara, Gulf of"), "Tafara, Gulf of");
        assert_eq!(shown_name("n-1@*", Label::Per, "Osei"), "Osei, not identified");
    }

    #[test]
    fn surnames_are_bare_without_given_names() {
        for name in ["Smith", "van der Velde", "de Gaulle", "bin Laden", "O’Neill", "Chou"] {
            assert!(is_bare_surname(name), "{name}");
        }
        for name in ["", "Ama Osei", "Osei, Ama", "J. Smith", "De Gaulle", "Van Buren"] {
            assert!(!is_bare_surname(name), "{name}");
        }
        assert_eq!(id_without_document("n-1a@2b.0.3"), "n-1a");
        assert_eq!(id_without_document("list:x@y"), "list:x@y");
    }
}
