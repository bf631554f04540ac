//! Highlighting: finds the spans of a document that match a query.
//!
//! The index returns the matching documents. The spans are found in the text of
//! the document, with the same analyzer that the index uses, so that a span
//! always covers a form of what the query asks for.

use chancery_model::{ActKind, Label, TextSpan};

use crate::analyzer::{self, IndexedWord};
use crate::archive::{Archive, StoredDocument};
use crate::error::StoreError;
use crate::mention_classes::{ClassedMention, classed_mentions};
use crate::numbers::EntityNumber;
use crate::query::{
    Query, QueryField, QueryTerm, Slot, entities_with_id, entities_with_name, filled_windows,
    fits_pattern, parts_of_pattern, places_near, slots_of_phrase, stem, window_width,
};
use crate::statements::{LEAST_SCORE, StoredAttribution, StoredParty};
use crate::stored_mention::StoredMention;

/// The leaves of a query that can be highlighted in a text.
pub(crate) struct QueryHighlighter(Vec<HighlightTerm>);

enum HighlightTerm {
    /// What is found in footnotes alone.
    Footnotes(Box<HighlightTerm>),
    /// Consecutive forms.
    Words(Vec<String>),
    Prefix(String),
    Fuzzy(String, usize),
    /// Words that fit the parts of a pattern.
    Pattern(Vec<String>),
    /// Words with one of these stems.
    Stems(Vec<String>),
    /// Words and mentions in a window of this width.
    Together(Vec<Slot>, u32),
    /// Mentions with a label that contain these words or have these entities.
    Mentions(Option<Label>, Box<HighlightTerm>, Vec<EntityNumber>),
    /// Mentions of these entities.
    Entities(Vec<EntityNumber>),
    /// What statements and acts say of a party with these words or entities.
    Party(QueryField, Box<HighlightTerm>, Vec<EntityNumber>),
    /// What is found in what is said.
    Said(Box<HighlightTerm>),
}

impl HighlightTerm {
    /// Whether it is found among the words of the text.
    fn is_in_text(&self) -> bool {
        !matches!(self, Self::Mentions(..) | Self::Entities(_) | Self::Party(..))
    }

    /// Whether a form among the words of the text can be a part of what it finds.
    fn asks_for(&self, form: &str) -> bool {
        match self {
            Self::Words(forms) => forms.iter().any(|asked| asked == form),
            Self::Prefix(prefix) => form.starts_with(prefix.as_str()),
            Self::Fuzzy(word, letters) => is_within_distance(word, form, *letters),
            Self::Pattern(parts) => fits_pattern(parts, form),
            Self::Stems(stems) => stems.contains(&stem(form)),
            // Mentions are placed among all words.
            Self::Together(..) => true,
            Self::Footnotes(inner) | Self::Said(inner) => inner.asks_for(form),
            Self::Mentions(..) | Self::Entities(_) | Self::Party(..) => false,
        }
    }
}

impl QueryHighlighter {
    pub(crate) fn from_query(archive: &Archive, query: &Query) -> Result<Self, StoreError> {
        let mut terms = Vec::new();
        collect_terms(archive, query, &mut terms)?;
        Ok(Self(terms))
    }

