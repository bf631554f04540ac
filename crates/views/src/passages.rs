//! Passages: exact quotations of documents, each with its place and citation.
//!
//! A program that answers from an archive needs words that it can check. So
//! `quotation` is always the text of the document from `start` to `end`, in code points,
//! with nothing left out or added. Passages end where words end, and never leave their
//! paragraph, unless the caller asks for a span that does.

use std::collections::HashSet;

use chancery_model::{BlockKind, CodePoints, Document, TextSpan, is_invisible};
use chancery_store::{
    Archive, DocumentRow, EntityNumber, MentionRef, Query, SearchHit, SearchRequest, SortOrder,
    StoredDocument,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::citation::cite_document;
use crate::error::ViewError;
use crate::formatting::format_count;
use crate::limits::{check_name_length, check_offset, parse_limited_query};
use crate::paragraph_anchors::cited_number;
use crate::search_response::DocumentSummary;
use crate::session::ReadSession;

/// Maximum length of a quotation, in bytes. Longer paragraphs are several passages.
const MAX_QUOTATION_BYTES: usize = 6_000;

/// Maximum length of a sentence that names an entity, in bytes; of longer ones the part
/// around the name is quoted.
const MAX_SENTENCE_BYTES: usize = 1_200;

/// An exact quotation of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Passage {
    /// The text of the document from `start` to `end`.
    pub quotation: String,
    /// Id of the document.
    pub document: String,
    /// The paragraph that it begins in.
    pub paragraph: PassageParagraph,
    /// First code point.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// How to cite it.
    pub citation: String,
    /// Whether the quotation has characters that are not seen: bidirectional controls,
    /// tags, zero-width characters.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub has_hidden_characters: bool,
}

/// The paragraph of a passage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PassageParagraph {
    /// Its position in the document, from 1; headings, tables and footnotes count.
    pub position: usize,
    /// "header", "heading", "dateline", "paragraph", "table", "signature" or "footnote".
    pub kind: &'static str,
    /// Its number as printed, or that of the numbered paragraph that it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Marker of the footnote, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footnote: Option<String>,
}

impl PassageParagraph {
    /// Returns the block that has this byte of a document, or the one before it.
    pub fn at(document: &Document, at: u32) -> Self {
        let position = document.blocks.partition_point(|block| block.span.start <= at);
        let Some(block) = position.checked_sub(1).and_then(|at| document.blocks.get(at)) else {
            return Self { position: 0, kind: "paragraph", ..Self::default() };
        };
        let (number, footnote) = match &block.kind {
            BlockKind::Paragraph(_) => {
                let number = cited_number(&document.blocks, position - 1);
                (number.map(str::to_owned), None)
            }
            BlockKind::Footnote(note) => (None, Some(note.marker.clone())),
            _ => (None, None),
        };
        Self { position, kind: block.kind.as_str(), number, footnote }
    }

    /// Returns its name in citations: "para. 5", "footnote 3". None if the document prints
    /// no number for it.
    pub fn cited(&self) -> Option<String> {
        let footnote = self.footnote.as_ref().map(|marker| cited_footnote(marker));
        footnote.or_else(|| self.number.as_ref().map(|number| cited_paragraph(number)))
    }
}

/// The name of a numbered paragraph in citations.
pub fn cited_paragraph(number: &str) -> String {
    format!("para. {number}")
}

/// The name of a footnote in citations.
pub fn cited_footnote(marker: &str) -> String {
    format!("footnote {}", marker.trim()).trim_end().to_owned()
}

/// Adds a place to the citation of a document: "…, para. 5."
pub fn cite_place(citation: &str, place: &str) -> String {
    format!("{}, {place}.", citation.trim_end_matches('.'))
}

/// A document and passages of it.
#[derive(Serialize, ToSchema)]
pub struct QuotedDocument {
    /// The document.
    #[serde(flatten)]
    pub document: DocumentSummary,
    /// How to cite the document.
    pub citation: String,
    /// The passages, in the order of the text.
    pub passages: Vec<Passage>,
}

/// Quotes one document.
pub struct Quoter<'a> {
    document: &'a Document,
    citation: String,
    points: CodePoints<'a>,
}

impl<'a> Quoter<'a> {
    /// Creates a quoter of a document.
    pub fn new(row: &DocumentRow, document: &'a Document) -> Self {
        let citation = cite_document(document, &row.path);
        Self { document, citation, points: CodePoints::new(document.text.as_str()) }
    }

    /// How to cite the document.
    pub fn citation(&self) -> &str {
        &self.citation
    }

