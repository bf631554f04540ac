//! Entities by the words of their names.

use chancery_model::Label;
use rusqlite::params;

use crate::analyzer;
use crate::archive::Archive;
use crate::codec::label_from_name;
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
    let sql = "SELECT entity, coalesce(user_label, label), merged_into IS NOT NULL
             OR EXISTS (SELECT 1 FROM decided_names WHERE decided_names.entity = id)
         FROM name_words JOIN entities ON number = name_words.entity AND origin <> 'undone'
         WHERE word IN (SELECT value FROM json_each(?1))
         GROUP BY name_words.entity HAVING count(*) = ?2
         ORDER BY instr(id, '@') > 0, name_words.entity LIMIT ?3";
    let mut statement = archive.db.prepare_cached(sql)?;
    let rows = statement.query_map(params![list, all, MAX_NAME_ENTITIES], |row| {
        let own_label = label_from_name(row.get_ref(1)?.as_str()?);
        Ok((row.get::<_, EntityNumber>(0)?, own_label, row.get::<_, bool>(2)?))
    })?;
    let mut entities = Vec::new();
    for row in rows {
        let (mut entity, mut own_label, may_have_moved) = row?;
        if may_have_moved {
            entity = archive.entities().follow_decisions(entity)?;
            own_label = archive.entities().get(entity)?.label;
        }
        if label.is_none_or(|label| label == own_label) {
            entities.push(entity);
        }
    }
    entities.sort_unstable();
    entities.dedup();
    Ok(entities)
}
