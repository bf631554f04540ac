//! Renders the text of a document as HTML, in one pass over it.
//!
//! Mentions, hits and redactions may overlap in any way. A mention is the
//! outermost element; hits and redactions are closed and reopened at every
//! boundary. The text of a block is exactly that of the reading text, and what
//! is added to it has the attribute `data-extra`, so that a script can compute
//! the span that a user selected.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write;
use std::iter::Peekable;
use std::ops::{Range, RangeFrom};
use std::slice::Iter;

use chancery_model::{
    Block, BlockKind, CodePoints, Footnote, Page, PageLine, Paragraph, ParagraphRole, SourceFormat,
    TextSpan,
};
use chancery_store::{DocumentRow, StoredMention};
use maud::{Markup, PreEscaped};

use crate::html::{append_escaped, label_css_class, without_controls};
use crate::listing::document_title;
use crate::passages::{ColoredPiece, colored_pieces, margin_notes};
use crate::statements::margin_statements;
use chancery_views::document::DocumentView;
use chancery_views::search_response::DocumentSummary;
use chancery_views::urls::short_document_id;

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

/// Renders the text of a document. With `beside`, paragraphs link to the source
/// file, which is shown beside the text.
pub fn render_text(view: &DocumentView, beside: bool) -> RenderedText {
    let document = &view.stored.annotated.document;
    let text = document.text.as_str();
    let is_dash_row = |span: &&TextSpan| document.text[**span].bytes().all(|byte| byte == b'-');
    let rules: Vec<TextSpan> = document.markings.iter().filter(is_dash_row).copied().collect();
    let notes: Vec<&Footnote> = document.footnotes().map(|(_, note)| note).collect();
    let references: Vec<(TextSpan, &DocumentRow)> = view
        .references
        .iter()
        .filter(|one| !one.is_in_header)
        .filter_map(|one| Some((one.reference.span, one.document.as_ref().ok()?)))
        .collect();
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
    };
    let subject = view.summary.subject.as_deref().map(str::trim);
    let is_of_volume = document.format == SourceFormat::Frus;
    let (mut title, mut head, mut out) = (None, String::new(), String::new());
    let mut title_start = 0;
    let (mut foot, mut shown_notes) = (String::new(), 0);
    let mut head_has_hits = false;
    let mut anchors = ParagraphAnchors::new(&document.blocks);
    let (mut role, mut shown_lines) = (ParagraphRole::Body, 0);
    for (number, block) in document.blocks.iter().enumerate() {
        let words = document.text[block.span].trim();
        match &block.kind {
            BlockKind::Header => {
                let hits = view.hits.iter();
                head_has_hits |= hits.into_iter().any(|hit| hit.overlaps(&block.span));
                append_element(&mut head, &mut inline, block, "p", "line", None);
            }
            BlockKind::Heading
                if title.is_none() && number < 3 && (is_of_volume || subject == Some(words)) =>
            {
                title_start = inline.points.code_point_offset(block.span.start);
                let mut heading = String::new();
                inline.append_span(&mut heading, block.span);
                title = Some(PreEscaped(heading));
            }
            BlockKind::Heading => {
                append_element(&mut out, &mut inline, block, "h2", "heading", None);
            }
            BlockKind::Dateline => {
                append_element(&mut out, &mut inline, block, "p", "dateline", None);
            }
            BlockKind::Table => append_element(&mut out, &mut inline, block, "div", "table", None),
            BlockKind::Signature => {
                append_element(&mut out, &mut inline, block, "p", "signature", None);
            }
            BlockKind::Footnote(note) => {
                shown_notes += 1;
                append_footnote(&mut foot, &mut inline, block, note, shown_notes);
            }
            BlockKind::Paragraph(paragraph) => {
                if paragraph.role != role {
                    role = paragraph.role;
                    let says = |name: &str| words.to_uppercase().contains(&name.to_uppercase());
                    if let Some(name) = paragraph_role_name(role).filter(|name| !says(name)) {
                        let _ = write!(out, "<p class=\"role\" data-extra>{name}</p>");
                    }
                }
                let anchor = anchors.next_anchor(paragraph);
                let raw = beside.then_some(number);
                append_paragraph(&mut out, &mut inline, block, paragraph, &anchor, raw);
            }
        }
        if !view.highlights.is_empty() {
            let notes = margin_notes(view, block.span);
            match block.kind {
                BlockKind::Header => head.push_str(&notes),
                BlockKind::Footnote(_) => insert_before_end(&mut foot, &notes),
                _ => out.push_str(&notes),
            }
        }
        if view.statements.is_some() {
            let notes = margin_statements(view, &inline.points, block.span);
            match block.kind {
                BlockKind::Header => head.push_str(&notes),
                BlockKind::Footnote(_) => insert_before_end(&mut foot, &notes),
                _ => out.push_str(&notes),
            }
        }
        let next = document.blocks.get(number + 1).map_or(u32::MAX, |next| next.span.start);
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
    let _ = write!(
        out,
        "<li id=\"fn{number}\" data-start=\"{start}\" tabindex=\"-1\">\
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

/// Opens the link of a reference to a document.
fn open_reference(out: &mut String, document: &DocumentRow) {
    let listed = DocumentSummary::from(document);
    let _ =
        write!(out, "<a class=\"cites\" href=\"/doc/{}\" title=\"", short_document_id(&listed.id));
    append_escaped(out, &document_title(&listed));
    out.push_str("\">");
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
    raw: Option<usize>,
) {
    let ParagraphAnchor { id, name } = anchor;
    let start = inline.points.code_point_offset(block.span.start);
    let class = match paragraph.role {
        ParagraphRole::Body => "par",
        _ => "par part",
    };
    let _ = write!(out, "<p class=\"{class}\" id=\"{id}\" data-start=\"{start}\" tabindex=\"-1\">");
    let _ =
        write!(out, "<a class=\"anchor\" data-extra href=\"#{id}\" aria-label=\"{name}\">¶</a>");
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
        append_escaped(out, view.page_lines.get(n).map_or("", String::as_str).trim_end());
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

/// Everything that is highlighted in the text, each kind in the order of the text.
struct InlineRenderer<'a> {
    text: &'a str,
    points: CodePoints<'a>,
    address: String,
    mentions: Peekable<Iter<'a, StoredMention>>,
    hits: Peekable<std::iter::Enumerate<Iter<'a, TextSpan>>>,
    redactions: Peekable<Iter<'a, TextSpan>>,
    /// Pieces of highlights.
    passages: Peekable<Iter<'a, ColoredPiece>>,
    /// Rows of dashes around headings.
    rules: Peekable<Iter<'a, TextSpan>>,
    /// Footnotes that are not called yet, numbered from 1.
    notes: Peekable<std::iter::Zip<std::iter::Copied<Iter<'a, &'a Footnote>>, RangeFrom<usize>>>,
    page_ends: Peekable<Iter<'a, PageLine>>,
    pages: Peekable<Iter<'a, Page>>,
    /// References to documents of the archive.
    references: Peekable<Iter<'a, (TextSpan, &'a DocumentRow)>>,
}

/// The pages that are marked in the text: those of a document with several.
fn shown_pages(pages: &[Page]) -> &[Page] {
    if pages.len() > 1 { pages } else { &[] }
}

impl InlineRenderer<'_> {
    /// Appends a part of the text. Callers pass parts in the order of the text.
    fn append_span(&mut self, out: &mut String, span: TextSpan) {
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
        ];
        let after = borders.into_iter().flatten().filter(|border| *border > at);
        after.min().unwrap_or(u32::MAX)
    }

    /// Appends the footnote calls, page ends and beginnings of pages up to `at`.
    fn append_insertions(&mut self, out: &mut String, at: u32) {
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
        let _ = write!(out, "<a class=\"n {class}{decided}\" href=\"{address}/name/{start}\">");
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

/// The anchor of a paragraph, and its name for people.
struct ParagraphAnchor {
    id: String,
    name: String,
}

/// Gives paragraphs their anchors: the printed number ("par17"). A paragraph without one
/// is counted from the last number ("par17-2"), or from the start of a document that
/// prints none ("par2").
struct ParagraphAnchors {
    has_numbers: bool,
    last: String,
    /// How many paragraphs each number has.
    counts: HashMap<String, usize>,
    unnumbered: usize,
}

impl ParagraphAnchors {
    fn new(blocks: &[Block]) -> Self {
        let is_numbered = |block: &Block| match &block.kind {
            BlockKind::Paragraph(paragraph) => paragraph.number.is_some(),
            _ => false,
        };
        Self {
            has_numbers: blocks.iter().any(is_numbered),
            last: "0".to_owned(),
            counts: HashMap::new(),
            unnumbered: 0,
        }
    }

    fn next_anchor(&mut self, paragraph: &Paragraph) -> ParagraphAnchor {
        let printed = paragraph.number.as_ref().map(|number| {
            number.value.chars().filter(char::is_ascii_alphanumeric).collect::<String>()
        });
        if !self.has_numbers {
            self.unnumbered += 1;
            let number = self.unnumbered;
            return ParagraphAnchor {
                id: format!("par{number}"),
                name: format!("Paragraph {number}"),
            };
        }
        if let Some(printed) = printed.filter(|printed| !printed.is_empty()) {
            self.last = printed;
        }
        let last = &self.last;
        let count = self.counts.entry(last.clone()).or_insert(usize::from(last == "0"));
        *count += 1;
        match *count {
            1 => ParagraphAnchor { id: format!("par{last}"), name: format!("Paragraph {last}") },
            count => ParagraphAnchor {
                id: format!("par{last}-{count}"),
                name: format!("Paragraph {last}, part {count}"),
            },
        }
    }
}

/// Inserts HTML before the end tag of the last item of a list.
fn insert_before_end(list: &mut String, html: &str) {
    let at = list.len() - if list.ends_with("</li>") { "</li>".len() } else { 0 };
    list.insert_str(at, html);
}

#[cfg(test)]
mod tests {
    use chancery_model::Spanned;

    use super::*;

    fn anchors_of(numbers: &[Option<&str>]) -> Vec<String> {
        let paragraph = |number: Option<&str>| Paragraph {
            number: number
                .map(|number| Spanned { value: number.to_owned(), span: TextSpan::new(0, 0) }),
            ..Paragraph::default()
        };
        let paragraphs: Vec<Paragraph> = numbers.iter().copied().map(paragraph).collect();
        let blocks: Vec<Block> = paragraphs
            .iter()
            .map(|one| Block { span: TextSpan::new(0, 0), kind: BlockKind::Paragraph(one.clone()) })
            .collect();
        let mut anchors = ParagraphAnchors::new(&blocks);
        paragraphs.iter().map(|one| anchors.next_anchor(one).id).collect()
    }

    #[test]
    fn anchors_are_the_printed_numbers() {
        let numbered = [None, Some("1"), None, Some("2a"), None, None, Some("1")];
        assert_eq!(
            anchors_of(&numbered),
            ["par0-2", "par1", "par1-2", "par2a", "par2a-2", "par2a-3", "par1-3"]
        );
        assert_eq!(anchors_of(&[None, None]), ["par1", "par2"]);
    }
}
