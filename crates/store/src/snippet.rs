//! Snippets: the passages of a hit that say most about what was searched for.
//!
//! A passage is a sentence, or several sentences of a paragraph where one is too short
//! to be understood. Prose counts more than headings, and a passage that repeats the
//! title of the document counts least, because lists of hits show the title already.

use chancery_model::{Annotated, BlockKind, Sentence, TextSpan, TokenKind};

/// Maximum number of passages per hit.
const MAX_SNIPPETS: usize = 2;

/// Maximum length of a snippet in bytes; longer sentences are shortened.
const MAX_SNIPPET_BYTES: u32 = 320;

/// Words with which a passage is understood by itself.
const MIN_WORDS: usize = 9;

/// Words with which a passage says something at all.
const MIN_WORDS_OF_PROSE: usize = 4;

/// A passage of a hit, or a part of a long sentence.
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
    /// Whether it begins, and whether it ends inside a sentence.
    pub is_cut: (bool, bool),
}

/// Consecutive sentences of one block, and the leaves of the query in them.
struct Passage {
    /// First and last sentence.
    first: usize,
    last: usize,
    /// Leaves that match in it, sorted and without doubles.
    leaves: Vec<usize>,
    /// How well it can be read by itself.
    worth: usize,
}

impl Passage {
    /// One sentence.
    const fn without_match(sentence: usize) -> Self {
        Self { first: sentence, last: sentence, leaves: Vec::new(), worth: 0 }
    }

    fn span(&self, annotated: &Annotated) -> TextSpan {
        let sentences = &annotated.words.sentences;
        TextSpan::new(sentences[self.first].span.start, sentences[self.last].span.end)
    }

    /// Rates the passage beside one that is shown already. A leaf that is not shown yet
    /// weighs more than prose, prose more than a leaf that is shown.
    fn rate(&self, shown: &[usize]) -> usize {
        let added = self.leaves.iter().filter(|leaf| !shown.contains(leaf)).count();
        added * 40 + (self.leaves.len() - added) * 20 + self.worth
    }
}

/// Returns the passages that match the most leaves of a query and read best, in text
/// order. If none matches, returns the first sentence of prose.
pub(crate) fn select_snippets(annotated: &Annotated, spans: &[(TextSpan, usize)]) -> Vec<Snippet> {
    let mut passages = matching_passages(annotated, spans);
    let mut chosen: Vec<Passage> = Vec::new();
    while chosen.len() < MAX_SNIPPETS {
        let shown: Vec<usize> = chosen.iter().flat_map(|one| one.leaves.iter().copied()).collect();
        let overlaps = |one: &Passage| {
            chosen.iter().any(|other| one.first <= other.last && other.first <= one.last)
        };
        passages.retain(|one| !overlaps(one));
        // What says nothing is shown only if nothing else is.
        let is_shown = |one: &Passage| chosen.is_empty() || one.worth > 0;
        let rated = passages.iter().enumerate().filter(|(_, one)| is_shown(one));
        let best = rated.min_by_key(|(_, one)| (usize::MAX - one.rate(&shown), one.first));
        let Some((at, _)) = best else { break };
        chosen.push(passages.swap_remove(at));
    }
    chosen.sort_unstable_by_key(|one| one.first);
    if chosen.is_empty() {
        let first = first_prose_sentence(annotated);
        chosen.extend(first.map(Passage::without_match));
    }
    chosen.iter().map(|passage| cut_snippet(annotated, passage, spans)).collect()
}

/// Returns all passages that match, as whole sentences, in text order, and each sentence
/// once. If none matches, returns the first sentence of prose.
pub(crate) fn quoted_passages(annotated: &Annotated, spans: &[(TextSpan, usize)]) -> Vec<Snippet> {
    let mut passages: Vec<Passage> = Vec::new();
    for passage in matching_passages(annotated, spans) {
        match passages.last_mut() {
            Some(before) if passage.first <= before.last => before.last = passage.last,
            _ => passages.push(passage),
        }
    }
    if passages.is_empty() {
        let first = first_prose_sentence(annotated);
        passages.extend(first.map(Passage::without_match));
    }
    let whole = |passage: &Passage| {
        let span = passage.span(annotated);
        make_snippet(annotated, span, span, spans)
    };
    passages.iter().map(whole).collect()
}

/// The passages that have a match, one for each sentence that has one.
fn matching_passages(annotated: &Annotated, spans: &[(TextSpan, usize)]) -> Vec<Passage> {
    let mut passages: Vec<Passage> = Vec::new();
    for (number, sentence) in annotated.words.sentences.iter().enumerate() {
        let from = spans.partition_point(|(span, _)| span.end <= sentence.span.start);
        let inside = || spans[from..].iter().take_while(|(span, _)| span.start < sentence.span.end);
        if inside().next().is_none() || passages.last().is_some_and(|one| number <= one.last) {
            continue;
        }
        let (first, last) = lengthen(annotated, number);
        let end = annotated.words.sentences[last].span.end;
        let inside = spans[from..].iter().take_while(|(span, _)| span.start < end);
        let mut leaves: Vec<usize> = inside.map(|(_, leaf)| *leaf).collect();
        leaves.sort_unstable();
        leaves.dedup();
        passages.push(Passage { first, last, leaves, worth: worth(annotated, first, last) });
    }
    passages
}

