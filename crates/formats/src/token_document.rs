//! Builds a document from the tokens and names of a file.

use std::ops::Range;

use chancery_model::{
    Annotated, Document, DocumentEntities, DocumentId, Label, Mention, MentionSource, RawSpan,
    RunKind, Text, TextSpan, Token, TokenKind, Words,
};

use crate::FormatProblem;
use crate::byte_offsets::ByteOffsets;

/// Collects tokens. The text becomes the tokens of each sentence joined by
/// blanks, and the sentences joined by line ends.
#[derive(Default)]
pub(crate) struct TokenDocumentBuilder {
    text: Text,
    /// End of the last token in the file.
    raw_end: usize,
    words: Words,
    sentence: Vec<Token>,
    mentions: Vec<Mention>,
    /// The open name: its label, and its start once it has a token.
    open: Option<(Label, Option<u32>)>,
}

impl TokenDocumentBuilder {
    /// Adds a token, which is at `raw` in the file.
    pub(crate) fn push_token(&mut self, token: &str, raw: Range<usize>) {
        if !self.text.is_empty() {
            let between = self.raw_end..raw.start;
            let border = if self.sentence.is_empty() { "\n" } else { " " };
            self.text.push_run(border, between, RunKind::Joined);
        }
        let start = self.text.len();
        self.raw_end = raw.end;
        self.text.push_run(token, raw, RunKind::Copied);
        let span = TextSpan::from_range(start..self.text.len());
        self.sentence.push(Token { span, kind: token_kind(token) });
        if let Some((_, first @ None)) = &mut self.open {
            *first = Some(span.start);
        }
    }

    /// Whether no token was added.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Starts a name at the next token.
    pub(crate) fn open_name(&mut self, label: Label) {
        self.open = Some((label, None));
    }

    /// The label of the open name.
    pub(crate) fn open_label(&self) -> Option<Label> {
        self.open.map(|(label, _)| label)
    }

    /// Ends the open name. Returns whether it had a token.
    pub(crate) fn close_name(&mut self) -> bool {
        let Some((label, Some(start))) = self.open.take() else {
            return false;
        };
        self.mentions.push(imported_mention(TextSpan::new(start, self.text.len() as u32), label));
        true
    }

    /// Ends the sentence, and the open name with it.
    pub(crate) fn end_sentence(&mut self) {
        self.close_name();
        self.words.push_sentence(self.sentence.drain(..));
    }

    /// Returns the document, which is at `raw` in the file.
    pub(crate) fn finish_document(mut self, file: &[u8], raw: Range<usize>) -> Annotated {
        self.end_sentence();
        let id = document_id(&file[raw.clone()]);
        let document = plain_document(id, RawSpan::from_range(raw), self.text);
        Annotated {
            document,
            words: self.words,
            mentions: self.mentions,
            entities: DocumentEntities::default(),
            attribution: chancery_model::Attribution::default(),
        }
    }
}

/// A mention of a format without tokens, with offsets in code points.
pub(crate) struct LabelledSpan {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) label: Label,
    pub(crate) score: f32,
}

/// Creates the document of a text with its mentions. An error has the start of
/// the mention that causes it, if there is one.
pub(crate) fn annotate_text(
    text: &str,
    spots: Vec<LabelledSpan>,
) -> Result<Annotated, (Option<u32>, FormatProblem)> {
    let offsets = ByteOffsets::new(text);
    let mut mentions = Vec::with_capacity(spots.len());
    for LabelledSpan { start, end, label, score } in spots {
        let span = offsets.byte_span(start, end).map_err(|problem| (Some(start), problem))?;
        // Some formats cannot represent a mention of line ends only.
        if text[span.byte_range()].trim().is_empty() {
            return Err((Some(start), FormatProblem::EmptyName));
        }
        mentions.push(Mention { score, ..imported_mention(span, label) });
    }
    sort_mentions(&mut mentions).map_err(|problem| (None, problem))?;
    let raw = RawSpan::from_range(0..text.len());
    let document = plain_document(document_id(text.as_bytes()), raw, Text::from_verbatim(text));
    Ok(Annotated {
        document,
        words: Words::default(),
        mentions,
        entities: DocumentEntities::default(),
        attribution: chancery_model::Attribution::default(),
    })
}

/// Parses a label, also under the names that other programs use.
pub(crate) fn parse_label(name: &str) -> Result<Label, FormatProblem> {
    match name.to_ascii_uppercase().as_str() {
        "PER" | "PERSON" => Ok(Label::Per),
        "LOC" | "LOCATION" | "PLACE" | "GPE" => Ok(Label::Loc),
        "ORG" | "ORGANIZATION" | "ORGANISATION" => Ok(Label::Org),
        "MISC" | "MISCELLANEOUS" => Ok(Label::Misc),
        _ => Err(FormatProblem::UnknownLabel(name.into())),
    }
}

/// Creates a document of one paragraph without any structure.
pub(crate) fn plain_document(id: DocumentId, raw: RawSpan, text: Text) -> Document {
    let whole = (!text.is_empty()).then(|| text.whole_span());
    Document::from_paragraphs(id, raw, text, whole)
}

/// Creates a mention that a file gives, with score 1.
pub(crate) fn imported_mention(span: TextSpan, label: Label) -> Mention {
    Mention { span, label, score: 1.0, source: MentionSource::Imported }
}

fn token_kind(token: &str) -> TokenKind {
    match token {
        _ if token.chars().any(char::is_alphabetic) => TokenKind::Word,
        _ if token.chars().any(char::is_numeric) => TokenKind::Number,
        _ => TokenKind::Punctuation,
    }
}

/// Computes the id of a document from its bytes.
pub(crate) fn document_id(bytes: &[u8]) -> DocumentId {
    DocumentId(*blake3::hash(bytes).as_bytes())
}

/// Drops empty mentions and sorts the others; fails if two overlap.
pub(crate) fn sort_mentions(mentions: &mut Vec<Mention>) -> Result<(), FormatProblem> {
    mentions.retain(|mention| !mention.span.is_empty());
    mentions.sort_by_key(|mention| mention.span);
    let apart = mentions.windows(2).all(|two| two[0].span.end <= two[1].span.start);
    if apart { Ok(()) } else { Err(FormatProblem::OverlappingMentions) }
}
