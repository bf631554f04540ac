//! Reads what a user typed as a query, and says what it may have meant. Nothing that
//! was typed is lost: text that is no query is searched for as words, and the answer
//! says why.
//!
//! Programs get errors from [`crate::limits::parse_limited_query`]; this is for pages.

use chancery_store::{Query, QueryField, QueryTerm};

use crate::error::ViewError;
use crate::formatting::capitalised;
use crate::limits::parse_limited_query;

/// Maximum number of words that text that is no query is searched for.
const MAX_WORDS: usize = 40;

/// Fewest words of a title in capitals.
const MIN_WORDS_OF_TITLE: usize = 3;

/// How a query was read.
#[derive(Clone, Debug)]
pub struct QueryReading {
    /// The text as it was typed.
    pub typed: String,
    /// The query that is searched for.
    pub query: Query,
    /// Why the text is no query, if so. Then `query` has its words.
    pub problem: Option<String>,
    /// What may have been meant instead.
    pub hints: Vec<QueryHint>,
}

/// A query that may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryHint {
    /// Why, in a sentence.
    pub message: String,
    /// The other query.
    pub query: String,
}

/// Reads what a user typed.
///
/// # Errors
/// If it is too long.
pub fn read_query(typed: &str) -> Result<QueryReading, ViewError> {
    let reading =
        |query, problem, hints| QueryReading { typed: typed.to_owned(), query, problem, hints };
    if let Some(words) = words_of_address(typed) {
        let problem = "This is an address. These are the documents with its last words.".to_owned();
        return Ok(reading(all_words(&words), Some(problem), Vec::new()));
    }
    match parse_limited_query(typed) {
        Ok(query) => {
            let hints = hints_about(typed, &query);
            Ok(reading(query, None, hints))
        }
        Err(ViewError::Query(error)) => {
            let near: String =
                typed.chars().skip(error.column.saturating_sub(1)).take(24).collect();
            // The list of all fields is for programs.
            let what = capitalised(error.what.split(" (fields:").next().unwrap_or_default());
            let place = match near.trim() {
                "" => "at the end".to_owned(),
                near => format!("at {near}"),
            };
            let problem = format!("{what}, {place}. The search is for all the words instead.");
            Ok(reading(all_words(typed), Some(problem), hint_of_field(typed)))
        }
        Err(error) => Err(error),
    }
}

/// A query for all words of a text, without its syntax.
fn all_words(text: &str) -> Query {
    let words = text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’' | '-'));
    let words = words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    let words = words.filter(|word| !word.is_empty() && !matches!(*word, "AND" | "OR" | "NOT"));
    let mut leaves: Vec<Query> =
        words.take(MAX_WORDS).map(|word| Query::words(QueryField::Text, word)).collect();
    match leaves.len() {
        0 => Query::All,
        1 => leaves.remove(0),
        _ => Query::And(leaves),
    }
}