/// Adds the sentences after, then those before, until the passage can be understood.
fn lengthen(annotated: &Annotated, number: usize) -> (usize, usize) {
    let sentences = &annotated.words.sentences;
    let (mut first, mut last) = (number, number);
    let Some(block) = block_of(annotated, &sentences[number]) else { return (first, last) };
    let fits = |first: usize, last: usize| {
        let span = sentences[first].span.start..sentences[last].span.end;
        span.end - span.start <= MAX_SNIPPET_BYTES
            && span.start >= block.start
            && span.end <= block.end
    };
    while count_words(annotated, first, last) < MIN_WORDS {
        if last + 1 < sentences.len() && fits(first, last + 1) {
            last += 1;
        } else if first > 0 && fits(first - 1, last) {
            first -= 1;
        } else {
            break;
        }
    }
    (first, last)
}

fn count_words(annotated: &Annotated, first: usize, last: usize) -> usize {
    let sentences = &annotated.words.sentences[first..=last];
    let tokens = sentences.iter().flat_map(|one| &annotated.words.tokens[one.token_range()]);
    tokens.filter(|token| token.kind == TokenKind::Word).count()
}

/// The span of the paragraph or footnote that a sentence stands in.
fn block_of(annotated: &Annotated, sentence: &Sentence) -> Option<TextSpan> {
    let blocks = &annotated.document.blocks;
    let after = blocks.partition_point(|block| block.span.start <= sentence.span.start);
    let block = &blocks[after.checked_sub(1)?];
    let is_prose = matches!(block.kind, BlockKind::Paragraph(_) | BlockKind::Footnote(_));
    (is_prose && sentence.span.end <= block.span.end).then_some(block.span)
}

/// How well a passage reads by itself: nothing for one that repeats the title or has
/// hardly a word, most for whole sentences of prose.
fn worth(annotated: &Annotated, first: usize, last: usize) -> usize {
    let sentences = &annotated.words.sentences;
    let words = count_words(annotated, first, last);
    let span = TextSpan::new(sentences[first].span.start, sentences[last].span.end);
    let text = annotated.document.text[span].trim();
    let title = annotated.document.header.subject.as_ref();
    let is_title = title.is_some_and(|title| {
        span.overlaps(&title.span) || title.value.to_lowercase().contains(&text.to_lowercase())
    });
    match block_of(annotated, &sentences[first]) {
        _ if is_title || words < MIN_WORDS_OF_PROSE => 0,
        None => 5,
        Some(_) if words < MIN_WORDS => 30,
        Some(_) => 60,
    }
}

fn first_prose_sentence(annotated: &Annotated) -> Option<usize> {
    let sentences = &annotated.words.sentences;
    let is_prose = |at: usize| {
        count_words(annotated, at, at) >= MIN_WORDS_OF_PROSE
            && block_of(annotated, &sentences[at]).is_some()
    };
    (0..sentences.len()).find(|&at| is_prose(at)).or((!sentences.is_empty()).then_some(0))
}

/// Returns the passage, or the part around the first match, cut between words. It
/// begins with a word: a comma or a dash before it belongs to what is left out.
fn cut_snippet(annotated: &Annotated, passage: &Passage, spans: &[(TextSpan, usize)]) -> Snippet {
    let sentences = &annotated.words.sentences[passage.first..=passage.last];
    let whole = passage.span(annotated);
    let first_hit = spans.iter().map(|(span, _)| *span).find(|span| whole.overlaps(span));
    let tokens = sentences.iter().flat_map(|one| &annotated.words.tokens[one.token_range()]);
    let about = first_hit.map_or(whole.start, |hit| hit.start);
    let (mut start, mut end) = (whole.start, whole.end);
    if whole.len() > MAX_SNIPPET_BYTES {
        start = about.saturating_sub(MAX_SNIPPET_BYTES / 3).max(whole.start);
    }
    let text = annotated.document.text.as_str();
    let opens = |at: u32| {
        text[at as usize..].starts_with(|c: char| c.is_alphanumeric() || "\"“‘([¶".contains(c))
    };
    let mut begins = tokens.clone().map(|token| token.span.start).filter(|&at| at >= start);
    start = begins.find(|&at| opens(at)).map_or(start, |at| at.min(about));
    if end - start > MAX_SNIPPET_BYTES {
        let fits = |at: &u32| *at > start && *at <= start + MAX_SNIPPET_BYTES;
        end = tokens.map(|token| token.span.end).rfind(fits).unwrap_or(end);
    }
    make_snippet(annotated, TextSpan::new(start, end.max(start)), whole, spans)
}

