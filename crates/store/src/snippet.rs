//! Snippets: the most relevant sentences of a hit.

use chancery_model::{Annotated, BlockKind, Sentence, TextSpan, TokenKind};

/// Maximum number of sentences per hit.
const MAX_SNIPPETS: usize = 2;

/// Maximum length of a snippet in bytes; longer sentences are shortened.
const MAX_SNIPPET_BYTES: u32 = 320;

/// A sentence of a hit, or a part of a long sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// Span in the reading text.
    pub span: TextSpan,
    /// Text of the span.
    pub text: String,
    /// Spans that match the query, in bytes of the reading text.
    pub hits: Vec<TextSpan>,
    /// Marker of the footnote that it stands in.
    pub footnote: Option<String>,
}

/// Returns the sentences that match the most leaves of a query, in text order.
/// If none matches, returns the first sentence of prose.
pub(crate) fn select_snippets(annotated: &Annotated, spans: &[(TextSpan, usize)]) -> Vec<Snippet> {
    let sentences = &annotated.words.sentences;
    let mut rated: Vec<(usize, usize)> = Vec::new();
    for (number, sentence) in sentences.iter().enumerate() {
        let first = spans.partition_point(|(span, _)| span.end <= sentence.span.start);
        let inside = spans[first..].iter().take_while(|(span, _)| span.start < sentence.span.end);
        let mut leaves: Vec<usize> = inside.clone().map(|(_, leaf)| *leaf).collect();
        leaves.sort_unstable();
        leaves.dedup();
        if !leaves.is_empty() {
            rated.push((leaves.len() * 100 + inside.count().min(99), number));
        }
    }
    rated.sort_by_key(|&(rate, number)| (usize::MAX - rate, number));
    rated.truncate(MAX_SNIPPETS);
    rated.sort_by_key(|&(_, number)| number);
    let mut chosen: Vec<&Sentence> = rated.iter().map(|&(_, number)| &sentences[number]).collect();
    if chosen.is_empty() {
        chosen.extend(first_prose_sentence(annotated));
    }
    chosen.into_iter().map(|sentence| cut_snippet(annotated, sentence, spans)).collect()
}

fn first_prose_sentence(annotated: &Annotated) -> Option<&Sentence> {
    let is_prose = |sentence: &&Sentence| {
        let tokens = &annotated.words.tokens[sentence.token_range()];
        let words = tokens.iter().filter(|token| token.kind == TokenKind::Word).count();
        let blocks = &annotated.document.blocks;
        let block = blocks.iter().find(|block| block.span.contains(&sentence.span));
        words > 4 && block.is_some_and(|block| matches!(block.kind, BlockKind::Paragraph(_)))
    };
    let sentences = &annotated.words.sentences;
    sentences.iter().find(is_prose).or_else(|| sentences.first())
}

/// Returns the sentence, or the part around the first match, cut between words.
fn cut_snippet(annotated: &Annotated, sentence: &Sentence, spans: &[(TextSpan, usize)]) -> Snippet {
    let hits: Vec<TextSpan> =
        spans.iter().map(|(span, _)| *span).filter(|span| sentence.span.overlaps(span)).collect();
    let mut span = sentence.span;
    let tokens = &annotated.words.tokens[sentence.token_range()];
    if span.len() > MAX_SNIPPET_BYTES {
        let about = hits.first().map_or(span.start, |hit| hit.start);
        let start = about.saturating_sub(MAX_SNIPPET_BYTES / 3).max(span.start);
        let first = tokens.iter().find(|token| token.span.start >= start);
        let start = first.map_or(span.start, |token| token.span.start.min(about.max(start)));
        let last = tokens.iter().rev().find(|token| token.span.end <= start + MAX_SNIPPET_BYTES);
        let end = last.map_or(span.end, |token| token.span.end);
        span = TextSpan::new(start, end.max(start));
    }
    let text = annotated.document.text[span].to_owned();
    let hits = hits.into_iter().filter(|hit| span.contains(hit)).collect();
    let footnote = annotated.document.footnote_at(span.start).map(|note| note.marker.clone());
    Snippet { span, text, hits, footnote }
}
