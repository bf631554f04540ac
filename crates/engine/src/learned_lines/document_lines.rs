//! The printed lines of a document, and which of them can be page lines.

use chancery_model::{Document, Header, RunKind, TextSpan};

use super::words;

/// How many lines from the head, and from the tail, a page line may stand.
const HEAD_LINES: usize = 6;
const TAIL_LINES: usize = 12;

/// How many lines from the tail attributes may stand.
const ATTRIBUTE_LINES: usize = 48;

/// How many lines with labels are a run of attributes.
const MIN_ATTRIBUTES: usize = 4;

/// The lines of the body as they are printed: those that the parser joined count apart.
/// Empty lines are left out, and footnotes, which are lines of the editors.
pub(super) fn document_lines(document: &Document) -> Vec<TextSpan> {
    let text = &document.text;
    let string = text.as_str();
    let mut lines = Vec::new();
    let mut start = 0;
    let mut add = |start: u32, end: u32| {
        let line = &string[start as usize..end as usize];
        let from = start as usize + (line.len() - line.trim_start().len());
        let words = line.trim();
        if !words.is_empty() {
            lines.push(TextSpan::from_range(from..from + words.len()));
        }
    };
    for run in text.offset_map().runs() {
        let gap = &string[run.text.byte_range()];
        if run.kind == RunKind::Joined && gap.trim().is_empty() {
            add(start, run.text.start);
            start = run.text.end;
        } else {
            for (at, _) in gap.match_indices('\n') {
                add(start, run.text.start + at as u32);
                start = run.text.start + at as u32 + 1;
            }
        }
    }
    add(start, text.whole_span().end);
    let body_end = document.body_end();
    lines.retain(|line| line.start < body_end);
    lines
}

/// The spans of the header fields that name people, posts and offices, or that quote
/// other telegrams. No line with one of them is a page line.
pub(super) fn protected_spans(header: &Header) -> Vec<TextSpan> {
    let mut spans: Vec<TextSpan> = Vec::new();
    let correspondents = header.from.iter().chain(&header.to).chain(&header.info);
    spans.extend(correspondents.map(|field| field.span));
    spans.extend(header.post.iter().map(|field| field.span));
    spans.extend(header.classified_by.iter().map(|field| field.span));
    spans.extend(header.subject.iter().map(|field| field.span));
    spans.extend(header.tags.iter().map(|field| field.span));
    spans.extend(header.references.iter().map(|field| field.span));
    spans.extend(header.signatures.iter().map(|field| field.span));
    spans.extend(header.officers.iter().map(|field| field.span));
    // A field that only an envelope states stands nowhere.
    spans.retain(|span| !span.is_empty());
    spans
}

/// The lines at the head, above the first of the `protected` fields, and those at the
/// tail. They are numbers of `lines`; no line is in both.
pub(super) fn lines_at_ends(lines: &[TextSpan], protected: &[TextSpan]) -> Vec<usize> {
    let first_field = protected.iter().map(|span| span.start).min();
    let above = lines.partition_point(|line| first_field.is_none_or(|field| line.end <= field));
    let head = above.min(HEAD_LINES);
    let tail = lines.len().saturating_sub(TAIL_LINES).max(head);
    let is_protected = |line: &TextSpan| protected.iter().any(|span| span.overlaps(line));
    (0..head).chain(tail..lines.len()).filter(|&at| !is_protected(&lines[at])).collect()
}

/// Which lines are in a run of lines with labels at the tail.
pub(super) fn lines_with_attributes(text: &str, lines: &[TextSpan]) -> Vec<bool> {
    let mut has_attributes = vec![false; lines.len()];
    let first = lines.len().saturating_sub(ATTRIBUTE_LINES);
    let mut start = first;
    for at in first..=lines.len() {
        let line = lines.get(at).map_or("", |line| &text[line.byte_range()]);
        if words::attribute_label(line).is_none() {
            if at - start >= MIN_ATTRIBUTES {
                has_attributes[start..at].fill(true);
            }
            start = at + 1;
        }
    }
    has_attributes
}
