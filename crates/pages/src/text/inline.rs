//! Renders stretches of the reading text with all that overlaps them: mentions, hits,
//! redactions, highlights, references, footnote calls, page ends, and the place that was
//! just changed.

use std::fmt::Write;
use std::iter::Peekable;
use std::ops::RangeFrom;
use std::slice::Iter;

use chancery_model::{CodePoints, Footnote, Page, PageLine, TextSpan};
use chancery_store::{DocumentRow, StoredMention};
use chancery_views::changes::ChangedPlace;
use chancery_views::search_response::DocumentSummary;
use chancery_views::urls::short_document_id;
use maud::{Markup, html};

use super::footnote_label;
use crate::html::{append_escaped, label_css_class};
use crate::listing::document_title;
use crate::passages::ColoredPiece;

/// The id of the form that takes back the change that a page notes.
pub(crate) const UNDO_FORM: &str = "undo-change";

/// What was changed at a place, with a button that takes it back. The form of the button
/// is outside of the text, whose paragraphs cannot have one.
pub(crate) fn change_note(changed: &ChangedPlace) -> Markup {
    html! {
        span.changed #changed role="status" data-extra title=(changed.change.message) {
            (changed.words) " · "
            button type="submit" form=(UNDO_FORM) {
                @if changed.change.is_undo { "redo" } @else { "undo" }
            }
        }
    }
}

/// Opens the link of a reference to a document.
fn open_reference(out: &mut String, document: &DocumentRow) {
    let listed = DocumentSummary::from(document);
    let _ =
        write!(out, "<a class=\"cites\" href=\"/doc/{}\" title=\"", short_document_id(&listed.id));
    append_escaped(out, &document_title(&listed));
    out.push_str("\">");
}

/// Everything that is highlighted in the text, each kind in the order of the text.
pub(super) struct InlineRenderer<'a> {
    pub(super) text: &'a str,
    pub(super) points: CodePoints<'a>,
    pub(super) address: String,
    pub(super) mentions: Peekable<Iter<'a, StoredMention>>,
    pub(super) hits: Peekable<std::iter::Enumerate<Iter<'a, TextSpan>>>,
    pub(super) redactions: Peekable<Iter<'a, TextSpan>>,
    /// Pieces of highlights.
    pub(super) passages: Peekable<Iter<'a, ColoredPiece>>,
    /// Rows of dashes around headings.
    pub(super) rules: Peekable<Iter<'a, TextSpan>>,
    /// Footnotes that are not called yet, numbered from 1.
    pub(super) notes:
        Peekable<std::iter::Zip<std::iter::Copied<Iter<'a, &'a Footnote>>, RangeFrom<usize>>>,
    pub(super) page_ends: Peekable<Iter<'a, PageLine>>,
    pub(super) pages: Peekable<Iter<'a, Page>>,
    /// References to documents of the archive.
    pub(super) references: Peekable<Iter<'a, (TextSpan, &'a DocumentRow)>>,
    /// Whether the page shows a part of the document.
    pub(super) is_by_parts: bool,
    /// The place that was just changed, until its note is written.
    pub(super) changed: Option<&'a ChangedPlace>,
}

/// The pages that are marked in the text: those of a document with several.
pub(super) fn shown_pages(pages: &[Page]) -> &[Page] {
    if pages.len() > 1 { pages } else { &[] }
}

