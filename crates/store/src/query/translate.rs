//! Translation of a [`Query`] to a query of the index.

use std::ops::Bound;

use chancery_model::{Classification, Label};
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, FuzzyTermQuery, Occur, PhraseQuery, Query as IndexQuery,
    RangeQuery, TermQuery,
};
use tantivy::schema::{Field as IndexField, IndexRecordOption};

use super::any_term::AnyTermQuery;
use super::budgeted_phrase::BudgetedPhrase;
use super::copies::match_copies_once;
use super::embassies::phrases_of_embassies;
use super::names::entities_with_name;
use super::nearby_places::places_near;
use super::proximity::{ProximityQuery, Slot, slots_of_phrase, window_width};
use super::word_forms::{forms_query, pattern_query, similar_query};
use super::{Query, QueryField, QueryTerm};
use crate::analyzer;
use crate::archive::Archive;
use crate::error::StoreError;
use crate::index::{IndexFields, IndexSnapshot};
use crate::index_guard::run_guarded;
use crate::numbers::EntityNumber;
use crate::offices::telling_words;
use crate::surname_ids::id_without_document;

/// Short forms that users may write for the classifications.
const CLASSIFICATION_FORMS: [(&str, Classification); 10] = [
    ("u", Classification::Unclassified),
    ("sbu", Classification::Sensitive),
    ("fouo", Classification::Sensitive),
    ("lou", Classification::LimitedOfficialUse),
    ("r", Classification::Restricted),
    ("c", Classification::Confidential),
    ("s", Classification::Secret),
    ("ts", Classification::TopSecret),
    ("limited official use", Classification::LimitedOfficialUse),
    ("top secret", Classification::TopSecret),
];

/// How much more a word counts in the subject or title than in the text.
const SUBJECT_BOOST: f32 = 2.0;

type TranslatedQuery = Box<dyn IndexQuery>;

/// Translates `query` to a query of the index.
///
/// # Errors
/// If a word has no letter or digit, or if an entity does not exist.
pub(crate) fn translate_query(
    archive: &Archive,
    index: &IndexSnapshot,
    query: &Query,
) -> Result<TranslatedQuery, StoreError> {
    if !query.counts_copies_once() {
        return translate_terms(archive, index, query);
    }
    let terms = query.clone().without(QueryField::Copies);
    match_copies_once(archive, index, translate_terms(archive, index, &terms)?)
}

fn translate_terms(
    archive: &Archive,
    index: &IndexSnapshot,
    query: &Query,
) -> Result<TranslatedQuery, StoreError> {
    let each =
        |queries: &[Query], occur: Occur| -> Result<Vec<(Occur, TranslatedQuery)>, StoreError> {
            let lowered = |query: &Query| Ok((occur, translate_terms(archive, index, query)?));
            queries.iter().map(lowered).collect()
        };
    Ok(match query {
        Query::All => Box::new(AllQuery),
        Query::Leaf(field, leaf) => translate_leaf(archive, index, *field, leaf)?,
        Query::Or(some) => Box::new(BooleanQuery::new(each(some, Occur::Should)?)),
        Query::Not(inner) => {
            combine_clauses(vec![translate_terms(archive, index, inner)?], Vec::new())
        }
        Query::And(every) => {
            let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
            for query in every {
                match query {
                    Query::Not(inner) => unwanted.push(translate_terms(archive, index, inner)?),
                    query => wanted.push(translate_terms(archive, index, query)?),
                }
            }
            combine_clauses(unwanted, wanted)
        }
    })
}

/// Builds a query for all of `wanted` and none of `unwanted`.
fn combine_clauses(
    unwanted: Vec<TranslatedQuery>,
    mut wanted: Vec<TranslatedQuery>,
) -> TranslatedQuery {
    if wanted.is_empty() {
        wanted.push(Box::new(AllQuery));
    }
    let wanted = wanted.into_iter().map(|query| (Occur::Must, query));
    let unwanted = unwanted.into_iter().map(|query| (Occur::MustNot, query));
    Box::new(BooleanQuery::new(wanted.chain(unwanted).collect()))
}

