//! What a user may mean while typing: people, places, organisations, posts, documents,
//! fields of queries and saved searches.

use chancery_model::Label;
use chancery_store::{
    DocumentRow, ListedEntity, Query, QueryField, QueryTerm, SearchRequest, SortOrder,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::ViewError;
use crate::limits::check_name_length;
use crate::search::saved_searches;
use crate::search_response::DocumentSummary;
use crate::session::ReadSession;
use crate::urls::{document_url, entity_url, search_url};

/// Maximum number of entities.
const MAX_ENTITIES: usize = 7;

/// Maximum number of suggestions of each other kind.
const MAX_OTHERS: usize = 3;

/// Fewest letters with which titles are searched.
const MIN_LETTERS_OF_TITLE: usize = 3;

/// Text that a user is typing.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct SuggestParameters {
    /// The text so far.
    #[param(max_length = 200)]
    pub q: String,
    /// Whether only people, places, organisations and other names are suggested.
    pub names_only: bool,
}

/// Something that a user may mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Suggestion {
    /// What it is.
    pub kind: SuggestionKind,
    /// Its name.
    pub name: String,
    /// More about it, such as its number of documents.
    pub detail: String,
    /// Id of the entity, if it is one.
    pub entity: Option<String>,
    /// Path of its page. A field has none.
    pub url: Option<String>,
    /// Text to type instead; only of a field.
    pub completion: Option<String>,
}

/// Kind of a suggestion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionKind {
    /// A person.
    Person,
    /// A place.
    Place,
    /// An organisation.
    Organisation,
    /// Another name.
    Other,
    /// A post that sends telegrams.
    Post,
    /// A document.
    Document,
    /// A field of the query language.
    Field,
    /// A saved search.
    Search,
}

/// What a field of a query finds.
const FIELDS: [(QueryField, &str); 9] = [
    (QueryField::Person, "a person by any name"),
    (QueryField::Place, "a place by any name"),
    (QueryField::Org, "an organisation by any name"),
    (QueryField::Date, "years, months, days: date:1957..1959"),
    (QueryField::Post, "the post that sent it"),
    (QueryField::Subject, "words of the subject line"),
    (QueryField::Classification, "the classification"),
    (QueryField::Tag, "TAGS of the header"),
    (QueryField::Keyword, "keywords that users added"),
];

/// Returns what a user may mean.
///
/// # Errors
/// If the text is too long.
pub fn suggest(
    session: &ReadSession<'_>,
    parameters: &SuggestParameters,
) -> Result<Vec<Suggestion>, ViewError> {
    let typed = parameters.q.trim_start();
    check_name_length(typed)?;
    if typed.trim().is_empty() {
        return Ok(Vec::new());
    }
    if parameters.names_only {
        return entities(session, typed);
    }
    let mut suggestions = documents_with_id(session, typed)?;
    suggestions.extend(entities(session, typed)?);
    suggestions.extend(posts(session, typed)?);
    suggestions.extend(searches(session, typed)?);
    suggestions.extend(titles(session, typed)?);
    suggestions.extend(fields(typed));
    Ok(suggestions)
}

/// Entities with the words typed; if there are none, with the last of them.
fn entities(session: &ReadSession<'_>, typed: &str) -> Result<Vec<Suggestion>, ViewError> {
    let searcher = session.searcher_of_documents()?;
    let mut words = typed;
    loop {
        let found = searcher.entities_starting(session.archive, words, MAX_ENTITIES)?;
        if !found.is_empty() {
            return Ok(found.iter().map(suggested_entity).collect());
        }
        match words.split_once(char::is_whitespace) {
            Some((_, rest)) if !rest.trim().is_empty() => words = rest.trim_start(),
            _ => return Ok(Vec::new()),
        }
    }
}

fn suggested_entity(entity: &ListedEntity) -> Suggestion {
    Suggestion {
        kind: match entity.label {
            Label::Per => SuggestionKind::Person,
            Label::Loc => SuggestionKind::Place,
            Label::Org => SuggestionKind::Organisation,
            Label::Misc => SuggestionKind::Other,
        },
        name: entity.shown_name(),
        detail: crate::formatting::format_count(u64::from(entity.documents), "document"),
        entity: Some(entity.id.to_string()),
        url: Some(entity_url(&entity.id)),
        completion: None,
    }
}

