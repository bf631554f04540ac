//! Builds the text of an office file from its paragraphs, tables and text boxes.
//!
//! A text box lies in a paragraph, and a table in a cell: each is collected apart. A
//! box follows the paragraph that it lies in. A row of short cells is one line, with
//! tabs between them.

use std::collections::HashSet;

/// A paragraph, or a row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Piece {
    Paragraph(String),
    Row(String),
}

impl Piece {
    fn words(&self) -> &str {
        match self {
            Self::Paragraph(words) | Self::Row(words) => words,
        }
    }
}

/// The text of these pieces, with a blank line after each paragraph and each table.
pub(super) fn text_of(pieces: &[Piece]) -> String {
    let mut out = String::new();
    for (number, piece) in pieces.iter().enumerate() {
        out += piece.words();
        let goes_on =
            matches!((piece, pieces.get(number + 1)), (Piece::Row(_), Some(Piece::Row(_))));
        out += if goes_on { "\n" } else { "\n\n" };
    }
    out
}

/// The paragraph that is read.
#[derive(Default)]
struct OpenParagraph {
    words: String,
    boxes: Vec<Piece>,
    /// Whether the end of the paragraph was deleted.
    joins_next: bool,
}

/// Collects pieces.
#[derive(Default)]
pub(super) struct TextBuilder {
    /// What is collected: the whole, and in it cells, boxes and notes.
    flows: Vec<Vec<Piece>>,
    paragraphs: Vec<OpenParagraph>,
    /// The cells of the rows that are read.
    rows: Vec<Vec<Vec<Piece>>>,
    /// The words of a paragraph whose end was deleted.
    joined: String,
}

impl TextBuilder {
    pub(super) fn push(&mut self, words: &str) {
        if self.paragraphs.is_empty() {
            self.start_paragraph();
        }
        if let Some(open) = self.paragraphs.last_mut() {
            open.words += words;
        }
    }

    pub(super) fn start_paragraph(&mut self) {
        let words = std::mem::take(&mut self.joined);
        self.paragraphs.push(OpenParagraph { words, ..OpenParagraph::default() });
    }

    /// Says that the end of the open paragraph was deleted.
    pub(super) fn join_next_paragraph(&mut self) {
        if let Some(open) = self.paragraphs.last_mut() {
            open.joins_next = true;
        }
    }

    pub(super) fn end_paragraph(&mut self) {
        let Some(open) = self.paragraphs.pop() else { return };
        if open.joins_next && open.boxes.is_empty() {
            self.joined = open.words;
            return;
        }
        let words = open.words.trim_matches(['\n', ' ']);
        if !words.is_empty() {
            self.push_piece(Piece::Paragraph(words.to_owned()));
        }
        open.boxes.into_iter().for_each(|piece| self.push_piece(piece));
    }

    fn push_piece(&mut self, piece: Piece) {
        if self.flows.is_empty() {
            self.flows.push(Vec::new());
        }
        if let Some(flow) = self.flows.last_mut() {
            flow.push(piece);
        }
    }

    /// Begins a part that is collected apart: a box, a cell, a note.
    pub(super) fn start_flow(&mut self) {
        if self.flows.is_empty() {
            self.flows.push(Vec::new());
        }
        self.flows.push(Vec::new());
    }

    /// Ends a part.
    pub(super) fn end_flow(&mut self) -> Vec<Piece> {
        if self.flows.len() > 1 { self.flows.pop().unwrap_or_default() } else { Vec::new() }
    }

    /// Ends a text box. It follows the open paragraph.
    pub(super) fn end_box(&mut self) {
        let pieces = self.end_flow();
        match self.paragraphs.last_mut() {
            Some(open) => open.boxes.extend(pieces),
            None => pieces.into_iter().for_each(|piece| self.push_piece(piece)),
        }
    }

    pub(super) fn start_row(&mut self) {
        self.rows.push(Vec::new());
    }

    pub(super) fn end_cell(&mut self) {
        let pieces = self.end_flow();
        match self.rows.last_mut() {
            Some(row) => row.push(pieces),
            None => pieces.into_iter().for_each(|piece| self.push_piece(piece)),
        }
    }

    pub(super) fn end_row(&mut self) {
        let Some(cells) = self.rows.pop() else { return };
        let is_line = |cell: &Vec<Piece>| match &cell[..] {
            [] => true,
            [Piece::Paragraph(words)] => !words.contains('\n'),
            _ => false,
        };
        let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
        if filled > 1 && cells.iter().all(is_line) {
            let words = |cell: &Vec<Piece>| {
                cell.first().map_or(String::new(), |piece| piece.words().to_owned())
            };
            let line = cells.iter().map(words).collect::<Vec<_>>().join("\t");
            return self.push_piece(Piece::Row(line.trim_end().to_owned()));
        }
        cells.into_iter().flatten().for_each(|piece| self.push_piece(piece));
    }

    /// All pieces.
    pub(super) fn finish(mut self) -> Vec<Piece> {
        while !self.paragraphs.is_empty() {
            self.end_paragraph();
        }
        if !self.joined.is_empty() {
            self.start_paragraph();
            self.end_paragraph();
        }
        self.rows.into_iter().flatten().chain(self.flows).flatten().collect()
    }
}

/// The pieces of parts that repeat, such as the headers of pages: each once.
#[derive(Default)]
pub(super) struct DistinctPieces {
    pieces: Vec<Piece>,
    seen: HashSet<Piece>,
}

impl DistinctPieces {
    pub(super) fn add(&mut self, pieces: Vec<Piece>) {
        for piece in pieces {
            if self.seen.insert(piece.clone()) {
                self.pieces.push(piece);
            }
        }
    }

    pub(super) fn into_pieces(self) -> Vec<Piece> {
        self.pieces
    }
}