    /// Returns the matching spans of `stored`, in order and without overlap, each
    /// with the number of its leaf.
    pub(crate) fn matching_spans(
        &self,
        archive: &Archive,
        stored: &StoredDocument,
    ) -> Result<Vec<(TextSpan, usize)>, StoreError> {
        let text = stored.annotated.document.text.as_str();
        let mut spans = Vec::new();
        let is_attributed = |term: &HighlightTerm| {
            matches!(term, HighlightTerm::Party(..) | HighlightTerm::Said(_))
        };
        let attribution = match self.0.iter().any(is_attributed) {
            true => archive.documents().stored_attribution(stored.number)?,
            false => StoredAttribution::default(),
        };
        let words = match self.0.iter().any(HighlightTerm::is_in_text) {
            true => analyzer::words_with_forms(text, &|form| {
                self.0.iter().any(|term| term.asks_for(form))
            }),
            false => Vec::new(),
        };
        for (number, term) in self.0.iter().enumerate() {
            let mut found = Vec::new();
            match term {
                HighlightTerm::Entities(entities) => found = spans_of_entities(stored, entities),
                HighlightTerm::Mentions(label, inner, entities) => {
                    for mention in &stored.mentions {
                        let has_label = label.is_none_or(|label| label == mention.mention.label);
                        let has_entity =
                            mention.entity().is_some_and(|entity| entities.contains(&entity));
                        let is_written = || {
                            let surface = &stored.annotated.document.text[mention.mention.span];
                            !spans_in_words(inner, &analyzer::split_words(surface)).is_empty()
                        };
                        if has_entity || has_label && is_written() {
                            found.push(mention.mention.span);
                        }
                    }
                }
                HighlightTerm::Party(field, words, entities) => {
                    let fits = PartyFits { archive, stored, words, entities };
                    found = fits.spans(*field, &attribution)?;
                }
                HighlightTerm::Said(inner) => {
                    found = match &**inner {
                        HighlightTerm::Entities(entities) => spans_of_entities(stored, entities),
                        words_said => spans_in_words(words_said, &words),
                    };
                    found.retain(|span| {
                        let mut said = attribution.statements.iter();
                        said.any(|one| {
                            one.score >= LEAST_SCORE
                                && one.content.start <= span.start
                                && span.end <= one.content.end
                        })
                    });
                }
                HighlightTerm::Footnotes(inner) => {
                    let document = &stored.annotated.document;
                    found = spans_in_words(inner, &words);
                    found.retain(|span| document.footnote_at(span.start).is_some());
                }
                HighlightTerm::Together(slots, width) => {
                    let offices = archive.documents().office_spans(stored.number)?;
                    let classed = classed_mentions(text, &stored.mentions, &offices);
                    found = spans_together(slots, *width, &words, &classed);
                }
                term => found = spans_in_words(term, &words),
            }
            spans.extend(found.into_iter().map(|span| (span, number)));
        }
        spans.sort_unstable_by_key(|(span, number)| (span.start, u32::MAX - span.end, *number));
        let mut end = 0;
        spans.retain(|(span, _)| {
            let free = span.start >= end;
            end = end.max(span.end);
            free
        });
        Ok(spans)
    }
}

/// The mentions of these entities.
fn spans_of_entities(stored: &StoredDocument, entities: &[EntityNumber]) -> Vec<TextSpan> {
    let is_one = |one: &&StoredMention| one.entity().is_some_and(|one| entities.contains(&one));
    stored.mentions.iter().filter(is_one).map(|mention| mention.mention.span).collect()
}

/// Finds the statements and acts of a party.
struct PartyFits<'a> {
    archive: &'a Archive,
    stored: &'a StoredDocument,
    words: &'a HighlightTerm,
    entities: &'a [EntityNumber],
}

impl PartyFits<'_> {
    /// The words that say who says something, or who met.
    fn spans(
        &self,
        field: QueryField,
        attribution: &StoredAttribution,
    ) -> Result<Vec<TextSpan>, StoreError> {
        let mut spans = Vec::new();
        for one in attribution.statements.iter().filter(|one| one.score >= LEAST_SCORE) {
            let party = match field {
                QueryField::Said => &one.speaker,
                QueryField::Told => &one.hearer,
                _ => &None,
            };
            if let Some(party) = party
                && self.fits(party)?
            {
                spans.push(one.opening());
            }
        }
        for act in attribution.acts.iter().filter(|act| act.score >= LEAST_SCORE) {
            let place = act.place.map(StoredParty::Mention);
            let parties: Vec<&StoredParty> = match field {
                QueryField::Met if act.kind == ActKind::Met => {
                    act.who.iter().chain(&act.whom).collect()
                }
                QueryField::In => place.iter().collect(),
                _ => Vec::new(),
            };
            for party in parties {
                if self.fits(party)? {
                    spans.push(act.cue);
                    break;
                }
            }
        }
        Ok(spans)
    }

    fn fits(&self, party: &StoredParty) -> Result<bool, StoreError> {
        let entity = party.entity(self.archive.entities(), &self.stored.mentions)?;
        if entity.is_some_and(|entity| self.entities.contains(&entity)) {
            return Ok(true);
        }
        let text = self.stored.annotated.document.text.as_str();
        Ok(!spans_in_words(self.words, &analyzer::split_words(party.words(text))).is_empty())
    }
}

fn collect_terms(
    archive: &Archive,
    query: &Query,
    terms: &mut Vec<HighlightTerm>,
) -> Result<(), StoreError> {
    match query {
        Query::All | Query::Not(_) => {}
        Query::And(inner) | Query::Or(inner) => {
            for query in inner {
                collect_terms(archive, query, terms)?;
            }
        }
        Query::Leaf(field, leaf) => terms.extend(term_for_leaf(archive, *field, leaf)?),
    }
    Ok(())
}

