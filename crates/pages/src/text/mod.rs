//! Renders the text of a document, or a part of it, as HTML, in one pass.
//!
//! Mentions, hits and redactions may overlap in any way. A mention is the
//! outermost element; hits and redactions are closed and reopened at every
//! boundary. The text of a block is exactly that of the reading text, and what
//! is added to it has the attribute `data-extra`, so that a script can compute
//! the span that a user selected.

mod inline;

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::Range;

use chancery_model::{
    Block, BlockKind, CodePoints, Footnote, Paragraph, ParagraphRole, SourceFormat, TextSpan,
};
use chancery_store::DocumentRow;
use chancery_views::document::DocumentView;
use chancery_views::paragraph_anchors::{ParagraphAnchor, ParagraphAnchors, cited_number};
use chancery_views::passages::{cited_footnote, cited_paragraph};
use maud::{Markup, PreEscaped};

use crate::html::{append_escaped, without_controls};
use crate::passages::{colored_pieces, margin_notes};
use crate::statements::margin_statements;
use inline::{InlineRenderer, shown_pages};
pub(crate) use inline::{UNDO_FORM, change_note};

/// Number and portion marking are set into the margin if they end within
/// this many bytes of a paragraph's start.
const MAX_MARGIN_BYTES: u32 = 60;

/// The text of a document as HTML, in the parts that its page needs.
pub struct RenderedText {
    /// The heading that repeats the subject, or that the editors of a volume gave. The
    /// page uses it as its title.
    pub title: Option<Markup>,
    /// The first code point of this heading.
    pub title_start: u32,
    /// The header lines, before the body.
    pub header: Markup,
    /// Whether a hit overlaps the header lines.
    pub header_has_hits: bool,
    /// The rest of the text.
    pub text: Markup,
    /// The footnotes, as items of a list.
    pub footnotes: Markup,
}

/// Renders the part of a document that its page shows. With `beside`, paragraphs link to the source
/// file, which is shown beside the text.
pub fn render_text(view: &DocumentView, beside: bool) -> RenderedText {
    let document = &view.stored.annotated.document;
    let text = document.text.as_str();
    let is_dash_row = |span: &&TextSpan| document.text[**span].bytes().all(|byte| byte == b'-');
    let rules: Vec<TextSpan> = document.markings.iter().filter(is_dash_row).copied().collect();
    let notes: Vec<&Footnote> = document.footnotes().map(|(_, note)| note).collect();
    let references = references_in_text(view);
    let pieces = colored_pieces(&view.highlights);
    let mut inline = InlineRenderer {
        text,
        points: CodePoints::new(text),
        address: format!("/doc/{}", view.url_id()),
        mentions: view.stored.mentions.iter().peekable(),
        hits: view.hits.iter().enumerate().peekable(),
        redactions: document.redactions.iter().peekable(),
        passages: pieces.iter().peekable(),
        rules: rules.iter().peekable(),
        notes: notes.iter().copied().zip(1..).peekable(),
        page_ends: document.page_lines.iter().peekable(),
        pages: shown_pages(&document.pages).iter().peekable(),
        references: references.iter().peekable(),
        changed: view.changed.as_ref(),
        is_by_parts: view.parts.shown.is_some(),
    };
    let subject = view.summary.subject.as_deref().map(str::trim);
    let is_of_volume = document.format == SourceFormat::Frus;
    let (mut title, mut title_start) = (None, 0);
    let (mut head, mut out) = (String::new(), String::new());
    let (mut foot, mut shown_notes) = (String::new(), 0);
    let mut head_has_hits = false;
    let mut anchors = ParagraphAnchors::new(&document.blocks);
    let (mut role, mut shown_lines) = (ParagraphRole::Body, 0);
    let mut skipped_to = None;
    for (number, block) in document.blocks.iter().enumerate() {
        let words = document.text[block.span].trim();
        let next = document.blocks.get(number + 1).map_or(u32::MAX, |next| next.span.start);
        let is_title = number < 3
            && title.is_none()
            && matches!(block.kind, BlockKind::Heading)
            && (is_of_volume || subject == Some(words));
        if !is_title && !view.parts.shows(document, number, block) {
            if let BlockKind::Paragraph(paragraph) = &block.kind {
                anchors.pass(paragraph);
            }
            shown_notes += usize::from(matches!(block.kind, BlockKind::Footnote(_)));
            skipped_to = Some(block.span.end);
            let lines = document.page_lines[shown_lines..].iter();
            shown_lines += lines.take_while(|line| line.offset < next).count();
            continue;
        }
        if let Some(end) = skipped_to.take() {
            inline.skip_to(end);
        }
        match &block.kind {
            BlockKind::Header => {
                head_has_hits |= view.hits.iter().any(|hit| hit.overlaps(&block.span));
                append_element(&mut head, &mut inline, block, "p", "line", None);
            }
            BlockKind::Heading if is_title => {
                title_start = inline.points.code_point_offset(block.span.start);
                let mut heading = String::new();
                inline.append_span(&mut heading, block.span);
                title = Some(PreEscaped(heading));
            }
            BlockKind::Footnote(note) => {
                shown_notes += 1;
                append_footnote(&mut foot, &mut inline, block, note, shown_notes);
            }
            BlockKind::Paragraph(paragraph) => {
                if paragraph.role != role {
                    role = paragraph.role;
                    append_role(&mut out, role, words);
                }
                let (anchor, raw) = (anchors.next_anchor(paragraph), beside.then_some(number));
                let cited = cited_number(&document.blocks, number);
                append_paragraph(&mut out, &mut inline, block, paragraph, &anchor, cited, raw);
            }
            kind => {
                let element = element_of(kind);
                append_element(&mut out, &mut inline, block, element, kind.as_str(), None);
            }
        }
        let notes = notes_beside(view, &inline.points, block.span);
        match block.kind {
            BlockKind::Header => head.push_str(&notes),
            BlockKind::Footnote(_) => insert_before_end(&mut foot, &notes),
            _ => out.push_str(&notes),
        }
        let lines = &document.page_lines[shown_lines..];
        let lines = lines.iter().take_while(|line| line.offset < next).count();
        append_page_lines(&mut out, view, shown_lines..shown_lines + lines);
        shown_lines += lines;
    }
    RenderedText {
        title,
        title_start,
        header: PreEscaped(head),
        header_has_hits: head_has_hits,
        text: PreEscaped(out),
        footnotes: PreEscaped(foot),
    }
}