impl InlineRenderer<'_> {
    /// Appends a part of the text. Callers pass parts in the order of the text.
    pub(super) fn append_span(&mut self, out: &mut String, span: TextSpan) {
        let mut at = span.start;
        let mut name_ends: Option<u32> = None;
        loop {
            self.skip_ended(at);
            if name_ends.is_some_and(|end| end <= at) {
                out.push_str("</a>");
                name_ends = None;
            }
            self.append_insertions(out, at);
            if at >= span.end {
                break;
            }
            if name_ends.is_none()
                && let Some(named) = self.mentions.next_if(|named| named.mention.span.start <= at)
            {
                self.open_mention(out, named);
                name_ends = Some(named.mention.span.end);
            }
            let next = self.next_boundary(at, name_ends).min(span.end);
            let piece = TextSpan::new(at, next);
            // A link has no links inside. Where a name is part of a reference, the rest of
            // the reference is the link.
            let link = self.references.peek().filter(|(span, _)| span.overlaps(&piece));
            let link = link.filter(|_| name_ends.is_none()).map(|(_, document)| *document);
            if let Some(document) = link {
                open_reference(out, document);
            }
            self.append_piece(out, piece);
            if link.is_some() {
                out.push_str("</a>");
            }
            at = next;
        }
        if name_ends.is_some() {
            out.push_str("</a>");
        }
    }

    /// Passes over a part of the text that is not shown, with what is inserted in it.
    pub(super) fn skip_to(&mut self, at: u32) {
        self.skip_ended(at);
        while self.notes.next_if(|(note, _)| note.anchor <= at).is_some() {}
        while self.page_ends.next_if(|line| line.offset <= at).is_some() {}
        while self.pages.next_if(|page| page.offset < at).is_some() {}
    }

    /// Skips everything that ends at `at` or before.
    fn skip_ended(&mut self, at: u32) {
        while self.mentions.next_if(|named| named.mention.span.end <= at).is_some() {}
        while self.hits.next_if(|(_, hit)| hit.end <= at).is_some() {}
        while self.redactions.next_if(|bar| bar.end <= at).is_some() {}
        while self.passages.next_if(|piece| piece.span.end <= at).is_some() {}
        while self.rules.next_if(|rule| rule.end <= at).is_some() {}
        while self.references.next_if(|(span, _)| span.end <= at).is_some() {}
    }

    /// The next position after `at` where something starts or ends.
    fn next_boundary(&mut self, at: u32, name_ends: Option<u32>) -> u32 {
        let edge = |span: TextSpan| if span.start > at { span.start } else { span.end };
        let borders = [
            name_ends,
            self.mentions.peek().map(|named| edge(named.mention.span)),
            self.hits.peek().map(|(_, hit)| edge(**hit)),
            self.redactions.peek().map(|bar| edge(**bar)),
            self.passages.peek().map(|piece| edge(piece.span)),
            self.rules.peek().map(|rule| edge(**rule)),
            self.references.peek().map(|(span, _)| edge(*span)),
            self.notes.peek().map(|(note, _)| note.anchor),
            self.page_ends.peek().map(|line| line.offset),
            self.pages.peek().map(|page| page.offset),
            self.changed.and_then(|changed| Some(changed.span?.end)),
        ];
        let after = borders.into_iter().flatten().filter(|border| *border > at);
        after.min().unwrap_or(u32::MAX)
    }

    /// Appends the note on a change, the footnote calls, page ends and beginnings of pages
    /// up to `at`.
    fn append_insertions(&mut self, out: &mut String, at: u32) {
        let is_here = |changed: &&ChangedPlace| changed.span.is_some_and(|span| span.end == at);
        if let Some(changed) = self.changed.filter(is_here) {
            out.push_str(&change_note(changed).into_string());
            self.changed = None;
        }
        while let Some((note, number)) = self.notes.next_if(|(note, _)| note.anchor <= at) {
            let _ = write!(
                out,
                "<sup data-extra><a id=\"fnref{number}\" href=\"#fn{number}\" role=\"doc-noteref\">"
            );
            append_escaped(out, &footnote_label(note, number));
            out.push_str("</a></sup>");
        }
        while self.page_ends.next_if(|line| line.offset <= at).is_some() {
            out.push_str("<span class=\"page-end\" data-extra aria-hidden=\"true\"></span>");
        }
        while let Some(page) = self.pages.next_if(|page| page.offset <= at) {
            let class = if page.is_doubtful() { "page-mark doubtful" } else { "page-mark" };
            let number = page.number;
            let _ = write!(
                out,
                "<span class=\"{class}\" id=\"page{number}\" data-extra>page {number}</span>"
            );
        }
    }

    fn open_mention(&self, out: &mut String, named: &StoredMention) {
        let class = label_css_class(named.mention.label);
        let start = self.points.code_point_offset(named.mention.span.start);
        let decided = if named.decided { " decided" } else { "" };
        let address = &self.address;
        let _ = write!(
            out,
            "<a class=\"n {class}{decided}\" id=\"name{start}\" draggable=\"false\" href=\"{address}/name/{start}\">"
        );
    }

    /// Appends a piece of text in which nothing starts or ends.
    fn append_piece(&mut self, out: &mut String, span: TextSpan) {
        let hit = self.hits.peek().copied().filter(|(_, hit)| hit.overlaps(&span));
        let bar = self.redactions.peek().copied().filter(|bar| bar.overlaps(&span));
        let passage = self.passages.peek().copied().filter(|piece| piece.span.overlaps(&span));
        if let Some(piece) = passage {
            let _ = write!(out, "<span class=\"passage {}\">", piece.color.as_str());
        }
        if let Some((number, hit)) = hit {
            match hit.start == span.start {
                true => {
                    let _ = write!(out, "<mark id=\"hit{}\" tabindex=\"-1\">", number + 1);
                }
                false => out.push_str("<mark>"),
            }
        }
        let rule = self.rules.peek().is_some_and(|rule| rule.overlaps(&span));
        if rule {
            out.push_str("<span class=\"rule\">");
        }
        if let Some(bar) = bar {
            self.open_redaction(out, *bar, bar.start == span.start);
        }
        append_escaped(out, &self.text[span.byte_range()]);
        if bar.is_some() {
            out.push_str("</span>");
        }
        if rule {
            out.push_str("</span>");
        }
        if hit.is_some() {
            out.push_str("</mark>");
        }
        if passage.is_some() {
            out.push_str("</span>");
        }
    }

    /// Opens a redaction. The words of the editors say what is withheld; a row of X or of
    /// blocks says nothing, so the page does.
    fn open_redaction(&self, out: &mut String, bar: TextSpan, is_start: bool) {
        let is_word = |c: char| c.is_alphabetic() && !matches!(c, 'X' | 'x');
        if self.text[bar.byte_range()].chars().any(is_word) {
            out.push_str("<span class=\"redaction\">");
            return;
        }
        out.push_str(
            "<span class=\"redaction blank\" title=\"Withheld; the source does not say what\">",
        );
        if is_start {
            out.push_str("<span class=\"unseen\" data-extra>withheld: </span>");
        }
    }
}
