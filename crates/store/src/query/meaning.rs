//! Translation of a [`Query`] to a query of the index.

use std::ops::Bound;

use chancery_model::{Classification, Label};
use rusqlite::params;
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, FuzzyTermQuery, Occur, PhraseQuery, Query as IndexQuery, RangeQuery,
    TermQuery, TermSetQuery,
};
use tantivy::schema::{Field as IndexField, IndexRecordOption};

use super::{Field, Leaf, Query};
use crate::archive::Archive;
use crate::effective;
use crate::error::StoreError;
use crate::fold;
use crate::index::Fields;

/// Maximum number of entities that one name matches.
const MOST_ENTITIES: u32 = 1000;

/// Short forms that users may write for the classifications.
const LEVELS: [(&str, Classification); 9] = [
    ("u", Classification::Unclassified),
    ("sbu", Classification::Sensitive),
    ("fouo", Classification::Sensitive),
    ("lou", Classification::LimitedOfficialUse),
    ("c", Classification::Confidential),
    ("s", Classification::Secret),
    ("ts", Classification::TopSecret),
    ("limited official use", Classification::LimitedOfficialUse),
    ("top secret", Classification::TopSecret),
];

type Lowered = Box<dyn IndexQuery>;

/// Translates `query` to a query of the index.
///
/// # Errors
/// If a word has no letter or digit, or if an entity does not exist.
pub(crate) fn lower(
    archive: &Archive,
    fields: &Fields,
    query: &Query,
) -> Result<Lowered, StoreError> {
    let each = |queries: &[Query], occur: Occur| -> Result<Vec<(Occur, Lowered)>, StoreError> {
        let lowered = |query: &Query| Ok((occur, lower(archive, fields, query)?));
        queries.iter().map(lowered).collect()
    };
    Ok(match query {
        Query::All => Box::new(AllQuery),
        Query::Leaf(field, leaf) => lower_leaf(archive, fields, *field, leaf)?,
        Query::Or(some) => Box::new(BooleanQuery::new(each(some, Occur::Should)?)),
        Query::Not(inner) => without(vec![lower(archive, fields, inner)?], Vec::new()),
        Query::And(every) => {
            let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
            for query in every {
                match query {
                    Query::Not(inner) => unwanted.push(lower(archive, fields, inner)?),
                    query => wanted.push(lower(archive, fields, query)?),
                }
            }
            without(unwanted, wanted)
        }
    })
}

/// Builds a query for all of `wanted` and none of `unwanted`.
fn without(unwanted: Vec<Lowered>, mut wanted: Vec<Lowered>) -> Lowered {
    if wanted.is_empty() {
        wanted.push(Box::new(AllQuery));
    }
    let wanted = wanted.into_iter().map(|query| (Occur::Must, query));
    let unwanted = unwanted.into_iter().map(|query| (Occur::MustNot, query));
    Box::new(BooleanQuery::new(wanted.chain(unwanted).collect()))
}

fn lower_leaf(
    archive: &Archive,
    fields: &Fields,
    field: Field,
    leaf: &Leaf,
) -> Result<Lowered, StoreError> {
    let named = |index: IndexField, class: Label| name(archive, fields, index, class, leaf);
    match field {
        Field::Text => in_words(fields.text, leaf),
        Field::Subject => in_words(fields.subject, leaf),
        Field::From => in_words(fields.from, leaf),
        Field::To => in_words(fields.to, leaf),
        Field::Path => match leaf {
            Leaf::Words(words) => in_words(fields.path, &Leaf::Words(fold::path(words))),
            leaf => in_words(fields.path, leaf),
        },
        Field::Note => in_words(fields.note, leaf),
        Field::Person => named(fields.person, Label::Per),
        Field::Place => named(fields.place, Label::Loc),
        Field::Org => named(fields.org, Label::Org),
        Field::Post => Ok(value(fields.post, leaf, fold::whole)),
        Field::Tag => Ok(value(fields.tag, leaf, fold::whole)),
        Field::Marking => Ok(value(fields.marking, leaf, fold::whole)),
        Field::Ref => {
            Ok(value(fields.reference, leaf, |words| fold::whole(words).replace(' ', "")))
        }
        Field::Class => Ok(value(fields.class, leaf, level)),
        Field::Entity => entity(archive, fields, leaf),
        Field::Date => match leaf {
            Leaf::Days(first, last) => {
                let bound =
                    |day: u32| Bound::Included(Term::from_field_u64(fields.date, day.into()));
                Ok(Box::new(RangeQuery::new(bound(*first), bound(*last))))
            }
            _ => Err(StoreError::Request("a date is a day or a range of days".into())),
        },
    }
}

