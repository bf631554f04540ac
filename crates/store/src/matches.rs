//! Highlighting: finds the spans of a document that match a query.
//!
//! The index returns the matching documents. The spans are found in the text of
//! the document, with the same analyzer that the index uses, so that a span
//! always covers a form of what the query asks for.

use chancery_model::{Label, TextSpan};

use crate::archive::{Archive, Held};
use crate::effective;
use crate::error::StoreError;
use crate::fold::{self, Word};
use crate::query::{Field, Leaf, Query, named};

/// The leaves of a query that can be highlighted in a text.
pub(crate) struct Wanted(Vec<Want>);

enum Want {
    /// Consecutive forms.
    Words(Vec<String>),
    Prefix(String),
    Fuzzy(String, usize),
    /// Mentions with a label that contain these words or have these entities.
    Names(Option<Label>, Box<Want>, Vec<i64>),
    Entity(i64),
}

impl Wanted {
    pub(crate) fn of(archive: &Archive, query: &Query) -> Result<Self, StoreError> {
        let mut wants = Vec::new();
        gather(archive, query, &mut wants)?;
        Ok(Self(wants))
    }

    /// Returns the matching spans of `held`, in order and without overlap, each
    /// with the number of its leaf.
    pub(crate) fn places(&self, held: &Held) -> Vec<(TextSpan, usize)> {
        let text = held.annotated.document.text.as_str();
        let mut places = Vec::new();
        let in_text = |want: &&Want| !matches!(want, Want::Names(..) | Want::Entity(_));
        let words =
            if self.0.iter().any(|want| in_text(&want)) { fold::words(text) } else { Vec::new() };
        for (number, want) in self.0.iter().enumerate() {
            let mut found = Vec::new();
            match want {
                Want::Entity(entity) => {
                    let named = held.names.iter().filter(|name| name.entity == Some(*entity));
                    found.extend(named.map(|name| name.mention.span));
                }
                Want::Names(label, inner, entities) => {
                    for name in &held.names {
                        let is_class = label.is_none_or(|label| label == name.mention.label);
                        let known = name.entity.is_some_and(|entity| entities.contains(&entity));
                        let written = || {
                            let surface = &held.annotated.document.text[name.mention.span];
                            !in_words(inner, &fold::words(surface)).is_empty()
                        };
                        if known || is_class && written() {
                            found.push(name.mention.span);
                        }
                    }
                }
                want => found = in_words(want, &words),
            }
            places.extend(found.into_iter().map(|span| (span, number)));
        }
        places.sort_unstable_by_key(|(span, number)| (span.start, u32::MAX - span.end, *number));
        let mut end = 0;
        places.retain(|(span, _)| {
            let free = span.start >= end;
            end = end.max(span.end);
            free
        });
        places
    }
}

fn gather(archive: &Archive, query: &Query, wants: &mut Vec<Want>) -> Result<(), StoreError> {
    match query {
        Query::All | Query::Not(_) => {}
        Query::And(inner) | Query::Or(inner) => {
            for query in inner {
                gather(archive, query, wants)?;
            }
        }
        Query::Leaf(field, leaf) => wants.extend(want(archive, *field, leaf)?),
    }
    Ok(())
}

fn want(archive: &Archive, field: Field, leaf: &Leaf) -> Result<Option<Want>, StoreError> {
    let words = match leaf {
        Leaf::Words(words) => Want::Words(fold::written(words)),
        Leaf::Prefix(prefix) => Want::Prefix(fold::whole(prefix)),
        Leaf::Fuzzy(word, letters) => Want::Fuzzy(fold::whole(word), usize::from(*letters)),
        Leaf::Days(..) => return Ok(None),
    };
    let names = |label: Label, words: Want| -> Result<Option<Want>, StoreError> {
        let entities = match leaf {
            Leaf::Words(words) => named(archive, words, Some(label))?,
            _ => Vec::new(),
        };
        Ok(Some(Want::Names(Some(label), Box::new(words), entities)))
    };
    match field {
        Field::Text | Field::Subject => Ok(Some(words)),
        Field::Person => names(Label::Per, words),
        Field::Place => names(Label::Loc, words),
        Field::Org => names(Label::Org, words),
        Field::Entity => {
            let Leaf::Words(id) = leaf else { return Ok(None) };
            let Some(number) = effective::number(&archive.db, id)? else { return Ok(None) };
            Ok(Some(Want::Entity(effective::root(&archive.db, number)?.0)))
        }
        _ => Ok(None),
    }
}

