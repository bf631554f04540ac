//! Invariants of every document, whatever bytes it was parsed from.
//!
//! Property tests and the fuzz target call [`check_document`] on documents
//! parsed from arbitrary and from damaged bytes, so that both check the same
//! list.

use chancery_model::{
    BlockKind, Document, Page, RawSpan, RunKind, SourceFormat, Text, TextSpan, decode_windows_1252,
};

use crate::broken_words::divides_word;
use crate::{decode, html, line_text};

/// Maximum number of text bytes per byte of the file: "€" is one byte in
/// Windows-1252 and three in UTF-8.
pub const MAX_GROWTH: usize = 3;

/// Checks `document`, which was parsed from the file `raw`.
///
/// # Errors
/// Describes the first invariant that does not hold, and where.
pub fn check_document(raw: &[u8], document: &Document) -> Result<(), String> {
    ensure(document.raw.end as usize <= raw.len(), || "the document ends after its file".into())?;
    check_text_map(raw, document)?;
    check_blocks(document)?;
    check_footnotes(document)?;
    let string = document.text.as_str();
    check_span_order(string, &document.markings, "marking")?;
    check_span_order(string, &document.redactions, "redaction")?;
    let pages = document.pages.windows(2);
    let in_order =
        |pair: &[Page]| pair[0].number < pair[1].number && pair[0].offset <= pair[1].offset;
    ensure({ pages }.all(in_order), || format!("pages out of order: {:?}", document.pages))?;
    for span in document.all_spans() {
        check_character_bounds(string, span, "span")?;
    }
    if !matches!(
        document.format,
        SourceFormat::WebPage | SourceFormat::Fragment | SourceFormat::Frus | SourceFormat::Xml
    ) {
        check_nothing_lost(raw, document)?;
    }
    Ok(())
}

fn ensure(holds: bool, message: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(message()) }
}

/// Checks that runs are in order, cover the text and decode to it. The bytes of each
/// footnote are in order for themselves.
fn check_text_map(raw: &[u8], document: &Document) -> Result<(), String> {
    let (within, text) = (document.raw, &document.text);
    let string = text.as_str();
    ensure(string.len() <= MAX_GROWTH * within.len() as usize, || "the text is too long".into())?;
    let (mut text_end, mut raw_end) = (0, within.start);
    let body_end = document.body_end();
    for run in text.offset_map().runs() {
        let describe_run = || format!("{run:?}");
        ensure(run.text.start == text_end && !run.text.is_empty(), || format!("gap at {run:?}"))?;
        let starts_footnote = run.text.start >= body_end && run.kind == RunKind::Joined;
        ensure(run.raw.start >= raw_end || starts_footnote, || {
            format!("bytes out of order at {run:?}")
        })?;
        ensure(run.raw.start >= within.start && run.raw.end <= within.end, || {
            format!("bytes outside of the document at {run:?}")
        })?;
        check_character_bounds(string, run.text, "run")?;
        (text_end, raw_end) = (run.text.end, run.raw.end);
        let (words, bytes) = (&text[run.text], &raw[run.raw.byte_range()]);
        match run.kind {
            RunKind::Copied => ensure(words.as_bytes() == bytes, describe_run)?,
            RunKind::Decoded => ensure(can_decode_to(bytes, words), describe_run)?,
            RunKind::Joined => ensure(words.chars().all(char::is_whitespace), describe_run)?,
        }
    }
    ensure(text_end as usize == string.len(), || "the runs end before the text".into())
}

/// Whether `bytes` encode `words`: a Windows-1252 byte, an entity, or a
/// character reference. XML and HTML differ on references to control
/// characters, so both interpretations are accepted.
fn can_decode_to(bytes: &[u8], words: &str) -> bool {
    let written = std::str::from_utf8(bytes).unwrap_or("");
    match bytes {
        [b'&', ..] => {
            html::decode_entity(written).as_deref() == Some(words)
                || character_reference(written).is_some_and(|c| words.chars().eq([c]))
        }
        [byte] => words.chars().eq([decode_windows_1252(*byte)]),
        _ => false,
    }
}

/// Decodes "&#65;" and "&#x41;" as XML does.
fn character_reference(written: &str) -> Option<char> {
    let number = written.strip_prefix("&#")?.strip_suffix(';')?;
    let value = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    char::from_u32(value.ok()?)
}