fn translate_leaf(
    archive: &Archive,
    index: &IndexSnapshot,
    field: QueryField,
    leaf: &QueryTerm,
) -> Result<TranslatedQuery, StoreError> {
    let fields = &index.fields;
    let named = |index: IndexField, label: Label| {
        translate_name(archive, (index, fields.entity), Some(label), leaf)
    };
    let party = |words: IndexField, linked: IndexField| -> Result<TranslatedQuery, StoreError> {
        match entities_with_id(archive, leaf)? {
            Some(entities) => Ok(any_entity(linked, entities)),
            None => translate_name(archive, (words, linked), None, leaf),
        }
    };
    match field {
        QueryField::Text => translate_text(fields, leaf),
        QueryField::Stem => translate_stems(archive, index, leaf),
        QueryField::Near => translate_places(archive, fields, leaf),
        QueryField::Like => translate_likeness(archive, index, leaf),
        QueryField::Copies => Err(StoreError::InvalidRequest(
            "`copies:once` is about the whole query, not a part of it".into(),
        )),
        QueryField::Subject => translate_words(fields.subject, leaf),
        QueryField::From => translate_party(fields.from, leaf),
        QueryField::To => translate_party(fields.to, leaf),
        QueryField::Path => match leaf {
            QueryTerm::Words(words) => {
                translate_words(fields.path, &QueryTerm::Words(analyzer::path_to_words(words)))
            }
            leaf => translate_words(fields.path, leaf),
        },
        QueryField::Footnote => translate_words(fields.footnote, leaf),
        QueryField::Note => translate_words(fields.note, leaf),
        QueryField::Person => named(fields.person, Label::Per),
        QueryField::Place => named(fields.place, Label::Loc),
        QueryField::Org => named(fields.org, Label::Org),
        QueryField::Office => match leaf {
            QueryTerm::Words(words) => {
                translate_words(fields.office, &QueryTerm::Words(telling_words(words)))
            }
            leaf => translate_words(fields.office, leaf),
        },
        QueryField::Said => party(fields.said, fields.speaker),
        QueryField::Told => party(fields.told, fields.hearer),
        QueryField::Met => party(fields.met, fields.met_entity),
        QueryField::In => party(fields.act_place, fields.act_place_entity),
        QueryField::About => match entities_with_id(archive, leaf)? {
            Some(entities) => Ok(any_entity(fields.about_entity, entities)),
            None => translate_words(fields.about, leaf),
        },
        QueryField::Post => Ok(translate_post(fields.post, leaf)),
        QueryField::Tag => Ok(translate_value(fields.tag, leaf, analyzer::fold_whole)),
        QueryField::Keyword => Ok(translate_value(fields.keyword, leaf, analyzer::fold_whole)),
        QueryField::Marking => Ok(translate_value(fields.marking, leaf, analyzer::fold_whole)),
        QueryField::Reference => Ok(translate_value(fields.reference, leaf, |words| {
            analyzer::fold_whole(words).replace(' ', "")
        })),
        QueryField::Classification => {
            Ok(translate_value(fields.classification, leaf, classification_term))
        }
        QueryField::Entity => translate_entity(archive, fields, leaf),
        QueryField::Date => match leaf {
            QueryTerm::Days(first, last) => {
                let bound =
                    |day: u32| Bound::Included(Term::from_field_u64(fields.date, day.into()));
                let first = with_vague_dates(*first, *last);
                Ok(Box::new(RangeQuery::new(bound(first), bound(*last))))
            }
            _ => Err(StoreError::InvalidRequest("a date is a day or a range of days".into())),
        },
    }
}