/// The last words of a web address: the name of its page.
fn words_of_address(typed: &str) -> Option<String> {
    let (scheme, rest) = typed.trim().split_once("://")?;
    if !matches!(scheme, "http" | "https") || rest.contains(char::is_whitespace) {
        return None;
    }
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let name = last.split('.').next().unwrap_or_default().replace('_', " ");
    let words: Vec<&str> = name.split_whitespace().filter(|word| word.len() > 1).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// What may have been meant by a query that can be read.
fn hints_about(typed: &str, query: &Query) -> Vec<QueryHint> {
    let mut hints = Vec::new();
    let words: Vec<&str> = typed.split_whitespace().collect();
    let inner = words.len().saturating_sub(1);
    if words.iter().take(inner).skip(1).any(|word| *word == "or") {
        let either: Vec<&str> =
            words.iter().map(|word| if *word == "or" { "OR" } else { word }).collect();
        hints.push(QueryHint {
            message: "“or” is searched for as a word. To find either:".to_owned(),
            query: either.join(" "),
        });
    }
    if let Some(title) = title_in_capitals(&words) {
        hints.push(QueryHint {
            message: "AND, OR and NOT in capitals are operators. To find this title:".to_owned(),
            query: Query::words(QueryField::Subject, &title).to_string(),
        });
    }
    for leaf in leaves(query) {
        let Query::Leaf(field, QueryTerm::Words(word)) = leaf else { continue };
        if let Some((start, end)) = word.split_once('*')
            && !start.is_empty()
            && !end.is_empty()
            && !word.contains(char::is_whitespace)
        {
            let star = Query::Leaf(*field, QueryTerm::Prefix(start.to_owned())).to_string();
            hints.push(QueryHint {
                message:
                    "* stands only for the end of a word. To find all words with this beginning:"
                        .to_owned(),
                query: typed.replacen(&format!("{start}*{end}"), &star, 1),
            });
        }
    }
    hints
}

/// The words of a title that was copied in capitals, where an operator is among them.
fn title_in_capitals(words: &[&str]) -> Option<String> {
    let is_operator = |word: &&&str| matches!(**word, "AND" | "OR" | "NOT");
    let others = words.iter().filter(|word| !is_operator(word));
    let all_capitals = !words.iter().any(|word| word.chars().any(char::is_lowercase));
    let plain = words.iter().all(|word| !word.contains([':', '"', '(', ')', '*', '~']));
    let is_title = all_capitals && plain && others.count() >= MIN_WORDS_OF_TITLE;
    (is_title && words.iter().any(|word| is_operator(&word))).then(|| words.join(" "))
}

fn leaves(query: &Query) -> Vec<&Query> {
    match query {
        Query::All => Vec::new(),
        Query::Leaf(..) => vec![query],
        Query::And(inner) | Query::Or(inner) => inner.iter().flat_map(leaves).collect(),
        Query::Not(inner) => leaves(inner),
    }
}

/// The field that a mistyped one is close to: `persn:kennedy`.
fn hint_of_field(typed: &str) -> Vec<QueryHint> {
    let mut hints = Vec::new();
    for word in typed.split_whitespace() {
        let Some((name, _)) = word.split_once(':') else { continue };
        let is_known = QueryField::ALL.iter().any(|(known, _)| *known == name);
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase());
        if is_known || !is_name {
            continue;
        }
        let near = QueryField::ALL.iter().map(|(known, _)| (letters_apart(known, name), *known));
        if let Some((_, known)) = near.filter(|(letters, _)| *letters <= 2).min() {
            hints.push(QueryHint {
                message: format!("There is no field “{name}”. Perhaps:"),
                query: typed.replacen(&format!("{name}:"), &format!("{known}:"), 1),
            });
        }
    }
    hints
}

/// The number of letters to insert, remove or replace (Levenshtein).
fn letters_apart(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let changed = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(typed: &str) -> Option<String> {
        read_query(typed).expect("short").hints.first().map(|hint| hint.query.clone())
    }

    #[test]
    fn text_that_is_no_query_is_searched_for_as_words() {
        for (typed, query, problem) in [
            ("(missile", "missile", "parenthesis is not closed"),
            ("\"open quote", "open quote", "quote is not closed"),
            ("persn:kennedy", "persn kennedy", "no field"),
            ("treaty OR", "treaty", "missing"),
            ("https://example.org/cables/09PORTLOUIS214_a.html?x=1", "09PORTLOUIS214", "address"),
            ("https://example.org/", "example", "address"),
        ] {
            let reading = read_query(typed).expect("short");
            assert_eq!(reading.query.to_string(), query, "{typed}");
            assert_eq!(reading.typed, typed);
            let said = reading.problem.expect(typed);
            assert!(said.contains(problem), "{typed}: {said}");
        }
        assert!(read_query("missile sites").expect("short").problem.is_none());
        assert!(read_query(&"a".repeat(2_001)).is_err());
    }

    #[test]
    fn what_may_have_been_meant_is_offered() {
        for (typed, offered) in [
            ("missile or rocket", Some("missile OR rocket")),
            ("missile OR rocket", None),
            ("or not", None),
            ("mis*le site", None),
            ("missil*", None),
            ("MALI WILL NOT SIGN", Some("subject:\"MALI WILL NOT SIGN\"")),
            ("CUBA NOT MISSILE", None),
            ("persn:kennedy cuba", Some("person:kennedy cuba")),
            ("zzzzzz:kennedy", None),
        ] {
            assert_eq!(hint(typed).as_deref(), offered, "{typed}");
        }
    }

    #[test]
    fn distances_between_words() {
        for (one, other, expected) in
            [("person", "persn", 1), ("tag", "tag", 0), ("", "ab", 2), ("post", "pots", 2)]
        {
            assert_eq!(letters_apart(one, other), expected, "{one} {other}");
            assert_eq!(letters_apart(other, one), expected, "{other} {one}");
        }
    }
}
