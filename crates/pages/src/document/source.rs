//! The source file of a document: beside its text, or alone.

use chancery_model::{BlockKind, Document, TextSpan, file_name_of_text};
use chancery_views::document::DocumentView;
use chancery_views::search_response::DocumentSummary;
use maud::{Markup, PreEscaped, html};

use crate::frame::{NavigationItem, render_frame};
use crate::html::{append_escaped, without_controls};
use crate::listing::{document_metadata, document_title};

/// The document's part of the source file. `raw` is HTML.
pub(super) fn source_text(raw: &str) -> Markup {
    html! { pre.raw-text tabindex="0" { (PreEscaped(raw)) } }
}

/// Renders the bytes of a document as HTML. Every block is an element with an
/// id, for links to it; `mark` is highlighted.
pub fn render_source_file(document: &Document, bytes: &[u8], mark: Option<TextSpan>) -> String {
    let base = document.raw.start;
    let inside = |at: u32| (at.saturating_sub(base) as usize).min(bytes.len());
    let mut spans: Vec<(usize, usize, usize)> = Vec::new();
    for (number, block) in document.blocks.iter().enumerate() {
        if matches!(block.kind, BlockKind::Header) && spans.len() > 400 {
            continue;
        }
        let raw = document.text.to_raw_span(block.span);
        spans.push((inside(raw.start), inside(raw.end), number));
    }
    spans.sort_unstable();
    let marked = mark.map(|span| {
        let raw = document.text.to_raw_span(span);
        (inside(raw.start), inside(raw.end))
    });
    let decoded = |from: usize, to: usize| chancery_parse::decode_characters(&bytes[from..to]);
    let mut out = String::from("\n");
    let piece = |out: &mut String, from: usize, to: usize| {
        let cuts =
            marked.map_or([to, to], |(start, end)| [start.clamp(from, to), end.clamp(from, to)]);
        append_escaped(out, &decoded(from, cuts[0]));
        if cuts[0] < cuts[1] {
            out.push_str("<mark id=\"here\">");
            append_escaped(out, &decoded(cuts[0], cuts[1]));
            out.push_str("</mark>");
        }
        append_escaped(out, &decoded(cuts[1].max(cuts[0]), to));
    };
    let mut at = 0;
    for (start, end, number) in spans {
        if start < at || end <= start {
            continue;
        }
        piece(&mut out, at, start);
        out.push_str(&format!("<span class=\"raw-block\" id=\"raw{number}\">"));
        piece(&mut out, start, end);
        out.push_str("</span>");
        at = end;
    }
    piece(&mut out, at, bytes.len());
    out
}

/// Renders the page of the source file alone.
pub fn render_source_page(view: &DocumentView, raw: Option<&str>) -> Markup {
    let listed = DocumentSummary::from(&view.summary);
    let title = document_title(&listed);
    let body = html! {
        article.raw-page {
            h1 { (title) }
            p.facts { (document_metadata(&listed)) }
            p { a href={ "/doc/" (view.url_id()) } { "Show the text" } }
            ul.paths { @for path in &view.stored.paths { li { (without_controls(file_name_of_text(path))) } } }
            @match raw {
                Some(raw) => (source_text(raw)),
                None => p.notice { "The archive does not store this file. Open it at its path." }
            }
        }
    };
    render_frame(&title, NavigationItem::Unlisted, "", &body)
}