    /// Quotes a span.
    pub fn quote(&self, span: TextSpan) -> Passage {
        let paragraph = PassageParagraph::at(self.document, span.start);
        let quotation = self.document.text[span].to_owned();
        Passage {
            document: self.document.id.to_string(),
            start: self.points.code_point_offset(span.start),
            end: self.points.code_point_offset(span.end),
            citation: cite_passage(&self.citation, &paragraph),
            has_hidden_characters: quotation.chars().any(is_hidden),
            paragraph,
            quotation,
        }
    }

    /// Quotes the blocks from code point `start` on, in pieces that end with a word, as
    /// long as `fits` allows. Returns the code point of what is left.
    pub fn quote_from(
        &self,
        start: u32,
        mut fits: impl FnMut(&Passage) -> bool,
    ) -> (Vec<Passage>, Option<u32>) {
        let text = self.document.text.as_str();
        let mut passages = Vec::new();
        for block in &self.document.blocks {
            let mut at = block.span.start as usize;
            let end = block.span.end as usize;
            if self.points.code_point_offset(block.span.start) < start {
                let skipped = start - self.points.code_point_offset(block.span.start);
                let rest = &text[at..end];
                at += rest.char_indices().nth(skipped as usize).map_or(rest.len(), |(at, _)| at);
            }
            while at < end {
                let piece = at..end_of_piece(text, at, end);
                let passage = self.quote(TextSpan::from_range(piece.clone()));
                if !fits(&passage) {
                    return (passages, Some(passage.start));
                }
                passages.push(passage);
                at = piece.end;
            }
        }
        (passages, None)
    }
}

/// Returns the words by which a passage of a document is cited: `citation` is that of the
/// document. A block without a number is cited by its position.
fn cite_passage(citation: &str, paragraph: &PassageParagraph) -> String {
    let position = || format!("{} (block {})", paragraph.kind, paragraph.position);
    cite_place(citation, &paragraph.cited().unwrap_or_else(position))
}

/// Whether readers do not see a character, but programs do.
fn is_hidden(c: char) -> bool {
    is_invisible(c) || ('\u{e0000}'..='\u{e0fff}').contains(&c)
}

/// Returns where a piece of a block that begins at `at` ends: with the block, or with a
/// word.
fn end_of_piece(text: &str, at: usize, end: usize) -> usize {
    if end - at <= MAX_QUOTATION_BYTES {
        return end;
    }
    let most = text.floor_char_boundary(at + MAX_QUOTATION_BYTES);
    let cut = text[at..most].rfind(char::is_whitespace);
    cut.filter(|cut| *cut > 0).map_or(most, |cut| at + cut)
}

/// Returns the span of the `nth` occurrence of words in a document, counted from 1.
///
/// # Errors
/// If there is no such document, or its text does not have the words so often.
pub fn nth_occurrence(
    archive: &Archive,
    name: &str,
    words: &str,
    nth: usize,
) -> Result<MentionRef, ViewError> {
    let document = archive.documents().parsed(archive.documents().find(name)?)?;
    let (text, words) = (document.text.as_str(), words.trim());
    let found = match (words.is_empty(), nth.checked_sub(1)) {
        (false, Some(before)) => text.match_indices(words).nth(before),
        _ => None,
    };
    let Some((at, found)) = found else {
        let count = if words.is_empty() { 0 } else { text.matches(words).count() };
        let times = format_count(count as u64, "time");
        return Err(ViewError::bad_request(format!(
            "{words:?} occurs {times} in the text of {name}"
        )));
    };
    let points = CodePoints::new(text);
    let span = TextSpan::from_range(at..at + found.len());
    let (start, end) = (points.code_point_offset(span.start), points.code_point_offset(span.end));
    Ok(MentionRef { document: document.id.to_string(), start, end })
}

/// Quotes the snippets of hits.
///
/// # Errors
/// If the archive cannot be read.
pub fn quote_hits(
    session: &ReadSession<'_>,
    hits: &[SearchHit],
) -> Result<Vec<QuotedDocument>, ViewError> {
    let quote = |hit: &SearchHit| {
        let document = session.archive.documents().parsed(hit.document.number)?;
        let quoter = Quoter::new(&hit.document, &document);
        let passages = hit.snippets.iter().map(|snippet| quoter.quote(snippet.span));
        Ok(QuotedDocument {
            document: (&hit.document).into(),
            passages: passages.collect(),
            citation: quoter.citation,
        })
    };
    hits.iter().map(quote).collect()
}

