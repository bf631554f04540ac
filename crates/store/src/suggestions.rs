//! Suggestions for a query that finds nothing: "did you mean".
//!
//! The words of the query that no document has in their field are compared with the
//! words that documents have there, and with the names of entities. Nothing is
//! replaced in silence: a suggestion is another query, with the number of documents
//! that it finds. The work is bounded: the index finds close words without reading all
//! of them, and few combinations are tried.

use std::cmp::Reverse;
use std::collections::HashMap;

use tantivy::Term;
use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field as IndexField;

use crate::analyzer;
use crate::archive::Archive;
use crate::error::StoreError;
use crate::index_guard::run_guarded;
use crate::query::{Query, QueryField, QueryTerm};
use crate::search::{QuerySuggestion, SearchRequest, Searcher};

/// Maximum number of suggestions.
const MAX_SUGGESTIONS: usize = 3;

/// Maximum number of words of a phrase that are compared.
const MAX_WORDS: usize = 5;

/// Maximum number of close words for one that nothing has.
const MAX_CLOSE_WORDS: usize = 4;

/// Maximum number of combinations of close words that are tried for a phrase.
const MAX_COMBINATIONS: usize = 24;

/// A word that documents have, and how far it is from a word of the query.
#[derive(Clone, Debug, PartialEq, Eq)]
struct CloseWord {
    word: String,
    letters: usize,
    documents: u64,
}

impl Searcher {
    /// Returns queries that find documents and differ from `query` by the spelling of
    /// the words that find none, the closest first.
    ///
    /// # Errors
    /// If the archive or its index cannot be read.
    pub fn suggest_queries(
        &self,
        archive: &Archive,
        query: &Query,
    ) -> Result<Vec<QuerySuggestion>, StoreError> {
        let mut choices: Vec<(usize, Vec<String>)> = Vec::new();
        for (number, (field, words)) in positive_leaves(query).into_iter().enumerate() {
            let leaf = Query::words(field, &words);
            if analyzer::written_forms(&words).is_empty() || self.count(archive, leaf)? > 0 {
                continue;
            }
            let close = self.close_phrases(archive, field, &words)?;
            if close.is_empty() {
                return Ok(Vec::new());
            }
            choices.push((number, close));
        }
        let mut suggestions: Vec<QuerySuggestion> = Vec::new();
        let most = choices.iter().map(|(_, close)| close.len()).max().unwrap_or(0);
        for rank in 0..most.min(MAX_SUGGESTIONS) {
            let mut other = query.clone();
            for (number, close) in &choices {
                let words = &close[rank.min(close.len() - 1)];
                replace_leaf(&mut other, *number, words);
            }
            let documents = self.count(archive, other.clone())?;
            if documents > 0 && suggestions.iter().all(|known| known.query != other) {
                suggestions.push(QuerySuggestion { query: other, documents });
            }
        }
        Ok(suggestions)
    }

    fn count(&self, archive: &Archive, query: Query) -> Result<usize, StoreError> {
        let request = SearchRequest { limit: 0, ..SearchRequest::new(query) };
        Ok(self.rank_matches(archive, &request)?.total)
    }

    /// Returns spellings of the words of a leaf that find documents.
    fn close_phrases(
        &self,
        archive: &Archive,
        field: QueryField,
        words: &str,
    ) -> Result<Vec<String>, StoreError> {
        if field == QueryField::Post {
            return posts_with_word(archive, words);
        }
        let forms = analyzer::written_forms(words);
        let Some(index_field) = self.field_of_words(field).filter(|_| forms.len() <= MAX_WORDS)
        else {
            return Ok(Vec::new());
        };
        let mut phrases: Vec<(usize, Vec<String>)> = vec![(0, Vec::new())];
        for form in &forms {
            let close = self.close_words(archive, field, index_field, form)?;
            let extend = |(letters, phrase): &(usize, Vec<String>)| -> Vec<(usize, Vec<String>)> {
                let with = |close: &CloseWord| {
                    let words = phrase.iter().chain([&close.word]).cloned().collect();
                    (letters + close.letters, words)
                };
                close.iter().map(with).collect()
            };
            phrases = phrases.iter().flat_map(extend).collect();
            phrases.sort_by_key(|(letters, _)| *letters);
            phrases.truncate(MAX_COMBINATIONS);
        }
        let mut found = Vec::new();
        for (_, phrase) in phrases {
            let phrase = phrase.join(" ");
            if self.count(archive, Query::words(field, &phrase))? > 0 {
                found.push(phrase);
            }
            if found.len() == MAX_SUGGESTIONS {
                break;
            }
        }
        Ok(found)
    }

    /// Returns the words of a field that are close to a word, the closest first.
    fn close_words(
        &self,
        archive: &Archive,
        field: QueryField,
        index_field: IndexField,
        word: &str,
    ) -> Result<Vec<CloseWord>, StoreError> {
        // A short word is close to very many others.
        let letters = match word.chars().count() {
            0..=3 => 0,
            4 | 5 => 1,
            _ => 2,
        };
        let mut counts = self.indexed_words_near(archive, index_field, word, letters)?;
        if matches!(field, QueryField::Person | QueryField::Place | QueryField::Org) {
            for name in names_near(archive, word, letters)? {
                counts.entry(name).or_insert(0);
            }
        }
        let close = counts.into_iter().map(|(close, documents)| {
            let letters = strsim::osa_distance(word, &close);
            CloseWord { word: close, letters, documents }
        });
        let mut close: Vec<CloseWord> = close.collect();
        let other_start = |close: &CloseWord| close.word.chars().next() != word.chars().next();
        close.sort_by(|one, other| {
            let key = |close: &CloseWord| {
                (close.letters, other_start(close), Reverse(close.documents), close.word.clone())
            };
            key(one).cmp(&key(other))
        });
        close.truncate(MAX_CLOSE_WORDS);
        Ok(close)
    }