/// Translates a leaf of a field that is indexed by words.
fn in_words(field: IndexField, leaf: &Leaf) -> Result<Lowered, StoreError> {
    let term = |word: &str| Term::from_field_text(field, word);
    Ok(match leaf {
        Leaf::Words(words) => {
            let mut forms = fold::written(words);
            match forms.len() {
                0 => {
                    let what = format!("{words:?} has no letter or digit to search for");
                    return Err(StoreError::Request(what));
                }
                1 => {
                    let form = forms.remove(0);
                    Box::new(TermQuery::new(term(&form), IndexRecordOption::WithFreqs))
                }
                _ => Box::new(PhraseQuery::new(forms.iter().map(|form| term(form)).collect())),
            }
        }
        Leaf::Prefix(prefix) => {
            Box::new(FuzzyTermQuery::new_prefix(term(&fold::whole(prefix)), 0, true))
        }
        Leaf::Fuzzy(word, letters) => {
            Box::new(FuzzyTermQuery::new(term(&fold::whole(word)), *letters, true))
        }
        Leaf::Days(..) => return Err(StoreError::Request("only `date:` takes days".into())),
    })
}

/// Translates a leaf of a field that is indexed by whole values.
fn value(field: IndexField, leaf: &Leaf, folded: impl Fn(&str) -> String) -> Lowered {
    match leaf {
        Leaf::Words(words) => {
            let term = Term::from_field_text(field, &folded(words));
            Box::new(TermQuery::new(term, IndexRecordOption::Basic))
        }
        Leaf::Prefix(words) => {
            let term = Term::from_field_text(field, &fold::whole(words));
            Box::new(FuzzyTermQuery::new_prefix(term, 0, true))
        }
        Leaf::Fuzzy(words, letters) => {
            let term = Term::from_field_text(field, &fold::whole(words));
            Box::new(FuzzyTermQuery::new(term, *letters, true))
        }
        Leaf::Days(..) => Box::new(tantivy::query::EmptyQuery),
    }
}

/// Returns the indexed form of a classification.
fn level(words: &str) -> String {
    let folded = fold::whole(words);
    let short = LEVELS.iter().find(|(short, _)| *short == folded);
    short.map_or(folded, |(_, level)| level.as_str().to_owned())
}

/// Translates a leaf of a name field: it matches mentions as written, or
/// mentions of an entity that has this name.
fn name(
    archive: &Archive,
    fields: &Fields,
    field: IndexField,
    class: Label,
    leaf: &Leaf,
) -> Result<Lowered, StoreError> {
    let written = in_words(field, leaf)?;
    let Leaf::Words(words) = leaf else { return Ok(written) };
    let entities = named(archive, words, Some(class))?;
    if entities.is_empty() {
        return Ok(written);
    }
    let terms =
        entities.into_iter().map(|entity| Term::from_field_u64(fields.entity, entity as u64));
    let known: Lowered = Box::new(TermSetQuery::new(terms));
    Ok(Box::new(BooleanQuery::new(vec![(Occur::Should, written), (Occur::Should, known)])))
}

/// Returns the entities that have all of these words in their names.
pub(crate) fn named(
    archive: &Archive,
    words: &str,
    class: Option<Label>,
) -> Result<Vec<i64>, StoreError> {
    let mut forms = fold::written(words);
    forms.sort_unstable();
    forms.dedup();
    // One JSON list: a compound SELECT is limited to 500 terms, and a name can
    // have more words.
    let (all, list) = (forms.len() as i64, serde_json::to_string(&forms).expect("plain data"));
    let sql = "SELECT entity FROM name_words JOIN entities ON number = entity AND by_person < 2
         WHERE word IN (SELECT value FROM json_each(?1))
         GROUP BY entity HAVING count(*) = ?2 LIMIT ?3";
    let mut entities = Vec::new();
    for entity in archive.numbers(sql, params![list, all, MOST_ENTITIES])? {
        let (root, _) = effective::root(&archive.db, entity)?;
        if class.is_none() || class == Some(archive.known(root)?.class) {
            entities.push(root);
        }
    }
    entities.sort_unstable();
    entities.dedup();
    Ok(entities)
}

fn entity(archive: &Archive, fields: &Fields, leaf: &Leaf) -> Result<Lowered, StoreError> {
    let Leaf::Words(id) = leaf else {
        return Err(StoreError::Request("`entity:` takes the whole id of an entity".into()));
    };
    let number = effective::number(&archive.db, id)?;
    let number = number.ok_or_else(|| StoreError::Unknown(format!("entity {id}")))?;
    let (root, _) = effective::root(&archive.db, number)?;
    let term = Term::from_field_u64(fields.entity, root as u64);
    Ok(Box::new(TermQuery::new(term, IndexRecordOption::Basic)))
}