/// Returns the number of documents that name an entity, and the sentences of one page of
/// them that do, oldest document first. `query` narrows the documents down; it may be
/// empty.
///
/// # Errors
/// If there is no such entity, or the query is invalid.
pub fn passages_of_entity(
    session: &ReadSession<'_>,
    id: &str,
    query: &str,
    (offset, limit): (usize, usize),
) -> Result<(usize, Vec<QuotedDocument>), ViewError> {
    check_name_length(id)?;
    check_offset(offset)?;
    let entities: HashSet<EntityNumber> =
        session.archive.entities().with_id(id)?.into_iter().collect();
    let query = match query.trim() {
        "" => Query::entity(id),
        narrower => Query::And(vec![Query::entity(id), parse_limited_query(narrower)?]),
    };
    let request = SearchRequest { query, sort: SortOrder::Oldest, offset, limit, facets: false };
    let found = session.current_searcher()?.rank_matches(session.archive, &request)?;
    let mut documents = Vec::with_capacity(found.ranked.len());
    for (number, _) in found.ranked {
        let row = session.archive.documents().row(number)?;
        let stored = session.archive.documents().stored(number)?;
        let quoter = Quoter::new(&row, &stored.annotated.document);
        let spans = sentences_that_name(&stored, &entities);
        documents.push(QuotedDocument {
            passages: spans.into_iter().map(|span| quoter.quote(span)).collect(),
            document: (&row).into(),
            citation: quoter.citation,
        });
    }
    Ok((found.total, documents))
}

/// Returns the sentences with a mention of one of the entities, in order.
fn sentences_that_name(stored: &StoredDocument, entities: &HashSet<EntityNumber>) -> Vec<TextSpan> {
    let text = stored.annotated.document.text.as_str();
    let sentences = &stored.annotated.words.sentences;
    let mut spans: Vec<TextSpan> = Vec::new();
    for mention in &stored.mentions {
        if !mention.entity().is_some_and(|entity| entities.contains(&entity)) {
            continue;
        }
        let span = mention.mention.span;
        if spans.last().is_some_and(|last| last.contains(&span)) {
            continue;
        }
        let before = sentences.partition_point(|sentence| sentence.span.start <= span.start);
        let sentence = before.checked_sub(1).map(|at| sentences[at].span);
        let sentence = sentence.filter(|sentence| sentence.contains(&span)).unwrap_or(span);
        spans.push(cut_around(text, sentence, span));
    }
    spans
}

/// Returns the sentence, or the part of a long one around `word`, cut between words.
fn cut_around(text: &str, sentence: TextSpan, word: TextSpan) -> TextSpan {
    if sentence.len() as usize <= MAX_SENTENCE_BYTES {
        return sentence;
    }
    let side = (MAX_SENTENCE_BYTES / 2) as u32;
    let from = word.start.saturating_sub(side).max(sentence.start) as usize;
    let to = (word.end + side).min(sentence.end) as usize;
    let (from, to) = (text.ceil_char_boundary(from), text.floor_char_boundary(to));
    let (before, after) = (&text[from..word.start as usize], &text[word.end as usize..to]);
    let skipped = match from as u32 == sentence.start {
        true => 0,
        false => before.find(char::is_whitespace).map_or(0, |at| at + 1),
    };
    let kept = match to as u32 == sentence.end {
        true => after.len(),
        false => after.rfind(char::is_whitespace).unwrap_or(after.len()),
    };
    let start = text.ceil_char_boundary(from + skipped);
    TextSpan::from_range(start..word.end as usize + kept)
}

/// A document, as far as it is quoted.
#[derive(Serialize, ToSchema)]
pub struct DocumentReading {
    /// The document with its passages.
    #[serde(flatten)]
    pub document: QuotedDocument,
    /// Length of its text, in code points.
    pub length: u32,
    /// First code point of what is left; null if nothing is.
    pub next_start: Option<u32>,
}

/// Quotes a document from code point `start` on, as long as `fits` allows.
///
/// # Errors
/// If there is no such document, or `start` lies beyond its end.
pub fn read_passages(
    session: &ReadSession<'_>,
    name: &str,
    start: u32,
    fits: impl FnMut(&Passage) -> bool,
) -> Result<DocumentReading, ViewError> {
    check_name_length(name)?;
    let documents = session.archive.documents();
    let number = documents.find(name)?;
    let (row, document) = (documents.row(number)?, documents.parsed(number)?);
    let quoter = Quoter::new(&row, &document);
    let length = quoter.points.code_point_offset(document.text.len() as u32);
    if start > length {
        let what = format!("the document has {length} characters, start is {start}");
        return Err(ViewError::bad_request(what));
    }
    let (passages, next_start) = quoter.quote_from(start, fits);
    let citation = quoter.citation;
    let document = QuotedDocument { document: (&row).into(), citation, passages };
    Ok(DocumentReading { document, length, next_start })
}

