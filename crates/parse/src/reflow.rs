//! Joins lines into blocks: the second of two passes to the document text.
//!
//! Teletypes wrapped telegrams at about seventy columns, transcripts have one
//! paragraph per line, and many files are a mixture. So the [`Wrapping`] of
//! the whole text is estimated first. Then each line either continues the
//! current block (the `\n` between them becomes a space) or starts a new one.
//! In doubt, lines are joined: two joined list items do little harm, but a
//! name split in two is a lost name.

use chancery_model::{Block, BlockKind, Field, Paragraph, TextSpan};

use crate::field::{FieldSpan, Found, portion};
use crate::lines::LineText;
use crate::marks::{self, Opening};
use crate::pieces::{Piece, head, pieces, trimmed};
use crate::wrapping::Wrapping;
use crate::{redaction, role};

/// The blocks of a text, and the spans in them that are not prose.
#[derive(Debug, Default)]
pub(crate) struct Reflowed {
    pub blocks: Vec<Block>,
    /// In order, without overlap.
    pub markings: Vec<TextSpan>,
    /// In order, without overlap.
    pub redactions: Vec<TextSpan>,
    /// Offsets of each `\n` that is to become a space, in order.
    pub soft_ends: Vec<u32>,
}

impl Reflowed {
    /// The signature blocks of `text` as header fields.
    pub(crate) fn signatures(&self, text: &str) -> Vec<Field<String>> {
        let blocks = self.blocks.iter().filter(|block| block.kind == BlockKind::Signature);
        let field =
            |block: &Block| Field { value: text[block.span.range()].into(), span: block.span };
        blocks.map(field).collect()
    }
}

/// Splits `laid`, whose header fields are `found`, into blocks.
pub(crate) fn reflow(laid: &LineText, found: &Found) -> Reflowed {
    let text = laid.text.as_str();
    let pieces = pieces(&laid.text, &laid.lines, found);
    let mut flow = Flow {
        text,
        wrapping: Wrapping::of(text, &laid.lines),
        found,
        open: None,
        last_number: 0,
        done: Reflowed::default(),
    };
    for (index, piece) in pieces.iter().enumerate() {
        flow.take(piece, pieces.get(index + 1));
    }
    flow.close(None);
    flow.sign();
    let mut done = flow.done;
    role::assign(text, &mut done.blocks);
    done.redactions = redaction::find(text);
    done.markings = in_order(done.markings);
    done
}

/// The block under construction.
struct Open {
    start: u32,
    /// End of the last segment in it.
    end: u32,
    lines: usize,
    kind: Opened,
    /// Start of the prose, after the number.
    prose: u32,
    number: Option<Field<String>>,
    header: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opened {
    Prose,
    Field(Option<TextSpan>),
    Heading,
    Table,
    Signature,
}

struct Flow<'a> {
    text: &'a str,
    wrapping: Wrapping,
    found: &'a Found,
    open: Option<Open>,
    /// The number of the last numbered paragraph.
    last_number: u32,
    done: Reflowed,
}