/// The first day of a range, so that a range of months includes documents of which only
/// the month is known, and a range of years those of which only the year is known. They are
/// indexed with a day and month of 0.
fn with_vague_dates(first: u32, last: u32) -> u32 {
    let is_open = last == 99_999_999;
    match (first % 10_000, last % 10_000, last % 100) {
        (101, 1231, _) => first - 101,
        (101, ..) if is_open => first - 101,
        (_, _, 31) if first % 100 == 1 && first != last => first - 1,
        _ if first % 100 == 1 && is_open => first - 1,
        _ => first,
    }
}

/// Translates words of the text. Documents that have them in their subject or title come
/// first.
fn translate_text(fields: &IndexFields, leaf: &QueryTerm) -> Result<TranslatedQuery, StoreError> {
    if let QueryTerm::Together(words, gap) = leaf {
        return translate_together(fields, words, *gap);
    }
    let text = translate_words(fields.text, leaf)?;
    let QueryTerm::Words(_) = leaf else { return Ok(text) };
    let subject: TranslatedQuery =
        Box::new(BoostQuery::new(translate_words(fields.subject, leaf)?, SUBJECT_BOOST));
    Ok(Box::new(BooleanQuery::new(vec![(Occur::Must, text), (Occur::Should, subject)])))
}

/// Translates words and mentions near each other.
fn translate_together(
    fields: &IndexFields,
    words: &str,
    gap: u32,
) -> Result<TranslatedQuery, StoreError> {
    let slots = slots_of_phrase(words).ok_or_else(|| {
        StoreError::InvalidRequest(format!("{words:?}: one to eight words can be near each other"))
    })?;
    let width = window_width(slots.len(), gap);
    let term = |slot: &Slot| match slot {
        Slot::Word(form) => Term::from_field_text(fields.text, form),
        Slot::Mention(class) => Term::from_field_text(fields.mention_class, class.term()),
    };
    Ok(Box::new(ProximityQuery { terms: slots.iter().map(term).collect(), width }))
}

/// Translates words in all their forms; all of them must occur.
fn translate_stems(
    archive: &Archive,
    index: &IndexSnapshot,
    leaf: &QueryTerm,
) -> Result<TranslatedQuery, StoreError> {
    let QueryTerm::Words(words) = leaf else {
        return Err(StoreError::InvalidRequest("`stem:` takes words without * and ~".into()));
    };
    let forms = analyzer::written_forms(words);
    if forms.is_empty() {
        let what = format!("{words:?} has no letter or digit to search for");
        return Err(StoreError::InvalidRequest(what));
    }
    let of_form = |form: &String| {
        let forms = || forms_query(&index.searcher, index.fields.text, form);
        run_guarded(archive.work_budget(), forms)
    };
    let every = forms.iter().map(of_form).collect::<Result<_, _>>()?;
    Ok(combine_clauses(Vec::new(), every))
}

/// Translates a place and a distance.
fn translate_places(
    archive: &Archive,
    fields: &IndexFields,
    leaf: &QueryTerm,
) -> Result<TranslatedQuery, StoreError> {
    let QueryTerm::Within(place, kilometres) = leaf else {
        return Err(StoreError::InvalidRequest("`near:` takes the name of a place".into()));
    };
    let places = places_near(archive, place, *kilometres)?.into_iter();
    let terms = places.map(|place| Term::from_field_u64(fields.entity, place.0 as u64));
    Ok(Box::new(terms.collect::<AnyTermQuery>()))
}

/// Translates the id of a document: others like it, and not itself.
fn translate_likeness(
    archive: &Archive,
    index: &IndexSnapshot,
    leaf: &QueryTerm,
) -> Result<TranslatedQuery, StoreError> {
    let QueryTerm::Words(name) = leaf else {
        return Err(StoreError::InvalidRequest("`like:` takes the id of a document".into()));
    };
    let number = archive.documents().find(name)?;
    let document = archive.documents().parsed(number)?;
    let similar = run_guarded(archive.work_budget(), || {
        similar_query(&index.searcher, index.fields.text, document.text.as_str())
    })?;
    let own = Term::from_field_u64(index.fields.number, number.0 as u64);
    let own = Box::new(TermQuery::new(own, IndexRecordOption::Basic));
    Ok(combine_clauses(vec![own], vec![similar]))
}

