//! Entities by the words of their names.

use chancery_model::Label;
use rusqlite::params;

use crate::analyzer;
use crate::archive::Archive;
use crate::error::StoreError;
use crate::numbers::EntityNumber;

/// Maximum number of entities that one name matches.
const MAX_NAME_ENTITIES: u32 = 1000;

/// Returns the entities that have all of these words in their names. Of very many,
/// those that no document limits come first: the mentions of the others are found as
/// they are written.
pub(crate) fn entities_with_name(
    archive: &Archive,
    words: &str,
    label: Option<Label>,
) -> Result<Vec<EntityNumber>, StoreError> {
    let mut forms = analyzer::written_forms(words);
    forms.sort_unstable();
    forms.dedup();
    // One JSON list: a compound SELECT is limited to 500 terms, and a name can
    // have more words.
    let (all, list) = (forms.len() as i64, serde_json::to_string(&forms).expect("plain data"));
    let sql =
        "SELECT entity FROM name_words JOIN entities ON number = entity AND origin <> 'undone'
         WHERE word IN (SELECT value FROM json_each(?1))
         GROUP BY entity HAVING count(*) = ?2 ORDER BY instr(id, '@') > 0, entity LIMIT ?3";
    let is_decided = archive.decisions().count()? > 0;
    let mut entities = Vec::new();
    for entity in archive.query_numbers(sql, params![list, all, MAX_NAME_ENTITIES])? {
        let root = match is_decided {
            true => archive.entities().follow_decisions(entity)?,
            false => entity,
        };
        if label.is_none() || label == Some(archive.entities().get(root)?.label) {
            entities.push(root);
        }
    }
    entities.sort_unstable();
    entities.dedup();
    Ok(entities)
}