    /// Returns the indexed words that differ by at most `letters`, each with its number
    /// of documents.
    fn indexed_words_near(
        &self,
        archive: &Archive,
        field: IndexField,
        word: &str,
        letters: u8,
    ) -> Result<HashMap<String, u64>, StoreError> {
        run_guarded(archive.work_budget(), || {
            let near = FuzzyTermQuery::new(Term::from_field_text(field, word), letters, true);
            let mut counts: HashMap<String, u64> = HashMap::new();
            for segment in self.reader.searcher.segment_readers() {
                let index = segment.inverted_index(field)?;
                let mut terms = index
                    .terms()
                    .search(near.automaton()?)
                    .into_stream()
                    .map_err(tantivy::TantivyError::from)?;
                while terms.advance() {
                    archive.work_budget().check()?;
                    if let Ok(term) = std::str::from_utf8(terms.key()) {
                        let documents = u64::from(terms.value().doc_freq);
                        *counts.entry(term.to_owned()).or_default() += documents;
                    }
                }
            }
            Ok(counts)
        })
    }

    /// The field of the index in which the words of a field of queries are.
    fn field_of_words(&self, field: QueryField) -> Option<IndexField> {
        let fields = &self.reader.fields;
        match field {
            QueryField::Text => Some(fields.text),
            QueryField::Subject => Some(fields.subject),
            QueryField::From => Some(fields.from),
            QueryField::To => Some(fields.to),
            QueryField::Person => Some(fields.person),
            QueryField::Place => Some(fields.place),
            QueryField::Org => Some(fields.org),
            _ => None,
        }
    }
}

/// Returns the words of names of entities that begin as `word` does and differ by at
/// most `letters`. No document needs to have them: they are from lists and from users.
fn names_near(archive: &Archive, word: &str, letters: u8) -> Result<Vec<String>, StoreError> {
    let Some(first) = word.chars().next() else { return Ok(Vec::new()) };
    let after = char::from_u32(u32::from(first) + 1).unwrap_or(char::MAX);
    let sql = "SELECT DISTINCT word FROM name_words WHERE word >= ?1 AND word < ?2";
    let words = archive.query_strings(sql, [first.to_string(), after.to_string()])?;
    let is_near = |name: &String| {
        let lengths = name.chars().count().abs_diff(word.chars().count());
        lengths <= usize::from(letters) && strsim::osa_distance(word, name) <= usize::from(letters)
    };
    Ok(words.into_iter().filter(is_near).collect())
}

/// Returns the posts that have a word close to `words` in their names: `post:` takes whole
/// names. Those of the most documents come first.
fn posts_with_word(archive: &Archive, words: &str) -> Result<Vec<String>, StoreError> {
    let asked = analyzer::written_forms(words).join(" ");
    let sql = "SELECT post FROM documents WHERE post IS NOT NULL
         GROUP BY post ORDER BY count(*) DESC, post";
    let letters = usize::from(asked.chars().count() > 3);
    let is_close = |post: &String| {
        let forms = analyzer::written_forms(post);
        forms.iter().any(|form| *form == asked || strsim::osa_distance(form, &asked) <= letters)
            || strsim::osa_distance(&forms.join(" "), &asked) <= 2 * letters
    };
    let mut posts = archive.query_strings(sql, [])?;
    posts.retain(is_close);
    posts.truncate(MAX_SUGGESTIONS);
    Ok(posts)
}

/// Returns the words that a query asks for, in order, without those of NOT.
fn positive_leaves(query: &Query) -> Vec<(QueryField, String)> {
    match query {
        Query::Leaf(field, QueryTerm::Words(words)) => vec![(*field, words.clone())],
        Query::And(inner) | Query::Or(inner) => inner.iter().flat_map(positive_leaves).collect(),
        Query::All | Query::Not(_) | Query::Leaf(..) => Vec::new(),
    }
}

/// Replaces the words of one of the [`positive_leaves`]. Returns how many leaves the
/// query has.
fn replace_leaf(query: &mut Query, number: usize, new: &str) -> usize {
    match query {
        Query::Leaf(_, QueryTerm::Words(words)) => {
            if number == 0 {
                new.clone_into(words);
            }
            1
        }
        Query::And(inner) | Query::Or(inner) => {
            let mut passed = 0;
            for query in inner {
                // The leaves before it are passed.
                let left = number.checked_sub(passed).unwrap_or(usize::MAX);
                passed += replace_leaf(query, left, new);
            }
            passed
        }
        Query::All | Query::Not(_) | Query::Leaf(..) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse_query;

    #[test]
    fn one_leaf_is_replaced() {
        let query = parse_query("a (b OR person:c) NOT d e").expect("a query");
        let words: Vec<String> = positive_leaves(&query).into_iter().map(|leaf| leaf.1).collect();
        assert_eq!(words, ["a", "b", "c", "e"]);
        for (number, expected) in [
            (0, "x (b OR person:c) NOT d e"),
            (1, "a (x OR person:c) NOT d e"),
            (2, "a (b OR person:x) NOT d e"),
            (3, "a (b OR person:c) NOT d x"),
        ] {
            let mut other = query.clone();
            assert_eq!(replace_leaf(&mut other, number, "x"), 4);
            assert_eq!(other, parse_query(expected).expect("a query"), "{number}");
        }
    }
}