/// Returns the spans of a leaf among the words of a text.
fn in_words(want: &Want, words: &[Word]) -> Vec<TextSpan> {
    let one = |fits: &dyn Fn(&str) -> bool| -> Vec<TextSpan> {
        let fitting = words.iter().filter(|word| fits(&word.form));
        let mut spans: Vec<TextSpan> = fitting.map(|word| word.span).collect();
        spans.dedup();
        spans
    };
    match want {
        Want::Words(forms) if forms.len() == 1 => one(&|form| form == forms[0]),
        Want::Words(forms) => phrases(forms, words),
        Want::Prefix(prefix) => one(&|form| form.starts_with(prefix.as_str())),
        Want::Fuzzy(word, letters) => one(&|form| is_near(word, form, *letters)),
        Want::Names(..) | Want::Entity(_) => Vec::new(),
    }
}

/// Returns the spans where all `forms` occur in sequence.
fn phrases(forms: &[String], words: &[Word]) -> Vec<TextSpan> {
    let Some((first, rest)) = forms.split_first() else { return Vec::new() };
    let mut spans = Vec::new();
    for (at, word) in words.iter().enumerate().filter(|(_, word)| word.form == *first) {
        let mut end = word.span.end;
        let mut after = &words[at..];
        let follows = rest.iter().zip(word.place + 1..).all(|(form, place)| {
            let skip = after.iter().take_while(|word| word.place < place).count();
            after = &after[skip..];
            let mut there = after.iter().take_while(|word| word.place == place);
            there.find(|word| word.form == *form).map(|word| end = word.span.end).is_some()
        });
        if follows {
            spans.push(TextSpan::new(word.span.start, end));
        }
    }
    spans
}

/// Returns whether two words differ by at most `letters` insertions, deletions,
/// substitutions or transpositions of adjacent letters (optimal string
/// alignment distance).
fn is_near(one: &str, other: &str, letters: usize) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > letters {
        return false;
    }
    let mut rows = [vec![0; other.len() + 1], (0..=other.len()).collect(), Vec::new()];
    for (i, a) in one.iter().enumerate() {
        let [before, last, next] = &mut rows;
        next.clear();
        next.push(i + 1);
        for (j, b) in other.iter().enumerate() {
            let replaced = last[j] + usize::from(a != b);
            let mut least = replaced.min(last[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            next.push(least);
        }
        rows.rotate_left(1);
    }
    rows[1][other.len()] <= letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_near_by_letters() {
        let cases = [
            ("kadafi", "kadafi", 0),
            ("kadafi", "qadafi", 1),
            ("kadafi", "kaddafi", 1),
            ("kadafi", "akdafi", 1),
            ("kadafi", "gaddafi", 2),
            ("a", "", 1),
        ];
        for (one, other, letters) in cases {
            for allowed in 0..3 {
                assert_eq!(is_near(one, other, allowed), allowed >= letters, "{one} {other}");
                assert_eq!(is_near(other, one, allowed), allowed >= letters, "{other} {one}");
            }
        }
    }

    #[test]
    fn phrases_run_over_alternative_forms() {
        let text = "The U.S. Navy and the al-Qa'ida threat; the US navy; cease-fire.";
        let words = fold::words(text);
        let found = |phrase: &str| -> Vec<&str> {
            let spans = in_words(&Want::Words(fold::written(phrase)), &words);
            spans.into_iter().map(|span| &text[span.range()]).collect()
        };
        assert_eq!(found("us navy"), ["U.S. Navy", "US navy"]);
        assert_eq!(found("qa'ida threat"), ["Qa'ida threat"]);
        assert_eq!(found("al qaida threat"), ["al-Qa'ida threat"]);
        assert_eq!(found("cease fire"), ["cease-fire"]);
        assert_eq!(found("ceasefire"), ["cease-fire"]);
        assert_eq!(found("navy the"), [""; 0]);
    }
}