impl Flow<'_> {
    /// Adds `piece`; `next` follows it.
    fn take(&mut self, piece: &Piece, next: Option<&Piece>) {
        let line = &self.text[piece.span.range()];
        if let Some(field) = piece.field {
            return self.take_field(piece, &field);
        }
        if marks::is_rule(line) {
            return self.take_rule(piece);
        }
        if self.is_signature(piece) {
            return self.begin(piece, Opened::Signature);
        }
        if let Some(row) = marks::trailing_rule(line) {
            self.begin(piece, Opened::Heading);
            self.mark(piece.span.start + row as u32, piece.span.end);
            return self.close(None);
        }
        let opening = marks::opening(line);
        if let Some(opening) = opening.filter(|opening| self.accepts(opening, piece)) {
            return self.begin_numbered(piece, &opening);
        }
        if opening.is_some_and(|opening| opening.pilcrow) {
            // An old formatter mistook a year or amount at the start of a line for
            // a paragraph number.
            let start = piece.span.start;
            self.done.markings.push(TextSpan::new(start, start + '¶'.len_utf8() as u32));
            let prose = self.open.as_ref().is_some_and(|open| open.kind == Opened::Prose);
            if prose && !piece.after_blank {
                return self.extend(piece, true);
            }
        }
        let heads = next
            .is_some_and(|next| !next.after_blank && marks::is_rule(&self.text[next.span.range()]));
        let table = marks::has_columns(line) && (self.in_table() || self.is_row(next));
        match &self.open {
            Some(open) if table && open.kind == Opened::Table && !piece.after_blank => {
                self.extend(piece, false);
            }
            _ if table => self.begin(piece, Opened::Table),
            Some(open) if self.goes_on(open, piece, line, heads) => {
                let under_rule = open.kind == Opened::Heading && open.lines == 1;
                self.extend(piece, !under_rule);
            }
            _ => self.begin(piece, Opened::Prose),
        }
    }

    fn take_field(&mut self, piece: &Piece, field: &FieldSpan) {
        match &self.open {
            Some(Open { kind: Opened::Field(prose), start, .. })
                if *prose == field.prose && *start >= field.span.start =>
            {
                self.extend(piece, field.prose.is_some());
            }
            _ => self.begin(piece, Opened::Field(field.prose)),
        }
        match field.prose {
            None => self.done.markings.push(piece.span),
            Some(prose) => {
                let (start, end) = (piece.span.start, piece.span.end);
                self.mark(start, end.min(prose.start));
                self.mark(start.max(prose.end), end);
            }
        }
    }

    fn mark(&mut self, start: u32, end: u32) {
        if start < end {
            self.done.markings.extend(trimmed(self.text, TextSpan::new(start, end)));
        }
    }

    /// Adds a row of dashes. It ends the heading above it or starts a new one.
    fn take_rule(&mut self, piece: &Piece) {
        self.done.markings.push(piece.span);
        match &mut self.open {
            Some(open) if open.kind == Opened::Heading => {
                self.extend(piece, false);
                self.close(None);
            }
            Some(open)
                if open.kind == Opened::Prose
                    && open.number.is_none()
                    && !piece.after_blank
                    && open.lines <= 3 =>
            {
                open.kind = Opened::Heading;
                self.extend(piece, false);
                self.close(None);
            }
            Some(_) if !piece.after_blank => self.extend(piece, false),
            _ => self.begin(piece, Opened::Heading),
        }
    }

    /// Whether `piece` is the signature under the text.
    fn is_signature(&self, piece: &Piece) -> bool {
        let signatures = &self.found.header.signatures;
        !piece.header
            && signatures
                .iter()
                .any(|name| piece.span.contains(&name.span) && piece.span.len() < 120)
    }

    /// Whether `opening` is a paragraph number: it must continue the sequence.
    fn accepts(&self, opening: &Opening, piece: &Piece) -> bool {
        if opening.value == 0 {
            return opening.pilcrow;
        }
        let (next, value) = (self.last_number + 1, opening.value);
        if opening.pilcrow {
            return value < next + 20 || (value < 100 && piece.after_blank);
        }
        match self.wrapping {
            Wrapping::Unwrapped => true,
            Wrapping::At(_) if piece.after_blank => {
                value == 1 || (next..next + 10).contains(&value)
            }
            Wrapping::At(_) => value == next,
        }
    }

    fn in_table(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.kind == Opened::Table)
    }

    fn is_row(&self, next: Option<&Piece>) -> bool {
        next.is_some_and(|next| {
            !next.after_blank && marks::has_columns(&self.text[next.span.range()])
        })
    }

    /// Whether `line` continues the block `open`. `heads` means that a row of
    /// dashes follows the line.
    fn goes_on(&self, open: &Open, piece: &Piece, line: &str, heads: bool) -> bool {
        let joinable = match open.kind {
            Opened::Prose => open.header == piece.header,
            Opened::Heading => return true,
            Opened::Field(_) | Opened::Table | Opened::Signature => false,
        };
        let numbered_only = open.number.is_some() && open.prose >= open.end;
        if numbered_only {
            return true;
        }
        if !joinable || piece.after_blank {
            return false;
        }
        let last_start = self.text[..open.end as usize].rfind('\n').map_or(0, |at| at + 1);
        let last = &self.text[last_start.max(open.start as usize)..open.end as usize];
        if heads && (marks::ends_sentence(last) || open.lines > 2 || open.number.is_some()) {
            return false;
        }
        if marks::is_bullet(line) {
            let listed = open.number.is_none() && marks::is_bullet(head(self.text, open.start));
            if listed || piece.indent > 0 || marks::ends_sentence(last) {
                return false;
            }
        }
        let alone = open.lines == 1 && open.number.is_none();
        self.wrapping.joins(last, line, alone)
    }

    /// Marks the last block of a transcript as a signature if it is only a
    /// name: "Rusk", "Henry A. Kissinger".
    fn sign(&mut self) {
        let transcript = self.wrapping == Wrapping::Unwrapped && self.done.blocks.len() > 2;
        if let Some(last) = self.done.blocks.last_mut().filter(|_| transcript)
            && matches!(&last.kind, BlockKind::Paragraph(last) if last.number.is_none())
            && marks::is_name(&self.text[last.span.range()])
        {
            last.kind = BlockKind::Signature;
        }
    }

    fn begin(&mut self, piece: &Piece, kind: Opened) {
        self.close(None);
        self.open = Some(Open {
            start: piece.span.start,
            end: piece.span.end,
            lines: 1,
            kind,
            prose: piece.span.start,
            number: None,
            header: piece.header,
        });
    }

    fn begin_numbered(&mut self, piece: &Piece, opening: &Opening) {
        self.close(Some(opening));
        self.begin(piece, Opened::Prose);
        let mut opening = *opening;
        let start = piece.span.start;
        let mut span = TextSpan::new(start, start + opening.len as u32);
        self.done.markings.push(span);
        // "1677. 1. As a routine matter": the telegram's serial, then the paragraph number.
        let rest = TextSpan::new(span.end, piece.span.end);
        let rest = trimmed(self.text, rest).filter(|_| opening.value > 99);
        if let Some((rest, second)) =
            rest.and_then(|rest| Some((rest, marks::opening(&self.text[rest.range()])?)))
        {
            opening = second;
            span = TextSpan::new(rest.start, rest.start + second.len as u32);
            self.done.markings.push(span);
        }
        if opening.value > 0 {
            self.last_number = opening.value;
        }
        if let Some(open) = &mut self.open {
            open.number = Some(Field { value: opening.label.into(), span });
            open.prose = span.end;
        }
    }

    /// Adds `piece` to the open block. `soft` means that the line break before
    /// it comes from wrapping.
    fn extend(&mut self, piece: &Piece, soft: bool) {
        let Some(open) = &mut self.open else { return };
        let gap = &self.text[open.end as usize..piece.span.start as usize];
        if soft {
            let ends = gap.match_indices('\n').map(|(at, _)| open.end + at as u32);
            self.done.soft_ends.extend(ends);
        }
        open.end = piece.span.end;
        open.lines += 1;
    }

    /// Closes the open block; `before` is the number of the paragraph that
    /// follows.
    fn close(&mut self, before: Option<&Opening>) {
        let Some(open) = self.open.take() else { return };
        let span = TextSpan::new(open.start, open.end);
        let kind = match open.kind {
            Opened::Field(_) => BlockKind::Header,
            Opened::Table => BlockKind::Table,
            Opened::Signature => BlockKind::Signature,
            Opened::Heading => BlockKind::Heading,
            Opened::Prose => self.prose_kind(&open, before),
        };
        self.done.blocks.push(Block { span, kind });
    }

    fn prose_kind(&mut self, open: &Open, before: Option<&Opening>) -> BlockKind {
        let prose = TextSpan::new(open.prose.min(open.end), open.end);
        let portion = portion::at_start(self.text, prose);
        self.done.markings.extend(portion.as_ref().map(|portion| portion.span));
        let line = &self.text[open.start as usize..open.end as usize];
        if open.number.is_none() || self.done.blocks.is_empty() {
            if self.is_title(open, line, before) {
                return BlockKind::Heading;
            }
            if self.done.blocks.len() < 8 && marks::is_dateline(line) {
                return BlockKind::Dateline;
            }
        }
        if open.header {
            return BlockKind::Header;
        }
        BlockKind::Paragraph(Paragraph {
            number: open.number.clone(),
            portion,
            ..Paragraph::default()
        })
    }

    /// Whether a block of one or two lines is a heading although no row of
    /// dashes underlines it.
    fn is_title(&self, open: &Open, line: &str, before: Option<&Opening>) -> bool {
        if open.lines > 2 || line.len() > 300 {
            return false;
        }
        if self.done.blocks.is_empty() && self.wrapping == Wrapping::Unwrapped {
            return open.number.is_some() || !marks::ends_sentence(line);
        }
        let short = line.len() <= 80
            && !marks::is_bullet(line)
            && !line.ends_with(['.', ',', ':', ';', '-']);
        let capitals = self.wrapping != Wrapping::Unwrapped && marks::is_capitals(line);
        short && !open.header && line.len() > 2 && (before.is_some() || capitals)
    }
}

/// Sorts spans and merges those that overlap.
fn in_order(mut spans: Vec<TextSpan>) -> Vec<TextSpan> {
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