/// Quotes one span of a document, in code points.
///
/// # Errors
/// If there is no such document or span.
pub fn quote_span(
    session: &ReadSession<'_>,
    name: &str,
    (start, end): (u32, u32),
) -> Result<Passage, ViewError> {
    check_name_length(name)?;
    let documents = session.archive.documents();
    let number = documents.find(name)?;
    let (row, document) = (documents.row(number)?, documents.parsed(number)?);
    let span = chancery_model::span_of_code_points(document.text.as_str(), start, end);
    let span = span.filter(|span| !span.is_empty() && span.len() as usize <= MAX_QUOTATION_BYTES);
    let span = span.ok_or_else(|| {
        ViewError::bad_request(format!(
            "the document has no passage from {start} to {end}, or it is longer than \
             {MAX_QUOTATION_BYTES} bytes"
        ))
    })?;
    Ok(Quoter::new(&row, &document).quote(span))
}

/// Finds words in a document, whatever white space is between them. Returns every place.
///
/// # Errors
/// If there is no such document.
pub fn find_words(
    session: &ReadSession<'_>,
    name: &str,
    words: &str,
    limit: usize,
) -> Result<Vec<Passage>, ViewError> {
    check_name_length(name)?;
    let documents = session.archive.documents();
    let number = documents.find(name)?;
    let (row, document) = (documents.row(number)?, documents.parsed(number)?);
    let quoter = Quoter::new(&row, &document);
    let spans = spans_of_words(document.text.as_str(), words);
    Ok(spans.take(limit).map(|span| quoter.quote(span)).collect())
}

/// Returns the spans of a text that are `words`, with any white space between them.
fn spans_of_words<'a>(text: &'a str, words: &'a str) -> impl Iterator<Item = TextSpan> + 'a {
    let words: Vec<&str> = words.split_whitespace().collect();
    let first = words.first().copied().unwrap_or("\0");
    text.match_indices(first).filter_map(move |(start, _)| {
        let mut at = start;
        for (number, word) in words.iter().enumerate() {
            let rest = &text[at..];
            let rest = if number == 0 { rest } else { rest.trim_start() };
            let is_parted = number == 0 || rest.len() < text.len() - at;
            if !is_parted || !rest.starts_with(word) {
                return None;
            }
            at = text.len() - rest.len() + word.len();
        }
        Some(TextSpan::from_range(start..at))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whatever_white_space_is_between_them() {
        let text = "He  said\nthe Porte said the port is closed.";
        let found = |words: &str| -> Vec<&str> {
            spans_of_words(text, words).map(|span| &text[span.byte_range()]).collect()
        };
        assert_eq!(found("said the"), ["said\nthe", "said the"]);
        assert_eq!(found("He said"), ["He  said"]);
        assert_eq!(found("saidthe"), [""; 0]);
        assert_eq!(found("closed. Now"), [""; 0]);
        assert_eq!(found(" \n"), [""; 0]);
        assert_eq!(found(""), [""; 0]);
    }

    #[test]
    fn long_paragraphs_are_cut_between_words() {
        let long = "Señor ".repeat(3_000);
        let mut at = 0;
        while at < long.len() {
            let end = end_of_piece(&long, at, long.len());
            assert!(end > at && end - at <= MAX_QUOTATION_BYTES);
            assert!(end == long.len() || long[end..].starts_with(' '));
            at = end;
        }
        let unbroken = "é".repeat(MAX_QUOTATION_BYTES);
        let end = end_of_piece(&unbroken, 0, unbroken.len());
        assert!(end > MAX_QUOTATION_BYTES - 2 && unbroken.is_char_boundary(end));
    }

    #[test]
    fn long_sentences_are_cut_around_the_name_and_end_with_words() {
        let text = format!("{}Ama Osei{}", "señor ".repeat(400), " señor".repeat(400));
        let start = text.find("Ama").expect("the name");
        let name = TextSpan::from_range(start..start + "Ama Osei".len());
        let whole = TextSpan::from_range(0..text.len());
        let cut = cut_around(&text, whole, name);
        let words = &text[cut.byte_range()];
        assert!(words.contains("Ama Osei") && words.len() <= MAX_SENTENCE_BYTES + 16);
        assert!(words.starts_with("señor") && words.ends_with("señor"), "{words}");
        assert_eq!(cut_around(&text, name, name), name);
    }

    #[test]
    fn characters_that_are_not_seen_are_told() {
        assert!(['\u{202e}', '\u{e0041}', '\u{200b}', '\u{2066}'].into_iter().all(is_hidden));
        assert!(!"Añ—“”\u{301}\n\t".chars().any(is_hidden));
    }
}