fn posts(session: &ReadSession<'_>, typed: &str) -> Result<Vec<Suggestion>, ViewError> {
    let posts = session.archive.posts_starting(typed.trim(), MAX_OTHERS)?;
    let suggestion = |(name, documents): (String, u64)| Suggestion {
        kind: SuggestionKind::Post,
        detail: crate::formatting::format_count(documents, "document"),
        url: Some(search_url(&Query::post(&name).to_string())),
        name,
        entity: None,
        completion: None,
    };
    Ok(posts.into_iter().map(suggestion).collect())
}

fn searches(session: &ReadSession<'_>, typed: &str) -> Result<Vec<Suggestion>, ViewError> {
    let typed = typed.trim().to_lowercase();
    let found = saved_searches(session)?.into_iter();
    let found = found.filter(|search| search.name.to_lowercase().contains(&typed));
    let suggestion = |search: crate::search::SavedSearch| Suggestion {
        kind: SuggestionKind::Search,
        url: Some(search_url(&search.query)),
        name: search.name,
        detail: search.query,
        entity: None,
        completion: None,
    };
    Ok(found.take(MAX_OTHERS).map(suggestion).collect())
}

fn suggested_document(row: &DocumentRow) -> Suggestion {
    let summary = DocumentSummary::from(row);
    let facts = [summary.cable_id.clone(), summary.date.clone(), summary.post.clone()];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    Suggestion {
        kind: SuggestionKind::Document,
        name: summary.title().to_owned(),
        detail: facts.join(" · "),
        entity: None,
        url: Some(document_url(&summary.id)),
        completion: None,
    }
}

fn documents_with_id(session: &ReadSession<'_>, typed: &str) -> Result<Vec<Suggestion>, ViewError> {
    let documents = session.archive.documents();
    let Some(number) = documents.find_by_cable_id(typed.trim())? else { return Ok(Vec::new()) };
    Ok(vec![suggested_document(&documents.row(number)?)])
}

/// Documents whose titles have the words typed, the last one by its beginning.
fn titles(session: &ReadSession<'_>, typed: &str) -> Result<Vec<Suggestion>, ViewError> {
    let is_word = |c: char| c.is_alphanumeric();
    let words: Vec<&str> = typed.split(|c| !is_word(c)).filter(|word| !word.is_empty()).collect();
    let Some((last, before)) = words.split_last() else { return Ok(Vec::new()) };
    if last.chars().count() < MIN_LETTERS_OF_TITLE {
        return Ok(Vec::new());
    }
    let mut query = Query::Leaf(QueryField::Subject, QueryTerm::Prefix((*last).to_owned()));
    for word in before {
        query = query.and(Query::words(QueryField::Subject, word));
    }
    let request =
        SearchRequest { limit: MAX_OTHERS, sort: SortOrder::Newest, ..SearchRequest::new(query) };
    let found = session.searcher_of_documents()?.rank_matches(session.archive, &request)?;
    let rows = session.archive.documents().rows(&found.numbers())?;
    Ok(rows.iter().map(suggested_document).collect())
}

/// Fields whose name begins as the last word does.
fn fields(typed: &str) -> Vec<Suggestion> {
    let start = typed.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let last = typed[start..].to_lowercase();
    let found =
        FIELDS.iter().filter(|(field, _)| !last.is_empty() && field.name().starts_with(&last));
    let suggestion = |(field, meaning): &(QueryField, &str)| Suggestion {
        kind: SuggestionKind::Field,
        name: format!("{}:", field.name()),
        detail: (*meaning).to_owned(),
        entity: None,
        url: None,
        completion: Some(format!("{}{}:", &typed[..start], field.name())),
    };
    found.take(MAX_OTHERS).map(suggestion).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_complete_the_last_word() {
        for (typed, completions) in [
            ("pers", vec!["person:"]),
            ("cuba Pl", vec!["cuba place:"]),
            ("p", vec!["person:", "place:", "post:"]),
            ("person:", vec![]),
            ("cuba ", vec![]),
        ] {
            let found: Vec<String> =
                fields(typed).into_iter().filter_map(|field| field.completion).collect();
            assert_eq!(found, completions, "{typed}");
        }
    }
}