/// Makes a snippet of `span`, a part of the passage `whole`.
fn make_snippet(
    annotated: &Annotated,
    span: TextSpan,
    whole: TextSpan,
    spans: &[(TextSpan, usize)],
) -> Snippet {
    let from = spans.partition_point(|(hit, _)| hit.start < span.start);
    let inside = spans[from..].iter().map(|(hit, _)| *hit).take_while(|hit| hit.start < span.end);
    let hits = inside.filter(|hit| span.contains(hit)).collect();
    let footnote = annotated.document.footnote_at(span.start).map(|note| note.marker.clone());
    let text = &annotated.document.text;
    let has_words = |part: &str| part.contains(char::is_alphanumeric);
    let is_cut = (
        has_words(&text[TextSpan::new(whole.start, span.start)]),
        has_words(&text[TextSpan::new(span.end, whole.end)]),
    );
    Snippet { span, text: text[span].to_owned(), hits, footnote, is_cut }
}

#[cfg(test)]
mod tests {
    use chancery_model::{
        Attribution, Document, DocumentEntities, DocumentId, RawSpan, Spanned, Text,
    };
    use chancery_segment::segment_document;

    use super::*;

    /// A document of these paragraphs, and its snippets for words, each a leaf.
    fn snippets(title: Option<&str>, paragraphs: &[&str], words: &[&str]) -> Vec<String> {
        let body = paragraphs.join("\n\n");
        let span_of = |part: &str| {
            let start = body.find(part).expect("a part of the text");
            TextSpan::from_range(start..start + part.len())
        };
        let spans: Vec<TextSpan> = paragraphs.iter().map(|one| span_of(one)).collect();
        let raw = RawSpan::new(0, body.len() as u32);
        let text = Text::from_verbatim(&body);
        let mut document = Document::from_paragraphs(DocumentId([1; 32]), raw, text, spans);
        if let Some(title) = title {
            let subject = Spanned { value: title.to_owned(), span: span_of(title) };
            document.header.subject = Some(subject);
            document.blocks[0].kind = BlockKind::Header;
        }
        let mut found: Vec<(TextSpan, usize)> = Vec::new();
        for (leaf, word) in words.iter().enumerate() {
            let spans = body.match_indices(word).map(|(at, _)| at..at + word.len());
            found.extend(spans.map(|range| (TextSpan::from_range(range), leaf)));
        }
        found.sort_unstable_by_key(|(span, _)| span.start);
        let words = segment_document(&document);
        let annotated = Annotated {
            document,
            words,
            mentions: Vec::new(),
            entities: DocumentEntities::default(),
            attribution: Attribution::default(),
        };
        select_snippets(&annotated, &found).into_iter().map(|one| one.text).collect()
    }

    const LONG: &str = "The harbour master counted every boat that came in before the storm of that \
                        night, and Rassendyll wrote the numbers down in a small green book.";

    #[test]
    fn prose_comes_before_a_name_alone() {
        let found = snippets(None, &["Rassendyll", "Rassendyll: Good.", LONG], &["Rassendyll"]);
        assert_eq!(found, [LONG]);
        let found = snippets(None, &["Rassendyll"], &["Rassendyll"]);
        assert_eq!(found, ["Rassendyll"], "the only passage that there is");
    }

    #[test]
    fn a_title_is_not_repeated() {
        let title = "RASSENDYLL IS SEEN AT THE HARBOUR OF STRELSAU ON A MONDAY MORNING";
        let words = ["RASSENDYLL", "Rassendyll"];
        assert_eq!(snippets(Some(title), &[title, LONG], &words), [LONG]);
    }

    #[test]
    fn a_short_sentence_has_its_neighbours() {
        let paragraph = "Rassendyll agreed. He asked for three days, because the bridge over the \
                         river was closed until Thursday.";
        assert_eq!(snippets(None, &[paragraph], &["Rassendyll"]), [paragraph]);
    }

    #[test]
    fn the_second_passage_adds_what_the_first_lacks() {
        let more =
            "Rassendyll went back to the harbour and counted the same boats again by himself.";
        let other =
            "The minister of works said that the bridge over the river could very well wait.";
        let found = snippets(None, &[LONG, more, other], &["Rassendyll", "bridge"]);
        assert_eq!(found, [LONG, other]);
    }

    #[test]
    fn a_long_sentence_is_cut_at_words() {
        let long = format!(
            "{}, in typical examples, Rassendyll{}",
            "word ".repeat(60).trim(),
            " more".repeat(90)
        );
        let found = snippets(None, &[&long], &["Rassendyll"]);
        assert!(found[0].len() <= MAX_SNIPPET_BYTES as usize, "{found:?}");
        assert!(found[0].starts_with("word ") && found[0].contains("Rassendyll"), "{found:?}");
        let comma =
            format!("{},typical examples, Rassendyll{}", "w".repeat(300), " more".repeat(90));
        let found = snippets(None, &[&comma], &["Rassendyll"]);
        assert!(found[0].starts_with("typical"), "{found:?}");
    }
}