/// Translates a leaf of a field that is indexed by words.
fn translate_words(field: IndexField, leaf: &QueryTerm) -> Result<TranslatedQuery, StoreError> {
    let term = |word: &str| Term::from_field_text(field, word);
    Ok(match leaf {
        QueryTerm::Words(words) => {
            let mut forms = analyzer::written_forms(words);
            match forms.len() {
                0 => {
                    let what = format!("{words:?} has no letter or digit to search for");
                    return Err(StoreError::InvalidRequest(what));
                }
                1 => {
                    let form = forms.remove(0);
                    Box::new(TermQuery::new(term(&form), IndexRecordOption::WithFreqs))
                }
                _ => {
                    let terms = forms.iter().map(|form| term(form)).collect();
                    Box::new(BudgetedPhrase(PhraseQuery::new(terms)))
                }
            }
        }
        QueryTerm::Prefix(prefix) => {
            Box::new(FuzzyTermQuery::new_prefix(term(&analyzer::fold_to_one_word(prefix)), 0, true))
        }
        QueryTerm::Fuzzy(word, letters) => {
            Box::new(FuzzyTermQuery::new(term(&analyzer::fold_to_one_word(word)), *letters, true))
        }
        QueryTerm::Pattern(pattern) => pattern_query(field, pattern)?,
        QueryTerm::Days(..) | QueryTerm::Together(..) | QueryTerm::Within(..) => {
            return Err(StoreError::InvalidRequest("only `date:` takes days".into()));
        }
    })
}

/// Translates a leaf of the senders or addressees: an embassy matches by its town and by
/// its country.
fn translate_party(field: IndexField, leaf: &QueryTerm) -> Result<TranslatedQuery, StoreError> {
    let written = translate_words(field, leaf)?;
    let QueryTerm::Words(words) = leaf else { return Ok(written) };
    let others = phrases_of_embassies(words)
        .map(|phrase| translate_words(field, &QueryTerm::Words(phrase.to_owned())))
        .collect::<Result<Vec<_>, _>>()?;
    if others.is_empty() {
        return Ok(written);
    }
    let some = std::iter::once(written).chain(others).map(|query| (Occur::Should, query));
    Ok(Box::new(BooleanQuery::new(some.collect())))
}

/// Translates a leaf of the posts: an embassy matches by its town and by its country, as
/// telegrams have the one and printed documents the other.
fn translate_post(field: IndexField, leaf: &QueryTerm) -> TranslatedQuery {
    let QueryTerm::Words(words) = leaf else {
        return translate_value(field, leaf, analyzer::fold_whole);
    };
    let term = |name: &str| Term::from_field_text(field, &analyzer::fold_whole(name));
    let others = phrases_of_embassies(words).map(term);
    Box::new(std::iter::once(term(words)).chain(others).collect::<AnyTermQuery>())
}

/// Translates a leaf of a field that is indexed by whole values.
fn translate_value(
    field: IndexField,
    leaf: &QueryTerm,
    folded: impl Fn(&str) -> String,
) -> TranslatedQuery {
    match leaf {
        QueryTerm::Words(words) => {
            let term = Term::from_field_text(field, &folded(words));
            Box::new(TermQuery::new(term, IndexRecordOption::Basic))
        }
        QueryTerm::Prefix(words) => {
            let term = Term::from_field_text(field, &analyzer::fold_whole(words));
            Box::new(FuzzyTermQuery::new_prefix(term, 0, true))
        }
        QueryTerm::Fuzzy(words, letters) => {
            let term = Term::from_field_text(field, &analyzer::fold_whole(words));
            Box::new(FuzzyTermQuery::new(term, *letters, true))
        }
        QueryTerm::Pattern(_)
        | QueryTerm::Days(..)
        | QueryTerm::Together(..)
        | QueryTerm::Within(..) => Box::new(tantivy::query::EmptyQuery),
    }
}