fn term_for_leaf(
    archive: &Archive,
    field: QueryField,
    leaf: &QueryTerm,
) -> Result<Option<HighlightTerm>, StoreError> {
    let words = match leaf {
        QueryTerm::Words(words) => HighlightTerm::Words(analyzer::written_forms(words)),
        QueryTerm::Prefix(prefix) => HighlightTerm::Prefix(analyzer::fold_to_one_word(prefix)),
        QueryTerm::Fuzzy(word, letters) => {
            HighlightTerm::Fuzzy(analyzer::fold_to_one_word(word), usize::from(*letters))
        }
        QueryTerm::Pattern(pattern) => HighlightTerm::Pattern(parts_of_pattern(pattern)),
        QueryTerm::Together(words, gap) => match slots_of_phrase(words) {
            Some(slots) => {
                let width = window_width(slots.len(), *gap);
                HighlightTerm::Together(slots, width)
            }
            None => return Ok(None),
        },
        QueryTerm::Within(place, kilometres) => {
            return Ok(places_near(archive, place, *kilometres).ok().map(HighlightTerm::Entities));
        }
        QueryTerm::Days(..) => return Ok(None),
    };
    let mention_term =
        |label: Label, words: HighlightTerm| -> Result<Option<HighlightTerm>, StoreError> {
            let entities = match leaf {
                QueryTerm::Words(words) => entities_with_name(archive, words, Some(label))?,
                _ => Vec::new(),
            };
            Ok(Some(HighlightTerm::Mentions(Some(label), Box::new(words), entities)))
        };
    match field {
        QueryField::Text | QueryField::Subject => Ok(Some(words)),
        QueryField::Stem => Ok(match words {
            HighlightTerm::Words(forms) => {
                Some(HighlightTerm::Stems(forms.iter().map(|form| stem(form)).collect()))
            }
            _ => None,
        }),
        QueryField::Footnote => Ok(Some(HighlightTerm::Footnotes(Box::new(words)))),
        QueryField::Person => mention_term(Label::Per, words),
        QueryField::Place => mention_term(Label::Loc, words),
        QueryField::Org => mention_term(Label::Org, words),
        QueryField::Entity => Ok(entities_with_id(archive, leaf)?.map(HighlightTerm::Entities)),
        QueryField::About => Ok(Some(HighlightTerm::Said(Box::new(
            entities_with_id(archive, leaf)?.map_or(words, HighlightTerm::Entities),
        )))),
        QueryField::Said | QueryField::Told | QueryField::Met | QueryField::In => {
            let entities = match (entities_with_id(archive, leaf)?, leaf) {
                (Some(entities), _) => entities,
                (None, QueryTerm::Words(words)) => entities_with_name(archive, words, None)?,
                (None, _) => Vec::new(),
            };
            Ok(Some(HighlightTerm::Party(field, Box::new(words), entities)))
        }
        QueryField::From
        | QueryField::To
        | QueryField::Post
        | QueryField::Date
        | QueryField::Tag
        | QueryField::Keyword
        | QueryField::Classification
        | QueryField::Marking
        | QueryField::Reference
        | QueryField::Path
        | QueryField::Office
        | QueryField::Near
        | QueryField::Like
        | QueryField::Copies
        | QueryField::Note => Ok(None),
    }
}

/// Returns the spans of a leaf among the words of a text.
fn spans_in_words(term: &HighlightTerm, words: &[IndexedWord]) -> Vec<TextSpan> {
    let one = |fits: &dyn Fn(&str) -> bool| -> Vec<TextSpan> {
        let fitting = words.iter().filter(|word| fits(&word.form));
        let mut spans: Vec<TextSpan> = fitting.map(|word| word.span).collect();
        spans.dedup();
        spans
    };
    match term {
        HighlightTerm::Words(forms) if forms.len() == 1 => one(&|form| form == forms[0]),
        HighlightTerm::Words(forms) => phrase_spans(forms, words),
        HighlightTerm::Prefix(prefix) => one(&|form| form.starts_with(prefix.as_str())),
        HighlightTerm::Fuzzy(word, letters) => {
            one(&|form| is_within_distance(word, form, *letters))
        }
        HighlightTerm::Pattern(parts) => one(&|form| fits_pattern(parts, form)),
        HighlightTerm::Stems(stems) => one(&|form| stems.contains(&stem(form))),
        HighlightTerm::Mentions(..)
        | HighlightTerm::Together(..)
        | HighlightTerm::Entities(_)
        | HighlightTerm::Footnotes(_)
        | HighlightTerm::Party(..)
        | HighlightTerm::Said(_) => Vec::new(),
    }
}