const WHITE_SPACE: [char; 4] = [' ', '\n', '\t', '\r'];

/// Checks that blocks are in order, disjoint, trimmed, and contain every word.
fn check_blocks(document: &Document) -> Result<(), String> {
    let string = document.text.as_str();
    let spans: Vec<TextSpan> = document.blocks.iter().map(|block| block.span).collect();
    check_span_order(string, &spans, "block")?;
    let mut end = 0;
    for block in &document.blocks {
        let words = &document.text[block.span];
        ensure(words.trim_matches(WHITE_SPACE) == words, || {
            format!("white space around {:?}", block.span)
        })?;
        check_no_words(&string[end..block.span.start as usize])?;
        end = block.span.end as usize;
        if let BlockKind::Paragraph(paragraph) = &block.kind {
            let number = paragraph.number.as_ref().map(|number| number.span);
            let portion = paragraph.portion.as_ref().map(|portion| portion.span);
            for span in number.iter().chain(&portion) {
                ensure(block.span.contains(span), || format!("{span:?} outside {:?}", block.span))?;
            }
        }
    }
    check_no_words(&string[end..])
}

/// Checks that footnotes follow everything else, and that their anchors are in order and
/// in the body.
fn check_footnotes(document: &Document) -> Result<(), String> {
    let body_end = document.body_end();
    let mut anchor = 0;
    for (span, note) in document.footnotes() {
        ensure(span.start >= body_end, || format!("footnote {span:?} stands in the body"))?;
        let is_in_body = (anchor..=body_end).contains(&note.anchor);
        ensure(is_in_body, || format!("anchor {} of footnote {span:?}", note.anchor))?;
        anchor = note.anchor;
    }
    Ok(())
}

fn check_no_words(between: &str) -> Result<(), String> {
    ensure(between.trim().is_empty(), || format!("words outside all blocks: {between:?}"))
}

fn check_span_order(string: &str, spans: &[TextSpan], what: &str) -> Result<(), String> {
    for span in spans {
        check_character_bounds(string, *span, what)?;
        ensure(!span.is_empty(), || format!("empty {what} at {}", span.start))?;
    }
    let ordered = spans.windows(2).all(|pair| pair[0].end <= pair[1].start);
    ensure(ordered, || format!("a {what} overlaps the next"))
}

fn check_character_bounds(string: &str, span: TextSpan, what: &str) -> Result<(), String> {
    ensure(span.start <= span.end && string.get(span.byte_range()).is_some(), || {
        format!("{what} {span:?} is outside the text or within a character")
    })
}

/// Checks that every visible byte of the document is in the text or was removed as
/// a page line.
fn check_nothing_lost(raw: &[u8], document: &Document) -> Result<(), String> {
    let shown = document.text.offset_map().runs().iter();
    let mut covered: Vec<RawSpan> =
        shown.filter(|run| run.kind != RunKind::Joined).map(|run| run.raw).collect();
    covered.extend(document.page_lines.iter().map(|line| line.raw));
    covered.sort_unstable_by_key(|span| span.start);
    let extent = document.raw.byte_range();
    let has_mark = extent.start == 0 && raw.starts_with(decode::BOM);
    let mut end = extent.start + if has_mark { decode::BOM.len() } else { 0 };
    let is_quoted = line_text::is_quoted(&crate::decode_characters(&raw[end..extent.end]));
    let last = std::iter::once(extent.end..extent.end);
    for span in covered.iter().map(RawSpan::byte_range).chain(last) {
        let mut lost = Text::default();
        decode::push_decoded(&mut lost, raw, end..span.start.max(end));
        let blank = |c: char| {
            c <= ' ' || c == '\x7F' || c == '\\' || c.is_whitespace() || is_quoted && c == '>'
        };
        // The hyphen of a word that a line end divided.
        let lost_words = lost.as_str().strip_prefix(divides_word);
        let ends_line = |c: char| matches!(c, '\n' | '\r' | '\u{c}');
        let lost_words = lost_words.filter(|rest| {
            rest.trim_start_matches(|c| blank(c) && !ends_line(c)).starts_with(ends_line)
        });
        let lost_words = lost_words.unwrap_or(lost.as_str());
        ensure(lost_words.chars().all(blank), || format!("lost at {end}: {:?}", lost.as_str()))?;
        end = span.end.max(end);
    }
    Ok(())
}