/// Returns the indexed form of a classification.
fn classification_term(words: &str) -> String {
    let folded = analyzer::fold_whole(words);
    let short = CLASSIFICATION_FORMS.iter().find(|(short, _)| *short == folded);
    short.map_or(folded, |(_, level)| level.as_str().to_owned())
}

/// Translates a leaf of a name field: it matches mentions as written, or
/// mentions of an entity that has this name.
fn translate_name(
    archive: &Archive,
    (written, linked): (IndexField, IndexField),
    label: Option<Label>,
    leaf: &QueryTerm,
) -> Result<TranslatedQuery, StoreError> {
    let written = translate_words(written, leaf)?;
    let QueryTerm::Words(words) = leaf else { return Ok(written) };
    let entities = entities_with_name(archive, words, label)?;
    if entities.is_empty() {
        return Ok(written);
    }
    let linked = any_entity(linked, entities);
    Ok(Box::new(BooleanQuery::new(vec![(Occur::Should, written), (Occur::Should, linked)])))
}

fn any_entity(field: IndexField, entities: Vec<EntityNumber>) -> TranslatedQuery {
    let terms = entities.into_iter().map(|entity| Term::from_field_u64(field, entity.0 as u64));
    Box::new(terms.collect::<AnyTermQuery>())
}

/// Returns the entity with this id, or those of a group; none if the words are no id.
pub(crate) fn entities_with_id(
    archive: &Archive,
    leaf: &QueryTerm,
) -> Result<Option<Vec<EntityNumber>>, StoreError> {
    let Some(id) = entity_id_of_term(leaf) else { return Ok(None) };
    match archive.entities().with_id(&id) {
        Ok(entities) => Ok(Some(entities)),
        Err(StoreError::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn translate_entity(
    archive: &Archive,
    fields: &IndexFields,
    leaf: &QueryTerm,
) -> Result<TranslatedQuery, StoreError> {
    let id = entity_id_of_term(leaf).ok_or_else(|| {
        StoreError::InvalidRequest("`entity:` takes the whole id of an entity".into())
    })?;
    if archive.entities().is_surname_group_here(&id)? {
        let term = Term::from_field_text(fields.surname, id_without_document(&id));
        return Ok(Box::new(TermQuery::new(term, IndexRecordOption::Basic)));
    }
    let members = archive.entities().with_id(&id)?.into_iter();
    let terms = members.map(|entity| Term::from_field_u64(fields.entity, entity.0 as u64));
    Ok(Box::new(terms.collect::<AnyTermQuery>()))
}

/// Returns the id of an entity, or of a group of surnames, in a query.
pub(crate) fn entity_id_of_term(term: &QueryTerm) -> Option<String> {
    match term {
        QueryTerm::Words(id) => Some(id.clone()),
        // The parser takes the asterisk of a group for that of a prefix.
        QueryTerm::Prefix(id) if id.ends_with('@') => Some(format!("{id}*")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_include_vague_dates() {
        let cases = [
            // A year, a month, a day, and ranges of them.
            ((19_770_101, 19_771_231), 19_770_000),
            ((19_570_101, 19_591_231), 19_570_000),
            ((19_770_101, 99_999_999), 19_770_000),
            ((19_770_301, 19_770_331), 19_770_300),
            ((19_770_101, 19_770_131), 19_770_100),
            ((19_770_301, 99_999_999), 19_770_300),
            ((19_770_301, 19_770_301), 19_770_301),
            ((19_770_302, 19_770_331), 19_770_302),
            ((0, 19_771_231), 0),
        ];
        for ((first, last), expected) in cases {
            assert_eq!(with_vague_dates(first, last), expected, "{first}..{last}");
        }
    }
}
