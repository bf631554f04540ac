//! Words that a query means without naming them: the forms of a word, words with gaps,
//! the telling words of a document.
//!
//! All are found in the dictionary of the index, within bounds.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use frostem::{Algorithm, Stemmer};
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query as IndexQuery, RegexQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Score, Searcher, Term};

use crate::analyzer;
use crate::error::StoreError;

/// Maximum number of forms of one word.
const MAX_FORMS: usize = 200;

/// Letters that all forms of a word begin with.
const SAME_LETTERS: usize = 3;

/// Letters that a word with gaps needs before the first one.
const LEAST_LETTERS: usize = 2;

/// Number of telling words of a document.
const TELLING_WORDS: usize = 25;

/// Share of the telling words that a similar document has, in percent.
const LEAST_SHARED: usize = 50;

/// Number of documents up to which no word counts as common.
const SMALL_ARCHIVE: Score = 20.0;

/// Share of the documents that have a common word.
const COMMON: Score = 0.4;

/// Minimum length of a telling word, in characters.
const LEAST_TELLING: usize = 4;

static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::new(Algorithm::English));

/// The English stem of a folded word: "negoti" of "negotiated".
pub(crate) fn stem(word: &str) -> String {
    ENGLISH.stem(word).into_owned()
}

/// Returns a query for all forms of a folded word that the index has.
pub(super) fn forms_query(
    searcher: &Searcher,
    field: Field,
    word: &str,
) -> Result<Box<dyn IndexQuery>, StoreError> {
    let wanted = stem(word);
    let start: String = word.chars().take(SAME_LETTERS).collect();
    let mut forms = BTreeSet::from([word.to_owned()]);
    for segment in searcher.segment_readers() {
        let inverted = segment.inverted_index(field)?;
        let range = inverted.terms().range().ge(start.as_bytes());
        let mut terms = range.into_stream().map_err(tantivy::TantivyError::from)?;
        while let Some((term, _)) = terms.next() {
            if !term.starts_with(start.as_bytes()) || forms.len() >= MAX_FORMS {
                break;
            }
            if let Ok(form) = std::str::from_utf8(term)
                && stem(form) == wanted
            {
                forms.insert(form.to_owned());
            }
        }
    }
    Ok(Box::new(BooleanQuery::new(
        forms.iter().map(|form| (Occur::Should, term_query(field, form))).collect(),
    )))
}

fn term_query(field: Field, form: &str) -> Box<dyn IndexQuery> {
    let term = Term::from_field_text(field, form);
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

/// The parts of a word with gaps between them, folded: "mis*le".
pub(crate) fn parts_of_pattern(pattern: &str) -> Vec<String> {
    pattern.split('*').map(analyzer::fold_to_one_word).collect()
}

/// Whether a folded word fits the parts of a pattern.
pub(crate) fn fits_pattern(parts: &[String], word: &str) -> bool {
    let [first, inner @ .., last] = parts else { return false };
    let Some(mut rest) = word.strip_prefix(first.as_str()) else { return false };
    for part in inner {
        match rest.split_once(part.as_str()) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last.as_str())
}

/// Returns a query for the words that fit a pattern.
///
/// # Errors
/// If it begins with fewer than two letters: nearly all words would have to be read.
pub(super) fn pattern_query(
    field: Field,
    pattern: &str,
) -> Result<Box<dyn IndexQuery>, StoreError> {
    let parts = parts_of_pattern(pattern);
    if parts.first().is_none_or(|first| first.chars().count() < LEAST_LETTERS) {
        let what = format!("{pattern}: a word with * inside needs two letters before it");
        return Err(StoreError::InvalidRequest(what));
    }
    // Folded words have only letters and digits.
    Ok(Box::new(RegexQuery::from_pattern(&parts.join(".*"), field)?))
}

/// Returns a query for documents that share telling words with a text: those that are
/// frequent in it and rare in the archive.
pub(super) fn similar_query(
    searcher: &Searcher,
    field: Field,
    text: &str,
) -> Result<Box<dyn IndexQuery>, StoreError> {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for form in analyzer::written_forms(text) {
        let is_word = form.chars().all(char::is_alphabetic);
        if is_word && form.chars().count() >= LEAST_TELLING {
            *counts.entry(form).or_default() += 1;
        }
    }
    let all = searcher.num_docs() as f32;
    let mut rated: Vec<(Score, String)> = Vec::with_capacity(counts.len());
    for (form, count) in counts {
        let with = searcher.doc_freq(&Term::from_field_text(field, &form))? as f32;
        // A word of this document alone finds no other, and one of very many tells nothing.
        let is_common = all > SMALL_ARCHIVE && with > all * COMMON;
        if with > 1.0 && !is_common {
            rated.push((count as f32 * (1.0 + all / with).ln(), form));
        }
    }
    rated.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    rated.truncate(TELLING_WORDS);
    let least = (rated.len() * LEAST_SHARED).div_ceil(100).max(1);
    let boosted = rated.into_iter().map(|(score, form)| {
        let boosted: Box<dyn IndexQuery> =
            Box::new(BoostQuery::new(term_query(field, &form), score));
        (Occur::Should, boosted)
    });
    Ok(Box::new(BooleanQuery::with_minimum_required_clauses(boosted.collect(), least)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_gaps() {
        for (pattern, word, expected) in [
            ("mis*le", "missile", true),
            ("mis*le", "misle", true),
            ("mis*le", "missiles", false),
            ("k*d*fi", "kadafi", true),
            ("k*d*fi", "khaddafi", true),
            ("k*d*fi", "kafid", false),
            ("ab*ba", "aba", false),
            ("miss*les*", "missiles", true),
        ] {
            assert_eq!(
                fits_pattern(&parts_of_pattern(pattern), word),
                expected,
                "{pattern} {word}"
            );
        }
    }

    #[test]
    fn forms_of_a_word_have_one_stem() {
        assert_eq!(stem("negotiations"), stem("negotiated"));
        assert_ne!(stem("police"), stem("policy"));
    }
}
