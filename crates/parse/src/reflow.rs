//! Joins lines into blocks: the second of two passes to the document text.
//!
//! Teletypes wrapped telegrams at about seventy columns, transcripts have one
//! paragraph per line, and many files are a mixture. So the [`Wrapping`] of
//! the whole text is estimated first. Then each line either continues the
//! current block (the `\n` between them becomes a space) or starts a new one.
//! In doubt, lines are joined: two joined list items do little harm, but a
//! name split in two is a lost name.

use chancery_model::{Block, BlockKind, Paragraph, Spanned, TextSpan};

use crate::following_lines;
use crate::line_patterns::{self, ParagraphOpening};
use crate::line_segments::{LineSegment, opening_window, split_into_segments, trim_span};
use crate::line_text::LineText;
use crate::open_block::{OpenBlock, OpenBlockKind};
use crate::wrapping::{Wrapping, is_cut_sentence};
use crate::{lists, paragraph_roles, redaction};
use chancery_fields::is_all_capitals;
use chancery_fields::{EditorialTitle, FieldSpan, FoundHeader, portion};

/// The blocks of a text, and the spans in them that are not prose.
#[derive(Debug, Default)]
pub(crate) struct ReflowedText {
    pub blocks: Vec<Block>,
    /// In order, without overlap.
    pub markings: Vec<TextSpan>,
    /// In order, without overlap.
    pub redactions: Vec<TextSpan>,
    /// Offsets of each `\n` that is to become a space, in order.
    pub soft_line_ends: Vec<u32>,
}

impl ReflowedText {
    /// The signature blocks of `text` as header fields.
    pub(crate) fn signature_fields(&self, text: &str) -> Vec<Spanned<String>> {
        let blocks = self.blocks.iter().filter(|block| block.kind == BlockKind::Signature);
        let field = |block: &Block| Spanned {
            value: text[block.span.byte_range()].into(),
            span: block.span,
        };
        blocks.map(field).collect()
    }
}

/// Splits `laid`, whose header fields are `found`, into blocks.
pub(crate) fn reflow_lines(laid: &LineText, found: &FoundHeader) -> ReflowedText {
    let text = laid.text.as_str();
    let pieces = split_into_segments(&laid.text, &laid.lines, found);
    let wrapping = Wrapping::from_lines(text, &laid.lines);
    let item_lines = lists::find_item_lines(text, &pieces, wrapping);
    let item_labels = lists::find_item_labels(text, &pieces);
    let mut flow = BlockBuilder {
        text,
        wrapping,
        found,
        open: None,
        last_number: 0,
        is_labelled: false,
        output: ReflowedText::default(),
    };
    for (index, piece) in pieces.iter().enumerate() {
        let label = item_labels.get(&index);
        flow.output.markings.extend(label);
        flow.is_labelled = label.is_some();
        if item_lines[index] && flow.is_in_prose() {
            flow.extend_block(piece, false);
        } else {
            flow.add_segment(piece, &pieces[index + 1..]);
        }
    }
    flow.close_block(None);
    flow.mark_closing_signature();
    let mut done = flow.output;
    paragraph_roles::assign_roles(text, &mut done.blocks);
    paragraph_roles::mark_quotations(&laid.lines, &mut done.blocks);
    done.redactions = redaction::find_redactions(text);
    done.markings = merge_overlapping(done.markings);
    done
}

/// Whether a piece is in the heading or dateline of the editors.
fn is_title_piece(title: &EditorialTitle, piece: &LineSegment<'_>) -> bool {
    let spans = [Some(title.heading), title.dateline];
    let starts_in = |span: &TextSpan| (span.start..span.end).contains(&piece.span.start);
    spans.iter().flatten().any(starts_in)
}

struct BlockBuilder<'a> {
    text: &'a str,
    wrapping: Wrapping,
    found: &'a FoundHeader,
    open: Option<OpenBlock>,
    /// The number of the last numbered paragraph.
    last_number: u32,
    /// Whether the segment has the label of an item of a list.
    is_labelled: bool,
    output: ReflowedText,
}