/// Returns the spans of the words and mentions that fill all slots of a window.
fn spans_together(
    slots: &[Slot],
    width: u32,
    words: &[IndexedWord],
    classed: &[ClassedMention],
) -> Vec<TextSpan> {
    let spans_of = |slot: &Slot| -> Vec<(u32, TextSpan)> {
        match slot {
            Slot::Word(form) => {
                let same = words.iter().filter(|word| word.form == *form);
                same.map(|word| (word.position as u32, word.span)).collect()
            }
            Slot::Mention(class) => {
                let same = classed.iter().filter(|one| one.class == *class);
                same.map(|one| (one.position as u32, one.span)).collect()
            }
        }
    };
    let placed: Vec<Vec<(u32, TextSpan)>> = slots.iter().map(spans_of).collect();
    let positions: Vec<Vec<u32>> =
        placed.iter().map(|one| one.iter().map(|(position, _)| *position).collect()).collect();
    let mut spans = Vec::new();
    for window in filled_windows(&positions, width) {
        for (position, placed) in window.iter().zip(&placed) {
            spans.extend(placed.iter().find(|(at, _)| at == position).map(|(_, span)| *span));
        }
    }
    spans
}

/// Returns the spans where all `forms` occur in sequence.
fn phrase_spans(forms: &[String], words: &[IndexedWord]) -> Vec<TextSpan> {
    let Some((first, rest)) = forms.split_first() else { return Vec::new() };
    let mut spans = Vec::new();
    for (at, word) in words.iter().enumerate().filter(|(_, word)| word.form == *first) {
        let mut end = word.span.end;
        let mut after = &words[at..];
        let follows = rest.iter().zip(word.position + 1..).all(|(form, position)| {
            let skip = after.iter().take_while(|word| word.position < position).count();
            after = &after[skip..];
            let mut there = after.iter().take_while(|word| word.position == position);
            there.find(|word| word.form == *form).map(|word| end = word.span.end).is_some()
        });
        if follows {
            spans.push(TextSpan::new(word.span.start, end));
        }
    }
    spans
}

/// Returns whether two words differ by at most `letters` insertions, deletions,
/// substitutions or transpositions of adjacent letters.
fn is_within_distance(one: &str, other: &str, letters: usize) -> bool {
    let lengths = one.chars().count().abs_diff(other.chars().count());
    lengths <= letters && strsim::osa_distance(one, other) <= letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edit_distance_is_symmetric() {
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
                assert_eq!(
                    is_within_distance(one, other, allowed),
                    allowed >= letters,
                    "{one} {other}"
                );
                assert_eq!(
                    is_within_distance(other, one, allowed),
                    allowed >= letters,
                    "{other} {one}"
                );
            }
        }
    }

    #[test]
    fn phrases_match_alternative_forms() {
        let text = "The U.S. Navy and the al-Qa'ida threat; the US navy; cease-fire.";
        let words = analyzer::split_words(text);
        let found = |phrase: &str| -> Vec<&str> {
            let spans =
                spans_in_words(&HighlightTerm::Words(analyzer::written_forms(phrase)), &words);
            spans.into_iter().map(|span| &text[span.byte_range()]).collect()
        };
        assert_eq!(found("us navy"), ["U.S. Navy", "US navy"]);
        assert_eq!(found("qa'ida threat"), ["Qa'ida threat"]);
        assert_eq!(found("al qaida threat"), ["al-Qa'ida threat"]);
        assert_eq!(found("cease fire"), ["cease-fire"]);
        assert_eq!(found("ceasefire"), ["cease-fire"]);
        assert_eq!(found("navy the"), [""; 0]);
        // The words that a phrase asks for are enough to find it.
        for phrase in ["us navy", "al qaida threat", "cease fire", "navy the", "the us navy"] {
            let term = HighlightTerm::Words(analyzer::written_forms(phrase));
            let asked = analyzer::words_with_forms(text, &|form| term.asks_for(form));
            assert!(asked.len() < words.len());
            assert_eq!(spans_in_words(&term, &asked), spans_in_words(&term, &words), "{phrase}");
        }
    }
}