/// The element of a heading, date line, table or signature.
const fn element_of(kind: &BlockKind) -> &'static str {
    match kind {
        BlockKind::Heading => "h2",
        BlockKind::Table => "div",
        _ => "p",
    }
}

/// The references in the text to documents that the archive has.
fn references_in_text(view: &DocumentView) -> Vec<(TextSpan, &DocumentRow)> {
    let in_text = view.references.iter().filter(|one| !one.is_in_header);
    in_text.filter_map(|one| Some((one.reference.span, one.document.as_ref().ok()?))).collect()
}

/// The notes of users and the statements that stand beside a block.
fn notes_beside(view: &DocumentView, points: &CodePoints<'_>, block: TextSpan) -> String {
    let mut notes = String::new();
    if !view.highlights.is_empty() {
        notes += &margin_notes(view, block);
    }
    if view.statements.is_some() {
        notes += &margin_statements(view, points, block);
    }
    notes
}

/// Appends the name of the role that begins with a paragraph, unless its words say it.
fn append_role(out: &mut String, role: ParagraphRole, words: &str) {
    let says = |name: &str| words.to_uppercase().contains(&name.to_uppercase());
    if let Some(name) = paragraph_role_name(role).filter(|name| !says(name)) {
        let _ = write!(out, "<p class=\"role\" data-extra>{name}</p>");
    }
}

/// Appends a footnote as an item of a list, with a link back to its call.
fn append_footnote(
    out: &mut String,
    inline: &mut InlineRenderer<'_>,
    block: &Block,
    note: &Footnote,
    number: usize,
) {
    let start = inline.points.code_point_offset(block.span.start);
    let label = footnote_label(note, number);
    let mut place = String::new();
    append_escaped(&mut place, &cited_footnote(&label));
    let _ = write!(
        out,
        "<li id=\"fn{number}\" data-start=\"{start}\" tabindex=\"-1\" data-place=\"{place}\">\
         <a data-extra role=\"doc-backlink\" href=\"#fnref{number}\" \
         aria-label=\"Back to the text from note "
    );
    append_escaped(out, &label);
    out.push_str("\">");
    append_escaped(out, &label);
    out.push_str("</a><span data-extra> </span>");
    inline.append_span(out, block.span);
    out.push_str("</li>");
}

/// The marker of a footnote, or its number in the document if it has none.
fn footnote_label(note: &Footnote, number: usize) -> Cow<'_, str> {
    match note.marker.trim() {
        "" => number.to_string().into(),
        marker => without_controls(marker),
    }
}