impl BlockBuilder<'_> {
    /// Adds `piece`; `rest` follows it.
    fn add_segment(&mut self, piece: &LineSegment<'_>, rest: &[LineSegment<'_>]) {
        let next = rest.first();
        let line = &self.text[piece.span.byte_range()];
        if let Some(field) = piece.field {
            return self.add_field_segment(piece, field);
        }
        if let Some(title) = self.found.title.filter(|title| is_title_piece(title, piece)) {
            return self.add_title_segment(piece, &title);
        }
        if line_patterns::is_dash_row(line) {
            return self.add_dash_row(piece, following_lines::has_ruled_heading(self.text, rest));
        }
        if self.is_signature_segment(piece) {
            return self.start_block(piece, OpenBlockKind::Signature);
        }
        if let Some(row) = line_patterns::trailing_dash_row_start(line) {
            self.start_block(piece, OpenBlockKind::Heading);
            self.push_marking(piece.span.start + row as u32, piece.span.end);
            return self.close_block(None);
        }
        let opening = line_patterns::paragraph_opening(line);
        if let Some(opening) = opening.filter(|opening| self.is_next_paragraph(opening, piece)) {
            return self.start_numbered_block(piece, &opening);
        }
        if opening.is_some_and(|opening| opening.pilcrow) {
            // An old formatter mistook a year or amount at the start of a line for
            // a paragraph number.
            let start = piece.span.start;
            self.output.markings.push(TextSpan::new(start, start + '¶'.len_utf8() as u32));
            let prose = self.open.as_ref().is_some_and(|open| open.kind == OpenBlockKind::Prose);
            if prose && !piece.after_blank {
                return self.extend_block(piece, true);
            }
        }
        let heads = next.is_some_and(|next| following_lines::is_rule(self.text, next));
        let table = following_lines::is_table_row(self.text, piece, rest, self.is_in_table());
        match &self.open {
            Some(open) if table && open.kind == OpenBlockKind::Table && !piece.after_blank => {
                self.extend_block(piece, false);
            }
            _ if table => self.start_block(piece, OpenBlockKind::Table),
            Some(open) if self.continues_block(open, piece, line, heads) => {
                let under_rule = open.kind == OpenBlockKind::Heading && open.lines == 1;
                let is_signed = open.kind == OpenBlockKind::Signature;
                self.extend_block(piece, !under_rule && !is_signed);
            }
            _ => self.start_block(piece, OpenBlockKind::Prose),
        }
    }

    /// Adds a line of the heading or dateline that editors put over the document.
    fn add_title_segment(&mut self, piece: &LineSegment<'_>, title: &EditorialTitle) {
        let span = title.dateline.filter(|line| line.contains(&piece.span));
        let kind = span.map_or(OpenBlockKind::Heading, |_| OpenBlockKind::Dateline);
        match &self.open {
            Some(open) if open.kind == kind && open.end > title.heading.start => {
                self.extend_block(piece, true);
            }
            _ => {
                self.start_block(piece, kind);
                self.output.markings.extend(title.number.filter(|_| span.is_none()));
            }
        }
        if piece.span.end >= span.unwrap_or(title.heading).end {
            self.close_block(None);
        }
    }

    fn add_field_segment(&mut self, piece: &LineSegment<'_>, field: &FieldSpan) {
        match &self.open {
            Some(OpenBlock { kind: OpenBlockKind::Field(prose), start, .. })
                if *prose == field.prose && *start >= field.span.start =>
            {
                self.extend_block(piece, field.prose.is_some());
            }
            _ => self.start_block(piece, OpenBlockKind::Field(field.prose)),
        }
        match field.prose {
            None => self.output.markings.push(piece.span),
            Some(prose) => {
                let (start, end) = (piece.span.start, piece.span.end);
                self.push_marking(start, end.min(prose.start));
                self.push_marking(start.max(prose.end), end);
            }
        }
    }

    fn push_marking(&mut self, start: u32, end: u32) {
        if start < end {
            self.output.markings.extend(trim_span(self.text, TextSpan::new(start, end)));
        }
    }

    /// Adds a row of dashes. It ends the heading above it or starts a new one; if it is
    /// `above` a heading that has another row under it, it starts this one.
    fn add_dash_row(&mut self, piece: &LineSegment<'_>, above: bool) {
        self.output.markings.push(piece.span);
        let text = self.text;
        if above && self.open.as_ref().is_some_and(|open| open.is_closed(text)) {
            return self.start_block(piece, OpenBlockKind::Heading);
        }
        if let Some(open) = &mut self.open
            && piece.after_blank
            && !above
            && open.is_underlined_by(text, piece)
        {
            open.kind = OpenBlockKind::Heading;
        }
        match &mut self.open {
            Some(open) if open.kind == OpenBlockKind::Heading => {
                self.extend_block(piece, false);
                self.close_block(None);
            }
            Some(open)
                if open.kind == OpenBlockKind::Prose
                    && open.number.is_none()
                    && !piece.after_blank
                    && open.lines <= 3 =>
            {
                open.kind = OpenBlockKind::Heading;
                self.extend_block(piece, false);
                self.close_block(None);
            }
            Some(_) if !piece.after_blank => self.extend_block(piece, false),
            _ => self.start_block(piece, OpenBlockKind::Heading),
        }
    }

    /// Whether `piece` is the signature under the text. A name behind the end of a
    /// sentence in small letters is in its paragraph.
    fn is_signature_segment(&self, piece: &LineSegment<'_>) -> bool {
        let signatures = &self.found.header.signatures;
        let is_alone = |name: &Spanned<String>| {
            name.span.start == piece.span.start
                || !self.text[piece.span.byte_range()].contains(char::is_lowercase)
        };
        !piece.in_header
            && signatures.iter().any(|name| {
                piece.span.contains(&name.span) && piece.span.len() < 120 && is_alone(name)
            })
    }

    /// Whether `opening` is a paragraph number: it must continue the sequence. A letter
    /// is the label of an item, or the initial of a name: "¶R. Nicholas Stone".
    fn is_next_paragraph(&self, opening: &ParagraphOpening, piece: &LineSegment<'_>) -> bool {
        if opening.value == 0 {
            return opening.pilcrow && self.is_labelled;
        }
        let (next, value) = (self.last_number + 1, opening.value);
        if opening.pilcrow {
            let is_possible = value < next + 20 || (value < 100 && piece.after_blank);
            let is_in_order = value == next || piece.after_blank || !self.is_within_sentence();
            return is_possible && is_in_order;
        }
        match self.wrapping {
            Wrapping::Unwrapped => true,
            Wrapping::Wrapped(_) if piece.after_blank => {
                value == 1 || (next..next + 10).contains(&value)
            }
            Wrapping::Wrapped(_) => value == next,
        }
    }

    /// Whether the open paragraph ends within a sentence: "would begin by March".
    fn is_within_sentence(&self) -> bool {
        self.open.as_ref().is_some_and(|open| {
            open.kind == OpenBlockKind::Prose
                && open.prose < open.end
                && !line_patterns::ends_sentence(&self.text[open.prose as usize..open.end as usize])
        })
    }

    fn is_in_prose(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.kind == OpenBlockKind::Prose)
    }

    fn is_in_table(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.kind == OpenBlockKind::Table)
    }

    /// Whether `line` continues the block `open`. `heads` means that a row of
    /// dashes follows the line.
    fn continues_block(
        &self,
        open: &OpenBlock,
        piece: &LineSegment<'_>,
        line: &str,
        heads: bool,
    ) -> bool {
        let joinable = match open.kind {
            OpenBlockKind::Prose => open.header == piece.in_header,
            OpenBlockKind::Heading => return true,
            // The title below the name.
            OpenBlockKind::Signature => {
                return self.found.layout.has_titles() && !piece.after_blank && open.lines < 3;
            }
            OpenBlockKind::Field(_) | OpenBlockKind::Dateline | OpenBlockKind::Table => false,
        };
        let numbered_only = open.number.is_some() && open.prose >= open.end;
        if numbered_only {
            return true;
        }
        if !joinable {
            return false;
        }
        let last_start = self.text[..open.end as usize].rfind('\n').map_or(0, |at| at + 1);
        let last = &self.text[last_start.max(open.start as usize)..open.end as usize];
        if piece.after_blank {
            // A blank line inside a sentence is where a page ended.
            return !piece.in_header
                && line.starts_with(char::is_lowercase)
                && is_cut_sentence(last)
                && !line_patterns::is_list_item(line);
        }
        if heads && (line_patterns::ends_sentence(last) || open.lines > 2 || open.number.is_some())
        {
            return false;
        }
        if line_patterns::is_list_item(line) {
            let listed = open.number.is_none()
                && line_patterns::is_list_item(opening_window(self.text, open.start));
            if listed || piece.indent > 0 || line_patterns::ends_sentence(last) {
                return false;
            }
        }
        let alone = open.lines == 1 && open.number.is_none();
        self.wrapping.joins_lines(last, line, alone)
    }

    /// Marks the last block of a transcript as a signature if it is only a
    /// name: "Rusk", "Henry A. Kissinger".
    fn mark_closing_signature(&mut self) {
        let transcript = self.wrapping == Wrapping::Unwrapped && self.output.blocks.len() > 2;
        if let Some(last) = self.output.blocks.last_mut().filter(|_| transcript)
            && matches!(&last.kind, BlockKind::Paragraph(last) if last.number.is_none())
            && line_patterns::is_name_line(&self.text[last.span.byte_range()])
        {
            last.kind = BlockKind::Signature;
        }
    }

    fn start_block(&mut self, piece: &LineSegment<'_>, kind: OpenBlockKind) {
        self.close_block(None);
        self.open = Some(OpenBlock {
            start: piece.span.start,
            end: piece.span.end,
            lines: 1,
            kind,
            prose: piece.span.start,
            number: None,
            header: piece.in_header,
        });
    }

    fn start_numbered_block(&mut self, piece: &LineSegment<'_>, opening: &ParagraphOpening) {
        self.close_block(Some(opening));
        self.start_block(piece, OpenBlockKind::Prose);
        let mut opening = *opening;
        let start = piece.span.start;
        let mut span = TextSpan::new(start, start + opening.len as u32);
        self.output.markings.push(span);
        if opening.value == 0 {
            // The label of an item is no number of a paragraph.
            if let Some(open) = &mut self.open {
                open.prose = span.end;
            }
            return;
        }
        // "1677. 1. As a routine matter": the telegram's serial, then the paragraph number.
        let rest = TextSpan::new(span.end, piece.span.end);
        let rest = trim_span(self.text, rest).filter(|_| opening.value > 99);
        if let Some((rest, second)) = rest.and_then(|rest| {
            Some((rest, line_patterns::paragraph_opening(&self.text[rest.byte_range()])?))
        }) {
            opening = second;
            span = TextSpan::new(rest.start, rest.start + second.len as u32);
            self.output.markings.push(span);
        }
        if opening.value > 0 {
            self.last_number = opening.value;
        }
        if let Some(open) = &mut self.open {
            open.number = Some(Spanned { value: opening.label.into(), span });
            open.prose = span.end;
        }
    }

    /// Adds `piece` to the open block. `soft` means that the line break before
    /// it comes from wrapping.
    fn extend_block(&mut self, piece: &LineSegment<'_>, soft: bool) {
        let Some(open) = &mut self.open else { return };
        let gap = &self.text[open.end as usize..piece.span.start as usize];
        if soft {
            let ends = gap.match_indices('\n').map(|(at, _)| open.end + at as u32);
            self.output.soft_line_ends.extend(ends);
        }
        open.end = piece.span.end;
        open.lines += 1;
    }

    /// Closes the open block; `before` is the number of the paragraph that
    /// follows.
    fn close_block(&mut self, before: Option<&ParagraphOpening>) {
        let Some(open) = self.open.take() else { return };
        let span = TextSpan::new(open.start, open.end);
        let kind = match open.kind {
            OpenBlockKind::Field(_) => BlockKind::Header,
            OpenBlockKind::Table => BlockKind::Table,
            OpenBlockKind::Signature => BlockKind::Signature,
            OpenBlockKind::Heading => BlockKind::Heading,
            OpenBlockKind::Dateline => BlockKind::Dateline,
            OpenBlockKind::Prose => self.prose_block_kind(&open, before),
        };
        self.output.blocks.push(Block { span, kind });
    }

    fn prose_block_kind(
        &mut self,
        open: &OpenBlock,
        before: Option<&ParagraphOpening>,
    ) -> BlockKind {
        let prose = TextSpan::new(open.prose.min(open.end), open.end);
        let portion = portion::portion_at_start(self.text, prose);
        self.output.markings.extend(portion.as_ref().map(|portion| portion.span));
        let line = &self.text[open.start as usize..open.end as usize];
        if open.number.is_none() || self.output.blocks.is_empty() {
            if self.is_unruled_heading(open, line, before) {
                return BlockKind::Heading;
            }
            if self.output.blocks.len() < 8 && line_patterns::is_dateline(line) {
                return BlockKind::Dateline;
            }
        }
        if open.header {
            return BlockKind::Header;
        }
        BlockKind::Paragraph(Paragraph {
            number: open.number.clone(),
            portion: portion.map(Box::new),
            ..Paragraph::default()
        })
    }

    /// Whether a block of one or two lines is a heading although no row of
    /// dashes underlines it.
    fn is_unruled_heading(
        &self,
        open: &OpenBlock,
        line: &str,
        before: Option<&ParagraphOpening>,
    ) -> bool {
        if open.lines > 2 || line.len() > 300 {
            return false;
        }
        if self.output.blocks.is_empty() && self.wrapping == Wrapping::Unwrapped {
            return open.number.is_some() || !line_patterns::ends_sentence(line);
        }
        let short = line.len() <= 80
            && !line_patterns::is_list_item(line)
            && !line.ends_with(['.', ',', ':', ';', '-']);
        let capitals = self.wrapping != Wrapping::Unwrapped && is_all_capitals(line);
        short && !open.header && line.len() > 2 && (before.is_some() || capitals)
    }
}

/// Sorts spans and merges those that overlap.
fn merge_overlapping(mut spans: Vec<TextSpan>) -> Vec<TextSpan> {
    spans.sort_unstable_by_key(|span| (span.start, span.end));
    let mut done: Vec<TextSpan> = Vec::with_capacity(spans.len());
    for span in spans.into_iter().filter(|span| !span.is_empty()) {
        match done.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => done.push(span),
        }
    }
    done
}