fn append_element(
    out: &mut String,
    inline: &mut InlineRenderer<'_>,
    block: &Block,
    tag: &str,
    class: &str,
    id: Option<&str>,
) {
    let start = inline.points.code_point_offset(block.span.start);
    let _ = write!(out, "<{tag} class=\"{class}\" data-start=\"{start}\"");
    if let Some(id) = id {
        let _ = write!(out, " id=\"{id}\"");
    }
    out.push('>');
    inline.append_span(out, block.span);
    let _ = write!(out, "</{tag}>");
}

fn append_paragraph(
    out: &mut String,
    inline: &mut InlineRenderer<'_>,
    block: &Block,
    paragraph: &Paragraph,
    anchor: &ParagraphAnchor,
    cited: Option<&str>,
    raw: Option<usize>,
) {
    let ParagraphAnchor { id, name } = anchor;
    // The address of a paragraph of a long document says which part has it.
    let to = if inline.is_by_parts { format!("?to={id}") } else { String::new() };
    let start = inline.points.code_point_offset(block.span.start);
    let class = match paragraph.role {
        ParagraphRole::Body => "par",
        _ => "par part",
    };
    let _ = write!(out, "<p class=\"{class}\" id=\"{id}\" data-start=\"{start}\" tabindex=\"-1\"");
    if let Some(number) = cited {
        // copy.js cites the paragraph by it.
        out.push_str(" data-place=\"");
        append_escaped(out, &cited_paragraph(number));
        out.push('"');
    }
    out.push('>');
    let _ = write!(
        out,
        "<a class=\"anchor\" data-extra href=\"{to}#{id}\" aria-label=\"{name}\">¶</a>"
    );
    if let Some(block) = raw {
        let _ = write!(
            out,
            "<a class=\"to-raw\" data-extra href=\"#raw{block}\" aria-label=\"{name} in the file\">↔</a>"
        );
    }
    let number = paragraph.number.as_ref().map(|field| field.span);
    let portion = paragraph.portion.as_ref().map(|field| field.span);
    let near = |span: &TextSpan| {
        span.start >= block.span.start
            && span.end <= block.span.end.min(block.span.start + MAX_MARGIN_BYTES)
    };
    let end = number.into_iter().chain(portion).filter(near).map(|span| span.end).max();
    let text = &inline.text[block.span.byte_range()];
    // The period or bracket after the number belongs to it.
    let end = end.map(|end| {
        let rest = &text[(end - block.span.start) as usize..];
        end + (rest.len() - rest.trim_start_matches(['.', ')', ' ']).len()) as u32
    });
    let mut from = block.span.start;
    if let Some(end) = end {
        out.push_str("<span class=\"margin\">");
        if let Some(portion) = portion.filter(near) {
            inline.append_span(out, TextSpan::new(from, portion.start.max(from)));
            out.push_str("<span class=\"portion\">");
            inline.append_span(out, TextSpan::new(portion.start.max(from), portion.end));
            out.push_str("</span>");
            from = portion.end;
        }
        inline.append_span(out, TextSpan::new(from, end.max(from)));
        out.push_str("</span>");
        from = end.max(from);
    }
    inline.append_span(out, TextSpan::new(from, block.span.end));
    out.push_str("</p>");
}

/// Appends some page lines in a collapsed element.
fn append_page_lines(out: &mut String, view: &DocumentView, lines: Range<usize>) {
    if lines.is_empty() {
        return;
    }
    let plural = if lines.len() == 1 { "" } else { "s" };
    let _ = write!(
        out,
        "<details class=\"page-lines\" data-extra><summary>page line{plural}</summary><pre>"
    );
    let first = lines.start;
    for n in lines {
        if n > first {
            out.push('\n');
        }
        let line = n.checked_sub(view.page_lines.first).and_then(|n| view.page_lines.lines.get(n));
        append_escaped(out, line.map_or("", String::as_str).trim_end());
    }
    out.push_str("</pre></details>");
}

const fn paragraph_role_name(role: ParagraphRole) -> Option<&'static str> {
    match role {
        ParagraphRole::Body => None,
        ParagraphRole::Summary => Some("Summary"),
        ParagraphRole::Comment => Some("Comment"),
        ParagraphRole::ActionRequest => Some("Action request"),
        ParagraphRole::Introduction => Some("Introduction"),
        ParagraphRole::Note => Some("Note"),
        ParagraphRole::Biography => Some("Biographic note"),
        ParagraphRole::Quotation => Some("Earlier letter, quoted"),
    }
}

/// Inserts HTML before the end tag of the last item of a list.
fn insert_before_end(list: &mut String, html: &str) {
    let at = list.len() - if list.ends_with("</li>") { "</li>".len() } else { 0 };
    list.insert_str(at, html);
}
